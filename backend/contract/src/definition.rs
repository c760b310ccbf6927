//! What every figure of a view is, for those who read it: what it is called, what it
//! says, how it is computed, where and over which windows it stands, in French and in
//! English.
//!
//! Counts, rates and times of a window are those of [`crate::indicator`], formulas and
//! words included. All else that a view shows is listed here. So this is the one place
//! that the API, the documentation and the console take their words from.
//!
//! # Layout
//! - `place`: the windows and the levels of scopes in which a figure stands.
//! - `figure`: a figure that is no count, rate or time of a window.
//! - `now`, `estimated`, `callers`, `closing`, `judgements`, `windowed`: the lists of
//!   those.
//! - `formula`: a formula, written out and term by term.
//! - `entry`: a definition as it is served, and all of them.

mod callers;
mod closing;
mod entry;
mod estimated;
mod figure;
mod formula;
mod judgements;
mod now;
mod place;
mod windowed;

pub use callers::CALLERS;
pub use closing::{CLOSING, CLOSING_SCORE};
pub use entry::{Definition, Definitions};
pub use estimated::{ESTIMATE, ESTIMATED_MEDIAN, RECORD};
pub use figure::Figure;
pub use formula::{WrittenFormula, WrittenTerm};
pub use judgements::{JUDGED, judged};
pub use now::{LONGEST_WAIT, NOW, WAITING};
pub use place::{Level, Windowed};
pub use windowed::WINDOWED;
