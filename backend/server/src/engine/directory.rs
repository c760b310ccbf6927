//! Versions of the directory: one that is whole is in force, one at fault is told.

use std::sync::Arc;

use vigie_contract::frame::RefusedDirectory;
use vigie_contract::time::Time;
use vigie_model::{Directory, Fold, Input, Version};

/// What is known of the directory's file from one second to the next.
#[derive(Debug, Default)]
pub(super) struct DirectoryStanding {
    /// What is wrong with the file as it is now.
    pub(super) refused: Option<RefusedDirectory>,
    /// When the version in force was read, once that was told.
    pub(super) read_at: Option<Time>,
}

impl DirectoryStanding {
    /// Takes note of a version with so many faults.
    pub(super) fn refuse(&mut self, faults: usize, now: Time) {
        let since = self.refused.map_or(now, |before| before.since);
        let faults = faults as u64;
        self.refused = Some(RefusedDirectory { since, faults });
    }

    /// Takes note of a version without any.
    pub(super) fn accept(&mut self, now: Time) {
        self.refused = None;
        self.read_at = Some(now);
    }
}

/// Has the figures go by a version; answers whether it is another than the one in force.
pub(super) fn follow(fold: &mut Fold, directory: &Arc<Directory>) -> bool {
    let before = &fold.directory().newest().directory;
    if before.text() == directory.text() {
        return false;
    }
    // What has been counted says after which instant it was read.
    let after = Time(i64::MIN);
    fold.apply(Input::Directory { directory, after });
    let versions = fold.directory();
    let after = versions.newest().after;
    let after = (after > Time(i64::MIN)).then(|| after.to_string());
    let [from, everywhere] = match versions.counting_from() {
        Some((first, last)) if after.is_some() => [first, last].map(|at| Some(at.to_string())),
        Some(_) | None => [None, None],
    };
    tracing::info!(
        after,
        counting_from = from,
        counting_everywhere_from = everywhere,
        "another version of the directory is in force"
    );
    true
}

/// The versions that anything is counted by, for a state that begins anew. None was read
/// later than now.
pub(super) fn versions(fold: &Fold, now: Time) -> Vec<Version> {
    let versions = fold.directory().iter();
    let until_now = versions.map(|version| Version {
        after: version.after.min(now),
        ..version.clone()
    });
    until_now.collect()
}
