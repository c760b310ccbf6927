//! How good the estimates of a scope have been.

use vigie_contract::view::{Rate, View};

use crate::figures::{ABSENT, duration, fraction, percent};
use crate::words::Language;

/// How often waits stayed within what was foreseen, the median error and the mean
/// deviation, over 60 minutes and today.
pub fn record(language: Language, view: &View) -> Vec<(String, String)> {
    let words = language.words();
    let of_60m = [
        words.record_held_60m,
        words.record_error_60m,
        words.record_bias_60m,
    ];
    let of_today = [
        words.record_held_today,
        words.record_error_today,
        words.record_bias_today,
    ];
    let records = [
        (of_60m, view.estimate.record_60m),
        (of_today, view.estimate.record_today),
    ];
    let mut lines = Vec::new();
    for ([held, error, bias], record) in records {
        lines.push((held.to_owned(), with_counts(language, record.held)));
        let error_seconds = duration(language, record.error_p50_seconds);
        lines.push((error.to_owned(), error_seconds));
        lines.push((bias.to_owned(), direction(language, record.bias_seconds)));
    }
    lines
}

/// A rate with its counts.
pub fn with_counts(language: Language, rate: Option<Rate>) -> String {
    rate.map_or(ABSENT.to_owned(), |known| {
        format!(
            "{} ({})",
            percent(language, rate),
            fraction(language, known)
        )
    })
}

/// By how much estimates were too long, or too short; to the second, as other
/// lengths of time.
fn direction(language: Language, bias_seconds: Option<f64>) -> String {
    let words = language.words();
    let Some(bias) = bias_seconds else {
        return ABSENT.to_owned();
    };
    let size = bias.abs().round();
    let written = duration(language, Some(size));
    if size == 0.0 {
        words.foreseen_right.to_owned()
    } else if bias > 0.0 {
        (words.foreseen_too_long)(&written)
    } else {
        (words.foreseen_too_short)(&written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bias_says_in_which_direction() {
        for (bias, french, english) in [
            (Some(12.4), "12 s trop long", "12s too long"),
            (Some(-90.0), "1 min 30 trop court", "1m 30s too short"),
            (Some(-0.4), "aucun", "none"),
            (None, "–", "–"),
        ] {
            let written =
                Language::ALL.map(|language| direction(language, bias).replace('\u{202f}', " "));
            assert_eq!(written, [french, english]);
        }
    }
}
