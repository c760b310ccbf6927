//! Every outcome of a leg, in every order of arrival.

use super::*;
use crate::call;
use crate::names::{NameId, Names};

const OWN: CellId = CellId(0);

fn entry(asked: i64) -> LegEntry {
    LegEntry {
        reason: QueueReason::Asked,
        asked: Time::from_seconds(asked),
        handler: OWN,
        origin: OWN,
        announced: None,
    }
}

fn event(second: i64, what: LegWhat, id: &'static str) -> LegEvent<'static> {
    LegEvent {
        time: Time::from_seconds(second),
        what,
        id: EventId::new(id, "call", NameId(0)),
    }
}

fn queued(second: i64) -> LegEvent<'static> {
    event(second, LegWhat::Queued(entry(second)), "q")
}

fn announced(second: i64, wait: i64) -> LegEvent<'static> {
    let what = LegWhat::Announced(OWN, Span::from_seconds(wait));
    event(second, what, "a")
}

fn outcome(second: i64, ending: Ending) -> LegEvent<'static> {
    event(
        second,
        LegWhat::Outcome(LegOutcome {
            ending,
            own: OWN,
            due: None,
        }),
        "o",
    )
}

/// The steps that hold once all events came in the order given, as seconds and
/// short words.
fn steps(events: &[LegEvent<'static>], lost_before: i64) -> Vec<String> {
    let mut names = Names::default();
    names.id("/pbx");
    let mut bytes = Vec::new();
    for event in events {
        // As the fold does it: unpacked, put in its place, packed again.
        let kept = std::mem::take(&mut bytes);
        let mut known = call::unpack(&kept, "call");
        let place = known.partition_point(|one| call::order(one, event, &names).is_lt());
        known.insert(place, *event);
        bytes = call::pack(&known);
    }
    let walk = walk(
        &call::unpack(&bytes, "call"),
        Time::from_seconds(lost_before),
    );
    walk.told.iter().map(told).collect()
}

fn told(told: &DatedLegStep<'_>) -> String {
    let at = told.at.second();
    match told.step {
        LegStep::Entered(entry) => format!("{at} entered {}", entry.asked.second()),
        LegStep::Closed(stay, outcome) => match stay.announced {
            None => format!("{at} {:?}", outcome.ending),
            Some((when, wait)) => format!(
                "{at} {:?}, told {} at {}",
                outcome.ending,
                wait.seconds(),
                when.second()
            ),
        },
        LegStep::Repeated(_) => format!("{at} repeated"),
        LegStep::Orphan(outcome) => format!("{at} orphan {:?}", outcome.ending),
        LegStep::Superseded(_) => format!("{at} superseded"),
    }
}

/// Checks the steps of a history in every order of arrival.
#[track_caller]
fn check(events: &[LegEvent<'static>], lost_before: i64, expected: &[&str]) {
    let mut order: Vec<usize> = (0..events.len()).collect();
    let mut orders = Vec::new();
    permute(&mut order, 0, &mut orders);
    for order in orders {
        let shuffled: Vec<LegEvent<'static>> = order.iter().map(|&at| events[at]).collect();
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
fn a_loss_is_told_once_its_time_has_passed() {
    for (now, expected) in [
        (7_210, &["10 entered 10"][..]),
        (7_211, &["10 entered 10", "7210 Lost"]),
    ] {
        check(&[queued(10)], now, expected);
    }
    let late = outcome(8_000, Ending::Answered);
    check(
        &[queued(10), late],
        9_000,
        &["10 entered 10", "7210 Lost", "8000 superseded"],
    );
    let earlier = outcome(7_000, Ending::Answered);
    check(
        &[queued(10), earlier, late],
        9_000,
        &["10 entered 10", "7000 Answered", "8000 superseded"],
    );
}

#[test]
fn the_first_announcement_of_a_stay_is_kept() {
    check(
        &[
            announced(5, 1),
            queued(10),
            announced(20, 60),
            announced(40, 30),
            outcome(100, Ending::Answered),
        ],
        0,
        &["10 entered 10", "100 Answered, told 60 at 20"],
    );
}

#[test]
fn an_announcement_at_the_instant_of_an_outcome_goes_by_the_names_of_types() {
    check(
        &[queued(10), announced(50, 60), outcome(50, Ending::Answered)],
        0,
        &["10 entered 10", "50 Answered, told 60 at 50"],
    );
    check(
        &[
            queued(10),
            announced(50, 60),
            outcome(50, Ending::Abandoned),
        ],
        0,
        &["10 entered 10", "50 Abandoned"],
    );
}

#[test]
fn a_call_asks_first_where_it_has_not_within_two_hours() {
    let events = [queued(0), queued(7_200), queued(14_401), queued(21_600)];
    let first: Vec<i64> = first_askings(&events).map(|(at, _)| at.second()).collect();
    assert_eq!(first, [0, 14_401]);
}

#[test]
fn an_outcome_up_to_two_seconds_before_its_entry_is_the_outcome_of_that() {
    for second in [9, 8] {
        check(
            &[outcome(second, Ending::Answered), queued(10)],
            9_000,
            &["10 entered 10", "10 Answered"],
        );
    }
    check(
        &[outcome(7, Ending::Answered), queued(10)],
        0,
        &["7 orphan Answered", "10 entered 10"],
    );
    // What was announced at the entry was announced; what came before it was not.
    let entry = LegEntry {
        announced: Some(Span::from_seconds(60)),
        ..entry(10)
    };
    check(
        &[
            outcome(9, Ending::Answered),
            announced(9, 5),
            event(10, LegWhat::Queued(entry), "q"),
            announced(10, 7),
        ],
        0,
        &["10 entered 10", "10 Answered, told 60 at 10"],
    );
}

/// The first of them takes the first entry, the second the second; what is left
/// over is superseded, since its leg has an entry.
#[test]
fn early_outcomes_and_entries_go_in_pairs() {
    let early = [outcome(8, Ending::Overflowed), outcome(9, Ending::Answered)];
    let one = queued(10);
    let other = event(11, LegWhat::Queued(entry(11)), "r");
    check(
        &[early[0], early[1], one, other],
        0,
        &[
            "10 entered 10",
            "10 Overflowed",
            "11 entered 11",
            "11 Answered",
        ],
    );
    check(
        &[early[0], early[1], one],
        0,
        &["9 superseded", "10 entered 10", "10 Overflowed"],
    );
    // Too far ahead for the second of the entries alone.
    let late = event(12, LegWhat::Queued(entry(12)), "r");
    check(
        &[outcome(8, Ending::Abandoned), early[0], one, late],
        0,
        &[
            "8 superseded",
            "10 entered 10",
            "10 Abandoned",
            "12 entered 12",
        ],
    );
}

#[test]
fn an_outcome_that_its_leg_takes_is_never_early() {
    check(
        &[queued(10), outcome(20, Ending::Overflowed), queued(21)],
        0,
        &["10 entered 10", "20 Overflowed", "21 entered 21"],
    );
    // One more finds the leg out, and an entry after it.
    let again = event(
        20,
        LegWhat::Outcome(LegOutcome {
            ending: Ending::Abandoned,
            own: OWN,
            due: None,
        }),
        "p",
    );
    check(
        &[
            queued(10),
            outcome(20, Ending::Overflowed),
            again,
            queued(21),
        ],
        0,
        &[
            "10 entered 10",
            "20 Abandoned",
            "21 entered 21",
            "21 Overflowed",
        ],
    );
}

#[test]
fn an_early_outcome_closes_its_entry_before_anything_of_that_instant() {
    check(
        &[
            outcome(9, Ending::Overflowed),
            queued(10),
            event(10, LegWhat::Queued(entry(10)), "r"),
            outcome(10, Ending::Answered),
        ],
        0,
        &[
            "10 entered 10",
            "10 Overflowed",
            "10 entered 10",
            "10 Answered",
        ],
    );
}
