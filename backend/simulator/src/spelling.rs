//! Events as each installation writes them.
//!
//! Platforms put the same event into other words: some fill in every field of a
//! form, with an empty text where there is nothing to say, and some print times
//! to the nanosecond. All of it reads as the event that was sent.

use std::fmt::Write as _;

use vigie_contract::event::{Body, Event};
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::random::mix;

/// How an installation writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    /// As the contract's own examples.
    Plain,
    /// Every text of the form, an empty one where nothing is known.
    Form,
    /// Times with nine digits and an offset, as some languages print them.
    Nanoseconds,
}

impl Habit {
    /// Of a source: half of them write plainly.
    fn of(source: &str) -> Self {
        let hash = source
            .bytes()
            .fold(0, |hash, byte| mix(&[hash, u64::from(byte)]));
        match hash % 4 {
            0 => Habit::Form,
            1 => Habit::Nanoseconds,
            _ => Habit::Plain,
        }
    }
}

/// The event as one line of JSON without the line feed, as its source writes it.
pub fn spelled(event: &Event<'_>) -> String {
    let mut line = event.to_json();
    match Habit::of(&event.source) {
        Habit::Plain => {}
        Habit::Form => {
            if let Some(field) = left_out(&event.body) {
                // After the last field of the data: a body is never without one.
                let inside = line.len() - "}}".len();
                line.insert_str(inside, &format!(r#","{field}":"""#));
            }
        }
        Habit::Nanoseconds => {
            let (plain, long) = (event.time.to_string(), to_the_nanosecond(event));
            line = line.replacen(&format!(r#""time":"{plain}""#), &long, 1);
        }
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
        _ => return None,
    };
    text.is_none().then_some(field)
}
