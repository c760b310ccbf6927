//! Console, websocket, API, health and metrics, on one address.
//!
//! # Layout
//! - [`routes`]: every path.
//! - [`shared`]: what every request may need.
//! - [`connections`]: sockets accepted, bounded and let go.
//! - [`guard`]: what is asked of every request.
//! - [`host`]: the names that the service goes by.
//! - `identity`: who asks.
//! - [`settings`]: what the service is told of all this.
//! - [`socket`]: the websocket, `/ws`.
//! - `conversation`: what is said on one of them.
//! - `held`: the topics that it holds.
//! - `allowance`: how much a client may send.
//! - [`api`]: the paths below `/api/v1`.
//! - `indicators`: what every figure is.
//! - [`explain`]: why a rate moved.
//! - [`unknown`]: what the directory does not know.
//! - [`answers`]: what the API answers, made once a second.
//! - [`problem`]: errors, as RFC 9457 has them.
//! - [`console`]: the page, embedded.
//! - [`health`]: `/healthz`, `/readyz`, `/metrics`.
//! - `stopping`: the end of the service.

mod allowance;
pub mod answers;
pub mod api;
mod calls;
pub mod connections;
pub mod console;
mod conversation;
pub mod explain;
pub mod guard;
pub mod health;
mod held;
mod help;
pub mod host;
mod identity;
mod indicators;
pub mod problem;
pub mod routes;
pub mod settings;
pub mod shared;
pub mod socket;
mod stopping;
pub mod unknown;

pub use routes::router;
pub use shared::Shared;
