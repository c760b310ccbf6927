//! Why the pick-up rate `agent` of a scope moved between two windows.
//!
//! One object for `vigie fold --explain` and `/api/v1/explain/{scope}`. Points are
//! hundredths of the rate: from 0.80 to 0.84 it rose by 4 points.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::extent::Extent;
use crate::indicator::{Count, Counts, Rate};
use crate::scope::Scope;
use crate::time::Time;

/// Why `pick_up_agent` of a scope moved between two windows: the change split over what
/// became of the calls, and over the scopes that it is made of. Calls are counted by
/// origin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The scope, or the selection, whose rate moved.
    pub scope: Extent,
    /// The length of both windows: `60m`, `90s`, or `today`.
    pub window: String,
    /// Whether short abandons count against the rate, by the rule of the scope's network.
    /// Where they do not, they are left out of those abandoned and of those who asked,
    /// here and in the children.
    pub short_abandons_count: bool,
    /// The window that the rate moved from.
    pub before: ComparedWindow,
    /// The window that the rate moved to.
    pub after: ComparedWindow,
    /// By how much the rate rose, in points; `null` where one window has no rate.
    pub change_points: Option<f64>,
    /// What each share of those who asked made of the change; `null` where a window has
    /// no shares ([`ComparedWindow::no_shares`]).
    pub parts: Option<Parts>,
    /// What each child made of the change, by scope; `null` where `change_points` is,
    /// and empty for a scope without children.
    pub children: Option<Vec<ChildPart>>,
}

/// How long the windows are that are compared, as somebody asked: `60m`, `90s`, `2h`, or
/// `today`. It is written in minutes where these are whole, as windows are named in views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WindowLength {
    /// So many seconds, from 1 to [`WindowLength::LONGEST_SECONDS`].
    Seconds(i64),
    /// Since local midnight.
    Today,
}

impl Default for WindowLength {
    /// An hour: the windows that are compared where none is asked for.
    fn default() -> Self {
        Self::Seconds(3_600)
    }
}

/// A text that is no length of a window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?}: not a number of s, m or h up to 24h, as in 60m, nor today")]
pub struct NotAWindow(String);

impl WindowLength {
    /// The longest window: all that happened in it is kept second by second.
    pub const LONGEST_SECONDS: i64 = 86_400;
}

impl FromStr for WindowLength {
    type Err = NotAWindow;

    fn from_str(text: &str) -> Result<Self, NotAWindow> {
        if text == "today" {
            return Ok(WindowLength::Today);
        }
        let units = [("h", 3_600), ("m", 60), ("s", 1)];
        let seconds = units.iter().find_map(|(unit, seconds)| {
            let digits = text.strip_suffix(unit)?;
            // A sign would be read as part of the number.
            let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            let number: i64 = digits.parse().ok().filter(|_| is_plain)?;
            number.checked_mul(*seconds)
        });
        seconds
            .filter(|seconds| (1..=Self::LONGEST_SECONDS).contains(seconds))
            .map(WindowLength::Seconds)
            .ok_or_else(|| NotAWindow(text.to_owned()))
    }
}

impl fmt::Display for WindowLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WindowLength::Seconds(seconds) if seconds % 60 == 0 => write!(f, "{}m", seconds / 60),
            WindowLength::Seconds(seconds) => write!(f, "{seconds}s"),
            WindowLength::Today => f.write_str("today"),
        }
    }
}

/// One of the two windows that are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparedWindow {
    /// When the window begins; of `today` the midnight of the scope.
    pub from: Time,
    /// The instant before which the window ends, and that its figures are as of.
    pub to: Time,
    /// What was counted in the window.
    pub counts: Counts,
    /// The rate; `null` where its denominator is 0.
    pub rate: Option<Rate>,
    /// `pick_up_presented` of the window, in which whoever chose to be called back stays
    /// among those who asked; `null` where nobody asked.
    pub presented: Option<Rate>,
    /// Why the rate cannot be written over shares of those who asked; `null` where it
    /// can.
    pub no_shares: Option<NoShares>,
    /// What the rate does not see.
    pub unseen: Unseen,
}

/// Why the rate of a window cannot be written over shares of those who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoShares {
    /// Nobody asked, and no promise was settled: there is no rate.
    NobodyAsked,
    /// All who asked chose to be called back, and no promise was settled: there is no
    /// rate.
    AllToBeCalledBack,
    /// Nobody asked, and promises were settled: there is a rate, and it can be split by
    /// child alone.
    PromisesAlone,
}

/// Facts of a window that its rate does not see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// Calls turned away as saturated.
    pub deflected_saturated: i64,
    /// Calls turned away as closed.
    pub deflected_closed: i64,
    /// Legs that closed without any wait in opening hours.
    pub out_of_hours: i64,
    /// Legs that came from another queue.
    pub overflowed_in: i64,
    /// Legs that moved on to another queue.
    pub overflowed_out: i64,
    /// Calls that left the voice server by no known way out; `null` where a view has
    /// none either: but for `today` in `all`, networks and lines.
    pub left_in_ivr: Option<i64>,
    /// Promises of every kind that were open as the window ended; `null` where that is
    /// not known any more.
    pub promises_open: Option<i64>,
}

/// Declares the shares that the rate is written over from one list.
macro_rules! parts {
    ($($(#[doc = $doc:literal])+ $field:ident = $count:ident,)+) => {
        /// What each share made of the change, in points. The parts add up to
        /// `change_points`.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct Parts {
            $($(#[doc = $doc])+ pub $field: f64,)+
        }

        impl Parts {
            /// The counts whose shares of those who asked make the rate, in the order of
            /// the fields.
            pub const COUNTS: [Count; [$(Count::$count),+].len()] = [$(Count::$count),+];

            /// From the part of each of [`Parts::COUNTS`], in their order.
            pub fn in_order(parts: [f64; Parts::COUNTS.len()]) -> Self {
                let [$($field),+] = parts;
                Self { $($field),+ }
            }

            /// Each count with its part.
            pub fn each(&self) -> impl Iterator<Item = (Count, f64)> + use<> {
                [$((Count::$count, self.$field)),+].into_iter()
            }
        }
    };
}

parts! {
    /// Part of the callers who hung up first.
    abandoned = Abandoned,
    /// Part of the calls that the system dropped.
    cut_off = CutOff,
    /// Part of the legs of which no outcome came.
    lost = Lost,
    /// Part of the callers who chose to be called back. They are those who were not
    /// answered, and leave the rate until their promises are settled: more of them, all
    /// else being equal, never raise it.
    callbacks_accepted = CallbacksAccepted,
    /// Part of the callers who left a message.
    voicemails = Voicemails,
    /// Part of the calls turned away after asking, or as closed while open.
    deflected_asked = DeflectedAsked,
    /// Part of the promises reached by their due time.
    promises_kept = PromisesKept,
    /// Part of the promises not reached by their due time, or cancelled.
    promises_broken = PromisesBroken,
}

/// What a child made of the change of its parent's rate. `rate_points` and
/// `weight_points` of all children add up to `change_points`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildPart {
    /// The child; `null` of what counts in the scope and in none of its children.
    pub scope: Option<Scope>,
    /// Its name in the directory, else its code; `null` where `scope` is.
    pub name: Option<String>,
    /// Its rate before, by the parent's rule of short abandons; `null` where it had
    /// none: it was absent.
    pub before: Option<Rate>,
    /// Its rate after, by the parent's rule of short abandons; `null` where it has none:
    /// it is absent.
    pub after: Option<Rate>,
    /// Its share of the parent's denominator before.
    pub weight_before: f64,
    /// Its share of the parent's denominator after.
    pub weight_after: f64,
    /// What its own rate made of the change, in points: the mean of its two weights
    /// times the change of its rate. 0 where it is absent on one side.
    pub rate_points: f64,
    /// What its weight made of the change, in points: the change of its weight times the
    /// distance of its mean rate from the parent's.
    pub weight_points: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_windows_are_read_and_named_as_views_name_them() {
        for (text, length, name) in [
            ("60m", WindowLength::Seconds(3_600), "60m"),
            ("2h", WindowLength::Seconds(7_200), "120m"),
            ("24h", WindowLength::Seconds(86_400), "1440m"),
            ("90s", WindowLength::Seconds(90), "90s"),
            ("today", WindowLength::Today, "today"),
        ] {
            assert_eq!(text.parse(), Ok(length), "{text}");
            assert_eq!(length.to_string(), name);
            assert_eq!(name.parse(), Ok(length), "{name}");
        }
    }

    #[test]
    fn what_is_no_length_is_named() {
        for text in [
            "",
            "m",
            "60",
            "0m",
            "-5m",
            "+5m",
            "1.5h",
            "25h",
            "86401s",
            "1d",
            "Today",
            "6 m",
            "99999999999999999999s",
            "9223372036854775807h",
            "١m",
            "60m ",
        ] {
            let refused = text.parse::<WindowLength>().unwrap_err().to_string();
            assert!(
                refused.starts_with(&format!("{text:?}: not a number")),
                "{refused}"
            );
        }
    }
}
