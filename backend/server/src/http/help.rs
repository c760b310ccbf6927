//! `/api/v1/help/{scope}`: who could help.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use vigie_contract::extent::Extent;
use vigie_contract::scope::Scope;

use super::api::{Asked, BEHIND, answer};
use super::problem::Problem;
use super::shared::Shared;
use crate::access::{Identity, permit_extent};
use crate::engine::request::Question;

/// The queue that callers would leave, and the agency that they would go to.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct HelpQuery {
    from: Option<String>,
    to: Option<String>,
}

/// `/api/v1/help/{scope}`
pub async fn help(
    State(shared): State<Shared>,
    identity: Identity,
    Path(path): Path<String>,
    query: Asked<HelpQuery>,
) -> Result<Response, Problem> {
    let topic = permit_extent(identity, BEHIND, &path)?;
    let Query(HelpQuery { from, to }) = query?;
    let asked = match (from, to) {
        (None, None) => None,
        (Some(from), Some(to)) => Some((
            permitted("from", identity, &from)?,
            permitted("to", identity, &to)?,
        )),
        (Some(_), None) => return Err(malformed("to", "it is asked for with from")),
        (None, Some(_)) => return Err(malformed("from", "it is asked for with to")),
    };
    answer(&shared, Question::Help(topic, asked)).await
}

/// The scope of a name that may be asked about.
fn permitted(name: &str, identity: Identity, path: &str) -> Result<Scope, Problem> {
    let topic = permit_extent(identity, BEHIND, path)?;
    match topic.extent() {
        Extent::Scope(scope) => Ok(scope.clone()),
        Extent::Selection(_) => Err(malformed(
            name,
            "a selection is neither a queue nor an agency",
        )),
    }
}

fn malformed(name: &str, reason: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, format!("{name}: {reason}"))
}
