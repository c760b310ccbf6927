//! Rebalances, statistics and errors of the consumer, as the engine hears them.
//!
//! All are called back from within `poll`, on the reader's thread. The batch
//! being filled is kept here, so that a rebalance finds nothing unsaid before
//! it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::Statistics;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaRespErr;
use tokio::sync::mpsc;

use super::batch::Batch;
use super::settings::log;
use super::{Extent, Feed};

/// How long the broker is asked for what a partition holds.
const ASK_FOR: Duration = Duration::from_secs(5);

/// The consumer's context.
pub struct Listener {
    topic: String,
    feed: mpsc::Sender<Feed>,
    /// Only the reader's thread touches it; the lock satisfies the compiler.
    batch: Mutex<Batch>,
}

impl Listener {
    /// Tells `feed` what it hears of `topic`.
    pub fn new(topic: &str, feed: mpsc::Sender<Feed>) -> Self {
        Self {
            topic: topic.to_owned(),
            feed,
            batch: Mutex::default(),
        }
    }

    /// Adds a message to the batch; answers how many it holds.
    pub fn push(&self, message: &BorrowedMessage<'_>) -> usize {
        let mut batch = self.batch();
        batch.push(message);
        batch.len()
    }

    /// Bytes in the batch.
    pub fn size(&self) -> usize {
        self.batch().size()
    }

    /// Whether the batch holds nothing.
    pub fn is_empty(&self) -> bool {
        self.batch().is_empty()
    }

    /// Hands the batch on.
    pub fn flush(&self) {
        let batch = std::mem::take(&mut *self.batch());
        if !batch.is_empty() {
            self.say(Feed::Batch(batch));
        }
    }

    /// Tells the engine; waits while its queue is full.
    pub fn say(&self, feed: Feed) {
        // Once the engine has ended there is nobody to tell.
        let _ = self.feed.blocking_send(feed);
    }

    fn batch(&self) -> MutexGuard<'_, Batch> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of partitions to be read, and notes in the list where from.
    pub fn assigned(&self, consumer: &BaseConsumer<Self>, list: &mut TopicPartitionList) {
        self.flush();
        let partitions = list
            .elements()
            .iter()
            .map(|part| {
                let partition = part.partition();
                let extent = consumer
                    .fetch_watermarks(&self.topic, partition, ASK_FOR)
                    .map_or(
                        // Unknown: as if it held everything.
                        Extent {
                            low: 0,
                            high: i64::MAX,
                        },
                        |(low, high)| Extent { low, high },
                    );
                (partition, extent)
            })
            .collect();
        let (positions, answer) = std::sync::mpsc::sync_channel(1);
        self.say(Feed::Assigned {
            partitions,
            cluster: consumer.client().fetch_cluster_id(ASK_FOR),
            positions,
        });
        let positions = answer.recv().unwrap_or_default();
        for mut part in list.elements() {
            let offset = positions
                .get(&part.partition())
                .map_or(Offset::Beginning, |offset| Offset::Offset(*offset));
            if let Err(error) = part.set_offset(offset) {
                tracing::error!(%error, partition = part.partition(), "cannot set the position");
            }
        }
        tracing::info!(partitions = list.count(), ?positions, "assigned");
    }

    fn revoked(&self, list: &TopicPartitionList) {
        self.flush();
        let partitions: Vec<i32> = list
            .elements()
            .iter()
            .map(|part| part.partition())
            .collect();
        tracing::info!(?partitions, "revoked");
        let (done, answer) = std::sync::mpsc::sync_channel(1);
        self.say(Feed::Revoked { partitions, done });
        let _ = answer.recv();
    }
}

impl ClientContext for Listener {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        let connected = statistics
            .brokers
            .values()
            .any(|broker| broker.state == "UP");
        let ends = statistics
            .topics
            .get(&self.topic)
            .into_iter()
            .flat_map(|topic| &topic.partitions)
            .filter(|(partition, known)| **partition >= 0 && known.hi_offset >= 0)
            .map(|(partition, known)| (*partition, known.hi_offset))
            .collect();
        self.say(Feed::Broker { connected, ends });
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown) {
            self.say(Feed::Broker {
                connected: false,
                ends: BTreeMap::new(),
            });
        }
        tracing::debug!(%error, reason, "consumer");
    }
}

impl ConsumerContext for Listener {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        error: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let cooperative = matches!(
            consumer.rebalance_protocol(),
            RebalanceProtocol::Cooperative
        );
        let assign = error == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        let outcome: KafkaResult<()> = if assign {
            self.assigned(consumer, list);
            if cooperative {
                consumer.incremental_assign(list)
            } else {
                consumer.assign(list)
            }
        } else {
            self.revoked(list);
            if cooperative {
                consumer.incremental_unassign(list)
            } else {
                consumer.unassign()
            }
        };
        if let Err(error) = outcome {
            tracing::error!(%error, assign, "rebalance");
        }
    }
}
