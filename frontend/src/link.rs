//! The live stream: a websocket that comes back by itself.
//!
//! # Layout
//! - [`machine`]: when to connect, subscribe, resynchronise and give up a
//!   connection; pure.
//! - [`backoff`]: how long to wait in between; pure.
//! - [`readiness`]: the state of a server that has no figures to send yet.
//! - [`socket`]: the browser's websocket, which obeys the machine.

#[cfg(test)]
pub use machine::tests;

mod backoff;
mod machine;
pub mod readiness;
mod socket;

pub use machine::Status;
pub use socket::{Link, News};
