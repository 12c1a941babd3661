//! Tests of files with errors of form: bytes, YAML, keys, types and texts. Each is refused with its place.

use super::{GREEN, and, but, codes, mims_sim, refusal};

#[test]
fn the_scenario_that_all_others_vary_is_green() {
    mims_sim("test f.yaml").file("f.yaml", GREEN).says("1 passed, 0 failed; 1 expectation\n").run();
    mims_sim("validate f.yaml").file("f.yaml", GREEN).says("1 file is fine\n").run();
}

// The file and its YAML ----------------------------------------------------------------------------------------------

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(refusal(""), @r"
    error[S001]: this file is empty
     --> f.yaml:1:1
      |
    1 |
      | ^ nothing to read
      = help: the first key says what the file is, as in `scenario: What it shows`

    1 error; nothing was run
    ");
}

#[test]
fn only_comments() {
    insta::assert_snapshot!(refusal("# later\n"), @r"
    error[S001]: this file holds only comments
     --> f.yaml:1:1
      |
    1 | # later
      | ^ nothing to read
      = help: the first key says what the file is, as in `scenario: What it shows`

    1 error; nothing was run
    ");
}

#[test]
fn not_yaml() {
    insta::assert_snapshot!(refusal("scenario: [A\nwhen: }\n"), @r"
    error[S005]: a `:` where no key can stand
     --> f.yaml:2:5
      |
    1 | scenario: [A
      |           - this bracket is still open
    2 | when: }
      |     ^ this colon makes a second key
      = help: put the value in quotes if the colon belongs to it

    1 error; nothing was run
    ");
}

#[test]
fn prose() {
    insta::assert_snapshot!(refusal("Dear Asha, please sign in.\n"), @r"
    error[S012]: the top level of a file must be `key: value` lines
     --> f.yaml:1:1
      |
    1 | Dear Asha, please sign in.
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^ this is a single value
      = help: the first key says what the file is, as in `scenario: What it shows`

    1 error; nothing was run
    ");
}

#[test]
fn a_bracket_that_stays_open() {
    let said = refusal(but("no-second-factor}", "no-second-factor"));
    assert_eq!(codes(&said), ["S005"]);
    assert!(said.contains("    - this bracket is still open "), "{said}");
}

#[test]
fn the_place_in_the_head_is_the_one_that_is_marked() {
    let said = refusal(but("no-second-factor}", "no-second-factor"));
    assert!(said.contains("--> f.yaml:6:"), "{said}");
}

#[test]
fn not_utf_8() {
    insta::assert_snapshot!(refusal(b"scenario: caf\xe9\n"), @r"
    error[S002]: this file is not UTF-8: see byte offset 13, in line 1
     --> f.yaml:1:14
      |
    1 | scenario: caf�
      |              ^ the byte 0xE9 has no meaning here
      = help: save it again with the encoding UTF-8

    1 error; nothing was run
    ");
    assert_eq!(codes(&refusal([0xff, 0xfe, b's', 0])), ["S002"]);
    assert_eq!(codes(&refusal(b"\xff".repeat(100_000))), ["S002"]);
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    for text in ["\0", "scenario: \u{1b}[2Jx\n", "scenario: \"\\e[31m\"\nsc\u{7}: 1\n", "\u{1b}]0;x\u{7}: 1\n"] {
        let said = refusal(text);
        assert!(said.chars().all(|c| c == '\n' || !c.is_control()), "{said:?}");
    }
}

#[test]
fn ten_megabytes_of_brackets() {
    let said = refusal("[".repeat(10_000_000));
    assert_eq!(codes(&said), ["S010"]);
    assert!(said.len() < 2_000, "{} bytes", said.len());
}

#[test]
fn ten_megabytes_in_other_shapes() {
    for piece in ["{", "- ", "a: {", "? ", "'", "\"", "!", "&a ", "*a ", "#", "a", "a: ", "- - ", "%", "\n", "|\n"] {
        let said = refusal(piece.repeat(10_000_000 / piece.len()));
        assert!(!codes(&said).is_empty() && said.len() < 500_000, "{piece:?}: {} bytes", said.len());
    }
}

#[test]
fn a_file_that_is_too_large() {
    let said = mims_sim("test f.yaml").file("f.yaml", "#".repeat(16 * 1024 * 1024 + 1)).refused();
    insta::assert_snapshot!(said, @r"
    error[S003]: this file has 16777217 bytes, more than 16777216
    --> f.yaml
     = help: split it into several files, or check that it is the file you meant

    1 error; nothing was run
    ");
}

#[test]
fn an_alias_bomb() {
    let mut bomb = "scenario: Bomb\na0: &a0 [x, x]\n".to_owned();
    for i in 1..40 {
        bomb += &format!("a{i}: &a{i} [*a{0}, *a{0}]\n", i - 1);
    }
    let said = refusal(bomb);
    assert!(codes(&said).iter().all(|code| *code == "S008"), "{said}");
    insta::assert_snapshot!(refusal("scenario: Bomb\ntags: &a [x]\ncites: *a\n"), @r"
    error[S008]: anchors (`&name`) are not used in these files
     --> f.yaml:2:7
      |
    2 | tags: &a [x]
      |       ^ an anchor
      = help: write the value out where it is needed: with no anchors a file can never grow when it is read

    error[S008]: aliases (`*name`) are not used in these files
     --> f.yaml:3:8
      |
    3 | cites: *a
      |        ^^ an alias
      = help: write the value out; if a text was meant that begins with `*`, put it in quotes

    2 errors; nothing was run
    ");
}

#[test]
fn a_merge_key_and_a_tag() {
    insta::assert_snapshot!(refusal(but("gwen: {}", "gwen: {<<: {}, answers: !!str set}")), @r"
    error[S008]: merge keys (`<<`) are not used in these files
     --> f.yaml:3:19
      |
    3 |   people: {gwen: {<<: {}, answers: !!str set}, dee: {role: local-administrator}}
      |                   ^^ a merge key
      = help: write the keys out where they are needed

    error[S009]: YAML tags (`!!str`) are not used in these files
     --> f.yaml:3:36
      |
    3 |   people: {gwen: {<<: {}, answers: !!str set}, dee: {role: local-administrator}}
      |                                    ^ a tag
      = help: leave it out; if a text was meant that begins with `!`, put it in quotes

    2 errors; nothing was run
    ");
}

#[test]
fn tabs() {
    insta::assert_snapshot!(refusal(but("  people", "\tpeople")), @r"
    error[S004]: a tab is used for indentation
     --> f.yaml:3:1
      |
    3 |  people: {gwen: {}, dee: {role: local-administrator}}
      | ^ a tab
      = help: YAML is indented with spaces: replace each tab by two spaces

    1 error; nothing was run
    ");
}

#[test]
fn two_documents() {
    insta::assert_snapshot!(refusal(and("---\nscenario: Another\n")), @r"
    error[S007]: a file holds one document only
     --> f.yaml:7:1
      |
    7 | ---
      | ^^^ a second document starts here
      = help: remove the `---`, or put what follows into a file of its own

    1 error; nothing was run
    ");
}

#[test]
fn a_duplicate_key() {
    insta::assert_snapshot!(refusal(but("who: gwen,", "who: gwen, who: dee,")), @r"
    error[S006]: the key `who` stands twice
     --> f.yaml:6:28
      |
    6 |   - {at: 09:00, who: gwen, who: dee, do: sign-in, expect: no-second-factor}
      |                 ---        ^^^ again here
      |                 |
      |                 first here
      = help: remove one of them, or rename it if another key was meant

    1 error; nothing was run
    ");
}

#[test]
fn a_person_twice() {
    assert_eq!(codes(&refusal(but("dee: {", "gwen: {"))), ["S006"]);
}

#[test]
fn a_list_at_the_top() {
    insta::assert_snapshot!(refusal("- day: Wed 2023-09-27\n"), @r"
    error[S012]: the top level of a file must be `key: value` lines
     --> f.yaml:1:1
      |
    1 | - day: Wed 2023-09-27
      | ^^^^^^^^^^^^^^^^^^^^^ this is a list
      = help: the first key says what the file is, as in `scenario: What it shows`

    1 error; nothing was run
    ");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_fine() {
    let text = format!("\u{feff}{}", GREEN.replace('\n', "\r\n"));
    mims_sim("test f.yaml").file("f.yaml", text).says("1 passed").run();
    let wrong = format!("\u{feff}{}", but("sign-in", "sing-in").replace('\n', "\r\n"));
    assert_eq!(refusal(wrong), refusal(but("sign-in", "sing-in")));
}

// Keys, types and texts ----------------------------------------------------------------------------------------------

#[test]
fn a_file_that_does_not_say_what_it_is() {
    insta::assert_snapshot!(refusal("scenaro: A title\n"), @r"
    error[S112]: the first key does not say what this file is
     --> f.yaml:1:1
      |
    1 | scenaro: A title
      | ^^^^^^^ here
      = help: begin with `scenario:`, `policy:`, `properties:` or `rehearsal:`, and a title

    1 error; nothing was run
    ");
}

#[test]
fn a_misspelt_key() {
    insta::assert_snapshot!(refusal(but("sign-in,", "sign-in, acount: gwen,")), @r"
    error[S102]: unknown key `acount` in a `sign-in` row
     --> f.yaml:6:41
      |
    6 |   - {at: 09:00, who: gwen, do: sign-in, acount: gwen, expect: no-second-factor}
      |                                         ^^^^^^ did you mean `account`?
      = help: `sign-in` takes at, who, do, expect, resting-on, by-steps, account, via, computer, code-at, typed, code-typed, profile, as, prompted

    1 error; nothing was run
    ");
}

#[test]
fn an_unknown_key() {
    insta::assert_snapshot!(refusal(but("given:", "wibble: 1\ngiven:")), @r#"
    error[S102]: unknown key `wibble` in a scenario
     --> f.yaml:2:1
      |
    2 | wibble: 1
      | ^^^^^^ not known here
      = help: a scenario takes scenario, format, cites, tags, finding, cases, given, when, then, properties, explore

    1 error; nothing was run
    "#);
}

#[test]
fn a_key_of_another_act() {
    insta::assert_snapshot!(refusal(but("sign-in,", "sign-in, tell: dee,")), @r"
    error[S102]: unknown key `tell` in a `sign-in` row
     --> f.yaml:6:41
      |
    6 |   - {at: 09:00, who: gwen, do: sign-in, tell: dee, expect: no-second-factor}
      |                                         ^^^^ not known here
      = help: `sign-in` takes at, who, do, expect, resting-on, by-steps, account, via, computer, code-at, typed, code-typed, profile, as, prompted

    1 error; nothing was run
    ");
}

#[test]
fn a_misspelt_act() {
    let said = refusal(but("sign-in", "sing-in"));
    // The help names every act there is, and grows with them.
    let said: Vec<&str> = said.lines().filter(|line| !line.contains("= help")).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    error[S104]: `do` cannot be `sing-in`
     --> f.yaml:6:32
      |
    6 |   - {at: 09:00, who: gwen, do: sing-in, expect: no-second-factor}
      |                                ^^^^^^^ did you mean `sign-in`?

    1 error; nothing was run
    ");
}

#[test]
fn an_unknown_act() {
    let said = refusal(but("sign-in", "teleport"));
    assert_eq!(codes(&said), ["S104"]);
    assert!(!said.contains("did you mean"), "{said}");
}

#[test]
fn a_row_that_does_nothing() {
    assert_eq!(codes(&refusal(but("do: sign-in, ", ""))), ["S110"]);
}

#[test]
fn expect_is_missing_on_sign_in() {
    insta::assert_snapshot!(refusal(but(", expect: no-second-factor", "")), @r"
    error[S103]: a `sign-in` row needs `expect`
     --> f.yaml:6:5
      |
    6 |   - {at: 09:00, who: gwen, do: sign-in}
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `expect` is missing
      = help: add `expect: …` with `granted`, `done`, `waiting` or the reason of a refusal

    1 error; nothing was run
    ");
}

#[test]
fn a_misspelt_outcome() {
    insta::assert_snapshot!(refusal(but("expect: no-second", "expect: no-secnd")), @r"
    error[S108]: `expect` cannot be `no-secnd-factor`
     --> f.yaml:6:49
      |
    6 |   - {at: 09:00, who: gwen, do: sign-in, expect: no-secnd-factor}
      |                                                 ^^^^^^^^^^^^^^^ did you mean `no-second-factor`?
      = help: write `granted`, `done`, `waiting` or the reason of a refusal

    1 error; nothing was run
    ");
}

#[test]
fn the_wrong_type() {
    insta::assert_snapshot!(refusal(but("{gwen: {}, dee: {role: local-administrator}}", "7")), @r"
    error[S101]: `people` must be a mapping
     --> f.yaml:3:11
      |
    3 |   people: 7
      |           ^ this is a number
      = help: write `{key: value}`, or `key: value` lines further in below it

    1 error; nothing was run
    ");
    insta::assert_snapshot!(refusal(but("scenario: Nobody set up", "scenario: 7")), @r#"
    error[S101]: `scenario` must be text
     --> f.yaml:1:11
      |
    1 | scenario: 7
      |           ^ this is a number
      = help: put it in quotes: `"7"`

    1 error; nothing was run
    "#);
    insta::assert_snapshot!(refusal(but("at: 09:00", "at: [9, 0]")), @r"
    error[S101]: `at` must be a time of day such as `08:30`, or `+20s` after the row above
     --> f.yaml:6:10
      |
    6 |   - {at: [9, 0], who: gwen, do: sign-in, expect: no-second-factor}
      |          ^^^^^^ this is a list
      = help: write a time of day such as `08:30`, or `+20s` after the row above

    1 error; nothing was run
    ");
}

#[test]
fn nothing_where_a_value_is_needed() {
    insta::assert_snapshot!(refusal(but("gwen: {}", "gwen: ")), @r"
    error[S109]: `gwen` has no value
     --> f.yaml:3:17
      |
    3 |   people: {gwen: , dee: {role: local-administrator}}
      |                 ^ nothing is here
      = help: write a mapping, or leave the key out if it is optional

    1 error; nothing was run
    ");
}

#[test]
fn yes_for_a_switch() {
    insta::assert_snapshot!(refusal(but("gwen: {}", "gwen: {enrolled: yes}")), @r"
    error[S105]: `enrolled` must be `true` or `false`
     --> f.yaml:3:29
      |
    3 |   people: {gwen: {enrolled: yes}, dee: {role: local-administrator}}
      |                             ^^^ did you mean `true`?
      = help: write `true`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

    1 error; nothing was run
    ");
}

#[test]
fn off_for_a_switch() {
    insta::assert_snapshot!(refusal(but("gwen: {}", "gwen: {enrolled: off}")), @r"
    error[S105]: `enrolled` must be `true` or `false`
     --> f.yaml:3:29
      |
    3 |   people: {gwen: {enrolled: off}, dee: {role: local-administrator}}
      |                             ^^^ did you mean `false`?
      = help: write `false`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

    1 error; nothing was run
    ");
}

#[test]
fn yes_and_off_in_a_policy() {
    let rules = "policy: P\nrules:\n  enrolment.save-needs-code: yes\n  linked-authenticators: off\n";
    let said = mims_sim("validate policies").file("policies/p.yaml", rules).refused();
    insta::assert_snapshot!(said, @r"
    error[S105]: `enrolment.save-needs-code` must be `true` or `false`
     --> policies/p.yaml:3:30
      |
    3 |   enrolment.save-needs-code: yes
      |                              ^^^ did you mean `true`?
      = help: write `true`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

    error[S105]: `linked-authenticators` must be `enabled` or `disabled`
     --> policies/p.yaml:4:26
      |
    4 |   linked-authenticators: off
      |                          ^^^ did you mean `disabled`?
      = help: write `disabled`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

    2 errors; nothing was run
    ");
}

#[test]
fn a_day_that_there_is_not() {
    insta::assert_snapshot!(refusal(but("Wed 2023-09-27", "Sun 2023-09-31")), @r"
    error[S108]: `day` cannot be `Sun 2023-09-31`
     --> f.yaml:5:10
      |
    5 |   - day: Sun 2023-09-31
      |          ^^^^^^^^^^^^^^ there is no day `2023-09-31`
      = help: write a day such as `Wed 2023-09-27`

    1 error; nothing was run
    ");
}

#[test]
fn a_day_that_is_no_day() {
    insta::assert_snapshot!(refusal(but("Wed 2023-09-27", "27 September")), @r"
    error[S108]: `day` cannot be `27 September`
     --> f.yaml:5:10
      |
    5 |   - day: 27 September
      |          ^^^^^^^^^^^^ `27 September` is no date; write it as `2023-09-26` or `Tue 2023-09-26`
      = help: write a day such as `Wed 2023-09-27`

    1 error; nothing was run
    ");
}

#[test]
fn a_wrong_weekday() {
    insta::assert_snapshot!(refusal(but("Wed 2023-09-27", "Tue 2023-09-27")), @r"
    error[S108]: `day` cannot be `Tue 2023-09-27`
     --> f.yaml:5:10
      |
    5 |   - day: Tue 2023-09-27
      |          ^^^^^^^^^^^^^^ 2023-09-27 is a Wed, not a Tue
      = help: write a day such as `Wed 2023-09-27`

    1 error; nothing was run
    ");
}

#[test]
fn a_time_that_there_is_not() {
    for time in ["24:00", "9:00", "09:60", "09:00:60", "nine", "-5m", "+", "+5", "+5 parsecs", "+99999999999999999999d"]
    {
        assert_eq!(codes(&refusal(but("09:00", time))), ["S108"], "{time}");
    }
}

#[test]
fn an_unknown_clause() {
    insta::assert_snapshot!(refusal(but("given:", "cites: [Q77]\ngiven:")), @r"
    error[S108]: an item of `cites` cannot be `Q77`
     --> f.yaml:2:9
      |
    2 | cites: [Q77]
      |         ^^^ no clause `Q77`
      = help: write a clause such as `Q7`, or a range such as `S2.1..S2.5`

    1 error; nothing was run
    ");
    insta::assert_snapshot!(refusal(but("factor}", "factor, resting-on: S2.9..S2.1}")), @r"
    error[S108]: `resting-on` cannot be `S2.9..S2.1`
     --> f.yaml:6:79
      |
    6 |   - {at: 09:00, who: gwen, do: sign-in, expect: no-second-factor, resting-on: S2.9..S2.1}
      |                                                                               ^^^^^^^^^^ no clause `S2.9`
      = help: write a clause such as `Q7`, or a range such as `S2.1..S2.5`

    1 error; nothing was run
    ");
}

#[test]
fn a_name_that_no_case_fills() {
    insta::assert_snapshot!(refusal(but("expect: no-second-factor", "expect: $left")), @r"
    error[S114]: nothing fills `$left`
     --> f.yaml:6:49
      |
    6 |   - {at: 09:00, who: gwen, do: sign-in, expect: $left}
      |                                                 ^^^^^ here
      = help: this scenario has no `cases:` to fill it from

    1 error; nothing was run
    ");
    let cases = "cases: {a: {lfet: granted}}\ngiven:";
    let text = but("given:", cases).replace("expect: no-second-factor", "expect: $left");
    insta::assert_snapshot!(refusal(text), @r"
    error[S114]: nothing fills `$left`
     --> f.yaml:7:49
      |
    7 |   - {at: 09:00, who: gwen, do: sign-in, expect: $left}
      |                                                 ^^^^^ here
      = help: did you mean `$lfet`?

    1 error; nothing was run
    ");
}

#[test]
fn a_number_outside_its_bounds() {
    assert_eq!(codes(&refusal(but("given:", "format: 0\ngiven:"))), ["S106"]);
    assert_eq!(codes(&refusal(but("given:", "format: 2\ngiven:"))), ["S115"]);
    let otp = "do: enter-otp, number: 99999999999999";
    assert_eq!(codes(&refusal(but("do: sign-in, expect: no-second-factor", otp))), ["S106"]);
}

#[test]
fn a_file_for_a_newer_format() {
    let said = refusal(but("given:", "format: 2\ngiven:")).replace(env!("CARGO_PKG_VERSION"), "[version]");
    insta::assert_snapshot!(said, @r#"
    error[S115]: this file is written for format `2`, and this version reads up to format 1
     --> f.yaml:2:9
      |
    2 | format: 2
      |         ^ newer than this version
      = help: this is mims-sim [version]; a newer version reads format `2`
      = help: if the file uses nothing that is new, write `format: 1`

    1 error; nothing was run
    "#);
    // Of every kind of file, with a number of any size, and of a kind that is not known yet.
    for text in [
        "policy: P\nformat: 2\n",
        "properties: P\nformat: 3\nlist: []\n",
        "scenario: S\nformat: 99999999999999999999\nwhat-is-this: 1\n",
        "storyboard: S\nformat: 2\n",
    ] {
        assert_eq!(codes(&mims_sim("validate f.yaml").file("f.yaml", text).refused()), ["S115"], "{text}");
    }
    mims_sim("test f.yaml").file("f.yaml", but("given:", "format: 1\ngiven:")).run();
    let ones = mims_sim("validate .").file("policies/p.yaml", "policy: P\nformat: 1\n");
    ones.file("properties/q.yaml", "properties: Q\nformat: 1\nlist:\n  - {never: {do: enrol}, name: N}\n").run();
    assert_eq!(codes(&refusal(but("given:", "format: one\ngiven:"))), ["S101"]);
}

#[test]
fn folders_without_end() {
    let deep = format!("{}/f.yaml", ["d"; 40].join("/"));
    let said = mims_sim("test d").file(&deep, GREEN).refused();
    assert!(said.starts_with("error[S014]: cannot read d: folders lie more than 32 deep\n"), "{said}");
}

// Characters that look like others, zones, and files that are passed over -------------------------------------------

#[test]
fn an_indentation_by_no_break_spaces() {
    let text = but("\n  people:", "\n\u{a0} people:");
    insta::assert_snapshot!(refusal(text), @r#"
    error[S016]: a key holds the character U+00A0 (no-break space)
     --> f.yaml:3:1
      |
    3 |   people: {gwen: {}, dee: {role: local-administrator}}
      | ^ it looks like a space, or like nothing
      = help: write an ordinary space (U+0020)

    1 error; nothing was run
    "#);
    let dash = but("\n  - day:", "\n\u{a0} - day:");
    assert_eq!(codes(&refusal(dash)), ["S016"]);
}

#[test]
fn a_value_with_a_character_that_looks_like_another() {
    insta::assert_snapshot!(refusal(but("Wed 2023-09-27", "Wed 2023\u{2013}09-27")), @r#"
    error[S108]: `day` cannot be `Wed 2023–09-27`
     --> f.yaml:5:10
      |
    5 |   - day: Wed 2023–09-27
      |          ^^^^^^^^^^^^^^ `Wed 2023–09-27` is no date; write it as `2023-09-26` or `Tue 2023-09-26`
      = help: write a day such as `Wed 2023-09-27`
      = help: the character at 5:18 is U+2013 (en dash); if it is not meant, write `-` (U+002D)

    1 error; nothing was run
    "#);
    for (text, said) in [
        (but("09:00", "09\u{ff1a}00"), "U+FF1A (full-width form); if it is not meant, write `:` (U+003A)"),
        (but("do: sign-in", "do: sign\u{2212}in"), "U+2212 (minus sign)"),
        (but("who: gwen", "who: gw\u{200b}en"), "U+200B (zero-width space); if it is not meant, remove it"),
        (but("who: gwen", "who: gwe\u{301}n"), "U+0301 (combining mark of a letter in two parts)"),
        (but("given:", "given\u{ff1a}"), "for U+FF1A (full-width form), write `:` (U+003A)"),
        (but("gwen: {}", "gwe\u{301}n: {}"), "write the letter as one character, `é` (U+00E9)"),
    ] {
        let refused = refusal(text);
        assert!(refused.contains(said), "{refused}");
    }
}

#[test]
fn a_dash_in_a_title_is_meant() {
    let title = GREEN.lines().next().unwrap().to_owned();
    let dashed = GREEN.replace(&title, "scenario: Gwen \u{2013} on the day");
    mims_sim("test f.yaml").file("f.yaml", dashed).says("1 passed").run();
}

#[test]
fn a_colon_without_its_space() {
    insta::assert_snapshot!(refusal(but("who: gwen", "who:gwen")), @r#"
    error[S102]: unknown key `who:gwen` in a `sign-in` row
     --> f.yaml:6:17
      |
    6 |   - {at: 09:00, who:gwen, do: sign-in, expect: no-second-factor}
      |                 ^^^^^^^^ no space follows the colon
      = help: put a space after the colon: `who: gwen`

    1 error; nothing was run
    "#);
    let refused = refusal(but("scenario: ", "scenario:"));
    assert!(refused.contains("put a space after the colon: `scenario: …`"), "{refused}");
}

#[test]
fn an_instant_with_a_zone() {
    let explore = "properties:\n  - {never: {do: enrol}, name: N}\n\
                   explore: {from: 2023-09-27T00:30Z, to: 2023-09-28 08:00, acts: [enrol]}\n";
    insta::assert_snapshot!(refusal(format!("{GREEN}{explore}")), @r#"
    error[S108]: `from` cannot be `2023-09-27T00:30Z`
     --> f.yaml:9:17
      |
    9 | explore: {from: 2023-09-27T00:30Z, to: 2023-09-28 08:00, acts: [enrol]}
      |                 ^^^^^^^^^^^^^^^^^ `2023-09-27T00:30Z` names a zone; times here are Singapore's: write `2023-09-27 08:30`
      = help: write an instant such as `2023-09-27 00:00`

    1 error; nothing was run
    "#);
    assert!(refusal(but("at: 09:00", "at: 00:30Z")).contains("write `08:30`"));
}

#[test]
fn a_folder_says_which_files_it_passes_over() {
    let said =
        mims_sim("test .").file("a.yaml", GREEN).file("B.YAML", GREEN).file("c.yaml.txt", GREEN).file("d.txt", "");
    assert_eq!(
        said.says("1 passed").complains("not read").run().stderr,
        "not read: B.YAML, as its name does not end in .yaml or .yml\n\
         not read: c.yaml.txt, as its name does not end in .yaml or .yml\n",
    );
}

// All of them at once ------------------------------------------------------------------------------------------------

#[test]
fn all_errors_of_a_file_at_once() {
    let text = but("sign-in,", "sign-in, acount: gwen,").replace("Wed", "Tue").replace("gwen: {}", "gwen: {rloe: x}");
    assert_eq!(codes(&refusal(text)), ["S102", "S108", "S102"]);
}

#[test]
fn all_errors_of_all_files_at_once() {
    let said = mims_sim("test nowhere.yaml folder z.yaml a.yaml")
        .file("folder/b.yaml", but("Wed", "Tue"))
        .file("folder/a.yaml", but("expect: no", "expct: no"))
        .file("z.yaml", "")
        .file("a.yaml", "scenario: A\nscenario: B\n")
        .refused();
    let places: Vec<&str> = said.lines().filter_map(|l| l.trim().strip_prefix("--> ")).collect();
    let sorted = ["a.yaml:2:1", "folder/a.yaml:6:41", "folder/b.yaml:5:10", "z.yaml:1:1"];
    assert_eq!(places, sorted, "{said}");
    assert!(said.starts_with("error[S014]: cannot read nowhere.yaml"), "{said}");
    assert!(said.ends_with("\n5 errors; nothing was run\n"), "{said}");
}

#[test]
fn a_good_file_beside_a_bad_one_is_not_run() {
    let said = mims_sim("test .").file("good.yaml", GREEN).file("bad.yaml", "").refused();
    assert_eq!(codes(&said), ["S001"]);
}

#[test]
fn a_flood_of_mistakes_is_bounded() {
    let keys: String = (0..100_000).map(|i| format!("k{i}: 1\n")).collect();
    let said = refusal(format!("scenario: A\n{keys}"));
    assert!(codes(&said).len() <= 1_000, "{} errors", codes(&said).len());
}

#[test]
fn a_flood_of_mistakes_says_that_there_are_more() {
    let keys: String = (0..2_000).map(|i| format!("k{i}: 1\n")).collect();
    assert!(!refusal(format!("scenario: A\n{keys}")).ends_with("\n1000 errors; nothing was run\n"));
}

#[test]
fn cases_of_the_wrong_type() {
    assert_eq!(codes(&refusal(but("given:", "cases: 7\ngiven:"))), ["S101"]);
}
