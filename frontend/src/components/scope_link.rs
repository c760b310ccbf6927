//! A link to a scope that the page follows without loading again.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::reactive::text;
use crate::session::session;

/// A real link, so that it can be copied, and opened in another tab.
#[component]
pub fn ScopeLink(
    /// Path of the scope.
    #[prop(into)]
    scope: String,
    /// Whether the Tab key stops here; always, unless told otherwise.
    #[prop(optional, into)]
    tab_stop: Option<Memo<bool>>,
    children: Children,
) -> impl IntoView {
    let session = session();
    let target = scope.clone();
    let address = text(move || {
        session
            .route
            .with(|route| route.with_scope(&target).to_query())
    });
    let follow = move |event: MouseEvent| {
        if is_plain(&event) {
            event.prevent_default();
            session.show_scope(&scope);
        }
    };
    let tabindex = text(move || match tab_stop.is_none_or(|stop| stop.get()) {
        true => "0",
        false => "-1",
    });
    view! {
        <a href=address tabindex=tabindex on:click=follow>
            {children()}
        </a>
    }
}

/// Whether a click means "here", not "in another tab" or "save".
pub fn is_plain(event: &MouseEvent) -> bool {
    event.button() == 0
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}
