//! What callers lived: who asked for an agent, and what came of it.

use std::collections::HashMap;

use vigie_contract::time::{Span, Time};

use super::leg::Ending;

/// Callers are forgotten after so long.
const KEPT_FOR: Span = Span::from_seconds(26 * 3_600);

/// An answer later than this after asking came too late.
const WITHIN: Span = Span::from_seconds(300);

/// A call that asked for an agent while its place was open.
#[derive(Clone, Copy, Debug)]
struct Try {
    line: &'static str,
    caller: u64,
    asked: Time,
    answered: Option<Time>,
    failed: Option<Time>,
    /// Whether the leg that it is in was entered while its place was open.
    counts: bool,
}

/// The calls of the last day that asked for an agent, by their numbers.
#[derive(Default)]
pub(super) struct Tries(HashMap<u64, Try>);

impl Tries {
    /// A call asks, or goes on elsewhere.
    pub fn enter(&mut self, call: u64, line: &'static str, caller: u64, now: Time, is_open: bool) {
        if let Some(known) = self.0.get_mut(&call) {
            known.counts = is_open;
        } else if is_open {
            let new = Try {
                line,
                caller,
                asked: now,
                answered: None,
                failed: None,
                counts: true,
            };
            self.0.insert(call, new);
        }
    }

    /// A leg of a call is over.
    pub fn close(&mut self, call: u64, ending: Ending, now: Time) {
        let Some(known) = self.0.get_mut(&call).filter(|known| known.counts) else {
            return;
        };
        match ending {
            Ending::Answered => known.answered = known.answered.or(Some(now)),
            // It goes on at once, and who never tells of it fails by the time.
            Ending::Overflowed | Ending::Lost => {}
            Ending::Abandoned
            | Ending::CutOff
            | Ending::CallbackAccepted
            | Ending::VoicemailLeft => known.failed = known.failed.or(Some(now)),
        }
    }

    /// Forgets what nobody asks of any more.
    pub fn forget(&mut self, now: Time) {
        self.0.retain(|_, known| known.asked >= now - KEPT_FOR);
    }

    /// Of the callers who tried on a line from an instant on, those who reached an agent
    /// with one of their first three calls, and those of whom the first call has
    /// succeeded or failed: both as of an instant.
    pub fn lived(&self, line: &str, since: Time, as_of: Time) -> [i64; 2] {
        let mut callers: HashMap<u64, Vec<&Try>> = HashMap::new();
        for known in self.0.values() {
            let is_of_it = known.line == line && since <= known.asked && known.asked < as_of;
            if is_of_it && known.caller != 0 {
                callers.entry(known.caller).or_default().push(known);
            }
        }
        let mut lived = [0; 2];
        for mut tries in callers.into_values() {
            tries.sort_by_key(|known| known.asked);
            let in_time = |known: &Try| {
                let answered = known.answered.filter(|at| *at <= known.asked + WITHIN);
                answered.filter(|at| *at < as_of)
            };
            let first = tries[0];
            let is_over = first.asked + WITHIN < as_of || first.failed.is_some_and(|at| at < as_of);
            if is_over || in_time(first).is_some() {
                lived[1] += 1;
                let reached = tries.iter().take(3).any(|known| in_time(known).is_some());
                lived[0] += i64::from(reached);
            }
        }
        lived
    }
}
