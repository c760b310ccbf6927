//! The scores as they are written: JSON, or a table to be read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use vigie_contract::time::Time;

use super::baselines::Forecaster;
use super::ledger::{Account, Counts, Day, Ledger};
use super::scores::{Group, Hour, Ratio, Score};

/// How the report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// To be read.
    #[default]
    Table,
    /// One object, every score.
    Json,
}

/// All scores.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Scored are calls that queued from here on.
    pub scored_from: Option<Time>,
    /// When the first of them queued.
    pub first: Option<Time>,
    /// When the last did.
    pub last: Option<Time>,
    /// Over all queues.
    pub total: Part,
    /// By region, where asked for.
    pub regions: Option<Vec<OfRegion>>,
    /// By queue, where asked for.
    pub queues: Option<Vec<OfQueue>>,
    /// By local day of the arrival, answered calls.
    pub days: Vec<Day>,
    /// Share of waits under our forecasts, by the size of these, answered calls.
    pub calibration: Calibrations,
}

/// Of each quantile.
#[derive(Debug, Serialize)]
pub struct Calibrations {
    /// P50.
    pub p50: Vec<Group>,
    /// P90.
    pub p90: Vec<Group>,
}

/// The scores of a region.
#[derive(Debug, Serialize)]
pub struct OfRegion {
    /// Code of the network.
    pub network: String,
    /// Code of the region.
    pub region: String,
    /// Its scores.
    #[serde(flatten)]
    pub part: Part,
}

/// The scores of a queue.
#[derive(Debug, Serialize)]
pub struct OfQueue {
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
    /// Its scores.
    #[serde(flatten)]
    pub part: Part,
}

/// Scores over some queues.
#[derive(Debug, Serialize)]
pub struct Part {
    /// Calls by what came of them.
    pub counts: Counts,
    /// Of those answered or abandoned after more than 2 s, the calls that had no
    /// estimate.
    pub without_estimate: Without,
    /// Over the answered.
    pub answered: Scores,
    /// Over the answered, and the virtual waits of the abandoned.
    pub with_virtual_waits: Scores,
    /// The local hour of arrival in which P90 held least, of those with at least
    /// 200 answered calls.
    pub worst_hour: Option<Hour>,
}

/// Calls without an estimate.
#[derive(Debug, Serialize)]
pub struct Without {
    /// How many.
    pub calls: u64,
    /// Of how many.
    pub of: u64,
    /// The share.
    pub share: Option<f64>,
    /// By reason.
    pub reasons: BTreeMap<String, u64>,
}

/// Scores over some waits.
#[derive(Debug, Serialize)]
pub struct Scores {
    /// Ours.
    pub estimate: Score,
    /// Everybody else's.
    pub baselines: Vec<Baseline>,
}

/// Another forecaster beside ours.
#[derive(Debug, Serialize)]
pub struct Baseline {
    /// Who.
    pub name: &'static str,
    /// Its scores over all calls of which it had a forecast.
    #[serde(flatten)]
    pub score: Score,
    /// Ours over its, over the calls of which both had one.
    pub ratio: Ratio,
    /// Our scores over those calls.
    pub estimate: Score,
}

impl Report {
    /// Of the sums.
    pub fn new(scored_from: Option<Time>, ledger: Ledger) -> Self {
        let regions = ledger.regions.map(|regions| {
            let of_region = |((network, region), account): ((String, String), Account)| OfRegion {
                network,
                region,
                part: Part::new(&account),
            };
            regions.into_iter().map(of_region).collect()
        });
        let queues = ledger.queues.map(|queues| {
            let of_queue = |((agency, queue), account): ((String, String), Account)| OfQueue {
                agency,
                queue,
                part: Part::new(&account),
            };
            queues.into_iter().map(of_queue).collect()
        });
        Self {
            scored_from,
            first: ledger.span.map(|(first, _)| first),
            last: ledger.span.map(|(_, last)| last),
            total: Part::new(&ledger.total),
            regions,
            queues,
            days: ledger.days.into_days(),
            calibration: Calibrations {
                p50: ledger.calibration_p50.groups(),
                p90: ledger.calibration_p90.groups(),
            },
        }
    }

    /// Writes it.
    pub fn write(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Table => self.write_table(out)?,
            Format::Json => {
                serde_json::to_writer(&mut *out, self)?;
                out.write_all(b"\n")?;
            }
        }
        out.flush()
    }

    fn write_nothing(&self, out: &mut impl Write) -> io::Result<()> {
        match self.scored_from {
            None => writeln!(out, "no call was queued: nothing to score"),
            Some(end) => writeln!(
                out,
                "no call was queued after the warm-up, at {end} or later: nothing to score"
            ),
        }
    }

    fn write_table(&self, out: &mut impl Write) -> io::Result<()> {
        let (Some(first), Some(last)) = (self.first, self.last) else {
            return self.write_nothing(out);
        };
        writeln!(out, "Calls queued from {first} to {last}")?;
        write_counts(&self.total, out)?;
        writeln!(out, "\nAnswered after more than 2 s")?;
        write_scores(&self.total.answered, out)?;
        writeln!(out, "\nThe same, and virtual waits of the abandoned")?;
        write_scores(&self.total.with_virtual_waits, out)?;
        if let Some(hour) = &self.total.worst_hour {
            let Hour {
                hour,
                calls,
                coverage_p90,
            } = hour;
            writeln!(
                out,
                "\nP90 held least from {hour}:00 to {hour}:59 local time: {coverage_p90:.3} of {calls} answered calls"
            )?;
        }
        if let Some(regions) = &self.regions {
            let name = |of: &OfRegion| format!("{}/{}", of.network, of.region);
            let rows = regions.iter().map(|of| (name(of), &of.part));
            write_parts("By region", rows.collect(), out)?;
        }
        if let Some(queues) = &self.queues {
            let name = |of: &OfQueue| format!("{}/{}", of.agency, of.queue);
            let rows = queues.iter().map(|of| (name(of), &of.part));
            write_parts("By queue", rows.collect(), out)?;
        }
        Ok(())
    }
}

impl Part {
    fn new(account: &Account) -> Self {
        let (calls, of) = (account.without.values().sum(), account.counts.population());
        Self {
            counts: account.counts,
            without_estimate: Without {
                calls,
                of,
                share: (of > 0).then(|| calls as f64 / of as f64),
                reasons: account.without.clone(),
            },
            answered: Scores::new(account, false),
            with_virtual_waits: Scores::new(account, true),
            worst_hour: account.hours.worst(),
        }
    }
}

impl Scores {
    fn new(account: &Account, with_virtual_waits: bool) -> Self {
        let baselines = Forecaster::ALL.map(|forecaster| {
            let beside = account.theirs(forecaster, with_virtual_waits);
            Baseline {
                name: forecaster.name(),
                score: beside.alone.score(),
                ratio: beside.ratio(),
                estimate: beside.ours.score(),
            }
        });
        Self {
            estimate: account.ours(with_virtual_waits).score(),
            baselines: baselines.into(),
        }
    }

    fn ratio(&self, forecaster: Forecaster) -> Option<&Ratio> {
        let baseline = self.baselines.get(forecaster as usize)?;
        Some(&baseline.ratio)
    }
}

/// What a reader calls a forecaster.
const fn title(forecaster: Forecaster) -> &'static str {
    match forecaster {
        Forecaster::Announced => "announced wait",
        Forecaster::Les => "LES, last wait answered",
        Forecaster::Hol => "HOL, age of the head",
        Forecaster::Mean5m => "mean of 5 min",
        Forecaster::Mean15m => "mean of 15 min",
        Forecaster::Mean30m => "mean of 30 min",
        Forecaster::Ewma => "EWMA 1/4",
        Forecaster::QueueLength => "QLs, (n+1)·handle ÷ busy",
        Forecaster::ShrunkQueueLength => "shrunk QL",
        Forecaster::Trailing30m => "trailing 30 min, if any",
        Forecaster::Trailing30mOrLast => "…, else last answered",
        Forecaster::Trailing30mOrZero => "…, else zero",
    }
}

/// A number with so many decimals, or a dash.
fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
}

fn write_counts(part: &Part, out: &mut impl Write) -> io::Result<()> {
    let Counts {
        answered,
        abandoned,
        without_virtual_wait,
        short,
        closed_otherwise,
        lost,
        open,
    } = part.counts;
    writeln!(
        out,
        "after more than 2 s: answered {answered}, abandoned {abandoned} with a virtual wait and {without_virtual_wait} without"
    )?;
    writeln!(
        out,
        "not scored: within 2 s {short}, closed otherwise {closed_otherwise}, lost {lost}, open at the end {open}"
    )?;
    let Without {
        calls,
        of,
        share,
        reasons,
    } = &part.without_estimate;
    let percent = number(share.map(|share| 100.0 * share), 2);
    write!(out, "without an estimate: {calls} of {of}, {percent} %")?;
    let reasons = reasons
        .iter()
        .map(|(reason, calls)| format!("{reason} {calls}"));
    let reasons: Vec<String> = reasons.collect();
    if !reasons.is_empty() {
        write!(out, " ({})", reasons.join(", "))?;
    }
    writeln!(out)
}

fn write_scores(scores: &Scores, out: &mut impl Write) -> io::Result<()> {
    let of = |title: &str, score: &Score, ratio: Option<&Ratio>| -> Vec<String> {
        vec![
            title.to_owned(),
            score.calls.to_string(),
            number(score.rmse, 2),
            number(score.mae, 2),
            number(score.bias, 2),
            number(score.pinball_p50, 2),
            number(score.pinball_p90, 2),
            number(score.coverage_p50, 3),
            number(score.coverage_p90, 3),
            number(ratio.and_then(|ratio| ratio.rmse), 3),
            number(ratio.and_then(|ratio| ratio.pinball_p50), 3),
            number(ratio.and_then(|ratio| ratio.pinball_p90), 3),
        ]
    };
    let mut rows = vec![of("estimate", &scores.estimate, None)];
    for (forecaster, baseline) in Forecaster::ALL.into_iter().zip(&scores.baselines) {
        if forecaster == Forecaster::Announced && baseline.score.calls == 0 {
            continue;
        }
        let row = of(title(forecaster), &baseline.score, Some(&baseline.ratio));
        rows.push(row);
    }
    let head = [
        "seconds", "calls", "RMSE", "MAE", "bias", "loss P50", "loss P90", "≤ P50", "≤ P90",
        "÷ RMSE", "÷ P50", "÷ P90",
    ];
    write_rows(&head, &rows, out)
}

fn write_parts(title: &str, parts: Vec<(String, &Part)>, out: &mut impl Write) -> io::Result<()> {
    let rows: Vec<Vec<String>> = parts
        .into_iter()
        .map(|(name, part)| {
            let answered = &part.answered;
            let ratio = |forecaster, of: fn(&Ratio) -> Option<f64>| {
                number(answered.ratio(forecaster).and_then(of), 3)
            };
            let with_virtual = &part.with_virtual_waits.estimate;
            let without = part.without_estimate.share.map(|share| 100.0 * share);
            let worst = part.worst_hour.map_or("–".to_owned(), |worst| {
                format!("{:.3} at {}", worst.coverage_p90, worst.hour)
            });
            vec![
                name,
                part.counts.answered.to_string(),
                number(without, 2),
                number(answered.estimate.rmse, 2),
                number(answered.estimate.bias, 2),
                ratio(Forecaster::Les, |ratio| ratio.rmse),
                ratio(Forecaster::Trailing30m, |ratio| ratio.pinball_p50),
                ratio(Forecaster::Trailing30m, |ratio| ratio.pinball_p90),
                number(answered.estimate.coverage_p90, 3),
                number(with_virtual.coverage_p90, 3),
                worst,
            ]
        })
        .collect();
    writeln!(out, "\n{title}")?;
    let head = [
        "seconds",
        "answered",
        "without %",
        "RMSE",
        "bias",
        "÷ LES",
        "÷ P50",
        "÷ P90",
        "≤ P90",
        "and virtual",
        "worst hour",
    ];
    write_rows(&head, &rows, out)
}

/// Columns as wide as they need be, the first to the left.
fn write_rows(head: &[&str], rows: &[Vec<String>], out: &mut impl Write) -> io::Result<()> {
    let length = |text: &str| text.chars().count();
    let widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(column, title)| {
            let cells = rows.iter().map(|row| length(&row[column]));
            cells.fold(length(title), usize::max)
        })
        .collect();
    let head: Vec<String> = head.iter().map(|title| (*title).to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let space = " ".repeat(width - length(cell));
            let (before, after) = if column == 0 {
                ("", &space[..])
            } else {
                (&space[..], "")
            };
            let gap = if column == 0 { "" } else { "  " };
            line.push_str(&format!("{gap}{before}{cell}{after}"));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(report: &Report, format: Format) -> String {
        let mut out = Vec::new();
        report.write(format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn of_nothing_there_is_nothing_to_score() {
        let report = Report::new(None, Ledger::default());
        let table = written(&report, Format::Table);
        assert_eq!(table, "no call was queued: nothing to score\n");
        let json: serde_json::Value =
            serde_json::from_str(&written(&report, Format::Json)).unwrap();
        assert_eq!(json["total"]["answered"]["estimate"]["calls"], 0);
        assert!(json["total"]["answered"]["estimate"]["rmse"].is_null());
        assert!(json["total"]["without_estimate"]["share"].is_null());
    }

    #[test]
    fn a_warm_up_past_all_calls_is_named() {
        let report = Report::new(Some(Time::from_seconds(60)), Ledger::default());
        assert_eq!(
            written(&report, Format::Table),
            "no call was queued after the warm-up, at 1970-01-01T00:01:00Z or later: nothing to score\n"
        );
    }

    #[test]
    fn columns_are_as_wide_as_their_longest_cell() {
        let mut out = Vec::new();
        let rows = [vec!["a–b".to_owned(), "1.25".to_owned()]];
        write_rows(&["who", "≤ P90"], &rows, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "who  ≤ P90\na–b   1.25\n");
    }
}
