//! Gathering what is bad into incidents, after each judgement.

use hashbrown::HashSet;
use vigie_contract::extent::ExtentRef;
use vigie_contract::incident;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Concern, Suppressed};

use super::input::{Effect, IncidentTurned};
use super::judging::{JudgedScope, Judging};
use super::state::Fold;
use crate::board::ScopeId;
use crate::rules::incidents::incident::Incident;
use crate::rules::incidents::place::Place;
use crate::rules::incidents::{Alarmed, Surroundings, makes_alarms};
use crate::rules::toll::Toll;

/// So many parts of an incident are told, at most.
const PARTS_TOLD: usize = 100;

/// How much is told of incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncidentsTold {
    /// The most incidents.
    pub most: usize,
    /// The most parts of each.
    pub most_parts: usize,
}

impl IncidentsTold {
    /// All that there are, each with a hundred parts.
    pub const ALL: Self = Self {
        most: usize::MAX,
        most_parts: PARTS_TOLD,
    };
}

/// What is known of scopes as of a judgement.
struct Known<'f> {
    fold: &'f Fold,
    judging: &'f Judging,
}

impl Known<'_> {
    fn judged(&self, scope: &Scope) -> Option<(ScopeId, &JudgedScope)> {
        let id = self.fold.board.tree().find(scope)?;
        let judged = self.judging.scopes.get(id.0)?;
        (judged.scope == *scope).then_some((id, judged))
    }
}

impl Surroundings for Known<'_> {
    fn agencies(&self) -> impl Iterator<Item = (&Scope, bool)> {
        let scopes = (0..).map(ScopeId).zip(&self.judging.scopes);
        let agencies = scopes.filter(|(id, judged)| {
            matches!(judged.scope, Scope::Agency(..)) && self.fold.is_judged(*id)
        });
        agencies.map(|(_, judged)| (&judged.scope, judged.silenced.all.is_none()))
    }

    fn around(&self, scope: &Scope) -> &[Scope] {
        let judged = self.judged(scope);
        judged.map_or(&[], |(_, judged)| &judged.around)
    }

    fn source(&self, scope: &Scope) -> Option<&str> {
        let (id, _) = self.judged(scope)?;
        let told_by = self.judging.told_by.get(id.0).copied().flatten()?;
        let (partition, name) = told_by.source;
        Some(self.fold.partitions.get(&partition)?.name(name))
    }

    fn toll(&self, scope: &Scope) -> Option<Toll> {
        let (id, _) = self.judged(scope)?;
        Some(self.fold.toll(id))
    }

    fn suppressed(&self, scope: &Scope, concern: Concern) -> Option<Suppressed> {
        let (_, judged) = self.judged(scope)?;
        judged.silenced.of(concern)
    }
}

impl Fold {
    /// Gathers all that is above ok into incidents.
    pub(super) fn gather_incidents(
        &self,
        judging: &mut Judging,
        second: i64,
        effects: &mut Vec<Effect>,
    ) {
        if judging.alarms.is_empty() && judging.incidents.is_quiet() {
            return;
        }
        let mut incidents = std::mem::take(&mut judging.incidents);
        let alarmed = self.alarmed(judging);
        let known = Known {
            fold: self,
            judging,
        };
        incidents.judge(second, &alarmed, &known, |turned, incident| {
            effects.push(Effect::IncidentTurned(Box::new(IncidentTurned {
                turned,
                at: Time::from_seconds(second),
                incident: incident.tell(PARTS_TOLD),
            })));
        });
        judging.incidents = incidents;
    }

    /// All that is above ok and makes an alarm, in the order in which it began.
    fn alarmed<'j>(&self, judging: &'j Judging) -> Vec<Alarmed<'j>> {
        let mut all: Vec<Alarmed<'j>> = Vec::new();
        for (&id, alarms) in &judging.alarms {
            let scope = &judging.scopes[id.0].scope;
            if !makes_alarms(scope) {
                continue;
            }
            for (concern, state, (began, before)) in alarms.stretches() {
                let sums = self.board.sums(id);
                all.push(Alarmed {
                    scope,
                    concern,
                    state,
                    began,
                    before,
                    toll: self.toll(id),
                    waiting: sums.present.waiting.iter().map(|(_, number)| number).sum(),
                    promises: sums.present.promises.iter().map(|(_, number)| number).sum(),
                });
            }
        }
        all.sort_unstable_by_key(|alarmed| (alarmed.began, alarmed.scope, alarmed.concern));
        all
    }

    /// The calls of a scope since the state began.
    pub(super) fn toll(&self, id: ScopeId) -> Toll {
        let ever = self.board.sums(id).ever;
        Toll {
            offered: ever.offered,
            abandoned: ever.abandoned,
        }
    }

    /// The incidents that are in a scope or a selection, or have a part in it, as of the
    /// last judgement: those that go on first, the latest first. `None` for a scope that
    /// nobody has named, or where nothing is judged.
    pub fn incidents<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Option<Vec<incident::Incident>> {
        let (_, incidents) = self.incidents_since(of, Time(i64::MIN), IncidentsTold::ALL)?;
        Some(incidents)
    }

    /// Those of the incidents that go on, or that ended at an instant or later: how many
    /// there are, and as many of the first as are to be told.
    pub fn incidents_since<'e>(
        &self,
        of: impl Into<ExtentRef<'e>>,
        since: Time,
        told: IncidentsTold,
    ) -> Option<(usize, Vec<incident::Incident>)> {
        let of = of.into();
        if !self.judges() {
            return None;
        }
        self.ids(of)?;
        let Some(judged) = self.judging.judged else {
            return Some((0, Vec::new()));
        };
        let ended_before = |ended: i64| Time::from_seconds(ended) < since;
        let of_it = self.those_of(of);
        let all = self.judging.incidents.all(judged);
        let mut incidents: Vec<&Incident> = all
            .filter(|incident| !incident.ended.is_some_and(ended_before) && of_it(incident))
            .collect();
        incidents.sort_by_key(|incident| {
            let last = std::cmp::Reverse(incident.began);
            (incident.ended.is_some(), last, &incident.place)
        });
        let first = incidents.iter().take(told.most);
        let first = first.map(|incident| incident.tell(told.most_parts));
        Some((incidents.len(), first.collect()))
    }

    /// Whether an incident is in a scope or a selection, or has a part in it.
    fn those_of<'f>(&'f self, of: ExtentRef<'f>) -> impl Fn(&Incident) -> bool + 'f {
        let known = Known {
            fold: self,
            judging: &self.judging,
        };
        let members: HashSet<&Scope> = of.members().iter().collect();
        let is_all = members.contains(&Scope::All);
        move |incident| {
            let holds = |scope: &Scope| {
                let mut around = known.around(scope).iter();
                is_all || members.contains(scope) || around.any(|above| members.contains(above))
            };
            let is_in = match &incident.place {
                Place::Scope(own) => holds(own),
                Place::Source(_) => is_all,
            };
            is_in || incident.parts.keys().any(|(part, _)| holds(part))
        }
    }
}
