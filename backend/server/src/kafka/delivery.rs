//! What becomes of the messages that a producer sends.

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::message::DeliveryResult;
use rdkafka::producer::ProducerContext;
use rdkafka::util::IntoOpaque;

use super::connection::Connection;

/// Is told what became of a message: what it was sent with, and why the broker did
/// not take it.
type Listener<O> = Box<dyn Fn(O, Result<(), &KafkaError>) + Send + Sync>;

/// The context of a producer: a connection, and whoever wants to know what becomes
/// of each message.
pub struct Delivery<O> {
    connection: Connection,
    told: Listener<O>,
}

impl<O: IntoOpaque> Delivery<O> {
    /// A context that tells `told` what became of each message, with what the message
    /// was sent with.
    pub fn new(
        connection: Connection,
        told: impl Fn(O, Result<(), &KafkaError>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            connection,
            told: Box::new(told),
        }
    }
}

impl<O: IntoOpaque> ClientContext for Delivery<O> {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.connection.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.connection.error(error, reason);
    }
}

impl<O: IntoOpaque> ProducerContext for Delivery<O> {
    type DeliveryOpaque = O;

    fn delivery(&self, result: &DeliveryResult<'_>, sent_with: O) {
        let outcome = result.as_ref().map(|_| ()).map_err(|(error, _)| error);
        (self.told)(sent_with, outcome);
    }
}
