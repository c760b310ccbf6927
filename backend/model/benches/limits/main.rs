//! What a state takes, in memory and at each second, where producers have invented
//! all that there is room for: `cargo bench --package vigie-model --bench limits`.
//!
//! Each state is filled with twice what its limit allows, in one partition and
//! without a directory, so that the limit holds. Then a second passes: time is
//! advanced, the figures of all agencies are made for metrics, and the view and the
//! cards of the widest scope that has the invented below it, as if it were watched.
//! `docs/limits.md` quotes the table.

#![expect(clippy::print_stdout, reason = "its figures are its output")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use vigie_contract::event::{
    AgentState, AgentStateChanged, Body, CallAnswered, CallCallbackAccepted, CallQueued,
    CallReceived, Event, QueueReason,
};
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::{Directory, Fold, Input, Limits, Settings};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// 2026-05-12T10:00:00Z
const START: i64 = 1_778_580_000;

/// Events of a second.
const RATE: u64 = 2_000;

/// Seconds that are measured.
const TICKS: u32 = 5;

/// What producers invent of one kind.
struct Kind {
    name: &'static str,
    limit: u64,
    /// The widest scope that has it below.
    parent: &'static str,
    invent: fn(&mut Told, u64),
}

fn main() {
    println!("| filled with | bytes | of one | a second | cards |");
    println!("|---|---|---|---|---|");
    row("nothing", &[], "all");
    let kinds = kinds();
    for kind in &kinds {
        let name = format!("{}, {}", kind.name, kind.limit);
        row(&name, std::slice::from_ref(kind), kind.parent);
    }
    row("all of these at once", &kinds, "unassigned/unassigned");
    let waiting = Kind {
        name: "who wait in a queue",
        limit: 500_000,
        parent: "unassigned/unassigned/X/q",
        invent: |told, number| told.queued(number, "X", "q", "1"),
    };
    let parent = waiting.parent;
    row("a million who wait in a queue", &[waiting], parent);
}

fn kinds() -> [Kind; 9] {
    let limits = Limits::default();
    [
        Kind {
            name: "agencies",
            limit: limits.agencies,
            parent: "unassigned/unassigned",
            invent: |told, number| told.call(number, &format!("X{number}"), "q", "1"),
        },
        Kind {
            name: "queues of one agency",
            limit: limits.queues,
            parent: "unassigned/unassigned/X",
            invent: |told, number| told.call(number, "X", &format!("q{number}"), "1"),
        },
        Kind {
            name: "places",
            limit: limits.places,
            parent: "unassigned/unassigned",
            invent: |told, number| {
                let (agency, queue) = (number / 10, number % 10);
                told.call(number, &format!("X{agency}"), &format!("q{queue}"), "1");
            },
        },
        Kind {
            name: "lines",
            limit: limits.lines,
            parent: "unassigned/unassigned/X",
            invent: |told, number| told.call(number, "X", "q", &format!("line{number}")),
        },
        Kind {
            name: "sources",
            limit: limits.sources,
            parent: "all",
            invent: |told, number| {
                told.source = format!("/pbx/{number}");
                told.received("1");
            },
        },
        Kind {
            name: "agents of one agency",
            limit: limits.agents_of_agency,
            parent: "unassigned/unassigned/X",
            invent: |told, number| told.agent(number, "X", &["q"]),
        },
        Kind {
            name: "agents",
            limit: limits.agents,
            parent: "unassigned/unassigned",
            invent: |told, number| told.agent(number, &format!("X{}", number / 4_000), &["q"]),
        },
        Kind {
            name: "lists of queues of agents",
            limit: limits.duties,
            parent: "unassigned/unassigned",
            invent: |told, number| {
                let of = number % 90;
                let queues: Vec<String> = (0..12)
                    .map(|at| format!("q{}", (of + at * at * (1 + number / 90)) % 90))
                    .collect();
                let queues: Vec<&str> = queues.iter().map(String::as_str).collect();
                told.agent(number, &format!("X{}", number / 900), &queues);
            },
        },
        Kind {
            name: "promises",
            limit: limits.promises,
            parent: "all",
            invent: |told, number| told.promised(number, "X", "q"),
        },
    ]
}

/// Fills a state with twice what the limit of each kind allows, and prints what it
/// takes.
fn row(name: &str, kinds: &[Kind], parent: &str) {
    let before = ALLOCATOR.current_usage();
    let mut told = Told::new();
    for kind in kinds {
        for number in 0..2 * kind.limit {
            (kind.invent)(&mut told, number);
            if number % RATE == RATE - 1 {
                told.pass();
            }
        }
    }
    told.pass();
    let bytes = ALLOCATOR.current_usage() - before;
    let parent: Scope = parent.parse().expect("a scope");
    let mut spent = Duration::ZERO;
    let mut cards = 0;
    for _ in 0..TICKS {
        let started = Instant::now();
        told.pass();
        let agencies = told
            .fold
            .measures(|scope| matches!(scope, Scope::Agency(..)));
        let view = told.fold.view(&parent);
        let children = told.fold.children(&parent).unwrap_or_default();
        spent += started.elapsed();
        drop((agencies, view));
        cards = children.len();
    }
    let one = match kinds {
        [kind] => (bytes as u64 / kind.limit).to_string(),
        _ => String::new(),
    };
    println!(
        "| {name} | {:.1} MB | {one} | {:.1} ms | {cards} |",
        bytes as f64 / 1e6,
        spent.as_secs_f64() * 1e3 / f64::from(TICKS),
    );
}

/// A live fold that is told of what does not exist.
struct Told {
    fold: Fold,
    second: i64,
    number: i64,
    source: String,
}

impl Told {
    fn new() -> Self {
        let directory = Arc::new(Directory::empty());
        let mut told = Self {
            fold: Fold::new(directory, Settings::live(Clock::Event)),
            second: START,
            number: 0,
            source: "/pbx".to_owned(),
        };
        told.received("1");
        told.pass();
        told
    }

    fn pass(&mut self) {
        self.second += 1;
        let to = Time::from_seconds(self.second);
        self.fold.apply(Input::Advance { to });
    }

    fn tell(&mut self, subject: &str, body: Body<'_>) {
        self.number += 1;
        let id = format!("{subject}-{}", self.number);
        let event = Event {
            id: id.into(),
            source: self.source.as_str().into(),
            time: Time::from_seconds(self.second) + Span(self.number % 1_000_000),
            subject: subject.into(),
            body,
            arrival: None,
        };
        self.fold.apply(Input::Event {
            partition: 0,
            offset: self.number,
            arrived: None,
            event: &event,
        });
    }

    fn received(&mut self, line: &str) {
        let body = Body::CallReceived(CallReceived {
            line: line.into(),
            caller: None,
            identified: None,
        });
        self.tell("r", body);
    }

    fn queued(&mut self, number: u64, agency: &str, queue: &str, line: &str) {
        let body = Body::CallQueued(CallQueued {
            line: line.into(),
            agency: agency.into(),
            queue: queue.into(),
            reason: QueueReason::Asked,
            origin: None,
            asked_at: None,
            announced_wait_seconds: None,
            caller: None,
            identified: None,
        });
        self.tell(&format!("c{number}"), body);
    }

    /// One that waits, after one that was answered.
    fn call(&mut self, number: u64, agency: &str, queue: &str, line: &str) {
        self.queued(number, agency, queue, line);
        let body = Body::CallAnswered(CallAnswered {
            agency: agency.into(),
            queue: queue.into(),
            agent: None,
        });
        self.tell(&format!("c{number}"), body);
        self.queued(u64::MAX - number, agency, queue, line);
    }

    fn promised(&mut self, number: u64, agency: &str, queue: &str) {
        self.queued(number, agency, queue, "1");
        let body = Body::CallCallbackAccepted(CallCallbackAccepted {
            agency: agency.into(),
            queue: queue.into(),
            due_at: Time::from_seconds(self.second + 7_200),
        });
        self.tell(&format!("c{number}"), body);
    }

    fn agent(&mut self, number: u64, agency: &str, queues: &[&str]) {
        let agent = format!("agent{number}");
        let body = Body::AgentStateChanged(AgentStateChanged {
            agency: agency.into(),
            agent: agent.as_str().into(),
            state: AgentState::Ready,
            queues: Some(queues.iter().map(|&queue| queue.into()).collect()),
            reason: None,
        });
        self.tell(&agent, body);
    }
}
