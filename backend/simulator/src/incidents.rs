//! Two incidents a day: a benefit day in a region, and a platform cut off
//! that comes back with its backlog; and what is made to go wrong.

use vigie_contract::scope::{Scope, UNASSIGNED};
use vigie_contract::time::Time;

use crate::calendar::{Local, MICROS_PER_MINUTE, Zone, weekday_of};
use crate::faults::{Fault, FaultKind};
use crate::network::networks::{CAF, CNTCES};
use crate::network::places::REGIONS;
use crate::network::{AgencyId, ListedAgency, Network, Role};
use crate::random::mix;
use crate::settings::Settings;
use crate::truth::{Trouble, TroubleKind};

/// Something out of the ordinary.
#[derive(Clone, Debug, PartialEq)]
pub enum Incident {
    /// Benefits are paid in a region: its callers call more.
    BenefitDay {
        /// Code of the region.
        region: &'static str,
        /// From when.
        from: Time,
        /// Until when.
        until: Time,
        /// So many times more calls to the family network; half as much more
        /// to the others.
        factor: f64,
    },
    /// The events of an agency stay on the way and arrive together, in order,
    /// from `until` on. Its telephones work as before.
    FeedCut {
        /// Code of the agency.
        agency: String,
        /// From when.
        from: Time,
        /// Until when.
        until: Time,
    },
    /// Agents of an agency who are there leave, and come back.
    StaffLeave {
        /// The agency, by its position.
        agency: AgencyId,
        /// Who leaves.
        who: Leaving,
        /// When they leave.
        from: Time,
        /// When those come back whose shift is not over.
        until: Time,
    },
    /// An agency announces waits that are a tenth of what it expects.
    FalseAnnouncements {
        /// The agency, by its position.
        agency: AgencyId,
        /// From when.
        from: Time,
        /// Until when.
        until: Time,
    },
}

/// Which agents of an agency leave, of those who are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Every other one.
    EveryOther,
    /// All of them.
    All,
}

impl Incident {
    /// From when.
    pub fn from(&self) -> Time {
        match *self {
            Incident::BenefitDay { from, .. }
            | Incident::FeedCut { from, .. }
            | Incident::StaffLeave { from, .. }
            | Incident::FalseAnnouncements { from, .. } => from,
        }
    }

    /// Until when.
    pub fn until(&self) -> Time {
        match *self {
            Incident::BenefitDay { until, .. }
            | Incident::FeedCut { until, .. }
            | Incident::StaffLeave { until, .. }
            | Incident::FalseAnnouncements { until, .. } => until,
        }
    }
}

/// The incidents of some settings: two on each weekday, and what is made to go wrong.
pub(crate) fn plan(network: &Network, settings: &Settings) -> Vec<Incident> {
    let faults = settings.faults.iter();
    let made = faults.flat_map(|fault| struck(fault, network));
    let planned = match settings.incidents {
        true => of_weekdays(network, settings),
        false => Vec::new(),
    };
    planned
        .into_iter()
        .chain(made)
        .filter(|incident| incident.from() < settings.end && incident.until() > settings.start)
        .collect()
}

/// The same as the truth tells it, a fault as one: what happens, where, from when until
/// when. What had begun before begins with the simulation.
pub(crate) fn troubles(network: &Network, settings: &Settings) -> Vec<Trouble> {
    let made = settings.faults.iter().map(|fault| made(fault, network));
    let planned = match settings.incidents {
        true => of_weekdays(network, settings),
        false => Vec::new(),
    };
    let planned = planned.iter().map(|incident| told(incident, network));
    let all = planned.chain(made).map(|trouble| Trouble {
        from: trouble.from.max(settings.start),
        ..trouble
    });
    all.filter(|trouble| {
        let is_within = trouble.from < settings.end && trouble.until > settings.start;
        is_within && !trouble.agencies.is_empty()
    })
    .collect()
}

/// A fault as the truth tells it.
fn made(fault: &Fault, network: &Network) -> Trouble {
    let agencies = network.agencies().zip(0..);
    let struck = agencies.filter(|(agency, _)| is_in(agency, &fault.scope));
    Trouble {
        kind: match fault.kind {
            FaultKind::Staff => TroubleKind::Staff,
            FaultKind::Platform => TroubleKind::Platform,
            FaultKind::Feed => TroubleKind::Feed,
            FaultKind::Announcements => TroubleKind::Announcements,
        },
        scopes: vec![fault.scope.clone()],
        agencies: struck.map(|(_, id)| id).collect(),
        from: fault.from,
        until: fault.until,
    }
}

/// An incident as the truth tells it.
fn told(incident: &Incident, network: &Network) -> Trouble {
    let is_of_it = |agency: &ListedAgency<'_>, id: AgencyId| match incident {
        Incident::BenefitDay { region, .. } => {
            agency.region == Some(*region) && !agency.is_platform
        }
        Incident::FeedCut { agency: code, .. } => agency.code == code,
        Incident::StaffLeave { agency: own, .. }
        | Incident::FalseAnnouncements { agency: own, .. } => id == *own,
    };
    let agencies = network.agencies().zip(0..);
    let own: Vec<(ListedAgency<'_>, AgencyId)> = agencies
        .filter(|(agency, id)| is_of_it(agency, *id))
        .collect();
    let kind = match incident {
        Incident::BenefitDay { .. } => TroubleKind::BenefitDay,
        Incident::FeedCut { .. } => TroubleKind::Feed,
        Incident::StaffLeave { who, .. } => match who {
            Leaving::EveryOther => TroubleKind::Staff,
            Leaving::All => TroubleKind::Platform,
        },
        Incident::FalseAnnouncements { .. } => TroubleKind::Announcements,
    };
    let is_of_region = kind == TroubleKind::BenefitDay;
    let mut scopes: Vec<Scope> = own
        .iter()
        .map(|(agency, _)| {
            let (network, region) = (
                agency.network.to_owned(),
                agency.region.unwrap_or(UNASSIGNED).to_owned(),
            );
            match is_of_region {
                true => Scope::Region(network, region),
                false => Scope::Agency(network, region, agency.code.to_owned()),
            }
        })
        .collect();
    scopes.dedup();
    Trouble {
        kind,
        scopes,
        agencies: own.iter().map(|(_, id)| *id).collect(),
        from: incident.from(),
        until: incident.until(),
    }
}

/// What a fault is in each agency that it strikes: nothing where the network has none.
pub fn struck(fault: &Fault, network: &Network) -> Vec<Incident> {
    let Fault {
        kind, from, until, ..
    } = *fault;
    let agencies = network.agencies().zip(0..);
    let struck = agencies.filter(|(agency, _)| is_in(agency, &fault.scope));
    let leave = |agency, who| Incident::StaffLeave {
        agency,
        who,
        from,
        until,
    };
    struck
        .map(|(agency, id)| match kind {
            FaultKind::Staff => leave(id, Leaving::EveryOther),
            FaultKind::Platform => leave(id, Leaving::All),
            FaultKind::Announcements => Incident::FalseAnnouncements {
                agency: id,
                from,
                until,
            },
            FaultKind::Feed => Incident::FeedCut {
                agency: agency.code.to_owned(),
                from,
                until,
            },
        })
        .collect()
}

fn is_in(agency: &ListedAgency<'_>, scope: &Scope) -> bool {
    let region = agency.region.unwrap_or(UNASSIGNED);
    match scope {
        Scope::Network(network) => agency.network == network,
        Scope::Region(network, code) => agency.network == network && region == code,
        Scope::Agency(network, code, own) => {
            agency.network == network && region == code && agency.code == own
        }
        Scope::All | Scope::Queue(..) | Scope::Line(_) | Scope::LineRegion(..) => false,
    }
}

fn of_weekdays(network: &Network, settings: &Settings) -> Vec<Incident> {
    let regions = regions(network);
    let platforms = platforms(network);
    let days = Zone::Paris.local(settings.start).day..=Zone::Paris.local(settings.end).day;
    days.filter(|&day| weekday_of(day) < 5)
        .flat_map(|day| {
            let pick = |what: u64, count: usize| {
                (count > 0)
                    .then(|| (mix(&[settings.seed, what, day as u64]) % count as u64) as usize)
            };
            let benefit_day = pick(1, regions.len()).map(|index| benefit_day(regions[index], day));
            let feed_cut = pick(2, platforms.len()).map(|index| feed_cut(platforms[index], day));
            [benefit_day, feed_cut]
        })
        .flatten()
        .collect()
}

/// Regions for a benefit day: those of the mainland that are large enough to
/// be seen, if there are any.
fn regions(network: &Network) -> Vec<usize> {
    let mut regions: Vec<usize> = network
        .agencies
        .iter()
        .filter(|agency| agency.role == Role::Own && agency.network != CNTCES)
        .filter_map(|agency| agency.region)
        .collect();
    regions.sort_unstable();
    regions.dedup();
    if regions.iter().any(|&region| is_large(region)) {
        regions.retain(|&region| is_large(region));
    }
    regions
}

/// Agencies for a feed that is cut: platforms of regions that are large enough
/// to be seen, if there are any, or else any agency.
fn platforms(network: &Network) -> Vec<&str> {
    let platforms: Vec<&str> = network
        .agencies
        .iter()
        .filter(|agency| agency.role == Role::Platform && agency.region.is_some_and(is_large))
        .map(|agency| agency.code.as_str())
        .collect();
    if platforms.is_empty() {
        network.agency_codes().collect()
    } else {
        platforms
    }
}

fn is_large(region: usize) -> bool {
    let region = &REGIONS[region];
    region.zone == Zone::Paris && region.code != "COR"
}

fn benefit_day(region: usize, day: i64) -> Incident {
    let region = &REGIONS[region];
    let at = |minute: i64| {
        region.zone.instant(Local {
            day,
            micros: minute * MICROS_PER_MINUTE,
        })
    };
    Incident::BenefitDay {
        region: region.code,
        from: at(9 * 60),
        until: at(12 * 60 + 30),
        factor: 2.5,
    }
}

fn feed_cut(agency: &str, day: i64) -> Incident {
    let at = |minute: i64| {
        Zone::Paris.instant(Local {
            day,
            micros: minute * MICROS_PER_MINUTE,
        })
    };
    Incident::FeedCut {
        agency: agency.to_owned(),
        from: at(10 * 60 + 10),
        until: at(10 * 60 + 20),
    }
}

/// How many times more calls an agency's callers make because of incidents.
pub(crate) fn surge(
    incidents: &[Incident],
    network: usize,
    region: Option<usize>,
    now: Time,
) -> f64 {
    incidents
        .iter()
        .filter_map(|incident| match incident {
            Incident::BenefitDay {
                region: surged,
                from,
                until,
                factor,
            } if (*from..*until).contains(&now)
                && region.is_some_and(|region| REGIONS[region].code == *surged) =>
            {
                Some(if network == CAF {
                    *factor
                } else {
                    1.0 + (factor - 1.0) / 2.0
                })
            }
            Incident::BenefitDay { .. }
            | Incident::FeedCut { .. }
            | Incident::StaffLeave { .. }
            | Incident::FalseAnnouncements { .. } => None,
        })
        .product()
}
