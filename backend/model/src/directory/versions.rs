//! Versions of the directory, one after the other.
//!
//! What only says where sums go, how they are judged and what they are called follows
//! the newest version at once: it is *grouping*, and sums can be made anew. What went
//! into a contribution does not: zones, hours, the threshold of the service level, the
//! length of a short abandon and the line of a queue are rules of *counting*. Of a place
//! they change at its local midnight, so that a day is counted by one rule. Which rule
//! that is follows from the place and the time of the event alone, not from when the
//! event came: a replay counts as the live service did.

use std::sync::Arc;

use hashbrown::HashMap;
use jiff::tz::TimeZone;
use smallvec::{SmallVec, smallvec};
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};

use super::ids::{HoursId, Kept, ZoneId};
use super::lookup::Directory;
use super::schedule::Schedule;

/// How long after the last place has gone over to the next version one is still asked
/// for: longer than a day is open, and an agent remembered.
const ASKED_FOR: Span = Span::from_seconds(3 * 24 * 3_600);

/// A version of the directory.
#[derive(Clone, Debug)]
pub struct Version {
    /// What it says.
    pub directory: Arc<Directory>,
    /// No event after this instant had been counted when it was read. Of the first
    /// version it is the beginning of time.
    pub after: Time,
}

/// A version, and when counting goes over to it.
#[derive(Clone, Debug)]
struct Numbered {
    version: Version,
    /// By time zone.
    midnights: Vec<Time>,
}

/// The versions of the directory that anything is still counted by. There is always one.
///
/// All of them have the same numbers for zones and schedules, so that rules of two
/// versions can be compared, and one calendar serves them all.
#[derive(Clone, Debug)]
pub struct Versions {
    /// In the order in which they were read.
    all: Vec<Numbered>,
    /// The one that things are grouped by. Those after it are known beforehand.
    grouping: usize,
}

/// Versions that a place is counted by, each from an instant on.
type Chain = SmallVec<[(Time, usize); 1]>;

impl Versions {
    /// One version, which has always been.
    pub(crate) fn new(directory: Arc<Directory>) -> Self {
        Self::of(vec![Version {
            directory,
            after: Time(i64::MIN),
        }])
    }

    /// Some versions, of which the last has been read; the first has always been. There
    /// must be one.
    pub(crate) fn of(versions: Vec<Version>) -> Self {
        let grouping = versions.len() - 1;
        let mut new = Self {
            all: numbered(versions),
            grouping,
        };
        if let Some(first) = new.all.first_mut() {
            first.version.after = Time(i64::MIN);
        }
        new
    }

    /// Adds a version, by which things are grouped once [`Versions::take_up`] says so.
    pub(crate) fn add(&mut self, version: Version) {
        let before = self.all.drain(..).map(|known| known.version);
        self.all = numbered(before.chain([version]).collect());
    }

    /// Groups by the versions that were read by an instant.
    pub(crate) fn take_up(&mut self, at: Time) {
        while self.coming().is_some_and(|coming| coming <= at) {
            self.grouping += 1;
        }
    }

    /// Forgets the versions that nothing is counted by any more: as of an instant
    /// before which every day is closed.
    pub(crate) fn forget_before(&mut self, closed: Time) {
        let is_over = |next: &Numbered| {
            let last = next.midnights.iter().max();
            last.is_some_and(|last| *last + ASKED_FOR < closed)
        };
        let grouping = self.grouping;
        let over = (1..=grouping).rev().find(|&next| is_over(&self.all[next]));
        let over = over.unwrap_or(0);
        // One that a later version replaces before any place has gone over to it.
        let is_replaced = |at: usize| {
            let later = self.all.get(at + 1).filter(|_| at < grouping);
            later.is_some_and(|later| {
                let pairs = later.midnights.iter().zip(&self.all[at].midnights);
                at > 0 && pairs.into_iter().all(|(later, own)| later <= own)
            })
        };
        let kept: Vec<usize> = (over..self.all.len())
            .filter(|&at| at == over || !is_replaced(at))
            .collect();
        if kept.len() == self.all.len() {
            return;
        }
        let coming = self.all.len() - 1 - grouping;
        let kept: Vec<Version> = kept
            .iter()
            .map(|&at| self.all[at].version.clone())
            .collect();
        *self = Self::of(kept);
        self.grouping -= coming;
    }

    /// The instant at which the next version is to be grouped by.
    pub(crate) fn coming(&self) -> Option<Time> {
        let next = self.all.get(self.grouping + 1)?;
        Some(next.version.after)
    }

    /// The version that was read last.
    pub fn newest(&self) -> &Version {
        &self.all[self.all.len() - 1].version
    }

    /// The version by which things are grouped, judged and named.
    pub fn grouping(&self) -> &Arc<Directory> {
        &self.all[self.grouping].version.directory
    }

    /// A version that numbers zones and schedules as all of them do.
    pub(crate) fn numbering(&self) -> &Arc<Directory> {
        self.grouping()
    }

    /// All versions, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = &Version> {
        self.all.iter().map(|known| &known.version)
    }

    /// From the earliest to the latest instant at which places go over to the newest
    /// version in counting; `None` where there is one version.
    pub fn counting_from(&self) -> Option<(Time, Time)> {
        let newest = self.all[1..].last()?;
        let midnights = || newest.midnights.iter().copied();
        midnights().min().zip(midnights().max())
    }

    /// How many times, by an instant, some place has gone over to another version.
    pub(crate) fn turns_by(&self, at: Time) -> usize {
        let midnights = self.all[1..].iter().flat_map(|known| &known.midnights);
        midnights.filter(|midnight| **midnight <= at).count()
    }

    /// The versions by which something is counted whose time zone `zone_of` tells, each
    /// with the instant from which it is.
    pub(crate) fn by_which(
        &self,
        zone_of: impl Fn(&Directory) -> ZoneId,
    ) -> impl Iterator<Item = (Time, &Directory)> {
        let chain = self.chain(zone_of).into_iter();
        chain.map(|(since, at)| (since, &*self.all[at].version.directory))
    }

    fn chain(&self, zone_of: impl Fn(&Directory) -> ZoneId) -> Chain {
        let mut chain: Chain = smallvec![(Time(i64::MIN), 0)];
        for (at, known) in self.all.iter().enumerate().skip(1) {
            let read = known.version.after;
            let zone = zone_of(self.in_chain(&chain, read).1);
            let since = known.midnights[zone.0];
            // What had been read before, and would have held from later on, is replaced.
            chain.retain(|(earlier, _)| *earlier < since);
            chain.push((since, at));
        }
        chain
    }

    /// The version of a chain that holds at an instant, and since when it does.
    fn in_chain(&self, chain: &Chain, at: Time) -> (Time, &Directory) {
        let last = chain.iter().rev().find(|(since, _)| *since <= at);
        let (since, version) = last.copied().unwrap_or((Time(i64::MIN), 0));
        (since, &self.all[version].version.directory)
    }

    /// The version by which something was counted at an instant.
    fn counted_by(&self, at: Time, zone_of: impl Fn(&Directory) -> ZoneId) -> &Directory {
        match &self.all[..] {
            [only] => &only.version.directory,
            _ => self.in_chain(&self.chain(zone_of), at).1,
        }
    }

    /// The line that a queue of an agency serves, for events of an instant that name
    /// none.
    pub(crate) fn line_of_queue(&self, agency: &str, queue: &str, at: Time) -> Option<&str> {
        let directory = self.counted_by(at, |directory| directory.zone(Some(agency), None));
        directory.line_of_queue(agency, queue)
    }

    /// Whether calls given up within a few seconds count against the pick-up rates of a
    /// scope at an instant.
    pub fn short_abandons_count_in(&self, scope: &Scope, at: Time) -> bool {
        let directory = self.counted_by(at, |directory| directory.zone_in(scope));
        directory.short_abandons_count_in(scope)
    }

    /// The last midnight of a scope.
    pub(crate) fn midnight_in(&self, scope: &Scope, at: Time) -> Time {
        let zone_of = |directory: &Directory| directory.zone_in(scope);
        let (since, directory) = self.in_chain(&self.chain(zone_of), at);
        let midnight = self.numbering().midnight(zone_of(directory), at);
        midnight.max(since)
    }

    /// The hours that the places of a scope keep at an instant, each once.
    pub(crate) fn kept_in(&self, scope: &Scope, at: Time) -> Vec<Kept> {
        let served = self.grouping().served_in(scope);
        let kept = served.into_iter().map(|(agency, line)| {
            let directory = self.counted_by(at, |directory| directory.zone(agency, line));
            (directory.hours(agency, line), directory.zone(agency, line))
        });
        let mut kept: Vec<Kept> = kept.collect();
        kept.sort_unstable();
        kept.dedup();
        kept
    }
}

/// Gives the zones and schedules of all versions the same numbers, and says when counting
/// goes over to each.
fn numbered(versions: Vec<Version>) -> Vec<Numbered> {
    let mut numbers = Numbers::default();
    let renumbered = |mut version: Version| {
        Arc::make_mut(&mut version.directory).renumber(&mut numbers);
        version
    };
    let mut versions: Vec<Version> = versions.into_iter().map(renumbered).collect();
    let all = versions.iter_mut().map(|version| {
        let directory = Arc::make_mut(&mut version.directory);
        directory.zones.clone_from(&numbers.zones);
        directory.schedules.clone_from(&numbers.schedules);
        Numbered {
            midnights: directory.midnights_after(version.after, directory.valid_from),
            version: version.clone(),
        }
    });
    all.collect()
}

/// Numbers of zones and schedules.
#[derive(Default)]
struct Numbers {
    zones: Vec<TimeZone>,
    schedules: Vec<Schedule>,
    known: HashMap<Schedule, HoursId>,
}

impl Numbers {
    fn zone(&mut self, zone: &TimeZone) -> ZoneId {
        let known = self.zones.iter().position(|known| known == zone);
        ZoneId(known.unwrap_or_else(|| {
            self.zones.push(zone.clone());
            self.zones.len() - 1
        }))
    }

    fn schedule(&mut self, schedule: &Schedule) -> HoursId {
        if let Some(&known) = self.known.get(schedule) {
            return known;
        }
        let id = HoursId(self.schedules.len());
        self.schedules.push(schedule.clone());
        self.known.insert(schedule.clone(), id);
        id
    }
}

impl Directory {
    /// Gives its zones and schedules other numbers. Those that nothing has are left out.
    fn renumber(&mut self, numbers: &mut Numbers) {
        let zones: Vec<TimeZone> = std::mem::take(&mut self.zones);
        let schedules: Vec<Schedule> = std::mem::take(&mut self.schedules);
        let mut zone = |id: &mut ZoneId| *id = numbers.zone(&zones[id.0]);
        zone(&mut self.defaults.zone);
        let of_regions = self.regions.values_mut().map(|region| &mut region.zone);
        let of_lines = self.lines.values_mut().map(|line| &mut line.zone);
        of_regions.chain(of_lines).flatten().for_each(&mut zone);
        self.agencies
            .values_mut()
            .for_each(|agency| zone(&mut agency.zone));
        let mut hours = |id: &mut HoursId| *id = numbers.schedule(&schedules[id.0]);
        let shared = [&mut self.hours_without_agency, &mut self.hours_of_unknown];
        let own = self.agencies.values_mut().map(|agency| &mut agency.hours);
        for by_line in shared.into_iter().chain(own) {
            by_line.ids_mut().for_each(&mut hours);
        }
    }
}
