//! The children of a scope, as signals.
//!
//! Each row of the table is a signal of its own: a frame sets those of the cards
//! that changed, so that a figure changes where it stands and the table, its
//! scroll, focus and selection stay as they are.

use std::collections::BTreeMap;

use leptos::prelude::*;
use vigie_contract::frame::{RefusedReason, ScopeChildren};
use vigie_contract::scope::Scope;
use vigie_contract::view::Card;

use crate::sort::{self, Sort};

/// A row's card. Lives as long as a row shows it: the rows of a page that is up
/// for weeks come and go.
pub type Row = ArcRwSignal<Card>;

/// The children of a scope.
#[derive(Clone, Copy)]
pub struct ChildrenShelf {
    /// Why the server does not tell them.
    pub refused: RwSignal<Option<RefusedReason>>,
    rows: RwSignal<BTreeMap<Scope, Row>>,
    /// Moves when a card has changed.
    cards_changed: Trigger,
}

impl ChildrenShelf {
    pub fn new() -> Self {
        Self {
            refused: RwSignal::new(None),
            rows: RwSignal::new(BTreeMap::new()),
            cards_changed: Trigger::new(),
        }
    }

    /// Forgets the children: those of another scope are to be shown.
    pub fn clear(&self) {
        self.rows.set(BTreeMap::new());
        self.cards_changed.notify();
    }

    /// The row of a child, while it has one.
    pub fn row(&self, scope: &Scope) -> Option<Row> {
        self.rows.with_untracked(|rows| rows.get(scope).cloned())
    }

    /// The children in the order to be shown; see [`sort::arrange`].
    pub fn arranged(&self, sort: Sort, shown: &[Scope], held: bool) -> Vec<Scope> {
        self.cards_changed.track();
        self.rows.with(|rows| {
            let cards: Vec<_> = rows.values().map(|row| row.read_untracked()).collect();
            let cards: Vec<&Card> = cards.iter().map(|card| &**card).collect();
            sort::arrange(&cards, sort, shown, held)
        })
    }

    /// The most calls waiting at one child: what the bars are measured by.
    pub fn most_waiting(&self) -> i64 {
        self.cards_changed.track();
        self.rows.with(|rows| {
            let waiting = rows.values().map(|row| row.read_untracked().waiting);
            waiting.max().unwrap_or(0)
        })
    }

    pub(super) fn refuse(&self, reason: RefusedReason) {
        self.clear();
        self.refused.set(Some(reason));
    }

    /// Shows a snapshot: what it does not name is gone.
    pub(super) fn replace(&self, children: ScopeChildren) {
        let gone = self.rows.with_untracked(|rows| {
            rows.keys()
                .filter(|scope| !children.cards.iter().any(|card| card.scope == **scope))
                .cloned()
                .collect()
        });
        self.amend(ScopeChildren { gone, ..children });
    }

    /// Shows a delta: what it does not name stays.
    pub(super) fn amend(&self, children: ScopeChildren) {
        let ScopeChildren { cards, gone } = children;
        let mut changed = !gone.is_empty();
        let mut fresh = Vec::new();
        self.rows.with_untracked(|rows| {
            for card in cards {
                match rows.get(&card.scope) {
                    None => fresh.push(card),
                    Some(row) if *row.read_untracked() == card => {}
                    Some(row) => {
                        row.set(card);
                        changed = true;
                    }
                }
            }
        });
        if !fresh.is_empty() || !gone.is_empty() {
            changed = true;
            self.rows.update(|rows| {
                rows.retain(|scope, _| !gone.contains(scope));
                let fresh = fresh
                    .into_iter()
                    .map(|card| (card.scope.clone(), Row::new(card)));
                rows.extend(fresh);
            });
        }
        if changed {
            self.cards_changed.notify();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sort::tests::card;

    fn with(cards: &[Card], gone: &[&Card]) -> ScopeChildren {
        ScopeChildren {
            cards: cards.to_vec(),
            gone: gone.iter().map(|card| card.scope.clone()).collect(),
        }
    }

    fn waiting(shelf: &ChildrenShelf) -> Vec<(String, i64)> {
        let order = shelf.arranged(Sort::default(), &[], false);
        let card = |scope: &Scope| shelf.row(scope).unwrap().get_untracked();
        order
            .iter()
            .map(|scope| (card(scope).name, card(scope).waiting))
            .collect()
    }

    /// A shelf with rows a (1 waiting) and b (2 waiting), in an owner of its own.
    fn check(act: impl FnOnce(ChildrenShelf)) {
        Owner::new().with(|| {
            let shelf = ChildrenShelf::new();
            shelf.replace(with(&[card("a", "a", 1), card("b", "b", 2)], &[]));
            act(shelf);
        });
    }

    #[test]
    fn a_delta_changes_what_it_names_and_nothing_else() {
        check(|shelf| {
            shelf.amend(with(&[card("a", "a", 5)], &[]));
            assert_eq!(waiting(&shelf), [("a".into(), 5), ("b".into(), 2)]);
            shelf.amend(with(&[card("c", "c", 9)], &[&card("a", "", 0)]));
            assert_eq!(waiting(&shelf), [("c".into(), 9), ("b".into(), 2)]);
        });
    }

    #[test]
    fn a_snapshot_drops_what_it_does_not_name() {
        check(|shelf| {
            shelf.replace(with(&[card("b", "b", 3)], &[]));
            assert_eq!(waiting(&shelf), [("b".into(), 3)]);
        });
    }

    #[test]
    fn a_row_keeps_its_signal_through_deltas_and_snapshots() {
        check(|shelf| {
            let row = shelf.row(&card("a", "", 0).scope).unwrap();
            shelf.amend(with(&[card("a", "a", 5)], &[]));
            assert_eq!(row.get_untracked().waiting, 5);
            shelf.replace(with(&[card("a", "a", 6)], &[]));
            assert_eq!(row.get_untracked().waiting, 6);
        });
    }

    #[test]
    fn bars_are_measured_by_the_most_waiting() {
        check(|shelf| {
            assert_eq!(shelf.most_waiting(), 2);
            shelf.clear();
            assert_eq!(shelf.most_waiting(), 0);
            assert_eq!(waiting(&shelf), []);
        });
    }
}
