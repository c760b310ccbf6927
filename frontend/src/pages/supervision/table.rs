//! The children of the scope: a row each, in an order that keys can walk.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use vigie_contract::scope::Scope;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::head::Head;
use super::row::{ChildRow, row_id};
use super::state::{ROWS, State, focus_row, state};
use crate::browser;
use crate::figures::count;
use crate::level;
use crate::reactive::{flag, text};

#[component]
pub fn ChildrenTable() -> impl IntoView {
    let state = state();
    let session = state.session;
    let order = arranged(state);
    let here = Memo::new(move |_| state.shown());
    let title = move || {
        here.with(|here| {
            here.as_ref()
                .and_then(|here| level::children(session.words(), here))
        })
    };
    let has_rows = flag(move || !order.read().is_empty());
    let has_none = flag(move || order.read().is_empty());
    let number = text(move || count(session.language(), order.read().len() as i64));
    let nothing = text(move || {
        let words = session.words();
        match (&*here.read(), title()) {
            (None, _) => words.loading,
            (Some(_), Some(_)) => words.supervision.no_children_yet,
            (Some(_), None) => words.supervision.no_children,
        }
    });
    view! {
        <section class="children" aria-labelledby="children-title">
            <p class="nothing" hidden=has_rows>{nothing}</p>
            <div class="children-head" hidden=has_none>
                <h2 id="children-title">
                    {text(move || title().unwrap_or_default())} " "
                    <span class="number">{number}</span>
                </h2>
                <HeldOrder/>
            </div>
            <div class="scroll" hidden=has_none>
                <table>
                    <Head here/>
                    <Rows order/>
                </table>
            </div>
        </section>
    }
}

/// The children in the order shown. Kept while a person points at them; put
/// back under the focus when they move, since a moved element loses it.
fn arranged(state: State) -> RwSignal<Vec<Scope>> {
    let order = RwSignal::new(Vec::<Scope>::new());
    let sort = Memo::new(move |_| state.sort());
    Effect::new(move |before: Option<_>| {
        let sort = sort.get();
        let held = state.order_held.get() && before == Some(sort);
        let shown = order.get_untracked();
        let next = state.children.arranged(sort, &shown, held);
        if next != shown {
            let focused = browser::focus_is_within(ROWS)
                .then(|| state.current_row.get_untracked())
                .flatten();
            order.set(next);
            request_animation_frame(move || restore_focus(state, focused));
        }
        sort
    });
    order
}

fn restore_focus(state: State, focused: Option<String>) {
    if focused.is_some() && !browser::focus_is_within(ROWS) {
        if let Some(link) = focused.and_then(|scope| link_of(&scope)) {
            browser::focus_in_place(&link);
        }
    } else if state.focus_follows.get_value() {
        state.focus_follows.set_value(false);
        focus_row();
    }
}

fn link_of(scope: &str) -> Option<HtmlElement> {
    let row = document().get_element_by_id(&row_id(scope))?;
    row.query_selector("a").ok()??.dyn_into().ok()
}

#[component]
fn HeldOrder() -> impl IntoView {
    let state = state();
    let words = move || state.session.words().supervision;
    view! {
        <p
            class="held"
            data-held=text(move || state.order_held.get().to_string())
            title=text(move || words().order_held_long)
        >
            {text(move || match state.order_held.get() {
                true => words().order_held,
                false => "",
            })}
        </p>
    }
}

#[component]
fn Rows(order: RwSignal<Vec<Scope>>) -> impl IntoView {
    let state = state();
    let tab_stop = Memo::new(move |_| {
        let order = order.read();
        let current = state.current_row.get();
        current
            .filter(|current| order.iter().any(|scope| scope.to_string() == *current))
            .or_else(|| order.first().map(Scope::to_string))
    });
    let most_waiting = Memo::new(move |_| state.children.most_waiting());
    let row = move |scope: Scope| {
        state.children.row(&scope).map(|card| {
            view! { <ChildRow scope=scope.to_string() card tab_stop most_waiting/> }
        })
    };
    view! {
        <tbody
            id="rows"
            on:pointermove=move |event| hold_if_moved(state, &event)
            on:focusin=move |_| state.hold_order()
            on:keydown=move |event| walk(state, order, tab_stop, &event)
        >
            <For each=move || order.get() key=|scope| scope.clone() children=row/>
        </tbody>
    }
}

/// Holds the order for a pointer that a person moved. One that lies still while
/// rows pass below it holds nothing: it may lie there all day.
fn hold_if_moved(state: State, event: &PointerEvent) {
    if event.movement_x() != 0 || event.movement_y() != 0 {
        state.hold_order();
    }
}

/// The keys that walk the rows; Enter is the link's own.
fn walk(
    state: State,
    order: RwSignal<Vec<Scope>>,
    tab_stop: Memo<Option<String>>,
    event: &KeyboardEvent,
) {
    let order = order.read_untracked();
    let last = order.len().saturating_sub(1);
    let at = tab_stop
        .get_untracked()
        .and_then(|current| order.iter().position(|scope| scope.to_string() == current))
        .unwrap_or(0);
    let target = match event.key().as_str() {
        "ArrowDown" => (at + 1).min(last),
        "ArrowUp" => at.saturating_sub(1),
        "Home" => 0,
        "End" => last,
        "PageDown" => (at + 10).min(last),
        "PageUp" => at.saturating_sub(10),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    state.hold_order();
    if let Some(scope) = order.get(target).map(Scope::to_string) {
        state.current_row.set(Some(scope.clone()));
        if let Some(link) = link_of(&scope) {
            let _ = link.focus();
        }
    }
}
