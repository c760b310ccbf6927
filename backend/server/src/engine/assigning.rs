//! Partitions taken on, found again where the broker lost them, and begun anew.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use vigie_contract::time::Time;
use vigie_contract::view::Clock;
use vigie_model::Input as FoldInput;

use super::directory;
use super::saving::unusable;
use super::state::{Engine, GOES_BACK};
use crate::ingest::news::{Extent, TopicIdentity};

/// The least time between two occasions on which everything is read anew because the
/// clock was ahead.
const BEGINS_AGAIN_AFTER: Duration = Duration::from_secs(60);

impl Engine {
    /// Takes partitions on; answers where to read on in those that have a
    /// state.
    pub(super) fn assign(
        &mut self,
        partitions: &BTreeSet<i32>,
        topic: TopicIdentity,
        now: Time,
    ) -> BTreeMap<i32, i64> {
        if let Err(problem) = self.parts.saving.reads_from(topic) {
            unusable("state", &problem);
            self.parts.saving.clear_poison();
            self.parts.poison.clear();
            self.forget_all(now);
        }
        let is_first = self.progress.assigned().next().is_none();
        if is_first {
            // States of partitions that the topic does not have.
            let known = self.fold.partitions().map(|(partition, _)| partition);
            let gone: Vec<i32> = known.filter(|known| !partitions.contains(known)).collect();
            gone.into_iter()
                .for_each(|partition| self.fold.release(partition));
        }
        self.progress.reached(now);
        let mut positions = BTreeMap::new();
        for &partition in partitions {
            let known = self.fold.partition(partition);
            let position = known.map(|known| known.next_offset);
            positions.extend(position.map(|position| (partition, position)));
            let newest = known.and_then(|known| known.newest);
            self.progress.assign(partition, newest, position, now);
        }
        self.settle();
        positions
    }

    /// Where to read a partition on if the broker does not have its due offset:
    /// after what the broker has thrown away unread or, if it never had so many
    /// messages, from the beginning.
    pub(super) fn find_again(&mut self, partition: i32, extent: Extent, now: Time) -> i64 {
        let known = self.fold.partition(partition);
        let next = known.map_or(extent.low, |known| known.next_offset);
        if next < extent.low {
            let lost = (extent.low - next).unsigned_abs();
            tracing::error!(
                partition,
                next,
                low = extent.low,
                lost,
                "messages are gone unread"
            );
            self.parts.saving.lost(lost, now);
            self.fold.skip_to(partition, extent.low);
            self.progress.skip_to(partition, extent.low);
        } else if next > extent.high {
            let high = extent.high;
            let problem =
                format!("partition {partition}: at offset {next}, the topic ends at {high}");
            unusable("state", &problem);
            self.fold.release(partition);
            self.settle();
            self.progress.assign(partition, None, None, now);
        } else {
            return next;
        }
        extent.low
    }

    /// Forgets all figures: what is read next is the beginning of the topic. What was
    /// counted by an earlier version of the directory will be again.
    fn forget_all(&mut self, now: Time) {
        let versions = directory::versions(&self.fold, now);
        self.fold = (self.parts.empty)();
        self.fold.resume_directory(versions);
        self.unfolded = None;
        self.progress.forget();
        self.parts.saving.forget();
    }

    /// Reads everything anew if T has gone far ahead by a clock that was ahead: T
    /// does not go back, so the figures would be of a time to come. It does so once
    /// in a while only, since the clock may not make up its mind.
    pub(super) fn begin_again_if_ahead(&mut self, now: Time) {
        let is_ahead = |as_of: Time| as_of > now + GOES_BACK;
        if self.parts.clock != Clock::Wall || !self.fold.as_of().is_some_and(is_ahead) {
            return;
        }
        let since = self.began_again.map(|before| before.elapsed());
        if since.is_some_and(|since| since < BEGINS_AGAIN_AFTER) {
            return;
        }
        let as_of = self.fold.as_of().map(|as_of| as_of.to_string());
        tracing::error!(?as_of, %now, "the clock was ahead: all is read anew");
        self.began_again = Some(Instant::now());
        self.forget_all(now);
        self.steer(|steering| steering.rereads += 1);
    }

    /// Makes the sums anew once the set of partitions has changed: sums are those of
    /// the last advance.
    fn settle(&mut self) {
        if let Some(to) = self.fold.as_of() {
            self.apply(FoldInput::Advance { to });
        }
    }
}
