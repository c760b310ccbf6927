//! The page of a scope: its figures and its children, live.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use vigie_contract::frame::{Refused, RefusedReason};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::browser;
use crate::components::{
    Breadcrumbs, ChildrenTable, Heading, LanguageSwitch, LinkState, Notices, SEARCH_FIELD,
    ScopeLink, SearchBox, ThemeSwitch, Tile, close_explanation, focus_row,
};
use crate::explanation::Figure;
use crate::reactive::{flag, text};
use crate::session::{Session, session};
use crate::words::BRAND;

#[component]
pub fn Supervision() -> impl IntoView {
    let session = session();
    let words = move || session.words();
    follow(session);
    let frozen = text(move || (!session.standing.get().is_current()).to_string());
    let refused = flag(move || session.refused.read().is_some());
    let granted = flag(move || !refused.get());
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
            <div class="figures" hidden=refused>
                <Heading/>
                <div class="tiles" role="group" aria-label=text(move || words().figures)>
                    {Figure::ALL.map(|figure| view! { <Tile figure/> }).collect_view()}
                </div>
                <ChildrenTable/>
            </div>
            <div class="no-such-scope" hidden=granted>
                <NoSuchScope/>
            </div>
        </main>
        <footer aria-hidden="true">
            {move || {
                let keys = words().keys.iter();
                keys.map(|(key, does)| view! { <span><kbd>{*key}</kbd> " " {*does}</span> })
                    .collect_view()
            }}
        </footer>
    }
}

/// What is said of an address that leads to no scope.
#[component]
fn NoSuchScope() -> impl IntoView {
    let session = session();
    let said = move || {
        let words = session.words();
        let refused = session.refused.read();
        refused
            .as_ref()
            .map(|Refused { scope, reason, .. }| match reason {
                RefusedReason::UnknownScope => {
                    (words.unknown_scope, (words.unknown_scope_long)(scope))
                }
                RefusedReason::NotAScope | RefusedReason::NotAFrame => {
                    (words.not_a_scope, (words.not_a_scope_long)(scope))
                }
                RefusedReason::TooLarge => (words.too_large, (words.too_large_long)(scope)),
            })
    };
    let title = text(move || said().map_or("", |(title, _)| title));
    let reason = text(move || said().map_or(String::new(), |(_, reason)| reason));
    view! {
        <h1>{title}</h1>
        <p>{reason}</p>
        <p>
            <ScopeLink scope="all">{text(move || session.words().show_everything)}</ScopeLink>
        </p>
    }
}

/// What the page does beside showing: its language, its title, its keys.
fn follow(session: Session) {
    Effect::new(move || {
        if let Some(page) = document().document_element() {
            let _ = page.set_attribute("lang", session.language().code());
        }
    });
    Effect::new(move || document().set_title(&session.title()));
    let shown = Memo::new(move |_| {
        session
            .store
            .view
            .with(|view| view.as_ref().map(|view| view.scope.clone()))
    });
    Effect::new(move |before: Option<_>| {
        let scope = shown.get();
        if before.is_some_and(|before| before != scope) {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            if let Some(scroll) = browser::find(".scroll") {
                scroll.set_scroll_top(0);
            }
        }
        scope
    });
    window_event_listener(ev::keydown, move |event| key(session, &event));
    window_event_listener(ev::pointerdown, move |event| {
        let inside = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|element| element.closest(".tile").ok().flatten().is_some());
        if !inside && session.explained.get_untracked().is_some() {
            session.explained.set(None);
        }
    });
}

/// The keys that work wherever the focus is, but in the search field, which
/// keeps its own.
fn key(session: Session, event: &KeyboardEvent) {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    if modified || event.default_prevented() {
        return;
    }
    let typing = browser::focus_is_within("input, textarea, select");
    match event.key().as_str() {
        "/" if !typing => {
            if let Some(field) = browser::find(SEARCH_FIELD) {
                let _ = field.focus();
            }
        }
        "Escape" if session.explained.get_untracked().is_some() => close_explanation(session),
        "Escape" if !typing => session.show_parent(),
        "ArrowDown" if !typing && !browser::focus_is_within(".scroll, button") => focus_row(),
        _ => return,
    }
    event.prevent_default();
}
