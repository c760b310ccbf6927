//! How callers fared (`docs/callers.md`).

use vigie_contract::view::{Callers, Mean, Rate};

use crate::sums::CallerCounts;

/// The figures of callers on lines.
pub(crate) fn callers(counts: &CallerCounts) -> Callers {
    Callers {
        lived: Rate::of(counts.reached, counts.decided),
        ended_by_promise: Rate::of(counts.promised, counts.decided),
        attempts_per_episode: Mean::of(counts.attempts, counts.episodes),
        without_caller: Rate::of(counts.without_caller, counts.calls),
        repeat_calls: Rate::of(counts.repeated, counts.episodes),
        satisfied_and_back: Rate::of(counts.settled_back, counts.settled),
        satisfied_and_back_so_far: Rate::of(counts.back, counts.satisfied),
    }
}
