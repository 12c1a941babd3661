//! The loader: bytes to a checked file of one of the four kinds.
//!
//! The tree is checked against the schema first, and only a clean one is read into types. Promises all mistakes of a
//! file at once, each with its place. Deliberately reads no disk.

use super::policy::PolicyFile;
use super::property::PropertyFile;
use super::rehearsal::Rehearsal;
use super::scenario::Scenario;
use super::schema::FileKind;
use super::spelling::nearest;
use super::tree::{Node, Tree};
use super::yaml;
use crate::diagnostic::{Diagnostic, SourceFile, quote};
use std::collections::BTreeMap;

/// The version of the format that is read.
pub const FORMAT: u32 = 1;

/// One case of a scenario: the tree with every `$name` substituted, and its contents.
#[derive(Clone, Debug)]
pub struct ScenarioCase {
    /// The case's name, where the scenario has cases.
    pub name: Option<String>,
    /// The tree of this case.
    pub tree: Tree,
    /// Its contents.
    pub scenario: Scenario,
}

/// The contents of a file.
#[derive(Clone, Debug)]
pub enum FileContents {
    /// A scenario, as its cases; one where it names none.
    Scenario(Vec<ScenarioCase>),
    /// A policy.
    Policy(PolicyFile),
    /// Properties.
    Properties(PropertyFile),
    /// A rehearsal.
    Rehearsal(Box<Rehearsal>),
}

/// A file that was read and checked.
#[derive(Clone, Debug)]
pub struct LoadedFile {
    /// Its name and its text.
    pub source: SourceFile,
    /// Its tree.
    pub tree: Tree,
    /// Its contents.
    pub contents: FileContents,
}

/// Reads a file.
///
/// # Errors
/// All that is wrong with the YAML and with the shape of the file.
pub fn read(name: &str, bytes: &[u8]) -> Result<LoadedFile, Vec<Diagnostic>> {
    let (source, tree) = yaml::parse(name, bytes)?;
    // Before anything else: a newer format may have kinds of file that are not known here.
    if let Some(fault) = newer(name, &tree) {
        return Err(vec![fault]);
    }
    let first = tree.entries().first();
    let kind = FileKind::ALL.into_iter().find(|kind| first.is_some_and(|e| e.key == kind.key()));
    let Some(kind) = kind else {
        let span = first.map_or(tree.span, |e| e.key_span);
        let fault = Diagnostic::error("S112", "the first key does not say what this file is").at(name, span);
        return Err(vec![
            fault.label("here").help("begin with `scenario:`, `policy:`, `properties:` or `rehearsal:`, and a title"),
        ]);
    };
    let contents = match kind {
        FileKind::Scenario => FileContents::Scenario(cases(name, &tree)?),
        FileKind::Policy => FileContents::Policy(typed(name, &tree, kind)?),
        FileKind::Properties => FileContents::Properties(typed(name, &expectations(name, &tree, "list", None)?, kind)?),
        FileKind::Rehearsal => FileContents::Rehearsal(typed(name, &tree, kind)?),
    };
    Ok(LoadedFile { source, tree, contents })
}

/// Reports a file for a format that this version does not know.
fn newer(name: &str, tree: &Tree) -> Option<Diagnostic> {
    let format = tree.get("format")?;
    let number = format.text().filter(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))?;
    if number.parse::<u32>().is_ok_and(|n| n <= FORMAT) {
        return None;
    }
    let number = quote(number);
    let title = format!("this file is written for format {number}, and this version reads up to format {FORMAT}");
    let fault = Diagnostic::error("S115", title).at(name, format.span).label("newer than this version");
    let help = format!("this is mims-sim {}; a newer version reads format {number}", env!("CARGO_PKG_VERSION"));
    Some(fault.help(help).help(format!("if the file uses nothing that is new, write `format: {FORMAT}`")))
}

/// Checks a tree against the schema, and reads it if it is clean.
fn typed<T: serde::de::DeserializeOwned>(name: &str, tree: &Tree, kind: FileKind) -> Result<T, Vec<Diagnostic>> {
    let faults = kind.checker().check(name, tree, "", kind.what());
    if !faults.is_empty() {
        return Err(faults);
    }
    serde_yaml::from_value(tree.to_value()).map_err(|why| {
        vec![
            Diagnostic::error("S113", format!("this cannot be read: {why}"))
                .at(name, tree.span)
                .label("somewhere here"),
        ]
    })
}

fn cases(name: &str, tree: &Tree) -> Result<Vec<ScenarioCase>, Vec<Diagnostic>> {
    let Some(table) = tree.get("cases").filter(|t| matches!(t.node, Node::Map(_))) else {
        let filled = expectations(name, &fill(name, tree, &BTreeMap::new())?, "properties", None)?;
        let scenario = typed(name, &filled, FileKind::Scenario)?;
        return Ok(vec![ScenarioCase { name: None, tree: filled, scenario }]);
    };
    let mut out = Vec::new();
    let mut faults = Vec::new();
    for entry in table.entries() {
        let vars: BTreeMap<String, Tree> =
            entry.value.entries().iter().map(|e| (e.key.clone(), e.value.clone())).collect();
        let filled = fill(name, tree, &vars);
        let own = filled.and_then(|filled| expectations(name, &filled, "properties", Some((&entry.key, table))));
        let read = own.and_then(|filled| {
            let scenario = typed(name, &filled, FileKind::Scenario)?;
            Ok(ScenarioCase { name: Some(entry.key.clone()), tree: filled, scenario })
        });
        match read {
            Ok(case) => out.push(case),
            Err(found) => faults.extend(found.into_iter().filter(|f| !faults.contains(f)).collect::<Vec<_>>()),
        }
    }
    if out.is_empty() && faults.is_empty() {
        faults.push(
            Diagnostic::error("S107", "`cases` is empty")
                .at(name, table.span)
                .label("here")
                .help("leave it out, or name a case"),
        );
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

/// The tree in which each expectation by case is replaced by that of one case.
fn expectations(name: &str, tree: &Tree, list: &str, case: Option<(&str, &Tree)>) -> Result<Tree, Vec<Diagnostic>> {
    let mut tree = tree.clone();
    let mut faults = Vec::new();
    let Node::Map(entries) = &mut tree.node else { return Ok(tree) };
    let lists = entries.iter_mut().filter(|e| e.key == list).map(|e| &mut e.value.node);
    let properties = lists.filter_map(|node| if let Node::List(items) = node { Some(items) } else { None });
    for property in properties.flatten() {
        let Node::Map(keys) = &mut property.node else { continue };
        for expect in keys.iter_mut().filter(|e| e.key == "expect") {
            let Node::Map(by_case) = &expect.value.node else { continue };
            let mut fault = |title: String, at, help: &str| {
                faults.push(Diagnostic::error("S116", title).at(name, at).label("here").help(help));
            };
            let Some((case, table)) = case else {
                let help = "write `expect: holds` or `expect: violated`";
                fault("an expectation for each case where there are no cases".to_owned(), expect.value.span, help);
                continue;
            };
            let known: Vec<&str> = table.entries().iter().map(|e| e.key.as_str()).collect();
            for unknown in by_case.iter().filter(|e| !known.contains(&e.key.as_str())) {
                let help = match nearest(&unknown.key, &known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", known.join(", ")),
                };
                fault(format!("no case `{}`", unknown.key), unknown.key_span, &help);
            }
            match by_case.iter().find(|e| e.key == case).map(|e| e.value.clone()) {
                Some(own) => expect.value = own,
                None => {
                    fault(format!("nothing is expected for the case `{case}`"), expect.value.span, "name every case")
                }
            }
        }
    }
    if faults.is_empty() { Ok(tree) } else { Err(faults) }
}

fn fill(name: &str, tree: &Tree, vars: &BTreeMap<String, Tree>) -> Result<Tree, Vec<Diagnostic>> {
    tree.substitute(vars).map_err(|unknown| {
        let fault = |(var, span): (String, crate::diagnostic::SourceSpan)| {
            let known: Vec<&str> = vars.keys().map(String::as_str).collect();
            let help = match nearest(&var, &known) {
                Some(near) => format!("did you mean `${near}`?"),
                None if known.is_empty() => "this scenario has no `cases:` to fill it from".to_owned(),
                None => format!("each case of `cases:` has to give it; known are {}", known.join(", ")),
            };
            Diagnostic::error("S114", format!("nothing fills `${var}`")).at(name, span).label("here").help(help)
        };
        unknown.into_iter().map(fault).collect()
    })
}
