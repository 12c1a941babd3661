//! `mims-sim explore FILE`: searches for a schedule that breaks a property, and writes it back as a scenario.

use super::Exit;
use super::files::{find, reason, write};
use super::terminal::{complain, diagnose, out};
use mims_sim::explore::{Explorer, Found};
use mims_sim::format::layout::layout;
use mims_sim::format::load::Said;
use mims_sim::format::yaml;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// What to explore, and how much.
#[derive(clap::Args)]
pub struct Options {
    /// A scenario file with an `explore:` block.
    file: PathBuf,
    /// How many schedules are tried at most.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    runs: u64,
    /// The seed of the draws; the same seed tries the same schedules.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Writes each counterexample into this folder, beside what is there.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let found = find(std::slice::from_ref(&options.file));
    if !found.faults.is_empty() {
        diagnose(&found.faults, &found.sources);
        return Exit::BadInput;
    }
    let cases = found.scenarios.iter().flat_map(|loaded| match &loaded.said {
        Said::Scenario(cases) => cases.iter().map(move |case| (loaded, case)).collect(),
        _ => Vec::new(),
    });
    let mut worst: Option<Exit> = None;
    for (loaded, case) in cases {
        let explorer = match Explorer::new(loaded, case, &found.book) {
            Ok(explorer) => explorer,
            Err(faults) => {
                diagnose(&faults, &found.sources);
                return Exit::BadInput;
            }
        };
        let shows = std::io::stderr().is_terminal();
        let search = explorer.search(options.runs, options.seed, |tried| {
            if shows {
                complain(&format!("\r{tried} of {} schedules", options.runs));
            }
            true
        });
        if shows {
            complain("\r");
        }
        worst.get_or_insert(Exit::Fine);
        let discarded = search.discarded;
        out(&format!("{} schedules tried, {discarded} of them with a row that cannot begin\n", search.tried));
        for found in &search.found {
            worst = worst.max(Some(tell(found)));
            if let (Some(folder), Some(text)) = (&options.out, &found.text)
                && let Err(why) = keep(folder, &found.property, text)
            {
                complain(&format!("{why}\n"));
                return Exit::BadInput;
            }
        }
    }
    worst.unwrap_or_else(|| {
        complain("nothing to explore: this is no scenario\n");
        Exit::Nothing
    })
}

fn tell(found: &Found) -> Exit {
    let name = &found.property;
    match (&found.schedule, found.triggered) {
        (Some(schedule), _) => {
            let rows = schedule.len();
            out(&format!("violated: {name} (in {rows} rows, out of {})\n", found.rows_before));
            out(&format!("\n{}\n", found.text.as_deref().unwrap_or_default()));
            if found.expected { Exit::Fine } else { Exit::Failed }
        }
        (None, false) => {
            out(&format!("vacuous: {name}: no schedule did anything that it speaks of\n"));
            Exit::Failed
        }
        (None, true) => {
            out(&format!("not violated by any of them, which proves nothing: {name}\n"));
            if found.expected { Exit::Incomplete } else { Exit::Fine }
        }
    }
}

/// Writes a counterexample under a name of its own; a file that is there and says something else is left alone.
fn keep(folder: &Path, property: &str, text: &str) -> Result<(), String> {
    let slug: String = property.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = slug.split('-').filter(|part| !part.is_empty()).collect();
    let path = folder.join(format!("{}.yaml", parts.join("-")));
    let laid = yaml::parse("", text.as_bytes()).ok().and_then(|(_, tree)| layout(text, &tree));
    let text = laid.as_deref().unwrap_or(text);
    let fault = |why: std::io::Error| format!("cannot write {}: {}", path.display(), reason(&why));
    match std::fs::read_to_string(&path) {
        Ok(there) if there == text => return Ok(()),
        Ok(_) => {
            return Err(format!("{} is there already and says something else; move it away first", path.display()));
        }
        Err(_) => {}
    }
    std::fs::create_dir_all(folder).map_err(fault)?;
    write(&path, text).map_err(fault)?;
    out(&format!("written to {}\n", path.display()));
    Ok(())
}
