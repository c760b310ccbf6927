//! The parts of the service started together, and stopped in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use vigie_model::{Fold, Settings};

use crate::config::Config;
use crate::engine::progress::Progress;
use crate::engine::request::Handle;
use crate::engine::saving::Saving;
use crate::engine::{Engine, Parts};
use crate::http::{self, Shared};
use crate::ingest::refused::Refused;
use crate::ingest::{self, Steering};
use crate::snapshot::Store;

/// How often samples of histograms are put into their buckets.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// How long each part may take to end: together under 15 s.
const ENGINE_ENDS_WITHIN: Duration = Duration::from_secs(8);
const READER_ENDS_WITHIN: Duration = Duration::from_secs(4);
const HTTP_ENDS_WITHIN: Duration = Duration::from_secs(2);

/// The running service.
pub struct Service {
    /// A way to ask the engine.
    pub engine: Handle,
    /// Where HTTP listens.
    pub address: SocketAddr,
    stopping: watch::Sender<bool>,
    reader: JoinHandle<()>,
    server: tokio::task::JoinHandle<()>,
}

impl Service {
    /// Starts everything. What cannot work is told at once: a taken port, a
    /// folder that cannot be written. A broker that is away is waited for.
    pub async fn start(config: Config, metrics: PrometheusHandle) -> anyhow::Result<Self> {
        let listen = config.http.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("cannot listen on {listen}"))?;
        let address = listener.local_addr().context("no address of its own")?;
        let store = match &config.snapshots.folder {
            None => None,
            Some(folder) => Some(Store::open(folder).with_context(|| {
                format!("cannot use the folder of snapshots {}", folder.display())
            })?),
        };
        let (engine, reader) = start_engine(&config, store)?;
        let (stopping, stops) = watch::channel(false);
        let shared = Shared::new(
            engine.clone(),
            metrics.clone(),
            &config.http,
            config.limits,
            stops.clone(),
        );
        let server = tokio::spawn(serve(listener, shared, stops));
        tokio::spawn(keep_up(metrics));
        tracing::info!(%address, console = http::console::is_there(), "listening");
        Ok(Self {
            engine,
            address,
            stopping,
            reader,
            server,
        })
    }

    /// Stops in order: clients are told, the state is saved, offsets are
    /// committed. Every step has its time; the process may end afterwards
    /// whatever came of them.
    pub async fn stop(self) {
        tracing::info!("stopping");
        let _ = self.stopping.send(true);
        let engine = tokio::time::timeout(ENGINE_ENDS_WITHIN, self.engine.stop()).await;
        if !matches!(engine, Ok(Ok(()))) {
            tracing::error!("the engine did not end in time");
        }
        let end = Instant::now() + READER_ENDS_WITHIN;
        while !self.reader.is_finished() && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if !self.reader.is_finished() {
            tracing::warn!("the consumer did not leave its group in time");
        }
        if tokio::time::timeout(HTTP_ENDS_WITHIN, self.server)
            .await
            .is_err()
        {
            tracing::warn!("some clients did not close their connection in time");
        }
        tracing::info!("stopped");
    }
}

/// Starts the engine and the reader, each on a thread of its own.
fn start_engine(config: &Config, store: Option<Store>) -> anyhow::Result<(Handle, JoinHandle<()>)> {
    let (handle, requests, status) = Handle::new();
    let (feed, inbox) = mpsc::channel(config.limits.queue_batches);
    let (steering, steered) = watch::channel(Steering::default());
    let (written_sender, written) = mpsc::channel(1);
    let refused = Refused::start(&config.kafka, config.limits.refused_outstanding)
        .context("cannot start the producer of refused messages")?;
    let directory = Arc::clone(&config.directory);
    let parts = Parts {
        fold: Fold::new(
            directory,
            Settings {
                limits: config.limits.invented,
                pseudonyms: crate::pseudonyms::of(config)?,
                ..Settings::live(config.clock)
            },
        ),
        progress: Progress::new(config.clock),
        refused,
        saving: Saving::new(
            &config.kafka.topic,
            store,
            config.snapshots.interval,
            written_sender,
        ),
        written,
        steering,
        status,
        limits: config.limits,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .context("cannot start the engine")?;
    std::thread::Builder::new()
        .name("engine".to_owned())
        .spawn(move || runtime.block_on(Engine::new(parts).run(inbox, requests)))
        .context("cannot start the engine")?;
    let reader = ingest::start(config.kafka.clone(), config.limits, feed, steered)
        .context("cannot start the reader")?;
    Ok((handle, reader))
}

async fn serve(listener: TcpListener, shared: Shared, mut stops: watch::Receiver<bool>) {
    let served = axum::serve(listener, http::router(shared))
        .with_graceful_shutdown(async move {
            let _ = stops.wait_for(|stopping| *stopping).await;
        })
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "HTTP ended");
    }
}

async fn keep_up(metrics: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}

/// Waits until the process is told to end.
pub async fn told_to_stop() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen to signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen to signals")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
