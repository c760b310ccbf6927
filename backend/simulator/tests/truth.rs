//! The truth adds up, and the events tell the same story.

use std::collections::BTreeMap;

use vigie_contract::event::Body;
use vigie_contract::time::Time;
use vigie_simulator::{Counts, LineCounts, Settings, Side, Simulation};

const QUARTER_MICROS: i64 = 900_000_000;

/// Two whole days of one region overseas and its partner on the mainland, with
/// events lost on the way.
fn two_days(seed: u64) -> Settings {
    let country = Settings::default();
    Settings {
        seed,
        lost_events: 0.004,
        regions: vec!["REU".to_owned(), "COR".to_owned()],
        agencies_per_network: Some(8),
        end: Time(country.start.0 + 2 * 86_400_000_000),
        ..country
    }
}

fn sum(simulation: &Simulation, side: Side) -> Counts {
    let mut sum = Counts::default();
    for row in simulation.truth().rows().filter(|row| row.side == side) {
        sum.add(&row.figures.counts);
    }
    sum
}

fn run(settings: Settings) -> (Simulation, Vec<vigie_simulator::Delivery>) {
    let mut simulation = Simulation::new(settings);
    let deliveries = simulation.by_ref().collect();
    (simulation, deliveries)
}

#[test]
fn origin_and_handler_agree_in_total() {
    for seed in 1..4 {
        let (simulation, _) = run(two_days(seed));
        let mut by_handler = sum(&simulation, Side::Handler);
        let by_origin = sum(&simulation, Side::Origin);
        by_handler.orphan = by_origin.orphan;
        assert_eq!(by_handler, by_origin, "seed {seed}");
    }
}

#[test]
fn every_count_occurs() {
    let (simulation, _) = run(two_days(1));
    let mut all = sum(&simulation, Side::Origin);
    for seed in 2..4 {
        all.add(&sum(&run(two_days(seed)).0, Side::Origin));
    }
    // A call back is cut off only by an outage while it waits, which is rare.
    for (name, count) in all.named().filter(|(name, _)| *name != "callback_cut_off") {
        assert!(count > 0, "no {name} in six days");
    }
}

#[test]
fn waits_are_those_of_the_legs_counted() {
    let (simulation, _) = run(two_days(2));
    for row in simulation.truth().rows() {
        let figures = row.figures;
        let counts = figures.counts;
        let known = figures.answer_waits.count + figures.abandon_waits.count;
        assert!(known <= counts.answered + counts.abandoned, "{row:?}");
        assert!(
            counts.answered + counts.abandoned <= known + counts.orphan,
            "{row:?}"
        );
        assert!(counts.short_abandoned <= counts.abandoned, "{row:?}");
        for waits in [figures.answer_waits, figures.abandon_waits] {
            let longest = waits.longest_microseconds;
            assert!(
                waits.sum_microseconds <= longest * i64::from(waits.count),
                "{row:?}"
            );
            assert!(longest < 2 * 3_600_000_000, "{row:?}");
        }
    }
}

/// What can be counted off the events without knowing any rule: entries and
/// conversations by the agency that handled them, and what lines received.
#[test]
fn entries_and_lines_can_be_counted_off_the_events() {
    let (simulation, deliveries) = run(two_days(3));
    let mut entered: BTreeMap<(Time, String), u32> = BTreeMap::new();
    let mut rang: BTreeMap<(Time, String), u32> = BTreeMap::new();
    let mut lines: BTreeMap<(Time, String), LineCounts> = BTreeMap::new();
    for delivery in &deliveries {
        let event = &delivery.event;
        let quarter = Time(event.time.0 - event.time.0.rem_euclid(QUARTER_MICROS));
        match &event.body {
            Body::CallQueued(data) => {
                *entered
                    .entry((quarter, data.agency.to_string()))
                    .or_default() += 1
            }
            Body::CallRangUnanswered(data) => {
                *rang.entry((quarter, data.agency.to_string())).or_default() += 1
            }
            Body::CallReceived(data) => {
                let counts = lines.entry((quarter, data.line.to_string())).or_default();
                counts.received += 1;
                counts.identified += u32::from(data.identified == Some(true));
            }
            Body::CallSelfServed(data) => {
                lines
                    .entry((quarter, data.line.to_string()))
                    .or_default()
                    .self_served += 1;
            }
            _ => {}
        }
    }
    let rows = || {
        simulation
            .truth()
            .rows()
            .filter(|row| row.side == Side::Handler)
    };
    let key = |row: &vigie_simulator::Row<'_>| (row.quarter, row.agency.to_owned());
    let true_entered: BTreeMap<_, _> = rows()
        .filter(|row| row.figures.counts.entered_all > 0)
        .map(|row| (key(&row), row.figures.counts.entered_all))
        .collect();
    let true_rang: BTreeMap<_, _> = rows()
        .filter(|row| row.figures.counts.rang_unanswered > 0)
        .map(|row| (key(&row), row.figures.counts.rang_unanswered))
        .collect();
    assert_eq!(true_entered, entered);
    assert_eq!(true_rang, rang);
    for (quarter, line, counts) in simulation.truth().lines() {
        let seen = lines
            .remove(&(quarter, line.to_owned()))
            .unwrap_or_default();
        assert_eq!(
            (counts.received, counts.identified, counts.self_served),
            (seen.received, seen.identified, seen.self_served),
            "{line} at {quarter}"
        );
    }
    assert!(lines.is_empty(), "{lines:?}");
}

#[test]
fn it_is_written_as_one_object_a_row() {
    let (simulation, _) = run(Settings::small());
    let mut written = Vec::new();
    simulation.truth().write_ndjson(&mut written).unwrap();
    let text = String::from_utf8(written).unwrap();
    let rows: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        rows.len(),
        simulation.truth().rows().count() + simulation.truth().lines().count()
    );
    let number = |row: &serde_json::Value, name: &str| {
        row[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{name} in {row}"))
    };
    let agencies: Vec<_> = rows
        .iter()
        .filter(|row| row["agency"].is_string())
        .collect();
    for row in &agencies {
        let parts = [
            "answered",
            "abandoned",
            "cut_off",
            "lost",
            "callbacks_accepted",
            "voicemails",
        ];
        let offered = parts.iter().map(|part| number(row, part)).sum::<u64>();
        assert_eq!(number(row, "offered"), offered, "{row}");
        assert_eq!(
            number(row, "asked"),
            offered + number(row, "deflected_asked"),
            "{row}"
        );
    }
    let first = agencies[0];
    assert_eq!(first["quarter"], "2026-11-23T06:45:00Z");
    assert!(
        first["answer_waits"]["sum_microseconds"].is_i64(),
        "{first}"
    );
}

#[test]
fn it_can_be_read_while_the_simulation_runs() {
    let mut simulation = Simulation::new(Settings::small());
    let mut counted = 0;
    let mut seen = 0;
    while let Some(delivery) = simulation.next() {
        counted += u32::from(matches!(delivery.event.body, Body::CallQueued(_)));
        if counted == 500 && seen == 0 {
            seen = sum(&simulation, Side::Handler).entered_all;
        }
    }
    // Deliveries are at most some seconds behind what has happened.
    assert!(
        (500..600).contains(&seen),
        "{seen} entries when 500 were delivered"
    );
}
