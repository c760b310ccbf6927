//! When to connect, subscribe, resynchronise and give a connection up.
//!
//! Pure: what happens comes in as [`Input`] with the time and a random number,
//! what to do about it goes out as [`Action`]s. It never gives up: whatever goes
//! wrong ends in another attempt.

use vigie_contract::frame::{
    ClientFrame, Hello, Refused, ServerFrame, Subscribe, Unsubscribe, Update,
};

use super::backoff;

/// A connection that has not come about by then is given up.
const CONNECT_LIMIT_MILLISECONDS: f64 = 10_000.0;

/// After this long without a frame of a topic the server is asked for a snapshot
/// of it: a dead connection looks just like a quiet topic, and browsers do not
/// show pings.
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
    /// These topics are to be watched from now on, by name, and no others.
    Watch(Vec<String>),
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
    /// Show this topic from scratch.
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
    /// No connection yet, or not a snapshot of each topic yet.
    Connecting,
    /// Connected and following each topic, or refused it.
    Following,
    /// Connected, but the server has no figures to send yet.
    Unanswered,
    /// Connected, but nothing has come of a topic for a while and the server was
    /// asked.
    Silent,
    /// The next attempt is at that time.
    Waiting { until: f64 },
}

/// The link's state. Times are milliseconds of the browser's clock, which a
/// person may set: none of them is trusted to grow.
#[derive(Debug)]
pub struct Machine {
    /// The topics watched, by name: an address may name what is none.
    watched: Vec<String>,
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
    greeted: bool,
    /// Whether a subscription was ever answered here: then the next answer is
    /// only a moment away, and that moment is not worth telling.
    answered: bool,
    topics: Vec<Watched>,
}

/// A topic, as far as the server has told of it in this conversation.
#[derive(Debug)]
struct Watched {
    name: String,
    heard_at: f64,
    /// When the server was asked for a snapshot that has not come.
    asked_at: Option<f64>,
    told: Told,
}

/// What the server has said of a topic.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    /// Nothing yet.
    Nothing,
    /// A snapshot, and deltas up to this sequence number, left out.
    UpTo(u64),
    /// That it has none.
    Refused,
}

impl Machine {
    /// A machine that watches nothing yet and waits to be ticked for the first time.
    pub fn new() -> Self {
        Self {
            watched: Vec::new(),
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
            Phase::Open(conversation) => conversation.status(now),
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
            Input::Watch(topics) => self.watch(topics, now),
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
        let watched = self.watched.iter();
        self.phase = Phase::Open(Conversation {
            greeted: false,
            answered: false,
            topics: watched.map(|name| Watched::new(name, now)).collect(),
        });
        Vec::new()
    }

    fn lost(&mut self, now: f64, random: f64) -> Vec<Action> {
        let until = now + backoff::milliseconds(self.attempts, random);
        self.attempts = self.attempts.saturating_add(1);
        self.phase = Phase::Waiting { since: now, until };
        vec![Action::Drop]
    }

    fn watch(&mut self, topics: Vec<String>, now: f64) -> Vec<Action> {
        self.watched = topics;
        match &mut self.phase {
            Phase::Open(conversation) => conversation.watch(&self.watched, now),
            Phase::Connecting { .. } | Phase::Waiting { .. } => Vec::new(),
        }
    }

    fn tick(&mut self, now: f64, random: f64) -> Vec<Action> {
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
            Phase::Open(conversation) => match conversation.tick(now) {
                Some(asked) => asked,
                None => self.lost(now, random),
            },
        }
    }

    fn heard(&mut self, frame: ServerFrame, now: f64) -> Vec<Action> {
        let Phase::Open(conversation) = &mut self.phase else {
            return Vec::new();
        };
        match frame {
            ServerFrame::Hello(hello) => self.greeted(hello, now),
            ServerFrame::Refused(refused) => {
                // Asked again after a quiet while: an event may name it yet.
                let told = conversation.answer(&refused.topic, Told::Refused, now);
                self.answered(told.then_some(Action::Refuse(refused)))
            }
            ServerFrame::Snapshot(update) => {
                let next = Told::UpTo(update.seq.wrapping_add(1));
                let told = conversation.answer(&update.topic.to_string(), next, now);
                self.answered(told.then(|| Action::Replace(Box::new(update))))
            }
            ServerFrame::Delta(update) => conversation.follow(update, now),
        }
    }

    /// What was answered, unless it is of a topic watched before.
    fn answered(&mut self, action: Option<Action>) -> Vec<Action> {
        if action.is_some() {
            self.attempts = 0;
        }
        action.into_iter().collect()
    }

    fn greeted(&mut self, hello: Hello, now: f64) -> Vec<Action> {
        let newer = self
            .build
            .replace(hello.build.clone())
            .is_some_and(|build| build != hello.build);
        if newer || hello.protocol != vigie_contract::frame::PROTOCOL {
            return vec![Action::Reload];
        }
        match &mut self.phase {
            Phase::Open(conversation) => {
                conversation.greeted = true;
                let topics = conversation.topics.iter_mut();
                topics.flat_map(|topic| topic.ask(true, now)).collect()
            }
            Phase::Connecting { .. } | Phase::Waiting { .. } => Vec::new(),
        }
    }
}

impl Conversation {
    /// The worst of its topics.
    fn status(&self, now: f64) -> Status {
        let overdue = self.topics.iter().any(|topic| topic.is_overdue(now));
        let awaited = self.topics.iter().any(|topic| topic.told == Told::Nothing);
        if self.topics.is_empty() {
            Status::Connecting
        } else if !awaited {
            match overdue {
                true => Status::Silent,
                false => Status::Following,
            }
        } else if self.answered && !overdue {
            Status::Following
        } else if self.greeted && overdue {
            Status::Unanswered
        } else {
            Status::Connecting
        }
    }

    /// Lets go of what is watched no more, and asks for what is watched anew.
    fn watch(&mut self, names: &[String], now: f64) -> Vec<Action> {
        let greeted = self.greeted;
        let mut actions = Vec::new();
        self.topics.retain(|topic| {
            let stays = names.contains(&topic.name);
            if !stays && greeted {
                let topic = topic.name.clone();
                let frame = ClientFrame::Unsubscribe(Unsubscribe { topic });
                actions.push(Action::Send(frame));
            }
            stays
        });
        for name in names {
            if self.topics.iter().all(|topic| topic.name != *name) {
                let mut topic = Watched::new(name, now);
                actions.extend(topic.ask(greeted, now));
                self.topics.push(topic);
            }
        }
        actions
    }

    /// What to ask as time passes; `None` where the server is gone.
    fn tick(&mut self, now: f64) -> Option<Vec<Action>> {
        let limit = match self.greeted && !self.answered {
            true => FIRST_ANSWER_LIMIT_MILLISECONDS,
            false => ANSWER_LIMIT_MILLISECONDS,
        };
        let mut actions = Vec::new();
        for topic in &mut self.topics {
            topic.heard_at = topic.heard_at.min(now);
            match &mut topic.asked_at {
                None if now - topic.heard_at >= QUIET_MILLISECONDS => {
                    actions.extend(topic.ask(self.greeted, now));
                }
                None => {}
                Some(asked_at) => {
                    *asked_at = asked_at.min(now);
                    if now - *asked_at >= limit {
                        return None;
                    }
                }
            }
        }
        Some(actions)
    }

    /// Notes the answer to a subscription; whether one of that topic is held.
    fn answer(&mut self, name: &str, told: Told, now: f64) -> bool {
        let Some(topic) = self.topics.iter_mut().find(|topic| topic.name == name) else {
            return false;
        };
        topic.heard_at = now;
        topic.asked_at = None;
        topic.told = told;
        self.answered = true;
        true
    }

    /// Follows a topic, or asks for it anew where something is missing.
    fn follow(&mut self, update: Update, now: f64) -> Vec<Action> {
        let name = update.topic.to_string();
        let Some(topic) = self.topics.iter_mut().find(|topic| topic.name == name) else {
            return Vec::new();
        };
        topic.heard_at = now;
        match topic.told {
            Told::UpTo(next) if next == update.seq => {
                topic.told = Told::UpTo(next.wrapping_add(1));
                vec![Action::Amend(Box::new(update))]
            }
            // A gap: something was dropped on the way here.
            Told::UpTo(_) => {
                topic.told = Told::Nothing;
                topic.ask(self.greeted, now).into_iter().collect()
            }
            Told::Nothing | Told::Refused => Vec::new(),
        }
    }
}

impl Watched {
    fn new(name: &str, now: f64) -> Self {
        Self {
            name: name.to_owned(),
            heard_at: now,
            asked_at: None,
            told: Told::Nothing,
        }
    }

    /// The server speaks first: before its greeting nothing is sent, but the
    /// answer is awaited all the same.
    fn ask(&mut self, greeted: bool, now: f64) -> Option<Action> {
        self.asked_at = Some(now);
        let topic = self.name.clone();
        greeted.then_some(Action::Send(ClientFrame::Subscribe(Subscribe { topic })))
    }

    fn is_overdue(&self, now: f64) -> bool {
        let asked_at = self.asked_at;
        asked_at.is_some_and(|asked_at| now - asked_at >= ANSWER_DUE_MILLISECONDS)
    }
}

#[cfg(test)]
pub mod tests;
