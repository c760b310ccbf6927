//! Why rates moved from one instant to another, as it is written: a line of JSON each.

use std::collections::HashMap;
use std::io::{self, Write};
use std::str::FromStr;

use vigie_contract::explanation::WindowLength;
use vigie_contract::extent::Extent;
use vigie_contract::time::Time;
use vigie_model::{Fold, Side, explain};

use super::output::Output;
use crate::command::given;

/// Two instants, as `--explain` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Between {
    /// The end of the window that the rate moved from.
    pub from: Time,
    /// The end of the window that the rate moved to; later than `from`.
    pub to: Time,
}

impl FromStr for Between {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text
            .split_once("..")
            .ok_or_else(|| format!("{text:?}: not two instants with .. between, FROM..TO"))?;
        let (from, to) = (given::whole_second(from)?, given::whole_second(to)?);
        match from < to {
            true => Ok(Self { from, to }),
            false => Err(format!("{text:?}: {from} is not before {to}")),
        }
    }
}

/// The explanations of scopes: each is written once both its windows are known.
pub struct Explanations<W: Write> {
    between: Between,
    length: WindowLength,
    /// The first window of each scope that there was by then.
    before: HashMap<Extent, Side>,
    output: Output<W>,
}

impl<W: Write> Explanations<W> {
    /// Of windows of one length, into `out`.
    pub fn new(between: Between, length: WindowLength, out: W) -> Self {
        Self {
            between,
            length,
            before: HashMap::new(),
            output: Output::Ndjson(out),
        }
    }

    /// Takes in the window of a scope that ends at the instant of the fold; the second one
    /// of those that are shown is written with what it explains.
    pub fn take(&mut self, fold: &Fold, extent: &Extent, shows: bool) -> io::Result<()> {
        let Between { from, to } = self.between;
        let length = self.length;
        let empty = |at| fold.empty_side(extent, length, at);
        if fold.as_of() == Some(from) {
            let side = fold.side(extent, length).unwrap_or_else(|| empty(from));
            self.before.insert(extent.clone(), side);
            return Ok(());
        }
        if !shows {
            return Ok(());
        }
        let before = self.before.remove(extent).unwrap_or_else(|| empty(from));
        let after = fold.side(extent, length).unwrap_or_else(|| empty(to));
        self.output
            .write_line(&explain(extent, length, &before, &after))
    }

    /// Hands on what is still held.
    pub fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_instants_are_whole_seconds_one_after_the_other() {
        let between: Between = "1970-01-01T00:01:00Z..1970-01-01T01:01:01+01:00"
            .parse()
            .unwrap();
        assert_eq!((between.from.second(), between.to.second()), (60, 61));
        for (text, problem) in [
            ("1970-01-01T00:01:00Z", "FROM..TO"),
            ("", "FROM..TO"),
            ("..", "\"\": "),
            ("1970-01-01T00:01:00Z..", "\"\": "),
            ("1970-01-01T00:01:00Z..now", "\"now\": "),
            (
                "1970-01-01T00:01:00Z...1970-01-01T00:02:00Z",
                "\".1970-01-01T00:02:00Z\": ",
            ),
            (
                "1970-01-01T00:01:00Z..1970-01-01T00:02:00.5Z",
                "whole seconds",
            ),
            (
                "1970-01-01T00:01:00Z..1970-01-01T00:01:00Z",
                "is not before",
            ),
            (
                "1970-01-01T00:02:00Z..1970-01-01T00:01:00Z",
                "is not before",
            ),
        ] {
            let refused = text.parse::<Between>().unwrap_err();
            assert!(refused.contains(problem), "{text}: {refused}");
        }
    }
}
