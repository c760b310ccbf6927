//! What is said of an address that leads to no scope.

use leptos::prelude::*;
use vigie_contract::frame::RefusedReason;

use super::state::state;
use crate::components::ScopeLink;
use crate::reactive::text;

#[component]
pub fn Refusal() -> impl IntoView {
    let state = state();
    let words = move || state.session.words().supervision;
    let said = move || {
        let (words, scope) = (words(), state.scope());
        state.refused().map(|reason| match reason {
            RefusedReason::UnknownScope => {
                (words.unknown_scope, (words.unknown_scope_long)(&scope))
            }
            RefusedReason::TooLarge => (words.too_large, (words.too_large_long)(&scope)),
            // A page holds a few topics only, and sends nothing but frames.
            RefusedReason::NotATopic | RefusedReason::NotAFrame | RefusedReason::TooManyTopics => {
                (words.not_a_scope, (words.not_a_scope_long)(&scope))
            }
        })
    };
    let title = text(move || said().map_or("", |(title, _)| title));
    let reason = text(move || said().map_or(String::new(), |(_, reason)| reason));
    view! {
        <h1>{title}</h1>
        <p>{reason}</p>
        <p>
            <ScopeLink scope="all">{text(move || words().show_everything)}</ScopeLink>
        </p>
    }
}
