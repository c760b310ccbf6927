//! Lines that the fold holds, until it has decided about them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use vigie_contract::read::{self, Reading};
use vigie_contract::time::Time;

use super::Taken;
use crate::events::lines::Place;

/// Where the events that are held were read, by partition and offset.
#[derive(Default)]
pub struct HeldLines(BTreeMap<(i32, i64), (PathBuf, u64)>);

impl HeldLines {
    /// An event is held.
    pub fn note(&mut self, partition: i32, offset: i64, place: Place<'_>) {
        let place = (place.path.to_owned(), place.line);
        self.0.insert((partition, offset), place);
    }

    /// One is not held any more: where it was read.
    pub fn take(&mut self, partition: i32, offset: i64) -> (PathBuf, u64) {
        self.0.remove(&(partition, offset)).unwrap_or_default()
    }
}

/// An event that had been held, and is taken in.
pub struct Released {
    /// The event, as JSON.
    pub message: Box<str>,
    /// Its partition.
    pub partition: i32,
    /// Time of the newest event of that.
    pub newest: Time,
    /// Whether it was more than the allowed lateness behind.
    pub late: bool,
}

impl Released {
    /// As one that was taken in at once.
    pub fn taken(&self) -> Option<Taken<'_>> {
        let Ok(Reading::Event(event)) = read::structured(self.message.as_bytes()) else {
            return None;
        };
        Some(Taken {
            event,
            partition: self.partition,
            newest: self.newest,
            late: self.late,
        })
    }
}
