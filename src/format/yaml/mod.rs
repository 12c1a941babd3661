//! The YAML reader: a file's bytes to a tree in which every key and value has its place, and the file's comments.
//!
//! Promises that places are exact to the byte, that every error has a code, a place and a fix, that a duplicate key is
//! an error, and that the time and the memory which a hostile file takes are bounded (`limits`, and
//! [`MAX_NODES`](crate::format::tree::MAX_NODES)); since anchors and aliases are refused, nothing grows beyond the
//! file.
//!
//! Deliberately knows no format (see [`super::check`]), keeps no comments in the tree (see [`comments()`]), and
//! supports no anchors, aliases, merge keys, tags or several documents in a file.

mod build;
mod comments;
mod faults;
mod limits;
mod places;
#[cfg(test)]
mod tests;

use crate::diagnostic::{BOM, Diagnostic, SourceFile};
use crate::format::tree::Tree;
use build::Builder;
pub use comments::{Comment, comments};
use faults::not_utf8;
pub use limits::{MAX_BYTES, MAX_DEPTH, MAX_ERRORS};

/// Reads a file into a tree.
///
/// # Errors
/// Everything that is wrong with the file as YAML; at most [`MAX_ERRORS`] diagnostics.
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<(SourceFile, Tree), Vec<Diagnostic>> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    if bytes.len() > MAX_BYTES {
        let size = bytes.len();
        return Err(vec![
            Diagnostic::error("S003", format!("this file has {size} bytes, more than {MAX_BYTES}"))
                .within(file_name)
                .help("split it into several files, or check that it is the file you meant"),
        ]);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(vec![not_utf8(file_name, bytes, error.valid_up_to())]),
    };
    let tree = Builder::new(file_name, text).run()?;
    let file = SourceFile { name: file_name.to_owned(), text: text.to_owned() };
    Ok((file, tree))
}
