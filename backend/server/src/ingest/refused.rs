//! The topic of refused messages.
//!
//! A message that cannot be read, or that the fold refuses, goes there with its
//! original bytes and the reason. At least once: a snapshot holds those that the
//! broker has not taken yet, and they are handed in again after a restart, told
//! apart by topic, partition and offset. A broker that does not take them is asked
//! again for ever; reading waits once too many wait, in number or in bytes. Each is
//! settled by itself, so that one which is not taken keeps room from no other.

use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::batch::{Batch, Record};
use super::courier::Courier;
use super::letter::Letter;
use super::settings::IngestSettings;
use crate::kafka::settings::KafkaSettings;
use crate::threads::{Pulse, Threads};

/// Where refused messages are handed in. Owned by the engine.
pub struct Refused {
    topic: String,
    letters: mpsc::Sender<(u64, Arc<Letter>)>,
    handed_in: u64,
    /// Numbers of letters that are waited for no more. It holds no more of them than
    /// there are letters waiting.
    settled: UnboundedReceiver<u64>,
    /// Letters that the broker has not taken yet, oldest first.
    waiting: BTreeMap<u64, Arc<Letter>>,
    waiting_bytes: usize,
    most: usize,
    most_bytes: usize,
}

impl Refused {
    /// Starts the producer on a thread of its own.
    pub fn start(
        kafka: &KafkaSettings,
        limits: &IngestSettings,
        threads: &Threads,
        pulse: Pulse,
    ) -> anyhow::Result<Self> {
        let (letters, inbox) = mpsc::channel();
        let (settle, settled) = unbounded_channel();
        let courier = Courier::new(kafka, settle, pulse)?;
        threads.start("refused", move || {
            courier.run(&inbox);
            Ok(())
        })?;
        Ok(Self::handing_to(&kafka.topic, limits, letters, settled))
    }

    fn handing_to(
        topic: &str,
        limits: &IngestSettings,
        letters: mpsc::Sender<(u64, Arc<Letter>)>,
        settled: UnboundedReceiver<u64>,
    ) -> Self {
        Self {
            topic: topic.to_owned(),
            letters,
            handed_in: 0,
            settled,
            waiting: BTreeMap::new(),
            waiting_bytes: 0,
            most: limits.refused_outstanding,
            most_bytes: limits.refused_outstanding_bytes,
        }
    }

    /// Hands in a message.
    pub fn hand_in(&mut self, batch: &Batch, record: &Record, reason: &str) {
        self.send(Letter::new(&self.topic, batch, record, reason));
    }

    /// Hands in what the broker had not taken before a restart.
    pub fn hand_in_again(&mut self, letters: Vec<Letter>) {
        for mut letter in letters {
            letter.fit();
            self.send(letter);
        }
    }

    fn send(&mut self, letter: Letter) {
        let letter = Arc::new(letter);
        self.handed_in += 1;
        self.waiting_bytes += letter.size();
        self.waiting.insert(self.handed_in, Arc::clone(&letter));
        // A thread that has ended ends the service: its letters are in the next
        // snapshot.
        let _ = self.letters.send((self.handed_in, letter));
    }

    /// Forgets the letters that are settled. Answers whether some are left.
    pub fn settle(&mut self) -> bool {
        while let Ok(number) = self.settled.try_recv() {
            self.forget(number);
        }
        !self.waiting.is_empty()
    }

    /// Waits until one more letter is settled, and forgets it.
    pub async fn settle_next(&mut self) {
        match self.settled.recv().await {
            Some(number) => self.forget(number),
            // The thread has ended, and with it the service does.
            None => std::future::pending().await,
        }
    }

    fn forget(&mut self, number: u64) {
        if let Some(letter) = self.waiting.remove(&number) {
            self.waiting_bytes -= letter.size();
        }
    }

    /// Whether reading may go on: not too much waits for the broker.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < self.most && self.waiting_bytes < self.most_bytes
    }

    /// How many letters the broker has not taken yet.
    pub fn count(&self) -> usize {
        self.waiting.len()
    }

    /// The letters that the broker has not taken yet.
    pub fn waiting(&self) -> Vec<Letter> {
        let letters = self.waiting.values();
        letters.map(|letter| (**letter).clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::Timestamp;
    use tokio::sync::mpsc::UnboundedSender;

    use super::*;

    struct Desk {
        refused: Refused,
        inbox: mpsc::Receiver<(u64, Arc<Letter>)>,
        settle: UnboundedSender<u64>,
    }

    fn desk(most: usize, most_bytes: usize) -> Desk {
        let config = crate::config::parse("", "", std::path::Path::new(""), []);
        let mut limits = config.expect("the defaults").ingest;
        limits.refused_outstanding = most;
        limits.refused_outstanding_bytes = most_bytes;
        let (letters, inbox) = mpsc::channel();
        let (settle, settled) = unbounded_channel();
        Desk {
            refused: Refused::handing_to("calls", &limits, letters, settled),
            inbox,
            settle,
        }
    }

    fn hand_in(refused: &mut Refused, headers: usize) {
        let mut batch = Batch::default();
        let headers = vec![("", None); headers];
        let contents = (None, Some(&b"x"[..]));
        let never = Timestamp::NotAvailable;
        batch.push_parts((0, 0), never, contents, &headers, 1_000);
        refused.hand_in(&batch, &batch.records()[0], "message: not JSON");
    }

    #[test]
    fn one_that_is_not_taken_keeps_room_from_no_other() {
        let mut desk = desk(3, usize::MAX);
        for _ in 0..3 {
            hand_in(&mut desk.refused, 0);
        }
        assert!(!desk.refused.has_room());
        for number in [2, 3] {
            desk.settle.send(number).expect("it is heard");
        }
        assert!(desk.refused.settle(), "the first is left");
        assert!(desk.refused.has_room());
        assert_eq!((desk.refused.count(), desk.refused.waiting().len()), (1, 1));
        desk.settle.send(1).expect("it is heard");
        assert!(!desk.refused.settle());
        assert_eq!(desk.refused.waiting_bytes, 0);
    }

    #[test]
    fn headers_without_a_byte_take_room() {
        let mut desk = desk(usize::MAX, 1_000_000);
        let mut handed_in = 0;
        while desk.refused.has_room() {
            hand_in(&mut desk.refused, 100);
            handed_in += 1;
        }
        assert!(handed_in < 100, "{handed_in}");
    }

    #[test]
    fn what_is_handed_in_again_is_fitted() {
        let mut before = desk(10, usize::MAX);
        let mut batch = Batch::default();
        let large = vec![b'x'; 900_000];
        let contents = (Some(&large[..]), Some(&b"x"[..]));
        let never = Timestamp::NotAvailable;
        batch.push_parts((0, 0), never, contents, &[], usize::MAX);
        before.refused.hand_in(&batch, &batch.records()[0], "");
        let mut letters = before.refused.waiting();
        letters[0].value = Some(large);
        let mut after = desk(10, usize::MAX);
        after.refused.hand_in_again(letters);
        let (number, letter) = after.inbox.recv().expect("a letter");
        assert_eq!((number, letter.key.is_none()), (1, true));
        assert!(letter.size() < 10_000);
    }
}
