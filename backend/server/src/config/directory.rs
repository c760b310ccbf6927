//! The directory of networks, regions, agencies and lines, from its file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use vigie_model::Directory;

/// The largest file that is read as a directory, in bytes: a hundred times that of a
/// country. What stands at the path by mistake must not fill the memory.
const LARGEST: u64 = 32 << 20;

/// Reads a directory file; every fault names the file.
pub fn read_directory(path: &Path) -> Result<Directory, Vec<String>> {
    let named = |fault: String| format!("{}: {fault}", path.display());
    let unreadable = |error: io::Error| vec![named(format!("cannot be read: {error}"))];
    // Opening what is no file, a pipe, may wait for ever.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(vec![named("is not a file".to_owned())]);
    }
    let mut text = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    let file = &mut file.take(LARGEST + 1);
    let length = file.read_to_end(&mut text).map_err(unreadable)?;
    if length as u64 > LARGEST {
        let fault = format!("has more than {LARGEST} bytes, which no directory has");
        return Err(vec![named(fault)]);
    }
    let not_text = |_| vec![named("cannot be read: it is not UTF-8 text".to_owned())];
    let text = String::from_utf8(text).map_err(not_text)?;
    Directory::parse(&text).map_err(|faults| {
        faults
            .iter()
            .map(|fault| named(fault.to_string()))
            .collect()
    })
}
