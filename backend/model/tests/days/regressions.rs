//! Days on which fold and count once differed, shrunk and named.

use std::sync::Arc;

use vigie_contract::event::{
    AgentState, AgentStateChanged, AttemptOutcome, Body, Event, PromiseKind, QueueReason,
    QueueStateChanged,
};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_model::{Directory, Input, Settings};

use crate::watched::Fold;

use crate::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::country::{Country, Traits, country};
use crate::drive;
use crate::generate::events::{self, Entry, Spot};
use crate::generate::{Arrival, Day, Live, What};

/// 2026-05-12T10:00:00Z
const NOON: i64 = 1_778_580_000 * SECOND;

const SPOT: Spot = Spot {
    agency: "N1",
    queue: "q",
};

/// One call of one partition, by (microseconds after noon, id, body) in order
/// of arrival, in a country that is always open.
fn call(told: Vec<(i64, &'static str, Body<'static>)>, look_after: &[i64]) -> Day {
    let arrivals = told.into_iter().map(|(after, id, body)| Arrival {
        partition: 0,
        what: What::Event(Event {
            id: id.into(),
            source: "/pbx".into(),
            time: Time(NOON + after),
            subject: "call".into(),
            body,
            arrival: None,
        }),
    });
    Day {
        country: country(&Traits {
            agencies: &[0],
            hours: &[],
            switches: 0,
            closures: &[],
            date: (2026, 5, 12),
        }),
        arrivals: arrivals.collect(),
        instants: look_after.iter().map(|after| NOON + after).collect(),
        live: Live {
            stride: 1,
            until: NOON,
        },
    }
}

fn entry(line: &'static str) -> Body<'static> {
    events::queued(Entry {
        line,
        spot: SPOT,
        reason: QueueReason::Asked,
        origin: None,
        asked_at: None,
        announced: None,
    })
}

/// An offline fold of all events of a day.
fn told(day: &Day) -> Fold {
    let directory = Directory::parse(&day.country.toml()).expect("a directory");
    let mut fold = Fold::new(Arc::new(directory), Settings::offline());
    for (offset, arrival) in day.arrivals.iter().enumerate() {
        drive::give(&mut fold, offset, arrival);
    }
    let_clocks_start(&mut fold);
    fold
}

/// These are too few for a start by their number.
fn let_clocks_start(fold: &mut Fold) {
    let partitions: Vec<i32> = fold.partitions().map(|(number, _)| number).collect();
    for partition in partitions {
        fold.apply(Input::Quiet { partition });
    }
}

#[track_caller]
fn agree(day: &Day) {
    let differences = drive::differences(day);
    assert!(
        differences.is_empty(),
        "{}\n{day:?}",
        differences.join("\n")
    );
}

#[test]
fn of_promises_made_at_one_instant_the_first_id_counts() {
    let reached = events::attempted(SPOT, PromiseKind::Callback, AttemptOutcome::Reached);
    agree(&call(
        vec![
            (0, "a", events::callback_accepted(SPOT, NOON + 5 * SECOND)),
            (0, "b", events::callback_accepted(SPOT, NOON)),
            (0, "c", reached),
        ],
        &[SECOND],
    ));
}

#[test]
fn a_promise_of_one_instant_counts_on_the_line_of_its_leg() {
    let due = NOON + 5 * SECOND;
    agree(&call(
        vec![
            (0, "d", entry("9999")),
            (0, "a", events::callback_accepted(SPOT, due)),
            (0, "b", events::callback_accepted(SPOT, due)),
            (0, "c", entry("3995")),
        ],
        &[SECOND],
    ));
}

#[test]
fn a_call_that_comes_back_after_days_makes_no_promise_anew() {
    let later = 37 * HOUR;
    agree(&call(
        vec![
            (0, "a", events::callback_accepted(SPOT, NOON)),
            (later, "b", entry("3949")),
            (later, "c", entry("3949")),
        ],
        &[SECOND],
    ));
}

/// An event that comes when time has passed already.
fn tell_at(fold: &mut Fold, passed: i64, day: &Day) {
    fold.apply(Input::Advance {
        to: Time(NOON + passed),
    });
    for (offset, arrival) in day.arrivals.iter().enumerate() {
        drive::give(fold, offset, arrival);
    }
    let_clocks_start(fold);
}

#[test]
fn an_entry_told_of_when_it_is_lost_is_lost_all_the_same() {
    for passed in [2 * HOUR - SECOND, 2 * HOUR, 2 * HOUR + SECOND] {
        let day = call(vec![(0, "a", entry("3949"))], &[]);
        let mut fold = told(&call(vec![], &[]));
        tell_at(&mut fold, passed, &day);
        fold.apply(Input::Advance {
            to: Time(NOON + 2 * HOUR + SECOND),
        });
        fold.settle();
        let view = fold.view(&Scope::All).expect("a view");
        let lost = view.windows["today"].counts.lost;
        assert_eq!(
            (lost, view.now.waiting),
            (1, 0),
            "told of after {passed} µs"
        );
        let listed = fold.waiting_calls(&Scope::All);
        assert_eq!(listed, Some(Vec::new()), "told of after {passed} µs");
    }
}

/// The day that holds the loss of a call is open still when that of its entry has
/// closed: an outcome may come that the loss supersedes.
#[test]
fn a_call_lost_after_midnight_is_remembered_when_its_day_closes() {
    let midnight = 12 * HOUR;
    let mut fold = told(&call(vec![(midnight - HOUR, "a", entry("3949"))], &[]));
    let closes = call(
        vec![(
            midnight + 15 * MINUTE + 1,
            "b",
            events::rang_unanswered(SPOT),
        )],
        &[],
    );
    tell_at(&mut fold, midnight + HOUR + SECOND, &closes);
    let outcome = vec![(midnight + 2 * HOUR, "c", events::answered(SPOT))];
    tell_at(&mut fold, midnight + HOUR + SECOND, &call(outcome, &[]));
    fold.apply(Input::Advance {
        to: Time(NOON + midnight + 3 * HOUR),
    });
    fold.settle();
    let counts = fold.view(&Scope::All).expect("a view").windows["today"].counts;
    assert_eq!((counts.lost, counts.superseded, counts.orphan), (1, 1, 0));
}

/// A call is remembered until its loss has been told, though all its days closed.
#[test]
fn a_call_is_lost_though_its_day_closes_at_that_instant() {
    let mut fold = told(&call(vec![(0, "a", entry("3949"))], &[]));
    let days_later = vec![(60 * HOUR, "b", events::rang_unanswered(SPOT))];
    tell_at(&mut fold, 2 * HOUR, &call(days_later, &[]));
    fold.apply(Input::Advance {
        to: Time(NOON + 2 * HOUR + SECOND),
    });
    fold.settle();
    let view = fold.view(&Scope::All).expect("a view");
    let lost = view.windows["today"].counts.lost;
    assert_eq!((lost, view.now.waiting), (1, 0));
}

/// What is told late of an hour between two midnights counts today where it is
/// today, at the queue that handled it or where the caller asked.
#[test]
fn a_correction_counts_in_the_day_of_each_of_its_agencies() {
    let overseas = Spot {
        agency: "R",
        queue: "q",
    };
    for (here, asked) in [(SPOT, overseas), (overseas, SPOT)] {
        let moved_on = events::queued(Entry {
            line: "3949",
            spot: here,
            reason: QueueReason::Overflow,
            origin: Some(asked),
            asked_at: None,
            announced: None,
        });
        // Midnight of R is ten hours after noon.
        let mut day = call(
            vec![
                (10 * HOUR - 11 * MINUTE, "a", moved_on),
                (10 * HOUR + 14 * MINUTE, "b", events::rang_unanswered(SPOT)),
                (10 * HOUR - 10 * MINUTE, "c", events::answered(here)),
            ],
            &[10 * HOUR + 14 * MINUTE],
        );
        day.country = with_overseas();
        day.live.until = NOON + DAY;
        agree(&day);
    }
}

fn with_overseas() -> Country {
    country(&Traits {
        agencies: &[0, 6],
        hours: &[],
        switches: 0,
        closures: &[],
        date: (2026, 5, 12),
    })
}

/// Elsewhere a day closes; here it is open up to 15 min past midnight, that
/// instant included, and what was done on it is remembered.
#[test]
fn a_day_that_closes_elsewhere_takes_nothing_of_one_that_is_open() {
    let overseas = Spot {
        agency: "R",
        queue: "q",
    };
    for newest in [12 * HOUR - 10 * MINUTE, 12 * HOUR + 15 * MINUTE] {
        let mut day = call(
            vec![
                (0, "a", deflects(true)),
                (SECOND, "b", deflects(false)),
                (2 * SECOND, "c", events::rang_unanswered(overseas)),
                (newest, "d", events::rang_unanswered(SPOT)),
            ],
            &[MINUTE],
        );
        day.country = with_overseas();
        let mut fold = told(&day);
        fold.apply(Input::Advance {
            to: Time(NOON + MINUTE),
        });
        fold.settle();
        let pulled = fold.lever_changes(&Scope::All).map(|levers| levers.len());
        assert_eq!(pulled, Some(2), "the newest {newest} µs after noon");
        agree(&day);
    }
}

/// What a partition keeps for itself once all of its days but the last have closed.
#[test]
fn a_day_that_has_closed_leaves_its_sums_and_nothing_else_of_size() {
    let ready = |agent: &'static str| {
        Body::AgentStateChanged(AgentStateChanged {
            agency: SPOT.agency.into(),
            agent: agent.into(),
            state: AgentState::Ready,
            queues: None,
            reason: None,
        })
    };
    let day = call(
        vec![
            (0, "a", entry("3949")),
            (SECOND, "b", events::announced(SPOT, 60 * SECOND)),
            (
                2 * SECOND,
                "c",
                events::callback_accepted(SPOT, NOON + HOUR),
            ),
            (3 * SECOND, "d", ready("ana")),
        ],
        &[],
    );
    let mut fold = told(&call(vec![], &[]));
    let size = |fold: &Fold| fold.save(0).map_or(0, |saved| saved.len());
    let tell = |fold: &mut Fold, after: i64, number: usize| {
        for arrival in &day.arrivals {
            let mut arrival = arrival.clone();
            if let What::Event(event) = &mut arrival.what {
                event.id = format!("{number}-{}", event.id).into();
                event.subject = format!("call-{number}").into();
                event.time = Time(event.time.0 + after);
                if let Body::AgentStateChanged(changed) = &mut event.body {
                    changed.agent = format!("agent-{number}").into();
                }
            }
            drive::give(fold, number, &arrival);
        }
        let_clocks_start(fold);
    };
    tell(&mut fold, 0, 0);
    let of_one = size(&fold);
    for number in 1..200 {
        tell(&mut fold, number as i64 * SECOND, number);
    }
    let of_two_hundred = size(&fold);
    // Beside what is there whatever the number, which estimates have learned.
    let a_call = (of_two_hundred - of_one) / 199;
    assert!(a_call > 50, "{of_two_hundred} bytes");
    for (days, number) in [(1, 200), (2, 201), (3, 202), (4, 203)] {
        fold.apply(Input::Advance {
            to: Time(NOON + days * DAY),
        });
        tell(&mut fold, days * DAY, number);
    }
    let left = size(&fold);
    assert!(
        left < of_one + 8 * a_call,
        "{left} bytes; with one call {of_one}, another is {a_call}"
    );
}

fn deflects(on: bool) -> Body<'static> {
    Body::QueueStateChanged(QueueStateChanged {
        agency: SPOT.agency.into(),
        queue: SPOT.queue.into(),
        open: None,
        overflow_to: None,
        deflecting: Some(on),
        offering_callback: None,
        message: None,
    })
}

#[test]
fn a_call_waits_in_the_list_as_long_as_it_is_counted() {
    let day = call(
        vec![
            (0, "a", entry("3949")),
            (SECOND, "b", events::answered(SPOT)),
        ],
        &[],
    );
    let mut fold = told(&day);
    fold.apply(Input::Advance {
        to: Time(NOON + SECOND),
    });
    fold.settle();
    let listed = fold.waiting_calls(&Scope::All).map(|calls| calls.len());
    let counted = fold.view(&Scope::All).map(|view| view.now.waiting);
    assert_eq!((listed, counted), (Some(1), Some(1)));
}

/// What later events change of a list, they change from their own instant on: as
/// of any before, the list is that of a fold which was never told of them.
#[test]
fn a_list_as_of_an_earlier_instant_is_what_it_was_before_later_events() {
    let elsewhere = Spot {
        agency: "N1",
        queue: "p",
    };
    let moved_on = events::queued(Entry {
        line: "3949",
        spot: elsewhere,
        reason: QueueReason::Overflow,
        origin: Some(SPOT),
        asked_at: Some(NOON),
        announced: None,
    });
    let unreachable = events::attempted(
        elsewhere,
        PromiseKind::Callback,
        AttemptOutcome::Unreachable,
    );
    let reached = events::attempted(elsewhere, PromiseKind::Callback, AttemptOutcome::Reached);
    let due = NOON + HOUR;
    let whole = call(
        vec![
            (0, "a", entry("3949")),
            (2 * SECOND, "b", events::announced(SPOT, 60 * SECOND)),
            (4 * SECOND, "c", entry("3949")),
            (6 * SECOND, "d", events::overflowed(SPOT, elsewhere)),
            (6 * SECOND, "e", moved_on.clone()),
            (8 * SECOND, "f", events::abandoned(elsewhere)),
            (10 * SECOND, "g", entry("3995")),
            (12 * SECOND, "h", events::answered(SPOT)),
            (14 * SECOND, "i", moved_on),
            (16 * SECOND, "j", events::callback_accepted(elsewhere, due)),
            (18 * SECOND, "k", unreachable),
            (20 * SECOND, "l", reached),
            (3 * HOUR, "m", entry("3949")),
            (6 * HOUR, "n", entry("3949")),
        ],
        &[],
    );
    let lists = |mut fold: Fold, at: i64| {
        fold.apply(Input::Advance { to: Time(at) });
        fold.settle();
        (
            fold.waiting_calls(&Scope::All),
            fold.open_promises(&Scope::All),
        )
    };
    let instants = (0..25).map(|second| second * SECOND);
    let mut were_listed = [0, 0];
    for after in instants.chain([3 * HOUR, 3 * HOUR + SECOND, 5 * HOUR, 5 * HOUR + SECOND]) {
        let at = NOON + after;
        let mut until = whole.clone();
        until.arrivals.retain(|arrival| match &arrival.what {
            What::Event(event) => event.time.0 < at,
            _ => true,
        });
        let (known, before) = (lists(told(&whole), at), lists(told(&until), at));
        assert_eq!(known, before, "{after} µs after noon");
        were_listed[0] += known.0.map_or(0, |calls| calls.len());
        were_listed[1] += known.1.map_or(0, |promises| promises.len());
    }
    assert_eq!(were_listed, [14, 4]);
}

#[test]
fn a_lever_is_as_it_was_until_it_is_pulled_again() {
    agree(&call(
        vec![(0, "a", deflects(true)), (SECOND, "b", deflects(false))],
        &[SECOND, 2 * SECOND],
    ));
}

#[test]
fn a_lever_pulled_twice_the_same_way_was_pulled_before() {
    agree(&call(
        vec![(0, "a", deflects(true)), (SECOND, "b", deflects(true))],
        &[SECOND, 2 * SECOND],
    ));
}

#[test]
fn pauses_for_one_reason_add_up_over_agencies() {
    let pause = |agency: &'static str, agent: &'static str| {
        Body::AgentStateChanged(AgentStateChanged {
            agency: agency.into(),
            agent: agent.into(),
            state: AgentState::Paused,
            queues: None,
            reason: Some("lunch".into()),
        })
    };
    let mut day = call(
        vec![
            (0, "a", pause("N1", "ana")),
            (1, "b", pause("N1", "bob")),
            (2, "c", pause("R", "ana")),
        ],
        &[SECOND],
    );
    day.country = with_overseas();
    let mut fold = told(&day);
    fold.apply(Input::Advance {
        to: Time(NOON + SECOND),
    });
    fold.settle();
    let now = fold.view(&Scope::All).expect("a view").now;
    assert_eq!(now.agents.pauses.get("lunch"), Some(&3));
    agree(&day);
}

#[test]
fn a_quarter_hour_in_which_an_agent_falls_silent_shows_nothing() {
    let ready = Body::AgentStateChanged(AgentStateChanged {
        agency: SPOT.agency.into(),
        agent: "ana".into(),
        state: AgentState::Ready,
        queues: None,
        reason: None,
    });
    let day = call(vec![(0, "a", ready)], &[]);
    let mut fold = told(&day);
    fold.apply(Input::Advance {
        to: Time(NOON + 13 * HOUR),
    });
    fold.settle();
    assert_eq!(fold.quarters(&Scope::All), Some(Vec::new()));
}

#[test]
fn an_event_too_late_is_shown_with_the_day_that_it_is_of() {
    let day = call(
        vec![
            (0, "a", events::answered(SPOT)),
            (24 * HOUR, "b", events::answered(SPOT)),
            (SECOND, "c", events::answered(SPOT)),
        ],
        &[],
    );
    let mut fold = told(&day);
    let mut too_late = |after: i64| {
        fold.apply(Input::Advance {
            to: Time(NOON + after),
        });
        fold.settle();
        let view = fold.view(&Scope::All).expect("a view");
        view.windows["today"].counts.too_late
    };
    assert_eq!((too_late(MINUTE), too_late(24 * HOUR + MINUTE)), (1, 0));
}

/// Queues told of an instant before, by an event that comes after: whoever leaves
/// them out has those told last.
#[test]
fn queues_told_before_by_an_event_that_comes_later_are_those_told_last() {
    let ready = |queues: Option<&[&'static str]>| {
        Body::AgentStateChanged(AgentStateChanged {
            agency: "N1".into(),
            agent: "ana".into(),
            state: AgentState::Ready,
            queues: queues.map(|queues| queues.iter().map(|&queue| queue.into()).collect()),
            reason: None,
        })
    };
    agree(&call(
        vec![(SECOND, "a", ready(None)), (0, "b", ready(Some(&["q"])))],
        &[2 * SECOND, 6 * HOUR],
    ));
}

/// Heard last 26 hours and a little before the end of a day: it is forgotten by
/// then, and was not yet at an event of the next day, which comes late.
#[test]
fn an_agent_is_remembered_while_an_event_may_go_by_what_it_said() {
    let midnight = 36 * HOUR;
    let ready = |queues: Option<Vec<_>>| {
        Body::AgentStateChanged(AgentStateChanged {
            agency: SPOT.agency.into(),
            agent: "ana".into(),
            state: AgentState::Ready,
            queues,
            reason: None,
        })
    };
    let last = midnight + 10 * MINUTE - 26 * HOUR;
    let mut told = vec![(last, "a", ready(Some(vec![SPOT.queue.into()])))];
    // So many that the clock goes by them. It is forgotten at the third, and the
    // day before closes at the fourth.
    for after in [
        last,
        midnight - HOUR,
        midnight + 12 * MINUTE,
        midnight + 16 * MINUTE,
    ] {
        told.extend((0..40).map(|_| (after, "more", entry("3949"))));
    }
    told.push((midnight + 5 * MINUTE, "c", ready(None)));
    let mut day = call(told, &[midnight + 17 * MINUTE]);
    for (number, arrival) in day.arrivals.iter_mut().enumerate() {
        if let What::Event(event) = &mut arrival.what
            && let Body::CallQueued(_) = event.body
        {
            event.subject = format!("call-{number}").into();
        }
    }
    day.live.until = NOON + midnight + 17 * MINUTE;
    agree(&day);
}

/// An id that is the agent's pseudonym is kept without it, and has the place among
/// others that it has then.
#[test]
fn of_one_instant_ids_decide_without_the_pseudonyms_in_them() {
    let state = |state| {
        Body::AgentStateChanged(AgentStateChanged {
            agency: SPOT.agency.into(),
            agent: "bob".into(),
            state,
            queues: None,
            reason: None,
        })
    };
    for ids in [["bob", "00-1"], ["00-1", "bob"], ["bob-1", "bob-2"]] {
        let [one, other] = ids;
        agree(&call(
            vec![
                (0, one, state(AgentState::Paused)),
                (0, other, state(AgentState::Ready)),
            ],
            &[MINUTE, 12 * HOUR + SECOND],
        ));
    }
}

/// A leg that is passed on at the instant of its entry goes on where another was entered
/// in the same queue at that instant: the attempt has not failed a minute later.
#[test]
fn a_leg_passed_on_to_its_own_queue_at_once_goes_on() {
    let asked = |line| {
        let mut asked = entry(line);
        if let Body::CallQueued(data) = &mut asked {
            data.caller = Some("who".into());
        }
        asked
    };
    agree(&call(
        vec![
            (0, "a", asked("3949")),
            (0, "b", asked("3995")),
            (0, "c", events::overflowed(SPOT, SPOT)),
            (4 * MINUTE, "d", events::answered(SPOT)),
        ],
        &[2 * MINUTE, 4 * MINUTE + SECOND],
    ));
}

/// A promise that is made again at the instant at which it was kept may be due then, as it
/// was before: what was predicted of the first stays.
#[test]
fn of_two_promises_due_at_one_instant_the_one_that_waited_was_predicted() {
    let due = 25 * MINUTE;
    let promised = |by: i64| events::callback_accepted(SPOT, NOON + by);
    let reached = || events::attempted(SPOT, PromiseKind::Callback, AttemptOutcome::Reached);
    let day = call(
        vec![
            (0, "a", promised(due)),
            (due, "b", reached()),
            (due, "c", promised(0)),
            (due, "d", reached()),
        ],
        &[due + SECOND],
    );
    let fold = &mut told(&day);
    fold.apply(Input::Advance {
        to: Time(NOON + due + SECOND),
    });
    fold.settle();
    let view = fold.view(&Scope::All).expect("a view of all");
    let record = view.now.promises.record_today.precision;
    assert_eq!(record.map(|rate| rate.of), Some([0, 1]));
    agree(&day);
}
