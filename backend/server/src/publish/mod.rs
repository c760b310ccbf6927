//! Topics to those who watch them: a snapshot, then deltas.
//!
//! Each second, what a topic shows is computed once and compared with what it
//! showed before; a frame is encoded once per topic and encoding, and shared by
//! all who watch. What waits for a client is bounded: a topic for which there is
//! no room is left alone until there is, and then the client gets a fresh
//! snapshot of it. It never makes another wait. A frame that is larger than any
//! client's buffer is not sent: the client is told, and stays.
//!
//! # Layout
//! - [`publisher`]: all topics that are watched.
//! - `watched`: one of them, and those who watch it.
//! - `shown`: what a topic shows, and what changed of it.
//! - `frames`: that as frames, each encoded once.
//! - [`figures`]: where figures come from.
//! - [`queue`]: what waits for a client, and how much may.
//! - [`refusals`]: what cannot be served.
//! - [`frame`]: frames as they are sent.

pub mod figures;
pub mod frame;
mod frames;
pub mod publisher;
pub mod queue;
pub mod refusals;
mod shown;
mod watched;

pub use frame::{Encoding, Frame};
pub use publisher::Publisher;
pub use watched::{ClientId, Subscription};
