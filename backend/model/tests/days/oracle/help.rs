//! Which agencies are under pressure, and which have slack (docs/help.md).

use std::collections::{BTreeMap, BTreeSet};

use vigie_contract::scope::Scope;

use super::Moment;
use super::agents::{Stretch, agents};
use super::legs::Leg;

const LOOKED_BACK: i64 = 300 * 1_000_000;

/// An agency, as far as it lies in a scope.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Helped {
    pub waiting: i64,
    /// Callers who wait, by queue.
    pub queues: BTreeMap<String, i64>,
    /// Agents signed on, and those ready; `None` where none is known.
    pub agents: Option<[i64; 2]>,
    /// For how many microseconds agents were ready while nobody waited, in five minutes.
    pub idle: i64,
}

impl Moment<'_, '_> {
    /// The agencies of a scope in which anybody ever waited or worked.
    pub fn help(&self, of: &Scope) -> BTreeMap<Scope, Helped> {
        let mut legs: BTreeMap<Scope, Vec<&Leg<'_>>> = BTreeMap::new();
        for leg in self.legs(of.into()) {
            let place = self.count.places.at(Some(leg.agency), None, None);
            legs.entry(agency_in(&place.scopes)).or_default().push(leg);
        }
        let mut working: BTreeMap<Scope, Vec<&Stretch<'_>>> = BTreeMap::new();
        for stretch in self.stretches(of.into()) {
            let agency = agency_in(&stretch.scopes);
            working.entry(agency).or_default().push(stretch);
        }
        let agencies: BTreeSet<Scope> = legs.keys().chain(working.keys()).cloned().collect();
        let helped = |agency: Scope| {
            let legs = legs.get(&agency).map_or(&[][..], Vec::as_slice);
            let working = working.get(&agency).map_or(&[][..], Vec::as_slice);
            let helped = self.helped(legs, working);
            (agency, helped)
        };
        agencies.into_iter().map(helped).collect()
    }

    fn helped(&self, legs: &[&Leg<'_>], working: &[&Stretch<'_>]) -> Helped {
        let waiting = |at: i64| {
            let legs = legs.iter();
            legs.filter(move |leg| leg.opened < at && at <= leg.closed)
        };
        let mut queues: BTreeMap<String, i64> = BTreeMap::new();
        for leg in waiting(self.at) {
            *queues.entry(leg.queue.to_owned()).or_default() += 1;
        }
        let now = agents(working, self.at);
        // Nothing changes between two of these.
        let from = self.at - LOOKED_BACK;
        let mut edges: BTreeSet<i64> = [from, self.at].into();
        edges.extend(legs.iter().flat_map(|leg| [leg.opened, leg.closed]));
        edges.extend(working.iter().flat_map(|stretch| stretch.edges()));
        let edges: Vec<i64> = edges.range(from..=self.at).copied().collect();
        let idle = edges.windows(2).map(|edge| {
            let is_calm = waiting(edge[1]).next().is_none();
            let ready = agents(working, edge[1]).ready;
            if is_calm {
                ready * (edge[1] - edge[0])
            } else {
                0
            }
        });
        Helped {
            waiting: queues.values().sum(),
            queues,
            agents: (now.staffed + now.offline > 0).then_some([now.staffed, now.ready]),
            idle: idle.sum(),
        }
    }
}

fn agency_in(scopes: &[Scope]) -> Scope {
    let agency = scopes
        .iter()
        .find(|scope| matches!(scope, Scope::Agency(..)));
    agency.expect("it is of an agency").clone()
}
