//! What events name and the directory does not know, and what there is no room for.
//!
//! Codes and ids of calls, never a pseudonym: of agents there is only how many, by
//! agency.

use serde::{Deserialize, Serialize};

use crate::time::Time;

/// What events name and the directory does not know, and what found no place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unknown {
    /// The instant that the lists are as of, a whole second.
    pub as_of: Time,
    /// Agencies that the directory does not know.
    pub agencies: UnknownCodes,
    /// Lines that the directory does not know.
    pub lines: UnknownCodes,
    /// Queues that the directory does not know, of agencies that it knows.
    pub queues: UnknownCodes,
    /// What was more than there is room for, kind by kind: it counts under `other`,
    /// or is not followed.
    pub over_limits: Vec<OverLimit>,
}

/// Codes of one kind (agencies, lines or queues) that the directory does not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownCodes {
    /// How many such codes there are.
    pub total: u64,
    /// A page of the codes, by agency and code.
    pub codes: Vec<UnknownCode>,
}

/// A code that the directory does not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownCode {
    /// The code.
    pub code: String,
    /// The code of the agency, if this is the code of a queue.
    pub agency: Option<String>,
    /// When an event first named the code, as far as is remembered.
    pub since: Time,
    /// When an event last named the code, or something last happened there.
    pub last: Time,
    /// Calls offered there since it was first named.
    pub offered: u64,
    /// Codes of the directory that it may have been meant for, the likeliest first: those
    /// that differ by case, accents, blanks and punctuation, or by one letter. Three at
    /// most.
    pub did_you_mean: Vec<String>,
}

/// What was more than there is room for, for one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverLimit {
    /// The kind of which there was more than there is room for.
    pub kind: OverKind,
    /// The limit: how many there may be in a partition or an agency; for due dates,
    /// how many seconds ahead.
    pub limit: u64,
    /// How often the limit was met since the state began.
    pub times: u64,
    /// A page of those that found no place, by agency and code; at most a hundred
    /// are known of each partition.
    pub named: Vec<OverName>,
}

/// A code that found no place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverName {
    /// The code that found no place, or the id of the call; for an agent, the code
    /// of the agency.
    pub code: String,
    /// The code of the agency, if what found no place belongs to one.
    pub agency: Option<String>,
    /// When it first found no place.
    pub since: Time,
    /// When it last found no place.
    pub last: Time,
    /// How often it found no place.
    pub times: u64,
}

/// What there may be only so many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverKind {
    /// Agencies that the directory does not know, of a partition.
    Agency,
    /// Lines that the directory does not know, of a partition.
    Line,
    /// Sources of a partition.
    Source,
    /// Queues that the directory does not know, of an agency.
    Queue,
    /// Queues that the directory does not know, each on each of its lines, of a
    /// partition.
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
    /// Every kind.
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

    /// The name of the kind, in JSON and as the label of a metric.
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
