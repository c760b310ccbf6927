//! Prints the directory file of the simulated country.
//!
//! `cargo run -p vigie-simulator --example directory > deploy/directory/simulated.toml`

use std::io::{self, Write};

use vigie_simulator::{Network, Settings};

fn main() -> io::Result<()> {
    let network = Network::new(&Settings::default());
    io::stdout().write_all(network.directory_toml().as_bytes())
}
