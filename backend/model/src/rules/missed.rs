//! Which promises will be missed (`judgement.md`, What is about to happen;
//! `docs/predictions.md` has the definition).

use std::cmp::Reverse;

use vigie_contract::time::{Span, Time};

use crate::promise::Spell;

/// Only promises due within this time are predicted.
const AHEAD: Span = Span::from_seconds(60 * 60);

/// The attempts of this time tell the pace and the order.
const LOOKED_BACK: Span = Span::from_seconds(30 * 60);

/// So many of them, the last, tell the order: a producer can invent any number.
const ORDER_FROM: usize = 50;

/// The place of a promise in an order: what comes first is less. Two may share one.
type Place = (i64, i64);

/// An order in which an agency may take its promises: which of them come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Due,
    Oldest,
    Newest,
}

impl Order {
    /// Of two that explain attempts equally well, the one that comes first here does.
    const ALL: [Self; 3] = [Self::Due, Self::Oldest, Self::Newest];

    fn place(self, spell: &Spell) -> Place {
        let (made, due) = (spell.made.0, spell.due.0);
        match self {
            Order::Due => (due, made),
            Order::Oldest => (made, due),
            Order::Newest => (-made, due),
        }
    }
}

/// Of the promises of one kind of a queue, whether each will be missed, as of an
/// instant: it waits for its first attempt, is due within an hour, and will not have
/// been attempted by then.
///
/// Costs the number of promises times fifty at most, plus sorting them.
pub(crate) fn missed(spells: &[Spell], at: Time) -> Vec<bool> {
    let is_near = |spell: &Spell| spell.waits_at(at) && (at..=at + AHEAD).contains(&spell.due);
    if !spells.iter().any(is_near) {
        return vec![false; spells.len()];
    }
    let taken = taken(spells, at);
    let order = order(spells, &taken);
    let passing = Passing::by(&taken, order);
    let waits = spells.iter().filter(|spell| spell.waits_at(at));
    let in_line = waits.filter(|spell| !passing.passed(spell));
    let mut in_line: Vec<Place> = in_line.map(|spell| order.place(spell)).collect();
    in_line.sort_unstable();
    let is_missed = |spell: &Spell| {
        let place = order.place(spell);
        let rank = in_line.partition_point(|other| *other < place) as i128 + 1;
        let attempts = taken.len() as i128 * i128::from((spell.due - at).0);
        passing.passed(spell) || rank * i128::from(LOOKED_BACK.0) > attempts
    };
    let each = spells.iter();
    each.map(|spell| is_near(spell) && is_missed(spell))
        .collect()
}

/// The promises first attempted of late, each with when, in the order of that.
fn taken(spells: &[Spell], at: Time) -> Vec<(Time, &Spell)> {
    let of_late = at - LOOKED_BACK..at;
    let attempted = spells.iter().filter_map(|spell| {
        let attempted = spell.attempted.filter(|time| of_late.contains(time))?;
        Some((attempted, spell))
    });
    let mut taken: Vec<(Time, &Spell)> = attempted.collect();
    taken.sort_unstable_by_key(|(attempted, spell)| (*attempted, spell.due, spell.made));
    taken
}

/// The order that explains best which promises were taken: by which most of those that
/// waited at the same time were behind the one taken.
fn order(spells: &[Spell], taken: &[(Time, &Spell)]) -> Order {
    let last = &taken[taken.len().saturating_sub(ORDER_FROM)..];
    let Some(&(first, _)) = last.first() else {
        return Order::Due;
    };
    // Of a day's promises few were left by then.
    let left = |spell: &&Spell| {
        first <= spell.closed && spell.attempted.is_none_or(|attempted| first <= attempted)
    };
    let left: Vec<&Spell> = spells.iter().filter(left).collect();
    let mut behind = [0_u64; Order::ALL.len()];
    for &(attempted, one) in last {
        for other in left.iter().filter(|other| other.waits_at(attempted)) {
            for (behind, order) in behind.iter_mut().zip(Order::ALL) {
                *behind += u64::from(order.place(other) > order.place(one));
            }
        }
    }
    let each = Order::ALL.into_iter().zip(behind).enumerate();
    let best = each.max_by_key(|&(number, (_, behind))| (behind, Reverse(number)));
    best.map_or(Order::Due, |(_, (order, _))| order)
}

/// Which promises were passed over of late: one behind them was taken while they waited.
struct Passing {
    order: Order,
    /// When a promise was taken, rising, and the last place that was taken then or later.
    last: Vec<(Time, Place)>,
}

impl Passing {
    fn by(taken: &[(Time, &Spell)], order: Order) -> Self {
        let places = taken
            .iter()
            .map(|&(time, spell)| (time, order.place(spell)));
        let mut last: Vec<(Time, Place)> = places.collect();
        for later in (1..last.len()).rev() {
            last[later - 1].1 = last[later - 1].1.max(last[later].1);
        }
        Self { order, last }
    }

    /// Whether this happened to one that still waits.
    fn passed(&self, spell: &Spell) -> bool {
        let since = self.last.partition_point(|(time, _)| *time <= spell.made);
        let last = self.last.get(since);
        last.is_some_and(|(_, place)| *place > self.order.place(spell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribution::CellId;

    fn minutes(minutes: i64) -> Time {
        Time::from_seconds(minutes * 60)
    }

    /// Promises by when each was made, due and attempted, in minutes.
    fn spells(all: &[(i64, i64, Option<i64>)]) -> Vec<Spell> {
        let spell = |&(made, due, attempted): &(i64, i64, Option<i64>)| Spell {
            made: minutes(made),
            due: minutes(due),
            by: CellId(0),
            attempted: attempted.map(minutes),
            closed: attempted.map_or(minutes(due + 24 * 60), minutes),
        };
        all.iter().map(spell).collect()
    }

    fn missed_at(at: i64, all: &[(i64, i64, Option<i64>)]) -> Vec<usize> {
        let missed = missed(&spells(all), minutes(at));
        let each = missed.into_iter().enumerate();
        each.filter_map(|(place, is_missed)| is_missed.then_some(place))
            .collect()
    }

    #[test]
    fn a_pace_that_reaches_some_of_those_due_leaves_the_others() {
        // Three in half an hour, those due first first: three more by minute 120.
        let taken = [(0, 80, Some(62)), (1, 81, Some(70)), (2, 82, Some(80))];
        let waiting = [
            (10, 119, None),
            (11, 120, None),
            (12, 121, None),
            (13, 122, None),
        ];
        let all = [&taken[..], &waiting[..]].concat();
        assert_eq!(missed_at(90, &all), [6]);
        // Ten minutes later nothing more was attempted.
        assert_eq!(missed_at(100, &all), [4, 5, 6]);
    }

    #[test]
    fn where_nobody_attempts_all_are_missed() {
        assert_eq!(missed_at(90, &[(10, 119, None), (10, 151, None)]), [0]);
    }

    #[test]
    fn what_is_overdue_is_not_predicted_and_is_in_line() {
        let all = [(0, 60, Some(71)), (1, 80, None), (2, 100, None)];
        assert_eq!(missed_at(95, &all), [2]);
    }

    #[test]
    fn what_was_passed_over_is_left_and_in_nobodys_way() {
        let taken = [(1, 81, Some(61)), (2, 82, Some(62)), (3, 83, Some(63))];
        let all = [&taken[..], &[(0, 80, None), (9, 105, None), (9, 106, None)]].concat();
        assert_eq!(missed_at(75, &all), [3]);
    }

    #[test]
    fn the_newest_come_first_where_they_were_taken_first() {
        // Each time the last one made is taken, and those before wait on.
        let taken = [
            (50, 170, Some(61)),
            (51, 171, Some(60)),
            (62, 182, Some(63)),
        ];
        let all = [&taken[..], &[(5, 125, None), (6, 126, None)]].concat();
        assert_eq!(
            order(&spells(&all), &super::taken(&spells(&all), minutes(70))),
            Order::Newest
        );
        assert_eq!(missed_at(70, &all), [] as [usize; 0]);
        assert_eq!(missed_at(85, &all), [] as [usize; 0]);
        assert_eq!(missed_at(92, &all), [3]);
        assert_eq!(missed_at(94, &all), [3, 4]);
    }

    #[test]
    fn an_order_counts_while_something_else_waits() {
        let all = spells(&[(0, 100, Some(50)), (1, 90, Some(60))]);
        assert_eq!(order(&all, &super::taken(&all, minutes(70))), Order::Oldest);
        let all = spells(&[(0, 100, Some(60)), (1, 90, Some(50))]);
        assert_eq!(order(&all, &super::taken(&all, minutes(70))), Order::Due);
        assert_eq!(order(&all, &[]), Order::Due);
    }
}
