//! What names files of the house names files that are there: the table of
//! `ARCHITECTURE.md` that says where a change goes, and the list of what mutants are
//! made of.

use std::fs;
use std::path::{Path, PathBuf};

const TITLE: &str = "## Where would it go?";
const ENDINGS: [&str; 5] = [".rs", ".mjs", ".json", ".toml", ".md"];

#[test]
fn the_table_names_files_that_are_there() {
    let checkout = checkout();
    let page = fs::read_to_string(checkout.join("ARCHITECTURE.md")).expect("the page is read");
    let (_, table) = page.split_once(TITLE).expect("the page has the table");
    let rows = table
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with('#'));
    let mut missing = Vec::new();
    let mut named = 0;
    for row in rows.filter(|line| line.starts_with('|')) {
        // A bare name is that of a file in the crate that the row named before.
        let mut within = checkout.clone();
        for path in row
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|text| is_path(text))
        {
            named += 1;
            match rooted(&checkout, path) {
                Some(found) => within = found,
                None if holds(&within, path) => {}
                None => missing.push(path),
            }
        }
    }
    assert!(missing.is_empty(), "not in the checkout: {missing:?}");
    assert!(named > 50, "the table names {named} files");
}

#[test]
fn mutants_are_made_of_files_that_are_there() {
    let settings = checkout().join(".cargo/mutants.toml");
    let settings = fs::read_to_string(settings).expect("the settings are read");
    let settings: toml::Table = settings.parse().expect("the settings are TOML");
    let files = settings["examine_globs"]
        .as_array()
        .expect("a list of files");
    let files = files.iter().map(|file| file.as_str().expect("a file"));
    let missing: Vec<&str> = files
        .filter(|file| !checkout().join(file).is_file())
        .collect();
    assert!(missing.is_empty(), "not in the checkout: {missing:?}");
}

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_path(text: &str) -> bool {
    let is_file = ENDINGS.iter().any(|ending| text.ends_with(ending));
    !text.contains(' ') && (is_file || (text.contains('/') && !text.starts_with('/')))
}

/// The folder of the crate that a path names in full, crates of `backend` by their
/// own name.
fn rooted(checkout: &Path, path: &str) -> Option<PathBuf> {
    let first = path.split('/').next().filter(|_| path.contains('/'))?;
    let roots = [checkout.join("backend"), checkout.to_path_buf()];
    let root = roots.iter().find(|root| root.join(path).exists())?;
    Some(root.join(first))
}

/// Whether a path is that of something in a folder, or in one below it.
fn holds(folder: &Path, path: &str) -> bool {
    let below = fs::read_dir(folder).expect("a folder is read").flatten();
    let is_built = |name: &str| name.starts_with('.') || ["target", "node_modules"].contains(&name);
    folder.join(path).exists()
        || below
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .filter(|entry| !is_built(&entry.file_name().to_string_lossy()))
            .any(|entry| holds(&entry.path(), path))
}
