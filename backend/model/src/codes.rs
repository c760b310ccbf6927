//! The numbers by which words of the contract stand in a saved state.
//!
//! A state outlives the build that wrote it. The order in which the contract lists
//! its words may change; these numbers may not, but with another version of the
//! saved state. A word that has no number does not compile.

use serde::{Deserialize, Serialize};
use vigie_contract::event::{AgentState, AttemptOutcome, PromiseKind, QueueReason};
use vigie_contract::unknown::OverKind;
use vigie_contract::view::{Count, LeverKind, Severity};

/// Declares the number of each word of an enum of the contract, in a module that
/// serde can write and read its fields with.
macro_rules! codes {
    ($(#[doc = $doc:literal])+ $module:ident: $of:ident { $($word:ident = $code:literal,)+ }) => {
        $(#[doc = $doc])+
        pub(crate) mod $module {
            use serde::de::{Deserialize, Deserializer, Error, Unexpected};
            use serde::ser::Serializer;

            use super::$of;

            /// The number of a word.
            pub(crate) const fn code(word: $of) -> u8 {
                match word { $($of::$word => $code,)+ }
            }

            /// The word of a number; `None`: it stands for none.
            pub(crate) const fn word(code: u8) -> Option<$of> {
                match code {
                    $($code => Some($of::$word),)+
                    _ => None,
                }
            }

            pub(crate) fn serialize<S: Serializer>(word: &$of, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_u8(code(*word))
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$of, D::Error> {
                let code = u8::deserialize(from)?;
                let unknown = || D::Error::invalid_value(
                    Unexpected::Unsigned(code.into()),
                    &concat!("the number of a ", stringify!($of)),
                );
                word(code).ok_or_else(unknown)
            }
        }
    };
}

codes! {
    /// Why a leg was queued.
    reason: QueueReason {
        Asked = 0,
        Overflow = 1,
        Transfer = 2,
        Callback = 3,
    }
}

codes! {
    /// What an agent is doing.
    agent_state: AgentState {
        Ready = 0,
        Ringing = 1,
        Talking = 2,
        Holding = 3,
        WrapUp = 4,
        Paused = 5,
        Offline = 6,
    }
}

codes! {
    /// How bad something is.
    severity: Severity {
        Ok = 0,
        Warning = 1,
        Critical = 2,
    }
}

codes! {
    /// What was promised.
    promise_kind: PromiseKind {
        Callback = 0,
        Message = 1,
        Recontact = 2,
    }
}

codes! {
    /// What came of an attempt to keep a promise.
    attempt: AttemptOutcome {
        Reached = 0,
        Unreachable = 1,
        Handled = 2,
        Cancelled = 3,
    }
}

codes! {
    /// What a queue was told to do.
    lever: LeverKind {
        Open = 0,
        Overflow = 1,
        Deflecting = 2,
        OfferingCallback = 3,
        Message = 4,
    }
}

codes! {
    /// What found no place.
    over: OverKind {
        Agency = 0,
        Line = 1,
        Source = 2,
        Queue = 3,
        Place = 4,
        Agent = 5,
        PauseReason = 6,
        Duty = 7,
        Promise = 8,
        DueDate = 9,
        EventsOfOne = 10,
    }
}

codes! {
    /// A count of a window: its slot in a tally, too.
    count: Count {
        Received = 0,
        ReceivedOutOfHours = 1,
        Identified = 2,
        SelfServed = 3,
        SelfServedInHours = 4,
        DeflectedAsked = 5,
        DeflectedClosed = 6,
        DeflectedSaturated = 7,
        EnteredAll = 8,
        ClosedAll = 9,
        Answered = 10,
        Abandoned = 11,
        ShortAbandoned = 12,
        CutOff = 13,
        Lost = 14,
        CallbacksAccepted = 15,
        Voicemails = 16,
        OverflowedOut = 17,
        OverflowedIn = 18,
        TransferredIn = 19,
        PromisesKept = 20,
        PromisesBroken = 21,
        PromisesKeptLate = 22,
        PromisesCancelled = 23,
        PromisesUnreachable = 24,
        PromisesForgotten = 25,
        AttemptsWithoutPromise = 26,
        Surveys = 27,
        RangUnanswered = 28,
        Implausible = 29,
        Orphan = 30,
        Repeated = 31,
        Superseded = 32,
        Late = 33,
        TooLate = 34,
        Duplicate = 35,
        OutOfHours = 36,
    }
}

/// Why a leg was queued, as a number that sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ReasonCode(u8);

impl From<QueueReason> for ReasonCode {
    fn from(word: QueueReason) -> Self {
        Self(reason::code(word))
    }
}

impl ReasonCode {
    /// The word that it stands for; one that stands for none is from a state that
    /// nobody wrote.
    pub(crate) fn word(self) -> Option<QueueReason> {
        reason::word(self.0)
    }
}
