//! What an event tells, in the few words that every count needs.

use std::borrow::Cow;

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

/// The caller or the agent that an event names.
fn pseudonym<'d>(body: &'d Body<'static>) -> Option<&'d str> {
    match body {
        Body::CallReceived(data) => data.caller.as_deref(),
        Body::CallSelfServed(data) => data.caller.as_deref(),
        Body::CallDeflected(data) => data.caller.as_deref(),
        Body::CallQueued(data) => data.caller.as_deref(),
        Body::CallRangUnanswered(data) => data.agent.as_deref(),
        Body::CallAnswered(data) => data.agent.as_deref(),
        Body::CallEnded(data) => data.agent.as_deref(),
        Body::CallWrappedUp(data) => data.agent.as_deref(),
        Body::AgentStateChanged(data) => Some(&*data.agent),
        _ => None,
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
    pub fn by_type(self) -> (i64, &'static str, Cow<'d, str>, &'d str) {
        let event = self.event;
        let type_name = event.body.type_name();
        (self.at, type_name, self.kept_id(), &event.source)
    }

    /// By time, then id, then source.
    pub fn by_id(self) -> (i64, Cow<'d, str>, &'d str) {
        (self.at, self.kept_id(), &self.event.source)
    }

    /// The id as it may be kept: without the pseudonyms that some platforms build
    /// ids from.
    fn kept_id(self) -> Cow<'d, str> {
        let id = &*self.event.id;
        match pseudonym(&self.event.body) {
            Some(pseudonym) if id.contains(pseudonym) => Cow::Owned(id.replace(pseudonym, "\0")),
            _ => Cow::Borrowed(id),
        }
    }
}
