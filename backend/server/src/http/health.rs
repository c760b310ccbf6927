//! Whether the process runs, whether the service can serve, and its metrics.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use vigie_contract::frame::Feed;
use vigie_contract::time::{Span, Time};

use super::Shared;
use crate::engine::request::Status;
use crate::engine::wall_clock;

/// An engine that has not looked at its clock for so long is stuck.
const STUCK_AFTER: Span = Span::from_seconds(5);

/// What `/readyz` says.
#[derive(Debug, PartialEq, Serialize)]
pub struct Readiness {
    ready: bool,
    /// Why not.
    reasons: Vec<&'static str>,
    feed: Feed,
    partitions: usize,
    as_of: Option<Time>,
}

impl Readiness {
    /// Ready: partitions assigned, caught up, and the engine awake.
    pub fn of(status: Status, now: Time) -> Self {
        let awake = status
            .ticked_at
            .is_some_and(|ticked| now - ticked < STUCK_AFTER);
        let reasons: Vec<&'static str> = [
            (status.connected, "no Kafka broker can be reached"),
            (status.assigned > 0, "no partition is assigned"),
            (status.caught_up, "what has piled up is still being read"),
            (awake, "the figures are not being updated"),
        ]
        .into_iter()
        .filter_map(|(holds, reason)| (!holds).then_some(reason))
        .collect();
        Self {
            ready: reasons.is_empty(),
            reasons,
            feed: status.feed,
            partitions: status.assigned,
            as_of: status.as_of,
        }
    }
}

/// `/healthz`
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `/readyz`
pub async fn readyz(State(shared): State<Shared>) -> Response {
    let readiness = Readiness::of(shared.engine.status(), wall_clock());
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
}

/// `/metrics`
pub async fn metrics(State(shared): State<Shared>) -> Response {
    let content_type = "text/plain; version=0.0.4; charset=utf-8";
    // Written out one at a time, beside the threads that carry frames: of a
    // country it is a megabyte. The semaphore is never closed.
    let _turn = shared.metrics_turn.acquire().await;
    let metrics = shared.metrics.clone();
    match tokio::task::spawn_blocking(move || metrics.render()).await {
        Ok(text) => ([(header::CONTENT_TYPE, content_type)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_told() {
        let at = Time::from_seconds;
        let reasons = |status: &Status, now| Readiness::of(status.clone(), at(now)).reasons;
        let mut status = Status::default();
        assert_eq!(reasons(&status, 10).len(), 4);
        status.connected = true;
        status.assigned = 2;
        status.caught_up = true;
        status.ticked_at = Some(at(6));
        assert!(Readiness::of(status.clone(), at(10)).ready);
        assert_eq!(reasons(&status, 11), ["the figures are not being updated"]);
        status.caught_up = false;
        assert_eq!(
            reasons(&status, 10),
            ["what has piled up is still being read"]
        );
    }
}
