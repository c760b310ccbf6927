//! The few things asked of the browser itself, each in one place.
//!
//! On the host, where the unit tests run, none of these may be called.

use js_sys::Date;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Event, FocusOptions, HtmlElement, Storage};

use crate::figures::Civil;
use crate::route::PATH;

/// The browser's clock, in milliseconds since 1970.
pub fn now_milliseconds() -> f64 {
    Date::now()
}

/// An instant in the time zone of the browser.
pub fn civil(milliseconds: f64) -> Civil {
    let date = Date::new(&JsValue::from_f64(milliseconds));
    Civil {
        date: (date.get_full_year(), date.get_month() + 1, date.get_date()),
        time: (date.get_hours(), date.get_minutes(), date.get_seconds()),
    }
}

/// Address of the live stream of the server that sent this page.
pub fn socket_address() -> String {
    let location = window().location();
    let scheme = match location.protocol().as_deref() {
        Ok("https:") => "wss",
        _ => "ws",
    };
    format!("{scheme}://{}/ws", location.host().unwrap_or_default())
}

/// The query of the address bar.
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Puts another query into the address bar: as a new entry of the history, or
/// in the place of the present one.
pub fn set_query(query: &str, new_entry: bool) {
    let Ok(history) = window().history() else {
        return;
    };
    let address = format!("{PATH}{query}");
    // A browser may refuse when there are too many: the page works all the same.
    let _ = match new_entry {
        true => history.push_state_with_url(&JsValue::NULL, "", Some(&address)),
        false => history.replace_state_with_url(&JsValue::NULL, "", Some(&address)),
    };
}

pub fn reload() {
    let _ = window().location().reload();
}

/// Calls `handler` on each event of that name that reaches the window, for the
/// life of the page.
pub fn on_window(name: &str, handler: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(handler);
    let _ = window().add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// The first element that matches, where there is one.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document()
        .query_selector(selector)
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into().ok())
}

/// Focuses an element where it is, without scrolling to it.
pub fn focus_in_place(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

/// Whether the focus is on the element of that selector or below it.
pub fn focus_is_within(selector: &str) -> bool {
    document()
        .active_element()
        .is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

/// Whether a stretch of text below that selector is selected.
pub fn text_is_selected_within(selector: &str) -> bool {
    let Some(selection) = document().get_selection().ok().flatten() else {
        return false;
    };
    let Some(anchor) = selection.anchor_node() else {
        return false;
    };
    !selection.is_collapsed()
        && anchor
            .parent_element()
            .is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

/// What this browser was told to keep.
pub fn remembered(key: &str) -> Option<String> {
    get(window().local_storage().ok()??, key)
}

/// Keeps a setting in this browser, where it allows that.
pub fn remember(key: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

/// What this tab was told to keep.
pub fn remembered_in_tab(key: &str) -> Option<String> {
    get(window().session_storage().ok()??, key)
}

/// Keeps something for the life of this tab.
pub fn remember_in_tab(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(key, value);
    }
}

fn get(storage: Storage, key: &str) -> Option<String> {
    storage.get_item(key).ok()?
}
