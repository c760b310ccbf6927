//! `vigie backtest`: how good estimated waits have been.
//!
//! Reads the files and folds them; the scoring is that of `vigie-backtest`.
//!
//! # Layout
//! - [`pictures`]: the files that pictures are drawn into.
//! - [`scoring`]: lines into the fold, and what it tells of them to be scored.

pub mod pictures;
pub mod scoring;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::ensure;
use vigie_backtest::backtest::Backtest;
use vigie_backtest::report::Report;
use vigie_backtest::scorebook::Scorebook;
use vigie_backtest::table;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_model::{Fold, Settings};

use super::feed::FedFold;
use super::progress::Progress;
use super::{files, given};
use crate::events::lines::LinePlace;
use crate::events::merge::ReadLine;
use crate::events::writer::Writer;
use pictures::Pictures;
use scoring::Scoring;

/// Arguments of `vigie backtest`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files of events: NDJSON, plain, gzip or zstd; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// In which order.
    #[command(flatten)]
    order: files::Order,
    /// Learn until this instant: scored are calls that queue at it or later; all
    /// otherwise.
    #[arg(long, value_name = "T", value_parser = given::instant)]
    warm_up: Option<Time>,
    /// The directory of networks, regions, agencies and lines: local hours, and
    /// which region an agency is in.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
    /// What is scored beside the total, several times for several; queues
    /// otherwise.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "queue")]
    by: Vec<By>,
    /// How the scores are written.
    #[arg(long, value_enum, default_value_t)]
    format: ScoresFormat,
    /// Write every estimate given, a line of JSON each: time, call, agency, queue,
    /// mean_seconds, p50_seconds and p90_seconds, or reason (.gz and .zst are
    /// compressed).
    #[arg(long, value_name = "FILE")]
    estimates_out: Option<PathBuf>,
    /// Draw calibration.svg and errors.svg into this folder.
    #[arg(long, value_name = "FOLDER")]
    plot: Option<PathBuf>,
}

/// What is scored beside the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum By {
    /// Nothing.
    Total,
    /// Each region of each network.
    Region,
    /// Each queue of each agency.
    Queue,
}

/// How the scores are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ScoresFormat {
    /// To be read.
    #[default]
    Table,
    /// One object, every score.
    Json,
}

/// Prints the scores; tells on standard error what was read.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.check()?;
    let directory = Arc::new(files::directory(arguments.directory.as_deref())?);
    let progress = Progress::of("backtest", &arguments.files);
    let files = files::open(&arguments.files, &progress)?;
    let pictures = arguments.plot.as_deref().map(Pictures::open).transpose()?;
    let estimates_out = arguments.estimates_out.as_deref();
    let estimates_out = estimates_out.map(Writer::create).transpose()?;
    let settings = Settings {
        // No view is asked for.
        only: Some(vec![Scope::All]),
        ..Settings::offline()
    };
    let mut fold = Fold::new(directory.clone(), settings);
    fold.record_estimates();
    let feed = FedFold::new(fold, progress);
    let by = |by| arguments.by.contains(&by).then(BTreeMap::new);
    let scorebook = Scorebook {
        regions: by(By::Region),
        queues: by(By::Queue),
        ..Scorebook::default()
    };
    let backtest = Backtest::new(directory, arguments.warm_up, scorebook);
    let mut scoring = Scoring::new(feed, backtest, estimates_out);
    let take = |_: &[u8], place: LinePlace<'_>, line: ReadLine<'_>| scoring.take(place, line);
    let broken = arguments.order.each_line(files, take)?;
    let report = Report::new(arguments.warm_up, scoring.finish()?);
    // The scores are printed, whatever becomes of the pictures.
    let drawn = pictures.map_or(Ok(()), |pictures| pictures.draw(&report));
    write(&report, arguments.format)?;
    drawn?;
    files::all_read(&broken)
}

fn write(report: &Report, format: ScoresFormat) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        ScoresFormat::Table => table::write(report, &mut out)?,
        ScoresFormat::Json => {
            serde_json::to_writer(&mut out, report)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

impl Arguments {
    /// Fails where something would be written over what is read, or into the
    /// scores.
    fn check(&self) -> anyhow::Result<()> {
        ensure!(
            self.estimates_out.as_deref() != Some(Path::new("-")),
            "--estimates-out -: the scores go to standard output"
        );
        let read = self.files.iter().chain(&self.directory);
        let drawn = self.plot.iter().flat_map(|folder| pictures::files(folder));
        let written: Vec<PathBuf> = drawn.chain(self.estimates_out.clone()).collect();
        files::keep_apart(
            read.map(PathBuf::as_path),
            written.iter().map(PathBuf::as_path),
        )
    }
}
