//! What the address bar carries: the page, what it shows, the language.
//!
//! `/?scope=ft/NAQ&sort=-waiting&lang=fr`. In the query, not in the path, so
//! that the server serves one page at one address.

use vigie_contract::extent::Extent;

use crate::sort::Sort;
use crate::words::Language;

/// What the path of a selection begins with.
const SELECTION: &str = "pick/";

/// The path that every address is written with.
pub const PATH: &str = "/";

/// A place in the console.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    pub page: Page,
    pub language: Language,
}

/// A page, and what of it is shown. An address that names none is of the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// The figures of a scope and its children, live.
    Supervision(Place),
}

/// What the page of a scope shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Path of the scope as written in the address: perhaps not one.
    pub scope: String,
    /// The order of its children.
    pub sort: Sort,
}

impl Default for Page {
    fn default() -> Self {
        Self::Supervision(Place::default())
    }
}

impl Default for Place {
    fn default() -> Self {
        Self {
            scope: "all".to_owned(),
            sort: Sort::default(),
        }
    }
}

impl Route {
    /// From the query of an address, with or without its question mark. What is
    /// missing or unreadable is as by default, except the scope: an address that
    /// names an unknown one must not silently show another. A selection is taken in
    /// its one form, in whichever order its members are named.
    pub fn from_query(query: &str) -> Self {
        let mut place = Place::default();
        let mut language = Language::default();
        for pair in query.trim_start_matches('?').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = match name {
                // Typed by hand, what parts the members of a selection is no space.
                "scope" if value.starts_with(SELECTION) => decoded(&value.replace('+', "%2B")),
                _ => decoded(value),
            };
            match name {
                "scope" if !value.is_empty() => place.scope = in_one_form(value),
                "sort" => place.sort = Sort::from_code(&value).unwrap_or_default(),
                "lang" => language = Language::from_code(&value).unwrap_or_default(),
                _ => {}
            }
        }
        Self {
            page: Page::Supervision(place),
            language,
        }
    }

    /// The query of this place, with its question mark.
    pub fn to_query(&self) -> String {
        let Page::Supervision(Place { scope, sort }) = &self.page;
        format!(
            "?scope={}&sort={}&lang={}",
            encoded(scope),
            sort.code(),
            self.language.code()
        )
    }

    /// The scope that the page shows, and in which order its children.
    pub fn place(&self) -> &Place {
        match &self.page {
            Page::Supervision(place) => place,
        }
    }

    /// The page of another scope.
    pub fn with_scope(&self, scope: impl Into<String>) -> Self {
        self.with_page(Page::Supervision(Place {
            scope: scope.into(),
            sort: self.place().sort,
        }))
    }

    /// Another page, in the same language.
    pub fn with_page(&self, page: Page) -> Self {
        Self {
            page,
            language: self.language,
        }
    }
}

/// A selection with its members in order; anything else as it is.
fn in_one_form(scope: String) -> String {
    match scope.parse() {
        Ok(extent @ Extent::Selection(_)) => extent.to_string(),
        Ok(Extent::Scope(_)) | Err(_) => scope,
    }
}

/// Percent-encoded, but for what a query may hold as it is.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                out.push('%');
                for digit in [byte >> 4, byte & 0xf] {
                    out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
                }
            }
        }
    }
    out
}

/// The inverse of [`encoded`]; what is not well encoded stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| {
        bytes
            .get(at)
            .and_then(|byte| char::from(*byte).to_digit(16))
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            (b'+', ..) => {
                out.push(b' ');
                at += 1;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back() {
        for scope in [
            "all",
            "ft/NAQ/NAQ-0331/indemnisation",
            "line/3949",
            "été & fils/%41",
            "a+b c",
            "pick/ft/NAQ/a++b c+ft/NAQ/d",
        ] {
            let route = Route {
                page: Page::Supervision(Place {
                    scope: scope.to_owned(),
                    sort: Sort::from_code("name").unwrap(),
                }),
                language: Language::English,
            };
            assert_eq!(Route::from_query(&route.to_query()), route);
        }
    }

    #[test]
    fn what_is_missing_or_unreadable_is_as_by_default() {
        for query in ["", "?", "?sort=colour&lang=xx&other=1&scope=", "&&=&%"] {
            assert_eq!(Route::from_query(query), Route::default(), "{query}");
        }
        assert_eq!(
            Route::default().to_query(),
            "?scope=all&sort=-severity&lang=fr"
        );
    }

    #[test]
    fn a_selection_has_one_form_however_it_was_typed() {
        for query in [
            "?scope=pick/ft/B+ft/A",
            "?scope=pick/ft/A+ft/B",
            "?scope=pick/ft/B%2Bft/A",
            "?scope=pick%2Fft%2FA%2Bft%2FB",
        ] {
            let route = Route::from_query(query);
            assert_eq!(route.place().scope, "pick/ft/A+ft/B", "{query}");
        }
    }

    #[test]
    fn a_scope_that_is_none_is_kept_as_written() {
        for (query, written) in [("?scope=a//b", "a//b"), ("?scope=%ff%4", "\u{fffd}%4")] {
            assert_eq!(Route::from_query(query).place().scope, written);
        }
    }
}
