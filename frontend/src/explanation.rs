//! The headline figures of a scope, and what each was computed from.
//!
//! Nothing is computed here but the text: the figures, their counts and their
//! windows are the server's, and the formula of a rate is that of the catalogue of
//! indicators.
//!
//! # Layout
//! - `figure`: which figures there are, and what is shown of each.
//! - `behind`: what is one click behind it.
//! - `terms`: formulas written out; `record`: how good estimates have been.

mod behind;
mod figure;
mod record;
mod terms;
#[cfg(test)]
mod tests;

pub use behind::Explanation;
pub use figure::Figure;
