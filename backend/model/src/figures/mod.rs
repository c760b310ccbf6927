//! Figures: from sums and the directory's rules to whatever is shown.
//!
//! Pure functions of [`crate::ScopeSums`]: they know nothing of events, partitions or
//! cells, so that sums of another process show as those of this one.
//!
//! - [`view`]: all figures of a scope;
//! - `card`: those of a child, in a row of a table;
//! - `measures`: those of a scope, for metrics;
//! - `indicators`: those of a window, one function each;
//! - [`explain`]: why a rate moved between two windows; `split`: the arithmetic of it;
//! - `callers`: who tried to reach an agent, and did;
//! - `help`: which agencies are under pressure, which have slack, and what that is worth;
//! - `extent`: what of a view depends on what it is of;
//! - `now`: what is going on; `estimate`: the wait of the next caller; `closing`: what
//!   closing will do to those who wait.

mod callers;
mod card;
mod closing;
mod estimate;
mod explain;
mod extent;
mod help;
pub(crate) mod indicators;
mod measures;
mod now;
mod quarters;
mod split;
mod view;

pub(crate) use card::{NamedScope, card};
pub(crate) use closing::closing_record;
pub(crate) use estimate::estimated_wait;
pub(crate) use explain::SideOf;
pub use explain::{Side, explain};
pub(crate) use extent::{has_levers, is_wide, may_share_agents, needs_one_line};
pub(crate) use help::{HelpRows, effect, help_rows};
pub use measures::Measures;
pub(crate) use measures::measures;
pub(crate) use now::longest_wait;
pub(crate) use quarters::{QuarterSums, quarters};
pub use view::{Setting, view};
