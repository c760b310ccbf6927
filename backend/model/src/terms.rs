//! What folding may look up, and must not change: the directory, the calendar, the
//! limits.

use std::sync::Arc;

use crate::directory::Directory;
use crate::directory::calendar::Calendar;
use crate::limits::Limits;
use crate::pseudonyms::Pseudonyms;

/// The terms on which events are folded. They are no part of the saved state:
/// another directory needs no other state.
#[derive(Debug)]
pub(crate) struct Terms {
    pub directory: Arc<Directory>,
    pub calendar: Calendar,
    /// Seconds in the longest sliding window.
    pub longest_window: i64,
    /// Whether figures are kept at every second, or made when they are asked for.
    pub live: bool,
    /// Whether waits are estimated.
    pub estimates: bool,
    /// How many places there are for what events name and the directory does not
    /// know.
    pub limits: Limits,
    /// Makes the hashes of pseudonyms.
    pub pseudonyms: Pseudonyms,
}
