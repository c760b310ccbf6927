//! What is told on standard error, as the service is told.

use tracing_subscriber::EnvFilter;

use crate::given_settings::GivenSettings;

/// What is told on standard error.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// Whether lines are text or JSON.
    pub format: LogFormat,
    /// The level from which on lines are written, or directives by module.
    pub level: String,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// As text, for a person.
    Text,
    /// As JSON, for a collector.
    Json,
}

/// Reads the settings of `log`.
pub fn read(given: &mut GivenSettings) -> LogSettings {
    let log = LogSettings {
        format: given.one_of(
            "log.format",
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        ),
        level: given.text("log.level", "info"),
    };
    if let Err(problem) = check(&log.level) {
        given.refuse("log.level", format!("{:?}: {problem}", log.level));
    }
    log
}

/// Whether a level, or directives by module, can be read.
fn check(level: &str) -> Result<(), String> {
    EnvFilter::try_new(level)
        .map(|_| ())
        .map_err(|error| error.to_string())
}
