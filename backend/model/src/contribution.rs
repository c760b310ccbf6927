//! What one event adds to the figures: signed, dated, and routed to cells.
//!
//! The rules that look at histories (legs, promises) emit contributions; panes
//! hold them by second until the windows have passed; windows add them as they
//! enter and subtract them as they leave. An event that changes what an earlier
//! one meant takes the old contributions back with the sign turned.

use serde::{Deserialize, Serialize};
use vigie_contract::event::QueueReason;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Count;

use crate::tally::{Extra, Family, Slot, Tally};

/// Index of a cell in its partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct CellId(pub u32);

/// What happened at an instant, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contribution {
    /// When; its second is its pane.
    pub at: Time,
    /// The cell that handled it.
    pub handler: CellId,
    /// The cell where the caller first asked; the handler's for most.
    pub origin: CellId,
    /// +1, or −1 to take one back.
    pub sign: i8,
    /// What.
    pub what: What,
}

/// What a contribution says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    /// An event was there; it changes no figure but the age of the data.
    Seen,
    /// One of a count.
    Count(Family, Count),
    /// A leg opened.
    Entered { reason: QueueReason, asked: Time },
    /// A leg closed.
    Closed(Closed),
    /// An outcome without entry: counted, but it has no wait.
    Orphan(Ending),
    /// A conversation ended.
    Ended { handled: Span },
    /// After-call work ended.
    WrappedUp { worked: Span },
    /// A promise was made.
    PromiseOpened { due: Time },
    /// A promise is no longer open.
    PromiseClosed { due: Time },
}

/// How a leg closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    pub ending: Ending,
    pub reason: QueueReason,
    /// When the caller asked: what tells it apart among those waiting.
    pub asked: Time,
    /// `None` out of hours: counted as that and as nothing else.
    pub wait: Option<Wait>,
}

/// The wait of a leg that closed in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wait {
    pub waited: Span,
    /// Within X of the queue where the caller first asked.
    pub within_origin: bool,
    /// Within X of the queue that handled it.
    pub within_handler: bool,
    /// Under the short-abandon threshold.
    pub short: bool,
}

/// An outcome of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ending {
    Answered,
    Abandoned,
    CutOff,
    Lost,
    CallbackAccepted,
    VoicemailLeft,
    Overflowed,
}

impl Ending {
    pub(crate) fn count(self) -> Count {
        match self {
            Ending::Answered => Count::Answered,
            Ending::Abandoned => Count::Abandoned,
            Ending::CutOff => Count::CutOff,
            Ending::Lost => Count::Lost,
            Ending::CallbackAccepted => Count::CallbacksAccepted,
            Ending::VoicemailLeft => Count::Voicemails,
            Ending::Overflowed => Count::OverflowedOut,
        }
    }

    /// Whether its wait counts for the service level.
    fn is_judged(self) -> bool {
        matches!(
            self,
            Ending::Answered | Ending::Abandoned | Ending::CutOff | Ending::Lost
        )
    }
}

/// The family of a leg by why it was queued.
pub(crate) fn family(reason: QueueReason) -> Family {
    match reason {
        QueueReason::Asked | QueueReason::Overflow => Family::First,
        QueueReason::Transfer => Family::SecondLevel,
        QueueReason::Callback => Family::Callback,
    }
}

/// By whom a figure goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Where the caller first asked.
    Origin,
    /// Where the call was handled.
    Handler,
}

impl Contribution {
    /// The same with the sign turned: what falls out of a window.
    pub(crate) fn taken_back(&self) -> Self {
        Self {
            sign: -self.sign,
            ..*self
        }
    }

    /// Adds what goes by origin or by handler, each to its own cell.
    pub(crate) fn add_service(&self, by: By, tally: &mut Tally) {
        let sign = i64::from(self.sign);
        let mut count = |family, count| tally.add(Slot::count(family, count), sign);
        match self.what {
            What::Seen
            | What::Entered {
                reason: QueueReason::Asked | QueueReason::Overflow,
                ..
            }
            | What::Entered {
                reason: QueueReason::Callback,
                ..
            }
            | What::PromiseOpened { .. }
            | What::PromiseClosed { .. } => {}
            What::Entered {
                reason: QueueReason::Transfer,
                ..
            } => {
                count(Family::First, Count::TransferredIn);
                count(Family::SecondLevel, Count::TransferredIn);
            }
            What::Count(family, one) => count(family, one),
            What::Orphan(ending) => {
                count(Family::First, ending.count());
                count(Family::First, Count::Orphan);
            }
            What::Closed(closed) => closed.add(by, sign, tally),
            What::Ended { handled } => {
                tally.add(Slot::extra(Family::First, Extra::Ended), sign);
                tally.add(
                    Slot::extra(Family::First, Extra::HandleMicros),
                    sign * handled.0,
                );
            }
            What::WrappedUp { worked } => {
                tally.add(
                    Slot::extra(Family::First, Extra::HandleMicros),
                    sign * worked.0,
                );
            }
        }
    }

    /// Adds the volume of legs, which goes by handler in every figure.
    pub(crate) fn add_volume(&self, tally: &mut Tally) {
        let (family, count) = match self.what {
            What::Entered { reason, .. } => (family(reason), Count::EnteredAll),
            What::Closed(closed) => (family(closed.reason), Count::ClosedAll),
            _ => return,
        };
        // "Every leg of any reason": the first family's count is of them all.
        tally.add(Slot::count(Family::First, count), i64::from(self.sign));
        if family != Family::First {
            tally.add(Slot::count(family, count), i64::from(self.sign));
        }
    }

    /// Offered, answered and abandoned calls of the first level in it.
    pub(crate) fn outcome(&self) -> (i64, i64, i64) {
        let ending = match self.what {
            What::Closed(closed)
                if closed.wait.is_some() && family(closed.reason) == Family::First =>
            {
                closed.ending
            }
            What::Orphan(ending) => ending,
            _ => return (0, 0, 0),
        };
        let sign = i64::from(self.sign);
        match ending {
            Ending::Overflowed => (0, 0, 0),
            Ending::Answered => (sign, sign, 0),
            Ending::Abandoned => (sign, 0, sign),
            _ => (sign, 0, 0),
        }
    }

    /// Whether it says that an event was there (and does not take one back or
    /// follow from the passing of time).
    pub(crate) fn is_an_event(&self) -> bool {
        self.sign > 0
            && match self.what {
                What::Closed(closed) => closed.ending != Ending::Lost,
                What::PromiseClosed { .. } | What::PromiseOpened { .. } => false,
                What::Count(_, count) => !matches!(
                    count,
                    Count::PromisesBroken
                        | Count::PromisesKept
                        | Count::PromisesKeptLate
                        | Count::TooLate
                        | Count::Duplicate
                        | Count::Late
                ),
                _ => true,
            }
    }
}

impl Closed {
    fn add(&self, by: By, sign: i64, tally: &mut Tally) {
        let family = family(self.reason);
        let Some(wait) = self.wait else {
            tally.add(Slot::count(family, Count::OutOfHours), sign);
            return;
        };
        tally.add(Slot::count(family, self.ending.count()), sign);
        if self.reason == QueueReason::Overflow {
            tally.add(Slot::count(family, Count::OverflowedIn), sign);
        }
        if !self.ending.is_judged() {
            return;
        }
        let mut extra = |extra, amount| tally.add(Slot::extra(family, extra), sign * amount);
        let within = match by {
            By::Origin => wait.within_origin,
            By::Handler => wait.within_handler,
        };
        extra(Extra::KnownWaits, 1);
        match self.ending {
            Ending::Answered => {
                extra(Extra::AnswerWaits, 1);
                extra(Extra::AnswerMicros, wait.waited.0);
                extra(Extra::AnsweredWithin, i64::from(within));
                tally.add(Slot::answer_wait(family, wait.waited.0), sign);
            }
            Ending::Abandoned => {
                extra(Extra::AbandonWaits, 1);
                extra(Extra::AbandonMicros, wait.waited.0);
                extra(Extra::AbandonedWithin, i64::from(within));
                if wait.short {
                    tally.add(Slot::count(family, Count::ShortAbandoned), sign);
                }
            }
            _ => {}
        }
    }
}
