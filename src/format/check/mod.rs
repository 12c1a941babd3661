//! The checker of files: a tree held against the JSON schema that `schemars` makes of the Rust types.
//!
//! Promises to report all mistakes at once (about the first [`MAX_FINDINGS`] of a file that is nothing but mistakes),
//! each with its place, the nearest right word and what would be allowed; a tree without findings has the shape that
//! serde reads. A mapping with `properties` is always closed. `x-noun` (or `title`) on a schema names the thing in
//! messages; `x-key-format` on a map names the [`TextFormat`] that its keys must pass.
//!
//! Deliberately does not validate any schema (no `not`, `if`, `pattern`, `uniqueItems`), convert values, or look at
//! what a value means beyond its own text. Start at [`Checker::check`]; `walk` goes through the tree, `mapping` judges
//! keys and `scalar` single values.

mod mapping;
mod scalar;
#[cfg(test)]
mod tests;
mod walk;

pub use walk::MAX_FINDINGS;

use super::schema_view::{Noun, SchemaView};
use super::text_formats::TextFormat;
use super::tree::Tree;
use crate::diagnostic::{self, Diagnostic};
use serde_json::Value;
use walk::Walk;

/// A checker for one schema.
#[derive(Clone, Debug)]
pub struct Checker<'a> {
    schema: SchemaView,
    formats: &'a [TextFormat],
}

impl<'a> Checker<'a> {
    /// Makes a checker of a root schema and the text formats that it names.
    #[must_use]
    pub fn new(schema: &Value, formats: &'a [TextFormat]) -> Self {
        Self { schema: SchemaView::new(schema), formats }
    }

    /// Checks a tree against the definition named `at`, or against the root where that is empty; `what` names the whole
    /// thing, with its article ("a scenario"). The findings are sorted by place.
    #[must_use]
    pub fn check(&self, file: &str, tree: &Tree, at: &str, what: &str) -> Vec<Diagnostic> {
        let schema = if at.is_empty() { Some(self.schema.root()) } else { self.schema.definition(at) };
        let bare = what.strip_prefix("a ").or_else(|| what.strip_prefix("an ")).unwrap_or(what);
        let noun = Noun { explicit: Some(bare), ..Noun::default() };
        let mut walk = Walk { schema: &self.schema, formats: self.formats, file, out: Vec::new() };
        if let Some(schema) = schema {
            walk.node(schema, noun, tree, what);
        }
        diagnostic::sort(&mut walk.out);
        walk.out
    }
}
