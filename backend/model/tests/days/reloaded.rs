//! Days in the middle of which the country is said to be another: what only says where
//! sums go follows at once, what is counted follows at midnight.

use std::cell::Cell;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::Clock;
use vigie_model::{Directory, Input, Settings};

use crate::clock::SECOND;
use crate::country::{Country, HOURS};
use crate::drive::{end, give, look, restored};
use crate::generate::{self, Day};
use crate::oracle::Count;
use crate::oracle::places::{Before, Places};
use crate::watched::Fold;
use crate::{SEED, from_environment};

/// One such day for so many others.
const ONE_IN: u32 = 100;

/// Days in all, where nothing else is said.
const DAYS: u32 = 10_000;

/// The same places in the same time zones, with other regions, other hours and other
/// thresholds.
fn changed(country: &Country, numbers: &[u16]) -> Country {
    let mut numbers = numbers.iter().copied().cycle().map(usize::from);
    let mut pick = |below: usize| numbers.next().unwrap_or(0) % below;
    let mut changed = country.clone();
    let hours = |at: usize| HOURS.get(at).map(|hours| hours.name);
    for agency in &mut changed.agencies {
        let mut regions = country.regions.iter();
        let of_region = regions.find(|region| Some(region.code) == agency.region);
        let zone = agency.zone.or(of_region.and_then(|region| region.zone));
        agency.zone = Some(zone.unwrap_or(country.zone));
        agency.region = [None, Some("NAQ"), Some("BRE"), Some("REU"), agency.region][pick(5)];
        agency.hours = hours(pick(6));
        agency.line_hours = match hours(pick(8)) {
            Some(name) => vec![("3949", name)],
            None => Vec::new(),
        };
    }
    for line in &mut changed.lines {
        line.hours = hours(pick(6));
    }
    for queue in &mut changed.queues {
        queue.answer_within_seconds = [None, Some(0), Some(30), Some(300)][pick(4)];
    }
    for network in &mut changed.networks {
        network.short_abandons_count = [None, Some(true), Some(false)][pick(3)];
    }
    changed.answer_within_seconds = [20, 60, 180][pick(3)];
    changed.short_abandon_seconds = [0, 5, 60][pick(3)];
    changed.short_abandons_count = pick(2) == 0;
    if pick(2) == 0 {
        changed.closures.clear();
    }
    changed
}

/// Days on which one country alone would have given other figures.
#[derive(Default)]
struct Met {
    by_the_old: Cell<u32>,
    by_the_new: Cell<u32>,
}

impl Met {
    fn note(&self, day: &Day, country: &Country, count: &Count<'_>) {
        let windows = |count: &Count<'_>, at: i64| count.at(at).view(&Scope::All).windows;
        let differs = |from: &Country| {
            let alone = Count::of(Places::reloaded(from, None), &day.arrivals);
            let mut instants = day.instants.iter();
            instants.any(|&at| windows(&alone, at) != windows(count, at))
        };
        let add = |days: &Cell<u32>, is: bool| days.set(days.get() + u32::from(is));
        add(&self.by_the_old, differs(country));
        add(&self.by_the_new, differs(&day.country));
    }
}

fn parsed(country: &Country) -> Arc<Directory> {
    Arc::new(Directory::parse(&country.toml()).expect("a directory"))
}

fn live() -> Settings {
    Settings {
        judge: false,
        ..Settings::live(Clock::Event)
    }
}

/// Time passes while events come, and after one of them the country is another; on some
/// days another process goes on, later, from what the first saved. Answers the fold, and
/// after which instant the other directory was read.
fn tell(day: &Day, other: &Arc<Directory>, reload: usize) -> (Fold, Time) {
    let mut fold = Fold::new(parsed(&day.country), live());
    let mut read = Time(i64::MIN);
    for (at, arrival) in day.arrivals.iter().enumerate() {
        if at == reload {
            fold.apply(Input::Directory {
                directory: other,
                after: Time(i64::MIN),
            });
            let versions: Vec<_> = fold.directory().iter().cloned().collect();
            assert_eq!(versions.len(), 2, "{versions:?}");
            read = versions[1].after;
        }
        if day.live.stride.is_multiple_of(3) && at == day.arrivals.len() / 2 {
            let versions = fold.directory().iter().cloned().collect();
            fold = restored(&fold, other, versions);
        }
        give(&mut fold, at, arrival);
        if at % day.live.stride != 0 {
            continue;
        }
        let progress = fold.partitions().filter_map(|(_, known)| known.newest);
        if let Some(slowest) = progress.min() {
            let to = (slowest.0 - 30 * SECOND).min(day.live.until);
            fold.apply(Input::Advance { to: Time(to) });
        }
    }
    end(&mut fold);
    (fold, read)
}

/// What the fold and the count differ in; `met` is told on which days some rule of before
/// the reload, and some of after, decides a figure.
fn differences(day: &Day, numbers: &[u16], met: &Met) -> Vec<String> {
    let country = changed(&day.country, numbers);
    let other = parsed(&country);
    let reload = usize::from(numbers[0]) % day.arrivals.len().max(1);
    let (mut fold, read) = tell(day, &other, reload);
    let before = Before {
        country: &day.country,
        read: read.0,
    };
    // Where nothing had been counted all is by the other.
    let before = (read > Time(i64::MIN)).then_some(before);
    let count = Count::of(Places::reloaded(&country, before), &day.arrivals);
    met.note(day, &country, &count);
    let mut differences = Vec::new();
    let since = fold.as_of().map_or(i64::MIN, |at| at.0);
    let instants = day.instants.iter().copied();
    let instants: Vec<i64> = instants.filter(|&at| at >= since).collect();
    look("live", &mut fold, &instants, &count, &mut differences);

    // Read later, all at once, and told beforehand after which instant it was.
    let offline = Settings::offline();
    let mut offline = Fold::new(parsed(&day.country), offline);
    offline.apply(Input::Directory {
        directory: &other,
        after: read,
    });
    for (at, arrival) in day.arrivals.iter().enumerate() {
        give(&mut offline, at, arrival);
    }
    end(&mut offline);
    look(
        "offline",
        &mut offline,
        &day.instants,
        &count,
        &mut differences,
    );
    differences
}

#[test]
fn a_reload_changes_grouping_at_once_and_counting_at_midnight() {
    let days = from_environment("VIGIE_DAYS")
        .unwrap_or(DAYS)
        .div_ceil(ONE_IN);
    let seed = *SEED;
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: days,
        failure_persistence: None,
        max_shrink_iters: from_environment("PROPTEST_MAX_SHRINK_ITERS").unwrap_or(2_000),
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let numbers = prop::collection::vec(any::<u16>(), 31);
    let met = Met::default();
    let result = runner.run(&(generate::sketch(), numbers), |(sketch, numbers)| {
        let day = sketch.day();
        let differences = differences(&day, &numbers, &met);
        let country = changed(&day.country, &numbers).toml();
        prop_assert!(
            differences.is_empty(),
            "{} differences:\n  {}\nthe other directory:\n{country}",
            differences.len(),
            differences[..differences.len().min(12)].join("\n  ")
        );
        Ok(())
    });
    if let Err(fault) = result {
        panic!("VIGIE_SEED={seed}: {fault}");
    }
    // Where nothing hangs on it nothing is held.
    let (old, new) = (met.by_the_old.get(), met.by_the_new.get());
    assert!(
        old > days / 10 && new > days / 50,
        "{old} and {new} of {days} days"
    );
}
