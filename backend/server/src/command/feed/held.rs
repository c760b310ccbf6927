//! Where the lines that the fold holds were read, until it has decided about them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::events::lines::LinePlace;

/// Where the events that are held were read, by partition and offset.
#[derive(Default)]
pub struct HeldLines(BTreeMap<(i32, i64), (PathBuf, u64)>);

impl HeldLines {
    /// An event is held.
    pub fn note(&mut self, partition: i32, offset: i64, place: LinePlace<'_>) {
        let place = (place.path.to_owned(), place.line);
        self.0.insert((partition, offset), place);
    }

    /// One is not held any more: where it was read.
    pub fn take(&mut self, partition: i32, offset: i64) -> (PathBuf, u64) {
        self.0.remove(&(partition, offset)).unwrap_or_default()
    }
}
