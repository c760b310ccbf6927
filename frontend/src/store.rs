//! What the server has told, by topic, as signals.
//!
//! A page brings a shelf for each topic that it watches; the store puts what
//! comes of a topic onto its shelf, and keeps what is of the stream as a whole.
//!
//! # Layout
//! - this file: the shelves, and whose topic each is.
//! - [`figures`], [`children`]: a shelf for each kind of topic.
//! - [`together`]: what comes of one instant is shown together; pure.

mod children;
mod figures;
mod together;

pub use children::{ChildrenShelf, Row};
pub use figures::FiguresShelf;

use leptos::prelude::*;
use vigie_contract::frame::{Content, Feed, Refused, RefusedReason, Update};

use together::{Arrival, Together};

/// Where what comes of a topic is put.
#[derive(Clone, Copy)]
pub enum Shelf {
    Figures(FiguresShelf),
    Children(ChildrenShelf),
}

/// What the server has told.
#[derive(Clone, Copy)]
pub struct Store {
    /// State of the server's feed.
    pub feed: RwSignal<Option<Feed>>,
    /// When that came, by the browser's clock in milliseconds.
    pub received_milliseconds: RwSignal<f64>,
    desk: StoredValue<Desk>,
}

/// Where what comes is looked at before it is shown.
#[derive(Default)]
struct Desk {
    /// The topics watched, by name, and the shelf of each.
    shelves: Vec<(String, Shelf)>,
    together: Together,
}

impl Store {
    pub fn new() -> Self {
        Self {
            feed: RwSignal::new(None),
            received_milliseconds: RwSignal::new(0.0),
            desk: StoredValue::new(Desk::default()),
        }
    }

    /// Puts what comes of these topics onto these shelves from now on, and what
    /// comes of any other nowhere.
    pub fn arrange(&self, shelves: Vec<(String, Shelf)>) {
        self.desk.set_value(Desk {
            shelves,
            together: Together::default(),
        });
    }

    /// Takes a frame; shows it with the others of its instant.
    pub fn take(&self, update: Update, is_snapshot: bool, now_milliseconds: f64) {
        let arrival = Arrival {
            update,
            is_snapshot,
            received_milliseconds: now_milliseconds,
        };
        self.show_due(|desk| {
            let expected: Vec<&str> = desk
                .shelves
                .iter()
                .filter(|(_, shelf)| !shelf.is_refused())
                .map(|(topic, _)| topic.as_str())
                .collect();
            desk.together.take(arrival, &expected)
        });
    }

    /// Shows what has waited long enough for the rest of its instant.
    pub fn tick(&self, now_milliseconds: f64) {
        self.show_due(|desk| desk.together.overdue(now_milliseconds));
    }

    fn show_due(&self, due: impl FnOnce(&mut Desk) -> Vec<Arrival>) {
        let due = self.desk.try_update_value(due).unwrap_or_default();
        due.into_iter().for_each(|arrival| self.show(arrival));
    }

    /// Takes the server's word that a topic is not to be had: its shelf is cleared.
    /// The feed is known no more once no topic tells of it.
    pub fn refuse(&self, refused: &Refused) {
        match self.shelf(&refused.topic) {
            Some(Shelf::Figures(shelf)) => shelf.refuse(refused.reason),
            Some(Shelf::Children(shelf)) => shelf.refuse(refused.reason),
            None => return,
        }
        let is_refused = |desk: &Desk| desk.shelves.iter().all(|(_, shelf)| shelf.is_refused());
        if self.desk.with_value(is_refused) {
            self.forget_feed();
        }
    }

    /// Forgets the state of the feed: nothing is shown that it is of.
    pub fn forget_feed(&self) {
        self.feed.set(None);
    }

    fn show(&self, arrival: Arrival) {
        let Arrival {
            update,
            is_snapshot,
            received_milliseconds,
        } = arrival;
        let Some(shelf) = self.shelf(&update.topic.to_string()) else {
            return;
        };
        self.received_milliseconds.set(received_milliseconds);
        self.feed.set(Some(update.feed));
        if shelf.is_refused() {
            shelf.refused().set(None);
        }
        match (shelf, update.content) {
            (Shelf::Figures(shelf), Content::Figures(figures)) => shelf.set(*figures),
            (Shelf::Children(shelf), Content::Children(children)) => match is_snapshot {
                true => shelf.replace(children),
                false => shelf.amend(children),
            },
            // No server sends one kind under the name of another.
            (Shelf::Figures(_), Content::Children(_) | Content::Incidents(_))
            | (Shelf::Children(_), Content::Figures(_) | Content::Incidents(_)) => {}
        }
    }

    fn shelf(&self, topic: &str) -> Option<Shelf> {
        self.desk.with_value(|desk| {
            let mut shelves = desk.shelves.iter();
            let (_, shelf) = shelves.find(|(name, _)| name == topic)?;
            Some(*shelf)
        })
    }
}

impl Shelf {
    fn refused(&self) -> RwSignal<Option<RefusedReason>> {
        match self {
            Shelf::Figures(shelf) => shelf.refused,
            Shelf::Children(shelf) => shelf.refused,
        }
    }

    fn is_refused(&self) -> bool {
        self.refused().with_untracked(Option::is_some)
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::frame::{Crumb, ScopeChildren};
    use vigie_contract::scope::Scope;

    use super::*;
    use crate::link::tests::update;
    use crate::sort::tests::card;

    /// A store with a shelf for each topic of `ft`, in an owner of its own.
    fn check(act: impl FnOnce(Store, FiguresShelf, ChildrenShelf)) {
        Owner::new().with(|| {
            let (figures, children) = (
                FiguresShelf::new(RwSignal::new(Vec::new())),
                ChildrenShelf::new(),
            );
            let store = Store::new();
            store.arrange(vec![
                ("figures/ft".to_owned(), Shelf::Figures(figures)),
                ("children/ft".to_owned(), Shelf::Children(children)),
            ]);
            act(store, figures, children);
        });
    }

    fn figures(scope: &str) -> Update {
        let mut update = update(&format!("figures/{scope}"), 1);
        if let Content::Figures(figures) = &mut update.content {
            figures.path = vec![Crumb {
                scope: Scope::Network(scope.to_owned()),
                name: scope.to_owned(),
            }];
        }
        update
    }

    fn children(waiting: i64) -> Update {
        Update {
            content: Content::Children(ScopeChildren {
                cards: vec![card("a", "a", waiting)],
                gone: Vec::new(),
            }),
            ..update("children/ft", 1)
        }
    }

    fn name(shelf: FiguresShelf) -> Option<String> {
        let path = shelf.path.get_untracked();
        path.last().map(|crumb| crumb.name.clone())
    }

    fn refused(topic: &str) -> Refused {
        Refused {
            topic: topic.to_owned(),
            reason: RefusedReason::UnknownScope,
            message: String::new(),
        }
    }

    #[test]
    fn each_topic_has_its_shelf_and_those_of_an_instant_are_shown_together() {
        check(|store, first, second| {
            store.take(figures("ft"), true, 0.0);
            assert_eq!(name(first), None, "the table would be behind");
            store.take(children(3), true, 0.0);
            assert_eq!(name(first).as_deref(), Some("ft"));
            assert_eq!(second.most_waiting(), 3);
            assert!(store.feed.get_untracked().is_some());
            store.take(figures("xx"), true, 0.0);
            store.tick(1_000.0);
            assert_eq!(name(first).as_deref(), Some("ft"), "of no shelf");
        });
    }

    #[test]
    fn what_is_refused_is_not_waited_for_until_it_is_told_after_all() {
        check(|store, first, second| {
            store.refuse(&refused("children/ft"));
            store.refuse(&refused("children/xx"));
            assert!(second.refused.get_untracked().is_some());
            store.take(figures("ft"), true, 0.0);
            assert_eq!(name(first).as_deref(), Some("ft"));
            assert!(store.feed.get_untracked().is_some());
            store.refuse(&refused("figures/ft"));
            assert_eq!(name(first), None, "nothing stays of what is refused");
            assert_eq!(store.feed.get_untracked(), None, "nor of its feed");
            store.take(children(3), true, 0.0);
            store.tick(1_000.0);
            assert_eq!(second.refused.get_untracked(), None);
            assert_eq!(second.most_waiting(), 3);
        });
    }

    #[test]
    fn what_waited_for_the_rest_is_forgotten_with_its_topic() {
        check(|store, first, _| {
            store.take(figures("ft"), true, 0.0);
            let shelves = vec![("figures/yy".to_owned(), Shelf::Figures(first))];
            store.arrange(shelves);
            store.tick(1_000.0);
            assert_eq!(name(first), None);
            store.take(figures("yy"), true, 0.0);
            assert_eq!(name(first).as_deref(), Some("yy"));
        });
    }
}
