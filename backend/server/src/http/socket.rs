//! `/ws`: one client's connection.
//!
//! Frames come encoded from the publisher through a bounded queue; this task
//! only carries them. Its own buffers are bounded too. A client that does not
//! subscribe, does not read, or sends more than any client needs to is let go.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use vigie_contract::frame::{
    BINARY_SUBPROTOCOL, ClientFrame, CloseCode, Hello, JSON_SUBPROTOCOL, PROTOCOL, Refused,
    RefusedReason, ServerFrame, Subscribe,
};
use vigie_contract::scope::Scope;

use super::allowance::Allowance;
use super::problem::Problem;
use super::{Shared, count_refused, stopped};
use crate::engine::wall_clock;
use crate::publish::{self, ClientId, Encoding, Frame, LARGEST_FRAME, Subscription};
use crate::telemetry::metrics as names;

/// Pings keep connections through proxies, and find clients that do not read:
/// their sockets take frames for minutes.
const PING_EVERY: Duration = Duration::from_secs(5);

/// A client that has not answered a ping for so long is gone, or does not read.
const ANSWERED_WITHIN: Duration = Duration::from_secs(15);

/// A client that takes nothing for so long is let go.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// A connection without subscription is closed.
const SUBSCRIBE_WITHIN: Duration = Duration::from_secs(5);

/// Subscriptions of one connection in a second: more than a person who pages
/// through a country.
const MOST_SUBSCRIPTIONS: u32 = 10;

/// Messages of any kind of one connection in a second, pings and pongs included.
const MOST_MESSAGES: u32 = 50;

/// Messages that are no frames, in one connection.
const MOST_FAULTS: u32 = 20;

/// A subscription is a few dozen bytes.
const LARGEST_MESSAGE: usize = 4 * 1024;

/// Buffers of a connection; the defaults are sized for large uploads.
const READ_BUFFER: usize = 4 * 1024;
const WRITE_BUFFER: usize = 16 * 1024;

/// Holds the largest frame, and a ping or its answer before it.
const LARGEST_WRITE_BUFFER: usize = LARGEST_FRAME + WRITE_BUFFER;

/// `/ws`
pub async fn upgrade(
    State(shared): State<Shared>,
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
            Connection::new(shared, socket, encoding).run().await;
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

/// The label of a close in the metric of those who were let go; `None` where
/// nobody was.
fn label(code: CloseCode) -> Option<&'static str> {
    match code {
        CloseCode::GoingAway => None,
        CloseCode::TryAgainLater => Some("full"),
        CloseCode::NoSubscription => Some("no_subscription"),
        CloseCode::NotTheProtocol => Some("not_the_protocol"),
        CloseCode::NoSubprotocol => Some("no_subprotocol"),
        CloseCode::TooManyMessages => Some("too_many_messages"),
    }
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
    /// The client is gone.
    Gone,
    /// The client takes nothing, or answers no ping.
    Unread,
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
    opened: Instant,
    /// Its place among the clients, from its first subscription on.
    place: Option<OwnedSemaphorePermit>,
    /// The last ping and when it was sent, until it is answered.
    ping: Option<(u64, Instant)>,
    pings: u64,
    messages: Allowance,
    subscriptions: Allowance,
    faults: u32,
}

impl Connection {
    fn new(shared: Shared, socket: WebSocket, encoding: Encoding) -> Self {
        let client = shared.clients.fetch_add(1, Ordering::Relaxed);
        Self {
            shared,
            socket,
            encoding,
            client,
            queue: None,
            opened: Instant::now(),
            place: None,
            ping: None,
            pings: 0,
            messages: Allowance::of(MOST_MESSAGES),
            subscriptions: Allowance::of(MOST_SUBSCRIPTIONS),
            faults: 0,
        }
    }

    async fn run(mut self) {
        let end = self.serve().await;
        // The publisher finds it gone from now on, even before it hears so.
        self.queue = None;
        self.shared.engine.leave(self.client).await;
        // Whoever is let go holds no place while it is told so.
        self.place = None;
        match end {
            Ok(()) | Err(End::Gone) => {}
            Err(End::Unread) => {
                metrics::counter!(names::CLIENTS_CLOSED, "reason" => "not_reading").increment(1);
            }
            Err(End::Left) => drain(&mut self.socket).await,
            Err(End::Close(code, reason)) => {
                if let Some(label) = label(code) {
                    metrics::counter!(names::CLIENTS_CLOSED, "reason" => label).increment(1);
                }
                close(self.socket, code, reason).await;
            }
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
        let unsubscribed = sleep_until(self.opened + SUBSCRIBE_WITHIN);
        tokio::pin!(unsubscribed);
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
                () = &mut unsubscribed, if self.place.is_none() => {
                    let why = "no subscription came in time";
                    return Err(End::Close(CloseCode::NoSubscription, why));
                }
                _ = pings.tick() => self.ping().await?,
            }
        }
    }

    /// Pings the client, unless it has yet to answer the last one.
    async fn ping(&mut self) -> Result<(), End> {
        match self.ping {
            Some((_, sent)) if sent.elapsed() >= ANSWERED_WITHIN => Err(End::Unread),
            Some(_) => Ok(()),
            None => {
                self.pings += 1;
                self.ping = Some((self.pings, Instant::now()));
                let payload = self.pings.to_be_bytes().to_vec();
                self.send_message(Message::Ping(payload.into())).await
            }
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), End> {
        if !self.messages.take(self.opened.elapsed()) {
            let why = "more than 50 messages a second";
            return Err(End::Close(CloseCode::TooManyMessages, why));
        }
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
            (Message::Ping(_), _) => return Ok(()),
            (Message::Pong(payload), _) => {
                // One that was not asked for says nothing of what is read.
                let is_answer = |(number, _): (u64, _)| payload[..] == number.to_be_bytes();
                if self.ping.is_some_and(is_answer) {
                    self.ping = None;
                }
                return Ok(());
            }
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
        if !self.subscriptions.take(self.opened.elapsed()) {
            let why = "more than 10 subscriptions a second";
            return Err(End::Close(CloseCode::TooManyMessages, why));
        }
        let scope: Scope = match subscribe.scope.parse() {
            Ok(scope) => scope,
            Err(error) => {
                let problem = format!("{error}");
                return self
                    .refuse(subscribe.scope, RefusedReason::NotAScope, problem)
                    .await;
            }
        };
        if self.place.is_none() {
            let Ok(place) = self.shared.places.clone().try_acquire_owned() else {
                let why = "too many clients, see limits.max_clients";
                return Err(End::Close(CloseCode::TryAgainLater, why));
            };
            self.place = Some(place);
        }
        let (queue, frames) = mpsc::channel(self.shared.limits.client_queue_frames);
        self.queue = Some(frames);
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
        publish::count_refused(reason);
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
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Unread),
        }
    }
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
