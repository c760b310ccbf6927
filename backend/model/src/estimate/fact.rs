//! The events that estimates look at, as facts of a queue.

use serde::{Deserialize, Serialize};
use vigie_contract::time::Time;

use crate::contribution::CellId;

/// Index of a queue of an agency, whatever the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct QueueId(pub u32);

/// Index of an agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct AgencyId(pub u32);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum FactWhat {
    /// A leg opened. `day_part`: local seconds since midnight ÷ 86,400.
    Entered { call: u64, day_part: f32 },
    /// An agent picked it up; the hash of the agent where one is named.
    Answered { call: u64, agent: Option<u64> },
    /// The caller gave up.
    Abandoned { call: u64 },
    /// It left in any other way.
    Left { call: u64 },
    /// A conversation ended.
    Ended { agent: Option<u64> },
    /// An agent of the agency changed state.
    Agent { agent: u64, presence: Presence },
}

/// What an agent's state means for those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Presence {
    /// Ready for a call.
    Free,
    /// With a caller, or in after-call work.
    Busy,
    /// In a pause: staffed, and not there for a call.
    Away,
    /// Signed off.
    Gone,
}

/// A fact, of a queue or (an agent's) of an agency.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fact {
    pub time: Time,
    /// The hash of the event's identity: the last word among equals.
    pub id: u64,
    pub agency: AgencyId,
    /// The queue; of an agent's change of state none.
    pub queue: Option<QueueId>,
    /// The cell of the event.
    pub cell: CellId,
    pub what: FactWhat,
}

impl Fact {
    /// Time, then entries before outcomes, then the event's identity.
    pub(crate) fn order(&self) -> (Time, u8, u64) {
        let rank = match self.what {
            FactWhat::Entered { .. } => 0,
            FactWhat::Answered { .. } => 1,
            FactWhat::Abandoned { .. } => 2,
            FactWhat::Left { .. } => 3,
            FactWhat::Ended { .. } => 4,
            FactWhat::Agent { .. } => 5,
        };
        (self.time, rank, self.id)
    }
}
