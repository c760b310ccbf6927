//! The queues in which calls waited, by number.

use std::collections::HashMap;

use vigie_model::Directory;

use crate::leg::QueueNumber;

/// Where a leg waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuePlace {
    /// Network and region, `unassigned` where the directory has none.
    pub region: (String, String),
    /// Agency and queue.
    pub queue: (String, String),
}

/// Gives each queue of each agency a number, the first time that it is named.
#[derive(Default)]
pub struct QueueNumbers {
    numbers: HashMap<String, HashMap<String, QueueNumber>>,
    places: Vec<QueuePlace>,
}

impl QueueNumbers {
    /// The number of a queue of an agency.
    pub fn number(&mut self, directory: &Directory, agency: &str, queue: &str) -> QueueNumber {
        let known = self
            .numbers
            .get(agency)
            .and_then(|queues| queues.get(queue));
        if let Some(known) = known {
            return *known;
        }
        let number = QueueNumber(self.places.len() as u32);
        let (network, region) = directory.place_of(agency);
        self.places.push(QueuePlace {
            region: (network.to_owned(), region.to_owned()),
            queue: (agency.to_owned(), queue.to_owned()),
        });
        let queues = self.numbers.entry(agency.to_owned()).or_default();
        queues.insert(queue.to_owned(), number);
        number
    }

    /// The queue that has this number.
    pub fn place(&self, queue: QueueNumber) -> &QueuePlace {
        &self.places[queue.0 as usize]
    }
}
