//! Tests of the documents: every `console` block of `docs/` and of the README is run, and its output has to be the one
//! shown.
//!
//! A block `yaml NAME` creates a file of that name for the blocks after it. A line `…` stands for any lines; all other
//! lines have to appear as shown, in their order. Promises that each document is run in a fresh folder that contains
//! the committed `scenarios/`.

#![allow(clippy::unwrap_used, clippy::panic)]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A fenced block: its first line, its contents, and its line in the document.
struct Block {
    info: String,
    lines: Vec<String>,
    at: usize,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(info), false) => out.push(Block { info: info.to_owned(), lines: Vec::new(), at: at + 1 }),
            (None, true) => out.last_mut().unwrap().lines.push(line.to_owned()),
            _ => {}
        }
        open ^= line.starts_with("```");
    }
    assert!(!open, "a block that is never closed");
    out
}

/// The first line that is shown and missing in the output, if there is one.
fn missing<'s>(shown: &'s [String], said: &str) -> Option<&'s str> {
    let said: Vec<&str> = said.lines().map(str::trim_end).collect();
    let (mut at, mut gap) = (0, false);
    for line in shown {
        if line.trim() == "…" {
            gap = true;
            continue;
        }
        let found = if gap { said.iter().skip(at).position(|l| l == line).map(|n| at + n) } else { Some(at) };
        match found.filter(|n| said.get(*n) == Some(&line.as_str())) {
            Some(n) => at = n + 1,
            None => return Some(line),
        }
        gap = false;
    }
    (!gap && at < said.len()).then_some("the end")
}

/// A folder that is deleted at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(name: &str, text: &str) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stem = name.replace(['/', '.'], "-");
    let folder = Folder(std::env::temp_dir().join(format!("mims-sim-docs-{stem}-{}", std::process::id())));
    fs::create_dir_all(&folder.0).unwrap();
    symlink(root.join("scenarios"), folder.0.join("scenarios")).unwrap();
    let tool = Path::new(env!("CARGO_BIN_EXE_mims-sim")).parent().unwrap();
    let path = format!("{}:{}", tool.display(), std::env::var("PATH").unwrap_or_default());
    let mut count = 0;
    for block in blocks(text) {
        if let Some(file) = block.info.strip_prefix("yaml ") {
            let path = folder.0.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, block.lines.join("\n") + "\n").unwrap();
        }
        if block.info != "console" {
            continue;
        }
        let mut rest = block.lines.as_slice();
        while let Some((first, after)) = rest.split_first() {
            let command = first.strip_prefix("$ ").unwrap_or_else(|| panic!("{name}:{}: no `$ `", block.at));
            let end = after.iter().position(|line| line.starts_with("$ ")).unwrap_or(after.len());
            let (shown, next) = after.split_at(end);
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(format!("({command}) 2>&1")).current_dir(&folder.0).env("PATH", &path);
            for key in ["NO_COLOR", "COLUMNS", "CLICOLOR_FORCE"] {
                shell.env_remove(key);
            }
            let out = shell.stdin(Stdio::null()).output().unwrap();
            let said = String::from_utf8(out.stdout).unwrap();
            if let Some(line) = missing(shown, &said) {
                panic!("{name}:{}: `{command}` does not say `{line}`, but\n{said}", block.at);
            }
            count += 1;
            rest = next;
        }
    }
    count
}

#[test]
fn every_command_says_what_the_documents_show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<PathBuf> = fs::read_dir(root.join("docs")).unwrap().map(|e| e.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|e| e == "md"));
    names.sort();
    assert!(names.len() >= 3, "{names:?}");
    names.push(root.join("README.md"));
    let mut count = 0;
    for path in names {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        count += run(&name, &fs::read_to_string(&path).unwrap());
    }
    assert!(count > 15, "{count} commands");
}

#[test]
fn the_reference_is_what_words_writes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (page, args) in
        [("reference.md", &["words", "--markdown"][..]), ("clauses.md", &["words", "clauses", "--markdown"])]
    {
        let out = Command::new(env!("CARGO_BIN_EXE_mims-sim")).args(args).output().unwrap();
        let said = String::from_utf8(out.stdout).unwrap();
        assert!(said.lines().count() > 50, "{said}");
        let committed = fs::read_to_string(root.join("docs").join(page)).unwrap();
        assert!(said == committed, "run `mims-sim {} > docs/{page}`", args.join(" "));
    }
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    let pages = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    for path in pages.filter(|path| path.extension().is_some_and(|e| e == "md")) {
        let text = fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap();
            assert!(root.join("docs").join(target).exists(), "{}: {link}", path.display());
            count += 1;
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn a_document_that_tells_otherwise_is_found() {
    let shown = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(missing(&shown("a\nb"), "a\nb\n"), None);
    assert_eq!(missing(&shown("a\n…\nd"), "a\nb\nc\nd\n"), None);
    assert_eq!(missing(&shown("…\nb\n…"), "a\nb\nc\n"), None);
    assert_eq!(missing(&shown("a"), "a\nb\n"), Some("the end"));
    assert_eq!(missing(&shown("a\nc"), "a\nb\n"), Some("c"));
    assert_eq!(missing(&shown("…\nd"), "a\nb\n"), Some("d"));
}
