//! What happens to a call in a queue, as far as it has to do with a wait.

use vigie_contract::event::{Body, Event, QueueReason};
use vigie_contract::time::Span;

use crate::leg::QueueNumber;

/// Something that happened to a call in a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct CallEvent {
    /// Hash of the call's id.
    pub call: u64,
    /// The queue.
    pub queue: QueueNumber,
    /// What happened.
    pub kind: CallEventKind,
}

/// What happened to a call.
#[derive(Clone, Debug, PartialEq)]
pub enum CallEventKind {
    /// It began to wait.
    Queued {
        /// The call's id, where somebody will want it.
        id: Option<Box<str>>,
        /// The wait announced.
        announced: Option<Span>,
    },
    /// A wait was announced.
    Announced(Span),
    /// An agent picked up.
    Answered,
    /// The caller hung up.
    Abandoned,
    /// The stay ended in any other way.
    ClosedOtherwise,
    /// The conversation ended, of so much talk and hold.
    Ended(Span),
    /// After-call work of so long was done.
    WrappedUp(Span),
}

/// Agency, queue and what happened there; `None` for an event that has nothing to
/// do with a wait. `with_id` keeps the id of a call that begins to wait.
pub fn of<'e>(event: &'e Event<'_>, with_id: bool) -> Option<(&'e str, &'e str, CallEventKind)> {
    macro_rules! at {
        ($data:expr, $kind:expr) => {
            Some((&*$data.agency, &*$data.queue, $kind))
        };
    }
    match &event.body {
        // An agent calls back: nobody waits.
        Body::CallQueued(data) if data.reason == QueueReason::Callback => None,
        Body::CallQueued(data) => {
            let id = with_id.then(|| event.subject.as_str().into());
            let announced = data.announced_wait_seconds;
            at!(data, CallEventKind::Queued { id, announced })
        }
        Body::CallAnnounced(data) => {
            at!(data, CallEventKind::Announced(data.announced_wait_seconds))
        }
        Body::CallAnswered(data) => at!(data, CallEventKind::Answered),
        Body::CallAbandoned(data) => at!(data, CallEventKind::Abandoned),
        Body::CallOverflowed(data) => at!(data, CallEventKind::ClosedOtherwise),
        Body::CallCutOff(data) => at!(data, CallEventKind::ClosedOtherwise),
        Body::CallCallbackAccepted(data) => at!(data, CallEventKind::ClosedOtherwise),
        Body::CallVoicemailLeft(data) => at!(data, CallEventKind::ClosedOtherwise),
        Body::CallEnded(data) => {
            let hold = data.hold_seconds.unwrap_or_default();
            at!(
                data,
                CallEventKind::Ended(Span(data.talk_seconds.0 + hold.0))
            )
        }
        Body::CallWrappedUp(data) => at!(data, CallEventKind::WrappedUp(data.wrap_up_seconds)),
        Body::CallReceived(_)
        | Body::CallSelfServed(_)
        | Body::CallDeflected(_)
        | Body::CallRangUnanswered(_)
        | Body::CallRecontactPromised(_)
        | Body::PromiseAttempted(_)
        | Body::CallTransferred(_)
        | Body::AgentStateChanged(_)
        | Body::QueueStateChanged(_)
        | Body::SurveyAnswered(_) => None,
    }
}
