//! Which queue, agency and name of queues a fact is of, by the codes of its event.

use super::group::Group;
use super::index::{Index, LearnedPlace};
use super::state::Learning;
use crate::contribution::CellId;
use crate::estimate::agency::LearnedAgency;
use crate::estimate::fact::{AgencyId, QueueId, Serves};
use crate::estimate::queue::LearnedQueue;
use crate::estimate::regression::{Moments, Weights};
use crate::names::NameId;

impl Learning {
    /// Makes the index anew.
    pub(crate) fn resolve(&mut self) {
        let queues = self.queues.iter().zip(0..);
        let agencies = self.agencies.iter().zip(0..);
        self.index = Index {
            queues: queues
                .map(|(queue, at)| (queue.names, QueueId(at)))
                .collect(),
            agencies: agencies
                .map(|(agency, at)| (agency.name, AgencyId(at)))
                .collect(),
            groups: self
                .groups
                .iter()
                .zip(0..)
                .map(|(group, at)| (group.name, at))
                .collect(),
            places: Vec::new(),
        };
    }

    /// The agency and queue to which the facts of a cell belong, once
    /// [`Learning::put`] has told.
    pub(crate) fn place(&self, cell: CellId) -> Option<LearnedPlace> {
        self.index.places.get(cell.0 as usize).copied().flatten()
    }

    /// Tells to which agency and queue the facts of a cell belong.
    pub(crate) fn put(
        &mut self,
        cell: CellId,
        agency: NameId,
        queue: Option<NameId>,
    ) -> LearnedPlace {
        let place = match queue {
            Some(queue) => {
                let (agency, queue) = self.queue(agency, queue);
                (agency, Some(queue))
            }
            None => (self.agency(agency), None),
        };
        let at = cell.0 as usize;
        if self.index.places.len() <= at {
            self.index.places.resize(at + 1, None);
        }
        self.index.places[at] = Some(place);
        place
    }

    /// Forgets a cell that is gone, since another may have its number.
    pub(crate) fn unplace(&mut self, cell: CellId) {
        if let Some(place) = self.index.places.get_mut(cell.0 as usize) {
            *place = None;
        }
    }

    /// How many queues something may have been learned of.
    pub(crate) fn queues(&self) -> usize {
        self.queues.len()
    }

    /// The names that the queues, their agencies and their groups have.
    pub(crate) fn names(&self) -> impl Iterator<Item = NameId> + '_ {
        let queues = self
            .queues
            .iter()
            .flat_map(|queue| [queue.names.0, queue.names.1]);
        let agencies = self.agencies.iter().map(|agency| agency.name);
        queues
            .chain(agencies)
            .chain(self.groups.iter().map(|group| group.name))
    }

    /// Makes a set of queues of an agency, as those that an agent serves.
    pub(crate) fn serves(
        &mut self,
        agency: AgencyId,
        queues: impl Iterator<Item = NameId>,
    ) -> Serves {
        let name = self.agencies[agency.0 as usize].name;
        Serves::these(queues.map(|queue| {
            let (_, id) = self.queue(name, queue);
            self.queues[id.0 as usize].place
        }))
    }

    /// The agency of a name.
    fn agency(&mut self, name: NameId) -> AgencyId {
        if let Some(&known) = self.index.agencies.get(&name) {
            return known;
        }
        let id = AgencyId(self.agencies.len() as u32);
        self.agencies.push(LearnedAgency::new(name));
        self.index.agencies.insert(name, id);
        id
    }

    /// The queue of an agency.
    fn queue(&mut self, agency: NameId, queue: NameId) -> (AgencyId, QueueId) {
        if let Some(&known) = self.index.queues.get(&(agency, queue)) {
            return (self.queues[known.0 as usize].agency, known);
        }
        let of_agency = self.agency(agency);
        let group = self.group(queue);
        let id = QueueId(self.queues.len() as u32);
        let place = self.agencies[of_agency.0 as usize].begin_queue(id);
        self.queues.push(LearnedQueue::new(
            (agency, queue),
            (of_agency, place),
            group,
        ));
        self.index.queues.insert((agency, queue), id);
        (of_agency, id)
    }

    /// The queue of an agency, if an event has named it.
    pub(crate) fn known_queue(&self, agency: NameId, queue: NameId) -> Option<QueueId> {
        self.index.queues.get(&(agency, queue)).copied()
    }

    /// The agency of a queue.
    pub(crate) fn agency_of(&self, id: QueueId) -> AgencyId {
        self.queues[id.0 as usize].agency
    }

    /// The names of the agency and of the queue.
    pub(crate) fn names_of(&self, id: QueueId) -> (NameId, NameId) {
        self.queues[id.0 as usize].names
    }

    fn group(&mut self, name: NameId) -> usize {
        *self.index.groups.entry(name).or_insert_with(|| {
            self.groups.push(Group {
                name,
                moments: Moments::default(),
                weights: Weights::default(),
                at_once: 0.0,
            });
            self.groups.len() - 1
        })
    }
}
