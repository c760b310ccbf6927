//! `vigie fold`: recomputation from files, through the same fold as the
//! service.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{bail, ensure};
use vigie_contract::event::Event;
use vigie_contract::read::Reading;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_model::watermark::Watermark;
use vigie_model::{Directory, Fold, Input, Outcome, Settings};

use super::given;
use crate::config::{Faulty, read_directory};
use crate::events::lines::{Lines, Place};
use crate::events::merge::{Line, merge};

/// Refused lines that are told one by one.
const TOLD: u64 = 5;

/// A partition from which nothing arrived for so long was at its end: what the
/// service measures on its clock, a dump tells by its arrivals.
const QUIET: Span = Span::from_seconds(5);

/// Time passes at least at this step, so that what is over can be forgotten.
const STEP: Span = Span::from_seconds(900);

/// Arguments of `vigie fold`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files of events: NDJSON, plain, gzip or zstd; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The instant of the first view.
    #[arg(long, value_name = "T", value_parser = given::whole_second)]
    at: Time,
    /// Then one each so long (15m, 1h, 30s).
    #[arg(long, value_name = "D", value_parser = given::duration, requires = "until")]
    every: Option<Span>,
    /// Up to and including this instant.
    #[arg(long, value_name = "T", value_parser = given::whole_second, requires = "every")]
    until: Option<Time>,
    /// A scope to view, several times for several; all of it otherwise.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<Scope>,
    /// The directory of networks, regions, agencies and lines.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
}

/// Prints the views, one a line; tells on standard error what was read.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let directory = match &arguments.directory {
        None => Directory::empty(),
        Some(path) => read_directory(path).map_err(|faults| Faulty {
            source: path.display().to_string(),
            faults,
        })?,
    };
    let files = arguments
        .files
        .iter()
        .map(|path| Lines::open(path))
        .collect::<Result<Vec<_>, _>>()?;
    let scopes = if arguments.scopes.is_empty() {
        vec![Scope::All]
    } else {
        arguments.scopes.clone()
    };
    let until = arguments.until.unwrap_or(arguments.at);
    ensure!(until >= arguments.at, "--until is before --at");
    let instants = Instants {
        next: Some(arguments.at),
        every: arguments.every,
        until,
    };
    let out = BufWriter::new(io::stdout().lock());
    let mut offline = Offline::new(Arc::new(directory), scopes, instants, out);

    let mut written = Ok(());
    let broken = merge(files, |_, place, line| match offline.take(place, line) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            written = Err(error);
            ControlFlow::Break(())
        }
    });
    written?;
    offline.finish()?;
    match &broken[..] {
        [] => Ok(()),
        [only] => bail!("{only}"),
        [first, others @ ..] => bail!("{first}, and {} other files", others.len()),
    }
}

/// The instants that views are wanted of.
struct Instants {
    next: Option<Time>,
    every: Option<Span>,
    until: Time,
}

impl Instants {
    /// The next one, if it is not later than `time`.
    fn take_until(&mut self, time: Time) -> Option<Time> {
        let due = self.next.filter(|next| *next <= time)?;
        self.next = self
            .every
            .map(|every| due + every)
            .filter(|next| *next <= self.until);
        Some(due)
    }
}

/// The fold over files, and the views it owes.
struct Offline<W> {
    fold: Fold,
    watermark: Watermark,
    scopes: Vec<Scope>,
    instants: Instants,
    out: W,
    /// When the last event of each partition arrived, where files tell.
    arrived: BTreeMap<i32, Time>,
    /// The partition and offset of the line before.
    partition: i32,
    offset: i64,
    refused: u64,
    /// A fold of nothing: what a scope shows that nobody has named yet.
    nothing: Fold,
}

impl<W: Write> Offline<W> {
    fn new(directory: Arc<Directory>, scopes: Vec<Scope>, instants: Instants, out: W) -> Self {
        let settings = Settings {
            only: Some(scopes.clone()),
            ..Settings::offline()
        };
        Self {
            nothing: Fold::new(Arc::new(Directory::empty()), Settings::offline()),
            fold: Fold::new(directory, settings),
            watermark: Watermark::new(),
            scopes,
            instants,
            out,
            arrived: BTreeMap::new(),
            partition: 0,
            offset: -1,
            refused: 0,
        }
    }

    fn take(&mut self, place: Place<'_>, line: Line<'_>) -> io::Result<()> {
        self.offset += 1;
        let (partition, offset) = (self.partition, self.offset);
        match line {
            Ok(Reading::Event(event)) => self.take_event(place, &event),
            Ok(Reading::UnknownType(_)) => {
                self.fold.apply(Input::Skipped { partition, offset });
                Ok(())
            }
            Err(malformed) => {
                self.fold.apply(Input::Refused { partition, offset });
                self.refuse(place, &malformed);
                Ok(())
            }
        }
    }

    fn take_event(&mut self, place: Place<'_>, event: &Event<'_>) -> io::Result<()> {
        if let Some(arrival) = event.arrival {
            self.partition = arrival.partition;
            self.offset = arrival.offset;
            self.hear(arrival.partition, arrival.arrived);
        }
        let partition = self.partition;
        let outcome = self.fold.apply(Input::Event {
            partition,
            offset: self.offset,
            arrived: event.arrival.map(|arrival| arrival.arrived),
            event,
        });
        match outcome {
            Outcome::Applied { .. } => {
                let newest = self
                    .fold
                    .partition(partition)
                    .and_then(|known| known.newest);
                if let Some(newest) = newest {
                    self.observe(partition, newest);
                }
                self.view_what_is_due()
            }
            Outcome::Refused(refusal) => {
                self.refuse(place, &refusal);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn observe(&mut self, partition: i32, newest: Time) {
        if self.watermark.knows(partition) {
            self.watermark.observe(partition, newest);
        } else {
            self.watermark.add(partition, Some(newest));
        }
    }

    /// Something arrived: partitions that were quiet by then were at their end.
    fn hear(&mut self, partition: i32, now: Time) {
        self.watermark.set_at_end(partition, false);
        let before = self.arrived.insert(partition, now);
        if before.is_some_and(|before| before.second() == now.second()) {
            return;
        }
        for (other, last) in &self.arrived {
            if now - *last >= QUIET {
                self.watermark.set_at_end(*other, true);
            }
        }
    }

    fn view_what_is_due(&mut self) -> io::Result<()> {
        let Some(time) = self.watermark.time() else {
            return Ok(());
        };
        while let Some(at) = self.instants.take_until(time) {
            self.view(at)?;
        }
        if self.fold.as_of().is_none_or(|as_of| time - as_of >= STEP) {
            self.fold.apply(Input::Advance { to: time });
        }
        Ok(())
    }

    fn view(&mut self, at: Time) -> io::Result<()> {
        self.fold.apply(Input::Advance { to: at });
        self.fold.settle();
        self.nothing.apply(Input::Advance { to: at });
        self.nothing.settle();
        for scope in &self.scopes {
            let nothing = || {
                let mut view = self.nothing.view(&Scope::All)?;
                view.scope = scope.clone();
                Some(view)
            };
            if let Some(view) = self.fold.view(scope).or_else(nothing) {
                serde_json::to_writer(&mut self.out, &view)?;
                self.out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn refuse(&mut self, place: Place<'_>, reason: &dyn std::fmt::Display) {
        self.refused += 1;
        if self.refused <= TOLD {
            eprintln!("vigie fold: {place}: refused: {reason}");
        }
    }

    /// The views still owed at the end of the input, and what was read.
    fn finish(mut self) -> anyhow::Result<()> {
        while let Some(at) = self.instants.take_until(self.instants.until) {
            self.view(at)?;
        }
        self.out.flush()?;
        if self.refused > TOLD {
            eprintln!("vigie fold: {} more lines refused", self.refused - TOLD);
        }
        let counters = self.fold.counters();
        eprintln!(
            "vigie fold: read {} = applied {} + duplicate {} + too_late {} + refused {} + skipped {}; late {}",
            counters.read,
            counters.applied,
            counters.duplicate,
            counters.too_late,
            counters.refused,
            counters.skipped,
            counters.late
        );
        for scope in &self.scopes {
            if self.fold.view(scope).is_none() {
                eprintln!("vigie fold: {scope}: neither the directory nor an event has named it");
            }
        }
        Ok(())
    }
}
