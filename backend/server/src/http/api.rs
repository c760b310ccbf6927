//! `/api/v1`: the same figures as the websocket, asked for once.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use vigie_contract::extent::Extent;
use vigie_contract::time::Time;
use vigie_contract::topic::Topic;

use super::problem::Problem;
use super::shared::Shared;
use crate::access::{Denied, Identity, Permitted, permit_extent};
use crate::engine::request::{Page, Question, Unanswered};

/// The number of rows of a list that are given if nobody says how many.
pub(super) const DEFAULT_LIMIT: usize = 1_000;

/// The most rows of a list that are given: the engine makes it between two inputs.
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
        "indicators.schema.json",
        "application/schema+json",
        include_str!("../../../contract/schema/indicators.schema.json"),
    ),
    (
        "explanation.schema.json",
        "application/schema+json",
        include_str!("../../../contract/schema/explanation.schema.json"),
    ),
    (
        "help.schema.json",
        "application/schema+json",
        include_str!("../../../contract/schema/help.schema.json"),
    ),
    (
        "asyncapi.yaml",
        "application/yaml",
        include_str!("../../../contract/schema/asyncapi.yaml"),
    ),
];

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
    offset: usize,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            limit: DEFAULT_LIMIT,
            offset: 0,
        }
    }
}

/// What may be asked of incidents.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct IncidentsQuery {
    limit: Option<usize>,
    offset: Option<usize>,
    since: Option<String>,
}

impl IncidentsQuery {
    fn list(&self) -> ListQuery {
        ListQuery::of(self.limit, self.offset)
    }

    fn since(&self) -> Result<Option<Time>, Problem> {
        since(self.since.as_deref())
    }
}

/// The instant that a list is asked for since, if any.
pub(super) fn since(asked: Option<&str>) -> Result<Option<Time>, Problem> {
    let time = asked.map(|text| {
        text.parse().map_err(|fault| {
            let detail = format!("since: {text:?}: {fault}");
            Problem::new(StatusCode::BAD_REQUEST, detail)
        })
    });
    time.transpose()
}

/// What lists are of that are no topics themselves: they are what is behind the
/// figures of a scope, for whoever may see those.
pub(super) const BEHIND: fn(Extent) -> Topic = Topic::Figures;

/// What follows the question mark, or why it cannot be followed.
pub(super) type Asked<Q> = Result<Query<Q>, QueryRejection>;

/// `/api/v1/views/{scope}`
pub async fn view(
    State(shared): State<Shared>,
    identity: Identity,
    Path(path): Path<String>,
    query: Asked<ViewQuery>,
) -> Result<Response, Problem> {
    let topic = permit_extent(identity, Topic::Figures, &path)?;
    let Query(ViewQuery { quarters }) = query?;
    answer(&shared, Question::View(topic, quarters)).await
}

/// `/api/v1/children/{scope}`
pub async fn children(
    State(shared): State<Shared>,
    identity: Identity,
    Path(path): Path<String>,
    query: Asked<ListQuery>,
) -> Result<Response, Problem> {
    let topic = permit_extent(identity, Topic::Children, &path)?;
    answer(&shared, Question::Children(topic, page(query)?)).await
}

/// `/api/v1/waiting/{scope}`, and the other lists behind the figures of a scope.
pub fn list(of: fn(Permitted<Topic>, Page) -> Question) -> MethodRouter<Shared> {
    get(
        async move |State(shared): State<Shared>,
                    identity: Identity,
                    Path(path): Path<String>,
                    query: Asked<ListQuery>| {
            let topic = permit_extent(identity, BEHIND, &path)?;
            answer(&shared, of(topic, page(query)?)).await
        },
    )
}

/// `/api/v1/incidents/{scope}`
pub async fn incidents(
    State(shared): State<Shared>,
    identity: Identity,
    Path(path): Path<String>,
    query: Asked<IncidentsQuery>,
) -> Result<Response, Problem> {
    let topic = permit_extent(identity, Topic::Incidents, &path)?;
    let Query(asked) = query?;
    let (page, since) = (asked.list().page()?, asked.since()?);
    answer(&shared, Question::Incidents(topic, page, since)).await
}

/// `/api/v1/scopes`
pub async fn scopes(
    State(shared): State<Shared>,
    query: Asked<ListQuery>,
) -> Result<Response, Problem> {
    answer(&shared, Question::Scopes(page(query)?)).await
}

fn page(query: Asked<ListQuery>) -> Result<Page, Problem> {
    let Query(list) = query?;
    list.page()
}

impl ListQuery {
    /// As asked for, as far as it was.
    pub(super) fn of(limit: Option<usize>, offset: Option<usize>) -> Self {
        let default = Self::default();
        Self {
            limit: limit.unwrap_or(default.limit),
            offset: offset.unwrap_or(default.offset),
        }
    }

    pub(super) fn page(&self) -> Result<Page, Problem> {
        let &Self { limit, offset } = self;
        if limit > HIGHEST_LIMIT {
            let detail = format!("limit: {limit} is more than {HIGHEST_LIMIT}");
            return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
        }
        Ok(Page { offset, limit })
    }
}

/// Answers a question. No cache may keep the answer, since figures are of now.
pub(super) async fn answer(shared: &Shared, question: Question) -> Result<Response, Problem> {
    let body = shared.answers.of(&shared.engine, question).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body).into_response())
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

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Problem::new(rejection.status(), rejection.body_text())
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotATopic(none) => Problem::new(StatusCode::BAD_REQUEST, none.to_string()),
            Denied::Forbidden(forbidden) => match forbidden {},
        }
    }
}

impl From<Unanswered> for Problem {
    fn from(unanswered: Unanswered) -> Self {
        let status = match unanswered {
            Unanswered::Busy => StatusCode::TOO_MANY_REQUESTS,
            Unanswered::Stopped | Unanswered::Late => StatusCode::SERVICE_UNAVAILABLE,
        };
        Problem::new(status, unanswered.to_string())
    }
}
