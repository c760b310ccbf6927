//! An agency: what it answers, when, and who takes what it does not.

use vigie_contract::time::{Span, Time};

use super::kinds::{NetworkKind, QueueKind, Route};
use super::networks::NETWORKS;
use super::places::REGIONS;
use crate::calendar::{Hours, Zone};
use crate::random::fixed_unit;

/// How long before its hours some agency's queues take calls.
pub(crate) const OPENS_EARLY: Span = Span::from_seconds(300);

/// Share of the installations that announce half of the wait.
const ANNOUNCES_HALF: f64 = 0.12;

/// An agency, by its position in the simulated network.
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

/// An agency that callers belong to, with every queue that its network does
/// not give to contractors.
pub(super) fn own_agency(
    network: usize,
    code: String,
    name: String,
    region: &str,
    share: f64,
) -> Agency {
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
pub(super) fn announces_half(code: &str) -> bool {
    share_of_code(&format!("announces {code}")) < ANNOUNCES_HALF
}

/// A fixed number in [0, 1) of an agency.
fn share_of_code(code: &str) -> f64 {
    let bytes: Vec<u64> = code.bytes().map(u64::from).collect();
    fixed_unit(&bytes)
}

/// The installation of an agency, as its events name it.
pub(super) fn source(code: &str) -> String {
    format!("/pbx/{}", code.to_lowercase())
}
