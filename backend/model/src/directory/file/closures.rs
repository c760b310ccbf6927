//! Closures by date: which places they close, and every fault of them.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::check::Check;
use super::closure::{Closure, Filter};
use super::raw::RawClosure;

/// The most days that one closure may last: a year. More is a slip of a digit.
const LONGEST_DAYS: i64 = 366;

/// Codes that the rest of the file gives, which closures may name.
pub(super) struct ListedCodes<'c> {
    pub networks: BTreeSet<&'c str>,
    pub regions: BTreeSet<&'c str>,
    pub agencies: BTreeSet<&'c str>,
    pub lines: BTreeSet<&'c str>,
}

impl Check {
    /// The closures; those at fault are left out.
    pub(super) fn closures(
        &mut self,
        raw: Vec<RawClosure>,
        codes: &ListedCodes<'_>,
    ) -> Vec<Closure> {
        // With their place in the file, and what it calls them.
        let mut known: Vec<(String, Closure)> = Vec::new();
        for (i, raw) in raw.into_iter().enumerate() {
            let place = format!("closure[{i}]");
            let called = match &raw.name {
                Some(name) => format!("{place} ({name:?})"),
                None => place.clone(),
            };
            let days = self.days(&place, &raw);
            let filter = self.filter(&place, raw, codes);
            let Some((first, last)) = days else {
                continue;
            };
            let closure = Closure {
                first,
                last,
                filter,
            };
            match known.iter().find(|(_, before)| *before == closure) {
                Some((before, _)) => self.fault(place, format!("is the same as {before}")),
                None => known.push((called, closure)),
            }
        }
        known.into_iter().map(|(_, closure)| closure).collect()
    }

    /// The first and the last day of a closure.
    fn days(&mut self, place: &str, raw: &RawClosure) -> Option<(Date, Date)> {
        let (first, last) = match (&raw.date, &raw.from, &raw.to) {
            (Some(date), None, None) => {
                let date = self.date(&format!("{place}.date"), date)?;
                return Some((date, date));
            }
            (None, Some(from), Some(to)) => {
                let first = self.date(&format!("{place}.from"), from);
                let last = self.date(&format!("{place}.to"), to);
                first.zip(last)?
            }
            _ => {
                self.fault(place, "needs either date or both from and to");
                return None;
            }
        };
        let days = first.duration_until(last).as_hours() / 24 + 1;
        if last < first {
            self.fault(format!("{place}.to"), format!("{last} is before {first}"));
            return None;
        }
        if days > LONGEST_DAYS {
            let problem = format!("{last} is the last of {days} days, more than {LONGEST_DAYS}");
            self.fault(format!("{place}.to"), problem);
            return None;
        }
        Some((first, last))
    }

    pub(super) fn date(&mut self, place: &str, value: &toml::Value) -> Option<Date> {
        let date = match value {
            toml::Value::String(text) => {
                date(text).map_err(|problem| format!("{text:?} {problem}"))
            }
            other => Err(format!("{other} is not a date in quotes: \"2026-12-25\"")),
        };
        date.map_err(|problem| self.fault(place, problem)).ok()
    }

    fn filter(&mut self, place: &str, raw: RawClosure, codes: &ListedCodes<'_>) -> Filter {
        let mut list =
            |field, given, what, known| self.list(&format!("{place}.{field}"), given, what, known);
        Filter {
            networks: list("networks", raw.networks, "a network", &codes.networks),
            regions: list("regions", raw.regions, "a region", &codes.regions),
            agencies: list("agencies", raw.agencies, "an agency", &codes.agencies),
            lines: list("lines", raw.lines, "a line", &codes.lines),
        }
    }

    fn list(
        &mut self,
        place: &str,
        given: Option<Vec<String>>,
        what: &str,
        known: &BTreeSet<&str>,
    ) -> Option<BTreeSet<String>> {
        let given = given?;
        if given.is_empty() {
            self.fault(place, "is empty; left out, it narrows nothing");
        }
        let mut list = BTreeSet::new();
        for (at, code) in given.into_iter().enumerate() {
            let place = format!("{place}[{at}]");
            self.known(&place, &code, what, |code| known.contains(code));
            self.once(&place, &code, !list.contains(&code));
            list.insert(code);
        }
        Some(list)
    }
}

/// A date as `2026-12-25`. The date library reads other forms too, and times;
/// of those nobody would know which day is meant.
fn date(text: &str) -> Result<Date, &'static str> {
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return Err("is not of the form 2026-12-25");
    }
    text.parse().map_err(|_| "is not a day of the calendar")
}

#[cfg(test)]
mod tests;
