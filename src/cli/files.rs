//! Finding and reading scenario files, and reports written beside and then renamed.

use mims_sim::diagnostic::{Diagnostic, SourceFile, Sources};
use mims_sim::format::scenario::{Loaded, read};
use mims_sim::replay::{Plan, plan};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What was found: plans that can be run, or everything that is wrong.
pub struct Found {
    /// The files and what they say, in the order of their names.
    pub plans: Vec<(Loaded, Plan)>,
    /// What is wrong.
    pub faults: Vec<Diagnostic>,
    /// The texts that faults point into.
    pub sources: Sources,
}

/// All scenario files at these paths; folders are searched, and files of other kinds in them are passed over.
pub fn find(paths: &[PathBuf]) -> Found {
    let mut files = Vec::new();
    let mut found = Found { plans: Vec::new(), faults: Vec::new(), sources: Sources::default() };
    for path in paths {
        if let Err(why) = walk(path, &mut files) {
            let title = format!("cannot read {}: {why}", path.display());
            found.faults.push(Diagnostic::error("S014", title).help("name a scenario file, or a folder of them"));
        }
    }
    files.sort();
    files.dedup();
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for file in files {
        let name = file.display().to_string();
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(why) => {
                found.faults.push(Diagnostic::error("S014", format!("cannot read {name}: {why}")));
                continue;
            }
        };
        found.sources.insert(name.clone(), SourceFile::from_bytes(&name, &bytes));
        let outcome = read(&name, &bytes).and_then(|loaded| plan(&loaded).map(|plan| (loaded, plan)));
        match outcome {
            Err(faults) => found.faults.extend(faults),
            Ok((loaded, plan)) => {
                if let Some(other) = titles.insert(plan.title.clone(), name.clone()) {
                    let title = format!("two files have the title `{}`", plan.title);
                    found.faults.push(
                        Diagnostic::error("S215", title)
                            .at(&name, loaded.tree.span)
                            .help(format!("the other is {other}")),
                    );
                }
                found.plans.push((loaded, plan));
            }
        }
    }
    found
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            files.push(path);
        }
    }
    Ok(())
}

/// Writes a file beside its place and renames it, so that nothing is ever half written.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("part");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}
