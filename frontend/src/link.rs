//! The live stream: a websocket that comes back by itself.
//!
//! # Layout
//! - [`machine`]: when to connect, subscribe, resynchronise and give up a
//!   connection; pure.
//! - [`backoff`]: how long to wait in between; pure.
//! - [`socket`]: the browser's websocket, which obeys the machine.

#[cfg(test)]
pub use machine::tests;

mod backoff;
mod machine;
mod socket;

pub use machine::Status;
pub use socket::{Link, News};
