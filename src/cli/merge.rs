//! `mims-sim merge DIR`: puts the shards of a rehearsal together, and tells what one machine would have told.

use super::Exit;
use super::files::reason;
use super::rehearse::{Output, load, tell};
use super::terminal::diagnose;
use mims_sim::diagnostic::{Diagnostic, Sources};
use mims_sim::rehearsal::run::runner::Runs;
use mims_sim::rehearsal::run::shard::{Origin, Shard, merge};
use mims_sim::rehearsal::{Replicate, observation_times};
use std::fs;
use std::path::{Path, PathBuf};

/// Which shards, and where to write.
#[derive(clap::Args)]
pub struct Options {
    /// The folder that `rehearse --shard` wrote into; the rehearsal's file is looked for where it was then.
    folder: PathBuf,
    /// Writes results into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The number of runs in which the report also tries candidates, doubts and remedies; 0 for none. By default as
    /// many as `rehearse` takes.
    #[arg(long, value_name = "N", requires = "out", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    aside: Option<u32>,
    /// Gives people in stories and work lists names plausible in Singapore; this changes no other draw.
    #[arg(long, requires = "out")]
    names: bool,
    /// Writes the JSON document to standard output.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let whole = match read(&options.folder).and_then(merge) {
        Ok(whole) => whole,
        Err(faults) => {
            diagnose(&faults, &Sources::default());
            return Exit::BadInput;
        }
    };
    let loaded = match load(Path::new(&whole.origin.file)) {
        Ok(loaded) => loaded.with(whole.runs, whole.origin.seed),
        Err(exit) => return exit,
    };
    let plan = &loaded.plan;
    if Origin::of(plan) != whole.origin {
        let title = format!("these shards are of another state of {}, its policy or its population", whole.origin.file);
        let help = "merge them with the files and the version that they were run with";
        diagnose(&[Diagnostic::error("S602", title).help(help)], &Sources::default());
        return Exit::BadInput;
    }
    let runs = Runs { grid: observation_times::of(plan), done: whole.replicates, partial: false };
    let Options { out, json, aside, names, .. } = options;
    let folder = out.as_deref();
    tell(
        &Output { folder, json: *json, looked: false, aside: *aside, names: *names, interrupted: None },
        &loaded,
        &runs,
    )
}

/// Every shard in a folder, by name.
fn read(folder: &Path) -> Result<Vec<(String, Shard<Replicate>)>, Vec<Diagnostic>> {
    let unread = |why: std::io::Error| {
        let title = format!("cannot read {}: {}", folder.display(), reason(&why));
        vec![Diagnostic::error("S014", title).help("name the folder that `--out` named")]
    };
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let name = entry.map_err(unread)?.file_name().to_string_lossy().into_owned();
        if name.starts_with("shard-") && name.ends_with(".json") {
            names.push(name);
        }
    }
    names.sort();
    let (mut shards, mut faults) = (Vec::new(), Vec::new());
    for name in names {
        match fs::read(folder.join(&name)).map_err(unread) {
            Ok(bytes) => match Shard::from_json(&name, &bytes) {
                Ok(shard) => shards.push((name, shard)),
                Err(fault) => faults.push(*fault),
            },
            Err(unread) => faults.extend(unread),
        }
    }
    if faults.is_empty() { Ok(shards) } else { Err(faults) }
}
