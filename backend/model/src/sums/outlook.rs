//! What the wait of the next caller of a scope is mixed from.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use vigie_contract::view::NoEstimate;

use crate::estimate::Waits;

/// What the next caller of a scope can expect, as of an instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outlook {
    /// The estimate of each queue, and how many calls joined it of late. Empty if
    /// the scope is so wide that it has no next caller.
    pub queues: Vec<(Result<Waits, NoEstimate>, f64)>,
    /// The lines that the queues serve.
    pub lines: ServedLines,
}

/// The lines that some queues serve. It matters only whether there are none, one or
/// several. A queue for which no event named a line adds none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ServedLines(BTreeSet<Box<str>>);

impl Outlook {
    /// Adds the queues of another.
    pub(crate) fn add(&mut self, other: &Self) {
        self.queues.extend_from_slice(&other.queues);
        for line in &other.lines.0 {
            self.lines.note(line);
        }
    }
}

impl ServedLines {
    /// Takes note of the line of a queue.
    pub(crate) fn note(&mut self, line: &str) {
        if !self.are_several() && !self.0.contains(line) {
            self.0.insert(line.into());
        }
    }

    /// Whether the queues serve more than one line.
    pub(crate) fn are_several(&self) -> bool {
        self.0.len() > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_several_from_the_second_on_wherever_it_is_known_from() {
        let of = |lines: &[&str]| {
            let mut outlook = Outlook::default();
            lines.iter().for_each(|line| outlook.lines.note(line));
            outlook
        };
        for (one, other, several) in [
            (&[][..], &[][..], false),
            (&["3949"], &[], false),
            (&["3949", "3949"], &["3949"], false),
            (&["3949"], &["3995"], true),
            (&[], &["3949", "3995", "3646"], true),
        ] {
            let mut sum = of(one);
            sum.add(&of(other));
            assert_eq!(sum.lines.are_several(), several, "{one:?} and {other:?}");
            let mut turned = of(other);
            turned.add(&of(one));
            assert_eq!(turned.lines.are_several(), several);
        }
    }
}
