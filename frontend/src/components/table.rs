//! The children of the scope: a row each, whose figures change in place.
//!
//! # Layout
//! - this file: the order of the rows, and the keys that walk them.
//! - [`head`]: the headings, which sort.
//! - [`row`]: a child's figures.

mod head;
mod row;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use vigie_contract::scope::Scope;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use head::Head;
use row::ChildRow;

use crate::browser;
use crate::figures::count;
use crate::level;
use crate::reactive::{flag, text};
use crate::session::{ROWS, Session, session};

#[component]
pub fn ChildrenTable() -> impl IntoView {
    let session = session();
    let order = arranged(session);
    let here = Memo::new(move |_| {
        session
            .store
            .path
            .with(|path| path.last().map(|crumb| crumb.scope.clone()))
    });
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
            (Some(_), Some(_)) => words.no_children_yet,
            (Some(_), None) => words.no_children,
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
fn arranged(session: Session) -> RwSignal<Vec<Scope>> {
    let order = RwSignal::new(Vec::<Scope>::new());
    let sort = Memo::new(move |_| session.route.with(|route| route.sort));
    Effect::new(move |before: Option<_>| {
        let sort = sort.get();
        let held = session.order_held.get() && before == Some(sort);
        let shown = order.get_untracked();
        let next = session.store.arranged(sort, &shown, held);
        if next != shown {
            let focused = browser::focus_is_within(ROWS)
                .then(|| session.current_row.get_untracked())
                .flatten();
            order.set(next);
            request_animation_frame(move || restore_focus(session, focused));
        }
        sort
    });
    order
}

fn restore_focus(session: Session, focused: Option<String>) {
    if focused.is_some() && !browser::focus_is_within(ROWS) {
        if let Some(link) = focused.and_then(|scope| link_of(&scope)) {
            browser::focus_in_place(&link);
        }
    } else if session.focus_follows.get_value() {
        session.focus_follows.set_value(false);
        focus_row();
    }
}

/// Focuses the row where the Tab key stops.
pub fn focus_row() {
    if let Some(link) = browser::find("#rows a[tabindex='0']") {
        let _ = link.focus();
    }
}

/// The `id` of a child's row.
fn row_id(scope: &str) -> String {
    format!("row:{scope}")
}

fn link_of(scope: &str) -> Option<HtmlElement> {
    let row = document().get_element_by_id(&row_id(scope))?;
    row.query_selector("a").ok()??.dyn_into().ok()
}

#[component]
fn HeldOrder() -> impl IntoView {
    let session = session();
    view! {
        <p
            class="held"
            data-held=text(move || session.order_held.get().to_string())
            title=text(move || session.words().order_held_long)
        >
            {text(move || match session.order_held.get() {
                true => session.words().order_held,
                false => "",
            })}
        </p>
    }
}

#[component]
fn Rows(order: RwSignal<Vec<Scope>>) -> impl IntoView {
    let session = session();
    let tab_stop = Memo::new(move |_| {
        let order = order.read();
        let current = session.current_row.get();
        current
            .filter(|current| order.iter().any(|scope| scope.to_string() == *current))
            .or_else(|| order.first().map(Scope::to_string))
    });
    let most_waiting = Memo::new(move |_| session.store.most_waiting());
    let row = move |scope: Scope| {
        session.store.row(&scope).map(|card| {
            view! { <ChildRow scope=scope.to_string() card tab_stop most_waiting/> }
        })
    };
    view! {
        <tbody
            id="rows"
            on:pointermove=move |event| hold_if_moved(session, &event)
            on:focusin=move |_| session.hold_order()
            on:keydown=move |event| walk(session, order, tab_stop, &event)
        >
            <For each=move || order.get() key=|scope| scope.clone() children=row/>
        </tbody>
    }
}

/// Holds the order for a pointer that a person moved. One that lies still while
/// rows pass below it holds nothing: it may lie there all day.
fn hold_if_moved(session: Session, event: &PointerEvent) {
    if event.movement_x() != 0 || event.movement_y() != 0 {
        session.hold_order();
    }
}

/// The keys that walk the rows; Enter is the link's own.
fn walk(
    session: Session,
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
    session.hold_order();
    if let Some(scope) = order.get(target).map(Scope::to_string) {
        session.current_row.set(Some(scope.clone()));
        if let Some(link) = link_of(&scope) {
            let _ = link.focus();
        }
    }
}
