//! `vigie directory`: every fault of a directory, and its agencies as a spreadsheet and
//! back.
//!
//! # Layout
//! - `column`: the columns of the spreadsheet, one for each field of an agency that fits;
//! - `cell`: what a cell holds, and how it is kept from being read as something else;
//! - `agencies`: the agencies of a TOML file, edited in place;
//! - `sheet`: a spreadsheet as it was saved, as rows of texts; `headings`, `position`:
//!   which column is where, and what spreadsheets call it; `faults`: every fault at once;
//! - `export`, `import`: from one to the other.

mod agencies;
mod cell;
mod column;
mod export;
mod faults;
mod headings;
mod import;
mod position;
mod sheet;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use vigie_model::Directory;

use self::column::Language;
use self::import::{Imported, Rowless};
use super::files;
use crate::config::Faulty;

/// Arguments of `vigie directory`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List every fault of a directory.
    Check {
        /// The directory file.
        file: PathBuf,
    },
    /// Write the agencies as a spreadsheet, a row each.
    Export {
        /// The directory file.
        file: PathBuf,
        /// File of the spreadsheet; standard output otherwise.
        #[arg(short, long, value_name = "CSV")]
        out: Option<PathBuf>,
        /// Whose Excel opens it as it is: French has semicolons and decimal commas.
        #[arg(long, value_enum, default_value_t = Language::French)]
        language: Language,
    },
    /// Take over what was edited in the spreadsheet.
    Import {
        /// The spreadsheet, as Excel saves it: "CSV UTF-8".
        csv: PathBuf,
        /// The directory file that the edits are for.
        #[arg(long, value_name = "FILE")]
        into: PathBuf,
        /// File of the directory with the edits, - for standard output; the file that
        /// they are for otherwise.
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Take out agencies that have no row; they are left as they are otherwise.
        #[arg(long)]
        remove: bool,
    },
}

/// Does it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.what {
        What::Check { file } => {
            read(file)?;
            writeln!(io::stdout(), "no fault found")?;
            Ok(())
        }
        What::Export {
            file,
            out,
            language,
        } => {
            files::keep_apart([file.as_path()], out.as_deref())?;
            let csv = export::export(&read(file)?, *language)?;
            write(out.as_deref().unwrap_or(Path::new("-")), &csv)
        }
        What::Import {
            csv,
            into,
            out,
            remove,
        } => {
            let out = out.as_deref().unwrap_or(into);
            files::keep_apart([csv.as_path()], [out])?;
            let rowless = match remove {
                true => Rowless::Removed,
                false => Rowless::Left,
            };
            import(csv, into, out, rowless)
        }
    }
}

/// The text of a directory file that has no fault.
fn read(path: &Path) -> anyhow::Result<String> {
    let faulty = |faults| Faulty {
        source: path.display().to_string(),
        of: "directory",
        faults,
    };
    let text = fs::read_to_string(path)
        .map_err(|error| faulty(vec![format!("cannot be read: {error}")]))?;
    Directory::parse(&text)
        .map_err(|faults| faulty(faults.iter().map(ToString::to_string).collect()))?;
    Ok(text)
}

fn import(csv: &Path, into: &Path, out: &Path, rowless: Rowless) -> anyhow::Result<()> {
    let toml = read(into)?;
    let bytes = fs::read(csv).with_context(|| csv.display().to_string())?;
    let imported = import::import(&bytes, &toml, rowless).map_err(|faults| Faulty {
        source: csv.display().to_string(),
        of: "spreadsheet",
        faults,
    })?;
    if imported.toml != toml || out != into {
        write(out, imported.toml.as_bytes())?;
    }
    eprintln!("vigie directory import: {}", told(&imported));
    Ok(())
}

/// What an import did, in one line.
fn told(imported: &Imported) -> String {
    /// Codes that are named; of the others there is the number.
    const NAMED: usize = 10;
    let mut parts = Vec::new();
    for (codes, what) in [
        (&imported.changed, "changed"),
        (&imported.added, "added"),
        (&imported.removed, "taken out"),
        (
            &imported.left,
            "without a row, left as they are (--remove takes them out)",
        ),
    ] {
        if codes.is_empty() {
            continue;
        }
        let named = codes[..codes.len().min(NAMED)].join(", ");
        let more = if codes.len() > NAMED { ", …" } else { "" };
        parts.push(format!("{} {what}: {named}{more}", codes.len()));
    }
    match parts.is_empty() {
        true => "nothing changed".to_owned(),
        false => parts.join("; "),
    }
}

/// Writes a file whole or not at all: whoever reads it meanwhile has the one before.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let put = || -> io::Result<()> {
        if path == Path::new("-") {
            let mut out = io::stdout();
            out.write_all(bytes)?;
            return out.flush();
        }
        // Where a link leads to the file, the link stays.
        let there = path.canonicalize().ok();
        let known = there.as_deref().zip(path.metadata().ok());
        match known.filter(|(_, metadata)| metadata.is_file()) {
            Some((target, metadata)) => replace(target, metadata.permissions(), bytes),
            // A new file, or a device or a pipe, of which there is no half to read.
            None => fs::write(path, bytes),
        }
    };
    put().with_context(|| path.display().to_string())
}

fn replace(target: &Path, permissions: fs::Permissions, bytes: &[u8]) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(target)?;
    Ok(())
}

#[cfg(test)]
mod tests;
