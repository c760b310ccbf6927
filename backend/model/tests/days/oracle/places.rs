//! Where something counts: scopes, the zone of its day, hours, thresholds.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::{Scope, UNASSIGNED};

use crate::clock::{DAY, MINUTE, SECOND, Zone};
use crate::country::{Agency, Closure, Country, HOURS, Queue};

/// The scopes that something counts in, and the zone that says what is today.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    pub scopes: Vec<Scope>,
    pub zone: Zone,
}

type Names = (Option<String>, Option<String>, Option<String>);

/// What a country was like before it was said to be another.
#[derive(Clone, Copy)]
pub struct Before<'d> {
    pub country: &'d Country,
    /// Nothing later had been counted when that was said: rules of counting change at
    /// the midnight after.
    pub read: i64,
}

/// Reads a country for those who count.
pub struct Places<'d> {
    country: &'d Country,
    before: Option<Before<'d>>,
    known: RefCell<HashMap<Names, Rc<Place>>>,
}

impl<'d> Places<'d> {
    pub fn new(country: &'d Country) -> Self {
        Self::reloaded(country, None)
    }

    /// Of a country that may have been another before: time zones, and the lines of
    /// queues, are the same.
    pub fn reloaded(country: &'d Country, before: Option<Before<'d>>) -> Self {
        Self {
            country,
            before,
            known: RefCell::default(),
        }
    }

    /// The country by whose rules is counted what happened at an instant, in a zone.
    fn rules(&self, zone: Zone, at: i64) -> &'d Country {
        match self.before {
            Some(before) if at < zone.end_of_day(before.read) => before.country,
            _ => self.country,
        }
    }

    fn agency(&self, code: &str) -> Option<&'d Agency> {
        agency_of(self.country, code)
    }

    /// The agencies of the directory.
    pub fn agencies(&self) -> impl Iterator<Item = Scope> {
        self.country.agencies.iter().map(|agency| {
            let region = agency.region.unwrap_or(UNASSIGNED);
            let [network, region, code] = [agency.network, region, agency.code].map(str::to_owned);
            Scope::Agency(network, region, code)
        })
    }

    /// The lines of the queues that the directory lists of an agency.
    pub fn listed_lines_of(&self, agency: &str) -> Vec<&'d str> {
        let queues = self.agency(agency).map_or(&[][..], |known| known.queues);
        let lines = queues
            .iter()
            .filter_map(|queue| self.line_of(agency, queue));
        lines.collect()
    }

    pub fn network_of_line(&self, number: &str) -> &'d str {
        let known = self.country.lines.iter().find(|line| line.number == number);
        known.map_or(UNASSIGNED, |line| line.network)
    }

    pub fn networks(&self) -> impl Iterator<Item = &'d str> {
        self.country.networks.iter().map(|network| network.code)
    }

    pub fn regions(&self) -> impl Iterator<Item = &'d str> {
        self.country.regions.iter().map(|region| region.code)
    }

    pub fn lines(&self) -> impl Iterator<Item = &'d str> {
        self.country.lines.iter().map(|line| line.number)
    }

    /// The line that a queue of an agency serves, where the directory knows.
    pub fn line_of(&self, agency: &str, queue: &str) -> Option<&'d str> {
        queue_of(self.country, agency, queue).map(|queue| queue.line)
    }

    /// The place of a queue of an agency, or of an agency; of a line alone
    /// where no agency is named. A line that is not said is the directory's.
    pub fn at(&self, agency: Option<&str>, queue: Option<&str>, line: Option<&str>) -> Rc<Place> {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let names = (own(agency), own(queue), own(line));
        if let Some(place) = self.known.borrow().get(&names) {
            return place.clone();
        }
        let place = Rc::new(match agency {
            Some(agency) => self.of_agency(agency, queue, line),
            None => self.of_line(line.expect("an event names an agency or a line")),
        });
        self.known.borrow_mut().insert(names, place.clone());
        place
    }

    fn of_agency(&self, code: &str, queue: Option<&str>, line: Option<&str>) -> Place {
        let known = self.agency(code);
        let network = known.map_or(UNASSIGNED, |agency| agency.network).to_owned();
        let region = known
            .and_then(|agency| agency.region)
            .unwrap_or(UNASSIGNED)
            .to_owned();
        let line = line.or_else(|| self.line_of(code, queue?));
        let mut scopes = vec![
            Scope::All,
            Scope::Network(network.clone()),
            Scope::Region(network.clone(), region.clone()),
            Scope::Agency(network.clone(), region.clone(), code.to_owned()),
        ];
        if let Some(queue) = queue {
            scopes.push(Scope::Queue(
                network,
                region.clone(),
                code.to_owned(),
                queue.to_owned(),
            ));
        }
        if let Some(line) = line {
            scopes.push(Scope::Line(line.to_owned()));
            scopes.push(Scope::LineRegion(line.to_owned(), region));
        }
        Place {
            scopes,
            zone: self.zone_of_agency(code),
        }
    }

    fn of_line(&self, number: &str) -> Place {
        let known = self.country.lines.iter().find(|line| line.number == number);
        let network = known.map_or(UNASSIGNED, |line| line.network);
        Place {
            scopes: vec![
                Scope::All,
                Scope::Network(network.to_owned()),
                Scope::Line(number.to_owned()),
            ],
            zone: Zone::named(
                known
                    .and_then(|line| line.zone)
                    .unwrap_or(self.country.zone),
            ),
        }
    }

    fn zone_of_agency(&self, code: &str) -> Zone {
        let known = self.agency(code);
        let of_region = || {
            let code = known?.region?;
            let mut regions = self.country.regions.iter();
            regions.find(|region| region.code == code)?.zone
        };
        let name = known
            .and_then(|agency| agency.zone)
            .or_else(of_region)
            .unwrap_or(self.country.zone);
        Zone::named(name)
    }

    /// The zone in which the day of a scope begins.
    pub fn zone_of(&self, scope: &Scope) -> Zone {
        let regions = &self.country.regions;
        let of_region = |code: &str| regions.iter().find(|each| each.code == code)?.zone;
        let of_line = |line: &str| self.at(None, None, Some(line)).zone;
        match scope {
            Scope::All | Scope::Network(_) => Zone::named(self.country.zone),
            Scope::Region(_, region) => Zone::named(of_region(region).unwrap_or(self.country.zone)),
            Scope::Agency(_, _, agency) | Scope::Queue(_, _, agency, _) => {
                self.zone_of_agency(agency)
            }
            Scope::Line(line) => of_line(line),
            Scope::LineRegion(line, region) => {
                of_region(region).map_or_else(|| of_line(line), Zone::named)
            }
        }
    }

    /// The zone whose civil days an event of these names belongs to.
    pub fn zone(&self, agency: Option<&str>, line: Option<&str>) -> Zone {
        match agency {
            Some(agency) => self.zone_of_agency(agency),
            None => self.at(None, None, line).zone,
        }
    }

    // ---- Thresholds.

    pub fn answer_within(&self, agency: &str, queue: &str, at: i64) -> i64 {
        let rules = self.rules(self.zone_of_agency(agency), at);
        let own = queue_of(rules, agency, queue).and_then(|queue| queue.answer_within_seconds);
        own.unwrap_or(rules.answer_within_seconds) * SECOND
    }

    pub fn short_abandon(&self, agency: &str, at: i64) -> i64 {
        let rules = self.rules(self.zone_of_agency(agency), at);
        rules.short_abandon_seconds * SECOND
    }

    /// The same of a selection: what all its members have in common, else the default.
    pub fn short_abandons_count_over(&self, of: ExtentRef<'_>, at: i64) -> bool {
        let members = of.members().iter();
        let rules: BTreeSet<bool> = members
            .map(|one| self.short_abandons_count(one, at))
            .collect();
        match rules.into_iter().collect::<Vec<bool>>()[..] {
            [rule] => rule,
            _ => self.short_abandons_count(&Scope::All, at),
        }
    }

    pub fn short_abandons_count(&self, scope: &Scope, at: i64) -> bool {
        let rules = self.rules(self.zone_of(scope), at);
        let network = match scope {
            Scope::All => None,
            Scope::Network(code)
            | Scope::Region(code, _)
            | Scope::Agency(code, _, _)
            | Scope::Queue(code, _, _, _) => Some(code.as_str()),
            Scope::Line(number) | Scope::LineRegion(number, _) => {
                let mut lines = rules.lines.iter();
                lines
                    .find(|line| line.number == number)
                    .map(|line| line.network)
            }
        };
        let mut networks = rules.networks.iter();
        networks
            .find(|known| Some(known.code) == network)
            .and_then(|known| known.short_abandons_count)
            .unwrap_or(rules.short_abandons_count)
    }

    // ---- Opening hours.

    /// Who takes calls in a scope, and of which lines: agencies of the directory with the
    /// lines of their queues; where it has none there, whoever it does not have.
    pub fn served_in(&self, scope: &Scope) -> Vec<(Option<&'d str>, Option<&'d str>)> {
        let mut served = Vec::new();
        for agency in &self.country.agencies {
            let region = agency.region.unwrap_or(UNASSIGNED);
            let is_here = match scope {
                Scope::All | Scope::Line(_) => true,
                Scope::Network(network) => agency.network == network,
                Scope::Region(network, code) => (agency.network, region) == (network, code),
                Scope::Agency(_, _, code) | Scope::Queue(_, _, code, _) => agency.code == code,
                Scope::LineRegion(_, code) => region == code,
            };
            if !is_here {
                continue;
            }
            let lines = agency.queues.iter();
            let mut lines: Vec<&str> = lines
                .filter_map(|queue| self.line_of(agency.code, queue))
                .collect();
            let is_of_line = matches!(scope, Scope::Line(_) | Scope::LineRegion(..));
            if lines.is_empty() && !is_of_line {
                // It may serve any line of its network.
                let all = self.country.lines.iter();
                let own = all.filter(|line| line.network == agency.network);
                lines = own.map(|line| line.number).collect();
            }
            let wanted = match scope {
                Scope::Line(line) | Scope::LineRegion(line, _) => Some(line.as_str()),
                Scope::Queue(_, _, _, queue) => self
                    .line_of(agency.code, queue)
                    .filter(|line| lines.contains(line)),
                _ => None,
            };
            let on = |line: Option<&'d str>| (Some(agency.code), line);
            match wanted {
                Some(wanted) => {
                    let same = lines.into_iter().filter(|line| *line == wanted);
                    served.extend(same.map(|line| on(Some(line))));
                }
                None if lines.is_empty() => served.push(on(None)),
                None => served.extend(lines.into_iter().map(|line| on(Some(line)))),
            }
        }
        if served.is_empty() {
            self.served_by_others(scope)
        } else {
            served
        }
    }

    fn served_by_others(&self, scope: &Scope) -> Vec<(Option<&'d str>, Option<&'d str>)> {
        let lines = self.country.lines.iter();
        let own: Vec<&str> = lines
            .clone()
            .filter(|line| match scope {
                Scope::Line(number) | Scope::LineRegion(number, _) => line.number == number,
                Scope::Network(network) => line.network == network,
                _ => false,
            })
            .map(|line| line.number)
            .collect();
        if !own.is_empty() {
            return own.into_iter().map(|line| (None, Some(line))).collect();
        }
        let unknown = Some("an agency that no directory has");
        match self.country.lines.is_empty() {
            true => vec![(unknown, None)],
            false => lines.map(|line| (unknown, Some(line.number))).collect(),
        }
    }

    /// Whether the place is open at an instant, by the clock on its wall.
    pub fn is_open(&self, agency: Option<&str>, line: Option<&str>, at: i64) -> bool {
        let rules = self.rules(self.zone(agency, line), at);
        self.is_open_by(rules, agency, line, at)
    }

    fn is_open_by(
        &self,
        rules: &Country,
        agency: Option<&str>,
        line: Option<&str>,
        at: i64,
    ) -> bool {
        let wall = self.zone(agency, line).wall(at);
        let (day, minute) = (wall.div_euclid(DAY), wall.rem_euclid(DAY) / MINUTE);
        if is_closed_by_date(rules, agency, line, day) {
            return false;
        }
        let Some(name) = hours_of(rules, agency, line) else {
            return true;
        };
        let hours = HOURS
            .iter()
            .find(|hours| hours.name == name)
            .expect("named hours");
        // 1970-01-01 was a Thursday.
        let ranges = hours.week[(day + 3).rem_euclid(7) as usize];
        ranges
            .iter()
            .any(|&(from, to)| i64::from(from) <= minute && minute < i64::from(to))
    }

    /// The first open instant of [from, to), or `from` where it is open and the
    /// two are one. Hours begin on whole minutes of clocks that are whole
    /// minutes from UTC: trying each is enough.
    pub fn first_open(&self, agency: &str, line: &str, from: i64, to: i64) -> Option<i64> {
        // Whoever leaves is judged by the rules of that instant.
        let rules = self.rules(self.zone_of_agency(agency), to);
        let is_open = |at: i64| self.is_open_by(rules, Some(agency), Some(line), at);
        if is_open(from) {
            return Some(from);
        }
        let next = (from.div_euclid(MINUTE) + 1) * MINUTE;
        (next..to).step_by(MINUTE as usize).find(|&at| is_open(at))
    }
}

fn agency_of<'d>(country: &'d Country, code: &str) -> Option<&'d Agency> {
    country.agencies.iter().find(|each| each.code == code)
}

fn queue_of<'d>(country: &'d Country, of: &str, code: &str) -> Option<&'d Queue> {
    let network = agency_of(country, of)?.network;
    let mut queues = country.queues.iter();
    queues.find(|each| each.network == network && each.code == code)
}

fn hours_of(country: &Country, agency: Option<&str>, line: Option<&str>) -> Option<&'static str> {
    let of_line = || {
        let mut lines = country.lines.iter();
        lines.find(|known| Some(known.number) == line)?.hours
    };
    let Some(agency) = agency.and_then(|code| agency_of(country, code)) else {
        return of_line();
    };
    let for_line = agency
        .line_hours
        .iter()
        .find(|(number, _)| Some(*number) == line);
    for_line
        .map(|&(_, hours)| hours)
        .or(agency.hours)
        .or_else(of_line)
}

fn is_closed_by_date(
    country: &Country,
    agency: Option<&str>,
    line: Option<&str>,
    day: i64,
) -> bool {
    country
        .closures
        .iter()
        .any(|closure| day_of(closure.date) == day && applies(country, closure, agency, line))
}

fn applies(country: &Country, closure: &Closure, agency: Option<&str>, line: Option<&str>) -> bool {
    if !closure.lines.is_empty() && !line.is_some_and(|line| closure.lines.contains(&line)) {
        return false;
    }
    if closure.networks.is_empty() && closure.regions.is_empty() && closure.agencies.is_empty() {
        return true;
    }
    let Some(code) = agency else {
        let mut lines = country.lines.iter();
        let network = lines
            .find(|known| Some(known.number) == line)
            .map(|line| line.network);
        return network.is_some_and(|network| closure.networks.contains(&network));
    };
    let known = agency_of(country, code);
    closure.agencies.contains(&code)
        || known.is_some_and(|known| closure.networks.contains(&known.network))
        || known
            .and_then(|known| known.region)
            .is_some_and(|region| closure.regions.contains(&region))
}

fn day_of((year, month, day): (i16, i8, i8)) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    let date = jiff::civil::date(year, month, day);
    i64::from(
        epoch
            .until(date)
            .expect("dates of these centuries")
            .get_days(),
    )
}
