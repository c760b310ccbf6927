//! The loop, and what each of its inputs leads to.

use std::ops::ControlFlow;
use std::time::Duration;

use anyhow::bail;
use tokio::sync::mpsc;
use vigie_contract::time::{Span, Time};
use vigie_model::Input;

use super::request::{Inbox, Order, Request};
use super::saving::Written;
use super::state::Engine;
use super::time_of_day::since;
use crate::ingest::news::{TopicNews, Word};

/// How long after the second the tick comes: events of its last moments are still on
/// their way.
const AFTER_THE_SECOND: Duration = Duration::from_millis(30);

/// The step at which event time is advanced between two ticks.
const STEP: Span = Span::from_seconds(60);

/// Further than this T leaps: while what has piled up is read, or after a quiet night.
const LEAP: Span = Span::from_seconds(60);

/// How long the end of a partition counts as its end after it was seen.
const END_HOLDS: Duration = Duration::from_secs(2);

/// How long the last snapshot may take.
const LAST_SNAPSHOT: Duration = Duration::from_secs(6);

/// Everything that can happen to the engine.
#[derive(Debug)]
enum EngineInput {
    /// What the reader tells of the topic.
    News(TopicNews),
    /// The broker's word, ahead of the messages that it speaks of.
    Word(Word),
    /// Somebody wants something done.
    Order(Order),
    /// Somebody asks for figures.
    Request(Request),
    /// A second is over.
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

impl Engine {
    /// Runs until told to stop, or until going on makes no sense.
    pub async fn run(
        mut self,
        mut news: mpsc::Receiver<TopicNews>,
        inbox: Inbox,
    ) -> anyhow::Result<()> {
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
                EngineInput::Tick
            } else {
                // In this order: a flood of messages delays neither the screens
                // nor a snapshot, and requests keep to their budget. Work that
                // is always there yields first, or the timer would never be
                // looked at.
                tokio::select! {
                    biased;
                    order = orders.recv() => order.map_or(EngineInput::Abandoned, EngineInput::Order),
                    () = tokio::time::sleep_until(next_tick) => EngineInput::Tick,
                    Ok(()) = word.changed() => match word.borrow_and_update().clone() {
                        Some(word) => EngineInput::Word(word),
                        None => continue,
                    },
                    Some(written) = self.parts.written.recv() => EngineInput::Written(written),
                    Some(request) = requests.recv() => EngineInput::Request(request),
                    () = tokio::task::yield_now(), if saving => EngineInput::SaveOn,
                    () = tokio::task::yield_now(), if room && waits => EngineInput::FoldOn,
                    Some(news) = news.recv(), if room && !waits && !saving => EngineInput::News(news),
                    () = self.parts.refused.settle_next(), if !room => EngineInput::Room,
                }
            };
            let now = self.now();
            if matches!(input, EngineInput::Tick) {
                next_tick = tokio::time::Instant::now() + until_next_second(now);
            }
            if self.handle(input, now).await?.is_break() {
                return Ok(());
            }
        }
    }

    async fn handle(&mut self, input: EngineInput, now: Time) -> anyhow::Result<ControlFlow<()>> {
        match input {
            EngineInput::News(news) => self.hear(news, now),
            EngineInput::Word(word) => self.hear_word(&word, now),
            EngineInput::Order(Order::Stop(stopped)) => {
                let saved = self.stop().await;
                let _ = stopped.send(saved);
                return Ok(ControlFlow::Break(()));
            }
            EngineInput::Order(order) => self.obey(order, now),
            EngineInput::Request(request) => self.answer(request),
            EngineInput::Tick => self.tick(now),
            EngineInput::Written(written) => {
                if written.panicked {
                    bail!("writing a snapshot panicked");
                }
                self.parts.saving.wrote(&written, now);
                if written.bytes.is_some() {
                    self.steer(|steering| steering.commit = written.offsets);
                }
            }
            EngineInput::SaveOn => {
                let refused = &self.parts.refused;
                self.parts.saving.step(&self.fold, || refused.waiting());
            }
            EngineInput::FoldOn => self.fold_on(now),
            EngineInput::Room => {}
            EngineInput::Abandoned => return Ok(ControlFlow::Break(())),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn hear(&mut self, news: TopicNews, now: Time) {
        match news {
            TopicNews::Batch(batch, read) => {
                self.take(batch, read);
                self.fold_on(now);
            }
            TopicNews::End(partition, read) if read.elapsed() <= END_HOLDS => {
                self.progress.ended(partition);
            }
            TopicNews::End(partition, _) => self.progress.had_ended(partition),
            TopicNews::ReadTo(offsets) => {
                for (partition, offset) in offsets {
                    self.progress.read_to(partition, offset);
                }
            }
            TopicNews::Assigned {
                partitions,
                topic,
                positions,
            } => {
                let answer = self.assign(&partitions, topic, now);
                // The reader waits for it, or has ended.
                let _ = positions.send(answer);
            }
            TopicNews::OutOfRange {
                partition,
                extent,
                position,
            } => {
                let answer = self.find_again(partition, extent, now);
                let _ = position.send(answer);
            }
            TopicNews::Stamps { by_broker } => self.hear_of_stamps(by_broker),
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

    /// Moves T between two ticks, where it goes by the events.
    pub(super) fn advance_by_events(&mut self, now: Time) {
        let as_of = self.fold.as_of();
        if let Some(to) = self.progress.event_time(now)
            && as_of.is_none_or(|as_of| to >= as_of + STEP)
        {
            self.pass_to(to);
        }
    }

    /// Lets time pass to an instant. Every fifth second on the way is judged, but not of a
    /// leap: a night of them would hold up everybody.
    fn pass_to(&mut self, to: Time) {
        let as_of = self.fold.as_of();
        if as_of.is_some_and(|as_of| to - as_of > LEAP) {
            self.fold.skip_judging(to);
        }
        self.apply(Input::Advance { to });
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
        let as_of = self.fold.as_of();
        let to = self.progress.time(now, as_of.is_some());
        // Where T stands still, what came late of before it is shown all the same.
        if let Some(to) = to.max(as_of) {
            self.pass_to(to);
        }
        let feed = self.feed(now);
        self.publish(&feed);
        self.tell(feed, now);
        self.parts.saving.tick(&self.fold, now);
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

fn until_next_second(now: Time) -> Duration {
    let into = u64::try_from(now.0.rem_euclid(1_000_000)).unwrap_or_default();
    Duration::from_micros(1_000_000 - into) + AFTER_THE_SECOND
}
