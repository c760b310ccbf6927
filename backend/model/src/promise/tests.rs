use super::*;

fn event(second: i64, what: PromiseWhat) -> PromiseEvent {
    PromiseEvent {
        time: Time::from_seconds(second),
        what,
        id: "x".into(),
    }
}

fn opened(second: i64, due: i64) -> PromiseEvent {
    event(
        second,
        PromiseWhat::Opened {
            due: Time::from_seconds(due),
            by: CellId(1),
        },
    )
}

fn attempted(second: i64, outcome: AttemptOutcome) -> PromiseEvent {
    let own = CellId(1);
    event(second, PromiseWhat::Attempted { outcome, own })
}

fn answered(second: i64) -> PromiseEvent {
    event(second, PromiseWhat::CallAnswered { own: CellId(1) })
}

#[track_caller]
fn check(events: &[PromiseEvent], expected: &[(i64, &str)]) {
    for turned in [false, true] {
        let mut promise = Promise::new(PromiseKind::Callback, "call", CellId(0));
        let mut events = events.to_vec();
        if turned {
            events.reverse();
        }
        for event in events {
            promise.insert(event);
        }
        let mut held: Vec<(i64, String)> = promise
            .steps()
            .iter()
            .map(|told| {
                assert_eq!(told.by, CellId(1));
                let word = match told.step {
                    PromiseStep::Opened { .. } => "opened".to_owned(),
                    PromiseStep::Closed { .. } => "closed".to_owned(),
                    PromiseStep::Due(due) if due.reached => "due, reached".to_owned(),
                    PromiseStep::Due(due) if due.called => "due, called".to_owned(),
                    PromiseStep::Due(_) => "due".to_owned(),
                    other => format!("{other:?}"),
                };
                (told.at.second(), word)
            })
            .collect();
        held.sort();
        let mut expected: Vec<(i64, String)> = expected
            .iter()
            .map(|&(at, word)| (at, word.to_owned()))
            .collect();
        expected.sort();
        assert_eq!(held, expected, "turned: {turned}");
    }
}

const DAY: i64 = 86_400;

#[test]
fn a_promise_is_kept_by_its_due_time() {
    for contact in [50, 100] {
        check(
            &[opened(10, 100), attempted(contact, AttemptOutcome::Reached)],
            &[
                (10, "opened"),
                (contact, "Kept"),
                (contact, "closed"),
                (100, "due, reached"),
            ],
        );
    }
}

#[test]
fn a_promise_is_broken_at_its_due_time_and_forgotten_a_day_later() {
    check(
        &[opened(10, 100)],
        &[
            (10, "opened"),
            (100, "due"),
            (100, "Broken"),
            (100 + DAY, "Forgotten"),
            (100 + DAY, "closed"),
        ],
    );
}

#[test]
fn a_contact_after_the_due_time_keeps_it_late() {
    check(
        &[opened(10, 100), attempted(101, AttemptOutcome::Reached)],
        &[
            (10, "opened"),
            (100, "due"),
            (100, "Broken"),
            (101, "KeptLate"),
            (101, "closed"),
        ],
    );
}

#[test]
fn an_attempt_that_reached_nobody_leaves_it_open() {
    check(
        &[
            opened(10, 100),
            attempted(40, AttemptOutcome::Unreachable),
            attempted(60, AttemptOutcome::Reached),
        ],
        &[
            (10, "opened"),
            (60, "Kept"),
            (60, "closed"),
            (100, "due, reached"),
        ],
    );
    for (attempt, due) in [(100, "due, called"), (101, "due")] {
        check(
            &[
                opened(10, 100),
                attempted(attempt, AttemptOutcome::Unreachable),
            ],
            &[
                (10, "opened"),
                (100, due),
                (100, "Broken"),
                (100 + DAY, "Forgotten"),
                (100 + DAY, "closed"),
            ],
        );
    }
}

#[test]
fn a_cancelled_promise_is_broken_when_it_was_cancelled() {
    check(
        &[opened(10, 100), attempted(40, AttemptOutcome::Cancelled)],
        &[
            (10, "opened"),
            (40, "Broken"),
            (40, "Cancelled"),
            (40, "closed"),
        ],
    );
    check(
        &[opened(10, 100), attempted(140, AttemptOutcome::Cancelled)],
        &[
            (10, "opened"),
            (100, "due"),
            (100, "Broken"),
            (140, "Cancelled"),
            (140, "closed"),
        ],
    );
}

#[test]
fn an_attempt_without_promise_is_told_apart() {
    check(
        &[
            attempted(5, AttemptOutcome::Reached),
            opened(10, 100),
            answered(20),
            attempted(30, AttemptOutcome::Reached),
        ],
        &[
            (5, "WithoutPromise"),
            (10, "opened"),
            (20, "Kept"),
            (20, "closed"),
            (30, "WithoutPromise"),
            (100, "due, reached"),
        ],
    );
}

#[test]
fn handling_something_else_calls_nobody_back() {
    check(
        &[opened(10, 100), attempted(40, AttemptOutcome::Handled)],
        &[
            (10, "opened"),
            (100, "due"),
            (100, "Broken"),
            (100 + DAY, "Forgotten"),
            (100 + DAY, "closed"),
        ],
    );
}

#[test]
fn an_answered_call_without_promise_is_an_attempt() {
    check(&[answered(20)], &[(20, "WithoutPromise")]);
}

#[test]
fn a_promise_stands_as_the_events_before_an_instant_leave_it() {
    let mut promise = Promise::new(PromiseKind::Callback, "call", CellId(0));
    promise.insert(opened(10, 100));
    promise.insert(attempted(40, AttemptOutcome::Unreachable));
    promise.insert(attempted(60, AttemptOutcome::Reached));
    let unreachable = |at: i64| {
        promise
            .open_at(Time::from_seconds(at))
            .map(|open| open.unreachable)
    };
    assert_eq!(
        [10, 11, 40, 41, 60, 61].map(unreachable),
        [None, Some(0), Some(0), Some(1), Some(1), None]
    );
}
