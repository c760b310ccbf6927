//! Weekly opening hours, in local time.

use jiff::civil::Weekday;

/// An opening within a day, in minutes after local midnight, from (included) to
/// (excluded).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Opening {
    pub from_minute: u16,
    pub to_minute: u16,
}

/// Opening hours of a week: for each day, Monday first, openings in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct WeeklyHours {
    days: [Vec<Opening>; 7],
}

impl WeeklyHours {
    /// Makes a week from the openings of each day, Monday first; each day in order
    /// and without overlap.
    pub(crate) fn new(days: [Vec<Opening>; 7]) -> Self {
        Self { days }
    }

    pub(crate) fn is_never_open(&self) -> bool {
        self.days.iter().all(Vec::is_empty)
    }

    pub(crate) fn of(&self, weekday: Weekday) -> &[Opening] {
        &self.days[weekday.to_monday_zero_offset() as usize]
    }
}

impl std::str::FromStr for Opening {
    type Err = &'static str;

    /// Reads an opening written as `08:30-12:30`; `24:00` is the end of the day.
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (from, to) = text.split_once('-').ok_or("not of the form 08:30-12:30")?;
        let opening = Opening {
            from_minute: minute(from)?,
            to_minute: minute(to)?,
        };
        if opening.from_minute >= opening.to_minute {
            return Err("ends before it begins");
        }
        Ok(opening)
    }
}

fn minute(text: &str) -> Result<u16, &'static str> {
    let malformed = "not of the form 08:30-12:30";
    let (hours, minutes) = text.trim().split_once(':').ok_or(malformed)?;
    let number = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits
            .then(|| text.parse::<u16>().ok())
            .flatten()
            .ok_or(malformed)
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minute = hours * 60 + minutes;
    if minutes > 59 || minute > 24 * 60 {
        return Err("no such time of day");
    }
    Ok(minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_read() {
        for (text, expected) in [
            ("08:30-12:30", Ok((510, 750))),
            ("00:00-24:00", Ok((0, 1440))),
            ("8:30-12:30", Err("not of the form 08:30-12:30")),
            ("12:30-08:30", Err("ends before it begins")),
            ("08:61-12:30", Err("no such time of day")),
            ("08:30-24:01", Err("no such time of day")),
            ("morning", Err("not of the form 08:30-12:30")),
        ] {
            let read = text
                .parse::<Opening>()
                .map(|o| (o.from_minute, o.to_minute));
            assert_eq!(read, expected, "{text}");
        }
    }
}
