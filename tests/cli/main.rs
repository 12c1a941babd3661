//! Command-line tests of the real binary: files in a fresh folder, arguments, and the expected output.
//!
//! Promises that every run is also checked for what all of them have to keep: no panic, no escape code, no path of the
//! folder in the output, and nothing on standard output if the input is refused. Deliberately uses no clock and no
//! network.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod authoring;
mod bad_input;
mod meaning;
mod places;
#[cfg(unix)]
mod play;
mod properties;
mod rehearse;
mod reports;
mod rollouts;
mod verbs;
mod waves;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A scenario that passes; tests derive theirs from it by [`but`].
pub const GREEN: &str = "\
scenario: Nobody set up
given:
  people: {gwen: {}, dee: {role: local-administrator}}
when:
  - day: Wed 2023-09-27
  - {at: 09:00, who: gwen, do: sign-in, expect: no-second-factor}
";

/// [`GREEN`] with one piece of text replaced, which has to occur in it.
pub fn but(from: &str, to: &str) -> String {
    assert!(GREEN.contains(from), "`{from}` is not in the scenario");
    GREEN.replacen(from, to, 1)
}

/// [`GREEN`] with more lines at the end.
pub fn and(more: &str) -> String {
    format!("{GREEN}{more}")
}

/// A folder that is deleted at the end. It contains a folder of policies, so that no folder above it is searched.
pub struct Folder(PathBuf);

impl Folder {
    /// A new folder.
    pub fn fresh() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("mims-sim-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(path.join("policies")).unwrap();
        Folder(path)
    }

    /// Its path.
    pub fn root(&self) -> &std::path::Path {
        &self.0
    }

    /// The path of something in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The text of a file in it.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
    }

    /// The bytes of a file in it.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
    }

    /// The names in a folder of it, sorted.
    pub fn list(&self, name: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(name)).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The output of a run that was as expected.
pub struct Ran {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The folder in which it ran.
    pub folder: Folder,
}

/// One run of the binary: its input, and the expected output.
#[must_use = "nothing runs before `run`, `refused` or `nothing`"]
pub struct Tester {
    folder: Folder,
    args: Vec<String>,
    env: Vec<(String, String)>,
    stdin: String,
    status: i32,
    stdout: Vec<String>,
    stderr: Vec<String>,
    nobody: bool,
}

/// A run with these arguments, separated by spaces.
pub fn mims_sim(args: &str) -> Tester {
    Tester {
        folder: Folder::fresh(),
        args: args.split_whitespace().map(str::to_owned).collect(),
        env: Vec::new(),
        stdin: String::new(),
        status: 0,
        stdout: Vec::new(),
        stderr: Vec::new(),
        nobody: false,
    }
}

impl Tester {
    /// Adds one argument, which may contain spaces.
    pub fn arg(mut self, arg: &str) -> Tester {
        self.args.push(arg.to_owned());
        self
    }

    /// Adds a file to the folder in which it runs.
    pub fn file(self, name: &str, text: impl AsRef<[u8]>) -> Tester {
        let path = self.folder.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Adds an empty folder.
    pub fn empty(self, name: &str) -> Tester {
        fs::create_dir_all(self.folder.0.join(name)).unwrap();
        self
    }

    /// The path of something in the folder, for a test that prepares more than files.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path(name)
    }

    /// Sets an environment variable.
    pub fn env(mut self, key: &str, value: &str) -> Tester {
        self.env.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Runs it as another user, who may write nowhere; this needs root.
    #[cfg(unix)]
    pub fn nobody(mut self) -> Tester {
        self.nobody = true;
        self
    }

    /// Sets standard input; empty by default.
    pub fn input(mut self, text: &str) -> Tester {
        self.stdin = text.to_owned();
        self
    }

    /// Expects this exit code; 0 by default.
    pub fn status(mut self, status: i32) -> Tester {
        self.status = status;
        self
    }

    /// Expects this text in standard output.
    pub fn says(mut self, part: &str) -> Tester {
        self.stdout.push(part.to_owned());
        self
    }

    /// Expects this text in standard error; by default it has to be empty if nothing is wrong.
    pub fn complains(mut self, part: &str) -> Tester {
        self.stderr.push(part.to_owned());
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
        command.args(&self.args).current_dir(&self.folder.0).stdin(Stdio::null());
        for key in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "RAYON_NUM_THREADS"] {
            command.env_remove(key);
        }
        #[cfg(unix)]
        if self.nobody {
            std::os::unix::process::CommandExt::uid(&mut command, 65_534);
        }
        command.env("RUST_BACKTRACE", "0").envs(self.env.iter().map(|(key, value)| (key, value)));
        command
    }

    /// Runs it and checks all expectations.
    pub fn run(self) -> Ran {
        let mut child =
            self.command().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A tool that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8 comes out, whatever went in");
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        let all = format!("mims-sim {}\n--- stdout\n{stdout}\n--- stderr\n{stderr}", self.args.join(" "));
        assert_eq!(output.status.code(), Some(self.status), "{all}");
        assert!(!stderr.contains("panicked") && !stderr.contains("this is a fault of the tool"), "{all}");
        assert!(!stdout.contains('\u{1b}') && !stderr.contains('\u{1b}'), "an escape code\n{all}");
        let folder = self.folder.0.to_string_lossy().into_owned();
        assert!(!stdout.contains(&folder) && !stderr.contains(&folder), "a path of this machine\n{all}");
        for part in &self.stdout {
            assert!(stdout.contains(part), "stdout lacks `{part}`\n{all}");
        }
        for part in &self.stderr {
            assert!(stderr.contains(part), "stderr lacks `{part}`\n{all}");
        }
        if self.stderr.is_empty() && self.status < 2 {
            assert_eq!(stderr, "", "{all}");
        }
        Ran { stdout, stderr, folder: self.folder }
    }

    /// Runs it on input that is refused (exit code 2, nothing on standard output), and returns standard error.
    pub fn refused(self) -> String {
        let ran = self.status(2).run();
        assert_eq!(ran.stdout, "", "nothing was to run");
        assert!(ran.stderr.ends_with('\n'), "{}", ran.stderr);
        ran.stderr
    }

    /// Runs it with nothing to run: exit code 3, nothing on standard output.
    pub fn nothing(self) -> String {
        let ran = self.status(3).run();
        assert_eq!(ran.stdout, "");
        ran.stderr
    }

    /// Starts it; the test reads its output and ends it.
    pub fn start(&self) -> std::process::Child {
        self.command().stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Starts it with a pipe that is never read, checks its exit code, and returns standard error.
    pub fn unread(self) -> (Option<i32>, String) {
        let mut child = self.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

/// The message of `test` about a file that is refused; `validate` has to give the same.
pub fn refusal(text: impl AsRef<[u8]>) -> String {
    let said = mims_sim("test f.yaml").file("f.yaml", &text).refused();
    assert_eq!(mims_sim("validate f.yaml").file("f.yaml", &text).refused(), said);
    assert_eq!(mims_sim("explain f.yaml").file("f.yaml", &text).refused(), said);
    said
}

/// The codes of all errors in the text of standard error, in order.
pub fn codes(stderr: &str) -> Vec<&str> {
    stderr.lines().filter_map(|l| l.strip_prefix("error[")).filter_map(|l| l.split(']').next()).collect()
}
