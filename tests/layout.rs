//! Tests of the formatter: every committed file is in its canonical layout, and returns to it, with the same meaning,
//! after its layout was changed.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{scenarios, yaml};
use mims_sim::format::formatter::{layout, same};
use mims_sim::format::yaml::parse;
use std::fs;

fn texts() -> Vec<(String, String)> {
    let files = yaml(&scenarios());
    assert!(files.len() > 10);
    files.iter().map(|file| (file.display().to_string(), fs::read_to_string(file).unwrap())).collect()
}

#[test]
fn every_committed_file_is_laid_out() {
    for (name, text) in texts() {
        let (_, tree) = parse(&name, text.as_bytes()).unwrap();
        assert!(layout(&text, &tree).unwrap() == text, "{name}: run `mims-sim fmt`");
    }
}

#[test]
fn a_file_written_otherwise_comes_back() {
    let looser = |text: &str| {
        let lines = text.lines().map(|line| {
            let inner = line.trim_start();
            // Twice the indentation, with more space after commas; no text in these files spans several lines.
            let apart = if inner.starts_with('#') { inner.to_owned() } else { inner.replacen(", ", " ,   ", 1) };
            format!("{}{apart}   ", &line[..line.len() - inner.len()].repeat(2))
        });
        lines.collect::<Vec<_>>().join("\r\n") + "\r\n\r\n"
    };
    let mut count = 0;
    for (name, text) in texts() {
        let other = looser(&text);
        let (_, before) = parse(&name, text.as_bytes()).unwrap();
        let Ok((file, after)) = parse(&name, other.as_bytes()) else { continue };
        // A comma within a text is another text then, and a comment another comment.
        let noted = text.lines().any(|line| line.contains(" #") && !line.trim_start().starts_with('#'));
        if same(&before, &after) && !noted {
            assert_eq!(layout(&file.text, &after).unwrap(), text, "{name}");
            count += 1;
        }
    }
    assert!(count > 40, "{count} files were tried");
}
