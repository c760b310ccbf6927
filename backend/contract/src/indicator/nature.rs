//! What can be said of an indicator beside its formula.

/// Which of the structs of a window has an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Counts`, of first-level, second-level and callback legs.
    Count,
    /// `Rates`.
    Rate,
    /// `Times`.
    Time,
}

/// In what an indicator is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A whole number.
    Count,
    /// A part of 1, with its numerator and denominator.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortAbandons {
    /// They count as any other abandon.
    Counted,
    /// They are forgiven, that is left out, where the rule of the network says so.
    ByRule,
}
