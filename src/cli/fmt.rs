//! `mims-sim fmt`: the canonical layout of files, which keeps meaning, order and comments.
//!
//! Promises that either all files can be laid out or none is changed. Deliberately does not look at what a file says.

use super::Exit;
use super::files::{bytes, list, reason, write};
use super::terminal::{complain, out, refuse};
use mims_sim::counted::counted;
use mims_sim::diagnostic::{Diagnostic, SourceFile, Sources};
use mims_sim::format::formatter::layout;
use mims_sim::format::yaml;
use std::io::Read;
use std::path::PathBuf;

/// What to lay out.
#[derive(clap::Args)]
pub struct Options {
    /// Files or folders; `-` reads standard input and writes standard output.
    #[arg(default_value = "scenarios")]
    paths: Vec<PathBuf>,
    /// Changes nothing, names the files that would be changed, and exits 1 if there are any.
    #[arg(long)]
    check: bool,
}

/// The text as it is, and as it should be.
fn laid(name: &str, bytes: &[u8]) -> Result<(String, String), Vec<Diagnostic>> {
    let (file, tree) = yaml::parse(name, bytes)?;
    let fault = || {
        let said = Diagnostic::error("S015", "this file cannot be laid out without changing what it says");
        vec![said.within(name).help("this is a fault of the tool; please report it with the file")]
    };
    let out = layout(&file.text, &tree).ok_or_else(fault)?;
    Ok((String::from_utf8_lossy(bytes).into_owned(), out))
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    if options.paths.iter().any(|path| path.as_os_str() == "-") {
        return pipe(options.check);
    }
    let (files, mut faults) = list(&options.paths);
    let mut sources = Sources::default();
    let mut changed = Vec::new();
    let count = files.len();
    for path in files {
        let name = path.display().to_string();
        let read = bytes(&path).map_err(|fault| vec![*fault]).and_then(|bytes| {
            sources.insert(name.clone(), SourceFile::from_bytes(&name, &bytes));
            laid(&name, &bytes)
        });
        match read {
            Ok((is, should)) if is != should => changed.push((path, first(&is, &should), should)),
            Ok(_) => {}
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        refuse(&faults, &sources, "nothing was changed");
        return Exit::BadInput;
    }
    if count == 0 {
        complain("nothing to lay out: no file here ends in .yaml\n");
        return Exit::Nothing;
    }
    for (path, line, text) in &changed {
        let name = path.display();
        if options.check {
            out(&format!("{name}:{line}: not in its canonical layout\n"));
            continue;
        }
        // A link stays a link: what it leads to is written.
        let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        if let Err(why) = write(&place, text) {
            complain(&format!("cannot write {name}: {}\n", reason(&why)));
            return Exit::BadInput;
        }
        out(&format!("{name}: laid out\n"));
    }
    match (changed.len(), options.check) {
        (0, _) => Exit::Fine,
        (_, false) => Exit::Fine,
        (many, true) => {
            out(&format!("{many} of {} would be changed; `mims-sim fmt` does it\n", counted(count, "file")));
            Exit::Failed
        }
    }
}

/// The first line, from 1, that is otherwise.
fn first(is: &str, should: &str) -> usize {
    let same = is.split('\n').zip(should.split('\n')).take_while(|(a, b)| a == b).count();
    (same + 1).min(is.lines().count().max(1))
}

fn pipe(check: bool) -> Exit {
    let mut bytes = Vec::new();
    let most = u64::try_from(yaml::MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    if let Err(why) = std::io::stdin().take(most).read_to_end(&mut bytes) {
        complain(&format!("cannot read standard input: {}\n", reason(&why)));
        return Exit::BadInput;
    }
    let name = "standard input";
    match laid(name, &bytes) {
        Err(faults) => {
            let sources = Sources::from([(name.to_owned(), SourceFile::from_bytes(name, &bytes))]);
            refuse(&faults, &sources, "nothing was written");
            Exit::BadInput
        }
        Ok((is, should)) if check => {
            if is == should {
                Exit::Fine
            } else {
                Exit::Failed
            }
        }
        Ok((_, should)) => {
            out(&should);
            Exit::Fine
        }
    }
}
