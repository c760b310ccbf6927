//! The state of a partition, and the passing of time.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashTable};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::event::{Body, Event};
use vigie_contract::time::{MICROS_PER_SECOND, Time};
use vigie_contract::unknown::OverKind;
use vigie_contract::view::Count;

use super::admission::{self, Admission, Admitted};
use super::aliases;
use super::cell::{Cell, CellKey, Source};
use super::deadlines::Deadlines;
use super::ended::{self, Ended};
use super::held::HeldEvents;
use super::marks::Forgetting;
use super::pane::Panes;
use super::predicted::Predictions;
use super::register::{Register, Unplaced};
use super::rules::{Counting, Rules};
use crate::agent::Agent;
use crate::call::{Ages, Calls};
use crate::contribution::{CellId, Contribution, What};
use crate::estimate::learning::{GivenTo, Learning};
use crate::lever::Levers;
use crate::names::{NameId, Names};
use crate::nearness::{AT_A_TIME, bring_near};
use crate::promise::Promise;
use crate::sorted;
use crate::sums::{Ever, QUARTER_SECONDS};
use crate::tally::Family;
use crate::terms::Terms;

/// No event of an agent takes more in its history, but for one with a long id;
/// and an agent has four times as many events as a call.
const BYTES_OF_AGENT: usize = 4 * 20;

/// The state of a partition.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Partition {
    /// Offset of the next message.
    pub next_offset: i64,
    /// Events that have been read, and are in no figure.
    pub held: HeldEvents,
    pub(super) admission: Admission,
    pub(super) names: Names,
    /// The cells, by their index. They are saved apart, as [`super::saved`] says.
    #[serde(skip)]
    pub(super) cells: Vec<Cell>,
    #[serde(skip)]
    pub(super) cell_index: HashTable<(u64, CellId)>,
    #[serde(skip)]
    pub(super) rules: Rules,
    /// For each cell, when it was first and last named, or something last happened
    /// there, by the times of events.
    pub(super) stirred: Vec<(Time, Time)>,
    /// Numbers of cells that are free, the least is taken first.
    #[serde(skip)]
    pub(super) vacant: BTreeSet<CellId>,
    /// Cells made, and cells forgotten, since the board last took them.
    #[serde(skip)]
    pub(super) unplaced: Vec<CellId>,
    #[serde(skip)]
    pub(super) freed: Vec<CellId>,
    /// The time of the event that closed a day of which not all is forgotten yet that
    /// is over.
    pub(super) forget_after: Option<Time>,
    #[serde(skip)]
    pub(super) forgetting: Option<Forgetting>,
    /// Whether something went from one cell to another since the board last asked.
    #[serde(skip)]
    pub(super) handed_over: bool,
    /// Which codes, sources, agents and reasons have a place.
    pub(super) register: Register,
    /// Counts since the state began of cells that are gone, of agencies that the
    /// directory does not know.
    pub(super) gone: Ever,
    /// The time of the event that is being folded.
    #[serde(skip)]
    pub(super) clock: Time,
    /// The histories of calls, by the hash of the call's id. Saved apart, as
    /// [`super::saved`] says.
    #[serde(skip)]
    pub(super) calls: Calls,
    /// What calls have left behind that tells of their callers, by the hash of the
    /// call's id. Saved apart, as [`super::saved`] says.
    #[serde(skip)]
    pub(super) traces: Calls,
    /// Which of these calls has traces of when.
    #[serde(skip)]
    pub(super) trace_ages: Ages,
    /// Calls of which something was told that callers have not taken note of yet.
    #[serde(skip)]
    pub(super) traced: Vec<u64>,
    /// How many of them there were when they were last looked through for old ones.
    #[serde(skip)]
    pub(super) traced_looked_through: usize,
    /// Calls of which all is older than this have left no trace. Not saved, since whoever
    /// loads a state puts callers together anew.
    #[serde(skip)]
    pub(super) traced_from: Option<Time>,
    /// When open legs will be lost, in order, with their calls.
    #[serde(skip)]
    pub(super) deadlines: Deadlines,
    /// The histories of promises, by the hash of call, queue and kind.
    #[serde(serialize_with = "sorted::by_key")]
    pub(super) promises: HashMap<u64, Promise>,
    /// What is predicted of promises.
    #[serde(skip)]
    pub(super) predictions: Predictions,
    /// The earliest event about promises that came behind a prediction, since the last
    /// one.
    pub(super) told_late_since: Option<Time>,
    /// The histories of agents, by the keyed hash of agency and agent: no pseudonym
    /// is kept.
    #[serde(serialize_with = "sorted::by_key")]
    pub(super) agents: HashMap<u64, Agent>,
    /// When agents will have been silent for too long.
    pub(super) silences: BTreeSet<(Time, u64)>,
    /// Lists of cells that agents count in, the agency's first.
    pub(super) duties: Vec<Box<[CellId]>>,
    #[serde(skip)]
    pub(super) duty_index: HashMap<Box<[CellId]>, u32>,
    /// Numbers of lists that are free.
    #[serde(skip)]
    pub(super) free_duties: BTreeSet<u32>,
    /// The levers, by the cell of their queue.
    pub(super) levers: BTreeMap<u32, Levers>,
    /// What estimates have learned.
    pub(super) learning: Learning,
    /// Estimates given since they were last taken, where they are wanted.
    #[serde(skip)]
    pub given: Option<Vec<GivenTo>>,
    #[serde(skip)]
    pub(super) panes: Panes,
    /// The second up to which (excluded) panes are in the cells.
    pub(super) cursor: Option<i64>,
    /// Contributions to panes that are in the cells already, since the sums
    /// were last brought up to date.
    #[serde(skip)]
    pub(super) corrections: Vec<Contribution>,
    /// The calls behind the counts of the last hour.
    #[serde(skip)]
    pub(super) ended: Ended,
}

impl Partition {
    /// A partition of which no event has been read yet.
    pub(crate) fn new(terms: &Terms) -> Self {
        let mut partition = Self::default();
        partition.register.limits = terms.limits;
        partition
    }

    /// Takes in an event. `heard` is when it arrived, by the clock that silence goes
    /// by.
    pub(crate) fn apply(&mut self, event: &Event<'_>, heard: Time, terms: &mut Terms) -> Admitted {
        self.clock = event.time;
        let cell = self.cell_of(event, terms);
        let day = self.rules.day(cell, event.time, &mut terms.calendar);
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
                    queue: self.rules.place(cell).holds_others,
                    source: is_other,
                };
                let event = aliases::kept(event, others);
                if self.has_room_for(&event, cell, terms) {
                    if terms.estimates {
                        self.note_for_estimates(&event, identity, cell, day, (late, terms));
                    }
                    self.trace(&event, cell, terms);
                    self.dispatch(&event, cell, source.name, terms);
                }
                if day_closed {
                    self.begin_to_forget(event.time);
                }
            }
        }
        admitted
    }

    /// Whether an event that has a history of its own is followed: of an agent who
    /// has a place, of one whose history is not too long, of a lever likewise.
    pub(super) fn has_room_for(&mut self, event: &Event<'_>, cell: CellId, terms: &Terms) -> bool {
        let most = self.register.limits.events_of_one as usize;
        let key = self.cells[cell.0 as usize].key;
        let (kind, code) = if let Body::AgentStateChanged(changed) = &event.body {
            let hash = self.agent_key(cell, &changed.agent, terms);
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
        } else if let Body::QueueStateChanged(_) = &event.body
            && let Some(levers) = self.levers.get(&cell.0)
            && levers.len() >= most
        {
            (OverKind::EventsOfOne, key.queue)
        } else {
            return true;
        };
        let code = code.map_or("", |name| self.names.name(name));
        let agency = key.agency.map(|name| self.names.name(name));
        self.register.over(kind, code, agency, self.clock);
        false
    }

    /// The hash by which an agent of an agency's cell is known.
    pub(super) fn agent_key(&self, agency: CellId, agent: &str, terms: &Terms) -> u64 {
        let seed = self.cells[agency.0 as usize].key.agency;
        let seed = seed.map_or(u64::MAX, |name| name.0.into());
        terms.pseudonyms.agent(seed, agent)
    }

    /// What found no place.
    pub(crate) fn over(&self) -> &[Unplaced] {
        self.register.all_over()
    }

    /// Counts since the state began of what is forgotten and was of agencies that
    /// the directory does not know.
    pub(crate) fn gone(&self) -> Ever {
        self.gone
    }

    pub(crate) fn newest(&self) -> Option<Time> {
        self.admission.newest()
    }

    /// All days that ended before this instant are closed.
    pub(crate) fn closed_before(&self) -> Option<Time> {
        self.admission.closed_before()
    }

    /// The second up to which time has passed.
    pub(crate) fn cursor(&self) -> Option<i64> {
        self.cursor
    }

    /// Lets time pass up to `second`: every event before it is in the cells.
    pub(crate) fn advance(&mut self, second: i64, terms: &mut Terms) {
        let to = Time::from_seconds(second);
        self.read_ended();
        self.settle_estimates(to, terms);
        self.lose_legs_before(to, terms);
        self.end_silences_before(to, terms);
        self.predict(second);
        let from = self.cursor.replace(second).unwrap_or(i64::MIN);
        debug_assert!(from <= second, "time does not go back");
        for (_, pane) in self.panes.pass(from, second) {
            for (cell, source) in pane.take_heard() {
                self.cells[cell.0 as usize].hear(source);
            }
        }
        take_in_all(&mut self.cells, self.panes.between(from, second));
        if from.div_euclid(QUARTER_SECONDS) != second.div_euclid(QUARTER_SECONDS) {
            for (at, cell) in self.cells.iter_mut().enumerate() {
                let day = self.rules.day(CellId(at as u32), to, &mut terms.calendar);
                cell.forget_before(day.start);
            }
        }
        let seconds = second.saturating_sub(from);
        self.forget_on(usize::try_from(seconds).unwrap_or(usize::MAX), terms);
    }

    /// Forgets panes that no sliding window as of `second` or later holds, and the calls
    /// that are listed no more.
    pub(crate) fn forget_panes(&mut self, second: i64, terms: &Terms) {
        self.panes.forget_before(second - terms.longest_window);
        self.ended
            .forget_before(second - ended::LISTED_FOR.0 / MICROS_PER_SECOND);
    }

    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The rules by which things were counted in a cell at an instant.
    pub(crate) fn counting(&self, cell: CellId, at: Time) -> Counting {
        self.rules.at(cell, at)
    }

    /// The start of the day of a cell that holds an instant.
    pub(crate) fn midnight(&self, cell: CellId, at: Time, terms: &Terms) -> Time {
        self.rules.known_day(cell, at, &terms.calendar).start
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
    pub(super) fn contribute(&mut self, cell: CellId, at: Time, what: What) {
        self.contribute_signed(cell, at, 1, what);
    }

    pub(super) fn contribute_signed(&mut self, cell: CellId, at: Time, sign: i8, what: What) {
        self.push(Contribution {
            at,
            handler: cell,
            origin: cell,
            sign,
            what,
        });
    }

    pub(super) fn push(&mut self, contribution: Contribution) {
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
