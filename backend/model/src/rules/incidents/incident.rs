//! An incident and its parts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use vigie_contract::incident::{self as told, Cause, Touched};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Concern, Severity, Suppressed};

use super::alarmed::{Alarmed, Subject, Surroundings, agency_of};
use super::place::{Breadth, Place};
use crate::rules::toll::Toll;

/// What one cause would explain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incident {
    pub place: Place,
    /// Whether it is of what several agencies share.
    pub is_shared: bool,
    /// The indicator that it began with.
    pub concern: Concern,
    /// The indicators that its agencies share.
    pub shares: BTreeSet<Concern>,
    pub began: i64,
    /// When its last part ended, once that was long enough ago, or when it went into a
    /// wider one; `None` while it is open.
    pub ended: Option<i64>,
    pub worst: Severity,
    /// How bad it was when that was last told; `None` if nothing of it was.
    pub told: Option<Severity>,
    /// The name of the wider incident that it went into.
    pub merged_into: Option<String>,
    pub parts: BTreeMap<(Scope, Concern), Part>,
}

/// An alarm as a part of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub began: i64,
    /// The judgement at which it was over; `None` while it goes on.
    pub ended: Option<i64>,
    pub state: Severity,
    pub worst: Severity,
    /// Why it is judged no more, where that is what ended it.
    pub suppressed: Option<Suppressed>,
    /// The toll of its scope when it began, and as of the last judgement, or of the one
    /// at which it was over.
    pub before: Toll,
    pub after: Toll,
    /// As of the last judgement; none once it is over.
    pub waiting: i64,
    pub promises: i64,
}

impl Part {
    fn new(alarmed: &Alarmed<'_>) -> Self {
        Self {
            began: alarmed.began,
            ended: None,
            state: alarmed.state,
            worst: alarmed.state,
            suppressed: None,
            before: alarmed.before,
            after: alarmed.toll,
            waiting: alarmed.waiting,
            promises: alarmed.promises,
        }
    }

    /// Takes in what is so now. What had ended goes on: it began when it did.
    fn go_on(&mut self, alarmed: &Alarmed<'_>) {
        *self = Self {
            began: self.began,
            before: self.before,
            worst: self.worst.max(alarmed.state),
            ..Self::new(alarmed)
        };
    }
}

impl Incident {
    pub(crate) fn new(place: Place, is_shared: bool, concern: Concern, began: i64) -> Self {
        Self {
            place,
            is_shared,
            concern,
            shares: BTreeSet::from([concern]),
            began,
            ended: None,
            worst: Severity::Ok,
            told: None,
            merged_into: None,
            parts: BTreeMap::new(),
        }
    }

    /// Its name, which stays.
    pub(crate) fn id(&self) -> String {
        let began = Time::from_seconds(self.began);
        format!("{began}/{}/{}", self.place, self.concern.name())
    }

    pub(crate) fn subject(&self) -> Subject {
        Subject::of(self.concern)
    }

    /// How wide it is: as little as an agency where it shares nothing with others.
    pub(crate) fn breadth(&self) -> Breadth {
        match self.is_shared {
            true => self.place.breadth(),
            false => Breadth::Agency,
        }
    }

    /// Takes in an alarm, as a part that is new or goes on.
    pub(crate) fn take(&mut self, alarmed: &Alarmed<'_>) {
        self.worst = self.worst.max(alarmed.state);
        let key = (alarmed.scope.clone(), alarmed.concern);
        let part = self.parts.entry(key);
        part.and_modify(|part| part.go_on(alarmed))
            .or_insert_with(|| Part::new(alarmed));
    }

    /// Ends a part: the calls that left with it are of its toll.
    pub(crate) fn end_part(
        &mut self,
        key: &(Scope, Concern),
        at: i64,
        suppressed: Option<Suppressed>,
        toll: Option<Toll>,
    ) {
        if let Some(part) = self.parts.get_mut(key) {
            part.after = toll.unwrap_or(part.after);
            part.ended = Some(at);
            part.state = Severity::Ok;
            part.suppressed = suppressed;
            part.waiting = 0;
            part.promises = 0;
        }
    }

    /// Forgets the parts that were over before a second: one that lasts for days has ever
    /// new ones.
    pub(crate) fn forget_before(&mut self, second: i64) {
        let is_old = |part: &Part| part.ended.is_some_and(|ended| ended < second);
        self.parts.retain(|_, part| !is_old(part));
    }

    /// The parts that go on.
    pub(crate) fn active(&self) -> impl Iterator<Item = (&(Scope, Concern), &Part)> {
        self.parts.iter().filter(|(_, part)| part.ended.is_none())
    }

    /// Whether something of an agency is bad, as a part of it: looked up among parts that
    /// are in the order of their scopes, since there may be thousands.
    pub(crate) fn has_active(&self, agency: &Scope) -> bool {
        let Scope::Agency(network, region, code) = agency else {
            return false;
        };
        let [first, .., last] = Concern::ALL;
        let of_agency = (agency.clone(), first)..=(agency.clone(), last);
        let queue = Scope::Queue(network.clone(), region.clone(), code.clone(), String::new());
        let is_of_agency = |scope: &Scope| match scope {
            Scope::Queue(own, of, other, _) => (own, of, other) == (network, region, code),
            Scope::All
            | Scope::Network(_)
            | Scope::Region(..)
            | Scope::Agency(..)
            | Scope::Line(_)
            | Scope::LineRegion(..) => false,
        };
        let of_queues = self.parts.range((queue, first)..);
        let of_queues = of_queues.take_while(|((scope, _), _)| is_of_agency(scope));
        let mut parts = self.parts.range(of_agency).chain(of_queues);
        parts.any(|(_, part)| part.ended.is_none())
    }

    /// When the last of its parts ended; `None` while one goes on.
    pub(crate) fn last_ended(&self) -> Option<i64> {
        let mut last = None;
        for part in self.parts.values() {
            last = last.max(Some(part.ended?));
        }
        last
    }

    /// Whether all of it that goes on lies in a place, and something of it is one of some
    /// things.
    pub(crate) fn lies_in(
        &self,
        place: &Place,
        concerns: &BTreeSet<Concern>,
        surroundings: &impl Surroundings,
    ) -> bool {
        let has_one = self.active().any(|((_, of), _)| concerns.contains(of));
        let mut active = self.active();
        has_one && active.all(|((scope, _), _)| place.holds(scope, surroundings))
    }

    /// Goes into a wider one, which takes its parts.
    pub(crate) fn merge_into(&mut self, wider: &mut Incident, at: i64) {
        self.ended = Some(at);
        self.merged_into = Some(wider.id());
        wider.worst = wider.worst.max(self.worst);
        for (key, part) in std::mem::take(&mut self.parts) {
            let known = wider.parts.entry(key).or_insert(part);
            if known.ended.is_some() && part.ended.is_none() {
                *known = Part {
                    began: known.began.min(part.began),
                    worst: known.worst.max(part.worst),
                    ..part
                };
            }
        }
    }

    /// Whom it has touched: of each scope that is not within another of it, from when
    /// its first part began to when its last ended.
    fn touched(&self) -> Touched {
        let scopes: BTreeSet<&Scope> = self.parts.keys().map(|(scope, _)| scope).collect();
        let is_within = |scope: &Scope| match scope {
            Scope::Queue(..) => agency_of(scope).is_some_and(|agency| scopes.contains(&agency)),
            // Its agencies are there as well, or are not bad by themselves.
            Scope::LineRegion(..) => scopes.iter().any(|scope| agency_of(scope).is_some()),
            Scope::All
            | Scope::Network(_)
            | Scope::Region(..)
            | Scope::Agency(..)
            | Scope::Line(_) => false,
        };
        let mut touched = Touched::default();
        for &scope in &scopes {
            if is_within(scope) {
                continue;
            }
            let of_scope = self.parts.iter().filter(|((of, _), _)| of == scope);
            let parts: Vec<&Part> = of_scope.map(|(_, part)| part).collect();
            let between = |of: fn(&Toll) -> i64| {
                let before = parts.iter().map(|part| of(&part.before)).min();
                let after = parts.iter().map(|part| of(&part.after)).max();
                (after.unwrap_or(0) - before.unwrap_or(0)).max(0)
            };
            touched.offered += between(|toll| toll.offered);
            touched.abandoned += between(|toll| toll.abandoned);
            touched.waiting += parts.iter().map(|part| part.waiting).max().unwrap_or(0);
            touched.promises += parts.iter().map(|part| part.promises).max().unwrap_or(0);
        }
        touched
    }

    /// As it is told, with so many parts at most.
    pub(crate) fn tell(&self, most_parts: usize) -> told::Incident {
        let mut parts: Vec<_> = self.parts.iter().collect();
        parts.sort_by_key(|((scope, concern), part)| {
            let badness = std::cmp::Reverse((part.ended.is_none(), part.worst));
            (badness, part.began, scope.clone(), *concern)
        });
        let shown = parts.iter().take(most_parts);
        let (scope, source) = match &self.place {
            Place::Scope(scope) => (Some(scope.clone()), None),
            Place::Source(name) => (None, Some(name.to_string())),
        };
        let states = self.active().map(|(_, part)| part.state);
        told::Incident {
            id: self.id(),
            scope,
            source,
            indicator: self.concern,
            cause: match self.is_shared {
                true => self.place.cause(),
                false => Cause::Alone,
            },
            began: Time::from_seconds(self.began),
            ended: self.ended.map(Time::from_seconds),
            state: states.max().unwrap_or(Severity::Ok),
            worst: self.worst,
            merged_into: self.merged_into.clone(),
            touched: self.touched(),
            parts_total: parts.len() as u64,
            parts: shown
                .map(|((scope, concern), part)| told::Part {
                    scope: scope.clone(),
                    indicator: *concern,
                    began: Time::from_seconds(part.began),
                    ended: part.ended.map(Time::from_seconds),
                    worst: part.worst,
                    suppressed: part.suppressed,
                })
                .collect(),
        }
    }
}
