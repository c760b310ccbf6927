//! How far the reading of one partition is, and whether it is whole.

use std::collections::VecDeque;

use vigie_contract::frame::Trouble;
use vigie_contract::time::{Span, Time};

use super::due::DueEnds;
use crate::engine::holding::HeldMessage;
use crate::ingest::news::PartitionWord;

/// A message that the broker received so recently shows that its partition has
/// been caught up with, though its end may never be seen.
pub const RECENT: Span = Span::from_seconds(2);

/// A leader that has not answered for so long, or messages that have waited for so
/// long to be folded, make figures a part.
const TROUBLED_AFTER: Span = Span::from_seconds(5);

/// The reading of one partition.
#[derive(Debug)]
pub struct PartitionReading {
    /// Whether it was read up to its end, or nearly, since it was assigned or
    /// reconnected.
    pub current: bool,
    /// Whether everything that the broker had was read, and nothing came since.
    pub at_end: bool,
    /// When the last message came, or the partition was assigned.
    pub last_message: Time,
    /// When the partition was taken on.
    pub assigned: Time,
    /// When the leader of the partition last answered or was not asked, or when the
    /// partition was taken on.
    pub answered: Time,
    /// When anything was last heard from the partition, or it was taken on.
    pub heard_from: Time,
    /// What the broker last said of the partition.
    pub word: PartitionWord,
    /// Where reading began, for as long as its state has no offset.
    pub start: Option<i64>,
    /// The offset up to which it was read, those without messages included.
    pub read_to: i64,
    /// What the broker had at which instants, and is to be folded in time.
    pub due: DueEnds,
    /// Why the partition is not whole, and since when.
    pub trouble: Option<(Trouble, Time)>,
    /// Messages read too far ahead of the slowest partition.
    pub held: VecDeque<HeldMessage>,
    /// Whether it is not read for now, since enough is held.
    pub paused: bool,
}

impl PartitionReading {
    /// A partition that is taken on now, to be read from offset `start`, or from its
    /// first.
    pub fn new(start: Option<i64>, now: Time) -> Self {
        Self {
            current: false,
            at_end: false,
            last_message: now,
            assigned: now,
            answered: now,
            heard_from: now,
            word: PartitionWord::default(),
            start,
            read_to: 0,
            due: DueEnds::default(),
            trouble: None,
            held: VecDeque::new(),
            paused: false,
        }
    }

    /// Whether the leader of the partition answered by the time of the broker's last
    /// word. That nobody has had time for a word since is not the leader's silence.
    pub fn answers(&self, told: Time) -> bool {
        self.paused || told - self.answered <= TROUBLED_AFTER
    }

    /// The first offset that was not read, where that is known.
    fn read_through(&self, next_offset: Option<i64>) -> Option<i64> {
        let next = next_offset.or(self.start).or(self.word.low)?;
        Some(next.max(self.read_to))
    }

    /// Messages not yet folded, where the broker told the end of the partition.
    pub fn lag(&self, next_offset: Option<i64>) -> Option<u64> {
        let read = self.read_through(next_offset)?;
        u64::try_from((self.word.end? - read).max(0)).ok()
    }

    /// Takes note of the broker's word, which was true at `told`.
    pub fn heard(&mut self, word: PartitionWord, next_offset: Option<i64>, told: Time) {
        if let Some(silent) = word.silent_for {
            let silent = Span(i64::try_from(silent.as_micros()).unwrap_or(i64::MAX));
            self.heard_from = self.heard_from.max(told - silent);
            self.answered = self.answered.max(self.heard_from);
        }
        if !word.is_asked {
            // That is no silence of its leader's: it is we who do not get on.
            self.answered = self.answered.max(told);
        }
        self.word = word;
        if let Some(end) = word.end {
            self.due.heard(end, self.read_through(next_offset), told);
        }
    }

    /// Finds out whether the partition is whole, by the broker's word of `told`, or
    /// without any word since `deaf_since`.
    pub fn judge(
        &mut self,
        next_offset: Option<i64>,
        (told, deaf_since): (Time, Option<Time>),
        now: Time,
    ) {
        let read = self.read_through(next_offset);
        let waits_since = self.due.since(read);
        let late = waits_since.filter(|since| now - *since > TROUBLED_AFTER);
        let trouble = if !self.answers(told) {
            Some((Trouble::Unanswered, self.answered))
        } else if let Some(since) = late {
            Some((Trouble::Behind, since))
        } else if let Some(since) = deaf_since {
            Some((Trouble::Behind, since))
        } else if !self.paused && told - self.heard_from > TROUBLED_AFTER {
            // It was not asked what it has by now.
            Some((Trouble::Behind, self.heard_from))
        } else if !self.current && (self.trouble.is_some() || now - self.assigned > RECENT) {
            Some((Trouble::Behind, now))
        } else {
            None
        };
        self.trouble = match (trouble, self.trouble) {
            // One trouble may follow from the other: it is one stretch.
            (Some((why, since)), Some((_, before))) => Some((why, since.min(before))),
            (trouble, _) => trouble,
        };
    }
}
