//! What can be said of an indicator beside its formula.

use serde::Serialize;

/// Which part of a view has an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `Counts` of a window, of first-level, second-level and callback legs.
    Count,
    /// `Rates` of a window.
    Rate,
    /// `Times` of a window.
    Time,
    /// How complete a window is.
    Completeness,
    /// `Spread` of a window.
    Spread,
    /// `Cohort` of a quarter-hour.
    Cohort,
    /// `Now`.
    Now,
    /// `Estimate`.
    Estimate,
    /// `Record` of the estimates, over an hour and today.
    Record,
    /// `Callers`, where the scope has any.
    Callers,
    /// `Closing`.
    Closing,
    /// `ClosingScore` of projections, by how long before closing.
    ClosingScore,
    /// `Judged`.
    Judged,
    /// The worst of what is judged.
    Severity,
}

impl Kind {
    /// The places in a view, those within a window below the window's, in which its
    /// figures stand; the first is the one that they are named by. Empty: they stand
    /// there by themselves.
    pub const fn places(self) -> &'static [&'static str] {
        match self {
            Kind::Count => &["counts", "second_level", "callback"],
            Kind::Rate => &["rates"],
            Kind::Time => &["times"],
            Kind::Completeness | Kind::Severity => &[""],
            Kind::Spread => &["spread"],
            Kind::Cohort => &["cohort"],
            Kind::Now => &["now"],
            Kind::Estimate => &["estimate"],
            Kind::Record => &["estimate.record_60m", "estimate.record_today"],
            Kind::Callers => &["callers"],
            Kind::Closing => &["closing"],
            Kind::ClosingScore => &[
                "closing_record.before_60m",
                "closing_record.before_30m",
                "closing_record.before_15m",
            ],
            Kind::Judged => &["judged"],
        }
    }
}

/// In what an indicator is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A whole number.
    Count,
    /// A quotient of two counts, with its numerator and denominator; nearly always a
    /// part of 1.
    Ratio,
    /// Seconds; the times in its formula are microseconds.
    Seconds,
    /// A score from 1 to 5.
    Score,
}

/// In which windows an indicator exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Windows {
    /// In sliding windows, today and quarter-hours.
    All,
    /// In sliding windows and today, not in quarter-hours.
    ButQuarters,
    /// Today alone.
    Today,
}

/// In which scopes an indicator exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scopes {
    /// In every scope.
    All,
    /// In `all`, networks and lines, which know the calls received; absent where
    /// fewer were received than followed, since some platform there does not tell.
    Wide,
}

/// Which way an indicator gets better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    HigherIsBetter,
    /// Less is better.
    LowerIsBetter,
    /// It is neither good nor bad.
    Neither,
}

/// Which legs the counts and quantities of a formula are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legs {
    /// Legs of calls that asked for an agent, overflows included.
    First,
    /// Legs of calls that an agent passed on, of reason `transfer`.
    SecondLevel,
}

/// What becomes of short abandons in the denominator of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortAbandons {
    /// They count as any other abandon.
    Counted,
    /// They are forgiven, that is left out, where the rule of the network says so.
    ByRule,
}
