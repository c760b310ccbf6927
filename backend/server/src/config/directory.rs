//! The directory of networks, regions, agencies and lines, from its file.

use std::path::Path;

use vigie_model::Directory;

/// Reads a directory file; every fault names the file.
pub fn read_directory(path: &Path) -> Result<Directory, Vec<String>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| vec![format!("{}: cannot be read: {error}", path.display())])?;
    Directory::parse(&text).map_err(|faults| {
        faults
            .iter()
            .map(|fault| format!("{}: {fault}", path.display()))
            .collect()
    })
}
