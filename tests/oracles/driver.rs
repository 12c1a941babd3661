//! A program beside the test, which answers lines with lines, and what is asked whether it is there.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// The answers of a program to lines, a line each.
pub fn answers(program: &mut Command, lines: &[String]) -> Vec<String> {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut asks, text) = (child.stdin.take().unwrap(), format!("{}\n", lines.join("\n")));
    let writes = thread::spawn(move || asks.write_all(text.as_bytes()));
    let out = child.wait_with_output().unwrap();
    writes.join().unwrap().unwrap();
    let answers: Vec<String> = String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), lines.len(), "the program ended with {}", out.status);
    answers
}

/// A file beside these tests.
pub fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles").join(name)
}

/// A folder for what a test makes, empty.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracles").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a command runs and ends well.
pub fn runs(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|out| out.status.success())
}

/// Whether this oracle is to be asked: not where something is missing, unless oracles are required.
pub fn there(oracle: &str, parts: &[(&str, bool)]) -> bool {
    let Some((missing, _)) = parts.iter().find(|(_, there)| !there) else { return true };
    assert!(std::env::var_os("ORACLES").is_none(), "{oracle} is required, and lacks {missing}");
    eprintln!("skipped: {oracle} lacks {missing}");
    false
}
