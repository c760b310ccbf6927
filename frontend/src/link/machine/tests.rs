use vigie_contract::frame::{
    Content, Feed, FeedState, PROTOCOL, RefusedReason, Rules, ScopeChildren, ScopeFigures,
    ScopeIncidents,
};
use vigie_contract::time::Time;
use vigie_contract::topic::Topic;
use vigie_contract::view::{Clock, Estimate, NoEstimate, Now, View};

use super::*;

/// A view of a scope, with nothing in it.
pub fn empty_view(scope: &str) -> View {
    View {
        as_of: Time::from_seconds(0),
        scope: scope.parse().unwrap(),
        clock: Clock::Wall,
        now: Now::default(),
        windows: Default::default(),
        handled: Default::default(),
        quarters: None,
        estimate: Estimate::absent(NoEstimate::TooLittleHistory),
        callers: None,
        closing: None,
        closing_record: None,
        severity: None,
        judged: None,
    }
}

/// An update of a topic, with nothing in it.
pub fn update(topic: &str, seq: u64) -> Update {
    let topic: Topic = topic.parse().unwrap();
    let content = match topic.clone() {
        Topic::Figures(scope) => Content::Figures(Box::new(ScopeFigures {
            path: Vec::new(),
            rules: Rules {
                short_abandons_count: true,
            },
            view: empty_view(&scope.to_string()),
        })),
        Topic::Children(_) => Content::Children(ScopeChildren::default()),
        Topic::Incidents(_) => Content::Incidents(ScopeIncidents::default()),
    };
    Update {
        topic,
        seq,
        as_of: Time::from_seconds(0),
        feed: Feed {
            state: FeedState::Live,
            ..Feed::starting()
        },
        content,
    }
}

fn hello(build: &str) -> ServerFrame {
    ServerFrame::Hello(Hello {
        protocol: PROTOCOL.to_owned(),
        build: build.to_owned(),
        server_time: Time::from_seconds(0),
    })
}

fn subscribe(topic: &str) -> Action {
    Action::Send(ClientFrame::Subscribe(Subscribe {
        topic: topic.to_owned(),
    }))
}

fn unsubscribe(topic: &str) -> Action {
    Action::Send(ClientFrame::Unsubscribe(Unsubscribe {
        topic: topic.to_owned(),
    }))
}

fn watch(topics: &[&str]) -> Input {
    Input::Watch(topics.iter().map(|&topic| topic.to_owned()).collect())
}

/// A machine and its clock.
struct Bench {
    machine: Machine,
    now: f64,
}

impl Bench {
    /// Watches the figures of `ft`; nothing has happened yet.
    fn new() -> Self {
        let mut bench = Self {
            machine: Machine::new(),
            now: 1_000_000.0,
        };
        bench.check(watch(&["figures/ft"]), &[]);
        bench
    }

    /// Connected, greeted, subscribed; the snapshot had sequence number 7.
    fn following() -> Self {
        let mut bench = Self::new();
        bench.check(Input::Tick, &[Action::Open]);
        bench.check(Input::Opened, &[]);
        bench.hear(hello("1"), &[subscribe("figures/ft")]);
        let snapshot = update("figures/ft", 7);
        bench.hear(
            ServerFrame::Snapshot(snapshot.clone()),
            &[Action::Replace(Box::new(snapshot))],
        );
        bench
    }

    #[track_caller]
    fn check(&mut self, input: Input, expected: &[Action]) {
        assert_eq!(self.machine.step(input, self.now, 1.0), expected);
    }

    #[track_caller]
    fn hear(&mut self, frame: ServerFrame, expected: &[Action]) {
        self.check(Input::Heard(Box::new(frame)), expected);
    }

    /// Ticks after so many seconds.
    #[track_caller]
    fn after(&mut self, seconds: f64, expected: &[Action]) {
        self.now += seconds * 1_000.0;
        self.check(Input::Tick, expected);
    }

    fn status(&self) -> Status {
        self.machine.status(self.now)
    }
}

#[test]
fn greets_subscribes_and_follows() {
    let mut bench = Bench::following();
    assert_eq!(bench.status(), Status::Following);
    for seq in 8..10 {
        let delta = update("figures/ft", seq);
        bench.hear(
            ServerFrame::Delta(delta.clone()),
            &[Action::Amend(Box::new(delta))],
        );
    }
}

#[test]
fn a_gap_asks_for_a_snapshot_and_shows_nothing_until_it_comes() {
    let mut bench = Bench::following();
    bench.hear(
        ServerFrame::Delta(update("figures/ft", 9)),
        &[subscribe("figures/ft")],
    );
    bench.hear(ServerFrame::Delta(update("figures/ft", 10)), &[]);
    assert_eq!(bench.status(), Status::Following);
    bench.after(1.5, &[]);
    assert_eq!(bench.status(), Status::Unanswered);
    let snapshot = update("figures/ft", 3);
    bench.hear(
        ServerFrame::Snapshot(snapshot.clone()),
        &[Action::Replace(Box::new(snapshot))],
    );
    let delta = update("figures/ft", 4);
    bench.hear(
        ServerFrame::Delta(delta.clone()),
        &[Action::Amend(Box::new(delta))],
    );
    assert_eq!(bench.status(), Status::Following);
}

#[test]
fn a_repeated_delta_is_a_gap_too() {
    let mut bench = Bench::following();
    bench.hear(
        ServerFrame::Delta(update("figures/ft", 7)),
        &[subscribe("figures/ft")],
    );
}

#[test]
fn frames_of_the_topic_before_are_not_shown() {
    let mut bench = Bench::following();
    bench.check(
        watch(&["figures/all"]),
        &[unsubscribe("figures/ft"), subscribe("figures/all")],
    );
    bench.hear(ServerFrame::Delta(update("figures/ft", 8)), &[]);
    bench.hear(ServerFrame::Snapshot(update("figures/ft", 8)), &[]);
    let snapshot = update("figures/all", 1);
    bench.hear(
        ServerFrame::Snapshot(snapshot.clone()),
        &[Action::Replace(Box::new(snapshot))],
    );
}

#[test]
fn topics_are_followed_each_by_itself() {
    let mut bench = Bench::following();
    // What is watched already is not asked for again.
    let both = || watch(&["figures/ft", "children/ft"]);
    bench.check(both(), &[subscribe("children/ft")]);
    bench.check(both(), &[]);
    let delta = update("figures/ft", 8);
    bench.hear(
        ServerFrame::Delta(delta.clone()),
        &[Action::Amend(Box::new(delta))],
    );
    let snapshot = update("children/ft", 70);
    bench.hear(
        ServerFrame::Snapshot(snapshot.clone()),
        &[Action::Replace(Box::new(snapshot))],
    );
    assert_eq!(bench.status(), Status::Following);
    // A gap in one is no gap in the other.
    bench.hear(
        ServerFrame::Delta(update("children/ft", 72)),
        &[subscribe("children/ft")],
    );
    let delta = update("figures/ft", 9);
    bench.hear(
        ServerFrame::Delta(delta.clone()),
        &[Action::Amend(Box::new(delta))],
    );
    bench.after(1.5, &[]);
    assert_eq!(bench.status(), Status::Unanswered);
}

#[test]
fn a_topic_that_falls_silent_is_asked_for_though_the_other_goes_on() {
    let mut bench = Bench::following();
    bench.check(
        watch(&["figures/ft", "children/ft"]),
        &[subscribe("children/ft")],
    );
    let snapshot = update("children/ft", 1);
    bench.hear(
        ServerFrame::Snapshot(snapshot.clone()),
        &[Action::Replace(Box::new(snapshot))],
    );
    for seq in 8..15 {
        bench.after(1.0, &[]);
        let delta = update("figures/ft", seq);
        bench.hear(
            ServerFrame::Delta(delta.clone()),
            &[Action::Amend(Box::new(delta))],
        );
    }
    bench.after(1.0, &[subscribe("children/ft")]);
    bench.after(1.5, &[]);
    assert_eq!(bench.status(), Status::Silent);
}

#[test]
fn topics_chosen_while_away_are_those_subscribed_to() {
    let mut bench = Bench::new();
    bench.check(watch(&["figures/all"]), &[]);
    bench.check(Input::Tick, &[Action::Open]);
    bench.check(watch(&["figures/line/3949"]), &[]);
    bench.check(Input::Opened, &[]);
    bench.check(watch(&["figures/line/3995", "children/line/3995"]), &[]);
    bench.hear(
        hello("1"),
        &[
            subscribe("figures/line/3995"),
            subscribe("children/line/3995"),
        ],
    );
}

#[test]
fn a_refusal_is_shown_and_asked_again_later() {
    let mut bench = Bench::following();
    bench.check(
        watch(&["figures/xx"]),
        &[unsubscribe("figures/ft"), subscribe("figures/xx")],
    );
    let refused = Refused {
        topic: "figures/xx".to_owned(),
        reason: RefusedReason::UnknownScope,
        message: String::new(),
    };
    bench.hear(
        ServerFrame::Refused(refused.clone()),
        &[Action::Refuse(refused)],
    );
    assert_eq!(bench.status(), Status::Following);
    bench.after(9.0, &[subscribe("figures/xx")]);
    assert_eq!(bench.status(), Status::Following);
}

#[test]
fn silence_is_probed_then_told_then_ended() {
    let mut bench = Bench::following();
    bench.after(7.0, &[]);
    bench.after(1.0, &[subscribe("figures/ft")]);
    assert_eq!(bench.status(), Status::Following);
    bench.after(2.0, &[]);
    assert_eq!(bench.status(), Status::Silent);
    bench.after(4.0, &[Action::Drop]);
    assert_eq!(
        bench.status(),
        Status::Waiting {
            until: bench.now + 500.0
        }
    );
    bench.after(0.5, &[Action::Open]);
}

#[test]
fn an_answer_ends_the_silence() {
    let mut bench = Bench::following();
    bench.after(8.0, &[subscribe("figures/ft")]);
    let snapshot = update("figures/ft", 7);
    bench.hear(
        ServerFrame::Snapshot(snapshot.clone()),
        &[Action::Replace(Box::new(snapshot))],
    );
    bench.after(7.0, &[]);
    assert_eq!(bench.status(), Status::Following);
}

#[test]
fn a_server_that_does_not_greet_is_left() {
    let mut bench = Bench::new();
    bench.check(Input::Tick, &[Action::Open]);
    bench.check(Input::Opened, &[]);
    bench.after(8.0, &[]);
    bench.after(6.0, &[Action::Drop]);
}

#[test]
fn a_server_without_figures_is_waited_for() {
    let mut bench = Bench::new();
    bench.check(Input::Tick, &[Action::Open]);
    bench.check(Input::Opened, &[]);
    bench.hear(hello("1"), &[subscribe("figures/ft")]);
    assert_eq!(bench.status(), Status::Connecting);
    bench.after(30.0, &[]);
    assert_eq!(bench.status(), Status::Unanswered);
    let snapshot = update("figures/ft", 1);
    bench.hear(
        ServerFrame::Snapshot(snapshot.clone()),
        &[Action::Replace(Box::new(snapshot))],
    );
    assert_eq!(bench.status(), Status::Following);
}

#[test]
fn a_server_that_greets_and_then_dies_is_left_in_the_end() {
    let mut bench = Bench::new();
    bench.check(Input::Tick, &[Action::Open]);
    bench.check(Input::Opened, &[]);
    bench.hear(hello("1"), &[subscribe("figures/ft")]);
    bench.after(59.9, &[]);
    bench.after(0.1, &[Action::Drop]);
}

#[test]
fn a_connection_that_does_not_come_about_is_given_up() {
    let mut bench = Bench::new();
    bench.check(Input::Tick, &[Action::Open]);
    bench.after(9.9, &[]);
    bench.after(0.1, &[Action::Drop]);
}

#[test]
fn waits_longer_each_time_and_never_gives_up() {
    let mut bench = Bench::new();
    bench.check(Input::Tick, &[Action::Open]);
    for bound in [
        500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0, 30_000.0,
    ]
    .into_iter()
    .chain([30_000.0; 1_000])
    {
        bench.check(Input::Closed, &[Action::Drop]);
        let until = bench.now + bound;
        assert_eq!(bench.status(), Status::Waiting { until });
        bench.after((bound - 1.0) / 1_000.0, &[]);
        bench.after(0.001, &[Action::Open]);
    }
}

#[test]
fn only_a_snapshot_ends_the_growth_of_the_wait() {
    let mut bench = Bench::following();
    bench.check(Input::Closed, &[Action::Drop]);
    bench.after(0.5, &[Action::Open]);
    bench.check(Input::Opened, &[]);
    bench.check(Input::Closed, &[Action::Drop]);
    let until = bench.now + 1_000.0;
    assert_eq!(bench.status(), Status::Waiting { until });
}

#[test]
fn hurry_skips_the_wait_and_nothing_else() {
    let mut bench = Bench::following();
    bench.check(Input::Hurry, &[]);
    bench.check(Input::Closed, &[Action::Drop]);
    bench.check(Input::Hurry, &[Action::Open]);
    bench.check(Input::Hurry, &[]);
}

#[test]
fn a_clock_set_back_delays_nothing() {
    let mut bench = Bench::following();
    bench.check(Input::Closed, &[Action::Drop]);
    bench.after(-3_600.0, &[Action::Open]);
    bench.after(-3_600.0, &[]);
    bench.after(10.0, &[Action::Drop]);

    let mut bench = Bench::following();
    bench.after(-3_600.0, &[]);
    bench.after(8.0, &[subscribe("figures/ft")]);
    bench.after(-3_600.0, &[]);
}

#[test]
fn a_server_of_another_build_sends_another_page() {
    let mut bench = Bench::following();
    bench.check(Input::Closed, &[Action::Drop]);
    bench.check(Input::Hurry, &[Action::Open]);
    bench.check(Input::Opened, &[]);
    bench.hear(hello("1"), &[subscribe("figures/ft")]);
    bench.check(Input::Closed, &[Action::Drop]);
    bench.check(Input::Hurry, &[Action::Open]);
    bench.check(Input::Opened, &[]);
    bench.hear(hello("2"), &[Action::Reload]);
}

#[test]
fn a_message_that_is_no_frame_is_a_reason_to_reload_and_to_come_back() {
    let mut bench = Bench::following();
    bench.check(Input::Garbled, &[Action::Drop, Action::Reload]);
    assert!(matches!(bench.status(), Status::Waiting { .. }));
}
