//! Tests of the commands for authors: `fmt`, `init` and `test --watch`.

use super::{GREEN, codes, mims_sim};

const UNTIDY: &str = "scenario:   Nobody set up   # title
given:
    people: {gwen: {} ,dee: {role:  local-administrator}}


when:
- day: Wed 2023-09-27
# she tries
- {at: 09:00, who: gwen, do: sign-in,
   expect: no-second-factor}
";
const TIDY: &str = "scenario: Nobody set up  # title
given:
  people: {gwen: {}, dee: {role: local-administrator}}

when:
  - day: Wed 2023-09-27
  # she tries
  - {at: 09:00, who: gwen, do: sign-in, expect: no-second-factor}
";

// Layout -------------------------------------------------------------------------------------------------------------

#[test]
fn fmt_lays_out_what_is_not() {
    let ran = mims_sim("fmt .").file("a.yaml", UNTIDY).file("b/c.yml", GREEN).run();
    assert_eq!(ran.stdout, "a.yaml: laid out\n");
    assert_eq!(ran.folder.read("a.yaml"), TIDY);
    assert_eq!(ran.folder.read("b/c.yml"), GREEN);
    assert_eq!(ran.folder.list("."), ["a.yaml", "b", "policies"], "nothing is left beside");
    assert_eq!(mims_sim("fmt .").file("a.yaml", TIDY).run().stdout, "");
}

#[test]
fn fmt_check_changes_nothing() {
    let ran = mims_sim("fmt --check .").file("a.yaml", UNTIDY).file("b.yaml", GREEN).status(1).run();
    insta::assert_snapshot!(ran.stdout, @r"
    a.yaml:1: not in its canonical layout
    1 of 2 files would be changed; `mims-sim fmt` does it
    ");
    assert_eq!(ran.folder.read("a.yaml"), UNTIDY);
    assert_eq!(mims_sim("fmt --check .").file("a.yaml", TIDY).run().stdout, "");
}

#[test]
fn fmt_changes_no_file_where_one_cannot_be_read() {
    let ran = mims_sim("fmt .").file("a.yaml", UNTIDY).file("b.yaml", "a: [\n").status(2).run();
    assert_eq!(codes(&ran.stderr), ["S005"]);
    assert!(ran.stderr.ends_with("\n1 error; nothing was changed\n"), "{}", ran.stderr);
    assert_eq!(ran.folder.read("a.yaml"), UNTIDY);
    assert_eq!(codes(&mims_sim("fmt nowhere.yaml").refused()), ["S014"]);
    mims_sim("fmt folder").empty("folder").nothing();
}

#[test]
fn fmt_does_not_mind_what_a_file_says() {
    let ran = mims_sim("fmt f.yaml").file("f.yaml", "scenari:  x\n").run();
    assert_eq!(ran.folder.read("f.yaml"), "scenari: x\n");
}

#[test]
fn fmt_reads_standard_input() {
    assert_eq!(mims_sim("fmt -").input(UNTIDY).run().stdout, TIDY);
    mims_sim("fmt --check -").input(UNTIDY).status(1).run();
    mims_sim("fmt --check -").input(TIDY).run();
    assert!(mims_sim("fmt -").input("a: [\n").refused().contains(" --> standard input:"));
}

#[cfg(unix)]
#[test]
fn fmt_keeps_links_and_who_may_read() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let tester = mims_sim("fmt f.yaml").file("elsewhere/g.yaml", UNTIDY);
    let place = tester.path("elsewhere/g.yaml");
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("elsewhere/g.yaml", tester.path("f.yaml")).unwrap();
    let ran = tester.run();
    assert!(std::fs::symlink_metadata(ran.folder.path("f.yaml")).unwrap().is_symlink());
    assert_eq!(ran.folder.read("elsewhere/g.yaml"), TIDY);
    let mode = std::fs::metadata(ran.folder.path("elsewhere/g.yaml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

// Beginning ----------------------------------------------------------------------------------------------------------

/// Checks that what `init` wrote passes under `args`, and has the canonical layout.
fn passes(name: &str, text: &str) {
    mims_sim(&format!("test --strict {name}")).file(name, text).says("1 passed, 0 failed").run();
    assert_eq!(mims_sim(&format!("fmt --check {name}")).file(name, text).run().stdout, "");
}

#[test]
fn init_writes_a_scenario_that_passes() {
    let ran = mims_sim("init").says("written to scenario.yaml; `mims-sim test scenario.yaml` replays it\n").run();
    assert!(ran.stdout.ends_with("for completion in an editor: mims-sim schema > scenario.schema.json\n"));
    let text = ran.folder.read("scenario.yaml");
    assert!(text.contains("\nscenario: Scenario\n") && text.contains("\n  # "), "{text}");
    passes("scenario.yaml", &text);
}

#[test]
fn init_writes_a_finding_that_passes() {
    let ran = mims_sim("init a/b/whoever_left-2.yaml --finding").file("scenario.schema.json", "{}").run();
    assert!(!ran.stdout.contains("for completion"), "there is a schema");
    let text = ran.folder.read("a/b/whoever_left-2.yaml");
    assert!(text.starts_with("# yaml-language-server: $schema=../../scenario.schema.json\n"), "{text}");
    assert!(text.contains("\nscenario: Whoever left 2\n"), "{text}");
    passes("w.yaml", &text);
}

#[test]
fn init_never_overwrites() {
    for args in ["init f.yaml", "init f.yaml --finding"] {
        let ran = mims_sim(args).file("f.yaml", "mine").status(2).run();
        assert_eq!(ran.stderr, "cannot write f.yaml: it is there already, and is left as it is\n");
        assert_eq!(ran.folder.read("f.yaml"), "mine");
    }
    assert!(mims_sim("init notes.txt").refused().starts_with("notes.txt does not end in .yaml"));
    assert!(
        mims_sim("init f.yaml/g.yaml").file("f.yaml", "mine").refused().starts_with("cannot write f.yaml/g.yaml: ")
    );
}

// Watching -----------------------------------------------------------------------------------------------------------

/// The lines of a running process, as they arrive.
fn lines(child: &mut std::process::Child) -> std::sync::mpsc::Receiver<String> {
    let (send, lines) = std::sync::mpsc::channel();
    let out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in std::io::BufRead::lines(out).map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

#[test]
fn watch_runs_again_once_on_every_save() {
    use std::time::Duration;
    let later = "policy: Later\nextends: guide-v1.1\nrules:\n  cutover: 2023-10-04 00:00\n";
    let tester = mims_sim("test f.yaml --watch").file("f.yaml", GREEN).file("policies/later.yaml", later);
    let mut child = tester.start();
    let lines = lines(&mut child);
    // The number of reported saves until this text appears.
    let wait = |part: &str| {
        let mut saved = 0;
        while let Ok(line) = lines.recv_timeout(Duration::from_secs(20)) {
            saved += usize::from(line.contains("was saved"));
            if line.contains(part) {
                return saved;
            }
        }
        panic!("it never says `{part}`");
    };
    // As editors do: written to another file, which is then renamed, so that a save is one change.
    let save = |text: &str| {
        std::fs::write(tester.path("f.yaml.tmp"), text).unwrap();
        std::fs::rename(tester.path("f.yaml.tmp"), tester.path("f.yaml")).unwrap();
    };
    wait("1 passed, 0 failed");
    let wrong = super::but("no-second-factor", "granted");
    // How long that takes is measured by `cargo bench --bench watch`.
    for _ in 0..5 {
        save(&wrong);
        assert_eq!(wait("0 passed, 1 failed"), 1);
        save(GREEN);
        assert_eq!(wait("1 passed, 0 failed"), 1);
    }
    // A file with an error is reported, and corrected later.
    std::fs::write(tester.path("f.yaml"), "scenario: [\n").unwrap();
    wait("f.yaml was saved");
    std::fs::write(tester.path("f.yaml"), super::but("given:", "given:\n  policy: later")).unwrap();
    wait("0 passed, 1 failed");
    std::fs::write(tester.path("policies/later.yaml"), later.replace("10-04", "09-27")).unwrap();
    wait("later.yaml was saved");
    wait("1 passed, 0 failed");
    // A file outside this run causes no rerun; on a busy machine one save may be seen as two.
    while lines.recv_timeout(Duration::from_millis(500)).is_ok() {}
    std::fs::write(tester.path("g.yaml"), GREEN).unwrap();
    assert!(lines.recv_timeout(Duration::from_millis(300)).is_err());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn watch_of_what_there_is_not_is_2() {
    assert!(mims_sim("test nowhere/f.yaml --watch").refused().starts_with("cannot watch nowhere: "));
}

// Shells and man pages -----------------------------------------------------------------------------------------------

#[test]
fn completions_know_every_verb_and_option() {
    for (shell, check) in [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")] {
        let ran = mims_sim(&format!("completions {shell}")).run();
        for word in ["test", "explain", "against", "watch", "completions"] {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
        // The shell itself reads it, where it is installed.
        std::fs::write(ran.folder.path("script"), &ran.stdout).unwrap();
        let read = std::process::Command::new(check).arg("-n").arg("script").current_dir(ran.folder.path(".")).status();
        assert!(read.is_err() || read.is_ok_and(|status| status.success()), "{shell}");
    }
    mims_sim("completions tcsh").refused();
}

#[cfg(target_os = "linux")]
#[test]
fn bash_completes_a_verb() {
    let ran = mims_sim("completions bash").run();
    std::fs::write(ran.folder.path("script"), &ran.stdout).unwrap();
    // As bash itself does: the function that the script has registered, with the words so far.
    let line = "set -e; . ./script; set -- $(complete -p mims-sim); while [ \"$1\" != -F ]; do shift; done; own=$2; \
                COMP_WORDS=(mims-sim ex); COMP_CWORD=1; $own mims-sim ex mims-sim; echo ${COMPREPLY[@]}";
    let mut bash = std::process::Command::new("bash");
    let Ok(out) = bash.args(["-c", line]).current_dir(ran.folder.path(".")).output() else { return };
    assert_eq!(String::from_utf8(out.stdout).unwrap(), "explain explore\n");
}

#[test]
fn man_writes_a_page_for_every_verb() {
    let ran = mims_sim("man a/man1").says(" pages are in a/man1\n").run();
    let pages = ran.folder.list("a/man1");
    for page in ["mims-sim.1", "mims-sim-test.1", "mims-sim-explain.1", "mims-sim-fmt.1"] {
        assert!(pages.contains(&page.to_owned()), "{pages:?}");
    }
    let text = ran.folder.read("a/man1/mims-sim-test.1");
    assert!(text.starts_with(".") && text.contains("Exit codes:") && text.contains("against"), "{text}");
    let again = mims_sim("man b").run();
    assert_eq!(again.folder.read("b/mims-sim-test.1"), text);
    assert!(mims_sim("man f").file("f", "mine").refused().starts_with("cannot write f/mims-sim: "));
}

// In a repository ----------------------------------------------------------------------------------------------------

fn committed(name: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn the_hooks_run_on_the_files_that_are_committed() {
    let hooks: serde_json::Value = serde_yaml::from_str(&committed(".pre-commit-hooks.yaml")).unwrap();
    let hooks = hooks.as_array().unwrap();
    assert_eq!(hooks.len(), 2);
    for hook in hooks {
        let entry = hook["entry"].as_str().unwrap().strip_prefix("mims-sim ").unwrap();
        mims_sim(&format!("{entry} scenarios/a.yaml scenarios/b.yaml"))
            .file("scenarios/a.yaml", GREEN)
            .file("scenarios/b.yaml", GREEN.replace("Nobody", "No one"))
            .run();
        let wrong = mims_sim(&format!("{entry} scenarios/a.yaml")).file("scenarios/a.yaml", "scenario: [\n");
        assert_eq!(codes(&wrong.refused()), ["S005"]);
    }
}

/// The tool knows every command of the sample CI files, and each passes on a repository without errors.
#[test]
fn the_sample_ci_files_run() {
    for name in ["examples/ci/gitlab-ci.yml", "examples/ci/github.yml"] {
        let text = committed(name);
        let _: serde_json::Value = serde_yaml::from_str(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
        let commands: Vec<&str> =
            text.lines().map(|l| l.trim().trim_start_matches("- ")).filter(|l| l.starts_with("mims-sim ")).collect();
        assert!(commands.len() >= 3, "{name}: {commands:?}");
        let before = mims_sim("test scenarios --format json").file("scenarios/a.yaml", GREEN).run().stdout;
        for command in commands {
            let own = command.split(['>', '|']).next().unwrap().strip_prefix("mims-sim ").unwrap();
            mims_sim(own).file("scenarios/a.yaml", GREEN).file("baseline/scenarios.json", &before).run();
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_release_archive_is_whole_and_the_same_again() {
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/release");
    let folder = mims_sim("--version").run().folder;
    let build = |out: &str| {
        let mut bash = std::process::Command::new("bash");
        bash.arg(&script).arg(env!("CARGO_BIN_EXE_mims-sim")).arg(out).current_dir(folder.path("."));
        let made = bash.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let path = std::path::PathBuf::from(String::from_utf8(made.stdout).unwrap().trim());
        std::fs::read(&path).map(|bytes| (path, bytes)).unwrap()
    };
    let (path, once) = build("one");
    let (_, again) = build("two");
    assert!(once == again, "two archives of the same inputs differ");
    let unpack =
        std::process::Command::new("tar").arg("-xzf").arg(&path).current_dir(folder.path(".")).status().unwrap();
    assert!(unpack.success());
    let root = folder.path(path.file_name().unwrap().to_str().unwrap().trim_end_matches(".tar.gz"));
    for file in [
        "README.md",
        "completions/mims-sim.bash",
        "man/man1/mims-sim-test.1",
        "schemas/results.schema.json",
        "docs/tutorial.md",
    ] {
        assert!(root.join(file).is_file(), "{file}");
    }
    let mut tool = std::process::Command::new(root.join("bin/mims-sim"));
    let ran = tool.args(["test", "--tag", "faq"]).current_dir(&root).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}
