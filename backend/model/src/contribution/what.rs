//! What a contribution says, and which cells it belongs to.

use serde::{Deserialize, Serialize};
use vigie_contract::event::{AgentState, PromiseKind, QueueReason};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Count;

use crate::codes::{self, ReasonCode};
use crate::ending::Ending;
use crate::names::NameId;
use crate::tally::{Extra, Family};

/// Index of a cell in its partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct CellId(pub u32);

/// The kind of a cell, which decides in which scopes it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum CellKind {
    /// A cell of calls, and of agents in their agency. It counts in every scope
    /// above it.
    Calls,
    /// A cell of the agents of a queue or of a line. It counts in that scope alone,
    /// since an agent of several queues must count once in the agency.
    Duty,
    /// A cell that was forgotten: it counts nowhere, and its number is free for
    /// another.
    Vacant,
}

/// Something that happened at an instant, with the cells in which it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contribution {
    /// When it happened. Its second says in which pane it is.
    pub at: Time,
    /// The cell that handled it.
    pub handler: CellId,
    /// The cell where the caller first asked; the handler's for most.
    pub origin: CellId,
    /// +1, or −1 to take one back.
    pub sign: i8,
    /// What happened.
    pub what: What,
}

/// What a contribution says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    /// One more of a count.
    Count(Family, #[serde(with = "codes::count")] Count),
    /// A call reached the voice server.
    Received { in_hours: bool, identified: bool },
    /// The voice server satisfied a call.
    SelfServed { in_hours: bool },
    /// A call was turned away; the count says how.
    Deflected(#[serde(with = "codes::count")] Count),
    /// A call asked for an agent for the first time.
    FirstAsked,
    /// A leg opened.
    Entered {
        #[serde(with = "codes::reason")]
        reason: QueueReason,
        asked: Time,
    },
    /// A leg closed.
    Closed(Closed),
    /// A leg ended that has no entry: it is counted, but it has no wait.
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
    PromiseDue(DuePromise),
    /// A caller rated the call, from 1 to 5.
    Rated(u8),
    /// An agent entered a state; with the sign turned, left it.
    Agent(Presence),
    /// A call was answered for which a wait had been foreseen.
    Foreseen(Foreseen),
    /// A call was answered for which a wait had been foreseen, and that was told too
    /// late to be scored.
    Unscored,
}

/// What became of a promise by its due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DuePromise {
    #[serde(with = "codes::promise_kind")]
    pub kind: PromiseKind,
    /// Somebody had tried to call by then.
    pub called: bool,
    /// The caller was reached by then.
    pub reached: bool,
    /// It had been made when it was to be predicted whether it would be missed.
    pub known_ahead: bool,
    /// It was predicted to be missed.
    pub predicted: bool,
}

/// What was foreseen for a call, against what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Foreseen {
    /// It waited no longer than the 90th percentile given.
    pub held: bool,
    /// By how much its wait differed from the median given.
    pub error: Span,
    /// The mean given less the wait: above zero, the wait was shorter than foreseen.
    pub bias: Span,
}

impl Foreseen {
    /// Compares a wait with the mean, median and 90th percentile given, in seconds.
    pub(crate) fn against(waited: Span, mean: f32, p50: f32, p90: f32) -> Self {
        let over = |seconds: f32| Span((f64::from(seconds) * 1e6) as i64 - waited.0);
        Self {
            held: over(p90).0 >= 0,
            error: Span(over(p50).0.abs()),
            bias: over(mean),
        }
    }
}

/// An agent in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Presence {
    #[serde(with = "codes::agent_state")]
    pub state: AgentState,
    /// The reason of a pause, if one was given.
    pub reason: Option<NameId>,
    /// How long after the midnight of the agency it was.
    pub since_midnight: Span,
}

/// How the state of an agent counts for occupancy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occupied {
    /// With a caller, or with what a call left to do.
    Busy,
    /// Waiting for a call.
    Ready,
}

/// How a state counts for occupancy; `None` if it is left out.
pub(crate) fn occupied(state: AgentState) -> Option<Occupied> {
    match state {
        AgentState::Talking | AgentState::Holding | AgentState::WrapUp => Some(Occupied::Busy),
        AgentState::Ready => Some(Occupied::Ready),
        AgentState::Ringing | AgentState::Paused | AgentState::Offline => None,
    }
}

/// How a leg closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    pub ending: Ending,
    #[serde(with = "codes::reason")]
    pub reason: QueueReason,
    /// When the caller asked. This tells the leg apart among those waiting.
    pub asked: Time,
    /// When the leg opened.
    pub entered: Time,
    /// The wait; `None` out of opening hours, where the leg counts as nothing else.
    pub wait: Option<Wait>,
}

/// The wait of a leg that closed in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wait {
    pub waited: Span,
    /// Whether it was within the threshold X of the queue where the caller first
    /// asked.
    pub within_origin: bool,
    /// Whether it was within the threshold X of the queue that handled the call.
    pub within_handler: bool,
    /// Whether it was under the threshold of a short abandon.
    pub short: bool,
    /// How it compares with the wait first announced, if it can be judged by that.
    pub announced: Option<AgainstAnnounced>,
}

/// A wait compared with the one first announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AgainstAnnounced {
    /// Whether it waited longer than that.
    pub exceeded: bool,
    /// By how much the wait differed from the one announced.
    pub error: Span,
}

/// The family of a leg, by the reason for which it was queued.
pub(crate) fn family(reason: QueueReason) -> Family {
    match reason {
        QueueReason::Asked | QueueReason::Overflow => Family::First,
        QueueReason::Transfer => Family::SecondLevel,
        QueueReason::Callback => Family::Callback,
    }
}

/// What a contribution changes of what is going on, each by so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PresentChange {
    /// Legs that wait, by when they asked and why.
    Waiting((Time, ReasonCode), i64),
    /// Promises that are open, by due time.
    Promised(Time, i64),
    /// Agents in a state.
    Agents(Presence, i64),
}

impl Contribution {
    /// What it changes of what is going on where it was handled; `None` where it is
    /// only counted.
    pub(crate) fn present_change(&self) -> Option<PresentChange> {
        let sign = i64::from(self.sign);
        match self.what {
            What::Entered { reason, asked } => {
                Some(PresentChange::Waiting((asked, reason.into()), sign))
            }
            What::Closed(Closed { asked, reason, .. }) => {
                Some(PresentChange::Waiting((asked, reason.into()), -sign))
            }
            What::PromiseOpened { due } => Some(PresentChange::Promised(due, sign)),
            What::PromiseClosed { due } => Some(PresentChange::Promised(due, -sign)),
            What::Agent(presence) => Some(PresentChange::Agents(presence, sign)),
            What::Count(..)
            | What::Received { .. }
            | What::SelfServed { .. }
            | What::Deflected(_)
            | What::FirstAsked
            | What::Orphan(_)
            | What::Ended { .. }
            | What::WrappedUp { .. }
            | What::PromiseDue(_)
            | What::Rated(_)
            | What::Foreseen(_)
            | What::Unscored => None,
        }
    }

    /// For the cohort of a first-level leg: the instant at which it entered, and the
    /// sum that it adds to there. `None` if the contribution is about something
    /// else.
    pub(crate) fn cohort(&self) -> Option<(Time, Extra)> {
        let (entered, reason, extra) = if let What::Entered { reason, .. } = self.what {
            (self.at, reason, Extra::CohortEntered)
        } else if let What::Closed(closed) = self.what {
            let extra = closed.ending.meaning().cohort;
            (closed.entered, closed.reason, extra)
        } else {
            return None;
        };
        (family(reason) == Family::First).then_some((entered, extra))
    }

    /// How a first-level leg ended that was offered to agents in opening hours;
    /// `None` if the contribution is about something else.
    pub(crate) fn offered(&self) -> Option<Ending> {
        let ending = if let What::Closed(closed) = self.what {
            let counts = closed.wait.is_some() && family(closed.reason) == Family::First;
            counts.then_some(closed.ending)
        } else if let What::Orphan(ending) = self.what {
            Some(ending)
        } else {
            None
        };
        ending.filter(|ending| ending.meaning().offered)
    }
}
