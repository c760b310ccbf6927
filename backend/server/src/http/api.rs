//! `/api/v1`: the same figures as the websocket, asked for once.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use vigie_contract::frame::Crumb;
use vigie_contract::scope::{NotAScope, Scope};

use super::Shared;
use super::problem::Problem;
use crate::engine::request::{Answer, Stopped};

/// The description of the API.
pub const OPENAPI: &str = include_str!("../../openapi.json");

/// Schemas and descriptions served beside it: name, content type, text.
const DOCUMENTS: &[(&str, &str, &str)] = &[
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
        "asyncapi.yaml",
        "application/yaml",
        include_str!("../../../contract/schema/asyncapi.yaml"),
    ),
];

#[derive(Serialize)]
struct Scopes {
    scopes: Vec<Crumb>,
}

/// `/api/v1/views/{scope}`
pub async fn view(
    State(shared): State<Shared>,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let scope: Scope = path.parse()?;
    found(&path, shared.engine.view(scope).await?)
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

fn found<T: Serialize>(path: &str, answer: Answer<T>) -> Result<Response, Problem> {
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
