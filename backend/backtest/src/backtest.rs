//! Every leg with what was forecast for it and what came of it.
//!
//! Two accounts of a leg meet here: the estimate, which the fold gives once it is
//! settled, and the outcome with the baselines, which [`Legs`] finds. The first
//! comes when time passes in the fold, the second thirty seconds of event time
//! behind the newest event, in either order; a leg is scored when both are there.
//! Memory goes with the legs that are open, not with the length of the input.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use vigie_contract::event::Event;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::NoEstimate;
use vigie_model::Directory;
use vigie_model::estimate::{Given, Waits};
use vigie_model::watermark::ALLOWED_LATENESS;
use xxhash_rust::xxh3::xxh3_64;

use crate::account::ScoredLeg;
use crate::call_event::{self, CallEvent};
use crate::forecast::Forecast;
use crate::forecaster::{Forecasts, with_announcement};
use crate::in_order::InOrder;
use crate::leg::{Leg, LegOutcome};
use crate::leg_news::LegNews;
use crate::legs::Legs;
use crate::queues::QueueNumbers;
use crate::scorebook::Scorebook;
use crate::unmatched::Unmatched;

/// Nothing new is told of a leg that began so long ago: two hours until it is
/// lost, ten minutes until a virtual wait is given up, and some more.
const OVER_AFTER: Span = Span::from_seconds(6 * 3_600);

/// The reason why a leg has no estimate, where the fold gave no account of it.
const NOT_GIVEN: &str = "not_given";

/// An event that the fold has taken in.
#[derive(Debug)]
pub struct FoldedEvent<'e> {
    /// The event.
    pub event: &'e Event<'e>,
    /// Its partition.
    pub partition: i32,
    /// Time of the newest event of its partition.
    pub newest: Time,
    /// Whether it was more than the allowed lateness behind its partition.
    pub late: bool,
}

/// An estimate of a known leg, as `--estimates-out` writes it: a line of JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EstimateLine {
    /// When the call began to wait.
    pub time: Time,
    /// The call's id.
    pub call: Box<str>,
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
    /// The mean, where there is an estimate.
    pub mean_seconds: Option<f64>,
    /// The median, where there is an estimate.
    pub p50_seconds: Option<f64>,
    /// The 90th percentile, where there is an estimate.
    pub p90_seconds: Option<f64>,
    /// Why there is no estimate.
    pub reason: Option<NoEstimate>,
}

/// What the fold answered: an estimate, or why there is none.
type EstimateAnswer = Result<Waits, NoEstimate>;

/// A backtest under way.
pub struct Backtest {
    directory: Arc<Directory>,
    queues: QueueNumbers,
    partitions: BTreeMap<i32, PartitionLegs>,
    scored_from: Option<Time>,
    unscored: HashMap<Leg, UnscoredLeg>,
    /// Estimates of legs that the other account has not come to.
    early: HashMap<Leg, EstimateAnswer>,
    /// Legs that were said to begin while the call waited in the queue already.
    repeated: HashSet<Leg>,
    unmatched: Unmatched,
    scorebook: Scorebook,
    /// The estimates of known legs, where somebody wants them.
    lines: Option<Vec<EstimateLine>>,
    news: Vec<LegNews>,
}

/// The legs of a partition, and the events whose turn has not come.
struct PartitionLegs {
    in_order: InOrder<CallEvent>,
    legs: Legs,
}

/// What is known of a leg that is not scored yet.
struct UnscoredLeg {
    id: Option<Box<str>>,
    /// `None` for a leg that is not to be scored.
    forecasts: Option<Box<Forecasts>>,
    estimate: Option<EstimateAnswer>,
    outcome: Option<(LegOutcome, Option<Forecast>)>,
}

impl Backtest {
    /// A backtest that has taken nothing yet. It scores calls that queue from
    /// `scored_from` on.
    pub fn new(directory: Arc<Directory>, scored_from: Option<Time>, scorebook: Scorebook) -> Self {
        Self {
            directory,
            queues: QueueNumbers::default(),
            partitions: BTreeMap::new(),
            scored_from,
            unscored: HashMap::new(),
            early: HashMap::new(),
            repeated: HashSet::new(),
            unmatched: Unmatched::default(),
            scorebook,
            lines: None,
            news: Vec::new(),
        }
    }

    /// Keeps every estimate of a known leg from now on, until it is taken by
    /// [`Self::take_lines`].
    pub fn record_lines(&mut self) {
        self.lines = Some(Vec::new());
    }

    /// The estimates that were found to be of a known leg since this was last asked
    /// for, in that order.
    pub fn take_lines(&mut self) -> Vec<EstimateLine> {
        self.lines.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes an event that the fold has taken in.
    pub fn take(&mut self, folded: &FoldedEvent<'_>) {
        self.hold(folded);
        self.go_on(folded.partition, folded.newest - ALLOWED_LATENESS);
    }

    /// Time has passed in the fold up to `time`; `given` holds the estimates that it
    /// has given since this was last called.
    pub fn let_time_pass(&mut self, time: Time, given: Vec<Given>) {
        self.take_given(given);
        self.forget(time - OVER_AFTER);
    }

    /// No more events will come: settles what is left. `newest` is the time of the
    /// newest event of all, and `given` holds the last estimates.
    pub fn finish(&mut self, newest: Time, given: Vec<Given>) {
        let partitions: Vec<i32> = self.partitions.keys().copied().collect();
        for partition in partitions {
            self.go_on(partition, newest + Span(1));
        }
        let mut news = Vec::new();
        for partition in self.partitions.values_mut() {
            partition.legs.finish(newest, &mut |one| news.push(one));
        }
        self.news = news;
        self.take_news();
        self.take_given(given);
        self.forget(Time(i64::MAX));
    }

    /// The sums over all legs that were scored, and the estimates of no leg.
    pub fn into_scores(self) -> (Scorebook, Unmatched) {
        (self.scorebook, self.unmatched)
    }

    /// Holds an event until its turn; of an event whose turn is over, takes what is
    /// still of use.
    fn hold(&mut self, folded: &FoldedEvent<'_>) {
        let event = folded.event;
        let Some((agency, queue, kind)) = call_event::of(event, self.lines.is_some()) else {
            return;
        };
        let happened = CallEvent {
            call: xxh3_64(event.subject.as_bytes()),
            queue: self.queues.number(&self.directory, agency, queue),
            kind,
        };
        if folded.late {
            if let Some(PartitionLegs { legs, .. }) = self.partitions.get_mut(&folded.partition) {
                let news = &mut self.news;
                legs.take_late(event.time, &happened, &mut |one| news.push(one));
            }
            return;
        }
        let order = (
            event.time,
            event.body.type_name(),
            event.id.as_str().into(),
            event.source.as_str().into(),
        );
        let scored_from = self.scored_from;
        let partition = self
            .partitions
            .entry(folded.partition)
            .or_insert_with(|| PartitionLegs {
                in_order: InOrder::default(),
                legs: Legs::new(scored_from),
            });
        partition.in_order.hold(order, happened);
    }

    /// Takes all instants of a partition before `bound`.
    fn go_on(&mut self, partition: i32, bound: Time) {
        if let Some(partition) = self.partitions.get_mut(&partition) {
            let news = &mut self.news;
            let mut tell = |one| news.push(one);
            while let Some((now, events)) = partition.in_order.next_before(bound) {
                partition.legs.take(now, events, &mut tell);
            }
            partition.legs.pass(bound, &mut tell);
        }
        self.take_news();
    }

    fn take_news(&mut self) {
        let mut news = std::mem::take(&mut self.news);
        for one in news.drain(..) {
            match one {
                LegNews::Opened { leg, id, forecasts } => self.open(leg, id, forecasts),
                LegNews::Repeated(leg) => {
                    self.repeated.insert(leg);
                }
                LegNews::Settled {
                    leg,
                    outcome,
                    announced,
                } => {
                    if let Some(known) = self.unscored.get_mut(&leg) {
                        known.outcome = Some((outcome, announced));
                    }
                    self.score_if_known(leg);
                }
            }
        }
        self.news = news;
    }

    fn open(&mut self, leg: Leg, id: Option<Box<str>>, forecasts: Option<Box<Forecasts>>) {
        let opened = UnscoredLeg {
            id,
            forecasts,
            estimate: None,
            outcome: None,
        };
        // Left and entered again at one instant: nobody estimates the first.
        if let Some(before) = self.unscored.insert(leg, opened) {
            self.score(leg, &before);
        }
        if let Some(estimate) = self.early.remove(&leg) {
            self.give(leg, estimate);
        }
    }

    fn take_given(&mut self, given: Vec<Given>) {
        for given in given {
            let Given {
                at,
                call,
                queue: (agency, queue),
                estimate,
            } = given;
            let leg = Leg {
                call,
                queue: self.queues.number(&self.directory, &agency, &queue),
                queued: at,
            };
            if self.unscored.contains_key(&leg) {
                self.give(leg, estimate);
            } else {
                self.early.insert(leg, estimate);
            }
        }
    }

    fn give(&mut self, leg: Leg, estimate: EstimateAnswer) {
        let Some(known) = self.unscored.get_mut(&leg) else {
            return;
        };
        known.estimate = Some(estimate);
        if let (Some(lines), Some(call)) = (&mut self.lines, &known.id) {
            let (agency, queue) = self.queues.place(leg.queue).queue.clone();
            let waits = estimate.ok();
            lines.push(EstimateLine {
                time: leg.queued,
                call: call.clone(),
                agency,
                queue,
                mean_seconds: waits.map(|waits| waits.mean_seconds),
                p50_seconds: waits.map(|waits| waits.p50_seconds),
                p90_seconds: waits.map(|waits| waits.p90_seconds),
                reason: estimate.err(),
            });
        }
        self.score_if_known(leg);
    }

    fn score_if_known(&mut self, leg: Leg) {
        let is_known = self
            .unscored
            .get(&leg)
            .is_some_and(|known| known.estimate.is_some() && known.outcome.is_some());
        if is_known && let Some(known) = self.unscored.remove(&leg) {
            self.score(leg, &known);
        }
    }

    fn score(&mut self, leg: Leg, known: &UnscoredLeg) {
        let (Some(forecasts), Some((outcome, announced))) = (&known.forecasts, known.outcome)
        else {
            return;
        };
        let place = self.queues.place(leg.queue);
        let local = self.directory.local_hour(&place.queue.0, leg.queued);
        let estimate = match known.estimate {
            Some(Ok(waits)) => Ok(forecast(waits)),
            Some(Err(reason)) => Err(reason.name()),
            None => Err(NOT_GIVEN),
        };
        let scored = ScoredLeg {
            queued: leg.queued,
            outcome,
            forecasts: &with_announcement(forecasts, announced),
            estimate,
            day: local.day,
            hour: local.hour,
        };
        self.scorebook.add(place, &scored);
    }

    /// Scores the legs that began before `time` and still lack an estimate, and
    /// lets go of them; one without outcome waits in a partition that has fallen
    /// silent.
    fn forget(&mut self, time: Time) {
        let mut over: Vec<Leg> = self
            .unscored
            .iter()
            .filter(|(leg, known)| leg.queued < time && known.outcome.is_some())
            .map(|(leg, _)| *leg)
            .collect();
        // In one order, so that sums are the same to the bit each time.
        over.sort_unstable_by_key(|leg| (leg.queued, leg.queue, leg.call));
        for leg in over {
            if let Some(known) = self.unscored.remove(&leg) {
                self.score(leg, &known);
            }
        }
        let over = |leg: &Leg| leg.queued < time;
        for (leg, _) in self.early.extract_if(|leg, _| over(leg)) {
            self.unmatched.add(self.repeated.contains(&leg));
        }
        self.repeated.retain(|leg| !over(leg));
        // Civil days are up to a day away from those of UTC.
        let day = time.second().div_euclid(86_400);
        self.scorebook.days.close_before(day - 1);
    }
}

/// An estimate as it is scored.
fn forecast(waits: Waits) -> Forecast {
    Forecast {
        mean: Some(waits.mean_seconds),
        p50: Some(waits.p50_seconds),
        p90: Some(waits.p90_seconds),
    }
}

#[cfg(test)]
mod tests;
