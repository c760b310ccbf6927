//! Sums facts into a view (indicators.md, Counts, Rates, Times, Now).

use std::collections::BTreeMap;

use vigie_contract::event::QueueReason;
use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{
    ByReason, Clock, Count, Counts, Estimate, NoEstimate, Now, PredictionRecord, Promises, Rate,
    Rates, Sources, Spread, Times, View, Window,
};

use crate::clock::{DAY, MINUTE, SECOND};

use super::facts::{Add, Book, Fact, Family, SUMS, Sum};
use super::legs::Leg;
use super::predictions::{half_minute, will_be_missed};
use super::promises::Promise;
use super::{Moment, WINDOWS, agents};

/// What the facts of a family add up to.
pub struct Tally {
    counts: [i64; Count::ALL.len()],
    sums: [i64; SUMS],
    answer_waits: Vec<i64>,
    abandon_waits: Vec<i64>,
    announced_errors: Vec<i64>,
}

impl Tally {
    fn of<'f>(facts: impl Iterator<Item = &'f Fact>) -> Self {
        let mut tally = Tally {
            counts: [0; Count::ALL.len()],
            sums: [0; SUMS],
            answer_waits: Vec::new(),
            abandon_waits: Vec::new(),
            announced_errors: Vec::new(),
        };
        for fact in facts {
            match fact.add {
                Add::Count(count) => tally.counts[count as usize] += 1,
                Add::Sum(sum, value) => tally.sums[sum as usize] += value,
                Add::AnswerWait(wait) => tally.answer_waits.push(wait),
                Add::AbandonWait(wait) => tally.abandon_waits.push(wait),
                Add::AnnouncedError(error) => tally.announced_errors.push(error),
            }
        }
        tally
    }

    fn count(&self, count: Count) -> i64 {
        self.counts[count as usize]
    }

    fn sum(&self, sum: Sum) -> i64 {
        self.sums[sum as usize]
    }

    fn answered_within(&self, seconds: i64) -> i64 {
        let within = |wait: &&i64| **wait <= seconds * SECOND;
        self.answer_waits.iter().filter(within).count() as i64
    }

    fn left_the_queue(&self) -> i64 {
        [
            Count::Answered,
            Count::Abandoned,
            Count::CutOff,
            Count::Lost,
        ]
        .map(|count| self.count(count))
        .iter()
        .sum()
    }

    fn counts(&self, left_in_ivr: Option<i64>) -> Counts {
        let mut counts = Counts::from_counted(|count| self.count(count));
        counts.offered = self.left_the_queue()
            + self.count(Count::CallbacksAccepted)
            + self.count(Count::Voicemails);
        counts.asked = counts.offered + self.count(Count::DeflectedAsked);
        counts.left_in_ivr = left_in_ivr;
        counts
    }
}

/// The three families of a book over some facts.
pub struct Tallies {
    main: Tally,
    second_level: Tally,
    callback: Tally,
}

impl Tallies {
    pub fn of<'f>(facts: impl Iterator<Item = &'f Fact> + Clone, book: Book) -> Self {
        let of = |family| {
            let facts = facts.clone();
            Tally::of(facts.filter(move |fact| {
                fact.family == family && (fact.book == book || fact.book == Book::Both)
            }))
        };
        Self {
            main: of(Family::Main),
            second_level: of(Family::SecondLevel),
            callback: of(Family::Callback),
        }
    }

    /// `is_wide`: today, in `all`, a network or a line. `busy`: occupancy.
    pub fn window(&self, short_abandons_count: bool, is_wide: bool, busy: [i64; 2]) -> Window {
        // Where fewer were received than followed, none of the three is known.
        let left = self.main.sum(Sum::LeftInIvr);
        let is_wide = is_wide && left >= 0;
        let left_in_ivr = is_wide.then_some(left);
        Window {
            counts: self.main.counts(left_in_ivr),
            second_level: self.second_level.counts(None),
            callback: self.callback.counts(None),
            rates: self.rates(short_abandons_count, is_wide, busy),
            times: self.times(),
            complete: None,
            spread: None,
        }
    }

    fn rates(&self, short_abandons_count: bool, is_wide: bool, busy: [i64; 2]) -> Rates {
        let count = |count| self.main.count(count);
        let sum = |sum| self.main.sum(sum);
        let counts = self.main.counts(None);
        let aside = if short_abandons_count {
            0
        } else {
            counts.short_abandoned
        };
        let answered = counts.answered;
        let (kept, broken) = (count(Count::PromisesKept), count(Count::PromisesBroken));
        let left = self.main.left_the_queue();
        let known = sum(Sum::KnownWait);
        let (within, short) = (sum(Sum::AnsweredWithin), sum(Sum::AbandonedWithin));
        let in_hours = counts.received - counts.received_out_of_hours;
        let wide = |numerator, denominator| rate(numerator, denominator).filter(|_| is_wide);
        Rates {
            pick_up_agent: rate(
                answered + kept,
                counts.asked - counts.callbacks_accepted + kept + broken - aside,
            ),
            pick_up_presented: rate(answered, counts.asked - aside),
            pick_up_queue: rate(answered, left - aside),
            service_level: rate(within, known),
            service_level_without_short: rate(within, known - short),
            service_level_short_good: rate(within + short, known),
            service_level_20s: rate(self.main.answered_within(20), known),
            service_level_60s: rate(self.main.answered_within(60), known),
            service_level_180s: rate(self.main.answered_within(180), known),
            service_level_300s: rate(self.main.answered_within(300), known),
            service_level_600s: rate(self.main.answered_within(600), known),
            abandon_rate: rate(counts.abandoned, left),
            pick_up_with_ivr: wide(answered + counts.self_served_in_hours, in_hours),
            pick_up_inbound: wide(answered, counts.received),
            callbacks_called_within_time: rate(sum(Sum::CallbacksCalled), sum(Sum::CallbacksDue)),
            callbacks_reached_within_time: rate(sum(Sum::CallbacksReached), sum(Sum::CallbacksDue)),
            messages_handled_within_time: rate(sum(Sum::MessagesHandled), sum(Sum::MessagesDue)),
            announced_exceeded: rate(sum(Sum::AnnouncedExceeded), sum(Sum::Announced)),
            identification: rate(counts.identified, counts.received),
            second_level_pick_up: rate(
                self.second_level.count(Count::Answered),
                self.second_level.left_the_queue(),
            ),
            satisfaction: rate(sum(Sum::Satisfied), counts.surveys),
            occupancy: rate(busy[0], busy[1]),
        }
    }

    fn times(&self) -> Times {
        let sum = |sum| self.main.sum(sum);
        let (ended, surveys) = (sum(Sum::Ended), self.main.count(Count::Surveys));
        let answer = quantiles(&self.main.answer_waits);
        Times {
            answer_mean_seconds: mean(&self.main.answer_waits),
            answer_p50_seconds: answer(50),
            answer_p90_seconds: answer(90),
            answer_p95_seconds: answer(95),
            answer_longest_seconds: answer(100),
            abandon_mean_seconds: mean(&self.main.abandon_waits),
            handle_mean_seconds: (ended > 0).then(|| seconds(sum(Sum::HandleTime)) / ended as f64),
            second_level_answer_mean_seconds: mean(&self.second_level.answer_waits),
            announced_error_p50_seconds: quantiles(&self.main.announced_errors)(50),
            satisfaction_mean: (surveys > 0).then(|| sum(Sum::Score) as f64 / surveys as f64),
        }
    }
}

pub fn rate(numerator: i64, denominator: i64) -> Option<Rate> {
    (denominator != 0).then(|| {
        let value = numerator as f64 / denominator as f64;
        Rate {
            value,
            of: [numerator, denominator],
            upper: upper(value, denominator as f64),
        }
    })
}

/// The upper end of the 90 % Wilson interval, by bisection: the largest share p that a
/// rate of n calls is no more than z standard errors below.
fn upper(value: f64, n: f64) -> f64 {
    let rate = value.clamp(0.0, 1.0);
    let is_beyond = |p: f64| p - rate > 1.6449 * (p * (1.0 - p) / n).sqrt();
    let (mut low, mut high) = (rate, 1.0);
    while high - low > 1e-13 {
        let middle = f64::midpoint(low, high);
        match is_beyond(middle) {
            true => high = middle,
            false => low = middle,
        }
    }
    high.max(value)
}

fn seconds(micros: i64) -> f64 {
    micros as f64 / SECOND as f64
}

fn mean(waits: &[i64]) -> Option<f64> {
    let sum: i64 = waits.iter().sum();
    (!waits.is_empty()).then(|| seconds(sum) / waits.len() as f64)
}

/// By nearest rank: the ⌈pn⌉-th smallest, `p` in whole percents.
fn quantiles(waits: &[i64]) -> impl Fn(usize) -> Option<f64> {
    let mut sorted = waits.to_vec();
    sorted.sort_unstable();
    move |percent| {
        let rank = (percent * sorted.len()).div_ceil(100);
        sorted.get(rank.checked_sub(1)?).map(|&wait| seconds(wait))
    }
}

/// Scopes that show what the voice server did, today.
fn shows_voice_server(of: ExtentRef<'_>) -> bool {
    let is_wide = |scope: &Scope| matches!(scope, Scope::All | Scope::Network(_) | Scope::Line(_));
    of.members().iter().all(is_wide)
}

/// Selections of two queues of an agency, or of two lines: who serves both was as busy in
/// each.
fn may_share_agents(of: ExtentRef<'_>) -> bool {
    let members = of.members().iter().enumerate();
    let mut pairs = members.flat_map(|(at, one)| {
        let others = of.members()[at + 1..].iter();
        others.map(move |other| (one, other))
    });
    let share = |(one, other): (&Scope, &Scope)| match (one, other) {
        (Scope::Queue(_, _, one, _), Scope::Queue(_, _, other, _)) => one == other,
        (
            Scope::Line(one) | Scope::LineRegion(one, _),
            Scope::Line(other) | Scope::LineRegion(other, _),
        ) => one != other,
        _ => false,
    };
    pairs.any(share)
}

impl Moment<'_, '_> {
    pub fn view<'e>(&self, of: impl Into<ExtentRef<'e>>) -> View {
        let of = of.into();
        let facts = self.facts(of);
        View {
            as_of: Time(self.at),
            scope: of.to_extent(),
            clock: Clock::Event,
            now: self.now(of),
            windows: self.windows(of, &facts, Book::Origin),
            handled: self.windows(of, &facts, Book::Handler),
            quarters: None,
            estimate: Estimate::absent(NoEstimate::TooLittleHistory),
            callers: self.callers(of),
            closing: None,
            closing_record: None,
            severity: None,
            judged: None,
        }
    }

    /// The last hour, by origin.
    pub fn hour<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Window {
        let of = of.into();
        let tallies = self.tallies(&self.facts(of), Some(60 * MINUTE), Book::Origin);
        let places = &self.count.places;
        let short_abandons_count = places.short_abandons_count_over(of, self.at);
        tallies.window(short_abandons_count, false, [0, 0])
    }

    /// Calls offered, answered and abandoned since the beginning, by origin.
    pub fn ever<'e>(&self, of: impl Into<ExtentRef<'e>>) -> (u64, u64, u64) {
        let of = of.into();
        let facts = self.facts(of);
        let counts = Tallies::of(facts.iter().copied(), Book::Origin).main;
        let offered = counts.counts(None).offered;
        let number = |count| counts.count(count) as u64;
        let (answered, abandoned) = (number(Count::Answered), number(Count::Abandoned));
        (offered as u64, answered, abandoned)
    }

    fn windows(&self, of: ExtentRef<'_>, facts: &[&Fact], book: Book) -> BTreeMap<String, Window> {
        let stretches = self.stretches(of);
        WINDOWS
            .iter()
            .map(|&(name, length)| {
                let length = length.map(|seconds| seconds * SECOND);
                let mut window = self.tallies(facts, length, book).window(
                    self.count.places.short_abandons_count_over(of, self.at),
                    length.is_none() && shows_voice_server(of),
                    agents::occupancy(
                        &stretches,
                        |zone| length.map_or(self.today[zone.0].1, |length| self.at - length),
                        self.at,
                    ),
                );
                window.spread = self.spread(of, length, book);
                if may_share_agents(of) {
                    window.rates.occupancy = None;
                }
                let zones = of.members().iter();
                let zones = zones.map(|scope| self.count.places.zone_of(scope));
                let midnight = zones.map(|zone| self.today[zone.0].1).min();
                let today = midnight.expect("of something");
                let start = length.map_or(today, |length| self.at - length);
                window.complete = self.complete(of, start);
                (name.to_owned(), window)
            })
            .collect()
    }

    /// What the facts add up to that lie in a window.
    fn tallies(&self, facts: &[&Fact], length: Option<i64>, book: Book) -> Tallies {
        let inside = facts.iter().copied().filter(|fact| match length {
            Some(length) => fact.at >= self.at - length,
            None => self.is_today(fact.place.zone, fact.day),
        });
        Tallies::of(inside, book)
    }

    /// The rates of the agencies below a scope, best, worst and how far apart.
    fn spread(&self, of: ExtentRef<'_>, length: Option<i64>, book: Book) -> Option<Spread> {
        let holds = |scope: &Scope, agency: &Scope| match (scope, agency) {
            (Scope::Agency(..), Scope::Agency(..)) => {
                matches!(of, ExtentRef::Selection(_)) && scope == agency
            }
            (Scope::All, Scope::Agency(..)) => true,
            (Scope::Network(own), Scope::Agency(network, ..)) => own == network,
            (Scope::Region(own, region), Scope::Agency(network, of, _)) => {
                (own, region) == (network, of)
            }
            _ => false,
        };
        let below = |agency: &Scope| of.members().iter().any(|scope| holds(scope, agency));
        let parts = self.count.parts.iter();
        let agencies = parts.filter(|(agency, parts)| {
            // Who has fewer facts than that cannot have as many calls.
            below(agency) && parts.facts.len() >= 30
        });
        let mut rates: Vec<f64> = agencies
            .filter_map(|(agency, _)| {
                let tallies = self.tallies(&self.facts(agency.into()), length, book);
                let short = self.count.places.short_abandons_count(agency, self.at);
                let rate = tallies.rates(short, false, [0, 0]).pick_up_agent?;
                (rate.of[1] >= 30).then_some(rate.value)
            })
            .collect();
        rates.sort_by(f64::total_cmp);
        let at = |percent: usize| rates[(percent * rates.len()).div_ceil(100) - 1];
        (!rates.is_empty()).then(|| Spread {
            agencies: rates.len() as i64,
            best: at(100),
            worst: rates[0],
            interquartile_range: at(75) - at(25),
        })
    }

    // ---- Now.

    pub fn now<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Now {
        let of = of.into();
        let waiting = self.waiting(of);
        let ages: Vec<i64> = waiting.iter().map(|leg| self.at - leg.asked).collect();
        let because = |reason| waiting.iter().filter(|leg| leg.reason == reason).count() as i64;
        let age = quantiles(&ages);
        let (data_age_seconds, sources, complete_to) = self.sources(of);
        Now {
            waiting: waiting.len() as i64,
            waiting_by_reason: ByReason {
                asked: because(QueueReason::Asked),
                overflow: because(QueueReason::Overflow),
                transfer: because(QueueReason::Transfer),
                callback: because(QueueReason::Callback),
            },
            longest_wait_seconds: age(100),
            wait_p50_seconds: age(50),
            wait_p90_seconds: age(90),
            agents: agents::agents(&self.stretches(of), self.at),
            promises: self.promises(of),
            levers: self.levers(of),
            data_age_seconds,
            sources,
            complete_to,
        }
    }

    /// Legs that are in, at the queue where they wait.
    pub fn waiting(&self, of: ExtentRef<'_>) -> Vec<&Leg<'_>> {
        self.legs(of)
            .filter(|leg| leg.opened < self.at && self.at <= leg.closed)
            .collect()
    }

    /// Promises not yet kept, cancelled or forgotten.
    pub fn open_promises_of(&self, of: ExtentRef<'_>) -> Vec<&Promise<'_>> {
        self.promises_of(of)
            .filter(|promise| promise.made < self.at && self.at <= promise.ended)
            .collect()
    }

    fn promises(&self, of: ExtentRef<'_>) -> Promises {
        let open = self.open_promises_of(of);
        let soon = self.at..=self.at + 15 * MINUTE;
        Promises {
            open: open.len() as i64,
            due_15m: open
                .iter()
                .filter(|promise| soon.contains(&promise.due))
                .count() as i64,
            overdue: open.iter().filter(|promise| promise.due < self.at).count() as i64,
            predicted_missed: self
                .promises_of(of)
                .filter(|promise| self.is_foretold(promise))
                .count() as i64,
            record_60m: self.prediction_record(of, Some(60 * MINUTE)),
            record_today: self.prediction_record(of, None),
        }
    }

    /// Whether a promise was predicted to be missed at the last half minute.
    pub fn is_foretold(&self, promise: &Promise<'_>) -> bool {
        will_be_missed(&self.count.ledger, promise, half_minute(self.at))
    }

    fn prediction_record(&self, of: ExtentRef<'_>, length: Option<i64>) -> PredictionRecord {
        let facts = self.facts(of);
        let tally = self.tallies(&facts, length, Book::Handler).main;
        let right = tally.sum(Sum::MissedAsPredicted);
        PredictionRecord {
            precision: rate(right, tally.sum(Sum::PredictedMissed)),
            recall: rate(right, tally.sum(Sum::MissedKnownAhead)),
        }
    }

    /// The newest time of each source.
    fn newest(&self, of: ExtentRef<'_>) -> BTreeMap<&str, i64> {
        let mut newest: BTreeMap<&str, i64> = BTreeMap::new();
        for told in self.told(of) {
            let known = newest.entry(&told.event.source).or_insert(i64::MIN);
            *known = told.time().max(*known);
        }
        newest
    }

    /// The part of a window that its sources have told of, those that are silent up to
    /// their newest event.
    fn complete(&self, of: ExtentRef<'_>, start: i64) -> Option<f64> {
        let newest = self.newest(of).into_values();
        let known: Vec<i64> = newest.filter(|time| self.at - time <= DAY).collect();
        let length = self.at - start;
        if known.is_empty() || length == 0 {
            return None;
        }
        let parts = known.iter().map(|&time| {
            let is_silent = self.at - time > 300 * SECOND;
            let told = if is_silent {
                (time - start).max(0)
            } else {
                length
            };
            told as f64 / length as f64
        });
        Some(parts.sum::<f64>() / known.len() as f64)
    }

    /// Data age, sources, complete-to (reading 43).
    fn sources(&self, of: ExtentRef<'_>) -> (Option<f64>, Sources, Option<Time>) {
        let newest = self.newest(of);
        let heard_within = |span: i64| {
            newest
                .values()
                .copied()
                .filter(move |time| self.at - time <= span)
        };
        let sources = Sources {
            known: heard_within(DAY).count() as i64,
            reporting: heard_within(300 * SECOND).count() as i64,
        };
        let age = newest
            .values()
            .max()
            .map(|newest| seconds(self.at - newest));
        (age, sources, heard_within(300 * SECOND).min().map(Time))
    }
}
