//! `/api/v1/calls/{scope}`: the calls behind a count.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use vigie_contract::lists::{Book, CallOutcome, CountedCalls, LegFamily};

use super::api::{Asked, BEHIND, ListQuery, answer, since};
use super::problem::Problem;
use super::shared::Shared;
use crate::access::{Identity, permit_extent};
use crate::engine::request::Question;

/// What may be asked of the calls behind a count.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct CallsQuery {
    outcome: CallOutcome,
    #[serde(default)]
    book: Book,
    #[serde(default)]
    family: LegFamily,
    since: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

/// `/api/v1/calls/{scope}`
pub async fn calls(
    State(shared): State<Shared>,
    identity: Identity,
    Path(path): Path<String>,
    query: Asked<CallsQuery>,
) -> Result<Response, Problem> {
    let topic = permit_extent(identity, BEHIND, &path)?;
    let Query(asked) = query?;
    let list = ListQuery::of(asked.limit, asked.offset);
    let counted = CountedCalls {
        outcome: asked.outcome,
        book: asked.book,
        family: asked.family,
    };
    let since = since(asked.since.as_deref())?;
    answer(
        &shared,
        Question::Ended(topic, list.page()?, counted, since),
    )
    .await
}
