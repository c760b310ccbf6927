//! The headings of the table: what each column is, and the order by it.

use leptos::prelude::*;
use vigie_contract::scope::Scope;

use crate::level;
use crate::reactive::text;
use crate::session::session;
use crate::sort::{Column, Direction};
use crate::words::Words;

#[component]
pub fn Head(here: Memo<Option<Scope>>) -> impl IntoView {
    let session = session();
    let words = move || session.words();
    let group = move |span: &'static str, label: fn(&Words) -> &'static str| {
        view! { <th scope="colgroup" colspan=span>{text(move || label(words()))}</th> }
    };
    let heading = move |column: Column| view! { <Heading column here/> };
    view! {
        <thead>
            <tr class="groups">
                <td></td>
                {group("2", |words| words.group_now)}
                {group("2", |words| words.group_15m)}
                {group("4", |words| words.group_today)}
            </tr>
            <tr>{Column::ALL.map(heading).collect_view()}</tr>
        </thead>
    }
}

#[component]
fn Heading(column: Column, here: Memo<Option<Scope>>) -> impl IntoView {
    let session = session();
    let sorted = Memo::new(move |_| {
        let sort = session.route.with(|route| route.sort);
        (sort.column == column).then_some(sort.direction)
    });
    let aria_sort = text(move || match sorted.get() {
        None => "none",
        Some(Direction::Ascending) => "ascending",
        Some(Direction::Descending) => "descending",
    });
    let label = move || label(session.words(), column, here.read().as_ref());
    let full = move || match group_label(session.words(), column) {
        Some(group) => format!("{}, {group}", label()),
        None => label().to_owned(),
    };
    view! {
        <th scope="col" aria-sort=aria_sort data-column=column.code()>
            <button
                type="button"
                aria-label=text(full)
                title=text(move || (session.words().sort_by)(&full()))
                on:click=move |_| session.sort_by(column)
            >
                <span>{text(label)}</span>
            </button>
        </th>
    }
}

fn label(words: &'static Words, column: Column, here: Option<&Scope>) -> &'static str {
    match column {
        Column::Name => here.map_or("", |here| level::child_kind(words, here)),
        Column::Waiting => words.column_waiting,
        Column::Longest => words.column_longest,
        Column::PickUp15m | Column::PickUpToday => words.column_pick_up,
        Column::AnswerMean15m => words.column_answer_mean,
        Column::Offered => words.column_offered,
        Column::Answered => words.column_answered,
        Column::Abandoned => words.column_abandoned,
    }
}

fn group_label(words: &'static Words, column: Column) -> Option<&'static str> {
    match column {
        Column::Name => None,
        Column::Waiting | Column::Longest => Some(words.group_now),
        Column::PickUp15m | Column::AnswerMean15m => Some(words.group_15m),
        Column::PickUpToday | Column::Offered | Column::Answered | Column::Abandoned => {
            Some(words.group_today)
        }
    }
}
