//! The estimated wait of a call that joins a queue now, learned online
//! (`docs/estimates.md` has the method, what was tried, and what each gave).
//!
//! # Layout
//! - [`signals`]: what a queue and its agency show, in constant memory;
//! - [`features`]: the same as the numbers that are weighed;
//! - [`regression`]: the weights: mean, median and 90th percentile;
//! - [`staff`]: the agents of an agency, as far as events tell of them;
//! - [`fact`]: the events that matter here, in their order;
//! - [`waiters`]: who waits in a queue;
//! - [`queue`], [`agency`]: who waits, who is there, and what each has shown;
//! - [`learning`]: facts in, estimates out, outcomes learned from;
//! - [`waits`]: what is foreseen; [`mixture`]: the next caller of several queues.
//!
//! # Order
//! Facts are learned from in the order of their times, once the allowed lateness
//! has passed behind them, so that what was learned depends on the set of events
//! alone. What has arrived since then is seen by a second copy of the signals,
//! the ahead one, that only the estimate of the present instant uses.

mod agency;
pub(crate) mod fact;
mod features;
pub(crate) mod learning;
pub(crate) mod mixture;
mod queue;
mod regression;
mod signals;
mod staff;
mod waiters;
mod waits;

pub use waits::{Given, Waits};
