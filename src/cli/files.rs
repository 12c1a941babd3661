//! Finding and reading files, and reports written beside and then renamed.

use mims_sim::clause::{Clauses, parse_citation};
use mims_sim::diagnostic::{self, Diagnostic, SourceFile, Sources};
use mims_sim::format::load::{FileContents, LoadedFile, ScenarioCase, read};
use mims_sim::format::property::PropertyIs;
use mims_sim::rehearsal;
use mims_sim::replay::library::{Library, suggest};
use mims_sim::replay::{ScenarioPlan, plan};
use mims_sim::report::rehearsal::page::RelatedFinding;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// How deep folders are searched.
const DEPTH: usize = 32;
/// A file larger than this is not read.
const LARGEST: u64 = 16 * 1024 * 1024;
/// A directory of people larger than this is not read: a hundred bytes a person, for the most people that there can be.
const LARGEST_DIRECTORY: u64 = 2 * 1024 * 1024 * 1024;

/// What was found: files that can be read, or everything that is wrong.
pub struct Found {
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

impl Found {
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
            let wanted = rehearsal::wants(said).map(|name| Path::new(&loaded.source.name).with_file_name(name));
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

    /// The findings of the guide: as the files of the folder `findings` near this path show them, and, where none does, as a
    /// property states them.
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
            let mut files = Vec::new();
            let _ = walk(&folder, &mut files, 0);
            files.sort();
            for file in files {
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

/// The names of all files at these paths, in order, and a fault for each path that there is not.
pub fn list(paths: &[PathBuf]) -> (BTreeSet<PathBuf>, Vec<Diagnostic>) {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        if let Err(why) = walk(path, &mut files, 0) {
            let title = format!("cannot read {}: {}", path.display(), reason(&why));
            faults.push(Diagnostic::error("S014", title).help("name a file, or a folder of them"));
        }
    }
    (files.into_iter().collect(), faults)
}

/// All files at these paths, and the policies and properties that lie near them.
pub fn find(paths: &[PathBuf]) -> Found {
    let (files, faults) = list(paths);
    let mut wanted: BTreeMap<PathBuf, bool> = files.into_iter().map(|file| (file, true)).collect();
    for path in paths {
        for near in nearby(path) {
            let mut files = Vec::new();
            let _ = walk(&near, &mut files, 0);
            for file in files {
                wanted.entry(file).or_insert(false);
            }
        }
    }
    let mut found = Found {
        scenarios: Vec::new(),
        rehearsals: Vec::new(),
        count: 0,
        book: Library::default(),
        faults,
        sources: Sources::default(),
    };
    let mut named: Vec<(String, LoadedFile)> = Vec::new();
    let mut broken = BTreeSet::new();
    for (file, asked) in wanted {
        let name = file.display().to_string();
        let bytes = match bytes(&file) {
            Ok(bytes) => bytes,
            Err(fault) => {
                found.faults.push(*fault);
                continue;
            }
        };
        found.sources.insert(name.clone(), SourceFile::from_bytes(&name, &bytes));
        found.count += usize::from(asked);
        match read(&name, &bytes) {
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

/// What is in a file, as far as it is read at all.
pub fn bytes(file: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    up_to(file, LARGEST)
}

/// What is in a directory of people, or that it is too large.
fn directory(file: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    let bytes = up_to(file, LARGEST_DIRECTORY)?;
    if bytes.len() as u64 > LARGEST_DIRECTORY {
        let title = format!("{} is too large", file.display());
        return Err(Box::new(Diagnostic::error("S014", title).help("at most 2 GiB are read; leave out columns")));
    }
    Ok(bytes)
}

fn up_to(file: &Path, largest: u64) -> Result<Vec<u8>, Box<Diagnostic>> {
    let name = file.display().to_string();
    let fault = |why: String| Box::new(Diagnostic::error("S014", format!("cannot read {name}: {why}")));
    let metadata = fs::metadata(file).map_err(|why| fault(reason(&why)))?;
    if !metadata.is_file() {
        return Err(fault("it is no regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    let open = fs::File::open(file).map_err(|why| fault(reason(&why)))?;
    // One byte more than is read, so that the reader says that it is too large.
    open.take(largest + 1).read_to_end(&mut bytes).map_err(|why| fault(reason(&why)))?;
    Ok(bytes)
}

/// Why something could not be read or written, without the number of the system's error.
pub fn reason(why: &io::Error) -> String {
    let text = why.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
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

fn walk(path: &Path, files: &mut Vec<PathBuf>, depth: usize) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        files.push(plain(path));
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
            files.push(plain(&path));
        }
    }
    Ok(())
}

/// The same path without `./` before or within it, so that one file has one name.
fn plain(path: &Path) -> PathBuf {
    let parts: PathBuf = path.components().filter(|c| !matches!(c, std::path::Component::CurDir)).collect();
    if parts.as_os_str().is_empty() { path.to_owned() } else { parts }
}

/// Writes a file beside its place and renames it, so that nothing is ever half written; who may read and write it stays
/// as it was.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    write_all(&[(path.to_owned(), bytes)])
}

/// Writes several files that belong together: all of them are there before the first is renamed, so that a full disk leaves
/// those before as they were.
fn write_all(files: &[(PathBuf, impl AsRef<[u8]>)]) -> io::Result<()> {
    let beside = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!("{name}.{}.part", std::process::id()))
    };
    let kept = |path: &Path| match fs::metadata(path) {
        // A rename would fail only after others had been done.
        Ok(before) if before.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(before) => fs::set_permissions(beside(path), before.permissions()),
        Err(_) => Ok(()),
    };
    let all = || {
        files.iter().try_for_each(|(path, bytes)| fs::write(beside(path), bytes).and_then(|()| kept(path)))?;
        files.iter().try_for_each(|(path, _)| fs::rename(beside(path), path))
    };
    let written = all();
    if written.is_err() {
        for (path, _) in files {
            let _ = fs::remove_file(beside(path));
        }
    }
    written
}

/// Writes files that belong together into a folder, by their names in it, as [`write_all`] does; what folders they need are
/// made, and are gone again where it fails.
pub fn write_into(folder: &Path, files: impl IntoIterator<Item = (String, impl AsRef<[u8]>)>) -> io::Result<()> {
    let files: Vec<(PathBuf, _)> = files.into_iter().map(|(name, bytes)| (folder.join(name), bytes)).collect();
    let folders: BTreeSet<&Path> = files.iter().filter_map(|(path, _)| path.parent()).collect();
    let named = |folder: &&Path| !folder.as_os_str().is_empty();
    let fresh =
        folders.iter().flat_map(|folder| folder.ancestors().take_while(named)).filter(|folder| !folder.exists());
    let fresh: BTreeSet<PathBuf> = fresh.map(Path::to_owned).collect();
    let made = folders.iter().try_for_each(fs::create_dir_all);
    made.and_then(|()| write_all(&files)).inspect_err(|_| {
        // The inner ones first; one that somebody else put something into stays.
        fresh.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    })
}

/// Writes a file that is not there yet; where that fails, there is none afterwards.
pub fn begin(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut new = fs::OpenOptions::new().write(true).create_new(true).open(file)?;
    new.write_all(text.as_bytes()).inspect_err(|_| {
        let _ = fs::remove_file(file);
    })
}
