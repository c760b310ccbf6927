//! Counts since the state began, for counters that only rise.

use serde::{Deserialize, Serialize};

use crate::contribution::Contribution;
use crate::ending::Ending;

/// Calls of the first level since the state began, by origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ever {
    pub offered: i64,
    pub answered: i64,
    pub abandoned: i64,
}

impl Ever {
    /// Adds other counts.
    pub(crate) fn add(&mut self, other: Ever) {
        self.offered += other.offered;
        self.answered += other.answered;
        self.abandoned += other.abandoned;
    }

    /// Takes in a contribution that was asked for here, wherever it was handled.
    pub(crate) fn take(&mut self, contribution: &Contribution) {
        if let Some(ending) = contribution.offered() {
            let sign = i64::from(contribution.sign);
            self.offered += sign;
            self.answered += if ending == Ending::Answered { sign } else { 0 };
            self.abandoned += if ending == Ending::Abandoned { sign } else { 0 };
        }
    }
}
