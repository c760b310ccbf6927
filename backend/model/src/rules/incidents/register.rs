//! All incidents, and what a judgement does to them.

use std::collections::VecDeque;

use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};
use vigie_contract::scope::Scope;
use vigie_contract::view::Concern;

use super::alarmed::{Alarmed, Subject, Surroundings};
use super::gathering::{self, Sharing};
use super::homes::{Homes, own_place};
use super::incident::Incident;
use super::place::{Breadth, Place};

/// An incident is over when none of its parts has been alarmed for so many seconds.
const OVER_AFTER: i64 = 300;

/// Incidents that are over are remembered for so many seconds, so many at most.
const REMEMBERED_FOR: i64 = 24 * 3_600;
const REMEMBERED_AT_MOST: usize = 1_000;
/// And with so many parts together: what flaps all over a country has thousands each
/// time.
const PARTS_AT_MOST: usize = 20_000;

/// All incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Register {
    open: Vec<Incident>,
    /// Those that are over, in the order in which that was said.
    over: VecDeque<Incident>,
}

/// What became of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Turned {
    /// It began.
    Began,
    /// It is worse than it was before.
    Worsened,
    /// It went into a wider one.
    Merged,
    /// It is over.
    Ended,
}

impl Turned {
    /// All that can become of one.
    pub const ALL: [Self; 4] = [Self::Began, Self::Worsened, Self::Merged, Self::Ended];

    /// Its name, in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Began => "began",
            Self::Worsened => "worsened",
            Self::Merged => "merged",
            Self::Ended => "ended",
        }
    }
}

impl Register {
    /// Whether there is nothing that a judgement could change but what it is told.
    pub(crate) fn is_quiet(&self) -> bool {
        self.open.is_empty()
    }

    /// The incidents that are open as of a second, and those that are remembered.
    pub(crate) fn all(&self, at: i64) -> impl Iterator<Item = &Incident> {
        let over = self.over.iter().filter(move |over| !is_forgotten(over, at));
        self.open.iter().chain(over)
    }

    /// Takes in all that is above ok at a judgement, in the order in which it began;
    /// tells what became of incidents.
    pub(crate) fn judge(
        &mut self,
        at: i64,
        alarmed: &[Alarmed<'_>],
        surroundings: &impl Surroundings,
        mut tell: impl FnMut(Turned, &Incident),
    ) {
        self.forget(at);
        let new = self.go_on(at, alarmed, surroundings);
        let new = self.take_in(new, surroundings);
        for sharing in self.shared(&new, surroundings) {
            self.share(sharing);
        }
        let others = self.take_in(new, surroundings);
        self.open_alone(others, surroundings);
        self.merge(at, surroundings, &mut tell);
        self.close(at, &mut tell);
        self.tell(&mut tell);
    }

    /// Forgets what was over for too long, and of what is too much the oldest.
    fn forget(&mut self, at: i64) {
        for incident in &mut self.open {
            incident.forget_before(at - REMEMBERED_FOR);
        }
        let mut parts: usize = self.over.iter().map(|over| over.parts.len()).sum();
        while let Some(oldest) = self.over.front() {
            let is_too_much = self.over.len() > REMEMBERED_AT_MOST || parts > PARTS_AT_MOST;
            if !is_too_much && !is_forgotten(oldest, at) {
                break;
            }
            parts -= oldest.parts.len();
            self.over.pop_front();
        }
    }

    /// Goes on with the parts that there are; answers the alarms that are new.
    fn go_on<'a>(
        &mut self,
        at: i64,
        alarmed: &'a [Alarmed<'a>],
        surroundings: &impl Surroundings,
    ) -> Vec<&'a Alarmed<'a>> {
        let homes = self.homes(alarmed);
        let mut new = Vec::new();
        for (alarmed, home) in alarmed.iter().zip(homes) {
            match home {
                Some(home) => self.open[home].take(alarmed),
                None => new.push(alarmed),
            }
        }
        let there: HashSet<(&Scope, Concern)> = alarmed
            .iter()
            .map(|alarmed| (alarmed.scope, alarmed.concern))
            .collect();
        for incident in &mut self.open {
            let active = incident.active().map(|(key, _)| key);
            let gone: Vec<(Scope, Concern)> = active
                .filter(|(scope, concern)| !there.contains(&(scope, *concern)))
                .cloned()
                .collect();
            for key in gone {
                let why = surroundings.suppressed(&key.0, key.1);
                incident.end_part(&key, at, why, surroundings.toll(&key.0));
            }
        }
        new
    }

    /// The open incident that each alarm is a part of, or was.
    fn homes(&self, alarmed: &[Alarmed<'_>]) -> Vec<Option<usize>> {
        let mut of_part: HashMap<(&Scope, Concern), usize> = HashMap::new();
        for (number, incident) in self.open.iter().enumerate() {
            for ((scope, concern), part) in &incident.parts {
                let known = of_part.entry((scope, *concern)).or_insert(number);
                if part.ended.is_none() {
                    *known = number;
                }
            }
        }
        let homes = alarmed.iter();
        homes
            .map(|alarmed| of_part.get(&(alarmed.scope, alarmed.concern)).copied())
            .collect()
    }

    /// Takes new alarms into the incidents that explain them; answers the others.
    fn take_in<'a>(
        &mut self,
        new: Vec<&'a Alarmed<'a>>,
        surroundings: &impl Surroundings,
    ) -> Vec<&'a Alarmed<'a>> {
        if new.is_empty() {
            return new;
        }
        let homes = Homes::of(&self.open);
        let mut others = Vec::new();
        for alarmed in new {
            match homes.find(&self.open, alarmed, surroundings) {
                Some(home) => self.open[home].take(alarmed),
                None => others.push(alarmed),
            }
        }
        others
    }

    /// Opens an incident for each agency, or line in a region, of new alarms.
    fn open_alone(&mut self, new: Vec<&Alarmed<'_>>, surroundings: &impl Surroundings) {
        if new.is_empty() {
            return;
        }
        let mut homes = Homes::of(&self.open);
        for alarmed in new {
            if let Some(home) = homes.find(&self.open, alarmed, surroundings) {
                self.open[home].take(alarmed);
                continue;
            }
            let place = own_place(alarmed.scope);
            let mut alone = Incident::new(place, false, alarmed.concern, alarmed.began);
            alone.take(alarmed);
            homes.add(self.open.len(), &alone);
            self.open.push(alone);
        }
    }

    /// What alarms share that no incident explains yet.
    fn shared(&self, new: &[&Alarmed<'_>], surroundings: &impl Surroundings) -> Vec<Sharing> {
        let found = Concern::ALL.into_iter().flat_map(|concern| {
            let new = new.iter();
            let new = new.map(|alarmed| (alarmed.scope, alarmed.concern, alarmed.began));
            let agencies = gathering::agencies(concern, new, &self.open);
            gathering::find(concern, &agencies, surroundings)
        });
        found.collect()
    }

    /// Opens an incident of what is shared, or widens the one that there is.
    fn share(&mut self, sharing: Sharing) {
        let Sharing {
            place,
            concern,
            began,
        } = sharing;
        let subject = Subject::of(concern);
        let mut open = self.open.iter_mut();
        match open.find(|incident| incident.place == place && incident.subject() == subject) {
            Some(known) => {
                known.is_shared = true;
                known.shares.insert(concern);
            }
            None => self.open.push(Incident::new(place, true, concern, began)),
        }
    }

    /// Lets narrower incidents go into wider ones that explain all that they are still
    /// of.
    fn merge(
        &mut self,
        at: i64,
        surroundings: &impl Surroundings,
        tell: &mut impl FnMut(Turned, &Incident),
    ) {
        let breadths = [Breadth::All, Breadth::Network, Breadth::Region];
        for breadth in breadths {
            let open = self.open.iter();
            let wide: Vec<(Place, Subject)> = open
                .filter(|incident| incident.is_shared && incident.breadth() == breadth)
                .map(|incident| (incident.place.clone(), incident.subject()))
                .collect();
            for (place, subject) in wide {
                self.merge_into(&place, subject, at, surroundings, tell);
            }
        }
    }

    fn merge_into(
        &mut self,
        place: &Place,
        subject: Subject,
        at: i64,
        surroundings: &impl Surroundings,
        tell: &mut impl FnMut(Turned, &Incident),
    ) {
        let is_it = |incident: &Incident| {
            let is_of_it = incident.place == *place && incident.subject() == subject;
            incident.is_shared && is_of_it
        };
        let Some(number) = self.open.iter().position(is_it) else {
            return;
        };
        let mut wider = self.open.remove(number);
        let goes_into = |incident: &Incident| {
            let is_narrower = incident.breadth() < place.breadth();
            is_narrower
                && incident.subject() == subject
                && incident.lies_in(place, &wider.shares, surroundings)
        };
        let (merged, others) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(goes_into);
        self.open = others;
        let merged: Vec<Incident> = merged;
        for mut incident in merged {
            incident.merge_into(&mut wider, at);
            // Nobody has heard of what was opened just now.
            if incident.told.is_some() {
                tell(Turned::Merged, &incident);
                self.over.push_back(incident);
            }
        }
        self.open.insert(number.min(self.open.len()), wider);
    }

    /// Closes what has had no part for long enough.
    fn close(&mut self, at: i64, tell: &mut impl FnMut(Turned, &Incident)) {
        let is_over = |incident: &mut Incident| {
            let ended = incident.last_ended();
            ended.is_some_and(|ended| at - ended >= OVER_AFTER) || incident.parts.is_empty()
        };
        let over: Vec<Incident> = self.open.extract_if(.., is_over).collect();
        for mut incident in over {
            incident.ended = incident.last_ended();
            if incident.told.is_some() {
                tell(Turned::Ended, &incident);
                self.over.push_back(incident);
            }
        }
    }

    /// Tells of what is new, and of what is worse.
    fn tell(&mut self, tell: &mut impl FnMut(Turned, &Incident)) {
        for incident in &mut self.open {
            let turned = match incident.told {
                None => Some(Turned::Began),
                Some(told) => (incident.worst > told).then_some(Turned::Worsened),
            };
            if let Some(turned) = turned {
                incident.told = Some(incident.worst);
                tell(turned, incident);
            }
        }
    }
}

/// Whether an incident was over for so long that it is no longer told.
fn is_forgotten(incident: &Incident, at: i64) -> bool {
    let ended = incident.ended.unwrap_or(at);
    at - ended > REMEMBERED_FOR
}
