//! The call events of a telephone platform (`events.md`).
//!
//! One struct a type, its fields named as in the contract; [`Body`] is the
//! closed list of types. A reader is in [`crate::read`]; how a field is read
//! that may be left out, or that has a limit, is in `given`; what a field may
//! say where the contract lists it is in `words`.

mod given;
mod words;

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize, de};

use crate::text::Text;
use crate::time::{Span, Time};

pub use given::{LONGEST_REMARK, MOST_QUEUES_OF_AN_AGENT};
pub use words::{
    AgentState, AttemptOutcome, CutOffReason, DeflectReason, PromiseKind, QueueReason, Score,
};

/// One call event: a CloudEvents 1.0 envelope around a [`Body`].
#[derive(Clone, Debug, PartialEq)]
pub struct Event<'a> {
    /// Identifies the event within its source.
    pub id: Text<'a>,
    /// The installation that sent it.
    pub source: Text<'a>,
    /// When it happened.
    pub time: Time,
    /// The call's id; for `agent.*` and `queue.*` the agent's or queue's.
    pub subject: Text<'a>,
    /// What happened.
    pub body: Body<'a>,
    /// Where and when a broker had received it, if a dump says so.
    pub arrival: Option<Arrival>,
}

/// Where and when a broker received an event: the extensions `vigiepartition`,
/// `vigieoffset` and `vigiearrived` that `vigie dump` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Partition of the topic.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
    /// Timestamp of the record.
    pub arrived: Time,
}

/// An agency's queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place<'a> {
    /// Code of the agency.
    pub agency: Text<'a>,
    /// Code of the queue.
    pub queue: Text<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Place<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields<'a> {
            #[serde(borrow)]
            agency: Text<'a>,
            #[serde(borrow)]
            queue: Text<'a>,
        }
        let Fields { agency, queue } = object(deserializer)?;
        Ok(Place { agency, queue })
    }
}

/// Reads a struct from an object only: left to itself, serde takes a list of
/// the fields' values as well, and the contract has no such thing.
fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Visitor<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(de::value::MapAccessDeserializer::new(map))
        }
    }
    deserializer.deserialize_map(Visitor(PhantomData))
}

/// Declares the body types: their struct, their name on the wire, and the
/// functions that walk the list, so that a type is written once.
macro_rules! bodies {
    ($($(#[doc = $doc:literal])+ $name:ident = $wire:literal {
        $($(#[$attribute:meta])* $field:ident : $kind:ty,)*
    })+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            pub struct $name<'a> {
                $(
                    $(#[$attribute])*
                    pub $field: $kind,
                )*
            }
        )+

        /// What happened: one variant a type of the contract.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Body<'a> {
            $($(#[doc = $doc])+ $name($name<'a>),)+
        }

        impl Body<'_> {
            /// Every type of the contract, as written on the wire.
            pub const TYPES: &'static [&'static str] = &[$($wire),+];

            /// The type as written on the wire.
            pub fn type_name(&self) -> &'static str {
                match self { $(Body::$name(_) => $wire,)+ }
            }
        }

        impl<'a> Body<'a> {
            /// Shows every text of the data to `see`, with where it stands.
            pub(crate) fn visit_text<'s>(&'s self, see: &mut impl FnMut(Field, &'s str)) {
                match self {
                    $(Body::$name(data) => {
                        $(data.$field.visit_text(Field { parent: "", name: stringify!($field) }, see);)*
                    })+
                }
            }

            /// Reads the data of an event of type `type_name`; gives the
            /// deserializer back where the contract does not have that type.
            pub(crate) fn deserialize_as<D: serde::Deserializer<'a>>(
                type_name: &str,
                deserializer: D,
            ) -> Result<Result<Self, D::Error>, D> {
                Ok(match type_name {
                    $($wire => object::<D, $name<'a>>(deserializer).map(Body::$name),)+
                    _ => return Err(deserializer),
                })
            }
        }
    };
}

bodies! {
    /// Reached the voice server; every call sends it first.
    CallReceived = "call.received" {
        /// Number of the line that was dialled.
        #[serde(borrow)] line: Text<'a>,
        /// Pseudonym of the caller.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] caller: Option<Text<'a>>,
        /// Whether the caller was identified.
        #[serde(default, skip_serializing_if = "Option::is_none")] identified: Option<bool>,
    }
    /// The voice server satisfied the call.
    CallSelfServed = "call.self_served" {
        /// Number of the line.
        #[serde(borrow)] line: Text<'a>,
        /// Pseudonym of the caller.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] caller: Option<Text<'a>>,
    }
    /// Turned away before any queue.
    CallDeflected = "call.deflected" {
        /// Number of the line.
        #[serde(borrow)] line: Text<'a>,
        /// Agency that turned it away, where one did.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] agency: Option<Text<'a>>,
        /// Queue it would have entered.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] queue: Option<Text<'a>>,
        /// Pseudonym of the caller.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] caller: Option<Text<'a>>,
        /// Why.
        reason: DeflectReason,
        /// Whether it had asked for an agent.
        #[serde(default, skip_serializing_if = "Option::is_none")] after_request: Option<bool>,
    }
    /// Waits for an agent; opens a leg.
    CallQueued = "call.queued" {
        /// Number of the line.
        #[serde(borrow)] line: Text<'a>,
        /// Agency whose queue it entered.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Why it is there.
        #[serde(default, deserialize_with = "given::queue_reason", skip_serializing_if = "QueueReason::is_asked")] reason: QueueReason,
        /// Where the caller first asked, after an overflow.
        #[serde(borrow, default, skip_serializing_if = "Option::is_none")] origin: Option<Place<'a>>,
        /// When the caller first asked.
        #[serde(default, deserialize_with = "given::time", skip_serializing_if = "Option::is_none")] asked_at: Option<Time>,
        /// The wait announced, in seconds.
        #[serde(default, deserialize_with = "given::optional_duration", skip_serializing_if = "Option::is_none")] announced_wait_seconds: Option<Span>,
        /// Pseudonym of the caller.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] caller: Option<Text<'a>>,
        /// Whether the caller was identified.
        #[serde(default, skip_serializing_if = "Option::is_none")] identified: Option<bool>,
    }
    /// A new announcement while waiting.
    CallAnnounced = "call.announced" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// The wait announced, in seconds.
        #[serde(deserialize_with = "given::duration")] announced_wait_seconds: Span,
    }
    /// An agent's set rang and nobody took it; the leg goes on.
    CallRangUnanswered = "call.rang_unanswered" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Pseudonym of the agent.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] agent: Option<Text<'a>>,
    }
    /// An agent picked up; closes the leg.
    CallAnswered = "call.answered" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Pseudonym of the agent.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] agent: Option<Text<'a>>,
    }
    /// The caller hung up first; closes the leg.
    CallAbandoned = "call.abandoned" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
    }
    /// Moved on to another queue; closes the leg.
    CallOverflowed = "call.overflowed" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Where it went.
        #[serde(borrow)] to: Place<'a>,
    }
    /// The system ended the wait without an agent; closes the leg.
    CallCutOff = "call.cut_off" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Why.
        reason: CutOffReason,
    }
    /// Chose to be called back; closes the leg, opens a promise.
    CallCallbackAccepted = "call.callback_accepted" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// By when the call back was promised.
        due_at: Time,
    }
    /// Chose to leave a message; closes the leg, opens a promise where it has
    /// a due time.
    CallVoicemailLeft = "call.voicemail_left" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// By when an answer was promised.
        #[serde(default, deserialize_with = "given::time", skip_serializing_if = "Option::is_none")] due_at: Option<Time>,
    }
    /// An expert will call; opens a promise.
    CallRecontactPromised = "call.recontact_promised" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// By when the call was promised.
        due_at: Time,
    }
    /// An attempt against the promise of the same subject, agency, queue and
    /// kind.
    PromiseAttempted = "promise.attempted" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Kind of the promise.
        kind: PromiseKind,
        /// What came of the attempt.
        outcome: AttemptOutcome,
    }
    /// An agent passed it on after answering; a `call.queued` with reason
    /// `transfer` follows.
    CallTransferred = "call.transferred" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Where it went.
        #[serde(borrow)] to: Place<'a>,
    }
    /// The conversation is over.
    CallEnded = "call.ended" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Pseudonym of the agent.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] agent: Option<Text<'a>>,
        /// Length of the talk, in seconds.
        #[serde(deserialize_with = "given::duration")] talk_seconds: Span,
        /// Time on hold, in seconds.
        #[serde(default, deserialize_with = "given::optional_duration", skip_serializing_if = "Option::is_none")] hold_seconds: Option<Span>,
    }
    /// After-call work is done.
    CallWrappedUp = "call.wrapped_up" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Pseudonym of the agent.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] agent: Option<Text<'a>>,
        /// Length of the after-call work, in seconds.
        #[serde(deserialize_with = "given::duration")] wrap_up_seconds: Span,
    }
    /// An agent changed state.
    AgentStateChanged = "agent.state_changed" {
        /// Agency of the agent.
        #[serde(borrow)] agency: Text<'a>,
        /// Pseudonym of the agent.
        #[serde(borrow)] agent: Text<'a>,
        /// The state entered.
        state: AgentState,
        /// Queues the agent serves.
        #[serde(borrow, default, deserialize_with = "given::queues", skip_serializing_if = "Option::is_none")] queues: Option<Vec<Text<'a>>>,
        /// Reason of a pause.
        #[serde(borrow, default, deserialize_with = "given::remark", skip_serializing_if = "Option::is_none")] reason: Option<Text<'a>>,
    }
    /// A lever was pulled.
    QueueStateChanged = "queue.state_changed" {
        /// Agency of the queue.
        #[serde(borrow)] agency: Text<'a>,
        /// The queue.
        #[serde(borrow)] queue: Text<'a>,
        /// Whether it takes calls.
        #[serde(default, skip_serializing_if = "Option::is_none")] open: Option<bool>,
        /// Where it overflows to; null ends an overflow.
        #[serde(borrow, default, deserialize_with = "given::nullable", skip_serializing_if = "Option::is_none")] overflow_to: Option<Option<Place<'a>>>,
        /// Whether callers are turned away.
        #[serde(default, skip_serializing_if = "Option::is_none")] deflecting: Option<bool>,
        /// Whether a call back is offered.
        #[serde(default, skip_serializing_if = "Option::is_none")] offering_callback: Option<bool>,
        /// The message that callers hear; an empty one ends it.
        #[serde(borrow, default, deserialize_with = "given::message", skip_serializing_if = "Option::is_none")] message: Option<Text<'a>>,
    }
    /// Satisfaction after a call.
    SurveyAnswered = "survey.answered" {
        /// Agency that took the call.
        #[serde(borrow)] agency: Text<'a>,
        /// Queue of the call.
        #[serde(borrow, default, deserialize_with = "given::text", skip_serializing_if = "Option::is_none")] queue: Option<Text<'a>>,
        /// From 1 to 5.
        score: Score,
    }
}

/// Where a text stands in the data of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The field that holds it, empty at the top.
    pub parent: &'static str,
    /// Its own name.
    pub name: &'static str,
}

/// Shows the texts that a value holds; most hold none.
trait VisitText {
    fn visit_text<'s>(&'s self, _at: Field, _see: &mut impl FnMut(Field, &'s str)) {}
}

impl VisitText for Text<'_> {
    fn visit_text<'s>(&'s self, at: Field, see: &mut impl FnMut(Field, &'s str)) {
        see(at, self.as_str());
    }
}

impl VisitText for Place<'_> {
    fn visit_text<'s>(&'s self, at: Field, see: &mut impl FnMut(Field, &'s str)) {
        see(
            Field {
                parent: at.name,
                name: "agency",
            },
            &self.agency,
        );
        see(
            Field {
                parent: at.name,
                name: "queue",
            },
            &self.queue,
        );
    }
}

impl<T: VisitText> VisitText for Option<T> {
    fn visit_text<'s>(&'s self, at: Field, see: &mut impl FnMut(Field, &'s str)) {
        if let Some(value) = self {
            value.visit_text(at, see);
        }
    }
}

impl<T: VisitText> VisitText for Vec<T> {
    fn visit_text<'s>(&'s self, at: Field, see: &mut impl FnMut(Field, &'s str)) {
        for value in self {
            value.visit_text(at, see);
        }
    }
}

impl VisitText for bool {}
impl VisitText for Time {}
impl VisitText for Span {}
impl VisitText for Score {}
impl VisitText for DeflectReason {}
impl VisitText for QueueReason {}
impl VisitText for CutOffReason {}
impl VisitText for PromiseKind {}
impl VisitText for AttemptOutcome {}
impl VisitText for AgentState {}
