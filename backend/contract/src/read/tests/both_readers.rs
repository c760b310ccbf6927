//! The plain reader and serde_json take the same for the same.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::*;

/// Every golden event, as it is in its file.
fn goldens() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/events");
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

/// What the plain reader says of a structured event.
fn plain_envelope(text: &str) -> Option<Result<Reading<'_>, Malformed>> {
    let mut envelope = Envelope::default();
    plain::read(text, Fill(&mut envelope))?;
    Some(envelope.finish())
}

#[test]
fn what_is_written_is_plain() {
    for golden in goldens() {
        let is_plain = plain_envelope(&golden).is_some();
        assert_eq!(is_plain, !golden.contains('\\'), "{golden}");
    }
}

#[test]
fn a_line_may_end_as_on_any_system() {
    for end in ["", "\n", "\r\n", "\r"] {
        let line = format!("{QUEUED}{end}");
        assert!(plain_envelope(&line).is_some(), "{end:?}");
        assert_eq!(general(&line), structured(QUEUED.as_bytes()), "{end:?}");
    }
}

#[test]
fn what_is_not_plain_is_left_to_serde_json() {
    for (from, to) in [
        (":240", ": 240"),
        (":240", ":240."),
        (":240", ":.5"),
        (":240", ":0.123456789012345"),
        (":240", ":12345678901234567"),
        (":240", ":24e1"),
        (":240", ":-0"),
        (":240", ":0240"),
        (":240", ":18446744073709551616"),
        (":240", ":+240"),
        (":240", ":"),
        (":240", ":nul"),
        (":240", ":240,"),
        (":240", ":240,,\"caller\":\"c\""),
        (":240", ":240,\"later\":{}"),
        ("{\"line", "{,\"line"),
        ("8f31\"", "8f3\\u0031\""),
        ("8f31\"", "8f\u{1}31\""),
        ("8f31\"", "8f31"),
        ("}}", "}"),
        ("}}", "}}}"),
        ("}}", "}}\n\n"),
        ("}}", "}} "),
        ("}}", "}]"),
        ("\"data\":", "\"data\" :"),
        ("\"data\":", "\"data\","),
    ] {
        let text = QUEUED.replace(from, to);
        assert_ne!(text, QUEUED);
        assert_eq!(plain_envelope(&text), None, "{text}");
        assert_eq!(structured(text.as_bytes()), general(&text), "{text}");
    }
}

/// A golden event in which some stretches were replaced, by what stands in JSON
/// or by any bytes, so that both readers get far into it before they part.
fn damaged_golden() -> impl Strategy<Value = Vec<u8>> {
    const TOKENS: &str = r#"null true false 0 1 12 -1 -0 01 1.5 1e3 18446744073709551615 99999999999999999999 "" "x" "é" "\n" "caller":"c" "later":[1] {} [] [null] {"a":1} { } [ ] , : " \"#;
    let tokens: Vec<Vec<u8>> = TOKENS
        .split(' ')
        .chain([" ", "\n", "\t"])
        .map(|token| token.as_bytes().to_vec())
        .collect();
    let stretch = (any::<Index>(), 0..12_usize);
    let replacement = prop_oneof![
        4 => select(tokens),
        2 => vec(any::<u8>(), 0..6),
        1 => Just(Vec::new()),
    ];
    let damage = vec((stretch, replacement), 0..4);
    (select(goldens()), damage).prop_map(|(golden, damage)| {
        let mut line = golden.into_bytes();
        for ((at, length), bytes) in damage {
            // At a token's edge more often than in the middle of a word.
            let edges: Vec<usize> = (0..line.len())
                .filter(|&at| b"\"{}[]:,".contains(&line[at]))
                .collect();
            if edges.is_empty() {
                break;
            }
            let start = edges[at.index(edges.len())];
            let end = (start + length).min(line.len());
            line.splice(start..end, bytes);
        }
        line
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_plain_reader_is_never_of_another_mind(line in damaged_golden()) {
        if let Ok(text) = std::str::from_utf8(&line) {
            prop_assert_eq!(structured(&line), general(text));
        }
    }

    #[test]
    fn data_alone_are_read_alike(line in damaged_golden(), type_name in select(Body::TYPES)) {
        let Ok(text) = std::str::from_utf8(&line) else { return Ok(()) };
        let data = text.find("\"data\":").map_or(text, |at| &text[at + 7..]);
        for data in [data, data.trim_end().strip_suffix('}').unwrap_or(data)] {
            let read = format!("{:?}", read_data(type_name, data));
            prop_assert_eq!(read, format!("{:?}", general_data(type_name, data)));
        }
    }

    #[test]
    fn numbers_are_the_same(text in "(0|[1-9][0-9]{0,17})(\\.[0-9]{1,16})?") {
        let plain: Option<Value> = plain::read(&text, std::marker::PhantomData);
        if let Some(plain) = plain {
            prop_assert_eq!(Some(plain), serde_json::from_str(&text).ok());
        } else {
            prop_assert!(text.len() > 16);
        }
    }

    #[test]
    fn strings_end_where_they_end(text in "(?s)[ -~é\u{0}-\u{1f}]{0,40}") {
        let quoted = format!("\"{text}\"");
        let plain: Option<&str> = plain::read(&quoted, std::marker::PhantomData);
        let general = serde_json::from_str::<String>(&quoted).ok();
        if let Some(plain) = plain {
            prop_assert_eq!(general.as_deref(), Some(plain));
        } else {
            prop_assert!(general.is_none() || text.contains('\\'));
        }
    }
}
