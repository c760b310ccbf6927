//! The files of each crate, parsed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use syn::{Attribute, Item, Meta};

use crate::finding::Finding;

/// The source of a crate: all files below its `src`.
pub struct Source {
    /// Its folder, from the checkout's root: `backend/model`.
    pub folder: String,
    /// Its name as code writes it: `vigie_model`.
    pub name: String,
    /// The files, by path.
    pub files: Vec<File>,
}

/// A file of Rust.
pub struct File {
    /// From the checkout's root.
    pub path: String,
    /// Number of lines.
    pub lines: usize,
    /// It holds tests alone.
    pub is_test: bool,
    /// Its items, or why it cannot be parsed.
    pub items: Result<Vec<Item>, syn::Error>,
}

impl Source {
    /// The file of a path from the checkout's root.
    pub fn file(&self, path: &str) -> Option<usize> {
        self.files.iter().position(|file| file.path == path)
    }

    /// The files that cannot be parsed.
    pub fn unread(&self) -> impl Iterator<Item = Finding> {
        self.files.iter().filter_map(|file| {
            let error = file.items.as_ref().err()?;
            Some(Finding {
                file: file.path.clone(),
                line: error.span().start().line,
                what: "cannot be parsed".into(),
                mend: error.to_string(),
            })
        })
    }
}

/// The crates of a checkout that the rules are about: those of the backend, the
/// console and what bundles it.
pub fn crates(checkout: &Path) -> io::Result<Vec<Source>> {
    let mut folders = Vec::new();
    if let Ok(backend) = fs::read_dir(checkout.join("backend")) {
        for entry in backend {
            let name = entry?.file_name().to_string_lossy().into_owned();
            folders.push(format!("backend/{name}"));
        }
    }
    folders.extend(["frontend".into(), "frontend/bundle".into()]);
    folders.retain(|folder| checkout.join(folder).join("Cargo.toml").is_file());
    folders.sort();
    folders
        .into_iter()
        .map(|folder| read(checkout, folder))
        .collect()
}

fn read(checkout: &Path, folder: String) -> io::Result<Source> {
    let manifest = fs::read_to_string(checkout.join(&folder).join("Cargo.toml"))?;
    let name = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = "))
        .map(|name| name.trim().trim_matches('"').replace('-', "_"))
        .unwrap_or_default();
    let mut paths = Vec::new();
    list(&checkout.join(&folder).join("src"), &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path)?;
        let path = path.strip_prefix(checkout).unwrap_or(&path);
        let path = path.to_string_lossy().replace('\\', "/");
        files.push(File {
            is_test: path.ends_with("/tests.rs")
                || path.contains("/tests/")
                || path.contains("/benches/"),
            path,
            lines: text.lines().count(),
            items: syn::parse_file(&text).map(|file| file.items),
        });
    }
    mark_tests(&mut files);
    Ok(Source {
        folder,
        name,
        files,
    })
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}

/// Marks the files of modules that are there for tests only.
fn mark_tests(files: &mut [File]) {
    let mut tests = Vec::new();
    for file in files.iter() {
        for item in file.items.iter().flatten() {
            if let Item::Mod(module) = item
                && module.content.is_none()
                && is_for_tests(&module.attrs)
            {
                tests.push(format!("{}/{}", children_of(&file.path), module.ident));
            }
        }
    }
    for file in files {
        file.is_test |= tests.iter().any(|test| {
            let rest = file.path.strip_prefix(test.as_str());
            rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        });
    }
}

/// The folder of the modules that a file declares.
pub fn children_of(path: &str) -> &str {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder,
        _ => path.trim_end_matches(".rs"),
    }
}

/// Whether something is compiled for tests only.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        if attribute.path().is_ident("test") {
            return true;
        }
        let Meta::List(list) = &attribute.meta else {
            return false;
        };
        let condition = list.tokens.to_string();
        let has = |word| {
            condition
                .split(|c: char| !c.is_alphanumeric())
                .any(|part| part == word)
        };
        list.path.is_ident("cfg") && has("test") && !has("not")
    })
}

/// The attributes of an item.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
