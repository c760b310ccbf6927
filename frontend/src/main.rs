//! The console: live figures of a telephone service, in a browser.
//!
//! Data walk one way: the link hears a frame, the session takes it, the store
//! sets the signals that changed, pages and components show them. No figure is
//! computed here.
//!
//! # Layout
//! - [`link`]: the websocket, which comes back by itself.
//! - [`session`]: which scope is watched, and where the link stands.
//! - [`store`]: the figures, as signals; a row each.
//! - [`pages`], [`components`]: what is seen; [`reactive`]: its texts and flags.
//! - [`words`]: everything said, in each language; [`figures`]: how figures are
//!   written; [`explanation`]: what is one click behind them.
//! - [`route`]: the address bar; [`sort`]: the order of the table; [`search`]:
//!   finding a scope; [`standing`]: whether figures are current; [`level`]: what
//!   a scope is.
//! - [`browser`], [`json`], [`theme`]: what is asked of the browser.
//!
//! All but the last line's, `pages`, `components` and the shells of `link` and
//! `search` run, and are tested, on the host.

mod browser;
mod components;
mod explanation;
mod figures;
mod json;
mod level;
mod link;
mod pages;
mod reactive;
mod route;
mod search;
mod session;
mod sort;
mod standing;
mod store;
mod theme;
mod words;

use leptos::prelude::*;

fn main() {
    leptos::mount::mount_to_body(|| {
        let session = session::Session::start();
        session.theme.get_untracked().apply();
        provide_context(session);
        // What the page showed until it could show itself.
        if let Some(waiting) = browser::find("#loading") {
            waiting.remove();
        }
        view! { <pages::Supervision/> }
    });
}
