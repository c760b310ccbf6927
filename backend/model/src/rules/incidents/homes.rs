//! Which open incident takes in a new alarm.
//!
//! Thousands of agencies may be alarmed at once, each with an incident of its own: what
//! shares nothing is looked up by its place, and only what is shared is gone through.

use hashbrown::HashMap;
use vigie_contract::scope::Scope;

use super::alarmed::{Alarmed, Subject, Surroundings, agency_of};
use super::incident::Incident;
use super::place::Place;

/// The open incidents, by what they could take in; numbers are those of the list.
pub(super) struct Homes {
    /// Those that share nothing with others, by what they are of.
    alone: HashMap<Place, Vec<usize>>,
    shared: Vec<usize>,
}

impl Homes {
    pub(super) fn of(open: &[Incident]) -> Self {
        let mut homes = Self {
            alone: HashMap::with_capacity(open.len()),
            shared: Vec::new(),
        };
        for (number, incident) in open.iter().enumerate() {
            homes.add(number, incident);
        }
        homes
    }

    pub(super) fn add(&mut self, number: usize, incident: &Incident) {
        match incident.is_shared {
            true => self.shared.push(number),
            false => {
                let alone = self.alone.entry(incident.place.clone());
                alone.or_default().push(number);
            }
        }
    }

    /// The open incident that explains a new alarm: one of a silence that began before,
    /// else its own, else the narrowest that is shared.
    pub(super) fn find(
        &self,
        open: &[Incident],
        alarmed: &Alarmed<'_>,
        surroundings: &impl Surroundings,
    ) -> Option<usize> {
        let agency = agency_of(alarmed.scope);
        let subject = Subject::of(alarmed.concern);
        let own = own_place(alarmed.scope);
        let has_agency = |incident: &Incident| {
            let agency = agency.as_ref();
            agency.is_some_and(|agency| incident.has_active(agency))
        };
        let is_silent = |incident: &Incident| {
            let is_before = incident.began <= alarmed.began;
            incident.subject() == Subject::Feed && is_before && has_agency(incident)
        };
        let is_shared = |incident: &Incident| {
            incident.subject() == subject
                && incident.place.holds(alarmed.scope, surroundings)
                && (incident.shares.contains(&alarmed.concern) || has_agency(incident))
        };
        let is_own = |incident: &Incident| incident.subject() == subject;
        let alone = self.alone.get(&own).map_or(&[][..], Vec::as_slice);
        let all = alone.iter().chain(&self.shared).copied();
        let silent = match subject {
            Subject::Service => narrowest(open, all.filter(|&at| is_silent(&open[at]))),
            Subject::Feed => None,
        };
        let own = alone.iter().copied().filter(|&at| is_own(&open[at]));
        let shared = self.shared.iter().copied();
        silent
            .or_else(|| narrowest(open, own.chain(of_line(open, alarmed, surroundings))))
            .or_else(|| narrowest(open, shared.filter(|&at| is_shared(&open[at]))))
    }
}

/// Of some open incidents the narrowest, and of those as narrow the one that began first.
fn narrowest(open: &[Incident], numbers: impl Iterator<Item = usize>) -> Option<usize> {
    numbers.min_by_key(|&at| {
        let incident = &open[at];
        (incident.breadth(), incident.began, &incident.place)
    })
}

/// The open incidents in which what is bad in a line of a region is bad in an agency there,
/// or in a queue of that line: that is what is bad of the line.
fn of_line<'o>(
    open: &'o [Incident],
    alarmed: &'o Alarmed<'_>,
    surroundings: &'o impl Surroundings,
) -> impl Iterator<Item = usize> + 'o {
    let place = Place::Scope(alarmed.scope.clone());
    let is_there = move |scope: &Scope| {
        let (Scope::LineRegion(_, own), Scope::Agency(_, other, _) | Scope::Queue(_, other, ..)) =
            (alarmed.scope, scope)
        else {
            return false;
        };
        own == other && place.holds(scope, surroundings)
    };
    let open = open.iter().enumerate();
    let of_line = open.filter(move |(_, incident)| {
        let mut active = incident.active();
        matches!(alarmed.scope, Scope::LineRegion(..))
            && active.any(|((scope, concern), _)| *concern == alarmed.concern && is_there(scope))
    });
    of_line.map(|(at, _)| at)
}

/// Of what an alarm is an incident that shares nothing: its agency, where it has one.
pub(super) fn own_place(scope: &Scope) -> Place {
    Place::Scope(agency_of(scope).unwrap_or_else(|| scope.clone()))
}
