//! A child's row. Each figure is a text of its own that follows the card.

use leptos::prelude::*;
use vigie_contract::view::{Card, Rate};

use super::state::{State, state};
use crate::components::ScopeLink;
use crate::figures::{ABSENT, count, duration, for_minutes, fraction, percent};
use crate::level;
use crate::reactive::{Text, flag, text};
use crate::session::Session;
use crate::store::Row;
use crate::words::Language;

/// The `id` of a child's row.
pub fn row_id(scope: &str) -> String {
    format!("row:{scope}")
}

#[component]
pub fn ChildRow(
    scope: String,
    card: Row,
    /// The one row that the Tab key stops at.
    tab_stop: Memo<Option<String>>,
    /// What the bar of waiting calls is measured by.
    most_waiting: Memo<i64>,
) -> impl IntoView {
    let state = state();
    let session = state.session;
    let figures = Figures { card, session };
    let here = scope.clone();
    let stops_here = flag(move || tab_stop.read().as_deref() == Some(here.as_str()));
    let focused = scope.clone();
    let id = row_id(&scope);
    let name = figures.name();
    view! {
        <tr
            id=id
            on:focusin=move |_| state.current_row.set(Some(focused.clone()))
        >
            <th scope="row">
                <ScopeLink scope tab_stop=stops_here>{name}</ScopeLink>
                <span
                    class="badge"
                    hidden=figures.known()
                    title=text(move || session.words().not_in_directory_long)
                >
                    {text(move || session.words().not_in_directory)}
                </span>
            </th>
            <td
                class="severity"
                data-severity=figures.severity()
                title=figures.text(worst)
            >
                <span class="sr">{figures.text(worst)}</span>
                <span aria-hidden="true">{figures.since(state)}</span>
            </td>
            <td class="waiting" style=("--share", figures.share(most_waiting))>
                {figures.text(|language, card| count(language, card.waiting))}
            </td>
            <td>{figures.text(|language, card| duration(language, card.longest_wait_seconds))}</td>
            <td class="rate">
                <small>
                    {figures.text(|language, card| counts_of(language, card.pick_up_agent_15m))}
                </small>
                <b>{figures.text(|language, card| percent(language, card.pick_up_agent_15m))}</b>
            </td>
            <td>
                {figures.text(|language, card| duration(language, card.answer_mean_15m_seconds))}
            </td>
            <td class="rate">
                <small>
                    {figures.text(|language, card| counts_of(language, card.pick_up_agent_today))}
                </small>
                <b>{figures.text(|language, card| percent(language, card.pick_up_agent_today))}</b>
            </td>
            <td>{figures.text(|language, card| count(language, card.offered_today))}</td>
            <td>{figures.text(|language, card| count(language, card.answered_today))}</td>
            <td>{figures.text(|language, card| count(language, card.abandoned_today))}</td>
        </tr>
    }
}

/// What is worst, and how bad it is, or why nothing is judged; nothing where all is ok.
fn worst(language: Language, card: &Card) -> String {
    let page = language.words().supervision;
    match (card.severity, card.worst) {
        (Some(severity), Some(worst)) => {
            let (how, what) = ((page.severity)(severity), (page.concern)(worst.concern));
            format!("{how} · {what}")
        }
        (Some(_) | None, _) => {
            let reason = card.suppressed.map(page.suppressed);
            reason.unwrap_or_default().to_owned()
        }
    }
}

/// What a rate was computed from, beside it; one dash is enough where it is absent.
fn counts_of(language: Language, rate: Option<Rate>) -> String {
    rate.map_or(String::new(), |rate| fraction(language, rate))
}

/// The card of a row, from which each cell takes what it shows.
struct Figures {
    card: Row,
    session: Session,
}

impl Figures {
    fn text(&self, of: fn(Language, &Card) -> String) -> Text {
        let (card, session) = (self.card.clone(), self.session);
        text(move || of(session.language(), &card.read()))
    }

    /// How bad it is, for the mark of the cell.
    fn severity(&self) -> Text {
        self.text(|_, card| {
            card.severity
                .map_or(String::new(), |one| one.name().to_owned())
        })
    }

    /// For how long it has been so, or in a word why nothing is judged.
    fn since(&self, state: State) -> Text {
        let (card, session) = (self.card.clone(), self.session);
        text(move || {
            let (worst, suppressed) = (card.read().worst, card.read().suppressed);
            let as_of = state
                .figures
                .view
                .with(|view| view.as_ref().map(|view| view.as_of));
            match (card.read().severity, worst, as_of) {
                (Some(_), Some(worst), Some(as_of)) => {
                    for_minutes(session.language(), (as_of - worst.since).seconds())
                }
                (Some(_), None, _) => {
                    let short = session.words().supervision.suppressed_short;
                    suppressed.map(short).unwrap_or_default().to_owned()
                }
                (None, ..) | (.., None) => ABSENT.to_owned(),
            }
        })
    }

    fn name(&self) -> Text {
        self.text(|language, card| level::name(language.words(), &card.scope, &card.name))
    }

    /// How long the bar is, as a part of the longest one.
    fn share(&self, most_waiting: Memo<i64>) -> Text {
        let card = self.card.clone();
        text(move || {
            let most = most_waiting.get().max(1);
            let hundredths = card.read().waiting.clamp(0, most) * 100 / most;
            format!("{}.{:02}", hundredths / 100, hundredths % 100)
        })
    }

    /// Whether to say of a child that the directory does not know it.
    fn known(&self) -> Memo<bool> {
        let card = self.card.clone();
        flag(move || card.read().known)
    }
}
