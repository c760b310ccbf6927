//! What is going on in a scope at an instant (`indicators.md`, Now).

use std::collections::BTreeMap;

use vigie_contract::event::QueueReason;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{ByReason, Now, Promises};

use crate::contribution::CellId;
use crate::histogram;
use crate::partition::Partition;
use crate::partition::cell::{Cell, Ever};

const DUE_SOON: Span = Span::from_seconds(15 * 60);

fn cells<'p>(
    partitions: &'p BTreeMap<i32, Partition>,
    ids: &'p [(i32, CellId)],
) -> impl Iterator<Item = &'p Cell> {
    ids.iter()
        .filter_map(|(partition, cell)| partitions.get(partition)?.cells().get(cell.0 as usize))
}

/// Everything of now, over the cells of a scope.
pub(crate) fn now(
    partitions: &BTreeMap<i32, Partition>,
    ids: &[(i32, CellId)],
    as_of: Time,
) -> Now {
    let mut asked: Vec<(Time, i64)> = Vec::new();
    let mut by_reason = ByReason::default();
    let mut promises = Promises::default();
    let mut newest = None;
    for cell in cells(partitions, ids) {
        for (since, reason, number) in cell.waiting() {
            asked.push((since, number));
            let of_reason = [
                (QueueReason::Asked, &mut by_reason.asked),
                (QueueReason::Overflow, &mut by_reason.overflow),
                (QueueReason::Transfer, &mut by_reason.transfer),
                (QueueReason::Callback, &mut by_reason.callback),
            ];
            for (known, count) in of_reason {
                *count += if reason.is(known) { number } else { 0 };
            }
        }
        for (due, number) in cell.promises() {
            promises.open += number;
            promises.overdue += if due < as_of { number } else { 0 };
            promises.due_15m += if (as_of..=as_of + DUE_SOON).contains(&due) {
                number
            } else {
                0
            };
        }
        newest = newest.max(cell.newest());
    }
    // The youngest first: ages rise.
    asked.sort_unstable_by(|one, other| other.cmp(one));
    let age = |p| age_at(&asked, p, as_of);
    Now {
        waiting: asked.iter().map(|(_, number)| number).sum(),
        waiting_by_reason: by_reason,
        longest_wait_seconds: age(1.0),
        wait_p50_seconds: age(0.5),
        wait_p90_seconds: age(0.9),
        promises,
        data_age_seconds: newest.map(|newest| (as_of - newest).seconds()),
        ..Now::default()
    }
}

/// The age at a nearest rank of those waiting, the youngest first.
fn age_at(asked: &[(Time, i64)], p: f64, as_of: Time) -> Option<f64> {
    let total = asked.iter().map(|(_, number)| number).sum();
    let rank = histogram::rank(total, p)?;
    let mut seen = 0;
    asked
        .iter()
        .find(|(_, number)| {
            seen += number;
            seen >= rank
        })
        .map(|&(since, _)| (as_of - since).seconds())
}

/// How many wait, and how long the first of them has.
pub(crate) fn waiting(
    partitions: &BTreeMap<i32, Partition>,
    ids: &[(i32, CellId)],
    as_of: Time,
) -> (i64, Option<f64>) {
    let mut number = 0;
    let mut first: Option<Time> = None;
    for cell in cells(partitions, ids) {
        for (since, _, waiting) in cell.waiting() {
            number += waiting;
            first = Some(first.map_or(since, |known| known.min(since)));
        }
    }
    (number, first.map(|first| (as_of - first).seconds()))
}

/// Counts since the state began.
pub(crate) fn ever(partitions: &BTreeMap<i32, Partition>, ids: &[(i32, CellId)]) -> Ever {
    cells(partitions, ids)
        .map(Cell::ever)
        .fold(Ever::default(), |sum, ever| Ever {
            offered: sum.offered + ever.offered,
            answered: sum.answered + ever.answered,
            abandoned: sum.abandoned + ever.abandoned,
        })
}
