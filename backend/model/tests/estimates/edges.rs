//! What happens at the edges: late, twice at one instant, closed, and with nobody
//! there for this queue.

use super::queue::{self, Line, event};
use super::*;

const QUEUE: &str = "unassigned/unassigned/A/one";

/// Calls of a morning, and the second after the last of them.
fn before() -> (Vec<Line>, i64) {
    let lines = queue::calls(11, 1_000, 1.0);
    let end = lines[lines.len() - 1].arrives + 60;
    (lines, end)
}

fn of_call(kind: &str, call: &str, at: i64, more: &str) -> Line {
    let data = format!(r#"{{"agency":"A","queue":"one"{more}}}"#);
    event(kind, &format!("{call}-{kind}-{at}"), call, at as f64, &data)
}

fn answered(call: &str, at: i64) -> Line {
    of_call("call.answered", call, at, r#","agent":"A-1""#)
}

fn entry(call: &str, at: i64) -> Line {
    let mut line = queue::entry("A", "one", call, at);
    // One call may join more than once.
    line.text = line.text.replace("-q\"", &format!("-q{at}\""));
    line
}

/// An event elsewhere, that lets time pass.
fn time_passes(to: i64) -> Line {
    let data = r#"{"agency":"B","queue":"one","score":3}"#;
    event(
        "survey.answered",
        &format!("tick-{to}"),
        "tick",
        to as f64,
        data,
    )
}

/// Everything folded in the order given, in steps of a minute.
struct Folded(Fold);

impl Folded {
    fn of(lines: &[Line]) -> Self {
        Self::with(Directory::empty(), lines)
    }

    fn with(directory: Directory, lines: &[Line]) -> Self {
        let mut fold = Fold::new(Arc::new(directory), Settings::offline());
        fold.record_estimates();
        for some in lines.chunks(10) {
            give(&mut fold, some);
            if let Some(newest) = fold.newest() {
                let to = newest - Span::from_seconds(30);
                fold.apply(Input::Advance { to });
            }
        }
        Self(fold)
    }

    fn estimate(&mut self, scope: &str, at: i64) -> Estimate {
        self.0.apply(Input::Advance {
            to: Time::from_seconds(at),
        });
        self.0.settle();
        let scope: Scope = scope.parse().expect("a scope");
        self.0.view(&scope).expect("a scope with events").estimate
    }

    /// What a call was given, whenever it joined.
    fn given(&mut self, call: &str) -> Vec<Result<f64, NoEstimate>> {
        self.0.settle_estimates();
        let hash = xxhash_rust::xxh3::xxh3_64(call.as_bytes());
        let given = self.0.take_estimates().into_iter();
        given
            .filter(|given| given.call == hash)
            .map(|given| given.estimate.map(|waits| waits.p50_seconds))
            .collect()
    }
}

/// Twelve callers join, and nothing is heard of them for ten minutes.
fn twelve_join(from: i64) -> impl Iterator<Item = Line> {
    (0..12).map(move |number| entry(&format!("held-{number}"), from + number))
}

#[test]
fn whoever_left_while_nothing_was_heard_does_not_wait() {
    let (mut lines, end) = before();
    lines.extend(twelve_join(end));
    lines.push(time_passes(end + 700));
    let silent = lines.clone();
    lines.extend((0..12).map(|number| answered(&format!("held-{number}"), end + 40 + number)));
    let last = [entry("z", end + 710), time_passes(end + 800)];
    let [told, never] = [lines, silent].map(|lines| {
        let mut folded = Folded::of(&[&lines[..], &last].concat());
        let record = folded.estimate(QUEUE, end + 760).record_today;
        let given = folded.given("z")[0].expect("an estimate");
        (given, record)
    });
    assert!(told.0 < 0.5 * never.0, "{} s, {} s", told.0, never.0);
    assert_eq!(told.1.unscored, 12);
    assert_eq!(never.1.unscored, 0);
    assert_eq!(told.1.held, never.1.held);
}

#[test]
fn an_answer_after_two_hours_is_of_no_wait() {
    let (mut lines, end) = before();
    lines.push(entry("x", end));
    let lost = end + 7_200;
    let rest = [entry("z", lost + 60), time_passes(lost + 120)];
    let seen = |more: Vec<Line>| {
        let mut folded = Folded::of(&[&lines[..], &more, &rest].concat());
        (
            folded.estimate(QUEUE, lost + 80).record_today,
            folded.given("x"),
        )
    };
    let never = seen(Vec::new());
    for after in [0, 1, 50] {
        assert_eq!(seen(vec![answered("x", lost + after)]), never, "{after}");
    }
    let in_time = seen(vec![answered("x", lost - 1)]);
    assert_ne!(in_time.0, never.0);
}

#[test]
fn who_leaves_and_joins_at_one_instant_waits_again() {
    let (mut lines, end) = before();
    lines.push(entry("x", end));
    let abandoned = of_call("call.abandoned", "x", end + 50, "");
    let rest = [answered("x", end + 90), time_passes(end + 200)];
    let recorded = |more: &[Line]| {
        let mut folded =
            Folded::of(&[&lines[..], std::slice::from_ref(&abandoned), more, &rest].concat());
        let record = folded.estimate(QUEUE, end + 160).record_today;
        (
            record.held.expect("a record").of[1],
            folded.given("x").len(),
        )
    };
    let (once, given_once) = recorded(&[]);
    let (twice, given_twice) = recorded(&[entry("x", end + 50)]);
    assert_eq!((twice, given_twice), (once + 1, given_once + 1));
}

#[test]
fn a_queue_that_its_people_closed_says_so() {
    let (mut lines, end) = before();
    let lever = |at, open| {
        of_call(
            "queue.state_changed",
            "lever",
            at,
            &format!(r#","open":{open}"#),
        )
    };
    lines.push(lever(end, false));
    lines.push(entry("x", end + 10));
    lines.push(time_passes(end + 60));
    let mut closed = Folded::of(&lines);
    assert_eq!(
        closed.estimate(QUEUE, end + 20).reason,
        Some(NoEstimate::Closed)
    );
    // That it was told late changes nothing.
    lines.push(lever(end + 20, true));
    lines.push(entry("y", end + 70));
    lines.push(time_passes(end + 120));
    let mut open = Folded::of(&lines);
    assert_eq!(open.estimate(QUEUE, end + 80).reason, None);
    assert_eq!(open.given("x"), [Err(NoEstimate::Closed)]);
    assert_eq!(closed.given("x"), [Err(NoEstimate::Closed)]);
}

#[test]
fn agents_of_another_queue_are_nobody_here() {
    let (mut lines, end) = before();
    for agent in 0..4 {
        let name = format!("A-{agent}");
        let data = format!(r#"{{"agency":"A","agent":"{name}","state":"ready","queues":["two"]}}"#);
        lines.push(event(
            "agent.state_changed",
            &name,
            &name,
            end as f64,
            &data,
        ));
    }
    lines.push(time_passes(end + 60));
    let mut folded = Folded::of(&lines);
    let reason = |folded: &mut Folded, queue| {
        let scope = format!("unassigned/unassigned/A/{queue}");
        folded.estimate(&scope, end + 20).reason
    };
    assert_eq!(reason(&mut folded, "one"), Some(NoEstimate::NobodyStaffed));
    assert_eq!(reason(&mut folded, "two"), None);
}

#[test]
fn a_conversation_that_ends_brings_nobody_back() {
    let (mut lines, end) = before();
    lines.extend(queue::everyone_leaves("A", end));
    lines.push(of_call(
        "call.ended",
        "w",
        end + 1,
        r#","agent":"A-0","talk_seconds":9"#,
    ));
    lines.push(time_passes(end + 60));
    let reason = Folded::of(&lines).estimate(QUEUE, end + 20).reason;
    assert_eq!(reason, Some(NoEstimate::NobodyStaffed));
    // Who picks up a call is there.
    lines.push(entry("x", end + 70));
    lines.push(answered("x", end + 80));
    lines.push(time_passes(end + 130));
    let reason = Folded::of(&lines).estimate(QUEUE, end + 90).reason;
    assert_eq!(reason, None);
}

#[test]
fn calls_that_unnamed_agents_pick_up_are_no_sign_of_nobody() {
    let (mut lines, end) = before();
    lines.extend(queue::everyone_leaves("A", end));
    lines.push(entry("x", end + 10));
    lines.push(of_call("call.answered", "x", end + 20, ""));
    for (after, expected) in [(30, None), (1_000, Some(NoEstimate::NobodyStaffed))] {
        lines.push(time_passes(end + after + 40));
        let reason = Folded::of(&lines).estimate(QUEUE, end + after).reason;
        assert_eq!(reason, expected, "{after} s after");
    }
}

#[test]
fn calls_that_are_answered_at_once_are_history() {
    let lines: Vec<Line> = (0..40)
        .flat_map(|number| {
            let call = format!("quick-{number}");
            let at = START + 10 * number;
            [entry(&call, at), answered(&call, at + 1)]
        })
        .collect();
    let mut folded = Folded::of(&lines);
    let estimate = folded.estimate(QUEUE, START + 350);
    assert_eq!(estimate.reason, None);
    assert!(estimate.p90_seconds.unwrap() <= 2.0, "{estimate:?}");
    assert_eq!(folded.given("quick-3"), [Err(NoEstimate::TooLittleHistory)]);
}

#[test]
fn twenty_outcomes_are_history_and_nineteen_are_not() {
    let lines: Vec<Line> = (0..21)
        .flat_map(|number| {
            let call = format!("slow-{number}");
            let at = START + 100 * number;
            [entry(&call, at), answered(&call, at + 30)]
        })
        .collect();
    let mut folded = Folded::of(&lines);
    folded.0.settle_estimates();
    let given = folded.0.take_estimates();
    let known = given.iter().filter(|given| given.estimate.is_ok()).count();
    assert_eq!((given.len(), known), (21, 1));
}

#[test]
fn a_queue_of_two_lines_is_open_while_one_is() {
    let other_line = r#"
        [[line]]
        number = "3646"
        name = "3646"
        network = "n"
    "#;
    let (calls, end) = before();
    let noon = 12 * 3_600;
    assert!(end < noon, "the line with hours is open so far");
    let lever = of_call(
        "queue.state_changed",
        "lever",
        START - 60,
        r#","deflecting":false"#,
    );
    let other = queue::entry_on("3646", "A", "one", "other", START - 50);
    let after = time_passes(noon + 120);
    for first in [vec![], vec![lever], vec![other.clone()]] {
        let lines = [&first[..], &calls, &[other.clone(), after.clone()]].concat();
        let directory = [queue::MORNINGS, other_line].concat();
        let directory = Directory::parse(&directory).expect("a valid directory");
        let mut folded = Folded::with(directory, &lines);
        let mut reason = |scope| folded.estimate(scope, noon + 60).reason;
        let closed = Some(NoEstimate::Closed);
        assert_eq!(reason(QUEUE), None, "after {first:?}");
        assert_eq!(reason("line/3949"), closed, "after {first:?}");
    }
}
