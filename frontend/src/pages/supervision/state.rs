//! What the page of a scope watches, and what a person does with it.

use std::time::Duration;

use leptos::prelude::*;
use vigie_contract::extent::Extent;
use vigie_contract::frame::RefusedReason;

use crate::browser;
use crate::explanation::Figure;
use crate::figures;
use crate::level;
use crate::reactive::flag;
use crate::route::{Page, Place};
use crate::session::Session;
use crate::sort::{Column, Sort};
use crate::store::{ChildrenShelf, FiguresShelf, Shelf};
use crate::words::BRAND;

/// For how long the table keeps its order after a person has touched it.
const HOLD_MILLISECONDS: f64 = 4_000.0;

/// For how long the figures of the scope before may stay while the next ones
/// are on their way: long enough not to flicker, too short to be read as theirs.
const LEAVE: Duration = Duration::from_millis(400);

/// Rows of the table, to ask whether a person is in them.
pub const ROWS: &str = "#rows";

/// The page's state.
#[derive(Clone, Copy)]
pub struct State {
    pub session: Session,
    pub figures: FiguresShelf,
    pub children: ChildrenShelf,
    /// Whether the scope is not shown.
    pub is_refused: Memo<bool>,
    /// The figure that is being explained.
    pub explained: RwSignal<Option<Figure>>,
    /// Whether the rows of the table keep their places for now.
    pub order_held: Memo<bool>,
    /// The child that was looked at last: where the arrows start.
    pub current_row: RwSignal<Option<String>>,
    /// Whether the focus is to follow into the next table.
    pub focus_follows: StoredValue<bool>,
    hold_until_milliseconds: RwSignal<f64>,
    /// The row to start at in the scope that is gone to.
    next_row: RwSignal<Option<String>>,
    /// Counts the scopes asked for: tells an old timer that its scope is no more.
    visits: StoredValue<u64>,
}

/// The state of the page that is shown.
pub fn state() -> State {
    expect_context()
}

impl State {
    pub fn new(session: Session) -> Self {
        // What the page shows is where the shell says that it is.
        let figures = FiguresShelf::new(session.trail);
        let children = ChildrenShelf::new();
        let hold_until_milliseconds = RwSignal::new(0.0);
        Self {
            session,
            figures,
            children,
            is_refused: flag(move || refusal(figures, children).is_some()),
            explained: RwSignal::new(None),
            order_held: Memo::new(move |_| {
                let now = session.now_milliseconds.get();
                now < hold_until_milliseconds.get() || browser::text_is_selected_within(ROWS)
            }),
            current_row: RwSignal::new(None),
            focus_follows: StoredValue::new(false),
            hold_until_milliseconds,
            next_row: RwSignal::new(None),
            visits: StoredValue::new(0),
        }
    }

    /// Shows the scope of the address bar, whenever that changes.
    pub fn follow_the_address(self) {
        Effect::new(move |before: Option<String>| {
            let scope = self.scope();
            if before.as_ref() != Some(&scope) {
                if before.is_some() {
                    self.leave();
                }
                self.watch(&scope);
            }
            scope
        });
    }

    fn watch(&self, scope: &str) {
        self.session.watch(vec![
            (format!("figures/{scope}"), Shelf::Figures(self.figures)),
            (format!("children/{scope}"), Shelf::Children(self.children)),
        ]);
    }

    /// The scope of the address bar, as written there.
    pub fn scope(&self) -> String {
        self.session.route.with(|route| route.place().scope.clone())
    }

    /// Why the scope is not shown.
    pub fn refused(&self) -> Option<RefusedReason> {
        refusal(self.figures, self.children)
    }

    /// The order of the table.
    pub fn sort(&self) -> Sort {
        self.session.route.with(|route| route.place().sort)
    }

    /// The scope or the selection whose figures are on the screen.
    pub fn shown(&self) -> Option<Extent> {
        let view = self.figures.view.read();
        view.as_ref().map(|view| view.scope.clone())
    }

    /// What the tab is called: how many wait, and where.
    pub fn title(&self) -> String {
        let words = self.session.words();
        let name = self.shown().map(|shown| {
            let title = |path: &Vec<_>| level::title(words, &shown, path);
            self.figures.path.with(title)
        });
        let waiting = match self.session.standing.get().is_current() {
            true => self
                .figures
                .view
                .with(|view| view.as_ref().map(|view| view.now.waiting)),
            false => None,
        };
        let waiting = waiting.map_or(figures::ABSENT.to_owned(), |waiting| {
            figures::count(self.session.language(), waiting)
        });
        match name {
            Some(name) => format!("({waiting}) {name} · {BRAND}"),
            None => BRAND.to_owned(),
        }
    }

    /// Shows the scope above this one, and there the row that was left; of a selection,
    /// the last that holds all its members.
    pub fn show_parent(&self) {
        let here = untrack(|| self.scope());
        let parent = self.figures.path.with_untracked(|path| {
            let above = path.iter().rev().map(|crumb| crumb.scope.to_string());
            above.into_iter().find(|above| *above != here)
        });
        if here != "all" {
            self.next_row.set(Some(here));
            self.session.show_scope(parent.as_deref().unwrap_or("all"));
        }
    }

    /// Sorts the table after a click on a heading.
    pub fn sort_by(&self, column: Column) {
        let route = self.session.route.get_untracked();
        let Place { scope, sort } = route.place();
        let page = Page::Supervision(Place {
            scope: scope.clone(),
            sort: sort.clicked(column),
        });
        self.session.go(route.with_page(page));
    }

    /// Keeps the rows in place for a while: a person is pointing at one.
    pub fn hold_order(&self) {
        let until = browser::now_milliseconds() + HOLD_MILLISECONDS;
        self.hold_until_milliseconds.set(until);
    }

    /// Leaves the scope shown for another.
    fn leave(&self) {
        self.focus_follows.set_value(browser::focus_is_within(ROWS));
        self.explained.set(None);
        self.current_row.set(self.next_row.get_untracked());
        self.next_row.set(None);
        self.hold_until_milliseconds.set(0.0);
        self.visits.update_value(|visits| *visits += 1);
        if self.is_refused.get_untracked() {
            self.figures.refused.set(None);
            self.children.refused.set(None);
        }
        self.clear_unless_answered();
    }

    /// Takes the figures of the scope before off the screen, soon.
    fn clear_unless_answered(&self) {
        let state = *self;
        let visit = self.visits.get_value();
        let clear = move || {
            // The page may be gone by then.
            let Some(current) = state.visits.try_get_value() else {
                return;
            };
            let (wanted, shown) = untrack(|| (state.scope(), state.shown()));
            if current == visit && shown.is_some_and(|shown| shown.to_string() != wanted) {
                state.clear();
            }
        };
        match self.session.standing.get_untracked().is_current() {
            true => set_timeout(clear, LEAVE),
            false => clear(),
        }
    }

    fn clear(&self) {
        self.figures.clear();
        self.children.clear();
        self.session.store.forget_feed();
    }
}

/// Why a scope is not shown: the first refusal of either topic.
fn refusal(figures: FiguresShelf, children: ChildrenShelf) -> Option<RefusedReason> {
    figures.refused.get().or(children.refused.get())
}

/// Focuses the row where the Tab key stops.
pub fn focus_row() {
    if let Some(link) = browser::find("#rows a[tabindex='0']") {
        let _ = link.focus();
    }
}
