//! What is told of a leg, as it becomes known.

use vigie_contract::time::Span;

use crate::forecast::Forecast;
use crate::forecaster::Forecasts;
use crate::leg::{Leg, LegOutcome};

/// Something that is told of a leg.
#[derive(Clone, Debug, PartialEq)]
pub enum LegNews {
    /// The leg began.
    Opened {
        /// The leg.
        leg: Leg,
        /// The call's id, where somebody wants it.
        id: Option<Box<str>>,
        /// What the baselines forecast; `None` before there is to be scored.
        forecasts: Option<Box<Forecasts>>,
    },
    /// The leg was open already when it was said to begin.
    Repeated(Leg),
    /// It is known what came of the leg.
    Settled {
        /// The leg.
        leg: Leg,
        /// What came of it.
        outcome: LegOutcome,
        /// The whole wait that was first announced.
        announced: Option<Forecast>,
    },
}

/// A leg that ended, of which it may not be known yet what came of it.
#[derive(Clone, Copy, Debug)]
pub struct EndedLeg {
    /// The leg.
    pub leg: Leg,
    /// The whole wait that was first announced.
    pub announced: Option<Span>,
}

impl EndedLeg {
    /// The news that it is known what came of the leg.
    pub fn settled(self, outcome: LegOutcome) -> LegNews {
        let announced = self.announced.map(|whole| Forecast::point(whole.seconds()));
        LegNews::Settled {
            leg: self.leg,
            outcome,
            announced,
        }
    }
}
