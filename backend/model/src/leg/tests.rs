//! Every outcome of a leg, in every order of arrival.

use super::*;

fn entry(asked: i64) -> Entry {
    Entry {
        reason: QueueReason::Asked,
        asked: Time::from_seconds(asked),
        handler: CellId(0),
        origin: CellId(0),
    }
}

fn event(second: i64, what: LegWhat, id: &str) -> LegEvent {
    LegEvent {
        time: Time::from_seconds(second),
        what,
        id: id.into(),
    }
}

fn queued(second: i64) -> LegEvent {
    event(second, LegWhat::Queued(entry(second)), "q")
}

fn outcome(second: i64, ending: Ending) -> LegEvent {
    event(
        second,
        LegWhat::Outcome(Outcome {
            ending,
            own: CellId(0),
            due: None,
        }),
        "o",
    )
}

/// The steps that hold after all events came in the order given, as
/// seconds and short words.
fn steps(events: &[LegEvent], lost_before: i64) -> Vec<String> {
    let mut leg = Leg::new(CellId(0));
    let mut held: Vec<String> = Vec::new();
    for event in events {
        leg.insert(
            event.clone(),
            Time::from_seconds(lost_before),
            &mut |sign, at, step| {
                let word = match step {
                    Step::Entered(entry) => {
                        format!("{} entered {}", at.second(), entry.asked.second())
                    }
                    Step::Closed(_, outcome) => format!("{} {:?}", at.second(), outcome.ending),
                    Step::Repeated(_) => format!("{} repeated", at.second()),
                    Step::Orphan(outcome) => {
                        format!("{} orphan {:?}", at.second(), outcome.ending)
                    }
                    Step::Superseded(_) => format!("{} superseded", at.second()),
                };
                if sign > 0 {
                    held.push(word);
                } else {
                    let at = held.iter().position(|known| *known == word);
                    held.remove(at.unwrap_or_else(|| panic!("{word} was never told")));
                }
            },
        );
    }
    held.sort_by_key(|word| word.split(' ').next().unwrap().parse::<i64>().unwrap());
    held
}

/// Checks the steps of a history in every order of arrival.
#[track_caller]
fn check(events: &[LegEvent], lost_before: i64, expected: &[&str]) {
    let mut order: Vec<usize> = (0..events.len()).collect();
    let mut orders = Vec::new();
    permute(&mut order, 0, &mut orders);
    for order in orders {
        let shuffled: Vec<LegEvent> = order.iter().map(|&at| events[at].clone()).collect();
        let mut held = steps(&shuffled, lost_before);
        let mut expected = expected.to_vec();
        held.sort();
        expected.sort();
        assert_eq!(held, expected, "in the order {order:?}");
    }
}

fn permute(order: &mut Vec<usize>, from: usize, all: &mut Vec<Vec<usize>>) {
    if from == order.len() {
        return all.push(order.clone());
    }
    for at in from..order.len() {
        order.swap(from, at);
        permute(order, from + 1, all);
        order.swap(from, at);
    }
}

#[test]
fn a_leg_opens_and_closes() {
    check(
        &[queued(10), outcome(70, Ending::Answered)],
        0,
        &["10 entered 10", "70 Answered"],
    );
}

#[test]
fn an_entry_and_its_outcome_at_one_instant() {
    check(
        &[queued(10), outcome(10, Ending::Answered)],
        0,
        &["10 entered 10", "10 Answered"],
    );
}

#[test]
fn a_call_comes_back_to_the_same_queue() {
    check(
        &[
            queued(10),
            outcome(20, Ending::Overflowed),
            queued(20),
            outcome(50, Ending::Abandoned),
        ],
        0,
        &[
            "10 entered 10",
            "20 Overflowed",
            "20 entered 20",
            "50 Abandoned",
        ],
    );
}

#[test]
fn an_entry_its_outcome_and_another_at_one_instant() {
    check(
        &[
            queued(10),
            outcome(10, Ending::Answered),
            outcome(10, Ending::Abandoned),
        ],
        0,
        &["10 entered 10", "10 Abandoned", "10 superseded"],
    );
}

#[test]
fn an_entry_while_in_is_repeated() {
    check(
        &[queued(10), queued(15), outcome(20, Ending::Answered)],
        0,
        &["10 entered 10", "15 repeated", "20 Answered"],
    );
}

#[test]
fn an_outcome_without_entry_is_an_orphan() {
    check(&[outcome(20, Ending::Answered)], 0, &["20 orphan Answered"]);
    check(
        &[outcome(20, Ending::Answered), queued(30)],
        0,
        &["20 orphan Answered", "30 entered 30"],
    );
}

#[test]
fn an_outcome_after_the_close_is_superseded_for_two_hours() {
    check(
        &[
            queued(10),
            outcome(20, Ending::Answered),
            outcome(7_220, Ending::Abandoned),
        ],
        0,
        &["10 entered 10", "20 Answered", "7220 superseded"],
    );
    check(
        &[
            queued(10),
            outcome(20, Ending::Answered),
            outcome(7_221, Ending::Abandoned),
        ],
        0,
        &["10 entered 10", "20 Answered", "7221 orphan Abandoned"],
    );
}

#[test]
fn at_one_instant_what_the_state_can_take_goes_first_then_by_type() {
    check(
        &[
            queued(10),
            outcome(20, Ending::Answered),
            outcome(20, Ending::Abandoned),
        ],
        0,
        &["10 entered 10", "20 Abandoned", "20 superseded"],
    );
}

#[test]
fn at_one_instant_ids_decide_between_events_of_one_type() {
    let early = LegWhat::Queued(entry(5));
    let late = LegWhat::Queued(entry(8));
    check(
        &[
            event(10, late, "b"),
            event(10, early, "a"),
            outcome(20, Ending::Answered),
        ],
        0,
        &["10 entered 5", "10 repeated", "20 Answered"],
    );
}

#[test]
fn a_leg_without_outcome_is_lost_once_two_hours_have_passed() {
    check(&[queued(10)], 7_210, &["10 entered 10"]);
    check(&[queued(10)], 7_211, &["10 entered 10", "7210 Lost"]);
}

#[test]
fn an_outcome_before_the_two_hours_takes_a_loss_back() {
    check(
        &[queued(10), outcome(7_209, Ending::Answered)],
        9_000,
        &["10 entered 10", "7209 Answered"],
    );
}

#[test]
fn an_outcome_at_two_hours_or_later_is_superseded_by_the_loss() {
    for second in [7_210, 14_410] {
        check(
            &[queued(10), outcome(second, Ending::Answered)],
            0,
            &[
                "10 entered 10",
                "7210 Lost",
                &format!("{second} superseded"),
            ],
        );
    }
    check(
        &[queued(10), outcome(14_411, Ending::Answered)],
        0,
        &["10 entered 10", "7210 Lost", "14411 orphan Answered"],
    );
}

#[test]
fn a_repeated_entry_does_not_move_the_loss() {
    check(
        &[queued(10), queued(7_000), outcome(7_300, Ending::Answered)],
        0,
        &[
            "10 entered 10",
            "7000 repeated",
            "7210 Lost",
            "7300 superseded",
        ],
    );
}

#[test]
fn a_loss_that_was_told_is_told_once() {
    let mut leg = Leg::new(CellId(0));
    let mut told = Vec::new();
    leg.insert(queued(10), Time(i64::MIN), &mut |_, _, _| {});
    for now in [7_210, 7_211, 9_000] {
        leg.lose(Time::from_seconds(now), &mut |at, _| told.push(at.second()));
    }
    assert_eq!(told, [7_210]);
    assert_eq!(leg.deadline(), None);
    // Between the loss and now: superseded, and the loss stays.
    let mut signs = Vec::new();
    let late = outcome(8_000, Ending::Answered);
    leg.insert(late, Time::from_seconds(9_000), &mut |sign, _, step| {
        signs.push((sign, step))
    });
    assert_eq!(signs, [(1, Step::Superseded(entry(10)))]);
    let earlier = outcome(7_000, Ending::Answered);
    let mut sum = 0;
    leg.insert(earlier, Time::from_seconds(9_000), &mut |sign, _, step| {
        if matches!(step, Step::Closed(_, outcome) if outcome.ending == Ending::Lost) {
            sum += i32::from(sign);
        }
    });
    assert_eq!(sum, -1);
}
