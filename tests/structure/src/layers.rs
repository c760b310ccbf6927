//! No crate depends on one that stands above it.

use std::fs;
use std::io;
use std::path::Path;

use crate::finding::Finding;
use crate::source::Source;

/// The crates, and those of Vigie's that each may depend on.
const LAYERS: [(&str, &[&str]); 7] = [
    ("vigie_contract", &[]),
    ("vigie_model", &["vigie_contract"]),
    ("vigie_simulator", &["vigie_contract"]),
    (
        "vigie_backtest",
        &["vigie_contract", "vigie_model", "vigie_simulator"],
    ),
    (
        "vigie_server",
        &[
            "vigie_contract",
            "vigie_model",
            "vigie_simulator",
            "vigie_backtest",
        ],
    ),
    ("vigie_console", &["vigie_contract"]),
    ("vigie_bundle", &[]),
];

/// The dependencies that point up, and the crates that have no layer. What a
/// crate's tests depend on is theirs.
///
/// # Errors
/// Where a `Cargo.toml` cannot be read.
pub fn findings(checkout: &Path, sources: &[Source]) -> io::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for source in sources {
        let file = format!("{}/Cargo.toml", source.folder);
        let text = fs::read_to_string(checkout.join(&file))?;
        let manifest: toml::Table = toml::from_str(&text).map_err(io::Error::other)?;
        let line_of = |word: &str| text.lines().position(|line| line.starts_with(word));
        let mut tell = |word: &str, what: String, mend: &str| {
            findings.push(Finding {
                file: file.clone(),
                line: line_of(word).unwrap_or(0) + 1,
                what,
                mend: mend.into(),
            });
        };
        let layer = LAYERS.iter().find(|(name, _)| *name == source.name);
        let Some((_, below)) = layer else {
            tell(
                "name",
                format!("{} has no layer", source.name),
                "give it one in tests/structure/src/layers.rs",
            );
            continue;
        };
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
        for name in dependencies.into_iter().flat_map(toml::Table::keys) {
            let written = name.replace('-', "_");
            if written.starts_with("vigie_") && !below.contains(&written.as_str()) {
                tell(
                    name,
                    format!("depends on {name}, which does not stand below it"),
                    "move what both need to a crate below",
                );
            }
        }
    }
    Ok(findings)
}
