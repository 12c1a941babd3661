//! Tests of exit codes, of the commands `validate`, `explain`, `words` and `schema`, of help and of bad usage.

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
    1 passed, 0 failed; 1 expectation
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
    0 passed, 1 failed; 1 expectation
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
    1 passed, 0 failed; 1 expectation

    Nobody set up
      under later: passed → failed
        f.yaml:6: sign-in: no-second-factor → granted  [P3.2 P5 Q1 Q5 A25]
    later: 1 of 1 verdict flipped, 1 row ended differently
    ");
    mims_sim("test f.yaml --policy guide-v1.1").file("f.yaml", GREEN).says("0 of 1 verdict flipped").run();
    let tester = mims_sim("test f.yaml --policy later --coverage").file("f.yaml", GREEN).env("COLUMNS", "40");
    let ran = tester.file("policies/later.yaml", policy).status(1).run();
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 40), "{}", ran.stdout);
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

/// Two people on two days.
const DAYS: &str = "scenario: Two days
given: {people: {gwen: {}, asha: {}}}
when:
  - day: Tue 2023-09-26
  # She is early.
  - {at: 09:00, who: asha, do: enrol}  # at her desk
  - {at: 09:20, who: gwen, do: sign-in, expect: granted}
  - day: Wed 2023-09-27
  - {at: 09:00, who: gwen, do: sign-in, expect: no-second-factor}
  - {at: 09:30, who: asha, do: sign-in, expect: granted}
";

fn explain(args: &str) -> super::Tester {
    mims_sim(&format!("explain f.yaml {args}")).file("f.yaml", DAYS)
}

#[test]
fn explain_tells_one_step_with_what_its_author_says() {
    insta::assert_snapshot!(explain("--step 1").run().stdout, @r#"
    Two days
    policy guide-v1.1, 4 steps

    Step 1 of 4, line 6
      # She is early.
      # at her desk
    Tue 26 Sep 2023: asha: enrol → done, at 09:00:57
      before: second factor: none
      before: devices that answer: nobody
      before: password known to: asha
      before: password: their own
      before: wrong factors in a row: 0
      before: locked: no
      before: OTPs go to: asha's CES mailbox
      before: portal session: none
      before: Workspace session: none
      09:00:03  browser → MIMS Portal: visit portal
      09:00:03  MIMS Portal → browser: page: MIMS sign-in
                password known: granted  [S1.1]
      09:00:11  browser → MIMS Portal: login ID and password
                portal sign in: granted  [S1.1 S2.1 A5]
      09:00:11  MIMS Portal → browser: page: Applications
      09:00:13  browser → MIMS Portal: tile MIMS Identity Portal
                portal session: granted  [A14 A15]
                tile self service: granted  [S1.2]
      09:00:13  MIMS Portal → MIMS Identity Portal: arrive
      09:00:13  MIMS Identity Portal → browser: page: Setup 2FA
      09:00:15  browser → MIMS Identity Portal: open setup
                portal session: granted  [A14 A15]
                open setup: the login ID is asked again  [P3.1 S1.3 A10]
      09:00:15  MIMS Identity Portal → browser: page: the login ID again
      09:00:20  browser → MIMS Identity Portal: login id
                portal session: granted  [A14 A15]
                login id again: granted  [S1.4]
                gate: a code is asked  [S1.5]
      09:00:20  MIMS Identity Portal → browser: page: chain Email OTP
      09:00:22  browser → MIMS Identity Portal: next otp
                portal session: granted  [A14 A15]
      09:00:22  MIMS Identity Portal → Email OTP server: send otp
                request otp: in 4 s  [S1.5 A3 A4]
      09:00:22  Email OTP server → MIMS Identity Portal: OTP #1 was sent
      09:00:22  MIMS Identity Portal → browser: page: OTP #1 sent to asha's CES mailbox
      09:00:26  Email OTP server → mailbox: mail with OTP #1
                read mail: granted  [S1.5 S1.6]
      09:00:35  browser → MIMS Identity Portal: OTP #1
                portal session: granted  [A14 A15]
      09:00:35  MIMS Identity Portal → Email OTP server: OTP #1
                enter otp: granted  [S1.6 A3]
      09:00:35  Email OTP server → MIMS Identity Portal: right
                portal session: granted  [A14 A15]
                authenticators: granted  [S1.7 A9 A10]
      09:00:35  MIMS Identity Portal → browser: page: authenticators, none enrolled
      09:00:37  browser → MIMS Identity Portal: show qr
                portal session: granted  [A14 A15]
                authenticators: granted  [S1.7 A9 A10]
                show qr: granted  [S1.7 S1.8 A13]
      09:00:37  MIMS Identity Portal → browser: page: QR code
                scan qr: granted  [P6 S1.8 A12]
      09:00:48  browser → MIMS Identity Portal: save
                portal session: granted  [A14 A15]
                authenticators: granted  [S1.7 A9 A10]
                save token: granted  [S1.9 S1.10 Q13 A11 A12 A13]
      09:00:48  MIMS Identity Portal → browser: page: saved
                device held: granted  [P5]
      09:00:54  browser → MIMS Identity Portal: test
                portal session: granted  [A14 A15]
                authenticators: granted  [S1.7 A9 A10]
                test token: granted  [S1.11 S1.12 S1.13 S1.14]
      09:00:54  MIMS Identity Portal → browser: page: passed the test
      09:00:57  browser → MIMS Portal: logout
                sign out portal: granted  [S1.15]
      09:00:57  MIMS Portal → MIMS Identity Portal: logged out
      09:00:57  MIMS Portal → browser: page: logged out of the portal
      after: second factor: none → soft token (Google Authenticator, tested)
      after: devices that answer: nobody → asha
                rests on: P3.1 P5 P6 S1.1 S1.2 S1.3 S1.4 S1.5 S1.6 S1.7 S1.8 S1.9 S1.10 S1.11 S1.12 S1.13 S1.14 S1.15
                  S2.1 Q13 A3 A4 A5 A9 A10 A11 A12 A13 A14 A15

    on: --step 2
    "#);
}

#[test]
fn explain_steps_forwards_and_back() {
    let first = |said: &str| said.lines().find(|l| l.starts_with("Step ")).unwrap_or_default().to_owned();
    for (step, line) in [
        ("1", "Step 1 of 4, line 6"),
        ("4", "Step 4 of 4, line 10"),
        ("-1", "Step 4 of 4, line 10"),
        ("-4", "Step 1 of 4, line 6"),
    ] {
        assert_eq!(first(&explain(&format!("--step {step}")).run().stdout), line, "{step}");
    }
    assert!(explain("--step 2").run().stdout.ends_with("\nback: --step 1; on: --step 3\n"));
    assert!(explain("--step -1").run().stdout.ends_with("\nback: --step 3\n"));
    for step in ["0", "5", "-5"] {
        let said = explain(&format!("--step {step}")).refused();
        assert_eq!(said, format!("no step {step}: they go from 1 to 4, or from -1, the last, back to -4\n"));
    }
    explain("--step two").refused();
}

#[test]
fn explain_at_a_time() {
    let steps = |args: &str, time: &str| -> Vec<String> {
        let said = explain(args).arg("--at").arg(time).run().stdout;
        said.lines().filter_map(|l| l.strip_prefix("Step ")).map(|l| l[..1].to_owned()).collect()
    };
    assert_eq!(steps("", "2023-09-26 09:00:30"), ["1"], "under way");
    assert_eq!(steps("", "2023-09-26 20:00"), ["2"], "the last before");
    assert_eq!(steps("", "2024-01-01 00:00"), ["4"]);
    assert_eq!(
        explain("").arg("--at").arg("2023-09-26 08:59").refused(),
        "nothing has happened yet at 2023-09-26 08:59\n"
    );
    let said = explain("--at 09:00").refused();
    assert_eq!(
        said,
        "`--at 09:00` needs the day too, as in `--at \"2023-09-27 08:30\"`: there are 2023-09-26, 2023-09-27\n"
    );
    assert!(explain("--at noon").refused().starts_with("`noon` is no time; write it as"));
    mims_sim("explain f.yaml --at 09:00:05").file("f.yaml", GREEN).says("Step 1 of 1, line 6").run();
}

#[test]
fn explain_of_one_account() {
    let said = explain("--account gwen").run().stdout;
    assert!(said.contains("Step 2 of 4") && said.contains("Step 3 of 4") && !said.contains("Step 1 of 4"), "{said}");
    explain("--account gwen --step -1").says("Step 3 of 4").run();
    assert_eq!(explain("--account gwn").refused(), "no account `gwn`: did you mean `gwen`?\n");
}

#[test]
fn explain_fits_a_narrow_terminal() {
    let said = explain("--step 3").env("COLUMNS", "40").run().stdout;
    insta::assert_snapshot!(said, @r#"
    Two days
    policy guide-v1.1, 4 steps

    Step 3 of 4, line 9
    Wed 27 Sep 2023: gwen: sign-in →
      no-second-factor, at 09:00:13
      before: second factor: none
      before: devices that answer: nobody
      before: password known to: gwen
      before: password: their own
      before: wrong factors in a row: 0
      before: locked: no
      before: OTPs go to: gwen's CES mailbox
      before: portal session: none
      before: Workspace session: none
      09:00:03  browser → MIMS Portal: visit
        portal
      09:00:03  MIMS Portal → browser: page:
        MIMS sign-in
                password known: granted
                 [S1.1]
      09:00:11  browser → MIMS Portal: login
        ID and password
                portal sign in: granted
                 [S1.1 S2.1 A5]
      09:00:11  MIMS Portal → browser: page:
        Applications
      09:00:13  browser → MIMS Portal: tile
        iCON
                portal session: granted
                 [A14 A15]
      09:00:13  MIMS Portal → MIMS Identity
        Portal: factors asked
      09:00:13  MIMS Identity Portal → MIMS
        Portal: nothing is enrolled
                prompt: granted  [Q6 A35]
                launch icon: refused,
                 no-second-factor  [P3.2 Q5
                 Q7]
      09:00:13  MIMS Portal → browser: page:
        refused: no-second-factor
      after: portal session: none → gwen
      refused: no-second-factor (No second
        factor is set up)
        P3.2  From 27 Sep 2023 staff sign in
          to iCON through MIMS with 2FA.
        Q5  Set-up advised by 26 Sep 2023;
          required from 27 Sep 2023.
        Q7  Not set up by the cutover:
          sign-in to iCON fails until
          Section 1 is done.

    back: --step 2; on: --step 4
    "#);
    for args in ["explain f.yaml", "test f.yaml", "words", "words sign-in"] {
        let failed = DAYS.replace("no-second-factor", "granted");
        let ran = mims_sim(args).env("COLUMNS", "40").file("f.yaml", failed);
        let said = if args.starts_with("test") { ran.status(1).run() } else { ran.run() }.stdout;
        for line in said.lines().filter(|line| line.chars().count() > 40) {
            assert!(line.trim().split(' ').all(|word| word.chars().count() + 13 > 40), "{args}: {line}");
        }
    }
}

#[test]
fn errors_fit_a_narrow_terminal() {
    let said = mims_sim("test f.yaml").env("COLUMNS", "40").file("f.yaml", but("expect: no", "expct: no")).refused();
    insta::assert_snapshot!(said, @r#"
    error[S102]: unknown key `expct` in a
      `sign-in` row
     --> f.yaml:6:41
      |
    6 | ...sign-in, expct: no-second-factor}
      |             ^^^^^ did you mean `expect`?
      = help: `sign-in` takes at, who, do,
        expect, resting-on, by-steps,
        account, via, computer, code-at,
        typed, code-typed, profile, as,
        prompted

    1 error; nothing was run
    "#);
}

/// Output to a real terminal of 40 columns, if the program `script` is there to make one.
#[cfg(target_os = "linux")]
#[test]
fn a_real_terminal_gets_its_width_and_colour() {
    let tester = explain("--step 3");
    let run = |colour: &str| {
        let tool = env!("CARGO_BIN_EXE_mims-sim");
        let line = format!("stty cols 40 rows 30; {colour} {tool} explain f.yaml --step 3");
        let mut script = std::process::Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).current_dir(tester.path(".")).env("TERM", "xterm");
        script.env_remove("NO_COLOR").env_remove("COLUMNS").stdin(std::process::Stdio::null());
        script.output().ok().map(|out| String::from_utf8(out.stdout).unwrap().replace('\r', ""))
    };
    let Some(said) = run("") else { return };
    assert!(said.contains("\u{1b}[1mStep 3 of 4, line 9\u{1b}[0m\n"), "{said}");
    assert!(said.contains("\u{1b}[31mrefused: no-second-factor"), "{said}");
    let bare = run("NO_COLOR=1").unwrap();
    assert!(!bare.contains('\u{1b}'), "{bare}");
    assert!(bare.lines().all(|line| line.chars().count() <= 40), "{bare}");
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

/// OPA has another token while the last one has not been handed over; that must not be waited for endlessly.
#[test]
fn a_run_ends_though_a_token_lies() {
    let text = "scenario: S
given: {people: {gwen: {phone: none}, opa: {role: opa, hard-token: true}}}
when:
  - day: Mon 2023-09-18
  - {at: 09:00, who: gwen, do: request-hard-token, of: opa, expect: waiting}
";
    mims_sim("test s.yaml").file("s.yaml", text).says("1 passed, 0 failed").run();
}
