//! Reading of files up to a maximum size, with a diagnostic for files that cannot be read.

use mims_sim::diagnostic::Diagnostic;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// A file larger than this is not read.
const LARGEST: u64 = 16 * 1024 * 1024;
/// A directory of people larger than this is not read: a hundred bytes a person, for the most people that there can be.
const LARGEST_DIRECTORY: u64 = 2 * 1024 * 1024 * 1024;

/// The bytes of a file, at most one more than the maximum size.
pub fn bytes(file: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    up_to(file, LARGEST)
}

/// The bytes of a directory of people, or a diagnostic that it is too large.
pub fn directory(file: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    // A link leads to a file of others.
    if fs::symlink_metadata(file).is_ok_and(|is| is.is_symlink()) {
        let title = format!("cannot read {}: it is a link", file.display());
        return Err(Box::new(Diagnostic::error("S014", title).help("put the directory itself beside the rehearsal")));
    }
    let bytes = up_to(file, LARGEST_DIRECTORY)?;
    if bytes.len() as u64 > LARGEST_DIRECTORY {
        let title = format!("{} is too large", file.display());
        return Err(Box::new(Diagnostic::error("S014", title).help("at most 2 GiB are read; leave out columns")));
    }
    Ok(bytes)
}

fn up_to(file: &Path, largest: u64) -> Result<Vec<u8>, Box<Diagnostic>> {
    let name = file.display().to_string();
    let fault = |why: String| Box::new(Diagnostic::error("S014", format!("cannot read {name}: {why}")));
    let metadata = fs::metadata(file).map_err(|why| fault(reason(&why)))?;
    if !metadata.is_file() {
        return Err(fault("it is no regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    let open = fs::File::open(file).map_err(|why| fault(reason(&why)))?;
    // One byte more than is read, so that the reader says that it is too large.
    open.take(largest + 1).read_to_end(&mut bytes).map_err(|why| fault(reason(&why)))?;
    Ok(bytes)
}

/// The reason of an I/O error in words, without its number.
pub fn reason(why: &io::Error) -> String {
    let text = why.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
