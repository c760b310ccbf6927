//! What crosses Vigie's boundaries: call events in, views and frames out.
//!
//! Types and their codecs, no behaviour: how a figure is computed lives in
//! `vigie-model`, where an event comes from in `vigie-server`.
//!
//! # Layout
//! - [`time`]: event time and spans, integers of microseconds.
//! - [`scope`]: the paths of the two trees of scopes.
//! - [`extent`]: what figures are of: a scope, or a selection of scopes.
//! - [`topic`]: what can be watched, by name.
//! - [`view`]: the figures of a scope as of an instant; one object for
//!   `vigie fold`, the HTTP API and the websocket.
//! - [`indicator`]: the catalogue of indicators: counts, rates and times of a window,
//!   and what each is computed from.
//! - [`incident`]: what is bad, by what it has in common.
//! - [`definition`]: what every figure of a view is called, says and follows from, in
//!   French and in English.
//! - [`explanation`]: why a rate moved between two windows.
//! - [`help`]: which agencies are under pressure, and which could help.
//! - [`lists`] (feature `events`): waiting calls and open promises, one by one.
//! - [`unknown`] (feature `events`): what the directory does not know.
//! - [`frame`]: what the websocket carries, in JSON and in a compact encoding.
//! - [`event`] (feature `events`): the call events of a telephone platform.
//! - [`read`] (feature `events`): from bytes to an event, or to the reason why not;
//!   `plain` reads the JSON that is written most, sooner.

pub mod definition;
#[cfg(feature = "events")]
pub mod event;
pub mod explanation;
pub mod extent;
pub mod frame;
pub mod help;
pub mod incident;
pub mod indicator;
#[cfg(feature = "events")]
pub mod lists;
#[cfg(feature = "events")]
mod plain;
#[cfg(feature = "events")]
pub mod read;
pub mod scope;
#[cfg(feature = "events")]
pub mod text;
pub mod time;
pub mod topic;
#[cfg(feature = "events")]
pub mod unknown;
pub mod view;
