//! Judging figures: what of a scope is bad, how bad, and since when
//! (`judgement.md`, Severity and Incidents).
//!
//! # Layout
//! - [`criteria`]: from which value on something is bad, and how long it has to be.
//! - [`level`]: how bad a value is by itself.
//! - [`alarm`]: how bad something is once its levels of the last minutes are known.
//! - [`alarms`]: all that is judged of a scope.
//! - [`closing`]: what closing will do to those who wait; [`closed`]: how good such
//!   projections have been.
//! - [`incidents`]: what is bad, by what it has in common.
//! - [`missed`]: which promises will be missed.
//! - [`measured`]: what is judged, as values.
//! - [`opening`]: which scopes are open, and since when.
//! - [`planned`]: interruptions that the directory plans.
//! - [`slack`]: how long agents were ready while nobody waited.
//! - [`toll`]: whom something bad has touched.

pub(crate) mod alarm;
pub(crate) mod alarms;
pub(crate) mod closed;
pub(crate) mod closing;
pub(crate) mod criteria;
pub(crate) mod incidents;
pub(crate) mod level;
pub(crate) mod measured;
pub(crate) mod missed;
pub(crate) mod opening;
pub(crate) mod planned;
pub(crate) mod slack;
pub(crate) mod toll;
