//! What fills the window: a file a page, with its own state and words.

mod supervision;

use leptos::prelude::*;

use crate::route::Page;
use crate::session::session;
use crate::words::Words;
use supervision::Supervision;

/// The page of the address bar. There is one so far, which is never left: a second
/// is to be chosen by a memo of which it is, so that a page that goes on to show
/// something else is not made anew.
#[component]
pub fn Shown() -> impl IntoView {
    session().route.with_untracked(|route| match route.page {
        Page::Supervision(_) => view! { <Supervision/> },
    })
}

/// The keys of a page, and what each does.
pub fn keys(page: &Page, words: &'static Words) -> &'static [(&'static str, &'static str)] {
    match page {
        Page::Supervision(_) => words.supervision.keys,
    }
}
