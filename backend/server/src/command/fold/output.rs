//! The views as they are written: a line of JSON each, or a table.

use std::io::{self, Write};

use serde::Serialize;
use vigie_contract::view::View;

use super::table::Table;

/// How views are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A view a line, as JSON.
    #[default]
    Ndjson,
    /// A table with a header: a row for the present instant, then one for each
    /// window of each book (origin, handler). A column is named by the path of
    /// its figure in the JSON: counts.offered, rates.pick_up_agent.value.
    Csv,
}

/// Where views go.
pub enum Output<W: Write> {
    /// A view a line.
    Ndjson(W),
    /// Rows of a table.
    Csv(Box<Table<W>>),
}

impl<W: Write> Output<W> {
    /// Into `out`; a table begins with its header.
    pub fn new(format: Format, out: W) -> io::Result<Self> {
        Ok(match format {
            Format::Ndjson => Output::Ndjson(out),
            Format::Csv => Output::Csv(Box::new(Table::new(out)?)),
        })
    }

    /// Writes a view.
    pub fn write(&mut self, view: &View) -> io::Result<()> {
        match self {
            Output::Ndjson(_) => self.write_line(view),
            Output::Csv(table) => table.write(view),
        }
    }

    /// Writes something else that has a line, which a table has no place for.
    pub fn write_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        match self {
            Output::Ndjson(out) => {
                serde_json::to_writer(&mut *out, value)?;
                out.write_all(b"\n")
            }
            Output::Csv(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Hands on what is still held.
    pub fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Ndjson(out) => out.flush(),
            Output::Csv(table) => table.flush(),
        }
    }
}
