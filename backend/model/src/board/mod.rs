//! The sums of every scope, kept up to date second by second.
//!
//! Derived, never saved: it can be made anew from the contributors at any time,
//! and a property test holds the two ways of getting there equal. A
//! contribution is added to the windows of the scopes above its cells as time
//! passes it, and subtracted as it falls out: what a second costs depends on
//! what happened in it, not on the number of agencies.

mod contributor;
mod gathered;
mod keeping;
mod standing;
mod tree;

pub(crate) use contributor::{Changes, Codes, Contributor};
pub(crate) use keeping::Board;
pub(crate) use tree::{Node, ScopeId};
