//! The validated directory, and the questions the fold asks of it.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vigie_contract::scope::{Scope, UNASSIGNED};
use vigie_contract::time::{Span, Time};

use super::ids::{HoursId, ZoneId};
use super::schedule::{HoursByLine, Schedule};
use super::similar::SimilarCodes;
use crate::rules::criteria::{Changes, Criteria};
use crate::rules::planned::Planned;

/// The time zone where nothing else is said: that of the State.
pub(super) const DEFAULT_ZONE: &str = "Europe/Paris";

/// A validated directory.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The file that it was read from, as it is written; `None` of the directory that
    /// knows nothing.
    pub(super) text: Option<Box<str>>,
    /// The date from which its rules of counting hold, where it names one.
    pub(super) valid_from: Option<Date>,
    pub(super) defaults: Defaults,
    pub(super) zones: Vec<TimeZone>,
    /// The schedules, by [`HoursId`].
    pub(super) schedules: Vec<Schedule>,
    /// The schedules for events that name no agency.
    pub(super) hours_without_agency: HoursByLine,
    /// The schedules of agencies that the directory does not know.
    pub(super) hours_of_unknown: HoursByLine,
    pub(super) networks: BTreeMap<String, Network>,
    pub(super) regions: BTreeMap<String, Region>,
    pub(super) lines: BTreeMap<String, Line>,
    pub(super) agencies: HashMap<String, Agency>,
    /// The queues, by network and code.
    pub(super) queues: BTreeMap<(String, String), Queue>,
    pub(super) planned: Vec<Planned>,
    pub(super) spelt: Spelt,
}

/// Its codes by how they are spelt.
#[derive(Clone, Debug, Default)]
pub(super) struct Spelt {
    pub(super) agencies: SimilarCodes,
    pub(super) lines: SimilarCodes,
    /// Those of queues, by network.
    pub(super) queues: BTreeMap<String, SimilarCodes>,
}

#[derive(Clone, Debug)]
pub(super) struct Defaults {
    pub(super) zone: ZoneId,
    pub(super) answer_within: Span,
    pub(super) short_abandon: Span,
    pub(super) short_abandons_count: bool,
    pub(super) criteria: Changes,
}

#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) name: String,
    pub(super) short_abandons_count: Option<bool>,
    pub(super) criteria: Changes,
}

#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) name: String,
    pub(super) zone: Option<ZoneId>,
    pub(super) criteria: Changes,
}

#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) network: String,
    pub(super) zone: Option<ZoneId>,
}

#[derive(Clone, Debug)]
pub(super) struct Queue {
    pub(super) name: String,
    pub(super) line: String,
    pub(super) answer_within: Option<Span>,
    pub(super) criteria: Changes,
}

#[derive(Clone, Debug)]
pub(super) struct Agency {
    pub(super) name: String,
    pub(super) desk_number: Option<String>,
    pub(super) network: String,
    pub(super) region: Option<String>,
    pub(super) zone: ZoneId,
    pub(super) hours: HoursByLine,
    pub(super) queues: Vec<String>,
    pub(super) criteria: Changes,
}

impl Directory {
    /// The directory that knows nothing.
    pub fn empty() -> Self {
        Self {
            text: None,
            valid_from: None,
            defaults: Defaults {
                zone: ZoneId(0),
                answer_within: Span::from_seconds(180),
                short_abandon: Span::from_seconds(5),
                short_abandons_count: true,
                criteria: Changes::default(),
            },
            zones: vec![TimeZone::get(DEFAULT_ZONE).expect("the zone data are bundled")],
            schedules: Vec::new(),
            hours_without_agency: HoursByLine::default(),
            hours_of_unknown: HoursByLine::default(),
            networks: BTreeMap::new(),
            regions: BTreeMap::new(),
            lines: BTreeMap::new(),
            agencies: HashMap::new(),
            queues: BTreeMap::new(),
            planned: Vec::new(),
            spelt: Spelt::default(),
        }
    }

    /// The file that it was read from, as it is written; `None` of the directory that
    /// knows nothing.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Every scope that the directory knows, with its name, parents first.
    pub fn scopes(&self) -> Vec<(Scope, String)> {
        let mut scopes = vec![(Scope::All, "all".to_owned())];
        let mut regions = BTreeMap::new();
        let mut line_regions = BTreeMap::new();
        let mut below = Vec::new();
        for (code, agency) in &self.agencies {
            let region = agency.region.as_deref().unwrap_or(UNASSIGNED);
            regions.insert((&agency.network, region), self.region_name(region));
            let path = || (agency.network.clone(), region.to_owned(), code.clone());
            let (network, region, agency_code) = path();
            below.push((
                Scope::Agency(network, region, agency_code),
                agency.name.clone(),
            ));
            for queue in &agency.queues {
                let (network, region, agency_code) = path();
                let known = self.queues.get(&(network.clone(), queue.clone()));
                if let Some(known) = known {
                    line_regions.insert((known.line.clone(), region.clone()), ());
                }
                let name = known.map_or(queue, |known| &known.name).clone();
                below.push((
                    Scope::Queue(network, region, agency_code, queue.clone()),
                    name,
                ));
            }
        }
        below.sort();
        for (code, network) in &self.networks {
            scopes.push((Scope::Network(code.clone()), network.name.clone()));
        }
        for ((network, region), name) in regions {
            scopes.push((Scope::Region(network.clone(), region.to_owned()), name));
        }
        scopes.extend(below);
        for (number, line) in &self.lines {
            scopes.push((Scope::Line(number.clone()), line.name.clone()));
        }
        for (line, region) in line_regions.into_keys() {
            let name = self.region_name(&region);
            scopes.push((Scope::LineRegion(line, region), name));
        }
        scopes
    }

    /// Whether sums go to the same scopes by another directory, and these are called the
    /// same.
    pub(crate) fn groups_like(&self, other: &Self) -> bool {
        let networks = |directory: &Self| -> Vec<(String, String)> {
            let lines = directory.lines.iter();
            let networks = lines.map(|(number, line)| (number.clone(), line.network.clone()));
            networks.collect()
        };
        self.scopes() == other.scopes() && networks(self) == networks(other)
    }

    /// The name of a region, else its code.
    pub(crate) fn region_name(&self, code: &str) -> String {
        self.regions
            .get(code)
            .map_or(code, |region| &region.name)
            .to_owned()
    }

    /// Network and region of an agency, `unassigned` where it has none.
    pub fn place_of<'d>(&'d self, agency: &str) -> (&'d str, &'d str) {
        match self.agencies.get(agency) {
            Some(agency) => (
                &agency.network,
                agency.region.as_deref().unwrap_or(UNASSIGNED),
            ),
            None => (UNASSIGNED, UNASSIGNED),
        }
    }

    /// The number at which the desk of an agency is rung up.
    pub(crate) fn desk_number(&self, agency: &str) -> Option<&str> {
        self.agencies.get(agency)?.desk_number.as_deref()
    }

    /// Whether the directory has this agency.
    pub fn knows_agency(&self, code: &str) -> bool {
        self.agencies.contains_key(code)
    }

    /// Whether the directory has this queue for this agency.
    pub(crate) fn knows_queue(&self, agency: &str, queue: &str) -> bool {
        self.queue(agency, queue).is_some()
    }

    /// Whether the directory has this line.
    pub(crate) fn knows_line(&self, number: &str) -> bool {
        self.lines.contains_key(number)
    }

    /// The agencies that a code which is none may have been meant for, the likeliest
    /// first: three at most.
    pub(crate) fn agencies_like(&self, code: &str) -> Vec<&str> {
        self.spelt.agencies.like(code)
    }

    /// The lines that a number which is of none may have been meant for, likewise.
    pub(crate) fn lines_like(&self, number: &str) -> Vec<&str> {
        self.spelt.lines.like(number)
    }

    /// The queues of an agency's network that a code which is of none may have been
    /// meant for, likewise.
    pub(crate) fn queues_like(&self, agency: &str, code: &str) -> Vec<&str> {
        let network = self.agencies.get(agency).map(|agency| &agency.network);
        let queues = network.and_then(|network| self.spelt.queues.get(network));
        queues.map_or(Vec::new(), |queues| queues.like(code))
    }

    /// Sorts its codes by how they are spelt, once all are there.
    pub(super) fn spell(&mut self) {
        let of_network = |network: &String| {
            let all = self.queues.keys().filter(move |(of, _)| of == network);
            SimilarCodes::of(all.map(|(_, code)| code.as_str()))
        };
        let networks = self.networks.keys();
        self.spelt = Spelt {
            agencies: SimilarCodes::of(self.agencies.keys().map(String::as_str)),
            lines: SimilarCodes::of(self.lines.keys().map(String::as_str)),
            queues: networks
                .map(|code| (code.clone(), of_network(code)))
                .collect(),
        };
    }

    /// The numbers of its lines.
    pub(crate) fn line_codes(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }

    /// The network of a line, `unassigned` where the directory does not have it.
    pub(crate) fn network_of_line(&self, number: &str) -> &str {
        self.lines
            .get(number)
            .map_or(UNASSIGNED, |line| &line.network)
    }

    /// The time zone of an agency, else of a line, else the default.
    pub(crate) fn zone(&self, agency: Option<&str>, line: Option<&str>) -> ZoneId {
        match (agency, line) {
            (Some(agency), _) => self.agencies.get(agency).map(|agency| agency.zone),
            (None, Some(line)) => self.lines.get(line).and_then(|line| line.zone),
            (None, None) => None,
        }
        .unwrap_or(self.defaults.zone)
    }

    /// The time zone of a scope, in which its day begins: that of its agency, else of
    /// its region, else of its line, else the default.
    pub(crate) fn zone_in(&self, scope: &Scope) -> ZoneId {
        let of_region = |region: &str| self.regions.get(region).and_then(|region| region.zone);
        let of_line = |line: &str| self.zone(None, Some(line));
        match scope {
            Scope::All | Scope::Network(_) => self.defaults.zone,
            Scope::Region(_, region) => of_region(region).unwrap_or(self.defaults.zone),
            Scope::Agency(_, _, agency) | Scope::Queue(_, _, agency, _) => {
                self.zone(Some(agency), None)
            }
            Scope::Line(line) => of_line(line),
            Scope::LineRegion(line, region) => of_region(region).unwrap_or_else(|| of_line(line)),
        }
    }

    /// The schedule of an agency on a line, or of a line alone; `None` where
    /// neither hours nor closures are configured: always open.
    pub(crate) fn hours(&self, agency: Option<&str>, line: Option<&str>) -> Option<HoursId> {
        let of_agency = match agency {
            None => &self.hours_without_agency,
            Some(code) => self
                .agencies
                .get(code)
                .map_or(&self.hours_of_unknown, |agency| &agency.hours),
        };
        of_agency.on(line)
    }

    /// The line that a queue of an agency serves.
    pub(crate) fn line_of_queue(&self, agency: &str, queue: &str) -> Option<&str> {
        self.queue(agency, queue).map(|queue| queue.line.as_str())
    }

    /// The threshold X of the service level of a queue.
    pub(crate) fn answer_within(&self, agency: Option<&str>, queue: Option<&str>) -> Span {
        agency
            .zip(queue)
            .and_then(|(agency, queue)| self.queue(agency, queue)?.answer_within)
            .unwrap_or(self.defaults.answer_within)
    }

    fn queue(&self, agency: &str, queue: &str) -> Option<&Queue> {
        let network = &self.agencies.get(agency)?.network;
        self.queues.get(&(network.clone(), queue.to_owned()))
    }

    /// The wait below which an abandon is short.
    pub(crate) fn short_abandon(&self) -> Span {
        self.defaults.short_abandon
    }

    /// Whether calls given up within a few seconds count against the pick-up rates
    /// of a scope: the rule of its network, or above networks the default.
    pub fn short_abandons_count_in(&self, scope: &Scope) -> bool {
        self.short_abandons_count(match scope {
            Scope::All => None,
            Scope::Network(network)
            | Scope::Region(network, _)
            | Scope::Agency(network, _, _)
            | Scope::Queue(network, _, _, _) => Some(network.as_str()),
            Scope::Line(line) | Scope::LineRegion(line, _) => Some(self.network_of_line(line)),
        })
    }

    /// When something is bad in a scope: what the nearest part of the directory says,
    /// of queue, agency, region, network and defaults; for lines, that of region and
    /// network.
    pub(crate) fn criteria_in(&self, scope: &Scope) -> Criteria {
        let network = |code: &str| self.networks.get(code).map(|network| &network.criteria);
        let region = |code: &str| self.regions.get(code).map(|region| &region.criteria);
        let agency = |code: &str| self.agencies.get(code).map(|agency| &agency.criteria);
        let queue = |of: &str, code: &str| {
            let known = self.queues.get(&(of.to_owned(), code.to_owned()));
            known.map(|queue| &queue.criteria)
        };
        let nearer = match scope {
            Scope::All => [None; 4],
            Scope::Network(n) => [network(n), None, None, None],
            Scope::Region(n, r) => [network(n), region(r), None, None],
            Scope::Agency(n, r, a) => [network(n), region(r), agency(a), None],
            Scope::Queue(n, r, a, q) => [network(n), region(r), agency(a), queue(n, q)],
            Scope::Line(l) => [network(self.network_of_line(l)), None, None, None],
            Scope::LineRegion(l, r) => [network(self.network_of_line(l)), region(r), None, None],
        };
        let all = Criteria::default().changed(&self.defaults.criteria);
        nearer.into_iter().flatten().fold(all, Criteria::changed)
    }

    /// From when to when interruptions are planned in a scope.
    pub(crate) fn planned_in(&self, scope: &Scope) -> Vec<(Time, Time)> {
        let line = match scope {
            Scope::Queue(_, _, agency, queue) => self.line_of_queue(agency, queue),
            Scope::All
            | Scope::Network(_)
            | Scope::Region(..)
            | Scope::Agency(..)
            | Scope::Line(_)
            | Scope::LineRegion(..) => None,
        };
        let planned = self.planned.iter();
        planned
            .filter(|planned| planned.affects(scope, line))
            .map(|planned| (planned.from, planned.to))
            .collect()
    }

    pub(crate) fn short_abandons_count(&self, network: Option<&str>) -> bool {
        network
            .and_then(|code| self.networks.get(code)?.short_abandons_count)
            .unwrap_or(self.defaults.short_abandons_count)
    }

    /// The time zones, by [`ZoneId`].
    pub(crate) fn zones(&self) -> &[TimeZone] {
        &self.zones
    }

    /// The schedule that [`Directory::hours`] has named.
    pub(crate) fn schedule(&self, hours: HoursId) -> &Schedule {
        &self.schedules[hours.0]
    }
}
