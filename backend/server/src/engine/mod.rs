//! The one loop that owns the state.
//!
//! Everything that happens comes in as one of a closed list of inputs, in one
//! order: messages, rebalances and the broker's word from the reader, requests
//! from HTTP, the tick of each second. No lock is held anywhere, since nobody
//! else has the state; the price is that a long computation delays all inputs,
//! so each is kept short (messages are folded for a tenth of a second at a time,
//! whatever one costs, a snapshot is taken in steps, an answer is of a page). The
//! tick comes first whatever else waits, and answers have a share of the time that
//! others' messages cannot lose.
//!
//! # Layout
//! - `answering`: requests, and what each is told.
//! - `budget`: how much time they may take.
//! - [`clock`]: the time of day, whatever this machine's clock does.
//! - `folding`: messages into the fold, and what becomes of each.
//! - [`holding`]: what messages that wait keep in memory.
//! - `over_limit`: what producers name beyond the limits, told.
//! - [`progress`]: how far the reading is, and what T follows.
//! - [`request`]: what others ask.
//! - [`saving`]: snapshots, taken and restored.
//! - [`settings`]: what the engine is told.
//! - `standing`: whether the figures are current and whole, as others are told.
//! - [`suspects`]: what may have been the cause, should it panic.

mod answering;
mod budget;
pub mod clock;
mod folding;
pub mod holding;
mod over_limit;
pub mod progress;
pub mod request;
pub mod saving;
pub mod settings;
mod standing;
pub mod suspects;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::{Duration, Instant, SystemTime};

use anyhow::bail;
use tokio::sync::{mpsc, watch};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::{Fold, Input as FoldInput};

use crate::ingest::refused::Refused;
use crate::ingest::{Extent, Feed, Steering, TopicIdentity, Word};
use crate::publish::Publisher;
use crate::snapshot::MessagePlace;
use crate::telemetry::metrics::{Agencies, EventCounters};
use crate::telemetry::seldom::Seldom;
use crate::threads::Pulse;
use budget::Budget;
use clock::ReferenceClock;
use folding::Unfolded;
use over_limit::OverLimits;
use progress::Progress;
use request::{Inbox, Order, Request, Status};
use saving::{Saving, Written, unusable};
use settings::EngineSettings;
use standing::Standing;
use suspects::Suspects;

/// The tick comes a little after the second: events of its last moments are
/// still on their way.
const AFTER_THE_SECOND: Duration = Duration::from_millis(30);

/// Between two ticks, event time is advanced at this step.
const STEP: Span = Span::from_seconds(60);

/// T does not go back: where it turns out to be ahead by more than this, all is
/// read anew.
const GOES_BACK: Span = Span::from_seconds(5);

/// Between two times that all is read anew since the clock was ahead.
const BEGINS_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// The end of a partition that was seen so long ago need not be its end.
const END_HOLDS: Duration = Duration::from_secs(2);

/// How long the last snapshot may take.
const LAST_SNAPSHOT: Duration = Duration::from_secs(6);

/// Everything that can happen to the engine.
#[derive(Debug)]
enum Input {
    Feed(Feed),
    /// The broker's word, ahead of the messages that it speaks of.
    Word(Word),
    Order(Order),
    Request(Request),
    Tick,
    /// A snapshot was written.
    Written(Written),
    /// A snapshot is being taken, and nothing else was urgent.
    SaveOn,
    /// Messages that were taken, or held back, may be folded.
    FoldOn,
    /// Refused messages were taken by the broker: there is room again.
    Room,
    /// Nobody is left to serve.
    Abandoned,
}

/// What the engine is made of.
pub struct Parts {
    /// Makes a state of nothing.
    pub empty: Box<dyn Fn() -> Fold + Send>,
    /// The clock that figures are as of.
    pub clock: Clock,
    /// The topic of refused messages.
    pub refused: Refused,
    /// Snapshots.
    pub saving: Saving,
    /// What was written of them.
    pub written: mpsc::Receiver<Written>,
    /// What the reader is told.
    pub steering: watch::Sender<Steering>,
    /// The broker's latest word.
    pub word: watch::Receiver<Option<Word>>,
    /// What others are told.
    pub status: watch::Sender<Status>,
    /// What the engine is told.
    pub settings: EngineSettings,
    /// Messages of those held back that are folded at a time.
    pub batch_messages: usize,
    /// Messages that ended the service when they were folded.
    pub poison: BTreeSet<MessagePlace>,
    /// What it is at, should it panic.
    pub suspects: Suspects,
    /// Shows that it goes on.
    pub pulse: Pulse,
}

/// The state, and all that is done with it.
pub struct Engine {
    parts: Parts,
    fold: Fold,
    /// The reading, of no partition yet.
    progress: Progress,
    /// What was taken of the reader, and is not folded to its end.
    unfolded: Option<Unfolded>,
    /// When the broker's last word was true.
    told: Option<Instant>,
    publisher: Publisher,
    /// The time that answers may take, counted from when the engine began.
    budget: Budget,
    began: Instant,
    /// When all was last read anew since the clock was ahead.
    began_again: Option<Instant>,
    counters: EventCounters,
    agencies: Agencies,
    over_limit: OverLimits,
    standing: Standing,
    /// Refused messages, as the log tells of them.
    refused_log: Seldom,
    clock: ReferenceClock,
}

/// The time of day by this machine's clock.
pub fn wall_clock() -> Time {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

impl Engine {
    /// Restores the last snapshot.
    pub fn new(mut parts: Parts) -> Self {
        let latest = (parts.clock == Clock::Wall).then(|| wall_clock() + GOES_BACK);
        let (fold, letters) = parts.saving.restore(&parts.empty, latest);
        parts.refused.hand_in_again(letters);
        Self {
            fold,
            progress: Progress::new(parts.clock),
            unfolded: None,
            told: None,
            budget: Budget::new(parts.settings.requests_a_second),
            began: Instant::now(),
            began_again: None,
            parts,
            publisher: Publisher::default(),
            counters: EventCounters::new(),
            agencies: Agencies::default(),
            over_limit: OverLimits::default(),
            standing: Standing::default(),
            refused_log: Seldom::every(folding::LOG_EVERY),
            clock: ReferenceClock::default(),
        }
    }

    /// The time of day, by the broker's clock where that is known.
    fn now(&mut self) -> Time {
        self.clock.look(wall_clock(), since(self.began))
    }

    /// Runs until told to stop, or until going on makes no sense.
    pub async fn run(mut self, mut feed: mpsc::Receiver<Feed>, inbox: Inbox) -> anyhow::Result<()> {
        let Inbox {
            mut orders,
            mut requests,
        } = inbox;
        let mut word = self.parts.word.clone();
        let mut next_tick = tokio::time::Instant::now();
        loop {
            self.parts.pulse.beat();
            self.parts.refused.settle();
            let room = self.parts.refused.has_room();
            let saving = self.parts.saving.is_taking();
            let waits = self.unfolded.is_some() || self.progress.may_release();
            let input = if tokio::time::Instant::now() >= next_tick {
                // Looked at here, since a timer is not while inputs are always
                // there.
                Input::Tick
            } else {
                // In this order: a flood of messages delays neither the screens
                // nor a snapshot, and requests keep to their budget. Work that
                // is always there yields first, or the timer would never be
                // looked at.
                tokio::select! {
                    biased;
                    order = orders.recv() => order.map_or(Input::Abandoned, Input::Order),
                    () = tokio::time::sleep_until(next_tick) => Input::Tick,
                    Ok(()) = word.changed() => match word.borrow_and_update().clone() {
                        Some(word) => Input::Word(word),
                        None => continue,
                    },
                    Some(written) = self.parts.written.recv() => Input::Written(written),
                    Some(request) = requests.recv() => Input::Request(request),
                    () = tokio::task::yield_now(), if saving => Input::SaveOn,
                    () = tokio::task::yield_now(), if room && waits => Input::FoldOn,
                    Some(feed) = feed.recv(), if room && !waits && !saving => Input::Feed(feed),
                    () = self.parts.refused.settle_next(), if !room => Input::Room,
                }
            };
            let now = self.now();
            if matches!(input, Input::Tick) {
                next_tick = tokio::time::Instant::now() + until_next_second(now);
            }
            if self.handle(input, now).await?.is_break() {
                return Ok(());
            }
        }
    }

    async fn handle(&mut self, input: Input, now: Time) -> anyhow::Result<ControlFlow<()>> {
        match input {
            Input::Feed(feed) => self.hear(feed, now),
            Input::Word(word) => self.hear_word(&word, now),
            Input::Order(Order::Stop(stopped)) => {
                let saved = self.stop().await;
                let _ = stopped.send(saved);
                return Ok(ControlFlow::Break(()));
            }
            Input::Order(order) => self.obey(order, now),
            Input::Request(request) => self.answer(request),
            Input::Tick => self.tick(now),
            Input::Written(written) => {
                if written.panicked {
                    bail!("writing a snapshot panicked");
                }
                self.parts.saving.wrote(&written, now);
                if written.bytes.is_some() {
                    self.steer(|steering| steering.commit = written.offsets);
                }
            }
            Input::SaveOn => {
                let refused = &self.parts.refused;
                self.parts.saving.step(&self.fold, || refused.waiting());
            }
            Input::FoldOn => self.fold_on(now),
            Input::Room => {}
            Input::Abandoned => return Ok(ControlFlow::Break(())),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn hear(&mut self, feed: Feed, now: Time) {
        match feed {
            Feed::Batch(batch, read) => {
                self.take(batch, read);
                self.fold_on(now);
            }
            Feed::End(partition, read) if read.elapsed() <= END_HOLDS => {
                self.progress.ended(partition);
            }
            Feed::End(partition, _) => self.progress.had_ended(partition),
            Feed::ReadTo(offsets) => {
                for (partition, offset) in offsets {
                    self.progress.read_to(partition, offset);
                }
            }
            Feed::Assigned {
                partitions,
                topic,
                positions,
            } => {
                let answer = self.assign(&partitions, topic, now);
                // The reader waits for it, or has ended.
                let _ = positions.send(answer);
            }
            Feed::OutOfRange {
                partition,
                extent,
                position,
            } => {
                let answer = self.find_again(partition, extent, now);
                let _ = position.send(answer);
            }
            Feed::Stamps { by_broker } => self.hear_of_stamps(by_broker),
        }
    }

    fn hear_word(&mut self, word: &Word, now: Time) {
        tracing::debug!(?word, "the broker's word");
        let fold = &self.fold;
        let next = |partition| fold.next_offset(partition);
        let told = now - since(word.told);
        let Word {
            connected,
            partitions,
            ..
        } = word;
        self.progress.heard(*connected, partitions, next, told);
        self.told = Some(word.told);
    }

    /// Takes partitions on; answers where to read on in those that have a
    /// state.
    fn assign(
        &mut self,
        partitions: &BTreeSet<i32>,
        topic: TopicIdentity,
        now: Time,
    ) -> BTreeMap<i32, i64> {
        if let Err(problem) = self.parts.saving.reads_from(topic) {
            unusable("state", &problem);
            self.parts.saving.clear_poison();
            self.parts.poison.clear();
            self.forget_all();
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
        settle(&mut self.fold);
        positions
    }

    /// Where to read a partition on whose due offset the broker does not have:
    /// after what it has thrown away unread, or, where it never had so many, from
    /// its beginning.
    fn find_again(&mut self, partition: i32, extent: Extent, now: Time) -> i64 {
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
            settle(&mut self.fold);
            self.progress.assign(partition, None, None, now);
        } else {
            return next;
        }
        extent.low
    }

    /// Forgets all figures: what is read next is the beginning of the topic.
    fn forget_all(&mut self) {
        self.fold = (self.parts.empty)();
        self.unfolded = None;
        self.progress.forget();
        self.parts.saving.forget();
    }

    /// T does not go back. Where it has gone far ahead, by a clock that was ahead,
    /// the figures are of a time to come: all is read anew, and not again and again
    /// where the clock cannot make up its mind.
    fn begin_again_if_ahead(&mut self, now: Time) {
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
        self.forget_all();
        self.steer(|steering| steering.rereads += 1);
    }

    /// Moves T between two ticks, where the events give it.
    fn advance_by_events(&mut self, now: Time) {
        let as_of = self.fold.as_of();
        if let Some(to) = self.progress.event_time(now)
            && as_of.is_none_or(|as_of| to >= as_of + STEP)
        {
            self.fold.apply(FoldInput::Advance { to });
        }
    }

    fn tick(&mut self, now: Time) {
        if let Some(step) = self.clock.take_step() {
            let seconds = step.seconds();
            tracing::warn!(seconds, "the clock of this machine was stepped");
        }
        self.note_refused_waiting(now);
        self.begin_again_if_ahead(now);
        if let Some(told) = self.told {
            self.progress.heard_ago(since(told), now);
        }
        let fold = &self.fold;
        self.progress
            .tick(now, |partition| fold.next_offset(partition));
        self.let_quiet_start(now);
        if let Some(to) = self.progress.time(now, self.fold.as_of().is_some())
            && self.fold.as_of().is_none_or(|as_of| to > as_of)
        {
            self.fold.apply(FoldInput::Advance { to });
        }
        let feed = self.feed(now);
        self.publish(&feed);
        self.tell(feed, now);
        self.parts.saving.tick(&self.fold, now);
    }

    fn steer_pauses(&mut self) {
        let paused = self.progress.paused();
        self.steer(|steering| steering.paused = paused);
    }

    fn steer(&self, change: impl FnOnce(&mut Steering)) {
        self.parts.steering.send_if_modified(|steering| {
            let before = steering.clone();
            change(steering);
            *steering != before
        });
    }

    /// Lets clients go, saves, and has the reader commit and stop. Answers whether
    /// the state was saved, where it is to be.
    async fn stop(&mut self) -> bool {
        self.publisher.close();
        self.parts.refused.settle();
        let refused = self.parts.refused.waiting();
        let last = self.parts.saving.finish(&self.fold, refused);
        let covered = match tokio::time::timeout(LAST_SNAPSHOT, last).await {
            Ok(covered) => covered,
            Err(_) => {
                tracing::error!("the last snapshot took too long");
                None
            }
        };
        let saved = covered.is_some() || !self.parts.saving.is_wanted();
        self.steer(|steering| {
            steering.stop = true;
            if let Some(offsets) = covered {
                steering.commit = offsets;
            }
        });
        saved
    }
}

/// Makes the sums anew once the set of partitions has changed: they are there
/// only as of an advance.
fn settle(fold: &mut Fold) {
    if let Some(to) = fold.as_of() {
        fold.apply(FoldInput::Advance { to });
    }
}

/// Since an instant, by a clock that nobody sets.
fn since(instant: Instant) -> Span {
    Span(i64::try_from(instant.elapsed().as_micros()).unwrap_or(i64::MAX))
}

fn until_next_second(now: Time) -> Duration {
    let into = u64::try_from(now.0.rem_euclid(1_000_000)).unwrap_or_default();
    Duration::from_micros(1_000_000 - into) + AFTER_THE_SECOND
}
