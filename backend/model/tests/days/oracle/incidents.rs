//! What one cause would explain, from the definitions alone (`docs/incidents.md`): of
//! whole lists, with nothing kept from one judgement to the next but the incidents.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use vigie_contract::incident::{Cause, Incident, Part, Touched};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Concern, Severity};

use super::judged::Verdict;
use super::{Count, Moment};
use crate::clock::SECOND;

/// The verdicts of every scope at a judgement.
pub type Verdicts = BTreeMap<Scope, BTreeMap<Concern, Verdict>>;

/// What an incident is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Source(String),
    Scope(Scope),
}

/// So many parts are told of one, those first that go on, the worst of them first.
const TOLD_PARTS: usize = 100;

/// Something bad: where, and what.
type Alarm = (Scope, Concern);

/// An incident, as it is known.
#[derive(Clone, Debug)]
struct Known {
    place: Place,
    /// Of what it is shared; nothing: it is of its agency, or line in a region.
    shared: BTreeSet<Concern>,
    indicator: Concern,
    began: i64,
    ended: Option<i64>,
    worst: Severity,
    merged_into: Option<String>,
    /// The judgement at which it was opened.
    opened: i64,
    parts: BTreeMap<Alarm, Gone>,
}

/// A part, as it is known.
#[derive(Clone, Debug)]
struct Gone {
    part: Part,
    state: Severity,
}

/// What was found to be shared at a judgement.
struct Found {
    place: Place,
    concern: Concern,
    /// When the first alarm began of those that count.
    began: i64,
}

/// All that was ever an incident.
#[derive(Default)]
pub struct Incidents(Vec<Known>);

/// A judgement, as the definitions look at it.
struct Judgement<'j, 'c, 'd> {
    moment: &'j Moment<'c, 'd>,
    /// What is bad, how bad, and since when; in the order in which it began.
    alarms: Vec<(Alarm, Bad)>,
    /// Every agency, and whether it is open.
    agencies: BTreeMap<Scope, bool>,
    /// The source that told of each scope last.
    sources: BTreeMap<Scope, String>,
}

/// How bad something is, and since when.
type Bad = (Severity, i64);

fn is_feed(concern: Concern) -> bool {
    concern == Concern::DataAge
}

fn agency_of(scope: &Scope) -> Option<&str> {
    match scope {
        Scope::Agency(_, _, agency) | Scope::Queue(_, _, agency, _) => Some(agency),
        _ => None,
    }
}

/// The scope that an incident of its own would be of.
fn own_scope(scope: &Scope) -> Scope {
    match scope.clone() {
        Scope::Queue(network, region, agency, _) => Scope::Agency(network, region, agency),
        other => other,
    }
}

fn width_of(place: &Place) -> u8 {
    match place {
        Place::Source(_) => 1,
        Place::Scope(Scope::Agency(..) | Scope::Queue(..)) => 0,
        Place::Scope(Scope::Region(..) | Scope::LineRegion(..)) => 1,
        Place::Scope(Scope::Network(_) | Scope::Line(_)) => 2,
        Place::Scope(Scope::All) => 3,
    }
}

impl Known {
    fn new(
        place: Place,
        shared: Option<Concern>,
        (indicator, began): (Concern, i64),
        opened: i64,
    ) -> Self {
        Self {
            place,
            shared: shared.into_iter().collect(),
            indicator,
            began,
            ended: None,
            worst: Severity::Ok,
            merged_into: None,
            opened,
            parts: BTreeMap::new(),
        }
    }

    /// Whether anything is told of it: it has parts, or had some before it was merged.
    fn is_told(&self) -> bool {
        !self.parts.is_empty() || self.merged_into.is_some()
    }

    /// Whether all of it that goes on lies in what another is of, and something of it is
    /// what is shared there.
    fn goes_into(&self, other: &Self, judgement: &Judgement<'_, '_, '_>) -> bool {
        let lies_there = |(scope, _): &Alarm| judgement.lies_in(scope, &other.place);
        self.width() < other.width()
            && self.is_feed() == other.is_feed()
            && self.going().all(lies_there)
            && self
                .going()
                .any(|(_, concern)| other.shared.contains(concern))
    }

    fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    fn width(&self) -> u8 {
        if self.shared.is_empty() {
            return 0;
        }
        width_of(&self.place)
    }

    fn is_feed(&self) -> bool {
        is_feed(self.indicator)
    }

    /// The parts that go on.
    fn going(&self) -> impl Iterator<Item = &Alarm> {
        let going = self.parts.iter();
        going
            .filter(|(_, gone)| gone.part.ended.is_none())
            .map(|(alarm, _)| alarm)
    }

    fn something_goes_on_of_the_agency_of(&self, scope: &Scope) -> bool {
        let Scope::Agency(..) = own_scope(scope) else {
            return false;
        };
        let own = own_scope(scope);
        self.going().any(|(other, _)| own_scope(other) == own)
    }

    fn name(&self) -> String {
        let place = match &self.place {
            Place::Source(source) => format!("source:{source}"),
            Place::Scope(scope) => scope.to_string(),
        };
        format!("{}/{place}/{}", Time(self.began), self.indicator.name())
    }

    fn cause(&self) -> Cause {
        if self.shared.is_empty() {
            return Cause::Alone;
        }
        match &self.place {
            Place::Source(_) => Cause::SilentSource,
            Place::Scope(Scope::All) => Cause::SharedFeed,
            Place::Scope(Scope::Network(_)) => Cause::SharedNetwork,
            Place::Scope(Scope::Region(..)) => Cause::SharedRegion,
            Place::Scope(Scope::Line(_)) => Cause::SharedLine,
            Place::Scope(Scope::LineRegion(..)) => Cause::SharedLineRegion,
            Place::Scope(Scope::Agency(..) | Scope::Queue(..)) => unreachable!("shared by none"),
        }
    }

    fn state(&self) -> Severity {
        let going = self.parts.values();
        let going = going.filter(|gone| gone.part.ended.is_none());
        going.map(|gone| gone.state).max().unwrap_or(Severity::Ok)
    }

    fn take(&mut self, alarm: &Alarm, (state, began): Bad) {
        let (scope, indicator) = alarm.clone();
        let gone = self.parts.entry(alarm.clone()).or_insert(Gone {
            part: Part {
                scope,
                indicator,
                began: Time(began),
                ended: None,
                worst: state,
                suppressed: None,
            },
            state,
        });
        gone.state = state;
        gone.part.ended = None;
        gone.part.suppressed = None;
        gone.part.worst = gone.part.worst.max(state);
        self.worst = self.worst.max(state);
    }
}

impl<'j, 'c, 'd> Judgement<'j, 'c, 'd> {
    fn new(moment: &'j Moment<'c, 'd>, verdicts: &Verdicts) -> Self {
        let all = verdicts.iter().filter(|(scope, _)| makes_alarms(scope));
        let bad = all.clone().flat_map(|(scope, verdicts)| {
            let bad = verdicts
                .iter()
                .filter(|(_, verdict)| verdict.state > Severity::Ok);
            bad.map(|(concern, verdict)| {
                let since = verdict.since.expect("what is bad is so since some time");
                ((scope.clone(), *concern), (verdict.state, since.0))
            })
        });
        let mut alarms: Vec<(Alarm, Bad)> = bad.collect();
        alarms.sort_by(|(one, bad), (other, too)| (bad.1, one).cmp(&(too.1, other)));
        let is_agency = |scope: &&Scope| matches!(scope, Scope::Agency(..));
        let mut agencies: BTreeSet<Scope> = verdicts.keys().filter(is_agency).cloned().collect();
        agencies.extend(moment.count.places.agencies());
        let agencies = agencies.into_iter().map(|scope| {
            let is_open = !moment.open_places(&scope).is_empty();
            (scope, is_open)
        });
        Self {
            agencies: agencies.collect(),
            sources: all
                .filter_map(|(scope, _)| Some((scope.clone(), moment.last_source(scope)?)))
                .collect(),
            moment,
            alarms,
        }
    }

    fn bad(&self, alarm: &Alarm) -> Option<Bad> {
        let mut all = self.alarms.iter();
        all.find(|(other, _)| other == alarm).map(|(_, bad)| *bad)
    }

    /// Whether a scope lies in a place.
    fn lies_in(&self, scope: &Scope, place: &Place) -> bool {
        let places = &self.moment.count.places;
        let place = match place {
            Place::Source(source) => return self.sources.get(scope) == Some(source),
            Place::Scope(place) => place,
        };
        match (place, scope) {
            (Scope::All, _) => true,
            (place, scope) if place == scope => true,
            (
                Scope::Network(network),
                Scope::Agency(own, ..) | Scope::Queue(own, ..) | Scope::Region(own, _),
            ) => network == own,
            (
                Scope::Region(network, region),
                Scope::Agency(own, other, _) | Scope::Queue(own, other, ..),
            ) => (network, region) == (own, other),
            (Scope::Network(network), Scope::LineRegion(line, _)) => {
                places.network_of_line(line) == network
            }
            (Scope::Region(network, region), Scope::LineRegion(line, other)) => {
                places.network_of_line(line) == network && region == other
            }
            (Scope::Agency(..), Scope::Queue(..)) => own_scope(scope) == *place,
            (Scope::Line(line), Scope::LineRegion(other, _)) => line == other,
            (Scope::Network(network), Scope::Line(line)) => places.network_of_line(line) == network,
            (Scope::Line(line), Scope::Queue(_, _, agency, queue)) => {
                places.line_of(agency, queue) == Some(line)
            }
            (Scope::LineRegion(line, region), Scope::Queue(_, other, agency, queue)) => {
                region == other && places.line_of(agency, queue) == Some(line)
            }
            (Scope::Line(line), Scope::Agency(_, _, agency)) => {
                places.listed_lines_of(agency).contains(&&**line)
            }
            (Scope::LineRegion(line, region), Scope::Agency(_, other, agency)) => {
                region == other && places.listed_lines_of(agency).contains(&&**line)
            }
            _ => false,
        }
    }

    /// The places that agencies can share of an indicator.
    fn places(&self, concern: Concern) -> BTreeSet<Place> {
        let places = &self.moment.count.places;
        let mut scopes = Vec::new();
        for network in places.networks().map(str::to_owned) {
            let regions = places.regions().map(str::to_owned);
            scopes.extend(regions.map(|region| Scope::Region(network.clone(), region)));
            scopes.push(Scope::Network(network));
        }
        for line in places.lines().map(str::to_owned) {
            let regions = places.regions().map(str::to_owned);
            scopes.extend(regions.map(|region| Scope::LineRegion(line.clone(), region)));
            scopes.push(Scope::Line(line));
        }
        let mut all: BTreeSet<Place> = scopes.into_iter().map(Place::Scope).collect();
        if is_feed(concern) {
            all.insert(Place::Scope(Scope::All));
            all.extend(self.sources.values().cloned().map(Place::Source));
        }
        all
    }

    /// What may be left out of a place, of what an agency is in.
    fn parts_of(&self, concern: Concern, place: &Place, agency: &Scope) -> Vec<String> {
        let Scope::Agency(network, region, _) = agency else {
            unreachable!("{agency} is no agency");
        };
        let mut parts = vec![format!("{network}/{region}")];
        if is_feed(concern) {
            parts.extend(
                self.sources
                    .get(agency)
                    .map(|name| format!("source {name}")),
            );
        }
        if *place == Place::Scope(Scope::All) {
            parts.push(network.clone());
        }
        parts
    }
}

fn makes_alarms(scope: &Scope) -> bool {
    match scope {
        Scope::Agency(..) | Scope::Queue(..) | Scope::LineRegion(..) => true,
        Scope::All | Scope::Network(_) | Scope::Region(..) | Scope::Line(_) => false,
    }
}

impl Incidents {
    /// Takes in what was judged at an instant.
    pub fn judge(&mut self, moment: &Moment<'_, '_>, verdicts: &Verdicts) {
        let at = moment.at;
        let judgement = Judgement::new(moment, verdicts);
        self.go_on(at, &judgement, verdicts);
        let fresh = judgement.alarms.iter().map(|(alarm, _)| alarm.clone());
        let fresh = fresh.filter(|alarm| self.holds(alarm).is_none()).collect();
        let left = self.take_in(&judgement, fresh);
        let found = self.share(&judgement);
        self.open_shared(at, found);
        for alarm in self.take_in(&judgement, left) {
            // What became bad in its agency just before may have one by now.
            let still = self.take_in(&judgement, vec![alarm]);
            self.open_own(&judgement, still);
        }
        self.merge(at, &judgement);
        self.close(at);
    }

    /// What is over, and what goes on, in the incidents that are open.
    fn go_on(&mut self, at: i64, judgement: &Judgement<'_, '_, '_>, verdicts: &Verdicts) {
        for incident in self.0.iter_mut().filter(|incident| incident.is_open()) {
            for (alarm, gone) in &mut incident.parts {
                if judgement.bad(alarm).is_some() || gone.part.ended.is_some() {
                    continue;
                }
                gone.part.ended = Some(Time(at));
                gone.state = Severity::Ok;
                gone.part.suppressed = verdicts[&alarm.0][&alarm.1].suppressed;
            }
        }
        for (alarm, verdict) in &judgement.alarms {
            let mut open = self.0.iter_mut().filter(|incident| incident.is_open());
            if let Some(own) = open.find(|incident| incident.parts.contains_key(alarm)) {
                own.take(alarm, *verdict);
            }
        }
    }

    /// What is over for long enough.
    fn close(&mut self, at: i64) {
        for incident in self.0.iter_mut().filter(|incident| incident.is_open()) {
            let ends = incident.parts.values().map(|gone| gone.part.ended);
            let last = ends.max_by_key(|ended| ended.map_or(i64::MAX, |ended| ended.0));
            if let Some(Some(last)) = last
                && at - last.0 >= 300 * SECOND
            {
                incident.ended = Some(last.0);
            }
        }
        // What was found to be shared, and took nothing in.
        self.0.retain(Known::is_told);
    }

    fn holds(&self, alarm: &Alarm) -> Option<&Known> {
        let mut open = self.0.iter().filter(|incident| incident.is_open());
        open.find(|incident| incident.parts.contains_key(alarm))
    }

    /// Rules 1 to 3; answers what none of them takes.
    fn take_in(&mut self, judgement: &Judgement<'_, '_, '_>, fresh: Vec<Alarm>) -> Vec<Alarm> {
        let mut left = Vec::new();
        for alarm in fresh {
            let bad = judgement.bad(&alarm).expect("what is new is bad");
            match self.taker(judgement, &alarm, bad.1) {
                Some(number) => self.0[number].take(&alarm, bad),
                None => left.push(alarm),
            }
        }
        left
    }

    fn taker(&self, judgement: &Judgement<'_, '_, '_>, alarm: &Alarm, began: i64) -> Option<usize> {
        let (scope, concern) = alarm;
        let own = Place::Scope(own_scope(scope));
        let best = |takes: &dyn Fn(&Known) -> bool| {
            let open = self.0.iter().enumerate();
            open.filter(|(_, incident)| incident.is_open() && takes(incident))
                .min_by_key(|(_, incident)| (incident.width(), incident.began, &incident.place))
                .map(|(number, _)| number)
        };
        let of_feed = |incident: &Known| {
            !is_feed(*concern)
                && incident.is_feed()
                && incident.began <= began
                && incident.something_goes_on_of_the_agency_of(scope)
        };
        let of_subject = |incident: &Known| is_feed(*concern) == incident.is_feed();
        let of_own = |incident: &Known| {
            of_subject(incident) && incident.shared.is_empty() && incident.place == own
        };
        let line = Place::Scope(scope.clone());
        let of_line = |incident: &Known| {
            let mut going = incident.going();
            let is_there = |place: &Scope| judgement.lies_in(place, &line);
            matches!(scope, Scope::LineRegion(..))
                && going.any(|(place, of)| of == concern && is_there(place))
        };
        let second = |incident: &Known| of_own(incident) || of_line(incident);
        let shared = |incident: &Known| {
            of_subject(incident)
                && !incident.shared.is_empty()
                && judgement.lies_in(scope, &incident.place)
                && (incident.shared.contains(concern)
                    || incident.something_goes_on_of_the_agency_of(scope))
        };
        best(&of_feed)
            .or_else(|| best(&second))
            .or_else(|| best(&shared))
    }

    /// What is shared just now, the widest first.
    fn share(&self, judgement: &Judgement<'_, '_, '_>) -> Vec<Found> {
        let mut all = Vec::new();
        for concern in Concern::ALL {
            let mut found: Vec<Found> = Vec::new();
            let of_it = judgement
                .alarms
                .iter()
                .filter(|((_, of), _)| *of == concern);
            while of_it.clone().count() >= 3 {
                let mut best = None;
                // Sources come before scopes, and the organisation before lines.
                for place in judgement.places(concern) {
                    let shared = self.is_shared(judgement, &found, concern, &place);
                    let Some((alarmed, open, began)) = shared else {
                        continue;
                    };
                    let rank = (Reverse(width_of(&place)), Reverse(alarmed), open);
                    if best.as_ref().is_none_or(|(other, _)| rank < *other) {
                        let found = Found {
                            place,
                            concern,
                            began,
                        };
                        best = Some((rank, found));
                    }
                }
                match best {
                    Some((_, best)) => found.push(best),
                    None => break,
                }
            }
            all.extend(found);
        }
        all
    }

    /// Whether a place is shared: how many agencies are alarmed, how many are open, and
    /// when the first of those alarms began that count.
    fn is_shared(
        &self,
        judgement: &Judgement<'_, '_, '_>,
        found: &[Found],
        concern: Concern,
        place: &Place,
    ) -> Option<(usize, usize, i64)> {
        let width = width_of(place);
        let is_there = |scope: &Scope| judgement.lies_in(scope, place);
        let agencies = judgement.agencies.iter();
        let open: Vec<&Scope> = agencies
            .filter(|(agency, is_open)| **is_open && is_there(agency))
            .map(|(agency, _)| agency)
            .collect();
        let alarmed: Vec<&Alarm> = judgement
            .alarms
            .iter()
            .map(|(alarm, _)| alarm)
            .filter(|(scope, of)| {
                matches!(scope, Scope::Agency(..)) && *of == concern && is_there(scope)
            })
            .collect();
        let counts = |alarm: &&&Alarm| {
            let mut found = found.iter();
            if found.any(|found| judgement.lies_in(&alarm.0, &found.place)) {
                return false;
            }
            let Some(own) = self.holds(alarm) else {
                return true;
            };
            if own.is_feed() != is_feed(concern) {
                return false;
            }
            if own.width() >= width {
                return own.place == *place && !own.shared.contains(&concern);
            }
            own.going().all(|(scope, _)| is_there(scope))
        };
        let counted: Vec<&Alarm> = alarmed.iter().filter(counts).copied().collect();
        let is_enough = |without: Option<&str>| {
            let stays = |agency: &Scope| {
                let parts = judgement.parts_of(concern, place, agency);
                without.is_none_or(|part| !parts.iter().any(|own| own == part))
            };
            let number = |alarms: &[&Alarm]| {
                let stay = alarms.iter().filter(|(agency, _)| stays(agency));
                stay.count()
            };
            let open = open.iter().filter(|agency| stays(agency)).count();
            number(&counted) >= 3 && number(&alarmed) * 4 >= open
        };
        let parts = alarmed
            .iter()
            .flat_map(|(agency, _)| judgement.parts_of(concern, place, agency));
        let is_wide = width >= 2;
        let is_shared =
            is_enough(None) && (!is_wide || parts.into_iter().all(|part| is_enough(Some(&part))));
        let began = counted
            .iter()
            .map(|alarm| self.began(judgement, alarm))
            .min();
        is_shared.then_some((alarmed.len(), open.len(), began?))
    }

    /// When an alarm began: of a part of an incident, the first time.
    fn began(&self, judgement: &Judgement<'_, '_, '_>, alarm: &Alarm) -> i64 {
        match self.holds(alarm) {
            Some(own) => own.parts[alarm].part.began.0,
            None => judgement.bad(alarm).expect("an alarm is bad").1,
        }
    }

    /// What is shared gets an incident, or is what one shares from now on.
    fn open_shared(&mut self, at: i64, found: Vec<Found>) {
        for Found {
            place,
            concern,
            began,
        } in found
        {
            let mut open = self.0.iter_mut().filter(|incident| incident.is_open());
            let there = open
                .find(|incident| incident.place == place && incident.is_feed() == is_feed(concern));
            match there {
                Some(there) => {
                    if there.shared.is_empty() {
                        there.shared.insert(there.indicator);
                    }
                    there.shared.insert(concern);
                }
                None => self
                    .0
                    .push(Known::new(place, Some(concern), (concern, began), at)),
            }
        }
    }

    /// Rule 5.
    fn open_own(&mut self, judgement: &Judgement<'_, '_, '_>, left: Vec<Alarm>) {
        for alarm in left {
            let bad = judgement.bad(&alarm).expect("an alarm is bad");
            // What was opened just now may take it.
            if let Some(number) = self.taker(judgement, &alarm, bad.1) {
                self.0[number].take(&alarm, bad);
                continue;
            }
            let place = Place::Scope(own_scope(&alarm.0));
            let mut incident = Known::new(place, None, (alarm.1, bad.1), judgement.moment.at);
            incident.take(&alarm, bad);
            self.0.push(incident);
        }
    }

    /// What is narrower goes into what is wider, the widest first.
    fn merge(&mut self, at: i64, judgement: &Judgement<'_, '_, '_>) {
        for width in [3, 2, 1] {
            for wide in 0..self.0.len() {
                for narrow in 0..self.0.len() {
                    let (one, other) = (&self.0[narrow], &self.0[wide]);
                    let is_wide = other.is_open() && other.width() == width;
                    if is_wide && one.is_open() && one.goes_into(other, judgement) {
                        self.merge_into(narrow, wide, at);
                    }
                }
            }
        }
    }

    fn merge_into(&mut self, narrow: usize, wide: usize, at: i64) {
        let name = self.0[wide].name();
        let narrow = &mut self.0[narrow];
        let (parts, worst) = (std::mem::take(&mut narrow.parts), narrow.worst);
        narrow.ended = Some(at);
        // What was opened just now was never told of.
        narrow.merged_into = (narrow.opened < at).then_some(name);
        let wide = &mut self.0[wide];
        wide.parts.extend(parts);
        wide.worst = wide.worst.max(worst);
    }

    /// The names of those that are in each scope, or have a part there.
    pub fn lists(
        &self,
        moment: &Moment<'_, '_>,
        verdicts: &Verdicts,
    ) -> BTreeMap<Scope, BTreeSet<String>> {
        let judgement = Judgement::new(moment, verdicts);
        let told = || self.0.iter().filter(|known| known.is_told());
        let lists = verdicts.keys().map(|scope| {
            let place = Place::Scope(scope.clone());
            let is_there = |known: &&Known| {
                let is_of_it = match &known.place {
                    Place::Scope(own) => judgement.lies_in(own, &place),
                    Place::Source(_) => *scope == Scope::All,
                };
                let mut parts = known.parts.keys();
                is_of_it || parts.any(|(part, _)| judgement.lies_in(part, &place))
            };
            let names = told().filter(is_there).map(Known::name).collect();
            (scope.clone(), names)
        });
        lists.collect()
    }

    /// All of them, by their names, as of an instant; whom they touched where all has been
    /// counted.
    pub fn shown(&self, count: Option<&Count<'_>>, at: i64) -> BTreeMap<String, Incident> {
        let shown = self.0.iter().map(|known| {
            let mut parts: Vec<Part> = known.parts.values().map(|gone| gone.part.clone()).collect();
            parts.sort_by_key(|part| {
                let what = (part.scope.clone(), part.indicator);
                (part.ended.is_some(), Reverse(part.worst), part.began, what)
            });
            let parts_total = parts.len() as u64;
            parts.truncate(TOLD_PARTS);
            let (scope, source) = match known.place.clone() {
                Place::Source(source) => (None, Some(source)),
                Place::Scope(scope) => (Some(scope), None),
            };
            let incident = Incident {
                id: known.name(),
                scope,
                source,
                indicator: known.indicator,
                cause: known.cause(),
                began: Time(known.began),
                ended: known.ended.map(Time),
                state: known.state(),
                worst: known.worst,
                merged_into: known.merged_into.clone(),
                touched: count
                    .map(|count| known.touched(count, at))
                    .unwrap_or_default(),
                parts_total,
                parts,
            };
            (incident.id.clone(), incident)
        });
        shown.collect()
    }
}

impl Known {
    fn touched(&self, count: &Count<'_>, at: i64) -> Touched {
        let mut spans: BTreeMap<&Scope, (i64, i64)> = BTreeMap::new();
        for gone in self.parts.values() {
            let part = &gone.part;
            let ended = part.ended.map_or(at, |ended| ended.0);
            let span = spans.entry(&part.scope).or_insert((part.began.0, ended));
            *span = (span.0.min(part.began.0), span.1.max(ended));
        }
        let has_agencies = spans.keys().any(|scope| agency_of(scope).is_some());
        let mut touched = Touched::default();
        for (scope, (from, to)) in &spans {
            let is_counted = match scope {
                Scope::Queue(..) => !spans.contains_key(&own_scope(scope)),
                Scope::LineRegion(..) => !has_agencies,
                _ => true,
            };
            if !is_counted {
                continue;
            }
            let moment = count.at(at);
            if self.going().any(|(other, _)| other == *scope) {
                let now = moment.now(*scope);
                touched.waiting += now.waiting;
                touched.promises += now.promises.open;
            }
            let (before, after) = (count.at(*from).ever(*scope), count.at(*to).ever(*scope));
            touched.offered += after.0 as i64 - before.0 as i64;
            touched.abandoned += after.2 as i64 - before.2 as i64;
        }
        touched
    }
}

impl Moment<'_, '_> {
    /// The source that told of a scope last; of several, the one heard last, then the last
    /// by name.
    fn last_source(&self, scope: &Scope) -> Option<String> {
        let last = self.told(scope.into()).map(|told| told.time()).max()?;
        let told_last = self.told(scope.into()).filter(|told| told.time() == last);
        let heard = |source: &str| {
            let all = self.count.told.iter().filter(|told| told.time() < self.at);
            let own = all.filter(|told| &*told.event.source == source);
            own.map(|told| told.time()).max()
        };
        let named = told_last.map(|told| &*told.event.source);
        let source = named.max_by_key(|&source| (heard(source), source))?;
        Some(source.to_owned())
    }
}
