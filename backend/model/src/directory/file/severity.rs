//! From when on something is bad, where it is not as elsewhere, and every fault of it.

use std::collections::BTreeSet;

use vigie_contract::view::Concern;

use super::check::Check;
use super::raw::{RawCriterion, RawSeverity};
use crate::directory::Directory;
use crate::rules::criteria::{Change, Changes, Nature, nature};

impl Check {
    /// What a part of the file says of when something is bad. Its target is the
    /// threshold of a warning for the pick-up rate.
    pub(super) fn criteria(
        &mut self,
        place: &str,
        target: Option<f64>,
        raw: RawSeverity,
    ) -> Changes {
        let mut changes = Changes::default();
        for concern in Concern::ALL {
            let given = match concern {
                Concern::PickUp => raw.pick_up,
                Concern::EstimatedWait => raw.estimated_wait,
                Concern::LongestWait => raw.longest_wait,
                Concern::CallbacksReached => raw.callbacks_reached,
                Concern::CutOff => raw.cut_off,
                Concern::DataAge => raw.data_age,
            };
            let at = format!("{place}.severity.{}", concern.name());
            changes[concern as usize] = self.change(&at, concern, given.unwrap_or_default());
        }
        let pick_up = &mut changes[Concern::PickUp as usize];
        if let Some(warning) = pick_up.warning {
            let problem = format!("{warning}: the target is the threshold of this warning");
            self.fault(format!("{place}.severity.pick_up.warning"), problem);
        }
        pick_up.warning = self.threshold(&format!("{place}.target"), Concern::PickUp, target);
        changes
    }

    fn change(&mut self, place: &str, concern: Concern, raw: RawCriterion) -> Change {
        let at = |field: &str| format!("{place}.{field}");
        Change {
            warning: self.threshold(&at("warning"), concern, raw.warning),
            critical: self.threshold(&at("critical"), concern, raw.critical),
            hold: self.seconds(&at("hold_seconds"), raw.hold_seconds),
            release: self.seconds(&at("release_seconds"), raw.release_seconds),
        }
    }

    fn threshold(&mut self, place: &str, concern: Concern, value: Option<f64>) -> Option<f64> {
        let value = value?;
        let (is_one, what) = match nature(concern) {
            Nature::Rate => (value > 0.0 && value <= 1.0, "a share between 0 and 1"),
            Nature::Time => (
                value > 0.0 && value.is_finite(),
                "a number of seconds above 0",
            ),
            Nature::Count => (
                value >= 1.0 && value.fract() == 0.0,
                "a whole number, 1 or more",
            ),
        };
        if !is_one {
            self.fault(place, format!("{value} is not {what}"));
        }
        Some(value)
    }

    /// Notes where something would be critical before it is a warning, whichever parts
    /// of the file give the two thresholds: once for each pair.
    pub(super) fn contradictions(&mut self, directory: &Directory) {
        let mut told = BTreeSet::new();
        for (scope, _) in directory.scopes() {
            let criteria = directory.criteria_in(&scope);
            for (concern, criterion) in criteria.contradictions() {
                let problem = format!(
                    "critical at {}, which is before the warning at {}",
                    criterion.critical, criterion.warning
                );
                if told.insert((concern, problem.clone())) {
                    self.fault(format!("severity.{} of {scope}", concern.name()), problem);
                }
            }
        }
    }
}
