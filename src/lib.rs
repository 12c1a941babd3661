//! mims-sim.

/// What is wrong with an input, where, and what to write instead.
pub mod diagnostic;
/// The file formats: the spanned YAML tree and the checker driven by the types' schema.
pub mod format;
