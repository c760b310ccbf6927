//! Bodies of events, made in a line each.

use vigie_contract::event::{
    AgentState, AgentStateChanged, AttemptOutcome, Body, CallAbandoned, CallAnnounced,
    CallAnswered, CallCallbackAccepted, CallCutOff, CallDeflected, CallEnded, CallOverflowed,
    CallQueued, CallRangUnanswered, CallReceived, CallRecontactPromised, CallSelfServed,
    CallTransferred, CallVoicemailLeft, CallWrappedUp, CutOffReason, Place, PromiseAttempted,
    PromiseKind, QueueReason, QueueStateChanged, Score, SurveyAnswered,
};
use vigie_contract::time::{Span, Time};

use super::dice::Dice;

/// An agency's queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub agency: &'static str,
    pub queue: &'static str,
}

impl Spot {
    fn place(self) -> Place<'static> {
        Place {
            agency: self.agency.into(),
            queue: self.queue.into(),
        }
    }
}

pub fn received(line: &'static str, dice: &mut Dice<'_>) -> Body<'static> {
    Body::CallReceived(CallReceived {
        line: line.into(),
        caller: None,
        identified: dice.pick(&[None, Some(true), Some(false), Some(true)]),
    })
}

pub fn self_served(line: &'static str) -> Body<'static> {
    Body::CallSelfServed(CallSelfServed {
        line: line.into(),
        caller: None,
    })
}

pub fn deflected(line: &'static str, spot: Spot, dice: &mut Dice<'_>) -> Body<'static> {
    use vigie_contract::event::DeflectReason::{Closed, Saturated};
    let names = dice.below(4);
    Body::CallDeflected(CallDeflected {
        line: line.into(),
        agency: (names > 0).then(|| spot.agency.into()),
        queue: (names > 1).then(|| spot.queue.into()),
        caller: None,
        reason: dice.pick(&[Closed, Saturated]),
        after_request: dice.pick(&[None, Some(false), Some(true)]),
    })
}

/// How a call came into a queue.
#[derive(Clone, Copy)]
pub struct Entry {
    pub line: &'static str,
    pub spot: Spot,
    pub reason: QueueReason,
    pub origin: Option<Spot>,
    pub asked_at: Option<i64>,
    pub announced: Option<i64>,
}

pub fn queued(entry: Entry) -> Body<'static> {
    Body::CallQueued(CallQueued {
        line: entry.line.into(),
        agency: entry.spot.agency.into(),
        queue: entry.spot.queue.into(),
        reason: entry.reason,
        origin: entry.origin.map(Spot::place),
        asked_at: entry.asked_at.map(Time),
        announced_wait_seconds: entry.announced.map(Span),
        caller: None,
        identified: None,
    })
}

pub fn announced(spot: Spot, wait: i64) -> Body<'static> {
    Body::CallAnnounced(CallAnnounced {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        announced_wait_seconds: Span(wait),
    })
}

pub fn rang_unanswered(spot: Spot) -> Body<'static> {
    Body::CallRangUnanswered(CallRangUnanswered {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        agent: None,
    })
}

pub fn answered(spot: Spot) -> Body<'static> {
    Body::CallAnswered(CallAnswered {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        agent: None,
    })
}

pub fn abandoned(spot: Spot) -> Body<'static> {
    Body::CallAbandoned(CallAbandoned {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
    })
}

pub fn overflowed(spot: Spot, to: Spot) -> Body<'static> {
    Body::CallOverflowed(CallOverflowed {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        to: to.place(),
    })
}

pub fn cut_off(spot: Spot) -> Body<'static> {
    Body::CallCutOff(CallCutOff {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        reason: CutOffReason::Closing,
    })
}

pub fn callback_accepted(spot: Spot, due: i64) -> Body<'static> {
    Body::CallCallbackAccepted(CallCallbackAccepted {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        due_at: Time(due),
    })
}

pub fn voicemail_left(spot: Spot, due: Option<i64>) -> Body<'static> {
    Body::CallVoicemailLeft(CallVoicemailLeft {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        due_at: due.map(Time),
    })
}

pub fn recontact_promised(spot: Spot, due: i64) -> Body<'static> {
    Body::CallRecontactPromised(CallRecontactPromised {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        due_at: Time(due),
    })
}

pub fn attempted(spot: Spot, kind: PromiseKind, outcome: AttemptOutcome) -> Body<'static> {
    Body::PromiseAttempted(PromiseAttempted {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        kind,
        outcome,
    })
}

pub fn transferred(spot: Spot, to: Spot) -> Body<'static> {
    Body::CallTransferred(CallTransferred {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        to: to.place(),
    })
}

pub fn ended(spot: Spot, talk: i64, hold: Option<i64>) -> Body<'static> {
    Body::CallEnded(CallEnded {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        agent: None,
        talk_seconds: Span(talk),
        hold_seconds: hold.map(Span),
    })
}

pub fn wrapped_up(spot: Spot, length: i64) -> Body<'static> {
    Body::CallWrappedUp(CallWrappedUp {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        agent: None,
        wrap_up_seconds: Span(length),
    })
}

pub fn survey(spot: Spot, dice: &mut Dice<'_>) -> Body<'static> {
    let score = 1 + dice.below(5) as u64;
    Body::SurveyAnswered(SurveyAnswered {
        agency: spot.agency.into(),
        queue: dice.pick(&[Some(spot.queue), None]).map(Into::into),
        score: Score::new(score).expect("a score from 1 to 5"),
    })
}

pub fn agent_changed(
    agency: &'static str,
    agent: &'static str,
    dice: &mut Dice<'_>,
) -> Body<'static> {
    use AgentState::{Holding, Offline, Paused, Ready, Ringing, Talking, WrapUp};
    let queues: Option<&[&'static str]> = dice.pick(&[
        None,
        Some(&["q"]),
        Some(&["q", "p"]),
        Some(&["q", "q"]),
        Some(&["x"]),
        Some(&[]),
    ]);
    Body::AgentStateChanged(AgentStateChanged {
        agency: agency.into(),
        agent: agent.into(),
        state: dice.pick(&[
            Ready, Talking, Paused, WrapUp, Holding, Ringing, Offline, Paused,
        ]),
        queues: queues.map(|queues| queues.iter().map(|&queue| queue.into()).collect()),
        reason: dice
            .pick(&[None, Some("lunch"), Some("training")])
            .map(Into::into),
    })
}

pub fn lever_pulled(spot: Spot, to: Spot, dice: &mut Dice<'_>) -> Body<'static> {
    let flag = [None, Some(true), Some(false)];
    Body::QueueStateChanged(QueueStateChanged {
        agency: spot.agency.into(),
        queue: spot.queue.into(),
        open: dice.pick(&flag),
        overflow_to: dice
            .pick(&[None, Some(None), Some(Some(to))])
            .map(|to| to.map(Spot::place)),
        deflecting: dice.pick(&flag),
        offering_callback: dice.pick(&flag),
        message: dice
            .pick(&[None, None, Some("strike"), Some("")])
            .map(Into::into),
    })
}
