//! Which scope is watched, how, and where the link stands.
//!
//! The one value that pages and components share. It owns the link and the
//! store; the address bar follows it, and it follows the address bar.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use vigie_contract::frame::Refused;
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::browser;
use crate::explanation::Figure;
use crate::figures;
use crate::level;
use crate::link::{Link, News, Status, readiness};
use crate::route::Route;
use crate::sort::Column;
use crate::standing::Standing;
use crate::store::Store;
use crate::theme::Theme;
use crate::words::{BRAND, Language, Words};

/// For how long the table keeps its order after a person has touched it.
const HOLD_MILLISECONDS: f64 = 4_000.0;

/// For how long the figures of the scope before may stay while the next ones
/// are on their way: long enough not to flicker, too short to be read as theirs.
const LEAVE: Duration = Duration::from_millis(400);

/// How often a server without figures is asked why it has none.
const ASK_MILLISECONDS: f64 = 2_000.0;

/// Rows of the table, to ask whether a person is in them.
pub const ROWS: &str = "#rows";

#[derive(Clone, Copy)]
pub struct Session {
    pub store: Store,
    pub route: RwSignal<Route>,
    /// The server's refusal of the scope watched.
    pub refused: RwSignal<Option<Refused>>,
    pub standing: Memo<Standing>,
    /// The browser's clock, in milliseconds, a few times a second.
    pub now_milliseconds: RwSignal<f64>,
    /// The figure that is being explained.
    pub explained: RwSignal<Option<Figure>>,
    pub theme: RwSignal<Theme>,
    /// Whether the rows of the table keep their places for now.
    pub order_held: Memo<bool>,
    /// The child that was looked at last: where the arrows start.
    pub current_row: RwSignal<Option<String>>,
    /// Whether the focus is to follow into the next table.
    pub focus_follows: StoredValue<bool>,
    hold_until_milliseconds: RwSignal<f64>,
    /// Counts the scopes asked for: tells an old timer that its scope is no more.
    visits: StoredValue<u64>,
    /// When a server without figures was last asked why.
    asked_milliseconds: StoredValue<f64>,
    link: StoredValue<Option<Link>, LocalStorage>,
}

impl Session {
    /// Goes to where the address bar points, and follows it from there.
    pub fn start() -> Self {
        let route = Route::from_query(&browser::query());
        browser::set_query(&route.to_query(), false);
        let store = Store::new();
        let status = RwSignal::new(Status::Connecting);
        let now_milliseconds = RwSignal::new(browser::now_milliseconds());
        let hold_until_milliseconds = RwSignal::new(0.0);
        let session = Self {
            store,
            route: RwSignal::new(route.clone()),
            refused: RwSignal::new(None),
            standing: Memo::new(move |_| {
                let feed = store.feed.read();
                Standing::new(status.get(), feed.as_ref(), now_milliseconds.get())
            }),
            now_milliseconds,
            explained: RwSignal::new(None),
            theme: RwSignal::new(Theme::remembered()),
            order_held: Memo::new(move |_| {
                let now = now_milliseconds.get();
                now < hold_until_milliseconds.get() || browser::text_is_selected_within(ROWS)
            }),
            current_row: RwSignal::new(None),
            focus_follows: StoredValue::new(false),
            hold_until_milliseconds,
            visits: StoredValue::new(0),
            asked_milliseconds: StoredValue::new(0.0),
            link: StoredValue::new_local(None),
        };
        let link = Link::start(route.scope, move |news| session.hear(news, status));
        session.link.set_value(Some(link));
        browser::on_window("popstate", move |_| {
            session.arrive(Route::from_query(&browser::query()));
        });
        session
    }

    pub fn language(&self) -> Language {
        self.route.with(|route| route.language)
    }

    pub fn words(&self) -> &'static Words {
        self.language().words()
    }

    /// What the tab is called: how many wait, and where.
    pub fn title(&self) -> String {
        let words = self.words();
        let name = self.store.path.with(|path| {
            path.last()
                .map(|crumb| level::name(words, &crumb.scope, &crumb.name))
        });
        let waiting = match self.standing.get().is_current() {
            true => self
                .store
                .view
                .with(|view| view.as_ref().map(|view| view.now.waiting)),
            false => None,
        };
        let waiting = waiting.map_or(figures::ABSENT.to_owned(), |waiting| {
            figures::count(self.language(), waiting)
        });
        match name {
            Some(name) => format!("({waiting}) {name} · {BRAND}"),
            None => BRAND.to_owned(),
        }
    }

    /// An instant as a person here reads it.
    pub fn moment(&self, at: Time) -> String {
        let milliseconds = at.0 as f64 / (MICROS_PER_SECOND / 1_000) as f64;
        let today = browser::civil(browser::now_milliseconds()).date;
        figures::moment(self.language(), browser::civil(milliseconds), today)
    }

    /// Shows another scope.
    pub fn show_scope(&self, scope: &str) {
        self.go(self.route.with_untracked(|route| route.with_scope(scope)));
    }

    /// Shows the scope above this one, and there the row that was left.
    pub fn show_parent(&self) {
        let parent = self.store.path.with_untracked(|path| {
            let above = path.len().checked_sub(2)?;
            Some(path[above].scope.to_string())
        });
        let here = self.route.with_untracked(|route| route.scope.clone());
        if here != "all" {
            self.show_scope(parent.as_deref().unwrap_or("all"));
            self.current_row.set(Some(here));
        }
    }

    /// Sorts the table after a click on a heading.
    pub fn sort_by(&self, column: Column) {
        let mut route = self.route.get_untracked();
        route.sort = route.sort.clicked(column);
        self.go(route);
    }

    pub fn speak(&self, language: Language) {
        let route = self.route.get_untracked();
        self.go(Route { language, ..route });
    }

    /// Keeps the rows in place for a while: a person is pointing at one.
    pub fn hold_order(&self) {
        let until = browser::now_milliseconds() + HOLD_MILLISECONDS;
        self.hold_until_milliseconds.set(until);
    }

    /// Connects again at once.
    pub fn hurry(&self) {
        self.with_link(Link::hurry);
    }

    fn go(&self, route: Route) {
        if self.route.with_untracked(|here| *here != route) {
            browser::set_query(&route.to_query(), true);
            self.arrive(route);
        }
    }

    fn arrive(&self, route: Route) {
        let elsewhere = self.route.with_untracked(|here| here.scope != route.scope);
        let scope = route.scope.clone();
        if elsewhere {
            self.focus_follows.set_value(browser::focus_is_within(ROWS));
            self.explained.set(None);
            self.current_row.set(None);
            self.hold_until_milliseconds.set(0.0);
            self.visits.update_value(|visits| *visits += 1);
        }
        self.route.set(route);
        if elsewhere {
            self.leave_unless_answered();
            self.with_link(|link| link.watch(scope));
        }
    }

    /// Takes the figures of the scope before off the screen, soon.
    fn leave_unless_answered(&self) {
        let session = *self;
        let visit = self.visits.get_value();
        let leave = move || {
            let wanted = session.route.with_untracked(|route| route.scope.clone());
            let shown = session
                .store
                .view
                .with_untracked(|view| view.as_ref().map(|view| view.scope.to_string()));
            if session.visits.get_value() == visit && shown.is_some_and(|shown| shown != wanted) {
                session.store.clear();
            }
        };
        if self.refused.with_untracked(Option::is_some) {
            self.refused.set(None);
        }
        match self.standing.get_untracked().is_current() {
            true => set_timeout(leave, LEAVE),
            false => leave(),
        }
    }

    fn hear(&self, news: News, status: RwSignal<Status>) {
        let now = browser::now_milliseconds();
        match news {
            News::Status(new) => {
                if status.get_untracked() != new {
                    status.set(new);
                }
                self.now_milliseconds.set(now);
                if new == Status::Unanswered {
                    self.ask_why(status, now);
                }
            }
            News::Replace(update) => {
                self.refused.set(None);
                self.store.replace(*update, now);
            }
            News::Amend(update) => self.store.amend(*update, now),
            News::Refuse(refused) => {
                if self.refused.with_untracked(Option::is_none) {
                    self.store.clear();
                    self.refused.set(Some(refused));
                }
            }
        }
    }

    /// Asks a server that sends no figures for the state of its feed.
    fn ask_why(&self, status: RwSignal<Status>, now: f64) {
        if (now - self.asked_milliseconds.get_value()).abs() < ASK_MILLISECONDS {
            return;
        }
        self.asked_milliseconds.set_value(now);
        let store = self.store;
        spawn_local(async move {
            let Ok(feed) = readiness::feed().await else {
                return;
            };
            if status.get_untracked() == Status::Unanswered {
                store.received_milliseconds.set(browser::now_milliseconds());
                store.feed.set(Some(feed));
            }
        });
    }

    fn with_link(&self, act: impl FnOnce(&Link)) {
        if let Some(link) = self.link.get_value() {
            act(&link);
        }
    }
}

/// The session of this page.
pub fn session() -> Session {
    expect_context()
}
