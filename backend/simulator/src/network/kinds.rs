//! What a network is made of: its lines, its queues, and how it calls back.

use crate::calendar::Hours;

/// A line: the number that callers dial.
pub(crate) struct LineKind {
    pub number: &'static str,
    pub name: &'static str,
    /// When any of its agencies answers.
    pub hours: &'static Hours,
}

/// Who answers a queue first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The caller's own agency.
    Own,
    /// A contractor's platform.
    Contractor,
}

/// A kind of queue of a network.
pub(crate) struct QueueKind {
    pub code: &'static str,
    pub name: &'static str,
    pub line: &'static str,
    /// Share of the network's callers who ask for it.
    pub share: f64,
    pub route: Route,
    /// Mean conversation.
    pub talk_seconds: f64,
    /// Whether calls that wait too long move on.
    pub overflows: bool,
    /// Share of the agencies of the network that have it.
    pub in_agencies: f64,
    /// Whether a caller with a long wait ahead may leave a message.
    pub voicemail: bool,
    /// Whether it is the experts' queue: agents pass calls on to it, nobody
    /// asks for it.
    pub is_expert: bool,
}

/// How a network calls back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallbackStyle {
    /// A free agent dials; the installation reports every attempt.
    AgentDials,
    /// A machine dials, reports every attempt, and puts who is reached in the
    /// queue.
    DiallerReports,
    /// A machine dials and reports who is not reached; who is reached is in
    /// the queue, and counts once an agent picks up.
    DiallerSilent,
}

/// A network.
pub(crate) struct NetworkKind {
    pub code: &'static str,
    pub name: &'static str,
    pub lines: &'static [LineKind],
    pub queues: &'static [QueueKind],
    /// Calls that reach the voice server in a year.
    pub yearly_calls: f64,
    /// Share of callers whom the voice server identifies.
    pub identified: f64,
    /// Share of calls that the voice server satisfies.
    pub self_served: f64,
    /// Share that hang up in the voice server.
    pub left_in_ivr: f64,
    /// Median patience in a queue.
    pub patience_seconds: f64,
    /// Mean after-call work.
    pub wrap_up_seconds: f64,
    /// Rostered hours over hours of work, where the calls are first asked.
    pub agency_slack: f64,
    /// Rostered hours over hours of work on the platforms that take the
    /// overflow.
    pub platform_slack: f64,
    /// How much more slack rosters have in Île-de-France than elsewhere: a
    /// factor.
    pub paris_slack: f64,
    /// A call waits this long before it overflows.
    pub overflow_after_seconds: f64,
    /// Share of the overflowing queues' work that platforms are staffed for.
    pub overflow_share: f64,
    /// Share of those offered a call back who take it.
    pub takes_callback: f64,
    pub callback: CallbackStyle,
    /// Share of conversations that an agent passes on to an expert, where the
    /// agency has experts.
    pub passed_on: f64,
    /// Share of conversations after which an expert will call.
    pub recontacted: f64,
    /// An expert's call is promised within so many hours.
    pub recontact_hours: i64,
    /// Hours of its agencies.
    pub hours: &'static Hours,
}

impl NetworkKind {
    /// Position of the experts' queue.
    pub fn expert_queue(&self) -> Option<u8> {
        let position = self.queues.iter().position(|queue| queue.is_expert)?;
        Some(position as u8)
    }
}
