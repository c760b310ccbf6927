//! What one event adds to the figures: signed, dated, and routed to cells.
//!
//! The rules that look at histories (legs, promises) emit contributions; panes
//! hold them by second until the windows have passed; windows add them as they
//! enter and subtract them as they leave. An event that changes what an earlier
//! one meant takes the old contributions back with the sign turned.

use serde::{Deserialize, Serialize};
use vigie_contract::event::{AgentState, PromiseKind, QueueReason};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Count;

use crate::partition::names::NameId;
use crate::tally::{Amounts, Extra, Family, Sink, Slot};

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
    /// One of a count.
    Count(Family, Count),
    /// A call reached the voice server.
    Received { in_hours: bool, identified: bool },
    /// The voice server satisfied it.
    SelfServed { in_hours: bool },
    /// It was turned away, as this count.
    Deflected(Count),
    /// It asked for an agent for the first time.
    FirstAsked,
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
    /// A promise came due.
    PromiseDue(Due),
    /// A caller rated the call, from 1 to 5.
    Rated(u8),
    /// An agent entered a state; with the sign turned, left it.
    Agent(Presence),
    /// A call was answered for which a wait had been foreseen.
    Foreseen(Foreseen),
    /// The same, told too late for being scored.
    Unscored,
}

/// What became of a promise by its due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Due {
    pub kind: PromiseKind,
    /// Somebody had tried.
    pub called: bool,
    /// Somebody was reached.
    pub reached: bool,
}

/// What was foreseen for a call, against what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Foreseen {
    /// It waited no longer than the 90th percentile given.
    pub held: bool,
    /// By how much its wait differed from the median given.
    pub error: Span,
    /// The mean given, less the wait.
    pub bias: Span,
}

impl Foreseen {
    /// A wait against what was given, in seconds.
    pub(crate) fn against(waited: Span, mean: f32, p50: f32, p90: f32) -> Self {
        let over = |seconds: f32| Span((f64::from(seconds) * 1e6) as i64 - waited.0);
        Self {
            held: over(p90).0 >= 0,
            error: Span(over(p50).0.abs()),
            bias: over(mean),
        }
    }

    fn add(self, sign: i64, tally: &mut impl Sink) {
        let mut extra = |extra, amount| tally.add(Slot::extra(Family::First, extra), sign * amount);
        extra(Extra::Foreseen, 1);
        extra(Extra::ForeseenHeld, i64::from(self.held));
        extra(Extra::ForeseenBiasMicros, self.bias.0);
        tally.add(Slot::estimate_error(self.error.0), sign);
    }
}

/// An agent in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Presence {
    pub state: AgentState,
    /// Of a pause.
    pub reason: Option<NameId>,
    /// Since the midnight of the agency.
    pub since_midnight: Span,
}

/// How a leg closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    pub ending: Ending,
    pub reason: QueueReason,
    /// When the caller asked: what tells it apart among those waiting.
    pub asked: Time,
    /// When the leg opened.
    pub entered: Time,
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
    /// Against the first announcement, where it can be judged by that.
    pub announced: Option<AgainstAnnounced>,
}

/// A wait against what was first announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AgainstAnnounced {
    /// Whether it waited longer than that.
    pub exceeded: bool,
    /// By how much it differed.
    pub error: Span,
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
    /// Adds what goes by origin or by handler, each to its own cell.
    pub(crate) fn add_service(&self, by: By, tally: &mut impl Sink) {
        let sign = i64::from(self.sign);
        match self.what {
            What::Entered { reason, .. } => {
                if reason == QueueReason::Transfer {
                    tally.add(Slot::count(Family::First, Count::TransferredIn), sign);
                    tally.add(Slot::count(Family::SecondLevel, Count::TransferredIn), sign);
                }
            }
            What::PromiseOpened { .. } | What::PromiseClosed { .. } => {}
            What::Count(family, one) => tally.add(Slot::count(family, one), sign),
            What::Received { .. } | What::SelfServed { .. } => self.add_reception(tally),
            What::Deflected(count) => {
                tally.add(Slot::count(Family::First, count), sign);
                tally.add(Slot::extra(Family::First, Extra::LeftInIvr), -sign);
            }
            What::FirstAsked => {
                tally.add(Slot::extra(Family::First, Extra::LeftInIvr), -sign);
            }
            What::Orphan(ending) => {
                tally.add(Slot::count(Family::First, ending.count()), sign);
                tally.add(Slot::count(Family::First, Count::Orphan), sign);
            }
            What::Closed(closed) => closed.add(by, sign, tally),
            What::Ended { handled } => {
                tally.add(Slot::extra(Family::First, Extra::Ended), sign);
                let micros = Slot::extra(Family::First, Extra::HandleMicros);
                tally.add(micros, sign * handled.0);
            }
            What::WrappedUp { worked } => {
                let micros = Slot::extra(Family::First, Extra::HandleMicros);
                tally.add(micros, sign * worked.0);
            }
            What::PromiseDue(due) => due.add(sign, tally),
            What::Rated(score) => {
                tally.add(Slot::count(Family::First, Count::Surveys), sign);
                let sum = Slot::extra(Family::First, Extra::Score);
                tally.add(sum, sign * i64::from(score));
                if score >= 4 {
                    tally.add(Slot::extra(Family::First, Extra::Satisfied), sign);
                }
            }
            What::Agent(presence) => presence.add(self.at, sign, tally),
            What::Foreseen(foreseen) => foreseen.add(sign, tally),
            What::Unscored => {
                tally.add(Slot::extra(Family::First, Extra::ForeseenUnscored), sign);
            }
        }
    }

    fn add_reception(&self, tally: &mut impl Sink) {
        let sign = i64::from(self.sign);
        let mut count = |count| tally.add(Slot::count(Family::First, count), sign);
        let left = match self.what {
            What::Received {
                in_hours,
                identified,
            } => {
                count(Count::Received);
                if !in_hours {
                    count(Count::ReceivedOutOfHours);
                }
                if identified {
                    count(Count::Identified);
                }
                sign
            }
            What::SelfServed { in_hours } => {
                count(Count::SelfServed);
                if in_hours {
                    count(Count::SelfServedInHours);
                }
                -sign
            }
            _ => 0,
        };
        tally.add(Slot::extra(Family::First, Extra::LeftInIvr), left);
    }

    /// What it adds at its handler and at its origin.
    pub(crate) fn shares(&self) -> Shares {
        let mut shares = Shares::default();
        self.add_volume(&mut shares.both);
        if self.handler == self.origin {
            self.add_service(By::Origin, &mut shares.both);
        } else {
            self.add_service(By::Origin, &mut shares.by_origin);
            self.add_service(By::Handler, &mut shares.by_handler);
        }
        for share in [
            &mut shares.both,
            &mut shares.by_origin,
            &mut shares.by_handler,
        ] {
            share.sort();
        }
        shares
    }

    /// What became of a first-level leg, for the quarter-hour in which it
    /// entered, with the instant of that.
    pub(crate) fn cohort(&self) -> Option<(Time, Extra)> {
        let (entered, reason, extra) = match self.what {
            What::Entered { reason, .. } => (self.at, reason, Extra::CohortEntered),
            What::Closed(closed) => {
                let extra = match closed.ending {
                    Ending::Answered => Extra::CohortAnswered,
                    Ending::Abandoned => Extra::CohortAbandoned,
                    _ => Extra::CohortOther,
                };
                (closed.entered, closed.reason, extra)
            }
            _ => return None,
        };
        (family(reason) == Family::First).then_some((entered, extra))
    }

    /// Adds the volume of legs, which goes by handler in every figure.
    pub(crate) fn add_volume(&self, tally: &mut impl Sink) {
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
}

/// What a contribution adds: in both books of its handler's scopes, and where it
/// was asked for elsewhere, in one book of each.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    pub both: Amounts,
    pub by_origin: Amounts,
    pub by_handler: Amounts,
}

impl Shares {
    /// The same with the sign turned: what falls out of a window.
    pub(crate) fn turn(&mut self) {
        self.both.turn();
        self.by_origin.turn();
        self.by_handler.turn();
    }
}

impl Due {
    fn add(self, sign: i64, tally: &mut impl Sink) {
        let mut extra = |extra, holds| {
            if holds {
                tally.add(Slot::extra(Family::First, extra), sign);
            }
        };
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
    /// Adds the instant, so that the time spent in a window follows from the
    /// number at its end (`indicators`, occupancy).
    fn add(self, at: Time, sign: i64, tally: &mut impl Sink) {
        let extras = match self.state {
            AgentState::Talking | AgentState::Holding | AgentState::WrapUp => {
                [Extra::Busy, Extra::BusyMicros, Extra::BusyToday]
            }
            AgentState::Ready => [Extra::Ready, Extra::ReadyMicros, Extra::ReadyToday],
            _ => return,
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
        tally.add(Slot::count(family, self.ending.count()), sign);
        if let Some(announced) = wait.announced {
            announced.add(family, self.ending, sign, tally);
        }
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
