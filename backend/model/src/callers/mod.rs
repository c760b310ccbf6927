//! Callers: who tried to reach an agent on a line, and who did (`docs/callers.md`).
//!
//! They are derived from the traces that calls leave in all partitions, as the sums
//! are, and never saved: parts of one call may lie in several partitions. What a call
//! comes to is computed anew whenever one of them tells something of it, since a
//! call has a handful of traces; what a caller adds to the counts of lines is taken out
//! and put in again whenever a call of the caller changes, or time passes something
//! that happened to it. Nobody has more than a hundred calls here. Rejected: counts
//! that each event patches, which a late event makes wrong in the tenth case.
//!
//! # Layout
//! - [`visit`]: what the traces of a call come to;
//! - [`standing`]: what the calls of a caller count for, as of an instant;
//! - [`book`]: calls and callers, and where they lie;
//! - [`keeping`]: the whole, kept up as traces come and time passes.

mod book;
mod keeping;
mod standing;
mod visit;

pub(crate) use book::Parts;
pub(crate) use keeping::Callers;
