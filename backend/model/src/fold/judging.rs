//! What is bad, as it is known between two judgements.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Concern, Suppressed};

use crate::board::ScopeId;
use crate::directory::Kept;
use crate::names::NameId;
use crate::rules::alarms::{Alarms, Silenced};
use crate::rules::closed::Closings;
use crate::rules::criteria::{Criteria, Criterion};
use crate::rules::incidents::register::Register;
use crate::rules::measured::{LastHour, unusual_silence};

/// Seconds from one judgement to the next.
pub(super) const EVERY: i64 = 5;

/// What is bad, and what it takes to say so.
#[derive(Debug, Default)]
pub(super) struct Judging {
    /// What is not calm.
    pub(super) alarms: HashMap<ScopeId, Alarms>,
    /// The second of the last judgement.
    pub(super) judged: Option<i64>,
    /// What is known of each scope beside, by its number.
    pub(super) scopes: Vec<JudgedScope>,
    /// Who told of each scope last, as of the last judgement.
    pub(super) told_by: Vec<Option<ToldBy>>,
    /// What is bad, by what it has in common.
    pub(super) incidents: Register,
    /// The closings of queues.
    pub(super) closings: BTreeMap<Scope, Closings>,
    /// The version of the tree that `scopes` is of, and how many times some place had
    /// gone over to another version of the directory.
    pub(super) version: Option<(u64, usize)>,
    /// What was loaded, until the scopes are known.
    pub(super) loaded: Vec<(Scope, Alarms)>,
}

/// Who told of a scope last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ToldBy {
    /// When that source was last heard, wherever what it told counted.
    pub(super) heard: Time,
    /// Its name, as a partition that heard of it knows it.
    pub(super) source: (i32, NameId),
}

/// What is known of a scope beside its alarms, as of the last judgement.
#[derive(Debug)]
pub(super) struct JudgedScope {
    pub(super) scope: Scope,
    pub(super) criteria: Criteria,
    /// The hours that its places keep.
    pub(super) kept: Vec<Kept>,
    /// The scopes that it lies in.
    pub(super) around: Vec<Scope>,
    /// When interruptions are planned there.
    pub(super) planned: Vec<(Time, Time)>,
    /// The longest silence that may be usual, in seconds.
    pub(super) longest_pause: f64,
    /// Of the turns of estimates, its own.
    pub(super) turn: i64,
    pub(super) last_hour: LastHour,
    pub(super) open_since: Option<Time>,
    /// Whether short abandons count there.
    pub(super) short_abandons_count: bool,
    pub(super) silenced: Silenced,
}

impl JudgedScope {
    /// When something is bad there; a silence not before it is unusual.
    pub(super) fn criterion(&self, concern: Concern, alarms: &Alarms) -> Criterion {
        match alarms.pace {
            Some(pace) if concern == Concern::DataAge => {
                let unusual = unusual_silence(pace).min(self.longest_pause);
                self.criteria.of_silence(unusual)
            }
            Some(_) | None => self.criteria.of(concern),
        }
    }

    /// One that is not judged.
    pub(super) fn unlisted(scope: &Scope) -> Self {
        Self {
            scope: scope.clone(),
            criteria: Criteria::default(),
            kept: Vec::new(),
            around: Vec::new(),
            planned: Vec::new(),
            longest_pause: 0.0,
            turn: 0,
            last_hour: LastHour::default(),
            short_abandons_count: true,
            open_since: None,
            silenced: Silenced::default(),
        }
    }
}

/// What is saved of it.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Saved {
    pub(super) judged: Option<i64>,
    /// In the order of the scopes.
    pub(super) alarms: Vec<(Scope, Alarms)>,
    pub(super) incidents: Register,
    pub(super) closings: BTreeMap<Scope, Closings>,
}

/// Why what was judged cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("what was judged cannot be read: {0}")]
pub struct UnreadableJudgements(#[from] postcard::Error);

impl Judging {
    /// Whether all is closed, as it was at the last judgement: nothing is judged.
    pub(super) fn is_night(&self) -> bool {
        let is_closed = |known: &JudgedScope| {
            let was_closed = known.silenced.all == Some(Suppressed::Closed);
            known.open_since.is_none() && was_closed
        };
        let is_over = self.alarms.is_empty() && self.incidents.is_quiet();
        is_over && self.scopes.iter().all(is_closed)
    }

    /// What is not calm, by scope.
    pub(super) fn named_alarms(&self) -> Vec<(Scope, Alarms)> {
        let known = self.alarms.iter();
        let known = known.map(|(&id, alarms)| (self.scopes[id.0].scope.clone(), *alarms));
        known.chain(self.loaded.iter().cloned()).collect()
    }

    /// When the source that told of a scope last was last heard.
    pub(super) fn heard(&self, id: ScopeId) -> Option<Time> {
        let told_by = self.told_by.get(id.0).copied().flatten();
        told_by.map(|told_by| told_by.heard)
    }

    /// The first instant after one, up to another, that is to be judged.
    pub(super) fn next(&self, after: Option<i64>, to: i64) -> Option<i64> {
        let earliest = match after.max(self.judged) {
            Some(after) => after + 1,
            None => to,
        };
        let next = earliest + (-earliest).rem_euclid(EVERY);
        (next <= to).then_some(next)
    }
}
