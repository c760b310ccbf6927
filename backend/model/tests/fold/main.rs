//! What must hold of the fold for any events: invariants 1 to 3 of the design.

mod closing;
mod comparing;
mod days;
mod help;
mod judging;
mod reloading;
mod saving;
mod sums;
#[path = "../watched/mod.rs"]
mod watched;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use vigie_contract::event::Event;
use vigie_contract::read::{Reading, structured};
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{Clock, Counts, Estimate, NoEstimate, Sources, View};
use vigie_model::{Directory, Input, Outcome, Settings};

use crate::watched::Fold;

fn directory() -> Arc<Directory> {
    Arc::new(Directory::parse(days::DIRECTORY).expect("a valid directory"))
}

/// An agency `A` of one line, in UTC, at some hours, lines such as
/// `monday = ["08:00-17:00"]`; and tables beside.
fn office(hours: &str, more: &str) -> Arc<Directory> {
    let text = format!(
        r#"
version = 1
[defaults]
time_zone = "UTC"
[[network]]
code = "ft"
name = "ft"
[[hours]]
name = "office"
{hours}
[[line]]
number = "3949"
name = "3949"
network = "ft"
hours = "office"
[[agency]]
code = "A"
name = "A"
network = "ft"
{more}"#
    );
    Arc::new(Directory::parse(&text).expect("a valid directory"))
}

/// One that is told when events arrive: none is held.
fn fold(settings: Settings) -> Fold {
    let settings = Settings {
        trusts_arrivals: true,
        ..settings
    };
    Fold::new(directory(), settings)
}

fn give(fold: &mut Fold, partition: i32, offset: usize, event: &Event<'_>) -> Outcome {
    fold.apply(Input::Event {
        partition,
        offset: offset as i64,
        arrived: Some(event.time),
        event,
    })
}

/// An event, of a line of JSON.
fn event(line: &str) -> Event<'_> {
    match structured(line.as_bytes()) {
        Ok(Reading::Event(event)) => event,
        other => panic!("{other:?}"),
    }
}

/// Instants over the span of the events and past the last loss and due time.
fn instants() -> impl Iterator<Item = Time> {
    (0..=12).map(|step| Time::from_seconds(days::START + step * 2_999))
}

/// A view without what tells of arrival, or was learned behind it: `estimates`
/// holds that to events that are late by no more than is allowed.
fn promised(mut view: View) -> View {
    view.estimate = Estimate::absent(NoEstimate::TooLittleHistory);
    let strip = |counts: &mut Counts| {
        counts.late = 0;
        counts.too_late = 0;
        counts.duplicate = 0;
    };
    for window in view.windows.values_mut().chain(view.handled.values_mut()) {
        strip(&mut window.counts);
        window.complete = None;
    }
    view.now.data_age_seconds = None;
    view.now.sources = Sources::default();
    view.now.complete_to = None;
    view.closing = None;
    view.closing_record = None;
    view.severity = None;
    view.judged = None;
    view
}

/// The views without what is matched over all queues of a partition: a call
/// that asks in two partitions asks first in both. Nor those that told nothing
/// else.
fn by_queue(views: Vec<BTreeMap<String, View>>) -> Vec<BTreeMap<String, View>> {
    let strip = |mut view: View| {
        for window in view.windows.values_mut().chain(view.handled.values_mut()) {
            window.counts.left_in_ivr = None;
            // They are there where that is.
            window.rates.pick_up_with_ivr = None;
            window.rates.pick_up_inbound = None;
        }
        view
    };
    let strip_all = |views: BTreeMap<String, View>| {
        let views = views.into_iter();
        let views = views.map(|(scope, view)| (scope, strip(view)));
        views
            .filter(|(_, view)| *view != strip(empty_of(view)))
            .collect()
    };
    views.into_iter().map(strip_all).collect()
}

/// The promised figures of every scope that has any.
fn views(fold: &Fold) -> BTreeMap<String, View> {
    fold.scopes()
        .filter_map(|crumb| {
            let view = promised(fold.view(&crumb.scope)?);
            (view != empty_of(&view)).then(|| (crumb.scope.to_string(), view))
        })
        .collect()
}

/// All figures of every scope but the estimates and what is judged.
fn whole_views(fold: &Fold) -> BTreeMap<String, View> {
    let scopes = fold.scopes();
    let views = scopes.filter_map(|crumb| {
        let view = fold.view(&crumb.scope)?;
        let estimate = Estimate::absent(NoEstimate::TooLittleHistory);
        let view = View {
            estimate,
            closing: None,
            closing_record: None,
            severity: None,
            judged: None,
            ..view
        };
        Some((crumb.scope.to_string(), view))
    });
    views.collect()
}

/// The view of its scope and instant if nothing had happened.
fn empty_of(view: &View) -> View {
    View {
        scope: view.scope.clone(),
        ..empty_view(view.as_of, view.clock)
    }
}

fn empty_view(as_of: Time, clock: Clock) -> View {
    let mut fold = fold(Settings {
        clock,
        ..Settings::offline()
    });
    fold.apply(Input::Advance { to: as_of });
    fold.settle();
    promised(fold.view(&Scope::All).expect("all is always there"))
}

/// All events in one go, then the views as of each instant.
fn in_one_go(events: &[(i32, Event<'static>)]) -> Vec<BTreeMap<String, View>> {
    let mut fold = fold(Settings::offline());
    for (offset, (partition, event)) in events.iter().enumerate() {
        give(&mut fold, *partition, offset, event);
    }
    instants()
        .map(|to| {
            fold.apply(Input::Advance { to });
            fold.settle();
            views(&fold)
        })
        .collect()
}

/// A live fold: time passes while events come, some of them late.
fn live(arrivals: &[(Time, i32, Event<'static>)]) -> Vec<BTreeMap<String, View>> {
    let mut fold = fold(Settings::live(Clock::Event));
    let mut next = arrivals.iter().enumerate().peekable();
    instants()
        .map(|to| {
            while let Some((offset, (_, partition, event))) =
                next.next_if(|(_, (arrives, _, _))| *arrives < to)
            {
                give(&mut fold, *partition, offset, event);
            }
            fold.apply(Input::Advance { to });
            views(&fold)
        })
        .collect()
}

fn one_partition(events: &[Event<'static>]) -> Vec<(i32, Event<'static>)> {
    events.iter().map(|event| (0, event.clone())).collect()
}

/// Partition by agency: what matches within a partition stays together.
fn by_agency(event: &Event<'_>) -> i32 {
    event.key().bytes().map(i32::from).sum::<i32>() % 3
}

/// A call that asks again where it waits already, on a line that nothing else is
/// of: in partitions of their own it asks first there, and that is all.
#[test]
fn partitions_add_up_where_a_line_is_only_asked_for_again() {
    let lines = [
        r#"{"specversion":"1.0","id":"1","source":"/pbx","type":"call.queued","time":"2026-10-24T20:34:11Z","subject":"call-4","data":{"line":"3949","agency":"A","queue":"q1","reason":"asked"}}"#,
        r#"{"specversion":"1.0","id":"2","source":"/pbx","type":"call.queued","time":"2026-10-24T22:24:00Z","subject":"call-4","data":{"line":"3230","agency":"C","queue":"q1","reason":"overflow"}}"#,
        r#"{"specversion":"1.0","id":"3","source":"/pbx","type":"call.queued","time":"2026-10-24T22:30:00Z","subject":"call-4","data":{"line":"9999","agency":"C","queue":"q1","reason":"asked"}}"#,
    ];
    let events: Vec<Event<'static>> = lines.into_iter().map(event).collect();
    let spread: Vec<_> = events
        .iter()
        .map(|event| (by_agency(event), event.clone()))
        .collect();
    let together = in_one_go(&one_partition(&events));
    assert_ne!(together, in_one_go(&spread));
    assert_eq!(by_queue(together), by_queue(in_one_go(&spread)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn order_and_repetition_change_nothing(
        (events, shuffled) in days::evening().prop_flat_map(|events| {
            let twice: Vec<_> = events.iter().chain(&events[..events.len() / 3]).cloned().collect();
            (Just(events), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(
            in_one_go(&one_partition(&events)),
            in_one_go(&one_partition(&shuffled))
        );
    }

    #[test]
    fn partitions_add_up(events in days::day()) {
        let spread: Vec<_> =
            events.iter().map(|event| (by_agency(event), event.clone())).collect();
        prop_assert_eq!(
            by_queue(in_one_go(&one_partition(&events))),
            by_queue(in_one_go(&spread))
        );
    }

    #[test]
    fn late_events_correct_what_was_shown(
        events in days::day(),
        // A day stays open for a quarter-hour: none of these is too late.
        delays in prop::collection::vec(0..890_i64, 60),
    ) {
        let mut arrivals: Vec<(Time, i32, Event<'static>)> = events
            .iter()
            .zip(delays)
            .map(|(event, delay)| (event.time + Span::from_seconds(delay), by_agency(event), event.clone()))
            .collect();
        arrivals.sort_by_key(|(arrives, _, _)| *arrives);
        let live = live(&arrivals);
        let spread: Vec<_> =
            events.iter().map(|event| (by_agency(event), event.clone())).collect();
        let known = in_one_go(&spread);
        // Once all have come, the two agree, whatever came when.
        let last = arrivals.last().map(|(arrives, _, _)| *arrives).unwrap_or_default();
        for ((live, known), at) in live.iter().zip(&known).zip(instants()) {
            if at > last {
                prop_assert_eq!(live, known, "as of {}", at);
            }
        }
    }

    #[test]
    fn sums_kept_up_equal_sums_made_anew(
        events in days::day(),
        delays in prop::collection::vec(0..900_i64, 60),
    ) {
        let mut kept = fold(Settings::live(Clock::Event));
        let mut anew = fold(Settings::offline());
        let mut arrivals: Vec<_> = events
            .iter()
            .zip(delays)
            .map(|(event, delay)| (event.time + Span::from_seconds(delay), event))
            .collect();
        arrivals.sort_by_key(|(arrives, _)| *arrives);
        let mut next = arrivals.into_iter().enumerate().peekable();
        for to in instants() {
            while let Some((offset, (_, event))) = next.next_if(|(_, (arrives, _))| *arrives < to) {
                give(&mut kept, 0, offset, event);
                give(&mut anew, 0, offset, event);
            }
            for fold in [&mut kept, &mut anew] {
                fold.apply(Input::Advance { to });
                fold.settle();
            }
            prop_assert_eq!(whole_views(&kept), whole_views(&anew), "as of {}", to);
        }
    }

    #[test]
    fn a_saved_partition_goes_on_as_if_nothing_had_happened(
        events in days::day(),
        cut in 0..60_usize,
        advanced in any::<bool>(),
    ) {
        let cut = cut.min(events.len());
        let mut first = fold(Settings::offline());
        for (offset, event) in events[..cut].iter().enumerate() {
            give(&mut first, 0, offset, event);
        }
        if advanced && cut > 0 {
            first.apply(Input::Advance { to: Time::from_seconds(days::START) });
        }
        let mut second = fold(Settings::offline());
        if let Some(saved) = first.save(0) {
            second.load(0, &saved).expect("what was saved loads");
            prop_assert_eq!(second.partition(0), first.partition(0));
        }
        for (offset, event) in events.iter().enumerate().skip(cut) {
            give(&mut second, 0, offset, event);
        }
        let resumed: Vec<_> = instants()
            .map(|to| {
                second.apply(Input::Advance { to });
                second.settle();
                views(&second)
            })
            .collect();
        prop_assert_eq!(resumed, in_one_go(&one_partition(&events)));
    }

    #[test]
    fn identities_hold_in_every_scope(events in days::day()) {
        let mut entered_and_closed = BTreeMap::new();
        for (at, scopes) in instants().zip(in_one_go(&one_partition(&events))) {
            for (scope, view) in &scopes {
                for (name, window) in view.windows.iter().chain(&view.handled) {
                    for counts in [window.counts, window.second_level, window.callback] {
                        prop_assert_eq!(
                            counts.offered,
                            counts.answered + counts.abandoned + counts.cut_off + counts.lost
                                + counts.callbacks_accepted + counts.voicemails
                        );
                        prop_assert_eq!(counts.asked, counts.offered + counts.deflected_asked);
                    }
                    prop_assert!(window.counts.short_abandoned <= window.counts.abandoned);
                    for rate in [window.rates.pick_up_agent, window.rates.service_level] {
                        prop_assert!(
                            rate.is_none_or(|rate| (0.0..=1.0).contains(&rate.value)),
                            "{} {} {:?}", scope, name, rate
                        );
                    }
                }
                // waiting(T) = waiting(T − w) + entered_all − closed_all, from
                // the beginning: windows of 60 minutes laid end to end.
                entered_and_closed.insert((scope.clone(), at), view.now.waiting);
                let by_reason = view.now.waiting_by_reason;
                prop_assert_eq!(
                    view.now.waiting,
                    by_reason.asked + by_reason.overflow + by_reason.transfer + by_reason.callback
                );
                prop_assert!(view.now.waiting >= 0);
            }
            // Origin and handler agree in total.
            if let Some(all) = scopes.get("all") {
                for name in ["5m", "15m", "60m"] {
                    let (origin, handled) = (all.windows[name].counts, all.handled[name].counts);
                    prop_assert_eq!(origin, handled);
                }
            }
        }
    }

    #[test]
    fn waiting_is_what_entered_less_what_closed(events in days::day(), from in 0..20_000_i64) {
        let mut fold = fold(Settings::offline());
        for (offset, event) in events.iter().enumerate() {
            give(&mut fold, 0, offset, event);
        }
        let scope = Scope::All;
        let mut waiting = BTreeMap::new();
        for (name, length) in [("5m", 300), ("15m", 900), ("60m", 3_600)] {
            waiting.insert(3_600 - length, name);
        }
        let start = days::START + from;
        let mut before = BTreeMap::new();
        for (&offset, &name) in &waiting {
            fold.apply(Input::Advance { to: Time::from_seconds(start + offset) });
            fold.settle();
            before.insert(name, fold.view(&scope).expect("all").now.waiting);
        }
        fold.apply(Input::Advance { to: Time::from_seconds(start + 3_600) });
        fold.settle();
        let view = fold.view(&scope).expect("all");
        for (name, before) in before {
            let counts = view.windows[name].counts;
            prop_assert_eq!(
                view.now.waiting,
                before + counts.entered_all - counts.closed_all,
                "{}", name
            );
        }
    }
}

/// Gives a fold a call received.
fn receive(fold: &mut Fold, offset: i64, told: [&str; 3], arrived: Option<Time>) -> Outcome {
    let [source, id, time] = told;
    let text = format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"{source}","type":"call.received","time":"{time}","subject":"s","data":{{"line":"1"}}}}"#
    );
    let Ok(vigie_contract::read::Reading::Event(event)) =
        vigie_contract::read::structured(text.as_bytes())
    else {
        panic!("{text}");
    };
    fold.apply(Input::Event {
        partition: 0,
        offset,
        arrived,
        event: &event,
    })
}

#[test]
fn by_the_clock_on_the_wall_a_source_is_silent_since_it_was_last_heard() {
    let mut fold = fold(Settings::live(Clock::Wall));
    for (offset, (source, id, time, arrived)) in [
        ("/a", "1", "2026-11-23T10:00:00.2Z", "2026-11-23T10:04:00Z"),
        ("/a", "2", "2026-11-23T10:00:00.1Z", "2026-11-23T10:05:00Z"),
        ("/b", "3", "2026-11-23T10:03:00Z", "2026-11-23T10:03:00Z"),
        ("/a", "4", "2026-11-23T09:59:00Z", "2026-11-23T10:05:01Z"),
    ]
    .into_iter()
    .enumerate()
    {
        let told = [source, id, time];
        let outcome = receive(&mut fold, offset as i64, told, arrived.parse().ok());
        assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    }
    let mut as_of = |time: &str| {
        let to = time.parse().expect("a time");
        fold.apply(Input::Advance { to });
        let now = fold.view(&Scope::All).expect("all").now;
        (now.sources, now.complete_to, now.data_age_seconds)
    };
    let known = |reporting| Sources {
        known: 2,
        reporting,
    };
    let (sources, complete_to, age) = as_of("2026-11-23T10:08:00Z");
    assert_eq!(sources, known(2));
    assert_eq!(complete_to, "2026-11-23T10:00:00.2Z".parse().ok());
    assert_eq!(age, Some(300.0));
    assert_eq!(as_of("2026-11-23T10:08:01Z").0, known(1));
    assert_eq!(as_of("2026-11-23T10:10:01Z").0, known(1));
    let (sources, complete_to, _) = as_of("2026-11-23T10:10:02Z");
    assert_eq!((sources, complete_to), (known(0), None));
}

#[test]
fn at_midnight_today_is_empty_where_there_is_but_one_zone() {
    let mut fold = Fold::new(Arc::new(Directory::empty()), Settings::live(Clock::Event));
    receive(&mut fold, 0, ["/p", "1", "2026-11-23T22:50:00Z"], None);
    fold.apply(Input::Quiet { partition: 0 });
    let received = [
        ("2026-11-23T22:50:01Z", 1),
        ("2026-11-23T22:59:59Z", 1),
        ("2026-11-23T23:00:00Z", 0),
        ("2026-11-23T23:00:01Z", 0),
    ];
    for (time, expected) in received {
        let to = time.parse().expect("a time");
        fold.apply(Input::Advance { to });
        let view = fold.view(&Scope::All).expect("all");
        assert_eq!(view.windows["today"].counts.received, expected, "{time}");
        assert_eq!(view.windows["15m"].counts.received, 1, "{time}");
    }
}

#[test]
fn counters_reconcile() {
    let mut fold = fold(Settings::live(Clock::Wall));
    let arrived = "2026-11-23T10:00:00Z".parse().ok();
    let outcomes: Vec<Outcome> = [
        ("1", "2026-11-23T10:00:00Z"),
        ("1", "2026-11-23T10:00:00Z"),
        ("2", "2026-11-23T09:59:29Z"),
        ("3", "2026-11-23T10:01:00Z"),
        ("4", "2026-11-23T10:01:00.000001Z"),
        ("5", "2026-11-22T10:00:00Z"),
    ]
    .iter()
    .enumerate()
    .map(|(offset, (id, time))| receive(&mut fold, offset as i64, ["/p", id, time], arrived))
    .collect();
    assert_eq!(outcomes[0], Outcome::Applied { late: false });
    assert_eq!(outcomes[1], Outcome::Duplicate);
    assert_eq!(outcomes[2], Outcome::Applied { late: true });
    assert_eq!(outcomes[3], Outcome::Applied { late: false });
    assert!(
        matches!(outcomes[4], Outcome::Refused(_)),
        "{:?}",
        outcomes[4]
    );
    assert_eq!(outcomes[5], Outcome::TooLate);
    fold.apply(Input::Refused {
        partition: 0,
        offset: 6,
    });
    fold.apply(Input::Skipped {
        partition: 0,
        offset: 7,
    });
    let counters = fold.counters();
    assert_eq!(counters.read, 8);
    assert_eq!(
        counters.read,
        counters.applied
            + counters.duplicate
            + counters.too_late
            + counters.refused
            + counters.skipped
            + counters.held
    );
    assert_eq!(
        fold.partition(0).map(|progress| progress.next_offset),
        Some(8)
    );
}

/// What is held goes with the state: another process decides about it as this one
/// would have.
#[test]
fn what_is_held_is_part_of_the_state() {
    let tell = |fold: &mut Fold, from: i64, to: i64, day: &str| {
        for offset in from..to {
            let (id, time) = (offset.to_string(), format!("2026-{day}T10:00:00Z"));
            receive(fold, offset, ["/p", &id, &time], None);
        }
    };
    let new = || Fold::new(directory(), Settings::live(Clock::Event));
    // In the middle of the start, of a row, and with one that is none of the row.
    for (cut, then) in [(10, 45), (50, 65), (60, 65)] {
        let told = |fold: &mut Fold, from: i64, to: i64| {
            tell(fold, from.min(31), to.min(31), "11-02");
            tell(fold, from.clamp(31, 32), to.clamp(31, 32), "12-24");
            tell(fold, from.clamp(32, 34), to.clamp(32, 34), "11-02");
            tell(fold, from.max(34), to.max(34), "11-20");
        };
        let mut kept = new();
        told(&mut kept, 0, then);
        let mut first = new();
        told(&mut first, 0, cut);
        let mut second = new();
        let saved = first.save(0).expect("a state");
        second.load(0, &saved).expect("what was saved loads");
        let held = first.counters().held;
        assert_eq!(
            (second.counters().read, second.counters().held),
            (held, held)
        );
        told(&mut second, cut, then);
        assert_eq!(second.counters().held, kept.counters().held, "at {cut}");
        let decided = |mut fold: Fold| {
            fold.apply(Input::End { partition: 0 });
            let decided = fold.take_decided();
            let decided = decided.into_iter().filter(|one| one.offset >= cut);
            let told: Vec<_> = decided.map(|one| (one.offset, one.outcome)).collect();
            (told, fold.counters().held)
        };
        assert_eq!(decided(second), decided(kept), "at {cut}");
        first.release(0);
        assert_eq!(first.counters().held, 0);
    }
}

#[test]
fn a_day_that_closes_is_an_effect_of_the_event_that_closes_it() {
    let survey = |id: &str, time: &str| {
        let data = r#"{"agency":"A","queue":"q1","score":3}"#;
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/pbx","type":"survey.answered","time":"{time}","subject":"c","data":{data}}}"#
        )
    };
    // Midnight of Paris is 22:00, and a day stays open for a quarter-hour.
    let mut closed = Vec::new();
    let mut told = fold(Settings::offline());
    for (offset, time) in [
        "2026-06-10T21:59:59Z",
        "2026-06-10T22:15:00Z",
        "2026-06-10T22:15:01Z",
        "2026-06-10T22:20:00Z",
        "2026-06-11T22:30:00Z",
    ]
    .into_iter()
    .enumerate()
    {
        let line = survey(&offset.to_string(), time);
        give(&mut told, 3, offset, &event(&line));
        let effects = told.take_closed();
        closed.extend(effects.into_iter().map(|(partition, ended_before)| {
            assert_eq!(partition, 3);
            (offset, ended_before.to_string())
        }));
    }
    assert_eq!(
        closed,
        [
            (2, "2026-06-10T22:00:01Z".to_owned()),
            (4, "2026-06-11T22:15:00Z".to_owned())
        ]
    );
}

#[test]
fn quiet_scopes_have_their_turn_however_fast_time_passes() {
    for seconds in [1, 2, 10, 60] {
        let mut fold = fold(Settings::live(Clock::Event));
        let mut to = Time::from_seconds(days::START);
        fold.apply(Input::Advance { to });
        fold.take_measures(|_| true);
        let mut told = std::collections::BTreeSet::new();
        for _ in 0..10 {
            to = to + Span::from_seconds(seconds);
            fold.apply(Input::Advance { to });
            let measures = fold.take_measures(|_| true).into_iter();
            told.extend(measures.map(|measures| measures.scope));
        }
        let all = fold.scopes().map(|crumb| crumb.scope).collect();
        assert_eq!(told, all, "{seconds} s at a time");
    }
}

/// Time that stands still is time for what came late: nothing waits for the clock to
/// move on.
#[test]
fn what_came_late_is_shown_though_no_time_passes() {
    let line = |id: &str, kind: &str, second: i64| {
        let time = Time::from_seconds(days::START + second);
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/pbx","type":"{kind}","time":"{time}","subject":"c","data":{{"line":"3949","agency":"A","queue":"q1"}}}}"#
        )
    };
    let mut told = fold(Settings::live(Clock::Event));
    let to = Time::from_seconds(days::START + 100);
    told.apply(Input::Advance { to });
    for (offset, (kind, second)) in [("call.queued", 10), ("call.answered", 40)]
        .into_iter()
        .enumerate()
    {
        let line = line(&offset.to_string(), kind, second);
        give(&mut told, 0, offset, &event(&line));
    }
    told.apply(Input::Advance { to });
    let agency: Scope = "ft/IDF/A".parse().expect("a scope");
    let view = told.view(&agency).expect("of the directory");
    assert_eq!(view.windows["5m"].counts.answered, 1);
    assert_eq!(view.now.waiting, 0);
    let measures = told.take_measures(|scope| *scope == agency);
    assert_eq!((measures[0].offered, measures[0].answered), (1, 1));
}
