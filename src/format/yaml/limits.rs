//! Limits that bound the time and the memory which a hostile file can take.

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The most levels of lists and mappings inside each other.
pub const MAX_DEPTH: usize = 64;
/// The number of errors after which reading stops.
pub const MAX_ERRORS: usize = 50;
