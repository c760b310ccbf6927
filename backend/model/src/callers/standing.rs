//! What the calls of a caller count for, as of an instant.

use smallvec::SmallVec;
use vigie_contract::time::{MICROS_PER_SECOND, Span, Time};

use super::book::Known;
use super::visit::{Kind, Visit};
use crate::limits::NAMED_FOR;
use crate::sums::CallerCounts;

/// Who comes back within this time after the voice server satisfied them, comes back;
/// and an episode repeats what was tried within this time before it.
pub(super) const DAY: Span = Span::from_seconds(24 * 3_600);

/// So many attempts are looked at, to tell whether a caller reached an agent.
const FIRST_ATTEMPTS: usize = 3;

/// What of a line something counts for: one of its days, by when that began, or no day
/// in particular.
pub(super) type Place = (u64, Option<Time>);

/// The start of the day of a line that holds an instant.
pub(super) type DayOf<'d> = &'d mut dyn FnMut(u64, Time) -> Time;

/// Seconds after which something counts otherwise.
pub(super) type Turns = SmallVec<[i64; 8]>;

impl Visit {
    /// Whether it has happened, and it is known who the caller is.
    fn is_known(&self, second: i64) -> bool {
        let known = self.caller.map_or(0, |(_, known)| known);
        self.at.second() + i64::from(known) < second
    }

    /// Whether something that came so many seconds later has happened.
    fn has(&self, seconds: u16, second: i64) -> bool {
        self.at.second() + i64::from(seconds) < second
    }

    /// The second after which it is forgotten.
    pub(super) fn forgotten(&self) -> i64 {
        self.at.second() + NAMED_FOR.0 / MICROS_PER_SECOND
    }

    /// When what it counts for may change, by the passing of time alone: all seconds
    /// after which it does.
    pub(super) fn turns(&self) -> Turns {
        let at = self.at.second();
        let later = |seconds: u16| at + i64::from(seconds);
        let mut turns = Turns::new();
        turns.push(self.forgotten());
        match self.kind {
            Kind::Attempt => {
                turns.extend([at, later(self.decided)]);
                turns.extend(self.reached.map(later));
                turns.extend(self.promised.map(later));
            }
            Kind::Served => turns.extend([at, at + DAY.0 / MICROS_PER_SECOND]),
            Kind::Bare => {}
        }
        turns.extend(self.caller.map(|(_, known)| later(known)));
        turns
    }
}

/// What a call counts for by itself.
pub(super) fn of_visit(
    visit: &Visit,
    second: i64,
    day: DayOf<'_>,
) -> Option<(Place, CallerCounts)> {
    let has_asked = visit.kind == Kind::Attempt && visit.has(0, second);
    has_asked.then(|| {
        let is_known = visit.caller.is_some() && visit.is_known(second);
        let counts = CallerCounts {
            calls: 1,
            without_caller: i64::from(!is_known),
            ..CallerCounts::default()
        };
        ((visit.line, Some(day(visit.line, visit.at))), counts)
    })
}

/// An attempt of a caller that has been made.
struct Attempt {
    line: u64,
    /// When the day of the line began that it was made on.
    day: Time,
    call: u64,
    visit: Visit,
}

/// What the calls of a caller count for together.
pub(super) fn of_caller(
    visits: impl Iterator<Item = Known>,
    second: i64,
    day: DayOf<'_>,
    take: &mut dyn FnMut(Place, CallerCounts),
) {
    let mut attempts: SmallVec<[Attempt; 2]> = SmallVec::new();
    let mut served: SmallVec<[(u64, Time); 2]> = SmallVec::new();
    for Known { visit, call, .. } in visits.filter(|known| known.visit.is_known(second)) {
        match visit.kind {
            Kind::Attempt => attempts.push(Attempt {
                line: visit.line,
                day: day(visit.line, visit.at),
                call,
                visit,
            }),
            Kind::Served => served.push((visit.line, visit.at)),
            Kind::Bare => {}
        }
    }
    attempts.sort_unstable_by_key(|attempt| (attempt.line, attempt.visit.at, attempt.call));
    let of_a_day = |one: &Attempt, other: &Attempt| (one.line, one.day) == (other.line, other.day);
    for episode in attempts.chunk_by(of_a_day) {
        let place = (episode[0].line, Some(episode[0].day));
        take(place, of_episode(episode, &attempts, second));
    }
    served.sort_unstable();
    for on_line in served.chunk_by(|one, other| one.0 == other.0) {
        let line = on_line[0].0;
        let is_back = |since: Time| {
            let on_line = attempts.iter().filter(|attempt| attempt.line == line);
            let mut times = on_line.map(|attempt| attempt.visit.at);
            i64::from(times.any(|at| since < at && at <= since + DAY))
        };
        let mut last = None;
        for &(_, at) in on_line {
            let today = day(line, at);
            if last.replace(today) != Some(today) {
                let counts = CallerCounts {
                    satisfied: 1,
                    back: is_back(at),
                    ..CallerCounts::default()
                };
                take((line, Some(today)), counts);
            }
        }
        let is_settled = |&&(_, at): &&(u64, Time)| {
            let age = second - at.second();
            DAY.0 / MICROS_PER_SECOND < age && age <= NAMED_FOR.0 / MICROS_PER_SECOND
        };
        if let Some(&(_, at)) = on_line.iter().find(is_settled) {
            let counts = CallerCounts {
                settled: 1,
                settled_back: is_back(at),
                ..CallerCounts::default()
            };
            take((line, None), counts);
        }
    }
}

/// What the attempts of a caller on a line and a day count for, among all of the
/// caller.
fn of_episode(episode: &[Attempt], all: &[Attempt], second: i64) -> CallerCounts {
    let first = &episode[0].visit;
    let decided = first.has(first.decided, second);
    let early = || episode.iter().take(FIRST_ATTEMPTS).map(|each| &each.visit);
    let has = |visit: &Visit, seconds: Option<u16>| {
        seconds.is_some_and(|seconds| visit.has(seconds, second))
    };
    let reached = decided && early().any(|visit| has(visit, visit.reached));
    let promised = decided && !reached && early().any(|visit| has(visit, visit.promised));
    let repeated = first.repeated
        || all.iter().any(|before| {
            let at = before.visit.at;
            before.line == episode[0].line && first.at - DAY <= at && at < first.at
        });
    CallerCounts {
        episodes: 1,
        attempts: episode.len() as i64,
        decided: decided.into(),
        reached: reached.into(),
        promised: promised.into(),
        repeated: repeated.into(),
        ..CallerCounts::default()
    }
}
