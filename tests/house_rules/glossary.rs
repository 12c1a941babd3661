//! The glossary names a file for each term, and the file is there.
//!
//! Promises one plain sentence a term, and no term twice. Deliberately does not judge what it says.

use std::fs;
use std::path::Path;

/// What is wrong with a glossary; `there` says whether a file exists.
fn check_glossary(text: &str, there: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut terms: Vec<&str> = Vec::new();
    for (n, row) in (1..).zip(text.lines()).filter(|(_, row)| row.starts_with('|') && !row.starts_with("| ---")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let mut say = |what: String| found.push(format!("docs/glossary.md:{n}: glossary: {what}"));
        match cells.as_slice() {
            ["term", ..] => {}
            [term, meaning, file] => {
                let file = file.trim_matches('`');
                if !there(file) {
                    say(format!("`{term}` lives in {file}, which is not there"));
                }
                if !meaning.ends_with('.') || meaning.contains(". ") {
                    say(format!("what `{term}` means is not one sentence"));
                }
                if terms.contains(term) {
                    say(format!("`{term}` stands here twice"));
                }
                terms.push(term);
            }
            _ => say("a row has a term, its meaning and its file".to_owned()),
        }
    }
    if terms.is_empty() {
        found.push("docs/glossary.md:1: glossary: it has no terms".to_owned());
    }
    found
}

#[test]
fn every_term_has_its_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/glossary.md")).unwrap();
    let found = check_glossary(&text, |file| root.join(file).is_file());
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_term_without_a_file_is_found() {
    let text = "# Terms\n\n| term | meaning | file |\n| --- | --- | --- |\n| a | One. | `src/a.rs` |\n\
                | b | One. Two. | `src/gone.rs` |\n| a | One. | `src/a.rs` |\n| c | One. |\n";
    assert_eq!(
        check_glossary(text, |file| file == "src/a.rs"),
        [
            "docs/glossary.md:6: glossary: `b` lives in src/gone.rs, which is not there",
            "docs/glossary.md:6: glossary: what `b` means is not one sentence",
            "docs/glossary.md:7: glossary: `a` stands here twice",
            "docs/glossary.md:8: glossary: a row has a term, its meaning and its file",
        ]
    );
    assert_eq!(check_glossary("", |_| true), ["docs/glossary.md:1: glossary: it has no terms"]);
}
