//! The fold over lines of files, and the views it owes.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use vigie_contract::event::Event;
use vigie_contract::read::Reading;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::View;
use vigie_model::watermark::Watermark;
use vigie_model::{Directory, Fold, Input, Outcome, Settings};

use super::asked::Selection;
use super::output::Output;
use super::progress::Progress;
use crate::events::lines::Place;
use crate::events::merge::Line;

/// Refused lines that are told one by one.
const TOLD: u64 = 5;

/// A partition from which nothing arrived for so long was at its end: what the
/// service measures on its clock, a dump tells by its arrivals.
const QUIET: Span = Span::from_seconds(5);

/// Time passes at least at this step, so that what is over can be forgotten.
const STEP: Span = Span::from_seconds(900);

/// The instants that views are wanted of.
pub struct Instants {
    /// The next one; `None` where all have been.
    pub next: Option<Time>,
    /// Then one each so long.
    pub every: Option<Span>,
    /// The last that may be.
    pub until: Time,
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
pub struct Offline<W: Write> {
    fold: Fold,
    watermark: Watermark,
    selection: Selection,
    /// Whether views have quarter-hours.
    pub quarters: bool,
    instants: Instants,
    output: Output<W>,
    progress: Progress,
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
    /// Nothing read yet.
    pub fn new(
        directory: Arc<Directory>,
        selection: Selection,
        instants: Instants,
        output: Output<W>,
        progress: Progress,
    ) -> Self {
        let paths = Some(selection.paths());
        // A pattern may come to stand for any scope: sums are kept of all.
        let only = paths.clone().filter(|_| selection.has_no_pattern());
        let keeping = |only| Settings {
            only,
            ..Settings::offline()
        };
        Self {
            nothing: Fold::new(Arc::new(Directory::empty()), keeping(paths)),
            fold: Fold::new(directory, keeping(only)),
            watermark: Watermark::new(),
            selection,
            quarters: false,
            instants,
            output,
            progress,
            arrived: BTreeMap::new(),
            partition: 0,
            offset: -1,
            refused: 0,
        }
    }

    /// Folds a line, and writes the views that are due by then.
    pub fn take(&mut self, place: Place<'_>, line: Line<'_>) -> io::Result<()> {
        self.offset += 1;
        self.progress.took_line();
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
        for (number, scope) in self.selection.candidates(&self.fold) {
            let Some(view) = self.view_of(&scope) else {
                continue;
            };
            if self.selection.shows(number, &view) {
                self.output.write(&view)?;
            }
        }
        Ok(())
    }

    fn view_of(&self, scope: &Scope) -> Option<View> {
        let known = [&self.fold, &self.nothing]
            .into_iter()
            .find_map(|fold| Some((fold, fold.view(scope)?)));
        let (fold, view) = known?;
        let quarters = if self.quarters {
            fold.quarters(scope)
        } else {
            None
        };
        Some(View { quarters, ..view })
    }

    fn refuse(&mut self, place: Place<'_>, reason: &dyn std::fmt::Display) {
        self.refused += 1;
        if self.refused <= TOLD {
            self.progress.say(&format!("{place}: refused: {reason}"));
        }
    }

    /// Writes the views still owed at the end of the input, and tells what was
    /// read. Answers what was shown.
    pub fn finish(mut self) -> anyhow::Result<Selection> {
        while let Some(at) = self.instants.take_until(self.instants.until) {
            self.view(at)?;
        }
        self.output.flush()?;
        if self.refused > TOLD {
            let more = self.refused - TOLD;
            self.progress.say(&format!("{more} more lines refused"));
        }
        let counters = self.fold.counters();
        self.progress.say(&format!(
            "read {} = applied {} + duplicate {} + too_late {} + refused {} + skipped {}; late {}",
            counters.read,
            counters.applied,
            counters.duplicate,
            counters.too_late,
            counters.refused,
            counters.skipped,
            counters.late
        ));
        for scope in self.selection.unnamed() {
            let said = format!("{scope}: not in the directory, and without figures in these views");
            self.progress.say(&said);
        }
        Ok(self.selection)
    }
}
