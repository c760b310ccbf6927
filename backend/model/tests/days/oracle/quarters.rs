//! Today by quarter-hour, with what became of those who entered (reading 39).

use std::collections::BTreeSet;

use vigie_contract::event::QueueReason;
use vigie_contract::extent::ExtentRef;
use vigie_contract::time::Time;
use vigie_contract::view::{Cohort, Quarter, Window};

use crate::clock::QUARTER;

use super::Moment;
use super::facts::{Book, Fact};
use super::legs::Outcome;
use super::view::Tallies;

fn quarter(at: i64) -> i64 {
    at.div_euclid(QUARTER) * QUARTER
}

impl Moment<'_, '_> {
    pub fn quarters<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Vec<Quarter> {
        let of = of.into();
        let facts: Vec<&Fact> = self
            .facts(of)
            .into_iter()
            .filter(|fact| self.is_today(fact.place.zone, fact.day))
            .collect();
        let starts: BTreeSet<i64> = facts.iter().map(|fact| quarter(fact.at)).collect();
        let short = self.count.places.short_abandons_count_over(of, self.at);
        starts
            .into_iter()
            .map(|start| {
                let by = |book| {
                    let inside = facts
                        .iter()
                        .copied()
                        .filter(|fact| quarter(fact.at) == start);
                    Tallies::of(inside, book).window(short, false, [0, 0])
                };
                Quarter {
                    start: Time(start),
                    window: by(Book::Origin),
                    handled: by(Book::Handler),
                    cohort: self.cohort(of, start),
                }
            })
            .filter(|quarter| {
                let nothing = Window::default();
                quarter.window != nothing || quarter.handled != nothing
            })
            .collect()
    }

    fn cohort(&self, of: ExtentRef<'_>, start: i64) -> Cohort {
        let mut cohort = Cohort::default();
        for leg in self.legs(of) {
            let zone = self.count.places.zone(Some(leg.agency), None);
            let is_first = matches!(leg.reason, QueueReason::Asked | QueueReason::Overflow);
            let belongs = quarter(leg.opened) == start
                && leg.opened < self.at
                && self.is_today(zone, zone.day(leg.opened));
            if !is_first || !belongs {
                continue;
            }
            cohort.entered += 1;
            match leg.outcome {
                _ if leg.closed >= self.at => cohort.waiting += 1,
                Outcome::Answered => cohort.answered += 1,
                Outcome::Abandoned => cohort.abandoned += 1,
                _ => cohort.closed_otherwise += 1,
            }
        }
        cohort
    }
}
