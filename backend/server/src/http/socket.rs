//! `/ws`: who may open a websocket, and what its buffers may hold.

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use vigie_contract::extent::LONGEST_PATH;
use vigie_contract::frame::{BINARY_SUBPROTOCOL, CloseCode, JSON_SUBPROTOCOL};

use super::conversation::{Conversation, close};
use super::problem::{Problem, count_refused};
use super::shared::Shared;
use crate::access::Identity;
use crate::publish::Encoding;
use crate::publish::frame::LARGEST_FRAME;
use crate::telemetry::metrics as names;

/// The name of a topic is a few dozen bytes, that of a selection up to
/// [`LONGEST_PATH`]; in JSON a byte of it may be written as six, which no code needs.
const LARGEST_MESSAGE: usize = 2 * LONGEST_PATH;

/// Buffers of a connection; the defaults are sized for large uploads.
const READ_BUFFER: usize = 4 * 1024;
const WRITE_BUFFER: usize = 16 * 1024;

/// Holds the largest frame, and a ping or its answer before it.
const LARGEST_WRITE_BUFFER: usize = LARGEST_FRAME + WRITE_BUFFER;

/// `/ws`
pub async fn upgrade(
    State(shared): State<Shared>,
    identity: Identity,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !may_connect(&headers, &shared.allowed_origins) {
        count_refused("origin");
        return Problem::new(
            StatusCode::FORBIDDEN,
            "a page of another origin may not connect, see http.allowed_origins",
        )
        .into_response();
    }
    // Taken once it subscribes; told here, where a browser can still be told why.
    if shared.places.available_permits() == 0 {
        count_refused("clients");
        return Problem::unavailable("too many clients, see limits.max_clients").into_response();
    }
    upgrade
        .protocols([BINARY_SUBPROTOCOL, JSON_SUBPROTOCOL])
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(LARGEST_WRITE_BUFFER)
        .on_upgrade(async move |socket| {
            let chosen = socket.protocol().and_then(|chosen| chosen.to_str().ok());
            let encoding = match chosen {
                Some(BINARY_SUBPROTOCOL) => Encoding::Postcard,
                Some(JSON_SUBPROTOCOL) => Encoding::Json,
                _ => {
                    let why = format!("offer {JSON_SUBPROTOCOL} or {BINARY_SUBPROTOCOL}");
                    metrics::counter!(names::CLIENTS_CLOSED, "reason" => "no_subprotocol")
                        .increment(1);
                    return close(socket, CloseCode::NoSubprotocol, &why).await;
                }
            };
            metrics::gauge!(names::CLIENTS).increment(1.0);
            Conversation::new(shared, identity, socket, encoding)
                .run()
                .await;
            metrics::gauge!(names::CLIENTS).decrement(1.0);
        })
}

/// Whether a page may open a websocket: one of the same host, or one that the
/// configuration names. What is no page, names no origin.
fn may_connect(headers: &HeaderMap, allowed: &[String]) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    let same = host.is_some() && host == text(header::HOST);
    same || allowed.iter().any(|allowed| allowed == origin)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn pages_of_the_same_host_and_named_ones_may_connect() {
        let allowed = ["https://wall.example".to_owned()];
        for (origin, host, may) in [
            (None, "vigie:8787", true),
            (Some("http://vigie:8787"), "vigie:8787", true),
            (Some("https://vigie:8787"), "vigie:8787", true),
            (Some("http://vigie"), "vigie:8787", false),
            (Some("http://evil.example"), "vigie:8787", false),
            (Some("https://wall.example"), "vigie:8787", true),
            (Some("null"), "vigie:8787", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(may_connect(&headers, &allowed), may, "{origin:?}");
        }
    }
}
