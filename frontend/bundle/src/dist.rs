//! The folder written beside the old one, compressed, then swapped in.
//!
//! Compressed once here, at the highest level, rather than at each request. Gzip as well as
//! brotli: browsers offer brotli only over TLS or to the loopback address.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::assets::File;

/// What a file weighs, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Sizes {
    path: String,
    plain: usize,
    gzip: usize,
    brotli: usize,
}

/// Writes every file with its `.gz` and `.br` into `out`, replacing what was there.
///
/// The old folder stays whole until the new one is complete, since a build of the server may be
/// reading it.
pub fn write(out: &Path, files: &[File]) -> Result<Vec<Sizes>> {
    let fresh = beside(out, "new");
    let old = beside(out, "old");
    remove(&fresh)?;
    remove(&old)?;
    let mut sizes = Vec::with_capacity(files.len());
    for file in files {
        let path = fresh.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let (gzip, brotli) = (gzip(&file.content)?, brotli(&file.content)?);
        for (extension, content) in [("", &file.content), (".gz", &gzip), (".br", &brotli)] {
            let mut name = path.clone().into_os_string();
            name.push(extension);
            fs::write(&name, content)
                .with_context(|| format!("cannot write {}", name.display()))?;
        }
        sizes.push(Sizes {
            path: file.path.clone(),
            plain: file.content.len(),
            gzip: gzip.len(),
            brotli: brotli.len(),
        });
    }
    if out.exists() {
        fs::rename(out, &old).with_context(|| format!("cannot replace {}", out.display()))?;
    }
    fs::rename(&fresh, out).with_context(|| format!("cannot put {} in place", out.display()))?;
    remove(&old)?;
    Ok(sizes)
}

/// The sizes for a person to read, with the sum of what a browser is sent.
pub fn table(sizes: &[Sizes]) -> String {
    let total = Sizes {
        path: "all of it".to_owned(),
        plain: sizes.iter().map(|size| size.plain).sum(),
        gzip: sizes.iter().map(|size| size.gzip).sum(),
        brotli: sizes.iter().map(|size| size.brotli).sum(),
    };
    let mut table = format!(
        "{:<40} {:>10} {:>10} {:>10}\n",
        "bytes", "plain", "gzip", "brotli"
    );
    for size in sizes.iter().chain([&total]) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{:<40} {:>10} {:>10} {:>10}",
            size.path, size.plain, size.gzip, size.brotli
        );
    }
    table
}

fn beside(folder: &Path, suffix: &str) -> PathBuf {
    let mut name = folder.to_path_buf().into_os_string();
    name.push(format!(".{suffix}"));
    PathBuf::from(name)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn file(path: &str, content: &str) -> File {
        File {
            path: path.to_owned(),
            content: content.as_bytes().to_vec(),
        }
    }

    #[test]
    fn writes_each_file_three_times_and_leaves_nothing_of_before() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("dist");
        let text = "figures ".repeat(100);
        write(&out, &[file("assets/before.js", "old")]).unwrap();
        let sizes = write(&out, &[file("index.html", &text)]).unwrap();

        assert!(!out.join("assets").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(out.join("index.html")).unwrap(), text);
        let mut unzipped = String::new();
        flate2::read::GzDecoder::new(fs::File::open(out.join("index.html.gz")).unwrap())
            .read_to_string(&mut unzipped)
            .unwrap();
        assert_eq!(unzipped, text);
        let mut unpacked = Vec::new();
        let mut packed = fs::File::open(out.join("index.html.br")).unwrap();
        brotli::BrotliDecompress(&mut packed, &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
        let brotli = fs::metadata(out.join("index.html.br")).unwrap().len();
        assert_eq!(u64::try_from(sizes[0].brotli).unwrap(), brotli);
        assert!(table(&sizes).contains("all of it"));
    }
}
