//! What the address bar carries: the scope, the order of the table, the language.
//!
//! `/?scope=ft/NAQ&sort=-waiting&lang=fr`. In the query, not in the path, so
//! that the server serves one page at one address.

use crate::sort::Sort;
use crate::words::Language;

/// Path of the one page.
pub const PAGE: &str = "/";

/// A place in the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Path of the scope as written in the address: perhaps not one.
    pub scope: String,
    pub sort: Sort,
    pub language: Language,
}

impl Default for Route {
    fn default() -> Self {
        Self {
            scope: "all".to_owned(),
            sort: Sort::default(),
            language: Language::default(),
        }
    }
}

impl Route {
    /// From the query of an address, with or without its question mark. What is
    /// missing or unreadable is as by default, except the scope: an address that
    /// names an unknown one must not silently show another.
    pub fn from_query(query: &str) -> Self {
        let mut route = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decoded(value);
            match name {
                "scope" if !value.is_empty() => route.scope = value,
                "sort" => route.sort = Sort::from_code(&value).unwrap_or_default(),
                "lang" => route.language = Language::from_code(&value).unwrap_or_default(),
                _ => {}
            }
        }
        route
    }

    /// The query of this place, with its question mark.
    pub fn to_query(&self) -> String {
        format!(
            "?scope={}&sort={}&lang={}",
            encoded(&self.scope),
            self.sort.code(),
            self.language.code()
        )
    }

    /// The same with another scope.
    pub fn with_scope(&self, scope: impl Into<String>) -> Self {
        Self {
            scope: scope.into(),
            ..self.clone()
        }
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
        ] {
            let route = Route {
                scope: scope.to_owned(),
                sort: Sort::from_code("name").unwrap(),
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
            "?scope=all&sort=-waiting&lang=fr"
        );
    }

    #[test]
    fn a_scope_that_is_none_is_kept_as_written() {
        assert_eq!(Route::from_query("?scope=a//b").scope, "a//b");
        assert_eq!(Route::from_query("?scope=%ff%4").scope, "\u{fffd}%4");
    }
}
