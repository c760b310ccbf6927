//! The figures that are compared: as the view has them, and as the truth has
//! them.

use vigie_contract::view::{Now, Rate, Window};
use vigie_simulator::{Figures, State, Waits};

/// A figure of a window.
pub struct Figure {
    pub name: &'static str,
    pub folded: fn(&Window) -> Option<f64>,
    pub truth: fn(&Figures) -> Option<f64>,
}

/// A figure of an instant.
pub struct Standing {
    pub name: &'static str,
    pub folded: fn(&Now) -> f64,
    pub truth: fn(&State) -> f64,
}

/// What the fold does not fill yet. A name that it does fill fails the test,
/// so that the list grows shorter.
pub const NOT_YET: &[&str] = &[];

/// What the truth counts that no figure of a window shows by itself, with where
/// it shows.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("callbacks_promised", "promises_open"),
    ("messages_promised", "promises_open"),
    ("recontacts_promised", "promises_open"),
    ("recontacts_due", "messages_due"),
    ("recontacts_in_time", "messages_in_time"),
    ("calls_ended", "handle_mean"),
    ("survey_scores", "satisfaction_mean"),
];

/// Figures that are a count of the view and a count of the truth.
macro_rules! counts {
    ($($group:ident . $count:ident = $name:ident),+ $(,)?) => {
        [$(Figure {
            name: stringify!($name),
            folded: |window| Some(window.$group.$count as f64),
            truth: |figures| Some(f64::from(figures.counts.$name)),
        }),+]
    };
}

pub const COUNTS: &[Figure] = &counts![
    counts.entered_all = entered_all,
    counts.closed_all = closed_all,
    counts.answered = answered,
    counts.abandoned = abandoned,
    counts.short_abandoned = short_abandoned,
    counts.cut_off = cut_off,
    counts.lost = lost,
    counts.callbacks_accepted = callbacks_accepted,
    counts.voicemails = voicemails,
    counts.overflowed_out = overflowed_out,
    counts.overflowed_in = overflowed_in,
    counts.orphan = orphan,
    counts.deflected_asked = deflected_asked,
    counts.deflected_closed = deflected_closed,
    counts.deflected_saturated = deflected_saturated,
    counts.transferred_in = transferred_in,
    second_level.answered = second_level_answered,
    second_level.abandoned = second_level_abandoned,
    second_level.cut_off = second_level_cut_off,
    second_level.lost = second_level_lost,
    callback.answered = callback_answered,
    callback.abandoned = callback_abandoned,
    callback.cut_off = callback_cut_off,
    counts.promises_kept = promises_kept,
    counts.promises_broken = promises_broken,
    counts.promises_kept_late = promises_kept_late,
    counts.promises_cancelled = promises_cancelled,
    counts.promises_unreachable = promises_unreachable,
    counts.promises_forgotten = promises_forgotten,
    counts.attempts_without_promise = attempts_without_promise,
    counts.rang_unanswered = rang_unanswered,
    counts.surveys = surveys,
];

/// Figures that are a part of a rate, of several groups, or a time.
pub const OTHERS: &[Figure] = &[
    Figure {
        name: "out_of_hours",
        // The truth counts those of every reason.
        folded: |window| {
            let all = window.counts.out_of_hours
                + window.second_level.out_of_hours
                + window.callback.out_of_hours;
            Some(all as f64)
        },
        truth: |figures| Some(f64::from(figures.counts.out_of_hours)),
    },
    Figure {
        name: "answered_within",
        folded: |window| Some(part(window.rates.service_level, 0)),
        truth: |figures| Some(f64::from(figures.counts.answered_within)),
    },
    Figure {
        name: "abandoned_within",
        folded: |window| {
            let all = part(window.rates.service_level_short_good, 0);
            Some(all - part(window.rates.service_level, 0))
        },
        truth: |figures| Some(f64::from(figures.counts.abandoned_within)),
    },
    Figure {
        name: "announcements_heard",
        folded: |window| Some(part(window.rates.announced_exceeded, 1)),
        truth: |figures| Some(f64::from(figures.counts.announcements_heard)),
    },
    Figure {
        name: "announcements_exceeded",
        folded: |window| Some(part(window.rates.announced_exceeded, 0)),
        truth: |figures| Some(f64::from(figures.counts.announcements_exceeded)),
    },
    Figure {
        name: "callbacks_due",
        folded: |window| Some(part(window.rates.callbacks_called_within_time, 1)),
        truth: |figures| Some(f64::from(figures.counts.callbacks_due)),
    },
    Figure {
        name: "callbacks_called_in_time",
        folded: |window| Some(part(window.rates.callbacks_called_within_time, 0)),
        truth: |figures| Some(f64::from(figures.counts.callbacks_called_in_time)),
    },
    Figure {
        name: "callbacks_reached_in_time",
        folded: |window| Some(part(window.rates.callbacks_reached_within_time, 0)),
        truth: |figures| Some(f64::from(figures.counts.callbacks_reached_in_time)),
    },
    Figure {
        name: "messages_due",
        // Messages and recontacts are one rate.
        folded: |window| Some(part(window.rates.messages_handled_within_time, 1)),
        truth: |figures| {
            let counts = figures.counts;
            Some(f64::from(counts.messages_due + counts.recontacts_due))
        },
    },
    Figure {
        name: "messages_in_time",
        folded: |window| Some(part(window.rates.messages_handled_within_time, 0)),
        truth: |figures| {
            let counts = figures.counts;
            Some(f64::from(
                counts.messages_in_time + counts.recontacts_in_time,
            ))
        },
    },
    Figure {
        name: "surveys_satisfied",
        folded: |window| Some(part(window.rates.satisfaction, 0)),
        truth: |figures| Some(f64::from(figures.counts.surveys_satisfied)),
    },
    Figure {
        name: "busy_microseconds",
        folded: |window| Some(part(window.rates.occupancy, 0)),
        truth: |figures| Some(figures.busy_microseconds as f64),
    },
    Figure {
        name: "ready_microseconds",
        folded: |window| Some(part(window.rates.occupancy, 1) - part(window.rates.occupancy, 0)),
        truth: |figures| Some(figures.ready_microseconds as f64),
    },
    Figure {
        name: "second_level_pick_up",
        folded: |window| Some(part(window.rates.second_level_pick_up, 1)),
        truth: |figures| {
            let counts = figures.counts;
            let answered = counts.second_level_answered + counts.second_level_lost;
            let others = counts.second_level_abandoned + counts.second_level_cut_off;
            Some(f64::from(answered + others))
        },
    },
    Figure {
        name: "answer_mean",
        folded: |window| window.times.answer_mean_seconds,
        truth: |figures| mean(figures.answer_waits),
    },
    Figure {
        name: "abandon_mean",
        folded: |window| window.times.abandon_mean_seconds,
        truth: |figures| mean(figures.abandon_waits),
    },
    Figure {
        name: "second_level_answer_mean",
        folded: |window| window.times.second_level_answer_mean_seconds,
        truth: |figures| mean(figures.second_level_waits),
    },
    Figure {
        name: "handle_mean",
        folded: |window| window.times.handle_mean_seconds,
        truth: |figures| {
            ratio(
                figures.handle_microseconds as f64 / 1e6,
                figures.counts.calls_ended,
            )
        },
    },
    Figure {
        name: "satisfaction_mean",
        folded: |window| window.times.satisfaction_mean,
        truth: |figures| {
            ratio(
                f64::from(figures.counts.survey_scores),
                figures.counts.surveys,
            )
        },
    },
];

macro_rules! standings {
    ($($name:ident = |$now:ident| $folded:expr),+ $(,)?) => {
        [$(Standing {
            name: stringify!($name),
            folded: |$now| $folded as f64,
            truth: |state| f64::from(state.$name),
        }),+]
    };
}

pub const STANDINGS: &[Standing] = &standings![
    waiting_asked = |now| now.waiting_by_reason.asked,
    waiting_overflow = |now| now.waiting_by_reason.overflow,
    waiting_transfer = |now| now.waiting_by_reason.transfer,
    waiting_callback = |now| now.waiting_by_reason.callback,
    promises_open = |now| now.promises.open,
    agents_ready = |now| now.agents.ready,
    agents_ringing = |now| now.agents.ringing,
    agents_talking = |now| now.agents.talking,
    agents_holding = |now| now.agents.holding,
    agents_wrap_up = |now| now.agents.wrap_up,
    agents_paused = |now| now.agents.paused,
    paused_lunch = |now| pauses(now, "dejeuner"),
    paused_break = |now| pauses(now, "pause"),
    paused_training = |now| pauses(now, "formation"),
    paused_meeting = |now| pauses(now, "reunion"),
    paused_back_office = |now| pauses(now, "traitement"),
    paused_unanswered = |now| pauses(now, "unspecified"),
];

fn pauses(now: &Now, reason: &str) -> i64 {
    now.agents.pauses.get(reason).copied().unwrap_or_default()
}

/// Numerator (0) or denominator (1) of a rate.
fn part(rate: Option<Rate>, which: usize) -> f64 {
    rate.map_or(0.0, |rate| rate.of[which] as f64)
}

fn mean(waits: Waits) -> Option<f64> {
    ratio(waits.sum_microseconds as f64 / 1e6, waits.count)
}

/// Absent of nothing.
fn ratio(sum: f64, number: u32) -> Option<f64> {
    (number > 0).then(|| sum / f64::from(number))
}
