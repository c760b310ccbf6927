//! Which promises of each queue will be missed, as time passes.
//!
//! A prediction follows from the histories of the promises, as of its instant alone: one
//! that was made, and is looked at again because an event came late, changes by what that
//! event says and nothing else. So nothing has to be kept but what the record says was
//! predicted, with the promise that it is about.
//!
//! What is looked at again is bounded: of lists that are long, which a producer can make,
//! the record stays as it was.

use hashbrown::HashSet;
use vigie_contract::event::PromiseKind;
use vigie_contract::time::{Span, Time};

use super::predicted::{ListKey, Predictions};
use super::state::Partition;
use crate::changed;
use crate::codes;
use crate::contribution::CellId;
use crate::promise::{PREDICTED_EVERY, Spell, Spells};
use crate::rules::missed::missed;

/// Of longer lists, what was predicted stays, whatever comes late.
const LOOKED_AT_AGAIN: usize = 1_000;

/// Of longer lists, no prediction is made for the record that lies further back, where
/// time leaps.
const LOOKED_BACK_AT: Span = Span::from_seconds(3_600);

impl Partition {
    /// Takes over the spells of a promise, none if it is gone, as an event of an instant
    /// has made them.
    pub(super) fn follow_promise(
        &mut self,
        key: u64,
        (kind, cell): (PromiseKind, CellId),
        spells: Spells,
        at: Time,
    ) {
        let list = self.list_of(kind, cell);
        let predictions = &mut self.predictions;
        let promises = predictions.lists.entry(list).or_default();
        match spells.is_empty() {
            true => promises.remove(&key),
            false => promises.insert(key, spells),
        };
        if promises.is_empty() {
            predictions.lists.remove(&list);
        }
        if self.cursor.is_some_and(|cursor| at < predicted_at(cursor)) {
            let since = predictions.told_late.entry(list).or_insert(at);
            *since = at.min(*since);
            let earliest = &mut self.told_late_since;
            *earliest = Some(earliest.map_or(at, |earliest| earliest.min(at)));
        }
    }

    /// Makes the lists anew, after a load.
    pub(super) fn follow_promises(&mut self) {
        self.predictions = Predictions::default();
        for (&key, promise) in &self.promises {
            let list = self.list_of(promise.kind, promise.cell);
            let promises = self.predictions.lists.entry(list).or_default();
            promises.insert(key, promise.spells());
        }
        let Some(cursor) = self.cursor else {
            return;
        };
        // What stood is made anew with the next advance, and what came late before.
        let last = predicted_at(cursor) - Span(1);
        let since = self.told_late_since.map_or(last, |since| since.min(last));
        let lists = self.predictions.lists.keys();
        self.predictions.told_late = lists.map(|&list| (list, since)).collect();
    }

    /// Forgets the promises that are no more.
    pub(super) fn unfollow_promises(&mut self) {
        let Self {
            predictions,
            promises,
            ..
        } = self;
        predictions.lists.retain(|_, known| {
            known.retain(|key, _| promises.contains_key(key));
            !known.is_empty()
        });
    }

    fn list_of(&self, kind: PromiseKind, cell: CellId) -> ListKey {
        let key = self.cells[cell.0 as usize].key;
        ListKey {
            agency: key.agency,
            queue: key.queue,
            kind: codes::promise_kind::code(kind),
        }
    }

    /// Makes the predictions of every instant up to a second.
    pub(super) fn predict(&mut self, second: i64) {
        let at = predicted_at(second);
        let before = self.cursor.map(predicted_at);
        let is_new = before != Some(at);
        if !is_new && self.predictions.told_late.is_empty() {
            return;
        }
        let mut predictions = std::mem::take(&mut self.predictions);
        self.told_late_since = None;
        for list in predictions.to_look_at(is_new) {
            let late = predictions.told_late.get(&list).copied();
            let promises = predictions.lists.get(&list);
            let spells: Vec<(u64, Spell)> = promises
                .into_iter()
                .flatten()
                .flat_map(|(&key, spells)| spells.iter().map(move |&spell| (key, spell)))
                .collect();
            // As of an instant all earlier events are known: one told late changes what
            // was predicted later.
            let since = match spells.len() <= LOOKED_AT_AGAIN {
                true => [before, late].into_iter().flatten().min(),
                false => before.max(Some(at - LOOKED_BACK_AT)),
            };
            self.foretell(&spells, since, at);
            predictions.set_missed(list, missed_of(&spells, at));
        }
        predictions.told_late.clear();
        self.predictions = predictions;
    }

    /// Notes for the record what is predicted of promises, each at its instant, of those
    /// after one and up to another.
    fn foretell(&mut self, spells: &[(u64, Spell)], since: Option<Time>, to: Time) {
        let is_to_come = |at: &Time| since.is_none_or(|since| *at > since) && *at <= to;
        let instants = spells.iter().map(|(_, spell)| spell.foretold_at());
        let mut instants: Vec<Time> = instants.filter(is_to_come).collect();
        instants.sort_unstable();
        instants.dedup();
        if instants.is_empty() {
            return;
        }
        let all: Vec<Spell> = spells.iter().map(|(_, spell)| *spell).collect();
        for at in instants {
            let missed = missed(&all, at);
            for ((key, spell), is_missed) in spells.iter().zip(missed) {
                // Of two spells of a promise that are due at one instant, one at most waits.
                if spell.foretold_at() == at && spell.waits_at(at) {
                    self.note_prediction(*key, spell.due, is_missed);
                }
            }
        }
    }

    fn note_prediction(&mut self, key: u64, due: Time, is_missed: bool) {
        let Some(promise) = self.promises.get_mut(&key) else {
            return;
        };
        let before = promise.steps();
        if !promise.predict(due, is_missed) {
            return;
        }
        let (kind, after) = (promise.kind, promise.steps());
        let (before, after) = changed::between(&before, &after);
        for told in before {
            self.tell_promise(kind, -1, told);
        }
        for told in after {
            self.tell_promise(kind, 1, told);
        }
    }

    /// How many promises that some cells made will be missed, as of the last
    /// prediction.
    pub(crate) fn predicted_missed(&self, cells: &[CellId]) -> i64 {
        let of_cell = &self.predictions.of_cell;
        match of_cell.is_empty() {
            true => 0,
            false => cells.iter().filter_map(|cell| of_cell.get(cell)).sum(),
        }
    }

    /// The promises that will be missed, by their keys.
    pub(super) fn promises_missed(&self) -> HashSet<u64> {
        let missed = self.predictions.missed.values().flatten();
        missed.map(|(key, _)| *key).collect()
    }
}

/// The promises that will be missed, as of an instant.
fn missed_of(spells: &[(u64, Spell)], at: Time) -> Vec<(u64, CellId)> {
    let all: Vec<Spell> = spells.iter().map(|(_, spell)| *spell).collect();
    let each = spells.iter().zip(missed(&all, at));
    each.filter_map(|((key, spell), is_missed)| is_missed.then_some((*key, spell.by)))
        .collect()
}

/// The instant of the last prediction by a second.
fn predicted_at(second: i64) -> Time {
    Time::from_seconds(second - second.rem_euclid(PREDICTED_EVERY))
}
