//! What is read, and what is refused for which reason.

mod both_readers;

use serde_json::Value;

use super::*;
use crate::event::{LONGEST_REMARK, MOST_QUEUES_OF_AN_AGENT};

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
            "message: not JSON: it ends in the middle, after 229 bytes",
        ),
        ("\"1.0\"", "\"0.3\"", "specversion: \"0.3\" is not 1.0"),
        ("\"specversion\":\"1.0\",", "", "specversion: missing"),
        ("\"id\":\"8f31-2\",", "", "id: missing"),
        ("8f31-2", "", "id: empty"),
        ("\"subject\":\"8f31\",", "", "subject: missing"),
        (
            "2026-11-21T",
            "21/11/2026 ",
            "time: \"21/11/2026 09:12:03.120Z\" is not an RFC 3339 time with a zone, such as 2026-11-21T09:12:03.120Z",
        ),
        ("\"agency\":\"NAQ-0331\",", "", "data.agency: missing"),
        (
            "240",
            "\"four\"",
            "data.announced_wait_seconds: \"four\" is not a number of seconds from 0 to 86400 (24 hours)",
        ),
        (
            "240",
            "-1",
            "data.announced_wait_seconds: -1 is not a number of seconds from 0 to 86400 (24 hours)",
        ),
        (
            "240}",
            "240,\"reason\":\"bored\"}",
            "data.reason: \"bored\" is none of asked, overflow, transfer, callback",
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
        (
            "240}",
            "240,\"caller\":33612345678}",
            "data.caller: not a text",
        ),
        (
            "NAQ-0331",
            "NAQ/0331",
            "data.agency: \"NAQ/0331\" holds a slash",
        ),
        ("\"id\":\"8f31-2\"", "\"id\":8", "id: 8 is not a text"),
        ("NAQ-0331", "", "data.agency: empty"),
        (
            "\"NAQ-0331\"",
            "[\"NAQ-0331\"]",
            "data.agency: a list is not a text",
        ),
        (
            "240}",
            "1e30,\"announced_wait_seconds\":3}",
            "data.announced_wait_seconds: 1e30 is not a number of seconds from 0 to 86400 (24 hours)",
        ),
        (
            "240}",
            "240,\"announced_wait_seconds\":3}",
            "data.announced_wait_seconds: there twice",
        ),
        (
            "240}",
            "240,\"identified\":\"yes\"}",
            "data.identified: \"yes\" is not true or false",
        ),
        ("240}", "240,\"reason\":7}", "data.reason: 7 is not a text"),
        (
            "\"data\":",
            "\"vigiepartition\":1.5,\"data\":",
            "vigiepartition: 1.5 is not a whole number from -2147483648 to 2147483647",
        ),
        (
            "\"data\":{",
            "\"data\":x{",
            "message: not JSON: unreadable from byte 141",
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

/// The body of an event whose data have one field more.
fn body_with(type_name: &str, data: &str) -> Body<'static> {
    let line = format!(
        r#"{{"specversion":"1.0","id":"1","source":"/s","type":"{type_name}","time":"2026-11-21T09:12:03Z","subject":"c","data":{data}}}"#
    );
    match structured(line.leak().as_bytes()) {
        Ok(Reading::Event(event)) => event.body,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_optional_text_that_says_nothing_is_left_out() {
    const QUEUE: &str = r#""agency":"A","queue":"q""#;
    let lined = format!(r#""line":"3949",{QUEUE}"#);
    for (type_name, required, field) in [
        ("call.received", r#""line":"3949""#, "caller"),
        ("call.self_served", r#""line":"3949""#, "caller"),
        (
            "call.deflected",
            r#""line":"1","reason":"closed""#,
            "caller",
        ),
        (
            "call.deflected",
            r#""line":"1","reason":"closed""#,
            "agency",
        ),
        ("call.deflected", r#""line":"1","reason":"closed""#, "queue"),
        ("call.queued", &lined, "reason"),
        ("call.queued", &lined, "asked_at"),
        ("call.queued", &lined, "caller"),
        ("call.rang_unanswered", QUEUE, "agent"),
        ("call.answered", QUEUE, "agent"),
        ("call.voicemail_left", QUEUE, "due_at"),
        (
            "call.ended",
            &format!(r#"{QUEUE},"talk_seconds":1"#),
            "agent",
        ),
        (
            "call.wrapped_up",
            &format!(r#"{QUEUE},"wrap_up_seconds":1"#),
            "agent",
        ),
        (
            "agent.state_changed",
            r#""agency":"A","agent":"a","state":"paused""#,
            "reason",
        ),
        ("survey.answered", r#""agency":"A","score":3"#, "queue"),
    ] {
        let without = body_with(type_name, &format!("{{{required}}}"));
        for nothing in ["\"\"", "\"   \"", "null", "\"\\u0020\""] {
            let with = body_with(type_name, &format!(r#"{{{required},"{field}":{nothing}}}"#));
            assert_eq!(with, without, "{type_name} {field} {nothing}");
        }
    }
}

#[test]
fn what_people_write_is_trimmed_and_cut() {
    let said = |text: &str| {
        let data = format!(
            r#"{{"agency":"A","queue":"q","message":{}}}"#,
            Value::from(text)
        );
        match body_with("queue.state_changed", &data) {
            Body::QueueStateChanged(data) => data.message.map(|message| message.to_string()),
            other => panic!("{other:?}"),
        }
    };
    let most = "é".repeat(LONGEST_REMARK);
    let broken = "é".repeat(LONGEST_REMARK - 1);
    for (given, kept) in [
        (" lunch\n", "lunch"),
        ("\u{a0}déjeuner\u{2003}", "déjeuner"),
        (&most, &most),
        (&format!("  {most}"), &most),
        (&format!("{most}x"), &most),
        (&format!("{broken} and more"), &broken),
    ] {
        assert_eq!(said(given).as_deref(), Some(kept), "{given:?}");
        assert_eq!(said(kept).as_deref(), Some(kept), "reads back");
    }
    assert_eq!(said("\n\t ").as_deref(), Some(""), "the message ends");
}

#[test]
fn an_agent_has_a_bounded_number_of_queues() {
    let agent = |queues: Value| {
        let mut line: Value = serde_json::from_str(QUEUED).unwrap();
        line["type"] = "agent.state_changed".into();
        line["data"] =
            serde_json::json!({"agency": "A", "agent": "a", "state": "ready", "queues": queues});
        line.to_string()
    };
    let codes = |number: usize| Value::from(vec!["q"; number]);
    for (queues, read) in [
        (Value::Null, None),
        (codes(0), Some(0)),
        (
            codes(MOST_QUEUES_OF_AN_AGENT),
            Some(MOST_QUEUES_OF_AN_AGENT),
        ),
        (Value::from(vec![""]), Some(0)),
        (Value::from(vec!["p", "", " ", "q"]), Some(2)),
    ] {
        let line = agent(queues);
        let Body::AgentStateChanged(data) = event(&line).body else {
            panic!("{line}")
        };
        assert_eq!(data.queues.map(|queues| queues.len()), read, "{line}");
    }
    for number in [MOST_QUEUES_OF_AN_AGENT + 1, 100_000] {
        let refused = refusal(&agent(codes(number)));
        assert_eq!(refused, "data.queues: more than 200 queues of an agent");
    }
    let refused = refusal(&agent(serde_json::json!(["q", 7])));
    assert_eq!(refused, "data.queues[1]: 7 is not a text");
}

#[test]
fn codes_have_nothing_that_cannot_be_seen() {
    for (code, problem) in [
        ("a/b", "\"a/b\" holds a slash"),
        ("a\tb", "\"a\\tb\" holds the control character U+0009"),
        ("a\u{7f}", "\"a\\u{7f}\" holds the control character U+007F"),
        ("a\u{85}", "\"a\\u{85}\" holds the control character U+0085"),
        ("\u{9f}", "\"\\u{9f}\" holds the control character U+009F"),
        (
            "a\u{202e}b",
            "\"a\\u{202e}b\" holds the direction mark U+202E",
        ),
        ("\u{61c}", "\"\\u{61c}\" holds the direction mark U+061C"),
        ("\u{200f}", "\"\\u{200f}\" holds the direction mark U+200F"),
        ("\u{2066}", "\"\\u{2066}\" holds the direction mark U+2066"),
        ("", "empty"),
    ] {
        assert_eq!(code_problem(code).as_deref(), Some(problem));
        let text = Value::from(code).to_string();
        let refused = refusal(&QUEUED.replace("\"indemnisation\"", &text));
        assert_eq!(refused, format!("data.queue: {problem}"));
    }
    let long = "é".repeat(LONGEST_CODE / 2);
    for code in [
        "*45",
        "39 49",
        "Île \\ 1",
        "été \"2026\" ☎",
        "\u{a0}\u{2028}",
        &long,
    ] {
        assert_eq!(code_problem(code), None, "{code:?}");
    }
    let longer = code_problem(&format!("{long}x"));
    assert_eq!(longer.as_deref(), Some("longer than 128 bytes"));
}

#[test]
fn what_identifies_an_event_has_no_control_character() {
    for (field, given) in [
        ("id", "8f31-2"),
        ("source", "/pbx/bordeaux-1"),
        ("subject", "8f31\""),
    ] {
        for (escape, number) in [
            ("\\u0000", "0000"),
            ("\\t", "0009"),
            ("\\u007f", "007F"),
            ("\\u0085", "0085"),
        ] {
            let written = QUEUED.replace(&format!("\"{given}"), &format!("\"{escape}{given}"));
            let refused = refusal(&written);
            assert!(refused.starts_with(&format!("{field}: \"\\")), "{refused}");
            let reason = format!("holds the control character U+{number}");
            assert!(refused.ends_with(&reason), "{refused}");
        }
    }
    assert_eq!(
        event(&QUEUED.replace("8f31-2", "8f31\u{202e}é")).id,
        "8f31\u{202e}é".into()
    );
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let marked = format!("\u{feff}{QUEUED}");
    assert_eq!(event(&marked), event(QUEUED));
}

#[test]
fn what_is_cut_off_is_told_from_what_is_no_json() {
    for length in 1..QUEUED.len() {
        assert!(ends_in_the_middle(&QUEUED.as_bytes()[..length]), "{length}");
    }
    assert!(ends_in_the_middle(b"{\"queue\":\"Zo\xc3"));
    for whole in [QUEUED, "", " \r\n", "garbage", "{}", "{]", "{\"a\":1}}"] {
        assert!(!ends_in_the_middle(whole.as_bytes()), "{whole}");
    }
    assert!(!ends_in_the_middle(b"{\"queue\":\"Zo\xe9\"}"));
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
