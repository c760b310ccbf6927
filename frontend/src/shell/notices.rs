//! What is wrong with the data behind the figures: a line each, nothing where all
//! is well.

use leptos::prelude::*;
use vigie_contract::frame::{Crumb, Feed, FeedState, Partial};

use crate::components::ScopeLink;
use crate::figures;
use crate::reactive::{flag, text};
use crate::session::{Session, session};

/// A line.
#[derive(Clone, PartialEq)]
struct Notice {
    says: String,
    /// The agencies concerned, the first of them, and how many there are beside.
    agencies: (Vec<Crumb>, u64),
    /// The sources concerned, likewise.
    sources: (Vec<String>, u64),
}

#[component]
pub fn Notices() -> impl IntoView {
    let session = session();
    let notices = Memo::new(move |_| {
        let feed = session.store.feed.read();
        feed.as_ref()
            .map(|feed| all(session, feed))
            .unwrap_or_default()
    });
    let none = flag(move || notices.read().is_empty());
    view! {
        <section
            class="notices"
            role="status"
            aria-label=text(move || session.words().notices)
            hidden=none
        >
            {move || notices.get().into_iter().map(|notice| line(session, notice)).collect_view()}
        </section>
    }
}

fn line(session: Session, notice: Notice) -> impl IntoView {
    let words = session.words();
    let (agencies, more_agencies) = notice.agencies;
    let (sources, more_sources) = notice.sources;
    let links = agencies.into_iter().map(|Crumb { scope, name }| {
        view! { " " <ScopeLink scope=scope.to_string()>{name}</ScopeLink> }
    });
    let more = move |more: u64| (more > 0).then(|| format!(" {}", (words.notice_and_more)(more)));
    view! {
        <p>
            <strong>{notice.says}</strong>
            {(links.len() > 0).then(|| view! {
                <span>
                    " " {words.notice_agencies} {links.collect_view()} {more(more_agencies)} "."
                </span>
            })}
            {(!sources.is_empty()).then(|| view! {
                <span>
                    " " {words.notice_sources} " " {sources.join(", ")} {more(more_sources)} "."
                </span>
            })}
        </p>
    }
}

/// Every line that is due, what makes figures wrong before what does not.
fn all(session: Session, feed: &Feed) -> Vec<Notice> {
    let (words, language) = (session.words(), session.language());
    let plain = |says| Notice {
        says,
        agencies: (Vec::new(), 0),
        sources: (Vec::new(), 0),
    };
    let blocked = feed.state == FeedState::Blocked;
    let blocked = blocked.then(|| plain(words.notice_blocked.to_owned()));
    let partial = feed
        .partial
        .as_ref()
        .map(|partial| lacking(session, partial));
    let lost = feed.lost.map(|lost| {
        let count = i64::try_from(lost.messages).unwrap_or(i64::MAX);
        let written = figures::count(language, count);
        let noticed = session.moment(lost.noticed);
        plain((words.notice_lost)(lost.messages, &written, &noticed))
    });
    let clock = feed.clock_off_seconds.map(|ahead| {
        let by = figures::duration(language, Some(ahead.abs()));
        plain(match ahead > 0.0 {
            true => (words.notice_clock_behind)(&by),
            false => (words.notice_clock_ahead)(&by),
        })
    });
    let refused = feed
        .refused_waiting_since
        .filter(|_| feed.state != FeedState::Blocked)
        .map(|since| plain((words.notice_refused_waiting)(&session.moment(since))));
    let directory = feed.directory_refused.map(|directory| {
        let count = i64::try_from(directory.faults).unwrap_or(i64::MAX);
        let written = figures::count(language, count);
        let since = session.moment(directory.since);
        plain((words.notice_directory_refused)(
            directory.faults,
            &written,
            &since,
        ))
    });
    [blocked, partial, lost, clock, refused, directory]
        .into_iter()
        .flatten()
        .collect()
}

fn lacking(session: Session, partial: &Partial) -> Notice {
    let since = session.moment(partial.since);
    let beside = |total: u64, named: usize| total.saturating_sub(named as u64);
    Notice {
        says: (session.words().notice_partial)(partial.partitions.len(), &since),
        agencies: (
            partial.agencies.clone(),
            beside(partial.agencies_total, partial.agencies.len()),
        ),
        sources: (
            partial.sources.clone(),
            beside(partial.sources_total, partial.sources.len()),
        ),
    }
}
