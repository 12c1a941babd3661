//! Places, faults and comments of texts that are YAML, nearly YAML, or anything.

use super::*;
use crate::diagnostic::{SourceSpan, Sources, Style, render};
use crate::format::tree::{MAX_NODES, Node, PathSegment};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn tree(text: &str) -> Tree {
    match parse("f.yaml", text.as_bytes()) {
        Ok((_, tree)) => tree,
        Err(diags) => panic!("{text:?}: {diags:#?}"),
    }
}

fn bad(bytes: impl AsRef<[u8]>) -> String {
    let file = SourceFile::from_bytes("f.yaml", bytes.as_ref());
    let diags = parse("f.yaml", bytes.as_ref()).unwrap_err();
    render(&diags, &Sources::from([(file.name.clone(), file)]), Style::Plain)
}

fn slice(text: &str, span: SourceSpan) -> &str {
    &text[span.start..span.end]
}

/// Every place in a tree with its text, keys with a colon.
fn places(text: &str, tree: &Tree, out: &mut Vec<String>) {
    match &tree.node {
        Node::Scalar(_) => out.push(slice(text, tree.span).to_owned()),
        Node::List(items) => {
            out.push(slice(text, tree.span).to_owned());
            items.iter().for_each(|i| places(text, i, out));
        }
        Node::Map(entries) => {
            out.push(slice(text, tree.span).to_owned());
            for e in entries {
                out.push(format!("{}:", slice(text, e.key_span)));
                places(text, &e.value, out);
            }
        }
    }
}

#[test]
fn places_are_byte_exact() {
    let text = "é: {ü: [a , \"b ü\" ] , c: 'd'}   # x\r\nlist:\r\n  - \r\n  - k: v\r\n    l:\r\n  # c\r\n  -\r\nt: |\r\n  one\r\n  two\r\n\r\nlast: ~\r\n";
    for text in [text.to_owned(), text.replace("\r\n", "\n")] {
        let mut out = Vec::new();
        let tree = tree(&text);
        places(&text, &tree, &mut out);
        let eol = if text.contains('\r') { "\r\n" } else { "\n" };
        let long = |s: &str| s.replace('\n', eol);
        assert_eq!(slice(&text, tree.span), text.trim_end());
        assert_eq!(
            out[1..],
            [
                "é:",
                "{ü: [a , \"b ü\" ] , c: 'd'}",
                "ü:",
                "[a , \"b ü\" ]",
                "a",
                "\"b ü\"",
                "c:",
                "'d'",
                "list:",
                &long("- \n  - k: v\n    l:\n  # c\n  -"),
                "-",
                &long("k: v\n    l:"),
                "k:",
                "v",
                "l:",
                "",
                "-",
                "t:",
                &long("one\n  two"),
                "last:",
                "~",
            ]
        );
        let empty = tree.at(&[PathSegment::Key("list"), PathSegment::Index(1), PathSegment::Key("l")]).unwrap();
        assert!(text[..empty.span.start].ends_with("l:"));
        assert_eq!(tree.at(&[PathSegment::Key("list"), PathSegment::Index(3)]), None);
    }
    assert_eq!(parse("f", b"\xEF\xBB\xBFa: 1").unwrap().1, tree("a: 1"));
    assert_eq!(slice("x:\n- a\n- b\ny: 1", tree("x:\n- a\n- b\ny: 1").get("x").unwrap().span), "- a\n- b");
}

#[test]
fn comments_are_found_and_hashes_in_values_are_not() {
    let text = "# one\na: b # two\nc: 'x # y' # three\nd: x#y\ne: |\n  # text\n  z\n  # four? no\n\n# five\nf: [a, # six\n  b] # seven\n# eight";
    let found: Vec<(usize, String)> = comments(text).into_iter().map(|c| (c.line, c.text)).collect();
    assert!(comments(text).iter().all(|c| text[c.start..].starts_with(&c.text)));
    assert_eq!(
        found,
        [(1, "# one"), (2, "# two"), (3, "# three"), (10, "# five"), (11, "# six"), (12, "# seven"), (13, "# eight")]
            .map(|(l, c)| (l, c.to_owned()))
    );
    assert!(comments("").is_empty());
}

#[test]
fn every_refusal_has_its_words() {
    insta::assert_snapshot!(bad(""), @r#"
        error[S001]: this file is empty
         --> f.yaml:1:1
          |
        1 |
          | ^ nothing to read
          = help: the first key says what the file is, as in `scenario: What it shows`
        "#);
    insta::assert_snapshot!(bad("# only\n# comments\n"), @r#"
        error[S001]: this file holds only comments
         --> f.yaml:1:1
          |
        1 | # only
          | ^ nothing to read
          = help: the first key says what the file is, as in `scenario: What it shows`
        "#);
    insta::assert_snapshot!(bad(b"a: 1\nb: caf\xe9\n"), @r#"
        error[S002]: this file is not UTF-8: see byte offset 11, in line 2
         --> f.yaml:2:7
          |
        2 | b: caf�
          |       ^ the byte 0xE9 has no meaning here
          = help: save it again with the encoding UTF-8
        "#);
    insta::assert_snapshot!(bad("a:\n\tb: 1\n"), @r#"
        error[S004]: a tab is used for indentation
         --> f.yaml:2:1
          |
        2 |  b: 1
          | ^ a tab
          = help: YAML is indented with spaces: replace each tab by two spaces
        "#);
    insta::assert_snapshot!(bad("a: b: c\n"), @r#"
        error[S005]: a `:` where no key can stand
         --> f.yaml:1:5
          |
        1 | a: b: c
          |     ^ this colon makes a second key
          = help: if the colon belongs to the value, put the value in quotes; otherwise check the indentation against the line above
        "#);
    insta::assert_snapshot!(bad("a: {b: 1, c: 2\nd: 3\n"), @r#"
        error[S005]: a `{` that is not closed, or a missing comma
         --> f.yaml:2:2
          |
        1 | a: {b: 1, c: 2
          |    - this bracket is still open
        2 | d: 3
          |  ^ a `,` or a `}` was expected here
          = help: separate the entries with commas and close the bracket: `{a: 1, b: 2}`
        "#);
    insta::assert_snapshot!(bad("a: 1\nb: 2\n\nc: 3\nd: 4\na: 5\nb: 6\n"), @r#"
        error[S006]: the key `a` stands twice
         --> f.yaml:6:1
          |
        1 | a: 1
          | - first here
        ...
        6 | a: 5
          | ^ again here
          = help: remove one of them, or rename it if another key was meant

        error[S006]: the key `b` stands twice
         --> f.yaml:7:1
          |
        2 | b: 2
          | - first here
        ...
        7 | b: 6
          | ^ again here
          = help: remove one of them, or rename it if another key was meant
        "#);
    insta::assert_snapshot!(bad("a: 1\n---\nb: 2\n"), @r#"
        error[S007]: a file holds one document only
         --> f.yaml:2:1
          |
        2 | ---
          | ^^^ a second document starts here
          = help: remove the `---`, or put what follows into a file of its own
        "#);
    insta::assert_snapshot!(bad("a: &x 1\nb: *x\nc: {<<: 1}\nd: !!str 2\n"), @r#"
        error[S008]: anchors (`&name`) are not used in these files
         --> f.yaml:1:4
          |
        1 | a: &x 1
          |    ^ an anchor
          = help: write the value out where it is needed: with no anchors a file can never grow when it is read

        error[S008]: aliases (`*name`) are not used in these files
         --> f.yaml:2:4
          |
        2 | b: *x
          |    ^^ an alias
          = help: write the value out; if a text was meant that begins with `*`, put it in quotes

        error[S008]: merge keys (`<<`) are not used in these files
         --> f.yaml:3:5
          |
        3 | c: {<<: 1}
          |     ^^ a merge key
          = help: write the keys out where they are needed

        error[S009]: YAML tags (`!!str`) are not used in these files
         --> f.yaml:4:4
          |
        4 | d: !!str 2
          |    ^ a tag
          = help: leave it out; if a text was meant that begins with `!`, put it in quotes
        "#);
    insta::assert_snapshot!(bad("a: *x\n"), @r#"
        error[S008]: aliases (`*name`) are not used in these files
         --> f.yaml:1:4
          |
        1 | a: *x
          |    ^ an alias
          = help: write the value out; if a text was meant that begins with `*`, put it in quotes
        "#);
    insta::assert_snapshot!(bad("- a\n"), @r#"
        error[S012]: the top level of a file must be `key: value` lines
         --> f.yaml:1:1
          |
        1 | - a
          | ^^^ this is a list
          = help: the first key says what the file is, as in `scenario: What it shows`
        "#);
    insta::assert_snapshot!(bad("? [a]\n: 1\n? {b: 1}\n: 2\n"), @r#"
        error[S013]: a list stands where a key should
         --> f.yaml:1:3
          |
        1 | ? [a]
          |   ^ a key is a single word or a text
          = help: if a text was meant that begins with a bracket, put it in quotes

        error[S013]: a mapping stands where a key should
         --> f.yaml:3:3
          |
        3 | ? {b: 1}
          |   ^ a key is a single word or a text
          = help: if a text was meant that begins with a bracket, put it in quotes
        "#);
    insta::assert_snapshot!(bad("a: 'x\n"), @r#"
        error[S005]: a quotation mark that is never closed
         --> f.yaml:1:4
          |
        1 | a: 'x
          |    ^ the text that begins here has no end
          = help: close it with the same quotation mark
        "#);
    insta::assert_snapshot!(bad("a: 1\n  b: 2\n"), @r#"
        error[S005]: a `:` where no key can stand
         --> f.yaml:2:4
          |
        2 |   b: 2
          |    ^ this colon makes a second key
          = help: if the colon belongs to the value, put the value in quotes; otherwise check the indentation against the line above
        "#);
    insta::assert_snapshot!(bad("a: @b\n"), @r#"
        error[S005]: a character that cannot begin a value
         --> f.yaml:1:4
          |
        1 | a: @b
          |    ^ this needs quotes
          = help: put the value in quotes: `%`, `@` and the backtick cannot begin one
        "#);
}

#[test]
fn hostile_files_are_refused_and_cheap() {
    let out = bad("[".repeat(10_000_000));
    assert!(out.starts_with("error[S010]"), "{out}");
    assert!(bad("{a: ".repeat(2_500_000)).starts_with("error[S010]"));
    assert!(bad("- ".repeat(5_000_000)).starts_with("error[S010]"));
    assert!(bad("a".repeat(MAX_BYTES + 1)).starts_with("error[S003]"));
    assert!(bad(format!("a: [{}]", "1,".repeat(MAX_NODES))).starts_with("error[S011]"));
    assert!(bad("a".repeat(1_000_000)).len() < 2_000);
    assert!(bad("a: 1\n".repeat(100_000)).matches("error[").count() == MAX_ERRORS);
    assert!(comments(&"[".repeat(1_000_000)).is_empty());
}

const VALID: &str = "scenario: A shared réception\ncites: [P3.2, Q7]\ngiven:\n  people:   # c\n    asha: {}\n    ben:  {phone: {app: 'x', clock: +20s}}\nwhen:\n  - day: Mon 2023-09-18\n  - {at: 09:30, who: \"a\\n\", with: [ben]}\ntext: |\n  a\n  b\n";

fn document() -> impl Strategy<Value = serde_yaml::Value> {
    use serde_yaml::Value;
    let leaf = prop_oneof![
        "[a-z][a-zé :#'\"-]{0,8}[a-z]".prop_map(Value::String),
        any::<i64>().prop_map(|i| Value::Number(i.into())),
        any::<bool>().prop_map(Value::Bool),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Sequence),
            prop::collection::btree_map("[a-zé]{1,6}", inner, 0..5)
                .prop_map(|m| { Value::Mapping(m.into_iter().map(|(k, v)| (Value::String(k), v)).collect()) }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(diags) = parse("f", &bytes) {
            prop_assert!(!diags.is_empty());
            bad(&bytes);
        }
        let _ = comments(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_yaml_like_text_is_read_or_refused(text in "[-a:{}\\[\\],#&*!|>'\"%@`?\n\r\t é\u{feff}\\\\0]{0,40}") {
        if parse("f", text.as_bytes()).is_err() {
            bad(&text);
        }
        let _ = comments(&text);
    }

    #[test]
    fn a_damaged_file_is_read_or_refused(at in 0..VALID.len(), len in 0..6_usize, put in prop::collection::vec(any::<u8>(), 0..4)) {
        let mut bytes = VALID.as_bytes().to_vec();
        let end = (at + len).min(bytes.len());
        bytes.splice(at..end, put);
        if parse("f", &bytes).is_err() {
            bad(&bytes);
        }
    }

    #[test]
    fn clean_documents_agree_with_serde(value in document()) {
        let text = serde_yaml::to_string(&BTreeMap::from([("root", &value)])).unwrap();
        let expected: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        prop_assert_eq!(tree(&text).to_value(), expected);
    }
}
