//! The one loop that owns the state.
//!
//! Everything that happens comes in as one of a closed list of inputs, in one
//! order: messages, rebalances and the broker's word from the reader, requests
//! from HTTP, the tick of each second. No lock is held anywhere, since nobody
//! else has the state; the price is that a long computation delays all inputs,
//! so each is kept short (a batch is bounded, a snapshot taken in steps).
//!
//! # Layout
//! - `answering`: requests, and what each is told.
//! - `folding`: messages into the fold, and what becomes of each.
//! - `over_limit`: what producers name beyond the limits, told.
//! - [`progress`]: how far the reading is, and what T follows.
//! - [`request`]: what others ask.
//! - [`saving`]: snapshots, taken and restored.

mod answering;
mod folding;
mod over_limit;
pub mod progress;
pub mod request;
pub mod saving;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::{mpsc, watch};
use vigie_contract::frame::Feed as FeedOfFrame;
use vigie_contract::time::{Span, Time};
use vigie_model::{Fold, Input as FoldInput};

use crate::config::Limits;
use crate::ingest::refused::Refused;
use crate::ingest::{Extent, Feed, Steering};
use crate::publish::Publisher;
use crate::telemetry::metrics::{self as names, Agencies, EventCounters};
use progress::Progress;
use request::{Request, Status};
use saving::{Saving, Written};

/// The tick comes a little after the second: events of its last moments are
/// still on their way.
const AFTER_THE_SECOND: Duration = Duration::from_millis(30);

/// Between two ticks, event time is advanced at this step.
const STEP: Span = Span::from_seconds(60);

/// A partition read elsewhere keeps its figures for so long: it may come back.
const KEPT_FOR: Span = Span::from_seconds(30);

/// Reading that waits for so long is behind.
const WAITED_LONG: Span = Span::from_seconds(2);

/// How long the last snapshot may take.
const LAST_SNAPSHOT: Duration = Duration::from_secs(6);

/// Everything that can happen to the engine.
#[derive(Debug)]
enum Input {
    Feed(Feed),
    Request(Request),
    Tick,
    /// A snapshot was written.
    Written(Written),
    /// A snapshot is being taken, and nothing else was urgent.
    SaveOn,
    /// Messages that were held back may be folded.
    FoldOn,
    /// Refused messages were taken by the broker: there is room again.
    Room,
    /// Nobody is left to serve.
    Abandoned,
}

/// What the engine is made of.
pub struct Parts {
    /// The fold, empty.
    pub fold: Fold,
    /// The reading, of no partition yet.
    pub progress: Progress,
    /// The topic of refused messages.
    pub refused: Refused,
    /// Snapshots.
    pub saving: Saving,
    /// What was written of them.
    pub written: mpsc::Receiver<Written>,
    /// What the reader is told.
    pub steering: watch::Sender<Steering>,
    /// What others are told.
    pub status: watch::Sender<Status>,
    /// How much of everything.
    pub limits: Limits,
}

/// The state, and all that is done with it.
pub struct Engine {
    parts: Parts,
    publisher: Publisher,
    counters: EventCounters,
    agencies: Agencies,
    over_limit: over_limit::Told,
    /// When each partition that is in the fold, but not read here, was put so.
    parked: BTreeMap<i32, Time>,
    /// When a refused message was last logged, and how many came since.
    refused_log: (Time, u64),
    /// Since when reading waits for refused messages to be taken.
    waits_since: Option<Time>,
}

/// The time of day.
pub fn wall_clock() -> Time {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

impl Engine {
    /// Restores the last snapshot.
    pub fn new(mut parts: Parts) -> Self {
        parts.saving.restore(&mut parts.fold);
        let now = wall_clock();
        let parked = parts
            .fold
            .partitions()
            .map(|(partition, _)| (partition, now))
            .collect();
        Self {
            parts,
            publisher: Publisher::default(),
            counters: EventCounters::new(),
            agencies: Agencies::default(),
            over_limit: over_limit::Told::default(),
            parked,
            refused_log: (Time::default(), 0),
            waits_since: None,
        }
    }

    /// Runs until told to stop.
    pub async fn run(
        mut self,
        mut feed: mpsc::Receiver<Feed>,
        mut requests: mpsc::Receiver<Request>,
    ) {
        let mut durable = self.parts.refused.durable();
        let mut next_tick = tokio::time::Instant::now();
        loop {
            let room = self.parts.refused.has_room();
            let saving = self.parts.saving.is_taking();
            let held = room && self.parts.progress.may_release();
            // In this order: a flood of messages delays neither the screens nor
            // a snapshot. Work that is always there yields first, or the timer
            // would never be looked at.
            let input = tokio::select! {
                biased;
                request = requests.recv() => request.map_or(Input::Abandoned, Input::Request),
                () = tokio::time::sleep_until(next_tick) => Input::Tick,
                Some(written) = self.parts.written.recv() => Input::Written(written),
                () = tokio::task::yield_now(), if saving => Input::SaveOn,
                () = tokio::task::yield_now(), if held => Input::FoldOn,
                Some(feed) = feed.recv(), if room && !held && !saving => Input::Feed(feed),
                _ = durable.changed(), if !room => Input::Room,
            };
            if matches!(input, Input::Tick) {
                next_tick = tokio::time::Instant::now() + until_next_second(wall_clock());
            }
            if self.handle(input, wall_clock()).await.is_break() {
                return;
            }
        }
    }

    async fn handle(&mut self, input: Input, now: Time) -> ControlFlow<()> {
        match input {
            Input::Feed(Feed::Batch(batch)) => self.fold_batch(batch, now),
            Input::Feed(Feed::End(partition)) => self.parts.progress.ended(partition),
            Input::Feed(Feed::Assigned {
                partitions,
                cluster,
                positions,
            }) => {
                let answer = self.assign(&partitions, cluster, now);
                // The reader waits for it, or has ended.
                let _ = positions.send(answer);
            }
            Input::Feed(Feed::Revoked { partitions, done }) => {
                for partition in partitions {
                    self.parts.progress.revoke(partition);
                    self.parked.insert(partition, now);
                }
                let _ = done.send(());
            }
            Input::Feed(Feed::Broker { connected, ends }) => {
                self.parts.progress.heard(connected, ends, now);
            }
            Input::Request(Request::Stop(stopped)) => {
                self.stop().await;
                let _ = stopped.send(());
                return ControlFlow::Break(());
            }
            Input::Request(request) => self.answer(request, now),
            Input::Tick => self.tick(now),
            Input::Written(written) => {
                self.parts.saving.wrote(&written, now);
                if written.bytes.is_some() {
                    self.steer(|steering| steering.commit = written.offsets);
                }
            }
            Input::SaveOn => {
                let durable = self.parts.refused.durable();
                let handed_in = self.parts.refused.handed_in();
                self.parts.saving.step(&self.parts.fold, handed_in, durable);
            }
            Input::FoldOn => {
                let started = Instant::now();
                self.fold_released(now);
                self.advance_by_events();
                self.steer_pauses();
                names::record(names::FOLD_SECONDS, started.elapsed());
            }
            Input::Room => {}
            Input::Abandoned => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    /// Takes partitions on; answers where to read on in those that have a
    /// state.
    fn assign(
        &mut self,
        partitions: &BTreeMap<i32, Extent>,
        cluster: Option<String>,
        now: Time,
    ) -> BTreeMap<i32, i64> {
        let Parts {
            fold,
            saving,
            progress,
            ..
        } = &mut self.parts;
        let mut positions = BTreeMap::new();
        for (partition, extent) in partitions {
            let position = saving.resume(fold, *partition, *extent, cluster.as_deref());
            positions.extend(position.map(|position| (*partition, position)));
            let newest = fold.partition(*partition).and_then(|known| known.newest);
            progress.assign(*partition, newest, position.unwrap_or(extent.low), now);
            self.parked.remove(partition);
        }
        saving.reads_from(cluster);
        for partition in std::mem::take(&mut self.parked).into_keys() {
            saving.put_aside(fold, partition);
        }
        settle(fold);
        positions
    }

    /// Moves T between two ticks, where the events give it.
    fn advance_by_events(&mut self) {
        let as_of = self.parts.fold.as_of();
        if let Some(to) = self.parts.progress.event_time()
            && as_of.is_none_or(|as_of| to >= as_of + STEP)
        {
            self.parts.fold.apply(FoldInput::Advance { to });
        }
    }

    /// While refused messages are not taken nothing is read, not even that the
    /// broker is away.
    fn note_waiting(&mut self, now: Time) {
        if self.parts.refused.has_room() {
            self.waits_since = None;
            return;
        }
        let since = *self.waits_since.get_or_insert(now);
        if now - since >= WAITED_LONG {
            self.parts.progress.fall_behind();
        }
    }

    fn tick(&mut self, now: Time) {
        self.note_waiting(now);
        let Parts {
            fold,
            progress,
            saving,
            ..
        } = &mut self.parts;
        progress.tick(now, |partition| {
            fold.partition(partition).map(|known| known.next_offset)
        });
        if progress.is_connected() && progress.assigned().next().is_some() {
            let gone: Vec<i32> = self
                .parked
                .iter()
                .filter(|(_, since)| now - **since >= KEPT_FOR)
                .map(|(partition, _)| *partition)
                .collect();
            for partition in &gone {
                self.parked.remove(partition);
                saving.put_aside(fold, *partition);
            }
            if !gone.is_empty() {
                settle(fold);
            }
        }
        let Parts { fold, progress, .. } = &mut self.parts;
        if let Some(to) = progress.time(now, fold.as_of().is_some())
            && fold.as_of().is_none_or(|as_of| to > as_of)
        {
            fold.apply(FoldInput::Advance { to });
        }
        let feed = self.feed(now);
        self.publish(&feed);
        self.tell(feed, now);
        self.parts.saving.tick(&self.parts.fold, now);
    }

    fn publish(&mut self, feed: &FeedOfFrame) {
        if self.parts.fold.as_of().is_none() {
            return;
        }
        let started = Instant::now();
        let too_slow = self.publisher.publish(&self.parts.fold, feed);
        metrics::counter!(names::CLIENTS_RESYNCED).increment(too_slow);
        names::record(names::PUBLISH_SECONDS, started.elapsed());
    }

    /// Sets the metrics and the status of this second.
    fn tell(&mut self, feed: FeedOfFrame, now: Time) {
        let Parts {
            fold,
            progress,
            status,
            ..
        } = &mut self.parts;
        names::set_feed_state(feed.state);
        if let Some(age) = feed.data_age_seconds {
            metrics::gauge!(names::DATA_AGE).set(age);
        }
        if let Some(as_of) = fold.as_of() {
            metrics::gauge!(names::AS_OF).set(as_of.second() as f64);
        }
        for partition in progress.assigned() {
            let next = fold.partition(partition).map(|known| known.next_offset);
            if let Some(lag) = progress.lag(partition, next) {
                metrics::gauge!(names::LAG, "partition" => partition.to_string()).set(lag as f64);
            }
        }
        self.agencies.set(&fold.agencies(), fold.forgotten());
        self.over_limit.tell(fold, now);
        status.send_replace(Status {
            feed,
            connected: progress.is_connected(),
            assigned: progress.assigned().count(),
            caught_up: progress.is_caught_up(),
            as_of: fold.as_of(),
            ticked_at: Some(now),
            counters: fold.counters(),
        });
    }

    fn feed(&self, now: Time) -> FeedOfFrame {
        let Parts {
            fold,
            progress,
            limits,
            ..
        } = &self.parts;
        let newest = fold.newest();
        let lags: Vec<Option<u64>> = progress
            .assigned()
            .map(|partition| {
                let next = fold.partition(partition).map(|known| known.next_offset);
                progress.lag(partition, next)
            })
            .collect();
        FeedOfFrame {
            state: progress.state(newest, limits.silent_after, now),
            lag_messages: if lags.is_empty() {
                None
            } else {
                lags.into_iter().sum()
            },
            data_age_seconds: progress.data_age(newest, now).map(Span::seconds),
        }
    }

    fn steer_pauses(&mut self) {
        let paused = self.parts.progress.paused();
        self.steer(|steering| steering.paused = paused);
    }

    fn steer(&self, change: impl FnOnce(&mut Steering)) {
        self.parts.steering.send_if_modified(|steering| {
            let before = steering.clone();
            change(steering);
            *steering != before
        });
    }

    /// Lets clients go, saves, and has the reader commit and stop.
    async fn stop(&mut self) {
        self.publisher.close();
        let handed_in = self.parts.refused.handed_in();
        let durable = self.parts.refused.durable();
        let Parts { saving, fold, .. } = &mut self.parts;
        let last = saving.finish(fold, handed_in, durable);
        let covered = match tokio::time::timeout(LAST_SNAPSHOT, last).await {
            Ok(covered) => covered,
            Err(_) => {
                tracing::error!("the last snapshot took too long");
                None
            }
        };
        self.steer(|steering| {
            steering.stop = true;
            if let Some(offsets) = covered {
                steering.commit = offsets;
            }
        });
    }
}

/// Makes the sums anew once the set of partitions has changed: they are there
/// only as of an advance.
fn settle(fold: &mut Fold) {
    if let Some(to) = fold.as_of() {
        fold.apply(FoldInput::Advance { to });
    }
}

fn until_next_second(now: Time) -> Duration {
    let into = u64::try_from(now.0.rem_euclid(1_000_000)).unwrap_or_default();
    Duration::from_micros(1_000_000 - into) + AFTER_THE_SECOND
}
