//! The scores as a table to be read.

use std::io::{self, Write};

use crate::account::LegCounts;
use crate::forecaster::Forecaster;
use crate::hours::HourCoverage;
use crate::report::{PartScores, QueueScores, RegionScores, Report, WaitScores, WithoutEstimate};
use crate::scores::{ForecastScore, Ratio};

fn write_nothing(report: &Report, out: &mut impl Write) -> io::Result<()> {
    match report.scored_from {
        None => writeln!(out, "no call was queued: nothing to score"),
        Some(end) => writeln!(
            out,
            "no call was queued after the warm-up, at {end} or later: nothing to score"
        ),
    }
}

/// Writes the scores as a table.
pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let (Some(first), Some(last)) = (report.first, report.last) else {
        return write_nothing(report, out);
    };
    writeln!(out, "Calls queued from {first} to {last}")?;
    write_counts(&report.total, out)?;
    writeln!(out, "\nAnswered after more than 2 s")?;
    write_scores(&report.total.answered, out)?;
    writeln!(out, "\nThe same, and virtual waits of the abandoned")?;
    write_scores(&report.total.with_virtual_waits, out)?;
    if let Some(hour) = &report.total.worst_hour {
        let HourCoverage {
            hour,
            calls,
            coverage_p90,
        } = hour;
        writeln!(
            out,
            "\nP90 held least from {hour}:00 to {hour}:59 local time: {coverage_p90:.3} of {calls} answered calls"
        )?;
    }
    if let Some(regions) = &report.regions {
        let name = |of: &RegionScores| format!("{}/{}", of.network, of.region);
        let rows = regions.iter().map(|of| (name(of), &of.part));
        write_parts("By region", rows.collect(), out)?;
    }
    if let Some(queues) = &report.queues {
        let name = |of: &QueueScores| format!("{}/{}", of.agency, of.queue);
        let rows = queues.iter().map(|of| (name(of), &of.part));
        write_parts("By queue", rows.collect(), out)?;
    }
    Ok(())
}

/// The name of a forecaster for whoever reads the table.
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

/// A number with so many decimals; a dash where there is none.
fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
}

fn write_counts(part: &PartScores, out: &mut impl Write) -> io::Result<()> {
    let LegCounts {
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
    let WithoutEstimate {
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

fn write_scores(scores: &WaitScores, out: &mut impl Write) -> io::Result<()> {
    let of = |title: &str, score: &ForecastScore, ratio: Option<&Ratio>| -> Vec<String> {
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

fn write_parts(
    title: &str,
    parts: Vec<(String, &PartScores)>,
    out: &mut impl Write,
) -> io::Result<()> {
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

/// Writes rows in columns as wide as they need be, the first one to the left.
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
    use vigie_contract::time::Time;

    use super::*;
    use crate::scorebook::Scorebook;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn of_nothing_there_is_nothing_to_score() {
        let report = Report::new(None, Scorebook::default());
        let table = written(&report);
        assert_eq!(table, "no call was queued: nothing to score\n");
        let json: serde_json::Value = serde_json::to_value(&report).unwrap();
        assert_eq!(json["total"]["answered"]["estimate"]["calls"], 0);
        assert!(json["total"]["answered"]["estimate"]["rmse"].is_null());
        assert!(json["total"]["without_estimate"]["share"].is_null());
    }

    #[test]
    fn a_warm_up_past_all_calls_is_named() {
        let report = Report::new(Some(Time::from_seconds(60)), Scorebook::default());
        assert_eq!(
            written(&report),
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
