//! `/api/v1/unknown`: what events name and the directory does not know.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::api::answer;
use super::problem::Problem;
use super::shared::Shared;
use crate::engine::request::{self as engine, Question};

/// The number of rows of each list that are given if nobody says how many.
pub const DEFAULT_LIMIT: usize = 100;

/// The most rows of each list that are given: the engine makes it between two
/// inputs.
pub const HIGHEST_LIMIT: usize = 1_000;

/// Which part of each list.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Page {
    limit: usize,
    offset: usize,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            limit: DEFAULT_LIMIT,
            offset: 0,
        }
    }
}

/// Agencies, lines and queues, and what found no place.
pub async fn unknown(
    State(shared): State<Shared>,
    query: Result<Query<Page>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(Page { limit, offset }) = query?;
    if limit > HIGHEST_LIMIT {
        let detail = format!("limit: {limit} is more than {HIGHEST_LIMIT}");
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
    }
    answer(&shared, Question::Unknown(engine::Page { offset, limit })).await
}
