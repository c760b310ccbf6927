//! Reading the topic of call events.
//!
//! A thread of its own polls the consumer: ends and messages come in one order, and
//! that order reaches the engine through one bounded queue. A stream on the async
//! runtime was the other way: it would need a lock between the client's callbacks
//! and the reader. When the queue is full the thread waits, and with it the client's
//! fetching.
//!
//! The broker's word does not queue. It says how much there is to read, and must be
//! known while there is too much: the engine always finds the latest, with the
//! instant at which it was true.
//!
//! An instance reads *all* partitions, by assignment, without a group: it is ready
//! as soon as it has read them, whatever died before, and two instances are two
//! whole replicas. Offsets are committed all the same, for whoever watches lag.
//!
//! Positions are the engine's to say: on assignment the thread asks for them, and
//! starts from the snapshot's offsets. Where the broker does not have an offset
//! any more, the engine is told, and decides again.
//!
//! # Layout
//! - [`reader`]: the thread.
//! - [`news`]: what it and the engine tell each other.
//! - [`batch`]: messages on their way to the engine.
//! - `courier`: who takes refused messages to their topic.
//! - `headers`: how many headers of a message are looked at.
//! - [`letter`]: a refused message, as it is sent.
//! - [`listener`]: what the client tells by itself.
//! - [`partitions`]: which partitions are read, and from where.
//! - [`refused`]: the topic of refused messages.
//! - [`settings`]: how much waits on its way, as the service is told.
//! - `stamps`: whose clock the timestamps of the topic are.

pub mod batch;
mod courier;
mod headers;
pub mod letter;
pub mod listener;
pub mod news;
pub mod partitions;
pub mod reader;
pub mod refused;
pub mod settings;
mod stamps;
