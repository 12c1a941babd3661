//! The time from a save until `test --watch` has told the verdict, through the real program.
//!
//! Promises a save as editors do it, written under another name and renamed.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../tests/common/timing.rs"]
mod timing;

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use timing::{figure, median};

const GREEN: &str = "\
scenario: Nobody set up, and the day came
given:
  people: {gwen: {}}
when:
  - day: Wed 2023-09-27
  - {at: 00:00, who: gwen, do: sign-in, expect: no-second-factor, resting-on: Q7}
";

struct Watch {
    folder: PathBuf,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watch {
    fn begin() -> Watch {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch-bench");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("f.yaml"), GREEN).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_mims-sim"))
            .args(["test", "f.yaml", "--watch"])
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Watch { folder, child, lines }
    }

    fn wait(&mut self, part: &str) {
        let lines = self.lines.by_ref();
        assert!(lines.map(Result::unwrap).any(|line| line.contains(part)), "it never says `{part}`");
    }

    fn save(&self, text: &str) {
        fs::write(self.folder.join("f.yaml.tmp"), text).unwrap();
        fs::rename(self.folder.join("f.yaml.tmp"), self.folder.join("f.yaml")).unwrap();
    }
}

fn main() {
    let mut watch = Watch::begin();
    watch.wait("1 passed, 0 failed");
    let wrong = GREEN.replace("no-second-factor", "granted");
    let seconds = median(20, || {
        watch.save(&wrong);
        watch.wait("0 passed, 1 failed");
        watch.save(GREEN);
        watch.wait("1 passed, 0 failed");
    });
    figure("watch/save", seconds / 2.0 * 1e3, "ms");
    watch.child.kill().unwrap();
    watch.child.wait().unwrap();
}
