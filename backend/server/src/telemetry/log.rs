//! Logs on standard error, one line an event of note.

use tracing_subscriber::EnvFilter;

use super::settings::{LogFormat, LogSettings};

/// Starts logging. A second call, in a test, changes nothing.
pub fn start(log: &LogSettings) {
    // The levels were checked with the configuration.
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    let _ = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
