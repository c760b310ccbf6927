//! All callers, kept up as traces come and time passes.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use smallvec::SmallVec;
use vigie_contract::scope::{Scope, UNASSIGNED};
use vigie_contract::time::Time;
use xxhash_rust::xxh3::xxh3_64;

use super::book::{Book, CallerId, Known, Parts, VisitId};
use super::standing::{self, DAY, Place, Turns};
use super::visit::{Kind, Visit, visits};
use crate::call::Traces;
use crate::directory::calendar::Calendar;
use crate::directory::{Directory, Versions, ZoneId};
use crate::sums::CallerCounts;

/// So many calls are followed for each caller that may be known: calls without caller
/// among them.
const CALLS_OF_A_CALLER: u64 = 2;

/// Callers as of an instant, and what is counted of them on each line.
#[derive(Debug)]
pub(crate) struct Callers {
    book: Book,
    /// For each second, the visits that count otherwise once it has passed.
    agenda: BTreeMap<i64, Vec<VisitId>>,
    counts: HashMap<Place, CallerCounts>,
    /// The lines of the directory, by the hashes of their codes.
    lines: HashMap<u64, Line>,
    /// The time zones of other lines.
    others: Zones,
    /// How many callers may be known at once.
    most: u64,
    /// How many calls were not followed, since there was no room.
    over: u64,
    /// The second that counts are as of.
    as_of: Option<i64>,
}

/// What the directory says of a line.
#[derive(Debug)]
struct Line {
    zones: Zones,
    network: String,
}

/// The time zones of a line, one after the other, each with the instant from which its
/// days are counted by it.
#[derive(Debug)]
struct Zones(SmallVec<[(Time, ZoneId); 1]>);

impl Zones {
    fn of(versions: &Versions, code: Option<&str>) -> Self {
        let zone_of = |directory: &Directory| directory.zone(None, code);
        let zones = versions.by_which(zone_of);
        let mut zones: SmallVec<_> = zones
            .map(|(since, directory)| (since, zone_of(directory)))
            .collect();
        zones.dedup_by_key(|(_, zone)| *zone);
        Self(zones)
    }

    /// The zone that holds at an instant, and from when to when it does.
    fn at(&self, at: Time) -> (Time, ZoneId, Time) {
        let next = self.0.partition_point(|&(since, _)| since <= at).max(1);
        let (since, zone) = self.0[next - 1];
        let until = self.0.get(next).map_or(Time(i64::MAX), |&(until, _)| until);
        (since, zone, until)
    }
}

/// A call that asked for an agent, which a forgotten attempt makes a repeated one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Repeated {
    pub call: u64,
    pub parts: Parts,
    pub at: Time,
}

impl Callers {
    /// No callers, on the lines of the directory; no more than `most` are to be known at
    /// once.
    pub(crate) fn new(versions: &Versions, most: u64) -> Self {
        Self {
            book: Book::default(),
            agenda: BTreeMap::new(),
            counts: HashMap::new(),
            lines: lines(versions),
            others: Zones::of(versions, None),
            most,
            over: 0,
            as_of: None,
        }
    }

    /// Goes by other versions of the directory: all is to be told again.
    pub(crate) fn group_by(&mut self, versions: &Versions) {
        self.lines = lines(versions);
        self.others = Zones::of(versions, None);
        self.reset();
    }

    /// Forgets everything but how many calls were not followed: all is to be told again.
    pub(crate) fn reset(&mut self) {
        self.book = Book::default();
        self.agenda.clear();
        self.counts.clear();
        self.as_of = None;
    }

    /// Whether all is to be told: nothing has been yet.
    pub(crate) fn is_new(&self) -> bool {
        self.as_of.is_none()
    }

    /// How many callers are known.
    pub(crate) fn known(&self) -> u64 {
        self.book.callers() as u64
    }

    /// How many calls were not followed since the beginning, since there was no room.
    pub(crate) fn over(&self) -> u64 {
        self.over
    }

    /// The partitions that hold parts of a call; `None` if nothing of it is known.
    pub(crate) fn parts_of(&self, call: u64) -> Option<Parts> {
        let known = self.book.of_call(call).into_iter();
        let parts = known.map(|id| self.book.known(id).parts);
        parts.reduce(Parts::join)
    }

    /// Takes note of all the traces of a call, which lie in `parts`.
    pub(crate) fn follow(
        &mut self,
        call: u64,
        parts: Parts,
        traces: &mut Traces,
        calendar: &mut Calendar,
    ) {
        let mut known = self.book.of_call(call).into_iter();
        let mut was_over = false;
        for visit in visits(traces) {
            let turns = visit.turns();
            if self.has_passed(visit.forgotten()) {
                continue;
            }
            let before = known.next().map(|id| (id, self.book.known(id)));
            if let Some((_, before)) = before {
                was_over |= before.over;
                if (before.visit, before.parts, before.over) == (visit, parts, false) {
                    continue;
                }
            }
            let turned = before.map(|(id, before)| {
                self.take_out(id, calendar);
                before.visit.turns()
            });
            let Some(id) = self.put_in((call, parts), visit, &mut was_over, calendar) else {
                continue;
            };
            // A visit that is put in for another has its number, and its turns.
            let is_new = |turn: &i64| turned.as_ref().is_none_or(|old| !old.contains(turn));
            let to_come = turns.into_iter().filter(is_new);
            for turn in to_come
                .filter(|&turn| !self.has_passed(turn))
                .collect::<Turns>()
            {
                self.agenda.entry(turn).or_default().push(id);
            }
        }
        for id in known {
            self.take_out(id, calendar);
        }
    }

    /// Whether what turns after a second has turned.
    fn has_passed(&self, turn: i64) -> bool {
        self.as_of.is_some_and(|as_of| turn < as_of)
    }

    /// Adds a visit, if there is room: a caller for whom there is none is not known.
    fn put_in(
        &mut self,
        (call, parts): (u64, Parts),
        mut visit: Visit,
        was_over: &mut bool,
        calendar: &mut Calendar,
    ) -> Option<VisitId> {
        let has_room = (self.book.visits() as u64) < CALLS_OF_A_CALLER * self.most;
        let mut over = !has_room;
        if let Some((hash, _)) = visit.caller
            && !self.book.has_room_for(hash, self.most)
        {
            visit.caller = None;
            over = true;
        }
        if over && !std::mem::replace(was_over, true) {
            self.over += 1;
        }
        if !has_room {
            return None;
        }
        let caller = visit.caller.and_then(|(hash, _)| self.book.caller(hash));
        self.count_caller(-1, caller, calendar);
        let id = self.book.add(call, parts, visit, over);
        let known = self.book.known(id);
        self.count_visit(1, &known.visit, calendar);
        self.count_caller(1, known.caller, calendar);
        Some(id)
    }

    fn take_out(&mut self, id: VisitId, calendar: &mut Calendar) {
        let known = self.book.known(id);
        self.count_visit(-1, &known.visit, calendar);
        self.count_caller(-1, known.caller, calendar);
        self.book.remove(id);
        let caller = known.caller.filter(|&caller| self.book.has(caller));
        self.count_caller(1, caller, calendar);
    }

    /// Lets time pass to a second. Answers which attempts are to be kept as repeated
    /// ones, since what they repeat is forgotten.
    pub(crate) fn advance(&mut self, second: i64, calendar: &mut Calendar) -> Vec<Repeated> {
        let later = self.agenda.split_off(&second);
        let due = std::mem::replace(&mut self.agenda, later);
        let mut due: Vec<VisitId> = due.into_values().flatten().collect();
        due.sort_unstable();
        due.dedup();
        due.retain(|&id| self.book.is_there(id));
        let mut callers: Vec<CallerId> = due
            .iter()
            .filter_map(|&id| self.book.known(id).caller)
            .collect();
        callers.sort_unstable();
        callers.dedup();
        self.count_all(-1, &due, &callers, calendar);
        let hour = |second: i64| second.div_euclid(3_600);
        let is_new_hour = self.as_of.is_none_or(|before| hour(before) != hour(second));
        self.as_of = Some(second);
        let is_over = |id: &VisitId| self.book.known(*id).visit.forgotten() < second;
        let (over, staying): (Vec<_>, Vec<_>) = due.into_iter().partition(is_over);
        let repeated = self.forget(&over, calendar);
        callers.retain(|&caller| self.book.has(caller));
        self.count_all(1, &staying, &callers, calendar);
        if is_new_hour {
            self.counts
                .retain(|_, counts| *counts != CallerCounts::default());
        }
        repeated
    }

    /// Forgets visits. Attempts that repeat them are kept as repeated ones.
    fn forget(&mut self, over: &[VisitId], calendar: &mut Calendar) -> Vec<Repeated> {
        let mut repeated = Vec::new();
        for &id in over {
            let old = self.book.known(id);
            let Visit { at, line, kind, .. } = old.visit;
            let attempt = old.caller.filter(|_| kind == Kind::Attempt);
            let later: SmallVec<[(VisitId, Known); 2]> = attempt
                .into_iter()
                .flat_map(|caller| self.book.of_caller(caller))
                .filter(|(_, later)| {
                    let Visit { at: then, .. } = later.visit;
                    later.visit.kind == Kind::Attempt
                        && later.visit.line == line
                        && (at < then && then <= at + DAY)
                        && !later.visit.repeated
                        && !self.has_passed(later.visit.forgotten())
                })
                .collect();
            for (id, later) in later {
                if self.day(line, at, calendar) != self.day(line, later.visit.at, calendar) {
                    self.book.repeat(id);
                    repeated.push(Repeated {
                        call: later.call,
                        parts: later.parts,
                        at: later.visit.at,
                    });
                }
            }
        }
        over.iter().for_each(|&id| self.book.remove(id));
        repeated
    }

    /// When the day of a line began that holds an instant.
    fn day(&self, line: u64, at: Time, calendar: &mut Calendar) -> Time {
        day(&self.lines, &self.others, line, at, calendar)
    }

    fn count_all(
        &mut self,
        sign: i64,
        visits: &[VisitId],
        callers: &[CallerId],
        calendar: &mut Calendar,
    ) {
        for &id in visits {
            let visit = self.book.known(id).visit;
            self.count_visit(sign, &visit, calendar);
        }
        for &caller in callers {
            self.count_caller(sign, Some(caller), calendar);
        }
    }

    /// Counts a call by itself, or takes it out, as of the present second.
    fn count_visit(&mut self, sign: i64, visit: &Visit, calendar: &mut Calendar) {
        let Some(second) = self.as_of else {
            return;
        };
        let (lines, others) = (&self.lines, &self.others);
        let mut day = |line, at| day(lines, others, line, at, calendar);
        if let Some((place, counts)) = standing::of_visit(visit, second, &mut day) {
            add(&mut self.counts, place, sign, &counts);
        }
    }

    /// Counts the calls of a caller, or takes them out, as of the present second.
    fn count_caller(&mut self, sign: i64, caller: Option<CallerId>, calendar: &mut Calendar) {
        let Some((second, caller)) = self.as_of.zip(caller) else {
            return;
        };
        let (lines, others) = (&self.lines, &self.others);
        let mut day = |line, at| day(lines, others, line, at, calendar);
        let visits = self.book.of_caller(caller).map(|(_, known)| known);
        let counts = &mut self.counts;
        standing::of_caller(visits, second, &mut day, &mut |place, more| {
            add(counts, place, sign, &more);
        });
    }

    /// What is counted in a scope; `None` below lines and networks, where callers are
    /// not told apart.
    pub(crate) fn counts(&self, scope: &Scope, calendar: &Calendar) -> Option<CallerCounts> {
        let as_of = Time::from_seconds(self.as_of?);
        let mut sum = CallerCounts::default();
        let today = |line: &u64| {
            let line = self.lines.get(line);
            let zones = line.map_or(&self.others, |line| &line.zones);
            let (since, zone, until) = zones.at(as_of);
            calendar.known_day(zone, as_of).within(since, until).start
        };
        let network_of = |line: &u64| {
            self.lines
                .get(line)
                .map_or(UNASSIGNED, |line| &line.network)
        };
        match scope {
            Scope::Line(code) => {
                let line = xxh3_64(code.as_bytes());
                for place in [(line, None), (line, Some(today(&line)))] {
                    self.counts.get(&place).inspect(|counts| sum.add(counts));
                }
            }
            Scope::All | Scope::Network(_) => {
                for ((line, day), counts) in &self.counts {
                    let is_within = match scope {
                        Scope::Network(network) => network_of(line) == network,
                        Scope::All
                        | Scope::Region(..)
                        | Scope::Agency(..)
                        | Scope::Queue(..)
                        | Scope::Line(_)
                        | Scope::LineRegion(..) => true,
                    };
                    if is_within && day.is_none_or(|day| day == today(line)) {
                        sum.add(counts);
                    }
                }
            }
            Scope::Region(..) | Scope::Agency(..) | Scope::Queue(..) | Scope::LineRegion(..) => {
                return None;
            }
        }
        Some(sum)
    }
}

/// The lines of the directory, in whichever of its versions, by the hashes of their
/// codes.
fn lines(versions: &Versions) -> HashMap<u64, Line> {
    let all = versions.iter().map(|version| &version.directory);
    let codes = all.flat_map(|directory| directory.line_codes());
    let lines = codes.map(|code| {
        let line = Line {
            zones: Zones::of(versions, Some(code)),
            network: versions.grouping().network_of_line(code).to_owned(),
        };
        (xxh3_64(code.as_bytes()), line)
    });
    lines.collect()
}

/// When the day of a line began that holds an instant. A line that the directory does
/// not have keeps the default time zone.
fn day(
    lines: &HashMap<u64, Line>,
    others: &Zones,
    line: u64,
    at: Time,
    calendar: &mut Calendar,
) -> Time {
    let zones = lines.get(&line).map_or(others, |line| &line.zones);
    let (since, zone, until) = zones.at(at);
    calendar.day(zone, at).within(since, until).start
}

fn add(counts: &mut HashMap<Place, CallerCounts>, place: Place, sign: i64, more: &CallerCounts) {
    counts.entry(place).or_default().add_signed(sign, more);
}
