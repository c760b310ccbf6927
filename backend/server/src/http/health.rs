//! Whether the process runs, whether the service can serve, and its metrics.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use vigie_contract::frame::{Feed, FeedState};
use vigie_contract::time::Time;

use super::shared::Shared;
use crate::engine::request::Status;
use crate::telemetry::metrics as names;
use crate::threads::Loops;

/// What `/readyz` says.
#[derive(Debug, PartialEq, Serialize)]
pub struct Readiness {
    ready: bool,
    /// Why the service is not ready, in words.
    reasons: Vec<&'static str>,
    /// What does not keep it from serving, and must be seen to.
    warnings: Vec<&'static str>,
    feed: Feed,
    partitions: usize,
    as_of: Option<Time>,
}

/// What `/healthz` says of a loop.
#[derive(Debug, PartialEq, Serialize)]
struct LoopHealth {
    name: &'static str,
    /// Seconds since the loop last went round.
    age_seconds: f64,
    stuck: bool,
}

impl Readiness {
    /// Ready: every partition is read, as of now, and the figures are being made.
    pub fn of(status: Status, loops: &Loops) -> Self {
        let feed = &status.feed;
        let is_whole = !matches!(feed.state, FeedState::Partial);
        let is_read = feed.state != FeedState::Blocked;
        // Reading that waits cannot know what has piled up meanwhile.
        let is_caught_up = status.caught_up || !is_read;
        let is_stuck = loops.named().iter().any(|(_, pulse)| pulse.is_stuck());
        Self::told(
            &[
                (status.connected, "no Kafka broker can be reached"),
                (status.assigned > 0, "no partition is assigned"),
                (is_caught_up, "what has piled up is still being read"),
                (is_whole, "some partitions are not read, see feed.partial"),
                (is_read, "reading waits: refused messages cannot be written"),
                (!is_stuck, "the figures are not being updated, see /healthz"),
            ],
            &[
                (
                    feed.clock_off_seconds.is_none(),
                    "the clock of this machine is not the broker's, see feed.clock_off_seconds",
                ),
                (
                    feed.refused_waiting_since.is_none(),
                    "refused messages wait to be written, see feed.refused_waiting_since",
                ),
                (
                    feed.directory_refused.is_none(),
                    "the directory's file is refused: the version before stays in force, \
                     see feed.directory_refused",
                ),
                (
                    feed.lost.is_none(),
                    "messages were gone before they were read, see feed.lost",
                ),
                (
                    status.stamped_by_broker != Some(false),
                    "message.timestamp.type of the topic is not LogAppendTime: \
                     nothing tells when an event arrived",
                ),
            ],
            &status,
        )
    }

    fn told(
        needed: &[(bool, &'static str)],
        wished: &[(bool, &'static str)],
        status: &Status,
    ) -> Self {
        let failing = |list: &[(bool, &'static str)]| {
            let failing = list.iter().filter(|(holds, _)| !holds);
            failing.map(|(_, reason)| *reason).collect::<Vec<_>>()
        };
        let reasons = failing(needed);
        Self {
            ready: reasons.is_empty(),
            reasons,
            warnings: failing(wished),
            feed: status.feed.clone(),
            partitions: status.assigned,
            as_of: status.as_of,
        }
    }
}

/// `/healthz`: whether every loop goes round. Where one does not, a new start may
/// help; nothing else is in question here.
pub async fn healthz(State(shared): State<Shared>) -> Response {
    let loops = shared.loops.named().map(|(name, pulse)| LoopHealth {
        name,
        age_seconds: pulse.age().as_secs_f64(),
        stuck: pulse.is_stuck(),
    });
    let status = if loops.iter().any(|one| one.stuck) {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    (status, Json(serde_json::json!({ "loops": loops }))).into_response()
}

/// `/readyz`
pub async fn readyz(State(shared): State<Shared>) -> Response {
    let readiness = Readiness::of(shared.engine.status(), &shared.loops);
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
}

/// `/metrics`
pub async fn metrics(State(shared): State<Shared>) -> Response {
    for (name, pulse) in shared.loops.named() {
        metrics::gauge!(names::LOOP_AGE, "loop" => name).set(pulse.age().as_secs_f64());
    }
    // What a stuck engine last said of the feed does not hold any more.
    if shared.loops.engine.is_stuck() {
        names::set_feed_state(None);
    }
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
    use vigie_contract::frame::RefusedDirectory;

    use super::*;

    type Change = fn(&mut Status);

    fn live() -> Status {
        Status {
            feed: Feed {
                state: FeedState::Live,
                ..Feed::starting()
            },
            connected: true,
            assigned: 2,
            caught_up: true,
            stamped_by_broker: Some(true),
            ..Status::default()
        }
    }

    fn told(change: impl FnOnce(&mut Status)) -> (Vec<&'static str>, Vec<&'static str>) {
        let mut status = live();
        change(&mut status);
        let readiness = Readiness::of(status, &Loops::default());
        assert_eq!(readiness.ready, readiness.reasons.is_empty());
        (readiness.reasons, readiness.warnings)
    }

    #[test]
    fn every_reason_is_told_by_itself() {
        assert_eq!(told(|_| {}), (vec![], vec![]));
        let changes: [(Change, &str); 5] = [
            (|status| status.connected = false, "no Kafka broker"),
            (|status| status.assigned = 0, "no partition"),
            (|status| status.caught_up = false, "piled up"),
            (
                |status| status.feed.state = FeedState::Partial,
                "some partitions",
            ),
            (
                |status| {
                    status.feed.state = FeedState::Blocked;
                    status.caught_up = false;
                },
                "reading waits",
            ),
        ];
        for (change, reason) in changes {
            let (reasons, warnings) = told(change);
            assert_eq!((reasons.len(), warnings.len()), (1, 0), "{reason}");
            assert!(reasons[0].contains(reason), "{reasons:?}");
        }
        assert_eq!(told(|status| *status = Status::default()).0.len(), 3);
    }

    #[test]
    fn what_does_not_keep_it_from_serving_is_a_warning() {
        let changes: [(Change, &str); 4] = [
            (|status| status.feed.clock_off_seconds = Some(-7.0), "clock"),
            (
                |status| status.feed.refused_waiting_since = Some(Time(0)),
                "refused",
            ),
            (
                |status| {
                    let (since, faults) = (Time(0), 20);
                    status.feed.directory_refused = Some(RefusedDirectory { since, faults });
                },
                "the version before stays in force",
            ),
            (
                |status| status.stamped_by_broker = Some(false),
                "LogAppendTime",
            ),
        ];
        for (change, warning) in changes {
            let (reasons, warnings) = told(change);
            assert_eq!((reasons.len(), warnings.len()), (0, 1), "{warning}");
            assert!(warnings[0].contains(warning), "{warnings:?}");
        }
    }
}
