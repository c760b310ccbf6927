//! Agents by state (indicators.md, Now; readings 44 and 50).

use std::collections::BTreeMap;

use vigie_contract::event::{AgentState, AgentStateChanged, Body};
use vigie_contract::scope::Scope;
use vigie_contract::text::Text;
use vigie_contract::view::Agents;

use crate::clock::{HOUR, Zone};

use super::places::Places;
use super::told::Told;

const SILENCE: i64 = 12 * HOUR;
const FORGOTTEN_AFTER: i64 = 26 * HOUR;

/// A time that an agent spent in a state.
pub struct Stretch<'d> {
    pub scopes: Vec<Scope>,
    pub zone: Zone,
    state: AgentState,
    reason: Option<&'d str>,
    from: i64,
    to: i64,
}

impl Stretch<'_> {
    /// The instants at which it begins, means something else, and ends.
    pub fn edges(&self) -> [i64; 4] {
        let silent = [SILENCE, FORGOTTEN_AFTER].map(|after| self.from + after);
        [self.from, silent[0], silent[1], self.to]
    }
}

pub fn stretches<'d>(told: &[Told<'d>], places: &Places<'d>) -> Vec<Stretch<'d>> {
    let mut agents: BTreeMap<_, Vec<Told<'d>>> = BTreeMap::new();
    for &each in told {
        if let Body::AgentStateChanged(data) = &each.event.body {
            let key = (each.partition, data.agency.as_str(), data.agent.as_str());
            agents.entry(key).or_default().push(each);
        }
    }
    let mut stretches = Vec::new();
    for mut changes in agents.into_values() {
        changes.sort_by_key(|each| each.by_id());
        for (at, change) in changes.iter().enumerate() {
            let data = data_of(*change);
            let queues = told_last(&changes[..=at]).iter();
            let queues = queues.map(|queue| queue.as_str());
            stretches.push(Stretch {
                scopes: scopes(&data.agency, queues, places),
                zone: places.zone(Some(&data.agency), None),
                state: data.state,
                reason: data.reason.as_deref(),
                from: change.time(),
                to: changes.get(at + 1).map_or(i64::MAX, |next| next.time()),
            });
        }
    }
    stretches
}

fn data_of<'d>(change: Told<'d>) -> &'d AgentStateChanged<'static> {
    match &change.event.body {
        Body::AgentStateChanged(data) => data,
        _ => unreachable!("only changes of agents were taken"),
    }
}

/// The queues of the last change: its own, else those told last, as long as the
/// agent has not been forgotten since.
fn told_last<'d>(changes: &[Told<'d>]) -> &'d [Text<'static>] {
    let mut known: &[Text<'static>] = &[];
    let mut heard = i64::MIN;
    for &change in changes {
        if change.time().saturating_sub(heard) > FORGOTTEN_AFTER {
            known = &[];
        }
        heard = change.time();
        if let Some(queues) = &data_of(change).queues {
            known = queues;
        }
    }
    known
}

/// Once each: the agency's, the queues', and the lines that these serve.
fn scopes<'d>(
    agency: &str,
    queues: impl Iterator<Item = &'d str>,
    places: &Places<'_>,
) -> Vec<Scope> {
    let mut scopes = places.at(Some(agency), None, None).scopes.clone();
    for queue in queues {
        scopes.extend(
            places
                .at(Some(agency), Some(queue), None)
                .scopes
                .iter()
                .cloned(),
        );
    }
    scopes.sort();
    scopes.dedup();
    scopes
}

/// Agents by state as of an instant.
pub fn agents(stretches: &[&Stretch<'_>], at: i64) -> Agents {
    let mut agents = Agents::default();
    for stretch in stretches {
        let is_forgotten = at - stretch.from > FORGOTTEN_AFTER;
        if !(stretch.from < at && at <= stretch.to) || is_forgotten {
            continue;
        }
        let is_silent = at - stretch.from > SILENCE;
        let state = if is_silent {
            AgentState::Offline
        } else {
            stretch.state
        };
        agents.staffed += i64::from(state != AgentState::Offline);
        match state {
            AgentState::Ready => {
                agents.ready += 1;
                agents.available += 1;
            }
            AgentState::Ringing => agents.ringing += 1,
            AgentState::Talking => agents.talking += 1,
            AgentState::Holding => agents.holding += 1,
            AgentState::WrapUp => agents.wrap_up += 1,
            AgentState::Offline => agents.offline += 1,
            AgentState::Paused => {
                agents.paused += 1;
                let reason = stretch.reason.unwrap_or("unspecified");
                *agents.pauses.entry(reason.to_owned()).or_default() += 1;
            }
        }
    }
    agents
}

/// `[busy, busy + ready]` in a scope up to `until`, in microseconds, of a window
/// that `begins` when the zone of the agent says.
pub fn occupancy(stretches: &[&Stretch<'_>], begins: impl Fn(Zone) -> i64, until: i64) -> [i64; 2] {
    let mut sums = [0, 0];
    for stretch in stretches {
        let from = stretch.from.max(begins(stretch.zone));
        let to = stretch.to.min(stretch.from + SILENCE).min(until);
        let spent = (to - from).max(0);
        match stretch.state {
            AgentState::Talking | AgentState::Holding | AgentState::WrapUp => {
                sums[0] += spent;
                sums[1] += spent;
            }
            AgentState::Ready => sums[1] += spent,
            _ => {}
        }
    }
    sums
}
