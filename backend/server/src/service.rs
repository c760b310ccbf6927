//! The parts of the service started together, and stopped in order.

use std::net::SocketAddr;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use vigie_contract::view::Clock;
use vigie_model::{Directory, Fold, Settings};

use crate::config::{Config, Faulty};
use crate::directory_file;
use crate::engine::request::Handle;
use crate::engine::saving::Saving;
use crate::engine::suspects::Suspects;
use crate::engine::{Engine, Parts};
use crate::http::{self, Shared};
use crate::ingest::news::Steering;
use crate::ingest::reader::{self, ReaderParts};
use crate::ingest::refused::Refused;
use crate::pseudonyms::kept;
use crate::signals::ProcessSignals;
use crate::snapshot::{Store, directories};
use crate::threads::{Ended, Loops, Threads};

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
    /// Has the directory's file read; nothing where there is none.
    directory: Option<mpsc::Sender<()>>,
    stopping: watch::Sender<bool>,
    reader: JoinHandle<()>,
    server: tokio::task::JoinHandle<()>,
    ended: mpsc::UnboundedReceiver<Ended>,
}

impl Service {
    /// Starts everything. What cannot work is told at once: a taken port, a
    /// folder that cannot be written or that another service uses. A broker that
    /// is away is waited for.
    pub async fn start(config: Config, metrics: PrometheusHandle) -> anyhow::Result<Self> {
        let listen = config.http.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("cannot listen on {listen}"))?;
        let address = listener.local_addr().context("no address of its own")?;
        if !address.ip().is_loopback() && config.http.allowed_hosts.is_empty() {
            tracing::warn!(
                %address,
                "answers only under loopback names and its own addresses, see http.allowed_hosts"
            );
        }
        let store = match &config.snapshots.folder {
            None => None,
            Some(folder) => Some(Store::open(folder).with_context(|| {
                format!("cannot use the folder of snapshots {}", folder.display())
            })?),
        };
        let in_force = directory_in_force(config.directory.clone(), store.as_ref())?;
        let (threads, ended) = Threads::new();
        let loops = Loops::default();
        let (engine, reader) = start_engine(&config, &in_force, store, &threads, &loops)?;
        let directory = config.directory_file.as_ref().map(|file| {
            let (asked, asks) = mpsc::channel(1);
            tokio::spawn(directory_file::watch(
                file.clone(),
                in_force,
                asks,
                engine.clone(),
            ));
            asked
        });
        let (stopping, stops) = watch::channel(false);
        let shared = Shared::new(
            engine.clone(),
            metrics.clone(),
            loops,
            &config.http,
            stops.clone(),
        );
        let router = http::router(shared);
        let server = tokio::spawn(async move {
            http::connections::serve(listener, router, &config.http, stops).await;
        });
        tokio::spawn(keep_up(metrics));
        tracing::info!(%address, console = http::console::is_there(), "listening");
        Ok(Self {
            engine,
            address,
            directory,
            stopping,
            reader,
            server,
            ended,
        })
    }

    /// Waits until a part of the service ends that it rests on, and tells which and
    /// why: without being told to stop, none does.
    pub async fn part_ended(&mut self) -> anyhow::Error {
        tokio::select! {
            ended = self.ended.recv() => match ended {
                Some(Ended { thread, fault }) => {
                    let fault = fault.unwrap_or_else(|| "no fault was told".to_owned());
                    anyhow!("the thread \"{thread}\" has ended: {fault}")
                }
                None => anyhow!("all threads have ended"),
            },
            ended = &mut self.server => match ended {
                Ok(()) => anyhow!("HTTP has ended"),
                Err(error) => anyhow!("HTTP has ended: {error}"),
            },
        }
    }

    /// Stops in order: clients are told, the state is saved, offsets are
    /// committed. Every step has its time; the process may end afterwards
    /// whatever came of them. Fails where the state was not saved.
    pub async fn stop(self) -> anyhow::Result<()> {
        tracing::info!("stopping");
        let _ = self.stopping.send(true);
        let engine = tokio::time::timeout(ENGINE_ENDS_WITHIN, self.engine.stop()).await;
        let end = Instant::now() + READER_ENDS_WITHIN;
        while !self.reader.is_finished() && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if !self.reader.is_finished() {
            tracing::warn!("the consumer did not end in time");
        }
        if !self.server.is_finished()
            && tokio::time::timeout(HTTP_ENDS_WITHIN, self.server)
                .await
                .is_err()
        {
            tracing::warn!("some clients did not close their connection in time");
        }
        match engine {
            Ok(Ok(true)) => {
                tracing::info!("stopped");
                Ok(())
            }
            Ok(Ok(false)) => bail!("the last snapshot was not written"),
            Ok(Err(_)) => bail!("the engine had ended before"),
            Err(_) => bail!("the engine did not end in time"),
        }
    }
}

/// The directory to start with: that of the file; where that is at fault, the one that
/// the saved state goes by, if there is one. Whoever watches the file tells what is wrong
/// with it, and goes on telling.
fn directory_in_force(
    of_file: Result<Arc<Directory>, Faulty>,
    store: Option<&Store>,
) -> Result<Arc<Directory>, Faulty> {
    of_file.or_else(|faulty| {
        let saved = store.and_then(|store| store.read().ok().flatten());
        let saved = saved.and_then(|snapshot| directories::newest(snapshot.directories));
        let saved = saved.ok_or_else(|| faulty.clone())?;
        tracing::warn!(
            faults = faulty.faults.len(),
            "the directory's file is at fault: that of the saved state stays in force"
        );
        Ok(saved)
    })
}

/// Starts the engine and the reader, each on a thread of its own.
fn start_engine(
    config: &Config,
    directory: &Arc<Directory>,
    store: Option<Store>,
    threads: &Threads,
    loops: &Loops,
) -> anyhow::Result<(Handle, JoinHandle<()>)> {
    let (handle, inbox, status) = Handle::new();
    let (news, told) = mpsc::channel(config.ingest.queue_batches);
    let (steering, steered) = watch::channel(Steering::default());
    let (word, words) = watch::channel(None);
    let (written_sender, written) = mpsc::channel(1);
    let refused = Refused::start(
        &config.kafka,
        &config.ingest,
        threads,
        loops.refused.clone(),
    )
    .context("cannot start the producer of refused messages")?;
    let in_force = Arc::clone(directory);
    let clock = config.clock;
    let settings = Settings {
        limits: config.invented,
        pseudonyms: kept::key(config.pseudonyms, config.snapshots.folder.as_deref())?,
        ..Settings::live(clock)
    };
    let suspects = Suspects::default();
    let parts = Parts {
        empty: Box::new(move || Fold::new(Arc::clone(&in_force), settings.clone())),
        directory: Arc::clone(directory),
        clock,
        refused,
        saving: Saving::new(
            &config.kafka.topic,
            store.clone(),
            config.snapshots.interval,
            written_sender,
            suspects.clone(),
        ),
        written,
        steering,
        word: words,
        status,
        settings: config.engine,
        batch_messages: config.ingest.batch_messages,
        poison: store.as_ref().map(Store::poison).unwrap_or_default(),
        suspects: suspects.clone(),
        pulse: loops.engine.clone(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .context("cannot start the engine")?;
    threads
        .start("engine", move || {
            let run = || runtime.block_on(Engine::new(parts).run(told, inbox));
            panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|fault| {
                store.iter().for_each(|store| suspects.panicked(store));
                panic::resume_unwind(fault)
            })
        })
        .context("cannot start the engine")?;
    let parts = ReaderParts {
        kafka: config.kafka.clone(),
        batch_messages: config.ingest.batch_messages,
        asks_for_stamps: clock == Clock::Wall,
        news,
        word,
        steering: steered,
        pulse: loops.reader.clone(),
    };
    let reader = reader::start(parts, threads).context("cannot start the reader")?;
    Ok((handle, reader))
}

async fn keep_up(metrics: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}

/// Runs the service until it is told to stop, then stops it in order. Where a part
/// of it ends by itself, so does all of it: what is left is saved, and the fault
/// told.
pub async fn run(mut service: Service) -> anyhow::Result<()> {
    let mut signals = ProcessSignals::new()?;
    let directory = service.directory.take();
    let read_anew = || {
        if let Some(asked) = &directory {
            // Where somebody asked just before, it will be read anyway.
            let _ = asked.try_send(());
        }
        directory.is_some()
    };
    let fault = tokio::select! {
        () = signals.told_to_stop(read_anew) => None,
        fault = service.part_ended() => Some(fault),
    };
    if let Some(fault) = &fault {
        tracing::error!(
            fault = format!("{fault:#}"),
            "a part of the service has ended"
        );
    }
    let stopped = service.stop().await;
    match fault {
        Some(fault) => Err(fault),
        None => stopped,
    }
}
