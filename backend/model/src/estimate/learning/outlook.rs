//! How what there is to go by is gathered for the next caller of a queue.
//!
//! An agency is looked at once for all its queues: who waits in any of them and who
//! is there is the same for each.

use vigie_contract::time::Time;
use vigie_contract::view::NoEstimate;

use super::around::{Around, QueueOutlook};
use super::state::Learning;
use crate::estimate::agency::{AgencySignals, LearnedAgency};
use crate::estimate::fact::{AgencyId, QueueId};
use crate::estimate::features::{Seen, WaitersSeen};
use crate::estimate::queue::LearnedQueue;
use crate::estimate::signals::{Signals, seconds};
use crate::estimate::waiters::Front;
use crate::estimate::waits::Waits;

impl Learning {
    /// What an agency shows of itself to all its queues at an instant, by what is
    /// settled.
    pub(super) fn settled_around(&self, id: AgencyId, at: Time) -> Around {
        let agency = &self.agencies[id.0 as usize];
        self.look_around(agency, &agency.settled, at, |queue| {
            queue.settled.waiters.front(at)
        })
    }

    /// What an agency shows of itself to all its queues at an instant, for
    /// [`Learning::estimate`]: by what is settled where that reaches so far, so
    /// that it depends on the set of events alone; else by all that has arrived.
    pub(crate) fn around(&self, id: AgencyId, at: Time) -> Around {
        if self.settled_to >= at {
            return self.settled_around(id, at);
        }
        let agency = &self.agencies[id.0 as usize];
        self.look_around(agency, &agency.ahead, at, |queue| {
            queue.ahead.waiters.front(at)
        })
    }

    /// What an agency shows of itself at an instant. `counted` counts the legs that
    /// wait in a queue.
    fn look_around(
        &self,
        agency: &LearnedAgency,
        side: &AgencySignals,
        at: Time,
        counted: impl Fn(&LearnedQueue) -> Front,
    ) -> Around {
        let waiting = side
            .fronts
            .iter()
            .zip(&agency.queues)
            .map(|(&front, queue)| match front {
                front if front.holds(at) => front,
                _ => counted(&self.queues[queue.0 as usize]),
            })
            .fold(Front::default(), Front::and);
        let now = seconds(at);
        Around {
            waiting,
            strength: side.staff.strength(now),
            served: side.staff.served(now),
        }
    }

    /// What there is to go by for a call that joins a queue behind so many more, by what is
    /// settled. `around` has them too.
    pub(super) fn settled_view(
        &self,
        id: QueueId,
        more: u32,
        around: &Around,
        at: Time,
        day_part: f32,
    ) -> QueueOutlook {
        let queue = &self.queues[id.0 as usize];
        let agency = &self.agencies[queue.agency.0 as usize];
        let front = match agency.settled.fronts[queue.place] {
            front if front.holds(at) => front,
            _ => queue.settled.waiters.front(at),
        };
        let sides = (&queue.settled.signals, &agency.settled);
        self.view(queue, sides, (front.with_more(more), around), at, day_part)
    }

    /// What there is to go by for a call that joins a queue behind so many more, by all
    /// that has arrived. `around` has them too.
    fn ahead_view(
        &self,
        id: QueueId,
        more: u32,
        around: &Around,
        at: Time,
        day_part: f32,
    ) -> QueueOutlook {
        let queue = &self.queues[id.0 as usize];
        let agency = &self.agencies[queue.agency.0 as usize];
        let front = match agency.ahead.fronts[queue.place] {
            front if front.holds(at) => front,
            _ => queue.ahead.waiters.front(at),
        };
        let sides = (&queue.ahead.signals, &agency.ahead);
        self.view(queue, sides, (front.with_more(more), around), at, day_part)
    }

    fn view(
        &self,
        queue: &LearnedQueue,
        (signals, side): (&Signals, &AgencySignals),
        (front, around): (Front, &Around),
        at: Time,
        day_part: f32,
    ) -> QueueOutlook {
        let waiting = |front: Front| WaitersSeen {
            number: f64::from(front.number),
            first: front.first.map_or(0.0, |since| (at - since).seconds()),
        };
        let agency = &self.agencies[queue.agency.0 as usize];
        let seen = Seen {
            seconds: seconds(at),
            day_part: day_part.into(),
            queue: signals,
            queue_waiting: waiting(front),
            agency: &side.signals,
            agency_waiting: waiting(around.waiting),
            strength: around.strength,
            usual_wait: agency.usual_wait.into(),
        };
        QueueOutlook {
            features: seen.features(),
            paced: queue.settled.was_surprised(at).then(|| seen.paced()),
        }
    }

    /// The estimate for a call that joins a queue at an instant behind so many `more` than
    /// wait there, who have only just joined; and how many have joined of late. `around`: its agency at that instant
    /// ([`Learning::around`]), looked at once for all its queues, so that the
    /// estimates of an agency cost what it has queues, not the square of it.
    pub(crate) fn estimate(
        &self,
        id: QueueId,
        more: u32,
        around: &Around,
        at: Time,
        day_part: f32,
    ) -> (Result<Waits, NoEstimate>, f64) {
        let around = &around.with_more(more);
        let queue = &self.queues[id.0 as usize];
        let is_settled = self.settled_to >= at;
        let (view, signals, lever) = if is_settled {
            (
                self.settled_view(id, more, around, at, day_part),
                &queue.settled.signals,
                queue.settled.lever,
            )
        } else {
            (
                self.ahead_view(id, more, around, at, day_part),
                &queue.ahead.signals,
                queue.ahead.lever,
            )
        };
        let arrived = signals.fading.at(seconds(at)).arrived[1].into();
        if lever.is_closed() {
            return (Err(NoEstimate::Closed), arrived);
        }
        if around.nobody(queue.place) {
            return (Err(NoEstimate::NobodyStaffed), arrived);
        }
        (self.weigh(id, &view), arrived)
    }
}
