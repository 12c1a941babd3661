//! What is told of a tree that is not as the schema wants it.

#![allow(dead_code, reason = "the types are there for their schema")]

use super::*;
use crate::diagnostic::{Sources, Style, render};
use crate::format::spelling::nearest;
use crate::format::yaml;
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(JsonSchema, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Card {
    scenario: String,
    runs: Option<u8>,
    share: Option<f64>,
    shared: Option<bool>,
    feature: Option<Feature>,
    tags: Option<OneOrMany>,
    #[schemars(length(min = 1, max = 2))]
    pair: Option<Vec<String>>,
    #[serde(default)]
    people: BTreeMap<String, Person>,
    #[serde(default)]
    #[schemars(extend("x-key-format" = "path"))]
    rules: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    when: Vec<Row>,
    cases: Option<serde_json::Value>,
}
#[derive(JsonSchema, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Feature {
    Enabled,
    Disabled,
}
#[derive(JsonSchema, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}
#[derive(JsonSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    /// The role.
    role: Option<Role>,
    #[serde(default)]
    phone: Phone,
}
#[derive(JsonSchema, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Phone {
    clock: Option<Delay>,
}
#[derive(JsonSchema, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Role {
    /// Looks after accounts.
    LocalAdministrator,
    /// Answers the phone.
    Agent,
}
#[derive(JsonSchema, Deserialize)]
#[serde(untagged)]
enum Row {
    Day(DayRow),
    Act(ActRow),
    Fault(FaultRow),
}
#[derive(JsonSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct DayRow {
    day: String,
}
#[derive(JsonSchema, Deserialize)]
struct ActRow {
    at: Delay,
    who: String,
    #[serde(default)]
    with: Vec<String>,
    #[serde(flatten)]
    act: Act,
}
#[derive(JsonSchema, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
enum Act {
    /// Signs in.
    SignIn {
        account: Option<String>,
        expect: String,
    },
    Enrol(Enrol),
    Leave,
}
#[derive(JsonSchema, Deserialize)]
struct Enrol {
    account: Option<String>,
    slot: Option<u8>,
}
#[derive(JsonSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultRow {
    at: Delay,
    fault: String,
    by: Option<Delay>,
}
#[derive(JsonSchema, Deserialize)]
#[schemars(extend("format" = "delay"))]
struct Delay(String);

const FORMATS: &[TextFormat] = &[
    TextFormat {
        format: "delay",
        what: "a time such as `09:30` or a delay such as `+20s`",
        check: |text| {
            if text.starts_with('+') || text.contains(':') { Ok(()) } else { Err("no colon and no plus".to_owned()) }
        },
    },
    TextFormat {
        format: "path",
        what: "a dotted path",
        check: |text| {
            if text.contains('.') { Ok(()) } else { Err(String::new()) }
        },
    },
];

fn checker() -> Checker<'static> {
    let schema = schemars::generate::SchemaSettings::draft07().into_generator().into_root_schema_for::<Card>();
    Checker::new(&schema.to_value(), FORMATS)
}

fn found(text: &str) -> String {
    let (file, tree) = yaml::parse("f.yaml", text.as_bytes()).unwrap();
    let diags = checker().check("f.yaml", &tree, "", "a scenario");
    render(&diags, &Sources::from([(file.name.clone(), file)]), Style::Plain)
}

const RIGHT: &str = "scenario: x\nruns: 3\nshare: 1\nshared: true\nfeature: enabled\ntags: [a]\npair: [a]\npeople:\n  asha: {}\n  dee: {role: agent, phone: {clock: +20s}}\nrules: {a.b: 3, c.d: [x]}\nwhen:\n  - day: Mon\n  - {at: 09:30, who: a, do: sign-in, expect: granted}\n  - {at: +2s, who: a, with: [b], do: enrol, slot: 3}\n  - {at: 09:31, who: a, do: leave}\n  - {at: 09:31, fault: x, by: null}\ncases: {any: [thing]}\n";

#[test]
fn what_is_right_has_no_findings_and_is_read_by_serde() {
    assert_eq!(found(RIGHT), "");
    let (_, tree) = yaml::parse("f", RIGHT.as_bytes()).unwrap();
    let card: Card = serde_yaml::from_value(tree.to_value()).unwrap();
    assert_eq!(card.when.len(), 5);
    let by_name = checker().check("f", tree.get("people").unwrap().get("dee").unwrap(), "Person", "a person");
    assert_eq!(by_name, []);
}

#[test]
fn unknown_keys() {
    insta::assert_snapshot!(found("scenario: x\nwhen:\n  - {at: 08:30, who: gwen, do: sign-in, acount: gwen, expect: granted}\n"), @r#"
        error[S102]: unknown key `acount` in a `sign-in` row
         --> f.yaml:3:41
          |
        3 |   - {at: 08:30, who: gwen, do: sign-in, acount: gwen, expect: granted}
          |                                         ^^^^^^ did you mean `account`?
          = help: `sign-in` takes at, who, with, do, account, expect
        "#);
    insta::assert_snapshot!(found("scenario: x\nwhne: []\nzzz: 1\n"), @r#"
        error[S102]: unknown key `whne` in a scenario
         --> f.yaml:2:1
          |
        2 | whne: []
          | ^^^^ did you mean `when`?
          = help: a scenario takes scenario, runs, share, shared, feature, tags, pair, people, rules, when, cases

        error[S102]: unknown key `zzz` in a scenario
         --> f.yaml:3:1
          |
        3 | zzz: 1
          | ^^^ not known here
          = help: a scenario takes scenario, runs, share, shared, feature, tags, pair, people, rules, when, cases
        "#);
    insta::assert_snapshot!(found("scenario: x\nwhen:\n  - {day: Mon, month: May}\n  - {at: 1:0, fualt: x}\n  - {dya: Mon}\n"), @r#"
        error[S102]: unknown key `month` in a day row
         --> f.yaml:3:16
          |
        3 |   - {day: Mon, month: May}
          |                ^^^^^ not known here
          = help: a day row takes day

        error[S102]: unknown key `fualt` in a fault row
         --> f.yaml:4:15
          |
        4 |   - {at: 1:0, fualt: x}
          |               ^^^^^ did you mean `fault`?
          = help: a fault row takes at, fault, by

        error[S102]: unknown key `dya` in a day row
         --> f.yaml:5:6
          |
        5 |   - {dya: Mon}
          |      ^^^ did you mean `day`?
          = help: a day row takes day
        "#);
    insta::assert_snapshot!(found("scenario: x\npeople: {asha: {phone: {clok: +2s}}}\n"), @r#"
        error[S102]: unknown key `clok` in `phone`
         --> f.yaml:2:25
          |
        2 | people: {asha: {phone: {clok: +2s}}}
          |                         ^^^^ did you mean `clock`?
          = help: `phone` takes clock
        "#);
    insta::assert_snapshot!(found("scenario: x\nwhen: [{at: 1:0, who: a, do: leave, slot: 1}]\n"), @r#"
        error[S102]: unknown key `slot` in a `leave` row
         --> f.yaml:2:37
          |
        2 | when: [{at: 1:0, who: a, do: leave, slot: 1}]
          |                                     ^^^^ not known here
          = help: `leave` takes at, who, with, do
        "#);
}

#[test]
fn missing_keys_and_kinds() {
    insta::assert_snapshot!(found("runs: 1\n"), @r#"
        error[S103]: a scenario needs `scenario`
         --> f.yaml:1:1
          |
        1 | runs: 1
          | ^^^^^^^ `scenario` is missing
          = help: add `scenario: …` with text
        "#);
    insta::assert_snapshot!(found("scenario: x\nwhen:\n  - {at: 08:30, who: gwen, do: sign-in}\n"), @r#"
        error[S103]: a `sign-in` row needs `expect`
         --> f.yaml:3:5
          |
        3 |   - {at: 08:30, who: gwen, do: sign-in}
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `expect` is missing
          = help: add `expect: …` with text
        "#);
    insta::assert_snapshot!(found("scenario: x\nwhen:\n  - {at: 08:30, who: gwen, expect: granted}\n  - {at: 08:30, who: a, do: sing-in, expect: x}\n"), @r#"
        error[S110]: an act row needs `do`, which says what kind it is
         --> f.yaml:3:5
          |
        3 |   - {at: 08:30, who: gwen, expect: granted}
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `do` is missing
          = help: `do` is one of `sign-in`, `enrol`, `leave`

        error[S104]: `do` cannot be `sing-in`
         --> f.yaml:4:29
          |
        4 |   - {at: 08:30, who: a, do: sing-in, expect: x}
          |                             ^^^^^^^ did you mean `sign-in`?
          = help: `do` is one of `sign-in`, `enrol`, `leave`
        "#);
}

#[test]
fn wrong_types() {
    insta::assert_snapshot!(found("scenario: 12\nruns: '3'\ntags: {a: 1}\npair: a\nshare: x\nwhen: {day: x}\npeople: [asha]\n"), @r#"
        error[S101]: `scenario` must be text
         --> f.yaml:1:11
          |
        1 | scenario: 12
          |           ^^ this is a number
          = help: put it in quotes: `"12"`

        error[S101]: `runs` must be a whole number
         --> f.yaml:2:7
          |
        2 | runs: '3'
          |       ^^^ this is text
          = help: write it without quotes: `3`

        error[S101]: `tags` must be text, or a list
         --> f.yaml:3:7
          |
        3 | tags: {a: 1}
          |       ^^^^^^ this is a mapping
          = help: write text, or a list

        error[S101]: `pair` must be a list
         --> f.yaml:4:7
          |
        4 | pair: a
          |       ^ this is text
          = help: put it in brackets: `[a]`

        error[S101]: `share` must be a number
         --> f.yaml:5:8
          |
        5 | share: x
          |        ^ this is text
          = help: write digits alone, as in `15`: no leading zero, no unit, no separators

        error[S101]: `when` must be a list
         --> f.yaml:6:7
          |
        6 | when: {day: x}
          |       ^^^^^^^^ this is a mapping
          = help: begin each item with a dash, or put the items in square brackets: `[…, …]`

        error[S101]: `people` must be a mapping
         --> f.yaml:7:9
          |
        7 | people: [asha]
          |         ^^^^^^ this is a list
          = help: write `key: value` lines, without dashes or square brackets
        "#);
    insta::assert_snapshot!(found("scenario:\nruns: 1.5\nwhen: [x, ~]\n"), @r#"
        error[S109]: `scenario` has no value
         --> f.yaml:1:10
          |
        1 | scenario:
          |          ^ nothing is here
          = help: write text, or leave the key out if it is optional

        error[S101]: `runs` must be a whole number
         --> f.yaml:2:7
          |
        2 | runs: 1.5
          |       ^^^ this is a number with a fraction
          = help: write a whole number, without a fraction

        error[S101]: an item of `when` must be a mapping
         --> f.yaml:3:8
          |
        3 | when: [x, ~]
          |        ^ this is text
          = help: write `{key: value}`, or `key: value` lines further in below it

        error[S109]: an item of `when` has no value
         --> f.yaml:3:11
          |
        3 | when: [x, ~]
          |           ^ nothing is here
          = help: write a mapping, or remove it
        "#);
}

#[test]
fn values_that_are_not_allowed() {
    insta::assert_snapshot!(found("scenario: x\nruns: 300\nshared: no\nfeature: on\npair: []\npeople: {a: {role: agnet, phone: {clock: 9}}}\nrules: {nodot: 1}\n"), @r#"
        error[S106]: `runs` cannot be `300`
         --> f.yaml:2:7
          |
        2 | runs: 300
          |       ^^^ must be at most 255
          = help: write a number from 0 to 255

        error[S105]: `shared` must be `true` or `false`
         --> f.yaml:3:9
          |
        3 | shared: no
          |         ^^ did you mean `false`?
          = help: write `false`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

        error[S105]: `feature` must be `enabled` or `disabled`
         --> f.yaml:4:10
          |
        4 | feature: on
          |          ^^ did you mean `enabled`?
          = help: write `enabled`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

        error[S107]: `pair` has too few items
         --> f.yaml:5:7
          |
        5 | pair: []
          |       ^^ no items here
          = help: `pair` takes at least 1 item

        error[S104]: `role` cannot be `agnet`
         --> f.yaml:6:20
          |
        6 | people: {a: {role: agnet, phone: {clock: 9}}}
          |                    ^^^^^ did you mean `agent`?
          = help: `role` is one of `local-administrator`, `agent`

        error[S108]: `clock` cannot be `9`
         --> f.yaml:6:42
          |
        6 | people: {a: {role: agnet, phone: {clock: 9}}}
          |                                          ^ no colon and no plus
          = help: write a time such as `09:30` or a delay such as `+20s`

        error[S111]: `nodot` cannot be a key of `rules`
         --> f.yaml:7:9
          |
        7 | rules: {nodot: 1}
          |         ^^^^^ not a dotted path
          = help: each key is a dotted path
        "#);
    insta::assert_snapshot!(found("scenario: x\nshared: 'true'\nfeature: true\npair: [a, b, c]\nruns: -1\n"), @r#"
        error[S105]: `shared` must be `true` or `false`
         --> f.yaml:2:9
          |
        2 | shared: 'true'
          |         ^^^^^^ did you mean `true`?
          = help: write `true`, without quotes: `yes`, `no`, `on` and `off` mean different things to different YAML tools

        error[S105]: `feature` must be `enabled` or `disabled`
         --> f.yaml:3:10
          |
        3 | feature: true
          |          ^^^^ did you mean `enabled`?
          = help: write `enabled`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

        error[S107]: `pair` has too many items
         --> f.yaml:4:7
          |
        4 | pair: [a, b, c]
          |       ^^^^^^^^^ 3 items here
          = help: `pair` takes at most 2 items

        error[S106]: `runs` cannot be `-1`
         --> f.yaml:5:7
          |
        5 | runs: -1
          |       ^^ must be at least 0
          = help: write a number from 0 to 255
        "#);
}

#[test]
fn a_file_of_nothing_but_mistakes_is_cheap() {
    let keys: Vec<String> = (0..150_000).map(|n| format!("k{n}: 1")).collect();
    let rows = "{at: 1, zzz: 2, who: 3, do: 4}, ".repeat(30_000);
    for text in [
        format!("{{{}}}", keys.join(", ")),
        format!("scenario: x\nwhen: [{rows}]\n"),
        format!("scenario: x\npeople: {{{}}}\n", keys.join(", ")),
    ] {
        let out = found(&text);
        assert!(out.matches("error[").count() >= MAX_FINDINGS);
        assert!(out.len() < 2_000_000, "{}", out.len());
    }
}

#[test]
fn likeness() {
    let words = ["account", "at", "do", "expect", "second-factor"];
    assert_eq!(nearest("acount", &words), Some("account"));
    assert_eq!(nearest("od", &words), Some("do"));
    assert_eq!(nearest("Second_Factor", &words), Some("second-factor"));
    assert_eq!(nearest("zebra", &words), None);
    assert_eq!(nearest(&"a".repeat(1_000_000), &words), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A tree without findings is one that serde reads.
    #[test]
    fn no_findings_means_that_serde_reads_it(at in 0..RIGHT.len(), len in 0..8_usize, put in "[-a-e0-9:{}\\[\\], '~\n]{0,4}") {
        let mut bytes = RIGHT.as_bytes().to_vec();
        let end = (at + len).min(bytes.len());
        bytes.splice(at..end, put.into_bytes());
        if let Ok((_, tree)) = yaml::parse("f", &bytes)
            && checker().check("f", &tree, "", "a scenario").is_empty()
        {
            let read = serde_yaml::from_value::<Card>(tree.to_value());
            prop_assert!(read.is_ok(), "{:?}\n{}", read.err(), String::from_utf8_lossy(&bytes));
        }
    }
}
