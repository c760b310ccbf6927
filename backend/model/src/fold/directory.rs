//! Another version of the directory: what follows it at once, and what at midnight.

use std::sync::Arc;

use vigie_contract::time::{Span, Time};

use super::input::Outcome;
use super::judging::Judging;
use super::state::Fold;
use crate::board::Board;
use crate::directory::{Directory, Version, Versions};

/// No version is kept for longer after it was counted by, however far behind the others
/// a partition is.
const KEPT_AT_MOST: Span = Span::from_seconds(30 * 24 * 3_600);

impl Fold {
    /// The versions of the directory that anything is still counted by.
    pub fn directory(&self) -> &Versions {
        &self.terms.versions
    }

    /// Goes on from the versions of another fold, the last of which is in force. For a
    /// fold that has read nothing; without a version nothing changes.
    pub fn resume_directory(&mut self, versions: Vec<Version>) {
        if !versions.is_empty() {
            self.group_by(Versions::of(versions));
        }
    }

    /// Takes note of another version. No event after `after` has been counted, or it is
    /// the instant of the newest that has.
    pub(super) fn take_directory(&mut self, directory: &Arc<Directory>, after: Time) -> Outcome {
        let mut versions = self.terms.versions.clone();
        let now = self.counted_to();
        versions.add(Version {
            directory: Arc::clone(directory),
            after: after.max(now).max(versions.newest().after),
        });
        versions.take_up(now);
        if let Some(closed) = self.all_closed_before(now) {
            versions.forget_before(closed);
        }
        self.group_by(versions);
        Outcome::Noted
    }

    /// Groups by a version that was known beforehand, once its time has come.
    pub(super) fn take_up_directory(&mut self) {
        let Some(coming) = self.terms.versions.coming() else {
            return;
        };
        let now = self.counted_to();
        if coming <= now {
            let mut versions = self.terms.versions.clone();
            versions.take_up(now);
            self.group_by(versions);
        }
    }

    /// The instant before which every day is closed, in whichever partition. One that has
    /// stood still for long does not keep versions for ever.
    fn all_closed_before(&self, now: Time) -> Option<Time> {
        let partitions = self.partitions.values();
        let closed = partitions.filter_map(|each| each.closed_before()).min()?;
        Some(closed.max(now - KEPT_AT_MOST))
    }

    /// The instant up to which anything may have been counted: the beginning of time
    /// where nothing has.
    fn counted_to(&self) -> Time {
        let counted = self.as_of().max(self.newest());
        counted.unwrap_or(Time(i64::MIN))
    }

    /// Goes by some versions: what is derived from the partitions by what the directory
    /// says is made anew. Of a country that takes seconds for the sums of the last hour,
    /// so these stay where they go to the same scopes.
    fn group_by(&mut self, versions: Versions) {
        let goes_elsewhere = !versions.grouping().groups_like(&self.terms.directory);
        self.terms.follow(versions);
        for partition in self.partitions.values_mut() {
            partition.resolve(&self.terms);
        }
        self.callers.group_by(&self.terms.versions);
        self.forget_scopes_judged();
        if goes_elsewhere {
            let only = self.settings.only.as_deref();
            self.board = Board::new(&self.terms, only, self.settings.windows.clone());
            // Scopes have other numbers now.
            self.unmeasured.clear();
        }
        if let Some(as_of) = self.as_of {
            self.advance_callers(as_of);
            if self.settings.live {
                // Cells that were made since the last advance have no place there yet.
                self.advance_board(as_of);
                self.take_up_judgements();
            }
        }
    }

    /// What was judged, without the numbers of scopes: as after a restart.
    fn forget_scopes_judged(&mut self) {
        let judging = std::mem::take(&mut self.judging);
        self.judging = Judging {
            loaded: judging.named_alarms(),
            judged: judging.judged,
            incidents: judging.incidents,
            closings: judging.closings,
            ..Judging::default()
        };
    }
}
