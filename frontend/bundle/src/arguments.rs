//! The command line, read once into what the rest works with.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// Where everything is.
#[derive(Debug)]
pub struct Arguments {
    /// The console as cargo compiled it.
    pub wasm: PathBuf,
    /// The page, with references to `assets/NAME` and the mark for the console.
    pub index: PathBuf,
    /// The folder of style sheets, icons and the like; may be absent.
    pub assets: PathBuf,
    /// The folder to write; what was there is replaced.
    pub out: PathBuf,
    /// `wasm-opt`, where there is one: without it the console is larger, and works.
    pub wasm_opt: Option<PathBuf>,
}

impl Arguments {
    /// Reads `--wasm FILE --index FILE --assets FOLDER --out FOLDER [--wasm-opt PROGRAM]`.
    pub fn read(words: impl Iterator<Item = OsString>) -> Result<Self> {
        let (mut wasm, mut index, mut assets, mut out, mut wasm_opt) =
            (None, None, None, None, None);
        let mut words = words;
        while let Some(word) = words.next() {
            let slot = match word.to_str() {
                Some("--wasm") => &mut wasm,
                Some("--index") => &mut index,
                Some("--assets") => &mut assets,
                Some("--out") => &mut out,
                Some("--wasm-opt") => &mut wasm_opt,
                _ => bail!("unknown argument {}", word.display()),
            };
            let value = words
                .next()
                .with_context(|| format!("{} needs a value", word.display()))?;
            *slot = Some(PathBuf::from(value));
        }
        Ok(Self {
            wasm: wasm.context("--wasm is missing")?,
            index: index.context("--index is missing")?,
            assets: assets.context("--assets is missing")?,
            out: out.context("--out is missing")?,
            wasm_opt,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Arguments> {
        Arguments::read(words.iter().map(OsString::from))
    }

    #[test]
    fn says_what_is_wrong() {
        let complete = ["--wasm", "a", "--index", "b", "--assets", "c", "--out", "d"];
        assert!(read(&complete).unwrap().wasm_opt.is_none());
        for (words, said) in [
            (&["--wasm"][..], "--wasm needs a value"),
            (&["--wsam", "a"][..], "unknown argument --wsam"),
            (&complete[..6], "--out is missing"),
        ] {
            assert_eq!(read(words).unwrap_err().to_string(), said);
        }
    }
}
