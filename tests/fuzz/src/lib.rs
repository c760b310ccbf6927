//! What must hold of any bytes at all.
//!
//! A function a kind of input that comes from outside; each takes bytes and
//! panics where something does not hold that has to. The fuzzer
//! (`tests/fuzz/run`) looks for such bytes; what it kept is in `corpus`, and
//! `cargo test` goes through all of it.
//!
//! # Layout
//! - [`record`], [`event`], [`frame`], [`snapshot`], [`directory`],
//!   [`settings`]: the kinds of input;
//! - `cut`: bytes cut into parts;
//! - `figures`: what must hold of a fold;
//! - `targets/`: the fuzzer's programs, a line each;
//! - `examples/seeds.rs`: writes the inputs that the fuzzer starts from.

mod cut;
mod directory;
mod event;
mod figures;
mod frame;
mod record;
mod settings;
mod snapshot;

pub use directory::directory;
pub use event::event;
pub use frame::frame;
pub use record::record;
pub use settings::settings;
pub use snapshot::snapshot;
