//! The verbs, one file each. Only here and in `main` are files and terminals touched.

pub mod explain;
pub mod files;
pub mod test;

/// How a run of the tool ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything expected happened.
    Fine = 0,
    /// An expectation failed.
    Failed = 1,
    /// Bad usage or bad input; nothing was run.
    BadInput = 2,
    /// Nothing to run.
    Nothing = 3,
}

/// What `--help` says of exit codes.
pub const EXIT_CODES: &str = "Exit codes:
  0   everything expected happened
  1   an expectation failed
  2   bad usage or bad input; nothing was run
  3   nothing to run
  70  a fault of the tool itself";
