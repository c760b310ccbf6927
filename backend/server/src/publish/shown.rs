//! What a topic shows, and what changed of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use vigie_contract::frame::{Content, Feed, ScopeChildren, ScopeFigures, ScopeIncidents};
use vigie_contract::incident::Incident;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::topic::Topic;
use vigie_contract::view::{Card, View};

use super::figures::Figures;

/// Incidents are shown for so long after they have ended.
const INCIDENTS_OF: Span = Span::from_seconds(3_600);

/// What a topic shows, as of an instant.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) as_of: Time,
    pub(super) feed: Feed,
    made: Made,
}

/// What was made for a topic, by its kind.
#[derive(Clone, Debug)]
enum Made {
    Figures(Box<ScopeFigures>),
    Children(BTreeMap<Scope, Card>),
    Incidents { total: u64, first: Vec<Incident> },
}

impl Shown {
    /// What a topic shows now, or the scope of it that nobody has named; `None` where
    /// there are no figures.
    pub(super) fn of(
        topic: &Topic,
        figures: &impl Figures,
        feed: &Feed,
    ) -> Option<Result<Self, Scope>> {
        if let Some(unnamed) = figures.unnamed(topic.extent()) {
            return Some(Err(unnamed.clone()));
        }
        let made = match topic {
            Topic::Figures(of) => Made::Figures(Box::new(ScopeFigures {
                view: figures.view(of)?,
                path: figures.path(of),
                rules: figures.rules(of),
            })),
            Topic::Children(of) => {
                let cards = figures.children(of)?.into_iter();
                Made::Children(cards.map(|card| (card.scope.clone(), card)).collect())
            }
            Topic::Incidents(of) => {
                let since = figures.as_of()? - INCIDENTS_OF;
                let (total, first) = figures.incidents(of, since)?;
                let total = total as u64;
                Made::Incidents { total, first }
            }
        };
        Some(Ok(Self {
            as_of: figures.as_of()?,
            feed: feed.clone(),
            made,
        }))
    }

    /// The view, of a topic of figures.
    pub(super) fn view(&self) -> Option<&View> {
        match &self.made {
            Made::Figures(figures) => Some(&figures.view),
            Made::Children(_) | Made::Incidents { .. } => None,
        }
    }

    /// The cards by scope, of a topic of children.
    pub(super) fn cards(&self) -> Option<impl Iterator<Item = &Card>> {
        match &self.made {
            Made::Figures(_) | Made::Incidents { .. } => None,
            Made::Children(cards) => Some(cards.values()),
        }
    }

    /// Everything that the topic shows.
    pub(super) fn whole(&self) -> Content {
        match &self.made {
            Made::Figures(figures) => Content::Figures(figures.clone()),
            Made::Children(cards) => Content::Children(ScopeChildren {
                cards: cards.values().cloned().collect(),
                gone: Vec::new(),
            }),
            Made::Incidents { total, first } => Content::Incidents(ScopeIncidents {
                total: *total,
                incidents: first.clone(),
                gone: Vec::new(),
            }),
        }
    }

    /// What changed since it showed `before`.
    pub(super) fn since(&self, before: &Self) -> Content {
        match (&self.made, &before.made) {
            (Made::Children(new), Made::Children(old)) => Content::Children(changes(old, new)),
            (Made::Incidents { total, first: new }, Made::Incidents { first: old, .. }) => {
                Content::Incidents(turned(old, new, *total))
            }
            // Most figures change each second; and a topic is of one kind.
            (Made::Figures(_) | Made::Children(_) | Made::Incidents { .. }, _) => self.whole(),
        }
    }
}

/// The incidents that changed or are new, and those that are no longer there.
fn turned(old: &[Incident], new: &[Incident], total: u64) -> ScopeIncidents {
    let before: HashMap<&str, &Incident> = old.iter().map(|one| (&*one.id, one)).collect();
    let now: HashSet<&str> = new.iter().map(|one| &*one.id).collect();
    let changed = new.iter().filter(|one| before.get(&*one.id) != Some(one));
    let gone = old.iter().filter(|one| !now.contains(&*one.id));
    ScopeIncidents {
        total,
        incidents: changed.cloned().collect(),
        gone: gone.map(|one| one.id.clone()).collect(),
    }
}

/// The cards that changed, and the children that are no longer there.
fn changes(old: &BTreeMap<Scope, Card>, new: &BTreeMap<Scope, Card>) -> ScopeChildren {
    let changed = new
        .iter()
        .filter(|(scope, card)| old.get(*scope) != Some(card))
        .map(|(_, card)| card.clone());
    let gone = old.keys().filter(|scope| !new.contains_key(*scope));
    ScopeChildren {
        cards: changed.collect(),
        gone: gone.cloned().collect(),
    }
}
