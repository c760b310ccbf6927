//! What an event costs, and a second: `cargo bench --package vigie-model --bench
//! fold`, and after `--` the parts that are wanted: recorded, made, agencies,
//! second.
//!
//! Every figure of events is printed beside the floor (`readers::floor`) of the
//! same run on the same bytes. Instructions are counted by Valgrind where it is
//! installed; they are the same on a busy machine, times are not.
//!
//! # Layout
//! - [`corpus`]: the events; [`readers`], [`folds`]: what is done with them;
//! - [`measure`]: CPU time and instructions.

#![expect(clippy::print_stdout, reason = "its figures are its output")]

mod corpus;
mod folds;
mod measure;
mod readers;

use std::env;

use corpus::Corpus;
use folds::Folding;
use measure::{Effort, instructions, least};
use vigie_contract::time::{Span, Time};

/// Events that are counted by Valgrind, which is fifty times slower.
const COUNTED_EVENTS: usize = 20_000;

/// Events a second of the made calls: near the country's peak.
const RATE: u64 = 1_000;

/// Agencies of the country, for what is not measured over their number.
const AGENCIES: u64 = 1_100;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let after = |flag: &str| {
        let at = words.iter().position(|word| word == flag)?;
        words.get(at + 1)
    };
    if let (Some(name), Some(events)) = (after("--only"), after("--events")) {
        let events = events.parse().expect("--events is a number");
        let effort = Effort { rounds: 1, events };
        run_one(name, effort);
        return;
    }
    let effort = Effort {
        rounds: 7,
        events: 200_000,
    };
    let asked: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let is_asked = |part: &str| asked.is_empty() || asked.iter().any(|word| *word == part);
    if is_asked("recorded") {
        match corpus::recorded() {
            Some(corpus) => events("recorded", &corpus, effort),
            None => println!("no recorded calls in VIGIE_RECORDED_DATA"),
        }
    }
    if is_asked("made") {
        events("made", &corpus::made(AGENCIES, effort.events, RATE), effort);
    }
    if is_asked("agencies") {
        growth(effort);
    }
    if is_asked("second") {
        tick();
    }
}

/// What is done with every event, by name.
type Step = fn(&Corpus, Effort) -> f64;

const STEPS: [(&str, Step); 4] = [
    ("floor", |corpus, effort| {
        least(
            effort.rounds,
            || (),
            |()| readers::floor(corpus.first(effort.events)),
        )
    }),
    ("read", |corpus, effort| {
        least(
            effort.rounds,
            || (),
            |()| readers::read(corpus.first(effort.events)),
        )
    }),
    ("fold", |corpus, effort| {
        least(effort.rounds, Folding::offline, |folding| {
            folding.take(corpus.first(effort.events));
            folding.pass(Span::from_seconds(1));
        })
    }),
    ("fold, live", |corpus, effort| {
        least(effort.rounds.min(3), Folding::live, |folding| {
            folding.take(corpus.first(effort.events));
        })
    }),
];

/// One measurement alone, for Valgrind: `CORPUS/STEP`.
fn run_one(name: &str, effort: Effort) {
    let (kind, step) = name.split_once('/').expect("a name has two parts");
    let corpus = match kind {
        "recorded" => corpus::recorded().expect("there are recorded calls"),
        _ => corpus::made(AGENCIES, effort.events, RATE),
    };
    let known = STEPS.iter().find(|(known, _)| *known == step);
    let (_, run) = known.expect("a step of the list");
    run(&corpus, effort);
}

fn events(kind: &str, corpus: &Corpus, effort: Effort) {
    let number = corpus.len().min(effort.events);
    let size = corpus.size() / corpus.len().max(1);
    println!(
        "{kind}: {number} events of {size} bytes, best of {}",
        effort.rounds
    );
    let mut floor = None;
    for (step, run) in STEPS {
        let seconds = run(corpus, effort);
        let floor = *floor.get_or_insert(seconds);
        let counted = instructions(&format!("{kind}/{step}"), COUNTED_EVENTS)
            .map(|count| format!(", {} instructions", count / COUNTED_EVENTS as u64));
        println!(
            "  {step:<22} {:>6.0} ns an event, {:>5.2} million a CPU second, {:>4.0} % of the floor{}",
            seconds * 1e9 / number as f64,
            number as f64 / seconds / 1e6,
            100.0 * floor / seconds,
            counted.unwrap_or_default(),
        );
    }
    let folded = || {
        let mut folding = Folding::offline();
        folding.take(corpus.first(effort.events));
        folding.pass(Span::from_seconds(1));
        folding
    };
    let view = least(effort.rounds.min(3), folded, Folding::view);
    println!("  a view of all, offline: {:.2} ms", view * 1e3);
}

/// What an event costs where the number of agencies grows, once all of them
/// have been seen: the second half of the events is measured.
///
/// The longest sliding window is a constant of the model today; once it is a
/// setting, the same is to be done over windows of 5 minutes to 4 hours.
fn growth(effort: Effort) {
    let half = 2 * effort.events;
    println!("agencies: {half} events after as many");
    for (name, new) in [
        ("offline", Folding::offline as fn() -> Folding),
        ("live, every second", Folding::live),
    ] {
        let mut first = None;
        for agencies in [10, 100, 1_000, 10_000] {
            let corpus = corpus::made(agencies, 2 * half, RATE);
            let warm = || {
                let mut folding = new();
                folding.take(corpus.first(half));
                folding
            };
            let seconds = least(effort.rounds.min(3), warm, |folding| {
                folding.take(corpus.between(half, 2 * half));
            });
            let first = *first.get_or_insert(seconds);
            println!(
                "  {name}, {agencies:>6} agencies {:>6.0} ns an event, {:>4.0} % of the first",
                seconds * 1e9 / half as f64,
                100.0 * seconds / first
            );
        }
    }
}

/// What a second costs in which a tenth of the country's queues change, once
/// the longest sliding window is full.
fn tick() {
    let queues = AGENCIES * corpus::QUEUES;
    let changed = queues / 10;
    let seconds = 3_600 + 600;
    let corpus = corpus::made(AGENCIES, (seconds * changed) as usize, changed);
    let mut folding = Folding::live();
    folding.take(corpus.first((3_600 * changed) as usize));
    let mut at = folding.as_of().unwrap_or(corpus::START);
    let mut spent: Vec<f64> = Vec::new();
    for second in 3_600..seconds {
        // Folded, and no second passed: the next one does it.
        let lines = corpus.between(
            (second * changed) as usize,
            ((second + 1) * changed) as usize,
        );
        at = step(&mut folding, lines, at, &mut spent);
    }
    spent.sort_by(f64::total_cmp);
    println!(
        "second: {AGENCIES} agencies, {queues} queues, {changed} events in it: {:.2} ms at the median, {:.2} ms at most of {}",
        spent[spent.len() / 2] * 1e3,
        spent[spent.len() - 1] * 1e3,
        spent.len(),
    );
}

fn step<'l>(
    folding: &mut Folding,
    lines: impl Iterator<Item = &'l [u8]>,
    at: Time,
    spent: &mut Vec<f64>,
) -> Time {
    folding.take_without_time(lines);
    let next = at + Span::from_seconds(1);
    spent.push(least(1, || (), |()| folding.advance(next)));
    next
}
