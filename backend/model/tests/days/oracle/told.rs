//! What an event tells, in the few words that every count needs.

use vigie_contract::event::{Body, Event};

/// An event that was applied, and the partition it came through.
#[derive(Clone, Copy)]
pub struct Told<'d> {
    pub partition: i32,
    pub event: &'d Event<'static>,
    /// When it counts: at its own time, or at that of the entry it came before.
    pub at: i64,
}

/// The agency, queue and line that an event names.
#[derive(Clone, Copy)]
pub struct Named<'d> {
    pub agency: Option<&'d str>,
    pub queue: Option<&'d str>,
    pub line: Option<&'d str>,
}

pub fn named<'d>(body: &'d Body<'static>) -> Named<'d> {
    let place = |agency: &'d str, queue: Option<&'d str>, line: Option<&'d str>| Named {
        agency: Some(agency),
        queue,
        line,
    };
    let of_line = |line: &'d str| Named {
        agency: None,
        queue: None,
        line: Some(line),
    };
    match body {
        Body::CallReceived(data) => of_line(&data.line),
        Body::CallSelfServed(data) => of_line(&data.line),
        Body::CallDeflected(data) => Named {
            agency: data.agency.as_deref(),
            // A queue is an agency's: without one it names nothing.
            queue: data.agency.as_ref().and(data.queue.as_deref()),
            line: Some(&data.line),
        },
        Body::CallQueued(data) => place(&data.agency, Some(&data.queue), Some(&data.line)),
        Body::CallAnnounced(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallRangUnanswered(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallAnswered(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallAbandoned(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallOverflowed(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallCutOff(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallCallbackAccepted(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallVoicemailLeft(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallRecontactPromised(data) => place(&data.agency, Some(&data.queue), None),
        Body::PromiseAttempted(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallTransferred(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallEnded(data) => place(&data.agency, Some(&data.queue), None),
        Body::CallWrappedUp(data) => place(&data.agency, Some(&data.queue), None),
        Body::AgentStateChanged(data) => place(&data.agency, None, None),
        Body::QueueStateChanged(data) => place(&data.agency, Some(&data.queue), None),
        Body::SurveyAnswered(data) => place(&data.agency, data.queue.as_deref(), None),
    }
}

impl<'d> Told<'d> {
    pub fn time(self) -> i64 {
        self.at
    }

    pub fn names(self) -> Named<'d> {
        named(&self.event.body)
    }

    /// By time, then type, then id, then source.
    pub fn by_type(self) -> (i64, &'static str, &'d str, &'d str) {
        let event = self.event;
        (self.at, event.body.type_name(), &event.id, &event.source)
    }

    /// By time, then id, then source.
    pub fn by_id(self) -> (i64, &'d str, &'d str) {
        (self.at, &self.event.id, &self.event.source)
    }
}
