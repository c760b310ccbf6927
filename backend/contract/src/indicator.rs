//! The catalogue of indicators: what each is, and what it is computed from.
//!
//! The structs that cross the boundary ([`Counts`], [`Rates`], [`Times`]) and
//! the entries of [`INDICATORS`] are made of the same lists. Rates are computed
//! and explained from the terms of these entries, so that a formula and its
//! figure cannot differ.
//!
//! # Layout
//! - `count`: the list of counts, those derived from them, and what a formula
//!   may name.
//! - `quantity`: what a window adds up for formulas alone.
//! - `parts`: what a quotient comes to in counts and quantities.
//! - `nature`: what can be said of an indicator beside its formula.
//! - `entry`: an indicator of the catalogue, and its formula.
//! - `rate`: a fraction with its two sides.
//! - `text`: the two languages in which things are said; `words`: what is said of each
//!   indicator of a window.
//! - `catalogue`: the list of rates and times, and the table of all indicators.

mod catalogue;
mod count;
mod entry;
mod nature;
mod parts;
mod quantity;
mod rate;
mod text;
mod words;

pub use catalogue::*;
pub use count::{Count, Counts, Derived, Operand, Sign, Term};
pub use entry::{Formula, Indicator, Side};
pub use nature::{Direction, Kind, Legs, Scopes, ShortAbandons, Unit, Windows};
pub use parts::{Part, Summand};
pub use quantity::{Distribution, Quantity};
pub use rate::Rate;
pub use text::{Text, Words, text, words};
