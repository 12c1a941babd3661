//! The input files of a verb: those at the paths that it is given, with the policies and properties near them, read and
//! planned.
//!
//! Promises one name for each file, and files in the order of their names.

use super::read::{bytes, directory, reason};
use crate::cli::terminal::complain;
use mims_sim::clause::{Clauses, parse_citation};
use mims_sim::diagnostic::{self, Diagnostic, SourceFile, Sources, clean};
use mims_sim::format::load::{FileContents, LoadedFile, ScenarioCase, read};
use mims_sim::format::property::PropertyIs;
use mims_sim::rehearsal;
use mims_sim::replay::library::{Library, suggest};
use mims_sim::replay::{ScenarioPlan, plan};
use mims_sim::report::rehearsal::page::RelatedFinding;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How deep folders are searched.
const DEPTH: usize = 32;
/// The files that were found and read, and everything that is wrong with them.
pub struct InputFiles {
    /// Scenario files in the order of their names.
    pub scenarios: Vec<LoadedFile>,
    /// Rehearsal files in the order of their names.
    pub rehearsals: Vec<LoadedFile>,
    /// How many files there are of all kinds.
    pub count: usize,
    /// Policies and properties by name.
    pub book: Library,
    /// What is wrong.
    pub faults: Vec<Diagnostic>,
    /// The texts that faults point into.
    pub sources: Sources,
}

/// A case, the file that it comes from, and its plan.
pub struct Planned<'f> {
    /// The file.
    pub loaded: &'f LoadedFile,
    /// The case of it.
    pub case: &'f ScenarioCase,
    /// How it runs.
    pub plan: ScenarioPlan,
}

impl InputFiles {
    /// A plan of every case, under its own policy.
    ///
    /// # Errors
    /// Everything that is wrong with any file, in the order of files and places.
    pub fn plans(&self) -> Result<Vec<Planned<'_>>, Vec<Diagnostic>> {
        let mut faults = self.faults.clone();
        let mut plans = Vec::new();
        let mut titles: BTreeMap<String, String> = BTreeMap::new();
        for loaded in &self.scenarios {
            let FileContents::Scenario(cases) = &loaded.contents else { continue };
            let title = cases.first().map(|c| c.scenario.scenario.clone()).unwrap_or_default();
            let name = &loaded.source.name;
            if let Some(other) = titles.insert(title.clone(), name.clone()) {
                let at = loaded.tree.get("scenario").map_or(loaded.tree.span, |t| t.span);
                let fault = Diagnostic::error("S215", format!("two files have the title `{title}`"));
                faults.push(fault.at(name, at).label("this one").help(format!("the other is {other}")));
            }
            for case in cases {
                match plan(loaded, case, &self.book, None) {
                    Ok(plan) => plans.push(Planned { loaded, case, plan }),
                    Err(found) => faults.extend(found.into_iter().filter(|f| !faults.contains(f)).collect::<Vec<_>>()),
                }
            }
        }
        diagnostic::sort(&mut faults);
        if faults.is_empty() { Ok(plans) } else { Err(faults) }
    }

    /// A plan of every rehearsal, with the directory that it names read from beside its file.
    ///
    /// # Errors
    /// Everything that is wrong with any file, in the order of files and places.
    pub fn rehearsals(&self) -> Result<Vec<rehearsal::RehearsalPlan>, Vec<Diagnostic>> {
        let mut faults = self.faults.clone();
        let mut plans = Vec::new();
        for loaded in &self.rehearsals {
            let FileContents::Rehearsal(said) = &loaded.contents else { continue };
            let wanted = rehearsal::wants(said)
                .filter(|name| rehearsal::is_plain(name))
                .map(|name| Path::new(&loaded.source.name).with_file_name(name));
            let read = wanted.as_ref().map(|path| (path.display().to_string(), directory(path)));
            let directory = match &read {
                Some((name, Ok(bytes))) => Some((name.as_str(), bytes.as_slice())),
                Some((_, Err(fault))) => {
                    faults.push((**fault).clone());
                    None
                }
                None => None,
            };
            match rehearsal::plan(loaded, &self.book, directory) {
                Ok(plan) => plans.push(plan),
                Err(found) => faults.extend(found),
            }
        }
        diagnostic::sort(&mut faults);
        if faults.is_empty() { Ok(plans) } else { Err(faults) }
    }

    /// The same rehearsal under each of these policies.
    pub fn candidates(&self, plan: &rehearsal::RehearsalPlan, names: &[String]) -> Vec<rehearsal::RehearsalPlan> {
        let under = |name: &String| {
            let candidate = self.book.policy(name)?.clone();
            Some(rehearsal::RehearsalPlan { candidate, ..plan.clone() })
        };
        names.iter().filter_map(under).collect()
    }

    /// The findings of the guide: those that files in the folder `findings` near this path show, and further ones that
    /// only a property states.
    pub fn findings(&self, near: &Path) -> Vec<RelatedFinding> {
        let mut out: BTreeMap<(u32, String), RelatedFinding> = BTreeMap::new();
        let mut add = |property: &PropertyIs, file: &str| {
            let Some(id) = property.finding.clone() else { return };
            let cites = property.cites.iter().filter_map(|c| parse_citation(&c.0).ok());
            let clauses = cites.fold(Clauses::NONE, Clauses::union);
            let answered = |name: &&str| self.book.policy(name).is_some_and(|policy| policy.answers.contains(&id));
            let answered_by = self.book.policy_names().into_iter().filter(answered).map(str::to_owned).collect();
            let title = property.name.clone().unwrap_or_default();
            let number = id.trim_start_matches('F').parse().unwrap_or(u32::MAX);
            let finding = RelatedFinding { id, title: title.clone(), clauses, file: file.to_owned(), answered_by };
            out.entry((number, title)).or_insert(finding);
        };
        for folder in near_folders(near, &["findings"]) {
            let mut files = Files::default();
            let _ = walk(&folder, &mut files, 0);
            files.read.sort();
            for file in files.read {
                let name =
                    file.file_name().map(|name| format!("findings/{}", name.to_string_lossy())).unwrap_or_default();
                let Some(Ok(loaded)) = bytes(&file).ok().map(|bytes| read(&name, &bytes)) else { continue };
                let FileContents::Scenario(cases) = &loaded.contents else { continue };
                cases
                    .iter()
                    .take(1)
                    .flat_map(|case| &case.scenario.properties)
                    .for_each(|property| add(property, &name));
            }
        }
        for name in self.book.property_names() {
            if let Some(property) = self.book.property(name) {
                add(property, "properties");
            }
        }
        let mut seen = BTreeSet::new();
        out.into_values().filter(|finding| seen.insert(finding.id.clone())).collect()
    }

    /// The first of these policies that there is not, told as such.
    pub fn unknown_policy<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> Option<String> {
        let unknown = names.into_iter().find(|name| self.book.policy(name).is_none())?;
        Some(format!("no policy `{unknown}`: {}\n", suggest(unknown, &self.book.policy_names())))
    }
}

/// The names of all files at these paths, in order, and a fault for each path that there is not. Files in folders that
/// are passed over, though they look as if they were meant, are told on standard error.
pub fn list(paths: &[PathBuf]) -> (BTreeSet<PathBuf>, Vec<Diagnostic>) {
    let (mut files, mut faults) = (Files::default(), Vec::new());
    for path in paths {
        if let Err(why) = walk(path, &mut files, 0) {
            let title = format!("cannot read {}: {}", path.display(), reason(&why));
            faults.push(Diagnostic::error("S014", title).help("name a file, or a folder of them"));
        }
    }
    files.passed_over.sort();
    for path in &files.passed_over {
        complain(&format!(
            "not read: {}, as its name does not end in .yaml or .yml\n",
            clean(&path.display().to_string())
        ));
    }
    (files.read.into_iter().collect(), faults)
}

/// These files, each asked for, and the policies and properties that lie near the paths, which are not.
fn with_nearby(paths: &[PathBuf], files: BTreeSet<PathBuf>) -> BTreeMap<PathBuf, bool> {
    let mut wanted: BTreeMap<PathBuf, bool> = files.into_iter().map(|file| (file, true)).collect();
    for near in paths.iter().flat_map(|path| nearby(path)) {
        let mut files = Files::default();
        let _ = walk(&near, &mut files, 0);
        for file in files.read {
            wanted.entry(file).or_insert(false);
        }
    }
    wanted
}

/// All files at these paths, and the policies and properties that lie near them.
pub fn find(paths: &[PathBuf]) -> InputFiles {
    let (files, faults) = list(paths);
    let wanted = with_nearby(paths, files);
    let mut found = InputFiles {
        scenarios: Vec::new(),
        rehearsals: Vec::new(),
        count: 0,
        book: Library::default(),
        faults,
        sources: Sources::default(),
    };
    let mut named: Vec<(String, LoadedFile)> = Vec::new();
    let mut broken = BTreeSet::new();
    let each = |(file, asked): (PathBuf, bool)| {
        let name = file.display().to_string();
        let read = bytes(&file).map(|bytes| (SourceFile::from_bytes(&name, &bytes), read(&name, &bytes)));
        (file, name, asked, read)
    };
    let all: Vec<_> = wanted.into_par_iter().map(each).collect();
    for (file, name, asked, read) in all {
        let (source, read) = match read {
            Ok(read) => read,
            Err(fault) => {
                found.faults.push(*fault);
                continue;
            }
        };
        found.sources.insert(name, source);
        found.count += usize::from(asked);
        match read {
            Err(faults) => {
                broken.insert(stem(&file));
                found.faults.extend(faults);
            }
            Ok(loaded) if matches!(loaded.contents, FileContents::Scenario(_)) => {
                if asked {
                    found.scenarios.push(loaded);
                }
            }
            Ok(loaded) if matches!(loaded.contents, FileContents::Rehearsal(_)) => {
                if asked {
                    found.rehearsals.push(loaded);
                }
            }
            Ok(loaded) => named.push((stem(&file), loaded)),
        }
    }
    let borrowed: Vec<(String, &LoadedFile)> = named.iter().map(|(name, loaded)| (name.clone(), loaded)).collect();
    let (book, faults) = Library::new(&borrowed, broken);
    found.book = book;
    found.faults.extend(faults);
    diagnostic::sort(&mut found.faults);
    found
}

/// The name by which other files call this one.
fn stem(file: &Path) -> String {
    file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The folders of policies and properties that a path can call by name: those of the nearest folder above that has any.
pub fn nearby(path: &Path) -> Vec<PathBuf> {
    near_folders(path, &["policies", "properties"])
}

/// The folders of these names in the nearest folder above that has any of them.
fn near_folders(path: &Path, names: &[&str]) -> Vec<PathBuf> {
    let start = fs::canonicalize(path).ok();
    let given = path.ancestors().count();
    let mut above = start.as_deref();
    let mut up = path.to_owned();
    for _ in 0..given.max(1) + DEPTH {
        let Some(folder) = above else { break };
        if names.iter().any(|name| folder.join(name).is_dir()) {
            return names.iter().map(|name| up.join(name)).filter(|f| f.is_dir()).collect();
        }
        up = match up.parent() {
            _ if up == Path::new(".") => PathBuf::from(".."),
            Some(parent) if parent.as_os_str().is_empty() && !up.ends_with("..") => PathBuf::from("."),
            Some(parent) if !up.ends_with("..") => parent.to_owned(),
            _ => up.join(".."),
        };
        above = folder.parent();
    }
    // A file that lies elsewhere may call what lies here.
    names.iter().map(|name| Path::new("scenarios").join(name)).filter(|f| f.is_dir()).collect()
}

/// What lies at a path.
#[derive(Default)]
struct Files {
    /// The files that are read.
    read: Vec<PathBuf>,
    /// Files in folders that are not, though their names speak of YAML, such as `B.YAML` and `b.yaml.txt`.
    passed_over: Vec<PathBuf>,
}

/// Whether the name of a file speaks of YAML, in whatever letters and before whatever ending.
fn speaks_of_yaml(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    [".yaml", ".yml"].iter().any(|end| name.ends_with(end) || name.contains(&format!("{end}.")))
}

fn walk(path: &Path, files: &mut Files, depth: usize) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        files.read.push(plain(path));
        return Ok(());
    }
    if depth > DEPTH {
        return Err(io::Error::other(format!("folders lie more than {DEPTH} deep")));
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files, depth + 1)?;
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            files.read.push(plain(&path));
        } else if speaks_of_yaml(&path) {
            files.passed_over.push(plain(&path));
        }
    }
    Ok(())
}

/// The same path without `./` before or within it, so that one file has one name.
fn plain(path: &Path) -> PathBuf {
    let parts: PathBuf = path.components().filter(|c| !matches!(c, std::path::Component::CurDir)).collect();
    if parts.as_os_str().is_empty() { path.to_owned() } else { parts }
}
