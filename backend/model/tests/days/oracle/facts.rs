//! What happened, turned into *facts*: one thing to add, at one instant, to the
//! figures of some scopes. A view sums the facts that lie in its windows.

use std::collections::BTreeMap;
use std::rc::Rc;

use vigie_contract::event::{AttemptOutcome, Body, DeflectReason, PromiseKind, QueueReason};
use vigie_contract::view::Count;

use crate::clock::HOUR;

use super::legs::{Leg, Outcome, Stays, is_plausible, outcome_of};
use super::places::{Place, Places};
use super::predictions::will_be_missed;
use super::promises::{End, Ledger, Promise};
use super::told::{Named, Told};

/// By whom a fact is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Book {
    Origin,
    Handler,
    Both,
}

/// Among which legs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Main,
    SecondLevel,
    Callback,
}

/// What rates and times are made of, beyond the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    KnownWait,
    AnsweredWithin,
    AbandonedWithin,
    CallbacksDue,
    CallbacksCalled,
    CallbacksReached,
    MessagesDue,
    MessagesHandled,
    Announced,
    AnnouncedExceeded,
    Ended,
    HandleTime,
    Satisfied,
    Score,
    LeftInIvr,
    PredictedMissed,
    MissedAsPredicted,
    MissedKnownAhead,
}

pub const SUMS: usize = Sum::MissedKnownAhead as usize + 1;

/// What is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Add {
    Count(Count),
    Sum(Sum, i64),
    AnswerWait(i64),
    AbandonWait(i64),
    AnnouncedError(i64),
}

#[derive(Clone, Debug)]
pub struct Fact {
    pub at: i64,
    /// The civil day that it lies in, where it counts.
    pub day: i64,
    pub book: Book,
    pub family: Family,
    pub place: Rc<Place>,
    pub add: Add,
}

/// Writes facts down.
struct Pen<'a, 'd> {
    places: &'a Places<'d>,
    facts: Vec<Fact>,
}

pub fn facts<'d>(
    told: &[Told<'d>],
    stays: &Stays<'d>,
    ledger: &Ledger<'d>,
    places: &Places<'d>,
) -> Vec<Fact> {
    let mut pen = Pen {
        places,
        facts: Vec::new(),
    };
    stays.legs.iter().for_each(|leg| pen.leg(leg));
    for (list, count) in [
        (&stays.repeated, Count::Repeated),
        (&stays.superseded, Count::Superseded),
    ] {
        for &(at, leg) in list {
            let leg = &stays.legs[leg];
            pen.in_each_book(leg, family(leg.reason), at, |_, _| vec![Add::Count(count)]);
        }
    }
    stays.orphans.iter().for_each(|&orphan| pen.orphan(orphan));
    ledger
        .promises
        .iter()
        .for_each(|promise| pen.promise(promise, ledger));
    for &attempt in &ledger.without_promise {
        pen.event(attempt, &[Add::Count(Count::AttemptsWithoutPromise)]);
    }
    told.iter().for_each(|&each| pen.by_itself(each));
    pen.first_asked(told);
    pen.facts
}

/// Facts of an arrival itself: late, too late, a duplicate.
pub fn of_arrival(told: Told<'_>, count: Count, places: &Places<'_>) -> Vec<Fact> {
    let mut pen = Pen {
        places,
        facts: Vec::new(),
    };
    pen.event(told, &[Add::Count(count)]);
    pen.facts
}

fn family(reason: QueueReason) -> Family {
    match reason {
        QueueReason::Asked | QueueReason::Overflow => Family::Main,
        QueueReason::Transfer => Family::SecondLevel,
        QueueReason::Callback => Family::Callback,
    }
}

fn count_of(outcome: Outcome) -> Count {
    match outcome {
        Outcome::Answered => Count::Answered,
        Outcome::Abandoned => Count::Abandoned,
        Outcome::Overflowed => Count::OverflowedOut,
        Outcome::CutOff => Count::CutOff,
        Outcome::CallbackAccepted => Count::CallbacksAccepted,
        Outcome::Voicemail => Count::Voicemails,
        Outcome::Lost => Count::Lost,
    }
}

impl Pen<'_, '_> {
    fn write(&mut self, at: i64, book: Book, family: Family, place: &Rc<Place>, adds: &[Add]) {
        let day = place.zone.day(at);
        self.facts.extend(adds.iter().map(|&add| Fact {
            at,
            day,
            book,
            family,
            place: place.clone(),
            add,
        }));
    }

    /// At the names of the event, in both books, among the main counts.
    fn event(&mut self, told: Told<'_>, adds: &[Add]) {
        let Named {
            agency,
            queue,
            line,
        } = told.names();
        let place = self.places.at(agency, queue, line);
        self.write(told.time(), Book::Both, Family::Main, &place, adds);
    }

    /// At the origin of a leg in one book, at its own queue in the other.
    fn in_each_book(
        &mut self,
        leg: &Leg<'_>,
        family: Family,
        at: i64,
        adds: impl Fn(&str, &str) -> Vec<Add>,
    ) {
        for (book, (agency, queue)) in [
            (Book::Origin, leg.origin),
            (Book::Handler, (leg.agency, leg.queue)),
        ] {
            let place = self.places.at(Some(agency), Some(queue), Some(leg.line));
            self.write(at, book, family, &place, &adds(agency, queue));
        }
    }

    // ---- Legs.

    fn leg(&mut self, leg: &Leg<'_>) {
        let own = family(leg.reason);
        let here = self
            .places
            .at(Some(leg.agency), Some(leg.queue), Some(leg.line));
        for (at, count) in [
            (leg.opened, Count::EnteredAll),
            (leg.closed, Count::ClosedAll),
        ] {
            let adds = [Add::Count(count)];
            self.write(at, Book::Both, Family::Main, &here, &adds);
            if own != Family::Main {
                self.write(at, Book::Both, own, &here, &adds);
            }
        }
        if leg.reason == QueueReason::Transfer {
            for family in [Family::Main, Family::SecondLevel] {
                let adds = |_: &str, _: &str| vec![Add::Count(Count::TransferredIn)];
                self.in_each_book(leg, family, leg.opened, adds);
            }
        }
        let places = self.places;
        match places.first_open(leg.agency, leg.line, leg.asked, leg.closed) {
            None => {
                let adds = |_: &str, _: &str| vec![Add::Count(Count::OutOfHours)];
                self.in_each_book(leg, own, leg.closed, adds);
            }
            Some(start) => {
                let wait = leg.closed - start;
                self.in_each_book(leg, own, leg.closed, |agency, queue| {
                    let within = wait <= places.answer_within(agency, queue, leg.closed);
                    closing(
                        leg,
                        wait,
                        within,
                        wait < places.short_abandon(leg.agency, leg.closed),
                    )
                });
            }
        }
    }

    /// In pick-up rates, not in waits; its hours are those of the outcome.
    fn orphan(&mut self, told: Told<'_>) {
        let Named { agency, queue, .. } = told.names();
        let line = agency
            .zip(queue)
            .and_then(|(agency, queue)| self.places.line_of(agency, queue));
        let outcome = outcome_of(&told.event.body).expect("an orphan is an outcome");
        if self.places.is_open(agency, line, told.time()) {
            let adds = [Add::Count(count_of(outcome)), Add::Count(Count::Orphan)];
            self.event(told, &adds);
        } else {
            self.event(told, &[Add::Count(Count::OutOfHours)]);
        }
    }

    // ---- Promises, at the queue that made them.

    fn promise(&mut self, promise: &Promise<'_>, ledger: &Ledger<'_>) {
        let place = self
            .places
            .at(Some(promise.agency), Some(promise.queue), promise.line);
        let mut write = |at, adds: &[Add]| self.write(at, Book::Both, Family::Main, &place, adds);
        if promise.end == End::Forgotten {
            write(promise.ended, &[Add::Count(Count::PromisesForgotten)]);
        }
        if !promise.is_cancelled_in_time() {
            write(promise.due, &as_due(promise));
            write(promise.due, &as_predicted(promise, ledger));
        }
        if promise.kind != PromiseKind::Callback {
            return;
        }
        let settled = promise.ended.min(promise.due);
        match promise.is_kept() {
            true => write(settled, &[Add::Count(Count::PromisesKept)]),
            false => write(settled, &[Add::Count(Count::PromisesBroken)]),
        }
        match promise.end {
            End::Cancelled => write(promise.ended, &[Add::Count(Count::PromisesCancelled)]),
            End::Reached if !promise.is_kept() => {
                write(promise.ended, &[Add::Count(Count::PromisesKeptLate)]);
            }
            _ => {}
        }
    }

    // ---- What stands for itself.

    fn by_itself(&mut self, told: Told<'_>) {
        let time = told.time();
        let line_is_open = |line: &str| self.places.is_open(None, Some(line), time);
        let mut adds = Vec::new();
        match &told.event.body {
            Body::CallReceived(data) => {
                adds.extend([Add::Count(Count::Received), Add::Sum(Sum::LeftInIvr, 1)]);
                if !line_is_open(&data.line) {
                    adds.push(Add::Count(Count::ReceivedOutOfHours));
                }
                if data.identified == Some(true) {
                    adds.push(Add::Count(Count::Identified));
                }
            }
            Body::CallSelfServed(data) => {
                adds.extend([Add::Count(Count::SelfServed), Add::Sum(Sum::LeftInIvr, -1)]);
                if line_is_open(&data.line) {
                    adds.push(Add::Count(Count::SelfServedInHours));
                }
            }
            Body::CallDeflected(data) => {
                let line = Some(data.line.as_str());
                let count = if data.after_request == Some(true) {
                    Count::DeflectedAsked
                } else if data.reason == DeflectReason::Saturated {
                    Count::DeflectedSaturated
                } else if self.places.is_open(data.agency.as_deref(), line, time) {
                    Count::DeflectedAsked
                } else {
                    Count::DeflectedClosed
                };
                adds.extend([Add::Count(count), Add::Sum(Sum::LeftInIvr, -1)]);
            }
            Body::CallQueued(data) if data.asked_at.is_some_and(|at| !is_plausible(at.0, time)) => {
                adds.push(Add::Count(Count::Implausible));
            }
            Body::CallRangUnanswered(_) => adds.push(Add::Count(Count::RangUnanswered)),
            Body::CallEnded(data) => {
                let hold = data.hold_seconds.map_or(0, |hold| hold.0);
                adds.push(Add::Sum(Sum::Ended, 1));
                adds.push(Add::Sum(Sum::HandleTime, data.talk_seconds.0 + hold));
            }
            Body::CallWrappedUp(data) => {
                adds.push(Add::Sum(Sum::HandleTime, data.wrap_up_seconds.0));
            }
            Body::SurveyAnswered(data) => {
                let score = i64::from(data.score.get());
                adds.extend([Add::Count(Count::Surveys), Add::Sum(Sum::Score, score)]);
                adds.push(Add::Sum(Sum::Satisfied, i64::from(score >= 4)));
            }
            _ => {}
        }
        self.event(told, &adds);
    }

    /// Who asks for an agent has left the voice server: the first time in two
    /// hours (reading 38).
    fn first_asked(&mut self, told: &[Told<'_>]) {
        let mut calls: BTreeMap<_, Vec<Told<'_>>> = BTreeMap::new();
        for &each in told {
            if let Body::CallQueued(data) = &each.event.body
                && data.reason == QueueReason::Asked
            {
                let key = (each.partition, each.event.subject.as_str());
                calls.entry(key).or_default().push(each);
            }
        }
        for mut asked in calls.into_values() {
            asked.sort_by_key(|each| each.by_id());
            for (at, &each) in asked.iter().enumerate() {
                let is_first = at == 0 || each.time() - asked[at - 1].time() > 2 * HOUR;
                if is_first {
                    self.event(each, &[Add::Sum(Sum::LeftInIvr, -1)]);
                }
            }
        }
    }
}

/// What a leg in hours counts as it closes.
fn closing(leg: &Leg<'_>, wait: i64, is_within: bool, is_short: bool) -> Vec<Add> {
    let mut adds = vec![Add::Count(count_of(leg.outcome))];
    if leg.reason == QueueReason::Overflow {
        adds.push(Add::Count(Count::OverflowedIn));
    }
    match leg.outcome {
        Outcome::Answered => {
            adds.extend([Add::Sum(Sum::KnownWait, 1), Add::AnswerWait(wait)]);
            adds.push(Add::Sum(Sum::AnsweredWithin, i64::from(is_within)));
        }
        Outcome::Abandoned => {
            adds.extend([Add::Sum(Sum::KnownWait, 1), Add::AbandonWait(wait)]);
            adds.push(Add::Sum(Sum::AbandonedWithin, i64::from(is_within)));
            if is_short {
                adds.push(Add::Count(Count::ShortAbandoned));
            }
        }
        Outcome::CutOff | Outcome::Lost => adds.push(Add::Sum(Sum::KnownWait, 1)),
        _ => {}
    }
    if let Some((at, wait)) = leg.announced {
        let actual = leg.closed - at;
        let stayed = matches!(
            leg.outcome,
            Outcome::Answered | Outcome::CutOff | Outcome::Lost
        );
        if stayed || actual > wait {
            adds.push(Add::Sum(Sum::Announced, 1));
            adds.push(Add::Sum(Sum::AnnouncedExceeded, i64::from(actual > wait)));
        }
        if leg.outcome == Outcome::Answered {
            adds.push(Add::AnnouncedError((actual - wait).abs()));
        }
    }
    adds
}

/// What a promise counts at its due time.
fn as_due(promise: &Promise<'_>) -> Vec<Add> {
    let kept = promise.is_kept();
    if promise.kind != PromiseKind::Callback {
        let handled = Add::Sum(Sum::MessagesHandled, i64::from(kept));
        return vec![Add::Sum(Sum::MessagesDue, 1), handled];
    }
    let called = promise.was_tried(&[AttemptOutcome::Reached, AttemptOutcome::Unreachable]);
    let mut adds = vec![
        Add::Sum(Sum::CallbacksDue, 1),
        Add::Sum(Sum::CallbacksReached, i64::from(kept)),
        Add::Sum(Sum::CallbacksCalled, i64::from(called)),
    ];
    if !kept && promise.was_tried(&[AttemptOutcome::Unreachable]) {
        adds.push(Add::Count(Count::PromisesUnreachable));
    }
    adds
}

/// What it counts for the record of predictions.
fn as_predicted(promise: &Promise<'_>, ledger: &Ledger<'_>) -> [Add; 3] {
    let at = promise.foretold_at();
    let is_predicted = will_be_missed(ledger, promise, at);
    let (is_missed, was_made) = (promise.is_missed(), promise.made < at);
    let add = |sum, holds| Add::Sum(sum, i64::from(holds));
    [
        add(Sum::PredictedMissed, is_predicted),
        add(Sum::MissedAsPredicted, is_predicted && is_missed),
        add(Sum::MissedKnownAhead, was_made && is_missed),
    ]
}
