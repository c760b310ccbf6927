//! The way from the top down to the scope shown.

use leptos::prelude::*;
use vigie_contract::frame::Crumb;
use vigie_contract::scope::Scope;

use crate::components::ScopeLink;
use crate::level;
use crate::reactive::text;
use crate::session::session;

#[component]
pub fn Breadcrumbs() -> impl IntoView {
    let session = session();
    let crumbs = move || {
        let mut path = session.trail.get();
        if path.first().is_none_or(|crumb| crumb.scope != Scope::All) {
            let scope = Scope::All;
            let name = String::new();
            path.insert(0, Crumb { scope, name });
        }
        // Before the path is known, and where there is none, nowhere.
        let here = session
            .trail
            .read()
            .last()
            .is_some()
            .then_some(path.len() - 1);
        let words = session.words();
        path.into_iter()
            .enumerate()
            .map(|(depth, crumb)| {
                let name = level::name(words, &crumb.scope, &crumb.name);
                let current = (Some(depth) == here).then_some("page");
                view! {
                    <li aria-current=current>
                        <ScopeLink scope=crumb.scope.to_string()>{name}</ScopeLink>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <nav class="breadcrumbs" aria-label=text(move || session.words().breadcrumbs)>
            <ol>{crumbs}</ol>
        </nav>
    }
}
