//! Why a well-formed event cannot be taken in.

use vigie_contract::time::Time;

/// Why a well-formed event cannot be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The event is dated too far ahead.
    #[error("time: {time} is later than {limit}, the latest that can be believed")]
    TooFarAhead {
        /// The time of the event.
        time: Time,
        /// The latest that would have been taken.
        limit: Time,
    },
    /// The event is dated long before what most of the first events say.
    #[error("time: {time} is earlier than {limit}, the earliest that can be believed")]
    TooFarBehind {
        /// The time of the event.
        time: Time,
        /// The earliest that would have been taken.
        limit: Time,
    },
    /// The message was malformed.
    #[error("malformed")]
    Malformed,
}
