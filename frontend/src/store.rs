//! The figures on screen, as signals.
//!
//! Each row of the table is a signal of its own: a frame sets those of the cards
//! that changed, so that a figure changes where it stands and the table, its
//! scroll, focus and selection stay as they are.

use std::collections::BTreeMap;

use leptos::prelude::{Update as _, *};
use vigie_contract::frame::{Crumb, Feed, Rules, Update};
use vigie_contract::scope::Scope;
use vigie_contract::view::{Card, View};

use crate::sort::{self, Sort};

/// A row's card. Lives as long as a row shows it: the rows of a page that is up
/// for weeks come and go.
pub type Row = ArcRwSignal<Card>;

/// What the server has told of the scope watched.
#[derive(Clone, Copy)]
pub struct Store {
    /// The scopes from the top down to this one.
    pub path: RwSignal<Vec<Crumb>>,
    /// What its rates go by; none before the first snapshot.
    pub rules: RwSignal<Option<Rules>>,
    /// Its figures; none before the first snapshot.
    pub view: RwSignal<Option<View>>,
    /// State of the server's feed.
    pub feed: RwSignal<Option<Feed>>,
    /// When that came, by the browser's clock in milliseconds.
    pub received_milliseconds: RwSignal<f64>,
    rows: RwSignal<BTreeMap<Scope, Row>>,
    /// Moves when a card has changed.
    cards_changed: Trigger,
}

impl Store {
    pub fn new() -> Self {
        Self {
            path: RwSignal::new(Vec::new()),
            rules: RwSignal::new(None),
            view: RwSignal::new(None),
            feed: RwSignal::new(None),
            received_milliseconds: RwSignal::new(0.0),
            rows: RwSignal::new(BTreeMap::new()),
            cards_changed: Trigger::new(),
        }
    }

    /// Shows a snapshot: what it does not name is gone.
    pub fn replace(&self, update: Update, received_milliseconds: f64) {
        let gone = self.rows.with_untracked(|rows| {
            rows.keys()
                .filter(|scope| !update.children.iter().any(|card| card.scope == **scope))
                .cloned()
                .collect()
        });
        self.amend(Update { gone, ..update }, received_milliseconds);
    }

    /// Shows a delta: what it does not name stays.
    pub fn amend(&self, update: Update, received_milliseconds: f64) {
        self.merge_rows(update.children, &update.gone);
        if self.path.with_untracked(|path| *path != update.path) {
            self.path.set(update.path);
        }
        self.received_milliseconds.set(received_milliseconds);
        self.feed.set(Some(update.feed));
        self.rules.set(Some(update.rules));
        self.view.set(Some(update.view));
    }

    /// Forgets the scope: another one is to be shown.
    pub fn clear(&self) {
        self.path.set(Vec::new());
        self.rules.set(None);
        self.view.set(None);
        self.feed.set(None);
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

    fn merge_rows(&self, cards: Vec<Card>, gone: &[Scope]) {
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
    use crate::link::tests::update;
    use crate::sort::tests::card;

    fn with(seq: u64, cards: &[Card], gone: &[&Card]) -> Update {
        Update {
            children: cards.to_vec(),
            gone: gone.iter().map(|card| card.scope.clone()).collect(),
            ..update("n", seq)
        }
    }

    fn waiting(store: &Store) -> Vec<(String, i64)> {
        let order = store.arranged(Sort::default(), &[], false);
        let card = |scope: &Scope| store.row(scope).unwrap().get_untracked();
        order
            .iter()
            .map(|scope| (card(scope).name, card(scope).waiting))
            .collect()
    }

    /// A store with rows a (1 waiting) and b (2 waiting), in an owner of its own.
    fn check(act: impl FnOnce(Store)) {
        Owner::new().with(|| {
            let store = Store::new();
            store.replace(with(1, &[card("a", "a", 1), card("b", "b", 2)], &[]), 0.0);
            act(store);
        });
    }

    #[test]
    fn a_delta_changes_what_it_names_and_nothing_else() {
        check(|store| {
            store.amend(with(2, &[card("a", "a", 5)], &[]), 0.0);
            assert_eq!(waiting(&store), [("a".into(), 5), ("b".into(), 2)]);
            store.amend(with(3, &[card("c", "c", 9)], &[&card("a", "", 0)]), 0.0);
            assert_eq!(waiting(&store), [("c".into(), 9), ("b".into(), 2)]);
        });
    }

    #[test]
    fn a_snapshot_drops_what_it_does_not_name() {
        check(|store| {
            store.replace(with(9, &[card("b", "b", 3)], &[]), 0.0);
            assert_eq!(waiting(&store), [("b".into(), 3)]);
        });
    }

    #[test]
    fn a_row_keeps_its_signal_through_deltas_and_snapshots() {
        check(|store| {
            let row = store.row(&card("a", "", 0).scope).unwrap();
            store.amend(with(2, &[card("a", "a", 5)], &[]), 0.0);
            assert_eq!(row.get_untracked().waiting, 5);
            store.replace(with(7, &[card("a", "a", 6)], &[]), 0.0);
            assert_eq!(row.get_untracked().waiting, 6);
        });
    }

    #[test]
    fn bars_are_measured_by_the_most_waiting() {
        check(|store| {
            assert_eq!(store.most_waiting(), 2);
            store.clear();
            assert_eq!(store.most_waiting(), 0);
            assert_eq!(waiting(&store), []);
        });
    }
}
