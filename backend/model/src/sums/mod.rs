//! The sums of a scope, as a value: kept second by second, added to those of others,
//! sent elsewhere.
//!
//! Sums are the currency. What contributes (partitions) makes contributions; the
//! board adds them to the [`ScopeSums`] of every scope; figures are functions of
//! these and of nothing else that was counted. Sums of two processes add, views do
//! not: a median of medians is none.

mod callers;
mod closing;
mod ever;
mod help;
mod outlook;
mod present;
mod scope;
mod sources;
mod windows;

pub(crate) use callers::CallerCounts;
pub(crate) use closing::{ClosingQueue, ClosingSums, ExpectedEntry};
pub(crate) use ever::Ever;
pub(crate) use help::HelpSums;
pub(crate) use outlook::{Outlook, ServedLines};
pub(crate) use present::{Attendance, Present};
pub use scope::{DecodeError, OtherWindows, ScopeSums};
pub(crate) use sources::{KNOWN_FOR, LastHeard, Sources};
pub(crate) use windows::{QUARTER_SECONDS, TODAY, Wanted, WindowAt, WindowSums, place_of};
pub use windows::{Sliding, default_windows};
