//! What the service says of itself: metrics and logs.

pub mod log;
pub mod metrics;
pub mod seldom;
pub mod settings;
