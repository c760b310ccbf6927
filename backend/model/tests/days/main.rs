//! The fold against a second count, over whole generated days.
//!
//! Ten thousand days of a small country, in which everything that can coincide
//! does: see `generate`. Each is folded offline and live, and every figure of
//! every scope is held to `oracle`, written from the definitions alone.
//!
//! `VIGIE_DAYS=100000` says how many days, `VIGIE_SEED=…` which: a failure
//! prints the seed and the day, shrunk.

mod clock;
mod compare;
mod country;
mod drive;
mod edges;
mod ended;
mod generate;
mod help;
mod invariants;
mod judged;
mod kept;
mod oracle;
mod regressions;
mod reloaded;
mod tight;
#[path = "../watched/mod.rs"]
mod watched;

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::sync::LazyLock;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use vigie_contract::scope::Scope;
use vigie_contract::view::{Callers, Count as Counted, Rate};

/// Days in all, over every slice.
const DAYS: u32 = 10_000;

/// Slices, so that every core has some.
const SLICES: u32 = 10;

/// How often a failure is made smaller, unless the environment says otherwise.
const SHRINKS: u32 = 5_000;

/// Differences that a failure shows.
const SHOWN: usize = 12;

static SEED: LazyLock<u64> = LazyLock::new(|| {
    let seed = from_environment("VIGIE_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
    // Not as tests print, which is shown of failures only: it is of use after a success too.
    let _ = writeln!(std::io::stderr(), "VIGIE_SEED={seed}");
    seed
});

fn from_environment<T: std::str::FromStr>(name: &str) -> Option<T> {
    let value = std::env::var(name).ok()?;
    let read = value.parse().ok();
    Some(read.unwrap_or_else(|| panic!("{name} is {value:?}, not a number")))
}

/// A slice of the days: the seed and its own number name every one of them.
fn slice(number: u32) {
    let days = from_environment("VIGIE_DAYS")
        .unwrap_or(DAYS)
        .div_ceil(SLICES);
    let seed = *SEED;
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..12].copy_from_slice(&number.to_le_bytes());
    let config = Config {
        cases: days,
        failure_persistence: None,
        max_shrink_iters: from_environment("PROPTEST_MAX_SHRINK_ITERS").unwrap_or(SHRINKS),
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let result = runner.run(&generate::sketch(), |sketch| {
        let differences = drive::differences(&sketch.day());
        if differences.is_empty() {
            return Ok(());
        }
        let shown = differences
            .iter()
            .take(SHOWN)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n  ");
        Err(TestCaseError::fail(format!(
            "{} differences of fold and count:\n  {shown}",
            differences.len()
        )))
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, sketch)) => {
            panic!("VIGIE_SEED={seed}, slice {number}: {reason}\n{sketch:?}")
        }
        Err(TestError::Abort(reason)) => panic!("VIGIE_SEED={seed}, slice {number}: {reason}"),
    }
}

/// Days on which nothing happens would agree as well: everything that is
/// counted has to be counted on some of a few hundred.
const FIGURES_OF_CALLERS: [&str; 7] = [
    "lived",
    "ended by promise",
    "attempts per episode",
    "without caller",
    "repeat calls",
    "satisfied and back",
    "satisfied and back so far",
];

fn shares_of_callers(callers: Callers) -> [Option<[i64; 2]>; 7] {
    let of = |rate: Option<Rate>| rate.map(|rate| rate.of);
    [
        of(callers.lived),
        of(callers.ended_by_promise),
        callers.attempts_per_episode.map(|mean| mean.of),
        of(callers.without_caller),
        of(callers.repeat_calls),
        of(callers.satisfied_and_back),
        of(callers.satisfied_and_back_so_far),
    ]
}

#[test]
fn the_days_hold_everything_that_can_be_counted() {
    let mut runner = TestRunner::deterministic();
    let mut missing: BTreeSet<&str> = Counted::ALL.iter().map(|count| count.name()).collect();
    missing.extend([
        "refused",
        "skipped",
        "spread",
        "two partitions",
        "live and late",
        "left in the voice server",
        "fewer received than followed",
    ]);
    missing.extend(FIGURES_OF_CALLERS);
    for _ in 0..600 {
        let sketch = generate::sketch()
            .new_tree(&mut runner)
            .expect("a day")
            .current();
        let day = sketch.day();
        let count = oracle::Count::new(&day.country, &day.arrivals);
        for &at in &day.instants {
            let view = count.at(at).view(&Scope::All);
            let today = &view.windows["today"];
            for (name, value) in invariants::every_count(&today.counts) {
                if value != 0 {
                    missing.remove(name);
                }
            }
            let callers = view.callers.expect("all has callers");
            for (name, of) in FIGURES_OF_CALLERS.iter().zip(shares_of_callers(callers)) {
                // Neither none nor all.
                if of.is_some_and(|[some, all]| some > 0 && some != all) {
                    missing.remove(name);
                }
            }
            match today.counts.left_in_ivr {
                Some(0) => {}
                Some(_) => drop(missing.remove("left in the voice server")),
                None => drop(missing.remove("fewer received than followed")),
            }
            if today.spread.is_some_and(|spread| spread.agencies > 1) {
                missing.remove("spread");
            }
        }
        let counters = count.counters();
        for (name, is_there) in [
            ("refused", counters.refused > 0),
            ("skipped", counters.skipped > 0),
            (
                "two partitions",
                day.arrivals.iter().any(|arrival| arrival.partition > 0),
            ),
            (
                "live and late",
                counters.late > 0 && day.live.until > day.instants[0],
            ),
        ] {
            if is_there {
                missing.remove(name);
            }
        }
    }
    assert!(missing.is_empty(), "on no day: {missing:?}");
}

/// A rule is held where it says otherwise, not where nothing hangs on it.
#[test]
fn the_days_meet_the_edges_of_the_rules() {
    let mut runner = TestRunner::deterministic();
    let mut missing = edges::all();
    for _ in 0..8_000 {
        let sketch = generate::sketch().new_tree(&mut runner);
        let day = sketch.expect("a day").current().day();
        for edge in edges::met(&day) {
            missing.remove(&edge);
        }
    }
    assert!(missing.is_empty(), "on no day: {missing:#?}");
}

/// A test a slice.
macro_rules! slices {
    ($($name:ident = $number:literal,)+) => {
        $(
            #[test]
            fn $name() {
                slice($number);
            }
        )+
    };
}

slices! {
    days_0 = 0,
    days_1 = 1,
    days_2 = 2,
    days_3 = 3,
    days_4 = 4,
    days_5 = 5,
    days_6 = 6,
    days_7 = 7,
    days_8 = 8,
    days_9 = 9,
}
