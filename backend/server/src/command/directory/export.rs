//! From a directory to a spreadsheet.

use anyhow::Context as _;
use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::agencies::Edited;
use super::cell::guarded;
use super::column::{Column, Language};

/// What tells Excel that a file is UTF-8; without it, it takes it for Windows-1252.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The agencies of a directory that has no fault, a row each, as Excel reads and writes
/// them.
pub fn export(toml: &str, language: Language) -> anyhow::Result<Vec<u8>> {
    let directory = Edited::of(toml)?;
    let columns = Column::all(directory.listed("line", "number"));
    let mut out = WriterBuilder::new()
        .delimiter(language.separator())
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    out.write_record(columns.iter().map(|column| column.heading(language)))?;
    for agency in directory.agencies() {
        let cells = columns.iter().map(|column| {
            let text = column.text(agency, language);
            match column {
                // Is to be taken for a number.
                Column::Target => text,
                Column::Network
                | Column::Region
                | Column::Code
                | Column::Name
                | Column::DeskNumber
                | Column::Queues
                | Column::TimeZone
                | Column::Hours
                | Column::LineHours(_) => guarded(&text).into_owned(),
            }
        });
        out.write_record(cells)?;
    }
    out.into_inner().context("cannot be written to memory")
}
