//! Which calls have left traces when, so that those of old ones are found.

use std::collections::BTreeMap;

use vigie_contract::time::Time;

/// Calls are told apart by when something was told of them to so many seconds.
const STEP: i64 = 600;

/// Calls by the instants of their traces.
///
/// Each trace costs eight bytes until it is old: less than looking through all traces, again
/// and again, for those that are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ages {
    /// By the number of the step.
    calls: BTreeMap<i64, Vec<u64>>,
}

impl Ages {
    /// Takes note that a call has a trace of an instant.
    pub(crate) fn note(&mut self, call: u64, at: Time) {
        let calls = self.calls.entry(at.second().div_euclid(STEP)).or_default();
        if calls.last() != Some(&call) {
            calls.push(call);
        }
    }

    /// Takes the calls that have a trace of before an instant, up to ten minutes later than
    /// that; some of them more than once. Each may have newer ones.
    pub(crate) fn take_before(&mut self, oldest: Time) -> impl Iterator<Item = u64> + use<> {
        let later = self.calls.split_off(&oldest.second().div_euclid(STEP));
        let old = std::mem::replace(&mut self.calls, later);
        old.into_values().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_taken_once_all_of_their_step_is_before() {
        let mut ages = Ages::default();
        let at = Time::from_seconds;
        for (call, second) in [(1, 0), (2, 599), (2, 599), (1, 600), (3, -1)] {
            ages.note(call, at(second));
        }
        let mut taken = |second| ages.take_before(at(second)).collect::<Vec<_>>();
        assert_eq!(taken(599), [3]);
        assert_eq!(taken(600), [1, 2]);
        assert_eq!(taken(1_199), [0_u64; 0]);
        assert_eq!(taken(1_200), [1]);
    }
}
