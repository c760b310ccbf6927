//! What a second adds, summed before it is added.
//!
//! The scopes above a queue are seven, and most of what happens in a second
//! happens in the wide ones: to find the slots of each contribution in sums of
//! hundreds of slots would be most of the work of a second. So contributions
//! are gathered by scope first, and each scope's are added as one.

use super::tree::ScopeId;
use crate::tally::{Adder, Amounts};

/// The most contributions that are gathered at a time, so that what they take in
/// memory stays bounded when an hour is added at once.
const LIMIT: usize = 4_096;

/// Contributions, by the scopes that they are of.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    amounts: Vec<Amounts>,
    /// Places in `amounts`, by scope.
    of_scope: Vec<Vec<u32>>,
    /// The scopes that have gathered contributions.
    touched: Vec<ScopeId>,
    adder: Adder,
    sum: Amounts,
}

impl Gathered {
    pub(super) fn is_full(&self) -> bool {
        self.amounts.len() >= LIMIT
    }

    /// Adds what a contribution adds to each of some scopes.
    pub(super) fn push(&mut self, amounts: Amounts, scopes: &[ScopeId]) {
        let place = self.amounts.len() as u32;
        self.amounts.push(amounts);
        for &scope in scopes {
            if self.of_scope.len() <= scope.0 {
                self.of_scope.resize_with(scope.0 + 1, Vec::new);
            }
            let places = &mut self.of_scope[scope.0];
            if places.is_empty() {
                self.touched.push(scope);
            }
            places.push(place);
        }
    }

    /// Hands over the sum of each scope, and begins anew.
    pub(super) fn drain(&mut self, mut take: impl FnMut(ScopeId, &Amounts)) {
        for scope in self.touched.drain(..) {
            let places = &mut self.of_scope[scope.0];
            if let [place] = places[..] {
                take(scope, &self.amounts[place as usize]);
            } else {
                for &place in &*places {
                    self.adder.add_all(&self.amounts[place as usize]);
                }
                self.adder.take(&mut self.sum);
                take(scope, &self.sum);
            }
            places.clear();
        }
        self.amounts.clear();
    }
}
