//! `vigie check-config`: every fault of a configuration at once.

use std::io::Write as _;
use std::path::PathBuf;

use crate::config;

/// Arguments of `vigie check-config`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Reads the configuration and all that it names.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    config::load(arguments.config.as_deref())?;
    writeln!(std::io::stdout(), "no fault found")?;
    Ok(())
}
