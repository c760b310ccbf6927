//! How figures are written in each language.
//!
//! Whole numbers only on the way to text: the formatting of floats would cost
//! the console some 20 KB of code.

use vigie_contract::view::Rate;

use crate::words::Language;

/// What is shown where there is no figure.
pub const ABSENT: &str = "–";

/// Narrow no-break space: before a unit, and between thousands in French.
const THIN: char = '\u{202f}';

/// A count: `12 345`, `12,345`.
pub fn count(language: Language, value: i64) -> String {
    let separator = match language {
        Language::French => THIN,
        Language::English => ',',
    };
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3 + 3);
    if value < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A rate as a percentage with one decimal: `83,3 %`, `83.3%`.
pub fn percent(language: Language, rate: Option<Rate>) -> String {
    rate.map_or(ABSENT.to_owned(), |rate| share(language, rate.value))
}

/// A share of 1, as a percentage with one decimal.
pub fn share(language: Language, share: f64) -> String {
    let per_mille = (share * 1_000.0).round() as i64;
    let (whole, tenth) = (per_mille / 10, per_mille % 10);
    match language {
        Language::French => format!("{whole},{tenth}{THIN}%"),
        Language::English => format!("{whole}.{tenth}%"),
    }
}

/// What a rate was computed from: `1 204 / 1 398`.
pub fn fraction(language: Language, rate: Rate) -> String {
    let [numerator, denominator] = rate.of.map(|part| count(language, part));
    format!("{numerator}{THIN}/{THIN}{denominator}")
}

/// A length of time to the second: `41 s`, `2 min 05`, `1 h 04`; in English
/// `41s`, `2m 05s`, `1h 04m`.
pub fn duration(language: Language, seconds: Option<f64>) -> String {
    let Some(seconds) = seconds else {
        return ABSENT.to_owned();
    };
    let seconds = seconds.max(0.0).round() as i64;
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (language, hours, minutes) {
        (Language::French, 0, 0) => format!("{rest}{THIN}s"),
        (Language::English, 0, 0) => format!("{rest}s"),
        (Language::French, 0, _) => format!("{minutes}{THIN}min{THIN}{rest:02}"),
        (Language::English, 0, _) => format!("{minutes}m{THIN}{rest:02}s"),
        (Language::French, ..) => format!("{}{THIN}h{THIN}{minutes:02}", count(language, hours)),
        (Language::English, ..) => format!("{}h{THIN}{minutes:02}m", count(language, hours)),
    }
}

/// For how long something has been so, to the minute: `< 1 min`, `12 min`, `1 h 04`; in
/// English `< 1m`, `12m`, `1h 04m`.
pub fn for_minutes(language: Language, seconds: f64) -> String {
    let minutes = (seconds.max(0.0) as i64) / 60;
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (language, hours, rest) {
        (Language::French, 0, 0) => format!("<{THIN}1{THIN}min"),
        (Language::English, 0, 0) => format!("<{THIN}1m"),
        (Language::French, 0, _) => format!("{rest}{THIN}min"),
        (Language::English, 0, _) => format!("{rest}m"),
        (Language::French, ..) => format!("{}{THIN}h{THIN}{rest:02}", count(language, hours)),
        (Language::English, ..) => format!("{}h{THIN}{rest:02}m", count(language, hours)),
    }
}

/// A local date and time of day, as the browser knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year, month from 1, day.
    pub date: (u32, u32, u32),
    /// Hour, minute, second.
    pub time: (u32, u32, u32),
}

/// A time of day, with its date where that is not `today`.
pub fn moment(language: Language, civil: Civil, today: (u32, u32, u32)) -> String {
    let (hour, minute, second) = civil.time;
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if civil.date == today {
        return time;
    }
    let (year, month, day) = civil.date;
    match language {
        Language::French => format!("{day:02}/{month:02}/{year} {time}"),
        Language::English => format!("{year}-{month:02}-{day:02} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, French};

    #[test]
    fn counts_have_their_thousands_apart() {
        for (value, french, english) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_000, "1\u{202f}000", "1,000"),
            (-1_234_567, "−1\u{202f}234\u{202f}567", "−1,234,567"),
            (
                i64::MIN,
                "−9\u{202f}223\u{202f}372\u{202f}036\u{202f}854\u{202f}775\u{202f}808",
                "−9,223,372,036,854,775,808",
            ),
        ] {
            assert_eq!(count(French, value), french);
            assert_eq!(count(English, value), english);
        }
    }

    #[test]
    fn rates_are_percentages_with_one_decimal() {
        for (numerator, denominator, french, english) in [
            (0, 7, "0,0\u{202f}%", "0.0%"),
            (5, 6, "83,3\u{202f}%", "83.3%"),
            (2, 3, "66,7\u{202f}%", "66.7%"),
            (1_999, 2_000, "100,0\u{202f}%", "100.0%"),
            (7, 7, "100,0\u{202f}%", "100.0%"),
        ] {
            let rate = Rate::of(numerator, denominator);
            assert_eq!(percent(French, rate), french);
            assert_eq!(percent(English, rate), english);
        }
    }

    #[test]
    fn how_long_is_told_to_the_minute() {
        for (seconds, french, english) in [
            (-3.0, "<\u{202f}1\u{202f}min", "<\u{202f}1m"),
            (59.9, "<\u{202f}1\u{202f}min", "<\u{202f}1m"),
            (60.0, "1\u{202f}min", "1m"),
            (3_599.0, "59\u{202f}min", "59m"),
            (3_840.0, "1\u{202f}h\u{202f}04", "1h\u{202f}04m"),
        ] {
            assert_eq!(for_minutes(French, seconds), french);
            assert_eq!(for_minutes(English, seconds), english);
        }
    }

    #[test]
    fn absent_is_a_dash_and_never_a_zero() {
        for language in Language::ALL {
            assert_eq!(percent(language, None), "–");
            assert_eq!(duration(language, None), "–");
        }
    }

    #[test]
    fn a_rate_shows_what_it_was_computed_from() {
        let rate = Rate::of(1_204, 1_398).unwrap();
        assert_eq!(
            fraction(French, rate),
            "1\u{202f}204\u{202f}/\u{202f}1\u{202f}398"
        );
        assert_eq!(fraction(English, rate), "1,204\u{202f}/\u{202f}1,398");
    }

    #[test]
    fn durations_round_to_the_second() {
        for (seconds, french, english) in [
            (0.0, "0 s", "0s"),
            (0.5, "1 s", "1s"),
            (59.4, "59 s", "59s"),
            (59.5, "1 min 00", "1m 00s"),
            (125.0, "2 min 05", "2m 05s"),
            (3_599.6, "1 h 00", "1h 00m"),
            (7_200.0, "2 h 00", "2h 00m"),
            (-3.0, "0 s", "0s"),
        ] {
            let plain = |text: String| text.replace(THIN, " ");
            assert_eq!(plain(duration(French, Some(seconds))), french);
            assert_eq!(plain(duration(English, Some(seconds))), english);
        }
    }

    #[test]
    fn another_day_is_named() {
        let civil = Civil {
            date: (1999, 3, 1),
            time: (9, 5, 0),
        };
        assert_eq!(moment(French, civil, (1999, 3, 1)), "09:05:00");
        assert_eq!(moment(French, civil, (2026, 1, 2)), "01/03/1999 09:05:00");
        assert_eq!(moment(English, civil, (2026, 1, 2)), "1999-03-01 09:05:00");
    }
}
