//! The service: Kafka in, live figures out.
//!
//! A thin shell around the fold of `vigie-model`; how a figure is computed is
//! not its business. Data walk one way: [`ingest`] reads the topic and hands
//! batches to the [`engine`], the one loop that owns the state; [`publish`]
//! encodes what changed once for all who watch it; [`http`] carries it.
//!
//! # Layout
//! - [`access`]: who may see what.
//! - [`command`]: a file per subcommand of `vigie`.
//! - [`config`]: every setting, validated once, all faults at once;
//!   [`given_settings`]: the settings as they are given.
//! - [`kafka`]: how everything speaks to Kafka.
//! - [`ingest`]: the consumer's thread, and the topic of refused messages.
//! - [`directory_file`]: the directory's file, watched.
//! - [`engine`]: the loop that owns the fold, and the clock of the figures.
//! - [`publish`]: snapshots and deltas for those who watch a topic.
//! - [`pseudonyms`]: the key of their hashes, given or made.
//! - [`snapshot`]: the state on disk, with the offsets it covers.
//! - [`http`]: console, websocket, API, health and metrics.
//! - [`events`]: call events in files.
//! - [`produce`]: call events into Kafka, for `replay`, `simulate` and `demo`.
//! - [`service`]: the parts above started together, and stopped in order.
//! - [`signals`]: what the system asks of the process.
//! - [`misspelt`]: names that may have been meant for others.
//! - [`panics`]: what is done where code panics.
//! - [`telemetry`]: metrics, declared once, and logs.
//! - [`threads`]: the loops, that they go round and that none ends unnoticed.

pub mod access;
pub mod command;
pub mod config;
pub mod directory_file;
pub mod engine;
pub mod events;
pub mod given_settings;
pub mod http;
pub mod ingest;
pub mod kafka;
pub mod misspelt;
pub mod panics;
pub mod produce;
pub mod pseudonyms;
pub mod publish;
pub mod service;
pub mod signals;
pub mod snapshot;
pub mod telemetry;
pub mod threads;
