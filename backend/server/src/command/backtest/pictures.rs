//! The files that pictures of a backtest are drawn into.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use vigie_backtest::pictures::{calibration, errors};
use vigie_backtest::report::Report;

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
        let drawn = [calibration(&report.calibration), errors(&report.days)];
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
