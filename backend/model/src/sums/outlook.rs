//! What the wait of the next caller of a scope is mixed from.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use vigie_contract::view::NoEstimate;

use crate::estimate::Waits;

/// The queues of a scope as of an instant, as far as the next caller goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outlook {
    /// The estimate of each queue, and how many joined it of late. None, where the
    /// scope is so wide that it has no next caller.
    pub queues: Vec<(Result<Waits, NoEstimate>, f64)>,
    /// The lines that they serve.
    pub lines: Lines,
}

/// The lines that some queues serve, as far as it matters: none, one or several. A
/// queue without a line counts as one with a line of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lines(BTreeSet<Option<Box<str>>>);

impl Outlook {
    /// Adds the queues of another.
    pub(crate) fn add(&mut self, other: &Self) {
        self.queues.extend_from_slice(&other.queues);
        for line in &other.lines.0 {
            self.lines.note(line.as_deref());
        }
    }
}

impl Lines {
    /// Takes note of the line of a queue.
    pub(crate) fn note(&mut self, line: Option<&str>) {
        let is_known = self.0.iter().any(|known| known.as_deref() == line);
        if !is_known && !self.are_several() {
            self.0.insert(line.map(Into::into));
        }
    }

    /// Whether there are more than one.
    pub(crate) fn are_several(&self) -> bool {
        self.0.len() > 1
    }
}
