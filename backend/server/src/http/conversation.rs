//! What is said on one websocket.
//!
//! Frames come encoded from the publisher through bounded queues, one of each
//! topic that the client holds; this task only carries them. A client that does
//! not subscribe, does not read, or sends more than any client needs to is let
//! go.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use vigie_contract::frame::{
    ClientFrame, CloseCode, Hello, PROTOCOL, Refused, RefusedReason, ServerFrame, Subscribe,
    Unsubscribe,
};
use vigie_contract::topic::MOST_TOPICS;

use super::allowance::Allowance;
use super::held::HeldTopics;
use super::shared::Shared;
use super::stopping::stopped;
use crate::access::{Denied, Identity, permit_named};
use crate::engine::wall_clock;
use crate::publish::queue::{Room, queue};
use crate::publish::refusals::count_refused;
use crate::publish::{ClientId, Encoding, Frame, Subscription};
use crate::telemetry::metrics as names;

/// How often a client is pinged. Pings keep connections through proxies open, and
/// find clients that do not read: their sockets take frames for minutes.
const PING_EVERY: Duration = Duration::from_secs(5);

/// How long a client may take to answer a ping; beyond, it is gone or does not read.
const ANSWERED_WITHIN: Duration = Duration::from_secs(15);

/// How long a client may take nothing before it is let go.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// How long a connection may stay without a subscription before it is closed.
const SUBSCRIBE_WITHIN: Duration = Duration::from_secs(5);

/// The most subscriptions of one connection in a second: more than a person makes
/// who pages through a country, whose page has two topics; and as many as a
/// connection may hold, which come at once after it was lost.
const MOST_SUBSCRIPTIONS: u32 = 20;

/// The most messages of any kind of one connection in a second, pings and pongs
/// included.
const MOST_MESSAGES: u32 = 50;

/// The most messages of one connection that are no frames.
const MOST_FAULTS: u32 = 20;

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

/// Closes a websocket with a code and a reason.
pub(super) async fn close(mut socket: WebSocket, code: CloseCode, reason: &str) {
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
enum ConversationEnd {
    /// The client is gone.
    Gone,
    /// The client takes nothing, or answers no ping.
    Unread,
    /// The client said goodbye.
    Left,
    /// Closed from here.
    Close(CloseCode, &'static str),
}

/// What is said on one websocket.
pub(super) struct Conversation {
    shared: Shared,
    socket: WebSocket,
    encoding: Encoding,
    client: ClientId,
    identity: Identity,
    held: HeldTopics,
    /// The room for the bytes that wait for the connection, of all topics together.
    room: Room,
    opened: Instant,
    /// The place of the connection among the clients, from its first subscription
    /// on.
    place: Option<OwnedSemaphorePermit>,
    /// The last ping and when it was sent, until it is answered.
    ping: Option<(u64, Instant)>,
    pings: u64,
    messages: Allowance,
    subscriptions: Allowance,
    faults: u32,
}

impl Conversation {
    pub(super) fn new(
        shared: Shared,
        identity: Identity,
        socket: WebSocket,
        encoding: Encoding,
    ) -> Self {
        let room = Room::of(shared.limits.client_queue_frames);
        let client = shared.clients.fetch_add(1, Ordering::Relaxed);
        Self {
            shared,
            socket,
            encoding,
            client,
            identity,
            held: HeldTopics::default(),
            room,
            opened: Instant::now(),
            place: None,
            ping: None,
            pings: 0,
            messages: Allowance::of(MOST_MESSAGES),
            subscriptions: Allowance::of(MOST_SUBSCRIPTIONS),
            faults: 0,
        }
    }

    /// Carries frames and messages until the connection ends.
    pub(super) async fn run(mut self) {
        let end = self.serve().await;
        // The publisher finds it gone from now on, even before it hears so.
        self.held.clear();
        self.shared.engine.leave(self.client).await;
        // Whoever is let go holds no place while it is told so.
        self.place = None;
        match end {
            Ok(()) | Err(ConversationEnd::Gone) => {}
            Err(ConversationEnd::Unread) => {
                metrics::counter!(names::CLIENTS_CLOSED, "reason" => "not_reading").increment(1);
            }
            Err(ConversationEnd::Left) => drain(&mut self.socket).await,
            Err(ConversationEnd::Close(code, reason)) => {
                if let Some(label) = label(code) {
                    metrics::counter!(names::CLIENTS_CLOSED, "reason" => label).increment(1);
                }
                close(self.socket, code, reason).await;
            }
        }
    }

    async fn serve(&mut self) -> Result<(), ConversationEnd> {
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
                    return Err(ConversationEnd::Close(CloseCode::GoingAway, "the service stops"));
                }
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.hear(message).await?,
                    _ => return Err(ConversationEnd::Gone),
                },
                frame = self.held.next() => self.send(frame).await?,
                () = &mut unsubscribed, if self.place.is_none() => {
                    let why = "no subscription came in time";
                    return Err(ConversationEnd::Close(CloseCode::NoSubscription, why));
                }
                _ = pings.tick() => self.ping().await?,
            }
        }
    }

    /// Pings the client, unless it has yet to answer the last one.
    async fn ping(&mut self) -> Result<(), ConversationEnd> {
        match self.ping {
            Some((_, sent)) if sent.elapsed() >= ANSWERED_WITHIN => Err(ConversationEnd::Unread),
            Some(_) => Ok(()),
            None => {
                self.pings += 1;
                self.ping = Some((self.pings, Instant::now()));
                let payload = self.pings.to_be_bytes().to_vec();
                self.send_message(Message::Ping(payload.into())).await
            }
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), ConversationEnd> {
        if !self.messages.take(self.opened.elapsed()) {
            let why = "more than 50 messages a second";
            return Err(ConversationEnd::Close(CloseCode::TooManyMessages, why));
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
            (Message::Close(_), _) => return Err(ConversationEnd::Left),
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
            Ok(ClientFrame::Subscribe(Subscribe { topic })) => self.subscribe(topic).await,
            Ok(ClientFrame::Unsubscribe(Unsubscribe { topic })) => {
                self.unsubscribe(&topic).await;
                Ok(())
            }
            Err(problem) => {
                self.faults += 1;
                if self.faults > MOST_FAULTS {
                    let why = "too many messages that are not frames";
                    return Err(ConversationEnd::Close(CloseCode::NotTheProtocol, why));
                }
                self.refuse(String::new(), RefusedReason::NotAFrame, problem)
                    .await
            }
        }
    }

    async fn subscribe(&mut self, name: String) -> Result<(), ConversationEnd> {
        if !self.subscriptions.take(self.opened.elapsed()) {
            let why = "more than 20 subscriptions a second";
            return Err(ConversationEnd::Close(CloseCode::TooManyMessages, why));
        }
        let topic = match permit_named(self.identity, &name) {
            Ok(topic) => topic,
            Err(Denied::NotATopic(none)) => {
                let reason = RefusedReason::NotATopic;
                return self.refuse(name, reason, none.to_string()).await;
            }
            Err(Denied::Forbidden(forbidden)) => match forbidden {},
        };
        if !self.held.has_room_for(&topic) {
            let reason = RefusedReason::TooManyTopics;
            let why = format!("a connection holds {MOST_TOPICS} topics: unsubscribe from one");
            return self.refuse(name, reason, why).await;
        }
        if self.place.is_none() {
            let Ok(place) = self.shared.places.clone().try_acquire_owned() else {
                let why = "too many clients, see limits.max_clients";
                return Err(ConversationEnd::Close(CloseCode::TryAgainLater, why));
            };
            self.place = Some(place);
        }
        let (outlet, inlet) = queue(self.shared.limits.client_queue_frames, &self.room);
        self.held.hold(topic.clone(), inlet);
        let subscription = Subscription {
            client: self.client,
            topic,
            encoding: self.encoding,
            outlet,
        };
        // An engine that has ended is about to say so to everyone.
        let _ = self.shared.engine.subscribe(subscription).await;
        Ok(())
    }

    async fn unsubscribe(&mut self, name: &str) {
        // What is not held may have been refused a moment ago.
        if let Some(topic) = self.held.let_go(name) {
            self.shared.engine.unsubscribe(self.client, topic).await;
        }
    }

    async fn refuse(
        &mut self,
        topic: String,
        reason: RefusedReason,
        message: String,
    ) -> Result<(), ConversationEnd> {
        count_refused(reason);
        let refused = ServerFrame::Refused(Refused {
            topic,
            reason,
            message,
        });
        self.send(self.encoding.encode(&refused)).await
    }

    async fn send(&mut self, frame: Frame) -> Result<(), ConversationEnd> {
        self.send_message(match frame {
            Frame::Text(text) => Message::Text(text),
            Frame::Binary(bytes) => Message::Binary(bytes),
        })
        .await
    }

    async fn send_message(&mut self, message: Message) -> Result<(), ConversationEnd> {
        match timeout(SEND_WITHIN, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(ConversationEnd::Gone),
            Err(_) => Err(ConversationEnd::Unread),
        }
    }
}
