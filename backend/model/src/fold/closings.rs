//! Closings: what is expected of those to come, and what came of those before.

use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{ClosingRecord, Count};

use super::judging::Judging;
use super::state::Fold;
use crate::board::ScopeId;
use crate::books::By;
use crate::figures;
use crate::partition::closing::Hours;
use crate::rules::closed::{KEPT_BEFORE, Scores};
use crate::sums::{ClosingSums, place_of};
use crate::tally::{Family, Slot, Summed};

/// The sliding window in which those are counted that a closing cut off.
const WINDOW: &str = "15m";

impl Fold {
    /// Its queues that close soon.
    pub(super) fn closing_sums(
        &self,
        of: ExtentRef<'_>,
        ids: &[ScopeId],
        as_of: Time,
    ) -> ClosingSums {
        let mut sums = ClosingSums::default();
        for (partition, cells) in self.cells_below_all(ids).into_values() {
            sums.add(&partition.closings(&cells, as_of, &self.terms));
        }
        if !matches!(of, ExtentRef::Scope(Scope::Queue(..))) {
            sums.only = None;
        }
        sums
    }

    /// Takes note, at each whole minute, of what is expected of the queues that close in
    /// an hour, half an hour and a quarter of one; and of who was cut off where one
    /// closed a quarter of an hour ago. Hours begin and end on whole minutes.
    pub(super) fn note_closings(&self, judging: &mut Judging, second: i64) {
        if second % 60 != 0 {
            return;
        }
        let at = Time::from_seconds(second);
        let mut hours = Hours::at(at, &self.terms);
        for (number, judged) in judging.scopes.iter().enumerate() {
            let id = ScopeId(number);
            if !matches!(judged.scope, Scope::Queue(..)) || !self.is_judged(id) {
                continue;
            }
            let known = judging.closings.get(&judged.scope);
            if known.is_some_and(|known| known.is_to_be_counted(second)) {
                let cut_off = self.cut_off_of_late(id);
                let known = judging.closings.entry(judged.scope.clone()).or_default();
                known.count(cut_off);
            }
            // Only then is the dear part of use, the wait of the next caller.
            if judged.open_since.is_some()
                && self.closes_after(id, &KEPT_BEFORE, &mut hours)
                && let sums = self.closing_sums((&judged.scope).into(), &[id], at)
                && let Some(queue) = sums.only
            {
                let expected = queue.expected.is_ok().then_some(sums.expected);
                let known = judging.closings.entry(judged.scope.clone()).or_default();
                known.expect(second, queue.closes_at.second(), expected);
            }
        }
        if second % 3_600 == 0 {
            judging.closings.retain(|_, known| known.forget(second));
        }
    }

    /// Whether some part of a scope closes so many seconds later.
    fn closes_after(&self, id: ScopeId, seconds: &[i64], hours: &mut Hours<'_>) -> bool {
        let mut below = self.cells_below_all(&[id]).into_values();
        below.any(|(partition, cells)| partition.closes_after(&cells, seconds, hours))
    }

    /// How many a queue cut off in the last quarter of an hour.
    fn cut_off_of_late(&self, id: ScopeId) -> i64 {
        let sums = self.board.sums(id);
        let Some(place) = place_of(&sums.sliding, WINDOW) else {
            return 0;
        };
        let window = sums.windows.in_place(By::Handler, place);
        let families = [Family::First, Family::SecondLevel, Family::Callback];
        let of = |family| window.get(Slot::count(family, Count::CutOff));
        families.map(of).iter().sum()
    }

    /// What was expected of past closings of it, against what came of them; `None` for
    /// lines, whose queues are those of agencies.
    pub(super) fn closing_record(&self, of: ExtentRef<'_>) -> Option<ClosingRecord> {
        let mut scores = Scores::default();
        // No queue is in two scopes of a selection.
        for scope in of.members() {
            let Some(first) = first_queue(scope) else {
                continue;
            };
            let from = self.judging.closings.range(first..);
            let of_scope = from.take_while(|(queue, _)| is_of(scope, queue));
            of_scope.for_each(|(_, closings)| scores.add(closings));
        }
        figures::closing_record(scores)
    }
}

/// The first of the queues that a scope of the organisation may have, in the order of
/// scopes, in which they lie side by side; `None` for a line.
fn first_queue(scope: &Scope) -> Option<Scope> {
    let none = String::new;
    Some(match scope.clone() {
        Scope::All => Scope::Queue(none(), none(), none(), none()),
        Scope::Network(network) => Scope::Queue(network, none(), none(), none()),
        Scope::Region(network, region) => Scope::Queue(network, region, none(), none()),
        Scope::Agency(network, region, agency) => Scope::Queue(network, region, agency, none()),
        queue @ Scope::Queue(..) => queue,
        Scope::Line(_) | Scope::LineRegion(..) => return None,
    })
}

/// Whether a queue is of a scope of the organisation.
fn is_of(scope: &Scope, queue: &Scope) -> bool {
    let Scope::Queue(network, region, agency, code) = queue else {
        return false;
    };
    match scope {
        Scope::All => true,
        Scope::Network(n) => n == network,
        Scope::Region(n, r) => (n, r) == (network, region),
        Scope::Agency(n, r, a) => (n, r, a) == (network, region, agency),
        Scope::Queue(n, r, a, q) => (n, r, a, q) == (network, region, agency, code),
        Scope::Line(_) | Scope::LineRegion(..) => false,
    }
}
