//! The subcommands of `vigie`: a file each, with its arguments.
//!
//! # Layout
//! - [`serve`], [`demo`]: the service, on a Kafka or on one of its own.
//! - [`fold`]: figures from files; [`backtest`]: how good estimates were.
//! - [`replay`], [`dump`], [`simulate`]: events into and out of Kafka.
//! - [`watch`]: a live view.
//! - [`check_config`]: what is wrong with a configuration; [`directory`]: with a
//!   directory, which is a spreadsheet for those who edit it so.
//! - `given`, [`kafka`], `files`: values on a command line.
//! - [`feed`], [`progress`], [`unknown_types`]: lines of files into a fold.

pub mod backtest;
pub mod check_config;
pub mod demo;
pub mod directory;
pub mod dump;
pub mod feed;
mod files;
pub mod fold;
mod given;
pub mod kafka;
pub mod progress;
pub mod replay;
pub mod serve;
pub mod simulate;
pub mod unknown_types;
pub mod watch;

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
    /// Show the service on a simulated country: nothing to install.
    Demo(demo::Arguments),
    /// Recompute figures from files, through the same fold.
    Fold(fold::Arguments),
    /// Score estimated waits and what is commonly shown instead, on files.
    Backtest(backtest::Arguments),
    /// Publish recorded events to Kafka.
    Replay(replay::Arguments),
    /// Write a topic as a file, with the arrival of each event.
    Dump(dump::Arguments),
    /// Write the events of a seeded network to a file or to Kafka.
    Simulate(simulate::Arguments),
    /// Follow a live view.
    Watch(watch::Arguments),
    /// List every fault of a configuration.
    CheckConfig(check_config::Arguments),
    /// Check a directory, or edit its agencies as a spreadsheet.
    Directory(directory::Arguments),
}

/// Does it.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Fold(arguments) => fold::run(&arguments),
        Command::Backtest(arguments) => backtest::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Dump(arguments) => dump::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Watch(arguments) => watch::run(&arguments),
        Command::CheckConfig(arguments) => check_config::run(&arguments),
        Command::Directory(arguments) => directory::run(&arguments),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Arguments::command().debug_assert();
    }
}
