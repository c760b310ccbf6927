//! Where alarms are shared.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};
use vigie_contract::scope::Scope;
use vigie_contract::view::Concern;

use super::alarmed::{Subject, Surroundings};
use super::incident::Incident;
use super::place::{Breadth, Place};

/// The fewest agencies in which something is shared.
const FEWEST: usize = 3;

/// One in so many of the agencies that are open has to be alarmed.
const ONE_IN: usize = 4;

/// An agency that is alarmed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlarmedAgency<'a> {
    pub scope: &'a Scope,
    /// The second since when it has been.
    pub began: i64,
    /// The open incident that the alarm is a part of.
    pub owner: Option<&'a Incident>,
}

impl AlarmedAgency<'_> {
    /// Whether there can be a place of which it counts: looked at first, since a fault of
    /// the country is nothing else than what it was, judgement after judgement.
    fn may_count(&self, concern: Concern) -> bool {
        let subject = Subject::of(concern);
        let widest = match subject {
            Subject::Service => Breadth::Network,
            Subject::Feed => Breadth::All,
        };
        self.owner.is_none_or(|owner| {
            let is_explained = owner.breadth() == widest && owner.shares.contains(&concern);
            owner.subject() == subject && !is_explained
        })
    }
}

/// Something that agencies share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sharing {
    pub place: Place,
    pub concern: Concern,
    /// The second since when the first of them has been alarmed.
    pub began: i64,
}

/// Finds what alarms of one indicator share that no incident explains yet, the widest
/// first.
pub(crate) fn find(
    concern: Concern,
    alarmed: &[AlarmedAgency<'_>],
    surroundings: &impl Surroundings,
) -> Vec<Sharing> {
    let may_count = alarmed.iter().filter(|agency| agency.may_count(concern));
    if may_count.count() < FEWEST {
        return Vec::new();
    }
    let mut search = Search::new(concern, alarmed, surroundings);
    let mut found = Vec::new();
    for breadth in [Breadth::All, Breadth::Network, Breadth::Region] {
        while let Some(sharing) = search.next(breadth) {
            found.push(sharing);
        }
    }
    found
}

/// The search for what alarms of one indicator share.
struct Search<'a, S> {
    concern: Concern,
    alarmed: &'a [AlarmedAgency<'a>],
    surroundings: &'a S,
    /// Which of them are in each place.
    of_place: BTreeMap<Place, Vec<usize>>,
    /// How the open agencies of each place spread over its parts, as it is looked up.
    open: HashMap<Place, Rc<Spread>>,
    /// Those that what was found explains.
    explained: HashSet<usize>,
}

impl<'a, S: Surroundings> Search<'a, S> {
    fn new(concern: Concern, alarmed: &'a [AlarmedAgency<'a>], surroundings: &'a S) -> Self {
        let mut of_place: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
        for (number, agency) in alarmed.iter().enumerate() {
            for place in Place::shared_by(agency.scope, Subject::of(concern), surroundings) {
                of_place.entry(place).or_default().push(number);
            }
        }
        of_place.retain(|_, agencies| agencies.len() >= FEWEST);
        Self {
            concern,
            alarmed,
            surroundings,
            of_place,
            open: HashMap::new(),
            explained: HashSet::new(),
        }
    }

    /// The place of a breadth that explains the most; of several, the smallest.
    fn next(&mut self, breadth: Breadth) -> Option<Sharing> {
        let of_breadth = self.of_place.keys();
        let places: Vec<Place> = of_breadth
            .filter(|place| place.breadth() == breadth)
            .cloned()
            .collect();
        let may_be = places
            .into_iter()
            .filter(|place| self.has_enough(place))
            .collect::<Vec<Place>>();
        let shared = may_be.into_iter().filter_map(|place| {
            let unexplained = self.unexplained(&place);
            let open = self.shares_enough(&place, &unexplained)?;
            let size = (Reverse(self.of_place[&place].len()), open);
            Some((size, place, unexplained))
        });
        let (_, place, unexplained) = shared.min_by_key(|(size, ..)| *size)?;
        let began = unexplained.iter().map(|&number| self.alarmed[number].began);
        let began = began.min()?;
        self.explained.extend(&self.of_place[&place]);
        Some(Sharing {
            place,
            concern: self.concern,
            began,
        })
    }

    /// Whether enough are alarmed, without any one part of what is wide as well: looked
    /// at before what is known of each of them.
    fn has_enough(&self, place: &Place) -> bool {
        let of_place = &self.of_place[place];
        let is_wide = place.breadth() > Breadth::Region;
        let spread = match is_wide {
            true => self.spread(place, of_place.iter().copied()),
            false => Spread::default(),
        };
        let most = spread.of_part.into_values().max().unwrap_or(0);
        of_place.len() - most >= FEWEST
    }

    /// Those of a place that nothing else explains, and that could go into it.
    fn unexplained(&self, place: &Place) -> Vec<usize> {
        let of_place = self.of_place[place].iter().copied();
        let concerns = BTreeSet::from([self.concern]);
        // One incident may hold all of them.
        let mut known: HashMap<*const Incident, bool> = HashMap::new();
        let mut is_free = |&number: &usize| match self.alarmed[number].owner {
            None => true,
            // What became bad where all is silent needs no other cause.
            Some(owner) if owner.subject() != Subject::of(self.concern) => false,
            // It gives nothing away.
            Some(owner) if owner.breadth() >= place.breadth() => {
                owner.place == *place && !owner.shares.contains(&self.concern)
            }
            Some(owner) => *known
                .entry(std::ptr::from_ref(owner))
                .or_insert_with(|| owner.lies_in(place, &concerns, self.surroundings)),
        };
        of_place
            .filter(|number| !self.explained.contains(number))
            .filter(|number| is_free(number))
            .collect()
    }

    /// How many agencies of a place are open, where enough of them are alarmed; what is
    /// wide has to be shared without any one of its parts as well.
    fn shares_enough(&mut self, place: &Place, unexplained: &[usize]) -> Option<usize> {
        if unexplained.len() < FEWEST {
            return None;
        }
        let of_place = self.of_place[place].iter().copied();
        let unexplained = self.spread(place, unexplained.iter().copied());
        let alarmed = self.spread(place, of_place);
        let open = self.open_in(place);
        let is_enough = |without: Option<&Place>| {
            let counted = unexplained.without(without);
            counted >= FEWEST && alarmed.without(without) * ONE_IN >= open.without(without)
        };
        let is_wide = place.breadth() > Breadth::Region;
        let mut parts = alarmed.of_part.keys();
        let is_shared = is_enough(None) && (!is_wide || parts.all(|part| is_enough(Some(part))));
        is_shared.then_some(open.all)
    }

    /// How some alarmed agencies spread over the parts of a place.
    fn spread(&self, place: &Place, numbers: impl Iterator<Item = usize>) -> Spread {
        let mut spread = Spread::default();
        for number in numbers {
            spread.add(self.parts(place, self.alarmed[number].scope));
        }
        spread
    }

    /// The parts of a place that an agency is in: its region, of the feed also its source,
    /// and of all that its network.
    fn parts(&self, place: &Place, agency: &Scope) -> Vec<Place> {
        let Scope::Agency(network, region, _) = agency else {
            return Vec::new();
        };
        let region = Scope::Region(network.clone(), region.clone());
        let mut parts = vec![Place::Scope(region)];
        if place.breadth() == Breadth::All {
            parts.push(Place::Scope(Scope::Network(network.clone())));
        }
        if Subject::of(self.concern) == Subject::Feed {
            let source = self.surroundings.source(agency);
            parts.extend(source.map(|name| Place::Source(name.into())));
        }
        parts
    }

    /// How the open agencies of a place spread over its parts.
    fn open_in(&mut self, place: &Place) -> Rc<Spread> {
        if let Some(known) = self.open.get(place) {
            return Rc::clone(known);
        }
        let mut open = Spread::default();
        for (agency, is_open) in self.surroundings.agencies() {
            if is_open && place.holds(agency, self.surroundings) {
                open.add(self.parts(place, agency));
            }
        }
        let open = Rc::new(open);
        self.open.insert(place.clone(), Rc::clone(&open));
        open
    }
}

/// How many agencies there are, and in each part of a place.
#[derive(Debug, Default)]
struct Spread {
    all: usize,
    of_part: BTreeMap<Place, usize>,
}

impl Spread {
    fn add(&mut self, parts: Vec<Place>) {
        self.all += 1;
        for part in parts {
            *self.of_part.entry(part).or_default() += 1;
        }
    }

    fn without(&self, part: Option<&Place>) -> usize {
        self.all - part.and_then(|part| self.of_part.get(part)).unwrap_or(&0)
    }
}

/// The agencies among some alarms of an indicator.
pub(crate) fn agencies<'a>(
    concern: Concern,
    new: impl Iterator<Item = (&'a Scope, Concern, i64)>,
    open: &'a [Incident],
) -> Vec<AlarmedAgency<'a>> {
    let is_agency = |scope: &Scope| matches!(scope, Scope::Agency(..));
    let new = new.map(|(scope, of, began)| (scope, of, began, None));
    let known = open.iter().flat_map(|incident| {
        let active = incident.active();
        active.map(move |((scope, of), part)| (scope, *of, part.began, Some(incident)))
    });
    new.chain(known)
        .filter(|(scope, of, ..)| *of == concern && is_agency(scope))
        .map(|(scope, _, began, owner)| AlarmedAgency {
            scope,
            began,
            owner,
        })
        .collect()
}
