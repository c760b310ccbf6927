//! What scope the figures are of, and of when.

use leptos::prelude::*;
use vigie_contract::view::Clock;

use super::state::{State, state};
use crate::level;
use crate::reactive::{flag, text};

#[component]
pub fn Heading() -> impl IntoView {
    let state = state();
    let (session, figures) = (state.session, state.figures);
    let here = Memo::new(move |_| state.shown());
    let kind = text(move || {
        let words = session.words();
        here.with(|here| here.as_ref().map_or("", |here| level::kind(words, here)))
    });
    let name = text(move || {
        let words = session.words();
        here.with(|here| match here {
            Some(here) => figures.path.with(|path| level::title(words, here, path)),
            None => words.loading.to_owned(),
        })
    });
    let wall_clock = flag(move || {
        figures
            .view
            .with(|view| view.as_ref().is_none_or(|view| view.clock == Clock::Wall))
    });
    view! {
        <div class="heading">
            <div>
                <p class="kind">{kind}</p>
                <h1>{name}</h1>
            </div>
            <p class="as-of">
                <time datetime=text(move || instant(state))>{text(move || as_of(state))}</time>
                <span
                    class="badge"
                    hidden=wall_clock
                    title=text(move || session.words().event_clock_long)
                >
                    {text(move || session.words().event_clock)}
                </span>
            </p>
        </div>
    }
}

/// The instant of the figures, for machines.
fn instant(state: State) -> String {
    let view = state.figures.view.read();
    view.as_ref()
        .map_or(String::new(), |view| view.as_of.to_string())
}

/// The same for people, who are told when it is not now.
fn as_of(state: State) -> String {
    let session = state.session;
    let words = session.words();
    let view = state.figures.view.read();
    let Some(view) = view.as_ref() else {
        return String::new();
    };
    let moment = session.moment(view.as_of);
    match session.standing.get().is_current() {
        true => (words.figures_of)(&moment),
        false => (words.not_current)(&moment),
    }
}
