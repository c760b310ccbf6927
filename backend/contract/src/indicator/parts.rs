//! What a quotient comes to once the sums that have a name are written out:
//! found when the crate is compiled, since it is what figures are computed from
//! each second.

use super::count::{Count, Operand, Term};
use super::quantity::Quantity;

/// How often something is in the two sides of a quotient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What is added up.
    pub of: Summand,
    /// How often it is in the numerator, less how often it is taken away.
    pub numerator: i8,
    /// How often it is in the denominator, less how often it is taken away.
    pub denominator: i8,
}

/// What a window keeps a sum of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summand {
    /// A count.
    Count(Count),
    /// A sum that is no count of the contract.
    Quantity(Quantity),
}

/// How often each count and quantity is in the numerator and the denominator.
pub(super) struct Weights {
    counts: [[i8; 2]; Count::ALL.len()],
    quantities: [[i8; 2]; Quantity::ALL.len()],
}

impl Weights {
    pub(super) const fn of(numerator: &[Term], denominator: &[Term]) -> Self {
        let mut weights = Self {
            counts: [[0; 2]; Count::ALL.len()],
            quantities: [[0; 2]; Quantity::ALL.len()],
        };
        weights.add(0, 1, numerator);
        weights.add(1, 1, denominator);
        weights
    }

    const fn add(&mut self, side: usize, times: i64, terms: &[Term]) {
        let mut at = 0;
        while at < terms.len() {
            let times = terms[at].sign.of(times);
            match terms[at].operand {
                Operand::Count(count) => self.counts[count as usize][side] += times as i8,
                Operand::Quantity(sum) => self.quantities[sum as usize][side] += times as i8,
                Operand::Derived(sum) => self.add(side, times, sum.terms()),
            }
            at += 1;
        }
    }

    /// The number of parts of the quotient.
    pub(super) const fn number(&self) -> usize {
        let mut number = 0;
        let mut at = 0;
        while at < Count::ALL.len() + Quantity::ALL.len() {
            if self.part(at).is_some() {
                number += 1;
            }
            at += 1;
        }
        number
    }

    /// The parts, of which there are `N`.
    pub(super) const fn parts<const N: usize>(&self) -> [Part; N] {
        let nothing = Part {
            of: Summand::Count(Count::ALL[0]),
            numerator: 0,
            denominator: 0,
        };
        let mut parts = [nothing; N];
        let (mut at, mut next) = (0, 0);
        while next < N {
            if let Some(part) = self.part(at) {
                parts[next] = part;
                next += 1;
            }
            at += 1;
        }
        parts
    }

    /// The part at a place in the list of counts followed by quantities, if it is in
    /// the quotient at all.
    const fn part(&self, at: usize) -> Option<Part> {
        let (of, [numerator, denominator]) = if at < Count::ALL.len() {
            (Summand::Count(Count::ALL[at]), self.counts[at])
        } else {
            let at = at - Count::ALL.len();
            (Summand::Quantity(Quantity::ALL[at]), self.quantities[at])
        };
        if numerator == 0 && denominator == 0 {
            return None;
        }
        Some(Part {
            of,
            numerator,
            denominator,
        })
    }
}
