//! Everything the console says, in each of its languages.
//!
//! Structs hold every message, so that a message missing from a language does
//! not compile; nothing else in the console puts words on the screen. Names of
//! scopes come from the directory and are not translated; what a figure is called and
//! says comes from its definition in the contract, which the API serves too.
//!
//! # Layout
//! - [`language`]: the languages.
//! - [`catalogue`]: what the shell says, and what pages share.
//! - [`supervision`]: what the page of a scope says.
//! - [`english`], [`french`]: the catalogue in each.

mod catalogue;
mod english;
mod french;
mod language;
mod supervision;

pub use catalogue::{OperandWords, Words};
pub use language::Language;
pub use supervision::SupervisionWords;

/// What the product is called, in any language.
pub const BRAND: &str = "Vigie";
