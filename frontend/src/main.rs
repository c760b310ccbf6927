//! The console: live figures of a telephone service, in a browser.
//!
//! Data walk one way: the link hears a frame of a topic, the session takes it,
//! the store sets the signals of that topic that changed, the page shows them. No
//! figure is computed here.
//!
//! # Layout
//! - [`link`]: the websocket, which comes back by itself.
//! - [`session`]: where a person is, and where the link stands.
//! - [`store`]: what the server has told, by topic, as signals.
//! - [`shell`]: what surrounds every page; [`pages`]: a file a page, with its own
//!   state and words; [`components`]: what these share; [`reactive`]: their texts
//!   and flags; [`keys`]: keys that work everywhere.
//! - [`words`]: everything said, in each language; [`figures`]: how figures are
//!   written; [`explanation`]: what is one click behind them.
//! - [`route`]: the address bar; [`sort`]: the order of the table; [`search`]:
//!   finding a scope; [`ranking`], [`accents`]: what both rest on; [`standing`]:
//!   whether figures are current; [`level`]: what a scope is.
//! - [`browser`], [`json`], [`theme`]: what is asked of the browser.
//!
//! All but the last line's, `shell`, `pages`, `components`, `keys` and the shells
//! of `link` and `search` run, and are tested, on the host.

mod accents;
mod browser;
mod components;
mod explanation;
mod figures;
mod json;
mod keys;
mod level;
mod link;
mod pages;
mod ranking;
mod reactive;
mod route;
mod search;
mod session;
mod shell;
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
        view! { <shell::Shell/> }
    });
}
