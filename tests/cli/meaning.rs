//! Tests of files with errors of meaning: names, times, roles and policies. Each is refused with its place.

use super::{GREEN, and, but, codes, mims_sim, refusal};

// Names --------------------------------------------------------------------------------------------------------------

#[test]
fn an_unknown_person() {
    insta::assert_snapshot!(refusal(but("who: gwen", "who: gwne")), @r"
    error[S204]: no person `gwne`
     --> f.yaml:6:22
      |
    6 |   - {at: 09:00, who: gwne, do: sign-in, expect: no-second-factor}
      |                      ^^^^ here
      = help: did you mean `gwen`?

    1 error; nothing was run
    ");
}

#[test]
fn an_unknown_person_who_joins_in() {
    let text = but("do: sign-in, expect: no-second-factor", "with: [dee, zed], do: enrol");
    insta::assert_snapshot!(refusal(text), @r"
    error[S204]: no person `zed`
     --> f.yaml:6:40
      |
    6 |   - {at: 09:00, who: gwen, with: [dee, zed], do: enrol}
      |                                        ^^^ here
      = help: known are dee, gwen

    1 error; nothing was run
    ");
}

#[test]
fn an_unknown_account() {
    insta::assert_snapshot!(refusal(but("sign-in,", "sign-in, account: gwne,")), @r"
    error[S205]: no account `gwne`
     --> f.yaml:6:50
      |
    6 |   - {at: 09:00, who: gwen, do: sign-in, account: gwne, expect: no-second-factor}
      |                                                  ^^^^ here
      = help: did you mean `gwen`?

    1 error; nothing was run
    ");
}

#[test]
fn an_unknown_account_at_the_end() {
    insta::assert_snapshot!(refusal(and("then:\n  - {account: den, can-sign-in: [gwen, den]}\n")), @r"
    error[S205]: no account `den`
     --> f.yaml:8:15
      |
    8 |   - {account: den, can-sign-in: [gwen, den]}
      |               ^^^ here
      = help: did you mean `dee`?

    error[S204]: no person `den`
     --> f.yaml:8:40
      |
    8 |   - {account: den, can-sign-in: [gwen, den]}
      |                                        ^^^ here
      = help: did you mean `dee`?

    2 errors; nothing was run
    ");
}

#[test]
fn an_unknown_computer_place_and_mailbox() {
    let text = but("sign-in,", "sign-in, computer: den,").replace("gwen: {}", "gwen: {place: kranji}");
    assert_eq!(codes(&refusal(text))[0], "S217");
    assert_eq!(codes(&refusal(but("sign-in,", "sign-in, computer: den,"))), ["S212"]);
    let fault = "  - {at: 09:30, fault: lost-mail, mailbox: gwen.cse, until: 10:00}\n";
    insta::assert_snapshot!(refusal(and(fault)), @r"
    error[S222]: no mailbox `gwen.cse`
     --> f.yaml:7:44
      |
    7 |   - {at: 09:30, fault: lost-mail, mailbox: gwen.cse, until: 10:00}
      |                                            ^^^^^^^^ here
      = help: write person and kind, such as `nur.ces`; kinds are ces, sg-mail, other, icon

    1 error; nothing was run
    ");
}

#[test]
fn one_name_for_two_things() {
    let said = refusal(but("when:", "  generic-accounts: {gwen: {custodian: dee}}\nwhen:"));
    assert!(said.starts_with("error[S208]: `gwen` names a person and a generic account\n"), "{said}");
}

#[test]
fn one_person_twice_in_a_row() {
    let text = but("do: sign-in, expect: no-second-factor", "with: [gwen], do: enrol");
    insta::assert_snapshot!(refusal(text), @r"
    error[S223]: `gwen` takes part twice
     --> f.yaml:6:35
      |
    6 |   - {at: 09:00, who: gwen, with: [gwen], do: enrol}
      |                                   ^^^^ here
      = help: name everyone once

    1 error; nothing was run
    ");
}

#[test]
fn two_files_with_one_title() {
    let said = mims_sim("test .").file("a.yaml", GREEN).file("b.yaml", GREEN).refused();
    insta::assert_snapshot!(said, @r"
    error[S215]: two files have the title `Nobody set up`
     --> b.yaml:1:11
      |
    1 | scenario: Nobody set up
      |           ^^^^^^^^^^^^^ this one
      = help: the other is a.yaml

    1 error; nothing was run
    ");
}

// People -------------------------------------------------------------------------------------------------------------

#[test]
fn a_person_in_two_roles() {
    let said = refusal(but("given:", "given:\n  places: {kranji: {kind: school, spocs: [dee]}}"));
    assert!(said.starts_with("error[S206]: `dee` is a SPOC and local-administrator at once\n"), "{said}");
    assert!(said.contains("= help: leave the role out, or take the name off the place's `spocs`\n"), "{said}");
}

#[test]
fn a_wrong_name_is_marked_itself() {
    let said = refusal(but("when:", "  generic-accounts:\n    gwen:\n      custodian: dee\nwhen:"));
    assert!(said.contains("--> f.yaml:5:5\n"), "{said}");
    let text = but("dee: {role: local-administrator}}", "dee: {answers: set, role: local-administrator}}");
    let said = refusal(text.replace("given:", "given:\n  places: {kranji: {kind: school, spocs: [dee]}}"));
    assert!(said.contains("--> f.yaml:4:22\n") || said.contains("--> f.yaml:4:42\n"), "{said}");
}

#[test]
fn a_student_at_headquarters() {
    let text = but("given:", "given:\n  places: {comms: hq}").replace("gwen: {}", "gwen: {role: student}");
    assert_eq!(codes(&refusal(text)), ["S206"]);
}

#[test]
fn an_unknown_spoc() {
    let said = refusal(but("given:", "given:\n  places: {kranji: {kind: school, spocs: [gwen, gwne]}}"));
    assert!(said.contains("--> f.yaml:3:49\n"), "{said}");
}

#[test]
fn a_spoc_of_two_places() {
    let places = "given:\n  places: {kranji: {kind: school, spocs: [gwen]}, lakeside: {kind: school, spocs: [gwen]}}";
    refusal(but("given:", places));
}

// Time ---------------------------------------------------------------------------------------------------------------

#[test]
fn time_going_backwards() {
    insta::assert_snapshot!(refusal(and("  - {at: 08:59, who: dee, do: sign-in, expect: granted}\n")), @r"
    error[S209]: time goes backwards: 08:59 comes after a later row
     --> f.yaml:7:10
      |
    7 |   - {at: 08:59, who: dee, do: sign-in, expect: granted}
      |          ^^^^^ here
      = help: rows stand in the order of their times

    1 error; nothing was run
    ");
}

#[test]
fn days_going_backwards() {
    insta::assert_snapshot!(refusal(and("  - day: Tue 2023-09-26\n")), @r"
    error[S209]: time goes backwards: Tue 26 Sep 2023 comes after a later day
     --> f.yaml:7:10
      |
    7 |   - day: Tue 2023-09-26
      |          ^^^^^^^^^^^^^^ here
      = help: move the row up

    1 error; nothing was run
    ");
}

#[test]
fn a_row_without_a_day() {
    insta::assert_snapshot!(refusal(but("  - day: Wed 2023-09-27\n", "")), @r"
    error[S210]: no day is set before this row
     --> f.yaml:5:5
      |
    5 |   - {at: 09:00, who: gwen, do: sign-in, expect: no-second-factor}
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
      = help: put a row such as `- day: Wed 2023-09-27` above it

    1 error; nothing was run
    ");
}

#[test]
fn a_day_outside_the_calendar() {
    insta::assert_snapshot!(refusal(but("Wed 2023-09-27", "Wed 2025-10-01")), @r"
    error[S221]: 2025-10-01 lies outside the calendar, which knows 2023 and 2024
     --> f.yaml:5:10
      |
    5 |   - day: Wed 2025-10-01
      |          ^^^^^^^^^^^^^^ here
      = help: working days, office hours and deadlines are known for 2023 and 2024 only

    1 error; nothing was run
    ");
    assert_eq!(codes(&refusal(but("Wed 2023-09-27", "Fri 2022-12-30"))), ["S221"]);
}

#[test]
fn the_first_and_the_last_day_of_the_calendar_are_fine() {
    let last = but("Wed 2023-09-27", "Tue 2024-12-31");
    let first = but("Wed 2023-09-27", "Sun 2023-01-01").replace("no-second-factor", "granted");
    mims_sim("test f.yaml").file("f.yaml", last).run();
    mims_sim("test f.yaml").file("f.yaml", first).run();
    let deadline = "properties:
  - name: In by the end of the next working day
    whenever: {do: sign-in}
    eventually: {do: enrol}
    by: end of next working day
    expect: pending
";
    let text = but("Wed 2023-09-27", "Tue 2024-12-31") + deadline;
    mims_sim("test f.yaml").file("f.yaml", text).run();
}

#[test]
fn a_person_who_is_busy_elsewhere() {
    let text = "\
scenario: Two things at once
given:
  people: {asha: {}, ben: {}}
when:
  - day: Mon 2023-09-18
  - {at: 09:30, who: asha, with: [ben], do: enrol}
  - {at: 09:31, who: ben, do: sign-in, expect: granted}
";
    // That shows only in the run: `validate` runs nothing.
    let said = mims_sim("test f.yaml").file("f.yaml", text).refused();
    assert_eq!(mims_sim("explain f.yaml").file("f.yaml", text).refused(), said);
    insta::assert_snapshot!(said, @r"
    error[S301]: ben is still busy at 09:31:00
     --> f.yaml:7:5
      |
    6 |   - {at: 09:30, who: asha, with: [ben], do: enrol}
      |     ---------------------------------------------- with this
    7 |   - {at: 09:31, who: ben, do: sign-in, expect: granted}
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this row cannot begin
      = help: give it a later time, or `at: +5s` to follow the row above

    1 error; nothing was run
    ");
}

#[test]
fn a_row_that_an_earlier_one_has_overtaken() {
    let more = "  - {at: +20h, who: gwen, do: sign-in, expect: no-second-factor}
  - {at: 09:30, who: dee, do: sign-in, expect: no-second-factor}\n";
    let said = mims_sim("test f.yaml").file("f.yaml", and(more)).refused();
    assert_eq!(codes(&said), ["S301"], "{said}");
}

#[test]
fn a_first_row_that_counts_from_nothing() {
    refusal(but("at: 09:00", "at: +20s"));
    refusal(but("at: 09:00", "at: next-code"));
}

#[test]
fn a_first_row_of_a_day_that_counts_from_the_day_before() {
    refusal(and("  - day: Fri 2023-09-29\n  - {at: +20s, who: gwen, do: sign-in, expect: no-second-factor}\n"));
}

#[test]
fn a_span_that_leaves_the_calendar() {
    let more = "  - {at: +9999d, who: gwen, do: sign-in, expect: no-second-factor}\n";
    mims_sim("test f.yaml").file("f.yaml", and(more)).refused();
}

#[test]
fn times_that_cannot_be_meant() {
    refusal(and("  - {at: 09:30, fault: lost-mail, mailbox: gwen.ces, until: 09:10}\n"));
    refusal(and("  - {at: 09:30, fault: slow-mail, mailbox: gwen.ces, by: -3m, until: 10:10}\n"));
    refusal(but("sign-in,", "sign-in, code-at: 08:00,"));
}

#[test]
fn a_scenario_in_which_nothing_happens() {
    insta::assert_snapshot!(refusal("scenario: Nothing\n"), @r"
    error[S203]: nothing happens in this scenario
     --> f.yaml:1:1
      |
    1 | scenario: Nothing
      | ^^^^^^^^^^^^^^^^^ here
      = help: add a `when:` with a `day:` and a row

    1 error; nothing was run
    ");
}

// Policies -----------------------------------------------------------------------------------------------------------

#[test]
fn an_unknown_policy() {
    insta::assert_snapshot!(refusal(but("given:", "given:\n  policy: guide-v1.2")), @r"
    error[S201]: no policy `guide-v1.2`
     --> f.yaml:3:11
      |
    3 |   policy: guide-v1.2
      |           ^^^^^^^^^^ not found
      = help: did you mean `guide-v1.1`?

    1 error; nothing was run
    ");
}

#[test]
fn a_policy_that_contradicts_itself() {
    let policy = "policy: Early\nextends: guide-v1.1\nrules:\n  cutover: 2023-09-20 00:00\n";
    let said = mims_sim("test f.yaml").file("f.yaml", GREEN).file("policies/early.yaml", policy).refused();
    insta::assert_snapshot!(said, @r"
    error[S218]: the cutover comes before the day by which staff set up
     --> policies/early.yaml:4:3
      |
    4 |   cutover: 2023-09-20 00:00
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^ in these rules
      = help: move `cutover` back, or `set-up.by` forward

    1 error; nothing was run
    ");
}

#[test]
fn an_exception_that_contradicts_the_policy() {
    let policy = "policy: Waves\nfor:\n  - {places: schools, rules: {cutover: 2023-09-20 00:00}}\n";
    let said = mims_sim("validate policies").file("policies/waves.yaml", policy).refused();
    insta::assert_snapshot!(said, @r"
    error[S218]: the cutover comes before the day by which staff set up
     --> policies/waves.yaml:3:30
      |
    3 |   - {places: schools, rules: {cutover: 2023-09-20 00:00}}
      |                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^ in these rules
      = help: move `cutover` back, or `set-up.by` forward

    1 error; nothing was run
    ");
}

#[test]
fn a_policy_that_extends_itself() {
    let said = mims_sim("validate policies").file("policies/a.yaml", "policy: A\nextends: a\n").refused();
    insta::assert_snapshot!(said, @r"
    error[S216]: a circle of `extends`
     --> policies/a.yaml:2:10
      |
    2 | extends: a
      |          ^ here it closes
      = help: a extends a; leave one of them out

    1 error; nothing was run
    ");
}

#[test]
fn a_circle_of_extends() {
    for circle in [&["a", "b"][..], &["a", "b", "c"]] {
        let tester = circle.iter().enumerate().fold(mims_sim("validate policies"), |tester, (i, name)| {
            let next = circle[(i + 1) % circle.len()];
            tester.file(&format!("policies/{name}.yaml"), format!("policy: {name}\nextends: {next}\n"))
        });
        let said = tester.refused();
        assert_eq!(codes(&said), ["S216"], "{said}");
        assert!(said.contains("circle"), "{said}");
    }
}

#[test]
fn a_policy_that_extends_none() {
    let said = mims_sim("validate policies").file("policies/a.yaml", "policy: A\nextends: guide-v1.0\n").refused();
    insta::assert_snapshot!(said, @r"
    error[S216]: no policy `guide-v1.0`
     --> policies/a.yaml:2:10
      |
    2 | extends: guide-v1.0
      |          ^^^^^^^^^^ not found
      = help: did you mean `guide-v1.1`?

    1 error; nothing was run
    ");
}

#[test]
fn an_unknown_rule() {
    let said = mims_sim("validate policies").file("policies/a.yaml", "policy: A\nrules: {cutovre: never}\n").refused();
    assert!(said.contains("did you mean `cutover`?") && said.contains("--> policies/a.yaml:2:9\n"), "{said}");
}

#[test]
fn a_wrong_policy_is_told_once() {
    let said = mims_sim("test f.yaml")
        .file("f.yaml", but("given:", "given:\n  policy: b"))
        .file("policies/a.yaml", "policy: A\nrules: {cutovre: never}\n")
        .file("policies/b.yaml", "policy: B\nextends: a\n")
        .refused();
    assert_eq!(codes(&said), ["S102"], "{said}");
}

// Order --------------------------------------------------------------------------------------------------------------

#[test]
fn errors_of_meaning_are_sorted_among_all() {
    let said = mims_sim("test .").file("a.yaml", but("who: gwen", "who: gwne")).file("b.yaml", "").refused();
    assert_eq!(codes(&said), ["S204", "S001"], "{said}");
    let text = but("given:", "given:\n  places: {kranji: {kind: school, spocs: [dee, gwne]}}");
    assert_eq!(codes(&refusal(text)), ["S204", "S206"]);
}

#[test]
fn only_a_code_is_of_another_time_step() {
    insta::assert_snapshot!(refusal(but("sign-in,", "sign-in, typed: earlier,")), @r"
    error[S232]: only a code is one of another time step
     --> f.yaml:6:48
      |
    6 |   - {at: 09:00, who: gwen, do: sign-in, typed: earlier, expect: no-second-factor}
      |                                                ^^^^^^^ here
      = help: say `right`, `wrong`, `wrong-case` or `wrong-name`

    1 error; nothing was run
    ");
    mims_sim("test f.yaml").file("f.yaml", but("sign-in,", "sign-in, code-typed: earlier,")).run();
}
