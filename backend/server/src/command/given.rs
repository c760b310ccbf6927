//! Values on a command line.

use vigie_contract::time::{Span, Time};

/// An instant, RFC 3339.
pub fn instant(text: &str) -> Result<Time, String> {
    text.parse::<Time>()
        .map_err(|error| format!("{text:?}: {error}"))
}

/// An instant that is a whole second: what figures are as of.
pub fn whole_second(text: &str) -> Result<Time, String> {
    let time = instant(text)?;
    if time != Time::from_seconds(time.second()) {
        return Err(format!("{text:?}: figures are as of whole seconds"));
    }
    Ok(time)
}

/// A length of time of whole seconds, more than none: `90`, `90s`, `15m`, `2h`,
/// `1d`.
pub fn duration(text: &str) -> Result<Span, String> {
    let fault = || format!("{text:?}: not a number of s, m, h or d, as in 15m");
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number: i64 = text[..digits].parse().map_err(|_| fault())?;
    let seconds = match &text[digits..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(fault()),
    };
    match number.checked_mul(seconds) {
        Some(seconds) if (1..=100 * 366 * 86_400).contains(&seconds) => {
            Ok(Span::from_seconds(seconds))
        }
        _ => Err(fault()),
    }
}

/// A number of times as fast as it happened.
pub fn speed(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|speed: &f64| speed.is_finite() && *speed > 0.0)
        .ok_or_else(|| format!("{text:?}: not a number greater than 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_a_unit_or_are_seconds() {
        for (text, seconds) in [
            ("90", 90),
            ("90s", 90),
            ("15m", 900),
            ("2h", 7_200),
            ("1d", 86_400),
        ] {
            assert_eq!(duration(text), Ok(Span::from_seconds(seconds)), "{text}");
        }
        for text in ["", "m", "0", "-1", "1.5h", "15 m", "1w", "99999999999d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn figures_are_as_of_whole_seconds() {
        assert_eq!(
            whole_second("1970-01-01T00:01:00Z"),
            Ok(Time::from_seconds(60))
        );
        assert!(whole_second("1970-01-01T00:01:00.5Z").is_err());
        assert!(whole_second("1970-01-01").is_err());
    }
}
