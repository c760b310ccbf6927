//! Every setting of the service, validated once, at the edge.
//!
//! From a TOML file and from the environment, which wins: `kafka.group_id` is
//! `VIGIE_KAFKA_GROUP_ID`. All faults are told at once. Each module owns its
//! settings, in a file `settings.rs` of its own; they are composed here.
//!
//! # Layout
//! - `composed`: the settings of all modules.
//! - `directory`: the directory, from its file.
//! - `faulty`: what is wrong with a configuration.
//! - `invented`: the limits of what producers can invent.

mod composed;
mod directory;
mod faulty;
mod invented;

pub use composed::{Config, load, load_for_service, parse};
pub use directory::read_directory;
pub use faulty::Faulty;

#[cfg(test)]
mod tests;
