//! Promises that will be missed (docs/predictions.md), each looked at by itself.

use vigie_contract::event::{AttemptOutcome, PromiseKind};

use crate::clock::{HOUR, MINUTE, SECOND};

use super::promises::{Ledger, Promise};

type Key = fn(&Promise<'_>) -> (i64, i64);

/// Due first, oldest first, newest first.
const ORDERS: [Key; 3] = [
    |promise| (promise.due, promise.made),
    |promise| (promise.made, promise.due),
    |promise| (-promise.made, promise.due),
];

impl Promise<'_> {
    /// When somebody was first called, reached or not; for ever after it if never.
    pub fn attempted(&self) -> i64 {
        let counts = |outcome: &AttemptOutcome| match outcome {
            AttemptOutcome::Reached | AttemptOutcome::Unreachable => true,
            AttemptOutcome::Handled => self.kind != PromiseKind::Callback,
            AttemptOutcome::Cancelled => false,
        };
        let attempts = self.attempts.iter();
        let times = attempts.filter(|(_, outcome)| counts(outcome));
        times.map(|(at, _)| *at).min().unwrap_or(i64::MAX)
    }

    fn waits(&self, at: i64) -> bool {
        self.made < at && self.ended >= at && self.attempted() >= at
    }

    /// Whether nobody called by its due time.
    pub fn is_missed(&self) -> bool {
        self.attempted() > self.due
    }

    /// The last half minute that ends 15 minutes before it is due, or earlier.
    pub fn foretold_at(&self) -> i64 {
        half_minute(self.due - 15 * MINUTE)
    }

    fn is_beside(&self, other: &Promise<'_>) -> bool {
        let list = |promise: &Self| (promise.partition, promise.kind);
        list(self) == (other.partition, other.kind)
            && self.agency == other.agency
            && self.queue == other.queue
    }
}

/// The last whole half minute by an instant.
pub fn half_minute(at: i64) -> i64 {
    at - at.rem_euclid(30 * SECOND)
}

/// Whether a promise will be missed, as of a whole half minute.
pub fn will_be_missed(ledger: &Ledger<'_>, promise: &Promise<'_>, at: i64) -> bool {
    if !promise.waits(at) || !(at..=at + HOUR).contains(&promise.due) {
        return false;
    }
    let beside = || {
        ledger
            .promises
            .iter()
            .filter(|other| promise.is_beside(other))
    };
    let of_late = at - 30 * MINUTE..at;
    let mut taken: Vec<&Promise<'_>> = beside()
        .filter(|other| of_late.contains(&other.attempted()))
        .collect();
    taken.sort_by_key(|other| (other.attempted(), other.due, other.made));
    let left_behind = |key: Key| {
        let last = taken.iter().rev().take(50);
        let each = last.map(|one| {
            let waiting = beside().filter(|other| other.waits(one.attempted()));
            waiting.filter(|other| key(other) > key(one)).count()
        });
        each.sum::<usize>()
    };
    let most = ORDERS.map(left_behind).into_iter().max();
    let key = ORDERS
        .into_iter()
        .find(|key| Some(left_behind(*key)) == most);
    let key = key.expect("one of them leaves most behind");
    let passed_over = |one: &Promise<'_>| {
        let mut taken = taken.iter();
        taken.any(|other| key(other) > key(one) && other.attempted() > one.made)
    };
    let ahead = beside()
        .filter(|other| other.waits(at) && key(other) < key(promise) && !passed_over(other));
    let needed = (ahead.count() as f64 + 1.0) / taken.len() as f64;
    passed_over(promise) || needed > (promise.due - at) as f64 / (30 * MINUTE) as f64
}
