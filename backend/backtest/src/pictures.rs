//! The two pictures of a report, as SVG.

use crate::calibration::CalibrationGroup;
use crate::days::DayScores;
use crate::drawing::{Axis, Drawing, GREY, WIDTH};
use crate::report::Calibrations;

const LEFT: f64 = 70.0;
const RIGHT: f64 = 50.0;
const OURS: &str = "#1b5e9b";
const SECOND: &str = "#c2571a";

/// How often waits stayed under our forecasts, by the size of the forecast.
pub fn calibration(calibration: &Calibrations) -> String {
    const HEIGHT: f64 = 440.0;
    let mut drawing = Drawing::new(HEIGHT, "Share of waits that did not pass the forecast");
    let quantiles = [
        ("P50", 0.5, OURS, &calibration.p50),
        ("P90", 0.9, SECOND, &calibration.p90),
    ];
    // By 1 + seconds: waits spread over three powers of ten.
    let sizes = |groups: &[CalibrationGroup]| -> Vec<f64> {
        let sizes = groups.iter().map(|group| group.forecast.max(0.0));
        sizes.map(|seconds| (1.0 + seconds).log10()).collect()
    };
    let all: Vec<f64> = quantiles
        .iter()
        .flat_map(|(.., groups)| sizes(groups))
        .collect();
    let x = Axis {
        values: (
            all.iter().copied().fold(f64::INFINITY, f64::min),
            all.iter().copied().fold(0.0, f64::max),
        ),
        places: (LEFT, WIDTH - RIGHT),
    };
    let y = Axis {
        values: (0.0, 1.0),
        places: (HEIGHT - 60.0, 50.0),
    };
    let title = "share of answered calls that waited no longer than forecast";
    drawing.axes(&x, &y, title);
    let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
    if all.is_empty() {
        drawing.text(
            middle,
            HEIGHT / 2.0,
            "middle",
            GREY,
            "no estimate was given",
        );
    }
    for (name, p, stroke, groups) in quantiles {
        let at = y.place(p);
        drawing.line((LEFT, at), (WIDTH - RIGHT, at), stroke, "5 4");
        drawing.text(WIDTH - RIGHT + 12.0, at + 4.0, "start", stroke, name);
        let places = sizes(groups).into_iter().map(|size| x.place(size));
        let shares = groups.iter().map(|group| y.place(group.coverage));
        let points: Vec<(f64, f64)> = places.zip(shares).collect();
        drawing.curve(&points, stroke, true);
    }
    let shown = [1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0_f64];
    for seconds in shown {
        let size = (1.0 + seconds).log10();
        if !all.is_empty() && (x.values.0..=x.values.1).contains(&size) {
            let label = format!("{seconds} s");
            drawing.text(x.place(size), HEIGHT - 40.0, "middle", GREY, &label);
        }
    }
    let below = "mean forecast of each tenth of the calls";
    drawing.text(middle, HEIGHT - 14.0, "middle", "black", below);
    drawing.end()
}

/// A curve of a picture by day: its name, colour and values.
type Curve<'c> = (&'c str, &'c str, fn(&DayScores) -> Option<f64>);

/// The errors of each day of arrivals.
pub fn errors(days: &[DayScores]) -> String {
    const HEIGHT: f64 = 640.0;
    let mut drawing = Drawing::new(HEIGHT, "Errors of each day of arrivals");
    let ratios: [Curve<'_>; 2] = [
        ("P50", OURS, |day| day.ratio_p50),
        ("P90", SECOND, |day| day.ratio_p90),
    ];
    let title = "pinball loss ÷ that of the trailing 30 minutes";
    by_day(&mut drawing, days, (50.0, 270.0), title, &ratios, Some(1.0));
    let errors: [Curve<'_>; 2] = [
        ("estimate", OURS, |day| day.median_absolute_error),
        ("LES", GREY, |day| day.median_absolute_error_les),
    ];
    let title = "median absolute error, in seconds";
    by_day(&mut drawing, days, (360.0, 580.0), title, &errors, None);
    drawing.end()
}

/// Curves by day between two heights, with a line to compare with.
fn by_day(
    drawing: &mut Drawing,
    days: &[DayScores],
    (top, bottom): (f64, f64),
    title: &str,
    curves: &[Curve<'_>],
    line: Option<f64>,
) {
    let values = curves
        .iter()
        .flat_map(|(_, _, of)| days.iter().filter_map(of));
    let most = values.chain(line).fold(0.0, f64::max);
    let x = Axis {
        values: (0.0, days.len().saturating_sub(1) as f64),
        places: (LEFT, WIDTH - RIGHT),
    };
    let y = Axis {
        values: (0.0, if most > 0.0 { most * 1.05 } else { 1.0 }),
        places: (bottom, top),
    };
    drawing.axes(&x, &y, title);
    if let Some(line) = line {
        let at = y.place(line);
        drawing.line((LEFT, at), (WIDTH - RIGHT, at), "black", "5 4");
    }
    for (number, (name, stroke, of)) in curves.iter().enumerate() {
        let right = WIDTH - RIGHT - 90.0 * (curves.len() - 1 - number) as f64;
        drawing.text(right, top - 10.0, "end", stroke, name);
        let numbered: Vec<(f64, Option<f64>)> = days
            .iter()
            .enumerate()
            .map(|(number, day)| (x.place(number as f64), of(day)))
            .collect();
        // A day without a value interrupts the curve.
        for run in numbered.split(|(_, value)| value.is_none()) {
            let points: Vec<(f64, f64)> = run
                .iter()
                .filter_map(|(place, value)| Some((*place, y.place((*value)?))))
                .collect();
            drawing.curve(&points, stroke, days.len() <= 40);
        }
    }
    if let (Some(first), Some(last)) = (days.first(), days.last()) {
        drawing.text(LEFT, bottom + 20.0, "start", GREY, &first.date);
        if days.len() > 1 {
            drawing.text(WIDTH - RIGHT, bottom + 20.0, "end", GREY, &last.date);
        }
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::report::Report;
    use crate::scorebook::Scorebook;

    #[test]
    fn of_nothing_a_picture_says_so() {
        let report = Report::new(None, Scorebook::default());
        assert!(calibration(&report.calibration).contains("no estimate was given"));
        assert!(errors(&[]).ends_with("</svg>\n"));
    }

    #[test]
    fn a_day_without_a_value_interrupts_its_curve() {
        let day = |ratio| DayScores {
            date: "2026-11-21".to_owned(),
            calls: 1,
            ratio_p50: ratio,
            ratio_p90: None,
            median_absolute_error: None,
            median_absolute_error_les: None,
        };
        let days = [day(Some(0.5)), day(None), day(Some(0.7)), day(Some(0.6))];
        let drawn = errors(&days);
        assert_eq!(drawn.matches("<polyline").count(), 2);
        assert_eq!(drawn.matches("<circle").count(), 3);
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
    }
}
