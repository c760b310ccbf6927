//! Calls in progress, in slots that are used again.

use vigie_contract::event::QueueReason;
use vigie_contract::text::Text;
use vigie_contract::time::{Span, Time};

use super::agents::AgentId;
use crate::network::AgencyId;

/// A call at a moment of its life: its slot, and a stamp that changes when it
/// moves on, so that old timers find nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallKey {
    pub slot: u32,
    pub stamp: u32,
}

/// A promise to call back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallbackPromise {
    /// Identifies it among the calls that use the slot.
    pub stamp: u32,
    pub due: Time,
    pub attempts: u8,
    /// Kept or cancelled: nothing more to do.
    pub is_settled: bool,
    /// Settled by being cancelled.
    pub is_cancelled: bool,
    /// Somebody called in time, whether the person was reached or not.
    pub was_called: bool,
    /// Somebody called in time and did not reach the person.
    pub was_unreachable: bool,
    /// The due time has passed.
    pub is_overdue: bool,
    /// Nobody will try again.
    pub is_given_up: bool,
}

impl CallbackPromise {
    /// Whether somebody will still try to keep it.
    pub fn is_pursued(&self) -> bool {
        !self.is_given_up && !self.is_settled
    }
}

/// A call in progress.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub stamp: u32,
    pub number: u64,
    /// Pseudonym of the caller; 0: the number was hidden.
    pub caller: u64,
    pub is_identified: bool,
    /// Calls of this caller before, about the same matter.
    pub tries: u8,
    pub queue: u8,
    /// What the caller asked for, whoever takes the call now.
    pub asked_queue: u8,
    /// Agency that the caller belongs to.
    pub home: AgencyId,
    /// Where the caller first asked.
    pub origin: AgencyId,
    /// Where the call is.
    pub agency: AgencyId,
    pub reason: QueueReason,
    pub asked: Time,
    /// When it entered the queue where it is.
    pub entered: Time,
    pub gives_up_at: Time,
    pub is_waiting: bool,
    /// Its entry was lost on the way: never sent.
    pub is_orphan: bool,
    /// Estimated wait at entry, in seconds.
    pub estimate_seconds: f64,
    /// The agent whose set rings, or who talks.
    pub agent: Option<AgentId>,
    /// The first wait announced in this queue, and when.
    pub announced: Option<(Time, Span)>,
    /// How long it had waited when it was answered.
    pub waited: Span,
    pub talk_began: Time,
    pub hold_micros: i64,
    /// An expert has it now.
    pub is_passed_on: bool,
    pub promise: Option<CallbackPromise>,
}

/// Calls in progress. Memory is that of the most calls at a time.
pub(crate) struct Calls {
    slots: Vec<Call>,
    free: Vec<u32>,
    started: u64,
    /// Begins the ids of calls and events of one simulation, so that another
    /// one, of other settings, does not repeat them.
    pub salt: u32,
}

impl Calls {
    pub fn new(salt: u32) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            started: 0,
            salt,
        }
    }

    /// Starts a call in a free slot.
    pub fn start(
        &mut self,
        home: AgencyId,
        queue: u8,
        caller: u64,
        tries: u8,
        now: Time,
    ) -> CallKey {
        self.started += 1;
        let call = Call {
            stamp: 0,
            number: self.started,
            caller,
            is_identified: false,
            tries,
            queue,
            asked_queue: queue,
            home,
            origin: home,
            agency: home,
            reason: QueueReason::Asked,
            asked: now,
            entered: now,
            gives_up_at: now,
            is_waiting: false,
            is_orphan: false,
            estimate_seconds: 0.0,
            agent: None,
            announced: None,
            waited: Span(0),
            talk_began: now,
            hold_micros: 0,
            is_passed_on: false,
            promise: None,
        };
        self.put(call)
    }

    /// The same call in a slot of its own, to go its own way from here.
    pub fn fork(&mut self, slot: u32) -> u32 {
        let call = Call {
            agent: None,
            promise: None,
            is_passed_on: false,
            is_orphan: false,
            ..self.get(slot).clone()
        };
        self.put(call).slot
    }

    fn put(&mut self, mut call: Call) -> CallKey {
        if let Some(slot) = self.free.pop() {
            call.stamp = self.slots[slot as usize].stamp;
            self.slots[slot as usize] = call;
            return self.key(slot);
        }
        self.slots.push(call);
        self.key(self.slots.len() as u32 - 1)
    }

    /// Ends a call: its slot is free, its timers find nothing.
    pub fn end(&mut self, slot: u32) {
        self.slots[slot as usize].stamp += 1;
        self.free.push(slot);
    }

    /// Where a slot's call stands now.
    pub fn key(&self, slot: u32) -> CallKey {
        CallKey {
            slot,
            stamp: self.slots[slot as usize].stamp,
        }
    }

    /// Whether a call still stands where it stood.
    pub fn is_current(&self, key: CallKey) -> bool {
        self.slots[key.slot as usize].stamp == key.stamp
    }

    pub fn get(&self, slot: u32) -> &Call {
        &self.slots[slot as usize]
    }

    pub fn get_mut(&mut self, slot: u32) -> &mut Call {
        &mut self.slots[slot as usize]
    }

    /// Slots that were ever in use: the most calls at a time.
    #[cfg(test)]
    pub fn slots_ever_used(&self) -> usize {
        self.slots.len()
    }

    /// Id of a slot's call, the subject of its events.
    pub fn subject(&self, slot: u32) -> Text<'static> {
        format!("{:05x}{:x}", self.salt, self.get(slot).number).into()
    }
}

/// A caller's pseudonym as sent.
pub(crate) fn pseudonym(caller: u64) -> Option<Text<'static>> {
    (caller != 0).then(|| format!("c{:012x}", caller & 0xffff_ffff_ffff).into())
}
