//! What is read, and what is refused for which reason.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::*;

const QUEUED: &str = r#"{"specversion":"1.0","id":"8f31-2","source":"/pbx/bordeaux-1","type":"call.queued","time":"2026-11-21T09:12:03.120Z","subject":"8f31","data":{"line":"3949","agency":"NAQ-0331","queue":"indemnisation","announced_wait_seconds":240}}"#;

fn event(text: &str) -> Event<'_> {
    match structured(text.as_bytes()) {
        Ok(Reading::Event(event)) => event,
        other => panic!("{other:?}"),
    }
}

fn refusal(text: &str) -> String {
    structured(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn an_event_reads_and_writes_back() {
    let read = event(QUEUED);
    assert_eq!(read.to_json(), QUEUED);
    assert_eq!(read.key(), "NAQ-0331");
}

#[test]
fn attributes_may_come_in_any_order() {
    let shuffled = r#"{"data":{"queue":"indemnisation","agency":"NAQ-0331","line":"3949","announced_wait_seconds":240.0,"later":{"x":[1]}},"subject":"8f31","time":"2026-11-21T10:12:03.120+01:00","type":"call.queued","source":"/pbx/bordeaux-1","id":"8f31-2","specversion":"1.0","traceparent":"00-1"}"#;
    assert_eq!(event(shuffled), event(QUEUED));
}

#[test]
fn both_modes_give_the_same_event() {
    let headers: [(&str, &[u8]); 7] = [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"8f31-2"),
        ("ce_source", b"/pbx/bordeaux-1"),
        ("ce_type", b"call.queued"),
        ("ce_time", b"2026-11-21T09:12:03.120Z"),
        ("ce_subject", b"8f31"),
        ("other", b"\xff"),
    ];
    let data = br#"{"line":"3949","agency":"NAQ-0331","queue":"indemnisation","announced_wait_seconds":240}"#;
    assert_eq!(
        binary(headers.into_iter(), data),
        Ok(Reading::Event(event(QUEUED)))
    );
}

#[test]
fn an_attribute_that_is_no_text_is_refused_by_its_own_name_alone() {
    for name in ["specversion", "id", "source", "type", "time", "subject"] {
        let header = format!("ce_{name}");
        let refused = binary([(&*header, &b"\xff"[..])].into_iter(), b"{}").unwrap_err();
        assert_eq!(refused.to_string(), format!("ce_{name}: not UTF-8"));
    }
    // What an extension is called and holds is the producer's: it is in no reason.
    let extension = [("ce_made\nup\0", &b"\xff"[..])];
    let refused = binary(extension.into_iter(), b"{}").unwrap_err();
    assert_eq!(refused.to_string(), "specversion: missing");
}

#[test]
fn a_type_of_the_future_is_skipped() {
    let text = QUEUED.replace("call.queued", "call.teleported");
    assert_eq!(
        structured(text.as_bytes()),
        Ok(Reading::UnknownType("call.teleported".into()))
    );
}

#[test]
fn refusals_name_the_field_and_the_problem() {
    for (from, to, reason) in [
        (
            "}}",
            "}",
            "message: not JSON: EOF while parsing an object at line 1 column 229",
        ),
        ("\"1.0\"", "\"0.3\"", "specversion: \"0.3\" is not 1.0"),
        ("\"specversion\":\"1.0\",", "", "specversion: missing"),
        ("\"id\":\"8f31-2\",", "", "id: missing"),
        ("8f31-2", "", "id: empty"),
        ("\"subject\":\"8f31\",", "", "subject: missing"),
        (
            "2026-11-21T",
            "21/11/2026 ",
            "time: not an RFC 3339 time with a zone: \"21/11/2026 09:12:03.120Z\"",
        ),
        ("\"agency\":\"NAQ-0331\",", "", "data.agency: missing"),
        (
            "240",
            "\"four\"",
            "data.announced_wait_seconds: invalid type: string \"four\", expected a number of seconds, 0 or more and under 100 years",
        ),
        (
            "240",
            "-1",
            "data.announced_wait_seconds: invalid value: integer `-1`, expected a number of seconds, 0 or more and under 100 years",
        ),
        (
            "240}",
            "240,\"reason\":\"bored\"}",
            "data.reason: unknown variant `bored`, expected one of `asked`, `overflow`, `transfer`, `callback`",
        ),
        (
            "240}",
            "240,\"origin\":{\"agency\":\"X\"}}",
            "data.origin.queue: missing",
        ),
        (
            "240}",
            "240,\"caller\":\"+33 6 12 34 56 78\"}",
            "data.caller: looks like a telephone number, a pseudonym is needed",
        ),
        ("240}", "240,\"caller\":\"\"}", "data.caller: empty"),
        (
            "240}",
            "240,\"caller\":33612345678}",
            "data.caller: not a text",
        ),
        (
            "NAQ-0331",
            "NAQ/0331",
            "data.agency: \"NAQ/0331\" holds a slash or a control character",
        ),
        (
            "\"id\":\"8f31-2\"",
            "\"id\":8",
            "id: invalid type: integer `8`, expected a string",
        ),
    ] {
        assert_eq!(refusal(&QUEUED.replace(from, to)), reason);
    }
    assert_eq!(refusal("[1]"), "message: not an object");
    assert_eq!(
        structured(b"\xff{").unwrap_err().to_string(),
        "message: not UTF-8 from byte 0"
    );
}

#[test]
fn telephone_numbers_are_told_from_pseudonyms() {
    for number in [
        "0612345678",
        "+33 6 12 34 56 78",
        "(0033) 6-12.34.56.78",
        "06\u{2011}12\u{2013}34 56\u{a0}78",
        "123456789",
        "00123456789012345",
    ] {
        assert!(is_telephone_number(number), "{number}");
    }
    for pseudonym in [
        "c0d76931349",
        "12345678",
        "+",
        "",
        "0612345678a",
        "001234567890123456",
        "06+12345678",
    ] {
        assert!(!is_telephone_number(pseudonym), "{pseudonym}");
    }
}

#[test]
fn a_pseudonym_may_be_any_text() {
    let base64 = QUEUED.replace("240}", "240,\"caller\":\"q83v/EjR+wAB==\"}");
    assert!(matches!(
        structured(base64.as_bytes()),
        Ok(Reading::Event(_))
    ));
}

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
