//! The history of a call in its queues, packed.
//!
//! The events of a day are the bulk of the state, so they are kept as bytes: an
//! event takes some fourteen to twenty-five. They lie in their order (time, type,
//! id), across all legs of the call, and are unpacked whenever one is added: a
//! call has two or three. [`Calls`] is where they lie. A [`Trace`] is what tells of a
//! call's caller.

mod ages;
mod calls;
mod chunks;
mod packed;
mod trace;

pub(crate) use ages::Ages;
pub(crate) use calls::Calls;
pub(crate) use packed::{CallEvents, append, order, pack, pack_next, unpack};
pub(crate) use trace::{ONE_CALL, Trace, TraceWhat, Traces, unpack_traces};
