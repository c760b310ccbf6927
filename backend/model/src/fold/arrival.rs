//! Whether an event can be believed, by when it arrived, or by those around it.

use vigie_contract::event::Event;
use vigie_contract::read::{Reading, structured};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;

use super::input::{Decided, Effect, Outcome};
use super::state::Fold;
use crate::partition::Partition;
use crate::partition::admission::Admitted;
use crate::partition::held::{Verdict, Verdicts};
use crate::refusal::Refusal;

/// An event may be this far ahead of its arrival.
const AHEAD_OF_ARRIVAL: Span = Span::from_seconds(60);

impl Fold {
    pub(super) fn fold_event(
        &mut self,
        (number, offset): (i32, i64),
        arrived: Option<Time>,
        event: &Event<'_>,
    ) -> Outcome {
        // Once caught up, silence goes by the clock on the wall.
        let heard = match (self.settings.clock, arrived) {
            (Clock::Wall, Some(arrived)) => arrived,
            (Clock::Wall, None) | (Clock::Event, _) => event.time,
        };
        if let Some(arrived) = arrived
            && self.settings.trusts_arrivals
        {
            let limit = arrived + AHEAD_OF_ARRIVAL;
            if event.time <= limit {
                return self.take_in(number, heard, event);
            }
            let time = event.time;
            return self.refuse(Refusal::TooFarAhead { time, limit });
        }
        let Some(partition) = self.partitions.get_mut(&number) else {
            unreachable!("every event moves its partition first");
        };
        let newest = partition.newest();
        if partition.held.reaches(event.time, newest) {
            if partition.held.is_over() {
                let due = partition.held.due(newest);
                self.decide(number, due);
            }
            return self.take_in(number, heard, event);
        }
        partition
            .held
            .hold(offset, heard, event, &self.terms.pseudonyms);
        let due = partition.held.due(newest);
        self.counters.held += 1;
        self.decide(number, due);
        Outcome::Held
    }

    /// Whether a partition's clock starts, now that nothing has come for a while.
    pub(super) fn note_quiet(&mut self, number: i32) -> Outcome {
        if let Some(partition) = self.partitions.get_mut(&number) {
            let due = partition.held.quiet();
            self.decide(number, due);
        }
        Outcome::Noted
    }

    /// Decides about all that is held of a partition.
    pub(super) fn note_end(&mut self, number: i32) -> Outcome {
        if let Some(partition) = self.partitions.get_mut(&number) {
            let newest = partition.newest();
            let due = partition.held.end(newest);
            self.decide(number, due);
        }
        Outcome::Noted
    }

    /// Whether the arrivals given say when events came (`Settings::trusts_arrivals`), once
    /// that is known of a topic.
    pub fn trust_arrivals(&mut self, trusts: bool) {
        self.settings.trusts_arrivals = trusts;
    }

    fn decide(&mut self, partition: i32, due: Verdicts) {
        for (held, verdict) in due {
            self.counters.held -= 1;
            let message = held.message(&self.terms.pseudonyms);
            let outcome = match (verdict, structured(message.as_bytes())) {
                (Verdict::Refused(refusal), _) => self.refuse(refusal),
                (Verdict::TakenIn, Ok(Reading::Event(event))) => {
                    self.take_in(partition, held.heard, &event)
                }
                // It was read once, and written as it was understood.
                (Verdict::TakenIn, Ok(Reading::UnknownType(_)) | Err(_)) => {
                    self.refuse(Refusal::Malformed)
                }
            };
            let newest = self.partitions.get(&partition);
            self.effects.push(Effect::Decided(Decided {
                partition,
                offset: held.offset,
                message,
                outcome,
                newest: newest.and_then(Partition::newest),
            }));
        }
    }

    /// Takes the held events of a partition whose state goes out of the counts: they
    /// belong to nobody here.
    pub(super) fn forget_held(&mut self, partition: i32) {
        if let Some(known) = self.partitions.get(&partition) {
            self.counters.read -= known.held.len() as u64;
            self.counters.held -= known.held.len() as u64;
        }
    }

    fn refuse(&mut self, refusal: Refusal) -> Outcome {
        self.counters.refused += 1;
        Outcome::Refused(refusal)
    }

    /// Folds an event whose time can be believed.
    fn take_in(&mut self, number: i32, heard: Time, event: &Event<'_>) -> Outcome {
        let Some(partition) = self.partitions.get_mut(&number) else {
            unreachable!("every event moves its partition first");
        };
        match partition.apply(event, heard, &mut self.terms) {
            Admitted::TooLate => {
                self.counters.too_late += 1;
                Outcome::TooLate
            }
            Admitted::Duplicate => {
                self.counters.duplicate += 1;
                Outcome::Duplicate
            }
            Admitted::Applied { late, day_closed } => {
                self.counters.applied += 1;
                self.counters.late += u64::from(late);
                if let Some(ended_before) = partition.closed_before().filter(|_| day_closed) {
                    self.effects.push(Effect::DayClosed {
                        partition: number,
                        ended_before,
                    });
                }
                Outcome::Applied { late }
            }
        }
    }
}
