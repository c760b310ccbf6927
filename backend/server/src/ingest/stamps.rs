//! Whose clock the timestamps of the topic are, as its settings say.
//!
//! Each message tells by itself whose its timestamp is; the settings tell before
//! the first has come. They are asked for beside the reading, which does not wait
//! for them: a broker may take its time, or forbid to ask.

use std::time::Duration;

use tokio::sync::mpsc;

use super::news::TopicNews;
use crate::kafka::admin::{Admin, BY_BROKER, TIMESTAMPS};
use crate::kafka::settings::KafkaSettings;

const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Asks the broker, on a thread that ends with the answer; tells the engine.
pub(super) fn ask(kafka: KafkaSettings, news: mpsc::Sender<TopicNews>) {
    let started = std::thread::Builder::new()
        .name("stamps".to_owned())
        .spawn(move || match by_broker(&kafka) {
            // An engine that has ended need not know.
            Ok(by_broker) => drop(news.blocking_send(TopicNews::Stamps { by_broker })),
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

fn by_broker(kafka: &KafkaSettings) -> anyhow::Result<bool> {
    let admin = Admin::new(kafka, ANSWER_WITHIN)?;
    let stamps = admin.setting_of_topic(&kafka.topic, TIMESTAMPS)?;
    Ok(stamps.as_deref() == Some(BY_BROKER))
}
