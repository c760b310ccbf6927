//! The page of a scope: its figures and its children, live.
//!
//! # Layout
//! - this file: what is seen, and the page's own keys.
//! - [`state`]: what the page watches, and what a person does with it.
//! - [`heading`], [`tile`], [`concerns`], [`table`]: its parts; [`head`], [`row`]: those of the
//!   table; [`refusal`]: in their place.

mod concerns;
mod head;
mod heading;
mod refusal;
mod row;
mod state;
mod table;
mod tile;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::browser;
use crate::explanation::Figure;
use crate::keys::on_key;
use crate::reactive::{flag, text};
use crate::session::session;
use concerns::Concerns;
use heading::Heading;
use refusal::Refusal;
use state::State;
use table::ChildrenTable;
use tile::{Tile, close_explanation};

#[component]
pub fn Supervision() -> impl IntoView {
    let session = session();
    let state = State::new(session);
    provide_context(state);
    state.follow_the_address();
    follow(state);
    let refused = state.is_refused;
    let granted = flag(move || !refused.get());
    view! {
        <div class="figures" hidden=refused>
            <Heading/>
            <div class="tiles" role="group" aria-label=text(move || session.words().figures)>
                {Figure::ALL.map(|figure| view! { <Tile figure/> }).collect_view()}
            </div>
            <Concerns/>
            <ChildrenTable/>
        </div>
        <div class="no-such-scope" hidden=granted>
            <Refusal/>
        </div>
    }
}

/// What the page does beside showing: its title, its keys.
fn follow(state: State) {
    Effect::new(move || document().set_title(&state.title()));
    let shown = Memo::new(move |_| state.shown());
    Effect::new(move |before: Option<_>| {
        let scope = shown.get();
        if before.is_some_and(|before| before != scope) {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            if let Some(scroll) = browser::find(".scroll") {
                scroll.set_scroll_top(0);
            }
        }
        scope
    });
    let keys = on_key(Box::new(move |key, typing| take(state, key, typing)));
    let pointer = window_event_listener(ev::pointerdown, move |event| {
        let inside = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|element| element.closest(".tile").ok().flatten().is_some());
        if !inside && state.explained.get_untracked().is_some() {
            state.explained.set(None);
        }
    });
    on_cleanup(move || {
        keys.remove();
        pointer.remove();
    });
}

/// Takes a key of the page, if it is one.
fn take(state: State, key: &str, typing: bool) -> bool {
    match key {
        "Escape" if state.explained.get_untracked().is_some() => close_explanation(state),
        "Escape" if !typing => state.show_parent(),
        "ArrowDown" if !typing && !browser::focus_is_within(".scroll, button") => {
            state::focus_row();
        }
        _ => return false,
    }
    true
}
