//! One event of every type, with every optional field: a field that is added to
//! a type does not compile until it is here, and then in the schema.

use vigie_contract::event::*;
use vigie_contract::time::{Span, Time};

const SOURCE: &str = "/pbx/bordeaux-1";
const AGENCY: &str = "NAQ-0331";
const QUEUE: &str = "indemnisation";
const LINE: &str = "3949";
const CALLER: &str = "c5e8b1d0";
const AGENT: &str = "a-7f3c";

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn event(
    id: &'static str,
    time: &str,
    subject: &'static str,
    body: Body<'static>,
) -> Event<'static> {
    Event {
        id: id.into(),
        source: SOURCE.into(),
        time: at(time),
        subject: subject.into(),
        body,
        arrival: None,
    }
}

fn elsewhere() -> Place<'static> {
    Place {
        agency: "NAQ-PF".into(),
        queue: QUEUE.into(),
    }
}

/// An event of every type, every optional field present.
pub fn full() -> Vec<Event<'static>> {
    let mut events = before_the_queue();
    events.extend(legs());
    events.extend(promises());
    events.extend(conversations());
    events.extend(states());
    events
}

fn before_the_queue() -> Vec<Event<'static>> {
    vec![
        event(
            "8f31-1",
            "2026-11-21T09:11:41.250Z",
            "8f31",
            Body::CallReceived(CallReceived {
                line: LINE.into(),
                caller: Some(CALLER.into()),
                identified: Some(true),
            }),
        ),
        event(
            "8f32-2",
            "2026-11-21T09:12:20Z",
            "8f32",
            Body::CallSelfServed(CallSelfServed {
                line: LINE.into(),
                caller: Some(CALLER.into()),
            }),
        ),
        event(
            "8f33-2",
            "2026-11-21T12:31:05Z",
            "8f33",
            Body::CallDeflected(CallDeflected {
                line: LINE.into(),
                agency: Some(AGENCY.into()),
                queue: Some(QUEUE.into()),
                caller: Some(CALLER.into()),
                reason: DeflectReason::Saturated,
                after_request: Some(true),
            }),
        ),
    ]
}

fn legs() -> Vec<Event<'static>> {
    vec![
        event(
            "8f31-2",
            "2026-11-21T09:12:03.120Z",
            "8f31",
            Body::CallQueued(CallQueued {
                line: LINE.into(),
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                reason: QueueReason::Overflow,
                origin: Some(Place {
                    agency: "NAQ-0332".into(),
                    queue: QUEUE.into(),
                }),
                asked_at: Some(at("2026-11-21T09:10:58.400Z")),
                announced_wait_seconds: Some(Span::from_seconds(240)),
                caller: Some(CALLER.into()),
                identified: Some(true),
            }),
        ),
        event(
            "8f31-3",
            "2026-11-21T09:14:03Z",
            "8f31",
            Body::CallAnnounced(CallAnnounced {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                announced_wait_seconds: Span::from_seconds(120),
            }),
        ),
        event(
            "8f31-4",
            "2026-11-21T09:15:31.007Z",
            "8f31",
            Body::CallRangUnanswered(CallRangUnanswered {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                agent: Some("a-91d2".into()),
            }),
        ),
        event(
            "8f31-5",
            "2026-11-21T09:15:52.810Z",
            "8f31",
            Body::CallAnswered(CallAnswered {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                agent: Some(AGENT.into()),
            }),
        ),
        event(
            "8f34-3",
            "2026-11-21T09:16:10Z",
            "8f34",
            Body::CallAbandoned(CallAbandoned {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
            }),
        ),
        event(
            "8f35-3",
            "2026-11-21T09:18:40Z",
            "8f35",
            Body::CallOverflowed(CallOverflowed {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                to: elsewhere(),
            }),
        ),
        event(
            "8f36-3",
            "2026-11-21T12:30:00Z",
            "8f36",
            Body::CallCutOff(CallCutOff {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                reason: CutOffReason::Closing,
            }),
        ),
    ]
}

fn promises() -> Vec<Event<'static>> {
    vec![
        event(
            "8f37-3",
            "2026-11-21T09:21:15Z",
            "8f37",
            Body::CallCallbackAccepted(CallCallbackAccepted {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                due_at: at("2026-11-21T11:21:15Z"),
            }),
        ),
        event(
            "8f38-3",
            "2026-11-21T09:22:48Z",
            "8f38",
            Body::CallVoicemailLeft(CallVoicemailLeft {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                due_at: Some(at("2026-11-22T09:22:48Z")),
            }),
        ),
        event(
            "8f39-5",
            "2026-11-21T09:30:02Z",
            "8f39",
            Body::CallRecontactPromised(CallRecontactPromised {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                due_at: at("2026-11-23T17:00:00Z"),
            }),
        ),
        event(
            "8f37-4",
            "2026-11-21T10:47:33Z",
            "8f37",
            Body::PromiseAttempted(PromiseAttempted {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                kind: PromiseKind::Callback,
                outcome: AttemptOutcome::Reached,
            }),
        ),
    ]
}

fn conversations() -> Vec<Event<'static>> {
    vec![
        event(
            "8f3a-5",
            "2026-11-21T09:24:19Z",
            "8f3a",
            Body::CallTransferred(CallTransferred {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                to: elsewhere(),
            }),
        ),
        event(
            "8f31-6",
            "2026-11-21T09:20:44.310Z",
            "8f31",
            Body::CallEnded(CallEnded {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                agent: Some(AGENT.into()),
                talk_seconds: Span(271_500_000),
                hold_seconds: Some(Span::from_seconds(20)),
            }),
        ),
        event(
            "8f31-7",
            "2026-11-21T09:21:29.310Z",
            "8f31",
            Body::CallWrappedUp(CallWrappedUp {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                agent: Some(AGENT.into()),
                wrap_up_seconds: Span::from_seconds(45),
            }),
        ),
    ]
}

fn states() -> Vec<Event<'static>> {
    vec![
        event(
            "a-7f3c-112",
            "2026-11-21T09:21:30Z",
            AGENT,
            Body::AgentStateChanged(AgentStateChanged {
                agency: AGENCY.into(),
                agent: AGENT.into(),
                state: AgentState::Paused,
                queues: Some(vec![QUEUE.into(), "placement".into()]),
                reason: Some("déjeuner".into()),
            }),
        ),
        event(
            "q-indemnisation-9",
            "2026-11-21T10:02:00Z",
            QUEUE,
            Body::QueueStateChanged(QueueStateChanged {
                agency: AGENCY.into(),
                queue: QUEUE.into(),
                open: Some(true),
                overflow_to: Some(Some(elsewhere())),
                deflecting: Some(false),
                offering_callback: Some(true),
                message: Some("Attente de plus de dix minutes".into()),
            }),
        ),
        event(
            "8f31-8",
            "2026-11-21T09:40:12Z",
            "8f31",
            Body::SurveyAnswered(SurveyAnswered {
                agency: AGENCY.into(),
                queue: Some(QUEUE.into()),
                score: Score::new(4).unwrap(),
            }),
        ),
    ]
}

/// Events that show a particular of the encoding, by the name of their file.
pub fn particular() -> Vec<(&'static str, Event<'static>)> {
    let mut dumped = event(
        "8f31-5",
        "2026-11-21T09:15:52.810Z",
        "8f31",
        Body::CallAnswered(CallAnswered {
            agency: AGENCY.into(),
            queue: QUEUE.into(),
            agent: None,
        }),
    );
    dumped.arrival = Some(Arrival {
        partition: 5,
        offset: 8_589_934_592,
        arrived: at("2026-11-21T09:15:53.002Z"),
    });
    vec![
        ("call.answered.from_a_dump", dumped),
        (
            "call.queued.escapes_and_microseconds",
            event(
                "8f3b \"2\"",
                "2026-11-21T09:12:03.000017Z",
                "appel « n° 7 » \\",
                Body::CallQueued(CallQueued {
                    line: "39 49".into(),
                    agency: "Île-de-France \\ 1".into(),
                    queue: "été \"2026\" ☎".into(),
                    reason: QueueReason::Asked,
                    origin: None,
                    asked_at: None,
                    announced_wait_seconds: Some(Span(1)),
                    caller: None,
                    identified: None,
                }),
            ),
        ),
        (
            "queue.state_changed.overflow_ends",
            event(
                "q-indemnisation-10",
                "2026-11-21T11:02:00Z",
                QUEUE,
                Body::QueueStateChanged(QueueStateChanged {
                    agency: AGENCY.into(),
                    queue: QUEUE.into(),
                    open: None,
                    overflow_to: Some(None),
                    deflecting: None,
                    offering_callback: None,
                    message: None,
                }),
            ),
        ),
    ]
}
