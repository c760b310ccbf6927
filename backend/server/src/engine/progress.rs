//! How far the reading of each partition is, and what follows for the clock.
//!
//! Processing time and the broker's word live here; event time is the
//! [`Watermark`]'s business. Pure: `now` is always given.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use vigie_contract::frame::FeedState;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::watermark::Watermark;

use crate::ingest::batch::Batch;

/// Nothing came for so long: a partition that was read to its end is at it.
const QUIET: Span = Span::from_seconds(5);

/// A message that the broker received so recently shows that its partition has
/// been caught up with, though its end may never be seen.
const RECENT: Span = Span::from_seconds(2);

/// So many messages of a partition are held back before it is no longer read,
/// and so few before it is read again: a pause throws away what was fetched, so
/// there should be few.
const HOLD_MOST: usize = 20_000;
const HOLD_FEW: usize = HOLD_MOST / 2;

/// A message that waits in its batch.
pub type Held = (Arc<Batch>, usize);

/// The reading of one partition.
#[derive(Debug)]
struct Partition {
    /// Read up to its end, or nearly, since it was assigned or reconnected.
    current: bool,
    /// Everything that the broker had was read, and nothing came since.
    at_end: bool,
    /// When the last message came, or the partition was assigned.
    last_message: Time,
    /// Where reading began, for as long as its state has no offset.
    start: i64,
    /// Messages read too far ahead of the slowest partition.
    held: VecDeque<Held>,
    /// Not read for now: enough is held.
    paused: bool,
}

/// The reading of all partitions.
#[derive(Debug)]
pub struct Progress {
    clock: Clock,
    partitions: BTreeMap<i32, Partition>,
    watermark: Watermark,
    /// Whether a broker can be reached; `None` before the first word of it.
    connected: Option<bool>,
    /// Since when it can.
    connected_since: Time,
    /// Offsets after the last message of each partition, from the broker.
    ends: BTreeMap<i32, i64>,
}

impl Progress {
    /// Of no partition.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            partitions: BTreeMap::new(),
            watermark: Watermark::new(),
            connected: None,
            connected_since: Time::default(),
            ends: BTreeMap::new(),
        }
    }

    /// A partition is to be read from offset `start`; `newest` is its state's
    /// newest event time.
    pub fn assign(&mut self, partition: i32, newest: Option<Time>, start: i64, now: Time) {
        self.watermark.add(partition, newest);
        self.partitions.insert(
            partition,
            Partition {
                current: false,
                at_end: false,
                last_message: now,
                start,
                held: VecDeque::new(),
                paused: false,
            },
        );
    }

    /// A partition is read elsewhere; what was held of it is forgotten.
    pub fn revoke(&mut self, partition: i32) {
        self.watermark.remove(partition);
        self.partitions.remove(&partition);
        self.ends.remove(&partition);
    }

    /// Whether the partition is read here.
    pub fn is_assigned(&self, partition: i32) -> bool {
        self.partitions.contains_key(&partition)
    }

    /// The partitions read here.
    pub fn assigned(&self) -> impl Iterator<Item = i32> + '_ {
        self.partitions.keys().copied()
    }

    /// A message came, that the broker had received at `arrived`.
    pub fn came(&mut self, partition: i32, arrived: Option<Time>, now: Time) {
        if let Some(known) = self.partitions.get_mut(&partition) {
            known.last_message = now;
            known.at_end = false;
            self.watermark.set_at_end(partition, false);
            if known.held.is_empty() && arrived.is_some_and(|arrived| now - arrived < RECENT) {
                known.current = true;
            }
        }
    }

    /// An event was accepted: the newest time of its partition.
    pub fn accepted(&mut self, partition: i32, newest: Time) {
        self.watermark.observe(partition, newest);
    }

    /// Everything that the broker had of a partition was read.
    pub fn ended(&mut self, partition: i32) {
        if let Some(known) = self.partitions.get_mut(&partition) {
            known.at_end = true;
            if known.held.is_empty() {
                known.current = true;
            }
        }
    }

    /// The broker's word on the connection and on the ends of partitions.
    pub fn heard(&mut self, connected: bool, ends: BTreeMap<i32, i64>, now: Time) {
        let was_connected = self.connected.replace(connected);
        self.ends.extend(ends);
        if connected && was_connected != Some(true) {
            self.connected_since = now;
        }
        if connected != was_connected.unwrap_or(!connected) {
            if connected {
                tracing::info!("a broker is reached");
            } else {
                tracing::warn!("no broker can be reached");
                self.fall_behind();
            }
        }
    }

    /// Nothing can be read for now: what piles up has to be caught up with.
    pub fn fall_behind(&mut self) {
        for (partition, known) in &mut self.partitions {
            known.current = false;
            known.at_end = false;
            self.watermark.set_at_end(*partition, false);
        }
    }

    /// Notes which partitions are at their end, and have been quiet for long
    /// enough. `next_offset` tells how far the state of each is.
    pub fn tick(&mut self, now: Time, next_offset: impl Fn(i32) -> Option<i64>) {
        // The client tells of an end once only: after a reconnection to where
        // nothing has come, it is the broker's word that says so.
        if self.is_connected() && now - self.connected_since >= RECENT {
            let at_end: Vec<i32> = self
                .partitions
                .iter()
                .filter(|(partition, known)| {
                    !known.at_end
                        && now - known.last_message >= RECENT
                        && self.lag(**partition, next_offset(**partition)) == Some(0)
                })
                .map(|(partition, _)| *partition)
                .collect();
            for partition in at_end {
                self.ended(partition);
            }
        }
        let quiet: Vec<i32> = self.quiet(now).collect();
        for partition in quiet {
            self.watermark.set_at_end(partition, true);
        }
    }

    /// The partitions that are at their end, and have been quiet for long enough.
    pub fn quiet(&self, now: Time) -> impl Iterator<Item = i32> + '_ {
        let partitions = self.partitions.iter();
        let quiet = partitions.filter(move |(_, known)| {
            known.at_end && known.held.is_empty() && now - known.last_message >= QUIET
        });
        quiet.map(|(partition, _)| *partition)
    }

    /// Whether a message of the partition must wait for slower partitions.
    pub fn must_wait(&self, partition: i32) -> bool {
        let held = |known: &Partition| !known.held.is_empty();
        self.paces_by_events()
            && (self.partitions.get(&partition).is_some_and(held)
                || self.watermark.must_wait(partition))
    }

    /// Holds a message back.
    pub fn hold(&mut self, partition: i32, message: Held) {
        if let Some(known) = self.partitions.get_mut(&partition) {
            known.held.push_back(message);
            known.paused |= known.held.len() >= HOLD_MOST;
        }
    }

    /// Whether the turn of a held message has come.
    pub fn may_release(&self) -> bool {
        let paces = self.paces_by_events();
        self.partitions.iter().any(|(partition, known)| {
            let waits = paces && self.watermark.must_wait(*partition);
            !waits && !known.held.is_empty()
        })
    }

    /// A held message whose turn has come.
    pub fn release(&mut self) -> Option<Held> {
        let paces = self.paces_by_events();
        let known = self.partitions.iter_mut().find_map(|(partition, known)| {
            let waits = paces && self.watermark.must_wait(*partition);
            (!waits && !known.held.is_empty()).then_some(known)
        })?;
        let message = known.held.pop_front();
        known.paused &= known.held.len() > HOLD_FEW;
        if known.held.is_empty() && known.at_end {
            known.current = true;
        }
        message
    }

    /// The partitions of which enough is held: they should not be read now.
    pub fn paused(&self) -> BTreeSet<i32> {
        self.partitions
            .iter()
            .filter(|(_, known)| known.paused)
            .map(|(partition, _)| *partition)
            .collect()
    }

    /// Whether T follows the events, not the clock on the wall.
    fn paces_by_events(&self) -> bool {
        self.clock == Clock::Event || !self.is_caught_up()
    }

    /// Whether what had piled up is read.
    pub fn is_caught_up(&self) -> bool {
        !self.partitions.is_empty() && self.partitions.values().all(|known| known.current)
    }

    /// Whether a broker can be reached, as far as is known.
    pub fn is_connected(&self) -> bool {
        self.connected == Some(true)
    }

    /// T, the instant that figures are as of from `now` on; `None` to leave it.
    pub fn time(&mut self, now: Time, has_figures: bool) -> Option<Time> {
        if self.connected == Some(false) {
            // The figures are those of then; but a screen without any, where
            // the broker was never there, would not even say so.
            let first = self.clock == Clock::Wall && !has_figures;
            return first.then(|| Time::from_seconds(now.second()));
        }
        if self.paces_by_events() {
            self.watermark.time()
        } else {
            Some(Time::from_seconds(now.second()))
        }
    }

    /// T as the events give it.
    pub fn event_time(&mut self) -> Option<Time> {
        if self.paces_by_events() {
            self.watermark.time()
        } else {
            None
        }
    }

    /// Since the newest event: by the clock on the wall its age, under the
    /// clock of events the time since the last message came.
    pub fn data_age(&self, newest: Option<Time>, now: Time) -> Option<Span> {
        let since = match self.clock {
            Clock::Wall => newest?,
            Clock::Event => self
                .partitions
                .values()
                .map(|known| known.last_message)
                .max()?,
        };
        Some(Span((now - since).0.max(0)))
    }

    /// The state of the feed.
    pub fn state(&self, newest: Option<Time>, silent_after: Duration, now: Time) -> FeedState {
        if self.connected == Some(false) {
            return FeedState::Disconnected;
        }
        if self.partitions.is_empty() || (self.is_caught_up() && newest.is_none()) {
            return FeedState::Starting;
        }
        if !self.is_caught_up() {
            return FeedState::CatchingUp;
        }
        let silent = self
            .data_age(newest, now)
            .is_some_and(|age| age.0 > i64::try_from(silent_after.as_micros()).unwrap_or(i64::MAX));
        if silent {
            FeedState::Stale
        } else {
            FeedState::Live
        }
    }

    /// Messages of a partition not yet folded, where the broker told its end.
    pub fn lag(&self, partition: i32, next_offset: Option<i64>) -> Option<u64> {
        let end = self.ends.get(&partition)?;
        let start = self.partitions.get(&partition)?.start;
        u64::try_from((end - next_offset.unwrap_or(start)).max(0)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENT: Duration = Duration::from_secs(300);

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    fn connected(clock: Clock, partitions: &[i32]) -> Progress {
        let mut progress = Progress::new(clock);
        progress.heard(true, BTreeMap::new(), at(10_000));
        for partition in partitions {
            progress.assign(*partition, None, 0, at(10_000));
        }
        progress
    }

    fn event(progress: &mut Progress, partition: i32, time: i64, now: i64) {
        progress.came(partition, Some(at(0)), at(now));
        progress.accepted(partition, at(time));
    }

    #[test]
    fn the_wall_clock_rules_once_caught_up() {
        let mut progress = connected(Clock::Wall, &[0]);
        event(&mut progress, 0, 9_000, 10_001);
        assert_eq!(progress.time(at(10_001), true), Some(at(8_970)));
        assert_eq!(
            progress.state(Some(at(9_000)), SILENT, at(10_001)),
            FeedState::CatchingUp
        );
        progress.ended(0);
        assert_eq!(progress.time(at(10_001), true), Some(at(10_001)));
        assert_eq!(
            progress.state(Some(at(9_000)), SILENT, at(9_300)),
            FeedState::Live
        );
        assert_eq!(
            progress.state(Some(at(9_000)), SILENT, at(9_301)),
            FeedState::Stale
        );
        assert_eq!(
            progress.data_age(Some(at(9_000)), at(9_301)),
            Some(Span::from_seconds(301))
        );
    }

    #[test]
    fn a_partition_that_never_rests_is_caught_up_by_its_arrivals() {
        let mut progress = connected(Clock::Wall, &[0]);
        progress.came(0, Some(at(9_990)), at(10_000));
        assert!(!progress.is_caught_up());
        progress.came(0, Some(at(9_999)), at(10_000));
        assert!(progress.is_caught_up());
    }

    #[test]
    fn the_end_counts_after_five_quiet_seconds() {
        let mut progress = connected(Clock::Event, &[0, 1]);
        event(&mut progress, 0, 1_000, 10_000);
        progress.ended(1);
        progress.tick(at(10_004), |_| None);
        assert_eq!(progress.time(at(10_004), true), None);
        progress.tick(at(10_005), |_| None);
        assert_eq!(progress.time(at(10_005), true), Some(at(970)));
        // Not at its end: quiet only because the broker is slow.
        event(&mut progress, 0, 1_100, 10_006);
        progress.tick(at(10_100), |_| None);
        assert_eq!(progress.time(at(10_100), true), Some(at(1_070)));
    }

    #[test]
    fn what_is_too_far_ahead_is_held_and_released_in_order() {
        let mut progress = connected(Clock::Event, &[0, 1]);
        let batch = Arc::new(Batch::default());
        event(&mut progress, 0, 1_000, 10_000);
        assert!(progress.must_wait(0), "nothing is known of the other");
        progress.hold(0, (Arc::clone(&batch), 1));
        assert!(progress.must_wait(0));
        progress.hold(0, (batch, 2));
        progress.ended(0);
        assert!(progress.release().is_none());
        event(&mut progress, 1, 900, 10_001);
        assert_eq!(progress.release().map(|(_, index)| index), Some(1));
        assert!(!progress.is_caught_up());
        assert_eq!(progress.release().map(|(_, index)| index), Some(2));
        assert!(progress.release().is_none());
        progress.ended(1);
        assert!(progress.is_caught_up());
    }

    #[test]
    fn a_partition_of_which_enough_is_held_is_not_read() {
        let mut progress = connected(Clock::Event, &[0, 1]);
        let batch = Arc::new(Batch::default());
        event(&mut progress, 0, 1_000, 10_000);
        for index in 0..HOLD_MOST {
            assert_eq!(progress.paused(), BTreeSet::new());
            progress.hold(0, (Arc::clone(&batch), index));
        }
        assert_eq!(progress.paused(), BTreeSet::from([0]));
        event(&mut progress, 1, 1_000, 10_001);
        for _ in HOLD_FEW..HOLD_MOST {
            assert_eq!(progress.paused(), BTreeSet::from([0]));
            assert!(progress.release().is_some());
        }
        assert_eq!(progress.paused(), BTreeSet::new());
    }

    #[test]
    fn while_the_broker_is_away_time_stands_still() {
        let mut progress = connected(Clock::Wall, &[0]);
        event(&mut progress, 0, 9_990, 10_000);
        progress.ended(0);
        assert_eq!(progress.time(at(10_001), true), Some(at(10_001)));
        progress.heard(false, BTreeMap::new(), at(10_002));
        assert_eq!(progress.time(at(10_002), true), None);
        assert_eq!(
            progress.state(Some(at(9_990)), SILENT, at(10_002)),
            FeedState::Disconnected
        );
        progress.heard(true, BTreeMap::new(), at(10_060));
        assert_eq!(
            progress.state(Some(at(9_990)), SILENT, at(10_060)),
            FeedState::CatchingUp
        );
        progress.ended(0);
        assert_eq!(progress.time(at(10_061), true), Some(at(10_061)));
    }

    #[test]
    fn where_nothing_came_meanwhile_the_brokers_word_is_the_end() {
        let mut progress = connected(Clock::Wall, &[0]);
        progress.ended(0);
        progress.heard(false, BTreeMap::new(), at(10_010));
        progress.heard(true, BTreeMap::from([(0, 7)]), at(10_060));
        progress.tick(at(10_061), |_| Some(7));
        assert!(!progress.is_caught_up(), "too soon to know");
        progress.tick(at(10_062), |_| Some(6));
        assert!(!progress.is_caught_up(), "a message is missing");
        progress.tick(at(10_062), |_| Some(7));
        assert!(progress.is_caught_up());
    }

    #[test]
    fn a_broker_that_was_never_there_is_told_of_with_empty_figures() {
        let mut progress = Progress::new(Clock::Wall);
        assert_eq!(progress.state(None, SILENT, at(5)), FeedState::Starting);
        progress.heard(false, BTreeMap::new(), at(10_002));
        assert_eq!(progress.time(at(5), false), Some(at(5)));
        assert_eq!(progress.time(at(6), true), None);
        assert_eq!(progress.state(None, SILENT, at(5)), FeedState::Disconnected);
        let mut progress = Progress::new(Clock::Event);
        progress.heard(false, BTreeMap::new(), at(10_002));
        assert_eq!(progress.time(at(5), false), None);
    }

    #[test]
    fn lag_is_what_the_broker_has_beyond_the_state() {
        let mut progress = connected(Clock::Wall, &[0]);
        assert_eq!(progress.lag(0, Some(5)), None);
        progress.heard(true, BTreeMap::from([(0, 8)]), at(10_001));
        assert_eq!(progress.lag(0, Some(5)), Some(3));
        assert_eq!(progress.lag(0, Some(9)), Some(0));
        assert_eq!(progress.lag(0, None), Some(8));
    }
}
