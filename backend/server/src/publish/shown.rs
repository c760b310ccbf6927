//! What a topic shows, and what changed of it.

use std::collections::BTreeMap;

use vigie_contract::frame::{Content, Feed, ScopeChildren, ScopeFigures};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::topic::Topic;
use vigie_contract::view::{Card, View};

use super::figures::Figures;

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
            Made::Children(_) => None,
        }
    }

    /// The cards by scope, of a topic of children.
    pub(super) fn cards(&self) -> Option<impl Iterator<Item = &Card>> {
        match &self.made {
            Made::Figures(_) => None,
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
        }
    }

    /// What changed since it showed `before`.
    pub(super) fn since(&self, before: &Self) -> Content {
        match (&self.made, &before.made) {
            (Made::Children(new), Made::Children(old)) => Content::Children(changes(old, new)),
            // Most figures change each second; and a topic is of one kind.
            (Made::Figures(_) | Made::Children(_), _) => self.whole(),
        }
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
