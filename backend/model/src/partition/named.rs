//! The place that an event names.

use vigie_contract::event::Body;

use crate::board::Codes;

/// The codes of the agency, queue and line that an event names.
pub(super) fn codes_of<'e>(body: &'e Body<'_>) -> Codes<'e> {
    macro_rules! of_queue {
        ($data:expr) => {
            (Some(&*$data.agency), Some(&*$data.queue), None)
        };
    }
    match body {
        Body::CallReceived(data) => (None, None, Some(&*data.line)),
        Body::CallSelfServed(data) => (None, None, Some(&*data.line)),
        Body::CallDeflected(data) => (
            data.agency.as_deref(),
            data.queue.as_deref(),
            Some(&*data.line),
        ),
        Body::CallQueued(data) => (Some(&*data.agency), Some(&*data.queue), Some(&*data.line)),
        Body::CallAnnounced(data) => of_queue!(data),
        Body::CallRangUnanswered(data) => of_queue!(data),
        Body::CallAnswered(data) => of_queue!(data),
        Body::CallAbandoned(data) => of_queue!(data),
        Body::CallOverflowed(data) => of_queue!(data),
        Body::CallCutOff(data) => of_queue!(data),
        Body::CallCallbackAccepted(data) => of_queue!(data),
        Body::CallVoicemailLeft(data) => of_queue!(data),
        Body::CallRecontactPromised(data) => of_queue!(data),
        Body::PromiseAttempted(data) => of_queue!(data),
        Body::CallTransferred(data) => of_queue!(data),
        Body::CallEnded(data) => of_queue!(data),
        Body::CallWrappedUp(data) => of_queue!(data),
        Body::QueueStateChanged(data) => of_queue!(data),
        Body::AgentStateChanged(data) => (Some(&*data.agency), None, None),
        Body::SurveyAnswered(data) => (Some(&*data.agency), data.queue.as_deref(), None),
    }
}
