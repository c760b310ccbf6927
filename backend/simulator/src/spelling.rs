//! Events as each installation writes them.
//!
//! Platforms put the same event into other words: some fill in every field of a
//! form, with an empty text where there is nothing to say, and some print times
//! to the nanosecond. All of it reads as the event that was sent.

use std::fmt::Write as _;

use vigie_contract::event::{Body, Event};
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::random::mix;

/// How an installation writes, where not as the contract's own examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Habits {
    /// Every text of a form, an empty one where nothing is known.
    fills_in_forms: bool,
    /// Times with nine digits and an offset, as some languages print them.
    prints_nanoseconds: bool,
}

impl Habits {
    /// Of a source: each is that of half of them.
    fn of(source: &str) -> Self {
        let hash = source
            .bytes()
            .fold(0, |hash, byte| mix(&[hash, u64::from(byte)]));
        Self {
            fills_in_forms: hash & 1 == 0,
            prints_nanoseconds: hash & 2 == 0,
        }
    }
}

/// The event as one line of JSON without the line feed, as its source writes it.
pub fn spelled(event: &Event<'_>) -> String {
    let habits = Habits::of(&event.source);
    let mut line = event.to_json();
    if habits.fills_in_forms
        && let Some(field) = left_out(&event.body)
    {
        // After the last field of the data: a body is never without one.
        let inside = line.len() - "}}".len();
        line.insert_str(inside, &format!(r#","{field}":"""#));
    }
    if habits.prints_nanoseconds {
        let plain = format!(r#""time":"{}""#, event.time);
        line = line.replacen(&plain, &to_the_nanosecond(event), 1);
    }
    line
}

/// The attribute `time`. What is below the microsecond follows from the event's
/// id: a reader cuts it off.
fn to_the_nanosecond(event: &Event<'_>) -> String {
    let whole = Time::from_seconds(event.time.second());
    let micros = event.time.0.rem_euclid(MICROS_PER_SECOND);
    let below = event.id.bytes().fold(0, |sum, byte| sum + u32::from(byte)) % 1_000;
    let mut long = whole.to_string();
    long.pop();
    // Writing into a text does not fail.
    let _ = write!(long, ".{micros:06}{below:03}+00:00");
    format!(r#""time":"{long}""#)
}

/// A text that the form has and that the event leaves out.
fn left_out(body: &Body<'_>) -> Option<&'static str> {
    let (field, text) = match body {
        Body::CallReceived(data) => ("caller", &data.caller),
        Body::CallSelfServed(data) => ("caller", &data.caller),
        Body::CallDeflected(data) => ("caller", &data.caller),
        Body::CallQueued(data) => ("caller", &data.caller),
        Body::CallRangUnanswered(data) => ("agent", &data.agent),
        Body::CallAnswered(data) => ("agent", &data.agent),
        Body::CallEnded(data) => ("agent", &data.agent),
        Body::CallWrappedUp(data) => ("agent", &data.agent),
        Body::AgentStateChanged(data) => ("reason", &data.reason),
        Body::SurveyAnswered(data) => ("queue", &data.queue),
        Body::CallAnnounced(_)
        | Body::CallAbandoned(_)
        | Body::CallOverflowed(_)
        | Body::CallCutOff(_)
        | Body::CallCallbackAccepted(_)
        | Body::CallVoicemailLeft(_)
        | Body::CallRecontactPromised(_)
        | Body::PromiseAttempted(_)
        | Body::CallTransferred(_)
        | Body::QueueStateChanged(_) => return None,
    };
    text.is_none().then_some(field)
}
