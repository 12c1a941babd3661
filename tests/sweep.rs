//! A test of the driver in `examples/sweep/` on a real Dask cluster: a scheduler and two workers on the loopback
//! interface, one of which is killed while it works; the merged result has the expected bytes.
//!
//! Promises to be skipped with a message if Dask is not installed (`pip install distributed`). Deliberately starts and
//! ends only its own processes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const SHARDS: &str = "12";

/// A folder and processes that are removed at the end, however the test ends.
struct Bench {
    folder: PathBuf,
    children: Vec<Child>,
}

impl Bench {
    fn new() -> Bench {
        let folder = std::env::temp_dir().join(format!("mims-sim-sweep-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Bench { folder, children: Vec::new() }
    }

    fn dask(&mut self, module: &str, args: &[&str]) {
        let mut command = python();
        command.args(["-m", &format!("distributed.cli.{module}")]).args(args).args([
            "--no-dashboard",
            "--host",
            "127.0.0.1",
        ]);
        command.current_dir(&self.folder).args(["--scheduler-file", "scheduler.json"]);
        self.children.push(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn python() -> Command {
    let mut command = Command::new("python3");
    command.env("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "60s");
    command
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut out = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match path.is_dir() {
            true => out.extend(files(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes))),
            false => out.push((name, fs::read(&path).unwrap())),
        }
    }
    out.sort();
    out
}

#[test]
fn a_worker_that_is_killed_changes_no_byte() {
    if !python().args(["-c", "import distributed"]).stderr(Stdio::null()).status().is_ok_and(|s| s.success()) {
        eprintln!("skipped: Dask is not installed (pip install distributed)");
        return;
    }
    let rehearsal = "scenarios/rehearsals/one-school.yaml";
    let mut bench = Bench::new();
    bench.dask("dask_scheduler", &["--port", "0"]);
    for _ in 0..2 {
        bench.dask("dask_worker", &["--nworkers", "1", "--nthreads", "1", "--no-nanny", "--death-timeout", "120"]);
    }
    let waits = "import json, os, sys, time\n\
        while not os.path.exists('scheduler.json'): time.sleep(0.1)\n\
        from distributed import Client\n\
        address = json.load(open('scheduler.json'))['address']\n\
        Client(address).wait_for_workers(2, timeout=120)\n\
        print(address)";
    let ready = python().args(["-c", waits]).current_dir(&bench.folder).output().unwrap();
    assert!(ready.status.success(), "{}", String::from_utf8_lossy(&ready.stderr));
    let address = String::from_utf8(ready.stdout).unwrap().trim().to_owned();

    let out = bench.folder.join("out");
    let mut driver = python();
    driver.arg(root().join("examples/sweep/sweep.py")).arg(root().join(rehearsal)).args([
        "--shards",
        SHARDS,
        "--scheduler",
        &address,
    ]);
    driver.args(["--binary", env!("CARGO_BIN_EXE_mims-sim"), "--out"]).arg(&out);
    let mut driver = driver.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(driver.stderr.take().unwrap()).lines();
    let mut said = String::new();
    for line in lines.by_ref().map_while(Result::ok) {
        said = format!("{said}{line}\n");
        if line.starts_with("1 of ") {
            break;
        }
    }
    // Eleven shards are left. The process is the worker itself, without a nanny process that would restart it.
    bench.children[1].kill().unwrap();
    bench.children[1].wait().unwrap();
    lines.map_while(Result::ok).for_each(|line| said = format!("{said}{line}\n"));
    let ran = driver.wait_with_output().unwrap();
    assert!(matches!(ran.status.code(), Some(0 | 1 | 5)), "{:?}\n{said}", ran.status);
    assert!(said.contains(&format!("{SHARDS} of {SHARDS} shards")), "{said}");

    let alone = bench.folder.join("alone");
    let mut single = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
    // The report says by which path its file was called: as the driver called it, beneath the folder of scenarios.
    let single = single.current_dir(root().join("scenarios")).args(["rehearse", "rehearsals/one-school.yaml", "--out"]);
    let single = single.arg(&alone).output().unwrap();
    assert_eq!(single.status.code(), ran.status.code());
    let (merged, alone) = (files(&out.join("one-school/merged")), files(&alone));
    assert!(!alone.is_empty());
    assert_eq!(merged.iter().map(|(n, _)| n).collect::<Vec<_>>(), alone.iter().map(|(n, _)| n).collect::<Vec<_>>());
    for ((name, merged), (_, alone)) in merged.iter().zip(&alone) {
        assert!(merged == alone, "{name} differs");
    }
}
