//! Content-hashed names, and the references to them rewritten.
//!
//! A file whose name changes with its content may be kept by the browser for ever; only the page
//! itself is asked for again. References are followed where a browser would: `url(NAME)` in a
//! style sheet, `"/assets/NAME"` in the page. A reference to a file that is not there stops the
//! build: in the browser it would be a silent 404.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::glue::Glue;

/// Where the page says that the console is to be started.
pub const CONSOLE_MARK: &str = "<!-- console -->";

/// Hexadecimal digits of a content's hash in its name: 48 bits, enough against chance.
const HASH_DIGITS: usize = 12;

/// A file of the console as served.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// From the root of the site, without a leading slash: `assets/console-0123456789ab.js`.
    pub path: String,
    /// Its content, uncompressed.
    pub content: Vec<u8>,
}

/// The static files as they are in their folder, by name. A folder that is not there has none.
pub fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    if !folder.exists() {
        return Ok(found);
    }
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name.filter(|_| path.is_file()) else {
            bail!(
                "{} is not a plain file: assets are one flat folder",
                path.display()
            );
        };
        let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        found.insert(name.to_owned(), content);
    }
    Ok(found)
}

/// Every file of the console, named and with its references rewritten; the page is the last.
pub fn name(index: &str, statics: BTreeMap<String, Vec<u8>>, glue: Glue) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let mut hashed_names = BTreeMap::new();
    // Style sheets name other files, so that those must have their names first.
    let (sheets, others): (Vec<_>, Vec<_>) = statics
        .into_iter()
        .partition(|(name, _)| name.ends_with(".css"));
    for (name, content) in others {
        let hashed = add(&mut files, &name, content);
        hashed_names.insert(name, hashed);
    }
    for (name, content) in sheets {
        let sheet = String::from_utf8(content).with_context(|| format!("{name} is not UTF-8"))?;
        let sheet = rewrite_sheet(&sheet, &hashed_names);
        let hashed = add(&mut files, &name, sheet.into_bytes());
        hashed_names.insert(name, hashed);
    }

    let wasm = add(&mut files, "console.wasm", glue.wasm);
    let start = format!("__wbg_init({{ module_or_path: new URL('{wasm}', import.meta.url) }});\n");
    let script = add(
        &mut files,
        "console.js",
        (glue.script + &start).into_bytes(),
    );
    let page = rewrite_page(index, &hashed_names)?;
    ensure!(
        page.matches(CONSOLE_MARK).count() == 1,
        "the page must hold {CONSOLE_MARK} exactly once"
    );
    let page = page.replace(CONSOLE_MARK, &start_tags(&script, &wasm));
    files.push(File {
        path: "index.html".to_owned(),
        content: page.into_bytes(),
    });
    Ok(files)
}

/// Adds a file under the name that its content gives it, and returns that name.
fn add(files: &mut Vec<File>, name: &str, content: Vec<u8>) -> String {
    let hash: String = Sha256::digest(&content)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .take(HASH_DIGITS)
        .collect();
    let hashed = match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    };
    files.push(File {
        path: format!("assets/{hashed}"),
        content,
    });
    hashed
}

/// The tags that start the console. The module itself starts it, so that a strict content
/// security policy needs no inline script; the preload lets both files be fetched at once.
fn start_tags(script: &str, wasm: &str) -> String {
    format!(
        "<link rel=\"preload\" href=\"/assets/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"/assets/{script}\"></script>"
    )
}

fn rewrite_sheet(sheet: &str, hashed_names: &BTreeMap<String, String>) -> String {
    let mut sheet = sheet.to_owned();
    for (name, hashed) in hashed_names {
        for quote in ["", "\"", "'"] {
            sheet = sheet.replace(
                &format!("url({quote}{name}{quote})"),
                &format!("url({quote}{hashed}{quote})"),
            );
        }
    }
    sheet
}

fn rewrite_page(page: &str, hashed_names: &BTreeMap<String, String>) -> Result<String> {
    const REFERENCE: &str = "\"/assets/";
    let mut pieces = page.split(REFERENCE);
    let mut rewritten = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece
            .split_once('"')
            .context("the page holds a reference without its closing quote")?;
        let hashed = hashed_names
            .get(name)
            .with_context(|| format!("the page refers to /assets/{name}, which is not there"))?;
        rewritten += &format!("{REFERENCE}{hashed}\"{rest}");
    }
    Ok(rewritten)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<link rel="stylesheet" href="/assets/style.css"><!-- console -->"#;

    fn build(page: &str, icon: &[u8]) -> Result<Vec<File>> {
        let statics = BTreeMap::from([
            ("icon.svg".to_owned(), icon.to_vec()),
            ("style.css".to_owned(), b"a{b:url('icon.svg')}".to_vec()),
        ]);
        let glue = Glue {
            script: "glue;\n".to_owned(),
            wasm: vec![0, 1],
        };
        name(page, statics, glue)
    }

    fn content(files: &[File], start: &str) -> String {
        let file = files.iter().find(|file| file.path.starts_with(start));
        String::from_utf8(file.unwrap().content.clone()).unwrap()
    }

    #[test]
    fn every_reference_is_to_a_file_that_exists() {
        let files = build(PAGE, b"<svg/>").unwrap();
        let page = content(&files, "index.html");
        let mut named = 0;
        for file in files.iter().filter(|file| file.path.starts_with("assets/")) {
            let bare = file.path.strip_prefix("assets/").unwrap();
            let referring = ["index.html", "assets/style", "assets/console"]
                .iter()
                .any(|start| content(&files, start).contains(bare))
                || content(&files, "assets/console-").contains(bare);
            assert!(
                referring || page.contains(bare),
                "{bare} is not referred to"
            );
            named += 1;
        }
        assert_eq!(named, 4);
        assert!(!page.contains(CONSOLE_MARK));
        assert!(!page.contains("style.css"));
    }

    #[test]
    fn a_change_goes_up_to_everything_that_names_it() {
        let (before, after) = (
            build(PAGE, b"<svg/>").unwrap(),
            build(PAGE, b"<svg />").unwrap(),
        );
        let changed = |start: &str| {
            let path = |files: &[File]| {
                let found = files.iter().find(|file| file.path.starts_with(start));
                found.unwrap().path.clone()
            };
            path(&before) != path(&after)
        };
        assert!(changed("assets/icon"));
        assert!(changed("assets/style"));
        assert!(!changed("assets/console"));
        assert_ne!(
            content(&before, "index.html"),
            content(&after, "index.html")
        );
        assert_eq!(before, build(PAGE, b"<svg/>").unwrap());
    }

    #[test]
    fn a_page_that_would_not_work_is_refused() {
        for (page, said) in [
            ("<html>", "the page must hold <!-- console --> exactly once"),
            (
                "\"/assets/gone.css\"<!-- console -->",
                "the page refers to /assets/gone.css, which is not there",
            ),
        ] {
            assert_eq!(build(page, b"").unwrap_err().to_string(), said);
        }
    }
}
