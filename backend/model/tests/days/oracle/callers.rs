//! Callers by brute force, from `docs/callers.md`.

use std::collections::{BTreeMap, BTreeSet};

use vigie_contract::event::{Body, QueueReason};
use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;
use vigie_contract::view::{Callers, Mean, Rate};
use vigie_model::Pseudonyms;
use xxhash_rust::xxh3::xxh3_64;

use crate::clock::{HOUR, MINUTE, SECOND};

use super::Moment;
use super::legs::{Leg, Outcome, Stays};
use super::places::Places;
use super::told::Told;
use super::view::rate;

const DAY: i64 = 24 * HOUR;

/// A call that asked for an agent.
pub struct Attempt<'d> {
    subject: &'d str,
    line: &'d str,
    caller: Option<(&'d str, i64)>,
    asked: i64,
    decided: i64,
    reached: Option<i64>,
    promised: Option<i64>,
    /// The instant as of which the fold stood when the last of the call was told.
    told: i64,
}

/// A call that the voice server says it satisfied.
pub struct Satisfied<'d> {
    subject: &'d str,
    line: &'d str,
    caller: Option<(&'d str, i64)>,
    at: i64,
    /// The instant as of which the fold stood when the last of the call was told.
    told: i64,
}

/// All that calls tell of callers, on a day.
#[derive(Default)]
pub struct Calls<'d> {
    attempts: Vec<Attempt<'d>>,
    satisfied: Vec<Satisfied<'d>>,
}

/// What is told of one call.
#[derive(Default)]
struct Call<'c, 'd> {
    told: Vec<Told<'d>>,
    /// The legs that count here.
    legs: Vec<&'c Leg<'d>>,
}

/// All calls, from all partitions.
pub fn calls<'d>(told: &[Told<'d>], stays: &Stays<'d>, places: &Places<'d>) -> Calls<'d> {
    let mut by_subject: BTreeMap<&str, Call<'_, 'd>> = BTreeMap::new();
    for &each in told {
        let subject = each.event.subject.as_str();
        by_subject.entry(subject).or_default().told.push(each);
    }
    for leg in &stays.legs {
        let asks = matches!(leg.reason, QueueReason::Asked | QueueReason::Overflow);
        if asks && places.is_open(Some(leg.agency), Some(leg.line), leg.opened) {
            by_subject.entry(leg.subject).or_default().legs.push(leg);
        }
    }
    let mut calls = Calls::default();
    for (subject, call) in by_subject {
        call.tell(subject, places, &mut calls);
    }
    calls
}

impl<'d> Calls<'d> {
    /// Takes note of the instants as of which a fold stood when it was told each event.
    pub fn told_as_of(&mut self, told: &[Told<'d>], as_of: &[i64]) {
        let last = |subject: &str, at: i64| {
            let is_near = |told: &Told<'_>| {
                *told.event.subject == *subject && (told.event.time.0 - at).abs() <= 2 * HOUR
            };
            let near = told.iter().zip(as_of).filter(|(told, _)| is_near(told));
            near.map(|(_, &as_of)| as_of).max().unwrap_or(i64::MIN)
        };
        for attempt in &mut self.attempts {
            attempt.told = last(attempt.subject, attempt.asked);
        }
        for satisfied in &mut self.satisfied {
            satisfied.told = last(satisfied.subject, satisfied.at);
        }
    }
}

fn caller_of<'d>(body: &'d Body<'static>) -> Option<&'d str> {
    match body {
        Body::CallReceived(data) => data.caller.as_deref(),
        Body::CallQueued(data) => data.caller.as_deref(),
        Body::CallSelfServed(data) => data.caller.as_deref(),
        Body::CallDeflected(data) => data.caller.as_deref(),
        _ => None,
    }
}

impl<'d> Call<'_, 'd> {
    fn tell(&self, subject: &'d str, places: &Places<'_>, calls: &mut Calls<'d>) {
        let deflections: Vec<(i64, &str)> = self
            .told
            .iter()
            .filter_map(|told| {
                let Body::CallDeflected(data) = &told.event.body else {
                    return None;
                };
                let at = told.event.time.0;
                let line = data.line.as_str();
                let is_open = places.is_open(data.agency.as_deref(), Some(line), at);
                is_open.then_some((at, line))
            })
            .collect();
        let mut asks = deflections.clone();
        asks.extend(self.legs.iter().map(|leg| (leg.opened, leg.line)));
        asks.sort_by_key(|&(at, line)| (at, xxh3_64(line.as_bytes())));
        for (place, &(asked, line)) in asks.iter().enumerate() {
            if asks[..place].iter().any(|&(at, _)| at >= asked - 2 * HOUR) {
                continue;
            }
            let of_it = |from: i64, to: i64| {
                let within = move |leg: &&&Leg<'d>| (from..=to).contains(&leg.closed);
                self.legs.iter().filter(within)
            };
            let early = || of_it(asked, asked + 300 * SECOND);
            let answers = early().filter(|leg| leg.outcome == Outcome::Answered);
            let reached = answers.map(|leg| leg.closed).min();
            let fails = early().filter_map(|leg| self.fails(leg));
            let turned_away = deflections.iter().map(|&(at, _)| at);
            let turned_away = turned_away.filter(|&at| at >= asked);
            let decided = fails.chain(turned_away).chain(reached);
            let promises = of_it(asked, asked + 2 * HOUR).filter(|leg| promises(leg));
            calls.attempts.push(Attempt {
                subject,
                line,
                caller: self.caller(asked),
                asked,
                decided: decided.chain([asked + 300 * SECOND]).min().unwrap(),
                reached,
                promised: promises.map(|leg| leg.closed).min(),
                told: i64::MIN,
            });
        }
        for told in &self.told {
            if let Body::CallSelfServed(data) = &told.event.body {
                let at = told.event.time.0;
                calls.satisfied.push(Satisfied {
                    subject,
                    line: &data.line,
                    caller: self.caller(at),
                    at,
                    told: i64::MIN,
                });
            }
        }
    }

    fn fails(&self, leg: &Leg<'_>) -> Option<i64> {
        match leg.outcome {
            Outcome::Answered => None,
            Outcome::Overflowed => {
                let until = leg.closed + MINUTE;
                let goes_on = self.legs.iter().any(|other| {
                    !std::ptr::eq(*other, leg) && (leg.closed..=until).contains(&other.opened)
                });
                (!goes_on).then_some(until)
            }
            Outcome::Abandoned
            | Outcome::CutOff
            | Outcome::CallbackAccepted
            | Outcome::Voicemail
            | Outcome::Lost => Some(leg.closed),
        }
    }

    /// Who calls, and when that was told.
    fn caller(&self, at: i64) -> Option<(&'d str, i64)> {
        let near = self.told.iter().filter_map(|told| {
            let named = told.event.time.0;
            let is_near = (named - at).abs() <= 2 * HOUR;
            Some((named, caller_of(&told.event.body)?)).filter(|_| is_near)
        });
        let first = near.min_by_key(|&(named, who)| (named, Pseudonyms::offline().caller(who)));
        first.map(|(named, who)| (who, named))
    }
}

fn promises(leg: &Leg<'_>) -> bool {
    match leg.closing.map(|told| &told.event.body) {
        Some(Body::CallCallbackAccepted(_)) => true,
        Some(Body::CallVoicemailLeft(left)) => left.due_at.is_some(),
        _ => false,
    }
}

/// When a call may be forgotten, or who its caller is.
fn forgotten(at: i64, caller: Option<(&str, i64)>) -> i64 {
    let named = caller.map_or(at, |(_, named)| named);
    at.min(named) + 26 * HOUR - SECOND
}

type OfCallers<'c, 'd> = BTreeMap<(&'d str, &'d str), Vec<&'c Attempt<'d>>>;

impl<'c, 'd> Moment<'c, 'd> {
    /// The attempts of a scope, or of all scopes of a selection; `None` where callers are
    /// not told apart.
    fn attempts(&self, of: ExtentRef<'_>) -> Option<Vec<&'c Attempt<'d>>> {
        let is_told = |scope| matches!(scope, &Scope::All | Scope::Network(_) | Scope::Line(_));
        if !of.members().iter().all(is_told) {
            return None;
        }
        let all = self.count.calls.attempts.iter();
        let attempts = all.filter(|each| each.asked < self.at && self.is_of(of, each.line));
        Some(attempts.collect())
    }

    fn is_of(&self, of: ExtentRef<'_>, line: &str) -> bool {
        of.members().iter().any(|scope| match scope {
            Scope::All => true,
            Scope::Network(network) => self.count.places.network_of_line(line) == network,
            Scope::Line(code) => code == line,
            _ => false,
        })
    }

    /// Attempts by caller and line, each in their order.
    fn of_callers(&self, attempts: &[&'c Attempt<'d>]) -> OfCallers<'c, 'd> {
        let mut of_callers = OfCallers::new();
        for &attempt in attempts {
            if let Some((caller, named)) = attempt.caller
                && named < self.at
            {
                let key = (caller, attempt.line);
                of_callers.entry(key).or_default().push(attempt);
            }
        }
        for all in of_callers.values_mut() {
            all.sort_by_key(|attempt| (attempt.asked, xxh3_64(attempt.subject.as_bytes())));
        }
        of_callers
    }

    fn is_on_day(&self, line: &str, at: i64) -> bool {
        let zone = self.count.places.at(None, None, Some(line)).zone;
        zone.day(at) == zone.day(self.at)
    }

    /// The attempts of a caller that those of today repeat.
    fn repeated<'a>(
        &'a self,
        line: &'a str,
        all: &'a [&'c Attempt<'d>],
    ) -> impl Iterator<Item = &'c Attempt<'d>> + use<'a, 'c, 'd> {
        let mut of_today = all.iter().filter(|one| self.is_on_day(line, one.asked));
        let first = of_today.next().map_or(i64::MIN, |first| first.asked);
        let before = all.iter().filter(move |one| {
            let is_near = (first.saturating_sub(DAY)..first).contains(&one.asked);
            is_near && !self.is_on_day(line, one.asked)
        });
        before.copied()
    }

    /// Whether the fold need not know who came back: it was told of a call when it had
    /// forgotten who that call's caller was.
    pub fn is_unsure_of_those_back(&self, of: ExtentRef<'_>) -> bool {
        let attempts = self.attempts(of).unwrap_or_default();
        let mut attempts = attempts.iter();
        let mut satisfied = self.count.calls.satisfied.iter();
        attempts.any(|one| one.told > forgotten(one.asked, one.caller))
            || satisfied
                .any(|one| self.is_of(of, one.line) && one.told > forgotten(one.at, one.caller))
    }

    /// Of how many episodes the fold need not know that they repeat, and of how many not
    /// that they do not: it was told something of them, or of what was before, when it had
    /// forgotten the attempts that this is about.
    pub fn unsure_repeats(&self, of: ExtentRef<'_>) -> [i64; 2] {
        let attempts = self.attempts(of).unwrap_or_default();
        let forgotten = |before: &Attempt<'_>| forgotten(before.asked, before.caller);
        let (mut missing, mut extra) = (0, 0);
        for ((_, line), all) in &self.of_callers(&attempts) {
            let of_today = || all.iter().filter(|one| self.is_on_day(line, one.asked));
            let Some(first) = of_today().next() else {
                continue;
            };
            let told = of_today().map(|one| one.told).max().unwrap_or(i64::MIN);
            let is_sure = |before: &Attempt<'_>| told.max(before.told) <= forgotten(before);
            if self.repeated(line, all).next().is_some() {
                missing += i64::from(!self.repeated(line, all).any(is_sure));
                continue;
            }
            let day_before = first.asked - DAY..first.asked;
            let mut of_line = attempts.iter().filter(|one| one.line == *line);
            let was_another =
                of_line.any(|one| day_before.contains(&one.asked) && one.told > forgotten(one));
            extra += i64::from(was_another || told > first.asked + 2 * HOUR - SECOND);
        }
        [missing, extra]
    }

    /// How callers fared in a scope, or in all scopes of a selection.
    pub fn callers(&self, of: ExtentRef<'_>) -> Option<Callers> {
        let attempts = self.attempts(of)?;
        let of_callers = self.of_callers(&attempts);
        let is_today = |line: &str, at: i64| self.is_on_day(line, at);
        let mut counts = [0; 8];
        let [
            asked,
            without,
            episodes,
            tries,
            decided,
            reached,
            promised,
            repeated,
        ] = &mut counts;
        for attempt in attempts.iter().filter(|one| is_today(one.line, one.asked)) {
            *asked += 1;
            *without += i64::from(attempt.caller.is_none_or(|(_, named)| named >= self.at));
        }
        for (&(_, line), all) in &of_callers {
            let of_today = all.iter().filter(|attempt| is_today(line, attempt.asked));
            let of_today: Vec<_> = of_today.collect();
            let Some(first) = of_today.first() else {
                continue;
            };
            let happened = |at: Option<i64>| at.is_some_and(|at| at < self.at);
            let early = &of_today[..of_today.len().min(3)];
            let is_decided = first.decided < self.at;
            let is_reached = is_decided && early.iter().any(|one| happened(one.reached));
            let is_promised =
                is_decided && !is_reached && early.iter().any(|one| happened(one.promised));
            let is_repeated = self.repeated(line, all).next().is_some();
            *episodes += 1;
            *tries += of_today.len() as i64;
            *decided += i64::from(is_decided);
            *reached += i64::from(is_reached);
            *promised += i64::from(is_promised);
            *repeated += i64::from(is_repeated);
        }
        let back_of = |is_of_it: &dyn Fn(&Satisfied<'_>) -> bool| {
            let mut first: BTreeMap<(&str, &str), i64> = BTreeMap::new();
            for one in &self.count.calls.satisfied {
                let Some((caller, named)) = one.caller else {
                    continue;
                };
                if self.is_of(of, one.line) && one.at.max(named) < self.at && is_of_it(one) {
                    let known = first.entry((caller, one.line)).or_insert(one.at);
                    *known = one.at.min(*known);
                }
            }
            let back: BTreeSet<_> = first
                .iter()
                .filter(|&(key, &since)| {
                    let all = of_callers.get(key).into_iter().flatten();
                    let mut asked = all.map(|attempt| attempt.asked);
                    asked.any(|at| since < at && at <= since + DAY)
                })
                .collect();
            rate(back.len() as i64, first.len() as i64)
        };
        let settled = self.at - 26 * HOUR..self.at - DAY;
        let counted = |numerator: i64, denominator: i64| rate(numerator, denominator);
        let lived: Option<Rate> = counted(*reached, *decided);
        Some(Callers {
            lived,
            ended_by_promise: counted(*promised, *decided),
            attempts_per_episode: (*episodes > 0).then(|| Mean {
                value: *tries as f64 / *episodes as f64,
                of: [*tries, *episodes],
            }),
            without_caller: counted(*without, *asked),
            repeat_calls: counted(*repeated, *episodes),
            satisfied_and_back: back_of(&|one| settled.contains(&one.at)),
            satisfied_and_back_so_far: back_of(&|one| is_today(one.line, one.at)),
        })
    }
}
