//! What is counted of callers, on lines (`docs/callers.md`).

/// Counts of callers on lines. Those of several lines add up: a caller on two lines is
/// two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallerCounts {
    /// Calls that asked for an agent today.
    pub calls: i64,
    /// Of these, the calls whose caller is not known.
    pub without_caller: i64,
    /// Episodes of today.
    pub episodes: i64,
    /// Calls of these episodes.
    pub attempts: i64,
    /// Episodes that are decided.
    pub decided: i64,
    /// Of these, the episodes in which the caller reached an agent.
    pub reached: i64,
    /// Of the decided ones, the episodes that a promise ended instead.
    pub promised: i64,
    /// Episodes whose caller had asked in the 24 hours before.
    pub repeated: i64,
    /// Callers whom the voice server satisfied today.
    pub satisfied: i64,
    /// Of these, the callers who have asked for an agent since.
    pub back: i64,
    /// Callers whom the voice server satisfied from 26 to 24 hours ago.
    pub settled: i64,
    /// Of these, the callers who asked for an agent within the 24 hours.
    pub settled_back: i64,
}

impl CallerCounts {
    fn zip(&mut self, other: &Self, change: impl Fn(&mut i64, i64)) {
        let Self {
            calls,
            without_caller,
            episodes,
            attempts,
            decided,
            reached,
            promised,
            repeated,
            satisfied,
            back,
            settled,
            settled_back,
        } = self;
        for (own, other) in [
            (calls, other.calls),
            (without_caller, other.without_caller),
            (episodes, other.episodes),
            (attempts, other.attempts),
            (decided, other.decided),
            (reached, other.reached),
            (promised, other.promised),
            (repeated, other.repeated),
            (satisfied, other.satisfied),
            (back, other.back),
            (settled, other.settled),
            (settled_back, other.settled_back),
        ] {
            change(own, other);
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.zip(other, |own, other| *own += other);
    }

    pub(crate) fn add_signed(&mut self, sign: i64, other: &Self) {
        self.zip(other, |own, other| *own += sign * other);
    }
}
