//! What a producer can invent is bounded, and what nobody names any more gives its
//! place back.

mod callers;
mod sources;

use std::sync::Arc;

use vigie_contract::read::{Reading, structured};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::unknown::{OverKind, UnknownCodes};
use vigie_contract::view::Clock;
use vigie_model::{Directory, Fold, Input, Limits, Measures, Outcome, Pseudonyms, Settings};

const DIRECTORY: &str = r#"
version = 1
[[network]]
code = "ft"
name = "France Travail"
[[region]]
code = "NAQ"
name = "Nouvelle-Aquitaine"
[[line]]
number = "3949"
name = "Demandeurs d'emploi"
network = "ft"
[[queue]]
network = "ft"
code = "known"
name = "Known"
line = "3949"
[[agency]]
code = "A"
name = "Bordeaux"
network = "ft"
region = "NAQ"
queues = ["known"]
"#;

/// 2026-05-12T10:00:00Z, a Tuesday.
const NOON: i64 = 1_778_580_000;

const HOUR: i64 = 3_600;

struct Told {
    fold: Fold,
    number: i64,
}

impl Told {
    fn new(limits: Limits) -> Self {
        Self::with(Settings {
            limits,
            ..Settings::live(Clock::Event)
        })
    }

    fn with(settings: Settings) -> Self {
        Self {
            fold: Fold::new(Self::directory(), settings),
            number: 0,
        }
    }

    fn directory() -> Arc<Directory> {
        Arc::new(Directory::parse(DIRECTORY).expect("a directory"))
    }

    /// An event at so many seconds after noon.
    fn tell(&mut self, at: i64, kind: &str, subject: &str, data: &str) -> Outcome {
        let id = format!("e{}", self.number + 1);
        self.tell_as(("/pbx", &id), at, kind, subject, data)
    }

    /// The same of a source, with an id.
    fn tell_as(
        &mut self,
        (source, id): (&str, &str),
        at: i64,
        kind: &str,
        subject: &str,
        data: &str,
    ) -> Outcome {
        self.number += 1;
        let text = format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"{source}","type":"{kind}","time":"{}","subject":"{subject}","data":{data}}}"#,
            Time::from_seconds(NOON + at),
        );
        let Ok(Reading::Event(event)) = structured(text.as_bytes()) else {
            panic!("no event: {text}");
        };
        let outcome = self
            .fold
            .apply(Input::Event {
                partition: 0,
                offset: self.number,
                arrived: None,
                event: &event,
            })
            .outcome;
        if self.number == 1 {
            // The clock starts with it; else it waits for thirty to agree on the time.
            self.fold.apply(Input::Quiet { partition: 0 });
        }
        outcome
    }

    fn queued(&mut self, at: i64, subject: &str, agency: &str, queue: &str) {
        let data = format!(r#"{{"line":"3949","agency":"{agency}","queue":"{queue}"}}"#);
        self.tell(at, "call.queued", subject, &data);
    }

    fn answered(&mut self, at: i64, subject: &str, agency: &str, queue: &str) {
        let data = format!(r#"{{"agency":"{agency}","queue":"{queue}","agent":"ag"}}"#);
        self.tell(at, "call.answered", subject, &data);
    }

    fn advance(&mut self, at: i64) {
        let to = Time::from_seconds(NOON + at);
        self.fold.apply(Input::Advance { to });
    }

    fn has(&self, scope: &str) -> bool {
        self.fold
            .view(&scope.parse::<Scope>().expect("a scope"))
            .is_some()
    }

    fn over(&self, kind: OverKind) -> u64 {
        let mut all = self.fold.over_limit();
        all.find(|(known, _)| *known == kind)
            .map_or(0, |(_, times)| times)
    }

    /// The same from what a snapshot holds.
    fn restored(&self, settings: Settings) -> Self {
        let mut restored = Self::with(settings);
        let saved = self.fold.save(0).expect("a partition");
        restored.fold.load(0, &saved).expect("what was saved loads");
        let judged = restored.fold.load_judged(&self.fold.save_judged());
        judged.expect("what was saved loads");
        restored.number = self.number;
        if let Some(to) = self.fold.as_of() {
            restored.fold.apply(Input::Advance { to });
        }
        restored
    }
}

#[test]
fn what_is_unknown_comes_with_what_may_have_been_meant() {
    let mut told = Told::new(Limits::default());
    for (number, (agency, queue)) in [
        ("A", "Knwon"),
        ("A", "other one"),
        ("a", "known"),
        ("B", "known"),
    ]
    .into_iter()
    .enumerate()
    {
        told.queued(number as i64, &format!("c{number}"), agency, queue);
    }
    let data = r#"{"line":"39 49","agency":"A","queue":"known"}"#;
    told.tell(5, "call.queued", "l", data);
    told.advance(20);
    let unknown = told.fold.unknown(0..9).unwrap();
    let meant = |list: UnknownCodes| -> Vec<String> {
        let all = list.codes.iter();
        all.map(|one| format!("{} {:?}", one.code, one.did_you_mean))
            .collect()
    };
    assert_eq!(
        meant(unknown.queues),
        [r#"Knwon ["known"]"#, "other one []"]
    );
    assert_eq!(meant(unknown.agencies), [r#"B []"#, r#"a ["A"]"#]);
    assert_eq!(meant(unknown.lines), [r#"39 49 ["3949"]"#]);
}

fn small() -> Limits {
    Limits {
        agencies: 3,
        queues: 3,
        ..Limits::default()
    }
}

fn agencies(told: &Told) -> Vec<Measures> {
    told.fold
        .measures(|scope| matches!(scope, Scope::Agency(..)))
}

#[test]
fn what_has_no_place_counts_under_other_and_is_named() {
    let mut told = Told::new(small());
    for number in 0..10 {
        told.queued(number, &format!("c{number}"), &format!("X{number}"), "q");
        told.answered(number, &format!("c{number}"), &format!("X{number}"), "q");
        told.queued(number, &format!("d{number}"), "A", &format!("q{number}"));
    }
    told.advance(20);
    let view = told.fold.view(&Scope::All).unwrap();
    assert_eq!(view.windows["5m"].counts.answered, 10);
    assert_eq!(view.now.waiting, 10);
    let other = told.fold.view(
        &"unassigned/unassigned/other/other"
            .parse::<Scope>()
            .unwrap(),
    );
    assert_eq!(other.unwrap().windows["5m"].counts.answered, 7);
    let other = told.fold.view(&"ft/NAQ/A/other".parse::<Scope>().unwrap());
    assert_eq!(other.unwrap().now.waiting, 7);
    assert!(told.has("unassigned/unassigned/X2") && !told.has("unassigned/unassigned/X3"));
    // The directory's own has its place, whatever has been invented.
    told.queued(11, "e", "A", "known");
    told.advance(21);
    let known = told
        .fold
        .view(&"ft/NAQ/A/known".parse::<Scope>().unwrap())
        .unwrap();
    assert_eq!(known.now.waiting, 1);
    let unknown = told.fold.unknown(0..2).unwrap();
    assert_eq!((unknown.agencies.total, unknown.queues.total), (3, 3));
    assert_eq!(unknown.agencies.codes[1].code, "X1");
    assert_eq!(unknown.agencies.codes[1].offered, 1);
    assert_eq!(unknown.queues.codes[0].agency.as_deref(), Some("A"));
    let over = unknown
        .over_limits
        .iter()
        .find(|over| over.kind == OverKind::Agency);
    let over = over.unwrap();
    // Entry and answer of each.
    assert_eq!((over.limit, over.times, over.named.len()), (3, 14, 2));
    assert_eq!((&*over.named[0].code, over.named[0].times), ("X3", 2));
    assert_eq!(told.over(OverKind::Queue), 7);
}

#[test]
fn what_nobody_names_for_26_hours_gives_its_place_back() {
    let mut told = Told::new(small());
    let mut sizes = Vec::new();
    for round in 0..12 {
        let start = round * 48 * HOUR;
        for number in 0..3 {
            let (call, agency) = (format!("c{round}-{number}"), format!("X{round}-{number}"));
            told.queued(start + number, &call, &agency, "q");
            told.answered(start + number + 5, &call, &agency, "q");
        }
        told.advance(start + 30);
        let named = format!("unassigned/unassigned/X{round}-2/q");
        assert!(told.has(&named), "{named}");
        // Nobody but the directory's own agency is named for a day and more.
        for hours in 1..48 {
            let at = start + hours * HOUR;
            let call = format!("d{round}-{hours}");
            told.queued(at, &call, "A", "known");
            told.answered(at, &call, "A", "known");
            told.advance(at);
            // 26 hours later the day of this place goes on: the next midnight closes it.
            assert!(told.has(&named) || hours >= 26, "{hours} hours later");
        }
        assert!(!told.has(&named), "{named}");
        assert_eq!(told.fold.unknown(0..9).unwrap().agencies.total, 0);
        assert!(told.has("ft/NAQ/A/known"));
        assert!(told.has("line/3949"));
        sizes.push(told.fold.save(0).unwrap().len());
    }
    assert_eq!(told.over(OverKind::Agency), 0);
    let forgotten = told.fold.forgotten();
    assert_eq!((forgotten.offered, forgotten.answered), (36, 36));
    // What was learned of queues is kept, 300 bytes or so each; nothing else grows.
    let growth = (sizes[11] - sizes[1]) / 30;
    assert!(growth < 1_500, "{growth} bytes an agency: {sizes:?}");
    assert!(!told.has("unassigned"), "nothing is left of it");
}

#[test]
fn what_was_forgotten_is_forgotten_after_a_restart_and_no_view_differs() {
    let settings = Settings {
        limits: small(),
        ..Settings::live(Clock::Event)
    };
    let mut told = Told::with(settings.clone());
    told.queued(0, "c", "X", "q");
    told.answered(9, "c", "X", "q");
    told.tell(
        10,
        "call.queued",
        "f",
        r#"{"line":"1","agency":"A","queue":"typo"}"#,
    );
    told.answered(20, "f", "A", "typo");
    told.advance(60);
    let mut restarted = told.restored(settings.clone());
    for hours in 1..80 {
        for told in [&mut told, &mut restarted] {
            told.queued(hours * HOUR, &format!("d{hours}"), "A", "known");
            told.answered(hours * HOUR + 7, &format!("d{hours}"), "A", "known");
            told.advance(hours * HOUR + 40);
        }
        if hours % 9 == 0 {
            restarted = restarted.restored(settings.clone());
        }
        let scopes = |told: &Told| {
            let mut scopes: Vec<Scope> = told.fold.scopes().map(|crumb| crumb.scope).collect();
            scopes.sort();
            scopes
        };
        assert_eq!(scopes(&restarted), scopes(&told), "{hours} hours later");
        for scope in scopes(&told) {
            let views = [&restarted, &told].map(|told| told.fold.view(&scope));
            assert_eq!(views[0], views[1], "{scope}, {hours} hours later");
        }
        assert_eq!(restarted.fold.unknown(0..9), told.fold.unknown(0..9));
        assert_eq!(agencies(&restarted), agencies(&told));
        assert_eq!(restarted.fold.forgotten(), told.fold.forgotten());
    }
    assert!(!told.has("ft/NAQ/A/typo") && !told.has("line/1"));
    // What the agency counted since the beginning has not gone back.
    let [agency] = &agencies(&told)[..] else {
        panic!("one agency is left");
    };
    assert_eq!((agency.offered, agency.answered), (80, 80));
}

#[test]
fn who_waits_or_was_promised_something_is_not_forgotten() {
    let mut told = Told::new(small());
    let accepted = |due: i64| {
        let due = Time::from_seconds(NOON + due);
        format!(r#"{{"agency":"X","queue":"q","due_at":"{due}"}}"#)
    };
    told.queued(0, "c", "X", "q");
    told.tell(5, "call.callback_accepted", "c", &accepted(70 * HOUR));
    for hours in 1..140 {
        told.queued(hours * HOUR, &format!("d{hours}"), "A", "known");
        told.advance(hours * HOUR);
        let view = told
            .fold
            .view(&"unassigned/unassigned/X/q".parse::<Scope>().unwrap());
        if hours <= 90 {
            let open = view.expect("it has promised").now.promises.open;
            assert_eq!(open, 1, "{hours} hours later");
        } else if hours >= 138 {
            assert_eq!(
                view, None,
                "forgotten 24 hours after it was due, and then unnamed"
            );
        }
    }
}

#[test]
fn agents_beyond_the_limit_are_not_followed_and_told_by_their_agency() {
    let mut told = Told::new(Limits {
        agents_of_agency: 2,
        pause_reasons: 1,
        ..Limits::default()
    });
    let state = |agent: &str, state: &str, reason: &str| {
        let reason = format!(r#","reason":"{reason}""#);
        let reason = if state == "paused" { &*reason } else { "" };
        format!(r#"{{"agency":"A","agent":"{agent}","state":"{state}"{reason}}}"#)
    };
    for (at, agent) in ["secret-1", "secret-2", "secret-3"].into_iter().enumerate() {
        told.tell(
            at as i64,
            "agent.state_changed",
            agent,
            &state(agent, "ready", ""),
        );
    }
    told.tell(
        5,
        "agent.state_changed",
        "secret-1",
        &state("secret-1", "paused", "lunch"),
    );
    told.tell(
        6,
        "agent.state_changed",
        "secret-2",
        &state("secret-2", "paused", "nap"),
    );
    told.advance(60);
    let agents = told
        .fold
        .view(&"ft/NAQ/A".parse::<Scope>().unwrap())
        .unwrap()
        .now
        .agents;
    assert_eq!(agents.staffed, 2);
    let pauses: Vec<_> = agents.pauses.into_iter().collect();
    assert_eq!(pauses, [("lunch".to_owned(), 1), ("other".to_owned(), 1)]);
    let over = told.fold.unknown(0..9).unwrap().over_limits;
    let of_agents = over
        .iter()
        .find(|over| over.kind == OverKind::Agent)
        .unwrap();
    assert_eq!(of_agents.named[0].code, "A");
    assert!(!format!("{over:?}").contains("secret"));
    // Agents that are forgotten give their places back.
    for hours in 1..60 {
        told.queued(hours * HOUR, &format!("d{hours}"), "A", "known");
        told.advance(hours * HOUR);
    }
    let late = 60 * HOUR;
    told.tell(
        late,
        "agent.state_changed",
        "secret-3",
        &state("secret-3", "ready", ""),
    );
    told.advance(late + 1);
    let agents = told
        .fold
        .view(&"ft/NAQ/A".parse::<Scope>().unwrap())
        .unwrap()
        .now
        .agents;
    assert_eq!(agents.staffed, 1);
}

#[test]
fn one_history_of_very_many_events_is_cut_short_and_told() {
    let mut told = Told::new(Limits {
        events_of_one: 20,
        ..Limits::default()
    });
    for number in 0..50 {
        told.queued(number, "one", "A", "known");
        told.tell(
            number,
            "queue.state_changed",
            "known",
            r#"{"agency":"A","queue":"known","open":true}"#,
        );
        told.tell(
            number,
            "promise.attempted",
            "one",
            r#"{"agency":"A","queue":"known","kind":"callback","outcome":"unreachable"}"#,
        );
    }
    assert_eq!(told.over(OverKind::EventsOfOne), 3 * 30);
    told.advance(60);
    let view = told
        .fold
        .view(&"ft/NAQ/A/known".parse::<Scope>().unwrap())
        .unwrap();
    assert_eq!(view.windows["5m"].counts.repeated, 19);
    assert_eq!(told.fold.lever_changes(&Scope::All).unwrap().len(), 20);
}

#[test]
fn promises_are_followed_so_far_ahead_and_so_many() {
    let mut told = Told::new(Limits {
        promises: 5,
        due_within: vigie_contract::time::Span::from_seconds(HOUR),
        ..Limits::default()
    });
    for number in 0..8 {
        let call = format!("c{number}");
        told.queued(number, &call, "A", "known");
        let due = Time::from_seconds(NOON + 400 * 86_400);
        let data = format!(r#"{{"agency":"A","queue":"known","due_at":"{due}"}}"#);
        told.tell(number, "call.callback_accepted", &call, &data);
    }
    told.advance(60);
    let view = told.fold.view(&Scope::All).unwrap();
    assert_eq!(view.windows["5m"].counts.callbacks_accepted, 8);
    assert_eq!(view.now.promises.open, 5);
    let last = told.fold.open_promises(&Scope::All).unwrap();
    assert_eq!(last[0].due_at, Time::from_seconds(NOON + HOUR));
    assert_eq!(told.over(OverKind::Promise), 3);
    assert_eq!(told.over(OverKind::DueDate), 8);
}

/// Everything of the contract that a pseudonym may stand in.
#[test]
fn no_pseudonym_is_in_a_saved_state_and_no_figure_depends_on_the_key() {
    let keys = [Pseudonyms::offline(), Pseudonyms::new([7; 16])];
    let tell = |pseudonyms| {
        let mut told = Told::with(Settings {
            pseudonyms,
            limits: small(),
            ..Settings::live(Clock::Event)
        });
        // Platforms that make ids and subjects of the names of agents and callers.
        for number in 0..4 {
            let agent = format!("jdupont{number}");
            let call = format!("call{number}");
            let mut tell = |kind: &str, subject: &str, id: &str, data: &str| {
                told.tell_as(("/pbx", id), number, kind, subject, data);
            };
            for agency in ["A", "X", "Y", "Z", "V"] {
                let data = format!(
                    r#"{{"agency":"{agency}","agent":"{agent}","state":"ready","queues":["known","p"]}}"#
                );
                let id = format!("{agency}/{agent}/1");
                tell("agent.state_changed", &agent, &id, &data);
                tell(
                    "agent.state_changed",
                    "agent",
                    &format!("{agent}-{agency}"),
                    &data,
                );
                let data = format!(
                    r#"{{"line":"3949","agency":"{agency}","queue":"known","caller":"mmartin{number}"}}"#
                );
                tell(
                    "call.queued",
                    &call,
                    &format!("{agency}-mmartin{number}-q"),
                    &data,
                );
                let data = format!(r#"{{"agency":"{agency}","queue":"known","agent":"{agent}"}}"#);
                tell(
                    "call.answered",
                    &call,
                    &format!("{agency}-{agent}-a"),
                    &data,
                );
            }
        }
        told.advance(100);
        told
    };
    let [one, other] = keys.map(tell);
    for told in [&one, &other] {
        let saved = told.fold.save(0).unwrap();
        for pseudonym in ["jdupont", "mmartin"] {
            let is_there = saved
                .windows(pseudonym.len())
                .any(|bytes| bytes == pseudonym.as_bytes());
            assert!(!is_there, "{pseudonym} is in the state");
        }
    }
    assert_ne!(one.fold.save(0), other.fold.save(0), "hashes have the key");
    assert_ne!(one.fold.key_check(), other.fold.key_check());
    let scopes: Vec<Scope> = one.fold.scopes().map(|crumb| crumb.scope).collect();
    assert!(scopes.len() > 10);
    for scope in scopes {
        assert_eq!(one.fold.view(&scope), other.fold.view(&scope), "{scope}");
    }
}

/// The event that closes a day may be of later than the figures are as of: nothing
/// newer is known then than what it lets be forgotten.
#[test]
fn nothing_is_forgotten_before_the_figures_have_what_closed_its_day() {
    let mut told = Told::new(small());
    told.tell(0, "call.self_served", "c", r#"{"line":"1"}"#);
    told.advance(60);
    let age = |told: &Told| {
        let view = told.fold.view(&Scope::All).expect("all is there");
        view.now.data_age_seconds
    };
    assert_eq!(age(&told), Some(60.0));
    told.answered(40 * HOUR, "d", "A", "q");
    told.advance(39 * HOUR);
    assert_eq!(age(&told), Some(39.0 * HOUR as f64));
    told.advance(40 * HOUR + 70);
    assert_eq!(age(&told), Some(70.0));
    assert!(!told.has("line/1"), "it is forgotten now");
}
