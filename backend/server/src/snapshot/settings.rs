//! Where the state is kept on disk, and how often, as the service is told.

use std::path::PathBuf;
use std::time::Duration;

use crate::given_settings::GivenSettings;

/// Where the state is kept on disk, and how often.
#[derive(Clone, Debug)]
pub struct SnapshotSettings {
    /// Folder of the snapshot; without one the state is folded anew at each
    /// start.
    pub folder: Option<PathBuf>,
    /// Time between snapshots.
    pub interval: Duration,
}

/// Reads the settings of `snapshots`.
pub fn read(given: &mut GivenSettings) -> SnapshotSettings {
    SnapshotSettings {
        folder: given.path("snapshots.folder"),
        interval: given.seconds("snapshots.interval_seconds", 30, 86_400),
    }
}
