//! `vigie fold`: recomputation from files, through the same fold as the
//! service.
//!
//! # Layout
//! - [`asked`]: which scopes.
//! - [`offline`]: the lines into the fold, and the views when they are due.
//! - [`output`], [`table`]: the views as they are written.
//! - [`progress`]: how far the files have been read.

pub mod asked;
pub mod offline;
pub mod output;
pub mod progress;
pub mod table;

use std::io::{self, BufWriter};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{bail, ensure};
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_model::Directory;

use super::given;
use crate::config::{Faulty, read_directory};
use crate::events::lines::{Lines, Unreadable};
use crate::events::merge::merge;
use asked::{Asked, Pattern, Selection};
use offline::{Instants, Offline};
use output::{Format, Output};
use progress::Progress;

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
    /// A scope to view, several times for several; all of it otherwise. Among
    /// the parts of its path * stands for one and ** for any number: ft/*/*,
    /// ft/NAQ/**, line/*. A pattern stands for what the directory lists, and for
    /// what else has figures.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<Asked>,
    /// Today by quarter-hour too.
    #[arg(long)]
    quarters: bool,
    /// How views are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The directory of networks, regions, agencies and lines.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
}

/// Prints the views; tells on standard error what was read.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let instants = instants(arguments)?;
    let directory = match &arguments.directory {
        None => Directory::empty(),
        Some(path) => read_directory(path).map_err(|faults| Faulty {
            source: path.display().to_string(),
            faults,
        })?,
    };
    let standard_input = arguments
        .files
        .iter()
        .filter(|path| *path == Path::new("-"));
    ensure!(
        standard_input.count() <= 1,
        "-: standard input is given twice"
    );
    let progress = Progress::of(&arguments.files);
    let files = arguments
        .files
        .iter()
        .map(|path| Lines::open_through(path, |input| progress.counting(input)))
        .collect::<Result<Vec<_>, _>>()?;
    let asked = match &arguments.scopes[..] {
        [] => vec![Asked::One(Scope::All)],
        scopes => scopes.to_vec(),
    };
    let listed = directory.scopes().into_iter().map(|(scope, _)| scope);
    let selection = Selection::new(asked, listed);
    let output = Output::new(arguments.format, BufWriter::new(io::stdout().lock()))?;
    let mut offline = Offline::new(Arc::new(directory), selection, instants, output, progress);
    offline.quarters = arguments.quarters;

    let mut written = Ok(());
    let broken = merge(files, |_, place, line| match offline.take(place, line) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            written = Err(error);
            ControlFlow::Break(())
        }
    });
    written?;
    let selection = offline.finish()?;
    judge(&broken, &selection.unmatched())
}

fn instants(arguments: &Arguments) -> anyhow::Result<Instants> {
    let at = arguments.at;
    let until = arguments.until.unwrap_or(at);
    ensure!(until >= at, "--until: {until} is before --at, {at}");
    Ok(Instants {
        next: Some(at),
        every: arguments.every,
        until,
    })
}

/// What could be done was done; fails where that was not all.
fn judge(broken: &[Unreadable], unmatched: &[&Pattern]) -> anyhow::Result<()> {
    match broken {
        [] => {}
        [only] => bail!("{only}"),
        [first, others @ ..] => bail!("{first}, and {} other files", others.len()),
    }
    let unmatched: Vec<String> = unmatched.iter().map(ToString::to_string).collect();
    ensure!(
        unmatched.is_empty(),
        "--scope {}: matches no scope that the directory lists or that has a figure in these views",
        unmatched.join(", ")
    );
    Ok(())
}
