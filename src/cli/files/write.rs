//! Atomic writing of files: each is written under a temporary name and then renamed, all of a group or none.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a file under a temporary name and renames it, so that it is never half written. Its permissions are kept.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    write_all(&[(path.to_owned(), bytes)])
}

/// Writes several files that belong together. All of them are written before the first is renamed, so that a full disk
/// leaves the earlier files as they were.
fn write_all(files: &[(PathBuf, impl AsRef<[u8]>)]) -> io::Result<()> {
    let beside = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!("{name}.{}.part", std::process::id()))
    };
    let kept = |path: &Path| match fs::metadata(path) {
        // A rename would fail only after others had been done.
        Ok(before) if before.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(before) => fs::set_permissions(beside(path), before.permissions()),
        Err(_) => Ok(()),
    };
    let all = || {
        files.iter().try_for_each(|(path, bytes)| fs::write(beside(path), bytes).and_then(|()| kept(path)))?;
        files.iter().try_for_each(|(path, _)| fs::rename(beside(path), path))
    };
    let written = all();
    if written.is_err() {
        for (path, _) in files {
            let _ = fs::remove_file(beside(path));
        }
    }
    written
}

/// Writes files that belong together into a folder, by their names in it, as [`write_all`] does. Folders are created as
/// needed, and removed again if it fails.
pub fn write_into(folder: &Path, files: impl IntoIterator<Item = (String, impl AsRef<[u8]>)>) -> io::Result<()> {
    let files: Vec<(PathBuf, _)> = files.into_iter().map(|(name, bytes)| (folder.join(name), bytes)).collect();
    let folders: BTreeSet<&Path> = files.iter().filter_map(|(path, _)| path.parent()).collect();
    let named = |folder: &&Path| !folder.as_os_str().is_empty();
    let fresh =
        folders.iter().flat_map(|folder| folder.ancestors().take_while(named)).filter(|folder| !folder.exists());
    let fresh: BTreeSet<PathBuf> = fresh.map(Path::to_owned).collect();
    let made = folders.iter().try_for_each(fs::create_dir_all);
    made.and_then(|()| write_all(&files)).inspect_err(|_| {
        // The inner ones first; one that somebody else put something into stays.
        fresh.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    })
}

/// Writes a new file; it is an error if it exists, and on failure none is left.
pub fn begin(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut new = fs::OpenOptions::new().write(true).create_new(true).open(file)?;
    new.write_all(text.as_bytes()).inspect_err(|_| {
        let _ = fs::remove_file(file);
    })
}
