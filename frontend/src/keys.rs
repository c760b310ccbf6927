//! Keys that work wherever the focus is, but in a field that is typed into.

use leptos::ev;
use leptos::prelude::{WindowListenerHandle, window_event_listener};

use crate::browser;

/// What the focus is on where a person types.
const FIELDS: &str = "input, textarea, select";

/// Takes a key, given its name and whether somebody types; answers whether it did.
type Take = Box<dyn Fn(&str, bool) -> bool>;

/// Hears of each key that is pressed by itself. Whoever may go away before the
/// console does removes the listener.
pub fn on_key(take: Take) -> WindowListenerHandle {
    window_event_listener(ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        if modified || event.default_prevented() {
            return;
        }
        if take(&event.key(), browser::focus_is_within(FIELDS)) {
            event.prevent_default();
        }
    })
}
