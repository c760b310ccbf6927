//! What will happen: a heap of actions by time, then by the order in which
//! they were planned.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use vigie_contract::time::Time;

use super::agents::AgentId;
use super::calls::CallKey;
use super::doing::PauseReason;
use super::pledge::Pledge;
use super::survey::Survey;
use crate::incidents::Leaving;
use crate::network::AgencyId;
use crate::truth::{ClosedLeg, Trouble};

/// Something that will happen.
///
/// A timer carries the stamp of what it is about; when that has moved on in
/// the meantime, its stamp has changed and the timer does nothing.
#[derive(Debug)]
pub(crate) enum Action {
    /// A local day begins: shifts and closings are planned.
    Day(AgencyId),
    /// A quarter-hour begins: the rate of calls changes.
    Quarter(AgencyId),
    /// A caller dials.
    Arrival(AgencyId),
    /// A caller dials again: agency, queue, pseudonym, how many times before.
    Again(AgencyId, u8, u64, u8),
    /// The voice server is done with a call.
    LeavesVoiceServer(CallKey),
    /// The caller has heard the choice of a call back or a message.
    Chooses(CallKey),
    /// The wait is announced anew.
    Announces(CallKey),
    /// The call has waited long enough to overflow.
    Overflows(CallKey),
    /// The caller's patience ends.
    HangsUp(CallKey),
    /// An agent's shift begins; the instant at which it ends.
    LogsIn(AgentId, Time),
    /// Something begins that is out of the ordinary.
    TroubleBegins(Box<Trouble>),
    /// Agents of an agency leave, until an instant.
    StaffLeaves(AgencyId, Leaving, Time),
    /// From now on an agency announces waits that are far too short, or no longer.
    AnnouncesFalsely(AgencyId, bool),
    /// An agent's shift ends.
    LogsOut(AgentId),
    /// A pause is due, of so many seconds.
    Pauses(AgentId, u16, PauseReason),
    /// A pause is over.
    Resumes(AgentId, u32),
    /// A ringing set is picked up, or not.
    RingEnds(AgentId, u32, bool),
    /// A conversation is put on hold, or taken up again.
    Holds(AgentId, u32, bool),
    /// A conversation ends.
    TalkEnds(AgentId, u32),
    /// After-call work ends.
    WrapUpEnds(AgentId, u32),
    /// An agent who dials has reached the person, or not.
    DialEnds(AgentId, u32, bool),
    /// A machine may dial.
    Dials(CallKey),
    /// A free agent may dial.
    LooksForWork(AgencyId),
    /// A callback promise is due.
    PromiseDue(CallKey),
    /// A callback promise that nobody came back to is forgotten.
    ForgetsPromise(AgencyId),
    /// Something happens to a promise of another kind.
    Pledge(Box<Pledge>),
    /// A caller answers a survey.
    Rates(Box<Survey>),
    /// A leg whose outcome never arrived counts as lost.
    LosesLeg(Box<ClosedLeg>),
    /// Some minutes after an agency closed a line; whether for the day.
    Closes(AgencyId, bool),
    /// An agency closes for the day before its hours are over.
    ClosesEarly(AgencyId),
    /// Queues of an agency open or close.
    TurnsKey(AgencyId),
}

struct Planned {
    at: Time,
    sequence: u64,
    action: Action,
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Planned {}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Planned {
    /// Reversed: the heap gives the earliest first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.sequence).cmp(&(self.at, self.sequence))
    }
}

/// What will happen, earliest first.
#[derive(Default)]
pub(crate) struct Agenda {
    planned: BinaryHeap<Planned>,
    sequence: u64,
}

impl Agenda {
    /// Plans an action.
    pub fn plan(&mut self, at: Time, action: Action) {
        self.sequence += 1;
        self.planned.push(Planned {
            at,
            sequence: self.sequence,
            action,
        });
    }

    /// How many actions are planned.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.planned.len()
    }

    /// Takes the next action before `end`.
    pub fn take_before(&mut self, end: Time) -> Option<(Time, Action)> {
        if self.planned.peek()?.at >= end {
            return None;
        }
        self.planned
            .pop()
            .map(|planned| (planned.at, planned.action))
    }
}
