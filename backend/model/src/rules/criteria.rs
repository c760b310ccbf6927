//! From which value on something is bad, and how long it has to be.

use vigie_contract::time::Span;
use vigie_contract::view::Concern;

/// How values of a kind are held to thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    /// A share, bad if its bound is under the threshold.
    Rate,
    /// A length of time, bad if it is over the threshold.
    Time,
    /// A number, bad from the threshold on.
    Count,
}

/// The nature of what is judged.
pub(crate) const fn nature(concern: Concern) -> Nature {
    match concern {
        Concern::PickUp | Concern::CallbacksReached => Nature::Rate,
        Concern::EstimatedWait | Concern::LongestWait | Concern::DataAge => Nature::Time,
        Concern::CutOff => Nature::Count,
    }
}

/// When something is bad, in a scope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Criterion {
    /// The threshold of a warning.
    pub warning: f64,
    /// The threshold of what is critical.
    pub critical: f64,
    /// How long a threshold has to be passed before that is said.
    pub hold: Span,
    /// How long it must not be passed any more before that is said.
    pub release: Span,
}

/// When each thing that is judged is bad, in a scope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Criteria([Criterion; Concern::ALL.len()]);

/// What a part of the directory says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub warning: Option<f64>,
    pub critical: Option<f64>,
    pub hold: Option<Span>,
    pub release: Option<Span>,
}

/// What a part of the directory says otherwise, by what is judged.
pub(crate) type Changes = [Change; Concern::ALL.len()];

impl Default for Criteria {
    fn default() -> Self {
        Self(Concern::ALL.map(|concern| {
            let (warning, critical) = match concern {
                Concern::PickUp => (0.85, 0.70),
                Concern::EstimatedWait => (180.0, 600.0),
                Concern::LongestWait => (300.0, 900.0),
                Concern::CallbacksReached => (0.90, 0.75),
                Concern::CutOff => (1.0, 10.0),
                Concern::DataAge => (60.0, 300.0),
            };
            let hold = match nature(concern) {
                Nature::Rate => 120,
                Nature::Time | Nature::Count => 60,
            };
            Criterion {
                warning,
                critical,
                hold: Span::from_seconds(hold),
                release: Span::from_seconds(120),
            }
        }))
    }
}

impl Criteria {
    /// When this is bad.
    pub(crate) fn of(&self, concern: Concern) -> Criterion {
        self.0[concern as usize]
    }

    /// When a silence is bad, where one is unusual from so many seconds on.
    pub(crate) fn of_silence(&self, unusual: f64) -> Criterion {
        let criterion = self.of(Concern::DataAge);
        Criterion {
            warning: criterion.warning.max(unusual),
            critical: criterion.critical.max(unusual),
            ..criterion
        }
    }

    /// As a nearer part of the directory has it.
    pub(crate) fn changed(mut self, changes: &Changes) -> Self {
        for (criterion, change) in self.0.iter_mut().zip(changes) {
            criterion.warning = change.warning.unwrap_or(criterion.warning);
            criterion.critical = change.critical.unwrap_or(criterion.critical);
            criterion.hold = change.hold.unwrap_or(criterion.hold);
            criterion.release = change.release.unwrap_or(criterion.release);
        }
        self
    }

    /// What is critical before it is a warning, with both thresholds.
    pub(crate) fn contradictions(&self) -> impl Iterator<Item = (Concern, Criterion)> + '_ {
        let each = Concern::ALL.into_iter().zip(self.0);
        each.filter(|(concern, criterion)| match nature(*concern) {
            Nature::Rate => criterion.critical > criterion.warning,
            Nature::Time | Nature::Count => criterion.critical < criterion.warning,
        })
    }
}
