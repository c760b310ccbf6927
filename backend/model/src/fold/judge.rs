//! Judging the figures of every scope, at every fifth second.
//!
//! What is counted over an hour is looked at where and when it changes, so that no second
//! has to look at all of it; who waits longest, and how old the data are, each time. An
//! estimate changes by the passing of time alone, and costs the most: it is looked at
//! where somebody waits, or where it is bad already, each scope's in its turn, once a
//! minute. Whose turn it is follows from the instant and the scope, so that a restart
//! changes nothing.

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Concern, Judged, Judgement, Severity, Suppressed, Worst};
use xxhash_rust::xxh3::xxh3_64;

use super::input::{Effect, SeverityChanged};
use super::judging::{EVERY, JudgedScope, Judging, Saved, UnreadableJudgements};
use super::state::Fold;
use crate::board::ScopeId;
use crate::figures;
use crate::rules::alarms::{Alarms, Silenced, Turn};
use crate::rules::level::Level;
use crate::rules::measured::{LastHour, Measured, pace, silence};
use crate::rules::opening::{OPENING, Openings};
use crate::sums::ScopeSums;

/// The estimate of a scope is looked at once in so many judgements.
const TURNS: i64 = 12;

/// Where there are more scopes than this, those that the directory does not list are not
/// judged: producers can invent them.
const JUDGED_AT_MOST: usize = 10_000;

impl Fold {
    /// Judges every scope as of a second, to which the sums have been brought.
    pub(super) fn judge(&mut self, second: i64) {
        let mut judging = std::mem::take(&mut self.judging);
        let at = Time::from_seconds(second);
        self.look_round(&mut judging, at);
        self.note_closings(&mut judging, second);
        if judging.is_night() {
            judging.judged = Some(second);
            self.judging = judging;
            return;
        }
        let mut effects = std::mem::take(&mut self.effects);
        self.judge_all(&mut judging, second, &mut |scope, turn| {
            effects.push(Effect::SeverityChanged(Box::new(SeverityChanged {
                scope: scope.clone(),
                concern: turn.concern,
                at,
                from: turn.from,
                to: turn.to,
                since: turn.since.map(Time::from_seconds),
                suppressed: turn.suppressed,
            })));
        });
        self.gather_incidents(&mut judging, second, &mut effects);
        self.effects = effects;
        self.judging = judging;
    }

    /// Looks at the last hour of scopes where that has changed.
    pub(super) fn look_at_changes(&mut self, changed: &[ScopeId]) {
        let mut judging = std::mem::take(&mut self.judging);
        for &id in changed {
            if let Some(judged) = judging.scopes.get_mut(id.0) {
                let sums = self.board.sums(id);
                judged.last_hour = LastHour::of(&sums, judged.short_abandons_count);
            }
        }
        self.judging = judging;
    }

    /// Brings up to date what was judged before the state was loaded, once its sums are
    /// there: until the next judgement it stands.
    pub(super) fn take_up_judgements(&mut self) {
        let Some(judged) = self.judging.judged else {
            return;
        };
        if !self.judging.scopes.is_empty() {
            return;
        }
        let mut judging = std::mem::take(&mut self.judging);
        let at = Time::from_seconds(judged);
        self.look_round(&mut judging, at);
        for (number, judged) in judging.scopes.iter_mut().enumerate() {
            let alarms = judging.alarms.get(&ScopeId(number));
            let data = alarms.map(|alarms| alarms.of(Concern::DataAge));
            judged.silenced = Silenced {
                is_stale: data.is_some_and(|(state, _)| state == Severity::Critical),
                ..Self::silenced(judged, at)
            };
        }
        self.judging = judging;
    }

    /// Looks which scopes there are, which of them are open, and who told of them last.
    fn look_round(&mut self, judging: &mut Judging, at: Time) {
        let has_changed = self.follow(judging, at);
        // Hours begin and end on whole minutes.
        if at.second() % 60 == 0 || has_changed {
            let mut openings = Openings::at(&mut self.terms.calendar, at);
            for judged in &mut judging.scopes {
                judged.open_since = openings.earliest(&judged.kept);
            }
        }
        if !judging.is_night() {
            judging.told_by = self.told_last();
        }
    }

    /// Brings what is known of scopes to the scopes that there are, and to the rules that
    /// hold in them; answers whether anything has changed.
    fn follow(&self, judging: &mut Judging, at: Time) -> bool {
        let tree = self.board.tree();
        let turns = self.terms.versions.turns_by(at);
        let before = judging.version.replace((tree.version(), turns));
        if before == Some((tree.version(), turns)) {
            return false;
        }
        self.follow_scopes(judging, at);
        if before.is_some_and(|(_, before)| before != turns) {
            self.follow_rules(judging, at);
        }
        true
    }

    fn follow_scopes(&self, judging: &mut Judging, at: Time) {
        let tree = self.board.tree();
        let mut before = std::mem::take(&mut judging.scopes).into_iter();
        for id in (0..tree.len()).map(ScopeId) {
            let scope = &tree.node(id).scope;
            let known = before.next().filter(|known| known.scope == *scope);
            judging.scopes.push(known.unwrap_or_else(|| {
                judging.alarms.remove(&id);
                let judged = match self.is_judged(id) {
                    true => self.judged_scope(scope, at),
                    false => JudgedScope::unlisted(scope),
                };
                let last_hour = LastHour::of(&self.board.sums(id), judged.short_abandons_count);
                JudgedScope {
                    last_hour,
                    ..judged
                }
            }));
        }
        for (scope, alarms) in std::mem::take(&mut judging.loaded) {
            if let Some(id) = tree.find(&scope) {
                judging.alarms.insert(id, alarms);
            }
        }
    }

    /// Looks anew which rules of counting hold in the scopes that are judged.
    fn follow_rules(&self, judging: &mut Judging, at: Time) {
        let versions = &self.terms.versions;
        for (number, judged) in judging.scopes.iter_mut().enumerate() {
            let id = ScopeId(number);
            if self.is_judged(id) {
                judged.kept = versions.kept_in(&judged.scope, at);
                judged.short_abandons_count = versions.short_abandons_count_in(&judged.scope, at);
                let sums = self.board.sums(id);
                judged.last_hour = LastHour::of(&sums, judged.short_abandons_count);
            }
        }
    }

    /// Looks at all that is judged as of a second, and tells what turned.
    fn judge_all(&self, judging: &mut Judging, second: i64, turned: &mut impl FnMut(&Scope, Turn)) {
        let at = Time::from_seconds(second);
        for (number, judged) in judging.scopes.iter_mut().enumerate() {
            let id = ScopeId(number);
            if !self.is_judged(id) {
                judging.alarms.remove(&id);
                continue;
            }
            let mut alarms = judging.alarms.get(&id).copied().unwrap_or_default();
            let heard = judging.told_by[number].map(|told_by| told_by.heard);
            let silenced = Self::silenced(judged, at);
            let levels = match silenced.all {
                Some(_) => {
                    alarms.estimated = Level::default();
                    alarms.pace = None;
                    [Level::default(); Concern::ALL.len()]
                }
                None => self.levels(id, judged, (second, heard), &mut alarms),
            };
            let is_nothing = alarms.are_calm() && levels == [Level::default(); Concern::ALL.len()];
            judged.silenced = silenced;
            if !is_nothing {
                let scope = &judged.scope;
                let turned = |turn| turned(scope, turn);
                let now = (second, self.toll(id));
                judged.silenced = alarms.judge(now, levels, &judged.criteria, silenced, turned);
            }
            match alarms.are_calm() {
                true => judging.alarms.remove(&id),
                false => judging.alarms.insert(id, alarms),
            };
        }
        judging.judged = Some(second);
    }

    /// What is known of a scope before it is looked at.
    fn judged_scope(&self, scope: &Scope, at: Time) -> JudgedScope {
        let versions = &self.terms.versions;
        let hash = xxh3_64(scope.to_string().as_bytes());
        JudgedScope {
            scope: scope.clone(),
            criteria: self.terms.directory.criteria_in(scope),
            kept: versions.kept_in(scope, at),
            around: self.terms.directory.around(scope),
            planned: self.terms.directory.planned_in(scope),
            longest_pause: longest_pause(scope),
            turn: (hash % TURNS as u64) as i64,
            last_hour: LastHour::default(),
            open_since: None,
            short_abandons_count: versions.short_abandons_count_in(scope, at),
            silenced: Silenced::default(),
        }
    }

    /// What is silenced before it is known how old the data are.
    fn silenced(judged: &JudgedScope, at: Time) -> Silenced {
        let is_planned = |&(from, to): &(Time, Time)| from <= at && at < to;
        let all = if judged.open_since.is_none() {
            Some(Suppressed::Closed)
        } else if judged.planned.iter().any(is_planned) {
            Some(Suppressed::Maintenance)
        } else {
            None
        };
        Silenced {
            all,
            is_opening: judged.open_since.is_some_and(|since| at - since < OPENING),
            is_stale: false,
        }
    }

    /// The level of each thing that is judged. Alarms remember that of the estimate.
    fn levels(
        &self,
        id: ScopeId,
        judged: &JudgedScope,
        (second, newest): (i64, Option<Time>),
        alarms: &mut Alarms,
    ) -> [Level; Concern::ALL.len()] {
        let at = Time::from_seconds(second);
        let sums = self.board.sums(id);
        let measured = Measured {
            last_hour: judged.last_hour,
            longest_wait: figures::longest_wait(&sums.present, at),
            data_age: silence(newest, judged.open_since, at),
            estimated_wait: None,
        };
        let is_watched = self.board.has_waiting(id) || alarms.estimated != Level::default();
        if is_watched && (second / EVERY).rem_euclid(TURNS) == judged.turn {
            let of = (&judged.scope).into();
            let estimate = figures::estimated_wait(of, &self.sums_with_outlook(of, &[id], at));
            let criterion = judged.criteria.of(Concern::EstimatedWait);
            alarms.estimated = Level::of(estimate, Concern::EstimatedWait, criterion);
        }
        alarms.pace = pace(measured.data_age, alarms.pace, judged.last_hour.heard);
        Concern::ALL.map(|concern| match concern {
            Concern::EstimatedWait => alarms.estimated,
            Concern::PickUp
            | Concern::LongestWait
            | Concern::CallbacksReached
            | Concern::CutOff
            | Concern::DataAge => measured.level(concern, judged.criterion(concern, alarms)),
        })
    }

    /// What is judged of a scope, as of its sums; `None` where nothing is judged.
    pub(super) fn judged(&self, id: ScopeId, sums: &ScopeSums<'_>, at: Time) -> Option<Judged> {
        let known = self.known_judged(id)?;
        let scope = &known.scope;
        let newest = self.judging.heard(id);
        let measured = Measured {
            last_hour: LastHour::of(sums, known.short_abandons_count),
            estimated_wait: figures::estimated_wait(scope.into(), sums),
            longest_wait: figures::longest_wait(&sums.present, at),
            data_age: silence(newest.max(sums.sources.newest()), known.open_since, at),
        };
        let alarms = self.judging.alarms.get(&id).copied().unwrap_or_default();
        Some(Judged::each_of(|concern| {
            let (state, since) = alarms.of(concern);
            let value = measured.value(concern);
            let criterion = known.criterion(concern, &alarms);
            Judgement {
                state,
                since: since.map(Time::from_seconds),
                value: value.map(|value| value.shown),
                upper: value.and_then(|value| value.upper),
                warning: criterion.warning,
                critical: criterion.critical,
                suppressed: known.silenced.of(concern),
            }
        }))
    }

    /// How bad a scope is, and what is worst there; `None` where nothing is judged.
    pub(super) fn severity(&self, id: ScopeId) -> Option<(Severity, Option<Worst>)> {
        self.known_judged(id)?;
        let worst = self.judging.alarms.get(&id).and_then(Alarms::worst);
        Some(match worst {
            None => (Severity::Ok, None),
            Some((concern, state, since)) => {
                let since = Time::from_seconds(since);
                (state, Some(Worst { concern, since }))
            }
        })
    }

    /// Why nothing of a scope is judged; `None` where something is.
    pub(super) fn suppressed(&self, id: ScopeId) -> Option<Suppressed> {
        self.known_judged(id)?.silenced.all
    }

    /// What is known of a scope, once it was judged.
    fn known_judged(&self, id: ScopeId) -> Option<&JudgedScope> {
        let known = self.judging.scopes.get(id.0)?;
        self.is_judged(id).then_some(known)
    }

    /// Whether a scope is judged: it is there, and listed, or one of not too many.
    pub(super) fn is_judged(&self, id: ScopeId) -> bool {
        let tree = self.board.tree();
        tree.has(id) && (tree.len() <= JUDGED_AT_MOST || tree.node(id).known)
    }

    /// Judges nothing up to an instant.
    pub fn skip_judging(&mut self, to: Time) {
        let judged = &mut self.judging.judged;
        *judged = (*judged).max(Some(to.second()));
    }

    /// Whether figures are judged.
    pub fn judges(&self) -> bool {
        self.settings.judge
    }

    /// Saves what was judged.
    pub fn save_judged(&self) -> Vec<u8> {
        let mut alarms = self.judging.named_alarms();
        alarms.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let saved = Saved {
            judged: self.judging.judged,
            alarms,
            incidents: self.judging.incidents.clone(),
            closings: self.judging.closings.clone(),
        };
        postcard::to_stdvec(&saved).expect("judgements are numbers, text and lists")
    }

    /// Takes over what was judged before, with the next judgement.
    ///
    /// # Errors
    /// If the bytes are not what [`Fold::save_judged`] wrote.
    pub fn load_judged(&mut self, bytes: &[u8]) -> Result<(), UnreadableJudgements> {
        let saved: Saved = postcard::from_bytes(bytes)?;
        self.judging = Judging {
            judged: saved.judged,
            loaded: saved.alarms,
            incidents: saved.incidents,
            closings: saved.closings,
            ..Judging::default()
        };
        Ok(())
    }
}

/// The longest silence that may be usual, in seconds, whatever the pace: of a region or
/// more it is short, since somebody there always speaks.
fn longest_pause(scope: &Scope) -> f64 {
    match scope {
        Scope::All | Scope::Network(_) | Scope::Region(..) | Scope::Line(_) => 900.0,
        Scope::Agency(..) | Scope::Queue(..) | Scope::LineRegion(..) => 3_600.0,
    }
}
