//! Minification of a page: style rules whose classes no element has, and quotes and end tags that HTML does not need,
//! are left out.
//!
//! Promises that a browser reads the page as the same document. Deliberately knows only what `maud` and the style
//! sheets of this room write: every value of an attribute is quoted, and a quote in a text is escaped.

use std::collections::BTreeSet;
use std::fmt::Write;

/// End tags of SVG elements that are always empty here.
const EMPTY: [&str; 3] = ["></path>", "></circle>", "></rect>"];

/// The same markup, without quotes around values that need none.
pub fn markup(body: &str) -> String {
    let body = EMPTY.iter().fold(body.to_owned(), |text, end| text.replace(end, "/>"));
    let mut out = String::with_capacity(body.len());
    let mut rest = body.as_str();
    while let Some((before, after)) = rest.split_once("=\"") {
        let Some((value, tail)) = after.split_once('"') else { break };
        // A slash right behind a value without quotes would be a part of it.
        let plain = !value.is_empty() && value.chars().all(simple) && tail.starts_with([' ', '>']);
        let _ = if plain { write!(out, "{before}={value}") } else { write!(out, "{before}=\"{value}\"") };
        rest = tail;
    }
    out + rest
}

fn simple(c: char) -> bool {
    c.is_ascii_alphanumeric() || "#._-".contains(c)
}

/// The classes of the elements, and all words of the scripts, since scripts may set further classes.
pub fn classes<'b>(body: &'b str, scripts: &[&'b str]) -> BTreeSet<&'b str> {
    let values = body.split(" class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let words = scripts.iter().flat_map(|script| script.split(|c: char| !(c.is_alphanumeric() || c == '-')));
    values.flat_map(str::split_ascii_whitespace).chain(words).collect()
}

/// Those style rules that can apply to elements with these classes.
pub fn style(text: &str, classes: &BTreeSet<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, after)) = rest.split_once('{') {
        let end = end(after);
        let (inside, tail) = (after.get(..end).unwrap_or(after), after.get(end + 1..).unwrap_or_default());
        if head.starts_with('@') {
            let inner = style(inside, classes);
            if !inner.is_empty() {
                let _ = write!(out, "{head}{{{inner}}}");
            }
        } else {
            let kept: Vec<&str> = selectors(head).into_iter().filter(|one| can_match(one, classes)).collect();
            if !kept.is_empty() {
                let _ = write!(out, "{}{{{inside}}}", kept.join(","));
            }
        }
        rest = tail;
    }
    out
}

/// The position of the brace that closes the block in which the text begins.
fn end(text: &str) -> usize {
    let mut depth = 0;
    let closes = |(_, c): &(usize, char)| {
        depth += i32::from(*c == '{') - i32::from(*c == '}');
        depth < 0
    };
    text.char_indices().find(closes).map_or(text.len(), |(at, _)| at)
}

/// A list of selectors, split at the commas that are not in brackets.
fn selectors(head: &str) -> Vec<&str> {
    let mut depth = 0;
    let outside = |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    };
    head.split(outside).collect()
}

/// Whether every class that a selector needs exists; what it has in brackets is ignored.
fn can_match(selector: &str, classes: &BTreeSet<&str>) -> bool {
    let mut depth = 0;
    let outside = |c: &char| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        depth == 0
    };
    let bare: String = selector.chars().filter(outside).collect();
    let end = |c: char| !(c.is_alphanumeric() || c == '-');
    bare.split('.').skip(1).filter_map(|rest| rest.split(end).next()).all(|class| classes.contains(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_go_where_nothing_hangs_on_them() {
        let text = "<a href=\"#A1\" class=\"x y\">A1</a><path d=\"M1 2\"></path><path class=\"to\"/>\
                    <i id=\"\">=&quot;a&quot;</i>";
        let lean =
            "<a href=#A1 class=\"x y\">A1</a><path d=\"M1 2\"/><path class=\"to\"/><i id=\"\">=&quot;a&quot;</i>";
        assert_eq!(markup(text), lean);
        assert_eq!(markup("<td class=\"n\">1"), "<td class=n>1");
    }

    #[test]
    fn style_for_what_is_not_there_goes() {
        let has = classes("<p class=\"a b\"><i class=\"c\">", &["x.className = \"said\";"]);
        let of = |text: &str| style(text, &has);
        assert_eq!(of("p{x:1}.a .c,.z{x:1}.z p{x:1}"), "p{x:1}.a .c{x:1}");
        assert_eq!(
            of("@media print{.z{x:1}}@media print{.b:not(.z),.z{x:1}}.said{x:1}"),
            "@media print{.b:not(.z){x:1}}.said{x:1}"
        );
        assert_eq!(of(":is(.z,.a):hover{x:1}p:has(.z){x:1}"), ":is(.z,.a):hover{x:1}p:has(.z){x:1}");
    }
}
