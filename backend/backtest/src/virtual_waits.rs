//! How long those who hung up would have waited.
//!
//! The virtual wait of an abandoned leg lasts until a call that came to the queue
//! later is answered, at the abandonment or after it.

use std::collections::{HashMap, VecDeque};

use vigie_contract::time::{Span, Time};

use crate::leg::{Leg, LegOutcome, QueueNumber};
use crate::leg_news::{EndedLeg, LegNews};

/// After an abandonment, the virtual wait is looked for so long.
const LOOKED_FOR: Span = Span::from_seconds(600);

/// Abandoned legs whose virtual wait is not known.
#[derive(Debug, Default)]
pub struct VirtualWaits {
    /// The abandoned legs of each queue, in the order of their abandonments.
    abandoned: HashMap<QueueNumber, VecDeque<(Time, EndedLeg)>>,
    /// When and in which queue a leg was abandoned, in that order.
    abandonments: VecDeque<(Time, QueueNumber)>,
}

impl VirtualWaits {
    /// A leg was abandoned: its virtual wait is looked for.
    pub fn look_for(&mut self, now: Time, ended: EndedLeg) {
        let queue = ended.leg.queue;
        let of_queue = self.abandoned.entry(queue).or_default();
        of_queue.push_back((now, ended));
        self.abandonments.push_back((now, queue));
    }

    /// A leg was answered: those that had come to its queue before it and hung up
    /// would have been.
    pub fn find(&mut self, now: Time, answered: Leg, tell: &mut impl FnMut(LegNews)) {
        let Some(abandoned) = self.abandoned.get_mut(&answered.queue) else {
            return;
        };
        abandoned.retain(|(_, ended)| {
            let passed = ended.leg.queued < answered.queued;
            if passed {
                let wait = now - ended.leg.queued;
                tell(ended.settled(LegOutcome::Virtual(wait)));
            }
            !passed
        });
    }

    /// Gives up the virtual waits that would take more than 600 s by `until`.
    pub fn give_up(&mut self, until: Time, tell: &mut impl FnMut(LegNews)) {
        while let Some((at, queue)) = self.abandonments.front().copied()
            && at + LOOKED_FOR <= until
        {
            self.abandonments.pop_front();
            let Some(of_queue) = self.abandoned.get_mut(&queue) else {
                continue;
            };
            while let Some((abandoned, ended)) = of_queue.front().copied()
                && abandoned + LOOKED_FOR <= until
            {
                of_queue.pop_front();
                tell(ended.settled(LegOutcome::NoVirtualWait));
            }
        }
    }

    /// Nothing more will happen: gives up all virtual waits.
    pub fn finish(&mut self, tell: &mut impl FnMut(LegNews)) {
        for (_, ended) in std::mem::take(&mut self.abandoned).into_values().flatten() {
            tell(ended.settled(LegOutcome::NoVirtualWait));
        }
    }
}
