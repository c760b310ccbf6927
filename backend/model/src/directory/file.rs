//! The directory's file: TOML, parsed into loose structs and validated whole.
//!
//! # Layout
//! - [`raw`]: the loose structs; [`check`]: faults, and what any text may be checked for;
//! - here: networks, regions, lines, queues and agencies;
//! - [`hours`], [`closures`]: weekly hours by name, closures by date;
//! - [`severity`]: from when on something is bad; [`maintenance`]: when that is not told;
//! - [`schedules`]: what these two make together, for every place.
//!
//! Its format is described for its writers in `docs/directory.md`.

mod check;
mod closure;
mod closures;
mod hours;
mod maintenance;
mod raw;
mod schedules;
mod severity;

use std::collections::BTreeMap;

use hashbrown::HashMap;
use vigie_contract::scope::{PICK, UNASSIGNED};
use vigie_contract::time::Span;

use self::check::Check;
use self::closure::Locality;
use self::closures::ListedCodes;
use self::raw::{RawAgency, RawDefaults, RawDirectory, RawLine, RawNetwork, RawQueue, RawRegion};
use super::ids::ZoneId;
use super::lookup::{
    Agency, DEFAULT_ZONE, Defaults, Directory, Line, Network, Queue, Region, Spelt,
};
use super::schedule::HoursByLine;
pub use check::Fault;

/// The version of the format that is read here.
const VERSION: i64 = 1;

impl Directory {
    /// Parses and validates a directory file whole.
    ///
    /// # Errors
    /// Every fault at once, each with its place in the file.
    pub fn parse(toml: &str) -> Result<Self, Vec<Fault>> {
        parse(toml)
    }
}

fn parse(toml: &str) -> Result<Directory, Vec<Fault>> {
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
        Ok(Directory {
            text: Some(toml.into()),
            ..directory
        })
    } else {
        Err(check.faults)
    }
}

impl Check {
    fn directory(&mut self, raw: RawDirectory) -> Directory {
        if raw.version != VERSION {
            self.fault("version", format!("{} is not {VERSION}", raw.version));
        }
        let valid_from = raw.valid_from.as_ref();
        let valid_from = valid_from.and_then(|date| self.date("valid_from", date));
        let defaults = self.defaults(raw.defaults);
        for (i, raw) in raw.hours.into_iter().enumerate() {
            self.hours(i, raw);
        }
        let networks = self.networks(raw.network);
        let regions = self.regions(raw.region);
        let lines = self.lines(raw.line, &networks);
        let queues = self.queues(raw.queue, &networks, &lines);
        let codes = ListedCodes {
            networks: networks.keys().map(String::as_str).collect(),
            regions: regions.keys().map(String::as_str).collect(),
            agencies: raw.agency.iter().map(|raw| raw.code.as_str()).collect(),
            lines: lines.keys().map(String::as_str).collect(),
        };
        let closures = self.closures(raw.closure, &codes);
        self.schedules.set_closures(closures);
        let mut directory = Directory {
            text: None,
            valid_from,
            defaults,
            zones: Vec::new(),
            schedules: Vec::new(),
            hours_without_agency: self.hours_without_agency(&lines),
            hours_of_unknown: self.hours_of_unknown(&lines),
            networks,
            regions,
            lines,
            agencies: HashMap::new(),
            queues,
            planned: Vec::new(),
            spelt: Spelt::default(),
        };
        for (i, raw) in raw.agency.into_iter().enumerate() {
            self.agency(i, raw, &mut directory);
        }
        directory.planned = self.planned(raw.maintenance, &directory);
        self.contradictions(&directory);
        directory.zones = std::mem::take(&mut self.zones);
        directory.schedules = std::mem::take(&mut self.schedules).into_all();
        directory.spell();
        directory
    }

    fn defaults(&mut self, raw: RawDefaults) -> Defaults {
        let name = raw.time_zone.unwrap_or_else(|| DEFAULT_ZONE.to_owned());
        let zone = self.zone("defaults.time_zone", &name).unwrap_or(ZoneId(0));
        let criteria = self.criteria("defaults", raw.target, raw.severity);
        Defaults {
            zone,
            answer_within: self
                .seconds("defaults.answer_within_seconds", raw.answer_within_seconds)
                .unwrap_or(Span::from_seconds(180)),
            short_abandon: self
                .seconds("defaults.short_abandon_seconds", raw.short_abandon_seconds)
                .unwrap_or(Span::from_seconds(5)),
            short_abandons_count: raw.short_abandons_count.unwrap_or(true),
            criteria,
        }
    }

    fn networks(&mut self, raw: Vec<RawNetwork>) -> BTreeMap<String, Network> {
        let mut networks = BTreeMap::new();
        for (i, raw) in raw.into_iter().enumerate() {
            let place = format!("network[{i}]");
            self.code(&format!("{place}.code"), &raw.code);
            if ["all", "line", PICK, UNASSIGNED].contains(&raw.code.as_str()) {
                self.fault(
                    format!("{place}.code"),
                    format!("{:?} is reserved", raw.code),
                );
            }
            if raw.code.starts_with('+') {
                // Where one scope of a selection ends would not be known.
                let problem = format!("{:?} begins with a +", raw.code);
                self.fault(format!("{place}.code"), problem);
            }
            let network = Network {
                name: raw.name,
                short_abandons_count: raw.short_abandons_count,
                criteria: self.criteria(&place, raw.target, raw.severity),
            };
            let before = networks.insert(raw.code.clone(), network);
            self.once(&format!("{place}.code"), &raw.code, before.is_none());
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
            let region = Region {
                name: raw.name,
                zone,
                criteria: self.criteria(&place, raw.target, raw.severity),
            };
            let before = regions.insert(raw.code.clone(), region);
            self.once(&format!("{place}.code"), &raw.code, before.is_none());
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
            if let Some(hours) = hours {
                self.line_hours.insert(raw.number.clone(), hours);
            }
            let line = Line {
                name: raw.name,
                network: raw.network,
                zone,
            };
            let before = lines.insert(raw.number.clone(), line);
            self.once(&format!("{place}.number"), &raw.number, before.is_none());
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
                criteria: self.criteria(&place, raw.target, raw.severity),
            };
            let key = (raw.network, raw.code);
            let code = key.1.clone();
            let before = queues.insert(key, queue);
            self.once(&format!("{place}.code"), &code, before.is_none());
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
        if let Some(number) = &raw.desk_number {
            self.desk_number(&format!("{place}.desk_number"), number);
        }
        let criteria = self.criteria(&place, raw.target, raw.severity);
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
        let of_lines = &self.line_hours;
        let hours = self
            .schedules
            .by_line(known_lines(&directory.lines), |line| {
                let place = Locality {
                    network: Some(&raw.network),
                    region: raw.region.as_deref(),
                    agency: Some(&raw.code),
                    line,
                };
                let own = line.and_then(|line| line_hours.get(line)).copied();
                let of_line = line.and_then(|line| of_lines.get(line)).copied();
                (place, own.or(hours).or(of_line))
            });
        let agency = Agency {
            name: raw.name,
            desk_number: raw.desk_number,
            network: raw.network,
            region: raw.region,
            zone,
            hours,
            queues: raw.queues,
            criteria,
        };
        let before = directory.agencies.insert(raw.code.clone(), agency);
        self.once(&format!("{place}.code"), &raw.code, before.is_none());
    }

    /// Hours for events that name no agency: a line's own, in its network.
    fn hours_without_agency(&mut self, lines: &BTreeMap<String, Line>) -> HoursByLine {
        let of_lines = &self.line_hours;
        self.schedules.by_line(known_lines(lines), |number| {
            let line = number.and_then(|number| lines.get(number));
            let place = Locality {
                network: line.map(|line| line.network.as_str()),
                line: number,
                ..Locality::default()
            };
            let hours = number.and_then(|number| of_lines.get(number)).copied();
            (place, hours)
        })
    }

    /// Hours of agencies that the file does not list: they lie in no network,
    /// whatever the line.
    fn hours_of_unknown(&mut self, lines: &BTreeMap<String, Line>) -> HoursByLine {
        let of_lines = &self.line_hours;
        self.schedules.by_line(known_lines(lines), |line| {
            let place = Locality {
                line,
                ..Locality::default()
            };
            let hours = line.and_then(|line| of_lines.get(line)).copied();
            (place, hours)
        })
    }
}

fn known_lines(lines: &BTreeMap<String, Line>) -> impl Iterator<Item = &str> {
    lines.keys().map(String::as_str)
}

#[cfg(test)]
mod tests;
