//! Which Kafka a command speaks to.

use std::path::{Path, PathBuf};

use crate::config::{self, Faulty};
use crate::kafka::settings::KafkaSettings;

/// Arguments of commands that speak to Kafka.
#[derive(Debug, clap::Args)]
#[group(skip)] // its name would be that of the command that has it
pub struct Arguments {
    /// The service's configuration file, for its Kafka settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Addresses of brokers, instead of the configuration's.
    #[arg(long, value_name = "HOST:PORT")]
    brokers: Option<String>,
    /// Topic of the calls, instead of the configuration's.
    #[arg(long, value_name = "NAME")]
    topic: Option<String>,
}

impl Arguments {
    /// The settings of Kafka, those of the command line first.
    pub fn kafka(&self) -> Result<KafkaSettings, Faulty> {
        let mut kafka = config::load(self.config.as_deref())?.kafka;
        if let Some(brokers) = &self.brokers {
            kafka.bootstrap_servers.clone_from(brokers);
        }
        if let Some(topic) = &self.topic {
            kafka.topic.clone_from(topic);
        }
        Ok(kafka)
    }

    /// The configuration file, where there is one.
    pub fn file(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// Whether a Kafka was named.
    pub fn is_named(&self) -> bool {
        self.config.is_some() || self.brokers.is_some()
    }
}
