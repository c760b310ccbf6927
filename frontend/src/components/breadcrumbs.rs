//! The way from the top down to the scope shown.

use leptos::prelude::*;
use vigie_contract::frame::Crumb;
use vigie_contract::scope::Scope;

use super::ScopeLink;
use crate::level;
use crate::session::session;

#[component]
pub fn Breadcrumbs() -> impl IntoView {
    let session = session();
    let crumbs = move || {
        let mut path = session.store.path.get();
        if path.first().is_none_or(|crumb| crumb.scope != Scope::All) {
            let scope = Scope::All;
            let name = String::new();
            path.insert(0, Crumb { scope, name });
        }
        let here = path.len() - 1;
        path.into_iter()
            .enumerate()
            .map(|(depth, crumb)| view! { <li><Step crumb here={depth == here}/></li> })
            .collect_view()
    };
    view! {
        <nav class="breadcrumbs" aria-label=move || session.words().breadcrumbs>
            <ol>{crumbs}</ol>
        </nav>
    }
}

#[component]
fn Step(crumb: Crumb, here: bool) -> impl IntoView {
    let words = session().words();
    let name = level::name(words, &crumb.scope, &crumb.name);
    if here {
        view! { <span aria-current="page">{name}</span> }.into_any()
    } else {
        view! { <ScopeLink scope=crumb.scope.to_string()>{name}</ScopeLink> }.into_any()
    }
}
