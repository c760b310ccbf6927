//! Generated days: events that collide as often as real ones never do.

use proptest::prelude::*;
use vigie_contract::event::{
    AttemptOutcome, CallAbandoned, CallAnswered, CallCallbackAccepted, CallCutOff, CallDeflected,
    CallEnded, CallOverflowed, CallQueued, CallReceived, CallVoicemailLeft, CutOffReason,
    DeflectReason, PromiseAttempted,
};
use vigie_contract::event::{Body, Event, Place, PromiseKind, QueueReason};
use vigie_contract::time::{Span, Time};

/// Two networks, an overseas region, opening hours that end at midnight.
pub const DIRECTORY: &str = r#"
version = 1
[[network]]
code = "ft"
name = "France Travail"
short_abandons_count = false
[[network]]
code = "caf"
name = "Caf"
[[region]]
code = "IDF"
name = "Île-de-France"
[[region]]
code = "REU"
name = "La Réunion"
time_zone = "Indian/Reunion"
[[hours]]
name = "late"
saturday = ["10:00-24:00"]
sunday = ["00:00-01:30", "02:30-12:00"]
[[line]]
number = "3949"
name = "3949"
network = "ft"
hours = "late"
[[line]]
number = "3230"
name = "3230"
network = "caf"
[[queue]]
code = "q1"
network = "ft"
line = "3949"
name = "q1"
answer_within_seconds = 30
[[queue]]
code = "q1"
network = "caf"
line = "3230"
name = "q1"
[[agency]]
code = "A"
name = "A"
network = "ft"
region = "IDF"
queues = ["q1"]
[[agency]]
code = "B"
name = "B"
network = "caf"
region = "REU"
queues = ["q1"]
"#;

/// The evening before a clock change, 2026-10-24T20:00Z: three hours before
/// Paris' midnight... and into the hour that comes twice.
pub const START: i64 = 1_792_872_000;

/// Seconds that events spread over.
pub const LENGTH: i64 = 6 * 3_600;

const AGENCIES: [&str; 3] = ["A", "B", "C"];
const QUEUES: [&str; 2] = ["q1", "q2"];

/// When, on the grid of whole seconds or off it.
fn time() -> impl Strategy<Value = Time> {
    let second = prop_oneof![
        // Many at few instants, for ties.
        4 => (0..20_i64).prop_map(|step| step * LENGTH / 20),
        4 => 0..LENGTH,
        // Around Paris' midnight.
        2 => 7_190..7_210_i64,
    ];
    (second, prop_oneof![3 => Just(0_i64), 1 => 0..1_000_000_i64])
        .prop_map(|(second, micros)| Time((START + second) * 1_000_000 + micros))
}

fn place() -> impl Strategy<Value = Place<'static>> {
    (
        prop::sample::select(&AGENCIES),
        prop::sample::select(&QUEUES),
    )
        .prop_map(|(agency, queue)| Place {
            agency: agency.into(),
            queue: queue.into(),
        })
}

fn queued(at: Time) -> impl Strategy<Value = Body<'static>> {
    let reason = prop_oneof![
        4 => Just(QueueReason::Asked),
        2 => Just(QueueReason::Overflow),
        1 => Just(QueueReason::Transfer),
        1 => Just(QueueReason::Callback),
    ];
    let line = prop::sample::select(&["3949", "3230", "9999"]);
    let asked = prop::option::of(-60..7_000_i64);
    (place(), reason, line, prop::option::of(place()), asked).prop_map(
        move |(place, reason, line, origin, asked)| {
            Body::CallQueued(CallQueued {
                line: line.into(),
                agency: place.agency,
                queue: place.queue,
                reason,
                origin,
                asked_at: asked.map(|seconds| at - Span::from_seconds(seconds)),
                announced_wait_seconds: None,
                caller: None,
                identified: None,
            })
        },
    )
}

fn outcome(at: Time) -> impl Strategy<Value = Body<'static>> {
    (place(), place(), 0..7_u8, -600..9_000_i64).prop_map(move |(place, to, kind, due)| {
        let Place { agency, queue } = place;
        let due_at = at + Span::from_seconds(due);
        match kind {
            0 => Body::CallAbandoned(CallAbandoned { agency, queue }),
            1 => Body::CallOverflowed(CallOverflowed { agency, queue, to }),
            2 => Body::CallCutOff(CallCutOff {
                agency,
                queue,
                reason: CutOffReason::Closing,
            }),
            3 => Body::CallCallbackAccepted(CallCallbackAccepted {
                agency,
                queue,
                due_at,
            }),
            4 => Body::CallVoicemailLeft(CallVoicemailLeft {
                agency,
                queue,
                due_at: None,
            }),
            _ => Body::CallAnswered(CallAnswered {
                agency,
                queue,
                agent: None,
            }),
        }
    })
}

fn other() -> impl Strategy<Value = Body<'static>> {
    (place(), 0..5_u8, any::<bool>(), 0..900_i64).prop_map(|(place, kind, flag, seconds)| {
        let Place { agency, queue } = place;
        let outcomes = [
            AttemptOutcome::Reached,
            AttemptOutcome::Unreachable,
            AttemptOutcome::Cancelled,
            AttemptOutcome::Handled,
        ];
        match kind {
            0 => Body::CallReceived(CallReceived {
                line: "3949".into(),
                caller: None,
                identified: Some(flag),
            }),
            1 => Body::CallDeflected(CallDeflected {
                line: "3949".into(),
                agency: flag.then_some(agency),
                queue: None,
                caller: None,
                reason: DeflectReason::Closed,
                after_request: None,
            }),
            2 => Body::CallEnded(CallEnded {
                agency,
                queue,
                agent: None,
                talk_seconds: Span(seconds * 1_000_001),
                hold_seconds: None,
            }),
            _ => Body::PromiseAttempted(PromiseAttempted {
                agency,
                queue,
                kind: PromiseKind::Callback,
                outcome: outcomes[seconds as usize % 4],
            }),
        }
    })
}

fn event() -> impl Strategy<Value = Event<'static>> {
    (time(), 0..6_u8, 0..1_000_u32).prop_flat_map(|(time, subject, id)| {
        let body = prop_oneof![4 => queued(time), 5 => outcome(time), 2 => other()];
        body.prop_map(move |body| Event {
            id: format!("{id}").into(),
            source: "/pbx".into(),
            time,
            subject: format!("call-{subject}").into(),
            body,
            arrival: None,
        })
    })
}

/// Events of a few hours of which no day closes: whatever their order, none is
/// too late.
pub fn evening() -> impl Strategy<Value = Vec<Event<'static>>> {
    // A quarter-hour past Paris' midnight, the first to pass, its day closes.
    let last = Time::from_seconds(START + 7_200 + 900);
    day().prop_map(move |events| {
        events
            .into_iter()
            .filter(|event| event.time <= last)
            .collect()
    })
}

/// Events of a few hours, each with an identity of its own, by time.
pub fn day() -> impl Strategy<Value = Vec<Event<'static>>> {
    prop::collection::vec(event(), 1..60).prop_map(|mut events| {
        for (at, event) in events.iter_mut().enumerate() {
            // Distinct, in an order that has nothing to do with time.
            event.id = format!("{}-{at}", event.id).into();
        }
        events.sort_by_key(|event| event.time);
        events
    })
}
