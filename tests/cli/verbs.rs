//! Exit codes, and the verbs beside `test`: `validate`, `explain`, `words`, `schema`, help and bad usage.

use super::{GREEN, and, but, codes, mims_sim};
use std::fs;
use std::path::Path;

/// A property whose deadline lies past the end of [`GREEN`].
const LATE: &str = "properties:
  - {name: Late, whenever: {do: sign-in}, eventually: {do: enrol}, by: end of next working day}
";

// Exit codes ---------------------------------------------------------------------------------------------------------

#[test]
fn all_as_expected_is_0() {
    let ran = mims_sim("test f.yaml").file("f.yaml", GREEN).run();
    insta::assert_snapshot!(ran.stdout, @r"
    ok      Nobody set up
    1 passed, 0 failed; 1 expectations
    ");
}

#[test]
fn a_failed_expectation_is_1() {
    let ran = mims_sim("test f.yaml").file("f.yaml", but("no-second-factor", "granted")).status(1).run();
    insta::assert_snapshot!(ran.stdout, @r"
    FAILED  Nobody set up
            f.yaml:6:5: expected granted, got no-second-factor
              | - {at: 09:00, who: gwen, do: sign-in, expect: granted}
              at Wed 27 Sep 2023 09:00:13, resting on P3.2 Q5 Q7
            why: mims-sim explain f.yaml:6
    0 passed, 1 failed; 1 expectations
    ");
}

#[test]
fn the_wrong_reason_is_1() {
    let text = but("no-second-factor", "wrong-password");
    mims_sim("test f.yaml").file("f.yaml", text).status(1).says("expected wrong-password, got no-second-factor").run();
    let text = but("factor}", "factor, resting-on: G2}");
    mims_sim("test f.yaml").file("f.yaml", text).status(1).says("0 passed, 1 failed").says("G2").run();
}

#[test]
fn a_state_that_is_otherwise_is_1() {
    let then = "then:\n  - {account: gwen, can-sign-in: [gwen]}\n";
    mims_sim("test f.yaml").file("f.yaml", and(then)).status(1).says("f.yaml:8:5: expected gwen").run();
}

#[test]
fn a_vacuous_property_is_1() {
    let text = "properties:\n  - {name: Never, never: {do: enrol}}\n";
    mims_sim("test f.yaml").file("f.yaml", and(text)).status(1).says("`Never`").says("vacuous").run();
    let text = "properties:\n  - {name: Never, never: {do: enrol}, allow-vacuous: true}\n";
    mims_sim("test f.yaml").file("f.yaml", and(text)).run();
}

#[test]
fn a_violated_property_is_1_unless_expected() {
    let text = "properties:\n  - {name: Never, never: {do: sign-in}}\n";
    mims_sim("test f.yaml").file("f.yaml", and(text)).status(1).says("violated").run();
    let text = "properties:\n  - {name: Never, never: {do: sign-in}, expect: violated}\n";
    mims_sim("test f.yaml").file("f.yaml", and(text)).run();
}

#[test]
fn too_little_coverage_is_1() {
    let least = mims_sim("test f.yaml --coverage-min 100").file("f.yaml", GREEN).status(1);
    least.says("1 passed").complains("% of the behavioural clauses fired, where 100 % are wanted\n").run();
    mims_sim("test f.yaml --coverage-min 1").file("f.yaml", GREEN).run();
}

#[test]
fn a_verdict_that_flips_under_a_candidate_is_1() {
    let tester = mims_sim("test f.yaml --policy later").file("f.yaml", GREEN);
    let policy = "policy: Later\nextends: guide-v1.1\nrules:\n  cutover: 2023-10-04 00:00\n";
    let ran = tester.file("policies/later.yaml", policy).status(1).run();
    insta::assert_snapshot!(ran.stdout, @r"
    ok      Nobody set up
    1 passed, 0 failed; 1 expectations

    Nobody set up
      under later: passed → failed
        f.yaml:6: sign-in: no-second-factor → granted  [P3.2 P5 Q1 Q5 A25]
    later: 1 of 1 verdicts flip, 1 rows end otherwise
    ");
    mims_sim("test f.yaml --policy guide-v1.1").file("f.yaml", GREEN).says("0 of 1 verdicts flip").run();
}

#[test]
fn an_unknown_candidate_is_2() {
    let said = mims_sim("test f.yaml --policy guide-v1.2").file("f.yaml", GREEN).refused();
    assert_eq!(said, "no policy `guide-v1.2`: did you mean `guide-v1.1`?\n");
}

#[test]
fn a_missing_file_is_2() {
    for verb in ["test", "validate", "explain"] {
        let said = mims_sim(verb).arg("nowhere.yaml").refused();
        assert!(said.starts_with("error[S014]: cannot read nowhere.yaml: no such file"), "{said}");
    }
    assert_eq!(codes(&mims_sim("test").refused()), ["S014"], "the folder `scenarios` is meant, and not there");
}

#[test]
fn bad_usage_is_2() {
    for args in ["wibble", "test --wibble", "test --coverage-min 101", "test --format xml", "explain", "test --filter"]
    {
        let said = mims_sim(args).refused();
        assert!(said.starts_with("error: "), "{args}: {said}");
    }
}

#[test]
fn no_command_is_2_and_shows_the_help() {
    let said = mims_sim("").refused();
    assert!(said.contains("Usage: mims-sim") && said.contains("Exit codes:"), "{said}");
}

#[test]
fn nothing_to_run_is_3() {
    assert_eq!(
        mims_sim("test folder").empty("folder").nothing(),
        "nothing to run: no scenario here, or none that matches\n"
    );
    mims_sim("test folder").file("folder/notes.txt", "no scenario").nothing();
    mims_sim("test policies").file("policies/p.yaml", "policy: P\n").nothing();
    assert_eq!(
        mims_sim("validate folder").empty("folder").nothing(),
        "nothing to validate: no file here ends in .yaml\n"
    );
    mims_sim("explain folder").empty("folder").nothing();
}

#[test]
fn a_filter_or_tag_that_matches_nothing_is_3() {
    mims_sim("test f.yaml --filter everybody").file("f.yaml", GREEN).nothing();
    mims_sim("test f.yaml --tag cutover").file("f.yaml", GREEN).nothing();
}

#[test]
fn a_filter_and_a_tag_pick() {
    let other = but("Nobody set up", "Another").replace("given:", "tags: [cutover]\ngiven:");
    let tester = |args: &str| mims_sim(args).file("a.yaml", GREEN).file("b.yaml", &other);
    assert!(!tester("test . --filter Nobody").says("1 passed").run().stdout.contains("Another"));
    assert!(!tester("test . --tag cutover").says("1 passed").run().stdout.contains("Nobody"));
    tester("test . --tag cutover --tag wibble").says("1 passed").run();
    tester("test .").says("2 passed").run();
}

#[test]
fn something_pending_is_4_under_strict_only() {
    mims_sim("test f.yaml").file("f.yaml", and(LATE)).says("1 pending").run();
    mims_sim("test f.yaml --strict").file("f.yaml", and(LATE)).says("1 pending").status(4).run();
    mims_sim("test f.yaml --strict").file("f.yaml", GREEN).run();
    let both = and(LATE).replace("no-second-factor", "granted");
    mims_sim("test f.yaml --strict").file("f.yaml", both).status(1).run();
}

// Validate and explain -----------------------------------------------------------------------------------------------

#[test]
fn validate_counts_files_of_all_kinds() {
    mims_sim("validate .")
        .file("f.yaml", GREEN)
        .file("policies/p.yaml", "policy: P\n")
        .file("properties/q.yaml", "properties: Q\nlist:\n  - {name: N, never: {do: enrol}}\n")
        .says("3 files are fine\n")
        .run();
}

#[test]
fn validate_runs_nothing() {
    mims_sim("validate f.yaml").file("f.yaml", but("no-second-factor", "granted")).says("1 file is fine\n").run();
}

#[test]
fn explain_shows_every_row_of_a_file() {
    let more = "  - {at: 09:10, who: dee, do: sign-in, expect: no-second-factor}\n";
    let ran = mims_sim("explain f.yaml").file("f.yaml", and(more)).run();
    for part in ["gwen: sign-in → no-second-factor", "dee: sign-in → no-second-factor", "[P3.2 Q5 Q7]", "  before: "]
    {
        assert!(ran.stdout.contains(part), "{part}\n{}", ran.stdout);
    }
}

#[test]
fn explain_shows_one_row() {
    let more = "  - {at: 09:10, who: dee, do: sign-in, expect: no-second-factor}\n";
    let ran = mims_sim("explain f.yaml:7").file("f.yaml", and(more)).says("dee: sign-in → no-second-factor").run();
    assert!(!ran.stdout.contains("gwen"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Q7  Not set up by the cutover"), "{}", ran.stdout);
}

#[test]
fn explain_of_a_line_without_a_row_is_2() {
    for line in ["1", "5", "7", "99", "0"] {
        let said = mims_sim(&format!("explain f.yaml:{line}")).file("f.yaml", GREEN).refused();
        assert_eq!(said, format!("no row of the timeline begins at line {line} of f.yaml; rows begin at 6\n"));
    }
    mims_sim("explain f.yaml:six").file("f.yaml", GREEN).refused();
}

#[test]
fn explain_is_what_test_says_it_is() {
    for more in ["then:\n  - {account: gwen, can-sign-in: [gwen]}\n", "properties:\n  - {never: {do: enrol}}\n"] {
        let ran = mims_sim("test f.yaml").file("f.yaml", and(more)).status(1).run();
        let why = ran.stdout.lines().find_map(|l| l.trim().strip_prefix("why: mims-sim ")).unwrap();
        mims_sim(why).file("f.yaml", and(more)).run();
    }
}

// Words, schema and help ---------------------------------------------------------------------------------------------

#[test]
fn words_looks_a_word_up() {
    mims_sim("words sign-in").says("sign-in (acts)\n").says("needs at, who, do, expect\n").run();
    mims_sim("words Q7").says("Q7 (clauses)\n").run();
    mims_sim("words cutover").says("cutover (rules)\n").run();
    mims_sim("words acts").says("  forgot-password").run();
    let all = mims_sim("words").run().stdout;
    for group in ["acts", "steps", "keys", "reasons", "rules", "clauses"] {
        assert!(all.lines().any(|line| line == group), "{group}");
    }
}

#[test]
fn words_names_every_key_once() {
    let said = mims_sim("words sign-in").run().stdout;
    let listed = |what| said.lines().find_map(|l| l.trim().strip_prefix(what)).unwrap();
    let mut keys: Vec<&str> = listed("needs ").split(", ").chain(listed("takes ").split(", ")).collect();
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert!(keys.contains(&"expect") && keys.contains(&"via") && keys.len() == count, "{said}");
}

#[test]
fn a_misspelt_word_has_a_neighbour() {
    assert_eq!(mims_sim("words sing-in").refused(), "no word `sing-in`: did you mean `sign-in`?\n");
    let said = mims_sim("words xyzzyplugh").refused();
    assert!(said.starts_with("no word `xyzzyplugh`: the groups are acts, "), "{said}");
}

#[test]
fn the_schema_is_json_and_the_committed_one() {
    let said = mims_sim("schema").run().stdout;
    let schema: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert!(schema.get("oneOf").is_some(), "{said}");
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/scenario.schema.json");
    assert!(
        said == fs::read_to_string(committed).unwrap(),
        "scenarios/scenario.schema.json is not what `schema` prints"
    );
}

#[test]
fn the_help_prints_the_exit_codes() {
    for args in ["--help", "-h", "help", "test --help"] {
        let said = mims_sim(args).run().stdout;
        for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "70 "] {
            let line = |l: &str| l.starts_with(&format!("  {code}"));
            assert!(
                said.split("Exit codes:\n").nth(1).is_some_and(|codes| codes.lines().any(line)),
                "{args}: {code}\n{said}"
            );
        }
    }
    mims_sim("--version").says(concat!("mims-sim ", env!("CARGO_PKG_VERSION"), "\n")).run();
}

// Explore ------------------------------------------------------------------------------------------------------------

/// A start from which a sign-in can be refused.
const START: &str = "scenario: A start
given: {people: {gwen: {}}}
explore: {acts: [sign-in, enrol], from: 2023-09-27 08:00, to: 2023-09-27 18:00, rows: 4}
properties:
  - {name: Nobody is refused, never: {do: sign-in, result: no-second-factor}}
";

#[test]
fn explore_finds_writes_and_never_overwrites() {
    let ran = mims_sim("explore f.yaml --runs 500 --out found").file("f.yaml", START).status(1).run();
    assert!(ran.stdout.contains("violated: Nobody is refused (in 1 rows") || ran.stdout.contains("in 1 row"));
    let other = mims_sim("explore f.yaml --runs 500 --out found")
        .file("f.yaml", START)
        .file("found/nobody-is-refused.yaml", "mine")
        .status(2)
        .run();
    assert!(other.stderr.contains("is there already"), "{}", other.stderr);
}

#[test]
fn explore_says_how_much_it_tried_and_5_where_it_found_less_than_expected() {
    let expects = START
        .replace("result: no-second-factor", "result: wrong-answers, via: portal")
        .replace("via: portal}}", "via: portal}, expect: violated}");
    let ran = mims_sim("explore f.yaml --runs 200").file("f.yaml", expects).status(5).run();
    assert!(ran.stdout.contains("which proves nothing"), "{}", ran.stdout);
}

#[test]
fn a_start_without_a_block_is_told() {
    mims_sim("explore f.yaml").file("f.yaml", GREEN).refused();
    mims_sim("test f.yaml").file("f.yaml", START).status(3).run();
}
