//! A promise from when it was made to when it closed: what is looked at to predict
//! which promises will be missed (`docs/predictions.md`).

use vigie_contract::time::{Span, Time};

use crate::contribution::CellId;

/// Seconds from one prediction to the next: they are made at whole multiples.
pub(crate) const PREDICTED_EVERY: i64 = 30;

/// For the record, a promise is predicted to be missed or not this long before it is
/// due.
const FORETOLD: Span = Span::from_seconds(15 * 60);

/// A promise from when it was made to when it closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spell {
    pub made: Time,
    /// Not before it was made.
    pub due: Time,
    /// The cell of the queue that made it.
    pub by: CellId,
    /// When it was first attempted: somebody was reached, or was not. `None` if it never
    /// was.
    pub attempted: Option<Time>,
    /// When it was kept, cancelled or forgotten.
    pub closed: Time,
}

impl Spell {
    /// Whether it is open as of an instant, and nobody has attempted it.
    pub(crate) fn waits_at(&self, at: Time) -> bool {
        let is_attempted = self.attempted.is_some_and(|attempted| attempted < at);
        self.made < at && at <= self.closed && !is_attempted
    }

    /// The instant of the prediction that the record goes by.
    pub(crate) fn foretold_at(&self) -> Time {
        let latest = (self.due - FORETOLD).second();
        Time::from_seconds(latest - latest.rem_euclid(PREDICTED_EVERY))
    }

    /// Whether somebody attempted it by its due time.
    pub(crate) fn is_attempted_in_time(&self) -> bool {
        self.attempted
            .is_some_and(|attempted| attempted <= self.due)
    }
}
