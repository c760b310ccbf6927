//! What must hold of the fold alone, whatever happened.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Card, Counts, Judged, Quarter, View, Window, Worst};

use crate::clock::SECOND;
use crate::drive::Shown;
use crate::oracle::WINDOWS;

/// Declares the counts that a scope has of its parts, and those that it may
/// have beside them.
macro_rules! sums {
    ($($field:ident),+; only below agencies: $($loose:ident),+) => {
        /// Counts of what has an agency and a queue.
        fn of_queues(counts: &Counts) -> Vec<(&'static str, i64)> {
            vec![$((stringify!($field), counts.$field)),+]
        }

        /// Every count, by name.
        pub fn every_count(counts: &Counts) -> Vec<(&'static str, i64)> {
            let mut all = of_queues(counts);
            all.extend([$((stringify!($loose), counts.$loose)),+]);
            all
        }
    };
}

sums!(
    offered, entered_all, closed_all, answered, abandoned, short_abandoned, cut_off, lost,
    callbacks_accepted, voicemails, overflowed_out, overflowed_in, transferred_in, promises_kept,
    promises_broken, promises_kept_late, promises_cancelled, promises_unreachable,
    promises_forgotten, attempts_without_promise, rang_unanswered, implausible, orphan, repeated, superseded,
    out_of_hours;
    only below agencies: asked, received, received_out_of_hours, identified, self_served,
    self_served_in_hours, deflected_asked, deflected_closed, deflected_saturated, surveys, late,
    too_late, duplicate
);

fn books(view: &View) -> impl Iterator<Item = (&'static str, &String, &Window)> {
    let book = |name: &'static str, windows| {
        let windows: &BTreeMap<String, Window> = windows;
        windows
            .iter()
            .map(move |(length, window)| (name, length, window))
    };
    book("windows", &view.windows).chain(book("handled", &view.handled))
}

fn families(window: &Window) -> [&Counts; 3] {
    [&window.counts, &window.second_level, &window.callback]
}

/// Holds every view of a day to all that must hold.
pub fn hold(shown: &Shown, broken: &mut Vec<String>) {
    for (&at, views) in shown {
        for (scope, view) in views {
            let path = format!("invariant, as of {}, {scope}", Time(at));
            identities(&path, view, broken);
            balance(&path, at, scope, shown, broken);
            if !matches!(scope, Scope::Queue(..) | Scope::LineRegion(..)) {
                let children = views.iter().filter(|(child, _)| is_part(child, scope));
                let children = children.map(|(_, view)| view).collect();
                children_add_up(&path, (scope, view), children, broken);
            }
        }
        if let Some(view) = views.get(&Scope::All) {
            books_agree(&format!("invariant, as of {}", Time(at)), view, broken);
        }
    }
}

fn identities(path: &str, view: &View, broken: &mut Vec<String>) {
    for (book, length, window) in books(view) {
        for counts in families(window) {
            let offered = counts.answered
                + counts.abandoned
                + counts.cut_off
                + counts.lost
                + counts.callbacks_accepted
                + counts.voicemails;
            if counts.offered != offered || counts.asked != offered + counts.deflected_asked {
                broken.push(format!(
                    "{path}, {book} {length}: offered and asked of {counts:?}"
                ));
            }
        }
    }
}

/// waiting(T) = waiting(T − w) + entered − closed
fn balance(path: &str, at: i64, scope: &Scope, shown: &Shown, broken: &mut Vec<String>) {
    for (name, length) in WINDOWS {
        let Some(length) = length else { continue };
        let before = shown
            .get(&(at - length * SECOND))
            .and_then(|views| views.get(scope));
        let view = &shown[&at][scope];
        let (Some(before), Some(window)) = (before, view.handled.get(name)) else {
            continue;
        };
        let flow = window.counts.entered_all - window.counts.closed_all;
        if view.now.waiting != before.now.waiting + flow {
            let (now, then) = (view.now.waiting, before.now.waiting);
            broken.push(format!(
                "{path}: {now} wait, {then} did {name} before, {flow} more came"
            ));
        }
    }
}

/// Whether a scope is one of those that another is the sum of.
fn is_part(part: &Scope, scope: &Scope) -> bool {
    match (scope, part) {
        (Scope::All, Scope::Network(_)) => true,
        (Scope::Network(own), Scope::Region(network, _)) => network == own,
        (Scope::Region(own, region), Scope::Agency(network, of, _)) => {
            (network, of) == (own, region)
        }
        (Scope::Agency(own, region, agency), Scope::Queue(network, of, at, _)) => {
            (network, of, at) == (own, region, agency)
        }
        (Scope::Line(own), Scope::LineRegion(line, _)) => line == own,
        _ => false,
    }
}

/// What counts in a selection counts in one of its members.
pub fn members_add_up(
    path: &str,
    view: &View,
    views: &BTreeMap<Scope, View>,
    broken: &mut Vec<String>,
) {
    let members: Vec<&View> = view.scope.members().iter().map(|one| &views[one]).collect();
    parts_add_up(path, view, &members, every_count, broken);
}

/// What names no agency counts in no region; what names no queue in none.
fn children_add_up(
    path: &str,
    (scope, view): (&Scope, &View),
    children: Vec<&View>,
    broken: &mut Vec<String>,
) {
    let is_whole = matches!(scope, Scope::All | Scope::Region(..));
    let listed = if is_whole { every_count } else { of_queues };
    parts_add_up(path, view, &children, listed, broken);
}

fn parts_add_up(
    path: &str,
    view: &View,
    children: &[&View],
    listed: fn(&Counts) -> Vec<(&'static str, i64)>,
    broken: &mut Vec<String>,
) {
    for (at, (book, length, window)) in books(view).enumerate() {
        for family in 0..3 {
            let own = listed(families(window)[family]);
            let mut sums = vec![0; own.len()];
            for child in children {
                let (_, _, window) = books(child).nth(at).expect("every view has every window");
                for (sum, (_, count)) in sums.iter_mut().zip(listed(families(window)[family])) {
                    *sum += count;
                }
            }
            for ((name, count), sum) in own.into_iter().zip(sums) {
                if count != sum {
                    broken.push(format!(
                        "{path}, {book} {length}: {count} {name}, {sum} of its parts"
                    ));
                }
            }
        }
    }
    let waiting: i64 = children.iter().map(|child| child.now.waiting).sum();
    if view.now.waiting != waiting {
        broken.push(format!(
            "{path}: {} wait, {waiting} of its parts",
            view.now.waiting
        ));
    }
}

/// A card has the figures of the view of its scope, and every part has a card.
pub fn cards_are_of_views(
    path: &str,
    scope: &Scope,
    cards: &[Card],
    views: &BTreeMap<Scope, View>,
    broken: &mut Vec<String>,
) {
    let mut carded: Vec<&Scope> = cards.iter().map(|card| &card.scope).collect();
    carded.sort();
    let parts = views.keys().filter(|part| is_part(part, scope));
    if !parts.eq(carded.iter().copied()) {
        broken.push(format!("{path}: cards of {carded:?}"));
    }
    for card in cards {
        let Some(view) = views.get(&card.scope) else {
            broken.push(format!("{path}: a card of {}, no view", card.scope));
            continue;
        };
        let (quarter, today) = (&view.windows["15m"], &view.windows["today"]);
        let of_view = Card {
            scope: card.scope.clone(),
            name: card.name.clone(),
            known: card.known,
            waiting: view.now.waiting,
            longest_wait_seconds: view.now.longest_wait_seconds,
            pick_up_agent_15m: quarter.rates.pick_up_agent,
            pick_up_agent_today: today.rates.pick_up_agent,
            offered_today: today.counts.offered,
            answered_today: today.counts.answered,
            abandoned_today: today.counts.abandoned,
            answer_mean_15m_seconds: quarter.times.answer_mean_seconds,
            severity: view.severity,
            worst: view.judged.as_ref().and_then(worst),
            // Whatever is silenced, silence is not, but where nothing is judged.
            suppressed: view
                .judged
                .as_ref()
                .and_then(|judged| judged.data_age.suppressed),
        };
        if *card != of_view {
            broken.push(format!("{path}: {card:?}, not {of_view:?}"));
        }
    }
}

/// What is worst, and of several that which has been so the longest.
fn worst(judged: &Judged) -> Option<Worst> {
    let bad = judged
        .each()
        .into_iter()
        .filter_map(|(concern, judgement)| {
            let since = judgement.since?;
            Some((Reverse(judgement.state), Worst { concern, since }))
        });
    let worst = bad.min_by_key(|(state, worst)| (*state, worst.since, worst.concern));
    worst.map(|(_, worst)| worst)
}

/// A call counts once, by origin as by handler: in total they agree.
fn books_agree(path: &str, view: &View, broken: &mut Vec<String>) {
    for (name, length) in WINDOWS {
        let books = (view.windows.get(name), view.handled.get(name));
        let (Some(_), (Some(origin), Some(handler))) = (length, books) else {
            continue;
        };
        for (origin, handler) in families(origin).iter().zip(families(handler)) {
            if **origin != *handler {
                broken.push(format!(
                    "{path}, {name}: {origin:?} by origin, {handler:?} by handler"
                ));
            }
        }
    }
}

type OfQuarter = fn(&Quarter) -> &Window;

/// Quarter-hours are what today is made of.
pub fn quarters_add_up(path: &str, view: &View, quarters: &[Quarter], broken: &mut Vec<String>) {
    let of: [(&str, &Window, OfQuarter); 2] = [
        ("windows", &view.windows["today"], |quarter| &quarter.window),
        ("handled", &view.handled["today"], |quarter| {
            &quarter.handled
        }),
    ];
    for (book, today, of_quarter) in of {
        for family in 0..3 {
            let own = every_count(families(today)[family]);
            let mut sums = vec![0; own.len()];
            for quarter in quarters {
                let counts = every_count(families(of_quarter(quarter))[family]);
                for (sum, (_, count)) in sums.iter_mut().zip(counts) {
                    *sum += count;
                }
            }
            for ((name, count), sum) in own.into_iter().zip(sums) {
                if count != sum {
                    broken.push(format!(
                        "{path}: {book} has {count} {name}, its quarters {sum}"
                    ));
                }
            }
        }
    }
    for quarter in quarters {
        let cohort = quarter.cohort;
        let parts = cohort.answered + cohort.abandoned + cohort.closed_otherwise + cohort.waiting;
        if cohort.entered != parts {
            broken.push(format!(
                "{path}: {cohort:?} in the quarter of {}",
                quarter.start
            ));
        }
    }
}
