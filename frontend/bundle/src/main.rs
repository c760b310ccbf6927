//! Turns the compiled console into the files a browser is sent.
//!
//! `frontend/build` calls it; a person has no need to. The glue comes from
//! `wasm-bindgen-cli-support` as a library, not from an installed `wasm-bindgen`: the lock file
//! keeps it at the version the console was compiled with, the mismatch of which is the usual
//! failure of such builds.
//!
//! # Layout
//! - `arguments`: the command line, read once.
//! - `glue`: WebAssembly in, optimised WebAssembly and its JavaScript out.
//! - `assets`: content-hashed names, and the references to them rewritten.
//! - `dist`: the folder written beside the old one, compressed, then swapped in.

mod arguments;
mod assets;
mod dist;
mod glue;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::arguments::Arguments;

fn main() -> ExitCode {
    match Arguments::read(std::env::args_os().skip(1)).and_then(|arguments| bundle(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vigie-bundle: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bundle(arguments: &Arguments) -> Result<()> {
    let glue = glue::make(&arguments.wasm, arguments.wasm_opt.as_deref())?;
    let index = fs::read_to_string(&arguments.index)
        .with_context(|| format!("cannot read {}", arguments.index.display()))?;
    let files = assets::name(&index, assets::read(&arguments.assets)?, glue)?;
    let sizes = dist::write(&arguments.out, &files)?;
    eprint!("{}", dist::table(&sizes));
    Ok(())
}
