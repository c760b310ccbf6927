//! Messages into the fold, and what becomes of each.
//!
//! Every message that is read ends here in exactly one counted outcome.

use std::sync::Arc;
use std::time::Instant;

use vigie_contract::read::{Malformed, Reading};
use vigie_contract::time::{Span, Time};
use vigie_model::{Input as FoldInput, Outcome};

use super::progress::Held;
use super::{Engine, wall_clock};
use crate::ingest::batch::{Batch, Record};
use crate::snapshot::MessagePlace;
use crate::telemetry::metrics as names;

/// Of refused messages, one line of the log stands for those of so long.
const LOG_EVERY: Span = Span::from_seconds(10);

impl Engine {
    pub(super) fn fold_batch(&mut self, batch: Batch, now: Time) {
        let started = Instant::now();
        let batch = Arc::new(batch);
        for (index, record) in batch.records().iter().enumerate() {
            let partition = record.partition;
            if !self.progress.is_assigned(partition) {
                continue; // forgotten since it was read
            }
            self.hear_stamp(record);
            self.progress.came(partition, record.stamped, now);
            if self.progress.must_wait(partition) {
                let held: Held = (Arc::clone(&batch), index);
                self.progress.hold(partition, held);
            } else {
                self.fold_record(&batch, record, now);
            }
        }
        self.advance_by_events();
        self.steer_pauses();
        names::record(names::FOLD_SECONDS, started.elapsed());
    }

    /// Compares clocks, and takes note of whose timestamps the topic has.
    fn hear_stamp(&mut self, record: &Record) {
        self.standing.stamped_by(record.arrived.is_some());
        if let Some(arrived) = record.arrived {
            let fresh = self.progress.is_at_end(record.partition);
            self.clock.heard(arrived, wall_clock(), fresh);
        }
    }

    /// Folds messages held back whose turn has come, a batch at most.
    pub(super) fn fold_released(&mut self, now: Time) {
        for _ in 0..self.parts.limits.batch_messages {
            let Some((batch, index)) = self.progress.release() else {
                return;
            };
            self.fold_record(&batch, &batch.records()[index], now);
        }
    }

    fn fold_record(&mut self, batch: &Batch, record: &Record, now: Time) {
        let (partition, offset) = (record.partition, record.offset);
        let known = self.fold.partition(partition);
        if known.is_some_and(|known| offset < known.next_offset) {
            tracing::debug!(partition, offset, "folded before");
            return;
        }
        let place = MessagePlace { partition, offset };
        if self.parts.poison.contains(&place) {
            self.fold.apply(FoldInput::Refused { partition, offset });
            self.counters.count(names::OTHER_TYPE, "refused");
            let reason = "message: folding it had ended the service";
            return self.refuse(batch, record, "poison", "message", reason, now);
        }
        self.parts.suspects.folding(place);
        self.fold_reading(batch, record, now);
        self.parts.suspects.folded();
    }

    fn fold_reading(&mut self, batch: &Batch, record: &Record, now: Time) {
        let (partition, offset) = (record.partition, record.offset);
        let fold = &mut self.fold;
        match batch.read(record) {
            Ok(Reading::Event(event)) => {
                let outcome = fold.apply(FoldInput::Event {
                    partition,
                    offset,
                    arrived: record.arrived,
                    event: &event,
                });
                let event_type = event.body.type_name();
                self.counters.count(event_type, label(&outcome));
                match outcome {
                    Outcome::Applied { late } => {
                        if late {
                            self.counters.count_late();
                        }
                        if let Some(newest) =
                            fold.partition(partition).and_then(|known| known.newest)
                        {
                            self.progress.accepted(partition, newest);
                        }
                    }
                    Outcome::Refused(refusal) => {
                        let reason = refusal.to_string();
                        self.refuse(batch, record, "too_far_ahead", "time", &reason, now);
                    }
                    _ => {}
                }
            }
            Ok(Reading::UnknownType(_)) => {
                fold.apply(FoldInput::Skipped { partition, offset });
                self.counters.count(names::OTHER_TYPE, "skipped");
            }
            Err(malformed) => {
                fold.apply(FoldInput::Refused { partition, offset });
                self.counters.count(names::OTHER_TYPE, "refused");
                let kind = kind_of(&malformed);
                let reason = malformed.to_string();
                self.refuse(batch, record, kind, &malformed.field, &reason, now);
            }
        }
    }

    fn refuse(
        &mut self,
        batch: &Batch,
        record: &Record,
        kind: &'static str,
        field: &str,
        reason: &str,
        now: Time,
    ) {
        metrics::counter!(names::REFUSED, "reason" => kind).increment(1);
        self.parts.refused.hand_in(batch, record, reason);
        let (logged, since) = &mut self.refused_log;
        *since += 1;
        if now - *logged >= LOG_EVERY {
            // The reason may hold the value: it goes with the message, not here.
            tracing::warn!(
                partition = record.partition,
                offset = record.offset,
                kind,
                field,
                refused = *since,
                "messages refused"
            );
            self.refused_log = (now, 0);
        }
    }
}

fn label(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Applied { .. } => "applied",
        Outcome::Duplicate => "duplicate",
        Outcome::TooLate => "too_late",
        Outcome::Refused(_) => "refused",
        Outcome::Skipped | Outcome::Advanced => "skipped",
    }
}

/// The label of a malformed message in the metric of refused ones.
fn kind_of(malformed: &Malformed) -> &'static str {
    if malformed
        .problem
        .starts_with("looks like a telephone number")
    {
        "personal_data"
    } else {
        "malformed"
    }
}
