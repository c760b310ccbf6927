//! One figure, large, with what is behind it one click away.

use leptos::prelude::*;

use super::state::{State, state};
use crate::browser;
use crate::explanation::{Explanation, Figure};
use crate::reactive::{flag, text};
use crate::session::Session;

#[component]
pub fn Tile(figure: Figure) -> impl IntoView {
    let state = state();
    let session = state.session;
    let view = state.figures.view;
    let label = move || figure.label(session.words());
    let value = text(move || view.with(|view| figure.value(session.language(), view.as_ref())));
    let detail = text(move || view.with(|view| figure.detail(session.language(), view.as_ref())));
    let severity = text(move || {
        let judged = view.with(|view| view.as_ref().and_then(|view| figure.judged(view)));
        judged.map_or("", |judgement| judgement.state.name())
    });
    let open = flag(move || state.explained.get() == Some(figure));
    let closed = flag(move || !open.get());
    let panel_id = format!("explanation-{}", figure.code());
    let controls = panel_id.clone();
    let toggle = move |_| {
        let target = (!open.get_untracked()).then_some(figure);
        state.explained.set(target);
    };
    view! {
        <section class="tile" data-figure=figure.code() data-severity=severity>
            <h2>
                <button
                    type="button"
                    aria-expanded=text(move || open.get().to_string())
                    aria-controls=controls
                    title=text(move || (session.words().explain)(label()))
                    on:click=toggle
                >
                    {text(label)}
                </button>
            </h2>
            <p class="value">{value}</p>
            <p class="detail">{detail}</p>
            <div class="explanation" id=panel_id hidden=closed>
                <button
                    type="button"
                    class="close"
                    aria-label=text(move || session.words().close)
                    on:click=move |_| close_explanation(state)
                >
                    <span aria-hidden="true">"×"</span>
                </button>
                {move || open.get().then(|| view! { <Behind figure/> })}
            </div>
        </section>
    }
}

/// Closes what is open, and puts the focus back where it was opened from.
pub fn close_explanation(state: State) {
    let figure = state.explained.get_untracked();
    let was_inside = browser::focus_is_within(".explanation");
    state.explained.set(None);
    if was_inside && let Some(figure) = figure {
        let opener = format!("[data-figure='{}'] h2 button", figure.code());
        if let Some(opener) = browser::find(&opener) {
            let _ = opener.focus();
        }
    }
}

/// The definition, formula, window and counts, which move with the figure.
#[component]
fn Behind(figure: Figure) -> impl IntoView {
    let state = state();
    let session = state.session;
    let explanation = Memo::new(move |_| {
        let rules = state.figures.rules.get()?;
        state.figures.view.with(|view| {
            let moment = |at| session.moment(at);
            view.as_ref()
                .map(|view| figure.explanation(session.language(), view, rules, &moment))
        })
    });
    move || explanation.get().map(|it| panel(session, it))
}

fn panel(session: Session, explanation: Explanation) -> impl IntoView {
    let words = session.words();
    let formula = explanation.formula.map(|formula| {
        view! {
            <h3>{words.formula}</h3>
            <p>{formula.words}</p>
            {formula.numbers.map(|numbers| view! { <p class="numbers">{numbers}</p> })}
        }
    });
    let window = explanation
        .window
        .map(|window| view! { <h3>{words.window}</h3> <p>{window}</p> });
    view! {
        <p>{explanation.definition}</p>
        {formula}
        {window}
        {pairs(words.counts, explanation.counts)}
        {pairs(words.other_rates, explanation.others)}
    }
}

fn pairs(title: &'static str, pairs: Vec<(String, String)>) -> Option<impl IntoView> {
    (!pairs.is_empty()).then(|| {
        let rows = pairs
            .into_iter()
            .map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
            .collect_view();
        view! { <h3>{title}</h3> <dl>{rows}</dl> }
    })
}
