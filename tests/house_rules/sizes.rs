//! Size limits of files, of functions and of lines.
//!
//! Promises that a table may have any length: a `match` with one arm for each message, rows of data, rows of a macro.

use super::exceptions::{LONG_FUNCTIONS, LONG_LINES, LONGER};
use super::reading::{bare, halves, line, mentions, sources, within_raw, word};
use super::{all_clean, said};

/// The most lines of a file, without its tests.
const LONGEST: usize = 700;

/// The most lines of a function, without blank lines and comments.
const LONGEST_FUNCTION: usize = 60;

/// The most characters of a line.
const WIDEST: usize = 120;

/// Functions that are longer because they are tables, and what they are tables of.
const TABLES: &[(&str, &str, &str)] = &[
    ("src/policy/tests.rs", "with", "one arm a question to the policy"),
    ("src/world/portal.rs", "handle", "one arm a message"),
    ("src/world/self_service.rs", "handle", "one arm a message"),
    ("src/world/workspace.rs", "handle", "one arm a message"),
];

/// No file is longer than a person reads, its tests not counted.
fn check_length(name: &str, text: &str) -> Vec<String> {
    let (.., tested) = halves(name, text);
    let count = text.lines().count().saturating_sub(tested);
    let most = LONGER.iter().find(|(long, ..)| *long == name).map_or(LONGEST, |(_, most, _)| *most);
    if count <= most {
        return Vec::new();
    }
    vec![format!("{name}:{most}: length: {count} lines without tests, where {most} are the most: divide it")]
}

/// Every function of some code: where it begins, its name, and where its last brace stands.
fn functions(code: &str) -> Vec<(usize, &str, usize)> {
    let mut out = Vec::new();
    for at in mentions(code, "fn") {
        let name: &str = code[at + 2..].trim_start().split(|c| !word(c)).next().unwrap_or_default();
        // A function type has no name, and a function that a trait requires has no body.
        let (mut depth, mut body) = (0, None);
        for (n, c) in code[at..].char_indices() {
            depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
            match c {
                '{' if depth == 1 && body.is_none() => body = Some(at + n),
                '}' if depth == 0 && body.is_some() => {
                    out.extend((!name.is_empty()).then_some((at, name, at + n)));
                    break;
                }
                ';' if depth == 0 && body.is_none() => break,
                _ if depth < 0 => break,
                _ => {}
            }
        }
    }
    out
}

/// No function is longer than a person can hold in view, but tables.
fn check_functions(name: &str, text: &str) -> Vec<String> {
    let code = bare(text);
    let mut found = Vec::new();
    for (at, function, end) in functions(&code) {
        let (first, last) = (line(&code, at), line(&code, end));
        let lines = text.lines().skip(first - 1).take(last + 1 - first).map(str::trim_start);
        let count = lines.filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        let table = TABLES.iter().any(|(file, table, _)| *file == name && *table == function);
        if count > LONGEST_FUNCTION && !table {
            found.push(format!("{name}:{first}: function: `{function}` has {count} lines of code: divide it"));
        }
    }
    found
}

/// Which lines are rows of a table that a macro reads: those within braces after a macro's name at the margin.
fn rows_of_macros(code: &str) -> Vec<bool> {
    let mut inside = false;
    let rows = code.lines().map(|line| {
        let opens = line.trim_end().strip_suffix("! {").is_some_and(|name| name.chars().all(word));
        inside = (inside && !line.starts_with('}')) || (opens && !line.starts_with("proptest"));
        inside
    });
    rows.collect()
}

/// No line is wider than a page, but rows of a table, what a raw text holds, and a word that cannot be divided.
fn check_lines(name: &str, text: &str) -> Vec<String> {
    let rows = rows_of_macros(&bare(text));
    let mut found = Vec::new();
    for (n, ((line, row), raw)) in text.lines().zip(rows).zip(within_raw(text)).enumerate() {
        let count = line.chars().count();
        let comment = line.trim_start().starts_with("//");
        let one_word = !line.trim_start_matches([' ', '/', '!']).contains(' ');
        if count > WIDEST && !raw && !one_word && (!row || comment) {
            found.push(format!("{name}:{}: line: {count} characters, where {WIDEST} are the most", n + 1));
        }
    }
    found
}

/// The exceptions that nothing needs.
pub fn needless() -> Vec<String> {
    let files = sources(&["src/", "tests/", "benches/", "examples/"]);
    let text = |name: &str| files.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str());
    let mut out = Vec::new();
    for (name, ..) in LONGER {
        if text(name).is_none_or(|text| check_length("src/other.rs", text).is_empty()) {
            out.push(format!("{name} is not too long"));
        }
    }
    let long: Vec<(&str, String)> = files
        .iter()
        .flat_map(|(name, text)| check_functions("src/other.rs", text).into_iter().map(|f| (name.as_str(), f)))
        .collect();
    let tables = TABLES.iter().map(|(name, function, _)| (name, function));
    for (listed, function) in LONG_FUNCTIONS.iter().map(|(name, function)| (name, function)).chain(tables) {
        if !long.iter().any(|(name, found)| name.starts_with(listed) && found.contains(&format!("`{function}`"))) {
            out.push(format!("{listed}…: `{function}` is not too long"));
        }
    }
    let wide: Vec<&String> =
        files.iter().filter(|(name, text)| !check_lines(name, text).is_empty()).map(|(name, _)| name).collect();
    let narrow = LONG_LINES.iter().filter(|listed| !wide.iter().any(|name| name.starts_with(**listed)));
    out.extend(narrow.map(|listed| format!("{listed}… has no line that is too wide")));
    out
}

#[test]
fn no_file_is_too_long() {
    all_clean(&sources(&["src/"]), check_length);
}

#[test]
fn no_function_is_too_long() {
    all_clean(&sources(&["src/"]), |name, text| {
        let mut found = check_functions(name, text);
        found.retain(|found| {
            !LONG_FUNCTIONS
                .iter()
                .any(|(listed, function)| name.starts_with(listed) && found.contains(&format!("`{function}`")))
        });
        found
    });
}

#[test]
fn no_line_is_too_wide() {
    let mut files = sources(&["src/", "tests/", "benches/", "examples/"]);
    files.retain(|(name, _)| !LONG_LINES.iter().any(|listed| name.starts_with(listed)));
    all_clean(&files, check_lines);
}

#[test]
fn a_file_that_is_too_long_is_found() {
    let long = "fn f() {}\n".repeat(LONGEST + 1);
    assert_eq!(said(check_length, "src/x.rs", &long).len(), 1);
    let tests = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n", "fn f() {}\n".repeat(LONGEST));
    assert_eq!(said(check_length, "src/x.rs", &tests), [""; 0]);
    assert_eq!(said(check_length, "src/x/tests.rs", &long), [""; 0]);
    let comments = "// One line.\n".repeat(LONGEST + 1);
    assert_eq!(said(check_length, "src/x.rs", &comments).len(), 1, "comments are read as well");
}

#[test]
fn a_function_that_is_too_long_is_found() {
    let long = |head: &str, line: &str, times: usize| format!("//! X.\n\n{head} {{\n{}}}\n", line.repeat(times));
    let most = LONGEST_FUNCTION - 2;
    let found = said(check_functions, "src/x.rs", &long("fn f(x: [u8; 4]) -> [u8; 2]", "    g();\n", most + 1));
    assert_eq!(found, [format!("3: function: `f` has {} lines of code: divide it", LONGEST_FUNCTION + 1)]);
    assert_eq!(said(check_functions, "src/x.rs", &long("fn f()", "    g();\n", most)), [""; 0]);
    assert_eq!(said(check_functions, "src/x.rs", &long("fn f()", "    // g();\n\n", most * 2)), [""; 0]);
    assert_eq!(said(check_functions, "src/x.rs", &long("fn f()", "    g(\"}\");\n", most + 1)).len(), 1, "a text");
    assert_eq!(said(check_functions, "src/x.rs", &long("fn f()", "    let f: fn(u8) = g;\n", most + 1)).len(), 1);
    assert_eq!(said(check_functions, "src/x.rs", &long("impl X", "    fn f() { 0 }\n", most * 2)), [""; 0]);
    assert_eq!(said(check_functions, "src/x.rs", &long("trait X", "    fn f(x: [u8; 4]);\n", most * 2)), [""; 0]);
    let table = long("fn handle()", "    g();\n", most + 1);
    assert_eq!(said(check_functions, "src/world/portal.rs", &table), [""; 0]);
}

#[test]
fn a_line_that_is_too_wide_is_found() {
    let wide = "x ".repeat(WIDEST / 2 + 1) + "x";
    assert_eq!(said(check_lines, "src/x.rs", &format!("fn f() {{}}\n{wide}\n")).len(), 1);
    assert_eq!(said(check_lines, "src/x.rs", &"é ".repeat(WIDEST / 2)), [""; 0], "characters, not bytes");
    assert_eq!(said(check_lines, "src/x.rs", &format!("    \"{}\",\n", "u".repeat(WIDEST))), [""; 0], "one word");
    let row = |of: &str, row: &str| format!("{of}! {{\n    {row}\n}}\n");
    assert_eq!(said(check_lines, "src/x.rs", &row("rules", &wide)), [""; 0]);
    assert_eq!(said(check_lines, "src/x.rs", &row("rules", &format!("// {wide}"))).len(), 1, "a comment is no row");
    assert_eq!(said(check_lines, "src/x.rs", &row("proptest", &wide)).len(), 1);
    assert_eq!(said(check_lines, "src/x.rs", &row("    html", &wide)).len(), 1);
    let raw = format!("    say(r#\"\n{wide}\n\"#);\n    say(r\"\n{wide}\n\");\n{wide}\n");
    assert_eq!(said(check_lines, "src/x.rs", &raw).len(), 1, "only what stands after them");
    let text = format!("    say(\"\n{wide}\n\");\n");
    assert_eq!(said(check_lines, "src/x.rs", &text).len(), 1, "what can be divided is divided");
}
