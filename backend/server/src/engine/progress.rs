//! How far the reading of each partition is, and what follows for the clock.
//!
//! Processing time and the broker's word live here; event time is the
//! [`Watermark`]'s business. Pure: `now` is always given.
//!
//! A partition is *whole* where its leader answered within five seconds and what
//! the broker had five seconds ago is folded. Where some are not, the figures are a
//! part, and said to be; where none is, they are those of then.
//!
//! The broker's word comes ahead of the messages that it speaks of: what it says is
//! there may wait on its way to the fold, and is behind until it is folded. A word
//! that is old says nothing of now: how much is missing is not known then.

mod due;
mod reading;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use vigie_contract::frame::{FeedState, Trouble};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::watermark::Watermark;

use self::reading::{PartitionReading, RECENT};
use super::holding::{HeldMessage, Scale, Weighed};
use crate::ingest::batch::Batch;
use crate::ingest::news::PartitionWord;

/// How long nothing must have come until a partition that was read to its end is at
/// its end.
const QUIET: Span = Span::from_seconds(5);

/// How long what the broker said last holds.
const WORD_HOLDS: Span = Span::from_seconds(5);

/// The number of held messages at which a partition is no longer read, and the
/// number at which it is read again. A pause throws away what was fetched, so there
/// should be few pauses.
const HOLD_MOST: usize = 20_000;
const HOLD_FEW: usize = HOLD_MOST / 2;

/// The bytes held of all partitions together beyond which a partition that must wait
/// is no longer read, and the bytes at which it is read again. What is on its way by
/// then is held besides.
const HOLD_MOST_BYTES: usize = 64 * 1024 * 1024;
const HOLD_FEW_BYTES: usize = HOLD_MOST_BYTES / 2;

/// The reading of all partitions.
#[derive(Debug)]
pub struct Progress {
    clock: Clock,
    partitions: BTreeMap<i32, PartitionReading>,
    watermark: Watermark,
    /// Whether a broker can be reached; `None` before the first word of it.
    connected: Option<bool>,
    /// Since when a broker can be reached.
    connected_since: Time,
    /// The instant at which the last word of the broker was true.
    told: Time,
    /// The instant at which the last word of the broker was true, if that is too
    /// long ago to say anything of now.
    deaf_since: Option<Time>,
    /// Whether what had piled up was read, and T is the time of day.
    caught_up: bool,
    /// Weighs what is held of all partitions.
    scale: Scale,
}

impl Progress {
    /// The progress of reading no partition.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            partitions: BTreeMap::new(),
            watermark: Watermark::new(),
            connected: None,
            connected_since: Time::default(),
            told: Time::default(),
            deaf_since: None,
            caught_up: false,
            scale: Scale::default(),
        }
    }

    /// Takes on a partition, to be read from offset `start` or from its first.
    /// `newest` is the newest event time of its state.
    pub fn assign(&mut self, partition: i32, newest: Option<Time>, start: Option<i64>, now: Time) {
        self.watermark.add(partition, newest);
        self.partitions
            .insert(partition, PartitionReading::new(start, now));
    }

    /// Takes note that a broker has answered.
    pub fn reached(&mut self, now: Time) {
        if self.connected != Some(true) {
            self.connected = Some(true);
            self.connected_since = now;
            tracing::info!("a broker is reached");
        }
    }

    /// Forgets all partitions: they will be read anew.
    pub fn forget(&mut self) {
        self.partitions.clear();
        self.watermark = Watermark::new();
        self.caught_up = false;
    }

    /// Whether the partition is read.
    pub fn is_assigned(&self, partition: i32) -> bool {
        self.partitions.contains_key(&partition)
    }

    /// The partitions that are read.
    pub fn assigned(&self) -> impl Iterator<Item = i32> + '_ {
        self.partitions.keys().copied()
    }

    /// Whether everything of a partition had been read, so that a message that
    /// comes has just arrived.
    pub fn is_at_end(&self, partition: i32) -> bool {
        let known = self.partitions.get(&partition);
        known.is_some_and(|known| known.at_end)
    }

    /// Takes note that a message of a partition came, with the timestamp `stamped`.
    pub fn came(&mut self, partition: i32, stamped: Option<Time>, now: Time) {
        if let Some(known) = self.partitions.get_mut(&partition) {
            known.last_message = now;
            known.at_end = false;
            self.watermark.set_at_end(partition, false);
            if known.held.is_empty() && stamped.is_some_and(|stamped| now - stamped < RECENT) {
                known.current = true;
            }
        }
    }

    /// Takes note of the newest time of a partition, since an event was accepted.
    pub fn accepted(&mut self, partition: i32, newest: Time) {
        self.watermark.observe(partition, newest);
    }

    /// Takes note that everything was read which the broker had of a partition when
    /// its last message was read, some time ago. There may be more by now.
    pub fn had_ended(&mut self, partition: i32) {
        if let Some(known) = self.partitions.get_mut(&partition) {
            known.at_end = true;
        }
    }

    /// Takes note that a partition was read up to an offset, those without messages
    /// included. This may be older than the last message, and holds only at the end.
    pub fn read_to(&mut self, partition: i32, offset: i64) {
        if let Some(known) = self.partitions.get_mut(&partition)
            && known.at_end
        {
            known.read_to = known.read_to.max(offset);
        }
    }

    /// Takes note that everything was read which the broker has of a partition.
    pub fn ended(&mut self, partition: i32) {
        if let Some(known) = self.partitions.get_mut(&partition) {
            known.at_end = true;
            if known.held.is_empty() {
                known.current = true;
            }
        }
    }

    /// Takes note of the broker's word on the connection and on partitions, which
    /// was true at `told`. `next_offset` tells how far the state of each partition
    /// is.
    pub fn heard(
        &mut self,
        connected: bool,
        words: &BTreeMap<i32, PartitionWord>,
        next_offset: impl Fn(i32) -> Option<i64>,
        told: Time,
    ) {
        self.told = told;
        for (partition, word) in words {
            if let Some(known) = self.partitions.get_mut(partition) {
                known.heard(*word, next_offset(*partition), told);
            }
        }
        if connected {
            self.reached(told);
        } else if self.connected.replace(false) != Some(false) {
            tracing::warn!("no broker can be reached");
            self.fall_behind();
        }
    }

    /// Takes note of how old the last word of the broker is, by a clock that nobody
    /// sets.
    pub fn heard_ago(&mut self, age: Span, now: Time) {
        self.deaf_since = (age > WORD_HOLDS).then(|| now - age);
    }

    /// Takes note that nothing can be read for now, so that what piles up has to be
    /// caught up with.
    pub fn fall_behind(&mut self) {
        for (partition, known) in &mut self.partitions {
            known.current = false;
            known.at_end = false;
            self.watermark.set_at_end(*partition, false);
        }
        self.caught_up = false;
    }

    /// Notes which partitions are whole, which are at their end, and which have
    /// been quiet for long enough. `next_offset` tells how far the state of each is.
    pub fn tick(&mut self, now: Time, next_offset: impl Fn(i32) -> Option<i64>) {
        self.note_ends(now, &next_offset);
        let told = self.told;
        for (partition, known) in &mut self.partitions {
            known.judge(next_offset(*partition), (told, self.deaf_since), now);
            if !known.answers(told) {
                // Nobody knows what it has by now.
                known.current = false;
                known.at_end = false;
            }
            // By the time of day, one that does not answer holds nobody up.
            if self.clock == Clock::Wall && !known.answers(told) {
                self.watermark.set_at_end(*partition, true);
            }
        }
        let quiet: Vec<i32> = self.quiet(now).collect();
        for partition in quiet {
            self.watermark.set_at_end(partition, true);
        }
        self.note_caught_up();
    }

    /// Notes which partitions are at their end. The client tells of an end only
    /// once. So the word of the broker decides after a reconnection to where nothing
    /// has come, and where the end was old when it was heard of.
    fn note_ends(&mut self, now: Time, next_offset: &impl Fn(i32) -> Option<i64>) {
        if !self.is_connected() || now - self.connected_since < RECENT {
            return;
        }
        let is_at_end = |partition: i32, known: &PartitionReading| {
            !(known.at_end && known.current)
                && known.answers(self.told)
                && now - known.last_message >= RECENT
                && self.lag(partition, next_offset(partition)) == Some(0)
        };
        let at_end: Vec<i32> = self
            .partitions
            .iter()
            .filter(|(partition, known)| is_at_end(**partition, known))
            .map(|(partition, _)| *partition)
            .collect();
        for partition in at_end {
            self.ended(partition);
        }
    }

    /// Notes whether what had piled up is read. It is once all partitions that
    /// answer are current; from then on T is the time of day, and stays so if one of
    /// them falls behind.
    fn note_caught_up(&mut self) {
        if self.partitions.values().all(|known| !known.current) {
            self.caught_up = false;
            return;
        }
        let partitions = self.partitions.values();
        let mut answering = partitions.filter(|known| known.answers(self.told));
        self.caught_up |= answering.all(|known| known.current);
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
        let held = |known: &PartitionReading| !known.held.is_empty();
        self.paces_by_events()
            && (self.partitions.get(&partition).is_some_and(held)
                || self.watermark.must_wait(partition))
    }

    /// Weighs a batch of which messages may be held back.
    pub fn weigh(&self, batch: Batch) -> Arc<Weighed> {
        self.scale.put(batch)
    }

    /// Holds a message back.
    pub fn hold(&mut self, partition: i32, message: HeldMessage) {
        if let Some(known) = self.partitions.get_mut(&partition) {
            known.held.push_back(message);
            known.paused |= known.held.len() >= HOLD_MOST || self.scale.bytes() >= HOLD_MOST_BYTES;
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

    /// Takes out a held message whose turn has come.
    pub fn release(&mut self) -> Option<HeldMessage> {
        let paces = self.paces_by_events();
        let known = self.partitions.iter_mut().find_map(|(partition, known)| {
            let waits = paces && self.watermark.must_wait(*partition);
            (!waits && !known.held.is_empty()).then_some(known)
        })?;
        let message = known.held.pop_front();
        // One of which nothing is held is read whatever the others hold: they may
        // wait for it.
        let is_little = known.held.len() <= HOLD_FEW && self.scale.bytes() <= HOLD_FEW_BYTES;
        known.paused &= !is_little && !known.held.is_empty();
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
        self.clock == Clock::Event || !self.caught_up
    }

    /// Whether what had piled up is read.
    pub fn is_caught_up(&self) -> bool {
        self.caught_up
    }

    /// Whether a broker can be reached, as far as is known, and leads a partition
    /// that is read.
    pub fn is_connected(&self) -> bool {
        self.has_broker() && !self.nobody_answers()
    }

    /// Whether nothing comes for now: no broker, or no leader that answers.
    fn is_cut_off(&self) -> bool {
        self.connected == Some(false) || self.nobody_answers()
    }

    /// Whether there are partitions, and none of their leaders answers.
    fn nobody_answers(&self) -> bool {
        let mut partitions = self.partitions.values();
        !self.partitions.is_empty() && partitions.all(|known| !known.answers(self.told))
    }

    /// T, the instant that figures are as of from `now` on; `None` to leave it.
    pub fn time(&mut self, now: Time, has_figures: bool) -> Option<Time> {
        if self.is_cut_off() {
            // The figures are those of then; but a screen without any, where
            // the broker was never there, would not even say so.
            let first = self.clock == Clock::Wall && !has_figures;
            return first.then(|| Time::from_seconds(now.second()));
        }
        self.event_time(now).or_else(|| {
            let follows_clock = !self.paces_by_events();
            follows_clock.then(|| Time::from_seconds(now.second()))
        })
    }

    /// T as the events give it. Events may be a little ahead of the clock on the
    /// wall; figures that are as of it never are.
    pub fn event_time(&mut self, now: Time) -> Option<Time> {
        if !self.paces_by_events() {
            return None;
        }
        let time = self.watermark.time()?;
        Some(match self.clock {
            Clock::Wall => time.min(Time::from_seconds(now.second())),
            Clock::Event => time,
        })
    }

    /// How old the data are: by the clock on the wall the age of the newest event,
    /// under the clock of events the time since the last message came.
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
        if self.is_cut_off() {
            return FeedState::Disconnected;
        }
        if self.partitions.is_empty() || (self.caught_up && newest.is_none()) {
            return FeedState::Starting;
        }
        if !self.caught_up {
            return FeedState::CatchingUp;
        }
        if self.troubles().next().is_some() {
            return FeedState::Partial;
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

    /// The partitions that are not whole, why, and since when.
    pub fn troubles(&self) -> impl Iterator<Item = (i32, Trouble, Time)> + '_ {
        self.partitions.iter().filter_map(|(partition, known)| {
            let (why, since) = known.trouble?;
            Some((*partition, why, since))
        })
    }

    /// Whether a broker can be reached, as far as is known.
    pub fn has_broker(&self) -> bool {
        self.connected == Some(true)
    }

    /// Takes note that what is before an offset of a partition will never be read.
    pub fn skip_to(&mut self, partition: i32, offset: i64) {
        if let Some(known) = self.partitions.get_mut(&partition) {
            known.read_to = known.read_to.max(offset);
        }
    }

    /// Messages of a partition not yet folded, where the broker told its end and its
    /// word still holds.
    pub fn lag(&self, partition: i32, next_offset: Option<i64>) -> Option<u64> {
        if self.deaf_since.is_some() {
            return None;
        }
        self.partitions.get(&partition)?.lag(next_offset)
    }
}

#[cfg(test)]
mod tests;
