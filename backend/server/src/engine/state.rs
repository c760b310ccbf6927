//! All that the engine owns.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::{Directory, Fold};

use super::budget::Budget;
use super::clock::ReferenceClock;
use super::directory::{DirectoryStanding, follow};
use super::holding::Unfolded;
use super::over_limit::OverLimits;
use super::progress::Progress;
use super::request::Status;
use super::saving::{Saving, Written};
use super::settings::EngineSettings;
use super::standing::FeedStanding;
use super::suspects::Suspects;
use super::time_of_day::{since, wall_clock};
use crate::ingest::news::{Steering, Word};
use crate::ingest::refused::Refused;
use crate::publish::Publisher;
use crate::snapshot::MessagePlace;
use crate::telemetry::agency_gauges::AgencyGauges;
use crate::telemetry::event_counters::EventCounters;
use crate::telemetry::seldom::Seldom;
use crate::threads::Pulse;

/// The most that T may be ahead. Since T does not go back, everything is read anew
/// beyond that.
pub(super) const GOES_BACK: Span = Span::from_seconds(5);

/// How much time one line of the log about refused messages stands for.
const LOG_REFUSED_EVERY: Duration = Duration::from_secs(10);

/// What the engine is made of.
pub struct Parts {
    /// Makes an empty state.
    pub empty: Box<dyn Fn() -> Fold + Send>,
    /// The directory, as its file was at the start.
    pub directory: Arc<Directory>,
    /// The clock that figures are as of.
    pub clock: Clock,
    /// The topic of refused messages.
    pub refused: Refused,
    /// Takes snapshots and restores them.
    pub saving: Saving,
    /// Tells when a snapshot was written.
    pub written: mpsc::Receiver<Written>,
    /// What the reader is told.
    pub steering: watch::Sender<Steering>,
    /// The broker's latest word.
    pub word: watch::Receiver<Option<Word>>,
    /// What others are told.
    pub status: watch::Sender<Status>,
    /// What the engine is told.
    pub settings: EngineSettings,
    /// How many of the messages that were held back are folded at a time.
    pub batch_messages: usize,
    /// Messages that ended the service when they were folded.
    pub poison: BTreeSet<MessagePlace>,
    /// What the engine is at, for the next start to know should it panic.
    pub suspects: Suspects,
    /// Shows that the engine goes on.
    pub pulse: Pulse,
}

/// The state, and all that is done with it.
pub struct Engine {
    pub(super) parts: Parts,
    /// The state of the figures.
    pub(super) fold: Fold,
    /// How far the partitions are read.
    pub(super) progress: Progress,
    /// What was taken of the reader, and is not folded to its end.
    pub(super) unfolded: Option<Unfolded>,
    /// When the broker's last word was true.
    pub(super) told: Option<Instant>,
    /// Who watches what.
    pub(super) publisher: Publisher,
    /// The time that answers may take, counted from when the engine began.
    pub(super) budget: Budget,
    /// When the engine began.
    pub(super) began: Instant,
    /// When all was last read anew since the clock was ahead.
    pub(super) began_again: Option<Instant>,
    pub(super) counters: EventCounters,
    pub(super) agencies: AgencyGauges,
    pub(super) over_limit: OverLimits,
    pub(super) standing: FeedStanding,
    pub(super) directory: DirectoryStanding,
    /// Refused messages, as the log tells of them.
    pub(super) refused_log: Seldom,
    pub(super) clock: ReferenceClock,
}

impl Engine {
    /// An engine that goes on from the last snapshot.
    pub fn new(mut parts: Parts) -> Self {
        let latest = (parts.clock == Clock::Wall).then(|| wall_clock() + GOES_BACK);
        let (mut fold, letters) = parts.saving.restore(&parts.empty, latest);
        follow(&mut fold, &parts.directory);
        parts.refused.hand_in_again(letters);
        Self {
            fold,
            progress: Progress::new(parts.clock),
            unfolded: None,
            told: None,
            budget: Budget::new(parts.settings.requests_a_second),
            began: Instant::now(),
            began_again: None,
            parts,
            publisher: Publisher::default(),
            counters: EventCounters::new(),
            agencies: AgencyGauges::default(),
            over_limit: OverLimits::default(),
            standing: FeedStanding::default(),
            directory: DirectoryStanding::default(),
            refused_log: Seldom::every(LOG_REFUSED_EVERY),
            clock: ReferenceClock::default(),
        }
    }

    /// The time of day, by the broker's clock where that is known.
    pub(super) fn now(&mut self) -> Time {
        self.clock.look(wall_clock(), since(self.began))
    }

    /// Has the reader pause the partitions of which enough is held.
    pub(super) fn steer_pauses(&mut self) {
        let paused = self.progress.paused();
        self.steer(|steering| steering.paused = paused);
    }

    /// Tells the reader what the engine wants, where that changes.
    pub(super) fn steer(&self, change: impl FnOnce(&mut Steering)) {
        self.parts.steering.send_if_modified(|steering| {
            let before = steering.clone();
            change(steering);
            *steering != before
        });
    }
}
