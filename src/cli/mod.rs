//! The command line, with one file for each verb. Only here and in `main` does the program touch files and terminals.

pub mod compare;
pub mod completions;
pub mod explain;
pub mod explore;
pub mod files;
pub mod findings;
pub mod fmt;
pub mod init;
pub mod man;
pub mod merge;
pub mod play;
pub mod rehearse;
pub mod schema;
pub mod terminal;
pub mod test;
pub mod validate;
pub mod validation;
pub mod watch;
pub mod words;

/// How a run of the tool ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything expected happened.
    Fine = 0,
    /// An expectation or property failed, or a difference was found.
    Failed = 1,
    /// Bad usage or bad input; nothing was run.
    BadInput = 2,
    /// Nothing to run.
    Nothing = 3,
    /// Under `--strict`: something is pending.
    Pending = 4,
    /// A bound was reached before an answer.
    Incomplete = 5,
    /// A fault of the tool itself.
    Internal = 70,
}

/// What `--help` says of exit codes.
pub const EXIT_CODES: &str = "Exit codes:
  0   everything expected happened, every property as expected, every gate met
  1   an expectation or property failed, a gate is missed, a property is vacuous, coverage is below --coverage-min,
      a verdict or row differs under --policy, or fmt --check would change a file
  2   bad usage or bad input; nothing was run
  3   nothing to run
  4   under --strict only: something is pending
  5   incomplete: explore reached its bound before it found what the file expects, a look ahead was cut short, a
      rehearsal was interrupted, or its runs do not decide a gate
  70  a fault of the tool itself";
