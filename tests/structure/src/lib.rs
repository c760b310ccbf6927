//! How Vigie's files may be built upon each other, read off their source.
//!
//! [`findings`] parses every file of Rust in a checkout and tells what is not
//! in order: a file that is too long, files that import each other in a circle,
//! a file that imports what stands above it, a crate that depends on one above
//! it, and a `match` that would take a new variant of the domain's enums without
//! a word. `CONTRIBUTING.md` says what each is and how it is mended.
//!
//! # Layout
//! - [`finding`]: what is told of a place that is not in order;
//! - [`source`]: files, parsed, without the code of tests;
//! - [`names`]: the paths and matches that a piece of code writes;
//! - [`modules`]: the modules of each crate, and where a path leads;
//! - [`length`], [`layers`], [`imports`], [`wildcards`]: the rules; `circles`
//!   and `patterns` hold what they compute.

mod circles;
pub mod finding;
pub mod imports;
pub mod layers;
pub mod length;
pub mod modules;
pub mod names;
mod patterns;
pub mod source;
pub mod wildcards;

use std::io;
use std::path::Path;

use crate::finding::Finding;
use crate::modules::House;
use crate::source::Source;

/// Everything in a checkout that is not in order, by file and line.
///
/// # Errors
/// Where a folder or a file cannot be read.
pub fn findings(checkout: &Path) -> io::Result<Vec<Finding>> {
    let sources = source::crates(checkout)?;
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(sources.iter().flat_map(Source::unread));
    findings.extend(sources.iter().flat_map(length::findings));
    findings.extend(layers::findings(checkout, &sources)?);
    let house = House::new(&sources);
    findings.extend(imports::findings(&house));
    findings.extend(wildcards::findings(&house));
    findings.sort();
    Ok(findings)
}
