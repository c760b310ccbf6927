//! Events that the fold has taken in.

use vigie_contract::event::Event;
use vigie_contract::read::{self, Reading};
use vigie_contract::time::Time;

/// An event that the fold has taken in.
pub struct TakenIn<'l> {
    /// The event.
    pub event: Event<'l>,
    /// Its partition.
    pub partition: i32,
    /// Time of the newest event of its partition.
    pub newest: Time,
    /// Whether it was more than the allowed lateness behind.
    pub late: bool,
}

/// An event that had been held, and is taken in.
pub struct Released {
    /// The event, as JSON.
    pub message: Box<str>,
    /// Its partition.
    pub partition: i32,
    /// Time of the newest event of its partition.
    pub newest: Time,
    /// Whether it was more than the allowed lateness behind.
    pub late: bool,
}

impl Released {
    /// The event as one that was taken in at once; `None` if it cannot be read.
    pub fn taken(&self) -> Option<TakenIn<'_>> {
        let Ok(Reading::Event(event)) = read::structured(self.message.as_bytes()) else {
            return None;
        };
        Some(TakenIn {
            event,
            partition: self.partition,
            newest: self.newest,
            late: self.late,
        })
    }
}
