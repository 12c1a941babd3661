//! What authors do with their files: lay them out, begin new ones, and have them tried again on every save.

use super::{GREEN, codes, mims_sim};

const UNTIDY: &str = "scenario:   Nobody set up   # title\ngiven:\n    people: {gwen: {} ,dee: {role:  local-administrator}}\n\n\nwhen:\n- day: Wed 2023-09-27\n# she tries\n- {at: 09:00, who: gwen, do: sign-in,\n   expect: no-second-factor}\n";
const TIDY: &str = "scenario: Nobody set up  # title\ngiven:\n  people: {gwen: {}, dee: {role: local-administrator}}\n\nwhen:\n  - day: Wed 2023-09-27\n  # she tries\n  - {at: 09:00, who: gwen, do: sign-in, expect: no-second-factor}\n";

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
    1 file of 2 would be changed; `mims-sim fmt` does it
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

/// What `init` wrote passes under `args`, and is laid out.
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
