//! The slots of a tally: what it sums, each under a number.

use serde::{Deserialize, Serialize};
use vigie_contract::view::Count;

use crate::{codes, histogram};

/// Which calls a count is about: legs of reason `transfer` and `callback` are
/// counted apart. Its number is part of saved states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Family {
    /// Asked for an agent, overflows included.
    First = 0,
    /// Reason `transfer`.
    SecondLevel = 1,
    /// Reason `callback`.
    Callback = 2,
}

/// What is summed beside the counts of the contract. Their numbers are part of saved
/// states, as those of [`codes::count`] are: a new one gets the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Extra {
    /// Legs answered, abandoned, cut off or lost, with a known wait.
    KnownWaits = 64,
    /// Legs answered with a known wait.
    AnswerWaits = 65,
    /// Waits of the legs answered, in microseconds.
    AnswerMicros = 66,
    /// Legs answered within the threshold X of the service level.
    AnsweredWithin = 67,
    /// Legs abandoned with a known wait.
    AbandonWaits = 68,
    /// Waits of the legs abandoned, in microseconds.
    AbandonMicros = 69,
    /// Legs abandoned within the threshold X of the service level.
    AbandonedWithin = 70,
    /// Calls ended.
    Ended = 71,
    /// Talk, hold and wrap-up, in microseconds.
    HandleMicros = 72,
    /// Callback promises that came due.
    CallbacksDue = 73,
    /// Callback promises with an attempt by their due time.
    CallbacksCalled = 74,
    /// Callback promises reached by their due time.
    CallbacksReached = 75,
    /// Messages and recontacts that came due.
    MessagesDue = 76,
    /// Messages and recontacts handled by their due time.
    MessagesHandled = 77,
    /// Legs judged by the wait announced.
    Announced = 78,
    /// Legs that waited longer than the wait announced.
    AnnouncedExceeded = 79,
    /// Sum of the scores of surveys.
    Score = 80,
    /// Scores of 4 and 5.
    Satisfied = 81,
    /// Received, less those that left the voice server by any way out.
    LeftInIvr = 82,
    /// Agents that became busy, less those that ceased to be.
    Busy = 83,
    /// Changes of busy agents, each times its instant in microseconds: wraps round.
    BusyMicros = 84,
    /// Changes of busy agents, each times microseconds since local midnight.
    BusyToday = 85,
    /// Agents that became ready, less those that ceased to be.
    Ready = 86,
    /// Changes of ready agents, each times its instant in microseconds: wraps round.
    ReadyMicros = 87,
    /// Changes of ready agents, each times microseconds since local midnight.
    ReadyToday = 88,
    /// First-level legs that entered in the quarter-hour.
    CohortEntered = 89,
    /// Legs that entered in the quarter-hour and were answered.
    CohortAnswered = 90,
    /// Legs that entered in the quarter-hour and were abandoned.
    CohortAbandoned = 91,
    /// Legs that entered in the quarter-hour and closed in another way.
    CohortOther = 92,
    /// Answered calls for which a wait had been foreseen.
    Foreseen = 93,
    /// Calls with a foreseen wait that waited within the 90th percentile given.
    ForeseenHeld = 94,
    /// The means given less the waits, in microseconds.
    ForeseenBiasMicros = 95,
    /// Calls with a foreseen wait, answered, and told too late to be scored.
    ForeseenUnscored = 96,
    /// Legs answered after at most 20 seconds.
    AnsweredTo20 = 97,
    /// Legs answered after more than 20 seconds and at most a minute.
    AnsweredTo60 = 98,
    /// Legs answered after more than a minute and at most three.
    AnsweredTo180 = 99,
    /// Legs answered after more than three minutes and at most five.
    AnsweredTo300 = 100,
    /// Legs answered after more than five minutes and at most ten.
    AnsweredTo600 = 101,
    /// Promises that came due and were predicted to be missed.
    PredictedMissed = 102,
    /// Promises predicted to be missed that were.
    MissedAsPredicted = 103,
    /// Promises missed that had been made when that was to be predicted.
    MissedKnownAhead = 104,
}

impl Extra {
    /// What is counted by the quarter-hour in which a leg entered, and not when it
    /// happened: in no window.
    pub(crate) const COHORT: [Extra; 4] = [
        Extra::CohortEntered,
        Extra::CohortAnswered,
        Extra::CohortAbandoned,
        Extra::CohortOther,
    ];

    /// The answers of which fixed service levels are made, each from the one before up
    /// to so many seconds.
    pub(crate) const ANSWERED_TO: [(i64, Extra); 5] = [
        (20, Extra::AnsweredTo20),
        (60, Extra::AnsweredTo60),
        (180, Extra::AnsweredTo180),
        (300, Extra::AnsweredTo300),
        (600, Extra::AnsweredTo600),
    ];
}

/// The number under which a [`super::Tally`] keeps one sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Slot(pub(super) u16);

const FAMILY: u16 = 128;
pub(super) const WAITS: u16 = 3 * FAMILY;
pub(super) const ANNOUNCED_ERRORS: u16 = WAITS + 3 * histogram::BINS;
pub(super) const ESTIMATE_ERRORS: u16 = ANNOUNCED_ERRORS + histogram::BINS;
pub(super) const SLOTS: u16 = ESTIMATE_ERRORS + histogram::BINS;

const _: () = assert!(Count::ALL.len() < Extra::KnownWaits as usize);
const _: () = assert!((Extra::MissedKnownAhead as u16) < FAMILY);

impl Slot {
    pub(crate) fn count(family: Family, count: Count) -> Self {
        Slot(family as u16 * FAMILY + codes::count::code(count) as u16)
    }

    pub(crate) fn extra(family: Family, extra: Extra) -> Self {
        Slot(family as u16 * FAMILY + extra as u16)
    }

    /// The bin of the wait of an answered leg.
    pub(crate) fn answer_wait(family: Family, micros: i64) -> Self {
        Slot(WAITS + family as u16 * histogram::BINS + histogram::bin(micros))
    }

    /// The bin of the error of an announcement.
    pub(crate) fn announced_error(micros: i64) -> Self {
        Slot(ANNOUNCED_ERRORS + histogram::bin(micros))
    }

    /// The bin of the error of an estimate.
    pub(crate) fn estimate_error(micros: i64) -> Self {
        Slot(ESTIMATE_ERRORS + histogram::bin(micros))
    }
}
