//! The subcommands of `vigie`: a file each, with its arguments.

pub mod check_config;
pub mod serve;

use clap::{Parser, Subcommand};

/// The look-out: live figures of a telephone reception.
#[derive(Debug, Parser)]
#[command(name = "vigie", version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the service.
    Serve(serve::Arguments),
    /// List every fault of a configuration.
    CheckConfig(check_config::Arguments),
}

/// Does it.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::CheckConfig(arguments) => check_config::run(&arguments),
    }
}
