//! All topics that are watched.

use std::collections::{BTreeSet, HashMap};

use vigie_contract::frame::Feed;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::topic::Topic;
use vigie_contract::view::{Card, View};

use super::figures::Figures;
use super::shown::Shown;
use super::watched::{ClientId, Subscription, Watched};

/// All topics that are watched.
#[derive(Default)]
pub struct Publisher {
    topics: HashMap<Topic, Watched>,
    /// The topics that each client watches.
    clients: HashMap<ClientId, BTreeSet<Topic>>,
    /// Counts the seconds that were published.
    round: u64,
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
        let watched = self.topics.entry(topic.clone()).or_default();
        watched.join(client, encoding, outlet, self.round);
        let held = self.clients.entry(client).or_default();
        held.insert(topic.clone());
        let Some(figures) = figures else {
            return;
        };
        if watched.shown().is_none() {
            watched.look(topic, figures, feed);
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

    /// Sends what changed of every topic. Answers how many clients were too
    /// slow for it, a client once for each topic.
    ///
    /// Where somebody waits for a snapshot the longest comes first: a client that
    /// has room for some of its topics only gets them in turn.
    pub fn publish(&mut self, figures: &impl Figures, feed: &Feed) -> u64 {
        self.round += 1;
        let mut topics: Vec<(u64, Topic)> = self
            .topics
            .iter()
            .map(|(topic, watched)| (watched.waits_since().unwrap_or(u64::MAX), topic.clone()))
            .collect();
        topics.sort_unstable();
        let mut too_slow = 0;
        for (_, topic) in topics {
            let before = match self.topics.get_mut(&topic) {
                Some(watched) => watched.look(&topic, figures, feed),
                None => None,
            };
            too_slow += self.send(&topic, before);
        }
        too_slow
    }

    /// The view that a scope shows, if that is as of an instant.
    pub fn view(&self, scope: &Scope, as_of: Option<Time>) -> Option<&View> {
        self.shown(&Topic::Figures(scope.clone()), as_of)?.view()
    }

    /// The children that a scope shows, if they are as of an instant, by scope.
    pub fn children(
        &self,
        scope: &Scope,
        as_of: Option<Time>,
    ) -> Option<impl Iterator<Item = &Card>> {
        self.shown(&Topic::Children(scope.clone()), as_of)?.cards()
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
