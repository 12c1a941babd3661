//! Tests of the JSON Schema: the committed one is the one generated from the types, and it accepts or refuses every
//! committed file as the tool does.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{scenarios, yaml};
use mims_sim::format::load::read;
use mims_sim::format::schema;
use serde_json::Value;
use std::fs;

fn validator() -> jsonschema::Validator {
    jsonschema::draft7::new(&schema::all()).unwrap()
}

fn value(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let committed: Value =
        serde_json::from_str(&fs::read_to_string(scenarios().join("scenario.schema.json")).unwrap()).unwrap();
    assert!(committed == schema::all(), "run `mims-sim schema > scenarios/scenario.schema.json`");
}

#[test]
fn an_independent_validator_accepts_every_committed_file() {
    let files = yaml(&scenarios());
    assert!(files.len() > 10);
    let validator = validator();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value(&text)).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", file.display());
    }
}

#[test]
fn checker_and_validator_refuse_the_same_mistakes() {
    let rows =
        |row: &str| format!("scenario: x\ngiven: {{people: {{a: {{}}}}}}\nwhen:\n  - day: 2023-09-27\n  - {row}\n");
    let validator = validator();
    let right = rows("{at: 08:30, who: a, do: sign-in, expect: granted}");
    assert!(read("x.yaml", right.as_bytes()).is_ok() && validator.is_valid(&value(&right)));
    for wrong in [
        "{at: 08:30, who: a, do: sign-in}",
        "{at: 08:30, who: a, do: sign-inn, expect: granted}",
        "{at: 08:30, who: a, do: sign-in, expect: granted, acount: a}",
        "{at: 08:30, do: sign-in, expect: granted}",
        "{at: 08:30, who: a, do: reset-password}",
        "{at: 08:30, who: [a], do: enrol}",
        "{at: 08:30, who: a, do: enrol, with: b}",
        "{at: 08:30, fault: slow-mail, by: 3m}",
        "{at: 08:30, event: account-created}",
    ] {
        let text = rows(wrong);
        assert!(read("x.yaml", text.as_bytes()).is_err(), "the tool takes {wrong}");
        assert!(!validator.is_valid(&value(&text)), "the schema takes {wrong}");
    }
}
