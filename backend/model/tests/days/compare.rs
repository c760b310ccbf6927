//! Holds a view of the fold to that of the count, figure by figure.

use vigie_contract::view::{Callers, Counts, Rates, Times, View, Window};

/// Where the two differ, a line each; none where they agree.
pub fn of_views(fold: View, count: View) -> Vec<String> {
    let mut differences = Vec::new();
    of_now(&fold, &count, &mut differences);
    of_callers(fold.callers, count.callers, &mut differences);
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
    for (one, other) in [
        (&mut left.promises.record_60m, &right.promises.record_60m),
        (
            &mut left.promises.record_today,
            &right.promises.record_today,
        ),
    ] {
        for (one, other) in [
            (&mut one.precision, other.precision),
            (&mut one.recall, other.recall),
        ] {
            if let (Some(one), Some(other)) = (one, other)
                && (one.upper - other.upper).abs() < 1e-9
            {
                one.upper = other.upper;
            }
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

fn of_callers(fold: Option<Callers>, count: Option<Callers>, differences: &mut Vec<String>) {
    let counts = |callers: Option<Callers>| {
        callers.map(|callers| {
            let rates = [
                callers.lived,
                callers.ended_by_promise,
                callers.without_caller,
                callers.repeat_calls,
                callers.satisfied_and_back,
                callers.satisfied_and_back_so_far,
            ];
            let rates = rates.map(|rate| rate.map(|rate| rate.of));
            (rates, callers.attempts_per_episode)
        })
    };
    if counts(fold) != counts(count) {
        lines_apart("callers", &fold, &count, differences);
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
    if !are_same_rates(&fold.rates, &count.rates) {
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
    if fold.complete != count.complete && !is_close(fold.complete, count.complete, 1e-9) {
        differences.push(format!(
            "{path}.complete: {:?}, not {:?}",
            fold.complete, count.complete
        ));
    }
    if fold.spread != count.spread {
        differences.push(format!(
            "{path}.spread: {:?}, not {:?}",
            fold.spread, count.spread
        ));
    }
}

/// Whether all rates are the same, and their bounds but for the last digits.
fn are_same_rates(fold: &Rates, count: &Rates) -> bool {
    fold.each().zip(count.each()).all(|pair| match pair {
        ((_, None), (_, None)) => true,
        ((_, Some(fold)), (_, Some(count))) => {
            (fold.value, fold.of) == (count.value, count.of)
                && (fold.upper - count.upper).abs() < 1e-9
        }
        ((_, Some(_)), (_, None)) | ((_, None), (_, Some(_))) => false,
    })
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
    // Never below the truth.
    let longest = |fold: Option<f64>, count: Option<f64>| {
        if fold >= count {
            quantile(fold, count)
        } else {
            fold
        }
    };
    Times {
        answer_mean_seconds: mean(fold.answer_mean_seconds, count.answer_mean_seconds),
        answer_p50_seconds: quantile(fold.answer_p50_seconds, count.answer_p50_seconds),
        answer_p90_seconds: quantile(fold.answer_p90_seconds, count.answer_p90_seconds),
        answer_p95_seconds: quantile(fold.answer_p95_seconds, count.answer_p95_seconds),
        answer_longest_seconds: longest(fold.answer_longest_seconds, count.answer_longest_seconds),
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
