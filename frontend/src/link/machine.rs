//! When to connect, subscribe, resynchronise and give a connection up.
//!
//! Pure: what happens comes in as [`Input`] with the time and a random number,
//! what to do about it goes out as [`Action`]s. It never gives up: whatever goes
//! wrong ends in another attempt.

use vigie_contract::frame::{ClientFrame, Detail, Hello, Refused, ServerFrame, Subscribe, Update};

use super::backoff;

/// A connection that has not come about by then is given up.
const CONNECT_LIMIT_MILLISECONDS: f64 = 10_000.0;

/// After this long without a frame the server is asked for a snapshot: a dead
/// connection looks just like a quiet scope, and browsers do not show pings.
const QUIET_MILLISECONDS: f64 = 8_000.0;

/// A server that has not answered by then, after it was asked, is gone.
const ANSWER_LIMIT_MILLISECONDS: f64 = 6_000.0;

/// The same before the first answer of a connection: a service that has read
/// nothing yet has no snapshot to answer with, and sends it once it has.
const FIRST_ANSWER_LIMIT_MILLISECONDS: f64 = 60_000.0;

/// Until then an answer that has not come is not worth telling a person.
const ANSWER_DUE_MILLISECONDS: f64 = 1_500.0;

/// Something that happened.
#[derive(Debug)]
pub enum Input {
    /// The connection is there.
    Opened,
    /// A frame came.
    Heard(Box<ServerFrame>),
    /// A message came that is not a frame: the server is of another version.
    Garbled,
    /// The connection is gone, or could not be made.
    Closed,
    /// Time has passed; at least every second.
    Tick,
    /// Another scope is to be watched.
    Watch(String),
    /// The browser says that it is online again, or a person asks to try now.
    Hurry,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Open a connection.
    Open,
    /// Drop the connection; nothing of it is to be heard any more.
    Drop,
    Send(ClientFrame),
    /// Show this scope from scratch.
    Replace(Box<Update>),
    /// Show what changed.
    Amend(Box<Update>),
    Refuse(Refused),
    /// Load the page again: the server has another version of it.
    Reload,
}

/// What the page shows of the link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Status {
    /// No connection yet, or no snapshot of the scope yet.
    Connecting,
    /// Connected and following, or refused the scope.
    Following,
    /// Connected, but the server has no figures to send yet.
    Unanswered,
    /// Connected, but nothing has come for a while and the server was asked.
    Silent,
    /// The next attempt is at that time.
    Waiting { until: f64 },
}

/// The link's state. Times are milliseconds of the browser's clock, which a
/// person may set: none of them is trusted to grow.
#[derive(Debug)]
pub struct Machine {
    watched: String,
    /// Version of the server that sent this page, as far as is known.
    build: Option<String>,
    attempts: u32,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    Connecting { since: f64 },
    Open(Conversation),
    Waiting { since: f64, until: f64 },
}

#[derive(Debug)]
struct Conversation {
    heard_at: f64,
    /// When the server was asked for a snapshot that has not come.
    asked_at: Option<f64>,
    greeted: bool,
    /// Whether a subscription was ever answered here: then the next answer is
    /// only a moment away, and that moment is not worth telling.
    answered: bool,
    scope: Scope,
}

/// What the server has said of the scope watched.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scope {
    /// Nothing yet.
    Awaited,
    /// A snapshot, and deltas up to this sequence number, left out.
    Followed(u64),
    /// That it has none.
    Refused,
}

impl Machine {
    /// A machine that waits to be ticked for the first time.
    pub fn new(watched: String) -> Self {
        Self {
            watched,
            build: None,
            attempts: 0,
            phase: Phase::Waiting {
                since: 0.0,
                until: 0.0,
            },
        }
    }

    pub fn status(&self, now: f64) -> Status {
        match &self.phase {
            Phase::Connecting { .. } => Status::Connecting,
            Phase::Waiting { until, .. } => Status::Waiting { until: *until },
            Phase::Open(conversation) => {
                let overdue = conversation
                    .asked_at
                    .is_some_and(|asked_at| now - asked_at >= ANSWER_DUE_MILLISECONDS);
                match conversation.scope {
                    Scope::Awaited if conversation.answered && !overdue => Status::Following,
                    Scope::Awaited if conversation.greeted && overdue => Status::Unanswered,
                    Scope::Awaited => Status::Connecting,
                    Scope::Followed(_) | Scope::Refused if overdue => Status::Silent,
                    Scope::Followed(_) | Scope::Refused => Status::Following,
                }
            }
        }
    }

    /// `now` in milliseconds; `random` from 0 to 1.
    pub fn step(&mut self, input: Input, now: f64, random: f64) -> Vec<Action> {
        match input {
            Input::Opened => self.opened(now),
            Input::Heard(frame) => self.heard(*frame, now),
            Input::Garbled => {
                let mut actions = self.lost(now, random);
                actions.push(Action::Reload);
                actions
            }
            Input::Closed => self.lost(now, random),
            Input::Tick => self.tick(now, random),
            Input::Watch(scope) => self.watch(scope, now),
            Input::Hurry => match self.phase {
                Phase::Waiting { .. } => self.connect(now),
                Phase::Connecting { .. } | Phase::Open(_) => Vec::new(),
            },
        }
    }

    fn connect(&mut self, now: f64) -> Vec<Action> {
        self.phase = Phase::Connecting { since: now };
        vec![Action::Open]
    }

    fn opened(&mut self, now: f64) -> Vec<Action> {
        self.phase = Phase::Open(Conversation {
            heard_at: now,
            asked_at: None,
            greeted: false,
            answered: false,
            scope: Scope::Awaited,
        });
        Vec::new()
    }

    fn lost(&mut self, now: f64, random: f64) -> Vec<Action> {
        let until = now + backoff::milliseconds(self.attempts, random);
        self.attempts = self.attempts.saturating_add(1);
        self.phase = Phase::Waiting { since: now, until };
        vec![Action::Drop]
    }

    fn watch(&mut self, scope: String, now: f64) -> Vec<Action> {
        self.watched = scope;
        let subscribe = self.subscription();
        match &mut self.phase {
            Phase::Open(conversation) => {
                conversation.scope = Scope::Awaited;
                conversation.ask(subscribe, now)
            }
            Phase::Connecting { .. } | Phase::Waiting { .. } => Vec::new(),
        }
    }

    fn tick(&mut self, now: f64, random: f64) -> Vec<Action> {
        let subscribe = self.subscription();
        match &mut self.phase {
            // The clock may have been set back: then it is simply time.
            Phase::Waiting { since, until } if now >= *until || now < *since => self.connect(now),
            Phase::Waiting { .. } => Vec::new(),
            Phase::Connecting { since } => {
                *since = since.min(now);
                if now - *since >= CONNECT_LIMIT_MILLISECONDS {
                    return self.lost(now, random);
                }
                Vec::new()
            }
            Phase::Open(conversation) => {
                conversation.heard_at = conversation.heard_at.min(now);
                let Some(asked_at) = &mut conversation.asked_at else {
                    return match now - conversation.heard_at >= QUIET_MILLISECONDS {
                        true => conversation.ask(subscribe, now),
                        false => Vec::new(),
                    };
                };
                *asked_at = asked_at.min(now);
                let limit = match conversation.greeted && !conversation.answered {
                    true => FIRST_ANSWER_LIMIT_MILLISECONDS,
                    false => ANSWER_LIMIT_MILLISECONDS,
                };
                match now - *asked_at >= limit {
                    true => self.lost(now, random),
                    false => Vec::new(),
                }
            }
        }
    }

    fn heard(&mut self, frame: ServerFrame, now: f64) -> Vec<Action> {
        let subscribe = self.subscription();
        let Phase::Open(conversation) = &mut self.phase else {
            return Vec::new();
        };
        conversation.heard_at = now;
        match frame {
            ServerFrame::Hello(hello) => self.greeted(hello, now),
            ServerFrame::Refused(refused) if refused.scope == self.watched => {
                // Asked again after a quiet while: an event may name it yet.
                conversation.asked_at = None;
                conversation.answered = true;
                conversation.scope = Scope::Refused;
                self.attempts = 0;
                vec![Action::Refuse(refused)]
            }
            ServerFrame::Snapshot(update) if update.view.scope.to_string() == self.watched => {
                conversation.asked_at = None;
                conversation.answered = true;
                conversation.scope = Scope::Followed(update.seq.wrapping_add(1));
                self.attempts = 0;
                vec![Action::Replace(Box::new(update))]
            }
            ServerFrame::Delta(update) => match conversation.scope {
                Scope::Followed(next) if next == update.seq => {
                    conversation.scope = Scope::Followed(next.wrapping_add(1));
                    vec![Action::Amend(Box::new(update))]
                }
                // A gap: something was dropped on the way here.
                Scope::Followed(_) => {
                    conversation.scope = Scope::Awaited;
                    conversation.ask(subscribe, now)
                }
                Scope::Awaited | Scope::Refused => Vec::new(),
            },
            // Of the scope watched before.
            ServerFrame::Refused(_) | ServerFrame::Snapshot(_) => Vec::new(),
        }
    }

    fn greeted(&mut self, hello: Hello, now: f64) -> Vec<Action> {
        let newer = self
            .build
            .replace(hello.build.clone())
            .is_some_and(|build| build != hello.build);
        if newer || hello.protocol != vigie_contract::frame::PROTOCOL {
            return vec![Action::Reload];
        }
        let subscribe = self.subscription();
        match &mut self.phase {
            Phase::Open(conversation) => {
                conversation.greeted = true;
                conversation.ask(subscribe, now)
            }
            Phase::Connecting { .. } | Phase::Waiting { .. } => Vec::new(),
        }
    }

    fn subscription(&self) -> ClientFrame {
        ClientFrame::Subscribe(Subscribe {
            scope: self.watched.clone(),
            detail: Detail::Children,
        })
    }
}

impl Conversation {
    /// The server speaks first: before its greeting nothing is sent, but the
    /// answer is awaited all the same.
    fn ask(&mut self, subscribe: ClientFrame, now: f64) -> Vec<Action> {
        self.asked_at = Some(now);
        if self.greeted {
            vec![Action::Send(subscribe)]
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
pub mod tests;
