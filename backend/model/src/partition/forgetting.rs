//! Forgetting: histories that are over, and whatever nobody names any more.
//!
//! Both happen when a day closes: a shard of the histories at each second that
//! passes, since a day of calls is too much for one turn of a loop, and all else
//! behind the last. What the directory does not list, and what nobody
//! has named for 26 hours, gives its place back once nothing refers to it: no
//! history, no sum of a day that may be shown, no lever that stands, nobody who waits
//! or serves there.
//! No figure that can still be shown changes: counts since the beginning and the
//! newest event of what is forgotten are handed to what remains above it. What
//! was learned of a queue outlives it, as long as there is room.

use hashbrown::HashSet;
use vigie_contract::time::Time;
use vigie_contract::unknown::OverKind;

use super::admission::{self, Admission};
use super::calls;
use super::cell::CellKey;
use super::marks::{Forgetting, Marks};
use super::placing::cell_hash;
use super::rules::Rules;
use super::state::Partition;
use crate::agent::DutyId;
use crate::contribution::{CellId, CellKind};
use crate::limits::OTHER;
use crate::names::NameId;
use crate::shards::SHARDS;
use crate::sums::Ever;
use crate::terms::Terms;

impl Partition {
    /// An event has closed a day: what is over with it is forgotten, once time has
    /// passed that event. Before, what is shown may be as of an instant at which
    /// nothing was newer than what is over.
    pub(super) fn begin_to_forget(&mut self, closed_by: Time) {
        self.forget_after = Some(closed_by);
        self.forgetting = None;
    }

    /// Forgets so many shards of what is over with a day that has closed; with the
    /// last of them all that is not in shards, and what nobody names any more.
    pub(super) fn forget_on(&mut self, shards: usize, terms: &mut Terms) {
        let passed = self.passed();
        let Some(closed_by) = self.forget_after.filter(|after| passed > *after) else {
            return;
        };
        let new = || Forgetting {
            shard: 0,
            marks: Marks {
                cells: vec![false; self.cells.len()],
                names: vec![false; self.names.len()],
                duties: Vec::new(),
            },
        };
        let mut forgetting = self.forgetting.take().unwrap_or_else(new);
        for _ in 0..shards.min(SHARDS - forgetting.shard) {
            self.forget_shard(&mut forgetting, terms);
        }
        if forgetting.shard < SHARDS {
            self.forgetting = Some(forgetting);
            return;
        }
        self.forget_after = None;
        let mut marks = forgetting.marks;
        // What came in between was named just now.
        marks.cells.resize(self.cells.len(), true);
        marks.names.resize(self.names.len(), true);
        marks.duties.resize(self.duties.len(), false);
        self.forget_the_rest(marks, closed_by, terms);
    }

    /// Forgets the histories of calls of a shard that no event to come can change.
    fn forget_shard(&mut self, forgetting: &mut Forgetting, terms: &mut Terms) {
        let Forgetting { shard, marks } = forgetting;
        let passed = self.passed();
        let mut forgotten = Vec::new();
        {
            let mut is_over = day_closes(&self.rules, &self.admission, terms);
            self.calls.retain(*shard, |call, history| {
                let is_wanted = !calls::is_over(history, passed, &mut is_over);
                match is_wanted {
                    true => marks.call(history),
                    false => forgotten.push((call, history.into())),
                }
                is_wanted
            });
        }
        *shard += 1;
        self.keep_traces_of(&forgotten, terms);
    }

    fn forget_the_rest(&mut self, marks: Marks, closed_by: Time, terms: &mut Terms) {
        {
            let mut is_over = day_closes(&self.rules, &self.admission, terms);
            self.promises.retain(|_, promise| {
                let over_at = promise.over_at();
                over_at.is_some_and(|time| !is_over(promise.cell, time))
            });
        }
        self.unfollow_promises();
        self.forget_agents(terms);
        self.count_agents();
        self.forget_levers(terms);
        self.learning.forget(self.learning.settled_to());
        self.forget_unnamed(marks, closed_by, terms);
    }

    /// The instant up to which time has passed.
    pub(super) fn passed(&self) -> Time {
        self.cursor.map_or(Time(i64::MIN), Time::from_seconds)
    }

    fn forget_levers(&mut self, terms: &mut Terms) {
        let Some(newest) = self.admission.newest() else {
            return;
        };
        for (&cell, levers) in &mut self.levers {
            let oldest_open = admission::oldest_open(newest);
            let day = self
                .rules
                .day(CellId(cell), oldest_open, &mut terms.calendar);
            levers.forget_before(day.start);
        }
    }

    /// Forgets what nobody had named for 26 hours when an event closed a day, however
    /// long ago that is by now, and nothing refers to: what came with that event is
    /// newer than all of it. `marks`: what the histories of calls refer to.
    fn forget_unnamed(&mut self, mut marks: Marks, passed: Time, terms: &Terms) {
        let is_stale = |at: &usize| {
            let is_vacant = self.cells[*at].key.kind == CellKind::Vacant;
            !is_vacant && !self.is_current(CellId(*at as u32), passed)
        };
        let stale: Vec<usize> = (0..self.cells.len()).filter(is_stale).collect();
        if stale.is_empty() && !self.register.has_stale(passed) {
            return;
        }
        self.handed_over = true;
        self.mark_histories(&mut marks);
        self.forget_duties(&marks);
        self.register.forget(passed);
        let gone: Vec<CellId> = stale
            .into_iter()
            .filter(|&at| !marks.cells[at] && self.cells[at].is_idle())
            .map(|at| CellId(at as u32))
            .collect();
        let staying = self.agencies_without(&gone);
        for &cell in &gone {
            let CellKey { agency, queue, .. } = self.cells[cell.0 as usize].key;
            let stays = agency.is_some_and(|name| staying.contains(&name));
            // What is of the agency as a whole goes with the last of it.
            if queue.is_some() || !stays {
                self.forget_cell(cell, &staying, terms);
            }
        }
        for cell in &mut self.cells {
            cell.forget_sources(passed);
        }
        if !gone.is_empty() {
            self.forget_learned();
        }
        self.forget_names(marks);
    }

    fn mark_histories(&self, marks: &mut Marks) {
        // What stands is shown until it is changed.
        for (&cell, levers) in &self.levers {
            marks.cells[cell as usize] |= levers.len() > 0;
        }
        for promise in self.promises.values() {
            promise.cells().for_each(|cell| marks.cell(cell));
        }
        for agent in self.agents.values() {
            agent.for_each_kept(|said, source| {
                said.duty.into_iter().for_each(|duty| marks.duty(duty));
                marks.name(source);
                said.reason.into_iter().for_each(|why| marks.name(why));
            });
            if let Some((_, doing)) = agent.newest() {
                marks.duty(doing.duty);
                // Where an agent counts that was never told its queues.
                let agency = self.duties[doing.duty.0 as usize][0];
                let alone = self.duty_index.get(&[agency][..]);
                alone
                    .into_iter()
                    .for_each(|&alone| marks.duty(DutyId(alone)));
            }
        }
        for (duty, cells) in self.duties.iter().enumerate() {
            if marks.duties[duty] {
                cells.iter().for_each(|&cell| marks.cell(cell));
            }
        }
    }

    /// Forgets the lists of cells that no agent counts in.
    fn forget_duties(&mut self, marks: &Marks) {
        for (duty, cells) in self.duties.iter_mut().enumerate() {
            if !marks.duties[duty] {
                *cells = Box::default();
            }
        }
        self.number_duties();
    }

    /// Makes anew which duty has which number, and which numbers are free.
    pub(super) fn number_duties(&mut self) {
        let numbered = self.duties.iter().zip(0..);
        let (free, taken): (Vec<_>, Vec<_>) = numbered.partition(|(cells, _)| cells.is_empty());
        self.duty_index = taken
            .into_iter()
            .map(|(cells, at)| (cells.clone(), at))
            .collect();
        self.free_duties = free.into_iter().map(|(_, at)| at).collect();
    }

    /// The number of a duty. A new one takes a free number.
    ///
    /// If there are too many duties, the agent counts in its agency alone.
    pub(super) fn duty_of(&mut self, mut cells: &[CellId]) -> DutyId {
        if self.duty_index.len() as u64 >= self.register.limits.duties
            && cells.len() > 1
            && !self.duty_index.contains_key(cells)
        {
            let key = self.cells[cells[0].0 as usize].key;
            let agency = key.agency.map_or("", |name| self.names.name(name));
            self.register
                .over(OverKind::Duty, agency, Some(agency), self.clock);
            cells = &cells[..1];
        }
        if let Some(&known) = self.duty_index.get(cells) {
            return DutyId(known);
        }
        let cells: Box<[CellId]> = cells.into();
        let id = match self.free_duties.pop_first() {
            Some(free) => {
                self.duties[free as usize].clone_from(&cells);
                free
            }
            None => {
                self.duties.push(cells.clone());
                self.duties.len() as u32 - 1
            }
        };
        self.duty_index.insert(cells, id);
        DutyId(id)
    }

    /// Counts the agents of each agency anew.
    pub(super) fn count_agents(&mut self) {
        let agencies = self.agents.values().filter_map(|agent| {
            let (_, doing) = agent.newest()?;
            let &agency = self.duties[doing.duty.0 as usize].first()?;
            self.cells[agency.0 as usize].key.agency
        });
        self.register.count_agents(agencies);
    }

    /// The agencies that still have cells once some cells are gone.
    fn agencies_without(&self, gone: &[CellId]) -> HashSet<NameId> {
        let gone: HashSet<CellId> = gone.iter().copied().collect();
        let cells = (0..).zip(&self.cells);
        cells
            .filter(|(at, _)| !gone.contains(&CellId(*at)))
            .filter_map(|(_, cell)| cell.key.agency)
            .collect()
    }

    fn forget_cell(&mut self, cell: CellId, staying: &HashSet<NameId>, terms: &Terms) {
        let at = cell.0 as usize;
        let key = self.cells[at].key;
        let hash = cell_hash(self.names_of(key), key.kind);
        let found = self
            .cell_index
            .find_entry(hash, |&(_, known)| known == cell);
        if let Ok(entry) = found {
            entry.remove();
        }
        self.hand_over(cell, staying, terms);
        self.register.leave(key);
        self.levers.remove(&cell.0);
        self.learning.unplace(cell);
        self.cells[at].vacate();
        self.rules.vacate(cell);
        self.vacant.insert(cell);
        self.freed.push(cell);
    }

    /// Hands over what must not be lost of a cell, its counts since the state began
    /// and its newest event: to its agency, if that stays, and to its line, if the
    /// directory knows that. So neither of them goes back.
    fn hand_over(&mut self, cell: CellId, staying: &HashSet<NameId>, terms: &Terms) {
        let gone = &self.cells[cell.0 as usize];
        let (key, ever, newest) = (gone.key, gone.ever(), gone.newest_source());
        if key.kind != CellKind::Calls {
            return;
        }
        let (agency, _, line) = self.names_of(key);
        let directory = &terms.directory;
        let is_known = agency.is_some_and(|code| directory.knows_agency(code));
        let own = |code: Option<&str>| code.map(str::to_owned);
        let line = own(line.filter(|code| directory.knows_line(code)));
        let agency = own(agency);
        if let (Some(line), Some(newest), Some(agency)) = (line, newest, &agency) {
            let agency = if is_known { agency } else { OTHER };
            let codes = (Some(agency), None, Some(&*line));
            let heir = self.cell(codes, CellKind::Duty, terms);
            self.cells[heir.0 as usize].inherit(Ever::default(), Some(newest));
        }
        let stays = key.agency.is_some_and(|name| staying.contains(&name));
        if let Some(agency) = agency.filter(|_| is_known || stays) {
            let codes = (Some(&*agency), None, None);
            let heir = self.cell(codes, CellKind::Calls, terms);
            self.cells[heir.0 as usize].inherit(ever, newest);
        } else {
            self.gone.add(ever);
        }
    }

    /// Forgets what was learned of queues that are gone, once there is more of it
    /// than there may be queues.
    fn forget_learned(&mut self) {
        let is_much = self.learning.queues() as u64 > self.register.limits.places;
        // Estimates that were given, and not taken yet, name queues by number.
        if !is_much || self.given.is_some() {
            return;
        }
        let keys = self.cells.iter().map(|cell| cell.key);
        let queues = keys.clone().filter_map(|key| key.agency.zip(key.queue));
        let queues: HashSet<(NameId, NameId)> = queues.collect();
        let agencies: HashSet<NameId> = keys.filter_map(|key| key.agency).collect();
        self.learning.keep(&queues, &agencies);
    }

    /// Forgets the names that nothing refers to any more.
    fn forget_names(&mut self, mut marks: Marks) {
        // Whoever inherited something may have a name that was not there before.
        marks.names.resize(self.names.len(), false);
        for cell in &self.cells {
            if cell.key.kind != CellKind::Vacant {
                marks.key(cell.key);
            }
            for source in cell.sources() {
                marks.name(source.name);
            }
            let reasons = cell.agents().iter().filter_map(|agents| agents.reason);
            reasons.for_each(|reason| marks.name(reason));
        }
        let heard = self.panes.sources().map(|source| source.name);
        let names = self
            .register
            .names()
            .chain(self.learning.names())
            .chain(heard);
        for name in names {
            marks.name(name);
        }
        self.names.forget(|name| !marks.names[name.0 as usize]);
    }
}

/// Tells whether the day of a cell that holds an instant has closed.
fn day_closes<'p>(
    rules: &'p Rules,
    admission: &'p Admission,
    terms: &'p mut Terms,
) -> impl FnMut(CellId, Time) -> bool + 'p {
    |cell, time| {
        let day = rules.day(cell, time, &mut terms.calendar);
        admission.is_closed(day.end)
    }
}
