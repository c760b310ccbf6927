//! Whose clock the timestamps of the topic are, as its settings say.
//!
//! Each message tells by itself whose its timestamp is; the settings tell before
//! the first has come. They are asked for beside the reading, which does not wait
//! for them: a broker may take its time, or forbid to ask.

use std::time::Duration;

use anyhow::{Context, anyhow};
use rdkafka::ClientContext;
use rdkafka::admin::{AdminClient, AdminOptions, ResourceSpecifier};
use rdkafka::config::{FromClientConfigAndContext, RDKafkaLogLevel};
use tokio::sync::mpsc;

use super::{Feed, settings};
use crate::config::Kafka;

/// The setting of the topic, and its value where the broker stamps messages.
const SETTING: &str = "message.timestamp.type";
const BY_BROKER: &str = "LogAppendTime";

const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Its lines are passed on as those of other clients are.
struct Listener;

impl ClientContext for Listener {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        settings::log(level, facility, message);
    }
}

/// Asks the broker, on a thread that ends with the answer; tells the engine.
pub(super) fn ask(kafka: Kafka, feed: mpsc::Sender<Feed>) {
    let started = std::thread::Builder::new()
        .name("stamps".to_owned())
        .spawn(move || match by_broker(&kafka) {
            // An engine that has ended need not know.
            Ok(by_broker) => drop(feed.blocking_send(Feed::Stamps { by_broker })),
            Err(error) => untold(&error),
        });
    if let Err(error) = started {
        untold(&error.into());
    }
}

fn untold(error: &anyhow::Error) {
    let why = format!("{error:#}");
    tracing::info!(
        why,
        "the settings of the topic are not told: its messages will tell whose timestamps they have"
    );
}

fn by_broker(kafka: &Kafka) -> anyhow::Result<bool> {
    let admin = AdminClient::from_config_and_context(&settings::base(kafka), Listener)?;
    let options = AdminOptions::new().request_timeout(Some(ANSWER_WITHIN));
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let topic = [ResourceSpecifier::Topic(&kafka.topic)];
    let answers = runtime.block_on(admin.describe_configs(&topic, &options))?;
    let answer = answers.into_iter().next().context("no answer")?;
    let told = answer.map_err(|code| anyhow!("{code}"))?;
    let entry = told.get(SETTING).context("no such setting")?;
    Ok(entry.value.as_deref() == Some(BY_BROKER))
}
