//! What the catalogue says of an indicator.

use std::iter::{Chain, Copied};
use std::{option, slice};

use super::count::{Count, Operand, Sign, Term};
use super::nature::{Direction, Kind, Legs, Scopes, ShortAbandons, Unit, Windows};
use super::parts::Part;
use super::quantity::Distribution;
use super::text::Words;

/// An entry of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// The field in the struct of its kind.
    pub name: &'static str,
    /// Which of the structs of a window has it.
    pub kind: Kind,
    /// The unit in which it is measured.
    pub unit: Unit,
    /// In which windows it exists.
    pub windows: Windows,
    /// In which scopes it exists.
    pub scopes: Scopes,
    /// Which way it gets better.
    pub direction: Direction,
    /// Which legs the counts and quantities of its formula are about.
    pub legs: Legs,
    /// What becomes of short abandons in its denominator.
    pub short_abandons: ShortAbandons,
    /// How it is computed.
    pub formula: Formula,
    /// What is said of it.
    pub words: Words,
    /// The version of its definition, from 1: raised whenever the same events come to
    /// another value.
    pub version: u16,
}

/// How an indicator is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// It is counted, event by event.
    Counted(Count),
    /// A sum of other counts.
    Sum(&'static [Term]),
    /// One sum over another: a rate, or a mean.
    Quotient {
        /// The terms of the numerator.
        numerator: &'static [Term],
        /// The terms of the denominator, short abandons not yet forgiven.
        denominator: &'static [Term],
        /// Both sides written out in counts and quantities alone.
        parts: &'static [Part],
    },
    /// The percentile by nearest rank.
    Percentile {
        /// The lengths of time of which the percentile is taken.
        of: Distribution,
        /// Which percentile, from 1 to 99.
        percent: u8,
    },
    /// The longest wait of an answered leg.
    LongestAnswerWait,
}

/// The terms of one side of a quotient.
pub type Side = Chain<Copied<slice::Iter<'static, Term>>, option::IntoIter<Term>>;

impl Indicator {
    /// Whether short abandons are left out of its denominator, under the rule of
    /// a network by which they count as any other abandon or do not.
    pub fn forgives_short_abandons(&self, short_abandons_count: bool) -> bool {
        match self.short_abandons {
            ShortAbandons::Counted => false,
            ShortAbandons::ByRule => !short_abandons_count,
        }
    }

    /// The numerator and the denominator, where its formula is a quotient, under
    /// the rule of a network on short abandons.
    pub fn sides(&self, short_abandons_count: bool) -> Option<[Side; 2]> {
        const FORGIVEN: Term = Term {
            sign: Sign::Less,
            operand: Operand::Count(Count::ShortAbandoned),
        };
        match self.formula {
            Formula::Quotient {
                numerator,
                denominator,
                parts: _,
            } => {
                let side = |terms: &'static [Term], forgiven| terms.iter().copied().chain(forgiven);
                let forgives = self.forgives_short_abandons(short_abandons_count);
                Some([
                    side(numerator, None),
                    side(denominator, forgives.then_some(FORGIVEN)),
                ])
            }
            Formula::Counted(_)
            | Formula::Sum(_)
            | Formula::Percentile { .. }
            | Formula::LongestAnswerWait => None,
        }
    }
}
