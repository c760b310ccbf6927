//! What is going on in a scope at an instant (`indicators.md`, Now).

use std::collections::BTreeMap;

use hashbrown::HashMap;
use vigie_contract::event::{AgentState, QueueReason};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{Agents, ByReason, Now, Promises, Sources};

use crate::contribution::CellId;
use crate::directory::ZoneId;
use crate::histogram;
use crate::indicators::PresenceAtEnd;
use crate::partition::Partition;
use crate::partition::cell::{Cell, Ever, Source};
use crate::partition::names::NameId;

const DUE_SOON: Span = Span::from_seconds(15 * 60);

/// A source is known for this long after its last event.
const KNOWN_FOR: Span = Span::from_seconds(24 * 3_600);

/// A source that was last heard longer ago is silent.
const SILENT_AFTER: Span = Span::from_seconds(300);

fn cells<'p>(
    partitions: &'p BTreeMap<i32, Partition>,
    ids: &'p [(i32, CellId)],
) -> impl Iterator<Item = &'p Cell> {
    ids.iter()
        .filter_map(|(partition, cell)| partitions.get(partition)?.cells().get(cell.0 as usize))
}

/// Everything of now but the levers, over the cells of a scope.
pub(crate) fn now(
    partitions: &BTreeMap<i32, Partition>,
    ids: &[(i32, CellId)],
    as_of: Time,
) -> Now {
    let mut asked: Vec<(Time, i64)> = Vec::new();
    let mut by_reason = ByReason::default();
    let mut promises = Promises::default();
    for cell in cells(partitions, ids) {
        for (since, reason, number) in cell.waiting() {
            asked.push((since, number));
            let of_reason = [
                (QueueReason::Asked, &mut by_reason.asked),
                (QueueReason::Overflow, &mut by_reason.overflow),
                (QueueReason::Transfer, &mut by_reason.transfer),
                (QueueReason::Callback, &mut by_reason.callback),
            ];
            for (known, count) in of_reason {
                *count += if reason.is(known) { number } else { 0 };
            }
        }
        for (due, number) in cell.promises() {
            promises.open += number;
            promises.overdue += if due < as_of { number } else { 0 };
            promises.due_15m += if (as_of..=as_of + DUE_SOON).contains(&due) {
                number
            } else {
                0
            };
        }
    }
    // The youngest first: ages rise.
    asked.sort_unstable_by(|one, other| other.cmp(one));
    let age = |p| age_at(&asked, p, as_of);
    let sources = heard(partitions, ids);
    let reporting = |source: &&Source| as_of - source.heard <= SILENT_AFTER;
    let newest = sources.iter().map(|source| source.newest).max();
    Now {
        waiting: asked.iter().map(|(_, number)| number).sum(),
        waiting_by_reason: by_reason,
        longest_wait_seconds: age(1.0),
        wait_p50_seconds: age(0.5),
        wait_p90_seconds: age(0.9),
        agents: agents(partitions, ids),
        promises,
        levers: None,
        data_age_seconds: newest.map(|newest| (as_of - newest).seconds()),
        sources: Sources {
            known: count(
                sources
                    .iter()
                    .filter(|source| as_of - source.heard <= KNOWN_FOR),
            ),
            reporting: count(sources.iter().filter(reporting)),
        },
        complete_to: sources
            .iter()
            .filter(reporting)
            .map(|source| source.newest)
            .min(),
    }
}

fn count<T>(list: impl Iterator<Item = T>) -> i64 {
    list.count() as i64
}

/// The sources of a scope's events, each once.
fn heard(partitions: &BTreeMap<i32, Partition>, ids: &[(i32, CellId)]) -> Vec<Source> {
    let join = |known: &mut Source, other: Source| {
        known.newest = known.newest.max(other.newest);
        known.heard = known.heard.max(other.heard);
    };
    // By number within a partition first: there are far more cells than sources.
    let mut numbered: HashMap<(i32, NameId), Source> = HashMap::new();
    for &(number, cell) in ids {
        let cells = partitions.get(&number).map(Partition::cells);
        let Some(cell) = cells.and_then(|cells| cells.get(cell.0 as usize)) else {
            continue;
        };
        for &source in cell.sources() {
            let known = numbered.entry((number, source.name)).or_insert(source);
            join(known, source);
        }
    }
    let mut named: HashMap<&str, Source> = HashMap::new();
    for ((number, name), source) in numbered {
        let known = named
            .entry(partitions[&number].name(name))
            .or_insert(source);
        join(known, source);
    }
    named.into_values().collect()
}

/// The reason of pauses that have none: pauses by reason add up to the paused.
const UNSPECIFIED: &str = "unspecified";

/// Agents by state, and the paused by reason.
fn agents(partitions: &BTreeMap<i32, Partition>, ids: &[(i32, CellId)]) -> Agents {
    let mut agents = Agents::default();
    for &(number, cell) in ids {
        let Some(partition) = partitions.get(&number) else {
            continue;
        };
        let Some(cell) = partition.cells().get(cell.0 as usize) else {
            continue;
        };
        for &(state, reason, number) in cell.agents() {
            let of_state = match state {
                AgentState::Ready => &mut agents.ready,
                AgentState::Ringing => &mut agents.ringing,
                AgentState::Talking => &mut agents.talking,
                AgentState::Holding => &mut agents.holding,
                AgentState::WrapUp => &mut agents.wrap_up,
                AgentState::Paused => &mut agents.paused,
                AgentState::Offline => &mut agents.offline,
            };
            *of_state += number;
            if state != AgentState::Offline {
                agents.staffed += number;
            }
            if state == AgentState::Paused {
                let name = reason.map_or(UNSPECIFIED, |reason| partition.name(reason));
                match agents.pauses.get_mut(name) {
                    Some(known) => *known += number,
                    None => {
                        agents.pauses.insert(name.to_owned(), number);
                    }
                }
            }
        }
    }
    agents.available = agents.ready;
    agents
}

/// Busy and ready agents of a scope at an instant, from which follows how long
/// they were so.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Presence {
    busy: i64,
    ready: i64,
    /// Each times the microseconds since the agency's midnight.
    busy_today: i64,
    ready_today: i64,
    as_of: i64,
}

impl Presence {
    /// `midnight`: the start of the day of a zone that holds the instant.
    pub(crate) fn at(
        partitions: &BTreeMap<i32, Partition>,
        ids: &[(i32, CellId)],
        as_of: Time,
        midnight: impl Fn(ZoneId) -> Time,
    ) -> Self {
        let mut presence = Self {
            as_of: as_of.0,
            ..Self::default()
        };
        for &(number, id) in ids {
            let Some(partition) = partitions.get(&number) else {
                continue;
            };
            let Some(cell) = partition.cells().get(id.0 as usize) else {
                continue;
            };
            if cell.agents().is_empty() {
                continue;
            }
            let today = (as_of - midnight(partition.rules_of(id).zone)).0;
            for &(state, _, number) in cell.agents() {
                let (now, sum) = match state {
                    AgentState::Talking | AgentState::Holding | AgentState::WrapUp => {
                        (&mut presence.busy, &mut presence.busy_today)
                    }
                    AgentState::Ready => (&mut presence.ready, &mut presence.ready_today),
                    _ => continue,
                };
                *now += number;
                *sum += number * today;
            }
        }
        presence
    }

    /// At the end of a window of so many seconds; of today's where there are none.
    pub(crate) fn at_end_of(self, seconds: Option<i64>) -> PresenceAtEnd {
        match seconds {
            Some(seconds) => PresenceAtEnd::Sliding {
                end: self.as_of,
                length: Span::from_seconds(seconds).0,
                busy: self.busy,
                ready: self.ready,
            },
            None => PresenceAtEnd::Today {
                busy: self.busy_today,
                ready: self.ready_today,
            },
        }
    }
}

/// The age at a nearest rank of those waiting, the youngest first.
fn age_at(asked: &[(Time, i64)], p: f64, as_of: Time) -> Option<f64> {
    let total = asked.iter().map(|(_, number)| number).sum();
    let rank = histogram::rank(total, p)?;
    let mut seen = 0;
    asked
        .iter()
        .find(|(_, number)| {
            seen += number;
            seen >= rank
        })
        .map(|&(since, _)| (as_of - since).seconds())
}

/// How many wait, and how long the first of them has.
pub(crate) fn waiting(
    partitions: &BTreeMap<i32, Partition>,
    ids: &[(i32, CellId)],
    as_of: Time,
) -> (i64, Option<f64>) {
    let mut number = 0;
    let mut first: Option<Time> = None;
    for cell in cells(partitions, ids) {
        for (since, _, waiting) in cell.waiting() {
            number += waiting;
            first = Some(first.map_or(since, |known| known.min(since)));
        }
    }
    (number, first.map(|first| (as_of - first).seconds()))
}

/// Counts since the state began.
pub(crate) fn ever(partitions: &BTreeMap<i32, Partition>, ids: &[(i32, CellId)]) -> Ever {
    cells(partitions, ids)
        .map(Cell::ever)
        .fold(Ever::default(), |sum, ever| Ever {
            offered: sum.offered + ever.offered,
            answered: sum.answered + ever.answered,
            abandoned: sum.abandoned + ever.abandoned,
        })
}
