//! Incidents: what one cause would explain of all that is bad (`judgement.md`,
//! Incidents).
//!
//! An *alarm* is a stretch in which something is above ok in an agency, in one of its
//! queues or in a line of a region. Alarms are gathered into *incidents*: one for the
//! lowest scope in which they are shared, else one for each agency. Alarms of service
//! and those of silence are told apart: what callers suffer does not explain why
//! nothing is heard. What is silent explains what becomes bad there afterwards.
//!
//! # Layout
//! - [`alarmed`]: what is gathered, and what has to be known for that.
//! - [`place`]: of what an incident is, and how wide that is.
//! - [`incident`]: an incident and its parts.
//! - [`gathering`]: where alarms are shared.
//! - [`homes`]: which incident takes in an alarm.
//! - [`register`]: all incidents, and what a judgement does to them.

mod alarmed;
pub(crate) mod gathering;
mod homes;
pub(crate) mod incident;
pub(crate) mod place;
pub(crate) mod register;

#[cfg(test)]
mod tests;

pub(crate) use alarmed::{Alarmed, Surroundings, makes_alarms};
