//! Single calls, promises, levers and sources of a set of cells.

use hashbrown::HashMap;
use smallvec::SmallVec;
use vigie_contract::lists::{OpenPromise, WaitingCall};
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, Lever};

use super::aliases;
use super::cell::{CellKey, Source};
use super::state::Partition;
use crate::call;
use crate::contribution::CellId;
use crate::leg::{LegEvent, walk};
use crate::lever::Pull;
use crate::names::NameId;
use crate::sums::{LastHeard, Sources};

impl Partition {
    /// Who told of some cells, and when last.
    pub(crate) fn sources(&self, cells: &[CellId]) -> Sources {
        // By number first: there are far more cells than sources.
        let mut heard: HashMap<NameId, LastHeard> = HashMap::new();
        for source in cells
            .iter()
            .flat_map(|cell| self.cells[cell.0 as usize].sources())
        {
            let known = heard.entry(source.name).or_insert(source.last());
            *known = known.or_later(source.last());
        }
        let mut sources = Sources::default();
        for (name, last) in heard {
            sources.hear(self.names.name(name), last);
        }
        sources
    }

    /// The source that told last of each cell, or those that did at one time.
    pub(crate) fn newest_sources(&self) -> impl Iterator<Item = (CellId, Source)> {
        let cells = (0..).map(CellId).zip(&self.cells);
        cells.flat_map(|(id, cell)| {
            let newest = cell.sources().iter().map(|source| source.newest).max();
            let last = cell.sources().iter();
            last.filter(move |source| Some(source.newest) == newest)
                .map(move |&source| (id, source))
        })
    }

    /// When each source was last heard. Under the time of day, a source whose own clock
    /// is behind is no more silent than another.
    pub(crate) fn last_heard_of_sources(&self, clock: Clock) -> HashMap<NameId, Time> {
        let mut all: HashMap<NameId, Time> = HashMap::new();
        for source in self.cells.iter().flat_map(|cell| cell.sources()) {
            let heard = match clock {
                Clock::Wall => source.newest.max(source.heard),
                Clock::Event => source.newest,
            };
            let known = all.entry(source.name).or_insert(heard);
            *known = heard.max(*known);
        }
        all
    }

    /// The legs that wait as of an instant at a cell that `holds`.
    pub(crate) fn waiting_calls(
        &self,
        as_of: Time,
        holds: &dyn Fn(CellId) -> bool,
    ) -> Vec<WaitingCall> {
        let mut found = Vec::new();
        let mut seen = hashbrown::HashSet::new();
        // Every open leg has a deadline, within two hours.
        for key in self.deadlines.calls() {
            if !seen.insert(key) {
                continue;
            }
            let history = self.calls.history(key);
            let events: SmallVec<[LegEvent<'_>; 4]> = call::unpack(&history, "")
                .into_iter()
                .filter(|event| event.time < as_of)
                .collect();
            self.waiting_legs(&events, as_of, holds, &mut found);
        }
        found
    }

    fn waiting_legs(
        &self,
        events: &[LegEvent<'_>],
        as_of: Time,
        holds: &dyn Fn(CellId) -> bool,
        found: &mut Vec<WaitingCall>,
    ) {
        let mut queues: SmallVec<[CellKey; 2]> = SmallVec::new();
        for event in events {
            let queue = self.queue_of(event.what.own());
            if queues.contains(&queue) {
                continue;
            }
            queues.push(queue);
            let Some(stay) = walk(&self.leg(events, queue), as_of).open else {
                continue;
            };
            if holds(stay.entry.handler) {
                let (agency, queue) = self.codes(stay.entry.handler);
                found.push(WaitingCall {
                    agency,
                    queue,
                    reason: stay.entry.reason,
                    waiting_seconds: (as_of - stay.entry.asked).seconds(),
                    announced_wait_seconds: stay.announced.map(|(_, wait)| wait.seconds()),
                });
            }
        }
    }

    /// The promises that are open as of an instant, made by a cell that `holds`.
    pub(crate) fn open_promises(
        &self,
        as_of: Time,
        holds: &dyn Fn(CellId) -> bool,
    ) -> Vec<OpenPromise> {
        let missed = self.promises_missed();
        let open = self.promises.iter().filter_map(|(key, promise)| {
            let open = promise.open_at(as_of).filter(|open| holds(open.by))?;
            let (agency, queue) = self.codes(open.by);
            Some(OpenPromise {
                call: aliases::call_of(&promise.call).to_owned(),
                agency,
                queue,
                kind: promise.kind,
                made_at: open.made,
                due_at: open.due,
                attempts: open.unreachable,
                predicted_missed: open.unreachable == 0 && missed.contains(key),
            })
        });
        open.collect()
    }

    /// The levers as they stand as of an instant, of the queues of cells that
    /// `holds`.
    pub(crate) fn levers_at(&self, as_of: Time, holds: &dyn Fn(CellId) -> bool) -> Vec<Lever> {
        let queues = self.levers.iter().filter(|&(&cell, _)| holds(CellId(cell)));
        queues
            .flat_map(|(&cell, levers)| {
                let pulls = levers.at(as_of);
                pulls.into_iter().map(move |pull| (cell, pull))
            })
            .map(|(cell, pull)| self.lever(CellId(cell), pull))
            .collect()
    }

    /// The levers pulled from an instant on that `start` gives for a cell.
    pub(crate) fn levers_pulled(
        &self,
        as_of: Time,
        holds: &dyn Fn(CellId) -> bool,
        start: &mut dyn FnMut(CellId) -> Time,
    ) -> Vec<Lever> {
        let mut found = Vec::new();
        for (&cell, levers) in &self.levers {
            let cell = CellId(cell);
            if holds(cell) {
                let pulls = levers.between(start(cell), as_of);
                found.extend(pulls.map(|pull| self.lever(cell, pull)));
            }
        }
        found
    }

    fn lever(&self, cell: CellId, pull: &Pull) -> Lever {
        let (agency, queue) = self.codes(cell);
        Lever {
            agency,
            queue,
            kind: pull.kind,
            on: pull.on,
            to: pull.to.clone(),
            message: pull.message.clone(),
            since: pull.time,
        }
    }

    /// Agency and queue of a cell that has both.
    pub(super) fn codes(&self, cell: CellId) -> (String, String) {
        let (agency, queue, _) = self.names_of(self.cells()[cell.0 as usize].key);
        let own = |name: Option<&str>| name.unwrap_or_default().to_owned();
        (own(agency), own(queue))
    }
}
