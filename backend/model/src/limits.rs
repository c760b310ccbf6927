//! How much a producer may invent (`docs/limits.md`).
//!
//! A code costs its sender nothing. What a code costs here, a place in memory and
//! a share of every second, is bounded: what the directory knows always has its
//! place, what it does not know has one while there are any, and counts under
//! [`OTHER`] beyond, so that no sum above loses anything.

use vigie_contract::time::Span;
use vigie_contract::unknown::OverKind;

/// The code under which counts what has no place of its own.
pub(crate) const OTHER: &str = "other";

/// A code that nobody has named for longer than this gives its place back.
pub(crate) const NAMED_FOR: Span = Span::from_seconds(26 * 3_600);

/// How many of those without a place are kept by name, of each kind.
pub(crate) const NAMES_KEPT: usize = 100;

/// How many places there are for what events name and the directory does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Agencies of a partition.
    pub agencies: u64,
    /// Lines of a partition.
    pub lines: u64,
    /// Sources of a partition.
    pub sources: u64,
    /// Queues, each on each of its lines, of a partition.
    pub places: u64,
    /// Queues of an agency.
    pub queues: u64,
    /// Agents of a partition.
    pub agents: u64,
    /// Agents of an agency.
    pub agents_of_agency: u64,
    /// Reasons of pauses of an agency.
    pub pause_reasons: u64,
    /// Lists of queues that agents of a partition serve.
    pub duties: u64,
    /// Promises of a partition that are followed.
    pub promises: u64,
    /// How far ahead a promise may be due.
    pub due_within: Span,
    /// Events of one call, promise or queue's levers that are followed; an agent
    /// has ten times as many.
    pub events_of_one: u64,
    /// Callers that are known at once, over all partitions.
    pub callers: u64,
}

impl Default for Limits {
    /// Enough for four times the country in one partition, without a directory.
    fn default() -> Self {
        Self {
            agencies: 2_000,
            lines: 200,
            sources: 5_000,
            places: 20_000,
            queues: 100,
            agents: 200_000,
            agents_of_agency: 5_000,
            pause_reasons: 50,
            duties: 20_000,
            promises: 200_000,
            due_within: Span::from_seconds(31 * 86_400),
            events_of_one: 500,
            callers: 5_000_000,
        }
    }
}

impl Limits {
    /// The limit of a kind: a number, or for due dates a number of seconds.
    pub fn of(&self, kind: OverKind) -> u64 {
        match kind {
            OverKind::Agency => self.agencies,
            OverKind::Line => self.lines,
            OverKind::Source => self.sources,
            OverKind::Place => self.places,
            OverKind::Queue => self.queues,
            OverKind::Agent => self.agents_of_agency,
            OverKind::PauseReason => self.pause_reasons,
            OverKind::Duty => self.duties,
            OverKind::Promise => self.promises,
            OverKind::DueDate => self.due_within.seconds() as u64,
            OverKind::EventsOfOne => self.events_of_one,
        }
    }
}
