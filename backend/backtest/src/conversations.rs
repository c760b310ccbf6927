//! Which calls of a queue talk to an agent.

use std::collections::{HashMap, VecDeque};

use vigie_contract::time::Time;

use crate::leg::QueueNumber;

/// A call, by the hash of its id, in a queue.
type Talk = (u64, QueueNumber);

/// Conversations that are open, and when each began.
#[derive(Debug, Default)]
pub struct Conversations {
    open: HashMap<Talk, Time>,
    /// All conversations by their beginning, those that are over too.
    begun: VecDeque<(Time, Talk)>,
}

impl Conversations {
    /// A conversation begins; answers whether another one of the call in that queue
    /// was open, and is over with it.
    pub fn begin(&mut self, talk: Talk, now: Time) -> bool {
        self.begun.push_back((now, talk));
        self.open.insert(talk, now).is_some()
    }

    /// A conversation is over; answers whether it was open.
    pub fn end(&mut self, talk: Talk) -> bool {
        self.open.remove(&talk).is_some()
    }

    /// A conversation was over at an instant that is passed; answers whether it is
    /// the one that is open, and not one before.
    pub fn end_late(&mut self, talk: Talk, at: Time) -> bool {
        let is_of_it = self.open.get(&talk).is_some_and(|began| *began <= at);
        is_of_it && self.end(talk)
    }

    /// Loses sight of a conversation that began by `until`; answers its queue. `None`
    /// where no more began by then.
    pub fn lose(&mut self, until: Time) -> Option<QueueNumber> {
        while let Some((began, talk)) = self.begun.front().copied()
            && began <= until
        {
            self.begun.pop_front();
            if self.open.get(&talk) == Some(&began) {
                self.open.remove(&talk);
                return Some(talk.1);
            }
        }
        None
    }
}
