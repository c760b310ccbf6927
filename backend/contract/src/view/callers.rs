//! How callers fared on lines: those who tried to reach an agent, whatever it took.

use serde::{Deserialize, Serialize};

use crate::indicator::Rate;

/// How callers fared today. An episode is a caller on a line on a local day of the
/// line; `docs/callers.md` has the definitions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Callers {
    /// Episodes in which one of the first three attempts was answered within 300 s, of
    /// those of which the first attempt has succeeded or failed.
    pub lived: Option<Rate>,
    /// Episodes of which the first attempt is decided that a promise ended instead of an
    /// answer.
    pub ended_by_promise: Option<Rate>,
    /// Attempts an episode.
    pub attempts_per_episode: Option<Mean>,
    /// Calls whose caller is not known, of those that asked for an agent.
    pub without_caller: Option<Rate>,
    /// Episodes whose caller had asked on the line in the 24 hours before.
    pub repeat_calls: Option<Rate>,
    /// Callers satisfied by the voice server from 26 to 24 hours ago who asked for an
    /// agent within 24 hours: nothing can be added to it any more.
    pub satisfied_and_back: Option<Rate>,
    /// Callers satisfied by the voice server today who have asked for an agent since:
    /// provisional, since their 24 hours go on.
    pub satisfied_and_back_so_far: Option<Rate>,
}

/// A quotient that is no share of anything, with its counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// Numerator over denominator.
    pub value: f64,
    /// Numerator and denominator.
    pub of: [i64; 2],
}

impl Mean {
    /// Absent where the denominator is 0.
    pub fn of(numerator: i64, denominator: i64) -> Option<Self> {
        (denominator > 0).then(|| Self {
            value: numerator as f64 / denominator as f64,
            of: [numerator, denominator],
        })
    }
}
