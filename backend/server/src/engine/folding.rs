//! Messages into the fold, and what becomes of each.
//!
//! Every message that is read ends here in exactly one counted outcome.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vigie_contract::incident::Cause;
use vigie_contract::read::{self, Malformed, Reading};
use vigie_contract::time::Time;
use vigie_contract::view::Suppressed;
use vigie_model::{
    Decided, Effect, Folded, IncidentTurned, Input as FoldInput, Outcome, Refusal, SeverityChanged,
};

use super::holding::{HeldMessage, Unfolded};
use super::state::Engine;
use super::time_of_day::{since, wall_clock};
use crate::ingest::batch::{Batch, Record, Timestamp};
use crate::snapshot::MessagePlace;
use crate::telemetry::metrics as names;

/// How long messages are folded at a time before whatever else has happened has its
/// turn: a message may cost anything.
const TURN: Duration = Duration::from_millis(100);

/// The content type of a refused message that is written anew.
const STRUCTURED: &[u8] = b"application/cloudevents+json";

impl Engine {
    /// Takes a batch from the reader.
    pub(super) fn take(&mut self, batch: Batch, read: Instant) {
        let batch = self.progress.weigh(batch);
        let next = 0;
        self.unfolded = Some(Unfolded { batch, next, read });
    }

    /// Folds what waits, for a while: what was held back and may be folded now, then
    /// what was taken.
    pub(super) fn fold_on(&mut self, now: Time) {
        let started = Instant::now();
        self.fold_released(started);
        self.fold_taken(started, now);
        self.advance_by_events(now);
        self.steer_pauses();
        names::record(names::FOLD_SECONDS, started.elapsed());
    }

    /// Folds messages held back whose turn has come, a batch at most.
    fn fold_released(&mut self, started: Instant) {
        for _ in 0..self.parts.batch_messages {
            if started.elapsed() >= TURN {
                return;
            }
            let Some((batch, index)) = self.progress.release() else {
                return;
            };
            self.fold_record(&batch, &batch.records()[index]);
        }
    }

    fn fold_taken(&mut self, started: Instant, now: Time) {
        let Some(mut unfolded) = self.unfolded.take() else {
            return;
        };
        let batch = Arc::clone(&unfolded.batch);
        while let Some(record) = batch.records().get(unfolded.next) {
            if started.elapsed() >= TURN {
                self.unfolded = Some(unfolded);
                return;
            }
            self.meet(&unfolded, record, now);
            unfolded.next += 1;
        }
    }

    /// Folds a message that was taken, or holds it back.
    fn meet(&mut self, unfolded: &Unfolded, record: &Record, now: Time) {
        let partition = record.partition;
        if !self.progress.is_assigned(partition) {
            return; // forgotten since it was read
        }
        self.hear_stamp(record, unfolded.read);
        self.progress.came(partition, record.stamped, now);
        if self.progress.must_wait(partition) {
            let held: HeldMessage = (Arc::clone(&unfolded.batch), unfolded.next);
            self.progress.hold(partition, held);
        } else {
            self.fold_record(&unfolded.batch, record);
        }
    }

    /// Compares clocks as they were when a message was read, and takes note of whose
    /// timestamps the topic has.
    fn hear_stamp(&mut self, record: &Record, read: Instant) {
        self.hear_of_stamps(record.arrived.is_some());
        if let Some(arrived) = record.arrived {
            let fresh = self.progress.is_at_end(record.partition);
            let system = wall_clock() - since(read);
            self.clock.heard(record.partition, arrived, system, fresh);
        }
    }

    fn fold_record(&mut self, batch: &Batch, record: &Record) {
        let (partition, offset) = (record.partition, record.offset);
        let known = self.fold.partition(partition);
        if known.is_some_and(|known| offset < known.next_offset) {
            tracing::debug!(partition, offset, "folded before");
            return;
        }
        let place = MessagePlace { partition, offset };
        if self.parts.poison.contains(&place) {
            self.apply(FoldInput::Refused { partition, offset });
            self.counters.count(names::OTHER_TYPE, "refused");
            let reason = "message: folding it had ended the service";
            return self.refuse(batch, record, "poison", "message", reason);
        }
        self.parts.suspects.folding(place);
        self.fold_reading(batch, record);
        self.parts.suspects.folded();
    }

    fn fold_reading(&mut self, batch: &Batch, record: &Record) {
        let (partition, offset) = (record.partition, record.offset);
        match batch.read(record) {
            Ok(Reading::Event(event)) => {
                let Folded { outcome, effects } = self.fold.apply(FoldInput::Event {
                    partition,
                    offset,
                    arrived: record.arrived,
                    event: &event,
                });
                self.note_outcome(partition, event.body.type_name(), outcome);
                if let Outcome::Refused(refusal) = outcome {
                    self.refuse_time(batch, record, refusal);
                }
                self.react_to(effects);
            }
            Ok(Reading::UnknownType(_)) => {
                self.apply(FoldInput::Skipped { partition, offset });
                self.counters.count(names::OTHER_TYPE, "skipped");
            }
            Err(malformed) => {
                self.apply(FoldInput::Refused { partition, offset });
                self.counters.count(names::OTHER_TYPE, "refused");
                let kind = kind_of(&malformed);
                let reason = malformed.to_string();
                self.refuse(batch, record, kind, &malformed.field, &reason);
            }
        }
    }

    /// Lets the clocks of partitions start of which few events came, and none for
    /// some seconds.
    pub(super) fn let_quiet_start(&mut self, now: Time) {
        let quiet: Vec<i32> = self.progress.quiet(now).collect();
        for partition in quiet {
            self.apply(FoldInput::Quiet { partition });
        }
    }

    /// Folds an input of which nothing but its effects matters.
    pub(super) fn apply(&mut self, input: FoldInput<'_>) {
        let Folded { effects, .. } = self.fold.apply(input);
        self.react_to(effects);
    }

    /// Does what has to be done about what happened in the fold.
    fn react_to(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Decided(decided) => self.note_decided(&decided),
                Effect::DayClosed {
                    partition,
                    ended_before,
                } => {
                    let ended_before = ended_before.to_string();
                    tracing::info!(
                        partition,
                        ended_before,
                        "days are closed: what comes of them now is too late"
                    );
                }
                // Only scoring records them.
                Effect::EstimateGiven(_) => {}
                Effect::SeverityChanged(changed) => note_severity(&changed),
                Effect::IncidentTurned(turned) => note_incident(&turned),
            }
        }
    }

    /// Counts an event once it is decided what becomes of it.
    fn note_outcome(&mut self, partition: i32, event_type: &'static str, outcome: Outcome) {
        if outcome == Outcome::Held {
            return;
        }
        self.counters.count(event_type, label(&outcome));
        if let Outcome::Applied { late } = outcome {
            if late {
                self.counters.count_late();
            }
            let known = self.fold.partition(partition);
            if let Some(newest) = known.and_then(|known| known.newest) {
                self.progress.accepted(partition, newest);
            }
        }
    }

    /// Takes note of what became of an event that was held. Its message is gone, so
    /// a refused event is handed in as it was understood.
    fn note_decided(&mut self, decided: &Decided) {
        let message = decided.message.as_bytes();
        let Ok(Reading::Event(event)) = read::structured(message) else {
            return;
        };
        self.note_outcome(decided.partition, event.body.type_name(), decided.outcome);
        if let Outcome::Refused(refusal) = decided.outcome {
            let mut batch = Batch::default();
            batch.push_parts(
                (decided.partition, decided.offset),
                Timestamp::NotAvailable,
                (Some(event.key().as_bytes()), Some(message)),
                &[("content-type", Some(STRUCTURED))],
                usize::MAX,
            );
            self.refuse_time(&batch, &batch.records()[0], refusal);
        }
    }

    fn refuse_time(&mut self, batch: &Batch, record: &Record, refusal: Refusal) {
        let kind = match refusal {
            Refusal::TooFarAhead { .. } => "too_far_ahead",
            Refusal::TooFarBehind { .. } => "too_far_behind",
            Refusal::Malformed => "malformed",
        };
        self.refuse(batch, record, kind, "time", &refusal.to_string());
    }

    fn refuse(
        &mut self,
        batch: &Batch,
        record: &Record,
        kind: &'static str,
        field: &str,
        reason: &str,
    ) {
        metrics::counter!(names::REFUSED, "reason" => kind).increment(1);
        self.parts.refused.hand_in(batch, record, reason);
        if let Some(refused) = self.refused_log.happened(Instant::now()) {
            // The reason may hold the value: it goes with the message, not here.
            tracing::warn!(
                partition = record.partition,
                offset = record.offset,
                kind,
                field,
                refused,
                "messages refused"
            );
        }
    }
}

fn note_severity(changed: &SeverityChanged) {
    names::severity_changes(changed.concern, changed.to).increment(1);
    let ended = changed.suppressed.map(Suppressed::name);
    tracing::debug!(
        scope = %changed.scope,
        concern = changed.concern.name(),
        from = changed.from.name(),
        to = changed.to.name(),
        at = %changed.at,
        since = changed.since.map(tracing::field::display),
        no_longer_judged = ended,
        "severity"
    );
}

fn note_incident(turned: &IncidentTurned) {
    names::incidents(turned.turned).increment(1);
    let incident = &turned.incident;
    let (id, at, turned) = (&incident.id, turned.at, turned.turned.name());
    let (cause, worst) = (incident.cause.name(), incident.worst.name());
    let (parts, merged_into) = (incident.parts_total, incident.merged_into.as_deref());
    // A country has hundreds of those that are of one agency in a day.
    match incident.cause {
        Cause::Alone => {
            tracing::debug!(id, turned, %at, cause, worst, parts, merged_into, "incident");
        }
        Cause::SharedRegion
        | Cause::SharedLineRegion
        | Cause::SharedNetwork
        | Cause::SharedLine
        | Cause::SharedFeed
        | Cause::SilentSource => {
            tracing::info!(id, turned, %at, cause, worst, parts, merged_into, "incident");
        }
    }
}

fn label(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Applied { .. } => "applied",
        Outcome::Duplicate => "duplicate",
        Outcome::TooLate => "too_late",
        Outcome::Refused(_) => "refused",
        Outcome::Skipped | Outcome::Held | Outcome::Noted | Outcome::Advanced => "skipped",
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
