//! `vigie fold`: recomputation from files, through the same fold as the
//! service.
//!
//! # Layout
//! - [`asked`]: which scopes.
//! - [`offline`]: the lines into the fold, and the views when they are due.
//! - [`output`], [`table`]: the views as they are written.
//! - [`versions`]: of the directory, one after the other.
//! - [`explanations`]: why rates moved, as it is written.

pub mod asked;
pub mod explanations;
pub mod offline;
pub mod output;
pub mod table;
pub mod versions;

use std::io::{self, BufWriter};
use std::path::PathBuf;

use anyhow::{Context, ensure};
use vigie_contract::explanation::WindowLength;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::{Settings, Sliding};

use super::progress::Progress;
use super::{files, given};
use crate::events::lines::{LinePlace, Unreadable};
use crate::events::merge::ReadLine;
use asked::{Asked, Pattern, ShownScopes};
use explanations::{Between, Explanations};
use offline::{Instants, Offline, Written};
use output::{Format, Output};

/// Arguments of `vigie fold`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files of events: NDJSON, plain, gzip or zstd; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// In which order.
    #[command(flatten)]
    order: files::Order,
    /// The instant of the first view.
    #[arg(long, value_name = "T", value_parser = given::whole_second, required_unless_present = "explain")]
    at: Option<Time>,
    /// Then one each so long (15m, 1h, 30s).
    #[arg(long, value_name = "D", value_parser = given::duration, requires = "until")]
    every: Option<Span>,
    /// Up to and including this instant.
    #[arg(long, value_name = "T", value_parser = given::whole_second, requires = "every")]
    until: Option<Time>,
    /// A scope to view, several times for several; all of it otherwise. Among
    /// the parts of its path * stands for one and ** for any number: ft/*/*,
    /// ft/NAQ/**, line/*. A pattern stands for what the directory lists, and for
    /// what else has figures. \* is a star that belongs to a code, \\ a backslash.
    /// Up to a hundred scopes together are a selection:
    /// pick/ft/NAQ/NAQ-0331+ft/NAQ/NAQ-0332 (a + that belongs to a code is ++).
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<Asked>,
    /// Today by quarter-hour too.
    #[arg(long)]
    quarters: bool,
    /// Judge the figures at every fifth second, as the service does: views have how bad
    /// things are, and since when. Takes many times as long.
    #[arg(long)]
    judge: bool,
    /// The incidents of each scope instead of its figures, judged as with --judge: those
    /// that go on, and those of the last 24 hours. Written as ndjson only.
    #[arg(long, conflicts_with = "quarters")]
    incidents: bool,
    /// Instead of figures, what is said to have begun, worsened or ended up to each
    /// instant, anywhere: every change of severity, and of every incident. Judged as
    /// with --judge, written as ndjson only.
    #[arg(long, conflicts_with_all = ["quarters", "incidents", "scopes"])]
    changes: bool,
    /// Instead of views, why the pick-up rate moved between the windows that end at two
    /// instants: a line of JSON for each scope, with the part of each share of calls and
    /// of each child.
    #[arg(
        long,
        value_name = "FROM..TO",
        conflicts_with_all = ["at", "every", "until", "quarters", "judge", "incidents", "changes", "format"]
    )]
    explain: Option<Between>,
    /// The length of both windows: up to 24h, or today (60m where it is left out).
    #[arg(long, value_name = "D", conflicts_with = "at")]
    window: Option<WindowLength>,
    /// How views are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The directory of networks, regions, agencies and lines. Where it changed while a
    /// service ran, once for each version, all but the first with the instant after which
    /// the service read it, as its log says: --directory old.toml --directory
    /// new.toml@2026-11-23T10:00:00Z. What is grouped follows from then on, what is
    /// counted from the midnight after.
    #[arg(long = "directory", value_name = "FILE[@T]", value_parser = versions::given)]
    directories: Vec<versions::Given>,
}

/// Prints the views; tells on standard error what was read.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let instants = instants(arguments)?;
    let (directory, later) = versions::read(&arguments.directories)?;
    let progress = Progress::of("fold", &arguments.files);
    let files = files::open(&arguments.files, &progress)?;
    let asked = match &arguments.scopes[..] {
        [] => vec![Asked::One(Scope::All.into())],
        scopes => scopes.to_vec(),
    };
    let later_listed = later.iter().flat_map(|version| version.directory.scopes());
    let listed = directory.scopes().into_iter().chain(later_listed);
    let listed = listed.map(|(scope, _)| scope);
    let shown = ShownScopes::new(asked, listed);
    let mut settings = match arguments.judge || is_of_alarms(arguments)? {
        true => Settings {
            trusts_arrivals: true,
            ..Settings::live(Clock::Event)
        },
        false => Settings::offline(),
    };
    let out = BufWriter::new(io::stdout().lock());
    let written = match arguments.explain {
        Some(between) => {
            let length = arguments.window.unwrap_or_default();
            keep_sums_of(length, &mut settings);
            Written::Explanations(Explanations::new(between, length, out))
        }
        None if arguments.incidents => Written::Incidents(Output::new(arguments.format, out)?),
        None if arguments.changes => Written::Changes(Output::new(arguments.format, out)?),
        None => Written::Views {
            output: Output::new(arguments.format, out)?,
            quarters: arguments.quarters,
        },
    };
    let mut offline = Offline::new(
        (directory, later, settings),
        shown,
        instants,
        written,
        progress,
    );

    let take = |_: &[u8], place: LinePlace<'_>, line: ReadLine<'_>| offline.take(place, line);
    let broken = arguments.order.each_line(files, take)?;
    let shown = offline.finish()?;
    judge(&broken, &shown.unmatched())
}

/// Whether what is asked for is what is bad, instead of figures.
fn is_of_alarms(arguments: &Arguments) -> anyhow::Result<bool> {
    let is_of_alarms = arguments.incidents || arguments.changes;
    ensure!(
        !is_of_alarms || arguments.format == Format::Ndjson,
        "--format csv: incidents and changes are no rows of a table"
    );
    Ok(is_of_alarms)
}

fn instants(arguments: &Arguments) -> anyhow::Result<Instants> {
    if let Some(Between { from, to }) = arguments.explain {
        return Ok(Instants {
            next: Some(from),
            every: Some(to - from),
            until: to,
        });
    }
    let at = arguments.at.context("--at: missing")?;
    let until = arguments.until.unwrap_or(at);
    ensure!(until >= at, "--until: {until} is before --at, {at}");
    Ok(Instants {
        next: Some(at),
        every: arguments.every,
        until,
    })
}

/// Keeps sums of windows of a length beside those of every view.
fn keep_sums_of(length: WindowLength, settings: &mut Settings) {
    let WindowLength::Seconds(seconds) = length else {
        return;
    };
    if settings
        .windows
        .iter()
        .all(|known| known.seconds != seconds)
    {
        let name = length.to_string();
        settings.windows.push(Sliding { name, seconds });
    }
}

/// What could be done was done; fails where that was not all.
fn judge(broken: &[Unreadable], unmatched: &[&Pattern]) -> anyhow::Result<()> {
    files::all_read(broken)?;
    let unmatched: Vec<String> = unmatched.iter().map(ToString::to_string).collect();
    ensure!(
        unmatched.is_empty(),
        "--scope {}: matches no scope that the directory lists or that has a figure in these views",
        unmatched.join(", ")
    );
    Ok(())
}
