//! The figures of a scope as of an instant.
//!
//! One object for `vigie fold`, `/api/v1/views/{scope}` and the websocket.
//! Names are those of `indicators.md`; durations are seconds as numbers; what
//! is absent is `null`, never 0.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::scope::Scope;
use crate::time::Time;

/// The figures of a scope as of [`View::as_of`]: every event with an earlier
/// time is in them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// A whole second.
    pub as_of: Time,
    /// Whose figures.
    pub scope: Scope,
    /// Which clock made `as_of`.
    pub clock: Clock,
    /// What is going on at `as_of`.
    pub now: Now,
    /// By length of window (`5m`, `15m`, `60m`, `today`), by origin: calls that
    /// asked here.
    pub windows: BTreeMap<String, Window>,
    /// The same by handler: calls that were handled here.
    pub handled: BTreeMap<String, Window>,
    /// Today by quarter-hour, on request.
    pub quarters: Option<Vec<Quarter>>,
    /// The estimated wait of a call that joins now.
    pub estimate: Estimate,
    /// The worst severity of the indicators shown; `null` while thresholds are
    /// not evaluated.
    pub severity: Option<Severity>,
}

/// Which clock an instant was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The time of day.
    Wall,
    /// The time of the events.
    Event,
}

/// What is going on at an instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// Legs that wait for an agent.
    pub waiting: i64,
    /// The same by reason.
    pub waiting_by_reason: ByReason,
    /// Age of the leg that waits longest, since it asked; `null` where none does.
    pub longest_wait_seconds: Option<f64>,
    /// Median age of those waiting.
    pub wait_p50_seconds: Option<f64>,
    /// 90th percentile of the ages of those waiting.
    pub wait_p90_seconds: Option<f64>,
    /// Agents by state.
    pub agents: Agents,
    /// Promises not yet settled.
    pub promises: Promises,
    /// The levers pulled, latest of each kind and queue; `null` above agencies.
    pub levers: Option<Vec<Lever>>,
    /// Since the newest event of the scope; `null` before the first.
    pub data_age_seconds: Option<f64>,
    /// The installations that send its events.
    pub sources: Sources,
    /// Up to when the figures are complete: the oldest of the newest events of
    /// the sources that report; `null` where none does.
    pub complete_to: Option<Time>,
}

/// Agents by their last state, offline after 12 hours of silence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agents {
    /// Not offline.
    pub staffed: i64,
    /// Ready for a call.
    pub available: i64,
    /// Ready for a call, as a state.
    pub ready: i64,
    /// Their set rings.
    pub ringing: i64,
    /// In conversation.
    pub talking: i64,
    /// The caller is on hold.
    pub holding: i64,
    /// After-call work.
    pub wrap_up: i64,
    /// In a pause.
    pub paused: i64,
    /// Signed off, or silent for 12 hours.
    pub offline: i64,
    /// Of the paused, by the reason given; unspecified where none was.
    pub pauses: BTreeMap<String, i64>,
}

/// The installations that send the events of a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Heard of within 24 hours.
    pub known: i64,
    /// Of these, heard of within 300 seconds.
    pub reporting: i64,
}

/// A lever of a queue, as it was last pulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lever {
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
    /// Which lever.
    pub kind: LeverKind,
    /// Open, overflowing, deflecting, offering a call back, or with a message.
    pub on: bool,
    /// Where the queue overflows to.
    pub to: Option<QueuePlace>,
    /// The message that callers hear.
    pub message: Option<String>,
    /// Since when.
    pub since: Time,
}

/// What a queue can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeverKind {
    /// Take calls.
    Open,
    /// Pass calls on to another queue.
    Overflow,
    /// Turn callers away.
    Deflecting,
    /// Offer to call back.
    OfferingCallback,
    /// Play a message.
    Message,
}

/// A queue of an agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePlace {
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
}

/// Waiting legs by why they wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByReason {
    /// The caller asked for an agent.
    pub asked: i64,
    /// Another queue passed it on.
    pub overflow: i64,
    /// An agent passed it on.
    pub transfer: i64,
    /// An agent calls the caller back.
    pub callback: i64,
}

/// Promises of every kind that are not settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promises {
    /// Made and neither reached nor cancelled.
    pub open: i64,
    /// Of these, due within 15 minutes.
    pub due_15m: i64,
    /// Of these, past their due time.
    pub overdue: i64,
}

/// The figures of a window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Counts of first-level calls.
    pub counts: Counts,
    /// The same counts of legs of reason `transfer`.
    pub second_level: Counts,
    /// The same counts of legs of reason `callback`.
    pub callback: Counts,
    /// Rates, each with what it was computed from.
    pub rates: Rates,
    /// Times, in seconds.
    pub times: Times,
    /// How far apart its agencies are; `null` for agencies, queues and lines,
    /// and where no agency has 30 calls.
    pub spread: Option<Spread>,
}

/// The `agent` pick-up rates of the agencies of a scope, those with at least 30
/// calls in the denominator. Quartiles by nearest rank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Agencies compared.
    pub agencies: i64,
    /// The highest rate.
    pub best: f64,
    /// The lowest rate.
    pub worst: f64,
    /// Third quartile less first quartile.
    pub interquartile_range: f64,
}

/// Declares the counts of a window: the struct that crosses the boundary and
/// the enum that the fold counts by, from one list.
macro_rules! counts {
    ($($(#[doc = $doc:literal])+ $variant:ident = $field:ident,)+) => {
        /// The counts of a window (`indicators.md`, Counts of a window).
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Counts {
            /// answered + abandoned + cut_off + lost + callbacks_accepted + voicemails
            pub offered: i64,
            /// offered + deflected_asked
            pub asked: i64,
            /// received − self_served − the three deflected − calls that asked
            /// for an agent, at their first `queued` of reason asked; `null` but
            /// for today in `all`, networks and lines, and where fewer were
            /// received than followed
            pub left_in_ivr: Option<i64>,
            $($(#[doc = $doc])+ pub $field: i64,)+
        }

        /// One of the counts of a window that are counted, not derived.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[repr(u8)]
        pub enum Count {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Count {
            /// Every count, in the order of the list.
            pub const ALL: &'static [Count] = &[$(Count::$variant),+];

            /// The name of the field.
            pub const fn name(self) -> &'static str {
                match self { $(Count::$variant => stringify!($field),)+ }
            }
        }

        impl Counts {
            /// From the value of each counted count; the derived ones follow.
            pub fn from_counted(value: impl Fn(Count) -> i64) -> Self {
                let mut counts = Self {
                    offered: 0,
                    asked: 0,
                    left_in_ivr: None,
                    $($field: value(Count::$variant),)+
                };
                counts.offered = counts.answered + counts.abandoned + counts.cut_off
                    + counts.lost + counts.callbacks_accepted + counts.voicemails;
                counts.asked = counts.offered + counts.deflected_asked;
                counts
            }
        }
    };
}

counts! {
    /// Reached the voice server.
    Received = received,
    /// Of these, outside the opening hours of the line.
    ReceivedOutOfHours = received_out_of_hours,
    /// Of the received, with an identified caller.
    Identified = identified,
    /// Satisfied by the voice server.
    SelfServed = self_served,
    /// Of these, in opening hours.
    SelfServedInHours = self_served_in_hours,
    /// Turned away after asking for an agent, or as closed while open.
    DeflectedAsked = deflected_asked,
    /// Turned away as closed.
    DeflectedClosed = deflected_closed,
    /// Turned away as saturated.
    DeflectedSaturated = deflected_saturated,
    /// Legs opened, of any reason and at any hour, by handler.
    EnteredAll = entered_all,
    /// Legs closed, of any reason and at any hour, by handler.
    ClosedAll = closed_all,
    /// An agent picked up.
    Answered = answered,
    /// The caller hung up first.
    Abandoned = abandoned,
    /// Of these, after less than the short-abandon threshold.
    ShortAbandoned = short_abandoned,
    /// The system dropped the call.
    CutOff = cut_off,
    /// No outcome within two hours.
    Lost = lost,
    /// Chose to be called back.
    CallbacksAccepted = callbacks_accepted,
    /// Chose to leave a message.
    Voicemails = voicemails,
    /// Moved on to another queue.
    OverflowedOut = overflowed_out,
    /// Came from another queue, counted as they close.
    OverflowedIn = overflowed_in,
    /// Came by transfer, counted as they enter.
    TransferredIn = transferred_in,
    /// Callback promises reached by their due time.
    PromisesKept = promises_kept,
    /// Callback promises not reached by their due time, or cancelled.
    PromisesBroken = promises_broken,
    /// Callback promises reached after their due time.
    PromisesKeptLate = promises_kept_late,
    /// Callback promises cancelled, at any time.
    PromisesCancelled = promises_cancelled,
    /// Callback promises attempted in time with nobody reached, as they came due.
    PromisesUnreachable = promises_unreachable,
    /// Promises of any kind forgotten, 24 hours after they were due.
    PromisesForgotten = promises_forgotten,
    /// Attempts without a promise.
    AttemptsWithoutPromise = attempts_without_promise,
    /// Callers who rated the call.
    Surveys = surveys,
    /// An agent's set rang and nobody took it.
    RangUnanswered = rang_unanswered,
    /// Events with an instant of asking that cannot be: left out of them.
    Implausible = implausible,
    /// Outcomes without entry.
    Orphan = orphan,
    /// Entries of a leg that was waiting already.
    Repeated = repeated,
    /// Outcomes of a leg that had closed before.
    Superseded = superseded,
    /// Events more than the allowed lateness behind their partition.
    Late = late,
    /// Events of a day already closed.
    TooLate = too_late,
    /// Events seen before.
    Duplicate = duplicate,
    /// Legs that closed without any wait in opening hours.
    OutOfHours = out_of_hours,
}

/// A rate with what it was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Numerator over denominator.
    pub value: f64,
    /// Numerator and denominator.
    pub of: [i64; 2],
}

impl Rate {
    /// Absent where the denominator is 0.
    pub fn of(numerator: i64, denominator: i64) -> Option<Self> {
        (denominator > 0).then(|| Self {
            value: numerator as f64 / denominator as f64,
            of: [numerator, denominator],
        })
    }
}

/// The rates of a window (`indicators.md`, Pick-up rates, Other rates).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// (answered + promises_kept) ÷ (asked − callbacks_accepted +
    /// promises_kept + promises_broken): the headline.
    pub pick_up_agent: Option<Rate>,
    /// answered ÷ asked, as the family network publishes.
    pub pick_up_presented: Option<Rate>,
    /// answered ÷ (answered + abandoned + cut_off + lost), as platforms show.
    pub pick_up_queue: Option<Rate>,
    /// Answered within X ÷ (answered + abandoned + cut_off + lost) with a known
    /// wait.
    pub service_level: Option<Rate>,
    /// The same, abandons within X left out.
    pub service_level_without_short: Option<Rate>,
    /// The same, abandons within X counted as good.
    pub service_level_short_good: Option<Rate>,
    /// abandoned ÷ (answered + abandoned + cut_off + lost)
    pub abandon_rate: Option<Rate>,
    /// (answered + self_served_in_hours) ÷ (received − received_out_of_hours);
    /// today only, in `all`, networks and lines; absent where `left_in_ivr` is.
    pub pick_up_with_ivr: Option<Rate>,
    /// answered ÷ received, as one health fund counts; today only, in `all`,
    /// networks and lines; absent where `left_in_ivr` is.
    pub pick_up_inbound: Option<Rate>,
    /// Callback promises with an attempt by their due time ÷ those due.
    pub callbacks_called_within_time: Option<Rate>,
    /// Callback promises reached by their due time ÷ those due.
    pub callbacks_reached_within_time: Option<Rate>,
    /// Messages and recontacts handled by their due time ÷ those due.
    pub messages_handled_within_time: Option<Rate>,
    /// Legs that waited longer than first announced ÷ legs that heard an
    /// announcement, those who left before that time aside.
    pub announced_exceeded: Option<Rate>,
    /// identified ÷ received
    pub identification: Option<Rate>,
    /// The `queue` formula over legs of reason transfer.
    pub second_level_pick_up: Option<Rate>,
    /// Scores 4 and 5 ÷ scores.
    pub satisfaction: Option<Rate>,
    /// Microseconds that agents were talking, holding or wrapping up ÷ the
    /// same and ready.
    pub occupancy: Option<Rate>,
}

/// The times of a window, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// Average speed of answer.
    pub answer_mean_seconds: Option<f64>,
    /// Median speed of answer, within 2 %.
    pub answer_p50_seconds: Option<f64>,
    /// 90th percentile of the speed of answer, within 2 %.
    pub answer_p90_seconds: Option<f64>,
    /// 95th percentile of the speed of answer, within 2 %.
    pub answer_p95_seconds: Option<f64>,
    /// The longest wait of an answered leg, within 2 % and never below it.
    pub answer_longest_seconds: Option<f64>,
    /// Average time to abandon.
    pub abandon_mean_seconds: Option<f64>,
    /// (talk + hold + wrap-up) ÷ calls ended.
    pub handle_mean_seconds: Option<f64>,
    /// Average speed of answer of legs of reason transfer.
    pub second_level_answer_mean_seconds: Option<f64>,
    /// Median of the absolute error of what was first announced, over answered
    /// legs, within 2 %.
    pub announced_error_p50_seconds: Option<f64>,
    /// Mean score, from 1 to 5; no time, but a mean like the others.
    pub satisfaction_mean: Option<f64>,
}

/// One quarter-hour of today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quarter {
    /// When it began, UTC.
    pub start: Time,
    /// Its figures by origin.
    pub window: Window,
    /// Its figures by handler.
    pub handled: Window,
    /// What became of those who entered in it.
    pub cohort: Cohort,
}

/// First-level legs (reasons asked and overflow) that entered in a
/// quarter-hour, by handler and at any hour. entered = answered + abandoned +
/// closed_otherwise + waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// Legs opened.
    pub entered: i64,
    /// Of these, answered.
    pub answered: i64,
    /// Of these, abandoned.
    pub abandoned: i64,
    /// Of these, closed in any other way.
    pub closed_otherwise: i64,
    /// Of these, still waiting.
    pub waiting: i64,
}

/// The estimated wait of a call that joins now, were it to wait, and how good
/// such estimates have been.
///
/// Of a queue it is the queue's own; of an agency, a region, a line, or a line in
/// a region, that of its next caller: a mixture of its queues by their arrivals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Mean, in seconds; it may differ from the median.
    pub mean_seconds: Option<f64>,
    /// Median, in seconds.
    pub p50_seconds: Option<f64>,
    /// 90th percentile, in seconds.
    pub p90_seconds: Option<f64>,
    /// Why there is none; `null` where there is one.
    pub reason: Option<NoEstimate>,
    /// What came of those given, over the last 60 minutes.
    pub record_60m: Record,
    /// The same, today.
    pub record_today: Record,
}

/// What came of the estimates given: over calls that waited more than two
/// seconds and were answered, by when they were, once 30 s have passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// How often the wait stayed within the 90th percentile given: 0.9 is right.
    pub held: Option<Rate>,
    /// Median of the absolute error of the median given, in seconds.
    pub error_p50_seconds: Option<f64>,
    /// Mean of the mean given less the wait, in seconds: above 0, waits were
    /// shorter than foreseen.
    pub bias_seconds: Option<f64>,
    /// Such calls whose answer was told more than 30 s late: not scored.
    pub unscored: i64,
}

impl Estimate {
    /// No estimate, for a reason, and no record.
    pub const fn absent(reason: NoEstimate) -> Self {
        Self {
            mean_seconds: None,
            p50_seconds: None,
            p90_seconds: None,
            reason: Some(reason),
            record_60m: Record::NONE,
            record_today: Record::NONE,
        }
    }
}

impl Record {
    /// Of no estimate.
    pub const NONE: Self = Self {
        held: None,
        error_p50_seconds: None,
        bias_seconds: None,
        unscored: 0,
    };
}

/// Why there is no estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoEstimate {
    /// Too little is known of queues of this name.
    TooLittleHistory,
    /// Agents tell of their states here, and none is there.
    NobodyStaffed,
    /// The queue is closed.
    Closed,
    /// There is no next caller of a network, or of all, whose lines differ.
    SeveralLines,
}

impl NoEstimate {
    /// Every reason.
    pub const ALL: [Self; 4] = [
        Self::TooLittleHistory,
        Self::NobodyStaffed,
        Self::Closed,
        Self::SeveralLines,
    ];

    /// Its name, as it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLittleHistory => "too_little_history",
            Self::NobodyStaffed => "nobody_staffed",
            Self::Closed => "closed",
            Self::SeveralLines => "several_lines",
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing to report.
    Ok,
    /// Look at it.
    Warning,
    /// Act.
    Critical,
}

/// What a table shows of a scope in one row: the headline figures of a child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Whose figures.
    pub scope: Scope,
    /// Its name in the directory, else its code.
    pub name: String,
    /// Whether the directory knows it.
    pub known: bool,
    /// Legs that wait for an agent.
    pub waiting: i64,
    /// Age of the leg that waits longest; `null` where none does.
    pub longest_wait_seconds: Option<f64>,
    /// The headline pick-up rate over 15 minutes.
    pub pick_up_agent_15m: Option<Rate>,
    /// The headline pick-up rate of today.
    pub pick_up_agent_today: Option<Rate>,
    /// Calls offered today.
    pub offered_today: i64,
    /// Calls answered today.
    pub answered_today: i64,
    /// Calls abandoned today.
    pub abandoned_today: i64,
    /// Average speed of answer over 15 minutes.
    pub answer_mean_15m_seconds: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_counts_follow() {
        let counts = Counts::from_counted(|count| 1 << (count as u32));
        let sum = counts.answered
            + counts.abandoned
            + counts.cut_off
            + counts.lost
            + counts.callbacks_accepted
            + counts.voicemails;
        assert_eq!(counts.offered, sum);
        assert_eq!(counts.asked, sum + counts.deflected_asked);
    }

    #[test]
    fn reasons_are_written_by_their_names() {
        for reason in NoEstimate::ALL {
            let written = serde_json::to_value(reason).unwrap();
            assert_eq!(written, reason.name());
        }
    }

    #[test]
    fn a_rate_of_nothing_is_absent() {
        assert_eq!(Rate::of(0, 0), None);
        assert_eq!(
            Rate::of(1, 4),
            Some(Rate {
                value: 0.25,
                of: [1, 4]
            })
        );
    }
}
