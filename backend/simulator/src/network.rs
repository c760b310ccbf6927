//! The static structure: which agencies there are, what they answer, where
//! their calls overflow to.
//!
//! # Layout
//! - [`places`]: regions, departments, towns.
//! - [`kinds`]: the five networks with their lines, queues and habits.
//! - [`directory`]: the structure as a directory file.

use std::collections::BTreeMap;

use vigie_contract::time::{Span, Time};

use crate::calendar::{Hours, Zone};
use crate::random::fixed_unit;
use crate::settings::Settings;
use kinds::{NETWORKS, NetworkKind, QueueKind, Route};
use places::{DEPARTMENTS, Department, QUARTERS, REGIONS};

mod directory;
pub(crate) mod kinds;
pub(crate) mod places;

/// How long before its hours some agency's queues take calls.
pub(crate) const OPENS_EARLY: Span = Span::from_seconds(300);

/// Share of the installations that announce half of the wait.
const ANNOUNCES_HALF: f64 = 0.12;

/// Employment agencies in the country.
const EMPLOYMENT_AGENCIES: usize = 900;

/// Where contractors' platforms are.
const CONTRACTOR_TOWNS: [&str; 6] = [
    "Amiens",
    "Caen",
    "Limoges",
    "Montpellier",
    "Nevers",
    "Saint-Étienne",
];

/// The pension funds: code, name, region and share of the insured.
const PENSION_FUNDS: [(&str, &str, &str, f64); 15] = [
    ("ALM", "Carsat Alsace-Moselle", "GES", 0.06),
    ("AQU", "Carsat Aquitaine", "NAQ", 0.07),
    ("AUV", "Carsat Auvergne", "ARA", 0.04),
    ("BFC", "Carsat Bourgogne-Franche-Comté", "BFC", 0.06),
    ("BRE", "Carsat Bretagne", "BRE", 0.07),
    ("CVL", "Carsat Centre-Val de Loire", "CVL", 0.05),
    ("COU", "Carsat Centre-Ouest", "NAQ", 0.05),
    ("HDF", "Carsat Hauts-de-France", "HDF", 0.11),
    ("LRO", "Carsat Languedoc-Roussillon", "OCC", 0.06),
    ("MIP", "Carsat Midi-Pyrénées", "OCC", 0.06),
    ("NES", "Carsat Nord-Est", "GES", 0.07),
    ("NOR", "Carsat Normandie", "NOR", 0.07),
    ("PDL", "Carsat Pays de la Loire", "PDL", 0.07),
    ("RHA", "Carsat Rhône-Alpes", "ARA", 0.10),
    ("SUE", "Carsat Sud-Est", "PAC", 0.06),
];

/// Small funds and the larger neighbour that answers for each when its own
/// agents cannot, by department; family and health alike.
const NEIGHBOURS: [(&str, &str); 6] = [
    ("04", "13"),
    ("09", "31"),
    ("15", "63"),
    ("23", "87"),
    ("48", "34"),
    ("52", "51"),
];

/// Which mainland platform takes the overflow of an overseas fund.
const OVERSEAS_PARTNERS: [(&str, &str); 5] = [
    ("GLP", "IDF"),
    ("MTQ", "NAQ"),
    ("GUF", "BRE"),
    ("REU", "PAC"),
    ("MYT", "OCC"),
];

/// Position of an agency in [`Network::agencies`].
pub(crate) type AgencyId = u16;

/// What an agency is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Callers belong to it.
    Own,
    /// Takes what overflows in a region.
    Platform,
    /// A contractor's, without a region.
    Contractor,
}

/// An agency, fund or platform.
pub(crate) struct Agency {
    pub code: String,
    pub name: String,
    /// Position in [`NETWORKS`].
    pub network: usize,
    /// Position in [`REGIONS`].
    pub region: Option<usize>,
    pub zone: Zone,
    pub hours: &'static Hours,
    pub line_hours: Option<(&'static str, &'static Hours)>,
    /// Positions in the queues of its network.
    pub queues: Vec<u8>,
    /// The installation that sends its events.
    pub source: String,
    pub role: Role,
    /// Whether its queues take calls some minutes before its hours begin.
    pub opens_early: bool,
    /// Whether it announces half of the wait that it reckons with.
    pub announces_half: bool,
    /// Calls of its callers in a year, at scale 1.
    pub yearly_calls: f64,
    /// Who takes what it does not answer in time.
    pub overflow_to: Option<AgencyId>,
    /// Who answers the queues of its callers that contractors answer.
    pub contractor: Option<AgencyId>,
}

impl Agency {
    pub fn kind(&self) -> &'static NetworkKind {
        &NETWORKS[self.network]
    }

    /// A fixed number in [0, 1), of its own.
    pub fn fixed_share(&self) -> f64 {
        share_of_code(&self.code)
    }

    /// The queue at a position of its network.
    pub fn queue(&self, queue: u8) -> &'static QueueKind {
        &self.kind().queues[usize::from(queue)]
    }

    /// Position of its experts' queue, where it has experts.
    pub fn experts(&self) -> Option<u8> {
        let queue = self.kind().expert_queue()?;
        self.queues.contains(&queue).then_some(queue)
    }

    /// Its hours on a line.
    pub fn hours_of(&self, line: &str) -> &'static Hours {
        match self.line_hours {
            Some((with_own, hours)) if with_own == line => hours,
            _ => self.hours,
        }
    }

    /// Whether it answers a line at an instant.
    pub fn is_open(&self, line: &str, time: Time) -> bool {
        self.hours_of(line).is_open(self.zone, time)
    }

    /// Whether its queues take calls of a line at an instant.
    pub fn takes_calls(&self, line: &str, time: Time) -> bool {
        self.is_open(line, time) || (self.opens_early && self.is_open(line, time + OPENS_EARLY))
    }
}

/// An agency as the directory lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'n> {
    /// Its code.
    pub code: &'n str,
    /// Code of its network.
    pub network: &'static str,
    /// Code of its region; contractors' platforms have none.
    pub region: Option<&'static str>,
    /// Whether it takes others' calls and has no callers of its own.
    pub is_platform: bool,
}

/// The simulated network: agencies, platforms and how they hang together.
pub struct Network {
    pub(crate) agencies: Vec<Agency>,
}

impl Network {
    /// The network of some settings; seed and times do not change it, the
    /// choice of networks, regions and number of agencies does.
    pub fn new(settings: &Settings) -> Self {
        let mut network = Network {
            agencies: Vec::new(),
        };
        for (index, kind) in NETWORKS.iter().enumerate() {
            if settings.wants_network(kind.code) {
                let own = own_agencies(index)
                    .into_iter()
                    .filter(|agency| match agency.region {
                        Some(region) => settings.wants_region(REGIONS[region].code),
                        None => true,
                    })
                    .collect();
                let own = thin_out(own, settings.agencies_per_network);
                network.add(index, own);
            }
        }
        network
    }

    /// The agencies, platforms included, in the order of the directory.
    pub fn agencies(&self) -> impl Iterator<Item = Entry<'_>> {
        self.agencies.iter().map(|agency| Entry {
            code: &agency.code,
            network: agency.kind().code,
            region: agency.region.map(|region| REGIONS[region].code),
            is_platform: agency.role != Role::Own,
        })
    }

    pub(crate) fn agency_codes(&self) -> impl Iterator<Item = &str> {
        self.agencies.iter().map(|agency| agency.code.as_str())
    }

    /// The network as a directory file, format version 1.
    pub fn directory_toml(&self) -> String {
        directory::toml(self)
    }

    pub(crate) fn agency(&self, id: AgencyId) -> &Agency {
        &self.agencies[usize::from(id)]
    }

    /// Adds the agencies of a network and the platforms that they need.
    fn add(&mut self, network: usize, mut own: Vec<Agency>) {
        let mut platforms: BTreeMap<usize, AgencyId> = BTreeMap::new();
        let mut contractors: BTreeMap<usize, AgencyId> = BTreeMap::new();
        let has_contractors = NETWORKS[network]
            .queues
            .iter()
            .any(|queue| queue.route == Route::Contractor);
        for agency in &mut own {
            let region = agency.region.unwrap_or(0);
            if has_contractors {
                let town = region % CONTRACTOR_TOWNS.len();
                let next = self.agencies.len() as AgencyId;
                agency.contractor = Some(*contractors.entry(town).or_insert_with(|| {
                    self.agencies.push(contractor(network, town));
                    next
                }));
            }
            if let Some(home) = platform_region(network, region) {
                let next = self.agencies.len() as AgencyId;
                agency.overflow_to = Some(*platforms.entry(home).or_insert_with(|| {
                    let mut platform = platform(network, home);
                    platform.overflow_to = agency.contractor;
                    self.agencies.push(platform);
                    next
                }));
            }
        }
        self.agencies.append(&mut own);
        self.lean_on_neighbours();
    }

    /// Lets small funds overflow to their neighbours, where those are there.
    fn lean_on_neighbours(&mut self) {
        for prefix in ["CAF", "CPAM"] {
            for (small, large) in NEIGHBOURS {
                let position = |department: &str| {
                    let code = format!("{prefix}-{department}");
                    self.agencies.iter().position(|agency| agency.code == code)
                };
                if let (Some(small), Some(large)) = (position(small), position(large)) {
                    self.agencies[small].overflow_to = Some(large as AgencyId);
                }
            }
        }
    }
}

/// At most `most` of the agencies, spread evenly.
fn thin_out(agencies: Vec<Agency>, most: Option<usize>) -> Vec<Agency> {
    let (count, most) = (agencies.len(), most.unwrap_or(usize::MAX));
    if count <= most {
        return agencies;
    }
    agencies
        .into_iter()
        .enumerate()
        .filter(|(index, _)| index * most / count != (index + 1) * most / count)
        .map(|(_, agency)| agency)
        .collect()
}

/// The region whose platform takes what overflows in a region.
fn platform_region(network: usize, region: usize) -> Option<usize> {
    let by_code = |code: &str| REGIONS.iter().position(|region| region.code == code);
    match network {
        kinds::CNTCES => None,
        kinds::FRANCE_TRAVAIL => Some(region),
        kinds::PENSION_INSURANCE => by_code("IDF"),
        _ => OVERSEAS_PARTNERS
            .iter()
            .find(|(overseas, _)| *overseas == REGIONS[region].code)
            .map_or(Some(region), |(_, partner)| by_code(partner)),
    }
}

/// The agencies that callers of a network belong to, of the whole country.
fn own_agencies(network: usize) -> Vec<Agency> {
    match network {
        kinds::FRANCE_TRAVAIL => employment_agencies(),
        kinds::CAF => funds(network, "CAF", "Caf"),
        kinds::HEALTH_INSURANCE => funds(network, "CPAM", "CPAM"),
        kinds::PENSION_INSURANCE => pension_funds(),
        _ => vec![own_agency(
            network,
            "CNTCES".to_owned(),
            "CNTCES Saint-Étienne".to_owned(),
            "ARA",
            1.0,
        )],
    }
}

/// One fund a department.
fn funds(network: usize, code: &str, name: &str) -> Vec<Agency> {
    let country: f64 = DEPARTMENTS
        .iter()
        .map(|d| f64::from(d.population_thousands))
        .sum();
    DEPARTMENTS
        .iter()
        .map(|department| {
            let share = f64::from(department.population_thousands) / country;
            own_agency(
                network,
                format!("{code}-{}", department.number),
                format!("{name} {}", department.name),
                department.region,
                share,
            )
        })
        .collect()
}

fn pension_funds() -> Vec<Agency> {
    PENSION_FUNDS
        .iter()
        .map(|&(code, name, region, share)| {
            own_agency(
                kinds::PENSION_INSURANCE,
                format!("CARSAT-{code}"),
                name.to_owned(),
                region,
                share,
            )
        })
        .collect()
}

fn employment_agencies() -> Vec<Agency> {
    let country: f64 = DEPARTMENTS
        .iter()
        .map(|d| f64::from(d.population_thousands))
        .sum();
    let mut agencies = Vec::with_capacity(EMPLOYMENT_AGENCIES);
    for (department, count) in DEPARTMENTS.iter().zip(agencies_by_department()) {
        let names: Vec<String> = agency_names(department).take(count).collect();
        // Sizes differ from agency to agency, the department's sum does not.
        let sizes: Vec<f64> = (0..count)
            .map(|n| {
                0.6 + 0.8 * fixed_unit(&[u64::from(department.population_thousands), n as u64])
            })
            .collect();
        let whole: f64 = sizes.iter().sum();
        let share = f64::from(department.population_thousands) / country;
        for (number, (name, size)) in names.into_iter().zip(sizes).enumerate() {
            let code = format!(
                "{}-{}{:02}",
                department.region,
                department.number,
                number + 1
            );
            let mut agency = own_agency(
                kinds::FRANCE_TRAVAIL,
                code,
                name,
                department.region,
                share * size / whole,
            );
            agency.line_hours = Some(("3995", &kinds::EMPLOYERS));
            if size < 0.75 || agency.zone != Zone::Paris {
                agency.hours = &kinds::LUNCH;
                agency.line_hours = None;
            }
            if number > 0 {
                // One agency a department has the rare queues.
                let rare = |&queue: &u8| agency.queue(queue).in_agencies < 1.0;
                let kept = agency
                    .queues
                    .iter()
                    .copied()
                    .filter(|queue| !rare(queue))
                    .collect();
                agency.queues = kept;
            }
            agencies.push(agency);
        }
    }
    agencies
}

/// Agencies a department: by population, largest remainders, at least two.
fn agencies_by_department() -> Vec<usize> {
    let country: u64 = DEPARTMENTS
        .iter()
        .map(|d| u64::from(d.population_thousands))
        .sum();
    let share = |d: &Department| u64::from(d.population_thousands) * EMPLOYMENT_AGENCIES as u64;
    let mut counts: Vec<usize> = DEPARTMENTS
        .iter()
        .map(|d| ((share(d) / country) as usize).max(2))
        .collect();
    let mut by_remainder: Vec<usize> = (0..DEPARTMENTS.len()).collect();
    by_remainder.sort_by_key(|&index| std::cmp::Reverse(share(&DEPARTMENTS[index]) % country));
    for index in by_remainder {
        if counts.iter().sum::<usize>() < EMPLOYMENT_AGENCIES {
            counts[index] += 1;
        }
    }
    counts
}

/// Names of a department's agencies: its towns, then quarters of them.
fn agency_names(department: &Department) -> impl Iterator<Item = String> {
    let towns = || department.towns.split('|');
    towns().map(str::to_owned).chain(
        QUARTERS
            .iter()
            .flat_map(move |quarter| towns().map(move |town| format!("{town} {quarter}"))),
    )
}

/// An agency that callers belong to, with every queue that its network does
/// not give to contractors.
fn own_agency(network: usize, code: String, name: String, region: &str, share: f64) -> Agency {
    let kind = &NETWORKS[network];
    let region = REGIONS.iter().position(|known| known.code == region);
    let queues = (0..kind.queues.len() as u8)
        .filter(|&queue| kind.queues[usize::from(queue)].route == Route::Own)
        .collect();
    Agency {
        source: source(&code),
        name,
        network,
        region,
        zone: region.map_or(Zone::Paris, |region| REGIONS[region].zone),
        hours: kind.hours,
        line_hours: None,
        queues,
        role: Role::Own,
        // Contractors' queues all do, of the others some.
        opens_early: share_of_code(&code) < 0.1,
        announces_half: announces_half(&code),
        yearly_calls: kind.yearly_calls * share,
        overflow_to: None,
        contractor: None,
        code,
    }
}

/// Whether the installation of an agency was set up to announce half the wait.
fn announces_half(code: &str) -> bool {
    share_of_code(&format!("announces {code}")) < ANNOUNCES_HALF
}

/// A fixed number in [0, 1) of an agency.
fn share_of_code(code: &str) -> f64 {
    let bytes: Vec<u64> = code.bytes().map(u64::from).collect();
    fixed_unit(&bytes)
}

/// The platform of a region: takes what overflows there.
fn platform(network: usize, region: usize) -> Agency {
    let kind = &NETWORKS[network];
    let home = &REGIONS[region];
    let code = match network {
        kinds::FRANCE_TRAVAIL => format!("{}-PFR", home.code),
        kinds::CAF => format!("CAF-PF-{}", home.code),
        kinds::HEALTH_INSURANCE => format!("CPAM-PF-{}", home.code),
        _ => format!("CNAV-PF-{}", home.code),
    };
    let name = format!("Plateforme {}", home.name);
    let mut platform = own_agency(network, code, name, home.code, 0.0);
    platform.role = Role::Platform;
    platform.queues.retain(|&queue| {
        let queue = &kind.queues[usize::from(queue)];
        queue.overflows || queue.is_expert
    });
    platform
}

/// A contractor's platform: its own queues, and what still overflows from
/// the regions' platforms.
fn contractor(network: usize, town: usize) -> Agency {
    let kind = &NETWORKS[network];
    let name = CONTRACTOR_TOWNS[town];
    let code = format!("PRESTA-{}", town + 1);
    Agency {
        source: source(&code),
        code,
        name: format!("Prestataire {name}"),
        network,
        region: None,
        zone: Zone::Paris,
        hours: &kinds::CONTRACTORS,
        line_hours: None,
        queues: (0..kind.queues.len() as u8)
            .filter(|&queue| {
                let queue = &kind.queues[usize::from(queue)];
                queue.route == Route::Contractor || queue.overflows
            })
            .collect(),
        role: Role::Contractor,
        opens_early: true,
        announces_half: announces_half(name),
        yearly_calls: 0.0,
        overflow_to: None,
        contractor: None,
    }
}

fn source(code: &str) -> String {
    format!("/pbx/{}", code.to_lowercase())
}
