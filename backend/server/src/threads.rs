//! The loops that the service rests on: that they go round, and that none ends
//! unnoticed.
//!
//! A loop that goes round says so ([`Pulse::beat`]); `/healthz` and `/metrics`
//! tell how long ago. A thread that ends or panics is told to whoever started it
//! ([`Ended`]), and the process ends with it: a service of which a part
//! is gone would go on showing what it last knew.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

/// How long a loop may take to go round before it is stuck.
pub const STUCK_AFTER: Duration = Duration::from_secs(5);

/// When a loop last went round. Copies tell of the same loop.
#[derive(Clone, Debug)]
pub struct Pulse {
    began: Instant,
    /// Milliseconds since `began`; 0 before it first went round.
    last: Arc<AtomicU64>,
}

impl Default for Pulse {
    /// The pulse of a loop that has yet to begin.
    fn default() -> Self {
        Self {
            began: Instant::now(),
            last: Arc::default(),
        }
    }
}

impl Pulse {
    /// Notes that the loop goes round.
    pub fn beat(&self) {
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(millis.max(1), Ordering::Relaxed);
    }

    /// How long ago the loop last went round.
    pub fn age(&self) -> Duration {
        let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(last)
    }

    /// Whether the loop is stuck. One that has yet to begin is not: restoring a
    /// large state takes its time, and a new start would not take less.
    pub fn is_stuck(&self) -> bool {
        self.last.load(Ordering::Relaxed) > 0 && self.age() > STUCK_AFTER
    }
}

/// The loops of the service. The same names are the label `loop` of a metric.
#[derive(Clone, Debug, Default)]
pub struct Loops {
    /// The engine, which folds and makes what is shown.
    pub engine: Pulse,
    /// The reader, which reads the topic.
    pub reader: Pulse,
    /// The courier, which hands refused messages over.
    pub refused: Pulse,
}

impl Loops {
    /// Each loop with its name.
    pub fn named(&self) -> [(&'static str, &Pulse); 3] {
        [
            ("engine", &self.engine),
            ("reader", &self.reader),
            ("refused", &self.refused),
        ]
    }
}

/// A thread that has ended, and how.
#[derive(Debug)]
pub struct Ended {
    /// The name of the thread.
    pub thread: &'static str,
    /// Why the thread ended; `None` if it was done.
    pub fault: Option<String>,
}

/// Starts threads whose end is told.
#[derive(Clone, Debug)]
pub struct Threads {
    ends: mpsc::UnboundedSender<Ended>,
}

impl Threads {
    /// With the place where ends are told: one a thread.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Ended>) {
        let (ends, ended) = mpsc::unbounded_channel();
        (Self { ends }, ended)
    }

    /// Starts a thread.
    pub fn start(
        &self,
        name: &'static str,
        run: impl FnOnce() -> anyhow::Result<()> + Send + 'static,
    ) -> std::io::Result<JoinHandle<()>> {
        let ends = self.ends.clone();
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let fault = match panic::catch_unwind(AssertUnwindSafe(run)) {
                    Ok(Ok(())) => None,
                    Ok(Err(error)) => Some(format!("{error:#}")),
                    Err(_) => Some("panicked".to_owned()),
                };
                // Nobody listens once the service has stopped.
                let _ = ends.send(Ended {
                    thread: name,
                    fault,
                });
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_a_thread_is_told() {
        let (threads, mut ended) = Threads::new();
        for (run, fault) in [
            (
                Box::new(|| Ok(())) as Box<dyn FnOnce() -> anyhow::Result<()> + Send>,
                None,
            ),
            (Box::new(|| anyhow::bail!("no disk")), Some("no disk")),
            (Box::new(|| panic!("of a test")), Some("panicked")),
        ] {
            let thread = threads.start("one", run).unwrap();
            let told = ended.blocking_recv().unwrap();
            assert_eq!((told.thread, told.fault.as_deref()), ("one", fault));
            thread.join().unwrap();
        }
    }

    #[test]
    fn a_pulse_is_as_old_as_its_last_beat() {
        let pulse = Pulse {
            began: Instant::now() - Duration::from_secs(60),
            last: Arc::default(),
        };
        assert!(!pulse.is_stuck(), "it has yet to begin");
        pulse.last.store(1, Ordering::Relaxed);
        assert!(pulse.is_stuck());
        pulse.beat();
        assert!(!pulse.is_stuck());
        assert!(pulse.age() < STUCK_AFTER);
    }
}
