//! How far the files have been read, told while somebody looks.

use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The rate is told anew each time that so many lines were read.
const LINES_A_MESSAGE: u64 = 4_096;

/// A line on standard error that is drawn over and over: bytes read, of how
/// many, and lines a second.
///
/// Only where standard error is a terminal, and standard output is none: the
/// results would be drawn over. Elsewhere it draws nothing.
pub struct Progress {
    command: &'static str,
    bar: ProgressBar,
    lines: u64,
}

impl Progress {
    /// Of a command that reads these files from their beginning.
    pub fn of(command: &'static str, files: &[PathBuf]) -> Self {
        if !io::stderr().is_terminal() || io::stdout().is_terminal() {
            return Self::hidden(command);
        }
        let total = files.iter().map(|path| length_of(path)).sum();
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let of_total = if total.is_some() {
            " of {total_bytes}"
        } else {
            ""
        };
        let template = format!("{{bytes}}{of_total} read{{msg}}");
        // The template is one of the two above; the default is no worse.
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Self {
            command,
            bar,
            lines: 0,
        }
    }

    /// Nobody looks.
    pub fn hidden(command: &'static str) -> Self {
        Self {
            command,
            bar: ProgressBar::hidden(),
            lines: 0,
        }
    }

    /// Counts what goes through a reader.
    pub fn counting(&self, input: Box<dyn Read>) -> Box<dyn Read> {
        if self.bar.is_hidden() {
            return input;
        }
        Box::new(self.bar.wrap_read(input))
    }

    /// A line was read.
    pub fn took_line(&mut self) {
        self.lines += 1;
        if self.lines.is_multiple_of(LINES_A_MESSAGE) && !self.bar.is_hidden() {
            let rate = self.lines as f64 / self.bar.elapsed().as_secs_f64().max(0.001);
            self.bar.set_message(format!(", {rate:.0} events/s"));
        }
    }

    /// Says something that stays, on standard error.
    pub fn say(&self, line: &str) {
        let command = self.command;
        self.bar.suspend(|| eprintln!("vigie {command}: {line}"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Bytes of a file; `None` of what has no length, as standard input.
fn length_of(path: &Path) -> Option<u64> {
    let metadata = path.metadata().ok()?;
    metadata.is_file().then_some(metadata.len())
}
