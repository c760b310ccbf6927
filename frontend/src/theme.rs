//! Light, dark, or as the system says.

use leptos::prelude::document;

use crate::browser;
use crate::words::Words;

/// Where the choice is kept.
const KEY: &str = "vigie.theme";

/// The attribute of the page that the style sheet goes by.
const ATTRIBUTE: &str = "data-theme";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Automatic,
    Light,
    Dark,
}

impl Theme {
    /// As chosen in this browser before.
    pub fn remembered() -> Self {
        match browser::remembered(KEY).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::Automatic,
        }
    }

    pub const fn next(self) -> Self {
        match self {
            Theme::Automatic => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Automatic,
        }
    }

    pub const fn label(self, words: &Words) -> &'static str {
        match self {
            Theme::Automatic => words.theme_automatic,
            Theme::Light => words.theme_light,
            Theme::Dark => words.theme_dark,
        }
    }

    /// Puts the page into it and keeps it for the next time.
    pub fn apply(self) {
        browser::remember(KEY, self.code());
        let Some(page) = document().document_element() else {
            return;
        };
        // Neither fails for a name and a value such as these.
        let _ = match self.code() {
            Some(code) => page.set_attribute(ATTRIBUTE, code),
            None => page.remove_attribute(ATTRIBUTE),
        };
    }

    /// As in the style sheet; automatic is the absence of a choice.
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Theme::Automatic => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }
}
