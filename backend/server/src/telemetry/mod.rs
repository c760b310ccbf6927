//! What the service says of itself: metrics and logs.
//!
//! # Layout
//! - [`metrics`]: every metric, declared once.
//! - [`agency_gauges`], [`caller_gauges`], [`event_counters`]: those of agencies, of
//!   callers and of messages.
//! - [`log`]: the log; [`seldom`]: lines of it that stand for many.
//! - [`settings`]: what the service is told of the log.

pub mod agency_gauges;
pub mod caller_gauges;
pub mod event_counters;
pub mod log;
pub mod metrics;
pub mod seldom;
pub mod settings;
