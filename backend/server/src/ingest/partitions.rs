//! Which partitions are read, and from where.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use rdkafka::Message;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaResult;
use rdkafka::message::BorrowedMessage;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::listener::Listener;
use super::news::{Extent, TopicIdentity, TopicNews};

/// How long the broker is asked for the topic, and how long after that it is asked
/// again.
const LOOK_FOR: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// The identity of the topic comes with the answer; brokers older than 2.8 have
/// none.
const ID_WITHIN: Duration = Duration::from_millis(300);
const POLL_FOR: Duration = Duration::from_millis(10);

/// How long a broker may take for its identity, and for what a partition holds.
const ASK_FOR: Duration = Duration::from_secs(1);

/// All partitions of the topic, new ones as they appear.
pub(super) struct Partitions {
    topic: String,
    identity: TopicIdentity,
    /// The offset that is due in each that is read; `None`: its first.
    due: BTreeMap<i32, Option<i64>>,
    looked: Option<Instant>,
    was_taken_on_anew: bool,
}

impl Partitions {
    /// The partitions of a topic, none of which is read yet.
    pub(super) fn new(topic: &str) -> Self {
        Self {
            topic: topic.to_owned(),
            identity: TopicIdentity::default(),
            due: BTreeMap::new(),
            looked: None,
            was_taken_on_anew: false,
        }
    }

    /// Whether none is read yet.
    pub(super) fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    /// Whether the topic is no longer the one whose partitions are read: it was
    /// made anew.
    pub(super) fn is_of_another_topic(&self, consumer: &BaseConsumer<Listener>) -> bool {
        let now = consumer.context().topic_id();
        let is_other = now.is_some() && self.identity.id.is_some() && now != self.identity.id;
        if is_other {
            tracing::warn!(
                topic = self.topic,
                "the topic was made anew, reading it anew"
            );
        }
        is_other
    }

    /// Notes that a message is handed on, so that the next one is due.
    pub(super) fn read(&mut self, message: &BorrowedMessage<'_>) {
        self.due
            .insert(message.partition(), Some(message.offset() + 1));
    }

    /// Takes on the partitions that are not read yet. Once some are, the client
    /// itself looks for more.
    pub(super) fn look(&mut self, consumer: &BaseConsumer<Listener>) {
        if self.due.is_empty() {
            if self
                .looked
                .is_some_and(|looked| looked.elapsed() < LOOK_AGAIN)
            {
                return;
            }
            let found = self.ask(consumer);
            self.looked = Some(Instant::now());
            self.take_on(consumer, found);
        } else {
            let found = consumer.context().partitions();
            let is_new = |partition: &i32| !self.due.contains_key(partition);
            self.take_on(consumer, found.into_iter().filter(is_new).collect());
        }
    }

    /// Asks the broker for the topic.
    fn ask(&mut self, consumer: &BaseConsumer<Listener>) -> BTreeSet<i32> {
        // The listener tells of the connection.
        let Ok(metadata) = consumer.fetch_metadata(Some(&self.topic), LOOK_FOR) else {
            return BTreeSet::new();
        };
        // Nothing is read yet, so that polling brings but what the client logged.
        let end = Instant::now() + ID_WITHIN;
        while consumer.context().topic_id().is_none() && Instant::now() < end {
            let _ = consumer.poll(POLL_FOR);
        }
        let topics = metadata.topics().iter();
        let found = topics.flat_map(|topic| topic.partitions());
        found.map(|partition| partition.id()).collect()
    }

    fn take_on(&mut self, consumer: &BaseConsumer<Listener>, partitions: BTreeSet<i32>) {
        if partitions.is_empty() {
            return;
        }
        let listener = consumer.context();
        listener.flush();
        if self.identity.cluster.is_none() {
            self.identity.cluster = consumer.client().fetch_cluster_id(ASK_FOR);
        }
        self.identity.id = listener.topic_id().or(self.identity.id.take());
        let (answer, positions) = sync_channel(1);
        listener.say(TopicNews::Assigned {
            partitions: partitions.clone(),
            topic: self.identity.clone(),
            positions: answer,
        });
        // An engine that has ended answers nothing, and nothing is read any more.
        let Some(positions) = listener.answer(&positions) else {
            return;
        };
        tracing::info!(?partitions, ?positions, topic = ?self.identity, "assigned");
        for partition in partitions {
            let position = positions.get(&partition).copied();
            self.due.insert(partition, position);
            if let Err(error) = self.read_from(consumer, partition, position) {
                tracing::error!(%error, partition, "cannot read the partition");
                self.due.remove(&partition);
            }
        }
    }

    fn read_from(
        &self,
        consumer: &BaseConsumer<Listener>,
        partition: i32,
        position: Option<i64>,
    ) -> KafkaResult<()> {
        let offset = position.map_or(Offset::Beginning, Offset::Offset);
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&self.topic, partition, offset)?;
        consumer.incremental_assign(&list)
    }

    /// Some partition does not have the offset that is due; which, the client does
    /// not say, and it reads that one no more. All are taken on anew: those that
    /// have lost the offset, or never had it, from where the engine says.
    pub(super) fn find_again(&mut self, consumer: &BaseConsumer<Listener>) {
        let read: Vec<(i32, Option<i64>)> = self.due.clone().into_iter().collect();
        for (partition, due) in read {
            let position = match due {
                Some(due) => self.look_for(consumer, partition, due),
                None => None,
            };
            self.due.insert(partition, position);
            if let Err(error) = self.begin_again(consumer, partition, position) {
                tracing::error!(%error, partition, "cannot read the partition again");
            }
        }
        self.was_taken_on_anew = true;
    }

    /// Where to read a partition on.
    fn look_for(&self, consumer: &BaseConsumer<Listener>, partition: i32, due: i64) -> Option<i64> {
        let listener = consumer.context();
        // Each may take a second to say nothing, and there may be many.
        listener.beat();
        // A leader that does not answer did not say that it lacks the offset.
        let asked = consumer.fetch_watermarks(&self.topic, partition, ASK_FOR);
        let Some((low, high)) = asked
            .ok()
            .filter(|(low, high)| !(*low..=*high).contains(&due))
        else {
            return Some(due);
        };
        let (answer, position) = sync_channel(1);
        listener.say(TopicNews::OutOfRange {
            partition,
            extent: Extent { low, high },
            position: answer,
        });
        listener.answer(&position)
    }

    /// Whether all partitions were taken on anew, since this was last asked: none is
    /// paused then.
    pub(super) fn take_taken_on_anew(&mut self) -> bool {
        std::mem::take(&mut self.was_taken_on_anew)
    }

    fn begin_again(
        &self,
        consumer: &BaseConsumer<Listener>,
        partition: i32,
        position: Option<i64>,
    ) -> KafkaResult<()> {
        let mut list = TopicPartitionList::new();
        list.add_partition(&self.topic, partition);
        consumer.incremental_unassign(&list)?;
        self.read_from(consumer, partition, position)
    }
}
