//! Sums that are kept second by second against sums made anew, at every instant of the
//! same days, whatever is released, loaded and forgotten in between, and however often
//! the directory is read again.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::Clock;
use vigie_model::{Directory, Input, Limits, Measures, Settings};

use crate::watched::Fold;

use crate::clock::SECOND;
use crate::drive::{end, give};
use crate::generate::{self, Day};
use crate::tight::tight;

const DAYS: usize = 150;

fn new(directory: &Arc<Directory>, limits: Limits) -> Fold {
    let settings = Settings {
        limits,
        judge: false,
        ..Settings::live(Clock::Event)
    };
    Fold::new(directory.clone(), settings)
}

/// The figures of every scope as they were last told, against all there are.
#[derive(Default)]
struct Told(BTreeMap<Scope, Measures>);

impl Told {
    /// But for what the passing of time changes: how long the first has waited goes by
    /// the instant, and so does an estimate.
    fn timeless(measures: Measures) -> Measures {
        let mut timeless = measures;
        timeless.estimate.mean_seconds = None;
        timeless.estimate.p50_seconds = None;
        timeless.estimate.p90_seconds = None;
        timeless.estimate.reason = None;
        timeless
    }

    fn hear(&mut self, fold: &mut Fold, path: &str) {
        for measures in fold.take_measures(|_| true) {
            self.0
                .insert(measures.scope.clone(), Self::timeless(measures));
        }
        for measures in fold.measures(|_| true) {
            let scope = measures.scope.clone();
            assert_eq!(
                self.0.get(&scope),
                Some(&Self::timeless(measures)),
                "{path}, {scope}"
            );
        }
    }
}

fn look(kept: &mut Fold, told: &mut Told, directory: &Arc<Directory>, limits: Limits, path: &str) {
    let Some(to) = kept.as_of() else {
        return;
    };
    let mut anew = new(directory, limits);
    let numbers: Vec<i32> = kept.partitions().map(|(number, _)| number).collect();
    for number in numbers {
        let saved = kept.save(number).expect("a partition that there is");
        anew.load(number, &saved).expect("what was saved loads");
    }
    anew.apply(Input::Advance { to });
    let path = format!("{path}, as of {to}");
    let scopes = |fold: &Fold| {
        let mut scopes: Vec<Scope> = fold.scopes().map(|crumb| crumb.scope).collect();
        scopes.sort();
        scopes
    };
    assert_eq!(scopes(kept), scopes(&anew), "{path}");
    for scope in scopes(kept) {
        let callers = |fold: &Fold| fold.view(&scope).and_then(|view| view.callers);
        assert_eq!(callers(kept), callers(&anew), "{path}, {scope}");
        assert_eq!(kept.view(&scope), anew.view(&scope), "{path}, {scope}");
        assert_eq!(
            kept.quarters(&scope),
            anew.quarters(&scope),
            "{path}, {scope}"
        );
    }
    told.hear(kept, &path);
}

/// The sums are those of the last advance once the set of partitions has changed.
fn settle(fold: &mut Fold) {
    if let Some(to) = fold.as_of() {
        fold.apply(Input::Advance { to });
    }
}

fn tell(number: usize, day: &Day) {
    let directory = Arc::new(Directory::parse(&day.country.toml()).expect("a directory"));
    let renamed = day.country.toml();
    let renamed = renamed.replace("name = \"NAQ\"", "name = \"Nouvelle-Aquitaine\"");
    let renamed = Arc::new(Directory::parse(&renamed).expect("a directory"));
    let limits = match number % 2 {
        0 => Limits::default(),
        _ => tight(),
    };
    let mut kept = new(&directory, limits);
    let mut told = Told::default();
    // A partition that another process has for a while.
    let mut aside: Option<(i32, Vec<u8>)> = None;
    for (at, arrival) in day.arrivals.iter().enumerate() {
        let is_due = |partition: i32| partition == arrival.partition || at % 5 == 4;
        if let Some((partition, saved)) = aside.take_if(|(partition, _)| is_due(*partition)) {
            kept.load(partition, &saved).expect("what was saved loads");
            settle(&mut kept);
        } else if at % 17 == 16 && aside.is_none() {
            let mut others = day.arrivals.iter().map(|arrival| arrival.partition);
            let other = others.rfind(|&other| other != arrival.partition);
            let saved = other.and_then(|other| Some((other, kept.save(other)?)));
            if let Some((other, _)) = saved {
                kept.release(other);
                settle(&mut kept);
            }
            aside = saved;
        }
        give(&mut kept, at, arrival);
        if at % 13 == 12 {
            // The same again, or with another name: all is made anew, and no figure is
            // another.
            let again = [&directory, &renamed][at % 2];
            kept.apply(Input::Directory {
                directory: again,
                after: Time(i64::MIN),
            });
        }
        if at % day.live.stride != 0 {
            continue;
        }
        let slowest = kept
            .partitions()
            .filter_map(|(_, progress)| progress.newest)
            .min();
        if let Some(slowest) = slowest {
            let to = Time((slowest.0 - 30 * SECOND).min(day.live.until));
            // Time does not go back: what came since is in no sums yet.
            let to = kept.as_of().map_or(to, |as_of| as_of.max(to));
            kept.apply(Input::Advance { to });
            look(
                &mut kept,
                &mut told,
                &directory,
                limits,
                &format!("day {number}, arrival {at}"),
            );
        }
    }
    if let Some((partition, saved)) = aside {
        kept.load(partition, &saved).expect("what was saved loads");
        settle(&mut kept);
    }
    end(&mut kept);
    let since = kept.as_of().map_or(i64::MIN, |as_of| as_of.0);
    for &at in day.instants.iter().filter(|at| **at >= since) {
        kept.apply(Input::Advance { to: Time(at) });
        look(
            &mut kept,
            &mut told,
            &directory,
            limits,
            &format!("day {number}, the end"),
        );
    }
}

#[test]
fn sums_kept_up_are_those_made_anew_at_every_instant() {
    let mut runner = TestRunner::deterministic();
    for number in 0..DAYS {
        let sketch = generate::sketch().new_tree(&mut runner).expect("a day");
        tell(number, &sketch.current().day());
    }
}
