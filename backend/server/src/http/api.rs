//! `/api/v1`: the same figures as the websocket, asked for once.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use vigie_contract::frame::Crumb;
use vigie_contract::scope::{NotAScope, Scope};

use super::Shared;
use super::problem::Problem;
use crate::engine::request::{Answer, Listing, Stopped};

/// Of a list, so many where nobody says how many.
pub(super) const DEFAULT_LIMIT: usize = 1_000;

/// Of a list, so many at most: the engine makes it between two inputs.
pub(super) const HIGHEST_LIMIT: usize = 10_000;

/// The description of the API.
pub const OPENAPI: &str = include_str!("../../openapi.json");

/// Schemas and descriptions served beside it: name, content type, text.
pub(super) const DOCUMENTS: &[(&str, &str, &str)] = &[
    (
        "view.schema.json",
        "application/schema+json",
        include_str!("../../../contract/schema/view.schema.json"),
    ),
    (
        "events.schema.json",
        "application/schema+json",
        include_str!("../../../contract/schema/events.schema.json"),
    ),
    (
        "frames.schema.json",
        "application/schema+json",
        include_str!("../../../contract/schema/frames.schema.json"),
    ),
    (
        "lists.schema.json",
        "application/schema+json",
        include_str!("../../../contract/schema/lists.schema.json"),
    ),
    (
        "asyncapi.yaml",
        "application/yaml",
        include_str!("../../../contract/schema/asyncapi.yaml"),
    ),
];

#[derive(Serialize)]
struct Scopes {
    scopes: Vec<Crumb>,
}

/// What may be asked of a view.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ViewQuery {
    quarters: bool,
}

/// What may be asked of a list.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    limit: usize,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            limit: DEFAULT_LIMIT,
        }
    }
}

/// What follows the question mark, or why it cannot be followed.
type Asked<Q> = Result<Query<Q>, QueryRejection>;

/// `/api/v1/views/{scope}`
pub async fn view(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    query: Asked<ViewQuery>,
) -> Result<Response, Problem> {
    let scope: Scope = path.parse()?;
    let Query(ViewQuery { quarters }) = query?;
    found(&path, shared.engine.view(scope, quarters).await?)
}

/// `/api/v1/waiting/{scope}`
pub async fn waiting(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    query: Asked<ListQuery>,
) -> Result<Response, Problem> {
    let listing = listing(&path, query)?;
    found(&path, shared.engine.waiting(listing).await?)
}

/// `/api/v1/promises/{scope}`
pub async fn promises(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    query: Asked<ListQuery>,
) -> Result<Response, Problem> {
    let listing = listing(&path, query)?;
    found(&path, shared.engine.promises(listing).await?)
}

/// `/api/v1/levers/{scope}`
pub async fn levers(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    query: Asked<ListQuery>,
) -> Result<Response, Problem> {
    let listing = listing(&path, query)?;
    found(&path, shared.engine.levers(listing).await?)
}

fn listing(path: &str, query: Asked<ListQuery>) -> Result<Listing, Problem> {
    let scope = path.parse()?;
    let Query(ListQuery { limit }) = query?;
    if limit > HIGHEST_LIMIT {
        let detail = format!("limit: {limit} is more than {HIGHEST_LIMIT}");
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
    }
    Ok(Listing { scope, limit })
}

/// `/api/v1/children/{scope}`
pub async fn children(
    State(shared): State<Shared>,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let scope: Scope = path.parse()?;
    found(&path, shared.engine.children(scope).await?)
}

/// `/api/v1/scopes`
pub async fn scopes(State(shared): State<Shared>) -> Result<Response, Problem> {
    let scopes = shared.engine.scopes().await?;
    Ok(fresh(Json(Scopes { scopes })))
}

/// `/api/v1/openapi.json`
pub async fn openapi() -> Response {
    document("application/json", OPENAPI)
}

/// `/api/v1/schema/{name}`
pub async fn schema(Path(name): Path<String>) -> Result<Response, Problem> {
    DOCUMENTS
        .iter()
        .find(|(known, ..)| *known == name)
        .map(|(_, content_type, text)| document(content_type, text))
        .ok_or_else(|| Problem::not_found(format!("no such schema: {name:?}")))
}

fn document(content_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, content_type)], text).into_response()
}

pub(super) fn found<T: Serialize>(path: &str, answer: Answer<T>) -> Result<Response, Problem> {
    match answer {
        Answer::Found(found) => Ok(fresh(Json(found))),
        Answer::UnknownScope => Err(Problem::not_found(format!(
            "neither the directory nor an event has named {path}"
        ))),
        Answer::NotYet => Err(Problem::unavailable(
            "no figures yet: nothing has been read, see /readyz",
        )),
    }
}

/// Figures are of now: no cache may keep them.
fn fresh(body: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], body).into_response()
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Problem::new(rejection.status(), rejection.body_text())
    }
}

impl From<NotAScope> for Problem {
    fn from(error: NotAScope) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, error.to_string())
    }
}

impl From<Stopped> for Problem {
    fn from(error: Stopped) -> Self {
        Problem::unavailable(error.to_string())
    }
}
