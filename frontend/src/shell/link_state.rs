//! Whether the figures are current, in a word, a sign and a colour.

use leptos::prelude::*;

use crate::figures;
use crate::reactive::{flag, text};
use crate::session::{Session, session};
use crate::standing::{Standing, data_age_seconds};

#[component]
pub fn LinkState() -> impl IntoView {
    let session = session();
    let standing = session.standing;
    let no_retry = flag(move || !matches!(standing.get(), Standing::Reconnecting { .. }));
    view! {
        <div
            class="link-state"
            role="group"
            aria-label=text(move || session.words().link_state)
            data-tone=text(move || standing.get().tone().name())
        >
            <span class="sign" aria-hidden="true"></span>
            <strong role="status">{text(move || state_in_words(session))}</strong>
            <span class="link-detail">{text(move || detail(session))}</span>
            <button type="button" hidden=no_retry on:click=move |_| session.hurry()>
                {text(move || session.words().reconnect_now)}
            </button>
        </div>
    }
}

fn state_in_words(session: Session) -> &'static str {
    let words = session.words();
    match session.standing.get() {
        Standing::Connecting => words.connecting,
        Standing::Connected => words.connected,
        Standing::Reconnecting { .. } => words.reconnecting,
        Standing::Silent => words.silent,
        Standing::Starting => words.starting,
        Standing::CatchingUp { .. } => words.catching_up,
        Standing::Live => words.live,
        Standing::Partial => words.partial,
        Standing::Blocked => words.blocked,
        Standing::Stale => words.stale,
        Standing::Disconnected => words.disconnected,
    }
}

fn detail(session: Session) -> String {
    let (words, language) = (session.words(), session.language());
    match session.standing.get() {
        Standing::Reconnecting { seconds } => {
            let seconds = figures::duration(language, Some(seconds as f64));
            (words.reconnecting_in)(&seconds)
        }
        Standing::CatchingUp {
            messages_left: Some(left),
        } => {
            let left = i64::try_from(left).unwrap_or(i64::MAX);
            (words.messages_left)(left, &figures::count(language, left))
        }
        Standing::Connecting | Standing::Connected => String::new(),
        _ => data_age(session),
    }
}

fn data_age(session: Session) -> String {
    let (words, store) = (session.words(), session.store);
    let Some(at_receipt) = store
        .feed
        .with(|feed| feed.as_ref().map(|feed| feed.data_age_seconds))
    else {
        return String::new();
    };
    let age = data_age_seconds(
        at_receipt,
        store.received_milliseconds.get(),
        session.now_milliseconds.get(),
    );
    match age {
        Some(age) => (words.newest_event)(&figures::duration(session.language(), Some(age))),
        None => words.no_event_yet.to_owned(),
    }
}
