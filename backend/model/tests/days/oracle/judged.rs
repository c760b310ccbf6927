//! How bad things are, from the definitions alone (`judgement.md`, Severity): every
//! state from the whole list of what was seen before it.

use std::collections::{BTreeMap, BTreeSet};

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Concern, Severity, Suppressed};

use super::Moment;
use crate::clock::{MINUTE, SECOND};

/// When something is bad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criterion {
    pub warning: f64,
    pub critical: f64,
    /// In seconds, as the other.
    pub hold: i64,
    pub release: i64,
}

/// When each thing is bad, in one scope.
pub type Criteria = BTreeMap<Concern, Criterion>;

/// How bad something is at an instant, since when, and why it is not judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    pub state: Severity,
    pub since: Option<Time>,
    pub suppressed: Option<Suppressed>,
}

/// What was seen of something at one judgement.
#[derive(Clone, Copy)]
struct Seen {
    at: i64,
    /// The worst threshold passed, and that with the margin.
    reached: Severity,
    kept: Severity,
}

/// The judgements of one scope, one after the other.
pub struct Bench {
    scope: Scope,
    criteria: Criteria,
    seen: BTreeMap<Concern, Vec<Seen>>,
    /// Legs that entered and closed in the hour before it fell silent.
    pace: Option<i64>,
}

impl Bench {
    pub fn new(scope: Scope, criteria: Criteria) -> Self {
        Self {
            scope,
            criteria,
            seen: BTreeMap::new(),
            pace: None,
        }
    }

    /// Whether its silence is measured by how often it was heard before.
    pub fn is_silent(&self) -> bool {
        self.pace.is_some()
    }

    /// Judges what is so at an instant.
    pub fn judge(&mut self, moment: &Moment<'_, '_>) -> BTreeMap<Concern, Verdict> {
        let at = moment.at;
        let values = moment.judged_values(&self.scope);
        let open = moment.open_places(&self.scope);
        // A place that has been open for a quarter of an hour tells something.
        let is_opening = open.iter().all(|&(agency, line)| {
            let places = &moment.count.places;
            // Hours begin and end on whole minutes.
            let minutes = (at - OPENING) / MINUTE..=at / MINUTE;
            let mut starts = minutes.map(|minute| minute * MINUTE);
            starts
                .any(|start| start > at - OPENING - MINUTE && !places.is_open(agency, line, start))
        });
        let silence = values
            .get(&Concern::DataAge)
            .copied()
            .filter(|age| *age > 60.0);
        self.pace = match silence {
            Some(_) if !open.is_empty() => {
                let hour = moment.hour(&self.scope).counts;
                Some(self.pace.unwrap_or(hour.entered_all + hour.closed_all))
            }
            _ => None,
        };
        let mut stale = false;
        let mut verdicts = BTreeMap::new();
        let order = [
            Concern::DataAge,
            Concern::PickUp,
            Concern::EstimatedWait,
            Concern::LongestWait,
            Concern::CallbacksReached,
            Concern::CutOff,
        ];
        for concern in order {
            let is_rate = matches!(concern, Concern::PickUp | Concern::CallbacksReached);
            let suppressed = if open.is_empty() {
                Some(Suppressed::Closed)
            } else if stale {
                Some(Suppressed::Stale)
            } else if is_rate && is_opening {
                Some(Suppressed::Opening)
            } else {
                None
            };
            let seen = self.seen.entry(concern).or_default();
            let mut criterion = self.criteria[&concern];
            if concern == Concern::DataAge {
                // Fifteen times the mean time between two signs of life, an hour at most.
                let unusual = self.pace.map_or(0.0, |pace| 54_000.0 / pace.max(15) as f64);
                let unusual = unusual.min(match self.scope {
                    Scope::All | Scope::Network(_) | Scope::Region(..) | Scope::Line(_) => 900.0,
                    _ => 3_600.0,
                });
                criterion.warning = criterion.warning.max(unusual);
                criterion.critical = criterion.critical.max(unusual);
            }
            let (state, since) = match suppressed {
                Some(_) => {
                    seen.clear();
                    (Severity::Ok, None)
                }
                None => {
                    let (reached, kept) = levels(concern, values.get(&concern).copied(), criterion);
                    seen.push(Seen { at, reached, kept });
                    state_of(seen, criterion)
                }
            };
            stale |= concern == Concern::DataAge && state == Severity::Critical;
            verdicts.insert(
                concern,
                Verdict {
                    state,
                    since: since.map(Time),
                    suppressed,
                },
            );
        }
        verdicts
    }
}

fn levels(concern: Concern, value: Option<f64>, criterion: Criterion) -> (Severity, Severity) {
    let worst = |passes: &dyn Fn(f64) -> bool| match (
        passes(criterion.critical),
        passes(criterion.warning),
    ) {
        (true, _) => Severity::Critical,
        (false, true) => Severity::Warning,
        (false, false) => Severity::Ok,
    };
    let Some(value) = value else {
        return (Severity::Ok, Severity::Ok);
    };
    match concern {
        Concern::PickUp | Concern::CallbacksReached => (
            worst(&|t| value < t),
            worst(&|t| value < t + f64::min(0.02, (1.0 - t) / 2.0)),
        ),
        Concern::LongestWait | Concern::EstimatedWait | Concern::DataAge => {
            (worst(&|t| value > t), worst(&|t| value > t * 0.9))
        }
        Concern::CutOff => (worst(&|t| value >= t), worst(&|t| value >= t)),
    }
}

/// The state after all that was seen.
fn state_of(seen: &[Seen], criterion: Criterion) -> (Severity, Option<i64>) {
    let on_since = |level: Severity| {
        let (mut since, mut above, mut below) = (None, None, None);
        for now in seen {
            above = (now.reached >= level).then(|| above.unwrap_or(now.at));
            below = (now.kept < level).then(|| below.unwrap_or(now.at));
            let lasts = |first: &i64, seconds: i64| now.at - first >= seconds * SECOND;
            since = match since {
                None => above.filter(|first| lasts(first, criterion.hold)),
                Some(_) if below.is_some_and(|first| lasts(&first, criterion.release)) => None,
                Some(_) => since,
            };
        }
        since
    };
    if let Some(since) = on_since(Severity::Critical) {
        (Severity::Critical, Some(since))
    } else if let Some(since) = on_since(Severity::Warning) {
        (Severity::Warning, Some(since))
    } else {
        (Severity::Ok, None)
    }
}

impl Moment<'_, '_> {
    /// What is judged, of a rate its bound. Estimates are no figures of this count.
    fn judged_values(&self, scope: &Scope) -> BTreeMap<Concern, f64> {
        let hour = self.hour(scope);
        let waiting = self.waiting(scope.into());
        let longest = waiting.iter().map(|leg| self.at - leg.asked).max();
        let upper = |rate: Option<vigie_contract::view::Rate>| rate.map(|rate| rate.upper);
        let values = [
            (Concern::PickUp, upper(hour.rates.pick_up_agent)),
            (
                Concern::CallbacksReached,
                upper(hour.rates.callbacks_reached_within_time),
            ),
            (Concern::CutOff, Some(hour.counts.cut_off as f64)),
            (
                Concern::LongestWait,
                longest.map(|wait| wait as f64 / SECOND as f64),
            ),
            (Concern::DataAge, self.age_of_sources(scope)),
        ];
        let known = values.into_iter();
        known
            .filter_map(|(concern, value)| Some((concern, value?)))
            .collect()
    }

    /// For how long the source that told of a scope last has told of nothing, while it was
    /// open, in seconds.
    fn age_of_sources(&self, scope: &Scope) -> Option<f64> {
        let last = self.told(scope.into()).map(|told| told.time()).max()?;
        let told_last = self.told(scope.into()).filter(|told| told.time() == last);
        let own: BTreeSet<&str> = told_last.map(|told| &*told.event.source).collect();
        let all = self.count.told.iter().filter(|told| told.time() < self.at);
        let of_own = all.filter(|told| own.contains(&*told.event.source));
        let newest = of_own.map(|told| told.time()).max()?;
        let since = newest.max(self.opened(scope, newest)?);
        Some((self.at - since) as f64 / SECOND as f64)
    }

    /// When the place opened that has been open the longest, of those open, or an instant
    /// before `earliest` if that is longer ago; `None` if none is open. More than a day
    /// ago, which is longer than any threshold, it is a day ago.
    fn opened(&self, scope: &Scope, earliest: i64) -> Option<i64> {
        let places = &self.count.places;
        let earliest = earliest.max(self.at - 24 * 60 * MINUTE);
        let since = |&(agency, line): &(Option<&str>, Option<&str>)| {
            let mut minute = self.at.div_euclid(MINUTE);
            while minute * MINUTE > earliest && places.is_open(agency, line, (minute - 1) * MINUTE)
            {
                minute -= 1;
            }
            minute * MINUTE
        };
        self.open_places(scope).iter().map(since).min()
    }

    /// The places of a scope that are open, as agencies with the lines that they serve.
    pub(super) fn open_places(&self, scope: &Scope) -> Vec<(Option<&str>, Option<&str>)> {
        let places = &self.count.places;
        let of_scope = places.served_in(scope).into_iter();
        of_scope
            .filter(|&(agency, line)| places.is_open(agency, line, self.at))
            .collect()
    }
}

/// Seconds between two judgements.
pub const EVERY: i64 = 5 * SECOND;

/// How long rates say nothing after opening.
const OPENING: i64 = 15 * MINUTE;
