//! WebAssembly in, optimised WebAssembly and its JavaScript out.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// What `wasm-opt` may use. Every browser of the last years has these; `--all-features` would let
/// it write what browsers refuse.
const WASM_OPT_FLAGS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// The console as the browser runs it.
#[derive(Debug)]
pub struct Glue {
    /// An ES module whose default export starts the console.
    pub script: String,
    /// What that module fetches.
    pub wasm: Vec<u8>,
}

/// Runs wasm-bindgen over a compiled console, then `wasm-opt` where there is one.
pub fn make(compiled: &Path, wasm_opt: Option<&Path>) -> Result<Glue> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut output = Bindgen::new()
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .input_path(compiled)
        .out_name("console")
        .generate_output()
        .with_context(|| format!("wasm-bindgen refused {}", compiled.display()))?;
    // Every crate with bindings is listed, nearly all with nothing.
    let bringing: Vec<_> = output
        .snippets()
        .iter()
        .filter(|(_, scripts)| !scripts.is_empty())
        .map(|(name, _)| name)
        .chain(output.local_modules().keys())
        .collect();
    if !bringing.is_empty() {
        // Their names would need hashing as well. Nothing in the console brings any so far.
        bail!("JavaScript that a dependency brings along is not bundled: {bringing:?}");
    }
    let bound = folder.path().join("console.wasm");
    fs::write(&bound, output.wasm_mut().emit_wasm()).context("cannot write the bound module")?;
    if let Some(program) = wasm_opt {
        optimise(program, &bound)?;
    }
    Ok(Glue {
        script: output.js().to_owned(),
        wasm: fs::read(&bound).context("cannot read the optimised module")?,
    })
}

/// Lets `wasm-opt` rewrite `module` in place.
fn optimise(program: &Path, module: &Path) -> Result<()> {
    let status = Command::new(program)
        .args(WASM_OPT_FLAGS)
        .arg(module)
        .arg("-o")
        .arg(module)
        .status()
        .with_context(|| format!("cannot run {}", program.display()))?;
    if !status.success() {
        bail!("{} ended with {status}", program.display());
    }
    Ok(())
}
