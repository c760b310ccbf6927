//! What others ask of the engine, and how.
//!
//! By message passing: nobody else ever holds a reference to the state.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use vigie_contract::explanation::{Explanation, WindowLength};
use vigie_contract::extent::Extent;
use vigie_contract::frame::{Crumb, Feed};
use vigie_contract::help::Help;
use vigie_contract::incident::Incident;
use vigie_contract::lists::{CountedCalls, EndedCall, KnownScope, OpenPromise, WaitingCall};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::topic::Topic;
use vigie_contract::unknown::Unknown;
use vigie_contract::view::{Card, Lever, View};
use vigie_model::{Counters, Directory, NoHelp, NotCounted};

use crate::access::Permitted;
use crate::publish::{ClientId, Subscription};

/// The most questions that wait for the engine; beyond, whoever asks is told to come
/// again.
const WAITING_QUESTIONS: usize = 64;

/// The most clients that wait for the engine to hear that they come or go; beyond,
/// each waits for its turn, and none is lost.
const WAITING_CLIENTS: usize = 256;

/// How long an answer is waited for: an engine that has not answered by then is
/// stuck.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// What the directory's file was found to be: a version, or how many faults it has.
pub type DirectoryRead = Result<Arc<Directory>, usize>;

/// An order to the engine: it is cheap but for another directory, and never turned away.
#[derive(Debug)]
pub enum Order {
    /// Watch a topic.
    Subscribe(Subscription),
    /// Watch a topic no more.
    Unsubscribe(ClientId, Permitted<Topic>),
    /// A client is gone.
    Leave(ClientId),
    /// The directory's file was read.
    Directory(DirectoryRead),
    /// Messages folded so far, by what became of them.
    Counters(oneshot::Sender<Counters>),
    /// Save and stop; the answer says whether the state was saved.
    Stop(oneshot::Sender<bool>),
}

/// What the engine is asked of the figures, and where the answer goes.
#[derive(Debug)]
pub struct Request {
    /// What is asked.
    pub question: Question,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Answer>,
}

/// What may be asked of the figures, with the topic by which whoever asks may
/// see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// The figures of a scope, and whether by quarter-hour too.
    View(Permitted<Topic>, bool),
    /// The children of a scope.
    Children(Permitted<Topic>, Page),
    /// The legs that wait in a scope.
    Waiting(Permitted<Topic>, Page),
    /// The calls of a scope behind one count of the last 60 minutes, all of them or those
    /// that ended at an instant or later.
    Ended(Permitted<Topic>, Page, CountedCalls, Option<Time>),
    /// The promises of a scope that are open.
    Promises(Permitted<Topic>, Page),
    /// The levers pulled in a scope today.
    Levers(Permitted<Topic>, Page),
    /// The incidents of a scope, all that are known or those that ended at an instant or
    /// later or go on.
    Incidents(Permitted<Topic>, Page, Option<Time>),
    /// Why the pick-up rate of a scope moved.
    Explanation(Permitted<Topic>, Compared),
    /// Who of a scope could help; and what it would change if the callers of a queue went to
    /// an agency.
    Help(Permitted<Topic>, Option<(Scope, Scope)>),
    /// Every scope that is known, parents before children.
    Scopes(Page),
    /// What events name and the directory does not know: that part of each list.
    Unknown(Page),
}

impl Question {
    /// What it is asked of; `None` where it is of everything.
    pub fn extent(&self) -> Option<&Extent> {
        match self {
            Question::View(topic, _)
            | Question::Children(topic, _)
            | Question::Waiting(topic, _)
            | Question::Ended(topic, ..)
            | Question::Promises(topic, _)
            | Question::Levers(topic, _)
            | Question::Incidents(topic, ..)
            | Question::Help(topic, _)
            | Question::Explanation(topic, _) => Some(topic.extent()),
            Question::Scopes(_) | Question::Unknown(_) => None,
        }
    }
}

/// The two windows between which a rate moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Compared {
    /// The end of the window that it moved from, a whole second.
    pub from: Time,
    /// The end of the window that it moved to, a whole second, later than `from`.
    pub to: Time,
    /// The length of both.
    pub length: WindowLength,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    /// The number of rows before the part.
    pub offset: usize,
    /// The most rows of the part.
    pub limit: usize,
}

/// What the engine answers to a question.
#[derive(Debug)]
pub enum Answer {
    /// What was asked for is found.
    Found(Found),
    /// Neither the directory nor an event has named the scope, or this one of a selection.
    UnknownScope(Scope),
    /// There are no figures yet.
    NotYet,
    /// What happened in a window that was asked about is not known; with the name of the
    /// instant that was asked for.
    NotCounted(&'static str, NotCounted),
    /// It cannot be told who could help.
    NotHelped(NoHelp),
    /// Others have asked so much that the engine has no time left this second.
    Busy,
}

/// What was found, by what was asked.
#[derive(Debug)]
pub enum Found {
    /// The figures of a scope.
    View(Box<View>),
    /// The children of a scope, and the path from the top down to it.
    Children(Rows<Card>, Vec<Crumb>),
    /// Legs that wait.
    Waiting(Rows<WaitingCall>),
    /// The calls behind a count, since an instant, the latest first.
    Ended(Rows<EndedCall>, CountedCalls, Time),
    /// Open promises.
    Promises(Rows<OpenPromise>),
    /// Levers, the latest first.
    Levers(Rows<Lever>),
    /// Incidents, those that go on first.
    Incidents(Rows<Incident>),
    /// Why a rate moved.
    Explanation(Box<Explanation>),
    /// Who could help.
    Help(Box<Help>),
    /// Known scopes.
    Scopes(Rows<KnownScope>),
    /// What the directory does not know.
    Unknown(Box<Unknown>),
}

/// A page of a list.
#[derive(Debug)]
pub struct Rows<T> {
    /// The instant that the list is as of; `None` before the first figures.
    pub as_of: Option<Time>,
    /// Rows of the whole list.
    pub total: usize,
    /// Rows before the page.
    pub offset: usize,
    /// Rows of the page.
    pub rows: Vec<T>,
}

impl<T> Rows<T> {
    /// Takes a page out of a list, and counts the whole list.
    pub fn of(as_of: Option<Time>, list: impl IntoIterator<Item = T>, page: Page) -> Self {
        let mut list = list.into_iter();
        let before = list.by_ref().take(page.offset).count();
        let rows: Vec<T> = list.by_ref().take(page.limit).collect();
        Self {
            as_of,
            total: before + rows.len() + list.count(),
            offset: page.offset,
            rows,
        }
    }

    /// The same page with its rows in another form.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> Rows<U> {
        Rows {
            as_of: self.as_of,
            total: self.total,
            offset: self.offset,
            rows: self.rows.into_iter().map(form).collect(),
        }
    }

    /// The offset of the next page; `None` at the end of the list, and where no
    /// rows were asked for.
    pub fn next(&self) -> Option<u64> {
        let next = self.offset + self.rows.len();
        (!self.rows.is_empty() && next < self.total).then_some(next as u64)
    }
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
    /// When the engine last made what is shown: it changes with each tick.
    pub ticked_at: Option<Time>,
    /// Whether the broker tells when messages arrive; `None` where that is not known,
    /// or not asked since T goes by the events.
    pub stamped_by_broker: Option<bool>,
    /// Messages, by what became of them.
    pub counters: Counters,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            feed: Feed::starting(),
            connected: false,
            assigned: 0,
            caught_up: false,
            as_of: None,
            ticked_at: None,
            stamped_by_broker: None,
            counters: Counters::default(),
        }
    }
}

/// A way to ask the engine; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    orders: mpsc::Sender<Order>,
    requests: mpsc::Sender<Request>,
    status: watch::Receiver<Status>,
}

/// What the engine hears.
#[derive(Debug)]
pub struct Inbox {
    /// Clients that come and go, and the stop.
    pub orders: mpsc::Receiver<Order>,
    /// Questions.
    pub requests: mpsc::Receiver<Request>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The engine has ended.
    #[error("the service is stopping")]
    Stopped,
    /// Too many others ask already.
    #[error("others ask too much at present")]
    Busy,
    /// The engine is stuck.
    #[error("there was no answer in time, see /readyz")]
    Late,
}

impl Handle {
    /// A handle, and what the engine needs to serve it.
    pub fn new() -> (Self, Inbox, watch::Sender<Status>) {
        let (orders, heard) = mpsc::channel(WAITING_CLIENTS);
        let (requests, asked) = mpsc::channel(WAITING_QUESTIONS);
        let (status_writer, status) = watch::channel(Status::default());
        let handle = Self {
            orders,
            requests,
            status,
        };
        let inbox = Inbox {
            orders: heard,
            requests: asked,
        };
        (handle, inbox, status_writer)
    }

    /// How the service is.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// When the engine last looked at its clock.
    pub fn ticked_at(&self) -> Option<Time> {
        self.status.borrow().ticked_at
    }

    /// Changes of how the service is.
    pub fn watch_status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Watches a topic beside those of before.
    pub async fn subscribe(&self, subscription: Subscription) -> Result<(), Unanswered> {
        self.order(Order::Subscribe(subscription)).await
    }

    /// Watches a topic no more.
    pub async fn unsubscribe(&self, client: ClientId, topic: Permitted<Topic>) {
        // An engine that has ended has let go of all topics.
        let _ = self.order(Order::Unsubscribe(client, topic)).await;
    }

    /// Says that a client is gone.
    pub async fn leave(&self, client: ClientId) {
        // An engine that has ended has let go of all clients.
        let _ = self.order(Order::Leave(client)).await;
    }

    /// Asks for figures. Never waits in a queue that is full, nor for an engine
    /// that is stuck.
    pub async fn ask(&self, question: Question) -> Result<Answer, Unanswered> {
        let (reply, answer) = oneshot::channel();
        let request = Request { question, reply };
        self.requests
            .try_send(request)
            .map_err(|error| match error {
                TrySendError::Full(_) => Unanswered::Busy,
                TrySendError::Closed(_) => Unanswered::Stopped,
            })?;
        match tokio::time::timeout(ANSWERED_WITHIN, answer).await {
            Ok(Ok(Answer::Busy)) => Err(Unanswered::Busy),
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(Unanswered::Stopped),
            Err(_) => Err(Unanswered::Late),
        }
    }

    /// Hands over what the directory's file was found to be.
    pub async fn take_directory(&self, read: DirectoryRead) -> Result<(), Unanswered> {
        self.order(Order::Directory(read)).await
    }

    /// Messages folded so far, by what became of them.
    pub async fn counters(&self) -> Result<Counters, Unanswered> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Counters(reply)).await?;
        answer.await.map_err(|_| Unanswered::Stopped)
    }

    /// Saves and stops. Answers whether the state was saved.
    pub async fn stop(&self) -> Result<bool, Unanswered> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Stop(reply)).await?;
        answer.await.map_err(|_| Unanswered::Stopped)
    }

    async fn order(&self, order: Order) -> Result<(), Unanswered> {
        self.orders
            .send(order)
            .await
            .map_err(|_| Unanswered::Stopped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Identity, permit};

    fn page(offset: usize, limit: usize) -> Rows<u32> {
        Rows::of(None, 0..10, Page { offset, limit })
    }

    #[test]
    fn pages_follow_each_other_to_the_end_of_the_list() {
        for limit in 1..=11 {
            let (mut all, mut offset) = (Vec::new(), Some(0));
            while let Some(at) = offset {
                let page = page(at, limit);
                assert_eq!(page.total, 10);
                offset = page.next().map(|next| next as usize);
                all.extend(page.rows);
            }
            assert_eq!(all, (0..10).collect::<Vec<u32>>(), "{limit} a page");
        }
    }

    #[test]
    fn beyond_the_end_and_without_rows_there_is_no_next_page() {
        for (offset, limit) in [(10, 5), (1_000, 5), (usize::MAX, 1), (0, 0), (3, 0)] {
            let page = page(offset, limit);
            assert_eq!((page.total, page.next()), (10, None), "{offset}, {limit}");
        }
    }

    #[tokio::test]
    async fn a_full_queue_of_questions_turns_away_at_once_and_loses_no_order() {
        let (handle, mut inbox, _status) = Handle::new();
        let topic = permit(Identity::Everybody, Topic::Figures(Scope::All.into())).unwrap();
        let question = || Question::View(topic.clone(), false);
        let asked: Vec<_> = (0..WAITING_QUESTIONS)
            .map(|_| {
                let (reply, answer) = oneshot::channel();
                let question = question();
                let request = Request { question, reply };
                handle.requests.try_send(request).unwrap();
                answer
            })
            .collect();
        let one_more = handle.ask(question()).await;
        assert_eq!(one_more.unwrap_err(), Unanswered::Busy);
        handle.leave(7).await;
        assert!(matches!(inbox.orders.recv().await, Some(Order::Leave(7))));
        while let Ok(request) = inbox.requests.try_recv() {
            request
                .reply
                .send(Answer::UnknownScope(Scope::All))
                .unwrap();
        }
        for answer in asked {
            assert!(matches!(answer.await, Ok(Answer::UnknownScope(_))));
        }
    }
}
