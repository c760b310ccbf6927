//! What scope the figures are of, and of when.

use leptos::prelude::*;
use vigie_contract::view::Clock;

use crate::level;
use crate::session::session;

#[component]
pub fn Heading() -> impl IntoView {
    let session = session();
    let store = session.store;
    let kind = move || {
        let words = session.words();
        store
            .path
            .with(|path| path.last().map(|crumb| level::kind(words, &crumb.scope)))
    };
    let name = move || {
        let words = session.words();
        store.path.with(|path| match path.last() {
            Some(crumb) => level::name(words, &crumb.scope, &crumb.name),
            None => words.loading.to_owned(),
        })
    };
    let as_of = Memo::new(move |_| store.view.with(|view| view.as_ref().map(|view| view.as_of)));
    let event_clock = Memo::new(move |_| {
        store
            .view
            .with(|view| view.as_ref().is_some_and(|view| view.clock == Clock::Event))
    });
    let current = Memo::new(move |_| session.standing.get().is_current());
    let time = move || {
        let words = session.words();
        as_of.get().map(|at| {
            let moment = session.moment(at);
            match current.get() {
                true => (words.figures_of)(&moment),
                false => (words.not_current)(&moment),
            }
        })
    };
    view! {
        <div class="heading">
            <div>
                <p class="kind">{kind}</p>
                <h1 tabindex="-1">{name}</h1>
            </div>
            <p class="as-of" class:frozen=move || !current.get()>
                <time datetime=move || as_of.get().map(|at| at.to_string())>{time}</time>
                <Show when=move || event_clock.get()>
                    <span class="badge" title=move || session.words().event_clock_long>
                        {move || session.words().event_clock}
                    </span>
                </Show>
            </p>
        </div>
    }
}
