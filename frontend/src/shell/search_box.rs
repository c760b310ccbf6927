//! Finding a scope by name: a text field with a list that the arrows walk.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use vigie_contract::scope::Scope;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use crate::browser;
use crate::json::Unreadable;
use crate::level;
use crate::reactive::{flag, text};
use crate::search::{Entry, Index, list};
use crate::session::{Session, session};
use crate::words::Words;

/// How many matches are listed: more than that is a reason to type on.
const LIMIT: usize = 12;

/// After this long the list is read again: the directory may have changed.
const FRESH_MILLISECONDS: f64 = 60_000.0;

/// The text field, for the key that leads to it.
pub const FIELD: &str = "#search";

/// The list of scopes as far as it was read.
#[derive(Clone, Debug, PartialEq)]
enum List {
    Unread,
    Reading,
    Failed,
    Read { index: Index, at_milliseconds: f64 },
}

/// What the field holds and what it found.
#[derive(Clone, Copy)]
struct Search {
    session: Session,
    query: RwSignal<String>,
    list: RwSignal<List>,
    open: RwSignal<bool>,
    /// The match that Enter takes.
    active: RwSignal<usize>,
    matches: Memo<Vec<Entry>>,
}

#[component]
pub fn SearchBox() -> impl IntoView {
    let search = Search::new(session());
    let words = move || search.session.words();
    let collapsed = flag(move || !search.open.get());
    let active_option = move || {
        let exists = search.active.get() < search.matches.read().len();
        (!collapsed.get() && exists).then(|| option_id(search.active.get()))
    };
    view! {
        <div class="search" role="search">
            <input
                id="search"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="go"
                aria-autocomplete="list"
                aria-controls="matches"
                aria-expanded=text(move || (!collapsed.get()).to_string())
                aria-activedescendant=active_option
                aria-label=text(move || words().search)
                placeholder=text(move || words().search_placeholder)
                prop:value=search.query
                on:input=move |event| search.typed(event_target_value(&event))
                on:focus=move |_| search.focused()
                on:blur=move |_| search.open.set(false)
                on:keydown=move |event| search.key(&event)
            />
            <kbd aria-hidden="true">"/"</kbd>
            <div class="matches" hidden=collapsed>
                <ul id="matches" role="listbox" aria-label=text(move || words().search)>
                    {move || options(search)}
                </ul>
                <p role="status">{text(move || search.state())}</p>
            </div>
        </div>
    }
}

fn option_id(index: usize) -> String {
    format!("match-{index}")
}

fn options(search: Search) -> impl IntoView {
    search
        .matches
        .get()
        .into_iter()
        .enumerate()
        .map(|(index, entry)| {
            let Entry {
                scope, name, trail, ..
            } = entry;
            let (name, place) = described(search.session.words(), &scope, &name, &trail);
            let selected = text(move || (search.active.get() == index).to_string());
            view! {
                <li
                    id=option_id(index)
                    role="option"
                    aria-selected=selected
                    // Before the field loses the focus, and the list with it.
                    on:mousedown=move |event| {
                        event.prevent_default();
                        search.take(&scope);
                    }
                >
                    <span class="name">{name}</span>
                    <span class="trail">{place}</span>
                </li>
            }
        })
        .collect_view()
}

/// What a match is called, what it is and where.
fn described(words: &Words, path: &str, name: &str, trail: &str) -> (String, String) {
    let Ok(scope) = path.parse::<Scope>() else {
        return (name.to_owned(), path.to_owned());
    };
    let kind = level::kind(words, &scope);
    let place = match trail {
        "" => kind.to_owned(),
        _ => format!("{kind} · {trail}"),
    };
    (level::name(words, &scope, name), place)
}

impl Search {
    fn new(session: Session) -> Self {
        let query = RwSignal::new(String::new());
        let list = RwSignal::new(List::Unread);
        let matches = Memo::new(move |_| match &*list.read() {
            List::Read { index, .. } => index.matches(&query.read(), LIMIT),
            List::Unread | List::Reading | List::Failed => Vec::new(),
        });
        Self {
            session,
            query,
            list,
            open: RwSignal::new(false),
            active: RwSignal::new(0),
            matches,
        }
    }

    fn typed(&self, text: String) {
        self.query.set(text);
        self.active.set(0);
        self.open.set(true);
    }

    fn focused(&self) {
        self.open.set(true);
        let wanted = match *self.list.read_untracked() {
            List::Reading => false,
            List::Unread | List::Failed => true,
            List::Read {
                at_milliseconds, ..
            } => (browser::now_milliseconds() - at_milliseconds).abs() > FRESH_MILLISECONDS,
        };
        if wanted {
            self.read_list();
        }
    }

    /// Reads the list; one read before stays in use until then.
    fn read_list(&self) {
        let list = self.list;
        if !matches!(*list.read_untracked(), List::Read { .. }) {
            list.set(List::Reading);
        }
        spawn_local(async move {
            match list::read().await {
                Ok(index) => list.set(List::Read {
                    index,
                    at_milliseconds: browser::now_milliseconds(),
                }),
                Err(Unreadable) => {
                    if *list.read_untracked() == List::Reading {
                        list.set(List::Failed);
                    }
                }
            }
        });
    }

    fn key(&self, event: &KeyboardEvent) {
        let count = self.matches.read_untracked().len();
        let active = self.active.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => self.activate((active + 1) % count),
            "ArrowUp" if count > 0 => self.activate((active + count - 1) % count),
            "Enter" => {
                let chosen = self
                    .matches
                    .with_untracked(|matches| matches.get(active).map(|entry| entry.scope.clone()));
                match chosen {
                    Some(scope) => self.take(&scope),
                    None => return,
                }
            }
            "Escape" => self.leave(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Makes another match the one that Enter takes, and brings it into sight.
    fn activate(&self, index: usize) {
        self.active.set(index);
        if let Some(option) = document().get_element_by_id(&option_id(index)) {
            let nearest = ScrollIntoViewOptions::new();
            nearest.set_block(ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    }

    fn take(&self, scope: &str) {
        self.leave();
        self.session.show_scope(scope);
    }

    fn leave(&self) {
        self.query.set(String::new());
        self.active.set(0);
        if let Some(field) = browser::find(FIELD) {
            let _ = field.blur();
        }
    }

    fn state(&self) -> String {
        let words = self.session.words();
        let found = self.matches.read().len();
        match &*self.list.read() {
            List::Unread | List::Reading => words.search_loading.to_owned(),
            List::Failed => words.search_failed.to_owned(),
            List::Read { .. } if found == 0 => words.search_nothing.to_owned(),
            List::Read { .. } if found == LIMIT => words.search_more.to_owned(),
            List::Read { .. } => (words.search_results)(found),
        }
    }
}
