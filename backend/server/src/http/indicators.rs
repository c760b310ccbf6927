//! `/api/v1/indicators`: what every figure is. It is the same as long as the service
//! runs, so that it is written out once, and no engine is asked.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use vigie_contract::definition::{Definition, Definitions};

use super::problem::Problem;
use crate::misspelt::{LETTERS_APART, Misspelt, shown};

/// The most names that are near one that there is not.
const MOST_NEAR: usize = 5;

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(Definitions::all);

/// All of them, written out.
static WRITTEN: LazyLock<Option<Bytes>> = LazyLock::new(|| written(&*DEFINITIONS));

/// `/api/v1/indicators`
pub async fn all() -> Result<Response, Problem> {
    answer(WRITTEN.clone())
}

/// `/api/v1/indicators/{name}`
pub async fn one(Path(name): Path<String>) -> Result<Response, Problem> {
    let found = DEFINITIONS.indicators.iter().find(|one| shows(one, &name));
    match found {
        Some(definition) => answer(written(definition)),
        None => Err(Problem::not_found(no_such(&name))),
    }
}

fn shows(definition: &Definition, field: &str) -> bool {
    definition.fields.iter().any(|known| known == field)
}

fn written(value: &impl Serialize) -> Option<Bytes> {
    let text = serde_json::to_vec(value);
    text.inspect_err(|error| tracing::error!(%error, "definitions could not be written"))
        .ok()
        .map(Bytes::from)
}

fn answer(text: Option<Bytes>) -> Result<Response, Problem> {
    let text = text.ok_or_else(|| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the definitions could not be written",
        )
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// That there is no indicator of a name, and which are near it.
fn no_such(name: &str) -> String {
    let shown = shown(name);
    let near = near(&Misspelt::of(name));
    match near.is_empty() {
        true => format!("no such indicator: {shown:?}; /api/v1/indicators lists them"),
        false => format!("no such indicator: {shown:?}; near it: {}", near.join(", ")),
    }
}

/// The names that are like one, the nearest first: of the same last part, or a few
/// letters apart.
fn near(name: &Misspelt) -> Vec<&'static str> {
    let distance = |known: &'static str| {
        let last = known.rsplit('.').next().unwrap_or(known);
        let apart = [known, last].map(|known| name.letters_apart(known));
        (apart[0].min(apart[1]), known)
    };
    // Of a short name, every other letter would be another one.
    let allowed = LETTERS_APART.min(name.letters() / 3);
    let names = DEFINITIONS.indicators.iter().map(|one| one.name.as_str());
    let mut near: Vec<_> = names
        .map(distance)
        .filter(|(apart, _)| *apart <= allowed)
        .collect();
    near.sort_unstable();
    near.truncate(MOST_NEAR);
    near.into_iter().map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use serde_json::Value;

    use super::*;

    async fn body(response: Response) -> Value {
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[tokio::test]
    async fn one_is_found_by_any_field_that_shows_it() {
        let listed = body(all().await.unwrap()).await;
        let listed = listed["indicators"].as_array().unwrap().clone();
        for known in &listed {
            for field in known["fields"].as_array().unwrap() {
                let name = field.as_str().unwrap().to_owned();
                let found = body(one(Path(name)).await.unwrap()).await;
                assert_eq!(&found, known);
            }
        }
    }

    #[tokio::test]
    async fn what_there_is_not_is_named_with_what_is_near() {
        let long = "x".repeat(10_000);
        let cut = format!(
            "no such indicator: {:?}; /api/v1/indicators lists them",
            &long[..60]
        );
        for (name, told) in [
            (
                "pick_up_agent",
                r#"no such indicator: "pick_up_agent"; near it: rates.pick_up_agent"#,
            ),
            (
                "Rates.Pick_up_agnet",
                r#"no such indicator: "Rates.Pick_up_agnet"; near it: rates.pick_up_agent"#,
            ),
            (
                "\u{202e}\n",
                r#"no such indicator: "\u{202e}\n"; /api/v1/indicators lists them"#,
            ),
            (&long, &cut),
        ] {
            let problem = one(Path(name.to_owned())).await.unwrap_err();
            let response = problem.into_response();
            assert_eq!(response.status(), StatusCode::NOT_FOUND);
            assert_eq!(body(response).await["detail"], told);
        }
    }
}
