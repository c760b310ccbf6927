//! A child's row. Each figure is a text of its own that follows the card.

use leptos::prelude::*;
use vigie_contract::view::Card;

use super::row_id;
use crate::components::ScopeLink;
use crate::figures::{count, duration, fraction, percent};
use crate::level;
use crate::session::{Session, session};
use crate::store::Row;
use crate::words::Language;

#[component]
pub fn ChildRow(
    scope: String,
    card: Row,
    /// The one row that the Tab key stops at.
    tab_stop: Memo<Option<String>>,
    /// What the bar of waiting calls is measured by.
    most_waiting: Memo<i64>,
) -> impl IntoView {
    let session = session();
    let figures = Figures { card, session };
    let here = scope.clone();
    let stops_here = Signal::derive(move || tab_stop.read().as_deref() == Some(here.as_str()));
    let focused = scope.clone();
    let id = row_id(&scope);
    let name = figures.name();
    view! {
        <tr
            id=id
            on:focusin=move |_| session.current_row.set(Some(focused.clone()))
        >
            <th scope="row">
                <ScopeLink scope tab_stop=stops_here>{name}</ScopeLink>
                {figures.unknown_mark()}
            </th>
            <td class="waiting" style=("--share", figures.share(most_waiting))>
                {figures.text(|language, card| count(language, card.waiting))}
            </td>
            <td>{figures.text(|language, card| duration(language, card.longest_wait_seconds))}</td>
            <td class="rate">
                {figures.text(|language, card| percent(language, card.pick_up_agent_15m))}
                <small>
                    {figures.text(|language, card| fraction(language, card.pick_up_agent_15m))}
                </small>
            </td>
            <td>
                {figures.text(|language, card| duration(language, card.answer_mean_15m_seconds))}
            </td>
            <td class="rate">
                {figures.text(|language, card| percent(language, card.pick_up_agent_today))}
                <small>
                    {figures.text(|language, card| fraction(language, card.pick_up_agent_today))}
                </small>
            </td>
            <td>{figures.text(|language, card| count(language, card.offered_today))}</td>
            <td>{figures.text(|language, card| count(language, card.answered_today))}</td>
            <td>{figures.text(|language, card| count(language, card.abandoned_today))}</td>
        </tr>
    }
}

/// The card of a row, from which each cell takes what it shows.
struct Figures {
    card: Row,
    session: Session,
}

impl Figures {
    fn text(
        &self,
        of: fn(Language, &Card) -> String,
    ) -> impl Fn() -> String + Send + Sync + 'static + use<> {
        let (card, session) = (self.card.clone(), self.session);
        move || of(session.language(), &card.read())
    }

    fn name(&self) -> impl Fn() -> String + Send + Sync + 'static + use<> {
        self.text(|language, card| level::name(language.words(), &card.scope, &card.name))
    }

    /// How long the bar is, as a part of the longest one.
    fn share(
        &self,
        most_waiting: Memo<i64>,
    ) -> impl Fn() -> String + Send + Sync + 'static + use<> {
        let card = self.card.clone();
        move || {
            let most = most_waiting.get().max(1);
            format!("{}%", card.read().waiting.clamp(0, most) * 100 / most)
        }
    }

    /// Said of a child that the directory does not know.
    fn unknown_mark(&self) -> impl IntoView + use<> {
        let (card, session) = (self.card.clone(), self.session);
        let unknown = Memo::new(move |_| !card.read().known);
        view! {
            <Show when=move || unknown.get()>
                <span class="badge" title=move || session.words().not_in_directory_long>
                    {move || session.words().not_in_directory}
                </span>
            </Show>
        }
    }
}
