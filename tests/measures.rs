//! Tests of the examples for DuckDB and Polars on a rehearsal's measures: on CSV, and on Parquet if that is built in.
//!
//! Promises that both programs give the same answer as this test computes from the CSV file. Skipped with a message if
//! one of them is not installed (`pip install duckdb polars`).

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The three worst instants for staff and the main reason at the worst, as the examples print them.
fn expected(csv: &str) -> String {
    let mut rows: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
    rows.retain(|row| row[0] == "locked-out");
    let mean = |row: &[&str]| row[5].parse::<f64>().unwrap();
    let mut staff: Vec<_> = rows.iter().filter(|row| row[1] == "staff" && row[2].is_empty()).collect();
    staff.sort_by(|a, b| mean(b).total_cmp(&mean(a)).then(a[3].cmp(b[3])));
    let mut reasons: Vec<_> = rows.iter().filter(|row| !row[2].is_empty() && row[3] == staff[0][3]).collect();
    reasons.sort_by(|a, b| mean(b).total_cmp(&mean(a)).then(a[2].cmp(b[2])));
    let worst: Vec<String> = staff.iter().take(3).map(|row| format!("{} {}\n", row[3], row[5])).collect();
    worst.concat() + reasons[0][2] + "\n"
}

fn installed(module: &str) -> bool {
    Command::new("python3").args(["-c", &format!("import {module}")]).output().is_ok_and(|out| out.status.success())
}

/// A folder with the measures of a small rehearsal, deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let folder = std::env::temp_dir().join(format!("mims-sim-measures-{}", std::process::id()));
        let rehearsal = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/rehearsals/one-school.yaml");
        let mut run = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
        run.arg("rehearse").arg(rehearsal).args(["--runs", "3", "--out"]).arg(&folder);
        assert!(run.output().unwrap().status.code().is_some_and(|code| code <= 2));
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn duckdb_and_polars_read_the_measures() {
    let folder = Folder::new();
    let wanted = expected(&fs::read_to_string(folder.0.join("measures.csv")).unwrap());
    assert_eq!(wanted.lines().count(), 4, "{wanted}");
    let parquet = folder.0.join("measures.parquet");
    assert_eq!(parquet.exists(), cfg!(feature = "parquet"));
    for (module, script) in [("duckdb", "with_duckdb.py"), ("polars", "with_polars.py")] {
        if !installed(module) {
            eprintln!("{module} is not installed: its example is not run");
            continue;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/measures").join(script);
        for file in ["measures.csv", "measures.parquet"].map(|name| folder.0.join(name)) {
            if !file.exists() {
                continue;
            }
            let out = Command::new("python3").arg(&script).arg(&file).output().unwrap();
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            assert_eq!(String::from_utf8_lossy(&out.stdout), wanted, "{} of {}", script.display(), file.display());
        }
    }
}
