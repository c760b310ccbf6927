//! A fold of which a test reads, whenever it likes, what happened on the way.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use vigie_model::estimate::Given;
use vigie_model::{
    Decided, Directory, Effect, Folded, IncidentTurned, Input, Outcome, Settings, SeverityChanged,
};

/// A fold, and its effects since they were last taken.
pub struct Fold {
    fold: vigie_model::Fold,
    effects: Vec<Effect>,
}

#[allow(dead_code)] // Each test takes what it looks at.
impl Fold {
    pub fn new(directory: Arc<Directory>, settings: Settings) -> Self {
        Self {
            fold: vigie_model::Fold::new(directory, settings),
            effects: Vec::new(),
        }
    }

    pub fn apply(&mut self, input: Input<'_>) -> Outcome {
        let Folded { outcome, effects } = self.fold.apply(input);
        self.effects.extend(effects);
        outcome
    }

    /// Settles the estimates of all that was read.
    pub fn settle_estimates(&mut self) {
        let given = self.fold.settle_estimates().into_iter();
        self.effects.extend(given.map(Effect::EstimateGiven));
    }

    /// What became of events that were held, since that was last taken.
    pub fn take_decided(&mut self) -> Vec<Decided> {
        self.take(|effect| match effect {
            Effect::Decided(decided) => Ok(decided),
            other => Err(other),
        })
    }

    /// The estimates that were given, since they were last taken.
    pub fn take_estimates(&mut self) -> Vec<Given> {
        self.take(|effect| match effect {
            Effect::EstimateGiven(given) => Ok(given),
            other => Err(other),
        })
    }

    /// The days that closed, since that was last taken: of which partition, and which
    /// instant they ended before.
    pub fn take_closed(&mut self) -> Vec<(i32, vigie_contract::time::Time)> {
        self.take(|effect| match effect {
            Effect::DayClosed {
                partition,
                ended_before,
            } => Ok((partition, ended_before)),
            other => Err(other),
        })
    }

    /// What got worse or better, since that was last taken.
    pub fn take_severity(&mut self) -> Vec<SeverityChanged> {
        self.take(|effect| match effect {
            Effect::SeverityChanged(changed) => Ok(*changed),
            other => Err(other),
        })
    }

    /// What became of incidents, since that was last taken.
    pub fn take_incidents(&mut self) -> Vec<IncidentTurned> {
        self.take(|effect| match effect {
            Effect::IncidentTurned(turned) => Ok(*turned),
            other => Err(other),
        })
    }

    fn take<T>(&mut self, of: impl Fn(Effect) -> Result<T, Effect>) -> Vec<T> {
        let mut taken = Vec::new();
        let mut left = Vec::new();
        for effect in self.effects.drain(..) {
            match of(effect) {
                Ok(one) => taken.push(one),
                Err(other) => left.push(other),
            }
        }
        self.effects = left;
        taken
    }
}

impl Deref for Fold {
    type Target = vigie_model::Fold;

    fn deref(&self) -> &vigie_model::Fold {
        &self.fold
    }
}

impl DerefMut for Fold {
    fn deref_mut(&mut self) -> &mut vigie_model::Fold {
        &mut self.fold
    }
}
