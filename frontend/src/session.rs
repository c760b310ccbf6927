//! Where a person is in the console, and where the link stands.
//!
//! The one value that the shell and all pages share. It owns the link and the
//! store; the address bar follows it, and it follows the address bar. What only
//! one page needs is the page's own.

use leptos::prelude::*;
use leptos::task::spawn_local;
use vigie_contract::frame::Crumb;
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::browser;
use crate::figures;
use crate::link::{Link, News, Status, readiness};
use crate::route::Route;
use crate::standing::Standing;
use crate::store::{Shelf, Store};
use crate::theme::Theme;
use crate::words::{Language, Words};

/// How often a server without figures is asked why it has none.
const ASK_MILLISECONDS: f64 = 2_000.0;

#[derive(Clone, Copy)]
pub struct Session {
    pub store: Store,
    pub route: RwSignal<Route>,
    /// The scopes from the top down to the one that the page shows; the page's to
    /// set.
    pub trail: RwSignal<Vec<Crumb>>,
    pub standing: Memo<Standing>,
    /// The browser's clock, in milliseconds, a few times a second.
    pub now_milliseconds: RwSignal<f64>,
    pub theme: RwSignal<Theme>,
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
        let session = Self {
            store,
            route: RwSignal::new(route),
            trail: RwSignal::new(Vec::new()),
            standing: Memo::new(move |_| {
                let feed = store.feed.read();
                Standing::new(status.get(), feed.as_ref(), now_milliseconds.get())
            }),
            now_milliseconds,
            theme: RwSignal::new(Theme::remembered()),
            asked_milliseconds: StoredValue::new(0.0),
            link: StoredValue::new_local(None),
        };
        let link = Link::start(move |news| session.hear(news, status));
        session.link.set_value(Some(link));
        browser::on_window("popstate", move |_| {
            session.route.set(Route::from_query(&browser::query()));
        });
        session
    }

    pub fn language(&self) -> Language {
        self.route.with(|route| route.language)
    }

    pub fn words(&self) -> &'static Words {
        self.language().words()
    }

    /// An instant as a person here reads it.
    pub fn moment(&self, at: Time) -> String {
        let milliseconds = at.0 as f64 / (MICROS_PER_SECOND / 1_000) as f64;
        let today = browser::civil(browser::now_milliseconds()).date;
        figures::moment(self.language(), browser::civil(milliseconds), today)
    }

    /// Watches these topics from now on, by name, each onto its shelf, and no
    /// others.
    pub fn watch(&self, topics: Vec<(String, Shelf)>) {
        let names = topics.iter().map(|(name, _)| name.clone()).collect();
        self.store.arrange(topics);
        self.with_link(|link| link.watch(names));
    }

    /// Shows the page of a scope.
    pub fn show_scope(&self, scope: &str) {
        self.go(self.route.with_untracked(|route| route.with_scope(scope)));
    }

    pub fn speak(&self, language: Language) {
        let route = self.route.get_untracked();
        self.go(Route { language, ..route });
    }

    /// Goes to another place.
    pub fn go(&self, route: Route) {
        if self.route.with_untracked(|here| *here != route) {
            browser::set_query(&route.to_query(), true);
            self.route.set(route);
        }
    }

    /// Connects again at once.
    pub fn hurry(&self) {
        self.with_link(Link::hurry);
    }

    fn hear(&self, news: News, status: RwSignal<Status>) {
        let now = browser::now_milliseconds();
        match news {
            News::Status(new) => {
                if status.get_untracked() != new {
                    status.set(new);
                }
                self.now_milliseconds.set(now);
                self.store.tick(now);
                if new == Status::Unanswered {
                    self.ask_why(status, now);
                }
            }
            News::Replace(update) => self.store.take(*update, true, now),
            News::Amend(update) => self.store.take(*update, false, now),
            News::Refuse(refused) => self.store.refuse(&refused),
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

/// The session of this console.
pub fn session() -> Session {
    expect_context()
}
