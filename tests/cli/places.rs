//! Tests of where the tool writes: folders that are read-only, full or owned by others, and narrow terminals.
//!
//! Promises in each case a clear message, no half-written file, and no change to files of others.

use super::{GREEN, Ran, but, mims_sim};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every file below a folder, with its contents.
fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else {
                out.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    out
}

// Folders ------------------------------------------------------------------------------------------------------------

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_stays_as_it_is() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    for (args, says) in [
        ("test f.yaml --report out", "cannot write reports into out: permission denied\n"),
        ("init out/new.yaml", "cannot write out/new.yaml: permission denied\n"),
        ("man out", "cannot write out/mims-sim: permission denied\n"),
        ("fmt out/wide.yaml", "cannot write out/wide.yaml: permission denied\n"),
    ] {
        let tester = mims_sim(args)
            .file("f.yaml", GREEN)
            .file("out/notes.txt", "mine")
            .file("out/wide.yaml", but("{at: 09", "{at:  09"));
        let before = everything(&tester.path("out"));
        // The user who may write everywhere (root) becomes another user here.
        let tester = if fs::metadata("/proc/self").unwrap().uid() == 0 {
            let reaches = |path: &Path| {
                path.ancestors().all(|above| {
                    above == Path::new("") || fs::metadata(above).is_ok_and(|is| is.mode() & 0o005 == 0o005)
                })
            };
            if !reaches(Path::new(env!("CARGO_BIN_EXE_mims-sim"))) || !reaches(&tester.path("out")) {
                eprintln!("skipped: another user cannot reach the tool");
                return;
            }
            tester.nobody()
        } else {
            fs::set_permissions(tester.path("out"), fs::Permissions::from_mode(0o555)).unwrap();
            tester
        };
        let Ran { stderr, folder, .. } = tester.status(2).run();
        fs::set_permissions(folder.path("out"), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(stderr, says, "{args}");
        assert_eq!(everything(&folder.path("out")), before, "{args}");
    }
}

/// A disk that accepts only small files is full for large ones.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_report_before_as_it_was() {
    let tester = mims_sim("test f.yaml --report out").file("f.yaml", GREEN).file("out/notes.txt", "mine");
    let folder = tester.run().folder;
    let before = everything(&folder.path("out"));
    let sizes = || before.values().map(Vec::len);
    assert!(sizes().max().unwrap() > 16 * 1024 && sizes().min().unwrap() < 8 * 1024);
    fs::write(folder.path("f.yaml"), but("Nobody set up", "Nobody was set up")).unwrap();
    let mut shell = std::process::Command::new("sh");
    let tool = env!("CARGO_BIN_EXE_mims-sim");
    // In units of 512 bytes, or of 1024; a signal that is ignored is an error of the write.
    shell.arg("-c").arg(format!("trap '' XFSZ; ulimit -f 16; exec {tool} test f.yaml --report out"));
    let out = shell.current_dir(folder.path(".")).output().unwrap();
    let stderr = String::from_utf8(out.stderr).unwrap();
    assert_eq!((out.status.code(), stderr.as_str()), (Some(2), "cannot write reports into out: file too large\n"));
    assert_eq!(everything(&folder.path("out")), before);
}

#[test]
fn what_others_have_in_a_folder_is_theirs() {
    let tester = mims_sim("test f.yaml --report out").file("f.yaml", GREEN);
    let tester = tester.file("out/scenarios/of-ours.html", "theirs").file("out/scenarios.txt", "theirs");
    let folder = tester.run().folder;
    for name in ["out/scenarios/of-ours.html", "out/scenarios.txt"] {
        assert_eq!(folder.read(name), "theirs");
    }
    assert_eq!(folder.list("out/scenarios"), ["f.html", "of-ours.html"]);
}

#[test]
fn a_folder_in_the_place_of_a_report_stops_all_of_them() {
    let tester = mims_sim("test f.yaml --report out").file("f.yaml", GREEN).file("out/scenarios.md/notes.txt", "mine");
    let before = everything(&tester.path("out"));
    let ran = tester.status(2).complains("cannot write reports into out: is a directory\n").run();
    assert_eq!(everything(&ran.folder.path("out")), before);
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_not_written_over() {
    let tester = mims_sim("test f.yaml --report out").file("f.yaml", GREEN).file("theirs.md", "theirs").empty("out");
    std::os::unix::fs::symlink("../theirs.md", tester.path("out/scenarios.md")).unwrap();
    let folder = tester.run().folder;
    assert_eq!(folder.read("theirs.md"), "theirs");
    assert!(folder.read("out/scenarios.md").starts_with("# Scenarios"));
}

// Who reads ----------------------------------------------------------------------------------------------------------

#[test]
fn nothing_is_wider_than_a_narrow_terminal() {
    let wrong = but("no-second-factor", "granted");
    let typo = but("do: sign-in", "do: sing-in");
    for (args, text, status) in [
        ("test f.yaml", GREEN, 0),
        ("test f.yaml", wrong.as_str(), 1),
        ("test f.yaml", typo.as_str(), 2),
        ("explain f.yaml", GREEN, 0),
        ("words sign-in", GREEN, 0),
        ("words reasons", GREEN, 0),
        ("words hello", GREEN, 2),
    ] {
        let ran = mims_sim(args).file("f.yaml", text).env("COLUMNS", "40").status(status).complains("").run();
        let all = ran.stdout + &ran.stderr;
        // A word that is longer, and lines that show a file, stay whole.
        let wide = |line: &&str| line.chars().count() > 40 && line.trim().contains(' ') && !line.contains('|');
        let over: Vec<&str> = all.lines().filter(wide).collect();
        assert!(over.is_empty(), "{args}: {over:?}");
    }
}
