//! What others ask of the engine, and how.
//!
//! By message passing: nobody else ever holds a reference to the state.

use std::ops::Range;

use tokio::sync::{mpsc, oneshot, watch};
use vigie_contract::frame::{Crumb, Feed, FeedState};
use vigie_contract::lists::{LeverChanges, OpenPromises, WaitingCalls};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::unknown::Unknown;
use vigie_contract::view::{Card, View};
use vigie_model::Counters;

use crate::publish::{ClientId, Subscription};

/// Requests that may wait for the engine.
const WAITING_REQUESTS: usize = 256;

/// What the engine is asked.
#[derive(Debug)]
pub enum Request {
    /// Watch a scope.
    Subscribe(Subscription),
    /// A client is gone.
    Leave(ClientId),
    /// The figures of a scope, and whether by quarter-hour too.
    View(Scope, bool, oneshot::Sender<Answer<View>>),
    /// The children of a scope.
    Children(Scope, oneshot::Sender<Answer<Children>>),
    /// The legs that wait in a scope.
    Waiting(Listing, oneshot::Sender<Answer<WaitingCalls>>),
    /// The promises of a scope that are open.
    Promises(Listing, oneshot::Sender<Answer<OpenPromises>>),
    /// The levers pulled in a scope today.
    Levers(Listing, oneshot::Sender<Answer<LeverChanges>>),
    /// Every scope that is known, parents before children.
    Scopes(oneshot::Sender<Vec<Crumb>>),
    /// What events name and the directory does not know: of each list, that part.
    Unknown(Range<usize>, oneshot::Sender<Answer<Unknown>>),
    /// Messages folded so far, by what became of them.
    Counters(oneshot::Sender<Counters>),
    /// Save and stop.
    Stop(oneshot::Sender<()>),
}

/// A list of a scope, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Whose list.
    pub scope: Scope,
    /// Of the list, so many at most.
    pub limit: usize,
}

/// An answer about a scope.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<T> {
    /// Here it is.
    Found(Box<T>),
    /// Neither the directory nor an event has named the scope.
    UnknownScope,
    /// There are no figures yet.
    NotYet,
}

/// The children of a scope.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Children {
    /// The instant that the figures are as of.
    pub as_of: Time,
    /// From the top down to the scope.
    pub path: Vec<Crumb>,
    /// A card for each child.
    pub children: Vec<Card>,
}

/// How the service is, as of the last second.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// Whether the figures are current.
    pub feed: Feed,
    /// Whether a broker can be reached.
    pub connected: bool,
    /// Partitions read here.
    pub assigned: usize,
    /// Whether what had piled up is read.
    pub caught_up: bool,
    /// The instant that the figures are as of.
    pub as_of: Option<Time>,
    /// When the engine last looked at its clock.
    pub ticked_at: Option<Time>,
    /// Messages, by what became of them.
    pub counters: Counters,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            feed: Feed {
                state: FeedState::Starting,
                lag_messages: None,
                data_age_seconds: None,
            },
            connected: false,
            assigned: 0,
            caught_up: false,
            as_of: None,
            ticked_at: None,
            counters: Counters::default(),
        }
    }
}

/// A way to ask the engine; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    requests: mpsc::Sender<Request>,
    status: watch::Receiver<Status>,
}

/// The engine has ended.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the service is stopping")]
pub struct Stopped;

impl Handle {
    /// A handle, and what the engine needs to serve it.
    pub fn new() -> (Self, mpsc::Receiver<Request>, watch::Sender<Status>) {
        let (requests, inbox) = mpsc::channel(WAITING_REQUESTS);
        let (status_writer, status) = watch::channel(Status::default());
        (Self { requests, status }, inbox, status_writer)
    }

    /// How the service is.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Changes of how the service is.
    pub fn watch_status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Watches a scope instead of the one before.
    pub async fn subscribe(&self, subscription: Subscription) -> Result<(), Stopped> {
        self.send(Request::Subscribe(subscription)).await
    }

    /// Says that a client is gone.
    pub async fn leave(&self, client: ClientId) {
        // An engine that has ended has let go of all clients.
        let _ = self.send(Request::Leave(client)).await;
    }

    /// The figures of a scope, and whether by quarter-hour too.
    pub async fn view(&self, scope: Scope, quarters: bool) -> Result<Answer<View>, Stopped> {
        self.ask(|reply| Request::View(scope, quarters, reply))
            .await
    }

    /// The children of a scope.
    pub async fn children(&self, scope: Scope) -> Result<Answer<Children>, Stopped> {
        self.ask(|reply| Request::Children(scope, reply)).await
    }

    /// The legs that wait in a scope.
    pub async fn waiting(&self, listing: Listing) -> Result<Answer<WaitingCalls>, Stopped> {
        self.ask(|reply| Request::Waiting(listing, reply)).await
    }

    /// The promises of a scope that are open.
    pub async fn promises(&self, listing: Listing) -> Result<Answer<OpenPromises>, Stopped> {
        self.ask(|reply| Request::Promises(listing, reply)).await
    }

    /// The levers pulled in a scope today.
    pub async fn levers(&self, listing: Listing) -> Result<Answer<LeverChanges>, Stopped> {
        self.ask(|reply| Request::Levers(listing, reply)).await
    }

    /// Every scope that is known.
    pub async fn scopes(&self) -> Result<Vec<Crumb>, Stopped> {
        self.ask(Request::Scopes).await
    }

    /// What events name and the directory does not know: of each list, that part.
    pub async fn unknown(&self, page: Range<usize>) -> Result<Answer<Unknown>, Stopped> {
        self.ask(|reply| Request::Unknown(page, reply)).await
    }

    /// Messages folded so far, by what became of them.
    pub async fn counters(&self) -> Result<Counters, Stopped> {
        self.ask(Request::Counters).await
    }

    /// Saves and stops.
    pub async fn stop(&self) -> Result<(), Stopped> {
        self.ask(Request::Stop).await
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<T>) -> Request,
    ) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.send(request(reply)).await?;
        answer.await.map_err(|_| Stopped)
    }

    async fn send(&self, request: Request) -> Result<(), Stopped> {
        self.requests.send(request).await.map_err(|_| Stopped)
    }
}
