//! Two pictures of a report, as SVG.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::ledger::Day;
use super::report::Report;
use super::scores::Group;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 50.0;
const OURS: &str = "#1b5e9b";
const SECOND: &str = "#c2571a";
const GREY: &str = "#6b6b6b";

/// The files of the pictures in a folder: `calibration.svg` and `errors.svg`.
pub fn files(folder: &Path) -> [PathBuf; 2] {
    ["calibration.svg", "errors.svg"].map(|name| folder.join(name))
}

/// Pictures that can be drawn: their files are open.
///
/// They are opened before the replay, which may take minutes, so that nobody
/// waits to hear that a folder cannot be written. What was drawn in them before
/// stays until there is something new.
pub struct Pictures([(PathBuf, File); 2]);

impl Pictures {
    /// Opens the files of the pictures in a folder, which is made where there is
    /// none.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let open = |path: PathBuf| -> anyhow::Result<_> {
            let mut how = File::options();
            let file = how.write(true).create(true).truncate(false).open(&path);
            let file = file.with_context(|| path.display().to_string())?;
            Ok((path, file))
        };
        let [calibration, errors] = files(folder);
        Ok(Self([open(calibration)?, open(errors)?]))
    }

    /// Draws a report.
    pub fn draw(self, report: &Report) -> anyhow::Result<()> {
        let drawn = [calibration(report), errors(&report.days)];
        for ((path, file), picture) in self.0.into_iter().zip(drawn) {
            replace(file, &picture).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

fn replace(mut file: File, text: &str) -> io::Result<()> {
    // A device has no length to set.
    if file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    file.write_all(text.as_bytes())
}

/// A drawing that grows.
struct Drawing(String);

/// A field with axes: what lies between two values goes between two places.
struct Axis {
    values: (f64, f64),
    places: (f64, f64),
}

impl Axis {
    fn place(&self, value: f64) -> f64 {
        let (first, last) = self.values;
        let share = if last > first {
            (value.clamp(first, last) - first) / (last - first)
        } else {
            0.5
        };
        self.places.0 + share * (self.places.1 - self.places.0)
    }

    /// About five round values.
    fn ticks(&self) -> Vec<f64> {
        let (first, last) = self.values;
        let rough = (last - first) / 5.0;
        if rough <= 0.0 {
            return vec![first];
        }
        let power = 10_f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
        let step = steps
            .into_iter()
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        let from = (first / step).ceil() as i64;
        let to = (last / step).floor() as i64;
        (from..=to).map(|number| number as f64 * step).collect()
    }
}

impl Drawing {
    fn new(height: f64, title: &str) -> Self {
        let mut drawing = Self(String::new());
        drawing.put(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="13" role="img">
<title>{title}</title>
<rect width="100%" height="100%" fill="white"/>
"#
        ));
        drawing
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Into memory: it cannot fail.
        let _ = self.0.write_fmt(text);
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, fill: &str, text: &str) {
        self.put(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{fill}\">{text}</text>\n"
        ));
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, dashes: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.put(format_args!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{stroke}\" stroke-dasharray=\"{dashes}\"/>\n"
        ));
    }

    fn curve(&mut self, points: &[(f64, f64)], stroke: &str, dots: bool) {
        if points.is_empty() {
            return;
        }
        let path = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
        let path = path.collect::<Vec<_>>().join(" ");
        self.put(format_args!(
            "<polyline points=\"{path}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"2\"/>\n"
        ));
        for (x, y) in points.iter().filter(|_| dots) {
            self.put(format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{stroke}\"/>\n"
            ));
        }
    }

    fn axes(&mut self, x: &Axis, y: &Axis, y_title: &str) {
        let (left, right) = x.places;
        let (bottom, top) = y.places;
        for tick in y.ticks() {
            let at = y.place(tick);
            self.line((left, at), (right, at), "#dddddd", "");
            // A negative zero would be written as one.
            let label = format!("{}", (tick * 1_000.0).round() / 1_000.0 + 0.0);
            self.text(left - 8.0, at + 4.0, "end", GREY, &label);
        }
        self.line((left, bottom), (right, bottom), GREY, "");
        self.text(left, top - 10.0, "start", "black", y_title);
    }

    fn end(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

fn calibration(report: &Report) -> String {
    const HEIGHT: f64 = 440.0;
    let mut drawing = Drawing::new(HEIGHT, "Share of waits that did not pass the forecast");
    let quantiles = [
        ("P50", 0.5, OURS, &report.calibration.p50),
        ("P90", 0.9, SECOND, &report.calibration.p90),
    ];
    // By 1 + seconds: waits spread over three powers of ten.
    let sizes = |groups: &[Group]| -> Vec<f64> {
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
type Curve<'c> = (&'c str, &'c str, fn(&Day) -> Option<f64>);

fn errors(days: &[Day]) -> String {
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
    days: &[Day],
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
    use super::super::ledger::Ledger;
    use super::*;

    #[test]
    fn ticks_are_round() {
        let axis = |last| Axis {
            values: (0.0, last),
            places: (0.0, 1.0),
        };
        assert_eq!(
            axis(1.0).ticks(),
            [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]
        );
        assert_eq!(axis(90.0).ticks(), [0.0, 20.0, 40.0, 60.0, 80.0]);
        assert_eq!(axis(0.0).ticks(), [0.0]);
    }

    #[test]
    fn of_nothing_a_picture_says_so() {
        let report = Report::new(None, Ledger::default());
        assert!(calibration(&report).contains("no estimate was given"));
        assert!(errors(&[]).ends_with("</svg>\n"));
    }

    #[test]
    fn a_day_without_a_value_interrupts_its_curve() {
        let day = |ratio| Day {
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
