//! What is going on in every scope, and its counts since the state began: the part
//! of the sums that does not slide with a window.

use std::collections::BTreeMap;

use vigie_contract::time::Time;

use super::contributor::Contributor;
use super::tree::{ScopeId, Tree};
use crate::contribution::{CellId, Contribution, Presence, PresentChange};
use crate::directory::{ZoneId, ZoneSince};
use crate::sums::{Ever, Present};
use crate::terms::Terms;

/// What is going on in every scope, as of a second, and which of them changed.
#[derive(Debug, Default)]
pub(super) struct Standing {
    of_scope: Vec<(Present, Ever)>,
    /// The last midnight of each zone, as of the second.
    midnights: Vec<Time>,
    /// The second.
    as_of: Time,
    /// Whether a scope is among the changed.
    has_changed: Vec<bool>,
    changed: Vec<ScopeId>,
}

impl Standing {
    pub(super) fn of(&self, scope: ScopeId) -> (&Present, Ever) {
        let (present, ever) = &self.of_scope[scope.0];
        (present, *ever)
    }

    /// Makes room for so many scopes.
    pub(super) fn resize(&mut self, scopes: usize) {
        self.of_scope.resize_with(scopes, Default::default);
        self.has_changed.resize(scopes, false);
    }

    /// Forgets a scope, whose number will be that of another.
    pub(super) fn forget(&mut self, scope: ScopeId) {
        if let Some(gone) = self.of_scope.get_mut(scope.0) {
            *gone = Default::default();
        }
    }

    /// Time has passed to a second; answers whether another midnight is the last now,
    /// in some zone.
    pub(super) fn pass(&mut self, to: i64, terms: &mut Terms) -> bool {
        let at = Time::from_seconds(to);
        self.as_of = at;
        self.midnights
            .resize(terms.directory.zones().len(), Time(i64::MIN));
        let mut is_new_day = false;
        for (zone, midnight) in self.midnights.iter_mut().enumerate() {
            let last = terms.calendar.day(ZoneId(zone), at).start;
            is_new_day |= std::mem::replace(midnight, last) != last;
        }
        is_new_day
    }

    /// The last midnight of what is counted by a zone.
    fn midnight(&self, counted: ZoneSince) -> Time {
        self.midnights[counted.zone.0].max(counted.since)
    }

    /// Takes in a contribution.
    pub(super) fn take<C: Contributor>(
        &mut self,
        tree: &Tree,
        (number, contributor): (i32, &C),
        contribution: &Contribution,
    ) {
        if let Some(change) = contribution.present_change() {
            let midnight = self.midnight(contributor.zone(contribution.handler, self.as_of));
            let pause = match change {
                PresentChange::Agents(Presence { reason, .. }, _) => reason,
                PresentChange::Waiting(..) | PresentChange::Promised(..) => None,
            };
            let pause = pause.map(|name| contributor.name(name));
            for scope in tree.scopes_above(number, contribution.handler) {
                let (present, _) = &mut self.of_scope[scope.0];
                present.change(change, pause, midnight);
            }
        }
        if contribution.offered().is_some() {
            for scope in tree.scopes_above(number, contribution.origin) {
                self.of_scope[scope.0].1.take(contribution);
            }
        }
    }

    /// Makes everything anew from what the cells of the contributors hold.
    pub(super) fn rebuild<C: Contributor>(&mut self, tree: &Tree, contributors: &BTreeMap<i32, C>) {
        self.of_scope.fill_with(Default::default);
        for (&number, contributor) in contributors {
            for at in 0..contributor.cells() {
                let cell = CellId(at as u32);
                let scopes = tree.scopes_above(number, cell);
                let midnight = self.midnight(contributor.zone(cell, self.as_of));
                for scope in scopes {
                    let (present, ever) = &mut self.of_scope[scope.0];
                    contributor.add_standing(cell, midnight, present, ever);
                }
            }
        }
        for scope in tree.ids() {
            self.note_change(scope);
        }
    }

    /// Takes note that the sums of a scope changed.
    pub(super) fn note_change(&mut self, scope: ScopeId) {
        if !std::mem::replace(&mut self.has_changed[scope.0], true) {
            self.changed.push(scope);
        }
    }

    /// The scopes whose sums changed since that was last taken.
    pub(super) fn take_changed(&mut self) -> Vec<ScopeId> {
        let changed = std::mem::take(&mut self.changed);
        for scope in &changed {
            self.has_changed[scope.0] = false;
        }
        changed
    }
}
