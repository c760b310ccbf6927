//! The agencies that callers belong to, of the whole country.

use super::agency::{Agency, own_agency};
use super::hours::{EMPLOYERS, LUNCH};
use super::networks::{CAF, FRANCE_TRAVAIL, HEALTH_INSURANCE, PENSION_INSURANCE};
use super::places::{DEPARTMENTS, Department, QUARTERS};
use crate::calendar::Zone;
use crate::random::fixed_unit;

/// Employment agencies in the country.
const EMPLOYMENT_AGENCIES: usize = 900;

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

/// The agencies that callers of a network belong to, of the whole country.
pub(super) fn own_agencies(network: usize) -> Vec<Agency> {
    match network {
        FRANCE_TRAVAIL => employment_agencies(),
        CAF => funds(network, "CAF", "Caf"),
        HEALTH_INSURANCE => funds(network, "CPAM", "CPAM"),
        PENSION_INSURANCE => pension_funds(),
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
                PENSION_INSURANCE,
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
                FRANCE_TRAVAIL,
                code,
                name,
                department.region,
                share * size / whole,
            );
            agency.line_hours = Some(("3995", &EMPLOYERS));
            if size < 0.75 || agency.zone != Zone::Paris {
                agency.hours = &LUNCH;
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
