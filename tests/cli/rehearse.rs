//! Tests of `rehearse`: its answer, its exit codes, the files that it writes, and rehearsals and directories that are
//! refused.

use super::{codes, mims_sim};
use std::process::{Command, Stdio};

/// A rehearsal that takes a moment and meets its only gate.
const SMALL: &str = "\
rehearsal: A small school
span: {from: 2023-09-25, to: 2023-09-29}
population: {schools: 1, staff-per-school: 24, divisions: 0, generic-per-place: 1}
runs: 80
gates:
  - {id: all-but-everyone, measure: locked-out, at: 2023-09-27 09:00, at-most: 24, in-runs: 90%}
";

fn but(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "`{from}` is not in the rehearsal");
    SMALL.replacen(from, to, 1)
}

fn refused(text: &str) -> String {
    let said = mims_sim("rehearse r.yaml").file("r.yaml", text).refused();
    assert_eq!(mims_sim("validate r.yaml").file("r.yaml", text).refused(), said);
    said
}

/// The message about a rehearsal with this population.
fn directory(csv: &str) -> String {
    let text = but("population: {schools: 1, staff-per-school: 24, divisions: 0,", "population: {from: d.csv,");
    mims_sim("rehearse r.yaml").file("r.yaml", text).file("d.csv", csv).refused()
}

// Answers and exit codes ---------------------------------------------------------------------------------------------

#[test]
fn the_whole_report() {
    let ran = mims_sim("rehearse r.yaml").file("r.yaml", SMALL).run();
    insta::assert_snapshot!(ran.stdout);
    let narrow = mims_sim("rehearse r.yaml").file("r.yaml", SMALL).env("COLUMNS", "40").run().stdout;
    assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&narrow), words(&ran.stdout), "nothing is lost");
}

#[test]
fn a_gate_that_is_missed_is_1() {
    let text = but("at-most: 24", "at-least: 25");
    mims_sim("rehearse r.yaml").file("r.yaml", text).status(1).says("No go: all-but-everyone missed.\n").run();
    let warns = but("at-most: 24", "at-least: 25, missed-is: warning");
    mims_sim("rehearse r.yaml").file("r.yaml", warns).says("missed    all-but-everyone").says("(a warning)").run();
}

#[test]
fn an_undecided_gate_is_5_or_1_never_0() {
    let few = but("runs: 80", "runs: 5");
    mims_sim("rehearse r.yaml").file("r.yaml", &few).status(5).says("Undecided: the runs do not decide").run();
    let no_go = format!("{few}undecided: no-go\n");
    mims_sim("rehearse r.yaml").file("r.yaml", no_go).status(1).says("counts an undecided gate as no go").run();
    mims_sim("rehearse r.yaml --runs 5").file("r.yaml", SMALL).status(5).run();
}

/// Nobody falls out of a measure: whoever has not recovered by the end, or still waits, counts so.
#[test]
fn whoever_is_not_helped_by_the_end_counts_so() {
    let gate = |measure: &str| {
        let gate = format!("  - {{id: soon, measure: {measure}, quantile: 95%, at-most: 1h, in-runs: 90%}}\n");
        format!("{}gates:\n{gate}", SMALL.split("gates:").next().unwrap())
    };
    let nobody = "policy: Nobody can set up\nextends: guide-v1.1\nrules: {enrolment.set-up-offered: false}\n";
    let habits = "habits: {device-not-at-hand: 0%, mistypes-password: 0%, mistypes-code: 0%, forgets-password: 0%}\n";
    mims_sim("rehearse r.yaml --runs 30")
        .file("r.yaml", gate("recovery-time").replace("\nruns:", &format!("\npolicy: nobody\n{habits}runs:")))
        .file("policies/nobody.yaml", nobody)
        .status(1)
        .says("No go: soon missed.")
        .says("median never")
        .run();
    let said = mims_sim("rehearse r.yaml --runs 40")
        .file("r.yaml", gate("administrator-wait").replace("\nruns:", "\nsupport: {administrator-absent: 100%}\nruns:"))
        .status(1)
        .says("No go: soon missed.")
        .run()
        .stdout;
    assert!(said.contains("95 % longer than "), "{said}");
}

#[test]
fn a_gate_about_nobody_is_never_a_go() {
    let property = "properties: P\nlist:\n  - {name: Members only, never: {do: leave, result: done}}\n";
    for gate in [
        "measure: locked-out, of: students, at: 2023-09-27 09:00, at-most: 0%",
        "measure: locked-out, of: students, at: 2023-09-27 09:00, at-most: 5",
        "measure: leavers-with-access, at: 2023-09-27 09:00, at-most: 0",
        "measure: administrator-wait, at-most: 1s",
        "property: Members only, violations-at-most: 0",
    ] {
        let text = but("generic-per-place: 1}", "generic-per-place: 0}\nhabits: {forgets-password: 0%}");
        let text = text.replace("divisions: 0,", "divisions: 0, icon-address: 0%, stale-address: 0%,");
        let text = text.replace("divisions: 0,", "divisions: 0, password-forgotten: 0%,");
        mims_sim("rehearse r.yaml --runs 20")
            .file("r.yaml", format!("{}gates:\n  - {{id: none, {gate}}}\n", text.split("gates:").next().unwrap()))
            .file("properties/p.yaml", property)
            .status(5)
            .says("Undecided: none cannot be judged by these runs.")
            .says("in 20 runs there is nobody whom it is about")
            .run();
    }
}

/// A gate by the calendar that a policy's cutover comes after is not judged; one by the rollout is, of each account by
/// its own wave.
#[test]
fn a_gate_goes_by_the_policys_own_cutover() {
    let later = "policy: Later\nextends: guide-v1.1\nrules: {set-up.by: 2023-09-28 00:00, cutover: 2023-09-28 00:00}\n";
    let run = |text: String| {
        mims_sim("rehearse r.yaml --runs 20")
            .file("r.yaml", text.replace("\nruns:", "\npolicy: later\nruns:"))
            .file("policies/later.yaml", later)
    };
    run(SMALL.to_owned())
        .status(5)
        .says("not judged all-but-everyone")
        .says("in 20 runs the policy has not cut all of them over by then; ask `at: first working morning`")
        .run();
    let all =
        |at: &str| but("at: 2023-09-27 09:00, at-most: 24", &format!("at: {at}, at-least: 1")).replace("90%", "50%");
    for at in ["first working morning", "cutover + 9h", "2023-09-28 09:00"] {
        run(all(at)).says("met       all-but-everyone").run();
    }
    run(all("cutover - 1h")).status(5).says("not judged all-but-everyone").run();
    run(all("cutover + 5d")).status(5).says("cuts some of them over outside the span, or never").run();
}

#[test]
fn how_many_runs_a_gate_needs_is_said() {
    let few = but("runs: 80", "runs: 30").replace("in-runs: 90%", "in-runs: 95%");
    let said = mims_sim("validate r.yaml").file("r.yaml", few).run().stdout;
    assert!(said.contains("gate all-but-everyone needs 72 runs if all meet it, and about "), "{said}");
    assert!(said.contains("; the file has 30; too few for it ever to be met"), "{said}");
    let said = mims_sim("validate r.yaml").file("r.yaml", SMALL.replace("runs: 80\n", "")).run().stdout;
    assert!(said.ends_with("; the file has 80\n"), "what a file leaves out is enough for its gates: {said}");
    let said = mims_sim("validate r.yaml").file("r.yaml", but("in-runs: 90%", "in-runs: 100%")).refused();
    assert!(said.contains("no runs can meet `in-runs: 100%`"), "{said}");
}

#[test]
fn without_gates_there_is_nothing_to_decide() {
    let text = SMALL.split("gates:").next().unwrap();
    mims_sim("rehearse r.yaml --runs 2").file("r.yaml", text).says("there is nothing to decide").run();
}

#[test]
fn a_property_can_be_a_gate() {
    let property =
        "properties: P\nlist:\n  - {name: Nobody is refused, never: {do: sign-in, result: no-second-factor}}\n";
    let gate = "  - {id: nobody, property: Nobody is refused, violations-at-most: 0}\n";
    mims_sim("rehearse r.yaml")
        .file("r.yaml", format!("{SMALL}{gate}"))
        .file("properties/p.yaml", property)
        .status(1)
        .says("No go: nobody missed.")
        .says("violations of \"Nobody is refused\" at most 0")
        .run();
}

/// A property can be a gate if it is about habitual acts or about states; it is judged for each binding.
#[test]
fn a_property_of_several_acts_can_be_a_gate() {
    let list = "
  - {name: In by tomorrow, for-each: [person, account], whenever: {do: sign-in, result: no-second-factor}, \
     eventually: {do: sign-in, result: granted}, by: end of next working day}
  - {name: By steps, for-each: person, never: {do: save-token, result: done}, until: {do: enter-password, result: done}}
  - {name: Ahead, for-each: person, possible: {enrolled: true}}
  - {name: Asha's, for-each: person, never: {do: sign-in, who: asha, result: granted}}
";
    let property = format!("properties: P\nlist:{list}");
    let ran = |name: &str| {
        let gate = format!("  - {{id: one, property: {name}, violations-at-most: 0}}\n");
        mims_sim("rehearse r.yaml").file("r.yaml", format!("{SMALL}{gate}")).file("properties/p.yaml", &property)
    };
    let said = ran("In by tomorrow").status(1).says("violations of \"In by tomorrow\" at most 0").run().stdout;
    assert!(said.contains("No go: one missed."), "{said}");
    assert!(ran("By steps").refused().contains("no habit begins `save-token`"));
    assert!(ran("Ahead").refused().contains("what is possible is looked for by `explore`"));
    assert!(ran("Asha's").refused().contains("in a rehearsal nobody has a name: no person `asha`"));
}

#[test]
fn another_policy_and_another_seed_come_out_otherwise() {
    let policy = "policy: Later\nrules: {cutover: 2023-10-11 00:00}\n";
    let later = but("runs: 80", "policy: later\nruns: 80");
    let ran = mims_sim("rehearse r.yaml").file("r.yaml", &later).file("policies/later.yaml", policy).status(5).run();
    assert!(!ran.stdout.contains("no-second-factor"), "{}", ran.stdout);
    let [a, b] = [1, 2].map(|seed| mims_sim(&format!("rehearse r.yaml --seed {seed}")).file("r.yaml", SMALL).run());
    assert_ne!(a.stdout, b.stdout);
}

#[test]
fn nothing_to_rehearse_is_3() {
    let scenario = "scenario: A\ngiven: {people: {gwen: {}}}\nwhen:\n  - day: Wed 2023-09-27\n  \
                    - {at: 09:00, who: gwen, do: enrol}\n";
    let said = mims_sim("rehearse f.yaml").file("f.yaml", scenario).nothing();
    assert_eq!(said, "nothing to rehearse: this is no rehearsal\n");
    let said =
        mims_sim("rehearse both").file("both/a.yaml", SMALL).file("both/b.yaml", but("small", "other")).nothing();
    assert_eq!(said, "nothing to rehearse: name one rehearsal, not a folder of them\n");
}

#[test]
fn test_leaves_rehearsals_alone() {
    mims_sim("validate r.yaml").file("r.yaml", SMALL).says("1 file is fine\n").run();
    mims_sim("test r.yaml").file("r.yaml", SMALL).nothing();
}

// What is written ----------------------------------------------------------------------------------------------------

#[test]
fn the_same_files_on_any_number_of_threads() {
    let at = |threads: u32| {
        let line = format!("rehearse r.yaml --threads {threads} --out out --format json");
        let ran = mims_sim(&line).file("r.yaml", SMALL).run();
        let mut names = ran.folder.list("out");
        assert_eq!(names.iter().any(|name| name == "measures.parquet"), cfg!(feature = "parquet"));
        names.retain(|name| name != "measures.parquet");
        assert_eq!(names, ["measures.csv", "rehearsal.html", "rehearsal.json", "rehearsal.txt", "runs.csv", "work"]);
        assert_eq!(ran.folder.list("out/work"), ["README.md", "school-001.csv"]);
        let all = names.iter().filter(|name| name.contains('.')).map(String::as_str).chain(["work/school-001.csv"]);
        let files: Vec<String> = all.map(|name| ran.folder.read(&format!("out/{name}"))).collect();
        assert_eq!(ran.stdout, files[2]);
        files
    };
    let one = at(1);
    assert_eq!(at(2), one);
    assert_eq!(at(4), one);
    let json: serde_json::Value = serde_json::from_str(&one[2]).unwrap();
    assert_eq!(
        (json["schema"].as_u64(), json["answer"].as_str(), json["runs"].as_u64()),
        (Some(3), Some("go"), Some(80))
    );
    let rows = one[0].lines().count();
    assert!(one[0].lines().all(|line| line.split(',').count() == 11) && rows > 100, "{rows}");
    assert_eq!(one[4].lines().count(), 81);
}

/// A person extracted from a rehearsal becomes a file that `test` replays.
#[test]
fn a_person_pulled_out_is_replayed_and_explained() {
    let ran = mims_sim("rehearse r.yaml --person school-001/5 --replicate 2").file("r.yaml", SMALL).run();
    assert!(ran.stdout.contains("--person school-001/5 --replicate 2\n"), "{}", ran.stdout);
    mims_sim("test p.yaml").file("p.yaml", &ran.stdout).run();
    mims_sim("explain p.yaml").file("p.yaml", &ran.stdout).says("sign-in").run();
    mims_sim("fmt --check p.yaml").file("p.yaml", &ran.stdout).run();
    let no_place = mims_sim("rehearse r.yaml --person kranji/1").file("r.yaml", SMALL).refused();
    assert!(no_place.contains("write place and number, such as school-001/1"), "{no_place}");
    let no_number = mims_sim("rehearse r.yaml --person school-001/900").file("r.yaml", SMALL).refused();
    assert!(no_number.contains("there is no number 900"), "{no_number}");
}

#[test]
fn names_are_asked_for() {
    let list = |more: &str| {
        let line = format!("rehearse r.yaml --runs 20 --out out{more}");
        mims_sim(&line).file("r.yaml", SMALL).status(5).run().folder.read("out/work/school-001.csv")
    };
    let (plain, named) = (list(""), list(" --names"));
    assert!(plain.lines().skip(1).all(|line| line.starts_with("school-001,,,")), "{plain}");
    assert!(named.lines().skip(1).all(|line| !line.starts_with("school-001,,")), "{named}");
}

#[test]
fn nothing_beside_is_said_so() {
    let ran = mims_sim("rehearse r.yaml --aside 0 --out out").file("r.yaml", SMALL).run();
    assert!(ran.folder.read("out/rehearsal.html").contains("Not run: "));
    assert!(!ran.folder.list("out").contains(&"work".to_owned()));
}

/// A person whose first morning differs is written under both policies, and both files are replayed.
#[test]
fn people_who_flip_are_exported() {
    let policy = "policy: Later\nextends: guide-v1.1\nrules: {cutover: 2023-10-11 00:00}\n";
    let text = but("runs: 80", "runs: 4\ncandidates: [later]");
    let ran = mims_sim("compare r.yaml --out out").file("r.yaml", text).file("policies/later.yaml", policy).run();
    assert_eq!(ran.folder.list("out"), ["comparison.json", "comparison.txt", "flips"]);
    let flips = ran.folder.list("out/flips/later");
    assert!(flips.contains(&"helped-no-second-factor-base.yaml".to_owned()), "{flips:?}");
    for name in flips {
        let scenario = ran.folder.read(&format!("out/flips/later/{name}"));
        mims_sim("test p.yaml").file("p.yaml", scenario).file("policies/later.yaml", policy).run();
    }
}

#[test]
fn precision_stops_in_the_order_of_runs() {
    let at = |threads: u32| {
        let line = format!("rehearse r.yaml --precision 4% --runs 5000 --threads {threads}");
        mims_sim(&line).file("r.yaml", SMALL).run().stdout
    };
    let one = at(1);
    assert!(!one.contains("5000 runs"), "{one}");
    assert_eq!(at(3), one);
}

#[test]
fn a_folder_that_is_a_file_is_refused() {
    let ran = mims_sim("rehearse r.yaml --runs 2 --out r.yaml").file("r.yaml", SMALL).status(2).run();
    assert!(ran.stderr.starts_with("cannot write into r.yaml: "), "{}", ran.stderr);
}

/// Ctrl-C writes the replicates that are done, marked as partial.
#[test]
fn an_interrupt_keeps_what_is_done() {
    let folder = mims_sim("validate r.yaml").file("r.yaml", SMALL).run().folder;
    let mut command = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
    command.args(["rehearse", "r.yaml", "--runs", "1000000", "--out", "out"]).current_dir(folder.root());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("Partial: interrupted"));
    assert!(String::from_utf8_lossy(&output.stderr).contains(" of 1000000 runs done\n"));
    assert!(folder.read("out/rehearsal.json").contains("\"partial\": true"));
}

// What is refused ----------------------------------------------------------------------------------------------------

#[test]
fn shapes_that_are_wrong() {
    insta::assert_snapshot!(refused(&but("runs: 80", "runs: 0")));
    insta::assert_snapshot!(refused(&but("measure: locked-out", "measure: lockedout")));
    insta::assert_snapshot!(refused(&but("schools: 1", "schools: -1")));
    insta::assert_snapshot!(refused(&but("in-runs: 90%", "in-runs: 190%")));
    insta::assert_snapshot!(refused(&but("runs: 80", "habits: {forgets-pasword: 1%}\nruns: 80")));
}

#[test]
fn meanings_that_are_wrong() {
    let hours = "habits: {sign-in-hours: {08:00: 60%, 09:00: 30%}}\nruns: 80";
    insta::assert_snapshot!(refused(&but("runs: 80", hours)));
    let several = "habits: {reminders: [2023-11-20]}\nsupport: {administrator-handling: 30m}\nruns: 80";
    let several = but("runs: 80", several).replace("schools: 1,", "schools: 1, icon-address: 80%, stale-address: 40%,");
    insta::assert_snapshot!("what_does_not_agree", refused(&several));
    insta::assert_snapshot!(refused(&but("to: 2023-09-29", "to: 2025-01-06")));
    insta::assert_snapshot!(refused(&but("to: 2023-09-29", "to: 2023-09-18")));
    insta::assert_snapshot!(refused(&but("09:00, at-most", "09:00, of: generic-accounts, at-least: 1, at-most")));
    for (from, to, code) in [
        ("runs: 80", "policy: guide-v9\nruns: 80", "S201"),
        ("runs: 80", "candidates: [guide-v9]\nruns: 80", "S201"),
        ("at: 2023-09-27 09:00", "at: 2023-11-27 09:00", "S508"),
        ("at-most: 24", "at-most: 30m", "S508"),
        ("at: 2023-09-27 09:00, at-most: 24", "at-most: 24", "S508"),
        ("measure: locked-out, at: 2023-09-27 09:00,", "measure: desk-wait,", "S508"),
        ("measure: locked-out", "measure: desk-queue, of: staff", "S508"),
        ("runs: 80", "doubt: {email-otp.loss: [1%]}\nruns: 80", "S512"),
        ("runs: 80", "faults: [{at: 2023-09-27 09:00, until: 2023-09-27 08:00, fault: lost-mail}]\nruns: 80", "S505"),
        ("runs: 80", "faults: [{at: 2023-09-27 08:00, until: 2023-09-27 09:00, fault: outage}]\nruns: 80", "S506"),
        ("runs: 80", "habits: {reminders: [2025-09-20]}\nruns: 80", "S501"),
        ("schools: 1", "schools: 20000, divisions: 20000, staff-per-division: 5000", "S006"),
        ("schools: 1, staff-per-school: 24,", "schools: 20000, staff-per-school: 5000,", "S503"),
        ("schools: 1", "as-of: 2023-09-25, schools: 1", "S509"),
        ("schools: 1", "icon-address: 80%, stale-address: 40%, schools: 1", "S504"),
        ("runs: 80", "support: {administrator-handling: 30m}\nruns: 80", "S512"),
        ("runs: 80", "habits: {reminders: [2023-11-20]}\nruns: 80", "S513"),
        ("runs: 80", "faults: [{at: 2023-11-27 08:00, until: 2023-11-27 09:00, fault: lost-mail}]\nruns: 80", "S513"),
        ("runs: 80", "decide-by: 2023-11-27\nruns: 80", "S513"),
        ("in-runs: 90%", "in-runs: 0%", "S508"),
    ] {
        assert_eq!(codes(&refused(&but(from, to))), [code], "{to}");
    }
    let twice = format!("{SMALL}{}", SMALL.lines().last().map(|l| format!("{l}\n")).unwrap());
    assert_eq!(codes(&refused(&twice)), ["S507"]);
    let unknown = format!("{SMALL}  - {{id: x, property: Nobody knows it, violations-at-most: 1}}\n");
    assert_eq!(codes(&refused(&unknown)), ["S219"]);
}

#[test]
fn directories_that_are_wrong() {
    insta::assert_snapshot!(directory(
        "person,place,app\n1,kranji,\n1,kranji,\n,kranji,\n4,kranji,gogle-authenticator\n5,kranji\n"
    ));
    insta::assert_snapshot!(directory("person,plaice\n1,kranji\n"));
    assert_eq!(codes(&directory("person,place\n")), ["S511"]);
    assert_eq!(codes(&directory("")), ["S511"; 1]);
    let text = but("population: {schools: 1, staff-per-school: 24, divisions: 0,", "population: {from: d.csv,");
    let missing = mims_sim("rehearse r.yaml").file("r.yaml", &text).refused();
    assert_eq!(codes(&missing), ["S014", "S510"]);
    let other_day = text.replace("from: d.csv,", "from: d.csv, as-of: 2023-09-20,");
    let said = mims_sim("rehearse r.yaml").file("r.yaml", other_day).file("d.csv", "person,place\n1,a\n").refused();
    assert_eq!(codes(&said), ["S509"]);
    let both = but("population: {schools: 1,", "population: {from: d.csv, schools: 1,");
    let said = mims_sim("rehearse r.yaml").file("r.yaml", both).file("d.csv", "person,place\n1,a\n").refused();
    assert_eq!(codes(&said), ["S514"; 3]);
}

/// A small rehearsal of a directory, whose lists are written into `o`.
fn of_directory() -> String {
    but("population: {schools: 1, staff-per-school: 24, divisions: 0,", "population: {from: d.csv,")
}

/// Every place has its file, whatever the names; an earlier run's lists are gone from a folder that is used again.
#[test]
fn every_place_has_its_work_list() {
    let long = "x".repeat(300);
    let names = ["hougang", "Woodlands", "woodlands-2", "smaller-places", "con", "St. John's", &long, "a-2", "A"];
    let rows = |place: &str| (0..24).map(|n| format!("{place}/{n},{place},false\n")).collect::<String>();
    let csv: String = names.iter().map(|place| rows(place)).collect();
    let ran = mims_sim("rehearse r.yaml --runs 2 --out o")
        .file("r.yaml", of_directory())
        .file("d.csv", format!("person,place,enrolled\n{csv}"))
        .status(1)
        .run();
    let mut lists = ran.folder.list("o/work");
    lists.retain(|name| name != "README.md");
    assert_eq!(lists.len(), names.len(), "{lists:?}");
    for expected in ["a-2.csv", "a-9.csv", "con-5.csv", "smaller-places-4.csv", "woodlands-2.csv", "woodlands-3.csv"] {
        assert!(lists.iter().any(|name| name == expected), "{expected} of {lists:?}");
    }
    let list = String::from_utf8(ran.folder.bytes("o/work/hougang.csv")).unwrap();
    assert!(list.lines().skip(1).all(|line| line.starts_with("hougang,")) && list.contains(",hougang/3,"), "{list}");
    std::fs::write(ran.folder.root().join("d.csv"), format!("person,place,enrolled\n{}", rows("hougang"))).unwrap();
    std::fs::write(ran.folder.root().join("o/work/mine.csv"), "my own notes\n").unwrap();
    let mut again = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
    let args = ["rehearse", "r.yaml", "--runs", "2", "--out", "o"];
    let code = again.args(args).current_dir(ran.folder.root()).output().unwrap().status.code();
    assert!(matches!(code, Some(1 | 5)), "{code:?}");
    assert_eq!(ran.folder.list("o/work"), ["README.md", "hougang.csv", "mine.csv"]);
}

#[test]
fn a_directory_lies_beside_the_rehearsal() {
    for from in ["../d.csv", "/etc/hostname", "sub/d.csv", ".hidden"] {
        let text = of_directory().replace("from: d.csv", &format!("from: {from}"));
        assert_eq!(codes(&mims_sim("validate r.yaml").file("r.yaml", text).refused()), ["S510"], "{from}");
    }
}

#[test]
fn a_wave_for_no_place_is_told() {
    let wave = "policy: Wave\nextends: guide-v1.1\nfor:\n  - {places: kranji, rules: {cutover: 2023-09-28 00:00}}\n";
    let run = |place: &str| {
        mims_sim("validate r.yaml")
            .file("r.yaml", of_directory().replace("\nruns:", "\npolicy: wave\nruns:"))
            .file("d.csv", format!("person,place,team\n1,{place},x\n"))
            .file("policies/wave.yaml", wave)
    };
    let said = run("Kranji").refused();
    assert!(codes(&said) == ["S515"] && said.contains("did you mean `Kranji`?"), "{said}");
    let said = run("kranji").run().stdout;
    assert!(said.contains("d.csv: 1 person of 1 place; columns person, place\n"), "{said}");
    assert!(said.contains("d.csv: not read, as no such columns are known: team\n"), "{said}");
}

#[test]
fn a_directory_names_its_places_and_keeps_what_it_knows() {
    let rows: String = (0..30).map(|n| format!("{n},kranji,school,,true\n")).collect();
    let csv = format!("person,place,kind,otp-address,enrolled\n{rows}");
    let text = but("population: {schools: 1, staff-per-school: 24, divisions: 0,", "population: {from: d.csv,");
    let text = text.replace(
        "measure: locked-out, at: 2023-09-27 09:00, at-most: 24",
        "measure: enrolled, at: 2023-09-25 06:00, at-least: 100%",
    );
    mims_sim("rehearse r.yaml --runs 40 --format json")
        .file("r.yaml", text)
        .file("d.csv", csv)
        .says("\"place\": \"kranji\"")
        .says("\"answer\": \"go\"")
        .run();
}

/// A forecast in the middle of a rollout: the days before that of the directory are not run.
#[test]
fn a_directory_of_a_later_day_begins_there() {
    let rows: String = (0..30).map(|n| format!("{n},kranji,school,true\n")).collect();
    let text = but(
        "population: {schools: 1, staff-per-school: 24, divisions: 0,",
        "population: {from: d.csv, as-of: 2023-09-26,",
    );
    mims_sim("rehearse r.yaml --runs 40 --out o")
        .file("r.yaml", text)
        .file("d.csv", format!("person,place,kind,enrolled\n{rows}"))
        .run();
}

#[test]
fn usage_that_is_wrong() {
    for line in ["--runs 0", "--precision 99%", "--precision 5", "--threads 0", "--seed -1"] {
        mims_sim(&format!("rehearse r.yaml {line}")).file("r.yaml", SMALL).refused();
    }
}
