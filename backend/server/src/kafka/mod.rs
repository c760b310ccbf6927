//! Kafka, as everything that speaks to it does.
//!
//! # Layout
//! - [`settings`]: what the service is told.
//! - [`client`]: what the clients are configured with.
//! - [`connection`]: what a client tells by itself; [`delivery`]: of what it sends.
//! - [`reaching`]: whether a broker is there.
//! - [`admin`]: questions about topics, and new ones.

pub mod admin;
pub mod client;
pub mod connection;
pub mod delivery;
pub mod reaching;
pub mod settings;
