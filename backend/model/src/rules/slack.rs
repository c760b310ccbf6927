//! Slack: agents who are ready while nobody waits (`docs/help.md` has the definitions).

use vigie_contract::time::{Span, Time};

/// Over so long it is looked at.
pub(crate) const LOOKED_BACK: Span = Span::from_seconds(5 * 60);

/// A place of which nothing was heard for longer than this may be other than it was.
pub(crate) const STALE_AFTER: Span = Span::from_seconds(5 * 60);

/// By how many those who wait, and agents ready, became more at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StandingChange {
    pub at: Time,
    pub waiting: i64,
    pub ready: i64,
}

/// For how long agents were ready while nobody waited, from an instant to another, summed
/// over agents. `waiting` and `ready` are of the later instant; `changes` are those
/// between the two, in any order.
pub(crate) fn idle(
    (mut waiting, mut ready): (i64, i64),
    changes: &[StandingChange],
    (from, to): (Time, Time),
) -> Span {
    let mut changes = changes.to_vec();
    changes.sort_unstable_by_key(|change| std::cmp::Reverse(change.at));
    let mut until = to;
    let mut idle = 0;
    let mut take = |since: Time, until: Time, waiting: i64, ready: i64| {
        if waiting <= 0 {
            idle += (until - since).0 * ready.max(0);
        }
    };
    for change in changes {
        take(change.at, until, waiting, ready);
        until = change.at;
        waiting -= change.waiting;
        ready -= change.ready;
    }
    take(from, until, waiting, ready);
    Span(idle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(at: i64, waiting: i64, ready: i64) -> StandingChange {
        StandingChange {
            at: Time::from_seconds(at),
            waiting,
            ready,
        }
    }

    fn idle_seconds(now: (i64, i64), changes: &[StandingChange]) -> f64 {
        let span = (Time::from_seconds(0), Time::from_seconds(300));
        idle(now, changes, span).seconds()
    }

    #[test]
    fn agents_are_idle_while_nobody_waits() {
        assert_eq!(idle_seconds((0, 3), &[]), 900.0);
        assert_eq!(idle_seconds((1, 3), &[]), 0.0);
        assert_eq!(idle_seconds((0, 0), &[]), 0.0);
    }

    #[test]
    fn what_was_before_is_told_by_the_changes_since() {
        // Two were ready until 100; then somebody waited until 160; one is ready since.
        let changes = [change(160, -1, -1), change(100, 1, 0)];
        assert_eq!(idle_seconds((0, 1), &changes), 2.0 * 100.0 + 140.0);
    }

    #[test]
    fn changes_of_one_instant_come_to_one() {
        let back_and_forth = [change(50, 1, 0), change(50, -1, 0), change(50, 0, 0)];
        assert_eq!(idle_seconds((0, 2), &back_and_forth), 600.0);
    }
}
