//! Days on which fold and count once differed, shrunk and named.

use vigie_contract::event::{AttemptOutcome, Body, Event, PromiseKind, QueueReason};
use vigie_contract::time::Time;

use crate::clock::{HOUR, SECOND};
use crate::country::{Traits, country};
use crate::drive;
use crate::generate::events::{self, Entry, Spot};
use crate::generate::{Arrival, Day, Live, What};

/// 2026-05-12T10:00:00Z
const NOON: i64 = 1_778_580_000 * SECOND;

const SPOT: Spot = Spot {
    agency: "N1",
    queue: "q",
};

/// One call of one partition, by (microseconds after noon, id, body) in order
/// of arrival, in a country that is always open.
fn call(told: Vec<(i64, &'static str, Body<'static>)>, look_after: &[i64]) -> Day {
    let arrivals = told.into_iter().map(|(after, id, body)| Arrival {
        partition: 0,
        what: What::Event(Event {
            id: id.into(),
            source: "/pbx".into(),
            time: Time(NOON + after),
            subject: "call".into(),
            body,
            arrival: None,
        }),
    });
    Day {
        country: country(&Traits {
            agencies: &[0],
            hours: &[],
            switches: 0,
            closures: &[],
            date: (2026, 5, 12),
        }),
        arrivals: arrivals.collect(),
        instants: look_after.iter().map(|after| NOON + after).collect(),
        live: Live {
            stride: 1,
            until: NOON,
        },
    }
}

fn entry(line: &'static str) -> Body<'static> {
    events::queued(Entry {
        line,
        spot: SPOT,
        reason: QueueReason::Asked,
        origin: None,
        asked_at: None,
        announced: None,
    })
}

#[track_caller]
fn agree(day: &Day) {
    let differences = drive::differences(day);
    assert!(
        differences.is_empty(),
        "{}\n{day:?}",
        differences.join("\n")
    );
}

#[test]
#[ignore = "the fold takes the one that is due first, not the one whose id comes first"]
fn of_promises_made_at_one_instant_the_first_id_counts() {
    let reached = events::attempted(SPOT, PromiseKind::Callback, AttemptOutcome::Reached);
    agree(&call(
        vec![
            (0, "a", events::callback_accepted(SPOT, NOON + 5 * SECOND)),
            (0, "b", events::callback_accepted(SPOT, NOON)),
            (0, "c", reached),
        ],
        &[SECOND],
    ));
}

#[test]
#[ignore = "the fold does not open promises of one instant in the order of their ids"]
fn a_promise_of_one_instant_counts_on_the_line_of_its_leg() {
    let due = NOON + 5 * SECOND;
    agree(&call(
        vec![
            (0, "d", entry("9999")),
            (0, "a", events::callback_accepted(SPOT, due)),
            (0, "b", events::callback_accepted(SPOT, due)),
            (0, "c", entry("3995")),
        ],
        &[SECOND],
    ));
}

#[test]
#[ignore = "the fold makes the promise twice once its ledger is forgotten"]
fn a_call_that_comes_back_after_days_makes_no_promise_anew() {
    let later = 37 * HOUR;
    agree(&call(
        vec![
            (0, "a", events::callback_accepted(SPOT, NOON)),
            (later, "b", entry("3949")),
            (later, "c", entry("3949")),
        ],
        &[SECOND],
    ));
}
