//! Who could help: pressure, slack, and what it would change if callers went elsewhere.

use std::sync::Arc;

use vigie_contract::help::{Help, HelpQueue, NoSlack, Untold};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, NoEstimate};
use vigie_model::{Directory, Input, NoHelp, Settings};

use crate::watched::Fold;
use crate::{event, give};

/// Six agencies of a region, of which C closes at ten.
const REGION: &str = r#"
version = 1
[defaults]
time_zone = "UTC"
[[network]]
code = "ft"
name = "ft"
[[hours]]
name = "office"
tuesday = ["08:00-17:00"]
[[hours]]
name = "early"
tuesday = ["08:00-10:00"]
[[line]]
number = "3949"
name = "3949"
network = "ft"
hours = "office"
[[line]]
number = "3995"
name = "3995"
network = "ft"
hours = "office"
[[queue]]
code = "q"
network = "ft"
line = "3949"
name = "q"
[[region]]
code = "R"
name = "R"
[[agency]]
code = "A"
name = "Agen"
network = "ft"
region = "R"
queues = ["q"]
[[agency]]
code = "B"
name = "Bergerac"
network = "ft"
region = "R"
queues = ["q"]
[[agency]]
code = "C"
name = "C"
network = "ft"
region = "R"
hours = "early"
[[agency]]
code = "D"
name = "D"
network = "ft"
region = "R"
[[agency]]
code = "E"
name = "E"
network = "ft"
region = "R"
[[agency]]
code = "F"
name = "F"
network = "ft"
region = "R"
"#;

struct Told {
    fold: Fold,
    offset: usize,
}

impl Told {
    fn call(&mut self, at: i64, call: &str, kind: &str, place: &str, more: &str) {
        let (agency, queue) = place.split_once('/').expect("agency/queue");
        let data = format!(r#""agency":"{agency}","queue":"{queue}"{more}"#);
        self.event(at, call, &format!("call.{kind}"), &data);
    }

    fn queued(&mut self, at: i64, call: &str, place: &str, line: &str) {
        self.call(at, call, "queued", place, &format!(r#","line":"{line}""#));
    }

    fn agent(&mut self, at: i64, agency: &str, agent: &str, state: &str) {
        let data =
            format!(r#""agency":"{agency}","agent":"{agent}","state":"{state}","queues":["q"]"#);
        self.event(at, agent, "agent.state_changed", &data);
    }

    fn event(&mut self, at: i64, subject: &str, kind: &str, data: &str) {
        let time = Time::from_seconds(at);
        let offset = self.offset;
        self.offset += 1;
        let line = format!(
            r#"{{"specversion":"1.0","id":"{offset}","source":"/pbx","type":"{kind}","subject":"{subject}","time":"{time}","data":{{{data}}}}}"#
        );
        give(&mut self.fold, 0, offset, &event(&line));
    }
}

fn second(text: &str) -> i64 {
    let time: Time = format!("2026-11-24T{text}Z").parse().expect("an instant");
    time.second()
}

fn scope(path: &str) -> Scope {
    path.parse().expect("a scope")
}

/// A morning of calls at two agencies, so that waits can be estimated; then four wait at A,
/// where two agents talk, and three agents of B are ready.
fn morning() -> Fold {
    let directory = Directory::parse(REGION).expect("a valid directory");
    let settings = Settings {
        trusts_arrivals: true,
        ..Settings::live(Clock::Event)
    };
    let mut told = Told {
        fold: Fold::new(Arc::new(directory), settings),
        offset: 0,
    };
    let mut calls: Vec<(i64, String, &str, &str)> = Vec::new();
    for number in 0..80 {
        let at = second("09:00:00") + number * 60;
        for (place, least) in [("A/q", 60), ("B/q", 10)] {
            let call = format!("{place}-{number}");
            let waited = least + number % 5 * 15;
            calls.push((at, call.clone(), "queued", place));
            calls.push((at + waited, call.clone(), "answered", place));
            calls.push((at + waited + 100, call, "ended", place));
        }
    }
    calls.sort();
    for (at, call, kind, place) in calls {
        match kind {
            "queued" => told.queued(at, &call, place, "3949"),
            "ended" => told.call(at, &call, kind, place, r#","talk_seconds":100"#),
            _ => told.call(at, &call, kind, place, ""),
        }
    }
    let at = second("10:30:00");
    for (agency, agent, state) in [
        ("A", "a1", "talking"),
        ("A", "a2", "talking"),
        ("A", "a3", "offline"),
        ("B", "b1", "ready"),
        ("B", "b2", "ready"),
        ("B", "b3", "ready"),
        ("C", "c1", "ready"),
        ("E", "e1", "ready"),
    ] {
        told.agent(at, agency, agent, state);
    }
    told.queued(second("10:36:00"), "passing", "B/q", "3949");
    told.call(second("10:36:30"), "passing", "answered", "B/q", "");
    for (place, call) in ["w1", "w2", "w3"].into_iter().enumerate() {
        told.queued(second("10:37:00") + place as i64, call, "A/q", "3949");
    }
    told.queued(second("10:37:10"), "w4", "A/other", "3995");
    told.queued(second("10:37:20"), "f1", "F/q", "3949");
    told.agent(second("10:38:00"), "B", "b3", "talking");
    let mut fold = told.fold;
    let to = Time::from_seconds(second("10:40:00"));
    fold.apply(Input::Advance { to });
    fold
}

#[test]
fn agencies_are_told_by_pressure_and_by_slack() {
    let fold = morning();
    let help = fold.help(&scope("ft/R"), None).unwrap();
    assert_eq!((help.agencies, help.effect), (6, None));

    let [first, second] = &help.pressure[..] else {
        panic!("{:?}", help.pressure);
    };
    assert_eq!(
        (help.pressed, &*first.name, &*second.name),
        (2, "Agen", "F")
    );
    assert_eq!(
        (first.waiting, first.staffed, first.ready),
        (4, Some(2), Some(0))
    );
    assert_eq!(first.waiting_per_agent, Some(2.0));
    let p50 = first.p50_seconds.expect("it was learned");
    assert_eq!(first.p50_seconds_per_agent, Some(p50 / 2.0));
    let queue = |queue: &str, waiting| HelpQueue {
        queue: queue.to_owned(),
        waiting,
    };
    assert_eq!(first.queues, [queue("q", 3), queue("other", 1)]);
    // Nobody was heard of who works there.
    assert_eq!((second.staffed, second.waiting_per_agent), (None, None));
    assert_eq!(second.no_slack, Some(NoSlack::AgentsUnknown));

    let [slack] = &help.slack[..] else {
        panic!("{:?}", help.slack);
    };
    assert_eq!((help.with_slack, &*slack.name), (1, "Bergerac"));
    // Three for 180 s and two for 120 s, but for the 30 s in which somebody waited.
    assert_eq!(slack.idle_agents, Some((3.0 * 150.0 + 2.0 * 120.0) / 300.0));
    assert_eq!(
        (slack.ready, slack.data_age_seconds),
        (Some(2), Some(120.0))
    );
    // C is closed, E was last heard ten minutes ago, of D and F no agent is known.
    let untold = Untold {
        closed: 1,
        agents_unknown: 2,
        stale: 1,
    };
    assert_eq!(help.untold, untold);
}

#[test]
fn of_a_line_only_its_queues_and_those_who_serve_them_are_told() {
    let fold = morning();
    for path in ["line/3949", "line/3949/R"] {
        let help = fold.help(&scope(path), None).unwrap();
        let names = help.pressure.iter().map(|agency| &*agency.name);
        assert_eq!(names.collect::<Vec<_>>(), ["Agen", "F"], "{path}");
        let [first, ..] = &help.pressure[..] else {
            panic!("{help:?}");
        };
        assert_eq!((first.waiting, first.staffed), (3, Some(2)));
        let slack = help
            .slack
            .iter()
            .map(|agency| (&*agency.name, agency.ready));
        assert_eq!(slack.collect::<Vec<_>>(), [("Bergerac", Some(2))]);
    }
    let other: Help = fold.help(&scope("line/3995"), None).unwrap();
    assert_eq!((other.agencies, other.pressed, other.with_slack), (1, 1, 0));
    assert_eq!(other.pressure[0].queues.len(), 1);
}

#[test]
fn an_effect_sets_the_queue_against_that_of_the_other_agency() {
    let fold = morning();
    let region = scope("ft/R");
    let effect = |from: &str, to: &str| {
        let asked = (&scope(from), &scope(to));
        fold.help(&region, Some(asked))
            .map(|help| help.effect.expect("it was asked"))
    };
    let told = effect("ft/R/A/q", "ft/R/B").unwrap();
    assert_eq!(told.queue, Some(scope("ft/R/B/q")));
    assert_eq!((told.no_estimate_from, told.no_estimate_to), (None, None));
    let callers = told.steps.iter().map(|step| step.callers);
    assert_eq!(callers.collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    // The first who stays is the next caller of the queue, and the first who goes is that of
    // the other.
    for (path, shown) in [
        ("ft/R/A/q", told.steps[0].staying),
        ("ft/R/B/q", told.steps[0].going),
    ] {
        let estimate = fold.view(&scope(path)).unwrap().estimate;
        let shown = shown.unwrap();
        assert_eq!(estimate.p50_seconds, Some(shown.p50_seconds), "{path}");
        assert_eq!(estimate.p90_seconds, Some(shown.p90_seconds), "{path}");
    }
    for (step, next) in told.steps.iter().zip(&told.steps[1..]) {
        assert_eq!(step.next_if_staying, next.staying);
        assert_eq!(step.next_if_going, told.steps[0].staying);
        assert!(next.staying.unwrap().p50_seconds >= step.staying.unwrap().p50_seconds);
    }
    let [first, last] = [told.steps[0], told.steps[4]];
    assert!(first.going.unwrap().p50_seconds < first.staying.unwrap().p50_seconds);
    assert!(last.staying.unwrap().p50_seconds > first.staying.unwrap().p50_seconds);

    // Nobody serves that line there; of a queue that no agent serves nothing is foreseen.
    let nowhere = effect("ft/R/A/other", "ft/R/B").unwrap();
    assert_eq!((nowhere.queue, nowhere.no_estimate_to), (None, None));
    assert_eq!(nowhere.no_estimate_from, Some(NoEstimate::NobodyStaffed));
    assert!(nowhere.steps.iter().all(|step| step.going.is_none()));
    assert!(nowhere.steps.iter().all(|step| step.staying.is_none()));
}

#[test]
fn what_cannot_be_told_is_refused_by_name() {
    let fold = morning();
    let help = |of: &str, from: &str, to: &str| {
        fold.help(&scope(of), Some((&scope(from), &scope(to))))
            .unwrap_err()
            .to_string()
    };
    for (of, from, to, reason) in [
        (
            "ft/R/A",
            "ft/R/A/q",
            "ft/R/B",
            "ft/R/A: who could help is told of all, ",
        ),
        (
            "ft/R/A/q",
            "ft/R/A/q",
            "ft/R/B",
            "ft/R/A/q: who could help is told of all, ",
        ),
        (
            "ft/X",
            "ft/R/A/q",
            "ft/R/B",
            "neither the directory nor an event has named ft/X",
        ),
        (
            "ft/R",
            "ft/R/A/z",
            "ft/R/B",
            "neither the directory nor an event has named ft/R/A/z",
        ),
        ("ft/R", "ft/R/A", "ft/R/B", "from: ft/R/A is not a queue"),
        (
            "ft/R",
            "ft/R/A/q",
            "ft/R/B/q",
            "to: ft/R/B/q is not an agency",
        ),
        (
            "ft/R",
            "ft/R/A/q",
            "ft/R/A",
            "to: ft/R/A has the queue itself",
        ),
        (
            "line/3995",
            "ft/R/A/q",
            "ft/R/B",
            "from: ft/R/A/q is not of line/3995",
        ),
        (
            "line/3995",
            "ft/R/A/other",
            "ft/R/B",
            "to: ft/R/B is not of line/3995",
        ),
    ] {
        let told = help(of, from, to);
        assert!(told.starts_with(reason), "{told}");
    }
    let directory = Arc::new(Directory::parse(REGION).expect("a valid directory"));
    let early = Fold::new(directory, Settings::live(Clock::Event));
    assert_eq!(early.help(&scope("ft/R"), None), Err(NoHelp::NotYet));
}

#[test]
fn what_is_told_is_the_same_after_a_restart() {
    let fold = morning();
    let directory = Arc::new(Directory::parse(REGION).expect("a valid directory"));
    let mut restarted = Fold::new(directory, Settings::live(Clock::Event));
    restarted.load(0, &fold.save(0).unwrap()).unwrap();
    let to = fold.as_of().unwrap();
    restarted.apply(Input::Advance { to });
    for of in ["ft/R", "line/3949", "all"] {
        let asked = (&scope("ft/R/A/q"), &scope("ft/R/B"));
        let help = |fold: &Fold| fold.help(&scope(of), Some(asked));
        assert_eq!(help(&restarted), help(&fold), "{of}");
    }
}
