//! The fold against the simulator, which counted for itself while it made the
//! events: every agency, every quarter-hour, by origin and by handler, exactly.

use std::collections::BTreeMap;
use std::sync::Arc;

use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{View, Window};
use vigie_model::{Directory, Fold, Input, Outcome, Settings as FoldSettings};
use vigie_simulator::{Figures, LineCounts, Settings, Side, Simulation, Waits};

const QUARTER: Span = Span::from_seconds(900);

/// What the truth says of a quarter-hour: by agency and side, and by line.
#[derive(Default)]
struct Quarter {
    agencies: BTreeMap<(String, Side), Figures>,
    lines: BTreeMap<String, LineCounts>,
}

#[test]
fn every_agency_and_quarter_hour_of_a_morning() {
    agree(Settings::small());
}

#[test]
fn another_seed_without_lost_events() {
    agree(Settings {
        seed: 7,
        lost_events: 0.0,
        ..Settings::small()
    });
}

fn agree(settings: Settings) {
    let end = settings.end;
    let mut simulation = Simulation::new(settings);
    let directory = Directory::parse(&simulation.network().directory_toml())
        .unwrap_or_else(|faults| panic!("{faults:?}"));
    let mut fold = Fold::new(Arc::new(directory), FoldSettings::offline());
    let mut offsets = [0_i64; 6];
    for delivery in simulation.by_ref() {
        let partition = partition_of(delivery.event.key(), offsets.len());
        let offset = offsets[partition];
        offsets[partition] += 1;
        let outcome = fold.apply(Input::Event {
            partition: partition as i32,
            offset,
            arrived: None,
            event: &delivery.event,
        });
        assert!(
            matches!(outcome, Outcome::Applied { .. }),
            "{outcome:?}: {delivery:?}"
        );
    }
    let mut quarters: BTreeMap<Time, Quarter> = BTreeMap::new();
    for row in simulation.truth().rows() {
        let agencies = &mut quarters.entry(row.quarter).or_default().agencies;
        agencies.insert((row.agency.to_owned(), row.side), *row.figures);
    }
    for (quarter, line, counts) in simulation.truth().lines() {
        let lines = &mut quarters.entry(quarter).or_default().lines;
        lines.insert(line.to_owned(), *counts);
    }
    let mut answered = 0;
    for (quarter, truth) in quarters {
        let as_of = quarter + QUARTER;
        if as_of > end {
            continue; // cut short: what follows its end was not simulated
        }
        fold.apply(Input::Advance { to: as_of });
        fold.settle();
        answered += compare_agencies(&fold, as_of, &truth);
        compare_lines(&fold, as_of, &truth);
    }
    assert!(
        answered > 1_000,
        "only {answered} answered calls were compared"
    );
}

/// Any spreading that keeps a key together.
fn partition_of(key: &str, partitions: usize) -> usize {
    key.bytes()
        .fold(7_usize, |hash, byte| hash * 31 % 1_009 + usize::from(byte))
        % partitions
}

fn compare_agencies(fold: &Fold, as_of: Time, truth: &Quarter) -> u32 {
    let mut answered = 0;
    let agencies: Vec<Scope> = fold
        .scopes()
        .map(|crumb| crumb.scope)
        .filter(|scope| matches!(scope, Scope::Agency(..)))
        .collect();
    for scope in &agencies {
        let Scope::Agency(_, _, code) = scope else {
            continue;
        };
        let view = fold
            .view(scope)
            .unwrap_or_else(|| panic!("no view of {scope}"));
        for side in [Side::Handler, Side::Origin] {
            let figures = truth
                .agencies
                .get(&(code.clone(), side))
                .copied()
                .unwrap_or_default();
            let place = format!("{scope} by {} as of {as_of}", side.name());
            compare(window(&view, side), &figures, &place);
            answered += figures.counts.answered;
        }
    }
    for (code, _) in truth.agencies.keys() {
        let is_there = |scope: &Scope| matches!(scope, Scope::Agency(_, _, known) if known == code);
        assert!(
            agencies.iter().any(is_there),
            "{code} is in the truth alone"
        );
    }
    answered
}

fn window(view: &View, side: Side) -> &Window {
    match side {
        Side::Handler => &view.handled["15m"],
        Side::Origin => &view.windows["15m"],
    }
}

fn compare(window: &Window, figures: &Figures, place: &str) {
    let (first, callback) = (&window.counts, &window.callback);
    for (name, truth) in figures.counts.named() {
        let folded = match name {
            "entered_all" => first.entered_all,
            "closed_all" => first.closed_all,
            "answered" => first.answered,
            "abandoned" => first.abandoned,
            "short_abandoned" => first.short_abandoned,
            "cut_off" => first.cut_off,
            "lost" => first.lost,
            "callbacks_accepted" => first.callbacks_accepted,
            "voicemails" => first.voicemails,
            "overflowed_out" => first.overflowed_out,
            "overflowed_in" => first.overflowed_in,
            // The truth counts those of every reason.
            "out_of_hours" => {
                first.out_of_hours + callback.out_of_hours + window.second_level.out_of_hours
            }
            "orphan" => first.orphan,
            "deflected_asked" => first.deflected_asked,
            "deflected_closed" => first.deflected_closed,
            "deflected_saturated" => first.deflected_saturated,
            "promises_kept" => first.promises_kept,
            "promises_broken" => first.promises_broken,
            "promises_kept_late" => first.promises_kept_late,
            "rang_unanswered" => first.rang_unanswered,
            "callback_answered" => callback.answered,
            "callback_abandoned" => callback.abandoned,
            "callback_cut_off" => callback.cut_off,
            other => panic!("the truth has a count {other} that nothing is compared with"),
        };
        assert_eq!(folded, i64::from(truth), "{name} of {place}");
    }
    compare_mean(
        window.times.answer_mean_seconds,
        figures.answer_waits,
        "answers",
        place,
    );
    compare_mean(
        window.times.abandon_mean_seconds,
        figures.abandon_waits,
        "abandons",
        place,
    );
}

fn compare_mean(folded: Option<f64>, waits: Waits, what: &str, place: &str) {
    let truth = (waits.count > 0)
        .then(|| waits.sum_microseconds as f64 / f64::from(waits.count) / 1_000_000.0);
    assert_eq!(folded, truth, "mean wait of {what} of {place}");
}

fn compare_lines(fold: &Fold, as_of: Time, truth: &Quarter) {
    for (line, counts) in &truth.lines {
        let scope = Scope::Line(line.clone());
        let view = fold
            .view(&scope)
            .unwrap_or_else(|| panic!("no view of {scope}"));
        let folded = view.windows["15m"].counts;
        // The truth of a line holds the events that name no agency; those that
        // name one are in the line's regions too.
        let by_agencies: i64 = fold
            .scopes()
            .filter(|crumb| matches!(&crumb.scope, Scope::LineRegion(of, _) if of == line))
            .filter_map(|crumb| fold.view(&crumb.scope))
            .map(|view| view.windows["15m"].counts.deflected_closed)
            .sum();
        for (name, truth) in counts.named() {
            let folded = match name {
                "received" => folded.received,
                "received_out_of_hours" => folded.received_out_of_hours,
                "identified" => folded.identified,
                "self_served" => folded.self_served,
                "self_served_in_hours" => folded.self_served_in_hours,
                "deflected_closed" => folded.deflected_closed - by_agencies,
                other => panic!("the truth has a count {other} that nothing is compared with"),
            };
            assert_eq!(folded, i64::from(truth), "{name} of {scope} as of {as_of}");
        }
    }
}
