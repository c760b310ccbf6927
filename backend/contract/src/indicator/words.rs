//! What is said of each indicator of a window, one list for each kind.
//!
//! Entries of the catalogue take their words by name, and counts and quantities are
//! matched without a wildcard: what is added without words does not compile.

mod counts;
mod quantities;
mod rates;
mod times;

pub(super) use counts::LEFT_IN_IVR;
pub(super) use rates::*;
pub(super) use times::*;
