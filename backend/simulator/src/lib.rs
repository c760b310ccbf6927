//! A seeded national network of telephone platforms that knows the truth it
//! generated.
//!
//! Callers dial, wait, lose patience and dial again; agents work shifts. Waits
//! come from that alone: nothing draws a waiting time. The same [`Settings`]
//! give the same bytes on every platform. The crate shares no code with the
//! model that folds its events: [`Truth`] is an independent witness.
//!
//! # Layout
//! - [`settings`], [`network`], [`calendar`]: what is simulated; `network` holds
//!   the five networks' figures and writes the directory file.
//! - `profile`, `staffing`, `incidents`: load over the week, agents' shifts and
//!   pauses, early closings, what goes wrong.
//! - [`simulation`]: the one loop over simulated time, and the iterator.
//!   `arrivals`, `waiting`, `agents`, `experts`, `callbacks`, `pledges` are its
//!   parts, each about one stretch of a call's way, `levers` about what queues
//!   are told; `calls`, `doing` and `agenda` hold their state.
//! - `emission`: from a source to a delivery; `spelling`: as each source writes.
//!   [`truth`]: the bookkeeping.
//! - `random`: random numbers that are the same everywhere.

mod agenda;
mod agents;
mod arrivals;
mod calendar;
mod callbacks;
mod calls;
mod doing;
mod emission;
mod experts;
mod incidents;
mod levers;
mod network;
mod pledges;
mod profile;
mod random;
mod settings;
mod simulation;
mod spelling;
mod staffing;
mod truth;
mod waiting;

pub use emission::Delivery;
pub use incidents::Incident;
pub use levers::Kind as LeverKind;
pub use network::{ListedAgency, Network};
pub use settings::Settings;
pub use simulation::Simulation;
pub use spelling::spelled;
pub use truth::{Counts, Figures, LeverRow, LineCounts, Row, Side, State, Truth, Waits};
