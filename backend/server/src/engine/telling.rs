//! How the figures stand, as clients, `/readyz` and metrics are told.

use std::collections::BTreeSet;
use std::time::Instant;

use vigie_contract::frame::{Feed, FeedState, MOST_NAMED, Partial, TroubledPartition};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;

use super::request::Status;
use super::state::Engine;
use crate::telemetry::agency_gauges::AgencyGauges;
use crate::telemetry::caller_gauges;
use crate::telemetry::metrics as names;

impl Engine {
    /// Takes note of whether the broker tells when messages arrive. Where T goes by
    /// the events nobody asks when they arrived.
    pub(super) fn hear_of_stamps(&mut self, by_broker: bool) {
        if self.parts.clock == Clock::Event {
            return;
        }
        if self.standing.stamps.replace(by_broker) != Some(by_broker) && !by_broker {
            tracing::warn!(
                "the topic leaves timestamps to producers (message.timestamp.type is not \
                 LogAppendTime): wrong clocks are told by the events alone"
            );
        }
    }

    /// Takes note of refused messages that the broker has not taken. While there is
    /// no room for more, nothing is read, not even that the broker is away.
    pub(super) fn note_refused_waiting(&mut self, now: Time) {
        let waits = self.parts.refused.settle();
        let has_room = self.parts.refused.has_room();
        self.standing.note_refused(waits, has_room, now);
        if self.standing.is_blocked(now) {
            self.progress.fall_behind();
        }
    }

    /// How the figures stand.
    pub(super) fn feed(&mut self, now: Time) -> Feed {
        let newest = self.fold.newest();
        let silent_after = self.parts.settings.silent_after;
        Feed {
            state: match self.standing.is_blocked(now) {
                true => FeedState::Blocked,
                false => self.progress.state(newest, silent_after, now),
            },
            lag_messages: self.lag(now),
            data_age_seconds: self.progress.data_age(newest, now).map(Span::seconds),
            partial: self.partial(now),
            lost: self.parts.saving.all_lost(now),
            clock_off_seconds: self.clock.off().map(Span::seconds),
            refused_waiting_since: self.standing.refused_wait_since(now),
            directory_refused: self.directory.refused,
        }
    }

    /// Messages not yet folded; `None` where that is not known of a partition.
    fn lag(&self, now: Time) -> Option<u64> {
        let mut partitions = self.progress.assigned().peekable();
        partitions.peek()?;
        partitions
            .map(|partition| self.lag_of(partition, now))
            .sum()
    }

    /// Messages of a partition not yet folded; `None` where the broker did not tell of
    /// the partition, or nobody listens to it since reading waits.
    fn lag_of(&self, partition: i32, now: Time) -> Option<u64> {
        if self.standing.is_blocked(now) {
            return None;
        }
        let next = self.fold.next_offset(partition);
        self.progress.lag(partition, next)
    }

    /// What the figures lack, once what had piled up was read.
    fn partial(&mut self, now: Time) -> Option<Partial> {
        if !self.progress.is_caught_up() {
            return None;
        }
        let partitions: Vec<TroubledPartition> = self
            .progress
            .troubles()
            .map(|(partition, why, since)| TroubledPartition {
                partition,
                why,
                since,
            })
            .collect();
        let since = partitions.iter().map(|troubled| troubled.since).min()?;
        let troubled = partitions.iter().map(|troubled| troubled.partition);
        let troubled = troubled.collect();
        let heard = self.standing.heard_in(&self.fold, troubled, now);
        let total = |names: usize| names as u64;
        Some(Partial {
            since,
            agencies_total: total(heard.agencies.len()),
            agencies: heard.agencies.iter().take(MOST_NAMED).cloned().collect(),
            sources_total: total(heard.sources.len()),
            sources: heard.sources.iter().take(MOST_NAMED).cloned().collect(),
            partitions,
        })
    }

    /// Sends the figures of this second to those who watch them.
    pub(super) fn publish(&mut self, feed: &Feed) {
        if self.fold.as_of().is_none() {
            return;
        }
        let started = Instant::now();
        let published = self.publisher.publish(&self.fold, feed);
        metrics::counter!(names::CLIENTS_RESYNCED).increment(published.too_slow);
        metrics::counter!(names::SELECTIONS_POSTPONED).increment(published.postponed);
        names::record(names::PUBLISH_SECONDS, started.elapsed());
    }

    /// Sets the metrics and the status of this second.
    pub(super) fn tell(&mut self, feed: Feed, now: Time) {
        names::set_feed_state(Some(feed.state));
        if let Some(age) = feed.data_age_seconds {
            metrics::gauge!(names::DATA_AGE).set(age);
        }
        if let Some(as_of) = self.fold.as_of() {
            metrics::gauge!(names::AS_OF).set(as_of.second() as f64);
        }
        metrics::gauge!(names::CLOCK_OFF).set(feed.clock_off_seconds.unwrap_or(0.0));
        metrics::gauge!(names::REFUSED_WAITING).set(self.parts.refused.count() as f64);
        let is_in_force = self.directory.refused.is_none();
        metrics::gauge!(names::DIRECTORY_IN_FORCE).set(f64::from(u8::from(is_in_force)));
        let read_at = *self.directory.read_at.get_or_insert(now);
        metrics::gauge!(names::DIRECTORY_TIME).set(read_at.second() as f64);
        self.tell_partitions(now);
        let agencies = self.fold.take_measures(AgencyGauges::are_of);
        self.agencies.set(&agencies, self.fold.forgotten());
        caller_gauges::set(&self.fold);
        self.over_limit.tell(&self.fold);
        self.parts.status.send_replace(Status {
            feed,
            connected: self.progress.has_broker(),
            assigned: self.progress.assigned().count(),
            caught_up: self.progress.is_caught_up(),
            stamped_by_broker: self.standing.stamps,
            as_of: self.fold.as_of(),
            ticked_at: Some(now),
            counters: self.fold.counters(),
        });
    }

    /// Sets the metrics of each partition; of one that is gone nothing is known any
    /// more.
    fn tell_partitions(&mut self, now: Time) {
        let troubled: BTreeSet<i32> = self.progress.troubles().map(|(at, ..)| at).collect();
        self.standing.told.extend(self.progress.assigned());
        for &partition in &self.standing.told {
            let is_read = self.progress.is_assigned(partition);
            let lag = self.lag_of(partition, now).filter(|_| is_read);
            let lag = lag.map_or(f64::NAN, |messages| messages as f64);
            let whole = f64::from(u8::from(!troubled.contains(&partition)));
            let whole = if is_read { whole } else { f64::NAN };
            let label = partition.to_string();
            metrics::gauge!(names::LAG, "partition" => label.clone()).set(lag);
            metrics::gauge!(names::PARTITION_WHOLE, "partition" => label).set(whole);
        }
    }
}
