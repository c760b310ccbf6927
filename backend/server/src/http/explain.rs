//! `/api/v1/explain/{scope}`: why a rate moved.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use vigie_contract::explanation::WindowLength;
use vigie_contract::time::Time;

use super::api::{Asked, BEHIND, answer};
use super::problem::Problem;
use super::shared::Shared;
use crate::access::{Identity, permit_extent};
use crate::engine::request::{Compared, Question};

/// The two windows, as they are asked for.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct ExplainQuery {
    from: String,
    to: String,
    window: Option<String>,
}

impl ExplainQuery {
    /// What is asked, or which part of it is at fault and why.
    fn read(&self) -> Result<Compared, String> {
        let from = instant("from", &self.from)?;
        let to = instant("to", &self.to)?;
        let length = match &self.window {
            Some(text) => text.parse().map_err(|fault| format!("window: {fault}"))?,
            None => WindowLength::default(),
        };
        match from < to {
            true => Ok(Compared { from, to, length }),
            false => Err(format!("from: {from} is not before to, {to}")),
        }
    }
}

/// An instant that is a whole second: what figures are as of.
fn instant(name: &str, text: &str) -> Result<Time, String> {
    let time: Time = text
        .parse()
        .map_err(|fault| format!("{name}: {text:?}: {fault}"))?;
    match time == Time::from_seconds(time.second()) {
        true => Ok(time),
        false => Err(format!("{name}: {text:?}: figures are as of whole seconds")),
    }
}

/// `/api/v1/explain/{scope}`
pub async fn explain(
    State(shared): State<Shared>,
    identity: Identity,
    Path(path): Path<String>,
    query: Asked<ExplainQuery>,
) -> Result<Response, Problem> {
    let topic = permit_extent(identity, BEHIND, &path)?;
    let Query(asked) = query?;
    let compared = asked.read();
    let compared = compared.map_err(|detail| Problem::new(StatusCode::BAD_REQUEST, detail))?;
    answer(&shared, Question::Explanation(topic, compared)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(from: &str, to: &str, window: Option<&str>) -> Result<Compared, String> {
        let query = ExplainQuery {
            from: from.to_owned(),
            to: to.to_owned(),
            window: window.map(str::to_owned),
        };
        query.read()
    }

    #[test]
    fn windows_are_read_and_faults_name_their_place() {
        const NINE: &str = "2026-11-21T09:00:00Z";
        const TEN: &str = "2026-11-21T11:00:00+01:00";
        let asked = read(NINE, TEN, None).unwrap();
        assert_eq!(asked.to.second() - asked.from.second(), 3_600);
        assert_eq!(asked.length, WindowLength::Seconds(3_600));
        let today = read(NINE, TEN, Some("today")).unwrap();
        assert_eq!(today.length, WindowLength::Today);
        for (from, to, window, fault) in [
            ("nine", TEN, None, "from: \"nine\": "),
            (NINE, "", None, "to: \"\": "),
            (
                NINE,
                "2026-11-21T11:00:00.5Z",
                None,
                "to: \"2026-11-21T11:00:00.5Z\": figures",
            ),
            (NINE, TEN, Some("1d"), "window: \"1d\": "),
            (NINE, TEN, Some(""), "window: \"\": "),
            (
                TEN,
                NINE,
                None,
                "from: 2026-11-21T10:00:00Z is not before to, 2026-11-21T09:00:00Z",
            ),
            (NINE, NINE, None, "from: 2026-11-21T09:00:00Z is not before"),
        ] {
            let refused = read(from, to, window).unwrap_err();
            assert!(refused.starts_with(fault), "{refused}");
        }
    }
}
