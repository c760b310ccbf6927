//! What a contribution says, and whose it is.

use serde::{Deserialize, Serialize};
use vigie_contract::event::{AgentState, PromiseKind, QueueReason};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Count;

use crate::codes;
use crate::ending::Ending;
use crate::names::NameId;
use crate::tally::{Extra, Family};

/// Index of a cell in its partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct CellId(pub u32);

/// Which scopes a cell counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum CellKind {
    /// Calls, and agents in their agency: every scope above.
    Calls,
    /// Agents in a queue or in a line of their agency: that scope alone.
    Duty,
    /// None: it was forgotten, and its number is free for another.
    Vacant,
}

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
    Count(Family, #[serde(with = "codes::count")] Count),
    /// A call reached the voice server.
    Received { in_hours: bool, identified: bool },
    /// The voice server satisfied it.
    SelfServed { in_hours: bool },
    /// It was turned away, as this count.
    Deflected(#[serde(with = "codes::count")] Count),
    /// It asked for an agent for the first time.
    FirstAsked,
    /// A leg opened.
    Entered {
        #[serde(with = "codes::reason")]
        reason: QueueReason,
        asked: Time,
    },
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
    PromiseDue(DuePromise),
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
pub(crate) struct DuePromise {
    #[serde(with = "codes::promise_kind")]
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
}

/// An agent in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Presence {
    #[serde(with = "codes::agent_state")]
    pub state: AgentState,
    /// Of a pause.
    pub reason: Option<NameId>,
    /// Since the midnight of the agency.
    pub since_midnight: Span,
}

/// What a state of an agent counts as for occupancy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occupied {
    /// With a caller, or with what a call left to do.
    Busy,
    /// Waiting for a call.
    Ready,
}

/// What a state counts as for occupancy; `None`: it is left out.
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

/// The family of a leg by why it was queued.
pub(crate) fn family(reason: QueueReason) -> Family {
    match reason {
        QueueReason::Asked | QueueReason::Overflow => Family::First,
        QueueReason::Transfer => Family::SecondLevel,
        QueueReason::Callback => Family::Callback,
    }
}

impl Contribution {
    /// What became of a first-level leg, for the quarter-hour in which it entered:
    /// the instant of that, and what it is counted as there.
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

    /// How a call of the first level ended that was offered to agents, and counts in
    /// opening hours; `None` where this is about something else.
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
