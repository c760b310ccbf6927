//! A leg that closes, and what it counts.

use vigie_contract::event::QueueReason;
use vigie_contract::time::{MICROS_PER_SECOND, Span, Time};

use super::counts::{Counts, Figures};
use crate::network::AgencyId;

/// A caller who hangs up sooner is a short abandon (the default threshold).
const SHORT_ABANDON_MICROS: i64 = 5 * MICROS_PER_SECOND;
/// The service level counts answers up to this wait (the default threshold).
const WITHIN_MICROS: i64 = 180 * MICROS_PER_SECOND;

/// How a leg closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Answered,
    Abandoned,
    CutOff,
    CallbackAccepted,
    VoicemailLeft,
    Overflowed,
    /// Its outcome never arrived.
    Lost,
}

/// A leg that closes.
#[derive(Clone, Debug)]
pub(crate) struct ClosedLeg {
    pub handler: AgencyId,
    pub origin: AgencyId,
    pub reason: QueueReason,
    pub ending: Ending,
    pub at: Time,
    /// From when its wait counts; `None`: it lies outside opening hours.
    pub counts_from: Option<Time>,
    /// The first wait announced, and when.
    pub announced: Option<(Time, Span)>,
    /// Its entry was never sent.
    pub is_orphan: bool,
}

impl ClosedLeg {
    /// Counts it, at its handler or at its origin.
    pub(super) fn count(&self, figures: &mut Figures) {
        let Some(from) = self.counts_from else {
            figures.counts.out_of_hours += 1;
            return;
        };
        let wait_micros = self.at.0 - from.0;
        match self.reason {
            QueueReason::Callback => self.count_callback(&mut figures.counts),
            QueueReason::Transfer => self.count_second_level(figures, wait_micros),
            QueueReason::Asked | QueueReason::Overflow => {
                self.count_first_level(&mut figures.counts);
                if !self.is_orphan {
                    self.count_wait(figures, wait_micros);
                    self.count_announcement(&mut figures.counts);
                }
            }
        }
    }

    /// Counts a leg of reason callback, which stands apart.
    fn count_callback(&self, counts: &mut Counts) {
        match self.ending {
            Ending::Answered => counts.callback_answered += 1,
            Ending::Abandoned => counts.callback_abandoned += 1,
            Ending::CutOff => counts.callback_cut_off += 1,
            Ending::CallbackAccepted
            | Ending::VoicemailLeft
            | Ending::Overflowed
            | Ending::Lost => unreachable!("a callback is answered, abandoned or cut off"),
        }
    }

    /// Counts a leg of reason transfer, which stands apart too.
    fn count_second_level(&self, figures: &mut Figures, wait_micros: i64) {
        let counts = &mut figures.counts;
        match self.ending {
            Ending::Answered => {
                counts.second_level_answered += 1;
                figures.second_level_waits.record(wait_micros);
            }
            Ending::Abandoned => counts.second_level_abandoned += 1,
            Ending::CutOff => counts.second_level_cut_off += 1,
            Ending::Lost => counts.second_level_lost += 1,
            Ending::CallbackAccepted | Ending::VoicemailLeft | Ending::Overflowed => {
                unreachable!("experts take no messages and pass nothing on")
            }
        }
    }

    fn count_first_level(&self, counts: &mut Counts) {
        counts.orphan += u32::from(self.is_orphan);
        counts.overflowed_in += u32::from(self.reason == QueueReason::Overflow);
        match self.ending {
            Ending::Answered => counts.answered += 1,
            Ending::Abandoned => counts.abandoned += 1,
            Ending::CutOff => counts.cut_off += 1,
            Ending::CallbackAccepted => counts.callbacks_accepted += 1,
            Ending::VoicemailLeft => counts.voicemails += 1,
            Ending::Overflowed => counts.overflowed_out += 1,
            Ending::Lost => counts.lost += 1,
        }
    }

    fn count_wait(&self, figures: &mut Figures, wait_micros: i64) {
        let is_within = u32::from(wait_micros <= WITHIN_MICROS);
        match self.ending {
            Ending::Answered => {
                figures.counts.answered_within += is_within;
                figures.answer_waits.record(wait_micros);
            }
            Ending::Abandoned => {
                figures.counts.abandoned_within += is_within;
                figures.counts.short_abandoned += u32::from(wait_micros < SHORT_ABANDON_MICROS);
                figures.abandon_waits.record(wait_micros);
            }
            Ending::CutOff
            | Ending::CallbackAccepted
            | Ending::VoicemailLeft
            | Ending::Overflowed
            | Ending::Lost => {}
        }
    }

    /// What was announced first against what came: who left before that time
    /// cannot tell.
    fn count_announcement(&self, counts: &mut Counts) {
        let Some((since, announced)) = self.announced else {
            return;
        };
        let is_longer = self.at - since > announced;
        let has_stayed = matches!(
            self.ending,
            Ending::Answered | Ending::CutOff | Ending::Lost
        );
        counts.announcements_heard += u32::from(is_longer || has_stayed);
        counts.announcements_exceeded += u32::from(is_longer);
    }
}
