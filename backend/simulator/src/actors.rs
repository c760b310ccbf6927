//! Who acts: each takes the state of a simulation and changes it.
//!
//! A file is about one stretch of a call's way, and knows only those below it.
//!
//! # Layout
//! From the ground:
//! - [`attendance`], [`legs`]: an agent turns to something, a leg ends: what is
//!   said and counted of each, whoever did it.
//! - [`levers`], [`pledges`], [`redials`], [`surveys`]: what queues are told,
//!   what is promised besides call backs, who will dial again, who says how it
//!   was.
//! - [`callbacks`]: promises to call back; [`agents`]: whose call an agent takes.
//! - [`waiting`]: calls in a queue; [`experts`]: where some go on to.
//! - [`conversations`], [`dialling`], [`arrivals`], [`closings`]: what begins
//!   and ends the rest.

pub(crate) mod agents;
pub(crate) mod arrivals;
mod attendance;
pub(crate) mod callbacks;
pub(crate) mod closings;
pub(crate) mod conversations;
pub(crate) mod dialling;
mod experts;
mod legs;
pub(crate) mod levers;
pub(crate) mod pledges;
mod redials;
pub(crate) mod surveys;
pub(crate) mod waiting;
