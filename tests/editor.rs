//! Tests of the schema in an editor: completion, hover texts and errors, by yaml-language-server on valid and invalid
//! files.
//!
//! Promises to say so if it is skipped, and never to be skipped under `EDITOR_TEST=required`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder that is deleted at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The server's answers for these texts, each with a place to hover over and a place to complete at.
fn ask(asks: &[(&str, &str, Value, Value)]) -> Option<Vec<Value>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let there = root.join("tests/editor/node_modules/yaml-language-server").exists();
    let node = Command::new("node").arg("--version").output().is_ok_and(|o| o.status.success());
    if !there || !node {
        let what = if node { "`npm ci` in tests/editor" } else { "node" };
        assert!(std::env::var("EDITOR_TEST").as_deref() != Ok("required"), "{what} is missing");
        eprintln!("skipped: {what} is missing");
        return None;
    }
    let folder = Folder(std::env::temp_dir().join(format!("mims-sim-editor-{}-{}", std::process::id(), asks[0].0)));
    fs::create_dir_all(&folder.0).unwrap();
    fs::copy(root.join("scenarios/scenario.schema.json"), folder.0.join("scenario.schema.json")).unwrap();
    for (name, text, ..) in asks {
        let head = "# yaml-language-server: $schema=scenario.schema.json\n";
        fs::write(folder.0.join(name), format!("{head}{text}")).unwrap();
    }
    let list: Vec<Value> = asks
        .iter()
        .map(|(file, _, hover, complete)| json!({"file": file, "hover": hover, "complete": complete}))
        .collect();
    let question = json!({"folder": folder.0, "asks": list}).to_string();
    let mut node = Command::new("node");
    node.arg(root.join("tests/editor/ask.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = node.spawn().unwrap();
    child.stdin.take().unwrap().write_all(question.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    Some(
        serde_json::from_slice(&out.stdout)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&out.stdout))),
    )
}

fn labels(answer: &Value) -> Vec<&str> {
    answer["complete"].as_array().unwrap().iter().map(|label| label.as_str().unwrap()).collect()
}

#[test]
fn good_files_have_no_findings_and_hover_texts() {
    let scenario = "scenario: X\ngiven:\n  people: {gwen: {answers: forgotten}}\nwhen:\n  \
                    - day: Wed 2023-09-27\n  - {at: 09:00, who: gwen, do: sign-in, expect: no-second-factor}\n";
    let policy = "policy: P\nextends: guide-v1.1\nrules:\n  email-otp.validity: 10m\n";
    let init = include_str!("../src/cli/init/scenario.yaml");
    let finding = include_str!("../src/cli/init/finding.yaml");
    let asks = [
        ("scenario.yaml", scenario, json!([3, 20]), Value::Null),
        ("row.yaml", scenario, json!([6, 18]), Value::Null),
        ("policy.yaml", policy, json!([4, 5]), Value::Null),
        ("init.yaml", init, Value::Null, Value::Null),
        ("finding.yaml", finding, Value::Null, Value::Null),
    ];
    let Some(answers) = ask(&asks) else { return };
    for answer in &answers {
        assert_eq!(answer["diagnostics"], json!([]), "{}", answer["file"]);
    }
    let hover = |at: usize| answers[at]["hover"].as_str().unwrap();
    // The key's own text, and that of each word which can stand there.
    assert!(hover(0).contains("Whether the security questions were set"), "{}", hover(0));
    assert!(hover(0).contains("`forgotten`: Set and forgotten."), "{}", hover(0));
    assert!(hover(1).contains("Who acts."), "{}", hover(1));
    assert!(hover(2).contains("How long an e-mailed OTP can be typed in. (A3; default"), "{}", hover(2));
}

#[test]
fn bad_files_are_marked_where_they_are_wrong() {
    let row = |row: &str| {
        format!("scenario: X\ngiven: {{people: {{gwen: {{}}}}}}\nwhen:\n  - day: Wed 2023-09-27\n  - {row}\n")
    };
    let key = row("{at: 09:00, who: gwen, do: sign-in, expct: granted}");
    let act = row("{at: 09:00, who: gwen, do: sing-in, expect: granted}");
    let newer = row("{at: 09:00, who: gwen, do: enrol}").replace("given", "format: 2\ngiven");
    let asks = [
        ("key.yaml", key.as_str(), Value::Null, Value::Null),
        ("act.yaml", &act, Value::Null, Value::Null),
        ("newer.yaml", &newer, Value::Null, Value::Null),
        ("policy.yaml", "policy: P\nrules:\n  email-otp.valid: 10m\n", Value::Null, Value::Null),
    ];
    let Some(answers) = ask(&asks) else { return };
    for (at, line, part) in [(0, 5, "expct"), (1, 5, "sign-in"), (2, 2, "1"), (3, 3, "email-otp.valid")] {
        let found = answers[at]["diagnostics"].as_array().unwrap();
        let fits = |d: &Value| d["line"] == line && d["message"].as_str().unwrap().contains(part);
        assert!(found.iter().any(fits), "{}: {found:?}", answers[at]["file"]);
    }
}

#[test]
fn what_can_stand_here_is_completed() {
    let people = "scenario: X\ngiven:\n  people:\n    gwen:\n      \n";
    let acts = "scenario: X\nwhen:\n  - at: 09:00\n    who: gwen\n    do: \n";
    let started = "scenario: X\nwhen:\n  - {at: 09:00, who: gwen, do: }\n";
    let faults = "scenario: X\nwhen:\n  - at: 09:00\n    fault: \n";
    let keys = "scenario: X\nwhen:\n  - {at: 09:00, who: gwen, do: forgot-password, expect: granted, n}\n";
    let rules = "policy: P\nrules:\n  \n";
    let asks = [
        ("people.yaml", people, Value::Null, json!([5, 6])),
        ("acts.yaml", acts, Value::Null, json!([5, 8])),
        ("keys.yaml", keys, Value::Null, json!([3, 66])),
        ("rules.yaml", rules, Value::Null, json!([3, 2])),
        ("started.yaml", started, Value::Null, json!([3, 31])),
        ("faults.yaml", faults, Value::Null, json!([4, 11])),
    ];
    let Some(answers) = ask(&asks) else { return };
    for (at, words) in [
        (0, &["answers", "phone", "role", "otp-address"][..]),
        (1, &["sign-in", "enrol", "reset-password", "enter-code"]),
        (2, &["resting-on", "account"]),
        (3, &["cutover", "email-otp.validity"]),
        (4, &["sign-in", "reset-password"]),
        (5, &["slow-mail", "outage"]),
    ] {
        let said = labels(&answers[at]);
        assert!(words.iter().all(|word| said.contains(word)), "{}: {words:?} of {said:?}", answers[at]["file"]);
    }
}
