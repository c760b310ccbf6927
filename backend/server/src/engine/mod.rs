//! The one loop that owns the state.
//!
//! Everything that happens comes in as one of a closed list of inputs, in one
//! order: messages, rebalances and the broker's word from the reader, requests
//! from HTTP, the tick of each second. No lock is held anywhere, since nobody
//! else has the state; the price is that a long computation delays all inputs,
//! so each is kept short (messages are folded for a tenth of a second at a time,
//! whatever one costs, a snapshot is taken in steps, an answer is of a page). The
//! tick comes first whatever else waits, and answers have a share of the time that
//! others' messages cannot lose.
//!
//! # Layout
//! - `running`: the loop, and what each input leads to.
//! - `state`: all that it owns.
//! - `assigning`: partitions taken on, found again and begun anew.
//! - `answering`: requests, and what each is told.
//! - `budget`: how much time they may take.
//! - [`clock`]: the time of day, whatever this machine's clock does;
//!   `time_of_day`: this machine's clocks.
//! - `directory`: versions of the directory, followed or refused.
//! - `folding`: messages into the fold, and what becomes of each.
//! - [`holding`]: what messages that wait keep in memory.
//! - `over_limit`: what producers name beyond the limits, told.
//! - [`progress`]: how far the reading is, and what T follows.
//! - [`request`]: what others ask.
//! - [`saving`]: snapshots, taken and restored.
//! - [`settings`]: what the engine is told.
//! - `standing`: what is known of whether the figures are current and whole;
//!   `telling`: how others are told.
//! - [`suspects`]: what may have been the cause, should it panic.

mod answering;
mod assigning;
mod budget;
pub mod clock;
mod directory;
mod folding;
pub mod holding;
mod over_limit;
pub mod progress;
pub mod request;
mod running;
pub mod saving;
pub mod settings;
mod standing;
mod state;
pub mod suspects;
mod telling;
mod time_of_day;

pub use state::{Engine, Parts};
pub use time_of_day::wall_clock;
