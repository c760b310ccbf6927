//! The way from the top down to the scope shown.

use leptos::prelude::*;
use vigie_contract::extent::Extent;
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
        let words = session.words();
        let link = |crumb: Crumb| {
            let name = level::name(words, &crumb.scope, &crumb.name);
            (crumb.scope.to_string(), name)
        };
        let mut links: Vec<(String, String)> = path.into_iter().map(link).collect();
        // A selection is below what holds all its members.
        let address = session.route.with(|route| route.place().scope.clone());
        if let Ok(extent @ Extent::Selection(_)) = address.parse() {
            links.push((address.clone(), level::title(words, &extent, &[])));
        }
        // Before the path is known, and where there is none, nowhere.
        let is_here = |scope: &str| scope == address;
        links
            .into_iter()
            .map(|(scope, name)| {
                let current = is_here(&scope).then_some("page");
                view! {
                    <li aria-current=current>
                        <ScopeLink scope>{name}</ScopeLink>
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
