//! What is judged against judgements from the definitions alone, every five seconds of
//! an hour of generated days: when all has arrived and time catches up, over restarts and
//! directories read again, and while events arrive late.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use vigie_contract::extent::Extent;
use vigie_contract::incident::{Cause, Incident, Touched};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, Concern, Judgement};
use vigie_model::{Directory, IncidentsTold, Input, Outcome, Settings};

use crate::clock::{MINUTE, SECOND};
use crate::compare;
use crate::drive::{end, give};
use crate::generate::{self, Day, wide};
use crate::oracle::Count;
use crate::oracle::incidents::{Incidents, Verdicts};
use crate::oracle::judged::{Bench, Criteria, Criterion, EVERY, Verdict};
use crate::watched::Fold;
use crate::{SEED, from_environment};

/// Days in all, where nothing else is said.
const DAYS: u32 = 60;

/// The only day that is judged, where one is said.
fn only_day() -> Option<u32> {
    from_environment("VIGIE_DAY")
}

/// What nobody has named for longer may be forgotten.
const NAMED_FOR_SECONDS: f64 = 26.0 * 3_600.0;

/// How long is judged of a day.
const PERIOD: i64 = 40 * MINUTE;

/// Thresholds at which something happens in a small country: of each, that of a
/// warning, of what is critical, and for how long, on and off.
fn criteria(number: u64) -> Criteria {
    let hold = [0, 10, 60][number as usize % 3];
    let release = [120, 15, 0][number as usize % 3];
    let of = |concern| {
        let (warning, critical) = match concern {
            Concern::PickUp => (1.0, 0.75),
            Concern::EstimatedWait => (180.0, 600.0),
            Concern::LongestWait => (20.0, 90.0),
            Concern::CallbacksReached => (0.999, 0.9),
            Concern::CutOff => (1.0, 2.0),
            Concern::DataAge => (120.0, 480.0 + 100.0 * (number % 5) as f64),
        };
        Criterion {
            warning,
            critical,
            hold,
            release,
        }
    };
    Concern::ALL.map(|concern| (concern, of(concern))).into()
}

/// The directory of a day, in which the last agency has thresholds of its own.
fn directory(day: &Day, all: &Criteria, last: &Criteria) -> Arc<Directory> {
    let mut toml = day.country.toml();
    let mut write = |place: &str, criteria: &Criteria| {
        for (concern, criterion) in criteria {
            let name = concern.name();
            let _ = writeln!(toml, "[{place}.severity.{name}]");
            if *concern != Concern::PickUp {
                let _ = writeln!(toml, "warning = {:?}", criterion.warning);
            }
            let _ = writeln!(toml, "critical = {:?}", criterion.critical);
            let _ = writeln!(toml, "hold_seconds = {}", criterion.hold);
            let _ = writeln!(toml, "release_seconds = {}", criterion.release);
        }
    };
    write("defaults", all);
    if !day.country.agencies.is_empty() {
        write("agency", last);
    }
    // Its warning is the target.
    let toml = toml.replacen("[defaults]", "[defaults]\ntarget = 1.0", 1);
    let parsed = Directory::parse(&toml);
    Arc::new(parsed.unwrap_or_else(|faults| panic!("{faults:?}\n{toml}")))
}

/// What is judged of a day, and the thresholds of each scope.
struct Case<'d> {
    day: &'d Day,
    directory: Arc<Directory>,
    all: Criteria,
    last: Criteria,
    from: i64,
    period: i64,
}

impl<'d> Case<'d> {
    fn new(day: &'d Day, number: u64) -> Option<Self> {
        let times: Vec<i64> = day.times().collect();
        let centre = *times.get(times.len() / 2)?;
        Some(Self::of(day, number, centre - PERIOD / 2, PERIOD))
    }

    fn of(day: &'d Day, number: u64, from: i64, period: i64) -> Self {
        let (all, last) = (criteria(number), criteria(number + 1));
        Self {
            directory: directory(day, &all, &last),
            day,
            all,
            last,
            from: from.div_euclid(EVERY) * EVERY,
            period,
        }
    }

    fn bench(&self, scope: &Scope) -> Bench {
        let last = self.day.country.agencies.last();
        let is_of_last = match scope {
            Scope::Agency(_, _, code) | Scope::Queue(_, _, code, _) => {
                last.is_some_and(|agency| agency.code == code)
            }
            _ => false,
        };
        let criteria = if is_of_last { &self.last } else { &self.all };
        Bench::new(scope.clone(), criteria.clone())
    }

    fn fold(&self, judge: bool) -> Fold {
        let settings = Settings {
            judge,
            estimates: false,
            ..Settings::live(Clock::Event)
        };
        Fold::new(self.directory.clone(), settings)
    }

    /// The directory is read once more: nothing is another for it.
    fn read_again(&self) -> Input<'_> {
        Input::Directory {
            directory: &self.directory,
            after: Time(i64::MIN),
        }
    }

    /// A fold that judges, and has of another only what a snapshot holds.
    fn restored(&self, fold: &Fold) -> Fold {
        let mut restored = self.fold(true);
        for (partition, _) in fold.partitions() {
            let saved = fold.save(partition).expect("a partition that there is");
            let loaded = restored.load(partition, &saved);
            loaded.expect("what was saved loads");
        }
        let judged = restored.load_judged(&fold.save_judged());
        judged.expect("what was saved loads");
        if let Some(to) = fold.as_of() {
            restored.apply(Input::Advance { to });
        }
        restored
    }
}

/// The judgements of every scope that there is, and what is gathered of them.
#[derive(Default)]
struct Benches {
    scopes: BTreeMap<Scope, Bench>,
    verdicts: Verdicts,
    incidents: Incidents,
    at: i64,
    /// Whether something was bad that may have been forgotten.
    has_forgotten: bool,
    /// The scopes that may have been forgotten while something was known of them: what is
    /// found anew begins anew.
    forgotten: BTreeSet<Scope>,
    /// What was seen of incidents.
    seen: BTreeSet<String>,
}

impl Benches {
    fn judge(&mut self, case: &Case<'_>, count: &Count<'_>, at: i64) {
        let moment = count.at(at);
        for scope in count.scopes() {
            let bench = self.scopes.entry(scope.clone());
            let bench = bench.or_insert_with(|| case.bench(&scope));
            let verdicts = bench.judge(&moment);
            let is_bad = verdicts.values().any(|verdict| verdict.since.is_some());
            if is_bad || bench.is_silent() {
                let age = moment.now(&scope).data_age_seconds;
                if age.is_none_or(|age| age > NAMED_FOR_SECONDS) {
                    self.has_forgotten |= is_bad;
                    self.forgotten.insert(scope.clone());
                }
            }
            self.verdicts.insert(scope, verdicts);
        }
        self.incidents.judge(&moment, &self.verdicts);
        self.at = at;
    }

    /// Holds a fold to the last judgements; answers how many are bad.
    fn hold(&self, fold: &Fold, path: &str) -> usize {
        let mut bad = 0;
        for (scope, verdicts) in &self.verdicts {
            let Some(view) = fold.view(scope) else {
                continue;
            };
            // What nobody has named for longer may be forgotten, and found anew.
            let age = view.now.data_age_seconds;
            let is_known = age.is_some_and(|age| age <= NAMED_FOR_SECONDS);
            if !is_known || self.forgotten.contains(scope) {
                continue;
            }
            let judged = view.judged.expect("a fold that judges");
            for (concern, judgement) in judged.each() {
                let Judgement {
                    state,
                    since,
                    suppressed,
                    ..
                } = judgement;
                let found = Verdict {
                    state,
                    since,
                    suppressed,
                };
                let counted = verdicts[&concern];
                assert_eq!(found, counted, "{path}, {scope}, {}", concern.name());
                bad += usize::from(since.is_some());
            }
            let worst = judged.each().iter().map(|(_, one)| one.state).max();
            assert_eq!(view.severity, worst, "{path}, {scope}");
        }
        bad
    }
}

impl Benches {
    /// Holds the incidents of a fold to those of the definitions; whom they touched only
    /// where all has arrived, since what is late is told of when it comes.
    fn hold_incidents(&mut self, fold: &Fold, count: Option<&Count<'_>>, path: &str) {
        let told = fold.incidents(&Scope::All).unwrap_or_default();
        // Of a place that nobody has named for longer, a part may be forgotten: what is
        // left of it was told last by another source, which may be silent (`docs/limits.md`).
        let parts = told.iter().flat_map(|incident| &incident.parts);
        let mut going = parts.filter(|part| part.ended.is_none());
        self.has_forgotten |= going.any(|part| {
            let age = fold
                .view(&part.scope)
                .and_then(|view| view.now.data_age_seconds);
            age.is_some_and(|age| age > NAMED_FOR_SECONDS)
        });
        if self.has_forgotten {
            return;
        }
        let counted = self.incidents.shown(count, self.at);
        let ids: BTreeSet<&str> = told.iter().map(|incident| &*incident.id).collect();
        assert_eq!(ids.len(), told.len(), "{path}: ids that are not of one");
        for incident in &told {
            self.seen.insert(incident.cause.name().to_owned());
            if incident.merged_into.is_some() {
                self.seen
                    .insert(format!("merged {}", incident.cause.name()));
            } else if incident.ended.is_some() {
                self.seen.insert(format!("ended {}", incident.cause.name()));
            }
            let mut incident = incident.clone();
            if count.is_none() {
                incident.touched = Touched::default();
            }
            let Some(counted) = counted.get(&incident.id) else {
                panic!("{path}: {incident:?}\nis not one of {counted:?}");
            };
            if incident != *counted {
                let mut lines = Vec::new();
                compare::lines_apart(&incident.id, &incident, counted, &mut lines);
                panic!("{path}: {lines:?} of {incident:?},\n {counted:?}");
            }
        }
        for (id, counted) in &counted {
            let is_told = ids.contains(&**id);
            assert!(is_told, "{path}: no {counted:?}\nbut {told:?}");
        }
    }

    /// Holds the incidents of each scope to those that are in it, or have a part there.
    fn hold_lists(&self, fold: &Fold, count: &Count<'_>, path: &str) {
        if self.has_forgotten {
            return;
        }
        let moment = count.at(self.at);
        let lists = self.incidents.lists(&moment, &self.verdicts);
        let ids_of = |extent: &Extent| -> Option<BTreeSet<String>> {
            let told = fold.incidents(extent)?.into_iter();
            Some(told.map(|incident| incident.id).collect())
        };
        let mut before: Option<(Scope, BTreeSet<String>)> = None;
        for (scope, counted) in lists {
            let Some(told) = ids_of(&scope.clone().into()) else {
                continue;
            };
            assert_eq!(told, counted, "{path}, {scope}");
            // Of two scopes together, those of either.
            if let Some((other, more)) = before.replace((scope.clone(), counted.clone()))
                && let Ok(both) = Extent::of(vec![scope, other])
            {
                let counted: BTreeSet<String> = counted.union(&more).cloned().collect();
                assert_eq!(ids_of(&both), Some(counted), "{path}, {both}");
            }
        }
        Self::hold_since(fold, path);
    }

    /// Holds what is told since each end of an incident to those that ended by then.
    fn hold_since(fold: &Fold, path: &str) {
        let all = fold.incidents(&Scope::All).unwrap_or_default();
        let told = |since, most| {
            let most_parts = IncidentsTold::ALL.most_parts;
            let told = IncidentsTold { most, most_parts };
            fold.incidents_since(&Scope::All, since, told)
        };
        for since in all.iter().filter_map(|incident| incident.ended) {
            let lasts = |incident: &&Incident| incident.ended.is_none_or(|ended| ended >= since);
            let lasting: Vec<Incident> = all.iter().filter(lasts).cloned().collect();
            let number = lasting.len();
            let first: Vec<Incident> = lasting.iter().take(2).cloned().collect();
            assert_eq!(
                told(since, usize::MAX),
                Some((number, lasting)),
                "{path}, {since}"
            );
            assert_eq!(told(since, 2), Some((number, first)), "{path}, {since}");
        }
    }
}

/// Steps of time, in seconds: some between two judgements, some over many.
const STEPS: [i64; 8] = [1, 4, 5, 7, 60, 5, 31, 240];

/// All has arrived, and time catches up in leaps; another process goes on now and then.
fn catches_up(case: &Case<'_>, path: &str) -> (usize, BTreeSet<String>) {
    let count = Count::new(&case.day.country, &case.day.arrivals);
    let mut fold = case.fold(true);
    for (at, arrival) in case.day.arrivals.iter().enumerate() {
        give(&mut fold, at, arrival);
    }
    end(&mut fold);
    let mut benches = Benches::default();
    let mut judged = case.from;
    let mut at = case.from;
    let mut bad = 0;
    fold.apply(Input::Advance { to: Time(at) });
    for step in STEPS.iter().cycle() {
        while judged <= at {
            benches.judge(case, &count, judged);
            judged += EVERY;
        }
        let told = format!("{path}, as of {}", Time(at));
        bad += benches.hold(&fold, &told);
        benches.hold_incidents(&fold, Some(&count), &told);
        if *step == 60 {
            fold.apply(case.read_again());
            let told = format!("{path}, the directory read again, as of {}", Time(at));
            benches.hold(&fold, &told);
            benches.hold_incidents(&fold, Some(&count), &told);
        }
        if *step == 31 {
            fold = case.restored(&fold);
            let told = format!("{path}, restored, as of {}", Time(at));
            benches.hold(&fold, &told);
            benches.hold_incidents(&fold, Some(&count), &told);
            benches.hold_lists(&fold, &count, &told);
        }
        at += step * SECOND;
        if at > case.from + case.period {
            break;
        }
        fold.apply(Input::Advance { to: Time(at) });
    }
    (bad, benches.seen)
}

/// Time passes while events arrive: what is judged is what has arrived. `None` where
/// some event was held, which nobody can say the fate of yet.
fn goes_on_live(case: &Case<'_>, path: &str) -> Option<usize> {
    let mut fold = case.fold(false);
    let mut benches = Benches::default();
    let mut judged: Option<i64> = None;
    let mut bad = 0;
    for (number, arrival) in case.day.arrivals.iter().enumerate() {
        let outcome = give(&mut fold, number, arrival);
        if outcome == Outcome::Held && judged.is_some() {
            return None;
        }
        let slowest = fold.partitions().filter_map(|(_, known)| known.newest);
        let Some(slowest) = slowest.min() else {
            continue;
        };
        let to = (slowest.0 - 30 * SECOND).div_euclid(SECOND) * SECOND;
        if judged.is_none() && to >= case.from {
            let all: Vec<i32> = fold.partitions().map(|(number, _)| number).collect();
            for partition in all {
                fold.apply(Input::Quiet { partition });
            }
            if fold.counters().held > 0 {
                return None;
            }
            fold.apply(Input::Advance { to: Time(to) });
            fold = case.restored(&fold);
            let first = to + (-to).rem_euclid(EVERY);
            judged = Some(first);
        }
        let Some(next) = &mut judged else {
            continue;
        };
        if number % 7 == 6 {
            fold.apply(case.read_again());
        }
        let to = to.min(case.from + case.period);
        fold.apply(Input::Advance { to: Time(to) });
        if *next <= to {
            let arrived = &case.day.arrivals[..=number];
            let count = Count::new(&case.day.country, arrived);
            while *next <= to {
                benches.judge(case, &count, *next);
                *next += EVERY;
            }
            let told = format!("{path}, live, as of {}", Time(to));
            bad += benches.hold(&fold, &told);
            benches.hold_incidents(&fold, None, &told);
        }
    }
    Some(bad)
}

#[test]
fn every_verdict_is_that_of_the_count() {
    let days = from_environment("VIGIE_DAYS").map_or(DAYS, |days: u32| days.div_ceil(100));
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&SEED.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut bad, mut live, mut bad_live) = (0, 0, 0);
    for number in 0..days {
        let sketch = generate::sketch().new_tree(&mut runner).unwrap().current();
        if only_day().is_some_and(|only| only != number) {
            continue;
        }
        let day = sketch.day();
        let Some(case) = Case::new(&day, u64::from(number)) else {
            continue;
        };
        let path = format!("VIGIE_SEED={} day {number}", *SEED);
        bad += catches_up(&case, &path).0;
        if let Some(found) = goes_on_live(&case, &path) {
            live += 1;
            bad_live += found;
        }
    }
    // A few days may all be good ones.
    let is_seen = bad > 0 && bad_live > 0;
    let are_few = days < DAYS || only_day().is_some();
    assert!(is_seen || are_few, "{bad}; {bad_live} of {live} days");
}

/// Days of many agencies, where nothing else is said.
const WIDE_DAYS: u32 = 5;

/// In so many of them every cause is seen, and most of what can become of incidents.
const ENOUGH_DAYS: u32 = 100;

#[test]
fn every_incident_is_that_of_the_definitions() {
    let days = from_environment("VIGIE_DAYS").map_or(WIDE_DAYS, |days: u32| days.div_ceil(500));
    let mut bytes = [9; 32];
    bytes[..8].copy_from_slice(&SEED.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut seen = BTreeSet::new();
    for number in 0..days {
        let numbers = proptest::collection::vec(proptest::num::u16::ANY, wide::NUMBERS);
        let numbers = numbers.new_tree(&mut runner).unwrap().current();
        if only_day().is_some_and(|only| only != number) {
            continue;
        }
        let (day, from) = wide::day(&numbers);
        let case = Case::of(&day, u64::from(number), from, wide::PERIOD);
        let path = format!("VIGIE_SEED={} wide day {number}", *SEED);
        seen.extend(catches_up(&case, &path).1);
        if number % 4 == 1 {
            goes_on_live(&case, &path);
        }
    }
    let causes = Cause::ALL.map(|cause| cause.name().to_owned());
    let turns = [
        "merged alone",
        "merged shared_region",
        "merged shared_line_region",
        "ended alone",
        "ended silent_source",
    ];
    let wanted = causes.into_iter().chain(turns.map(str::to_owned));
    let missing: Vec<String> = wanted.filter(|kind| !seen.contains(kind)).collect();
    assert!(
        missing.is_empty() || days < ENOUGH_DAYS || only_day().is_some(),
        "never seen: {missing:?}"
    );
}
