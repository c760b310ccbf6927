//! The topics that a connection holds.

use std::future::poll_fn;
use std::task::{Context, Poll};

use vigie_contract::topic::{MOST_TOPICS, Topic};

use crate::access::Permitted;
use crate::publish::Frame;
use crate::publish::queue::Inlet;

/// The topics that a connection holds, each with the queue of its frames.
#[derive(Default)]
pub(super) struct HeldTopics {
    topics: Vec<Subscribed>,
    /// The topic whose turn it is to send a frame, by its place.
    turn: usize,
}

struct Subscribed {
    topic: Permitted<Topic>,
    inlet: Inlet,
}

impl HeldTopics {
    /// Whether there is room for a topic: it is held, or not as many are as may be.
    pub(super) fn has_room_for(&mut self, topic: &Topic) -> bool {
        self.topics.retain(|held| !held.inlet.has_ended());
        let is_held = self.topics.iter().any(|held| *held.topic == *topic);
        is_held || self.topics.len() < MOST_TOPICS
    }

    /// Holds a topic; where it is held already, nothing of its queue is sent.
    pub(super) fn hold(&mut self, topic: Permitted<Topic>, inlet: Inlet) {
        self.topics.retain(|held| *held.topic != *topic);
        self.topics.push(Subscribed { topic, inlet });
    }

    /// Lets a topic go, if it is held, and all that waits of it. The members of a
    /// selection may be named in any order.
    pub(super) fn let_go(&mut self, name: &str) -> Option<Permitted<Topic>> {
        let topic: Topic = name.parse().ok()?;
        let at = self.topics.iter().position(|held| *held.topic == topic)?;
        Some(self.topics.remove(at).topic)
    }

    /// Lets all go.
    pub(super) fn clear(&mut self) {
        self.topics.clear();
    }

    /// The next frame, of each topic in turn; waits for ever while none is held.
    pub(super) async fn next(&mut self) -> Frame {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Frame> {
        let mut left = self.topics.len();
        while left > 0 {
            left -= 1;
            let at = self.turn % self.topics.len();
            match self.topics[at].inlet.poll(context) {
                Poll::Ready(Some(frame)) => {
                    self.turn = at + 1;
                    return Poll::Ready(frame);
                }
                // It was refused, or the service stops.
                Poll::Ready(None) => {
                    self.topics.remove(at);
                    self.turn = at;
                }
                Poll::Pending => self.turn = at + 1,
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use vigie_contract::scope::Scope;

    use super::*;
    use crate::access::{Identity, permit};
    use crate::publish::queue::{Handed, Outlet, Room, queue};

    fn topic(number: usize) -> Permitted<Topic> {
        let topic = Topic::Figures(Scope::Network(number.to_string()).into());
        permit(Identity::Everybody, topic).unwrap()
    }

    fn hold(held: &mut HeldTopics, number: usize) -> Outlet {
        let (outlet, inlet) = queue(8, &Room::of(1));
        held.hold(topic(number), inlet);
        outlet
    }

    fn hand(outlet: &Outlet, text: &'static str) {
        assert_eq!(outlet.hand(Frame::Text(text.into())), Handed::Taken);
    }

    /// All frames that are there, in the order that they are sent in.
    fn sent(held: &mut HeldTopics) -> Vec<String> {
        let mut context = Context::from_waker(Waker::noop());
        let mut all = Vec::new();
        while let Poll::Ready(frame) = held.poll(&mut context) {
            match frame {
                Frame::Text(text) => all.push(text.to_string()),
                Frame::Binary(_) => panic!("nothing binary was handed"),
            }
        }
        all
    }

    #[test]
    fn a_connection_holds_sixteen_topics_and_no_more() {
        let mut held = HeldTopics::default();
        let outlets: Vec<Outlet> = (0..MOST_TOPICS)
            .map(|number| {
                assert!(held.has_room_for(&topic(number)));
                hold(&mut held, number)
            })
            .collect();
        assert!(!held.has_room_for(&topic(MOST_TOPICS)));
        assert!(held.has_room_for(&topic(3)), "it is held already");
        assert!(held.let_go("figures/99").is_none());
        assert!(held.let_go("3").is_none());
        assert!(held.let_go("figures/3").is_some());
        assert!(held.let_go("figures/3").is_none());
        assert!(held.has_room_for(&topic(MOST_TOPICS)));
        let _seventeenth = hold(&mut held, MOST_TOPICS);
        assert!(!held.has_room_for(&topic(3)));
        // What the publisher has refused is not held any more.
        drop(outlets);
        assert!(held.has_room_for(&topic(3)));
    }

    #[test]
    fn each_topic_has_its_turn_and_its_frames_keep_their_order() {
        let mut held = HeldTopics::default();
        let (one, two) = (hold(&mut held, 1), hold(&mut held, 2));
        for text in ["a1", "a2", "a3"] {
            hand(&one, text);
        }
        hand(&two, "b1");
        assert_eq!(sent(&mut held), ["a1", "b1", "a2", "a3"]);
        hand(&two, "b2");
        drop(one);
        assert_eq!(sent(&mut held), ["b2"]);
        drop(two);
        assert_eq!(sent(&mut held), Vec::<String>::new());
        assert!(held.topics.is_empty());
    }

    #[test]
    fn nothing_of_a_subscription_is_sent_once_it_is_over() {
        let mut held = HeldTopics::default();
        let (before, other) = (hold(&mut held, 1), hold(&mut held, 2));
        hand(&before, "before");
        let after = hold(&mut held, 1);
        hand(&after, "after");
        assert_eq!(sent(&mut held), ["after"]);
        assert_eq!(before.hand(Frame::Text("late".into())), Handed::Gone);
        hand(&after, "unread");
        hand(&other, "other");
        held.let_go("figures/1").unwrap();
        assert_eq!(sent(&mut held), ["other"]);
    }
}
