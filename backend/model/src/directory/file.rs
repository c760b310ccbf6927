//! The directory's file: TOML, parsed into loose structs and validated whole.

use std::collections::BTreeMap;
use std::fmt;

use hashbrown::HashMap;
use jiff::tz::TimeZone;
use serde::Deserialize;
use vigie_contract::scope::UNASSIGNED;
use vigie_contract::time::Span;

use super::hours::{Opening, WeeklyHours};
use super::{
    Agency, DEFAULT_ZONE, Defaults, Directory, HoursId, Line, Network, Queue, Region, ZoneId,
};

/// The version of the format that is read here.
const VERSION: i64 = 1;

/// Something wrong in a directory file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// Where: `agency[3].region`.
    pub place: String,
    /// What, with the value.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDirectory {
    version: i64,
    #[serde(default)]
    defaults: RawDefaults,
    #[serde(default)]
    network: Vec<RawNetwork>,
    #[serde(default)]
    region: Vec<RawRegion>,
    #[serde(default)]
    line: Vec<RawLine>,
    #[serde(default)]
    hours: Vec<RawHours>,
    #[serde(default)]
    queue: Vec<RawQueue>,
    #[serde(default)]
    agency: Vec<RawAgency>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDefaults {
    time_zone: Option<String>,
    answer_within_seconds: Option<f64>,
    short_abandon_seconds: Option<f64>,
    short_abandons_count: Option<bool>,
    target: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNetwork {
    code: String,
    name: String,
    target: Option<f64>,
    short_abandons_count: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRegion {
    code: String,
    name: String,
    time_zone: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    number: String,
    name: String,
    network: String,
    time_zone: Option<String>,
    hours: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHours {
    name: String,
    #[serde(default)]
    monday: Vec<String>,
    #[serde(default)]
    tuesday: Vec<String>,
    #[serde(default)]
    wednesday: Vec<String>,
    #[serde(default)]
    thursday: Vec<String>,
    #[serde(default)]
    friday: Vec<String>,
    #[serde(default)]
    saturday: Vec<String>,
    #[serde(default)]
    sunday: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQueue {
    code: String,
    network: String,
    line: String,
    name: String,
    answer_within_seconds: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAgency {
    code: String,
    name: String,
    network: String,
    region: Option<String>,
    time_zone: Option<String>,
    hours: Option<String>,
    #[serde(default)]
    line_hours: BTreeMap<String, String>,
    #[serde(default)]
    queues: Vec<String>,
    target: Option<f64>,
}

/// Parses and validates a file whole.
pub(super) fn parse(toml: &str) -> Result<Directory, Vec<Fault>> {
    let raw: RawDirectory = toml::from_str(toml).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| 1 + toml[..span.start].matches('\n').count());
        vec![Fault {
            place: format!("line {line}"),
            problem: error.message().to_owned(),
        }]
    })?;
    let mut check = Check::default();
    let directory = check.directory(raw);
    if check.faults.is_empty() {
        Ok(directory)
    } else {
        Err(check.faults)
    }
}

/// Collects faults and the zones named on the way.
#[derive(Default)]
struct Check {
    faults: Vec<Fault>,
    zone_names: Vec<String>,
    zones: Vec<TimeZone>,
    hour_names: BTreeMap<String, HoursId>,
}

impl Check {
    fn fault(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.faults.push(Fault {
            place: place.into(),
            problem: problem.into(),
        });
    }

    fn directory(&mut self, raw: RawDirectory) -> Directory {
        if raw.version != VERSION {
            self.fault("version", format!("{} is not {VERSION}", raw.version));
        }
        let defaults = self.defaults(raw.defaults);
        let hours = raw
            .hours
            .into_iter()
            .enumerate()
            .map(|(i, raw)| self.hours(i, raw))
            .collect();
        let networks = self.networks(raw.network);
        let regions = self.regions(raw.region);
        let lines = self.lines(raw.line, &networks);
        let queues = self.queues(raw.queue, &networks, &lines);
        let mut directory = Directory {
            defaults,
            zones: Vec::new(),
            hours,
            networks,
            regions,
            lines,
            agencies: HashMap::new(),
            queues,
        };
        for (i, raw) in raw.agency.into_iter().enumerate() {
            self.agency(i, raw, &mut directory);
        }
        directory.zones = std::mem::take(&mut self.zones);
        directory
    }

    fn defaults(&mut self, raw: RawDefaults) -> Defaults {
        let name = raw.time_zone.unwrap_or_else(|| DEFAULT_ZONE.to_owned());
        let zone = self.zone("defaults.time_zone", &name).unwrap_or(ZoneId(0));
        self.target("defaults.target", raw.target);
        Defaults {
            zone,
            answer_within: self
                .seconds("defaults.answer_within_seconds", raw.answer_within_seconds)
                .unwrap_or(Span::from_seconds(180)),
            short_abandon: self
                .seconds("defaults.short_abandon_seconds", raw.short_abandon_seconds)
                .unwrap_or(Span::from_seconds(5)),
            short_abandons_count: raw.short_abandons_count.unwrap_or(true),
        }
    }

    fn networks(&mut self, raw: Vec<RawNetwork>) -> BTreeMap<String, Network> {
        let mut networks = BTreeMap::new();
        for (i, raw) in raw.into_iter().enumerate() {
            let place = format!("network[{i}]");
            self.code(&format!("{place}.code"), &raw.code);
            if ["all", "line", UNASSIGNED].contains(&raw.code.as_str()) {
                self.fault(
                    format!("{place}.code"),
                    format!("{:?} is reserved", raw.code),
                );
            }
            self.target(&format!("{place}.target"), raw.target);
            let network = Network {
                name: raw.name,
                short_abandons_count: raw.short_abandons_count,
            };
            if networks.insert(raw.code.clone(), network).is_some() {
                self.fault(
                    format!("{place}.code"),
                    format!("{:?} is there twice", raw.code),
                );
            }
        }
        networks
    }

    fn regions(&mut self, raw: Vec<RawRegion>) -> BTreeMap<String, Region> {
        let mut regions = BTreeMap::new();
        for (i, raw) in raw.into_iter().enumerate() {
            let place = format!("region[{i}]");
            self.code(&format!("{place}.code"), &raw.code);
            let zone = raw
                .time_zone
                .and_then(|name| self.zone(&format!("{place}.time_zone"), &name));
            if regions
                .insert(
                    raw.code.clone(),
                    Region {
                        name: raw.name,
                        zone,
                    },
                )
                .is_some()
            {
                self.fault(
                    format!("{place}.code"),
                    format!("{:?} is there twice", raw.code),
                );
            }
        }
        regions
    }

    fn lines(
        &mut self,
        raw: Vec<RawLine>,
        networks: &BTreeMap<String, Network>,
    ) -> BTreeMap<String, Line> {
        let mut lines = BTreeMap::new();
        for (i, raw) in raw.into_iter().enumerate() {
            let place = format!("line[{i}]");
            self.code(&format!("{place}.number"), &raw.number);
            self.known(
                &format!("{place}.network"),
                &raw.network,
                "a network",
                |code| networks.contains_key(code),
            );
            let zone = raw
                .time_zone
                .and_then(|name| self.zone(&format!("{place}.time_zone"), &name));
            let hours = raw
                .hours
                .and_then(|name| self.named_hours(&format!("{place}.hours"), &name));
            let line = Line {
                name: raw.name,
                network: raw.network,
                zone,
                hours,
            };
            if lines.insert(raw.number.clone(), line).is_some() {
                self.fault(
                    format!("{place}.number"),
                    format!("{:?} is there twice", raw.number),
                );
            }
        }
        lines
    }

    fn queues(
        &mut self,
        raw: Vec<RawQueue>,
        networks: &BTreeMap<String, Network>,
        lines: &BTreeMap<String, Line>,
    ) -> BTreeMap<(String, String), Queue> {
        let mut queues = BTreeMap::new();
        for (i, raw) in raw.into_iter().enumerate() {
            let place = format!("queue[{i}]");
            self.code(&format!("{place}.code"), &raw.code);
            self.known(
                &format!("{place}.network"),
                &raw.network,
                "a network",
                |code| networks.contains_key(code),
            );
            self.known(&format!("{place}.line"), &raw.line, "a line", |number| {
                lines.contains_key(number)
            });
            let answer_within = self.seconds(
                &format!("{place}.answer_within_seconds"),
                raw.answer_within_seconds,
            );
            let queue = Queue {
                name: raw.name,
                line: raw.line,
                answer_within,
            };
            let key = (raw.network, raw.code);
            let code = key.1.clone();
            if queues.insert(key, queue).is_some() {
                self.fault(format!("{place}.code"), format!("{code:?} is there twice"));
            }
        }
        queues
    }

    fn agency(&mut self, i: usize, raw: RawAgency, directory: &mut Directory) {
        let place = format!("agency[{i}]");
        self.code(&format!("{place}.code"), &raw.code);
        self.known(
            &format!("{place}.network"),
            &raw.network,
            "a network",
            |code| directory.networks.contains_key(code),
        );
        if let Some(region) = &raw.region {
            self.known(&format!("{place}.region"), region, "a region", |code| {
                directory.regions.contains_key(code)
            });
        }
        for (at, queue) in raw.queues.iter().enumerate() {
            let what = format!("a queue of network {:?}", raw.network);
            self.known(&format!("{place}.queues[{at}]"), queue, &what, |code| {
                directory
                    .queues
                    .contains_key(&(raw.network.clone(), code.to_owned()))
            });
        }
        self.target(&format!("{place}.target"), raw.target);
        let own_zone = raw
            .time_zone
            .and_then(|name| self.zone(&format!("{place}.time_zone"), &name));
        let region = raw
            .region
            .as_ref()
            .and_then(|code| directory.regions.get(code));
        let zone = own_zone
            .or_else(|| region.and_then(|region| region.zone))
            .unwrap_or(directory.defaults.zone);
        let hours = raw
            .hours
            .and_then(|name| self.named_hours(&format!("{place}.hours"), &name));
        let mut line_hours = BTreeMap::new();
        for (line, name) in raw.line_hours {
            let place = format!("{place}.line_hours.{line}");
            self.known(&place, &line, "a line", |number| {
                directory.lines.contains_key(number)
            });
            if let Some(hours) = self.named_hours(&place, &name) {
                line_hours.insert(line, hours);
            }
        }
        let agency = Agency {
            name: raw.name,
            network: raw.network,
            region: raw.region,
            zone,
            hours,
            line_hours,
            queues: raw.queues,
        };
        if directory
            .agencies
            .insert(raw.code.clone(), agency)
            .is_some()
        {
            self.fault(
                format!("{place}.code"),
                format!("{:?} is there twice", raw.code),
            );
        }
    }

    fn hours(&mut self, i: usize, raw: RawHours) -> WeeklyHours {
        let place = format!("hours[{i}]");
        if self
            .hour_names
            .insert(raw.name.clone(), HoursId(i))
            .is_some()
        {
            self.fault(
                format!("{place}.name"),
                format!("{:?} is there twice", raw.name),
            );
        }
        let days = [
            ("monday", raw.monday),
            ("tuesday", raw.tuesday),
            ("wednesday", raw.wednesday),
            ("thursday", raw.thursday),
            ("friday", raw.friday),
            ("saturday", raw.saturday),
            ("sunday", raw.sunday),
        ];
        WeeklyHours::new(days.map(|(day, texts)| self.openings(&format!("{place}.{day}"), texts)))
    }

    fn openings(&mut self, place: &str, texts: Vec<String>) -> Vec<Opening> {
        let mut openings: Vec<Opening> = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            match text.parse::<Opening>() {
                Ok(opening) => match openings.last() {
                    Some(before) if before.to_minute > opening.from_minute => {
                        let problem = format!("{text:?} begins before the one before it ends");
                        self.fault(format!("{place}[{at}]"), problem);
                    }
                    _ => openings.push(opening),
                },
                Err(problem) => self.fault(format!("{place}[{at}]"), format!("{text:?} {problem}")),
            }
        }
        openings
    }

    fn named_hours(&mut self, place: &str, name: &str) -> Option<HoursId> {
        let hours = self.hour_names.get(name).copied();
        if hours.is_none() {
            self.fault(place, format!("{name:?} is not the name of hours"));
        }
        hours
    }

    fn zone(&mut self, place: &str, name: &str) -> Option<ZoneId> {
        if let Some(at) = self.zone_names.iter().position(|known| known == name) {
            return Some(ZoneId(at));
        }
        match TimeZone::get(name) {
            Ok(zone) => {
                self.zone_names.push(name.to_owned());
                self.zones.push(zone);
                Some(ZoneId(self.zones.len() - 1))
            }
            Err(_) => {
                self.fault(place, format!("{name:?} is not an IANA time zone"));
                None
            }
        }
    }

    fn seconds(&mut self, place: &str, seconds: Option<f64>) -> Option<Span> {
        let seconds = seconds?;
        let span = Span::from_seconds_f64(seconds).filter(|span| span.0 >= 0);
        if span.is_none() {
            self.fault(
                place,
                format!("{seconds} is not a number of seconds, 0 or more"),
            );
        }
        span
    }

    fn target(&mut self, place: &str, target: Option<f64>) {
        if let Some(target) = target
            && !(target > 0.0 && target <= 1.0)
        {
            self.fault(place, format!("{target} is not a share between 0 and 1"));
        }
    }

    fn code(&mut self, place: &str, code: &str) {
        let fits = !code.is_empty()
            && code.len() <= vigie_contract::read::LONGEST_CODE
            && !code.bytes().any(|byte| byte == b'/' || byte < 0x20);
        if !fits {
            let problem = format!("{code:?} is not a code: 1 to 128 bytes, without slash");
            self.fault(place, problem);
        }
    }

    fn known(&mut self, place: &str, code: &str, what: &str, is_known: impl Fn(&str) -> bool) {
        if !is_known(code) {
            self.fault(place, format!("{code:?} is not {what}"));
        }
    }
}

#[cfg(test)]
mod tests;
