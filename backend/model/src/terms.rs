//! What folding may look up, and must not change: the directory, the calendar, the
//! limits.

use std::sync::Arc;

use crate::directory::calendar::Calendar;
use crate::directory::{Directory, Versions};
use crate::limits::Limits;
use crate::pseudonyms::Pseudonyms;

/// The terms on which events are folded. They are no part of the saved state:
/// another directory needs no other state.
#[derive(Debug)]
pub(crate) struct Terms {
    /// The versions of the directory, by which things are counted.
    pub versions: Versions,
    /// The version by which things are grouped, judged and named.
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

impl Terms {
    /// Goes by other versions of the directory, or groups by another of them.
    pub(crate) fn follow(&mut self, versions: Versions) {
        self.directory = Arc::clone(versions.grouping());
        self.calendar = Calendar::new(Arc::clone(versions.numbering()));
        self.versions = versions;
    }
}
