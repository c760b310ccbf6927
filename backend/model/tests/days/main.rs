//! The fold against a second count, over whole generated days.
//!
//! Ten thousand days of a small country, in which everything that can coincide
//! does: see `generate`. Each is folded offline and live, and every figure of
//! every scope is held to `oracle`, written from the definitions alone. Figures
//! that the fold does not fill in yet are listed in `compare::NOT_YET`.
//!
//! `VIGIE_DAYS=100000` says how many days, `VIGIE_SEED=…` which: a failure
//! prints the seed and the day, shrunk.

mod clock;
mod compare;
mod country;
mod drive;
mod generate;
mod invariants;
mod oracle;
mod regressions;

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// Days in all, over every slice.
const DAYS: u32 = 10_000;

/// Slices, so that every core has some.
const SLICES: u32 = 10;

/// Differences that a failure shows.
const SHOWN: usize = 12;

static SEED: LazyLock<u64> = LazyLock::new(|| {
    from_environment("VIGIE_SEED").unwrap_or_else(|| RandomState::new().hash_one(0))
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
        max_shrink_iters: 5_000,
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
