use super::*;
use crate::forecast::Forecast;
use crate::forecaster::Forecaster;

const QUEUED: CallEventKind = CallEventKind::Queued {
    id: None,
    announced: None,
};

/// What came of each call, in the order in which it was known, of a queue in
/// which these things happen.
fn outcomes(script: &[(i64, u64, CallEventKind)]) -> Vec<(u64, LegOutcome)> {
    let mut legs = Legs::new(None);
    let mut now = Time(0);
    let mut settled = Vec::new();
    let mut tell = |told: LegNews| {
        if let LegNews::Settled { leg, outcome, .. } = told {
            settled.push((leg.call, outcome));
        }
    };
    for instant in script.chunk_by(|one, next| one.0 == next.0) {
        let events = instant.iter().map(|(_, call, what)| CallEvent {
            call: *call,
            queue: QueueNumber(0),
            kind: what.clone(),
        });
        now = Time::from_seconds(instant[0].0);
        legs.take(now, events.collect(), &mut tell);
    }
    legs.finish(now, &mut tell);
    settled
}

fn seconds(number: i64) -> Span {
    Span::from_seconds(number)
}

#[test]
fn waits_of_up_to_two_seconds_are_short() {
    let found = outcomes(&[
        (0, 1, QUEUED),
        (0, 2, QUEUED),
        (0, 3, QUEUED),
        (2, 1, CallEventKind::Answered),
        (2, 2, CallEventKind::Abandoned),
        (3, 3, CallEventKind::Answered),
    ]);
    assert_eq!(
        found,
        [
            (1, LegOutcome::Short),
            (2, LegOutcome::Short),
            (3, LegOutcome::Answered(seconds(3)))
        ]
    );
}

#[test]
fn a_virtual_wait_ends_when_a_later_call_is_answered() {
    let found = outcomes(&[
        (0, 1, QUEUED),
        (10, 2, QUEUED),
        (10, 3, QUEUED),
        (20, 4, QUEUED),
        (30, 2, CallEventKind::Abandoned),
        // It came before, and another at the same instant: neither is later.
        (40, 1, CallEventKind::Answered),
        (45, 3, CallEventKind::Answered),
        (50, 4, CallEventKind::Answered),
    ]);
    assert_eq!(
        found,
        [
            (1, LegOutcome::Answered(seconds(40))),
            (3, LegOutcome::Answered(seconds(35))),
            (4, LegOutcome::Answered(seconds(30))),
            (2, LegOutcome::Virtual(seconds(40))),
        ]
    );
}

#[test]
fn a_virtual_wait_is_looked_for_600_seconds_from_the_abandonment() {
    for (answered, expected) in [
        (30, LegOutcome::Virtual(seconds(30))),
        (630, LegOutcome::Virtual(seconds(630))),
        (631, LegOutcome::NoVirtualWait),
    ] {
        let found = outcomes(&[
            (0, 1, QUEUED),
            (5, 2, QUEUED),
            (30, 1, CallEventKind::Abandoned),
            (answered, 2, CallEventKind::Answered),
        ]);
        assert!(found.contains(&(1, expected)), "{answered}: {found:?}");
    }
}

#[test]
fn what_has_no_wait_is_told_apart() {
    let found = outcomes(&[
        (0, 1, QUEUED),
        (0, 2, QUEUED),
        // Repeated: it waits since 0.
        (1, 2, QUEUED),
        (9, 1, CallEventKind::ClosedOtherwise),
        (7_200, 2, CallEventKind::Answered),
        (7_200, 3, QUEUED),
        (7_201, 4, CallEventKind::Answered),
    ]);
    assert_eq!(
        found,
        [
            (1, LegOutcome::ClosedOtherwise),
            (2, LegOutcome::Lost),
            (3, LegOutcome::Open)
        ]
    );
}

#[test]
fn at_one_instant_a_leg_takes_what_its_state_can() {
    // In the order of types the answer comes first.
    let found = outcomes(&[
        (0, 1, CallEventKind::Answered),
        (0, 1, QUEUED),
        (5, 2, QUEUED),
        (9, 2, CallEventKind::Answered),
        (9, 2, QUEUED),
        // The first of the two ends before the second begins.
        (9, 3, CallEventKind::Abandoned),
        (9, 3, QUEUED),
        (9, 3, QUEUED),
        (20, 3, CallEventKind::Answered),
    ]);
    assert_eq!(
        found,
        [
            (1, LegOutcome::Short),
            (3, LegOutcome::Short),
            (2, LegOutcome::Answered(seconds(4))),
            (3, LegOutcome::Answered(seconds(11))),
            (2, LegOutcome::Open)
        ]
    );
}

#[test]
fn forecasts_know_nothing_of_their_own_instant() {
    let mut legs = Legs::new(Some(Time::from_seconds(10)));
    let mut opened = Vec::new();
    let mut tell = |told: LegNews| {
        if let LegNews::Opened { leg, forecasts, .. } = told {
            opened.push((leg.call, forecasts));
        }
    };
    let happened = |call, kind| CallEvent {
        call,
        queue: QueueNumber(0),
        kind,
    };
    legs.take(Time::from_seconds(0), vec![happened(1, QUEUED)], &mut tell);
    let same_instant = vec![happened(1, CallEventKind::Answered), happened(2, QUEUED)];
    legs.take(Time::from_seconds(10), same_instant, &mut tell);
    legs.take(Time::from_seconds(11), vec![happened(3, QUEUED)], &mut tell);
    let les = |forecasts: &Option<Box<Forecasts>>| forecasts.as_ref().map(|all| all[1]);
    let hol = |forecasts: &Option<Box<Forecasts>>| forecasts.as_ref().map(|all| all[2]);
    assert_eq!(Forecaster::ALL[1], Forecaster::Les);
    assert_eq!(les(&opened[0].1), None, "before the scored ones");
    assert_eq!(les(&opened[1].1), Some(None));
    assert_eq!(hol(&opened[1].1), Some(Some(Forecast::point(10.0))));
    assert_eq!(les(&opened[2].1), Some(Some(Forecast::point(10.0))));
    assert_eq!(hol(&opened[2].1), Some(Some(Forecast::point(1.0))));
}

/// Two calls wait and one talks; then it comes, too late, that one of the
/// waiting was answered at `left`, and that the conversation ended at `ended`.
fn after_late_events(left: i64, ended: i64) -> (Vec<(u64, LegOutcome)>, Forecasts) {
    let mut legs = Legs::new(None);
    let (mut settled, mut forecasts) = (Vec::new(), None);
    let mut tell = |told: LegNews| match told {
        LegNews::Settled { leg, outcome, .. } => settled.push((leg.call, outcome)),
        LegNews::Opened { forecasts: of, .. } => forecasts = of,
        LegNews::Repeated(_) => {}
    };
    let happened = |call, kind| CallEvent {
        call,
        queue: QueueNumber(0),
        kind,
    };
    for (second, call, what) in [
        (0, 1, QUEUED),
        (10, 2, QUEUED),
        (20, 3, QUEUED),
        (25, 3, CallEventKind::Answered),
        (26, 4, CallEventKind::Ended(seconds(100))),
    ] {
        legs.take(
            Time::from_seconds(second),
            vec![happened(call, what)],
            &mut tell,
        );
    }
    for (second, call, what) in [
        (left, 1, CallEventKind::Answered),
        (ended, 3, CallEventKind::Ended(seconds(900))),
        (5, 9, CallEventKind::Abandoned),
    ] {
        legs.take_late(Time::from_seconds(second), &happened(call, what), &mut tell);
    }
    legs.take(Time::from_seconds(60), vec![happened(5, QUEUED)], &mut tell);
    (settled, *forecasts.unwrap())
}

#[test]
fn who_left_too_late_to_be_scored_is_not_waited_for() {
    let of = |forecasts: &Forecasts, forecaster| forecasts[forecaster as usize];
    let point = |seconds: f64| Some(Forecast::point(seconds));
    let (settled, forecasts) = after_late_events(12, 28);
    let short = (3, LegOutcome::Answered(seconds(5)));
    assert_eq!(settled, [short, (1, LegOutcome::Lost)]);
    assert_eq!(of(&forecasts, Forecaster::Hol), point(50.0));
    // 2 · 100 ÷ 1, and 300 · 2 ÷ (1 + 2): nothing was learned.
    assert_eq!(of(&forecasts, Forecaster::QueueLength), point(200.0));
    assert_eq!(of(&forecasts, Forecaster::ShrunkQueueLength), point(200.0));
    assert_eq!(of(&forecasts, Forecaster::Les), point(5.0));
}

#[test]
fn what_is_of_an_earlier_stay_ends_no_later_one() {
    let (settled, forecasts) = after_late_events(-1, 24);
    assert_eq!(settled, [(3, LegOutcome::Answered(seconds(5)))]);
    let hol = forecasts[Forecaster::Hol as usize];
    assert_eq!(hol, Some(Forecast::point(60.0)));
}

#[test]
fn the_first_announcement_is_of_the_whole_wait() {
    let mut legs = Legs::new(None);
    let mut announced = Vec::new();
    let mut tell = |told: LegNews| {
        if let LegNews::Settled { announced: of, .. } = told {
            announced.push(of);
        }
    };
    for (second, kind) in [
        (0, QUEUED),
        (10, CallEventKind::Announced(seconds(60))),
        (20, CallEventKind::Announced(seconds(90))),
        (65, CallEventKind::Answered),
    ] {
        let event = CallEvent {
            call: 1,
            queue: QueueNumber(0),
            kind,
        };
        legs.take(Time::from_seconds(second), vec![event], &mut tell);
    }
    assert_eq!(announced, [Some(Forecast::point(70.0))]);
}
