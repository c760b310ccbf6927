//! What a closed day does to the figures: calls of that day are out of hours,
//! and turning them away is right.

use std::sync::Arc;

use vigie_contract::event::Event;
use vigie_contract::read::{Reading, structured};
use vigie_contract::scope::Scope;
use vigie_contract::view::{Counts, Window};
use vigie_model::{Directory, Fold, Input, Outcome, Settings};

/// A line with an agency in either region, open every day; closed at Christmas
/// in one of them.
const DIRECTORY: &str = r#"
version = 1
[[network]]
code = "ft"
name = "France Travail"
[[region]]
code = "NAQ"
name = "Nouvelle-Aquitaine"
[[region]]
code = "REU"
name = "La Réunion"
time_zone = "Indian/Reunion"
[[line]]
number = "3949"
name = "Demandeurs d'emploi"
network = "ft"
[[agency]]
code = "NAQ-1"
name = "Bordeaux"
network = "ft"
region = "NAQ"
[[agency]]
code = "REU-1"
name = "Saint-Denis"
network = "ft"
region = "REU"
"#;

const CHRISTMAS: &str = "[[closure]]\nname = \"Noël\"\ndate = \"2026-12-25\"\n";

/// Folds events, given as type, time and data, all of one call; then the last
/// hour of a scope, as of `to`.
fn last_hour(closure: &str, events: &[(&str, &str, &str)], scope: &str, to: &str) -> Window {
    let directory = Directory::parse(&format!("{DIRECTORY}{closure}")).expect("a valid directory");
    let mut fold = Fold::new(Arc::new(directory), Settings::offline());
    for (offset, (name, time, data)) in events.iter().enumerate() {
        let message = format!(
            r#"{{"specversion":"1.0","id":"{offset}","source":"/pbx","type":"{name}","time":"{time}","subject":"call","data":{data}}}"#
        );
        let event: Event<'_> = match structured(message.as_bytes()) {
            Ok(Reading::Event(event)) => event,
            Ok(Reading::UnknownType(name)) => panic!("no such type: {name}"),
            Err(malformed) => panic!("{malformed}"),
        };
        let outcome = fold
            .apply(Input::Event {
                partition: 0,
                offset: offset as i64,
                arrived: Some(event.time),
                event: &event,
            })
            .outcome;
        assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    }
    fold.apply(Input::Advance {
        to: to.parse().expect("a time"),
    });
    fold.settle();
    let scope: Scope = scope.parse().expect("a scope");
    let view = fold.view(&scope).expect("the directory has it");
    view.windows["60m"].clone()
}

/// A call that waits for a minute, and one that is turned away as closed.
fn noon_at(agency: &str, closure: &str) -> Counts {
    let place = format!(r#""agency":"{agency}","queue":"q""#);
    let queued = format!(r#"{{"line":"3949",{place}}}"#);
    let answered = format!(r#"{{{place},"agent":"a"}}"#);
    let deflected = format!(r#"{{"line":"3949",{place},"reason":"closed"}}"#);
    let events = [
        ("call.queued", "2026-12-25T11:00:00Z", queued.as_str()),
        ("call.answered", "2026-12-25T11:01:00Z", &answered),
        ("call.deflected", "2026-12-25T11:02:00Z", &deflected),
    ];
    last_hour(closure, &events, "all", "2026-12-25T11:30:00Z").counts
}

/// What tells an open place from a closed one.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    answered: i64,
    asked: i64,
    deflected_asked: i64,
    deflected_closed: i64,
    out_of_hours: i64,
}

fn told(counts: &Counts) -> Told {
    Told {
        answered: counts.answered,
        asked: counts.asked,
        deflected_asked: counts.deflected_asked,
        deflected_closed: counts.deflected_closed,
        out_of_hours: counts.out_of_hours,
    }
}

const OPEN: Told = Told {
    answered: 1,
    asked: 2,
    deflected_asked: 1,
    deflected_closed: 0,
    out_of_hours: 0,
};

const CLOSED: Told = Told {
    answered: 0,
    asked: 0,
    deflected_asked: 0,
    deflected_closed: 1,
    out_of_hours: 1,
};

#[test]
fn calls_of_a_closed_day_are_out_of_hours() {
    let region = format!("{CHRISTMAS}regions = [\"NAQ\"]");
    let line = format!("{CHRISTMAS}lines = [\"3949\"]");
    for (agency, closure, expected) in [
        ("NAQ-1", "", OPEN),
        ("NAQ-1", region.as_str(), CLOSED),
        ("REU-1", &region, OPEN),
        ("NAQ-1", &line, CLOSED),
        ("REU-1", &line, CLOSED),
        // An agency that the directory does not know.
        ("X", CHRISTMAS, CLOSED),
        ("X", &region, OPEN),
    ] {
        let counts = noon_at(agency, closure);
        assert_eq!(told(&counts), expected, "{agency}, {closure:?}");
        let opened_and_closed = (counts.entered_all, counts.closed_all);
        assert_eq!(opened_and_closed, (1, 1), "{agency}, {closure:?}");
    }
}

#[test]
fn calls_of_a_closed_line_reach_it_out_of_hours() {
    let received = [(
        "call.received",
        "2026-12-25T11:00:00Z",
        r#"{"line":"3949"}"#,
    )];
    for (narrowed, out_of_hours) in [
        ("lines = [\"3949\"]", 1),
        ("networks = [\"ft\"]", 1),
        ("regions = [\"NAQ\", \"REU\"]", 0),
    ] {
        let closure = format!("{CHRISTMAS}{narrowed}");
        let window = last_hour(&closure, &received, "line/3949", "2026-12-25T11:30:00Z");
        let Counts {
            received,
            received_out_of_hours,
            ..
        } = window.counts;
        let counted = (received, received_out_of_hours);
        assert_eq!(counted, (1, out_of_hours), "{narrowed}");
    }
}

/// Each agency's closed day ends at its own midnight, and who waited into the
/// next has waited since then.
#[test]
fn a_wait_runs_from_the_end_of_the_closed_day() {
    for (agency, scope, end) in [
        ("NAQ-1", "ft/NAQ/NAQ-1", "2026-12-25T23"),
        ("REU-1", "ft/REU/REU-1", "2026-12-25T20"),
    ] {
        let queued = format!(
            r#"{{"line":"3949","agency":"{agency}","queue":"q","asked_at":"2026-12-25T19:30:00Z"}}"#
        );
        let answered = format!(r#"{{"agency":"{agency}","queue":"q","agent":"a"}}"#);
        let (at, to) = (format!("{end}:01:00Z"), format!("{end}:30:00Z"));
        let events = [
            ("call.queued", format!("{end}:00:30Z"), queued),
            ("call.answered", at, answered),
        ];
        let events: Vec<_> = events
            .iter()
            .map(|(name, time, data)| (*name, time.as_str(), data.as_str()))
            .collect();
        let window = last_hour(CHRISTMAS, &events, scope, &to);
        assert_eq!(window.times.answer_mean_seconds, Some(60.0), "{agency}");
    }
}
