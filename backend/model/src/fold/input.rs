//! What can happen to a fold, and what came of it.

use std::sync::Arc;

use serde::Serialize;
use vigie_contract::event::Event;
use vigie_contract::incident::Incident;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Concern, Severity, Suppressed};

use crate::directory::Directory;
use crate::estimate::Given;
use crate::refusal::Refusal;
pub use crate::rules::incidents::register::Turned;

/// Everything that can happen to a fold.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// An event was read.
    Event {
        /// Partition of the topic.
        partition: i32,
        /// Offset in the partition.
        offset: i64,
        /// Timestamp of the record, where there is one.
        arrived: Option<Time>,
        /// The event.
        event: &'a Event<'a>,
    },
    /// A message was read that is no event of the contract.
    Refused {
        /// Partition of the topic.
        partition: i32,
        /// Offset in the partition.
        offset: i64,
    },
    /// An event was read of a type that the contract does not have.
    Skipped {
        /// Partition of the topic.
        partition: i32,
        /// Offset in the partition.
        offset: i64,
    },
    /// Nothing has come of a partition for some seconds: what has been read of its
    /// start is all that there is to begin with.
    Quiet {
        /// Partition of the topic.
        partition: i32,
    },
    /// The input of a partition has ended: nothing more will come of it.
    End {
        /// Partition of the topic.
        partition: i32,
    },
    /// Another version of the directory is in force. What only says where sums go, how
    /// they are judged and what they are called follows it at once, or once event time
    /// has come to `after`; how things are counted in a place from the local midnight
    /// on that follows, or from that of the date that the version names.
    Directory {
        /// The version.
        directory: &'a Arc<Directory>,
        /// The instant after which it was read, by the time of the events. Where later
        /// events have been counted already it is that of the newest.
        after: Time,
    },
    /// Figures are wanted as of `to`, rounded down to a second; never back.
    Advance {
        /// The instant up to which time passes.
        to: Time,
    },
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The event is in the figures.
    Applied {
        /// Whether it is more than the allowed lateness (30 s) behind the newest
        /// event of its partition.
        late: bool,
    },
    /// The event was there before.
    Duplicate,
    /// The day of the event is closed.
    TooLate,
    /// The event or message cannot be taken in.
    Refused(Refusal),
    /// Nothing tells when it arrived, and the clock of its partition does not
    /// reach it: it waits for others ([`Effect::Decided`]).
    Held,
    /// The event is of an unknown type: it is counted and passed over.
    Skipped,
    /// The input was no message: it is noted, and nothing was read.
    Noted,
    /// Time has passed.
    Advanced,
}

/// What the fold answers to an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// What became of the input.
    pub outcome: Outcome,
    /// What happened on the way, in that order: nearly always nothing.
    pub effects: Vec<Effect>,
}

/// Something that happens once, and that somebody outside has to do something about.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The fold decided what becomes of an event that had been held.
    Decided(Decided),
    /// Days have closed: an event of them is too late from now on.
    DayClosed {
        /// The partition of the topic whose days closed.
        partition: i32,
        /// All days that ended before this instant are closed, in whichever time
        /// zone.
        ended_before: Time,
    },
    /// An estimate was given to a call, where these are recorded
    /// ([`super::Fold::record_estimates`]): by partition, in the order of the events'
    /// times, 30 s behind the newest event.
    EstimateGiven(Given),
    /// Something is worse or better than before.
    SeverityChanged(Box<SeverityChanged>),
    /// An incident began, worsened, went into another or ended.
    IncidentTurned(Box<IncidentTurned>),
}

/// An incident began, worsened, went into another or ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IncidentTurned {
    /// What became of it.
    pub turned: Turned,
    /// As of when that is said.
    pub at: Time,
    /// The incident.
    pub incident: Incident,
}

/// Something is worse or better than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeverityChanged {
    /// Of which scope.
    pub scope: Scope,
    /// What it is.
    pub concern: Concern,
    /// As of when that is said.
    pub at: Time,
    /// How bad it was.
    pub from: Severity,
    /// How bad it is.
    pub to: Severity,
    /// When what led to it was first seen; `None` where it is ok.
    pub since: Option<Time>,
    /// Why it is judged no more, where that is what ended it.
    pub suppressed: Option<Suppressed>,
}

/// What became of an event that was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Partition of the topic.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
    /// The event as it was read, as one line of JSON.
    pub message: Box<str>,
    /// What became of it: it is taken in, or refused after all.
    pub outcome: Outcome,
    /// Time of the newest event of the partition when this was decided.
    pub newest: Option<Time>,
}

/// How many messages were read, and what became of them. `read` is the sum of the
/// six outcomes; `late` is a part of `applied`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages read.
    pub read: u64,
    /// Events that are in the figures.
    pub applied: u64,
    /// Events that were seen before.
    pub duplicate: u64,
    /// Events of a day that is closed.
    pub too_late: u64,
    /// Messages that were malformed, or events whose time cannot be believed.
    pub refused: u64,
    /// Events of an unknown type.
    pub skipped: u64,
    /// Events that are held for now.
    pub held: u64,
    /// Events that were applied more than the allowed lateness behind their
    /// partition.
    pub late: u64,
}

/// How far a partition has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Offset of the next message.
    pub next_offset: i64,
    /// Time of its newest event.
    pub newest: Option<Time>,
}

/// Counts since the state began of agencies that the directory does not know and
/// that are forgotten, so that the counts of all unknown agencies never go back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Calls offered.
    pub offered: u64,
    /// Calls answered.
    pub answered: u64,
    /// Calls abandoned.
    pub abandoned: u64,
}
