//! `/ws`: one client's connection.
//!
//! Frames come encoded from the publisher through a bounded queue; this task
//! only carries them. Its own buffers are bounded too, and a client that takes
//! nothing for a while is let go.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc::{self, Receiver};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use vigie_contract::frame::{
    BINARY_SUBPROTOCOL, ClientFrame, CloseCode, Hello, JSON_SUBPROTOCOL, PROTOCOL, Refused,
    RefusedReason, ServerFrame, Subscribe,
};
use vigie_contract::scope::Scope;

use super::Shared;
use super::problem::Problem;
use crate::engine::wall_clock;
use crate::publish::{ClientId, Encoding, Frame, Subscription};
use crate::telemetry::metrics as names;

/// Pings keep connections through proxies, and find those that are dead.
const PING_EVERY: Duration = Duration::from_secs(20);

/// A client that was not heard for so long, three pings, is gone.
const SILENT_FOR: Duration = Duration::from_secs(65);

/// A client that takes nothing for so long is let go.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// A connection without subscription is closed.
const SUBSCRIBE_WITHIN: Duration = Duration::from_secs(30);

/// Messages that are no frames, in one connection.
const MOST_FAULTS: u32 = 20;

/// A subscription is a few dozen bytes.
const LARGEST_MESSAGE: usize = 4 * 1024;

/// Buffers of a connection; the defaults are sized for large uploads.
const READ_BUFFER: usize = 4 * 1024;
const WRITE_BUFFER: usize = 16 * 1024;
const LARGEST_WRITE_BUFFER: usize = 4 * 1024 * 1024;

/// `/ws`
pub async fn upgrade(
    State(shared): State<Shared>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !may_connect(&headers, &shared.allowed_origins) {
        return Problem::new(
            StatusCode::FORBIDDEN,
            "a page of another origin may not connect, see http.allowed_origins",
        )
        .into_response();
    }
    let Ok(place) = shared.places.clone().try_acquire_owned() else {
        return Problem::unavailable("too many clients, see limits.max_clients").into_response();
    };
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
                    return close(socket, CloseCode::NoSubprotocol, &why).await;
                }
            };
            metrics::gauge!(names::CLIENTS).increment(1.0);
            Connection::new(shared, socket, encoding).run().await;
            metrics::gauge!(names::CLIENTS).decrement(1.0);
            drop(place);
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

async fn close(mut socket: WebSocket, code: CloseCode, reason: &str) {
    let frame = CloseFrame {
        code: code as u16,
        reason: reason.into(),
    };
    // The other side may be gone already.
    let _ = timeout(SEND_WITHIN, socket.send(Message::Close(Some(frame)))).await;
    drain(&mut socket).await;
}

/// Waits for the other side to end the stream: an earlier end could lose what
/// was said last.
async fn drain(socket: &mut WebSocket) {
    let _ = timeout(Duration::from_secs(1), async {
        while let Some(Ok(_)) = socket.recv().await {}
    })
    .await;
}

/// How a connection ended.
enum End {
    /// The client is gone, or no longer takes anything.
    Gone,
    /// The client said goodbye.
    Left,
    /// Closed from here.
    Close(CloseCode, &'static str),
}

struct Connection {
    shared: Shared,
    socket: WebSocket,
    encoding: Encoding,
    client: ClientId,
    /// Frames of the scope watched; a new subscription has a new queue, so that
    /// nothing of the scope before is sent after it.
    queue: Option<Receiver<Frame>>,
    heard: Instant,
    opened: Instant,
    subscribed: bool,
    faults: u32,
}

impl Connection {
    fn new(shared: Shared, socket: WebSocket, encoding: Encoding) -> Self {
        let client = shared.clients.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        Self {
            shared,
            socket,
            encoding,
            client,
            queue: None,
            heard: now,
            opened: now,
            subscribed: false,
            faults: 0,
        }
    }

    async fn run(mut self) {
        let end = self.serve().await;
        self.shared.engine.leave(self.client).await;
        match end {
            Ok(()) | Err(End::Gone) => {}
            Err(End::Left) => drain(&mut self.socket).await,
            Err(End::Close(code, reason)) => close(self.socket, code, reason).await,
        }
    }

    async fn serve(&mut self) -> Result<(), End> {
        let hello = ServerFrame::Hello(Hello {
            protocol: PROTOCOL.to_owned(),
            build: env!("CARGO_PKG_VERSION").to_owned(),
            server_time: wall_clock(),
        });
        self.send(self.encoding.encode(&hello)).await?;
        let mut stopping = self.shared.stopping.clone();
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut stopping) => {
                    return Err(End::Close(CloseCode::GoingAway, "the service stops"));
                }
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.hear(message).await?,
                    _ => return Err(End::Gone),
                },
                frame = next(&mut self.queue) => match frame {
                    Some(frame) => self.send(frame).await?,
                    // The subscription was refused, or the service stops.
                    None => self.queue = None,
                },
                _ = pings.tick() => self.check().await?,
            }
        }
    }

    /// Looks after a connection that may be dead or useless.
    async fn check(&mut self) -> Result<(), End> {
        if self.heard.elapsed() > SILENT_FOR {
            return Err(End::Gone);
        }
        if !self.subscribed && self.opened.elapsed() > SUBSCRIBE_WITHIN {
            let why = "no subscription came in time";
            return Err(End::Close(CloseCode::NoSubscription, why));
        }
        self.send_message(Message::Ping(Vec::new().into())).await
    }

    async fn hear(&mut self, message: Message) -> Result<(), End> {
        self.heard = Instant::now();
        let frame = match (&message, self.encoding) {
            (Message::Text(text), Encoding::Json) => {
                serde_json::from_str(text).map_err(|error| error.to_string())
            }
            (Message::Binary(bytes), Encoding::Postcard) => {
                ClientFrame::from_postcard(bytes).map_err(|error| error.to_string())
            }
            (Message::Text(_) | Message::Binary(_), _) => {
                Err("not the encoding of the subprotocol".to_owned())
            }
            (Message::Close(_), _) => return Err(End::Left),
            (Message::Ping(_) | Message::Pong(_), _) => return Ok(()),
        };
        match frame {
            Ok(ClientFrame::Subscribe(subscribe)) => self.subscribe(subscribe).await,
            Err(problem) => {
                self.faults += 1;
                if self.faults > MOST_FAULTS {
                    let why = "too many messages that are not frames";
                    return Err(End::Close(CloseCode::NotTheProtocol, why));
                }
                self.refuse(String::new(), RefusedReason::NotAFrame, problem)
                    .await
            }
        }
    }

    async fn subscribe(&mut self, subscribe: Subscribe) -> Result<(), End> {
        let scope: Scope = match subscribe.scope.parse() {
            Ok(scope) => scope,
            Err(error) => {
                let problem = format!("{error}");
                return self
                    .refuse(subscribe.scope, RefusedReason::NotAScope, problem)
                    .await;
            }
        };
        let (queue, frames) = mpsc::channel(self.shared.limits.client_queue_frames);
        self.queue = Some(frames);
        self.subscribed = true;
        let subscription = Subscription {
            client: self.client,
            scope,
            detail: subscribe.detail,
            encoding: self.encoding,
            queue,
        };
        // An engine that has ended is about to say so to everyone.
        let _ = self.shared.engine.subscribe(subscription).await;
        Ok(())
    }

    async fn refuse(
        &mut self,
        scope: String,
        reason: RefusedReason,
        message: String,
    ) -> Result<(), End> {
        let refused = ServerFrame::Refused(Refused {
            scope,
            reason,
            message,
        });
        self.send(self.encoding.encode(&refused)).await
    }

    async fn send(&mut self, frame: Frame) -> Result<(), End> {
        self.send_message(match frame {
            Frame::Text(text) => Message::Text(text),
            Frame::Binary(bytes) => Message::Binary(bytes),
        })
        .await
    }

    async fn send_message(&mut self, message: Message) -> Result<(), End> {
        match timeout(SEND_WITHIN, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }
}

/// Returns once the service stops.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone has stopped as well.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// The next frame; waits for ever while there is no queue.
async fn next(queue: &mut Option<Receiver<Frame>>) -> Option<Frame> {
    match queue {
        Some(queue) => queue.recv().await,
        None => std::future::pending().await,
    }
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
