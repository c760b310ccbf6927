//! Drives folds through a day, and holds what they say to the count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use vigie_contract::extent::{Extent, ExtentRef};
use vigie_contract::scope::{Scope, UNASSIGNED};
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, Now, Quarter, Rate, View};
use vigie_model::{Counters, Directory, Input, Outcome, Settings, Version};

use crate::watched::Fold;

use crate::clock::{MINUTE, SECOND};
use crate::compare;
use crate::ended;
use crate::generate::{Arrival, Day, What};
use crate::help;
use crate::invariants;
use crate::oracle::admission::Fate;
use crate::oracle::{Count, Moment};

/// What nobody has named for longer may be forgotten.
const NAMED_FOR_SECONDS: f64 = 26.0 * 3_600.0;

/// By instant, by scope: what the fold showed.
pub type Shown = BTreeMap<i64, BTreeMap<Scope, View>>;

/// Every way in which the fold and the count differ on a day.
pub fn differences(day: &Day) -> Vec<String> {
    let directory = match Directory::parse(&day.country.toml()) {
        Ok(directory) => Arc::new(directory),
        Err(faults) => return vec![format!("the directory has faults: {faults:?}")],
    };
    let mut count = Count::new(&day.country, &day.arrivals);
    let mut differences = Vec::new();

    let mut offline = Fold::new(directory.clone(), Settings::offline());
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (at, arrival) in day.arrivals.iter().enumerate() {
        outcomes.push(give(&mut offline, at, arrival));
        note_decided(&mut offline, &mut outcomes);
        let counters = offline.counters();
        if counters.read != of_all(&counters) {
            differences.push(format!("arrival {at}: {counters:?} do not add up"));
        }
    }
    end(&mut offline);
    note_decided(&mut offline, &mut outcomes);
    for (at, (outcome, &fate)) in outcomes.into_iter().zip(&count.fates).enumerate() {
        if !is_same(outcome, fate) {
            differences.push(format!("arrival {at}: {outcome:?}, not {fate:?}"));
        }
    }
    if offline.counters() != count.counters() {
        let (fold, count) = (offline.counters(), count.counters());
        compare::lines_apart("counters", &fold, &count, &mut differences);
    }
    let shown = look(
        "offline",
        &mut offline,
        &day.instants,
        &count,
        &mut differences,
    );
    invariants::hold(&shown, &mut differences);

    let (mut live, as_of) = tell_live(&directory, day);
    count.told_as_of(&as_of);
    let since = live.as_of().map_or(i64::MIN, |at| at.0);
    let after: Vec<i64> = day
        .instants
        .iter()
        .copied()
        .filter(|&at| at >= since)
        .collect();
    look("live", &mut live, &after, &count, &mut differences);
    differences
}

pub fn give(fold: &mut Fold, offset: usize, arrival: &Arrival) -> Outcome {
    let (partition, offset) = (arrival.partition, offset as i64);
    fold.apply(match &arrival.what {
        What::Refused => Input::Refused { partition, offset },
        What::Skipped => Input::Skipped { partition, offset },
        What::Event(event) => Input::Event {
            partition,
            offset,
            arrived: None,
            event,
        },
    })
}

/// Nothing comes of any partition any more.
pub fn end(fold: &mut Fold) {
    let partitions: Vec<i32> = fold.partitions().map(|(number, _)| number).collect();
    for partition in partitions {
        fold.apply(Input::End { partition });
    }
}

/// Puts what became of those that were held in the place of that: each once.
fn note_decided(fold: &mut Fold, outcomes: &mut [Outcome]) {
    for decided in fold.take_decided() {
        let known = &mut outcomes[decided.offset as usize];
        assert_eq!(*known, Outcome::Held, "{decided:?}");
        *known = decided.outcome;
    }
}

fn of_all(counters: &Counters) -> u64 {
    let taken_in = counters.applied + counters.duplicate + counters.too_late;
    taken_in + counters.refused + counters.skipped + counters.held
}

fn is_same(outcome: Outcome, fate: Fate) -> bool {
    match (outcome, fate) {
        (Outcome::Applied { late }, Fate::Applied { late: other }) => late == other,
        (Outcome::Duplicate, Fate::Duplicate)
        | (Outcome::TooLate, Fate::TooLate)
        | (Outcome::Refused(_), Fate::Refused)
        | (Outcome::Skipped, Fate::Skipped) => true,
        _ => false,
    }
}

/// What is judged is held to the count by `judged`: here a day may be a year.
fn live() -> Settings {
    Settings {
        judge: false,
        ..Settings::live(Clock::Event)
    }
}

/// Time passes while events come, 30 s behind the slowest partition; on some days
/// another process goes on half-way, from what the first saved.
///
/// Answers as of which instant it was at each arrival, too.
fn tell_live(directory: &Arc<Directory>, day: &Day) -> (Fold, Vec<i64>) {
    let mut as_of = Vec::new();
    let mut fold = Fold::new(directory.clone(), live());
    for (at, arrival) in day.arrivals.iter().enumerate() {
        if day.live.stride.is_multiple_of(3) && at == day.arrivals.len() / 2 {
            fold = restored(&fold, directory, Vec::new());
        }
        give(&mut fold, at, arrival);
        as_of.push(fold.as_of().map_or(i64::MIN, |at| at.0));
        note_decided_as_of(&mut fold, &mut as_of);
        if at % day.live.stride != 0 {
            continue;
        }
        let slowest = fold
            .partitions()
            .filter_map(|(_, progress)| progress.newest)
            .min();
        if let Some(slowest) = slowest {
            let to = (slowest.0 - 30 * SECOND).min(day.live.until);
            fold.apply(Input::Advance { to: Time(to) });
        }
    }
    end(&mut fold);
    note_decided_as_of(&mut fold, &mut as_of);
    (fold, as_of)
}

/// Takes note of the instant as of which a fold stands where arrivals that it held are
/// taken in.
fn note_decided_as_of(fold: &mut Fold, as_of: &mut [i64]) {
    let present = fold.as_of().map_or(i64::MIN, |at| at.0);
    for decided in fold.take_decided() {
        as_of[decided.offset as usize] = present;
    }
}

/// A fold that has of another only what a snapshot holds.
pub fn restored(fold: &Fold, directory: &Arc<Directory>, versions: Vec<Version>) -> Fold {
    let mut restored = Fold::new(directory.clone(), live());
    restored.resume_directory(versions);
    for (partition, _) in fold.partitions() {
        let saved = fold.save(partition).expect("a partition that there is");
        restored
            .load(partition, &saved)
            .expect("what was saved loads");
    }
    if let Some(to) = fold.as_of() {
        restored.apply(Input::Advance { to });
    }
    restored
}

/// Compares every scope that either side names, at each instant.
pub fn look(
    way: &str,
    fold: &mut Fold,
    instants: &[i64],
    count: &Count<'_>,
    differences: &mut Vec<String>,
) -> Shown {
    let mut shown = Shown::new();
    for &at in instants {
        fold.apply(Input::Advance { to: Time(at) });
        fold.settle();
        let moment = count.at(at);
        let mut scopes = count.scopes();
        scopes.extend(fold.scopes().map(|crumb| crumb.scope));
        let views = shown.entry(at).or_default();
        for scope in scopes {
            let path = format!("{way}, as of {}, {scope}", Time(at));
            match of_scope(fold, &moment, &scope, &path, differences) {
                Some(view) => views.insert(scope, view),
                None => None,
            };
        }
        for scope in views.keys() {
            let path = format!("{way}, as of {}, {scope}", Time(at));
            let cards = fold.children(scope).unwrap_or_default();
            invariants::cards_are_of_views(&path, scope, &cards, views, differences);
        }
        of_selection(way, fold, &moment, views, differences);
        of_agencies(fold, &moment, views, differences);
        of_unknown_agencies(fold, &moment, &count.scopes(), differences);
    }
    shown
}

/// A selection of the scopes that have views, of another kind at each instant.
fn of_selection(
    way: &str,
    fold: &Fold,
    moment: &Moment<'_, '_>,
    views: &BTreeMap<Scope, View>,
    differences: &mut Vec<String>,
) {
    let Some((_, view)) = views.first_key_value() else {
        return;
    };
    let at = view.as_of;
    let kind = at.second().rem_euclid(5);
    let is_taken = |at: usize, scope: &Scope| match (kind, scope) {
        (0, Scope::Agency(..))
        | (1, Scope::Queue(..))
        | (2, Scope::Line(_))
        | (3, Scope::LineRegion(..)) => true,
        (4, Scope::Network(_)) => at % 2 == 1,
        (4, Scope::Region(network, _)) => {
            let of_network = Scope::Network(network.clone());
            !is_odd(views, &of_network) && !at.is_multiple_of(3)
        }
        _ => false,
    };
    let numbered = views.keys().enumerate();
    let scopes = numbered.filter(|(at, scope)| is_taken(*at, scope));
    let scopes: Vec<Scope> = scopes.map(|(_, scope)| scope.clone()).take(100).collect();
    if scopes.len() < 2 {
        return;
    }
    let extent = Extent::of(scopes).expect("scopes of one level, or of different networks");
    let path = format!("{way}, as of {at}, {extent}");
    let Some(view) = of_scope(fold, moment, &extent, &path, differences) else {
        return;
    };
    invariants::members_add_up(&path, &view, views, differences);
    let cards = fold.children(&extent).unwrap_or_default();
    let cards = cards.into_iter().map(|card| card.scope);
    if !cards.eq(extent.members().iter().cloned()) {
        differences.push(format!("{path}: its rows are not its members"));
    }
}

/// Whether a network is taken whole, by its place among all scopes.
fn is_odd(views: &BTreeMap<Scope, View>, network: &Scope) -> bool {
    let place = views.keys().position(|scope| scope == network);
    place.is_some_and(|at| at % 2 == 1)
}

fn is_agency(scope: &Scope) -> bool {
    matches!(scope, Scope::Agency(..))
}

/// The figures of agencies for metrics.
fn of_agencies(
    fold: &Fold,
    moment: &Moment<'_, '_>,
    views: &BTreeMap<Scope, View>,
    differences: &mut Vec<String>,
) {
    let agencies = fold.measures(is_agency);
    let known = views.keys().filter(|scope| is_agency(scope)).count();
    if known != agencies.len() {
        differences.push(format!("{} agencies, not {known}", agencies.len()));
    }
    for agency in agencies {
        let scope = &agency.scope;
        let Some(view) = views.get(scope) else {
            differences.push(format!("figures of {scope}, no view"));
            continue;
        };
        let figures = (agency.offered, agency.answered, agency.abandoned);
        let counted = moment.ever(scope);
        let now = (agency.waiting, agency.longest_wait_seconds);
        let shown = (view.now.waiting, view.now.longest_wait_seconds);
        // One that the directory does not know is counted anew once it was forgotten.
        let is_counted = figures == counted || !agency.known;
        if !is_counted || now != shown {
            differences.push(format!("{agency:?}, not {counted:?}, {shown:?}"));
        }
    }
}

/// Of the agencies that the directory does not know, what is counted since the state
/// began: of all together nothing is lost when one is forgotten.
fn of_unknown_agencies(
    fold: &Fold,
    moment: &Moment<'_, '_>,
    scopes: &BTreeSet<Scope>,
    differences: &mut Vec<String>,
) {
    let add = |sum: [u64; 3], other: [u64; 3]| [0, 1, 2].map(|at| sum[at] + other[at]);
    let gone = fold.forgotten();
    let shown = fold
        .measures(is_agency)
        .iter()
        .filter(|agency| !agency.known)
        .map(|agency| [agency.offered, agency.answered, agency.abandoned])
        .fold([gone.offered, gone.answered, gone.abandoned], add);
    let is_unknown = |scope: &&Scope| match scope {
        Scope::Agency(network, region, _) => network == UNASSIGNED && region == UNASSIGNED,
        _ => false,
    };
    let counted = scopes.iter().filter(is_unknown);
    let counted = counted.map(|scope| moment.ever(scope).into());
    let counted = counted.fold([0; 3], add);
    if shown != counted {
        differences.push(format!("unknown agencies: {shown:?}, not {counted:?}"));
    }
}

fn of_scope<'e>(
    fold: &Fold,
    moment: &Moment<'_, '_>,
    scope: impl Into<ExtentRef<'e>>,
    path: &str,
    differences: &mut Vec<String>,
) -> Option<View> {
    let scope = scope.into();
    let Some(view) = fold.view(scope) else {
        if !scope
            .members()
            .iter()
            .all(|scope| may_be_forgotten(moment, scope))
        {
            differences.push(format!("{path}: no view"));
        }
        return None;
    };
    let (mut left, mut right) = (view.clone(), moment.view(scope));
    if !is_of_the_present(fold, view.as_of) {
        (left.now.levers, right.now.levers) = (None, None);
    }
    let ages = (left.now.data_age_seconds, right.now.data_age_seconds);
    let mut members = scope.members().iter();
    if members.all(|scope| may_differ(scope, ages.0, ages.1)) {
        left.now.data_age_seconds = right.now.data_age_seconds;
    }
    if let (Some(left), Some(right)) = (&left.callers, &mut right.callers) {
        allow_forgotten(left.repeat_calls, &mut right.repeat_calls, || {
            moment.unsure_repeats(scope)
        });
        if left.satisfied_and_back != right.satisfied_and_back
            && moment.is_unsure_of_those_back(scope)
        {
            right.satisfied_and_back = left.satisfied_and_back;
        }
    }
    let found = compare::of_views(left, right);
    differences.extend(found.into_iter().map(|line| format!("{path}: {line}")));
    let quarters = fold.quarters(scope).unwrap_or_default();
    of_quarters(path, &quarters, &moment.quarters(scope), differences);
    invariants::quarters_add_up(path, &view, &quarters, differences);
    let waiting = (fold.waiting_calls(scope), moment.waiting_calls(scope));
    of_lists(&format!("{path}: waiting calls"), waiting, differences);
    ended::of_calls(fold, moment, &view, path, differences);
    if let ExtentRef::Scope(scope) = scope {
        help::of_help(fold, moment, scope, path, differences);
    }
    if is_of_the_present(fold, view.as_of) {
        let promises = (fold.open_promises(scope), moment.open_promises(scope));
        of_lists(&format!("{path}: open promises"), promises, differences);
        let levers = (fold.lever_changes(scope), moment.lever_changes(scope));
        of_lists(&format!("{path}: lever changes"), levers, differences);
    }
    Some(view)
}

/// Callers are forgotten after 26 hours, so that a call of which something was told later
/// than two hours after it may not be known to repeat another, or known to by mistake.
fn allow_forgotten(fold: Option<Rate>, count: &mut Option<Rate>, unsure: impl Fn() -> [i64; 2]) {
    if let (Some(fold), Some(count)) = (fold, count)
        && let ([known, of], [all, episodes]) = (fold.of, count.of)
        && (of == episodes && known != all)
    {
        let [missing, extra] = unsure();
        if (all - missing..=all + extra).contains(&known) {
            *count = fold;
        }
    }
}

/// How old data are is exact up to 26 hours: the newest event of a scope may have
/// been of a place that is forgotten. A scope of the directory has an age all the same.
fn may_differ(scope: &Scope, fold: Option<f64>, count: Option<f64>) -> bool {
    let is_old = |age: Option<f64>| age.is_none_or(|age| age > NAMED_FOR_SECONDS);
    let may_be_unlisted = matches!(
        scope,
        Scope::Queue(..) | Scope::Line(_) | Scope::LineRegion(..)
    );
    let may_be_absent = may_be_unlisted || scope.to_string().contains(UNASSIGNED);
    count.is_some() && is_old(fold) && is_old(count) && (fold.is_some() || may_be_absent)
}

/// A scope that nobody has named for 26 hours, and that the directory does not have,
/// may be gone: where nothing of it is shown but how long ago that was.
fn may_be_forgotten(moment: &Moment<'_, '_>, scope: &Scope) -> bool {
    let nothing = moment.view(&nobody(scope));
    let view = moment.view(scope);
    let now = Now {
        data_age_seconds: view.now.data_age_seconds,
        levers: view.now.levers.clone(),
        ..nothing.now
    };
    let is_old = view
        .now
        .data_age_seconds
        .is_none_or(|age| age > NAMED_FOR_SECONDS);
    is_old
        && view.now == now
        && view.windows == nothing.windows
        && view.handled == nothing.handled
        && moment.quarters(scope).is_empty()
}

/// A scope of the same kind that nobody names.
fn nobody(scope: &Scope) -> Scope {
    let nobody = || "nobody".to_owned();
    match scope.clone() {
        Scope::All | Scope::Network(_) => Scope::Network(nobody()),
        Scope::Region(network, _) => Scope::Region(network, nobody()),
        Scope::Agency(network, region, _) => Scope::Agency(network, region, nobody()),
        Scope::Queue(network, region, agency, _) => Scope::Queue(network, region, agency, nobody()),
        Scope::Line(_) => Scope::Line(nobody()),
        Scope::LineRegion(line, _) => Scope::LineRegion(line, nobody()),
    }
}

/// Levers and promises are of what is remembered: their lists are held to the
/// count at instants that no later day has followed yet.
fn is_of_the_present(fold: &Fold, at: Time) -> bool {
    fold.newest()
        .is_none_or(|newest| newest.0 - at.0 <= 15 * MINUTE)
}

fn of_quarters(path: &str, fold: &[Quarter], count: &[Quarter], differences: &mut Vec<String>) {
    if !fold
        .iter()
        .map(|quarter| quarter.start)
        .eq(count.iter().map(|quarter| quarter.start))
    {
        let starts = |quarters: &[Quarter]| -> Vec<String> {
            quarters
                .iter()
                .map(|quarter| quarter.start.to_string())
                .collect()
        };
        differences.push(format!(
            "{path}: quarters {:?}, not {:?}",
            starts(fold),
            starts(count)
        ));
        return;
    }
    for (fold, count) in fold.iter().zip(count) {
        let path = format!("{path}: quarter {}", fold.start);
        compare::of_windows(
            &format!("{path} window"),
            &fold.window,
            &count.window,
            differences,
        );
        compare::of_windows(
            &format!("{path} handled"),
            &fold.handled,
            &count.handled,
            differences,
        );
        if fold.cohort != count.cohort {
            differences.push(format!("{path}: {:?}, not {:?}", fold.cohort, count.cohort));
        }
    }
}

/// The same things; among those of one rank the order is nobody's promise.
pub fn of_lists<T: Debug>(
    path: &str,
    (fold, count): (Option<Vec<T>>, Vec<T>),
    differences: &mut Vec<String>,
) {
    let lines = |list: Vec<T>| -> Vec<String> {
        let mut lines: Vec<String> = list.iter().map(|each| format!("{each:?}")).collect();
        lines.sort();
        lines
    };
    let (fold, count) = (lines(fold.unwrap_or_default()), lines(count));
    if fold != count {
        differences.push(format!("{path}: {fold:?}, not {count:?}"));
    }
}
