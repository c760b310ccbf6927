//! The lines of files into a fold: which partition and offset each has, how far
//! they have all been read, and what was refused.
//!
//! # Layout
//! - [`held`]: where lines that the fold holds were read.
//! - [`taken`]: events that it has taken in.

pub mod held;
pub mod taken;

use std::collections::BTreeMap;
use std::fmt;

use vigie_contract::event::Event;
use vigie_contract::read::Reading;
use vigie_contract::time::{Span, Time};
use vigie_model::estimate::Given;
use vigie_model::watermark::Watermark;
use vigie_model::{Decided, Effect, Fold, Folded, IncidentTurned, Input, Outcome, SeverityChanged};

use super::progress::Progress;
use super::unknown_types::UnknownTypes;
use crate::events::lines::LinePlace;
use crate::events::merge::ReadLine;
use held::HeldLines;
use taken::{Released, TakenIn};

/// Refused lines that are told one by one.
const TOLD: u64 = 5;

/// One event in so many is late where files are in the order of arrival, and a
/// platform was cut off for long; more are where they are in another order.
const MUCH_IS_LATE: u64 = 20;

/// A partition from which nothing arrived for so long was at its end: what the
/// service measures on its clock, a dump tells by its arrivals.
const QUIET: Span = Span::from_seconds(5);

/// Time passes at least at this step, so that what is over can be forgotten.
const STEP: Span = Span::from_seconds(60);

/// The same where figures are judged, by what had arrived at each judgement.
const STEP_TO_JUDGE: Span = Span::from_seconds(1);

/// A fold that is fed with lines.
pub struct FedFold {
    /// The fold.
    pub fold: Fold,
    watermark: Watermark,
    progress: Progress,
    /// When the last event of each partition arrived, where files tell.
    arrived: BTreeMap<i32, Time>,
    /// The partition and offset of the line before.
    partition: i32,
    offset: i64,
    refused: u64,
    unknown: UnknownTypes,
    held: HeldLines,
    /// Taken in after all, since that was last asked for.
    released: Vec<Released>,
    /// Estimates given to calls, since they were last asked for.
    given: Vec<Given>,
    /// Whether what begins, worsens and ends is kept until somebody asks for it.
    pub keeps_changes: bool,
    changes: Vec<Change>,
}

/// Something is worse or better than before, as it is written.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Of one thing in one scope.
    Severity(Box<SeverityChanged>),
    /// Of an incident.
    Incident(Box<IncidentTurned>),
}

impl FedFold {
    /// Nothing read yet.
    pub fn new(fold: Fold, progress: Progress) -> Self {
        Self {
            fold,
            watermark: Watermark::new(),
            progress,
            arrived: BTreeMap::new(),
            partition: 0,
            offset: -1,
            refused: 0,
            unknown: UnknownTypes::default(),
            held: HeldLines::default(),
            released: Vec::new(),
            given: Vec::new(),
            keeps_changes: false,
            changes: Vec::new(),
        }
    }

    /// Folds a line; answers the event if it was one, and was taken in. What else
    /// was, since it had been held, is told by [`FedFold::take_released`].
    pub fn take<'l>(&mut self, place: LinePlace<'_>, line: ReadLine<'l>) -> Option<TakenIn<'l>> {
        self.offset += 1;
        self.progress.took_line();
        let (partition, offset) = (self.partition, self.offset);
        match line {
            Ok(Reading::Event(event)) => self.take_event(place, event),
            Ok(Reading::UnknownType(name)) => {
                self.unknown.count(&name);
                self.apply(Input::Skipped { partition, offset });
                None
            }
            Err(malformed) => {
                self.apply(Input::Refused { partition, offset });
                self.refuse(place, &malformed);
                None
            }
        }
    }

    fn take_event<'l>(&mut self, place: LinePlace<'_>, event: Event<'l>) -> Option<TakenIn<'l>> {
        if let Some(arrival) = event.arrival {
            self.partition = arrival.partition;
            self.offset = arrival.offset;
            self.hear(arrival.partition, arrival.arrived);
        }
        let partition = self.partition;
        let Folded { outcome, effects } = self.fold.apply(Input::Event {
            partition,
            offset: self.offset,
            arrived: event.arrival.map(|arrival| arrival.arrived),
            event: &event,
        });
        if outcome == Outcome::Held {
            self.held.note(partition, self.offset, place);
        }
        self.react_to(effects);
        match outcome {
            Outcome::Applied { late } => {
                let known = self.fold.partition(partition);
                let newest = known.and_then(|known| known.newest).unwrap_or(event.time);
                self.observe(partition, newest);
                Some(TakenIn {
                    event,
                    partition,
                    newest,
                    late,
                })
            }
            Outcome::Refused(refusal) => {
                self.refuse(place, &refusal);
                None
            }
            Outcome::Duplicate
            | Outcome::TooLate
            | Outcome::Held
            | Outcome::Skipped
            | Outcome::Noted
            | Outcome::Advanced => None,
        }
    }

    /// Folds an input, and does what has to be done about what happened.
    fn apply(&mut self, input: Input<'_>) -> Outcome {
        let Folded { outcome, effects } = self.fold.apply(input);
        self.react_to(effects);
        outcome
    }

    fn react_to(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Decided(decided) => self.note_decided(decided),
                Effect::EstimateGiven(given) => self.given.push(given),
                Effect::SeverityChanged(changed) => self.keep(Change::Severity(changed)),
                Effect::IncidentTurned(turned) => self.keep(Change::Incident(turned)),
                Effect::DayClosed { .. } => {}
            }
        }
    }

    fn keep(&mut self, change: Change) {
        if self.keeps_changes {
            self.changes.push(change);
        }
    }

    /// What has begun, worsened or ended since that was last asked, where it is kept.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// What became of a line that was held.
    fn note_decided(&mut self, decided: Decided) {
        let partition = decided.partition;
        let (path, line) = self.held.take(partition, decided.offset);
        match decided.outcome {
            Outcome::Applied { late } => {
                let newest = decided.newest.unwrap_or_default();
                self.observe(partition, newest);
                self.released.push(Released {
                    message: decided.message,
                    partition,
                    newest,
                    late,
                });
            }
            Outcome::Refused(refusal) => {
                let path = &path;
                self.refuse(LinePlace { path, line }, &refusal);
            }
            Outcome::Duplicate
            | Outcome::TooLate
            | Outcome::Held
            | Outcome::Skipped
            | Outcome::Noted
            | Outcome::Advanced => {}
        }
    }

    /// Lets time pass.
    pub fn advance(&mut self, to: Time) {
        self.apply(Input::Advance { to });
    }

    /// The estimates given to calls that are settled and were not taken before, where
    /// the fold records them.
    pub fn take_given(&mut self) -> Vec<Given> {
        std::mem::take(&mut self.given)
    }

    /// Events that had been held and were taken in since this was last asked for,
    /// in that order.
    pub fn take_released(&mut self) -> Vec<Released> {
        std::mem::take(&mut self.released)
    }

    /// No more lines will come: decides about what is held.
    pub fn end(&mut self) {
        let partitions: Vec<i32> = self.fold.partitions().map(|(number, _)| number).collect();
        for partition in partitions {
            self.apply(Input::End { partition });
        }
    }

    fn observe(&mut self, partition: i32, newest: Time) {
        if self.watermark.knows(partition) {
            self.watermark.observe(partition, newest);
        } else {
            self.watermark.add(partition, Some(newest));
        }
    }

    /// Something arrived: partitions that were quiet by then were at their end.
    fn hear(&mut self, partition: i32, now: Time) {
        self.watermark.set_at_end(partition, false);
        let before = self.arrived.insert(partition, now);
        if before.is_some_and(|before| before.second() == now.second()) {
            return;
        }
        for (other, last) in &self.arrived {
            if now - *last >= QUIET {
                self.watermark.set_at_end(*other, true);
            }
        }
    }

    /// The instant up to which all partitions have been read.
    pub fn time(&mut self) -> Option<Time> {
        self.watermark.time()
    }

    /// Lets time pass in the fold where it has not for long; answers the instant
    /// where it did.
    pub fn let_time_pass(&mut self) -> Option<Time> {
        let time = self.time()?;
        let step = match self.fold.judges() {
            true => STEP_TO_JUDGE,
            false => STEP,
        };
        let is_due = self.fold.as_of().is_none_or(|as_of| time - as_of >= step);
        is_due.then(|| {
            self.apply(Input::Advance { to: time });
            time
        })
    }

    fn refuse(&mut self, place: LinePlace<'_>, reason: &dyn fmt::Display) {
        self.refused += 1;
        if self.refused <= TOLD {
            self.progress.say(&format!("{place}: refused: {reason}"));
        }
    }

    /// Tells what was read.
    pub fn tell(&self) {
        if self.refused > TOLD {
            let more = self.refused - TOLD;
            self.progress.say(&format!("{more} more lines refused"));
        }
        let counters = self.fold.counters();
        self.progress.say(&format!(
            "read {} = applied {} + duplicate {} + too_late {} + refused {} + skipped {}; late {}",
            counters.read,
            counters.applied,
            counters.duplicate,
            counters.too_late,
            counters.refused,
            counters.skipped,
            counters.late
        ));
        self.unknown
            .told()
            .for_each(|line| self.progress.say(&line));
        if let Some(hint) = self.hint_at_order() {
            self.progress.say(&hint);
        }
    }

    /// What files in another order than that of arrival have in common: much of
    /// them comes late. Where events tell their arrival, it was so.
    fn hint_at_order(&self) -> Option<String> {
        let counters = self.fold.counters();
        let late = counters.late + counters.too_late;
        let is_much = late * MUCH_IS_LATE > counters.read;
        (is_much && self.arrived.is_empty()).then(|| {
            format!(
                "{late} of {} events come more than 30 s after a later one: \
                 if they are not in the order of arrival, --sort takes them in that of time",
                counters.read
            )
        })
    }

    /// Says something that stays, on standard error.
    pub fn say(&self, line: &str) {
        self.progress.say(line);
    }
}
