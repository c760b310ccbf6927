//! The static structure: which agencies there are, what they answer, where
//! their calls overflow to.
//!
//! # Layout
//! - [`places`]: regions, departments, towns.
//! - [`kinds`], [`hours`], [`networks`]: what a network is made of, and the five.
//! - [`agency`]: an agency; [`own`], [`platforms`]: those of the country.
//! - [`directory`]: the structure as a directory file.

use std::collections::BTreeMap;

use crate::settings::Settings;
use kinds::Route;
use networks::NETWORKS;
use own::own_agencies;
use places::REGIONS;
use platforms::{CONTRACTOR_TOWNS, contractor, platform, platform_region};

mod agency;
mod directory;
mod hours;
pub(crate) mod kinds;
pub(crate) mod networks;
mod own;
pub(crate) mod places;
mod platforms;

pub(crate) use agency::{Agency, AgencyId, OPENS_EARLY, Role};

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

/// An agency as the directory lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedAgency<'n> {
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
    pub fn agencies(&self) -> impl Iterator<Item = ListedAgency<'_>> {
        self.agencies.iter().map(|agency| ListedAgency {
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
        directory::toml(&self.agencies)
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
