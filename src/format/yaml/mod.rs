//! A YAML file into a tree with places, and its comments.
//!
//! Promises: byte-exact places; every error has a code, a place and a fix; a duplicate key is an error; the time and
//! memory a hostile file takes are bounded ([`MAX_BYTES`], [`MAX_NODES`](crate::format::tree::MAX_NODES), [`MAX_DEPTH`], [`MAX_ERRORS`]), and since
//! anchors and aliases are refused outright nothing can grow beyond the file.
//!
//! Deliberately does not: know any format (see [`super::check`]), keep comments in the tree (see [`comments`]), or support
//! anchors, aliases, merge keys, tags or several documents in a file.

mod build;
mod comments;
mod faults;
mod places;
#[cfg(test)]
mod tests;

use crate::diagnostic::{BOM, Diagnostic, SourceFile};
use crate::format::tree::Tree;
use build::Builder;
pub use comments::{Comment, comments};
use faults::not_utf8;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// How deep lists and mappings may nest.
pub const MAX_DEPTH: usize = 64;
/// After how many errors reading stops.
pub const MAX_ERRORS: usize = 50;

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
