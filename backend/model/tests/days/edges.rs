//! The exact edges of the rules, and which of them a day meets: the last instant
//! at which one thing holds, and the first at which another does.

use std::collections::{BTreeMap, BTreeSet};

use vigie_contract::event::{Body, Event};

use crate::clock::{DAY, HOUR, MINUTE, QUARTER, SECOND, Zone};
use crate::country::ZONES;
use crate::generate::{Arrival, Day, What, due_of};
use crate::oracle::admission::{Fate, judge};
use crate::oracle::places::Places;
use crate::oracle::told::{Named, named};

/// Lengths of time after which a rule says otherwise.
const RULES: [(&str, i64); 18] = [
    ("an agent silent at T for 12 h", 12 * HOUR),
    ("an agent silent at T for 26 h", 26 * HOUR),
    ("an agent heard again after 12 h", 12 * HOUR),
    ("an agent heard again after 26 h", 26 * HOUR),
    ("an event whose day ended 15 min ago", 15 * MINUTE),
    ("an event 30 s behind the newest", 30 * SECOND),
    ("an event 7 days ahead of the newest", 7 * DAY),
    ("an outcome 2 h after the entry", 2 * HOUR),
    ("an outcome 2 s before the entry", -2 * SECOND),
    ("an entry at the asking", 0),
    ("an entry 24 h after the asking", DAY),
    ("a leg open at T for 2 h", 2 * HOUR),
    ("an attempt at the due time", 0),
    ("an attempt 24 h after the due time", DAY),
    ("a promise due at T", 0),
    ("a promise due 15 min after T", -QUARTER),
    ("a promise due 24 h before T", DAY),
    ("an event at T", 0),
];

const WINDOWS: [(&str, i64); 3] = [("5 min", 300), ("15 min", 900), ("60 min", 3_600)];

/// Clock changes on the days that are drawn, in UTC.
const CHANGES: [(&str, &str, i64); 4] = [
    ("forward", "Europe/Paris", 1_774_746_000), // 2026-03-29T01:00:00Z
    ("back", "Europe/Paris", 1_792_890_000),    // 2026-10-25T01:00:00Z
    ("forward", "America/Miquelon", 1_772_946_000), // 2026-03-08T05:00:00Z
    ("back", "America/Miquelon", 1_793_505_600), // 2026-11-01T04:00:00Z
];

const SIDES: [(i64, &str); 3] = [(-1, "1 µs less"), (0, "exactly"), (1, "1 µs more")];

/// Every edge, both sides of it included.
pub fn all() -> BTreeSet<String> {
    let rules = RULES.iter().map(|(name, _)| (*name).to_owned());
    let windows = WINDOWS.iter().map(|(name, _)| of_window(name));
    let midnights = ZONES.iter().map(|zone| of_midnight(zone));
    let changes = CHANGES.iter().map(|(way, zone, _)| of_change(way, zone));
    rules
        .chain(windows)
        .chain(midnights)
        .chain(changes)
        .flat_map(|name| SIDES.map(|(_, side)| format!("{name}, {side}")))
        .collect()
}

fn of_window(length: &str) -> String {
    format!("an event {length} before T")
}

fn of_midnight(zone: &str) -> String {
    format!("an event since midnight in {zone}")
}

fn of_change(way: &str, zone: &str) -> String {
    format!("an event since the clocks went {way} in {zone}")
}

/// Those that a day meets.
#[derive(Default)]
struct Met(BTreeSet<String>);

impl Met {
    /// Something is so long after the edge of a rule.
    fn meet(&mut self, name: &str, since: i64) {
        if let Some((_, side)) = SIDES.iter().find(|(by, _)| *by == since) {
            self.0.insert(format!("{name}, {side}"));
        }
    }

    fn rule(&mut self, name: &'static str, since: i64) {
        let rule = RULES.iter().find(|(known, _)| *known == name);
        self.meet(name, since - rule.expect("a rule of the list").1);
    }
}

/// The edges that a day meets.
pub fn met(day: &Day) -> BTreeSet<String> {
    let places = Places::new(&day.country);
    let zone = |event: &Event<'static>| {
        let Named { agency, line, .. } = named(&event.body);
        places.zone(agency, line)
    };
    let mut met = Met::default();
    of_arrival(day, &zone, &mut met);
    of_passing(day, &zone, &mut met);
    of_agents(day, &mut met);
    of_calls(day, &mut met);
    met.0
}

fn events(day: &Day) -> impl Iterator<Item = (&Arrival, &Event<'static>)> {
    day.arrivals
        .iter()
        .filter_map(|arrival| match &arrival.what {
            What::Event(event) => Some((arrival, event)),
            _ => None,
        })
}

fn of_arrival(day: &Day, zone: &impl Fn(&Event<'static>) -> Zone, met: &mut Met) {
    let places = Places::new(&day.country);
    let mut newest: BTreeMap<i32, i64> = BTreeMap::new();
    // The clock of a partition starts with its first thirty.
    let mut came: BTreeMap<i32, usize> = BTreeMap::new();
    for (arrival, fate) in day.arrivals.iter().zip(judge(&day.arrivals, &places)) {
        let What::Event(event) = &arrival.what else {
            continue;
        };
        let time = event.time.0;
        *came.entry(arrival.partition).or_insert(0) += 1;
        if let Some(newest) = newest.get(&arrival.partition) {
            if came[&arrival.partition] > 30 {
                met.rule("an event 7 days ahead of the newest", time - newest);
            }
            let end = zone(event).end_of_day(time);
            met.rule("an event whose day ended 15 min ago", newest - end);
            if matches!(fate, Fate::Applied { .. }) {
                met.rule("an event 30 s behind the newest", newest - time);
            }
        }
        if matches!(fate, Fate::Applied { .. }) {
            let known = newest.entry(arrival.partition).or_insert(time);
            *known = time.max(*known);
        }
    }
}

fn of_passing(day: &Day, zone: &impl Fn(&Event<'static>) -> Zone, met: &mut Met) {
    for (_, event) in events(day) {
        let time = event.time.0;
        let zone = zone(event);
        let midnight = zone.start_of_day(time + 1);
        met.meet(&of_midnight(ZONES[zone.0]), time - midnight);
        for (way, of, at) in CHANGES {
            if Zone::named(of) == zone {
                met.meet(&of_change(way, of), time - at * SECOND);
            }
        }
        for &at in &day.instants {
            met.rule("an event at T", at - time);
            for (name, seconds) in WINDOWS {
                met.meet(&of_window(name), at - time - seconds * SECOND);
            }
            if let Some(due) = due_of(&event.body).filter(|_| time < at) {
                met.rule("a promise due at T", at - due);
                met.rule("a promise due 15 min after T", at - due);
                met.rule("a promise due 24 h before T", at - due);
            }
        }
    }
}

fn of_agents(day: &Day, met: &mut Met) {
    let mut heard: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for (arrival, event) in events(day) {
        if let Body::AgentStateChanged(data) = &event.body {
            let agent = (arrival.partition, &data.agency, &data.agent);
            heard.entry(agent).or_default().push(event.time.0);
        }
    }
    for mut times in heard.into_values() {
        times.sort_unstable();
        for pair in times.windows(2) {
            met.rule("an agent heard again after 12 h", pair[1] - pair[0]);
            met.rule("an agent heard again after 26 h", pair[1] - pair[0]);
        }
        for &at in &day.instants {
            if let Some(last) = times.iter().rfind(|time| **time < at) {
                met.rule("an agent silent at T for 12 h", at - last);
                met.rule("an agent silent at T for 26 h", at - last);
            }
        }
    }
}

/// Of what is told of one call in one queue.
fn of_calls(day: &Day, met: &mut Met) {
    let mut told: BTreeMap<_, Vec<&Event<'static>>> = BTreeMap::new();
    for (arrival, event) in events(day) {
        let Named { agency, queue, .. } = named(&event.body);
        let stay = (arrival.partition, &event.subject, agency, queue);
        told.entry(stay).or_default().push(event);
    }
    for events in told.into_values() {
        for event in &events {
            let since = |at: i64| at - event.time.0;
            if let Body::CallQueued(data) = &event.body {
                if let Some(asked) = data.asked_at {
                    met.rule("an entry at the asking", -since(asked.0));
                    met.rule("an entry 24 h after the asking", -since(asked.0));
                }
                for &at in &day.instants {
                    met.rule("a leg open at T for 2 h", since(at));
                }
            }
            for other in &events {
                let at = other.time.0;
                match (&event.body, &other.body) {
                    (Body::CallQueued(_), Body::CallAnswered(_) | Body::CallAbandoned(_)) => {
                        met.rule("an outcome 2 h after the entry", since(at));
                        met.rule("an outcome 2 s before the entry", since(at));
                    }
                    (body, Body::PromiseAttempted(_)) => {
                        if let Some(due) = due_of(body) {
                            met.rule("an attempt at the due time", at - due);
                            met.rule("an attempt 24 h after the due time", at - due);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}
