//! Event time: integers of microseconds, so that sums are exact in any order.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Microseconds in a second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;

/// An instant: microseconds since 1970-01-01T00:00:00Z.
///
/// RFC 3339 in UTC where a person reads it (JSON), an integer elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

/// A length of time in microseconds; seconds as a number in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(pub i64);

impl Time {
    /// What a text must be to be read as an instant.
    pub const EXPECTED: &str = "an RFC 3339 time with a zone, such as 2026-11-21T09:12:03.120Z";

    /// The instant `seconds` after 1970-01-01T00:00:00Z.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * MICROS_PER_SECOND)
    }

    /// Whole seconds since 1970, rounded down: the one-second pane it lies in.
    pub const fn second(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }
}

impl Span {
    /// A span of whole seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * MICROS_PER_SECOND)
    }

    /// Seconds as a number, for the edge only.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / MICROS_PER_SECOND as f64
    }

    /// From seconds as a number, to the nearest microsecond.
    ///
    /// `None` where the number is not finite or its size passes 100 years.
    pub fn from_seconds_f64(seconds: f64) -> Option<Self> {
        const LIMIT: f64 = 100.0 * 366.0 * 86_400.0;
        (seconds.abs() <= LIMIT).then(|| Self((seconds * MICROS_PER_SECOND as f64).round() as i64))
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Time {
    type Output = Time;
    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}

impl Sub for Time {
    type Output = Span;
    fn sub(self, other: Time) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

/// Year, month and day of a count of days since 1970-01-01.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// `civil_from_days`.
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    } as u32;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Days since 1970-01-01 of a date; the inverse of [`civil_from_days`].
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC; a fraction only where there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.second();
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
        let of_day = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        match self.0.rem_euclid(MICROS_PER_SECOND) {
            0 => {}
            micros if micros % 1_000 == 0 => write!(f, ".{:03}", micros / 1_000)?,
            micros => write!(f, ".{micros:06}")?,
        }
        f.write_str("Z")
    }
}

/// Why a text is not an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {}", Time::EXPECTED)]
pub struct NotATime;

/// ASCII digits as a number; `all` no longer holds where one is none.
#[inline]
fn digits(text: &[u8], all: &mut bool) -> u32 {
    text.iter().fold(0, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        *all &= digit < 10;
        number * 10 + u32::from(digit)
    })
}

impl std::str::FromStr for Time {
    type Err = NotATime;

    /// RFC 3339 with any zone offset and up to nine digits of a second, as Go, Java
    /// and .NET print them: what is below a microsecond is cut off. A leap second
    /// (`:60`) is read as the second that follows it.
    ///
    /// Written here and not taken from a date library: it runs once an event,
    /// and the console, which has no room for such a library, reads times too.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let Some((start, rest)) = text.as_bytes().split_first_chunk::<19>() else {
            return Err(NotATime);
        };
        let shaped = start[4] == b'-'
            && start[7] == b'-'
            && matches!(start[10], b'T' | b't' | b' ')
            && start[13] == b':'
            && start[16] == b':';
        if !shaped {
            return Err(NotATime);
        }
        // Looked at in one go, judged once: this runs for every event.
        let mut all = true;
        let year = i64::from(digits(&start[0..4], &mut all));
        let month = digits(&start[5..7], &mut all);
        let day = digits(&start[8..10], &mut all);
        let hour = digits(&start[11..13], &mut all);
        let minute = digits(&start[14..16], &mut all);
        let second = digits(&start[17..19], &mut all);
        let in_range = all
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60;
        if !in_range {
            return Err(NotATime);
        }
        let (micros, rest) = fraction(rest)?;
        let of_day = i64::from(hour * 3_600 + minute * 60 + second);
        let seconds = days_from_civil(year, month, day) * 86_400 + of_day - offset_seconds(rest)?;
        Ok(Time(seconds * MICROS_PER_SECOND + micros))
    }
}

/// The fraction of a second in microseconds, and what follows it.
fn fraction(text: &[u8]) -> Result<(i64, &[u8]), NotATime> {
    let Some(after) = text.strip_prefix(b".") else {
        return Ok((0, text));
    };
    let length = after.iter().take_while(|b| b.is_ascii_digit()).count();
    if !(1..=9).contains(&length) {
        return Err(NotATime);
    }
    let (fraction, rest) = after.split_at(length);
    let kept = length.min(6);
    let micros = digits(&fraction[..kept], &mut true) * 10_u32.pow(6 - kept as u32);
    Ok((i64::from(micros), rest))
}

/// The offset of a zone from UTC, in seconds.
fn offset_seconds(zone: &[u8]) -> Result<i64, NotATime> {
    match zone {
        b"Z" | b"z" => Ok(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let mut all = true;
            let hours = digits(&[*h1, *h2], &mut all);
            let minutes = digits(&[*m1, *m2], &mut all);
            if !all || hours > 23 || minutes > 59 {
                return Err(NotATime);
            }
            let seconds = i64::from(hours * 3_600 + minutes * 60);
            Ok(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => Err(NotATime),
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Time;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Time::EXPECTED)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Time, E> {
                text.parse()
                    .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Visitor)
        } else {
            i64::deserialize(deserializer).map(Time)
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            serializer.serialize_i64(self.0)
        } else if self.0 % MICROS_PER_SECOND == 0 {
            serializer.serialize_i64(self.0 / MICROS_PER_SECOND)
        } else {
            serializer.serialize_f64(self.seconds())
        }
    }
}

impl<'de> Deserialize<'de> for Span {
    /// A number of seconds, whole or not, at most 100 years; never negative.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds, 0 or more and under 100 years")
            }
            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Span, E> {
                match i64::try_from(seconds) {
                    Ok(whole) if whole < 100 * 366 * 86_400 => Ok(Span::from_seconds(whole)),
                    _ => Err(E::invalid_value(de::Unexpected::Unsigned(seconds), &self)),
                }
            }
            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Span, E> {
                u64::try_from(seconds)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(seconds), &self))
                    .and_then(|whole| self.visit_u64(whole))
            }
            fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Span, E> {
                Span::from_seconds_f64(seconds)
                    .filter(|span| span.0 >= 0)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Float(seconds), &self))
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Visitor)
        } else {
            i64::deserialize(deserializer).map(Span)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_rfc_3339_allows() {
        for (text, micros) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-21T09:12:03.120Z", 1_795_252_323_120_000),
            ("2026-11-21T10:12:03.12+01:00", 1_795_252_323_120_000),
            ("2026-11-21t05:12:03.120000-04:00", 1_795_252_323_120_000),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
            ("1998-12-31T23:59:60Z", 915_148_800_000_000),
            // As Go, Java, .NET and Python print it; what is left of a
            // microsecond is cut off, never rounded up.
            ("2026-11-21T09:12:03.123456789Z", 1_795_252_323_123_456),
            ("2026-11-21T09:12:03.9999999+00:00", 1_795_252_323_999_999),
            ("2026-11-21t09:12:03.000000999z", 1_795_252_323_000_000),
            ("2026-11-21 09:12:03.123456+00:00", 1_795_252_323_123_456),
            ("2026-11-21T09:12:03.1-00:00", 1_795_252_323_100_000),
        ] {
            assert_eq!(text.parse(), Ok(Time(micros)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T09:12:03",
            "2026-13-21T09:12:03Z",
            "2026-02-29T09:12:03Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T09:12:03.Z",
            "2026-11-21T09:12:03.1200000001Z",
            "2026-11-21T09:12:03,120Z",
            "2026-11-21T09:12Z",
            "2026-11-21T09:12:03+1:00",
            "2026-11-21T09:12:03+24:00",
            "+026-11-21T09:12:03Z",
            "2026-11-21T09:12:03Zulu",
            "２０２６-11-21T09:12:03Z",
        ] {
            assert_eq!(text.parse::<Time>(), Err(NotATime), "{text}");
        }
    }

    #[test]
    fn prints_what_it_reads_back() {
        for micros in [0, -1, 1, 1_000, 951_782_400_000_000, 4_102_444_799_999_999] {
            assert_eq!(Time(micros).to_string().parse(), Ok(Time(micros)));
        }
        assert_eq!(Time(1_500_000).to_string(), "1970-01-01T00:00:01.500Z");
    }

    #[test]
    fn every_day_of_four_centuries_has_its_date() {
        for days in -150_000..150_000 {
            let (year, month, day) = civil_from_days(days);
            assert!((1..=days_in_month(year, month)).contains(&day), "{days}");
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}
