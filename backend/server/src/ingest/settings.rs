//! How much waits on its way to the engine and to the topic of refused messages, as
//! the service is told.

use crate::given_settings::GivenSettings;

/// What the queues round the reader are bounded by.
#[derive(Clone, Copy, Debug)]
pub struct IngestSettings {
    /// Messages in a batch.
    pub batch_messages: usize,
    /// Batches that wait for the engine; beyond, reading waits.
    pub queue_batches: usize,
    /// Refused messages not yet acknowledged by the broker; beyond, reading
    /// waits.
    pub refused_outstanding: usize,
    /// Bytes of refused messages not yet acknowledged by the broker; beyond, reading
    /// waits.
    pub refused_outstanding_bytes: usize,
}

/// Reads the limits of reading.
pub fn read(given: &mut GivenSettings) -> IngestSettings {
    IngestSettings {
        batch_messages: given.size("limits.batch_messages", 500, 10_000),
        queue_batches: given.size("limits.queue_batches", 16, 1_000),
        refused_outstanding: given.size("limits.refused_outstanding", 10_000, 1_000_000),
        refused_outstanding_bytes: given.size(
            "limits.refused_outstanding_bytes",
            64 * 1024 * 1024,
            4_000_000_000,
        ),
    }
}
