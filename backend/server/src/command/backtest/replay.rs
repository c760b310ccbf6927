//! Files through the fold, and every leg with what was forecast for it and what
//! came of it.
//!
//! Two accounts of a leg meet here: the estimate, which the fold gives once it is
//! settled, and the outcome with the baselines, which [`super::outcomes`] finds.
//! The first comes when time passes in the fold, the second thirty seconds of
//! event time behind the newest event, in either order; a leg is scored when both
//! are there. Memory goes with the legs that are open, not with the length of the
//! input.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use vigie_contract::event::{Body, Event, QueueReason};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::NoEstimate;
use vigie_model::estimate::{Given, Waits};
use vigie_model::watermark::ALLOWED_LATENESS;
use vigie_model::{Directory, Input};
use xxhash_rust::xxh3::xxh3_64;

use super::baselines::Forecasts;
use super::in_order::InOrder;
use super::ledger::{Ledger, Settled, Where};
use super::outcomes::{Happened, Leg, Legs, Outcome, QueueId, Told, What, with_announcement};
use super::scores::Forecast;
use crate::command::feed::held::Released;
use crate::command::feed::{Feed, Taken};
use crate::events::lines::Place;
use crate::events::merge::Line;
use crate::events::writer::Writer;

/// Nothing new is told of a leg that began so long ago: two hours until it is
/// lost, ten minutes until a virtual wait is given up, and some more.
const OVER_AFTER: Span = Span::from_seconds(6 * 3_600);

/// Past the end of the input, so that what is left is settled.
const PAST_THE_END: Span = Span::from_seconds(60);

/// What stands for the reason where the fold gave no account of a leg.
const NOT_GIVEN: &str = "not_given";

/// The replay.
pub struct Replay {
    feed: Feed,
    directory: Arc<Directory>,
    places: Places,
    partitions: BTreeMap<i32, Partition>,
    scored_from: Option<Time>,
    entries: HashMap<Leg, Entry>,
    /// Estimates of legs that the other account has not come to.
    early: HashMap<Leg, Estimate>,
    /// Beginnings of legs that were open already.
    repeated: HashSet<Leg>,
    unmatched: Unmatched,
    ledger: Ledger,
    out: Option<Writer>,
    told: Vec<Told>,
}

/// Estimates that are not scored, since they are of no leg.
#[derive(Default)]
struct Unmatched {
    /// Their leg was open already.
    repeated: u64,
    /// Nobody else knows of their leg.
    unknown: u64,
}

type Estimate = Result<Waits, NoEstimate>;

struct Partition {
    in_order: InOrder<Happened>,
    legs: Legs,
}

/// What is known of a leg that is not settled.
struct Entry {
    id: Option<Box<str>>,
    /// `None` for a leg that is not scored.
    forecasts: Option<Box<Forecasts>>,
    estimate: Option<Estimate>,
    outcome: Option<(Outcome, Option<Forecast>)>,
}

/// Queues by number.
#[derive(Default)]
struct Places {
    numbers: HashMap<String, HashMap<String, QueueId>>,
    list: Vec<Where>,
}

impl Places {
    fn number(&mut self, directory: &Directory, agency: &str, queue: &str) -> QueueId {
        let known = self
            .numbers
            .get(agency)
            .and_then(|queues| queues.get(queue));
        if let Some(known) = known {
            return *known;
        }
        let number = QueueId(self.list.len() as u32);
        let (network, region) = directory.place_of(agency);
        self.list.push(Where {
            region: (network.to_owned(), region.to_owned()),
            queue: (agency.to_owned(), queue.to_owned()),
        });
        let queues = self.numbers.entry(agency.to_owned()).or_default();
        queues.insert(queue.to_owned(), number);
        number
    }

    fn of(&self, queue: QueueId) -> &Where {
        &self.list[queue.0 as usize]
    }
}

/// A line of `--estimates-out`.
#[derive(Serialize)]
struct Written<'w> {
    time: Time,
    call: &'w str,
    agency: &'w str,
    queue: &'w str,
    mean_seconds: Option<f64>,
    p50_seconds: Option<f64>,
    p90_seconds: Option<f64>,
    reason: Option<NoEstimate>,
}

impl Replay {
    /// Nothing read yet. Scored are calls that queue from `scored_from` on; every
    /// estimate that the fold records is written to `out`.
    pub fn new(
        feed: Feed,
        directory: Arc<Directory>,
        scored_from: Option<Time>,
        ledger: Ledger,
        out: Option<Writer>,
    ) -> Self {
        Self {
            feed,
            directory,
            places: Places::default(),
            partitions: BTreeMap::new(),
            scored_from,
            entries: HashMap::new(),
            early: HashMap::new(),
            repeated: HashSet::new(),
            unmatched: Unmatched::default(),
            ledger,
            out,
            told: Vec::new(),
        }
    }

    /// Takes a line.
    pub fn take(&mut self, place: Place<'_>, line: Line<'_>) -> anyhow::Result<()> {
        let taken = self.feed.take(place, line);
        let mut is_any = self.take_released()?;
        if let Some(taken) = &taken {
            self.take_in(taken)?;
            is_any = true;
        }
        if !is_any {
            return Ok(());
        }
        match self.feed.let_time_pass() {
            None => Ok(()),
            Some(time) => {
                self.take_estimates()?;
                self.forget(time - OVER_AFTER)
            }
        }
    }

    /// Settles what is left, and answers the sums.
    pub fn finish(mut self) -> anyhow::Result<Ledger> {
        self.feed.end();
        self.take_released()?;
        let newest = self.feed.fold.newest().unwrap_or_default();
        let to = newest + PAST_THE_END;
        self.feed.fold.apply(Input::Advance { to });
        self.feed.fold.settle_estimates();
        let partitions: Vec<i32> = self.partitions.keys().copied().collect();
        for partition in partitions {
            self.go_on(partition, newest + Span(1))?;
        }
        let mut told = Vec::new();
        for partition in self.partitions.values_mut() {
            partition.legs.finish(newest, &mut |one| told.push(one));
        }
        self.told = told;
        self.take_told()?;
        self.take_estimates()?;
        self.forget(Time(i64::MAX))?;
        if let Some(out) = self.out.take() {
            out.finish()?;
        }
        self.feed.tell();
        for line in self.unmatched.lines() {
            self.feed.say(&line);
        }
        Ok(self.ledger)
    }

    /// Takes the events that the fold had held; answers whether there were any.
    fn take_released(&mut self) -> anyhow::Result<bool> {
        let released = self.feed.take_released();
        for taken in released.iter().filter_map(Released::taken) {
            self.take_in(&taken)?;
        }
        Ok(!released.is_empty())
    }

    fn take_in(&mut self, taken: &Taken<'_>) -> anyhow::Result<()> {
        self.hold(taken);
        self.go_on(taken.partition, taken.newest - ALLOWED_LATENESS)
    }

    /// Holds an event until its turn; where that is over, takes what is still of
    /// use.
    fn hold(&mut self, taken: &Taken<'_>) {
        let Taken {
            event,
            partition,
            late,
            ..
        } = taken;
        let Some((agency, queue, what)) = what_happened(event, self.out.is_some()) else {
            return;
        };
        let happened = Happened {
            call: xxh3_64(event.subject.as_bytes()),
            queue: self.places.number(&self.directory, agency, queue),
            what,
        };
        if *late {
            if let Some(Partition { legs, .. }) = self.partitions.get_mut(partition) {
                let told = &mut self.told;
                legs.take_late(event.time, &happened, &mut |one| told.push(one));
            }
            return;
        }
        let place = (
            event.time,
            event.body.type_name(),
            event.id.as_str().into(),
            event.source.as_str().into(),
        );
        let scored_from = self.scored_from;
        let partition = self
            .partitions
            .entry(*partition)
            .or_insert_with(|| Partition {
                in_order: InOrder::default(),
                legs: Legs::new(scored_from),
            });
        partition.in_order.hold(place, happened);
    }

    /// Takes all instants of a partition before `bound`.
    fn go_on(&mut self, partition: i32, bound: Time) -> anyhow::Result<()> {
        if let Some(partition) = self.partitions.get_mut(&partition) {
            let told = &mut self.told;
            let mut tell = |one| told.push(one);
            while let Some((now, events)) = partition.in_order.next_before(bound) {
                partition.legs.take(now, events, &mut tell);
            }
            partition.legs.pass(bound, &mut tell);
        }
        self.take_told()
    }

    fn take_told(&mut self) -> anyhow::Result<()> {
        let mut told = std::mem::take(&mut self.told);
        for one in told.drain(..) {
            match one {
                Told::Opened { leg, id, forecasts } => self.open(leg, id, forecasts)?,
                Told::Repeated(leg) => {
                    self.repeated.insert(leg);
                }
                Told::Settled {
                    leg,
                    outcome,
                    announced,
                } => {
                    if let Some(entry) = self.entries.get_mut(&leg) {
                        entry.outcome = Some((outcome, announced));
                    }
                    self.score_if_known(leg);
                }
            }
        }
        self.told = told;
        Ok(())
    }

    fn open(
        &mut self,
        leg: Leg,
        id: Option<Box<str>>,
        forecasts: Option<Box<Forecasts>>,
    ) -> anyhow::Result<()> {
        let entry = Entry {
            id,
            forecasts,
            estimate: None,
            outcome: None,
        };
        // Left and entered again at one instant: nobody estimates the first.
        if let Some(before) = self.entries.insert(leg, entry) {
            self.score(leg, &before);
        }
        match self.early.remove(&leg) {
            Some(estimate) => self.give(leg, estimate),
            None => Ok(()),
        }
    }

    fn take_estimates(&mut self) -> anyhow::Result<()> {
        let given = self.feed.fold.take_estimates();
        self.take_given(given)
    }

    fn take_given(&mut self, given: Vec<Given>) -> anyhow::Result<()> {
        for given in given {
            let Given {
                at,
                call,
                queue: (agency, queue),
                estimate,
            } = given;
            let leg = Leg {
                call,
                queue: self.places.number(&self.directory, &agency, &queue),
                queued: at,
            };
            if self.entries.contains_key(&leg) {
                self.give(leg, estimate)?;
            } else {
                self.early.insert(leg, estimate);
            }
        }
        Ok(())
    }

    fn give(&mut self, leg: Leg, estimate: Estimate) -> anyhow::Result<()> {
        let Some(entry) = self.entries.get_mut(&leg) else {
            return Ok(());
        };
        entry.estimate = Some(estimate);
        if let (Some(out), Some(call)) = (&mut self.out, &entry.id) {
            let (agency, queue) = &self.places.of(leg.queue).queue;
            let waits = estimate.ok();
            let written = Written {
                time: leg.queued,
                call,
                agency,
                queue,
                mean_seconds: waits.map(|waits| waits.mean_seconds),
                p50_seconds: waits.map(|waits| waits.p50_seconds),
                p90_seconds: waits.map(|waits| waits.p90_seconds),
                reason: estimate.err(),
            };
            out.line(&serde_json::to_vec(&written)?)?;
        }
        self.score_if_known(leg);
        Ok(())
    }

    fn score_if_known(&mut self, leg: Leg) {
        let is_known = self
            .entries
            .get(&leg)
            .is_some_and(|entry| entry.estimate.is_some() && entry.outcome.is_some());
        if is_known && let Some(entry) = self.entries.remove(&leg) {
            self.score(leg, &entry);
        }
    }

    fn score(&mut self, leg: Leg, entry: &Entry) {
        let (Some(forecasts), Some((outcome, announced))) = (&entry.forecasts, entry.outcome)
        else {
            return;
        };
        let place = self.places.of(leg.queue);
        let local = self.directory.local_hour(&place.queue.0, leg.queued);
        let estimate = match entry.estimate {
            Some(Ok(waits)) => Ok(forecast(waits)),
            Some(Err(reason)) => Err(reason.name()),
            None => Err(NOT_GIVEN),
        };
        let settled = Settled {
            queued: leg.queued,
            outcome,
            forecasts: &with_announcement(forecasts, announced),
            estimate,
            day: local.day,
            hour: local.hour,
        };
        self.ledger.add(place, &settled);
    }

    /// Scores the legs that began before `time` and still lack an estimate, and
    /// lets go of them; one without outcome waits in a partition that has fallen
    /// silent.
    fn forget(&mut self, time: Time) -> anyhow::Result<()> {
        let mut over: Vec<Leg> = self
            .entries
            .iter()
            .filter(|(leg, entry)| leg.queued < time && entry.outcome.is_some())
            .map(|(leg, _)| *leg)
            .collect();
        // In one order, so that sums are the same to the bit each time.
        over.sort_unstable_by_key(|leg| (leg.queued, leg.queue, leg.call));
        for leg in over {
            if let Some(entry) = self.entries.remove(&leg) {
                self.score(leg, &entry);
            }
        }
        let over = |leg: &Leg| leg.queued < time;
        for (leg, _) in self.early.extract_if(|leg, _| over(leg)) {
            self.unmatched.add(self.repeated.contains(&leg));
        }
        self.repeated.retain(|leg| !over(leg));
        // Civil days are up to a day away from those of UTC.
        let day = time.second().div_euclid(86_400);
        self.ledger.days.close_before(day - 1);
        Ok(())
    }
}

impl Unmatched {
    fn add(&mut self, is_repeated: bool) {
        if is_repeated {
            self.repeated += 1;
        } else {
            self.unknown += 1;
        }
    }

    /// What is said of them.
    fn lines(&self) -> impl Iterator<Item = String> {
        let line = |number, one: &str, several: &str| match number {
            0 => None,
            1 => Some(format!("1 estimate is {one}; it is not scored")),
            _ => Some(format!(
                "{number} estimates are {several}; they are not scored"
            )),
        };
        let repeated = line(
            self.repeated,
            "of a call that waited in that queue already",
            "of calls that waited in that queue already",
        );
        let unknown = line(
            self.unknown,
            "of a call that is not known to have queued then",
            "of calls that are not known to have queued then",
        );
        repeated.into_iter().chain(unknown)
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

/// Agency, queue and what happened there, where that has to do with a wait.
fn what_happened<'e>(event: &'e Event<'_>, with_id: bool) -> Option<(&'e str, &'e str, What)> {
    macro_rules! at {
        ($data:expr, $what:expr) => {
            Some((&*$data.agency, &*$data.queue, $what))
        };
    }
    match &event.body {
        // An agent calls back: nobody waits.
        Body::CallQueued(data) if data.reason == QueueReason::Callback => None,
        Body::CallQueued(data) => {
            let id = with_id.then(|| event.subject.as_str().into());
            let announced = data.announced_wait_seconds;
            at!(data, What::Queued { id, announced })
        }
        Body::CallAnnounced(data) => at!(data, What::Announced(data.announced_wait_seconds)),
        Body::CallAnswered(data) => at!(data, What::Answered),
        Body::CallAbandoned(data) => at!(data, What::Abandoned),
        Body::CallOverflowed(data) => at!(data, What::ClosedOtherwise),
        Body::CallCutOff(data) => at!(data, What::ClosedOtherwise),
        Body::CallCallbackAccepted(data) => at!(data, What::ClosedOtherwise),
        Body::CallVoicemailLeft(data) => at!(data, What::ClosedOtherwise),
        Body::CallEnded(data) => {
            let hold = data.hold_seconds.unwrap_or_default();
            at!(data, What::Ended(Span(data.talk_seconds.0 + hold.0)))
        }
        Body::CallWrappedUp(data) => at!(data, What::WrappedUp(data.wrap_up_seconds)),
        Body::CallReceived(_)
        | Body::CallSelfServed(_)
        | Body::CallDeflected(_)
        | Body::CallRangUnanswered(_)
        | Body::CallRecontactPromised(_)
        | Body::PromiseAttempted(_)
        | Body::CallTransferred(_)
        | Body::AgentStateChanged(_)
        | Body::QueueStateChanged(_)
        | Body::SurveyAnswered(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::read;
    use vigie_model::{Fold, Settings};

    use super::super::ledger::Ledger;
    use super::*;
    use crate::command::progress::Progress;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(1_000_000 + seconds)
    }

    fn replay(out: Option<Writer>) -> Replay {
        let directory = Arc::new(Directory::empty());
        let fold = Fold::new(directory.clone(), Settings::offline());
        let feed = Feed::new(fold, Progress::hidden("backtest"));
        Replay::new(feed, directory, Some(at(0)), Ledger::default(), out)
    }

    fn take(replay: &mut Replay, seconds: i64, call: &str, kind: &str) {
        let time = at(seconds);
        // It arrives at once, so that it is not held.
        let line = format!(
            r#"{{"specversion":"1.0","id":"{call}-{kind}","source":"/s","type":"call.{kind}","time":"{time}","subject":"{call}","vigiepartition":0,"vigieoffset":1,"vigiearrived":"{time}","data":{{"line":"1","agency":"A","queue":"q"}}}}"#
        );
        let place = Place {
            path: std::path::Path::new("file"),
            line: 1,
        };
        let line = read::structured(line.as_bytes());
        assert!(line.is_ok());
        replay.take(place, line).unwrap();
    }

    fn given(seconds: i64, call: &str, estimate: Estimate) -> Given {
        Given {
            at: at(seconds),
            call: xxh3_64(call.as_bytes()),
            queue: ("A".to_owned(), "q".to_owned()),
            estimate,
        }
    }

    fn waits(seconds: f64) -> Estimate {
        Ok(Waits {
            mean_seconds: seconds,
            p50_seconds: seconds,
            p90_seconds: 2.0 * seconds,
        })
    }

    /// Estimates that come before the leg, between it and its outcome, and after
    /// that; one of before what is scored, one that is none, one of no call.
    #[test]
    fn the_two_accounts_of_a_leg_come_in_either_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("estimates.ndjson");
        let mut replay = replay(Some(Writer::create(&path).unwrap()));
        let early = vec![
            given(-5, "before", waits(1.0)),
            given(0, "early", waits(20.0)),
            given(3, "nobody", waits(1.0)),
        ];
        replay.take_given(early).unwrap();
        for (seconds, call, kind) in [
            (-5, "before", "queued"),
            (0, "early", "queued"),
            (1, "late", "queued"),
            (2, "none", "queued"),
            (4, "unknown", "queued"),
            (10, "early", "answered"),
            (11, "late", "answered"),
            (22, "none", "answered"),
            (24, "unknown", "abandoned"),
            (25, "before", "answered"),
            (60, "beyond", "queued"),
        ] {
            take(&mut replay, seconds, call, kind);
        }
        assert_eq!(replay.ledger.total.counts.answered, 1, "of known estimate");
        let late = vec![
            given(1, "late", waits(15.0)),
            given(2, "none", Err(NoEstimate::TooLittleHistory)),
        ];
        replay.take_given(late).unwrap();
        let total = replay.finish().unwrap().total;
        assert_eq!(total.counts.answered, 3);
        assert_eq!(total.counts.without_virtual_wait, 1);
        assert_eq!(total.counts.open, 1);
        let without = [
            (NOT_GIVEN.to_owned(), 1),
            ("too_little_history".to_owned(), 1),
        ];
        assert_eq!(total.without, without.into());
        let score = total.ours(false).score();
        // Errors of 20 − 10 and 15 − 10.
        assert_eq!((score.calls, score.mae), (2, Some(7.5)));

        let written = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<serde_json::Value> = written
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let calls: Vec<&str> = lines
            .iter()
            .filter_map(|line| line["call"].as_str())
            .collect();
        assert_eq!(calls, ["before", "early", "late", "none"]);
        assert_eq!(lines[1]["p90_seconds"], 40.0);
        assert!(lines[1]["reason"].is_null());
        assert_eq!(lines[3]["reason"], "too_little_history");
        assert!(lines[3]["mean_seconds"].is_null());
    }

    #[test]
    fn why_an_estimate_is_of_no_leg_is_told() {
        let lines = |repeated, unknown| -> Vec<String> {
            let unmatched = Unmatched { repeated, unknown };
            unmatched.lines().collect()
        };
        assert!(lines(0, 0).is_empty());
        assert_eq!(
            lines(2, 1),
            [
                "2 estimates are of calls that waited in that queue already; they are not scored",
                "1 estimate is of a call that is not known to have queued then; it is not scored",
            ]
        );
        let one = "1 estimate is of a call that waited in that queue already; it is not scored";
        assert_eq!(lines(1, 0), [one]);
    }

    #[test]
    fn what_comes_out_of_order_is_taken_in_order() {
        let mut replay = replay(None);
        take(&mut replay, 10, "call", "answered");
        take(&mut replay, 0, "call", "queued");
        // Late: the leg is lost.
        take(&mut replay, 1, "other", "queued");
        take(&mut replay, 50, "third", "queued");
        take(&mut replay, 19, "other", "answered");
        let counts = replay.finish().unwrap().total.counts;
        assert_eq!((counts.answered, counts.lost, counts.open), (1, 1, 1));
    }
}
