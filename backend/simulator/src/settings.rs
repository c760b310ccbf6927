//! What a simulation is asked for.

use vigie_contract::time::Time;

use crate::faults::Fault;
use crate::hardship::Hardship;

/// What a simulation is asked for. The same settings give the same bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Seed of everything random.
    pub seed: u64,
    /// The first instant; agents whose shift has begun log in then.
    pub start: Time,
    /// The first instant that is no longer simulated.
    pub end: Time,
    /// Multiplies calls and staff; 1 is the country.
    pub scale: f64,
    /// Whether the two incidents happen (see [`crate::Incident`]).
    pub incidents: bool,
    /// What is made to go wrong beside.
    pub faults: Vec<Fault>,
    /// How hard it is to reach an agent.
    pub hardship: Hardship,
    /// Share of queue entries, and of answers and abandonments, whose event
    /// never arrives: outcomes without entry, entries without outcome.
    pub lost_events: f64,
    /// Codes of the networks to simulate; empty: all five.
    pub networks: Vec<String>,
    /// Codes of the regions whose agencies to simulate; empty: all 18.
    /// Platforms come with the agencies whose calls they take.
    pub regions: Vec<String>,
    /// At most so many agencies a network, platforms not counted.
    pub agencies_per_network: Option<usize>,
}

/// Monday 2026-11-23, 00:00 in Paris.
const MONDAY: Time = Time::from_seconds(1_795_388_400);

impl Default for Settings {
    /// The whole country for a Monday.
    fn default() -> Self {
        Self {
            seed: 1,
            start: MONDAY,
            end: Time(MONDAY.0 + crate::calendar::MICROS_PER_DAY),
            scale: 1.0,
            incidents: true,
            faults: Vec::new(),
            hardship: Hardship::ORDINARY,
            lost_events: 0.0,
            networks: Vec::new(),
            regions: Vec::new(),
            agencies_per_network: None,
        }
    }
}

impl Settings {
    /// A dozen agencies of three networks in one region, on a busy Monday
    /// from 07:45 to 13:00 in Paris, one event in 500 lost: for tests.
    pub fn small() -> Self {
        let minute = 60;
        Self {
            start: Time::from_seconds(MONDAY.second() + 465 * minute),
            end: Time::from_seconds(MONDAY.second() + 780 * minute),
            lost_events: 0.002,
            networks: ["ft", "caf", "cnam"].map(str::to_owned).to_vec(),
            regions: vec!["NAQ".to_owned()],
            agencies_per_network: Some(3),
            ..Self::default()
        }
    }

    /// Agencies of three networks in three regions, on a morning as the French
    /// Ombudsman's survey lived it ([`Hardship::SURVEYED`]).
    pub fn surveyed() -> Self {
        Self {
            hardship: Hardship::SURVEYED,
            incidents: false,
            lost_events: 0.0,
            agencies_per_network: Some(5),
            regions: ["NAQ", "BRE", "OCC"].map(str::to_owned).to_vec(),
            ..Self::small()
        }
    }

    pub(crate) fn wants_network(&self, code: &str) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|wanted| wanted == code)
    }

    pub(crate) fn wants_region(&self, code: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|wanted| wanted == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_starts_on_a_monday_at_midnight_in_paris() {
        assert_eq!(MONDAY.to_string(), "2026-11-22T23:00:00Z");
    }
}
