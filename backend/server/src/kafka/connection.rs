//! What a client of Kafka tells by itself: lines of its log, and why it cannot
//! connect.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::anyhow;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// The context of a client: passes its log on, and keeps why it cannot connect.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Who the client is, in the log.
    who: &'static str,
    /// Why it cannot connect.
    pub trouble: ConnectionTrouble,
}

impl Connection {
    /// The context of a client that goes by this name in the log.
    pub fn of(who: &'static str) -> Self {
        Self {
            who,
            trouble: ConnectionTrouble::default(),
        }
    }
}

impl ClientContext for Connection {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        pass_on(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.hear(&error, reason);
        tracing::debug!(%error, reason, "{}", self.who);
    }
}

impl ConsumerContext for Connection {}

/// Passes a line of `librdkafka` on. Failures to connect are told once by the
/// engine, not every few seconds for each broker.
pub fn pass_on(level: RDKafkaLogLevel, facility: &str, message: &str) {
    let severe = matches!(
        level,
        RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error
            | RDKafkaLogLevel::Warning
    );
    if severe && facility != "FAIL" {
        tracing::warn!(facility, message, "librdkafka");
    } else {
        tracing::debug!(facility, message, "librdkafka");
    }
}

/// What a client of Kafka said last of why it cannot connect.
#[derive(Clone, Debug, Default)]
pub struct ConnectionTrouble(Arc<Mutex<Option<String>>>);

impl ConnectionTrouble {
    /// Keeps a reason. That all brokers are down is no reason: the one before
    /// says why.
    pub fn hear(&self, error: &KafkaError, reason: &str) {
        let is_sum = matches!(error, KafkaError::Global(RDKafkaErrorCode::AllBrokersDown));
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_sum || last.is_none() {
            // "HOST:PORT/bootstrap: Connect to … failed: Connection refused (after
            // 0ms in state CONNECT, 4 identical error(s) suppressed)".
            let reason = reason.split_once(" (after ").map_or(reason, |(why, _)| why);
            let reason = reason
                .split_once("/bootstrap: ")
                .map_or(reason, |(_, why)| why);
            *last = Some(reason.to_owned());
        }
    }

    /// What failed, and what the client said of why.
    pub fn explains(&self, failure: &str) -> anyhow::Error {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match last.as_deref() {
            Some(reason) => anyhow!("{failure}: {reason}"),
            None => anyhow!("{failure}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_a_client_tells_the_reason_is_kept() {
        let down = KafkaError::Global(RDKafkaErrorCode::AllBrokersDown);
        let refused = KafkaError::Global(RDKafkaErrorCode::BrokerTransportFailure);
        let connect = "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)";
        let sum = "1/1 brokers are down";
        let kept = "Connect to ipv4#127.0.0.1:1 failed: Connection refused";
        for (told, says) in [
            (vec![], "no answer"),
            (vec![(&down, sum)], "no answer: 1/1 brokers are down"),
            (
                vec![(&refused, connect), (&down, sum)],
                &format!("no answer: {kept}"),
            ),
            (
                vec![(&down, sum), (&refused, connect)],
                &format!("no answer: {kept}"),
            ),
        ] {
            let trouble = ConnectionTrouble::default();
            for (error, reason) in told {
                trouble.hear(error, reason);
            }
            assert_eq!(trouble.explains("no answer").to_string(), says);
        }
    }
}
