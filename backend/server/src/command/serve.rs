//! `vigie serve`: the service.

use std::path::PathBuf;

use anyhow::Context;

use crate::service::{self, Service};
use crate::telemetry;
use crate::{config, panics};

/// Arguments of `vigie serve`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration file; every setting may come from the environment.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Serves until told to stop. Where nothing but the directory's file is at fault, it goes
/// by the directory of its saved state.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = config::load_for_service(arguments.config.as_deref())?;
    telemetry::log::start(&config.log);
    panics::tell_in_log();
    let metrics = telemetry::metrics::start()?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async { service::run(Service::start(config, metrics).await?).await })
}
