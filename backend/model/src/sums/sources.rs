//! Who tells of a scope.

use serde::{Deserialize, Serialize};
use vigie_contract::time::{Span, Time};

/// A source is known for this long after it was last heard.
pub(crate) const KNOWN_FOR: Span = Span::from_seconds(24 * 3_600);

/// When a source was last heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastHeard {
    /// The time of its newest event.
    pub newest: Time,
    /// The instant itself, by the clock that silence goes by.
    pub heard: Time,
}

impl LastHeard {
    /// The later of two, of each instant.
    pub(crate) fn or_later(self, other: Self) -> Self {
        Self {
            newest: self.newest.max(other.newest),
            heard: self.heard.max(other.heard),
        }
    }
}

/// The sources of a scope's events, each with when it was last heard: by name, rising.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sources(Vec<(Box<str>, LastHeard)>);

impl Sources {
    /// Takes note that a source was heard.
    pub(crate) fn hear(&mut self, name: &str, last: LastHeard) {
        match self.0.binary_search_by(|(known, _)| (**known).cmp(name)) {
            Ok(at) => self.0[at].1 = self.0[at].1.or_later(last),
            Err(at) => self.0.insert(at, (name.into(), last)),
        }
    }

    /// When each was last heard.
    pub(crate) fn iter(&self) -> impl Iterator<Item = LastHeard> + Clone + '_ {
        self.0.iter().map(|&(_, last)| last)
    }

    /// The time of the newest event of all.
    pub(crate) fn newest(&self) -> Option<Time> {
        self.iter().map(|source| source.newest).max()
    }

    /// Adds those of others.
    pub(crate) fn add(&mut self, other: &Self) {
        for (name, last) in &other.0 {
            self.hear(name, *last);
        }
    }

    /// Whether they are in order, as what was decoded must be.
    pub(super) fn is_sound(&self) -> bool {
        self.0.is_sorted_by(|one, other| one.0 < other.0)
    }
}
