//! The truth as a file: NDJSON, one object a row.

use std::io;

use vigie_contract::scope::Scope;

use super::record::Truth;

impl Truth {
    /// Writes the rows as NDJSON: those of agencies by quarter-hour and side,
    /// those of lines, then how agencies stood, then the levers pulled, then what was
    /// out of the ordinary.
    pub fn write_ndjson(&self, mut out: impl io::Write) -> io::Result<()> {
        for row in self.rows() {
            let figures = row.figures;
            write!(
                out,
                r#"{{"quarter":"{}","agency":"{}","by":"{}","offered":{},"asked":{}"#,
                row.quarter,
                row.agency,
                row.side.name(),
                figures.counts.offered(),
                figures.counts.asked()
            )?;
            write_counts(&mut out, figures.counts.named())?;
            for (name, waits) in figures.named_waits() {
                write!(
                    out,
                    r#","{name}":{{"count":{},"sum_microseconds":{},"longest_microseconds":{}}}"#,
                    waits.count, waits.sum_microseconds, waits.longest_microseconds
                )?;
            }
            for (name, microseconds) in figures.named_times() {
                write!(out, r#","{name}":{microseconds}"#)?;
            }
            writeln!(out, "}}")?;
        }
        for (quarter, line, counts) in self.lines() {
            write!(out, r#"{{"quarter":"{quarter}","line":"{line}""#)?;
            write_counts(&mut out, counts.named())?;
            writeln!(out, "}}")?;
        }
        for (as_of, agency, state) in self.states() {
            write!(out, r#"{{"as_of":"{as_of}","agency":"{agency}""#)?;
            write!(out, r#","agents_staffed":{}"#, state.staffed())?;
            write_counts(&mut out, state.named())?;
            writeln!(out, "}}")?;
        }
        for lever in self.levers() {
            write!(
                out,
                r#"{{"at":"{}","agency":"{}","queue":"{}","lever":"{}","on":{}"#,
                lever.at,
                lever.agency,
                lever.queue,
                lever.kind.name(),
                lever.on
            )?;
            if let Some(to) = lever.to {
                write!(out, r#","to":"{to}""#)?;
            }
            writeln!(out, "}}")?;
        }
        for trouble in self.troubles() {
            let scopes: Vec<String> = trouble.scopes.iter().map(Scope::to_string).collect();
            write!(out, r#"{{"trouble":"{}","#, trouble.kind.name())?;
            write_list(&mut out, "scopes", &scopes)?;
            write_list(&mut out, "agencies", &trouble.agencies)?;
            let (from, until) = (trouble.from, trouble.until);
            writeln!(out, r#""from":"{from}","until":"{until}"}}"#)?;
        }
        Ok(())
    }
}

/// Writes codes, none of which needs an escape.
fn write_list(out: &mut impl io::Write, name: &str, codes: &[impl AsRef<str>]) -> io::Result<()> {
    write!(out, r#""{name}":["#)?;
    for (number, code) in codes.iter().enumerate() {
        let before = if number > 0 { "," } else { "" };
        write!(out, r#"{before}"{}""#, code.as_ref())?;
    }
    write!(out, "],")
}

fn write_counts(
    out: &mut impl io::Write,
    counts: impl Iterator<Item = (&'static str, u32)>,
) -> io::Result<()> {
    for (name, count) in counts {
        write!(out, r#","{name}":{count}"#)?;
    }
    Ok(())
}
