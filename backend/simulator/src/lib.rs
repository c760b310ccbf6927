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
//! - `random`: random numbers that are the same everywhere.
//! - `profile`, `staffing`, `incidents`: load over the week, agents' shifts and
//!   pauses, early closings, what goes wrong; `faults`: what is made to; `hardship`:
//!   how hard it is to reach an agent.
//! - `emission`: from a source to a delivery; `spelling`: as each source writes.
//! - [`truth`]: the bookkeeping, in its own words.
//! - `world`: the state: calls, agents, desks, what is planned.
//! - `actors`: who changes it, a file each about one stretch of a call's way.
//! - [`simulation`]: the one loop over simulated time, and the iterator.

mod actors;
mod calendar;
mod emission;
mod faults;
mod hardship;
mod incidents;
mod network;
mod profile;
mod random;
mod settings;
mod simulation;
mod spelling;
mod staffing;
mod truth;
mod world;

pub use emission::Delivery;
pub use faults::{Fault, FaultKind, NotAFault};
pub use hardship::Hardship;
pub use incidents::{Incident, Leaving, struck};
pub use network::{ListedAgency, Network};
pub use settings::Settings;
pub use simulation::Simulation;
pub use spelling::spelled;
pub use truth::{
    CallerCounts, Counts, Figures, LeverKind, LeverRow, LineCounts, Row, Side, State, TroubleKind,
    TroubleRow, Truth, Waits,
};
