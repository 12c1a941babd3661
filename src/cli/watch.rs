//! `mims-sim test --watch`: runs again whenever a file is saved.
//!
//! Promises that a save is answered at once, and several saves in a row together; editors that write beside and rename
//! are seen as well, because folders are watched and not files. Deliberately keeps nothing from run to run.

use super::Exit;
use super::files::{nearby, reason};
use super::terminal::{complain, gone, out};
use notify::{ErrorKind, Event, EventKind, RecursiveMode, Watcher, recommended_watcher};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// After so long without another save a run begins.
const QUIET: Duration = Duration::from_millis(30);
/// A save is answered within this; what a run takes itself is a few milliseconds.
const ANSWER: Duration = Duration::from_millis(200);
const _: () = assert!(2 * QUIET.as_millis() < ANSWER.as_millis());
/// How often a closed pipe is looked for.
const BREATH: Duration = Duration::from_secs(1);

/// Runs once, and again after every save of a file at these paths, or of a policy or property that they can call; until
/// it is interrupted, or nobody reads any more.
pub fn watch(paths: &[PathBuf], again: impl Fn() -> Exit) -> Exit {
    let (send, events) = channel();
    // A watcher that cannot tell has nobody to tell any more.
    let mut watcher = match recommended_watcher(move |event| drop(send.send(event))) {
        Ok(watcher) => watcher,
        Err(why) => return refused(Path::new("files"), why),
    };
    let (folders, files) = places(paths);
    for (folder, mode) in &folders {
        if let Err(why) = watcher.watch(folder, *mode) {
            return refused(folder, why);
        }
    }
    // What is wrong at the start is told, and may be mended.
    again();
    loop {
        let Some(saved) = saves(&events, &files) else { return Exit::Fine };
        if std::io::stdout().is_terminal() {
            out("\u{1b}[2J\u{1b}[H");
        }
        let names: Vec<String> = saved.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        out(&format!("\n{} was saved\n", names.join(", ")));
        again();
        if gone() {
            return Exit::Fine;
        }
    }
}

fn refused(what: &Path, why: notify::Error) -> Exit {
    let why = match why.kind {
        ErrorKind::Io(why) => reason(&why),
        ErrorKind::PathNotFound => "there is no such folder".to_owned(),
        // What it is about has been said, in the words of the command line.
        kind => notify::Error::new(kind).to_string(),
    };
    complain(&format!("cannot watch {}: {why}\n", what.display()));
    Exit::BadInput
}

/// The folders to watch, and, where files alone were named, these.
fn places(paths: &[PathBuf]) -> (BTreeMap<PathBuf, RecursiveMode>, Option<BTreeSet<OsString>>) {
    let mut folders = BTreeMap::new();
    let mut files = BTreeSet::new();
    let mut whole = false;
    for path in paths {
        if path.is_dir() {
            whole = true;
            folders.insert(path.clone(), RecursiveMode::Recursive);
        } else {
            files.extend(path.file_name().map(ToOwned::to_owned));
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            folders.entry(folder.to_owned()).or_insert(RecursiveMode::NonRecursive);
        }
        for near in nearby(path) {
            folders.insert(near, RecursiveMode::Recursive);
        }
    }
    (folders, (!whole).then_some(files))
}

/// Waits for the next saves; `None` where there will be none, or nobody to tell of them.
fn saves(events: &Receiver<notify::Result<Event>>, files: &Option<BTreeSet<OsString>>) -> Option<BTreeSet<OsString>> {
    let mut saved = BTreeSet::new();
    loop {
        match events.recv_timeout(if saved.is_empty() { BREATH } else { QUIET }) {
            Ok(event) => saved.extend(event.into_iter().flat_map(|event| names(&event, files))),
            Err(RecvTimeoutError::Timeout) if !saved.is_empty() => return Some(saved),
            Err(RecvTimeoutError::Timeout) if !gone() => {}
            Err(_) => return None,
        }
    }
}

/// The files that an event is about, if a run can be otherwise because of them.
fn names(event: &Event, files: &Option<BTreeSet<OsString>>) -> Vec<OsString> {
    if matches!(event.kind, EventKind::Access(_)) {
        return Vec::new();
    }
    let told = event.paths.iter().filter(|path| path.extension().is_some_and(|e| e == "yaml" || e == "yml"));
    let near =
        |path: &Path| path.components().any(|part| ["policies", "properties"].iter().any(|n| part.as_os_str() == *n));
    told.filter_map(|path| {
        let name = path.file_name()?.to_owned();
        files.as_ref().is_none_or(|files| files.contains(&name) || near(path)).then_some(name)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::ModifyKind;

    #[test]
    fn saves_in_a_row_are_one_and_others_are_none() {
        let (send, events) = channel();
        let event = |name: &str| Ok(Event::new(EventKind::Modify(ModifyKind::Any)).add_path(PathBuf::from(name)));
        let files = Some(BTreeSet::from([OsString::from("f.yaml")]));
        for name in ["f.yaml", "policies/p.yaml", "f.yaml", "g.yaml", "f.yaml.tmp"] {
            send.send(event(name)).unwrap();
        }
        let saved = saves(&events, &files).unwrap();
        assert_eq!(saved, BTreeSet::from(["f.yaml", "p.yaml"].map(OsString::from)));
        assert!(events.try_recv().is_err(), "nothing is left for a second run");
        drop(send);
        assert_eq!(saves(&events, &files), None);
    }
}
