//! Who has a place: what producers have named, counted against the limits.
//!
//! What the cells say is counted anew after a restart; what nothing else in the
//! state says, when a source or a reason was last named and what found no place,
//! is saved, so that the same events find the same places with a restart between
//! them or without.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use vigie_contract::time::Time;
use vigie_contract::unknown::OverKind;

use super::cell::CellKey;
use crate::codes;
use crate::limits::{Limits, NAMED_FOR, NAMES_KEPT};
use crate::names::NameId;
use crate::sorted;

/// What has a place, and what found none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Register {
    /// When each source was last named.
    #[serde(serialize_with = "sorted::by_key")]
    sources: HashMap<NameId, Time>,
    /// When each reason of a pause was last named, by agency.
    #[serde(serialize_with = "sorted::by_key")]
    reasons: HashMap<NameId, Vec<(NameId, Time)>>,
    over: Vec<Unplaced>,
    #[serde(skip)]
    agencies: HashMap<NameId, OfAgency>,
    #[serde(skip)]
    lines: HashMap<NameId, Invented>,
    /// How many of the agencies, and how many of the lines, the directory does not
    /// know.
    #[serde(skip)]
    invented: (u64, u64),
    /// Agents of all agencies.
    #[serde(skip)]
    agents: u64,
    #[serde(skip)]
    pub limits: Limits,
}

/// An agency that has cells.
#[derive(Clone, Debug, Default)]
struct OfAgency {
    own: Invented,
    queues: HashMap<NameId, Invented>,
    /// How many of its queues the directory does not know.
    invented_queues: u64,
    agents: u64,
}

/// An agency, queue or line: how many cells name it, and whether it takes one of the
/// places for what the directory does not know.
#[derive(Clone, Copy, Debug, Default)]
struct Invented {
    cells: u64,
    takes_a_place: bool,
}

/// Which of the codes of a cell take one of the places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Takes {
    pub agency: bool,
    pub queue: bool,
    pub line: bool,
}

/// What found no place, for one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unplaced {
    #[serde(with = "codes::over")]
    pub kind: OverKind,
    /// How often, since the state began.
    pub times: u64,
    /// The first of those that found no place, at most a hundred.
    pub named: Vec<UnplacedName>,
}

/// A code that found no place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UnplacedName {
    pub code: Box<str>,
    pub agency: Option<Box<str>>,
    pub since: Time,
    pub last: Time,
    pub times: u64,
}

impl Register {
    /// Forgets what the cells say, to be told of each again.
    pub(super) fn begin(&mut self, limits: Limits) {
        self.limits = limits;
        self.agencies.clear();
        self.lines.clear();
        self.invented = (0, 0);
        self.agents = 0;
    }

    /// Takes note of a cell that was made.
    pub(super) fn enter(&mut self, key: CellKey, takes: Takes) {
        if let Some(agency) = key.agency {
            let of = self.agencies.entry(agency).or_default();
            self.invented.0 += of.own.enter(takes.agency);
            if let Some(queue) = key.queue {
                let of_queue = of.queues.entry(queue).or_default();
                of.invented_queues += of_queue.enter(takes.queue);
            }
        }
        if let Some(line) = key.line {
            let of = self.lines.entry(line).or_default();
            self.invented.1 += of.enter(takes.line);
        }
    }

    /// Takes note of a cell that was forgotten.
    pub(super) fn leave(&mut self, key: CellKey) {
        if let Some(agency) = key.agency
            && let Some(of) = self.agencies.get_mut(&agency)
        {
            if let Some(queue) = key.queue
                && let Some(of_queue) = of.queues.get_mut(&queue)
            {
                of.invented_queues -= of_queue.leave();
                if of_queue.cells == 0 {
                    of.queues.remove(&queue);
                }
            }
            self.invented.0 -= of.own.leave();
            if of.own.cells == 0 {
                self.agencies.remove(&agency);
            }
        }
        if let Some(line) = key.line
            && let Some(of) = self.lines.get_mut(&line)
        {
            self.invented.1 -= of.leave();
            if of.cells == 0 {
                self.lines.remove(&line);
            }
        }
    }

    /// Whether an agency that the directory does not know has a place, or there
    /// is one for it.
    pub(super) fn takes_agency(&self, known: Option<NameId>) -> bool {
        known.is_some_and(|name| self.agencies.contains_key(&name))
            || self.invented.0 < self.limits.agencies
    }

    /// Whether a queue of an agency that the directory does not know has a place, or
    /// there is one for it.
    pub(super) fn takes_queue(&self, agency: Option<NameId>, known: Option<NameId>) -> bool {
        let Some(of) = agency.and_then(|agency| self.agencies.get(&agency)) else {
            return self.limits.queues > 0;
        };
        known.is_some_and(|name| of.queues.contains_key(&name))
            || of.invented_queues < self.limits.queues
    }

    /// Whether a queue, or an agency where there is none, has cells.
    pub(super) fn has_queue(&self, agency: Option<NameId>, queue: Option<NameId>) -> bool {
        let of = agency.and_then(|agency| self.agencies.get(&agency));
        of.is_some_and(|of| queue.is_none_or(|queue| of.queues.contains_key(&queue)))
    }

    /// Whether a line that the directory does not know has a place, or there is one
    /// for it.
    pub(super) fn takes_line(&self, known: Option<NameId>) -> bool {
        known.is_some_and(|name| self.lines.contains_key(&name))
            || self.invented.1 < self.limits.lines
    }

    /// Takes note of a source, if it has a place or there is one for it.
    pub(super) fn hear(&mut self, source: NameId, at: Time) {
        let last = self.sources.entry(source).or_insert(at);
        *last = at.max(*last);
    }

    pub(super) fn takes_source(&self, known: Option<NameId>) -> bool {
        known.is_some_and(|name| self.sources.contains_key(&name))
            || (self.sources.len() as u64) < self.limits.sources
    }

    /// Takes note of the reason of a pause in an agency.
    pub(super) fn pause(&mut self, agency: NameId, reason: NameId, at: Time) {
        let reasons = self.reasons.entry(agency).or_default();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, last)) => *last = at.max(*last),
            None => reasons.push((reason, at)),
        }
    }

    pub(super) fn takes_reason(&self, agency: NameId, known: Option<NameId>) -> bool {
        let Some(reasons) = self.reasons.get(&agency) else {
            return self.limits.pause_reasons > 0;
        };
        reasons.iter().any(|(reason, _)| Some(*reason) == known)
            || (reasons.len() as u64) < self.limits.pause_reasons
    }

    /// Whether one more agent of an agency has a place.
    pub(super) fn takes_agent(&self, agency: NameId) -> bool {
        let of_agency = self.agencies.get(&agency).map_or(0, |of| of.agents);
        self.agents < self.limits.agents && of_agency < self.limits.agents_of_agency
    }

    /// Takes note of one more agent of an agency.
    pub(super) fn enter_agent(&mut self, agency: NameId) {
        self.agents += 1;
        if let Some(of) = self.agencies.get_mut(&agency) {
            of.agents += 1;
        }
    }

    /// Counts agents anew.
    pub(super) fn count_agents(&mut self, agencies: impl Iterator<Item = NameId>) {
        self.agents = 0;
        self.agencies.values_mut().for_each(|of| of.agents = 0);
        agencies.for_each(|agency| self.enter_agent(agency));
    }

    /// Takes note of what found no place.
    pub(super) fn over(&mut self, kind: OverKind, code: &str, agency: Option<&str>, at: Time) {
        let place = self.over.iter().position(|over| over.kind == kind);
        let place = place.unwrap_or_else(|| {
            self.over.push(Unplaced {
                kind,
                times: 0,
                named: Vec::new(),
            });
            self.over.len() - 1
        });
        let over = &mut self.over[place];
        over.times += 1;
        let is_same =
            |known: &&mut UnplacedName| &*known.code == code && known.agency.as_deref() == agency;
        if let Some(known) = over.named.iter_mut().find(is_same) {
            known.times += 1;
            known.last = at.max(known.last);
        } else if over.named.len() < NAMES_KEPT {
            over.named.push(UnplacedName {
                code: code.into(),
                agency: agency.map(Into::into),
                since: at,
                last: at,
                times: 1,
            });
        }
    }

    /// What found no place.
    pub(super) fn all_over(&self) -> &[Unplaced] {
        &self.over
    }

    /// Forgets what nobody has named for too long.
    pub(super) fn forget(&mut self, passed: Time) {
        let is_fresh = |last: Time| passed - last <= NAMED_FOR;
        self.sources.retain(|_, last| is_fresh(*last));
        self.reasons.retain(|_, reasons| {
            reasons.retain(|(_, last)| is_fresh(*last));
            !reasons.is_empty()
        });
        for over in &mut self.over {
            over.named.retain(|name| is_fresh(name.last));
        }
    }

    /// Whether any source or reason is due to be forgotten.
    pub(super) fn has_stale(&self, passed: Time) -> bool {
        let is_stale = |last: Time| passed - last > NAMED_FOR;
        self.sources.values().any(|last| is_stale(*last))
            || self
                .reasons
                .values()
                .flatten()
                .any(|(_, last)| is_stale(*last))
            || self
                .over
                .iter()
                .flat_map(|over| &over.named)
                .any(|name| is_stale(name.last))
    }

    /// The names that have their places here.
    pub(super) fn names(&self) -> impl Iterator<Item = NameId> + '_ {
        let reasons = self.reasons.iter().flat_map(|(&agency, reasons)| {
            let own = reasons.iter().map(|&(reason, _)| reason);
            own.chain([agency])
        });
        self.sources.keys().copied().chain(reasons)
    }
}

impl Invented {
    /// Adds one cell; answers how many places that takes.
    fn enter(&mut self, takes_a_place: bool) -> u64 {
        self.cells += 1;
        self.takes_a_place = takes_a_place;
        u64::from(takes_a_place && self.cells == 1)
    }

    /// Takes one cell away; answers how many places that gives back.
    fn leave(&mut self) -> u64 {
        self.cells -= 1;
        u64::from(self.takes_a_place && self.cells == 0)
    }
}
