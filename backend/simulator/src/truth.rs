//! What really happened, by the simulator's own bookkeeping.
//!
//! Counted while the events are made, by whoever makes them, never by reading
//! them back: a fold that agrees with it agrees with an independent witness.
//! It knows nobody who makes them: what is told to it, it tells in its own
//! words. The definitions are those of `indicators.md`; a row is an agency, a
//! UTC quarter-hour and a side.
//!
//! # Layout
//! - [`counts`]: what is counted; [`row`](mod@row): of whom, when, and from whose side.
//! - [`callers`]: who asked for an agent, and what came of it.
//! - [`trouble`]: what was out of the ordinary, where and when.
//! - [`leg`]: what a leg counts when it closes.
//! - [`occupation`]: what an agent counts under.
//! - [`lever`]: the levers that were pulled.
//! - [`record`]: all of it; [`file`](mod@file): the rows as a file.

mod callers;
mod counts;
mod file;
mod leg;
mod lever;
mod occupation;
mod record;
mod row;
mod trouble;

pub use callers::CallerCounts;
pub use counts::{Counts, Figures, LineCounts, State, Waits};
pub(crate) use leg::{ClosedLeg, Ending};
pub(crate) use lever::PulledLever;
pub use lever::{LeverKind, LeverRow};
pub(crate) use occupation::Occupation;
pub use record::Truth;
pub use row::{Row, Side};
pub(crate) use trouble::Trouble;
pub use trouble::{TroubleKind, TroubleRow};
