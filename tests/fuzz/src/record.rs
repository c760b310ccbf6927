//! Records as the broker hands them over.

use vigie_contract::read::{Malformed, Reading};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::{Fold, Input, Outcome, Settings};
use vigie_server::ingest::batch::{Batch, NamedHeader, Record, Timestamp};

use crate::cut::Cut;
use crate::figures;

/// When the topic begins: a Saturday in Paris, at 10:12.
const BEGINNING: Time = Time::from_seconds(1_795_252_320);

/// A reason goes to logs and headers, whatever it tells of.
const LONGEST_REASON: usize = 4_096;

/// Less than the fuzzer's inputs have: some are too large to be read.
const LARGEST: usize = 2_000;

/// A step of what the broker and the clock do; see [`Steps`] for their bytes.
enum Step<'a> {
    Record(Parts<'a>),
    Advance(Span),
}

/// A record of two partitions' worth, part by part.
struct Parts<'a> {
    partition: i32,
    /// Since the clock's present.
    arrived: Option<Span>,
    key: Option<&'a [u8]>,
    value: Option<&'a [u8]>,
    headers: Vec<(&'a [u8], Option<&'a [u8]>)>,
}

/// The steps that bytes stand for.
///
/// The first byte of a step says which. Its low two bits: a record of
/// partition 0 or 1, or (2, 3) that seconds pass, whose number the next two
/// bytes are. Of a record, three bits more say whether it has a key (a byte of
/// length, then the key), a value (two bytes of length) and an arrival (two
/// bytes, signed seconds), and the high three how many headers follow. A header
/// is a name (a byte of length), a byte that is 0 where it has no value, and
/// else its value (two bytes of length).
struct Steps<'a>(Cut<'a>);

impl<'a> Iterator for Steps<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        let Self(cut) = self;
        if cut.is_empty() {
            return None;
        }
        let kind = cut.byte();
        if kind & 2 != 0 {
            return Some(Step::Advance(Span::from_seconds(i64::from(cut.pair()))));
        }
        Some(Step::Record(Parts {
            partition: i32::from(kind & 1),
            key: (kind & 4 != 0).then(|| cut.short_part()),
            value: (kind & 8 != 0).then(|| cut.long_part()),
            arrived: (kind & 16 != 0)
                .then(|| Span::from_seconds(i64::from(cut.pair().cast_signed()))),
            headers: (0..kind >> 5)
                .map(|_| {
                    let name = cut.short_part();
                    (name, (cut.byte() != 0).then(|| cut.long_part()))
                })
                .collect(),
        }))
    }
}

/// Whatever a record is made of, it ends in exactly one of: an event, one of a
/// type that is not known, a refusal that says why. What is folded leaves a
/// state whose figures can be sent, and which gives the same ones once it was
/// saved and loaded.
pub fn record(bytes: &[u8]) {
    let mut topic = Topic::new();
    for step in Steps(Cut::new(bytes)) {
        match step {
            Step::Record(parts) => topic.take(&parts),
            Step::Advance(span) => topic.pass(span),
        }
    }
    topic.pass(Span::from_seconds(1));
    figures::check(&topic.fold);
    figures::check_saved(&topic.fold, empty());
}

/// A service as far as records go: a clock, offsets and a fold.
struct Topic {
    fold: Fold,
    now: Time,
    next_offsets: [i64; 2],
}

fn empty() -> Fold {
    Fold::new(figures::directory(), Settings::live(Clock::Wall))
}

impl Topic {
    fn new() -> Self {
        Self {
            fold: empty(),
            now: BEGINNING,
            next_offsets: [0; 2],
        }
    }

    fn pass(&mut self, span: Span) {
        self.now = self.now + span;
        let outcome = self.fold.apply(Input::Advance { to: self.now }).outcome;
        assert_eq!(outcome, Outcome::Advanced);
    }

    fn take(&mut self, parts: &Parts<'_>) {
        let offset = self.next_offsets[parts.partition as usize];
        self.next_offsets[parts.partition as usize] += 1;
        // Names that cannot be read do not get this far: the client panics at them.
        let names: Vec<_> = parts
            .headers
            .iter()
            .map(|(name, _)| String::from_utf8_lossy(name))
            .collect();
        let values = parts.headers.iter().map(|(_, value)| *value);
        let headers: Vec<NamedHeader<'_>> = names.iter().map(|name| &**name).zip(values).collect();
        let timestamp = parts.arrived.map_or(Timestamp::NotAvailable, |since| {
            Timestamp::LogAppendTime((self.now + since).0.div_euclid(1_000))
        });
        let mut batch = Batch::default();
        batch.push_parts(
            (parts.partition, offset),
            timestamp,
            (parts.key, parts.value),
            &headers,
            LARGEST,
        );
        let record = &batch.records()[0];
        if record.cut_from().is_none() {
            assert_eq!(batch.key(record), parts.key);
            assert_eq!(batch.value(record), parts.value);
            assert!(batch.headers(record).eq(headers));
        } else {
            assert!(batch.read(record).is_err(), "too large to be read");
        }
        self.fold(&batch, record);
    }

    fn fold(&mut self, batch: &Batch, record: &Record) {
        let (partition, offset) = (record.partition, record.offset);
        let before = self.fold.counters();
        match batch.read(record) {
            Ok(Reading::Event(event)) => {
                let outcome = self
                    .fold
                    .apply(Input::Event {
                        partition,
                        offset,
                        arrived: record.arrived,
                        event: &event,
                    })
                    .outcome;
                if let Outcome::Refused(refusal) = outcome {
                    check_reason(&refusal.to_string());
                }
            }
            Ok(Reading::UnknownType(_)) => {
                self.fold.apply(Input::Skipped { partition, offset });
            }
            Err(malformed) => {
                check_malformed(&malformed);
                self.fold.apply(Input::Refused { partition, offset });
            }
        }
        assert_eq!(self.fold.counters().read, before.read + 1);
        let progress = self.fold.partition(partition).expect("it was read from");
        assert_eq!(progress.next_offset, offset + 1);
    }
}

fn check_malformed(malformed: &Malformed) {
    assert!(!malformed.field.is_empty());
    assert!(!malformed.problem.is_empty(), "{malformed:?}");
    check_reason(&malformed.to_string());
}

fn check_reason(reason: &str) {
    assert!(
        reason.len() <= LONGEST_REASON,
        "{} bytes: {reason}",
        reason.len()
    );
    assert!(!reason.contains(['\n', '\r', '\0']), "{reason:?}");
}
