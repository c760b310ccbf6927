//! What is read, and what is refused for which reason.

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
