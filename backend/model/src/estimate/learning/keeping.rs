//! Keeping what was learned of some queues, and nothing of the others.

use hashbrown::HashSet;

use super::state::Learning;
use crate::estimate::agency::AgencySignals;
use crate::estimate::fact::{AgencyId, QueueId};
use crate::names::NameId;

impl Learning {
    /// Keeps what was learned of some queues and agencies, by their names.
    ///
    /// Done only when there is more than may be: agents of an agency that loses
    /// queues serve all that are left until they tell again.
    pub(crate) fn keep(&mut self, queues: &HashSet<(NameId, NameId)>, agencies: &HashSet<NameId>) {
        let mut number = 0_u32;
        let kept: Vec<Option<QueueId>> = self
            .queues
            .iter()
            .map(|queue| {
                queues.contains(&queue.names).then(|| {
                    number += 1;
                    QueueId(number - 1)
                })
            })
            .collect();
        let moved = self.keep_agencies(&kept, agencies);
        let groups = self.keep_groups(&kept);
        let mut place = 0..;
        self.queues.retain_mut(|queue| {
            let is_kept = place.next().is_some_and(|at: usize| kept[at].is_some());
            if is_kept {
                let agency = queue.agency.0 as usize;
                queue.agency = moved[agency].map_or(queue.agency, |(id, _)| id);
                queue.group = groups[queue.group];
            }
            is_kept
        });
        for agency in &self.agencies {
            for (place, id) in agency.queues.iter().enumerate() {
                self.queues[id.0 as usize].place = place;
            }
        }
        self.pending.retain(|fact| {
            let Some((agency, has_lost)) = moved[fact.agency.0 as usize] else {
                return false;
            };
            if has_lost {
                fact.what = fact.what.serving_all();
            }
            let queue = fact.queue.map(|id| kept[id.0 as usize]);
            fact.agency = agency;
            fact.queue = queue.flatten();
            queue.is_none_or(|queue| queue.is_some())
        });
        self.resolve();
    }

    /// Keeps the agencies that still have queues, or have a place. Answers the new
    /// number of each, and whether it has lost queues.
    fn keep_agencies(
        &mut self,
        kept: &[Option<QueueId>],
        agencies: &HashSet<NameId>,
    ) -> Vec<Option<(AgencyId, bool)>> {
        let mut moved = Vec::with_capacity(self.agencies.len());
        let mut number = 0_u32;
        self.agencies.retain_mut(|agency| {
            let stays: Vec<bool> = agency
                .queues
                .iter()
                .map(|id| kept[id.0 as usize].is_some())
                .collect();
            let has_lost = stays.contains(&false);
            for side in [&mut agency.settled, &mut agency.ahead] {
                side.keep_fronts(&stays);
                if has_lost {
                    side.staff.serve_all();
                }
            }
            let left = agency.queues.iter().filter_map(|id| kept[id.0 as usize]);
            agency.queues = left.collect();
            let is_kept = !agency.queues.is_empty() || agencies.contains(&agency.name);
            moved.push(is_kept.then_some((AgencyId(number), has_lost)));
            number += u32::from(is_kept);
            is_kept
        });
        moved
    }

    /// Keeps the names that queues still have. Answers the new number of each.
    fn keep_groups(&mut self, kept: &[Option<QueueId>]) -> Vec<usize> {
        let mut is_used = vec![false; self.groups.len()];
        for (queue, kept) in self.queues.iter().zip(kept) {
            is_used[queue.group] |= kept.is_some();
        }
        let mut used = is_used.iter();
        self.groups
            .retain(|_| used.next().is_some_and(|used| *used));
        is_used
            .iter()
            .scan(0, |next, used| {
                let at = *next;
                *next += usize::from(*used);
                Some(at)
            })
            .collect()
    }
}

impl AgencySignals {
    fn keep_fronts(&mut self, stays: &[bool]) {
        let mut stays = stays.iter();
        self.fronts
            .retain(|_| stays.next().is_some_and(|stays| *stays));
    }
}
