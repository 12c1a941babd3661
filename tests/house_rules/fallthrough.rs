//! That nothing falls through: a `match` over the vocabulary of acts has an arm for every variant.
//!
//! Promises that whoever adds a variant is led by the compiler to each place where its siblings are told apart.
//! Deliberately lets a guarded `_ if …` pass, and `matches!`, which ask one question and answer it.

use super::exceptions::FALLTHROUGH;
use super::reading::{halves, line, mentions, sources, word};
use super::{all_clean, said};

/// The enums over which no arm may be `_`.
const VOCABULARY: &[&str] = &["Act", "ActKind", "Interaction", "Step"];

/// An arm of a `match`: where it stands, and its pattern.
type Arm<'c> = (usize, &'c str);

/// How deep brackets nest after this character.
fn nests(depth: i32, c: char) -> i32 {
    depth + i32::from("([{".contains(c)) - i32::from(")]}".contains(c))
}

/// The text up to where this holds at depth 0, by the depth before a character and the text from there on.
fn up_to(text: &str, ends: impl Fn(&str) -> bool) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        if depth == 0 && (ends(&text[at..]) || ")]}".contains(c)) {
            return &text[..at];
        }
        depth = nests(depth, c);
    }
    text
}

/// The parts of a text between these at depth 0.
fn parts<'t>(text: &'t str, between: &str) -> Vec<&'t str> {
    let (mut out, mut rest) = (Vec::new(), text);
    loop {
        let part = up_to(rest, |rest| rest.starts_with(between));
        out.push(part.trim());
        match rest[part.len()..].strip_prefix(between) {
            Some(more) => rest = more,
            None => return out,
        }
    }
}

/// The arms of the `match` whose body begins after this byte.
fn arms(code: &str, body: usize) -> Vec<Arm<'_>> {
    let (mut at, mut out) = (body, Vec::new());
    loop {
        at += code[at..].len() - code[at..].trim_start().len();
        let pattern = up_to(&code[at..], |rest| rest.starts_with("=>"));
        let Some(value) = code[at + pattern.len()..].strip_prefix("=>") else { return out };
        out.push((at, pattern.trim()));
        let value = value.trim_start();
        let from = code.len() - value.len();
        let block = value.starts_with('{');
        let end = match block {
            true => 1 + up_to(&value[1..], |_| false).len() + 1,
            false => up_to(value, |rest| rest.starts_with(',')).len(),
        };
        at = from + end;
        at += usize::from(code[at..].trim_start().starts_with(',')) * (code[at..].find(',').unwrap_or(0) + 1);
    }
}

/// The elements of a pattern: those of a tuple, or itself.
fn elements(pattern: &str) -> Vec<&str> {
    match pattern.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => parts(inner, ","),
        None => vec![pattern],
    }
}

fn names_the_vocabulary(element: &str) -> bool {
    VOCABULARY.iter().any(|name| {
        let path = format!("{name}::");
        mentions(element, &path).next().is_some()
    })
}

/// Whether it takes whatever comes: `_`, or a name.
fn takes_anything(element: &str) -> bool {
    element == "_" || element.chars().all(word) && element.starts_with(|c: char| c.is_ascii_lowercase())
}

/// No variant of the vocabulary falls through.
fn check_fallthrough(name: &str, text: &str) -> Vec<String> {
    let (code, ..) = halves(name, text);
    let mut found = Vec::new();
    for start in mentions(&code, "match") {
        let head = up_to(&code[start..], |rest| rest.starts_with('{'));
        let arms = arms(&code, start + head.len() + 1);
        // A text in a pattern is blanked out, so that a guard may stand first.
        let guarded = |pattern: &str| pattern.starts_with("if ") || parts(pattern, " if ").len() > 1;
        let alternatives = |pattern| parts(parts(pattern, " if ")[0], "|");
        let spots: Vec<usize> = arms
            .iter()
            .filter(|(_, pattern)| !pattern.starts_with("if "))
            .flat_map(|(_, pattern)| alternatives(pattern))
            .flat_map(|one| (0..).zip(elements(one)).filter(|(_, e)| names_the_vocabulary(e)).collect::<Vec<_>>())
            .map(|(spot, _)| spot)
            .collect();
        for (at, pattern) in arms.iter().filter(|(_, pattern)| !guarded(pattern)) {
            let falls = |one: &str| match &elements(one)[..] {
                [whole] => takes_anything(whole) && !spots.is_empty(),
                all => spots.iter().any(|spot| all.get(*spot).is_some_and(|element| takes_anything(element))),
            };
            if alternatives(pattern).into_iter().any(falls) {
                let line = line(&code, *at);
                found.push(format!(
                    "{name}:{line}: fallthrough: `{pattern}` takes acts that are added later: name them"
                ));
            }
        }
    }
    found
}

/// The exceptions that are needed no more.
pub fn needless() -> Vec<String> {
    let files = sources(&["src/"]);
    let needed = |listed: &str| {
        files.iter().any(|(name, text)| name.starts_with(listed) && !check_fallthrough(name, text).is_empty())
    };
    FALLTHROUGH.iter().filter(|listed| !needed(listed)).map(|listed| format!("{listed}… lets no act through")).collect()
}

#[test]
fn no_act_falls_through() {
    let files = sources(&["src/"]).into_iter();
    let kept = |(name, _): &(String, String)| !FALLTHROUGH.iter().any(|listed| name.starts_with(listed));
    all_clean(&files.filter(kept).collect::<Vec<_>>(), check_fallthrough);
}

#[test]
fn an_act_that_falls_through_is_found() {
    let rule = |pattern| format!("fallthrough: `{pattern}` takes acts that are added later: name them");
    let text = "fn f(a: Act) -> u8 {\n    match a {\n        Act::A { b } => { g(b) }\n        _ => 2,\n    }\n}\n";
    assert_eq!(said(check_fallthrough, "src/x.rs", text), [format!("4: {}", rule("_"))]);
    let text = "fn f() {\n    match (step, result) {\n        (Step::A, Ok(_)) | (Step::B(_), _) => 1,\n\
                \x20       (_, Ok(_)) => 2,\n        (Step::A | Step::B(_), Err(_)) => h(a, b),\n    }\n}\n";
    assert_eq!(said(check_fallthrough, "src/x.rs", text), [format!("4: {}", rule("(_, Ok(_))"))]);
    let text = "fn f() {\n    let x = match g(h()) { Some(ActKind::A) => m! { 1 }, other => other };\n}\n";
    assert_eq!(said(check_fallthrough, "src/x.rs", text), [format!("2: {}", rule("other"))]);
    let text =
        "fn f() {\n    match a {\n        A => match b { Interaction::D => 1, _ => 2 },\n        _ => 3,\n    }\n}\n";
    assert_eq!(said(check_fallthrough, "src/x.rs", text), [format!("3: {}", rule("_"))]);
}

#[test]
fn what_names_every_act_is_fine() {
    for text in [
        "fn f() { match a { Act::A => 1, Act::B | Act::C { .. } => 2 } }\n",
        "fn f() { match (a, b) { (Act::A, Some(x)) => x, (Act::A, _) => 2, (Act::B, None | Some(_)) => 3 } }\n",
        "fn f() { match page { _ if taken == 0 => 1, Page::A if a == Act::B => 2, _ => Next(Act::A) } }\n",
        "fn f() { match a { Act::A => 1, _ if b => 2, Act::B => 3 } }\n",
        "fn f() { match key { \"of\" if a != Act::A => 1, _ => 2 } }\n",
        "fn f() -> bool { matches!(a, Act::A) && !matches!(b, Step::C(_)) }\n",
        "#[cfg(test)]\nmod tests {\n    fn f() { match a { Act::A => 1, _ => 2 } }\n}\n",
    ] {
        assert_eq!(said(check_fallthrough, "src/x.rs", text), [""; 0], "{text}");
    }
}
