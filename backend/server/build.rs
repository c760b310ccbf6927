//! Embeds the console, as `frontend/build` left it: every file as it is, with
//! gzip and with brotli.
//!
//! A development build does without it and serves a page that says how to build
//! it; a release build refuses, unless `VIGIE_WITHOUT_CONSOLE=1` says that it is
//! meant.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("../../frontend");
    let dist = root.join("dist");
    println!("cargo:rerun-if-env-changed=VIGIE_WITHOUT_CONSOLE");
    // A path that is not there would have this script run at every build; the
    // folder above changes when it appears.
    let watched = if dist.is_dir() { &dist } else { &root };
    println!("cargo:rerun-if-changed={}", watched.display());

    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist, &dist, &mut files);
        files.sort();
    } else {
        let meant = std::env::var("VIGIE_WITHOUT_CONSOLE").is_ok_and(|value| value == "1");
        assert!(
            variable("PROFILE") != "release" || meant,
            "the console is not built: run frontend/build first, or set VIGIE_WITHOUT_CONSOLE=1"
        );
    }
    let out = PathBuf::from(variable("OUT_DIR"));
    let mut table = String::from("&[\n");
    for (number, path) in files.iter().enumerate() {
        // Copied, so that a console built anew meanwhile does not pull the files
        // from under the compiler.
        let copy = |extension: &str| {
            let content = fs::read(dist.join(format!("{path}{extension}"))).ok()?;
            let copy = out.join(format!("console-{number}{extension}"));
            fs::write(&copy, content).expect("copying the console's files");
            Some(format!("include_bytes!({copy:?})"))
        };
        let plain = copy("").expect("a file that was just found");
        let packed = |extension| match copy(extension) {
            Some(bytes) => format!("Some({bytes})"),
            None => "None".to_owned(),
        };
        writeln!(
            table,
            "File {{ path: {path:?}, plain: {plain}, gzip: {}, brotli: {} }},",
            packed(".gz"),
            packed(".br"),
        )
        .expect("writing to a string");
    }
    table.push(']');
    fs::write(out.join("console_files.rs"), table).expect("writing the table of the files");
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}

/// The files below a folder, but for their compressed forms, relative to `dist`
/// and with slashes.
fn collect(dist: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("reading the console's folder") {
        let path = entry.expect("reading the console's folder").path();
        if path.is_dir() {
            collect(dist, &path, files);
            continue;
        }
        let name = path
            .strip_prefix(dist)
            .expect("a file below the folder")
            .to_str()
            .expect("names of the console's files are plain")
            .replace('\\', "/");
        if !name.ends_with(".gz") && !name.ends_with(".br") {
            files.push(name);
        }
    }
}
