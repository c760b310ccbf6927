//! All topics that are watched.

use std::collections::{BTreeSet, HashMap};

use vigie_contract::extent::Extent;
use vigie_contract::frame::Feed;
use vigie_contract::time::Time;
use vigie_contract::topic::Topic;
use vigie_contract::view::{Card, View};

use super::figures::Figures;
use super::shown::Shown;
use super::watched::{ClientId, Subscription, Watched};

/// The most cells of which selections are made in a round. Scopes are as many as they
/// are, and each is made once however many watch it; selections are as many as anybody
/// can think of. What is beyond has its turn in the rounds that follow.
const CELLS_A_ROUND: usize = 50_000;

/// What a topic costs beside its cells, counted in these.
const CELLS_OF_A_TOPIC: usize = 200;

/// What came of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// How many clients were too slow for it, a client once for each topic.
    pub too_slow: u64,
    /// How many topics of selections have to wait for the next rounds.
    pub postponed: u64,
}

/// All topics that are watched.
#[derive(Default)]
pub struct Publisher {
    topics: HashMap<Topic, Watched>,
    /// The topics that each client watches.
    clients: HashMap<ClientId, BTreeSet<Topic>>,
    /// Counts the seconds that were published.
    round: u64,
    /// Counts the times at which a topic was first watched, or looked at.
    turns: u64,
}

impl Publisher {
    /// Watches a topic beside those that the client watches; one that it watches
    /// already begins anew. The snapshot comes at once where the topic is watched
    /// already or `figures` are there to compute it from, else with the first
    /// figures.
    pub fn subscribe(
        &mut self,
        subscription: Subscription,
        figures: Option<&impl Figures>,
        feed: &Feed,
    ) {
        let Subscription {
            client,
            topic,
            encoding,
            outlet,
        } = subscription;
        let topic: &Topic = &topic;
        self.unsubscribe(client, topic);
        let round = self.round;
        self.turns += 1;
        let turn = self.turns;
        let watched = self.topics.entry(topic.clone());
        let watched = watched.or_insert_with(|| Watched::new(turn));
        watched.join(client, encoding, outlet, round);
        let held = self.clients.entry(client).or_default();
        held.insert(topic.clone());
        let Some(figures) = figures else {
            return;
        };
        if watched.shown().is_none() {
            watched.look(topic, figures, feed, turn);
        }
        self.send(topic, None);
    }

    /// Ends the subscription of a client to a topic.
    pub fn unsubscribe(&mut self, client: ClientId, topic: &Topic) {
        let Some(held) = self.clients.get_mut(&client) else {
            return;
        };
        if held.remove(topic) {
            if held.is_empty() {
                self.clients.remove(&client);
            }
            self.drop_watcher(client, topic);
        }
    }

    /// Ends all subscriptions of a client that is gone.
    pub fn leave(&mut self, client: ClientId) {
        let held = self.clients.remove(&client).unwrap_or_default();
        held.iter()
            .for_each(|topic| self.drop_watcher(client, topic));
    }

    fn drop_watcher(&mut self, client: ClientId, topic: &Topic) {
        if let Some(watched) = self.topics.get_mut(topic) {
            watched.leave(client);
            if !watched.is_watched() {
                self.topics.remove(topic);
            }
        }
    }

    /// Sends what changed of every topic, but for those of selections that have to wait
    /// for their turn.
    ///
    /// Where somebody waits for a snapshot the longest comes first: a client that
    /// has room for some of its topics only gets them in turn.
    pub fn publish(&mut self, figures: &impl Figures, feed: &Feed) -> Published {
        self.round += 1;
        let mut published = Published::default();
        let mut due: Vec<(u64, Topic)> = Vec::new();
        let mut selections: Vec<(u64, Topic)> = Vec::new();
        for (topic, watched) in &self.topics {
            match topic.extent() {
                Extent::Scope(_) => {
                    let waits_since = watched.waits_since().unwrap_or(u64::MAX);
                    due.push((waits_since, topic.clone()));
                }
                Extent::Selection(_) => selections.push((watched.turn(), topic.clone())),
            }
        }
        due.sort_unstable();
        selections.sort_unstable();
        let mut cells = 0;
        let in_turn = selections.iter().take_while(|(_, topic)| {
            let is_first = cells == 0;
            cells += CELLS_OF_A_TOPIC + figures.cells(topic.extent());
            is_first || cells <= CELLS_A_ROUND
        });
        let in_turn = in_turn.count();
        published.postponed = (selections.len() - in_turn) as u64;
        due.extend(selections.drain(..in_turn));
        for (_, topic) in due {
            self.turns += 1;
            let before = match self.topics.get_mut(&topic) {
                Some(watched) => watched.look(&topic, figures, feed, self.turns),
                None => None,
            };
            published.too_slow += self.send(&topic, before);
        }
        published
    }

    /// The view that is shown of a scope or a selection, if that is as of an instant.
    pub fn view(&self, of: &Extent, as_of: Option<Time>) -> Option<&View> {
        self.shown(&Topic::Figures(of.clone()), as_of)?.view()
    }

    /// The cards that are shown of a scope or a selection, if they are as of an instant, by
    /// scope.
    pub fn children(
        &self,
        of: &Extent,
        as_of: Option<Time>,
    ) -> Option<impl Iterator<Item = &Card>> {
        self.shown(&Topic::Children(of.clone()), as_of)?.cards()
    }

    fn shown(&self, topic: &Topic, as_of: Option<Time>) -> Option<&Shown> {
        let shown = self.topics.get(topic)?.shown()?;
        (Some(shown.as_of) == as_of).then_some(shown)
    }

    /// Number of topics watched.
    pub fn topics(&self) -> usize {
        self.topics.len()
    }

    /// Ends every subscription: the queues close.
    pub fn close(&mut self) {
        self.topics.clear();
        self.clients.clear();
    }

    fn send(&mut self, topic: &Topic, before: Option<Shown>) -> u64 {
        let Some(watched) = self.topics.get_mut(topic) else {
            return 0;
        };
        let sent = watched.send(topic, before.as_ref(), self.round);
        for client in sent.left {
            self.unsubscribe(client, topic);
        }
        sent.too_slow
    }
}

#[cfg(test)]
mod tests;
