//! Which open incident takes in a new alarm.
//!
//! Thousands of agencies may be alarmed at once, each with an incident of its own: what
//! shares nothing is looked up by its place, and only what is shared is gone through.

use hashbrown::HashMap;
use vigie_contract::scope::Scope;

use super::incident::Incident;
use super::place::Place;
use super::{Alarmed, Subject, Surroundings, agency_of};

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
    /// else the narrowest.
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
        let is_home = |incident: &Incident| {
            incident.subject() == subject
                && (!incident.is_shared
                    || incident.place.holds(alarmed.scope, surroundings)
                        && (incident.shares.contains(&alarmed.concern) || has_agency(incident)))
        };
        let alone = self.alone.get(&own).map_or(&[][..], Vec::as_slice);
        let narrowest = |is: &dyn Fn(&Incident) -> bool| {
            let homes = alone.iter().chain(&self.shared).copied();
            homes
                .filter(|&number| is(&open[number]))
                .min_by_key(|&number| {
                    let incident = &open[number];
                    (incident.breadth(), incident.began, &incident.place)
                })
        };
        let silent = match subject {
            Subject::Service => narrowest(&is_silent),
            Subject::Feed => None,
        };
        silent.or_else(|| narrowest(&is_home))
    }
}

/// Of what an alarm is an incident that shares nothing: its agency, where it has one.
pub(super) fn own_place(scope: &Scope) -> Place {
    Place::Scope(agency_of(scope).unwrap_or_else(|| scope.clone()))
}
