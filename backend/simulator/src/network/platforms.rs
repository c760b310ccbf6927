//! The platforms that take what agencies do not answer.

use super::agency::{Agency, Role, announces_half, own_agency, source};
use super::hours::CONTRACTORS;
use super::kinds::Route;
use super::networks::{CAF, CNTCES, FRANCE_TRAVAIL, HEALTH_INSURANCE, NETWORKS, PENSION_INSURANCE};
use super::places::REGIONS;
use crate::calendar::Zone;

/// Where contractors' platforms are.
pub(super) const CONTRACTOR_TOWNS: [&str; 6] = [
    "Amiens",
    "Caen",
    "Limoges",
    "Montpellier",
    "Nevers",
    "Saint-Étienne",
];

/// Which mainland platform takes the overflow of an overseas fund.
const OVERSEAS_PARTNERS: [(&str, &str); 5] = [
    ("GLP", "IDF"),
    ("MTQ", "NAQ"),
    ("GUF", "BRE"),
    ("REU", "PAC"),
    ("MYT", "OCC"),
];

/// The region whose platform takes what overflows in a region.
pub(super) fn platform_region(network: usize, region: usize) -> Option<usize> {
    let by_code = |code: &str| REGIONS.iter().position(|region| region.code == code);
    match network {
        CNTCES => None,
        FRANCE_TRAVAIL => Some(region),
        PENSION_INSURANCE => by_code("IDF"),
        _ => OVERSEAS_PARTNERS
            .iter()
            .find(|(overseas, _)| *overseas == REGIONS[region].code)
            .map_or(Some(region), |(_, partner)| by_code(partner)),
    }
}

/// The platform of a region: takes what overflows there.
pub(super) fn platform(network: usize, region: usize) -> Agency {
    let kind = &NETWORKS[network];
    let home = &REGIONS[region];
    let code = match network {
        FRANCE_TRAVAIL => format!("{}-PFR", home.code),
        CAF => format!("CAF-PF-{}", home.code),
        HEALTH_INSURANCE => format!("CPAM-PF-{}", home.code),
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
pub(super) fn contractor(network: usize, town: usize) -> Agency {
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
        hours: &CONTRACTORS,
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
