//! What surrounds every page: the header, notices, the keys that always work.

mod breadcrumbs;
mod link_state;
mod notices;
mod search_box;
mod switches;

use leptos::prelude::*;

use crate::browser;
use crate::components::ScopeLink;
use crate::keys::on_key;
use crate::pages;
use crate::reactive::text;
use crate::session::session;
use crate::words::BRAND;
use breadcrumbs::Breadcrumbs;
use link_state::LinkState;
use notices::Notices;
use search_box::{FIELD as SEARCH_FIELD, SearchBox};
use switches::{LanguageSwitch, ThemeSwitch};

#[component]
pub fn Shell() -> impl IntoView {
    let session = session();
    let words = move || session.words();
    Effect::new(move || {
        if let Some(page) = document().document_element() {
            let _ = page.set_attribute("lang", session.language().code());
        }
    });
    on_key(Box::new(|key, typing| {
        key == "/" && !typing && focus_search()
    }));
    let frozen = text(move || (!session.standing.get().is_current()).to_string());
    view! {
        <a class="skip" href="#figures">{text(move || words().skip_to_figures)}</a>
        <header>
            <p class="brand"><ScopeLink scope="all">{BRAND}</ScopeLink></p>
            <Breadcrumbs/>
            <SearchBox/>
            <LinkState/>
            <LanguageSwitch/>
            <ThemeSwitch/>
        </header>
        <Notices/>
        <main id="figures" data-frozen=frozen>
            <pages::Shown/>
        </main>
        <footer aria-hidden="true">
            {move || {
                let of_page = session.route.with(|route| pages::keys(&route.page, words()));
                let keys = std::iter::once(&words().key_search).chain(of_page);
                keys.map(|(key, does)| view! { <span><kbd>{*key}</kbd> " " {*does}</span> })
                    .collect_view()
            }}
        </footer>
    }
}

fn focus_search() -> bool {
    if let Some(field) = browser::find(SEARCH_FIELD) {
        let _ = field.focus();
    }
    true
}
