//! The directory: which network and region an agency belongs to, which line a
//! queue serves, time zones, opening hours and thresholds of counting.
//!
//! # Layout
//! - [`lookup`]: the validated directory and the questions the fold asks of it;
//! - [`around`]: the scopes that a scope lies in; [`served`]: who takes calls there;
//! - [`versions`]: one directory after the other, and which of them counts when;
//! - [`together`]: the rules of several scopes together;
//! - [`file`]: the TOML file, and every fault of it at once;
//! - [`hours`]: weekly opening hours;
//! - [`schedule`]: weekly hours less closed dates, and who keeps which;
//! - [`similar`]: codes that are spelt almost alike;
//! - [`calendar`]: civil days and opening hours as instants, across clock
//!   changes.
//!
//! What it does not know is not dropped: unknown agencies show under
//! `unassigned/unassigned/CODE`, keep the default time zone and the hours of the
//! line, and close where a closure narrows to no network, region or agency.

mod around;
pub(crate) mod calendar;
mod file;
mod hours;
mod ids;
mod lookup;
mod schedule;
mod served;
mod similar;
mod together;
mod versions;

pub use calendar::LocalHour;
pub use file::Fault;
pub(crate) use ids::{HoursId, Kept, ZoneId, ZoneSince};
pub use lookup::Directory;
pub use versions::{Version, Versions};
