//! The fold over lines of files, and the views it owes.

use std::io::{self, Write};
use std::sync::Arc;

use vigie_contract::extent::Extent;
use vigie_contract::incident::Incidents;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::View;
use vigie_model::{Directory, Fold, Input, Settings, Version};

use super::asked::ShownScopes;
use super::explanations::Explanations;
use super::output::Output;
use crate::command::feed::FedFold;
use crate::command::progress::Progress;
use crate::events::lines::LinePlace;
use crate::events::merge::ReadLine;

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

/// What is written of the scopes that are shown.
pub enum Written<W: Write> {
    /// Their views at each instant.
    Views {
        /// Where views go.
        output: Output<W>,
        /// Whether views have quarter-hours.
        quarters: bool,
    },
    /// Their incidents at each instant.
    Incidents(Output<W>),
    /// What has begun, worsened or ended anywhere up to each instant.
    Changes(Output<W>),
    /// Why their rates moved from the first instant to the second.
    Explanations(Explanations<W>),
}

/// The fold over files, and the views it owes.
pub struct Offline<W: Write> {
    feed: FedFold,
    shown: ShownScopes,
    instants: Instants,
    written: Written<W>,
    /// A fold of nothing: what a scope shows that nobody has named yet.
    nothing: Fold,
}

impl<W: Write> Offline<W> {
    /// Nothing read yet.
    pub fn new(
        (directory, later, settings): (Arc<Directory>, Vec<Version>, Settings),
        shown: ShownScopes,
        instants: Instants,
        written: Written<W>,
        progress: Progress,
    ) -> Self {
        let paths = Some(shown.paths());
        // A pattern may come to stand for any scope, what explains a rate are the
        // children, whichever they are, and what is bad in a scope may be of a cause that
        // others share: sums are kept of all.
        let has_paths_alone = shown.has_no_pattern() && matches!(written, Written::Views { .. });
        let only = paths.clone().filter(|_| has_paths_alone);
        let keeping = |only| Settings {
            only,
            ..settings.clone()
        };
        let mut fold = Fold::new(directory, keeping(only));
        for Version { directory, after } in &later {
            let (directory, after) = (directory, *after);
            fold.apply(Input::Directory { directory, after });
        }
        let mut feed = FedFold::new(fold, progress);
        feed.keeps_changes = matches!(written, Written::Changes(_));
        Self {
            nothing: Fold::new(Arc::new(Directory::empty()), keeping(paths)),
            feed,
            shown,
            instants,
            written,
        }
    }

    /// Folds a line, and writes the views that are due by then.
    pub fn take(&mut self, place: LinePlace<'_>, line: ReadLine<'_>) -> io::Result<()> {
        let is_taken = self.feed.take(place, line).is_some();
        if is_taken || !self.feed.take_released().is_empty() {
            return self.view_what_is_due();
        }
        Ok(())
    }

    fn view_what_is_due(&mut self) -> io::Result<()> {
        let Some(time) = self.feed.time() else {
            return Ok(());
        };
        while let Some(at) = self.instants.take_until(time) {
            self.view(at)?;
        }
        self.feed.let_time_pass();
        Ok(())
    }

    fn view(&mut self, at: Time) -> io::Result<()> {
        self.feed.advance(at);
        if let Written::Changes(output) = &mut self.written {
            for change in self.feed.take_changes() {
                output.write_line(&change)?;
            }
        }
        self.feed.fold.settle();
        self.nothing.apply(Input::Advance { to: at });
        self.nothing.settle();
        for (number, extent) in self.shown.candidates(&self.feed.fold) {
            let known = [&self.feed.fold, &self.nothing];
            let known = known
                .into_iter()
                .find_map(|fold| Some((fold, fold.view(&extent)?)));
            let Some((fold, view)) = known else {
                continue;
            };
            let shows = self.shown.shows(number, &view);
            match &mut self.written {
                Written::Views { output, quarters } if shows => {
                    let quarters = quarters.then(|| fold.quarters(&extent)).flatten();
                    output.write(&View { quarters, ..view })?;
                }
                Written::Incidents(output) if shows => {
                    output.write_line(&incidents(fold, at, extent))?;
                }
                Written::Views { .. } | Written::Incidents(_) | Written::Changes(_) => {}
                Written::Explanations(explanations) => {
                    explanations.take(fold, &extent, shows)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the views still owed at the end of the input, and tells what was
    /// read. Answers what was shown.
    pub fn finish(mut self) -> anyhow::Result<ShownScopes> {
        self.feed.end();
        while let Some(at) = self.instants.take_until(self.instants.until) {
            self.view(at)?;
        }
        match &mut self.written {
            Written::Views { output, .. }
            | Written::Incidents(output)
            | Written::Changes(output) => {
                output.flush()?;
            }
            Written::Explanations(explanations) => explanations.flush()?,
        }
        self.feed.tell();
        let unnamed: Vec<String> = self
            .shown
            .unnamed(&self.feed.fold)
            .map(|scope| {
                format!("{scope}: not in the directory, and without figures in these views")
            })
            .collect();
        unnamed.iter().for_each(|said| self.feed.say(said));
        Ok(self.shown)
    }
}

fn incidents(fold: &Fold, as_of: Time, scope: Extent) -> Incidents {
    let incidents = fold.incidents(&scope).unwrap_or_default();
    Incidents {
        as_of,
        scope,
        total: incidents.len() as u64,
        next: None,
        incidents,
    }
}
