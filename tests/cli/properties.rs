//! Tests of properties with errors, each of which is refused with its place, and of `expect:` for each case.

use super::{GREEN, and, but, codes, mims_sim, refusal};

#[test]
fn an_unknown_property() {
    let properties = "properties: Of the cutover\nlist:\n  - {name: Nobody enrols, never: {do: enrol}}\n";
    let said = mims_sim("test f.yaml")
        .file("f.yaml", and("properties:\n  - use: Nobdy enrols\n"))
        .file("properties/cutover.yaml", properties)
        .refused();
    insta::assert_snapshot!(said, @r"
    error[S219]: no property `Nobdy enrols`
     --> f.yaml:8:10
      |
    8 |   - use: Nobdy enrols
      |          ^^^^^^^^^^^^ here
      = help: did you mean `Nobody enrols`?

    1 error; nothing was run
    ");
}

#[test]
fn a_property_that_says_nothing() {
    assert_eq!(codes(&refusal(and("properties:\n  - {name: Nothing}\n"))), ["S220"]);
    assert_eq!(codes(&refusal(and("properties:\n  - {whenever: {do: enrol}, never: {do: sign-in}}\n"))), ["S220"]);
}

#[test]
fn two_properties_of_one_name() {
    let properties = "properties: P\nlist:\n  - {name: A, never: {do: enrol}}\n";
    let said =
        mims_sim("validate .").file("properties/a.yaml", properties).file("properties/b.yaml", properties).refused();
    assert_eq!(codes(&said), ["S215"], "{said}");
}

#[test]
fn a_property_that_is_used_and_said() {
    let properties = "properties: P\nlist:\n  - {name: A, never: {do: sign-in, result: granted}}\n";
    mims_sim("test f.yaml")
        .file("f.yaml", and("properties:\n  - {use: A, never: {do: sign-in}, before: cutover}\n"))
        .file("properties/a.yaml", properties)
        .refused();
}

#[test]
fn a_property_that_says_two_things() {
    insta::assert_snapshot!(refusal(and("properties:\n  - {never: {do: enrol}, always: {do: enrol}}\n")), @r"
    error[S220]: this property does not say what has to be so
     --> f.yaml:8:5
      |
    8 |   - {never: {do: enrol}, always: {do: enrol}}
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
      = help: say one of `never`, `always`, `eventually`, `possible`, or `whenever` with `eventually`

    1 error; nothing was run
    ");
}

#[test]
fn a_misspelt_key_in_a_property() {
    insta::assert_snapshot!(refusal(and("properties:\n  - {never: {do: sign-in, reslut: granted}}\n")), @r"
    error[S102]: unknown key `reslut` in `never`
     --> f.yaml:8:27
      |
    8 |   - {never: {do: sign-in, reslut: granted}}
      |                           ^^^^^^ did you mean `result`?
      = help: `never` takes do, who, account, via, result, resting-on, factor, as, topic, prompted, can-sign-in, knows-password, enrolled, locked, device-held, device-held-by-all

    1 error; nothing was run
    ");
}

#[test]
fn an_unknown_person_in_a_property() {
    insta::assert_snapshot!(refusal(and("properties:\n  - {never: {do: sign-in, who: den}}\n")), @r"
    error[S204]: no person `den`
     --> f.yaml:8:32
      |
    8 |   - {never: {do: sign-in, who: den}}
      |                                ^^^ here
      = help: did you mean `dee`?

    1 error; nothing was run
    ");
}

#[test]
fn an_unknown_account_in_a_state() {
    insta::assert_snapshot!(refusal(and("properties:\n  - {always: {account: gwne, enrolled: true}}\n")), @r"
    error[S205]: no account `gwne`
     --> f.yaml:8:24
      |
    8 |   - {always: {account: gwne, enrolled: true}}
      |                        ^^^^ here
      = help: did you mean `gwen`?

    1 error; nothing was run
    ");
}

#[test]
fn an_unknown_person_in_a_state() {
    insta::assert_snapshot!(refusal(and("properties:\n  - {never: {account: gwen, can-sign-in: [gwen, dea]}}\n")), @r"
    error[S204]: no person `dea`
     --> f.yaml:8:49
      |
    8 |   - {never: {account: gwen, can-sign-in: [gwen, dea]}}
      |                                                 ^^^ here
      = help: did you mean `dee`?

    1 error; nothing was run
    ");
}

#[test]
fn a_binding_to_what_there_is_not() {
    insta::assert_snapshot!(refusal(and("properties:\n  - {for-each: plaec, never: {do: sign-in}}\n")), @r"
    error[S104]: `for-each` cannot be `plaec`
     --> f.yaml:8:16
      |
    8 |   - {for-each: plaec, never: {do: sign-in}}
      |                ^^^^^ did you mean `place`?
      = help: write one of `person`, `account`, `place`, or a list

    1 error; nothing was run
    ");
}

#[test]
fn the_end_of_an_act_and_a_state_at_once() {
    let text = "properties:\n  - {never: {do: sign-in, account: gwen, enrolled: true}}\n";
    insta::assert_snapshot!(refusal(and(text)), @r"
    error[S225]: the end of an act and a state at once
     --> f.yaml:8:13
      |
    8 |   - {never: {do: sign-in, account: gwen, enrolled: true}}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
      = help: say an act by `do`, `who`, `result`, …, or a state by `can-sign-in`, `enrolled`, …

    1 error; nothing was run
    ");
}

#[test]
fn a_state_of_no_account() {
    insta::assert_snapshot!(refusal(and("properties:\n  - {for-each: place, never: {enrolled: true}}\n")), @r"
    error[S226]: a state of no account
     --> f.yaml:8:30
      |
    8 |   - {for-each: place, never: {enrolled: true}}
      |                              ^^^^^^^^^^^^^^^^ here
      = help: name an `account:`, or bind the property by `for-each: account`

    1 error; nothing was run
    ");
}

#[test]
fn a_state_of_a_pair() {
    let text = "properties:\n  - {for-each: [person, account], whenever: {locked: true}, eventually: {do: sign-in}}\n";
    insta::assert_snapshot!(refusal(and(text)), @r"
    error[S226]: a state of a pair
     --> f.yaml:8:45
      |
    8 |   - {for-each: [person, account], whenever: {locked: true}, eventually: {do: sign-in}}
      |                                             ^^^^^^^^^^^^^^ here
      = help: bind it to `account` alone: a state is of an account, and a pair is known only when it acts

    1 error; nothing was run
    ");
}

#[test]
fn until_without_never() {
    let text = "properties:\n  - {always: {do: sign-in, result: granted}, until: {do: enrol}}\n";
    insta::assert_snapshot!(refusal(and(text)), @r"
    error[S228]: `until` belongs to nothing here
     --> f.yaml:8:46
      |
    8 |   - {always: {do: sign-in, result: granted}, until: {do: enrol}}
      |                                              ^^^^^ here
      = help: `until` says from when `never` is lifted: say `never` too

    1 error; nothing was run
    ");
}

#[test]
fn acting_without_possible() {
    insta::assert_snapshot!(refusal(and("properties:\n  - {never: {do: enrol}, acting: [gwen], acts: [enrol]}\n")), @r"
    error[S228]: `acting` belongs to nothing here
     --> f.yaml:8:26
      |
    8 |   - {never: {do: enrol}, acting: [gwen], acts: [enrol]}
      |                          ^^^^^^ here
      = help: `acting` says who may act in what is `possible`

    error[S228]: `acts` belongs to nothing here
     --> f.yaml:8:42
      |
    8 |   - {never: {do: enrol}, acting: [gwen], acts: [enrol]}
      |                                          ^^^^ here
      = help: `acts` says what may be done in what is `possible`

    2 errors; nothing was run
    ");
}

#[test]
fn two_deadlines() {
    let text = "properties:\n  - {whenever: {do: enrol}, eventually: {do: sign-in}, within: 1h, by: end of day}\n";
    insta::assert_snapshot!(refusal(and(text)), @r"
    error[S228]: `by` belongs to nothing here
     --> f.yaml:8:68
      |
    8 |   - {whenever: {do: enrol}, eventually: {do: sign-in}, within: 1h, by: end of day}
      |                                                                    ^^ here
      = help: `by` goes with `whenever`, in place of `within`

    1 error; nothing was run
    ");
}

#[test]
fn a_deadline_of_nothing() {
    let text = "properties:\n  - {whenever: {do: enrol}, eventually: {do: sign-in}, within: 0s}\n";
    insta::assert_snapshot!(refusal(and(text)), @r"
    error[S227]: the deadline is over when it begins
     --> f.yaml:8:64
      |
    8 |   - {whenever: {do: enrol}, eventually: {do: sign-in}, within: 0s}
      |                                                                ^^ here
      = help: say a longer span, such as `2d`

    1 error; nothing was run
    ");
}

#[test]
fn a_deadline_that_is_over_before_any_trigger() {
    let text = "properties:\n  \
                - {after: 2023-09-28, whenever: {do: enrol}, eventually: {do: sign-in}, by: 2023-09-27 17:00}\n";
    insta::assert_snapshot!(refusal(and(text)), @r"
    error[S227]: the deadline is over before any trigger
     --> f.yaml:8:79
      |
    8 |   - {after: 2023-09-28, whenever: {do: enrol}, eventually: {do: sign-in}, by: 2023-09-27 17:00}
      |                                                                               ^^^^^^^^^^^^^^^^ here
      = help: say an instant after `after:`

    1 error; nothing was run
    ");
}

#[test]
fn a_time_that_closes_before_it_opens() {
    let text = "properties:\n  - {after: 2023-09-28, before: 2023-09-27, never: {do: enrol}}\n";
    insta::assert_snapshot!(refusal(and(text)), @r"
    error[S227]: `before` is not after `after`
     --> f.yaml:8:33
      |
    8 |   - {after: 2023-09-28, before: 2023-09-27, never: {do: enrol}}
      |                                 ^^^^^^^^^^ here
      = help: say a later `before:`

    1 error; nothing was run
    ");
}

#[test]
fn someone_unknown_who_acts_in_what_is_possible() {
    let text = "properties:\n  - {possible: {account: gwen, enrolled: true}, acting: [member, gwne]}\n";
    insta::assert_snapshot!(refusal(and(text)), @r"
    error[S204]: no person `gwne`
     --> f.yaml:8:66
      |
    8 |   - {possible: {account: gwen, enrolled: true}, acting: [member, gwne]}
      |                                                                  ^^^^ here
      = help: did you mean `gwen`?

    1 error; nothing was run
    ");
}

#[test]
fn what_is_possible_for_a_pair() {
    let text = "properties:\n  - {for-each: [person, account], possible: {do: sign-in, result: granted}}\n";
    insta::assert_snapshot!(refusal(and(text)), @r"
    error[S226]: what is possible for a pair
     --> f.yaml:8:16
      |
    8 |   - {for-each: [person, account], possible: {do: sign-in, result: granted}}
      |                ^^^^^^^^^^^^^^^^^ here
      = help: bind it to `person` or to `account`: a pair is known only when it acts

    1 error; nothing was run
    ");
}

#[test]
fn an_expectation_by_case_without_cases() {
    insta::assert_snapshot!(refusal(and("properties:\n  - {never: {do: enrol}, expect: {early: holds}}\n")), @r"
    error[S116]: an expectation for each case where there are no cases
     --> f.yaml:8:34
      |
    8 |   - {never: {do: enrol}, expect: {early: holds}}
      |                                  ^^^^^^^^^^^^^^ here
      = help: write `expect: holds` or `expect: violated`

    1 error; nothing was run
    ");
}

/// A scenario with two cases, and the verdicts expected of a property in them.
fn by_case(expect: &str) -> String {
    let cases = "cases: {early: {day: 2023-09-26}, late: {day: 2023-09-27}}\ngiven:";
    let text = but("given:", cases)
        .replace("day: Wed 2023-09-27", "day: $day")
        .replace("who: gwen, do: sign-in, expect: no-second-factor", "who: gwen, do: enrol");
    format!(
        "{text}properties:\n  - {{name: Nobody is late, after: cutover, never: {{do: enrol}}, expect: {expect}, \
         allow-vacuous: true}}\n"
    )
}

#[test]
fn an_expectation_for_each_case() {
    mims_sim("test f.yaml").file("f.yaml", by_case("{early: holds, late: violated}")).says("2 passed, 0 failed").run();
    mims_sim("test f.yaml")
        .file("f.yaml", by_case("{early: holds, late: holds}"))
        .status(1)
        .says("expected that `Nobody is late` holds, but it is violated")
        .run();
}

#[test]
fn an_expectation_that_names_no_case_or_leaves_one_out() {
    insta::assert_snapshot!(refusal(by_case("{early: holds, lat: violated}")), @r"
    error[S116]: nothing is expected for the case `late`
     --> f.yaml:9:72
      |
    9 |   - {name: Nobody is late, after: cutover, never: {do: enrol}, expect: {early: holds, lat: violated}, allow-vacuous: true}
      |                                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
      = help: name every case

    error[S116]: no case `lat`
     --> f.yaml:9:87
      |
    9 |   - {name: Nobody is late, after: cutover, never: {do: enrol}, expect: {early: holds, lat: violated}, allow-vacuous: true}
      |                                                                                       ^^^ here
      = help: did you mean `late`?

    2 errors; nothing was run
    ");
    assert_eq!(codes(&refusal(by_case("{early: holds, late: volated}"))), ["S104"]);
}

#[test]
fn an_expectation_by_case_in_a_file_of_properties() {
    let properties = "properties: P\nlist:\n  - {name: A, never: {do: enrol}, expect: {early: holds}}\n";
    let said = mims_sim("validate .").file("properties/a.yaml", properties).file("f.yaml", GREEN).refused();
    assert_eq!(codes(&said), ["S116"], "{said}");
}

#[test]
fn an_address_of_somebody_else() {
    let row = |address: &str| {
        let row = format!("who: dee, do: update-email, account: gwen, address: {address}");
        but("who: gwen, do: sign-in, expect: no-second-factor", &row)
    };
    mims_sim("test f.yaml").file("f.yaml", row("dee.ces")).says("1 passed").run();
    assert_eq!(codes(&refusal(row("dea.ces"))), ["S204"]);
    assert_eq!(codes(&refusal(row("dee.cess"))), ["S222"]);
    insta::assert_snapshot!(refusal(row("cess")), @r"
    error[S108]: `address` cannot be `cess`
     --> f.yaml:6:69
      |
    6 |   - {at: 09:00, who: dee, do: update-email, account: gwen, address: cess}
      |                                                                     ^^^^ no such mailbox
      = help: write the mailbox of somebody, such as `dee.ces`, or one of `ces`, `sg-mail`, `other`, `icon`

    1 error; nothing was run
    ");
}

#[test]
fn a_role_that_is_the_name_of_a_person() {
    let text = and("properties:\n  - {never: {do: enrol, who: opa}, allow-vacuous: true}\n");
    mims_sim("test f.yaml").file("f.yaml", &text).says("1 passed").run();
    assert_eq!(codes(&refusal(text.replace("gwen", "opa"))), ["S208"]);
}
