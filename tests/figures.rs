//! The figures of cost that documents state: every one is in `benches/figures.csv`, with the command that printed it,
//! the date and the commit.
//!
//! Promises to find each number with a unit of time, memory or rate that is in a document and not in that file.
//! `just figures` measures anew: it runs the commands, and then `record`, which writes the file and the tables of the
//! documents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The documents that state figures.
const DOCUMENTS: [&str; 3] = ["README.md", "ARCHITECTURE.md", "docs/scale.md"];
/// What begins and ends a table of figures in them, around the names of groups and the table.
const MARKS: [&str; 3] = ["<!-- figures: ", " -->\n", "<!-- end of figures -->"];
/// Words after a number that make it a figure of cost.
const UNITS: [&str; 13] =
    ["ns", "µs", "ms", "s", "bytes", "KB", "MB", "GB", "KiB", "MiB", "GiB", "times", "core-hours"];

/// A line of `benches/figures.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Figure {
    /// `GROUP/NAME`, as the command prints it.
    id: String,
    /// The figure as documents state it: a number or a range of several runs, and the unit. Empty: not measured yet.
    said: String,
    /// What it is, in words.
    what: String,
    /// The command that prints it.
    command: String,
    /// The day on which it was measured.
    date: String,
    /// The commit at which it was measured.
    commit: String,
}

// ---------------------------------------------------------------------------------------------------------------------
// The file

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn figures() -> Vec<Figure> {
    let mut csv = csv::Reader::from_path(path("benches/figures.csv")).unwrap();
    let figure = |line: csv::StringRecord| {
        let cell = |at: usize| line[at].to_owned();
        Figure { id: cell(0), said: cell(1), what: cell(2), command: cell(3), date: cell(4), commit: cell(5) }
    };
    csv.records().map(|line| figure(line.unwrap())).collect()
}

fn write(figures: &[Figure]) {
    let mut csv = csv::Writer::from_path(path("benches/figures.csv")).unwrap();
    csv.write_record(["id", "figure", "what", "command", "date", "commit"]).unwrap();
    for f in figures {
        csv.write_record([&f.id, &f.said, &f.what, &f.command, &f.date, &f.commit]).unwrap();
    }
    csv.flush().unwrap();
}

// ---------------------------------------------------------------------------------------------------------------------
// Documents

/// The table of a group's figures.
fn table(figures: &[Figure], group: &str) -> String {
    let mut out = "| what | figure | printed by | on | at |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for f in figures.iter().filter(|f| f.id.split('/').next() == Some(group) && !f.said.is_empty()) {
        let Figure { said, what, command, date, commit, .. } = f;
        out += &format!("| {what} | {said} | `{command}` | {date} | `{commit}` |\n");
    }
    out
}

/// The document with the tables of these figures, and what of it is not in a table.
fn with_tables(figures: &[Figure], text: &str) -> (String, String) {
    let [begin, middle, end] = MARKS;
    let (mut whole, mut outside, mut rest) = (String::new(), String::new(), text);
    while let Some((before, after)) = rest.split_once(begin) {
        let (group, after) = after.split_once(middle).expect("a mark names its group and ends");
        let (_, after) = after.split_once(end).expect("a table of figures ends");
        whole += &format!("{before}{begin}{group}{middle}{}{end}", table(figures, group));
        outside += before;
        rest = after;
    }
    (whole + rest, outside + rest)
}

/// A word without the marks around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn is_number(word: &str) -> bool {
    bare(word).starts_with(|c: char| c.is_ascii_digit()) && !bare(word).contains(|c: char| c.is_alphabetic())
}

/// Every number with a unit of cost, as it is written: `1.8 to 2.0 s`, `16 million messages a second`. Code is left
/// out.
fn costs(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).flat_map(|part| part.split('`').step_by(2)).collect();
    let words: Vec<&str> = prose.split_whitespace().filter(|word| !bare(word).is_empty()).collect();
    let counts = |word: &str| is_number(word) || ["to", "thousand", "million", "billion"].contains(&bare(word));
    let mut out = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let rate = bare(word) == "second" && at > 0 && words[at - 1] == "a";
        // A rate has at most two words for what is counted: `messages a second`, `states a second`.
        let skipped = if rate { (1..=3).find(|n| at > *n && counts(words[at - n - 1])) } else { Some(0) };
        let Some(last) = skipped.filter(|_| rate || UNITS.contains(&bare(word))).and_then(|n| at.checked_sub(n + 1))
        else {
            continue;
        };
        let mut first = last + 1;
        while first > 0 && counts(words[first - 1]) {
            first -= 1;
        }
        while first <= last && !is_number(words[first]) {
            first += 1;
        }
        if first <= last {
            out.push(words[first..=at].iter().map(|word| bare(word)).collect::<Vec<_>>().join(" "));
        }
    }
    out
}

/// What a document states wrongly: tables that are not the file's, and figures that are not in it.
fn stale(figures: &[Figure], name: &str, text: &str) -> Vec<String> {
    let (whole, outside) = with_tables(figures, text);
    let table = (whole != text).then(|| format!("{name}: its tables of figures are not those of benches/figures.csv"));
    let known = |cost: &String| figures.iter().any(|figure| figure.said == *cost);
    let unknown = costs(&outside).into_iter().filter(|cost| !known(cost));
    table.into_iter().chain(unknown.map(|cost| format!("{name}: `{cost}` is not in benches/figures.csv"))).collect()
}

#[test]
fn every_figure_of_cost_in_a_document_is_in_the_file() {
    let figures = figures();
    let text = |name: &str| fs::read_to_string(path(name)).unwrap();
    let found: Vec<String> = DOCUMENTS.iter().flat_map(|name| stale(&figures, name, &text(name))).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_figure_is_printed_by_a_command_at_a_commit() {
    for Figure { id, said, what, command, date, commit } in figures().into_iter().filter(|f| !f.said.is_empty()) {
        assert!(!costs(&said).is_empty() || said.split(' ').any(is_number), "{id}: `{said}` has no number");
        assert!(!what.is_empty() && command.starts_with("cargo bench --bench "), "{id}");
        assert!(date.len() == 10 && commit.len() >= 7, "{id}: {date} {commit}");
    }
}

#[test]
fn a_figure_that_is_not_in_the_file_is_found() {
    let line = |id: &str, said: &str| Figure {
        id: id.to_owned(),
        said: said.to_owned(),
        what: "a message".to_owned(),
        command: "cargo bench --bench engine".to_owned(),
        date: "2026-11-26".to_owned(),
        commit: "d221c44".to_owned(),
    };
    let known = [line("engine/message", "1.8 to 2.0 s"), line("engine/rate", "16 million messages a second")];
    let fine = "It takes **1.8 to\n2.0 s**, at (16 million messages a second), for 60 days; `3 s` is code.";
    assert_eq!(stale(&known, "a.md", fine), [""; 0]);
    for (text, cost) in [
        ("It takes 1.8 s.", "1.8 s"),
        ("some 210 thousand different states a second", "210 thousand different states a second"),
        ("with 39 KB each", "39 KB"),
        ("24 to 26 times as long", "24 to 26 times"),
    ] {
        assert_eq!(stale(&known, "a.md", text), [format!("a.md: `{cost}` is not in benches/figures.csv")]);
    }
    let [begin, middle, end] = MARKS;
    let table = with_tables(&known, &format!("{begin}engine{middle}{end}")).0;
    assert_eq!(stale(&known, "a.md", &table), [""; 0]);
    let changed = table.replace("2.0 s", "2.1 s");
    assert_eq!(stale(&known, "a.md", &changed).len(), 1, "{changed}");
}

// ---------------------------------------------------------------------------------------------------------------------
// Recording

/// A number to two digits that count, or as a whole one.
fn short(number: f64) -> (String, &'static str) {
    let scales = [(1e9, " billion"), (1e6, " million"), (1e3, " thousand")];
    let (scale, name) = scales.into_iter().find(|(scale, _)| number >= *scale).unwrap_or((1.0, ""));
    let number = number / scale;
    let digits = (0..).find(|digits| number * 10_f64.powi(*digits) >= 9.95 || *digits == 9).unwrap();
    (format!("{number:.*}", usize::try_from(digits).unwrap()), name)
}

/// The least and the most of several runs with their unit.
fn range(least: f64, most: f64, unit: &str) -> String {
    let ((low, low_scale), (high, scale)) = (short(least), short(most));
    match (low == high && low_scale == scale, low_scale == scale) {
        (true, _) => format!("{high}{scale} {unit}"),
        (false, true) => format!("{low} to {high}{scale} {unit}"),
        (false, false) => format!("{low}{low_scale} to {high}{scale} {unit}"),
    }
}

#[test]
fn ranges_have_two_digits_that_count() {
    for (least, most, said) in [
        (0.684, 0.684, "0.68 s"),
        (1.84, 2.04, "1.8 to 2.0 s"),
        (9.97, 63.4, "10 to 63 s"),
        (398.4, 398.4, "398 s"),
        (210_400.0, 210_900.0, "210 to 211 thousand s"),
        (9_430_000.0, 10_420_000.0, "9.4 to 10 million s"),
        (999_000.0, 1_000_000.0, "999 thousand to 1.0 million s"),
    ] {
        assert_eq!(range(least, most, "s"), said);
    }
}

/// What these lines of `figure GROUP/NAME = NUMBER UNIT` say: the least and the most of each, and its unit.
fn printed(text: &str) -> BTreeMap<String, (f64, f64, String)> {
    let mut out: BTreeMap<String, (f64, f64, String)> = BTreeMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("figure ")) {
        let (id, number) = line.split_once(" = ").unwrap();
        let (number, unit) = number.split_once(' ').unwrap();
        let number: f64 = number.parse().unwrap();
        let known = out.entry(id.to_owned()).or_insert((number, number, unit.to_owned()));
        (known.0, known.1) = (known.0.min(number), known.1.max(number));
    }
    out
}

fn first_line(program: &str, words: &[&str]) -> String {
    let out = Command::new(program).args(words).current_dir(path("")).output().unwrap();
    String::from_utf8(out.stdout).unwrap().lines().next().unwrap_or_default().to_owned()
}

/// Writes what `target/figures.txt` holds into the file, and the tables into the documents.
#[test]
#[ignore = "`just figures` runs it, after the commands that print figures"]
fn record() {
    let (date, commit) = (first_line("date", &["+%F"]), first_line("git", &["rev-parse", "--short", "HEAD"]));
    let mut figures = figures();
    let text = fs::read_to_string(path("target/figures.txt")).unwrap_or_default();
    for (id, (least, most, unit)) in printed(&text) {
        let figure = figures.iter_mut().find(|figure| figure.id == id);
        let figure = figure.unwrap_or_else(|| panic!("benches/figures.csv has no line for `{id}`"));
        figure.said = range(least, most, &unit);
        (figure.date, figure.commit) = (date.clone(), commit.clone());
    }
    write(&figures);
    for name in DOCUMENTS {
        let text = fs::read_to_string(path(name)).unwrap();
        fs::write(path(name), with_tables(&figures, &text).0).unwrap();
    }
}
