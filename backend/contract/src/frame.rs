//! What the websocket carries.
//!
//! One protocol in two encodings, chosen by subprotocol: JSON for integrators,
//! [`postcard`] for the console. The same types serve both: an enum is written
//! as `{"snapshot": {…}}` in JSON and as its number in postcard.
//!
//! The server speaks first ([`ServerFrame::Hello`]); the client subscribes to
//! topics, up to [`MOST_TOPICS`](crate::topic::MOST_TOPICS) of them; of each the
//! server sends a snapshot and then deltas with a sequence of the topic's own. A
//! gap in `seq` means that something was dropped: the client asks for a fresh
//! snapshot by subscribing to that topic again. Frames of one topic come in
//! order; between frames of two topics there is none, `as_of` tells.

use serde::{Deserialize, Serialize};

use crate::incident::Incident;
use crate::scope::Scope;
use crate::time::Time;
use crate::topic::Topic;
use crate::view::{Card, View};

/// Subprotocol of the JSON encoding, in text messages.
pub const JSON_SUBPROTOCOL: &str = "vigie.v4.json";

/// Subprotocol of the compact encoding (postcard), in binary messages.
pub const BINARY_SUBPROTOCOL: &str = "vigie.v4.postcard";

/// Version of the protocol, in `hello`.
pub const PROTOCOL: &str = "vigie.v4";

/// A message from the server to a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame of a connection.
    Hello(Hello),
    /// Everything about a topic subscribed to.
    Snapshot(Update),
    /// What changed of a topic since the frame of it before.
    Delta(Update),
    /// A subscription that cannot be served, or not any more: the topic is not
    /// held. The connection stays open, with all the others.
    Refused(Refused),
}

/// First frame of a connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// [`PROTOCOL`].
    pub protocol: String,
    /// Version of the server; a console of another build reloads itself.
    pub build: String,
    /// The server's time of day.
    pub server_time: Time,
}

/// A snapshot or a delta of a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// The topic that the update is of.
    pub topic: Topic,
    /// The number of the frame: one more than that of the frame before of this
    /// topic. A snapshot may start anywhere.
    pub seq: u64,
    /// The instant that the content is as of.
    pub as_of: Time,
    /// State of the feed behind it.
    pub feed: Feed,
    /// What the topic shows, by its kind.
    pub content: Content,
}

/// What a topic shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// What [`Topic::Figures`] shows.
    Figures(Box<ScopeFigures>),
    /// What [`Topic::Children`] shows.
    Children(ScopeChildren),
    /// What [`Topic::Incidents`] shows.
    Incidents(ScopeIncidents),
}

/// The figures of a scope: whole in a delta, too, since most of them change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScopeFigures {
    /// The scopes from the top down to this one, itself last; of a selection, those
    /// that hold all its members.
    pub path: Vec<Crumb>,
    /// The rules of the directory that its rates go by.
    pub rules: Rules,
    /// Figures of the scope.
    pub view: View,
}

/// The children of a scope, or the members of a selection.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScopeChildren {
    /// The cards of all children in a snapshot, of the changed ones in a delta.
    pub cards: Vec<Card>,
    /// The children that are no longer there, in a delta.
    pub gone: Vec<Scope>,
}

/// The incidents of a scope: those that go on, and those that ended within the last hour.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScopeIncidents {
    /// How many of them there are, those beyond [`MOST_INCIDENTS`] included.
    pub total: u64,
    /// The first [`MOST_INCIDENTS`] in a snapshot, in a delta those of them that changed or
    /// are new: those that go on first, then the last that began. Each has its first
    /// [`MOST_PARTS`] parts.
    pub incidents: Vec<Incident>,
    /// The ids of those that are no longer among the first, in a delta.
    pub gone: Vec<String>,
}

/// The most incidents that a topic shows.
pub const MOST_INCIDENTS: usize = 200;

/// The most parts that a topic shows of an incident.
pub const MOST_PARTS: usize = 20;

/// The rules of the directory that the rates of a scope go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Whether calls given up within a few seconds count against the pick-up rates.
    pub short_abandons_count: bool,
}

/// A scope on the way down from the top, with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crumb {
    /// The scope.
    pub scope: Scope,
    /// Its name in the directory, else its code.
    pub name: String,
}

/// A subscription that cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The topic as asked for; nothing where the message was no frame.
    pub topic: String,
    /// Why the subscription cannot be served.
    pub reason: RefusedReason,
    /// Why the subscription cannot be served, in words for a person.
    pub message: String,
}

/// Why a subscription cannot be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedReason {
    /// The text is not the name of a topic.
    NotATopic,
    /// Neither the directory nor an event has named its scope.
    UnknownScope,
    /// The message was not a frame.
    NotAFrame,
    /// A frame of it would be larger than a client is ever sent: the children of
    /// a narrower scope, or figures alone, are what can be watched.
    TooLarge,
    /// The connection holds as many topics as one may.
    TooManyTopics,
}

impl RefusedReason {
    /// Every reason for which a subscription is refused.
    pub const ALL: [Self; 5] = [
        Self::NotATopic,
        Self::UnknownScope,
        Self::NotAFrame,
        Self::TooLarge,
        Self::TooManyTopics,
    ];

    /// The name of the reason in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotATopic => "not_a_topic",
            Self::UnknownScope => "unknown_scope",
            Self::NotAFrame => "not_a_frame",
            Self::TooLarge => "too_large",
            Self::TooManyTopics => "too_many_topics",
        }
    }
}

/// State of the feed behind the figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    /// Whether the figures are current.
    pub state: FeedState,
    /// Messages of the topic not yet folded, where the broker says.
    pub lag_messages: Option<u64>,
    /// Seconds since the newest event of all.
    pub data_age_seconds: Option<f64>,
    /// What the figures lack, if they are a part of the whole.
    pub partial: Option<Partial>,
    /// Messages that the broker had thrown away before they were read.
    pub lost: Option<Lost>,
    /// By how much the broker's clock is ahead of the service's, where that is more
    /// than five seconds. Figures go by the broker's.
    pub clock_off_seconds: Option<f64>,
    /// Since when messages that were refused wait for the broker to take them,
    /// where that is long.
    pub refused_waiting_since: Option<Time>,
    /// What is wrong with the file of the directory, where it is refused: figures go by
    /// the version before.
    pub directory_refused: Option<RefusedDirectory>,
}

/// A version of the directory that is not in force, since it has faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedDirectory {
    /// Since when the directory's file has been at fault.
    pub since: Time,
    /// How many faults the directory's file has.
    pub faults: u64,
}

impl Feed {
    /// The feed of a service that has not received anything yet.
    pub fn starting() -> Self {
        Self {
            state: FeedState::Starting,
            lag_messages: None,
            data_age_seconds: None,
            partial: None,
            lost: None,
            clock_off_seconds: None,
            refused_waiting_since: None,
            directory_refused: None,
        }
    }
}

/// What figures lack that are a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Since when something is missing.
    pub since: Time,
    /// The partitions of the topic that are not whole.
    pub partitions: Vec<TroubledPartition>,
    /// The agencies of which the last events came from there: the first
    /// [`MOST_NAMED`] of them.
    pub agencies: Vec<Crumb>,
    /// How many agencies there are of which the last events came from there.
    pub agencies_total: u64,
    /// The sources of which the last events came from there: the first
    /// [`MOST_NAMED`] of them.
    pub sources: Vec<String>,
    /// How many sources there are of which the last events came from there.
    pub sources_total: u64,
}

/// The most agencies, and the most sources, that are named among what is missing.
pub const MOST_NAMED: usize = 20;

/// A partition of the topic that is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TroubledPartition {
    /// The number of the partition.
    pub partition: i32,
    /// Why the partition is not whole.
    pub why: Trouble,
    /// Since when the partition has not been whole.
    pub since: Time,
}

/// Why a partition of the topic is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Its leader does not answer, or it has none.
    Unanswered,
    /// What the broker has of it is not folded yet.
    Behind,
}

/// Messages that were never read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// How many messages were lost over the last 26 hours.
    pub messages: u64,
    /// When lost messages were last noticed.
    pub noticed: Time,
}

/// Whether the figures are current.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedState {
    /// Nothing was received yet.
    Starting,
    /// Reading what has piled up; figures are of the past.
    CatchingUp,
    /// Current, and whole.
    Live,
    /// Current, but for some partitions of the topic: a part, not the whole.
    Partial,
    /// No event for a while: the figures are those of then.
    Stale,
    /// The broker cannot be reached: the figures are those of then.
    Disconnected,
    /// Nothing is read, since messages that were refused cannot be written: the
    /// figures are those of then.
    Blocked,
}

impl FeedState {
    /// Every state, and its name in JSON and in the metrics.
    pub const ALL: [(FeedState, &'static str); 7] = [
        (FeedState::Starting, "starting"),
        (FeedState::CatchingUp, "catching_up"),
        (FeedState::Live, "live"),
        (FeedState::Partial, "partial"),
        (FeedState::Stale, "stale"),
        (FeedState::Disconnected, "disconnected"),
        (FeedState::Blocked, "blocked"),
    ];

    /// The name of the state in JSON and in the metrics.
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(state, _)| *state == self);
        found.map_or("", |(_, name)| name)
    }
}

/// A message from a client to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFrame {
    /// Watch a topic from now on, beside those held; one that is held already
    /// begins anew with a snapshot.
    Subscribe(Subscribe),
    /// Watch a topic no more. Of one that is not held this changes nothing.
    Unsubscribe(Unsubscribe),
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscribe {
    /// The name of the topic.
    pub topic: String,
}

/// The end of a subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsubscribe {
    /// The name of the topic.
    pub topic: String,
}

/// Why the server closed a websocket: codes 4000 to 4999 are the application's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum CloseCode {
    /// The service stops; connect again, it may be back.
    GoingAway = 1001,
    /// All places are taken by others; connect again later.
    TryAgainLater = 1013,
    /// No subscription came in time.
    NoSubscription = 4000,
    /// Too many frames that are not frames.
    NotTheProtocol = 4001,
    /// Neither subprotocol was offered.
    NoSubprotocol = 4002,
    /// More subscriptions or more messages a second than a client may send.
    TooManyMessages = 4003,
}

impl CloseCode {
    /// Every code.
    pub const ALL: [Self; 6] = [
        Self::GoingAway,
        Self::TryAgainLater,
        Self::NoSubscription,
        Self::NotTheProtocol,
        Self::NoSubprotocol,
        Self::TooManyMessages,
    ];
}

impl ServerFrame {
    /// The compact encoding.
    pub fn to_postcard(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a frame has only numbers, text and lists")
    }

    /// From the compact encoding.
    pub fn from_postcard(bytes: &[u8]) -> Result<Self, postcard::Error> {
        postcard::from_bytes(bytes)
    }
}

impl ClientFrame {
    /// The compact encoding.
    pub fn to_postcard(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a frame has only text")
    }

    /// From the compact encoding.
    pub fn from_postcard(bytes: &[u8]) -> Result<Self, postcard::Error> {
        postcard::from_bytes(bytes)
    }
}
