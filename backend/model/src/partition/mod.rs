//! A partition: everything that its events have said, and nothing else.
//!
//! It owns what its own events contribute, to its own agencies' scopes or to
//! another's (an overflow counts where the caller first asked). Partitions never
//! speak to each other: a view adds them up, and one can move to another
//! process whole.
//!
//! # Layout
//! - here: the state, the passing of time, and the rules' contributions;
//! - [`dispatch`]: what each type of event does;
//! - [`admission`]: too late, duplicate, applied;
//! - [`cell`]: what is held for each queue; [`names`]: codes as numbers.
//!
//! Contributions wait in one-second panes until `cursor` passes them; then they
//! are in the cells. Panes stay until the longest sliding window has passed, for
//! the sums to take them out again.

pub(crate) mod admission;
pub(crate) mod cell;
mod dispatch;
mod names;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use vigie_contract::event::{Event, PromiseKind};
use vigie_contract::time::Time;
use vigie_contract::view::Count;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::contribution::{CellId, Closed, Contribution, Ending, Wait, What, family};
use crate::directory::Directory;
use crate::directory::calendar::Calendar;
use crate::leg::{self, Entry, LOST_AFTER, Leg, LegEvent};
use crate::promise::{self, Promise, PromiseEvent, PromiseWhat};
use crate::tally::Family;
use admission::{Admission, Admitted};
use cell::{Cell, CellKey, CellRules};
use names::{NameId, Names};

/// The longest sliding window.
pub(crate) const LONGEST_WINDOW_SECONDS: i64 = 3_600;

/// What the rules may ask while they fold: no state of the partition.
#[derive(Debug)]
pub(crate) struct Rules {
    pub directory: Arc<Directory>,
    pub calendar: Calendar,
}

/// The state of a partition.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Partition {
    /// Offset of the next message.
    pub next_offset: i64,
    admission: Admission,
    names: Names,
    cells: Vec<Cell>,
    #[serde(skip)]
    cell_index: HashMap<CellKey, CellId>,
    #[serde(skip)]
    rules: Vec<CellRules>,
    legs: Histories<Leg>,
    /// When open legs will be lost, in order.
    deadlines: VecDeque<(Time, u64)>,
    promises: Histories<Promise>,
    /// By second.
    panes: BTreeMap<i64, Vec<Contribution>>,
    /// The second up to which (excluded) panes are in the cells.
    cursor: Option<i64>,
    /// Contributions to panes that are in the cells already, since the sums
    /// were last brought up to date.
    #[serde(skip)]
    corrections: Vec<Contribution>,
}

/// Histories by the hash of what they are about.
type Histories<T> = HashMap<u64, T>;

impl Partition {
    /// Takes in an event.
    pub(crate) fn apply(&mut self, event: &Event<'_>, rules: &mut Rules) -> Admitted {
        let cell = self.cell_of(event, rules);
        let day = rules
            .calendar
            .day(self.rules[cell.0 as usize].zone, event.time);
        let before = self.admission.newest();
        let admitted = self
            .admission
            .admit(event.time, day, admission::identity(event));
        match admitted {
            Admitted::TooLate => {
                // Its own day is final; it counts when it came.
                let at = before.unwrap_or(event.time);
                self.contribute(cell, at, What::Count(Family::First, Count::TooLate));
            }
            Admitted::Duplicate => {
                self.contribute(
                    cell,
                    event.time,
                    What::Count(Family::First, Count::Duplicate),
                );
            }
            Admitted::Applied { late, day_closed } => {
                if late {
                    self.contribute(cell, event.time, What::Count(Family::First, Count::Late));
                }
                self.dispatch(event, cell, rules);
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
        self.lose_legs_before(to, rules);
        let from = self.cursor.replace(second).unwrap_or(i64::MIN);
        debug_assert!(from <= second, "time does not go back");
        for contribution in self.panes.range(from..second).flat_map(|(_, pane)| pane) {
            take_in(&mut self.cells, contribution);
        }
        if from.div_euclid(cell::QUARTER_SECONDS) != second.div_euclid(cell::QUARTER_SECONDS) {
            for (cell, facts) in self.cells.iter_mut().zip(&self.rules) {
                cell.forget_before(rules.calendar.day(facts.zone, to).start);
            }
        }
    }

    /// Forgets panes that no sliding window as of `second` or later holds.
    pub(crate) fn forget_panes(&mut self, second: i64) {
        while let Some(pane) = self.panes.first_entry()
            && *pane.key() < second - LONGEST_WINDOW_SECONDS
        {
            pane.remove();
        }
    }

    /// Contributions to panes from `from` (included) to `to` (excluded).
    pub(crate) fn panes(&self, from: i64, to: i64) -> impl Iterator<Item = &Contribution> {
        // An empty range where `from` is past `to`.
        self.panes
            .range(from.min(to)..to)
            .flat_map(|(_, pane)| pane)
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

    /// Makes anew what is not part of the state: after a load, or when the
    /// directory has changed.
    pub(crate) fn resolve(&mut self, rules: &Rules) {
        self.cell_index.clear();
        self.rules.clear();
        for at in 0..self.cells.len() {
            let key = self.cells[at].key;
            self.cell_index.insert(key, CellId(at as u32));
            self.rules.push(self.resolve_cell(key, &rules.directory));
        }
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
        agency: Option<&str>,
        queue: Option<&str>,
        line: Option<&str>,
        rules: &Rules,
    ) -> CellId {
        let mut id = |name: Option<&str>| name.map(|name| self.names.id(name));
        let key = CellKey {
            agency: id(agency),
            queue: id(queue),
            line: id(line),
        };
        if let Some(&cell) = self.cell_index.get(&key) {
            return cell;
        }
        let cell = CellId(self.cells.len() as u32);
        self.cells.push(Cell::new(key));
        self.cell_index.insert(key, cell);
        self.rules.push(self.resolve_cell(key, &rules.directory));
        cell
    }

    /// A contribution of one cell, by origin and by handler.
    fn contribute(&mut self, cell: CellId, at: Time, what: What) {
        self.push(Contribution {
            at,
            handler: cell,
            origin: cell,
            sign: 1,
            what,
        });
    }

    fn push(&mut self, contribution: Contribution) {
        let second = contribution.at.second();
        match self.cursor {
            Some(cursor) if second < cursor => {
                take_in(&mut self.cells, &contribution);
                self.corrections.push(contribution);
                if second < cursor - LONGEST_WINDOW_SECONDS {
                    return;
                }
            }
            _ => {}
        }
        self.panes.entry(second).or_default().push(contribution);
    }

    /// Puts an event into the history of its leg.
    fn fold_leg(&mut self, key: u64, own: CellId, event: LegEvent, rules: &mut Rules) {
        let passed = Time::from_seconds(self.cursor.unwrap_or(i64::MIN / 1_000_000));
        let mut leg = self.legs.remove(&key).unwrap_or_else(|| Leg::new(own));
        leg.insert(event, passed, &mut |sign, at, step| {
            self.tell_leg(key, sign, at, step, rules);
        });
        self.await_loss(key, &leg);
        self.legs.insert(key, leg);
    }

    fn await_loss(&mut self, key: u64, leg: &Leg) {
        if let Some(deadline) = leg.deadline() {
            let place = self
                .deadlines
                .partition_point(|known| *known < (deadline, key));
            if self.deadlines.get(place) != Some(&(deadline, key)) {
                self.deadlines.insert(place, (deadline, key));
            }
        }
    }

    fn lose_legs_before(&mut self, time: Time, rules: &mut Rules) {
        while let Some(&(deadline, key)) = self.deadlines.front()
            && deadline < time
        {
            self.deadlines.pop_front();
            let Some(mut leg) = self.legs.remove(&key) else {
                continue;
            };
            leg.lose(time, &mut |at, step| {
                if let leg::Step::Closed(entry, outcome) = step {
                    self.tell_close(entry, outcome.ending, 1, at, rules);
                }
            });
            self.legs.insert(key, leg);
        }
    }

    /// Turns a step of a leg into contributions.
    fn tell_leg(&mut self, key: u64, sign: i8, at: Time, step: leg::Step, rules: &mut Rules) {
        let mut tell = |handler, origin, what| {
            self.push(Contribution {
                at,
                handler,
                origin,
                sign,
                what,
            });
        };
        match step {
            leg::Step::Entered(Entry {
                reason,
                asked,
                handler,
                origin,
            }) => {
                tell(handler, origin, What::Entered { reason, asked });
            }
            leg::Step::Repeated(entry) => {
                let what = What::Count(family(entry.reason), Count::Repeated);
                tell(entry.handler, entry.origin, what);
            }
            leg::Step::Superseded(entry) => {
                let what = What::Count(family(entry.reason), Count::Superseded);
                tell(entry.handler, entry.origin, what);
            }
            leg::Step::Orphan(outcome) => {
                let own = outcome.own;
                let facts = self.rules[own.0 as usize];
                let open = rules
                    .calendar
                    .first_open(facts.hours, facts.zone, at, at)
                    .is_some();
                let what = if open {
                    What::Orphan(outcome.ending)
                } else {
                    What::Count(Family::First, Count::OutOfHours)
                };
                self.push(Contribution {
                    at,
                    handler: own,
                    origin: own,
                    sign,
                    what,
                });
                self.tell_promised(key, own, sign, at, outcome);
            }
            leg::Step::Closed(entry, outcome) => {
                self.tell_close(entry, outcome.ending, sign, at, rules);
                self.tell_promised(key, entry.handler, sign, at, outcome);
                let answered = outcome.ending == Ending::Answered;
                if answered && family(entry.reason) == Family::Callback {
                    let what = PromiseWhat::CallAnswered;
                    let event = PromiseEvent::derived(at, what);
                    self.fold_promise(key, PromiseKind::Callback, entry.handler, event, sign);
                }
            }
        }
    }

    /// The promise that an outcome makes.
    fn tell_promised(&mut self, leg: u64, by: CellId, sign: i8, at: Time, outcome: leg::Outcome) {
        let kind = match outcome.ending {
            Ending::CallbackAccepted => PromiseKind::Callback,
            Ending::VoicemailLeft => PromiseKind::Message,
            _ => return,
        };
        if let Some(due) = outcome.due {
            let what = PromiseWhat::Opened { due, by };
            self.fold_promise(leg, kind, by, PromiseEvent::derived(at, what), sign);
        }
    }

    fn tell_close(&mut self, entry: Entry, ending: Ending, sign: i8, at: Time, rules: &mut Rules) {
        let Entry {
            reason,
            asked,
            handler,
            origin,
        } = entry;
        let facts = self.rules[handler.0 as usize];
        let opened = rules
            .calendar
            .first_open(facts.hours, facts.zone, asked, at);
        let wait = opened.map(|opened| {
            let waited = at - opened;
            Wait {
                waited,
                within_origin: waited <= self.rules_of(origin).answer_within,
                within_handler: waited <= facts.answer_within,
                short: waited < rules.directory.short_abandon(),
            }
        });
        let what = What::Closed(Closed {
            ending,
            reason,
            asked,
            wait,
        });
        self.push(Contribution {
            at,
            handler,
            origin,
            sign,
            what,
        });
    }

    /// Puts an event into the history of its promise, or takes it back.
    fn fold_promise(
        &mut self,
        leg: u64,
        kind: PromiseKind,
        cell: CellId,
        event: PromiseEvent,
        sign: i8,
    ) {
        let key = promise_key(leg, kind);
        let mut promise = self
            .promises
            .remove(&key)
            .unwrap_or_else(|| Promise::new(kind, cell));
        let mut tell = |sign: i8, at: Time, by: CellId, step: promise::Step| {
            self.tell_promise(kind, by, sign, at, step);
        };
        if sign > 0 {
            promise.insert(event, &mut tell);
        } else {
            promise.remove(&event, &mut tell);
        }
        if !promise.is_empty() {
            self.promises.insert(key, promise);
        }
    }

    /// Turns a step of a promise into contributions. Of every kind it is known
    /// how many are open; of those to call back, how they ended.
    fn tell_promise(
        &mut self,
        kind: PromiseKind,
        by: CellId,
        sign: i8,
        at: Time,
        step: promise::Step,
    ) {
        let count = |count| What::Count(Family::First, count);
        let what = match step {
            promise::Step::Opened { due } => What::PromiseOpened { due },
            promise::Step::Closed { due } => What::PromiseClosed { due },
            _ if kind != PromiseKind::Callback => return,
            promise::Step::Kept => count(Count::PromisesKept),
            promise::Step::Broken => count(Count::PromisesBroken),
            promise::Step::KeptLate => count(Count::PromisesKeptLate),
        };
        self.push(Contribution {
            at,
            handler: by,
            origin: by,
            sign,
            what,
        });
    }

    /// Forgets the histories that no event to come can change.
    ///
    /// A leg is over when the day that holds its newest event + 2 h has closed:
    /// no later than that can an event be superseded by it, and every event of
    /// an earlier day is too late.
    fn forget_closed_days(&mut self, rules: &mut Rules) {
        let passed = Time::from_seconds(self.cursor.unwrap_or(i64::MIN / 1_000_000));
        let day_cells = &self.rules;
        let admission = &self.admission;
        let mut is_over = |cell: CellId, time: Time| {
            let zone = day_cells[cell.0 as usize].zone;
            admission.is_closed(rules.calendar.day(zone, time).end)
        };
        self.legs.retain(|_, leg| {
            let told = leg.deadline().is_none_or(|deadline| deadline < passed);
            let over = leg
                .newest()
                .is_none_or(|time| is_over(leg.cell, time + LOST_AFTER));
            !(told && over)
        });
        self.promises.retain(|_, promise| {
            promise
                .over_at()
                .is_some_and(|time| !is_over(promise.cell, time))
        });
    }
}

/// Brings a contribution into the cells that it is about.
fn take_in(cells: &mut [Cell], contribution: &Contribution) {
    cells[contribution.handler.0 as usize].take_as_handler(contribution);
    cells[contribution.origin.0 as usize].take_as_origin(contribution);
}

/// The key of a leg: its call, in a queue of an agency.
fn leg_key(subject: &str, agency: NameId, queue: NameId) -> u64 {
    xxh3_64_with_seed(
        subject.as_bytes(),
        (u64::from(agency.0) << 32) | u64::from(queue.0),
    )
}

/// The key of a promise: that of the leg, and its kind.
fn promise_key(leg: u64, kind: PromiseKind) -> u64 {
    xxh3_64_with_seed(&leg.to_le_bytes(), kind as u64)
}
