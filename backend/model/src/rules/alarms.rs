//! What is judged of one scope, and the passing of a judgement.

use serde::{Deserialize, Serialize};
use vigie_contract::view::{Concern, Severity, Suppressed};

use super::alarm::Alarm;
use super::criteria::{Criteria, Nature, nature};
use super::level::Level;
use super::toll::Toll;

/// How bad each thing is that is judged of a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alarms {
    of: [Alarm; Concern::ALL.len()],
    /// The level of the estimated wait when it was last looked at: what passes by time
    /// alone is not looked at every time.
    pub estimated: Level,
    /// How often something had been heard in the hour before the scope fell silent;
    /// `None` while it is not.
    pub pace: Option<i64>,
}

/// Why a scope is not judged, as a whole or in part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Silenced {
    /// Why nothing is judged.
    pub all: Option<Suppressed>,
    /// Whether rates say nothing yet.
    pub is_opening: bool,
    /// Whether its data are so old that nothing else is judged.
    pub is_stale: bool,
}

impl Silenced {
    /// Why something is not judged.
    pub(crate) fn of(self, concern: Concern) -> Option<Suppressed> {
        let stale = self.is_stale && concern != Concern::DataAge;
        let opening = self.is_opening && nature(concern) == Nature::Rate;
        let in_part = match (stale, opening) {
            (true, _) => Some(Suppressed::Stale),
            (false, true) => Some(Suppressed::Opening),
            (false, false) => None,
        };
        self.all.or(in_part)
    }
}

/// A change of how bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub concern: Concern,
    pub from: Severity,
    pub to: Severity,
    /// The second since when it has been so; `None` where it is ok.
    pub since: Option<i64>,
    /// Why it is judged no more, where that is what ended it.
    pub suppressed: Option<Suppressed>,
}

impl Alarms {
    /// Takes in the levels of a judgement, by what is judged, and the toll of the scope
    /// as of it; answers what is silenced from now on, and tells what changed.
    pub(crate) fn judge(
        &mut self,
        (at, toll): (i64, Toll),
        levels: [Level; Concern::ALL.len()],
        criteria: &Criteria,
        mut silenced: Silenced,
        mut turned: impl FnMut(Turn),
    ) -> Silenced {
        // How old the data are decides on all else.
        let first = [Concern::DataAge].into_iter();
        let others = Concern::ALL.into_iter();
        for concern in first.chain(others.filter(|concern| *concern != Concern::DataAge)) {
            let alarm = &mut self.of[concern as usize];
            let from = alarm.state();
            let suppressed = silenced.of(concern);
            match suppressed {
                Some(_) => *alarm = Alarm::default(),
                None => {
                    let level = levels[concern as usize];
                    alarm.judge(at, level, criteria.of(concern), toll);
                }
            }
            let to = alarm.state();
            if to != from {
                turned(Turn {
                    concern,
                    from,
                    to,
                    since: alarm.since(),
                    suppressed,
                });
            }
            if concern == Concern::DataAge {
                silenced.is_stale = to == Severity::Critical;
            }
        }
        silenced
    }

    /// How bad something is, and the second since when.
    pub(crate) fn of(&self, concern: Concern) -> (Severity, Option<i64>) {
        let alarm = &self.of[concern as usize];
        (alarm.state(), alarm.since())
    }

    /// What is above ok: how bad it is, the second since when it has been above ok, and
    /// the toll of the scope as of then.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = (Concern, Severity, (i64, Toll))> {
        let each = Concern::ALL.into_iter().zip(&self.of);
        each.filter_map(|(concern, alarm)| Some((concern, alarm.state(), alarm.stretch()?)))
    }

    /// The worst, with the second since when it has been so: of several, that which has
    /// been so the longest. `None` where all is ok.
    pub(crate) fn worst(&self) -> Option<(Concern, Severity, i64)> {
        let bad = Concern::ALL.into_iter().filter_map(|concern| {
            let (state, since) = self.of(concern);
            Some((concern, state, since?))
        });
        bad.min_by_key(|&(concern, state, since)| (std::cmp::Reverse(state), since, concern))
    }

    /// Whether all is ok and nothing speaks against that.
    pub(crate) fn are_calm(&self) -> bool {
        let is_quiet = self.estimated == Level::default() && self.pace.is_none();
        self.of.iter().all(Alarm::is_calm) && is_quiet
    }
}
