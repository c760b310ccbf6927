//! Lines and texts of a picture, as SVG.

use std::fmt::Write as _;

/// The width of every picture.
pub const WIDTH: f64 = 860.0;

/// The colour of axes and of what they say.
pub const GREY: &str = "#6b6b6b";

/// A drawing that grows.
pub struct Drawing(String);

/// One axis of a field: what lies between two values goes between two places.
pub struct Axis {
    /// The values at both ends.
    pub values: (f64, f64),
    /// The places of both ends.
    pub places: (f64, f64),
}

impl Axis {
    /// The place of a value; a value beyond an end has the place of the end.
    pub fn place(&self, value: f64) -> f64 {
        let (first, last) = self.values;
        let share = if last > first {
            (value.clamp(first, last) - first) / (last - first)
        } else {
            0.5
        };
        self.places.0 + share * (self.places.1 - self.places.0)
    }

    /// About five round values between both ends.
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
    /// An empty drawing of this height.
    pub fn new(height: f64, title: &str) -> Self {
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

    /// Adds a text.
    pub fn text(&mut self, x: f64, y: f64, anchor: &str, fill: &str, text: &str) {
        self.put(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{fill}\">{text}</text>\n"
        ));
    }

    /// Adds a straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, dashes: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.put(format_args!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{stroke}\" stroke-dasharray=\"{dashes}\"/>\n"
        ));
    }

    /// Adds a line through points, and dots at them where asked for.
    pub fn curve(&mut self, points: &[(f64, f64)], stroke: &str, dots: bool) {
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

    /// Adds the axes of a field.
    pub fn axes(&mut self, x: &Axis, y: &Axis, y_title: &str) {
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

    /// The drawing as SVG.
    pub fn end(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

#[cfg(test)]
mod tests {
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
}
