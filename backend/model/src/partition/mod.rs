//! A partition: everything that its events have said, and nothing else.
//!
//! It owns what its own events contribute, to its own agencies' scopes or to
//! another's (an overflow counts where the caller first asked). Partitions never
//! speak to each other: a view adds them up, and one can move to another
//! process whole.
//!
//! # Layout
//! - here: the state and the passing of time;
//! - [`dispatch`]: what each type of event does;
//! - [`calls`], [`promises`], [`agents`]: histories, and what they contribute;
//! - [`estimates`]: what estimated waits learn from;
//! - [`held`]: events too far ahead, where nothing tells when they arrived;
//! - [`admission`]: too late, duplicate, applied;
//! - [`placing`]: which cell a place has, and what has none; [`register`]: how
//!   many places are taken; [`aliases`]: events as histories keep them;
//!   [`forgetting`]: what is over, and what nobody names any more;
//! - [`cell`], [`quarters`], [`numbers`]: what is held for each queue; [`names`]:
//!   codes as numbers; [`pane`]: what happened in a second; [`deadlines`]: when
//!   legs will be lost;
//! - [`saved`]: all of it as bytes.
//!
//! Contributions wait in one-second panes until `cursor` passes them; then they
//! are in the cells. Panes stay until the longest sliding window has passed, for
//! the sums to take them out again.

pub(crate) mod admission;
mod agents;
mod aliases;
mod calls;
pub(crate) mod cell;
mod deadlines;
mod dispatch;
mod estimates;
mod forgetting;
pub(crate) mod held;
pub(crate) mod lists;
pub(crate) mod names;
mod numbers;
mod pane;
mod placing;
mod promises;
pub(crate) mod quarters;
pub(crate) mod register;
pub(crate) mod saved;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::{HashMap, HashTable};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::event::{Body, Event};
use vigie_contract::time::Time;
use vigie_contract::unknown::OverKind;
use vigie_contract::view::Count;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::agent::Agent;
use crate::call::Calls;
use crate::contribution::{CellId, Contribution, What};
use crate::directory::Directory;
use crate::directory::calendar::Calendar;
use crate::estimate::learning::{GivenTo, Learning};
use crate::lever::Levers;
use crate::limits::Limits;
use crate::nearness::{AT_A_TIME, bring_near};
use crate::promise::Promise;
use crate::pseudonyms::Pseudonyms;
use crate::sorted;
use crate::tally::Family;
use admission::{Admission, Admitted};
use cell::{Cell, CellKey, CellKind, CellRules, Ever, Source};
use deadlines::Deadlines;
use held::Held;
use names::{NameId, Names};
use pane::Panes;
use register::{Over, Register};

/// No event of an agent takes more in its history, but for one with a long id;
/// and an agent has four times as many events as a call.
const BYTES_OF_AGENT: usize = 4 * 20;

/// What the rules may ask while they fold: no state of the partition.
#[derive(Debug)]
pub(crate) struct Rules {
    pub directory: Arc<Directory>,
    pub calendar: Calendar,
    /// Seconds in the longest sliding window.
    pub longest_window: i64,
    /// Whether figures are kept at every second, or made when they are asked for.
    pub live: bool,
    /// Whether waits are estimated.
    pub estimates: bool,
    /// How much of what events name has a place.
    pub limits: Limits,
    /// Makes the hashes of pseudonyms.
    pub pseudonyms: Pseudonyms,
}

/// The state of a partition.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Partition {
    /// Offset of the next message.
    pub next_offset: i64,
    /// Events that have been read, and are in no figure.
    pub held: Held,
    admission: Admission,
    names: Names,
    cells: Vec<Cell>,
    #[serde(skip)]
    cell_index: HashTable<(u64, CellId)>,
    #[serde(skip)]
    rules: Vec<CellRules>,
    /// By cell: when it was first and last named, or something last happened there,
    /// by the times of events.
    stirred: Vec<(Time, Time)>,
    /// Numbers of cells that are free, the least is taken first.
    #[serde(skip)]
    vacant: BTreeSet<CellId>,
    /// Cells made, and cells forgotten, since the scopes were last told.
    #[serde(skip)]
    unplaced: Vec<CellId>,
    #[serde(skip)]
    freed: Vec<CellId>,
    /// Who has a place.
    register: Register,
    /// Counts since the state began of cells that are gone, of agencies that the
    /// directory does not know.
    gone: Ever,
    /// The time of the event that is being folded.
    #[serde(skip)]
    clock: Time,
    /// By the hash of the call's id. Saved apart, as [`saved`] says.
    #[serde(skip)]
    calls: Calls,
    /// When open legs will be lost, in order, with their calls.
    deadlines: Deadlines,
    /// By the hash of call, queue and kind.
    #[serde(serialize_with = "sorted::by_key")]
    promises: HashMap<u64, Promise>,
    /// By the keyed hash of agency and agent: no pseudonym is kept.
    #[serde(serialize_with = "sorted::by_key")]
    agents: HashMap<u64, Agent>,
    /// When agents will have been silent for too long.
    silences: BTreeSet<(Time, u64)>,
    /// Lists of cells that agents count in, the agency's first.
    duties: Vec<Box<[CellId]>>,
    #[serde(skip)]
    duty_index: HashMap<Box<[CellId]>, u32>,
    /// Numbers of lists that are free.
    #[serde(skip)]
    free_duties: BTreeSet<u32>,
    /// By the cell of the queue.
    levers: BTreeMap<u32, Levers>,
    /// What estimates have learned.
    learning: Learning,
    /// Estimates given since they were last taken, where they are wanted.
    #[serde(skip)]
    pub given: Option<Vec<GivenTo>>,
    panes: Panes,
    /// The second up to which (excluded) panes are in the cells.
    cursor: Option<i64>,
    /// Contributions to panes that are in the cells already, since the sums
    /// were last brought up to date.
    #[serde(skip)]
    corrections: Vec<Contribution>,
}

impl Partition {
    /// Of no event yet.
    pub(crate) fn new(rules: &Rules) -> Self {
        let mut partition = Self::default();
        partition.register.limits = rules.limits;
        partition
    }

    /// Takes in an event. `heard`: when, by the clock that silence goes by.
    pub(crate) fn apply(&mut self, event: &Event<'_>, heard: Time, rules: &mut Rules) -> Admitted {
        self.clock = event.time;
        let cell = self.cell_of(event, rules);
        let day = rules
            .calendar
            .day(self.rules[cell.0 as usize].zone, event.time);
        let identity = admission::identity(event);
        let admitted = self.admission.admit(event.time, day, identity);
        let mut count = |at, one| self.contribute(cell, at, What::Count(Family::First, one));
        match admitted {
            // Shown with its day, which is final in all else.
            Admitted::TooLate => count(event.time, Count::TooLate),
            Admitted::Duplicate => count(event.time, Count::Duplicate),
            Admitted::Applied { late, day_closed } => {
                if late {
                    count(event.time, Count::Late);
                }
                let (name, is_other) = self.source(&event.source);
                let source = Source {
                    name,
                    newest: event.time,
                    heard,
                };
                self.hear(cell, source);
                let others = aliases::Others {
                    queue: self.rules[cell.0 as usize].holds_others,
                    source: is_other,
                };
                let event = aliases::kept(event, others);
                if self.has_room_for(&event, cell, rules) {
                    if rules.estimates {
                        self.note_for_estimates(&event, identity, cell, day, (late, rules));
                    }
                    self.dispatch(&event, cell, source.name, rules);
                }
                if day_closed {
                    self.forget_closed_days(rules);
                }
            }
        }
        admitted
    }

    /// Whether an event that has a history of its own is followed: of an agent who
    /// has a place, of one whose history is not too long, of a lever likewise.
    fn has_room_for(&mut self, event: &Event<'_>, cell: CellId, rules: &Rules) -> bool {
        let most = self.register.limits.events_of_one as usize;
        let key = self.cells[cell.0 as usize].key;
        let (kind, code) = match &event.body {
            Body::AgentStateChanged(changed) => {
                let hash = self.agent_key(cell, &changed.agent, rules);
                match (self.agents.get(&hash), key.agency) {
                    (Some(agent), _) if agent.bytes() < most * BYTES_OF_AGENT => return true,
                    (Some(_), _) => (OverKind::EventsOfOne, key.agency),
                    (None, Some(of)) if self.register.takes_agent(of) => {
                        self.register.enter_agent(of);
                        return true;
                    }
                    // An agent is not told by name, not even by pseudonym.
                    (None, _) => (OverKind::Agent, key.agency),
                }
            }
            Body::QueueStateChanged(_) => match self.levers.get(&cell.0) {
                Some(levers) if levers.len() >= most => (OverKind::EventsOfOne, key.queue),
                _ => return true,
            },
            _ => return true,
        };
        let code = code.map_or("", |name| self.names.name(name));
        let agency = key.agency.map(|name| self.names.name(name));
        self.register.over(kind, code, agency, self.clock);
        false
    }

    /// The hash by which an agent of an agency's cell is known.
    fn agent_key(&self, agency: CellId, agent: &str, rules: &Rules) -> u64 {
        let seed = self.cells[agency.0 as usize].key.agency;
        let seed = seed.map_or(u64::MAX, |name| name.0.into());
        rules.pseudonyms.agent(seed, agent)
    }

    /// What found no place.
    pub(crate) fn over(&self) -> &[Over] {
        self.register.all_over()
    }

    /// Counts since the state began of what is forgotten and was of agencies that
    /// the directory does not know.
    pub(crate) fn gone(&self) -> Ever {
        self.gone
    }

    /// The cells made, and those forgotten, since they were last taken.
    pub(crate) fn take_changed_cells(&mut self) -> (Vec<CellId>, Vec<CellId>) {
        let made = std::mem::take(&mut self.unplaced);
        (made, std::mem::take(&mut self.freed))
    }

    pub(crate) fn newest(&self) -> Option<Time> {
        self.admission.newest()
    }

    /// The second up to which time has passed.
    pub(crate) fn cursor(&self) -> Option<i64> {
        self.cursor
    }

    /// Lets time pass up to `second`: every event before it is in the cells.
    pub(crate) fn advance(&mut self, second: i64, rules: &mut Rules) {
        let to = Time::from_seconds(second);
        self.settle_estimates(to, rules);
        self.lose_legs_before(to, rules);
        self.end_silences_before(to, rules);
        let from = self.cursor.replace(second).unwrap_or(i64::MIN);
        debug_assert!(from <= second, "time does not go back");
        for (_, pane) in self.panes.pass(from, second) {
            for (cell, source) in pane.take_heard() {
                self.cells[cell.0 as usize].hear(source);
            }
        }
        take_in_all(&mut self.cells, self.panes.between(from, second));
        if from.div_euclid(quarters::QUARTER_SECONDS)
            != second.div_euclid(quarters::QUARTER_SECONDS)
        {
            for (cell, facts) in self.cells.iter_mut().zip(&self.rules) {
                cell.forget_before(rules.calendar.day(facts.zone, to).start);
            }
        }
    }

    /// Forgets panes that no sliding window as of `second` or later holds.
    pub(crate) fn forget_panes(&mut self, second: i64, rules: &Rules) {
        self.panes.forget_before(second - rules.longest_window);
    }

    /// Contributions to panes from `from` (included) to `to` (excluded).
    pub(crate) fn panes(&self, from: i64, to: i64) -> impl Iterator<Item = Contribution> + '_ {
        self.panes.between(from, to)
    }

    /// Contributions to panes that had passed, since they were last taken.
    pub(crate) fn take_corrections(&mut self) -> Vec<Contribution> {
        std::mem::take(&mut self.corrections)
    }

    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    pub(crate) fn rules_of(&self, cell: CellId) -> CellRules {
        self.rules[cell.0 as usize]
    }

    /// Agency, queue and line of a cell.
    pub(crate) fn names_of(&self, key: CellKey) -> (Option<&str>, Option<&str>, Option<&str>) {
        let name = |id: Option<NameId>| id.map(|id| self.names.name(id));
        (name(key.agency), name(key.queue), name(key.line))
    }

    pub(crate) fn name(&self, id: NameId) -> &str {
        self.names.name(id)
    }

    /// Takes note of an event of a source: at once, or when its second passes.
    fn hear(&mut self, cell: CellId, source: Source) {
        let second = source.newest.second();
        if self.cursor.is_some_and(|cursor| second < cursor) {
            return self.cells[cell.0 as usize].hear(source);
        }
        self.panes.reached(second).hear(cell, source);
    }

    /// A contribution of one cell, by origin and by handler.
    fn contribute(&mut self, cell: CellId, at: Time, what: What) {
        self.contribute_signed(cell, at, 1, what);
    }

    fn contribute_signed(&mut self, cell: CellId, at: Time, sign: i8, what: What) {
        self.push(Contribution {
            at,
            handler: cell,
            origin: cell,
            sign,
            what,
        });
    }

    fn push(&mut self, contribution: Contribution) {
        for cell in [contribution.handler, contribution.origin] {
            let last = &mut self.stirred[cell.0 as usize].1;
            *last = contribution.at.max(*last);
        }
        let second = contribution.at.second();
        if self.cursor.is_some_and(|cursor| second < cursor) {
            self.panes.reached(second).push(&contribution);
            take_in(&mut self.cells, &contribution);
            self.corrections.push(contribution);
        } else if self
            .newest()
            .is_some_and(|newest| second <= newest.second())
        {
            self.panes.reached(second).push(&contribution);
        } else {
            self.panes.ahead(second).push(&contribution);
        }
    }
}

/// Brings contributions into the cells that they are about.
fn take_in_all(cells: &mut [Cell], mut contributions: impl Iterator<Item = Contribution>) {
    let mut some: SmallVec<[Contribution; AT_A_TIME]> = SmallVec::new();
    loop {
        some.clear();
        some.extend(contributions.by_ref().take(AT_A_TIME));
        if some.is_empty() {
            return;
        }
        let handlers = || some.iter().map(|one| &cells[one.handler.0 as usize]);
        bring_near(handlers().map(Cell::own_words));
        bring_near(handlers().map(Cell::listed_words));
        for contribution in &some {
            take_in(cells, contribution);
        }
    }
}

/// Brings a contribution into the cells that it is about.
fn take_in(cells: &mut [Cell], contribution: &Contribution) {
    cells[contribution.handler.0 as usize].take_as_handler(contribution);
    cells[contribution.origin.0 as usize].take_as_origin(contribution);
}

/// The hash of what a cell is about.
fn cell_hash(
    (agency, queue, line): (Option<&str>, Option<&str>, Option<&str>),
    kind: CellKind,
) -> u64 {
    let seed = kind as u64;
    [agency, queue, line].iter().fold(seed, |seed, name| {
        // No code is empty.
        xxh3_64_with_seed(name.unwrap_or_default().as_bytes(), seed)
    })
}
