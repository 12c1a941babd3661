//! Tests of results for machines and of reports: their formats, where they are written, and output to a pipe.

use super::{GREEN, and, but, mims_sim};
use serde_json::Value;

/// A run with a failed, a passed and a pending scenario.
fn mixed(args: &str) -> super::Tester {
    let failed = but("no-second-factor", "granted").replace("Nobody set up", "Fails, 100%: sure");
    let late = "properties:\n  \
                - {name: Late, whenever: {do: sign-in}, eventually: {do: enrol}, by: end of next working day}\n";
    mims_sim(args)
        .file("s/a.yaml", GREEN)
        .file("s/b.yaml", failed.replace("scenario: Fails, 100%: sure", "scenario: \"Fails, 100%: sure\""))
        .file("s/c.yaml", and(late).replace("Nobody set up", "Waits"))
}

// Shapes -------------------------------------------------------------------------------------------------------------

#[test]
fn json_has_its_schema_and_the_verdicts() {
    let said = mixed("test s --format json").status(1).run().stdout;
    let json: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["tool"], "mims-sim");
    assert_eq!([&json["passed"], &json["failed"], &json["pending"]], [1, 1, 1]);
    let scenarios = json["scenarios"].as_array().unwrap();
    let files: Vec<&str> = scenarios.iter().map(|s| s["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["s/a.yaml", "s/b.yaml", "s/c.yaml"], "in the order of their names");
    let wrong = &scenarios[1]["wrong"][0];
    assert_eq!(wrong["said"], "expected granted, got no-second-factor");
    assert_eq!([&wrong["line"], &wrong["column"]], [6, 5]);
    assert_eq!(scenarios[1]["rows"][0]["result"], "no-second-factor");
}

#[test]
fn json_is_alone_on_standard_output() {
    for args in ["--coverage", "--policy later", "--report out"] {
        let policy = "policy: Later\nextends: guide-v1.1\nrules:\n  cutover: 2023-10-04 00:00\n";
        let tester = mixed(&format!("test s --format json {args}")).file("policies/later.yaml", policy);
        let said = tester.status(1).run().stdout;
        assert!(serde_json::from_str::<Value>(&said).is_ok(), "{args}\n{said}");
    }
}

#[test]
fn what_failed_comes_last_for_a_person() {
    let said = mixed("test s").status(1).run().stdout;
    let verdicts: Vec<&str> =
        said.lines().filter(|l| !l.starts_with(' ')).map(|l| l.split(' ').next().unwrap()).collect();
    assert_eq!(verdicts[0], "ok");
    assert_eq!(said.lines().last(), Some("1 passed, 1 failed, 1 pending; 4 expectations"));
}

#[test]
fn what_passed_stands_in_the_order_of_the_files() {
    let file = |title: &str| but("Nobody set up", title);
    let said = mims_sim("test .").file("a.yaml", file("A")).file("b.yaml", file("B")).run().stdout;
    assert_eq!(said, "ok      A\nok      B\n2 passed, 0 failed; 2 expectations\n");
}

#[test]
fn github_annotations() {
    let said = mixed("test s --format github").status(1).run().stdout;
    insta::assert_snapshot!(said, @r"
    ::error file=s/b.yaml,line=6,col=5,title=Fails%2C 100%25%3A sure::expected granted, got no-second-factor (resting on P3.2 Q5 Q7)
    ::warning file=s/c.yaml,line=8,col=5,title=Waits::expected that `Late` holds, but it is pending (resting on P3.2 Q5 Q7)
    1 passed, 1 failed, 1 pending
    ");
}

#[test]
fn github_annotates_input_that_is_refused() {
    let wrong = but("sign-in,", "sign-in, acount: gwen,").replace("Wed", "Tue");
    let ran = mims_sim("test f.yaml --format github").file("f.yaml", wrong).status(2).run();
    insta::assert_snapshot!(ran.stdout, @r#"
    ::error file=f.yaml,line=5,col=10,endColumn=24,title=S108::`day` cannot be `Tue 2023-09-27`%0A2023-09-27 is a Wed, not a Tue%0Awrite a day such as `Wed 2023-09-27`
    ::error file=f.yaml,line=6,col=41,endColumn=47,title=S102::unknown key `acount` in a `sign-in` row%0Adid you mean `account`?%0A`sign-in` takes at, who, do, expect, resting-on, by-steps, account, via, computer, code-at, typed, code-typed, profile, as, prompted
    "#);
    assert_eq!(super::codes(&ran.stderr).len(), 2, "and a person reads it as ever");
    let ran = mims_sim("test nowhere.yaml --format github").status(2).run();
    assert!(ran.stdout.starts_with("::error title=S014::cannot read nowhere.yaml"), "{}", ran.stdout);
}

#[test]
fn junit_has_the_file_and_line_of_each_case() {
    let ran = mixed("test s --report out").status(1).run();
    let said = ran.folder.read("out/scenarios.junit.xml");
    let cases: Vec<&str> = said.lines().map(str::trim).filter(|line| line.starts_with("<testcase ")).collect();
    insta::assert_snapshot!(cases.join("\n"), @r#"
    <testcase name="Nobody set up" classname="s/a.yaml" file="s/a.yaml" line="1"/>
    <testcase name="Fails, 100%: sure" classname="s/b.yaml" file="s/b.yaml" line="6">
    <testcase name="Waits" classname="s/c.yaml" file="s/c.yaml" line="8">
    "#);
}

/// `mims-sim schema results` prints the committed schema, under which the output of `test` is valid.
#[test]
fn results_have_a_schema() {
    let said = mims_sim("schema results").run().stdout;
    let committed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/results.schema.json");
    assert!(said == std::fs::read_to_string(committed).unwrap(), "docs/results.schema.json is not what it prints");
    let validator = jsonschema::draft7::new(&serde_json::from_str(&said).unwrap()).unwrap();
    let policy = "policy: Later\nextends: guide-v1.1\nrules:\n  cutover: 2023-10-04 00:00\n";
    for args in ["", "--policy later"] {
        let tester = mixed(&format!("test s --format json {args}")).file("policies/later.yaml", policy);
        let found = GREEN.replace("Nobody set up", "Found").replace("given:", "finding: F9\ngiven:");
        let results: Value = serde_json::from_str(&tester.file("s/d.yaml", found).status(1).run().stdout).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&results).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(results["scenarios"][3]["shown"], true);
        let mut other = results.clone();
        other["scenarios"][0]["extra"] = Value::from(1);
        assert!(!validator.is_valid(&other), "an undocumented field");
        other["schema"] = Value::from(2);
        assert!(!validator.is_valid(&other));
    }
}

// What changed -------------------------------------------------------------------------------------------------------

/// A run that shows a finding, and expects the verdict `what` on its property.
fn finding(id: &str, what: &str) -> String {
    let property = format!(
        "properties:\n  \
         - {{name: Nobody is refused, never: {{do: sign-in, result: no-second-factor}}, expect: {what}}}\n"
    );
    and(&property).replace("Nobody set up", &format!("Shows {id}")).replace("given:", &format!("finding: {id}\ngiven:"))
}

/// The earlier results of four scenarios: one that passes, two findings, and one that is removed later.
fn before() -> String {
    let tester = mims_sim("test . --format json").file("a.yaml", GREEN).file("b.yaml", finding("F8", "violated"));
    let tester = tester.file("c.yaml", finding("F10", "violated"));
    tester.file("z.yaml", GREEN.replace("Nobody set up", "Old_one")).run().stdout
}

/// The later results: one scenario fails, one finding is gone, another is new.
fn later(args: &str) -> super::Tester {
    let tester = mims_sim(&format!("{args} --against before.json")).file("before.json", before());
    let fixed = finding("F8", "violated")
        .replace("Wed 2023-09-27", "Tue 2023-09-26")
        .replace("expect: no-second-factor}", "expect: granted}");
    tester
        .file("a.yaml", but("no-second-factor", "granted"))
        .file("moved/b.yaml", fixed)
        .file("c.yaml", finding("F10", "violated"))
        .file("d.yaml", finding("F21", "violated"))
}

#[test]
fn against_earlier_results_nothing_changed_is_0() {
    let tester = mims_sim("test a.yaml --against before.json --filter Nobody").file("before.json", before());
    let said = tester.file("a.yaml", GREEN).run().stdout;
    assert!(said.ends_with("\n\nagainst the earlier results: 0 verdicts changed, 0 other differences\n"), "{said}");
}

#[test]
fn against_earlier_results_what_changed_is_1() {
    let said = later("test .").status(1).run().stdout;
    insta::assert_snapshot!(said.split("\n\n").nth(1).unwrap(), @r#"
    Nobody set up
      passed → failed
    Shows F21
      new, passed
    Shows F8
      passed → failed
        moved/b.yaml:7: sign-in: no-second-factor → granted
        Nobody is refused: violated → holds
    Old_one
      gone, was passed
    against the earlier results: 4 verdicts changed, 0 other differences
    "#);
}

#[test]
fn a_summary_for_a_merge_request() {
    insta::assert_snapshot!(later("test . --format summary").status(1).run().stdout, @r#"
    **mims-sim: changes 4 verdicts; removes F8; adds F21** (2 passed, 2 failed)

    - passed → failed: Nobody set up (`a.yaml:6`)
    - new, passed: Shows F21 (`d.yaml:1`)
    - passed → failed: Shows F8 (`moved/b.yaml:9`)
    - gone, was passed: Old\_one (`z.yaml`)
    "#);
    let policy = "policy: Later\nextends: guide-v1.1\nrules:\n  cutover: 2023-10-04 00:00\n";
    let tester = mims_sim("test a.yaml b.yaml --format summary --policy later").file("policies/later.yaml", policy);
    let said = tester.file("a.yaml", GREEN).file("b.yaml", finding("F8", "violated")).status(1).run().stdout;
    insta::assert_snapshot!(said, @r#"
    **mims-sim: 2 passed, 0 failed**\
    **later: changes 2 verdicts of 2; removes F8**
    "#);
}

#[test]
fn a_summary_has_ten_lines_at_most() {
    let mut tester = mims_sim("test . --format summary");
    for n in 0..30 {
        let text = but("no-second-factor", "granted").replace("Nobody set up", &format!("Number {n}"));
        tester = tester.file(&format!("{n}.yaml"), text);
    }
    let said = tester.status(1).run().stdout;
    assert_eq!(said.lines().count(), 10, "{said}");
    assert!(said.ends_with("\n- … and 23 more\n"), "{said}");
}

#[test]
fn results_that_cannot_be_compared_are_2() {
    let said =
        |text: &str| mims_sim("test f.yaml --against r.json").file("f.yaml", GREEN).file("r.json", text).refused();
    assert!(said("{").starts_with("cannot compare with r.json: it is no JSON: "));
    assert_eq!(said("{}"), "cannot compare with r.json: it is no report of `mims-sim test`: it has no `schema`\n");
    assert_eq!(said(r#"{"schema": 2}"#), "cannot compare with r.json: its schema is 2, and this version reads 1\n");
    assert!(said(r#"{"schema": 1}"#).contains("it is no report of `mims-sim test`: missing field"));
    let none = mims_sim("test f.yaml --against r.json").file("f.yaml", GREEN).refused();
    assert!(none.starts_with("cannot compare with r.json: no such file"), "{none}");
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let said = |threads: &str| mixed("test s --format json").env("RAYON_NUM_THREADS", threads).status(1).run().stdout;
    let one = said("1");
    assert!(one == said("2") && one == said("4"));
}

// Reports ------------------------------------------------------------------------------------------------------------

#[test]
fn a_report_is_four_files_and_a_page_a_scenario_and_leaves_others_alone() {
    let ran = mixed("test s --report out").file("out/notes.txt", "mine\n").status(1).run();
    let files = ["notes.txt", "scenarios", "scenarios.html", "scenarios.json", "scenarios.junit.xml", "scenarios.md"];
    assert_eq!(ran.folder.list("out"), files);
    assert_eq!(ran.folder.list("out/scenarios"), ["s-a.html", "s-b.html", "s-c.html"]);
    assert_eq!(ran.folder.read("out/notes.txt"), "mine\n");
    for file in files[2..].iter().chain(&["scenarios/s-b.html"]) {
        let text = ran.folder.read(&format!("out/{file}"));
        assert!(text.contains("Fails, 100%: sure"), "{file}");
    }
    let json: Value = serde_json::from_str(&ran.folder.read("out/scenarios.json")).unwrap();
    assert_eq!(json["schema"], 1);
}

#[test]
fn a_report_makes_its_folder_and_replaces_the_one_before() {
    mims_sim("test f.yaml --report a/b/c").file("f.yaml", GREEN).run();
    let ran =
        mims_sim("test f.yaml --report out").file("f.yaml", GREEN).file("out/scenarios.md", "the one before").run();
    assert!(!ran.folder.read("out/scenarios.md").contains("the one before"));
}

#[test]
fn a_report_is_the_same_again() {
    let files = ["scenarios.html", "scenarios.json", "scenarios.junit.xml", "scenarios.md", "scenarios/s-a.html"];
    let once = mixed("test s --report out").status(1).run();
    let again = mixed("test s --report out").status(1).run();
    for file in files.map(|file| format!("out/{file}")) {
        assert!(once.folder.read(&file) == again.folder.read(&file), "{file}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_2() {
    let ran = mims_sim("test f.yaml --report f.yaml").file("f.yaml", GREEN).status(2).run();
    assert!(ran.stderr.starts_with("cannot write reports into f.yaml: "), "{}", ran.stderr);
    assert_eq!(ran.folder.read("f.yaml"), GREEN);
    // A foreign file is in the way: it stays, and nothing new is left behind, not even a folder.
    let tester = mims_sim("test f.yaml --report out").file("f.yaml", GREEN).file("out/scenarios.html/mine", "mine\n");
    let ran = tester.status(2).run();
    assert_eq!(ran.folder.list("out"), ["scenarios.html"]);
    assert_eq!(ran.folder.read("out/scenarios.html/mine"), "mine\n");
}

#[test]
fn no_report_of_input_that_is_refused() {
    let ran = mims_sim("test f.yaml --report out").file("f.yaml", but("sign-in", "sing-in")).status(2).run();
    assert_eq!(ran.folder.list("."), ["f.yaml", "policies"]);
}

#[test]
fn the_page_of_what_failed_says_expected_actual_rule_time_place_and_command() {
    let ran = mixed("test s --report out").status(1).run();
    let index = ran.folder.read("out/scenarios.html");
    assert!(index.contains("1 of 3 runs did not end as expected"));
    let (first, rest) = index.split_once("id=g0 ").unwrap();
    assert!(first.contains("expected granted, got no-second-factor") && !rest.contains("expected granted"));
    let page = ran.folder.read("out/scenarios/s-b.html");
    let (wrong, after) = page.split_once("Time line").unwrap();
    for part in [
        "expected granted, got no-second-factor",
        "Wed 27 Sep 2023 09:00:13, in virtual time",
        "<a href=#Q7>Q7</a> Not set up by the cutover",
        "s/b.yaml:6:5",
        "<mark>   6    - {at: 09:00, who: gwen, do: sign-in, expect: granted}</mark>",
        "mims-sim test s/b.yaml",
        "mims-sim explain s/b.yaml:6",
    ] {
        assert!(wrong.contains(part), "{part}\n{wrong}");
    }
    assert!(after.contains("<details open><summary>8 messages"), "the row that failed is unfolded");
}

#[test]
fn two_files_of_one_name_have_a_page_each() {
    let file = |title: &str| but("Nobody set up", title);
    let ran = mims_sim("test . --report out").file("a/s/x.yaml", file("A")).file("b/s/x.yaml", file("B")).run();
    assert_eq!(ran.folder.list("out/scenarios"), ["s-x-2.html", "s-x.html"]);
    assert!(ran.folder.read("out/scenarios.html").contains("href=\"scenarios/s-x-2.html\""));
}

#[test]
fn pages_ask_nothing_of_a_network_and_trust_no_script_but_their_own() {
    let ran = mixed("test s --report out").status(1).run();
    for file in ["out/scenarios.html", "out/scenarios/s-a.html", "out/scenarios/s-b.html"] {
        let page = ran.folder.read(file);
        assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"), "{file}");
        let calls = ["http:", "https:", "src=", "@import", "url(", " onclick", " onload", " style="];
        // A library says where it is from, in a comment.
        let page = page.replace("script-src=", "").replace("/*! https://github.com/leeoniya/uFuzzy", "");
        for call in calls {
            assert!(!page.contains(call), "{file}: {call}");
        }
    }
}

#[test]
fn what_an_author_writes_is_no_markup() {
    let title = "\"<script>alert(1)</script> & | `x`\"";
    let text = but("Nobody set up", title).replace("no-second-factor", "granted");
    let ran = mims_sim("test f.yaml --report out").file("f.yaml", text).status(1).run();
    for file in ["out/scenarios.html", "out/scenarios.junit.xml", "out/scenarios/f.html"] {
        assert!(!ran.folder.read(file).contains("<script>alert"), "{file}");
    }
}

// Pipes and colour ---------------------------------------------------------------------------------------------------

#[test]
fn a_pipe_gets_no_escape_codes() {
    // Every run here writes to a pipe, so that its output must have no escape codes, whatever these variables ask for.
    for (key, value) in [("NO_COLOR", "1"), ("NO_COLOR", ""), ("TERM", "xterm-256color"), ("COLORTERM", "truecolor")] {
        mixed("test s").env(key, value).status(1).run();
        mixed("test s --format github").env(key, value).status(1).run();
        mims_sim("test f.yaml").env(key, value).file("f.yaml", "").refused();
        mims_sim("--help").env(key, value).run();
        mims_sim("wibble").env(key, value).refused();
    }
}

#[test]
fn a_pipe_that_nobody_reads_is_no_fault() {
    for args in [
        "words",
        "words --markdown",
        "schema",
        "schema results",
        "completions bash",
        "--help",
        "test --help",
        "test f.yaml",
        "test f.yaml --format json",
        "explain f.yaml",
        "validate f.yaml",
    ] {
        let (status, stderr) = mims_sim(args).file("f.yaml", GREEN).unread();
        assert_eq!((status, stderr.as_str()), (Some(0), ""), "{args}");
    }
    let (status, _) = mims_sim("test f.yaml").file("f.yaml", but("no-second-factor", "granted")).unread();
    assert_eq!(status, Some(1), "the verdict stays what it is");
}

#[test]
fn a_title_cannot_draw_on_the_terminal() {
    let text = but("Nobody set up", "\"A\\e[31m\\nok      B\"");
    let ran = mims_sim("test f.yaml").file("f.yaml", text).run();
    assert_eq!(ran.stdout.lines().count(), 2, "{:?}", ran.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status =
        std::process::Command::new(env!("CARGO_BIN_EXE_mims-sim")).arg("schema").stdout(full).status().unwrap();
    assert_ne!(status.code(), Some(0));
}
