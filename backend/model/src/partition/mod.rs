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
//! - [`cell`], [`quarters`]: what is held for each queue; [`names`]: codes as
//!   numbers; [`pane`]: what happened in a second.
//!
//! Contributions wait in one-second panes until `cursor` passes them; then they
//! are in the cells. Panes stay until the longest sliding window has passed, for
//! the sums to take them out again.

pub(crate) mod admission;
mod agents;
mod calls;
pub(crate) mod cell;
mod dispatch;
mod estimates;
pub(crate) mod held;
pub(crate) mod lists;
pub(crate) mod names;
mod pane;
mod promises;
pub(crate) mod quarters;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use hashbrown::{HashMap, HashTable};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::event::Event;
use vigie_contract::time::Time;
use vigie_contract::view::Count;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::agent::Agent;
use crate::call::Calls;
use crate::contribution::{CellId, Contribution, What};
use crate::directory::Directory;
use crate::directory::calendar::Calendar;
use crate::estimate::learning::{GivenTo, Learning};
use crate::lever::Levers;
use crate::nearness::{AT_A_TIME, bring_near};
use crate::promise::Promise;
use crate::tally::Family;
use admission::{Admission, Admitted};
use cell::{Cell, CellKey, CellKind, CellRules, Source};
use held::Held;
use names::{NameId, Names};
use pane::Panes;

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
    /// By the hash of the call's id.
    calls: Calls,
    /// When open legs will be lost, in order, with their calls.
    deadlines: VecDeque<(Time, u64)>,
    /// By the hash of call, queue and kind.
    promises: HashMap<u64, Promise>,
    /// By the hash of agency and agent: no pseudonym is kept.
    agents: HashMap<u64, Agent>,
    /// When agents will have been silent for too long.
    silences: BTreeSet<(Time, u64)>,
    /// Lists of cells that agents count in, the agency's first.
    duties: Vec<Box<[CellId]>>,
    #[serde(skip)]
    duty_index: HashMap<Box<[CellId]>, u32>,
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
    /// Takes in an event. `heard`: when, by the clock that silence goes by.
    pub(crate) fn apply(&mut self, event: &Event<'_>, heard: Time, rules: &mut Rules) -> Admitted {
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
                let source = Source {
                    name: self.names.id(&event.source),
                    newest: event.time,
                    heard,
                };
                self.hear(cell, source);
                if rules.estimates {
                    self.note_for_estimates(event, identity, cell, day, (late, rules.live));
                }
                self.dispatch(event, cell, source.name, rules);
                if day_closed {
                    self.forget_closed_days(rules);
                }
            }
        }
        admitted
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

    /// Makes anew what is not part of the state: after a load, or when the
    /// directory has changed.
    pub(crate) fn resolve(&mut self, rules: &Rules) {
        self.cell_index.clear();
        self.rules.clear();
        for at in 0..self.cells.len() {
            let key = self.cells[at].key;
            let hash = cell_hash(self.names_of(key), key.kind);
            let entry = (hash, CellId(at as u32));
            self.cell_index
                .insert_unique(hash, entry, |&(hash, _)| hash);
            self.rules.push(self.resolve_cell(key, &rules.directory));
        }
        let numbered = self.duties.iter().cloned().zip(0..);
        self.duty_index = numbered.collect();
        self.learning.resolve();
    }

    fn resolve_cell(&self, key: CellKey, directory: &Directory) -> CellRules {
        let (agency, queue, line) = self.names_of(key);
        CellRules {
            zone: directory.zone(agency, line),
            hours: directory.hours(agency, line),
            answer_within: directory.answer_within(agency, queue),
        }
    }

    fn cell(
        &mut self,
        (agency, queue, line): (Option<&str>, Option<&str>, Option<&str>),
        kind: CellKind,
        rules: &Rules,
    ) -> CellId {
        let hash = cell_hash((agency, queue, line), kind);
        // Known by 64 bits, as calls and names are: no text is touched.
        let found = self.cell_index.find(hash, |&(known, _)| known == hash);
        if let Some(&(_, cell)) = found {
            return cell;
        }
        let mut id = |name: Option<&str>| name.map(|name| self.names.id(name));
        let key = CellKey {
            agency: id(agency),
            queue: id(queue),
            line: id(line),
            kind,
        };
        let cell = CellId(self.cells.len() as u32);
        self.cells.push(Cell::new(key));
        self.cell_index
            .insert_unique(hash, (hash, cell), |&(hash, _)| hash);
        self.rules.push(self.resolve_cell(key, &rules.directory));
        cell
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

    /// Forgets the histories that no event to come can change, once the day that
    /// holds their end has closed.
    fn forget_closed_days(&mut self, rules: &mut Rules) {
        let zones = &self.rules;
        let admission = &self.admission;
        let mut is_over = |cell: CellId, time: Time| {
            let zone = zones[cell.0 as usize].zone;
            admission.is_closed(rules.calendar.day(zone, time).end)
        };
        let passed = self.passed();
        self.calls
            .retain(|history| !calls::is_over(history, passed, &mut is_over));
        self.promises.retain(|_, promise| {
            promise
                .over_at()
                .is_some_and(|time| !is_over(promise.cell, time))
        });
        self.forget_agents(rules);
        self.forget_levers(rules);
        self.learning.forget(self.learning.settled_to());
    }

    /// Up to when time has passed.
    fn passed(&self) -> Time {
        self.cursor.map_or(Time(i64::MIN), Time::from_seconds)
    }

    fn forget_levers(&mut self, rules: &mut Rules) {
        let Some(newest) = self.admission.newest() else {
            return;
        };
        for (&cell, levers) in &mut self.levers {
            let zone = self.rules[cell as usize].zone;
            let oldest_open = admission::oldest_open(newest);
            levers.forget_before(rules.calendar.day(zone, oldest_open).start);
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
