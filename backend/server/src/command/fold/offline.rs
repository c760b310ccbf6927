//! The fold over lines of files, and the views it owes.

use std::io::{self, Write};
use std::sync::Arc;

use vigie_contract::incident::Incidents;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::View;
use vigie_model::{Directory, Fold, Input, Settings};

use super::asked::Selection;
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

/// What is wanted of each scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Its figures.
    Views {
        /// Whether by quarter-hour too.
        quarters: bool,
    },
    /// Its incidents.
    Incidents,
    /// What has begun, worsened or ended anywhere.
    Changes,
}

impl Wanted {
    /// Whether that follows from figures that are judged.
    pub fn is_judged(self) -> bool {
        match self {
            Wanted::Views { .. } => false,
            Wanted::Incidents | Wanted::Changes => true,
        }
    }
}

/// The fold over files, and the views it owes.
pub struct Offline<W: Write> {
    feed: FedFold,
    selection: Selection,
    wanted: Wanted,
    instants: Instants,
    output: Output<W>,
    /// A fold of nothing: what a scope shows that nobody has named yet.
    nothing: Fold,
}

impl<W: Write> Offline<W> {
    /// Nothing read yet.
    pub fn new(
        (directory, settings): (Arc<Directory>, Settings),
        (selection, wanted): (Selection, Wanted),
        instants: Instants,
        output: Output<W>,
        progress: Progress,
    ) -> Self {
        let paths = Some(selection.paths());
        // A pattern may come to stand for any scope, and what is bad in one may be of a
        // cause that others share: sums are kept of all.
        let is_of_own = selection.has_no_pattern() && !wanted.is_judged();
        let only = paths.clone().filter(|_| is_of_own);
        let keeping = |only| Settings {
            only,
            ..settings.clone()
        };
        let mut feed = FedFold::new(Fold::new(directory, keeping(only)), progress);
        feed.keeps_changes = wanted == Wanted::Changes;
        Self {
            nothing: Fold::new(Arc::new(Directory::empty()), keeping(paths)),
            feed,
            selection,
            wanted,
            instants,
            output,
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
        for change in self.feed.take_changes() {
            self.output.write_line(&change)?;
        }
        self.feed.fold.settle();
        self.nothing.apply(Input::Advance { to: at });
        self.nothing.settle();
        for (number, scope) in self.selection.candidates(&self.feed.fold) {
            let Some(view) = self.view_of(&scope) else {
                continue;
            };
            if !self.selection.shows(number, &view) {
                continue;
            }
            match self.wanted {
                Wanted::Views { .. } => self.output.write(&view)?,
                Wanted::Incidents => self.output.write_line(&self.incidents(at, scope))?,
                Wanted::Changes => {}
            }
        }
        Ok(())
    }

    fn incidents(&self, as_of: Time, scope: Scope) -> Incidents {
        let incidents = self.feed.fold.incidents(&scope).unwrap_or_default();
        Incidents {
            as_of,
            scope,
            total: incidents.len() as u64,
            next: None,
            incidents,
        }
    }

    fn view_of(&self, scope: &Scope) -> Option<View> {
        let known = [&self.feed.fold, &self.nothing]
            .into_iter()
            .find_map(|fold| Some((fold, fold.view(scope)?)));
        let (fold, view) = known?;
        let quarters = match self.wanted {
            Wanted::Views { quarters: true } => fold.quarters(scope),
            Wanted::Views { quarters: false } | Wanted::Incidents | Wanted::Changes => None,
        };
        Some(View { quarters, ..view })
    }

    /// Writes the views still owed at the end of the input, and tells what was
    /// read. Answers what was shown.
    pub fn finish(mut self) -> anyhow::Result<Selection> {
        self.feed.end();
        while let Some(at) = self.instants.take_until(self.instants.until) {
            self.view(at)?;
        }
        self.output.flush()?;
        self.feed.tell();
        for scope in self.selection.unnamed() {
            let said = format!("{scope}: not in the directory, and without figures in these views");
            self.feed.say(&said);
        }
        Ok(self.selection)
    }
}
