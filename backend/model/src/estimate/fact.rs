//! The events that estimates look at, as facts of a queue.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use vigie_contract::time::Time;

use crate::contribution::CellId;

/// Index of a queue of an agency, whatever the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct QueueId(pub u32);

/// Index of an agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct AgencyId(pub u32);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum FactWhat {
    /// A leg opened. `day_part`: local seconds since midnight ÷ 86,400.
    Entered { call: u64, day_part: f32 },
    /// An agent picked the leg up; the hash of the agent, if one is named.
    Answered { call: u64, agent: Option<u64> },
    /// The caller gave up.
    Abandoned { call: u64 },
    /// The leg left in any other way.
    Left { call: u64 },
    /// The leg left, and that was told too late for being learned from.
    LeftUnscored { call: u64, answered: bool },
    /// A conversation ended.
    Ended { agent: Option<u64> },
    /// An agent of the agency changed state.
    Agent {
        agent: u64,
        presence: Availability,
        /// The queues that the agent serves; `None` stands for those it told last.
        serves: Option<Serves>,
    },
    /// The queue was opened, or closed, by its own people.
    Lever { open: bool },
}

/// A set of queues of an agency, by their numbers in it: those that an agent serves.
/// All queues beyond the 64th share one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Serves(u64);

impl Serves {
    pub(crate) const ALL: Self = Serves(u64::MAX);

    pub(crate) fn these(places: impl Iterator<Item = usize>) -> Self {
        places
            .map(Self::bit)
            .fold(Serves(0), |all, one| Serves(all.0 | one))
    }

    /// The union of some sets.
    pub(crate) fn any(all: impl Iterator<Item = Self>) -> Self {
        all.fold(Serves(0), |all, one| Serves(all.0 | one.0))
    }

    pub(crate) fn has(self, place: usize) -> bool {
        self.0 & Self::bit(place) != 0
    }

    fn bit(place: usize) -> u64 {
        u32::try_from(place)
            .ok()
            .and_then(|place| 1_u64.checked_shl(place))
            .unwrap_or(u64::MAX)
    }
}

/// What an agent's state means for those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Availability {
    /// Ready for a call.
    Free,
    /// With a caller, or in after-call work.
    Busy,
    /// In a pause: staffed, and not there for a call.
    Away,
    /// Signed off.
    Gone,
}

/// A fact, of a queue or (an agent's) of an agency.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fact {
    pub time: Time,
    /// The hash of the identity of the event. It decides the order of facts that are
    /// equal otherwise.
    pub id: u64,
    pub agency: AgencyId,
    /// The queue; `None` for a change of state of an agent.
    pub queue: Option<QueueId>,
    /// The cell of the event.
    pub cell: CellId,
    pub what: FactWhat,
}

impl FactWhat {
    /// The same fact, of an agent who serves all queues.
    pub(crate) fn serving_all(self) -> Self {
        if let FactWhat::Agent {
            agent, presence, ..
        } = self
        {
            FactWhat::Agent {
                agent,
                presence,
                serves: Some(Serves::ALL),
            }
        } else {
            self
        }
    }
}

impl Fact {
    /// What the fact still says if it comes too late for being learned from: that
    /// whoever has left does not wait, and whether the queue is open.
    pub(crate) fn when_late(self) -> Option<Self> {
        let left = |call, answered| FactWhat::LeftUnscored { call, answered };
        let what = match self.what {
            FactWhat::Answered { call, .. } => left(call, true),
            FactWhat::Abandoned { call } | FactWhat::Left { call } => left(call, false),
            FactWhat::Lever { .. } => self.what,
            FactWhat::Entered { .. }
            | FactWhat::LeftUnscored { .. }
            | FactWhat::Ended { .. }
            | FactWhat::Agent { .. } => return None,
        };
        Some(Self { what, ..self })
    }

    /// The order of facts: by time, entries before outcomes, then by the identity of
    /// the event.
    pub(crate) fn order(&self) -> (Time, u8, u64) {
        let rank = match self.what {
            FactWhat::Entered { .. } => 0,
            FactWhat::Answered { .. } => 1,
            FactWhat::Abandoned { .. } => 2,
            FactWhat::Left { .. } | FactWhat::LeftUnscored { .. } => 3,
            FactWhat::Ended { .. } => 4,
            FactWhat::Agent { .. } => 5,
            FactWhat::Lever { .. } => 6,
        };
        (self.time, rank, self.id)
    }
}

/// Facts that are not settled yet: they come nearly in order, and leave in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pending {
    /// The facts by parts of time ([`Pending::part_of`]), rising; none is empty.
    parts: VecDeque<(i64, Vec<Fact>)>,
    /// The memory of a part that has left, for the next one.
    #[serde(skip)]
    room: Vec<Fact>,
}

impl Pending {
    /// A part of time is 2²³ µs long, 8.4 s.
    fn part_of(time: Time) -> i64 {
        time.0 >> 23
    }

    pub(crate) fn push(&mut self, fact: Fact) {
        let part = Self::part_of(fact.time);
        match self.parts.back_mut() {
            Some((newest, facts)) if *newest == part => facts.push(fact),
            Some((newest, _)) if *newest > part => {
                let at = self.parts.partition_point(|&(known, _)| known < part);
                if self.parts[at].0 != part {
                    self.parts.insert(at, (part, Vec::new()));
                }
                self.parts[at].1.push(fact);
            }
            _ => {
                let mut facts = std::mem::take(&mut self.room);
                facts.push(fact);
                self.parts.push_back((part, facts));
            }
        }
    }

    /// Takes the facts before an instant, in their order. They are not pending any
    /// more.
    pub(crate) fn take_before(&mut self, before: Time, taken: &mut Vec<Fact>) {
        while let Some((part, facts)) = self.parts.front_mut()
            && *part <= Self::part_of(before)
        {
            if *part == Self::part_of(before) {
                taken.extend(facts.extract_if(.., |fact| fact.time < before));
            } else {
                taken.append(facts);
            }
            if !facts.is_empty() {
                break;
            }
            if let Some((_, room)) = self.parts.pop_front() {
                self.room = room;
            }
        }
        taken.sort_unstable_by_key(Fact::order);
    }

    /// Keeps some facts. They may be changed, but not in their times.
    pub(crate) fn retain(&mut self, mut is_kept: impl FnMut(&mut Fact) -> bool) {
        self.parts.retain_mut(|(_, facts)| {
            facts.retain_mut(&mut is_kept);
            !facts.is_empty()
        });
    }

    /// The facts before an instant, in their order.
    pub(crate) fn before(&self, before: Time) -> Vec<Fact> {
        let mut taken = Vec::new();
        self.clone().take_before(before, &mut taken);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(micros: i64) -> Fact {
        Fact {
            time: Time(micros),
            id: 0,
            agency: AgencyId(0),
            queue: None,
            cell: CellId(0),
            what: FactWhat::Ended { agent: None },
        }
    }

    #[test]
    fn facts_leave_in_order_and_once_whatever_the_order_they_came_in() {
        // 2²³ is the first instant of a part.
        let part = 1 << 23;
        let came = [
            3 * part,
            5,
            part,
            0,
            2 * part + 1,
            part - 1,
            part + 1,
            4,
            3 * part + 9,
        ];
        let mut pending = Pending::default();
        for micros in came {
            pending.push(fact(micros));
        }
        let micros =
            |facts: &[Fact]| -> Vec<i64> { facts.iter().map(|fact| fact.time.0).collect() };
        let take = |pending: &mut Pending, before| {
            let mut taken = Vec::new();
            pending.take_before(Time(before), &mut taken);
            micros(&taken)
        };
        for (before, expected) in [
            (4, &[0][..]),
            (4, &[]),
            (part, &[4, 5, part - 1]),
            (part + 1, &[part]),
            (3 * part + 9, &[part + 1, 2 * part + 1, 3 * part]),
        ] {
            assert_eq!(micros(&pending.before(Time(before))), expected);
            assert_eq!(take(&mut pending, before), expected);
        }
        pending.push(fact(7));
        assert_eq!(take(&mut pending, i64::MAX), [7, 3 * part + 9]);
        assert_eq!(pending, Pending::default());
    }
}
