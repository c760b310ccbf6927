//! Numbers of what the directory lists.

use vigie_contract::time::Time;

/// Index of a time zone of the directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ZoneId(pub usize);

/// Index of a schedule of the directory; those that are equal have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HoursId(pub usize);

/// The hours that something keeps, in a time zone; none: it is always open.
pub(crate) type Kept = (Option<HoursId>, ZoneId);

/// The time zone by whose days something is counted, and since when it is: no day of it
/// begins earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ZoneSince {
    pub zone: ZoneId,
    pub since: Time,
}
