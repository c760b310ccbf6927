//! What events name and the directory does not know, and what there is no room for.
//!
//! Codes and ids of calls, never a pseudonym: of agents there is only how many, by
//! agency.

use serde::{Deserialize, Serialize};

use crate::time::Time;

/// What events name and the directory does not know, and what found no place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unknown {
    /// A whole second.
    pub as_of: Time,
    /// Agencies that the directory does not know.
    pub agencies: UnknownCodes,
    /// Lines that it does not know.
    pub lines: UnknownCodes,
    /// Queues of agencies that it knows, which it does not know.
    pub queues: UnknownCodes,
    /// What was more than there is room for, and counts under `other`, or is not
    /// followed, by what it is.
    pub over_limits: Vec<OverLimit>,
}

/// Codes that the directory does not know, of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownCodes {
    /// How many there are.
    pub total: u64,
    /// A page of them, by agency and code.
    pub codes: Vec<UnknownCode>,
}

/// A code that the directory does not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownCode {
    /// The code.
    pub code: String,
    /// The agency, of a queue.
    pub agency: Option<String>,
    /// When an event first named it, of those that are remembered.
    pub since: Time,
    /// When an event last did, or something last happened there.
    pub last: Time,
    /// Calls offered there since.
    pub offered: u64,
}

/// What was more than there is room for, of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverLimit {
    /// What it was.
    pub kind: OverKind,
    /// How many there may be, in a partition or an agency; of due dates, how many
    /// seconds ahead.
    pub limit: u64,
    /// How often it was met since the state began.
    pub times: u64,
    /// A page of those that found no place, by agency and code; at most a hundred
    /// are known of each partition.
    pub named: Vec<OverName>,
}

/// One that found no place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverName {
    /// Its code, or the call's id; of an agent, the agency's.
    pub code: String,
    /// The agency, where it is of one.
    pub agency: Option<String>,
    /// When it was first met.
    pub since: Time,
    /// When it was last met.
    pub last: Time,
    /// How often.
    pub times: u64,
}

/// What there may be only so many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverKind {
    /// Agencies that the directory does not know, of a partition.
    Agency,
    /// Such lines.
    Line,
    /// Sources of a partition.
    Source,
    /// Such queues of an agency.
    Queue,
    /// Such queues, each on each of its lines, of a partition.
    Place,
    /// Agents of an agency, or of a partition.
    Agent,
    /// Reasons of pauses of an agency.
    PauseReason,
    /// Lists of queues that agents of a partition serve.
    Duty,
    /// Promises of a partition that are followed.
    Promise,
    /// How far ahead a promise is due.
    DueDate,
    /// Events of one call, promise, agent or queue's levers.
    EventsOfOne,
}

impl OverKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Agency,
        Self::Line,
        Self::Source,
        Self::Queue,
        Self::Place,
        Self::Agent,
        Self::PauseReason,
        Self::Duty,
        Self::Promise,
        Self::DueDate,
        Self::EventsOfOne,
    ];

    /// As JSON and the label of a metric have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Line => "line",
            Self::Source => "source",
            Self::Queue => "queue",
            Self::Place => "place",
            Self::Agent => "agent",
            Self::PauseReason => "pause_reason",
            Self::Duty => "duty",
            Self::Promise => "promise",
            Self::DueDate => "due_date",
            Self::EventsOfOne => "events_of_one",
        }
    }
}
