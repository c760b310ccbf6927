//! Windows of the past: a fold that is at a later instant counts them as one that is at
//! their end, as far as it can; and the two sides of an explanation are views.

use proptest::prelude::*;
use vigie_contract::event::Event;
use vigie_contract::explanation::{ComparedWindow, Explanation, WindowLength};
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::{Input, NotCounted, Settings, Side, Sliding, explain};

use crate::watched::Fold;
use crate::{by_agency, days, event, fold, give};

const HOUR: i64 = 3_600;

/// Offline sums of every length that is asked about here.
fn lengths() -> Vec<WindowLength> {
    let minutes = [5, 17, 60, 90].map(|minutes| WindowLength::Seconds(minutes * 60));
    minutes.into_iter().chain([WindowLength::Today]).collect()
}

fn read(settings: Settings, events: &[Event<'_>], to: i64) -> Fold {
    let mut fold = fold(settings);
    for (offset, event) in events.iter().enumerate() {
        give(&mut fold, by_agency(event), offset, event);
    }
    fold.apply(Input::Advance {
        to: Time::from_seconds(to),
    });
    fold.settle();
    fold
}

fn live() -> Settings {
    Settings {
        judge: false,
        ..Settings::live(Clock::Event)
    }
}

fn offline() -> Settings {
    let mut settings = Settings::offline();
    for length in lengths() {
        if let WindowLength::Seconds(seconds) = length {
            let name = length.to_string();
            settings.windows.push(Sliding { name, seconds });
        }
    }
    settings
}

/// What a side says, told apart from another by an explanation of it by itself.
fn told(scope: &Scope, length: WindowLength, side: &Side) -> Explanation {
    explain(scope, length, side, side)
}

/// The same without the promises open, which are not known of what is long past.
fn without_promises(mut explanation: Explanation) -> Explanation {
    for side in [&mut explanation.before, &mut explanation.after] {
        side.unseen.promises_open = None;
    }
    explanation
}

fn scopes(fold: &Fold) -> Vec<Scope> {
    fold.scopes().map(|crumb| crumb.scope).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn the_past_is_counted_as_it_was(
        events in days::day(),
        as_of in 0..days::LENGTH + 2 * HOUR,
        back in prop_oneof![0..HOUR, (0..16_i64).prop_map(|quarters| quarters * 900)],
    ) {
        let as_of = days::START + as_of;
        // To the second within the hour, else a quarter-hour.
        let to = match back < HOUR {
            true => as_of - back,
            false => (as_of - back).div_euclid(900) * 900,
        };
        let later = read(live(), &events, as_of);
        let then = read(offline(), &events, to);
        for scope in scopes(&then) {
            for length in lengths() {
                let expected = told(&scope, length, &then.side(&scope, length).unwrap());
                let found = match later.side_at(&scope, length, Time::from_seconds(to)) {
                    Ok(side) => told(&scope, length, &side),
                    Err(NotCounted::UnknownScope(_)) => continue,
                    Err(NotCounted::Gone { seconds_since, quarters_since, .. }) => {
                        let from = expected.before.from;
                        prop_assert!(from < seconds_since);
                        let is_kept = from >= quarters_since && from.second() % 900 == 0 && to % 900 == 0;
                        prop_assert!(!is_kept, "{} {}", scope, length);
                        continue;
                    }
                    Err(other) => panic!("{other}"),
                };
                if found.before.unseen.promises_open.is_some() {
                    prop_assert_eq!(found, expected);
                } else {
                    prop_assert!(to < as_of - HOUR);
                    prop_assert_eq!(found, without_promises(expected));
                }
            }
        }
    }

    /// The rates and counts of an explanation are those of the views of the two instants,
    /// and the parts add up to how far these are apart.
    #[test]
    fn both_sides_are_the_views_of_their_instants(
        events in days::day(),
        first in 0..days::LENGTH,
        length in prop::sample::select(&[(WindowLength::Seconds(HOUR), "60m"), (WindowLength::Today, "today")][..]),
    ) {
        let (length, name) = length;
        let instants = [days::START + first, days::START + days::LENGTH];
        let mut fold = read(Settings::offline(), &events, instants[0]);
        let known = scopes(&fold);
        let side = |fold: &Fold, scope: &Scope| (fold.view(scope).unwrap(), fold.side(scope, length).unwrap());
        let before: Vec<_> = known.iter().map(|scope| side(&fold, scope)).collect();
        fold.apply(Input::Advance { to: Time::from_seconds(instants[1]) });
        fold.settle();
        for (scope, before) in known.iter().zip(&before) {
            let after = side(&fold, scope);
            let found = explain(scope, length, &before.1, &after.1);
            for (window, (view, _)) in [(&found.before, before), (&found.after, &after)] {
                let ComparedWindow { counts, rate, presented, unseen, .. } = window;
                prop_assert_eq!(window.to, view.as_of);
                prop_assert_eq!(*counts, view.windows[name].counts);
                prop_assert_eq!(*rate, view.windows[name].rates.pick_up_agent);
                prop_assert_eq!(*presented, view.windows[name].rates.pick_up_presented);
                prop_assert_eq!(unseen.promises_open, Some(view.now.promises.open));
                prop_assert_eq!(rate.is_none(), window.no_shares.is_some_and(|why| {
                    why != vigie_contract::explanation::NoShares::PromisesAlone
                }));
            }
            let rates = found.before.rate.zip(found.after.rate);
            let moved = rates.map(|(from, to)| 100.0 * (to.value - from.value));
            prop_assert_eq!(moved.is_some(), found.children.is_some());
            if let (Some(moved), Some(parts)) = (moved, found.parts) {
                let sum: f64 = parts.each().map(|(_, part)| part).sum();
                prop_assert!((sum - moved).abs() < 1e-9);
            }
            if let (Some(moved), Some(children)) = (moved, found.children.filter(|all| !all.is_empty())) {
                let sum: f64 = children.iter().map(|child| child.rate_points + child.weight_points).sum();
                prop_assert!((sum - moved).abs() < 1e-9, "{}: {} is {}", scope, sum, moved);
            }
        }
    }
}

/// What cannot be counted says why, and from when on it can.
#[test]
fn what_is_not_known_says_since_when_it_is() {
    // A quarter to two at night in Paris, three quarters to four in La Réunion.
    let as_of = days::START + 3 * HOUR + 2_700;
    let fold = read(live(), &[], as_of);
    let at = |seconds: i64| Time::from_seconds(as_of - seconds);
    let side = |path: &str, length: &str, to| {
        let side = fold.side_at(&path.parse::<Scope>().unwrap(), length.parse().unwrap(), to);
        side.map(|_| ()).map_err(|reason| reason.to_string())
    };
    assert_eq!(
        side("ft/NAQ", "60m", at(0)),
        Err("neither the directory nor an event has named ft/NAQ".to_owned())
    );
    let ahead = side("all", "5m", at(-1)).unwrap_err();
    assert_eq!(
        ahead,
        "2026-10-24T23:45:01Z is to come: figures are as of 2026-10-24T23:45:00Z"
    );
    let gone = side("ft/IDF", "60m", at(1)).unwrap_err();
    assert_eq!(
        gone,
        "the window 60m that ends at 2026-10-24T23:44:59Z cannot be counted any more: to the second \
         it can since 2026-10-24T22:45:00Z, and from quarter-hour to quarter-hour since \
         2026-10-24T22:00:00Z"
    );
    assert!(
        side("caf/REU", "60m", at(1))
            .unwrap_err()
            .ends_with("since 2026-10-24T20:00:00Z")
    );
    for (path, length, back, known) in [
        ("ft/IDF", "60m", 2_700, true),
        ("ft/IDF", "60m", 3_600, false),
        ("caf/REU", "60m", 3 * HOUR - 900, true),
        ("caf/REU", "60m", 3 * HOUR - 899, false),
        ("ft/IDF", "today", HOUR, true),
        ("ft/IDF", "today", HOUR + 2_700, true),
        ("ft/IDF", "today", HOUR + 2_701, false),
        ("ft/IDF", "24h", 0, false),
    ] {
        assert_eq!(
            side(path, length, at(back)).is_ok(),
            known,
            "{path} {length} {back}"
        );
    }
    let begun =
        vigie_model::Fold::new(std::sync::Arc::new(vigie_model::Directory::empty()), live());
    let nothing = begun.side_at(&Scope::All, WindowLength::Today, at(0));
    assert_eq!(nothing.unwrap_err(), NotCounted::NotYet);
    let span = Span::from_seconds(HOUR);
    assert_eq!(
        told(
            &Scope::All,
            WindowLength::Today,
            &begun.empty_side(&Scope::All, WindowLength::Today, at(0) + span)
        )
        .parts,
        None
    );
}

/// A call every ten minutes, answered after half a minute: what is found of hours ago is
/// not nothing.
#[test]
fn the_calls_of_hours_ago_are_in_the_window_that_held_them() {
    let answered: Vec<i64> = (0..24).map(|call| days::START + call * 600 + 30).collect();
    let message = |kind: &str, call: usize, at: i64, data: &str| {
        let time = Time::from_seconds(at);
        format!(
            r#"{{"specversion":"1.0","id":"{kind}-{call}","source":"/pbx","type":"call.{kind}","time":"{time}","subject":"call-{call}","data":{{{data}"agency":"B","queue":"q1"}}}}"#
        )
    };
    let lines: Vec<String> = answered
        .iter()
        .enumerate()
        .flat_map(|(call, &at)| {
            [
                message("queued", call, at - 30, r#""line":"3230","#),
                message("answered", call, at, ""),
            ]
        })
        .collect();
    let events: Vec<Event<'_>> = lines.iter().map(|line| event(line)).collect();
    let as_of = days::START + 4 * HOUR - 7;
    let fold = read(live(), &events, as_of);
    for path in ["caf", "caf/REU", "caf/REU/B", "line/3230"] {
        let scope: Scope = path.parse().unwrap();
        for (length, to) in [
            ("60m", days::START + 3 * HOUR),
            ("90m", days::START + 2 * HOUR + 900),
            ("17m", as_of - 100),
            ("60m", as_of),
            ("today", days::START + 2 * HOUR),
            ("today", as_of - 61),
        ] {
            let length: WindowLength = length.parse().unwrap();
            let side = fold.side_at(&scope, length, Time::from_seconds(to));
            let window = told(&scope, length, &side.unwrap()).before;
            // The day of agency B began as the events do, whenever that of its network did.
            let held = match length {
                WindowLength::Seconds(seconds) => to - seconds..to,
                WindowLength::Today => days::START..to,
            };
            let expected = answered.iter().filter(|at| held.contains(at)).count();
            assert!(expected > 0);
            assert_eq!(
                window.counts.answered, expected as i64,
                "{path} {length} to {to}"
            );
            assert_eq!(window.rate.map(|rate| rate.of), Some([expected as i64; 2]));
        }
    }
}
