//! What a contribution adds to sums.

use vigie_contract::event::{PromiseKind, QueueReason};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Count;

use super::what::{
    AgainstAnnounced, Closed, Contribution, DuePromise, Foreseen, Occupied, Presence, What, family,
    occupied,
};
use crate::books::{Books, By};
use crate::ending::{Ending, Judged};
use crate::tally::{Amounts, Extra, Family, Sink, Slot};

impl Contribution {
    /// The amounts that it adds at its handler and at its origin, by book, in the
    /// order of the slots of a tally.
    pub(crate) fn shares(&self) -> Books<Amounts> {
        let mut shares = Books::<Amounts>::default();
        self.add_volume(&mut shares.both);
        if self.handler == self.origin {
            self.add_service(By::Origin, &mut shares.both);
        } else {
            self.add_service(By::Origin, &mut shares.by_origin);
            self.add_service(By::Handler, &mut shares.by_handler);
        }
        shares.parts_mut().into_iter().for_each(Amounts::sort);
        shares
    }

    /// Adds the volume of legs, which counts by handler in every figure.
    pub(crate) fn add_volume(&self, tally: &mut impl Sink) {
        let (family, count) = if let What::Entered { reason, .. } = self.what {
            (family(reason), Count::EnteredAll)
        } else if let What::Closed(closed) = self.what {
            (family(closed.reason), Count::ClosedAll)
        } else {
            return;
        };
        // "Every leg of any reason": the first family's count is of them all.
        tally.add(Slot::count(Family::First, count), i64::from(self.sign));
        if family != Family::First {
            tally.add(Slot::count(family, count), i64::from(self.sign));
        }
    }

    /// Adds what counts by origin or by handler, to the cell of that book.
    pub(crate) fn add_service(&self, by: By, tally: &mut impl Sink) {
        let sign = i64::from(self.sign);
        let mut first = |extra, amount| tally.add(Slot::extra(Family::First, extra), amount);
        match self.what {
            What::Entered { reason, .. } => {
                if reason == QueueReason::Transfer {
                    tally.add(Slot::count(Family::First, Count::TransferredIn), sign);
                    tally.add(Slot::count(Family::SecondLevel, Count::TransferredIn), sign);
                }
            }
            What::PromiseOpened { .. } | What::PromiseClosed { .. } => {}
            What::Count(family, one) => tally.add(Slot::count(family, one), sign),
            What::Received {
                in_hours,
                identified,
            } => {
                first(Extra::LeftInIvr, sign);
                count(Count::Received, sign, tally);
                if !in_hours {
                    count(Count::ReceivedOutOfHours, sign, tally);
                }
                if identified {
                    count(Count::Identified, sign, tally);
                }
            }
            What::SelfServed { in_hours } => {
                first(Extra::LeftInIvr, -sign);
                count(Count::SelfServed, sign, tally);
                if in_hours {
                    count(Count::SelfServedInHours, sign, tally);
                }
            }
            What::Deflected(as_what) => {
                first(Extra::LeftInIvr, -sign);
                count(as_what, sign, tally);
            }
            What::FirstAsked => first(Extra::LeftInIvr, -sign),
            What::Orphan(ending) => {
                count(ending.meaning().count, sign, tally);
                count(Count::Orphan, sign, tally);
            }
            What::Closed(closed) => closed.add(by, sign, tally),
            What::Ended { handled } => {
                first(Extra::Ended, sign);
                first(Extra::HandleMicros, sign * handled.0);
            }
            What::WrappedUp { worked } => first(Extra::HandleMicros, sign * worked.0),
            What::PromiseDue(due) => due.add(sign, tally),
            What::Rated(score) => {
                first(Extra::Score, sign * i64::from(score));
                if score >= 4 {
                    first(Extra::Satisfied, sign);
                }
                count(Count::Surveys, sign, tally);
            }
            What::Agent(presence) => presence.add(self.at, sign, tally),
            What::Foreseen(foreseen) => foreseen.add(sign, tally),
            What::Unscored => first(Extra::ForeseenUnscored, sign),
        }
    }
}

/// Adds to a count of first-level calls.
fn count(count: Count, sign: i64, tally: &mut impl Sink) {
    tally.add(Slot::count(Family::First, count), sign);
}

impl Foreseen {
    fn add(self, sign: i64, tally: &mut impl Sink) {
        let mut extra = |extra, amount| tally.add(Slot::extra(Family::First, extra), sign * amount);
        extra(Extra::Foreseen, 1);
        extra(Extra::ForeseenHeld, i64::from(self.held));
        extra(Extra::ForeseenBiasMicros, self.bias.0);
        tally.add(Slot::estimate_error(self.error.0), sign);
    }
}

impl DuePromise {
    fn add(self, sign: i64, tally: &mut impl Sink) {
        let mut extra = |extra, holds| {
            if holds {
                tally.add(Slot::extra(Family::First, extra), sign);
            }
        };
        let is_missed = !self.called;
        extra(Extra::PredictedMissed, self.predicted);
        extra(Extra::MissedAsPredicted, self.predicted && is_missed);
        extra(Extra::MissedKnownAhead, self.known_ahead && is_missed);
        if self.kind != PromiseKind::Callback {
            extra(Extra::MessagesDue, true);
            extra(Extra::MessagesHandled, self.reached);
            return;
        }
        extra(Extra::CallbacksDue, true);
        extra(Extra::CallbacksCalled, self.called);
        extra(Extra::CallbacksReached, self.reached);
        if self.called && !self.reached {
            tally.add(Slot::count(Family::First, Count::PromisesUnreachable), sign);
        }
    }
}

impl Presence {
    /// Adds the change and its instant, so that the time spent in a state within a
    /// window follows from the number at its end (`indicators`, occupancy).
    fn add(self, at: Time, sign: i64, tally: &mut impl Sink) {
        let extras = match occupied(self.state) {
            Some(Occupied::Busy) => [Extra::Busy, Extra::BusyMicros, Extra::BusyToday],
            Some(Occupied::Ready) => [Extra::Ready, Extra::ReadyMicros, Extra::ReadyToday],
            None => return,
        };
        let amounts = [1, at.0, self.since_midnight.0];
        for (extra, amount) in extras.into_iter().zip(amounts) {
            tally.add(Slot::extra(Family::First, extra), sign * amount);
        }
    }
}

impl Closed {
    fn add(&self, by: By, sign: i64, tally: &mut impl Sink) {
        let family = family(self.reason);
        let Some(wait) = self.wait else {
            tally.add(Slot::count(family, Count::OutOfHours), sign);
            return;
        };
        let meaning = self.ending.meaning();
        tally.add(Slot::count(family, meaning.count), sign);
        if let Some(announced) = wait.announced {
            announced.add(family, self.ending, sign, tally);
        }
        if self.reason == QueueReason::Overflow {
            tally.add(Slot::count(family, Count::OverflowedIn), sign);
        }
        let Some(judged) = meaning.judged else {
            return;
        };
        let mut extra = |extra, amount| tally.add(Slot::extra(family, extra), sign * amount);
        let within = match by {
            By::Origin => wait.within_origin,
            By::Handler => wait.within_handler,
        };
        extra(Extra::KnownWaits, 1);
        match judged {
            Judged::Answered => {
                extra(Extra::AnswerWaits, 1);
                extra(Extra::AnswerMicros, wait.waited.0);
                extra(Extra::AnsweredWithin, i64::from(within));
                let waited = |(to, _): &&(i64, Extra)| wait.waited <= Span::from_seconds(*to);
                if let Some(&(_, band)) = Extra::ANSWERED_TO.iter().find(waited) {
                    extra(band, 1);
                }
                tally.add(Slot::answer_wait(family, wait.waited.0), sign);
            }
            Judged::Abandoned => {
                extra(Extra::AbandonWaits, 1);
                extra(Extra::AbandonMicros, wait.waited.0);
                extra(Extra::AbandonedWithin, i64::from(within));
                if wait.short {
                    tally.add(Slot::count(family, Count::ShortAbandoned), sign);
                }
            }
            Judged::Failed => {}
        }
    }
}

impl AgainstAnnounced {
    fn add(self, family: Family, ending: Ending, sign: i64, tally: &mut impl Sink) {
        tally.add(Slot::extra(family, Extra::Announced), sign);
        if self.exceeded {
            tally.add(Slot::extra(family, Extra::AnnouncedExceeded), sign);
        }
        if ending == Ending::Answered && family == Family::First {
            tally.add(Slot::announced_error(self.error.0), sign);
        }
    }
}
