//! A partition: everything that its events have said, and nothing else.
//!
//! It owns what its own events contribute, to its own agencies' scopes or to
//! another's (an overflow counts where the caller first asked). Partitions never
//! speak to each other: a view adds them up, and one can move to another
//! process whole.
//!
//! # Layout
//! - [`state`]: the state and the passing of time;
//! - [`dispatch`]: what each type of event does;
//! - [`calls`], [`promises`], [`agents`]: histories, and what they contribute;
//! - [`traces`]: what calls tell of their callers;
//! - [`estimates`]: what estimated waits learn from; [`outlook`]: those of the next
//!   caller; [`closing`]: those that closing ends; [`predicting`]: which promises will be
//!   missed;
//! - [`help`]: how many of its agents are idle, and how many callers wait;
//! - [`contributing`]: what the sums of scopes take from it;
//! - [`held`]: events too far ahead, where nothing tells when they arrived;
//! - [`admission`]: too late, duplicate, applied;
//! - [`named`], [`placing`]: which place an event names, which cell that has, and what
//!   has none; [`rules`]: what the directory says of it; [`register`]: how many places are
//!   taken; [`aliases`]: events as histories keep them; [`forgetting`], [`marks`]: what is
//!   over, and what nobody names any more;
//! - [`cell`], [`quarters`]: what is held for each queue; [`pane`]: what happened in
//!   a second; [`deadlines`]: when legs will be lost; [`ended`], [`behind_counts`]: the
//!   calls behind the counts of the last hour;
//! - [`saved`]: all of it as bytes.
//!
//! Contributions wait in one-second panes until `cursor` passes them; then they
//! are in the cells. Panes stay until the longest sliding window has passed, for
//! the sums to take them out again.

pub(crate) mod admission;
mod agents;
mod aliases;
mod behind_counts;
mod calls;
pub(crate) mod cell;
pub(crate) mod closing;
mod contributing;
mod deadlines;
mod dispatch;
pub(crate) mod ended;
mod estimates;
mod forgetting;
pub(crate) mod held;
mod help;
pub(crate) mod lists;
mod marks;
mod named;
mod outlook;
mod pane;
mod placing;
mod predicted;
mod predicting;
mod promises;
mod quarters;
pub(crate) mod register;
mod rules;
pub(crate) mod saved;
mod state;
mod traces;

pub(crate) use state::Partition;
