//! What an event costs, and a second: `cargo bench --package vigie-model --bench
//! fold`, and after `--` the parts that are wanted: recorded, made, agencies,
//! windows, second, save.
//!
//! Every figure of events is printed beside the floor (`readers::floor`) of the
//! same run on the same bytes. Instructions are counted by Valgrind where it is
//! installed; they are the same on a busy machine, times are not.
//!
//! # Layout
//! - [`corpus`]: the events; [`readers`], [`counts`], [`folds`]: what is done
//!   with them;
//! - [`measure`]: CPU time and instructions.

#![expect(clippy::print_stdout, reason = "its figures are its output")]

mod corpus;
mod counts;
mod folds;
mod measure;
mod readers;

use std::env;

use corpus::Corpus;
use counts::Counts;
use folds::Folding;
use measure::{Effort, instructions, least};
use mimalloc::MiMalloc;
use vigie_contract::time::{Span, Time};

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Events that are counted by Valgrind, which is fifty times slower.
const COUNTED_EVENTS: usize = 20_000;

/// Events a second of the made calls: near the country's peak.
const RATE: u64 = 1_000;

/// Seconds in which nothing happens.
const QUIET_SECONDS: usize = 120;

/// Events a second where the longest window is of hours.
const WINDOWS_RATE: u64 = 40;

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
    if is_asked("windows") {
        windows(effort);
    }
    if is_asked("second") {
        for thresholds in [ALL_IS_WELL, ""] {
            tick(thresholds);
        }
    }
    if is_asked("save") {
        save();
    }
}

/// What is done with every event, by name.
type Step = fn(&Corpus, Effort) -> f64;

const STEPS: [(&str, Step); 6] = [
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
    ("counts only", |corpus, effort| {
        least(effort.rounds, Counts::default, |counts| {
            counts.take(corpus.first(effort.events));
            // Each event enters every window and leaves it.
            let sum = counts.sum();
            counts.pass();
            (sum, counts.sum())
        })
    }),
    ("fold, no estimates", |corpus, effort| {
        fold(corpus, effort, Folding::without_estimates)
    }),
    ("fold", |corpus, effort| {
        fold(corpus, effort, Folding::offline)
    }),
    ("fold, live", |corpus, effort| {
        least(effort.rounds.min(3), Folding::live, |folding| {
            folding.take(corpus.first(effort.events));
        })
    }),
];

fn fold(corpus: &Corpus, effort: Effort, begin: fn() -> Folding) -> f64 {
    least(effort.rounds, begin, |folding| {
        folding.take(corpus.first(effort.events));
        folding.pass(Span::from_seconds(1));
    })
}

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
fn growth(effort: Effort) {
    let half = 2 * effort.events;
    println!("agencies: {half} events after as many");
    let mut firsts = Flat::default();
    for agencies in [10, 100, 1_000, 10_000] {
        let corpus = corpus::made(agencies, 2 * half, RATE);
        let rounds = effort.rounds.min(3);
        let offline = |begin: fn() -> Folding| {
            let warm = || {
                let mut folding = begin();
                folding.take(corpus.first(half));
                folding
            };
            let seconds = least(rounds, warm, |folding| {
                folding.take(corpus.between(half, 2 * half));
            });
            seconds * 1e9 / half as f64
        };
        let offline = [
            ("offline", offline(Folding::offline)),
            ("no estimates", offline(Folding::without_estimates)),
        ];
        let live = live(&corpus, half, RATE, rounds, Folding::live).named();
        firsts.print(
            &format!("{agencies:>6} agencies"),
            &[offline, live].concat(),
        );
    }
}

/// What an event costs where the longest sliding window grows, once it is full.
fn windows(effort: Effort) {
    const LONGEST: usize = 4 * 3_600;
    let warm = LONGEST * WINDOWS_RATE as usize;
    let corpus = corpus::made(AGENCIES, warm + effort.events, WINDOWS_RATE);
    println!(
        "windows: one sliding window; {} events after {warm}, {WINDOWS_RATE} a second",
        effort.events
    );
    let mut firsts = Flat::default();
    for minutes in [5, 15, 60, 240] {
        let rounds = effort.rounds.min(3);
        let offline = least(
            rounds,
            || {
                let mut folding = Folding::offline_over(minutes);
                folding.take(corpus.first(warm));
                folding
            },
            |folding| folding.take(corpus.between(warm, corpus.len())),
        );
        let offline = offline * 1e9 / effort.events as f64;
        let live = live(&corpus, warm, WINDOWS_RATE, rounds, || {
            Folding::live_over(minutes)
        });
        let figures = [&[("offline", offline)], &live.named()[..]].concat();
        firsts.print(&format!("{minutes:>6} minutes "), &figures);
    }
}

/// What live events cost, and the seconds that pass over them: apart, since an
/// event costs the same however many come in its second, and a second costs what
/// has changed in it.
struct Live {
    /// Nanoseconds to read an event and fold it.
    event: f64,
    /// Nanoseconds for a second to pass, for each of its events.
    passing: f64,
}

fn live(corpus: &Corpus, warm: usize, rate: u64, rounds: usize, new: impl Fn() -> Folding) -> Live {
    let mut best = Live {
        event: f64::INFINITY,
        passing: f64::INFINITY,
    };
    let rate = rate as usize;
    for _ in 0..rounds {
        let mut folding = new();
        folding.take(corpus.first(warm));
        let mut at = folding.as_of().unwrap_or(corpus::START);
        let (mut event, mut passing) = (0.0, 0.0);
        let mut from = warm;
        while from < corpus.len() {
            let lines = corpus.between(from, from + rate);
            event += least(1, || (), |()| folding.take_without_time(lines.clone()));
            at = at + Span::from_seconds(1);
            passing += least(1, || (), |()| folding.advance(at));
            from += rate;
        }
        let each = 1e9 / (corpus.len() - warm) as f64;
        best.event = best.event.min(event * each);
        best.passing = best.passing.min(passing * each);
    }
    best
}

/// Figures as shares of the first of their kind.
#[derive(Default)]
struct Flat(Vec<f64>);

impl Flat {
    /// Nanoseconds, each with what they are of.
    fn print(&mut self, name: &str, figures: &[(&str, f64)]) {
        if self.0.is_empty() {
            self.0 = figures.iter().map(|(_, figure)| *figure).collect();
        }
        let told = figures.iter().zip(&self.0).map(|((of, figure), first)| {
            let share = 100.0 * figure / first;
            format!("{of} {figure:>5.0} ns ({share:>3.0} %)")
        });
        println!("  {name}: {}", told.collect::<Vec<_>>().join("; "));
    }
}

impl Live {
    fn named(&self) -> [(&'static str, f64); 2] {
        [
            ("live, an event", self.event),
            ("its share of the second that passes", self.passing),
        ]
    }
}

/// Thresholds under which nothing is bad. By those of the default all is, in every scope:
/// the made calls are seldom answered.
const ALL_IS_WELL: &str = "target = 0.002
[defaults.severity]
pick_up = { critical = 0.001 }
callbacks_reached = { warning = 0.002, critical = 0.001 }
estimated_wait = { warning = 86399, critical = 86400 }
longest_wait = { warning = 86399, critical = 86400 }
data_age = { warning = 86399, critical = 86400 }
cut_off = { warning = 99999, critical = 100000 }
";

/// What a second costs in which a tenth of the country's queues change, once
/// the longest sliding window is full.
fn tick(thresholds: &str) {
    let queues = AGENCIES * corpus::QUEUES;
    let changed = queues / 10;
    let seconds = 3_600 + 600;
    let corpus = corpus::made(AGENCIES, (seconds * changed) as usize, changed);
    let mut folding = Folding::live_with_directory(AGENCIES, thresholds);
    folding.take(corpus.first((3_600 * changed) as usize));
    let mut at = folding.as_of().unwrap_or(corpus::START);
    let (mut spent, mut told): (Vec<f64>, Vec<f64>) = Default::default();
    let mut judged: Vec<f64> = Vec::new();
    for second in 3_600..seconds {
        // Folded, and no second passed: the next one does it.
        let lines = corpus.between(
            (second * changed) as usize,
            ((second + 1) * changed) as usize,
        );
        at = step(&mut folding, lines, at, (&mut spent, &mut told));
        if at.second() % 5 == 0 {
            judged.extend(spent.last());
        }
    }
    let longest = spent.iter().copied().fold(0.0, f64::max) * 1e3;
    println!(
        "second: {AGENCIES} agencies, {queues} queues, {changed} events in it, {} of the agencies not ok: {:.2} ms at the median, {:.2} ms where figures are judged, {longest:.2} ms at most of {}; and {:.2} ms to tell the agencies where something changed or somebody waits",
        folding.bad_agencies(),
        median(&mut spent),
        median(&mut judged),
        spent.len(),
        median(&mut told),
    );
    let (mut quiet, mut told): (Vec<f64>, Vec<f64>) = Default::default();
    for _ in 0..QUIET_SECONDS {
        at = step(
            &mut folding,
            std::iter::empty(),
            at,
            (&mut quiet, &mut told),
        );
    }
    // What happened in the hour before still leaves the windows, as it came.
    let leaving = median(&mut quiet);
    folding.pass(Span::from_seconds(2 * 3_600));
    let mut at = folding.as_of().unwrap_or(at);
    let (mut empty, mut told): (Vec<f64>, Vec<f64>) = Default::default();
    for _ in 0..QUIET_SECONDS {
        at = step(
            &mut folding,
            std::iter::empty(),
            at,
            (&mut empty, &mut told),
        );
    }
    println!(
        "a second in which nothing happens: {leaving:.2} ms at the median while an hour of events leaves the windows, {:.3} ms once they are empty; and {:.3} ms to tell the agencies whose turn it is",
        median(&mut empty),
        median(&mut told),
    );
}

/// The median, in milliseconds.
fn median(spent: &mut [f64]) -> f64 {
    spent.sort_by(f64::total_cmp);
    spent[spent.len() / 2] * 1e3
}

/// What saving a partition costs that has so many events of a day, a step at a time;
/// and what the end of that day costs.
fn save() {
    for events in [100_000, 400_000, 1_600_000] {
        let corpus = corpus::made(AGENCIES, events, RATE);
        let mut folding = Folding::live();
        folding.take(corpus.first(events));
        let mut longest = 0.0_f64;
        let mut bytes = 0;
        let all = least(1, || (), |()| bytes = folding.save(&mut longest));
        println!(
            "save: {events} events, {:.1} MB: {:.1} ms, the longest step {:.1} ms",
            bytes as f64 / 1e6,
            all * 1e3,
            longest * 1e3,
        );
        let midnight = folding.midnight();
        let closing = folding.close_day();
        println!(
            "close: the event that closes the day of {events} events: {:.1} ms; the midnight before: {:.1} ms",
            closing * 1e3,
            midnight * 1e3,
        );
    }
}

/// Folds lines and lets a second pass; answers the instant. `spent`, `told`: the
/// seconds that this took, and telling the agencies.
fn step<'l>(
    folding: &mut Folding,
    lines: impl Iterator<Item = &'l [u8]>,
    at: Time,
    (spent, told): (&mut Vec<f64>, &mut Vec<f64>),
) -> Time {
    folding.take_without_time(lines);
    let next = at + Span::from_seconds(1);
    spent.push(least(1, || (), |()| folding.advance(next)));
    told.push(least(1, || (), |()| folding.tell_agencies()));
    next
}
