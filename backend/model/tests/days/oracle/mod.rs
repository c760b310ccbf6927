//! A second count of every figure, by brute force, from the definitions alone.
//!
//! It reads the whole list of events of a day and keeps nothing between two
//! views. It shares no line with the fold, nor with the count in
//! `tests/oracle`: a mistake that two of them share would have to be made
//! twice. Numbered readings are those of `tests/oracle/README.md`.

pub mod admission;
mod agents;
mod callers;
mod facts;
mod help;
pub mod incidents;
pub mod judged;
mod legs;
mod levers;
mod lists;
pub mod places;
mod predictions;
mod promises;
mod quarters;
pub mod told;
mod view;

use std::collections::{BTreeSet, HashMap};

use vigie_contract::event::Event;
use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;
use vigie_contract::view::Count as Counted;
use vigie_model::Counters;

use crate::clock::Zone;
use crate::country::Country;
use crate::generate::{Arrival, What};

use admission::Fate;
use agents::Stretch;
use callers::Calls;
use facts::Fact;
pub use help::Helped;
use legs::{Leg, Stays};
use places::Places;
use promises::{Ledger, Promise};
use told::{Named, Told};

/// All that happened on a day.
pub struct Count<'d> {
    places: Places<'d>,
    pub fates: Vec<Fate>,
    told: Vec<Told<'d>>,
    stays: Stays<'d>,
    ledger: Ledger<'d>,
    stretches: Vec<Stretch<'d>>,
    facts: Vec<Fact>,
    calls: Calls<'d>,
    parts: HashMap<Scope, Parts>,
}

/// What counts in a scope: places in the lists of the day, looked up once for
/// all views.
#[derive(Default)]
struct Parts {
    told: Vec<usize>,
    legs: Vec<usize>,
    promises: Vec<usize>,
    stretches: Vec<usize>,
    facts: Vec<usize>,
}

impl<'d> Count<'d> {
    pub fn new(country: &'d Country, arrivals: &'d [Arrival]) -> Self {
        Self::of(Places::new(country), arrivals)
    }

    pub fn of(places: Places<'d>, arrivals: &'d [Arrival]) -> Self {
        let fates = admission::judge(arrivals, &places);
        let judged = || {
            let events = arrivals.iter().zip(&fates);
            events.filter_map(|(arrival, &fate)| match &arrival.what {
                What::Event(event) => Some((told(arrival.partition, event), fate)),
                What::Refused | What::Skipped => None,
            })
        };
        let told: Vec<Told<'d>> = judged()
            .filter(|(_, fate)| matches!(fate, Fate::Applied { .. }))
            .map(|(told, _)| told)
            .collect();
        let stays = legs::stays(&told);
        let ledger = promises::ledger(&told, &stays, &places);
        let mut facts = facts::facts(&told, &stays, &ledger, &places);
        for (each, fate) in judged() {
            let count = match fate {
                Fate::Applied { late: true } => Counted::Late,
                Fate::TooLate => Counted::TooLate,
                Fate::Duplicate => Counted::Duplicate,
                _ => continue,
            };
            facts.extend(facts::of_arrival(each, count, &places));
        }
        let mut count = Self {
            stretches: agents::stretches(&told, &places),
            calls: callers::calls(&told, &stays, &places),
            fates,
            told,
            stays,
            ledger,
            facts,
            places,
            parts: HashMap::new(),
        };
        count.parts = count.part();
        count
    }

    fn part(&self) -> HashMap<Scope, Parts> {
        let mut parts: HashMap<Scope, Parts> = HashMap::new();
        let mut put = |scopes: &[Scope], at: usize, list: fn(&mut Parts) -> &mut Vec<usize>| {
            for scope in scopes {
                list(parts.entry(scope.clone()).or_default()).push(at);
            }
        };
        for (at, told) in self.told.iter().enumerate() {
            let Named {
                agency,
                queue,
                line,
            } = told.names();
            put(&self.places.at(agency, queue, line).scopes, at, |parts| {
                &mut parts.told
            });
        }
        for (at, leg) in self.stays.legs.iter().enumerate() {
            let place = self
                .places
                .at(Some(leg.agency), Some(leg.queue), Some(leg.line));
            put(&place.scopes, at, |parts| &mut parts.legs);
        }
        for (at, promise) in self.ledger.promises.iter().enumerate() {
            let place = self
                .places
                .at(Some(promise.agency), Some(promise.queue), promise.line);
            put(&place.scopes, at, |parts| &mut parts.promises);
        }
        for (at, stretch) in self.stretches.iter().enumerate() {
            put(&stretch.scopes, at, |parts| &mut parts.stretches);
        }
        for (at, fact) in self.facts.iter().enumerate() {
            put(&fact.place.scopes, at, |parts| &mut parts.facts);
        }
        parts
    }

    /// read = applied + duplicate + too late + refused + skipped: at the end nothing
    /// is held any more.
    pub fn counters(&self) -> Counters {
        let count =
            |is: &dyn Fn(&Fate) -> bool| self.fates.iter().filter(|fate| is(fate)).count() as u64;
        Counters {
            read: self.fates.len() as u64,
            applied: count(&|fate| matches!(fate, Fate::Applied { .. })),
            duplicate: count(&|fate| *fate == Fate::Duplicate),
            too_late: count(&|fate| *fate == Fate::TooLate),
            refused: count(&|fate| *fate == Fate::Refused),
            skipped: count(&|fate| *fate == Fate::Skipped),
            held: 0,
            late: count(&|fate| *fate == Fate::Applied { late: true }),
        }
    }

    /// Every scope that something counts in; those with agents only, and those
    /// that were only heard of, where they are asked for.
    pub fn scopes(&self) -> BTreeSet<Scope> {
        let counts = |parts: &Parts| {
            !(parts.facts.is_empty() && parts.stretches.is_empty() && parts.told.is_empty())
        };
        let parts = self.parts.iter();
        parts
            .filter(|(_, parts)| counts(parts))
            .map(|(scope, _)| scope.clone())
            .collect()
    }

    /// Takes note of the instants as of which a fold stood when it was given each arrival.
    pub fn told_as_of(&mut self, as_of: &[i64]) {
        let applied = self.fates.iter().zip(as_of);
        let applied = applied.filter(|(fate, _)| matches!(fate, Fate::Applied { .. }));
        let as_of: Vec<i64> = applied.map(|(_, &as_of)| as_of).collect();
        self.calls.told_as_of(&self.told, &as_of);
    }

    /// The figures as of an instant.
    pub fn at(&self, at: i64) -> Moment<'_, 'd> {
        Moment::new(self, at)
    }
}

fn told<'d>(partition: i32, event: &'d Event<'static>) -> Told<'d> {
    let at = event.time.0;
    Told {
        partition,
        event,
        at,
    }
}

/// The windows, and how long they are; today is as long as it is.
pub const WINDOWS: [(&str, Option<i64>); 4] = [
    ("5m", Some(300)),
    ("15m", Some(900)),
    ("60m", Some(3_600)),
    ("today", None),
];

/// All that had happened before an instant.
pub struct Moment<'c, 'd> {
    count: &'c Count<'d>,
    at: i64,
    /// By zone: the civil day of the instant, and when it began.
    today: Vec<(i64, i64)>,
}

impl<'c, 'd> Moment<'c, 'd> {
    fn new(count: &'c Count<'d>, at: i64) -> Self {
        Self {
            count,
            at,
            today: Zone::all()
                .map(|zone| (zone.day(at), zone.start_of_day(at)))
                .collect(),
        }
    }

    fn is_today(&self, zone: Zone, day: i64) -> bool {
        self.today[zone.0].0 == day
    }

    fn listed<'l, T>(
        &self,
        of: ExtentRef<'_>,
        list: &'l [T],
        places: fn(&Parts) -> &Vec<usize>,
    ) -> impl Iterator<Item = &'l T> + use<'l, 'c, 'd, T> {
        let parts = of.members().iter();
        let parts = parts.filter_map(|scope| self.count.parts.get(scope));
        // Once each, wherever in a selection it counts.
        let all: BTreeSet<usize> = parts.flat_map(places).copied().collect();
        all.into_iter().map(|at| &list[at])
    }

    /// The facts of a scope that have happened.
    fn facts(&self, of: ExtentRef<'_>) -> Vec<&'c Fact> {
        let at = self.at;
        let facts = self.listed(of, &self.count.facts, |parts| &parts.facts);
        facts.filter(|fact| fact.at < at).collect()
    }

    /// The events that a scope has told of.
    fn told(&self, of: ExtentRef<'_>) -> impl Iterator<Item = &'c Told<'d>> {
        let at = self.at;
        let told = self.listed(of, &self.count.told, |parts| &parts.told);
        told.filter(move |told| told.time() < at)
    }

    fn stretches(&self, of: ExtentRef<'_>) -> Vec<&'c Stretch<'d>> {
        let stretches = &self.count.stretches;
        self.listed(of, stretches, |parts| &parts.stretches)
            .collect()
    }

    /// The legs that ever were in a scope, at the queue where they waited.
    fn legs(&self, of: ExtentRef<'_>) -> impl Iterator<Item = &'c Leg<'d>> {
        self.listed(of, &self.count.stays.legs, |parts| &parts.legs)
    }

    fn promises_of(&self, of: ExtentRef<'_>) -> impl Iterator<Item = &'c Promise<'d>> {
        self.listed(of, &self.count.ledger.promises, |parts| &parts.promises)
    }
}
