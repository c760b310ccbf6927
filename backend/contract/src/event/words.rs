//! What a field may say where the contract lists it: reasons, outcomes, states
//! and scores.

use std::fmt;

use serde::{Deserialize, Serialize, de};

/// Why a call was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeflectReason {
    /// Outside opening hours.
    Closed,
    /// Too many calls.
    Saturated,
}

/// Why a call is in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueReason {
    /// The caller asked for an agent.
    #[default]
    Asked,
    /// Another queue passed it on.
    Overflow,
    /// An agent passed it on.
    Transfer,
    /// An agent calls the caller back.
    Callback,
}

impl QueueReason {
    /// Whether the reason is the default, `asked`, which is not written.
    pub(super) fn is_asked(&self) -> bool {
        *self == QueueReason::Asked
    }
}

/// Why the system ended the wait of a call without an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutOffReason {
    /// The service closed.
    Closing,
    /// Something broke.
    Outage,
    /// The queue's own limit of waiting was reached.
    Timeout,
    /// Another reason than those listed.
    Other,
}

/// Kind of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseKind {
    /// To call back.
    Callback,
    /// To answer a voice message.
    Message,
    /// That an expert will call.
    Recontact,
}

/// What came of an attempt to keep a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// The person was reached.
    Reached,
    /// Nobody picked up.
    Unreachable,
    /// Handled by other means.
    Handled,
    /// Withdrawn.
    Cancelled,
}

/// What an agent is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Waits for a call.
    Ready,
    /// A call rings.
    Ringing,
    /// In conversation.
    Talking,
    /// Has put the caller on hold.
    Holding,
    /// After-call work.
    WrapUp,
    /// On a break.
    Paused,
    /// Logged out.
    Offline,
}

/// A satisfaction score from 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Score(u8);

impl Score {
    /// A score; `None` outside 1 to 5.
    pub fn new(score: u64) -> Option<Self> {
        (1..=5).contains(&score).then_some(Score(score as u8))
    }

    /// The score, from 1 to 5.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Score;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number from 1 to 5")
            }
            fn visit_u64<E: de::Error>(self, score: u64) -> Result<Score, E> {
                Score::new(score)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(score), &self))
            }
        }
        deserializer.deserialize_u64(Visitor)
    }
}
