//! What callers lived: who asked for an agent, who had the voice server do, and what
//! came of it.

use std::collections::HashMap;

use vigie_contract::time::{Span, Time};

use super::leg::Ending;

/// Figures look back 26 hours; whoever reads them may be some hours behind.
const KEPT_FOR: Span = Span::from_seconds(32 * 3_600);

/// Whoever asks again, or comes back, does so within this time.
const DAY: Span = Span::from_seconds(24 * 3_600);

/// Who had the voice server do is looked at until this long after the day is over.
const SETTLED_FOR: Span = Span::from_seconds(2 * 3_600);

/// An answer later than this after asking came too late.
const WITHIN: Span = Span::from_seconds(300);

/// So many calls of a caller on a day are looked at.
const FIRST: usize = 3;

/// How callers fared on a line, as of an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallerCounts {
    /// Calls that asked for an agent on the day.
    pub calls: i64,
    /// Of these, the calls of hidden numbers.
    pub without_caller: i64,
    /// Callers who asked for an agent on the day.
    pub episodes: i64,
    /// Their calls.
    pub attempts: i64,
    /// Callers whose first call has succeeded or failed.
    pub decided: i64,
    /// Of these, the callers who reached an agent with one of their first three calls.
    pub reached: i64,
    /// Of the decided ones who did not, those who were promised something in one of
    /// their first three calls.
    pub promised: i64,
    /// Callers who had asked within the 24 hours before their first call of the day.
    pub repeated: i64,
    /// Callers whom the voice server satisfied on the day.
    pub satisfied: i64,
    /// Of these, the callers who have asked for an agent since.
    pub back: i64,
    /// Callers whom the voice server satisfied from 26 to 24 hours ago.
    pub settled: i64,
    /// Of these, the callers who asked for an agent within the 24 hours.
    pub settled_back: i64,
}

/// A call that asked for an agent while its place was open.
#[derive(Clone, Copy, Debug)]
struct Try {
    line: &'static str,
    caller: u64,
    asked: Time,
    /// Whether the caller had asked on the line within a day before.
    is_again: bool,
    answered: Option<Time>,
    failed: Option<Time>,
    promised: Option<Time>,
    /// Whether the leg that it is in was entered while its place was open.
    counts: bool,
}

impl Try {
    fn answered_in_time(&self, as_of: Time) -> bool {
        let in_time = |at: Time| at <= self.asked + WITHIN && at < as_of;
        self.answered.is_some_and(in_time)
    }

    fn is_decided(&self, as_of: Time) -> bool {
        self.asked + WITHIN < as_of
            || self.failed.is_some_and(|at| at < as_of)
            || self.answered_in_time(as_of)
    }
}

/// Somebody whom the voice server satisfied.
#[derive(Clone, Copy, Debug)]
struct Satisfied {
    line: &'static str,
    caller: u64,
    at: Time,
}

/// The calls of the last day or so that asked for an agent, by their numbers, and the
/// callers whom the voice server satisfied.
#[derive(Default)]
pub(super) struct Tries {
    calls: HashMap<u64, Try>,
    /// When each caller asked last on a line.
    last: HashMap<(&'static str, u64), Time>,
    /// In the order in which they were.
    satisfied: Vec<Satisfied>,
}

impl Tries {
    /// A call asks, or goes on elsewhere; `caller` is 0 where the number is hidden.
    pub fn enter(&mut self, call: u64, line: &'static str, caller: u64, now: Time, is_open: bool) {
        if let Some(known) = self.calls.get_mut(&call) {
            known.counts = is_open;
        } else if is_open {
            let before = match caller {
                0 => None,
                _ => self.last.insert((line, caller), now),
            };
            let new = Try {
                line,
                caller,
                asked: now,
                is_again: before.is_some_and(|before| now - DAY <= before),
                answered: None,
                failed: None,
                promised: None,
                counts: true,
            };
            self.calls.insert(call, new);
        }
    }

    /// A leg of a call is over.
    pub fn close(&mut self, call: u64, ending: Ending, now: Time) {
        let Some(known) = self.calls.get_mut(&call).filter(|known| known.counts) else {
            return;
        };
        match ending {
            Ending::Answered => known.answered = known.answered.or(Some(now)),
            // It goes on at once, and who never tells of it fails by the time.
            Ending::Overflowed | Ending::Lost => {}
            Ending::Abandoned | Ending::CutOff => known.failed = known.failed.or(Some(now)),
            Ending::CallbackAccepted | Ending::VoicemailLeft => {
                known.failed = known.failed.or(Some(now));
                known.promised = known.promised.or(Some(now));
            }
        }
    }

    /// The voice server satisfies a caller.
    pub fn satisfy(&mut self, line: &'static str, caller: u64, at: Time) {
        if caller != 0 {
            self.satisfied.push(Satisfied { line, caller, at });
        }
    }

    /// Forgets what nobody asks of any more.
    pub fn forget(&mut self, now: Time) {
        let oldest = now - KEPT_FOR;
        self.calls.retain(|_, known| known.asked >= oldest);
        self.last.retain(|_, asked| *asked >= oldest);
        self.satisfied.retain(|known| known.at >= oldest);
    }

    /// How callers fared on a line, on the day that began at `since`.
    pub fn counts(&self, line: &str, since: Time, as_of: Time) -> CallerCounts {
        let mut counts = CallerCounts::default();
        let mut callers: HashMap<u64, Vec<&Try>> = HashMap::new();
        for known in self.calls.values() {
            if known.line != line || known.asked >= as_of {
                continue;
            }
            let is_today = i64::from(since <= known.asked);
            counts.calls += is_today;
            match known.caller {
                0 => counts.without_caller += is_today,
                caller => callers.entry(caller).or_default().push(known),
            }
        }
        for tries in callers.values_mut() {
            tries.sort_by_key(|known| known.asked);
            let today = tries.partition_point(|known| known.asked < since);
            counts.add_episode(&tries[today..], as_of);
        }
        self.count_satisfied(&mut counts, (line, since, as_of), &callers);
        counts
    }

    fn count_satisfied(
        &self,
        counts: &mut CallerCounts,
        (line, since, as_of): (&str, Time, Time),
        callers: &HashMap<u64, Vec<&Try>>,
    ) {
        let is_back = |known: &Satisfied| {
            let tries = callers.get(&known.caller).into_iter().flatten();
            let mut asked = tries.map(|one| one.asked);
            i64::from(asked.any(|asked| known.at < asked && asked <= known.at + DAY))
        };
        let first = |from: Time, until: Time| {
            let mut first: HashMap<u64, &Satisfied> = HashMap::new();
            for known in &self.satisfied {
                if known.line == line && (from..until).contains(&known.at) {
                    first.entry(known.caller).or_insert(known);
                }
            }
            let back = first.values().map(|known| is_back(known)).sum();
            (first.len() as i64, back)
        };
        (counts.satisfied, counts.back) = first(since, as_of);
        let settled = first(as_of - DAY - SETTLED_FOR, as_of - DAY);
        (counts.settled, counts.settled_back) = settled;
    }
}

impl CallerCounts {
    /// Adds the calls of a caller on the day, in the order in which they asked.
    fn add_episode(&mut self, tries: &[&Try], as_of: Time) {
        let Some(first) = tries.first() else {
            return;
        };
        self.episodes += 1;
        self.attempts += tries.len() as i64;
        self.repeated += i64::from(first.is_again);
        if !first.is_decided(as_of) {
            return;
        }
        self.decided += 1;
        let mut early = tries.iter().take(FIRST);
        if early.clone().any(|known| known.answered_in_time(as_of)) {
            self.reached += 1;
        } else if early.any(|known| known.promised.is_some_and(|at| at < as_of)) {
            self.promised += 1;
        }
    }
}
