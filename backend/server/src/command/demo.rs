//! `vigie demo`: a simulated country, a broker in this process, and the whole
//! service; nothing to install.
//!
//! The country lives at its own time, a busy Monday morning whatever the hour
//! is here: the figures are by the clock of the events (`clock = event`), and
//! the console says so. Shifting events to the present was the other way; it
//! would need opening hours and midnights shifted too, and show 10 o'clock's
//! rush at midnight.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::Directory;
use vigie_simulator::{Delivery, Settings, Simulation};

use super::given;
use crate::config;
use crate::engine::request::Handle;
use crate::panics;
use crate::produce::Producer;
use crate::service::{self, Service};
use crate::telemetry;

/// Partitions of the demo's topic.
const PARTITIONS: i32 = 6;

/// Events on their way to the fold during the warm-up. The broker in this
/// process keeps 5 MiB a partition and drops silently beyond: were all of them
/// in one, they would still fit.
const ON_THEIR_WAY: u64 = 8_000;

/// What is simulated before the demo shows it.
const WARM_UP: Span = Span::from_seconds(2 * 3_600);

/// How long the demo can run: a week of the country.
const LENGTH: Span = Span::from_seconds(7 * 86_400);

/// Events are sent in steps of this length.
const STEP: Duration = Duration::from_millis(50);

/// Arguments of `vigie demo`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The same seed gives the same country.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Multiplies calls and staff; 1 is the country.
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = given::speed)]
    scale: f64,
    /// When the demo begins in the country's own time.
    #[arg(long, value_name = "T", default_value = "2026-11-23T10:15:00+01:00", value_parser = given::whole_second)]
    at: Time,
}

/// Runs until told to stop.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut config = config::load(None)?;
    telemetry::log::start(&config.log);
    panics::tell_in_log();
    let metrics = telemetry::metrics::start()?;
    let simulation = Simulation::new(Settings {
        seed: arguments.seed,
        start: Time((arguments.at - WARM_UP).0),
        end: arguments.at + LENGTH,
        scale: arguments.scale,
        ..Settings::default()
    });
    let directory = Directory::parse(&simulation.network().directory_toml()).map_err(|faults| {
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        anyhow!("the simulated network's directory: {first}")
    })?;
    let producer = Producer::new(&config.kafka, Some(1))?;
    config.kafka.bootstrap_servers = producer.open_mock_cluster(PARTITIONS)?;
    config.clock = Clock::Event;
    config.directory = Ok(Arc::new(directory));
    // What the broker in this process held is gone with it.
    config.snapshots.folder = None;

    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let service = Service::start(config, metrics).await?;
        let address = service.address;
        let country = Country::start(simulation, producer, arguments.at, service.engine.clone())?;
        let announced = async {
            let took = country.warmed_up.await;
            announce(
                address,
                arguments.at,
                took.context("the simulation ended early")?,
            )?;
            std::future::pending().await
        };
        let ended = tokio::select! {
            ended = service::run(service) => ended,
            failed = announced => failed,
        };
        country.stop.store(true, Ordering::Relaxed);
        ended
    })
}

fn announce(address: SocketAddr, at: Time, took: Duration) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "Vigie : http://{}\n\
         Un pays simulé, à son propre temps : {at} ({} s de préparation). Ctrl-C pour arrêter.\n\
         A simulated country, at a time of its own: {at}, moving on as time does here. Ctrl-C stops it.",
        address,
        took.as_secs()
    )?;
    out.flush()?;
    Ok(())
}

/// The simulated country, living on a thread of its own.
struct Country {
    warmed_up: tokio::sync::oneshot::Receiver<Duration>,
    stop: Arc<AtomicBool>,
}

impl Country {
    fn start(
        simulation: Simulation,
        producer: Producer,
        at: Time,
        engine: Handle,
    ) -> anyhow::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (told, warmed_up) = tokio::sync::oneshot::channel();
        let living = Living {
            simulation: simulation.peekable(),
            producer,
            sent: 0,
            stop: Arc::clone(&stop),
        };
        let runtime = tokio::runtime::Handle::current();
        std::thread::Builder::new()
            .name("country".to_owned())
            .spawn(move || living.live(at, &engine, &runtime, told))
            .context("cannot start the country")?;
        Ok(Self { warmed_up, stop })
    }
}

struct Living {
    simulation: std::iter::Peekable<Simulation>,
    producer: Producer,
    sent: u64,
    stop: Arc<AtomicBool>,
}

impl Living {
    fn live(
        mut self,
        at: Time,
        engine: &Handle,
        runtime: &tokio::runtime::Handle,
        warmed_up: tokio::sync::oneshot::Sender<Duration>,
    ) {
        let began = Instant::now();
        if let Err(error) = self.warm_up(at, engine, runtime) {
            tracing::error!(error = format!("{error:#}"), "the warm-up failed");
            return;
        }
        tracing::info!(
            events = self.sent,
            seconds = began.elapsed().as_secs_f64(),
            "warmed up"
        );
        // Nobody waits any more once the demo is being stopped.
        let _ = warmed_up.send(began.elapsed());
        let live_since = Instant::now();
        while !self.stop.load(Ordering::Relaxed) && self.simulation.peek().is_some() {
            let elapsed = i64::try_from(live_since.elapsed().as_micros()).unwrap_or(i64::MAX);
            if let Err(error) = self.send_until(at + Span(elapsed)) {
                tracing::error!(error = format!("{error:#}"), "the country fell silent");
                return;
            }
            self.producer.serve();
            std::thread::sleep(STEP);
        }
        // The broker lives as long as its producer: until the service is done.
        while !self.stop.load(Ordering::Relaxed) {
            std::thread::sleep(STEP);
        }
        std::thread::sleep(Duration::from_secs(15));
    }

    /// Sends what comes before `at` as fast as it is folded.
    fn warm_up(
        &mut self,
        at: Time,
        engine: &Handle,
        runtime: &tokio::runtime::Handle,
    ) -> anyhow::Result<()> {
        let mut folded = 0;
        while self.simulation.peek().is_some_and(|next| next.at < at) {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            if self.sent - folded < ON_THEIR_WAY {
                self.send_next()?;
            } else {
                self.producer.serve();
                std::thread::sleep(Duration::from_millis(1));
                folded = runtime.block_on(engine.counters())?.read;
            }
        }
        Ok(())
    }

    fn send_until(&mut self, at: Time) -> anyhow::Result<()> {
        while self.simulation.peek().is_some_and(|next| next.at < at) {
            self.send_next()?;
        }
        Ok(())
    }

    fn send_next(&mut self) -> anyhow::Result<()> {
        let Some(Delivery { event, .. }) = self.simulation.next() else {
            return Ok(());
        };
        self.sent += 1;
        self.producer
            .send(Some(event.key()), event.to_json().as_bytes())
    }
}
