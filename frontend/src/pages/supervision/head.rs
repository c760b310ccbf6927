//! The headings of the table: what each column is, and the order by it.

use leptos::prelude::*;
use vigie_contract::extent::Extent;

use super::state::state;
use crate::level;
use crate::reactive::text;
use crate::sort::{Column, Direction};
use crate::words::{SupervisionWords, Words};

#[component]
pub fn Head(here: Memo<Option<Extent>>) -> impl IntoView {
    let session = state().session;
    let words = move || session.words().supervision;
    let group = move |span: &'static str, label: fn(&SupervisionWords) -> &'static str| {
        view! { <th scope="colgroup" colspan=span>{text(move || label(words()))}</th> }
    };
    let heading = move |column: Column| view! { <Heading column here/> };
    view! {
        <thead>
            <tr class="groups">
                <td></td>
                {group("3", |words| words.group_now)}
                {group("2", |words| words.group_15m)}
                {group("4", |words| words.group_today)}
            </tr>
            <tr>{Column::ALL.map(heading).collect_view()}</tr>
        </thead>
    }
}

#[component]
fn Heading(column: Column, here: Memo<Option<Extent>>) -> impl IntoView {
    let state = state();
    let session = state.session;
    let sorted = Memo::new(move |_| {
        let sort = state.sort();
        (sort.column == column).then_some(sort.direction)
    });
    let aria_sort = text(move || match sorted.get() {
        None => "none",
        Some(Direction::Ascending) => "ascending",
        Some(Direction::Descending) => "descending",
    });
    let label = move || label(session.words(), column, here.read().as_ref());
    let full = move || match group_label(session.words().supervision, column) {
        Some(group) => format!("{}, {group}", label()),
        None => label().to_owned(),
    };
    view! {
        <th scope="col" aria-sort=aria_sort data-column=column.code()>
            <button
                type="button"
                aria-label=text(full)
                title=text(move || (session.words().supervision.sort_by)(&full()))
                on:click=move |_| state.sort_by(column)
            >
                <span>{text(label)}</span>
            </button>
        </th>
    }
}

fn label(words: &'static Words, column: Column, here: Option<&Extent>) -> &'static str {
    let page = words.supervision;
    match column {
        Column::Name => here.map_or("", |here| level::child_kind(words, here)),
        Column::Severity => page.column_severity,
        Column::Waiting => page.column_waiting,
        Column::Longest => page.column_longest,
        Column::PickUp15m | Column::PickUpToday => page.column_pick_up,
        Column::AnswerMean15m => page.column_answer_mean,
        Column::Offered => page.column_offered,
        Column::Answered => page.column_answered,
        Column::Abandoned => page.column_abandoned,
    }
}

fn group_label(words: &'static SupervisionWords, column: Column) -> Option<&'static str> {
    match column {
        Column::Name => None,
        Column::Severity | Column::Waiting | Column::Longest => Some(words.group_now),
        Column::PickUp15m | Column::AnswerMean15m => Some(words.group_15m),
        Column::PickUpToday | Column::Offered | Column::Answered | Column::Abandoned => {
            Some(words.group_today)
        }
    }
}
