//! An event moved in time, with every instant that it tells of.

use vigie_contract::event::{Body, Event};
use vigie_contract::time::Span;

/// Moves an event by `span`; where and when a broker had it before is left
/// behind.
pub fn shift(event: &mut Event<'_>, span: Span) {
    event.arrival = None;
    event.time = event.time + span;
    match &mut event.body {
        Body::CallQueued(data) => data.asked_at = data.asked_at.map(|at| at + span),
        Body::CallCallbackAccepted(data) => data.due_at = data.due_at + span,
        Body::CallVoicemailLeft(data) => data.due_at = data.due_at.map(|at| at + span),
        Body::CallRecontactPromised(data) => data.due_at = data.due_at + span,
        Body::CallReceived(_)
        | Body::CallSelfServed(_)
        | Body::CallDeflected(_)
        | Body::CallAnnounced(_)
        | Body::CallRangUnanswered(_)
        | Body::CallAnswered(_)
        | Body::CallAbandoned(_)
        | Body::CallOverflowed(_)
        | Body::CallCutOff(_)
        | Body::PromiseAttempted(_)
        | Body::CallTransferred(_)
        | Body::CallEnded(_)
        | Body::CallWrappedUp(_)
        | Body::AgentStateChanged(_)
        | Body::QueueStateChanged(_)
        | Body::SurveyAnswered(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::read::{Reading, structured};

    use super::*;

    #[test]
    fn every_instant_moves_and_nothing_else() {
        for (event_type, data, moved) in [
            (
                "call.queued",
                r#"{"line":"1","agency":"A","queue":"q","asked_at":"2026-01-01T00:00:00Z"}"#,
                r#"{"line":"1","agency":"A","queue":"q","asked_at":"2026-01-01T00:01:00Z"}"#,
            ),
            (
                "call.callback_accepted",
                r#"{"agency":"A","queue":"q","due_at":"2026-01-01T23:59:00Z"}"#,
                r#"{"agency":"A","queue":"q","due_at":"2026-01-02T00:00:00Z"}"#,
            ),
            (
                "call.abandoned",
                r#"{"agency":"A","queue":"q"}"#,
                r#"{"agency":"A","queue":"q"}"#,
            ),
        ] {
            let line = |time: &str, data: &str| {
                format!(
                    r#"{{"specversion":"1.0","id":"a","source":"/s","type":"{event_type}","time":"{time}","subject":"c","data":{data}}}"#
                )
            };
            let text = line("2026-01-01T00:00:05.5Z", data).replace(
                r#""subject""#,
                r#""vigiepartition":1,"vigieoffset":2,"vigiearrived":"2026-01-01T00:00:00Z","subject""#,
            );
            let Ok(Reading::Event(mut event)) = structured(text.as_bytes()) else {
                panic!("{text}");
            };
            shift(&mut event, Span::from_seconds(60));
            assert_eq!(event.to_json(), line("2026-01-01T00:01:05.500Z", moved));
        }
    }
}
