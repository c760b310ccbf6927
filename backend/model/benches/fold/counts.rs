//! Counts only: what a windowed query of a stream engine would make of the events.
//!
//! "How many events of each type in the last 5, 15 and 60 minutes, by agency and
//! queue, every second", and nothing else: no duplicates, no histories, no scopes
//! above, no opening hours. It reads with the reader of the fold, and keeps time
//! as the fold does, in panes of a second that enter the windows and leave them.
//! It is no part of the model: it measures what a query costs that answers less.

use std::collections::BTreeMap;

use hashbrown::HashTable;
use vigie_contract::event::{Body, Event};
use vigie_contract::read::{Reading, structured};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::folds::BEHIND;

/// Seconds in the sliding windows, the longest last.
const WINDOWS: [i64; 3] = [300, 900, 3_600];

/// Counts by agency, queue and type.
#[derive(Default)]
pub struct Counts {
    /// By the hash of the three, as the fold knows its cells.
    numbers: HashTable<(u64, u32)>,
    counts: Vec<[u32; WINDOWS.len()]>,
    /// What happened, by second.
    panes: BTreeMap<i64, Vec<u32>>,
    /// The second up to which (excluded) panes are in the windows.
    cursor: Option<i64>,
}

impl Counts {
    /// Reads and counts lines, and lets time pass behind them.
    pub fn take<'l>(&mut self, lines: impl Iterator<Item = &'l [u8]>) {
        for line in lines {
            if let Ok(Reading::Event(event)) = structured(line) {
                self.count(&event);
                self.advance((event.time - BEHIND).second());
            }
        }
    }

    fn count(&mut self, event: &Event<'_>) {
        let number = self.number(event);
        let second = event.time.second();
        self.panes.entry(second).or_default().push(number);
        if let Some(cursor) = self.cursor.filter(|&cursor| second < cursor) {
            for (count, length) in self.counts[number as usize].iter_mut().zip(WINDOWS) {
                *count += u32::from(second >= cursor - length);
            }
        }
    }

    fn number(&mut self, event: &Event<'_>) -> u32 {
        let (agency, queue) = place(&event.body);
        let words = [agency, queue, event.body.type_name()];
        let hash = words
            .iter()
            .fold(0, |seed, word| xxh3_64_with_seed(word.as_bytes(), seed));
        if let Some(&(_, number)) = self.numbers.find(hash, |&(known, _)| known == hash) {
            return number;
        }
        let number = self.counts.len() as u32;
        self.numbers
            .insert_unique(hash, (hash, number), |&(hash, _)| hash);
        self.counts.push([0; WINDOWS.len()]);
        number
    }

    /// Lets time pass until every window is empty.
    pub fn pass(&mut self) {
        if let Some((newest, _)) = self.panes.last_key_value() {
            let newest = *newest;
            self.advance(newest + 1);
            self.advance(newest + 1 + WINDOWS[WINDOWS.len() - 1]);
        }
    }

    fn advance(&mut self, to: i64) {
        let from = self.cursor.unwrap_or(i64::MIN / 2);
        if to <= from {
            return;
        }
        self.cursor = Some(to);
        for &number in self.panes.range(from..to).flat_map(|(_, pane)| pane) {
            self.counts[number as usize]
                .iter_mut()
                .for_each(|count| *count += 1);
        }
        for (window, length) in WINDOWS.into_iter().enumerate() {
            let gone = self.panes.range(from - length..to - length);
            for &number in gone.flat_map(|(_, pane)| pane) {
                self.counts[number as usize][window] -= 1;
            }
        }
        while let Some(pane) = self.panes.first_entry()
            && *pane.key() < to - WINDOWS[WINDOWS.len() - 1]
        {
            pane.remove();
        }
    }

    /// Events in the longest window.
    pub fn sum(&self) -> u32 {
        self.counts
            .iter()
            .map(|counts| counts[WINDOWS.len() - 1])
            .sum()
    }
}

/// Agency and queue of an event; those of calls that asked for none, of its line.
fn place<'e>(body: &'e Body<'_>) -> (&'e str, &'e str) {
    match body {
        Body::CallReceived(data) => ("", &data.line),
        Body::CallSelfServed(data) => ("", &data.line),
        Body::CallQueued(data) => (&data.agency, &data.queue),
        Body::CallAnnounced(data) => (&data.agency, &data.queue),
        Body::CallRangUnanswered(data) => (&data.agency, &data.queue),
        Body::CallAnswered(data) => (&data.agency, &data.queue),
        Body::CallAbandoned(data) => (&data.agency, &data.queue),
        Body::CallOverflowed(data) => (&data.agency, &data.queue),
        Body::CallCutOff(data) => (&data.agency, &data.queue),
        Body::CallTransferred(data) => (&data.agency, &data.queue),
        Body::CallEnded(data) => (&data.agency, &data.queue),
        Body::CallWrappedUp(data) => (&data.agency, &data.queue),
        other => panic!("{} is not among the calls measured", other.type_name()),
    }
}
