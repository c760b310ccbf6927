//! Holds a view of the fold to that of the count, figure by figure.

use vigie_contract::view::{Agents, Counts, Quarter, Rates, Sources, Times, View, Window};

/// Figures that stand and fall together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "those that the fold fills in are missing from the list"
)]
pub enum Group {
    Agents,
    Occupancy,
    Levers,
    /// Announced against actual, and the error.
    Announced,
    /// Cancelled, unreachable, forgotten, attempts without promise.
    PromiseLedger,
    LeftInIvr,
    /// The rates against what the voice server received.
    VoiceServer,
    Identification,
    SecondLevel,
    Satisfaction,
    Spread,
    Quarters,
    /// Waiting calls, open promises, changes of levers.
    Lists,
    Sources,
    DataAge,
    TooLate,
}

/// What the fold does not fill in yet.
pub const NOT_YET: &[Group] = &[Group::TooLate];

pub fn is_filled(group: Group) -> bool {
    !NOT_YET.contains(&group)
}

/// Takes out of a view what the fold does not fill in yet.
fn without_missing(mut view: View) -> View {
    for &group in NOT_YET {
        match group {
            Group::Agents => view.now.agents = Agents::default(),
            Group::Levers => view.now.levers = None,
            Group::Sources => {
                view.now.sources = Sources::default();
                view.now.complete_to = None;
            }
            Group::DataAge => view.now.data_age_seconds = None,
            _ => {}
        }
        for window in view.windows.values_mut().chain(view.handled.values_mut()) {
            strike(window, group);
        }
    }
    view
}

/// The same for quarter-hours; one that then shows nothing is no difference.
pub fn quarters_without_missing(mut quarters: Vec<Quarter>) -> Vec<Quarter> {
    for quarter in &mut quarters {
        for &group in NOT_YET {
            strike(&mut quarter.window, group);
            strike(&mut quarter.handled, group);
        }
    }
    let nothing = Window::default();
    quarters.retain(|quarter| quarter.window != nothing || quarter.handled != nothing);
    quarters
}

fn strike(window: &mut Window, group: Group) {
    let Window {
        counts,
        rates,
        times,
        ..
    } = window;
    match group {
        Group::Occupancy => rates.occupancy = None,
        Group::Announced => {
            rates.announced_exceeded = None;
            times.announced_error_p50_seconds = None;
        }
        Group::PromiseLedger => {
            counts.promises_cancelled = 0;
            counts.promises_unreachable = 0;
            counts.promises_forgotten = 0;
            counts.attempts_without_promise = 0;
            rates.callbacks_called_within_time = None;
            rates.callbacks_reached_within_time = None;
            rates.messages_handled_within_time = None;
        }
        Group::LeftInIvr => counts.left_in_ivr = None,
        Group::VoiceServer => {
            rates.pick_up_with_ivr = None;
            rates.pick_up_inbound = None;
        }
        Group::Identification => {
            counts.identified = 0;
            rates.identification = None;
        }
        Group::SecondLevel => {
            rates.second_level_pick_up = None;
            times.second_level_answer_mean_seconds = None;
        }
        Group::Satisfaction => {
            counts.surveys = 0;
            rates.satisfaction = None;
            times.satisfaction_mean = None;
        }
        Group::Spread => window.spread = None,
        Group::TooLate => counts.too_late = 0,
        _ => {}
    }
}

/// Where the two differ, a line each; none where they agree.
pub fn of_views(fold: View, count: View) -> Vec<String> {
    let (fold, count) = (without_missing(fold), without_missing(count));
    let mut differences = Vec::new();
    of_now(&fold, &count, &mut differences);
    for (book, fold, count) in [
        ("windows", &fold.windows, &count.windows),
        ("handled", &fold.handled, &count.handled),
    ] {
        if !fold.keys().eq(count.keys()) {
            differences.push(format!("{book}: {:?}, not {:?}", fold.keys(), count.keys()));
        }
        for (name, window) in fold {
            if let Some(other) = count.get(name) {
                of_windows(&format!("{book}.{name}"), window, other, &mut differences);
            }
        }
    }
    differences
}

fn of_now(fold: &View, count: &View, differences: &mut Vec<String>) {
    let (mut left, mut right) = (fold.now.clone(), count.now.clone());
    for (one, other) in [
        (
            &mut left.longest_wait_seconds,
            &mut right.longest_wait_seconds,
        ),
        (&mut left.wait_p50_seconds, &mut right.wait_p50_seconds),
        (&mut left.wait_p90_seconds, &mut right.wait_p90_seconds),
        (&mut left.data_age_seconds, &mut right.data_age_seconds),
    ] {
        if is_close(*one, *other, 1e-9) {
            *one = *other;
        }
    }
    if left.levers != right.levers {
        differences.push(format!(
            "now.levers: {:?}, not {:?}",
            left.levers, right.levers
        ));
        left.levers = right.levers.clone();
    }
    if left != right {
        lines_apart("now", &left, &right, differences);
    }
}

/// Windows of the same book and name, or of the same quarter.
pub fn of_windows(path: &str, fold: &Window, count: &Window, differences: &mut Vec<String>) {
    let families: [(&str, &Counts, &Counts); 3] = [
        ("counts", &fold.counts, &count.counts),
        ("second_level", &fold.second_level, &count.second_level),
        ("callback", &fold.callback, &count.callback),
    ];
    for (family, left, right) in families {
        if left != right {
            lines_apart(&format!("{path}.{family}"), left, right, differences);
        }
    }
    if fold.rates != count.rates {
        lines_apart::<Rates>(
            &format!("{path}.rates"),
            &fold.rates,
            &count.rates,
            differences,
        );
    }
    let times = settled(&fold.times, &count.times);
    if times != count.times {
        lines_apart(&format!("{path}.times"), &times, &count.times, differences);
    }
    if fold.spread != count.spread {
        differences.push(format!(
            "{path}.spread: {:?}, not {:?}",
            fold.spread, count.spread
        ));
    }
}

/// The fold's times, those that are close enough to the count's made equal.
fn settled(fold: &Times, count: &Times) -> Times {
    let mean = |fold, count| {
        if is_close(fold, count, 1e-9) {
            count
        } else {
            fold
        }
    };
    let quantile = |fold, count| {
        if is_close(fold, count, 0.02) {
            count
        } else {
            fold
        }
    };
    Times {
        answer_mean_seconds: mean(fold.answer_mean_seconds, count.answer_mean_seconds),
        answer_p50_seconds: quantile(fold.answer_p50_seconds, count.answer_p50_seconds),
        answer_p90_seconds: quantile(fold.answer_p90_seconds, count.answer_p90_seconds),
        answer_p95_seconds: quantile(fold.answer_p95_seconds, count.answer_p95_seconds),
        answer_longest_seconds: quantile(fold.answer_longest_seconds, count.answer_longest_seconds),
        abandon_mean_seconds: mean(fold.abandon_mean_seconds, count.abandon_mean_seconds),
        handle_mean_seconds: mean(fold.handle_mean_seconds, count.handle_mean_seconds),
        second_level_answer_mean_seconds: mean(
            fold.second_level_answer_mean_seconds,
            count.second_level_answer_mean_seconds,
        ),
        announced_error_p50_seconds: quantile(
            fold.announced_error_p50_seconds,
            count.announced_error_p50_seconds,
        ),
        satisfaction_mean: mean(fold.satisfaction_mean, count.satisfaction_mean),
    }
}

/// Within a share of the count's value; zero exactly.
fn is_close(fold: Option<f64>, count: Option<f64>, share: f64) -> bool {
    match (fold, count) {
        (Some(fold), Some(count)) => (fold - count).abs() <= share * count.abs(),
        _ => false,
    }
}

/// The lines of the two as they are printed, where they are not the same.
pub fn lines_apart<T: std::fmt::Debug>(
    path: &str,
    fold: &T,
    count: &T,
    differences: &mut Vec<String>,
) {
    let (left, right) = (format!("{fold:#?}"), format!("{count:#?}"));
    if left.lines().count() != right.lines().count() {
        differences.push(format!("{path}: {fold:?}, not {count:?}"));
        return;
    }
    let mut field = "";
    for (left, right) in left.lines().zip(right.lines()) {
        if let Some((name, _)) = left.split_once(": ") {
            field = name.trim();
        }
        if left != right {
            let (left, right) = (left.trim(), right.trim());
            differences.push(format!("{path}, {field}: {left} not {right}"));
        }
    }
}
