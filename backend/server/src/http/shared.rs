//! What every request may need.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{Semaphore, watch};

use super::answers::Answers;
use super::host::Host;
use super::settings::{ClientLimits, HttpSettings};
use crate::engine::request::Handle;
use crate::threads::Loops;

/// What every request may need.
#[derive(Clone)]
pub struct Shared {
    /// The engine.
    pub engine: Handle,
    /// The metrics, as text.
    pub metrics: PrometheusHandle,
    /// The loops of the service.
    pub loops: Loops,
    /// Origins of other pages that may open a websocket.
    pub allowed_origins: Arc<[String]>,
    /// Names that the service goes by, besides its own.
    pub allowed_hosts: Arc<[Host]>,
    /// Answers of the API, made since the last tick.
    pub answers: Arc<Answers>,
    /// Who may write out the metrics: one at a time.
    pub metrics_turn: Arc<Semaphore>,
    /// How many clients there may be, and how much waits for each.
    pub limits: ClientLimits,
    /// A place for each websocket.
    pub places: Arc<Semaphore>,
    /// The number of the last client.
    pub clients: Arc<AtomicU64>,
    /// Becomes true when the service stops.
    pub stopping: watch::Receiver<bool>,
}

impl Shared {
    /// What requests share, around an engine.
    pub fn new(
        engine: Handle,
        metrics: PrometheusHandle,
        loops: Loops,
        http: &HttpSettings,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            engine,
            metrics,
            loops,
            allowed_origins: http.allowed_origins.clone().into(),
            allowed_hosts: http.allowed_hosts.clone().into(),
            answers: Arc::default(),
            metrics_turn: Arc::new(Semaphore::new(1)),
            limits: http.limits,
            places: Arc::new(Semaphore::new(http.limits.max_clients)),
            clients: Arc::default(),
            stopping,
        }
    }
}
