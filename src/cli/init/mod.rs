//! `mims-sim init [FILE]`: a commented scenario that passes, to begin from.
//!
//! Promises never to touch a file that is there. Deliberately asks nothing.

use super::Exit;
use super::files::{begin, reason};
use super::terminal::{complain, out};
use std::fs;
use std::path::{Path, PathBuf};

/// What to begin.
#[derive(clap::Args)]
pub struct Options {
    /// The file to write.
    #[arg(default_value = "scenario.yaml")]
    file: PathBuf,
    /// A skeleton for a complaint: what happened, what should have been so, and the property that was violated.
    #[arg(long)]
    finding: bool,
}

/// The name of the schema's file.
const SCHEMA: &str = "scenario.schema.json";

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let file = &options.file;
    let name = file.display();
    if !file.extension().is_some_and(|e| e == "yaml" || e == "yml") {
        complain(&format!("{name} does not end in .yaml, so that `mims-sim test` would not find it in its folder\n"));
        return Exit::BadInput;
    }
    let template = if options.finding { include_str!("finding.yaml") } else { include_str!("scenario.yaml") };
    let near = schema(file);
    let text = template
        .replace("$schema=SCHEMA", &format!("$schema={}", near.as_deref().unwrap_or(SCHEMA)))
        .replace("name: TITLE, which", &format!("name: {}, which", title(file)))
        .replace("TITLE", &title(file));
    if let Err(why) = begin(file, &text) {
        let why = match why.kind() {
            std::io::ErrorKind::AlreadyExists => "it is there already, and is left as it is".to_owned(),
            _ => reason(&why),
        };
        complain(&format!("cannot write {name}: {why}\n"));
        return Exit::BadInput;
    }
    out(&format!("written to {name}; `mims-sim test {name}` replays it\n"));
    if near.is_none() {
        out(&format!("for completion in an editor: mims-sim schema > {}\n", file.with_file_name(SCHEMA).display()));
    }
    Exit::Fine
}

/// `whoever-left.yaml` is about `Whoever left`.
fn title(file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let words: String = stem.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) if words.chars().any(char::is_alphabetic) => first.to_uppercase().chain(letters).collect(),
        Some(_) => format!("Scenario {words}"),
        None => "Scenario".to_owned(),
    }
}

/// The schema that lies nearest above a file, as the file would call it.
pub fn schema(file: &Path) -> Option<String> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The folder may be still to be made: then what is above it counts.
    let missing = folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists()).count();
    let there = folder.ancestors().nth(missing).filter(|above| !above.as_os_str().is_empty());
    let start = fs::canonicalize(there.unwrap_or(Path::new("."))).ok()?;
    let up = start.ancestors().position(|above| above.join(SCHEMA).is_file())?;
    Some("../".repeat(missing + up) + SCHEMA)
}
