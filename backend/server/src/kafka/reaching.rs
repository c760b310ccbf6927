//! Whether a broker is there.

use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::client::Client;

use super::connection::ConnectionTrouble;
use super::settings::KafkaSettings;

/// How long a broker is waited for; one that has not answered by then is not there.
pub const REACHED_WITHIN: Duration = Duration::from_secs(8);

/// How often a broker is asked whether it is there.
const ASKED_EVERY: Duration = Duration::from_millis(200);

/// What a client tells between two questions, at most: it tells of each address
/// once in a while.
const TOLD_BETWEEN: usize = 50;

/// Waits until a broker has said which cluster it is of; fails with the address
/// and why where none has in time. `serve` has the client tell one thing that it
/// met.
pub fn reach<C: ClientContext>(
    kafka: &KafkaSettings,
    client: &Client<C>,
    trouble: &ConnectionTrouble,
    serve: impl Fn(),
) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        if client.fetch_cluster_id(ASKED_EVERY).is_some() {
            return Ok(());
        }
        (0..TOLD_BETWEEN).for_each(|_| serve());
        if began.elapsed() > REACHED_WITHIN {
            let (address, seconds) = (&kafka.bootstrap_servers, REACHED_WITHIN.as_secs());
            return Err(trouble.explains(&format!("no answer from {address} within {seconds} s")));
        }
    }
}
