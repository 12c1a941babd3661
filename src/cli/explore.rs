//! `mims-sim explore FILE`: searches for a schedule that breaks a property, at random or through all states, and writes
//! it back as a scenario.

use super::Exit;
use super::files::{find, reason, write};
use super::terminal::{complain, diagnose, interrupts, out};
use mims_sim::counted::counted;
use mims_sim::explore::{ExhaustiveSearch, Explorer, PropertySearch, RandomSearch};
use mims_sim::format::formatter::layout;
use mims_sim::format::load::FileContents;
use mims_sim::format::yaml;
use mims_sim::kernel::Span;
use mims_sim::kernel::time::parse_span;
use mims_sim::search::bfs::{Bounds, Progress, StopReason};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What to explore, and how far.
#[derive(clap::Args)]
pub struct Options {
    /// A scenario file with an `explore:` block.
    file: PathBuf,
    /// All states within bounds, breadth first, instead of whole schedules at random.
    #[arg(long)]
    exhaustive: bool,
    /// How many schedules are tried at most, at random.
    #[arg(long, value_name = "N", default_value_t = 20_000, conflicts_with = "exhaustive")]
    runs: u64,
    /// The seed of the draws; the same seed tries the same schedules.
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "exhaustive")]
    seed: u64,
    /// Transitions from the start, with `--exhaustive`.
    #[arg(long, value_name = "N", requires = "exhaustive")]
    depth: Option<u32>,
    /// States in all, with `--exhaustive`.
    #[arg(long, value_name = "N", default_value_t = 2_000_000, requires = "exhaustive")]
    max_states: usize,
    /// Memory for states in megabytes, with `--exhaustive`.
    #[arg(long, value_name = "MB", default_value_t = 4_000, requires = "exhaustive")]
    max_memory: usize,
    /// Time, such as `30s` or `5m`; what was found by then is kept.
    #[arg(long, value_name = "SPAN")]
    max_time: Option<String>,
    /// Writes each counterexample into this folder and keeps the files there. By default, a counterexample that the
    /// file does not expect goes to the folder `regressions` of its scenarios.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Whoever waits for a search: shows how far it is, and ends it when told to, or when its time is over.
struct Wait {
    shows: bool,
    told: Arc<AtomicBool>,
    until: Option<Instant>,
}

impl Wait {
    #[allow(clippy::disallowed_methods)]
    fn new(most: Option<Span>) -> Wait {
        let most = most.map(|span| Duration::from_millis(span.0.max(0).cast_unsigned()));
        Wait {
            shows: std::io::stderr().is_terminal(),
            told: interrupts(),
            until: most.map(|most| Instant::now() + most),
        }
    }

    #[allow(clippy::disallowed_methods)]
    fn goes_on(&self, far: &str) -> bool {
        if self.shows {
            complain(&format!("\r{far}"));
        }
        !self.told.load(Ordering::Relaxed) && self.until.is_none_or(|until| Instant::now() < until)
    }

    fn over(&self) {
        if self.shows {
            complain("\r\x1b[K");
        }
    }
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let most = match options.max_time.as_deref().map(parse_span) {
        None => None,
        Some(Ok(span)) => Some(span),
        Some(Err(why)) => {
            complain(&format!("--max-time: {why}\n"));
            return Exit::BadInput;
        }
    };
    let found = find(std::slice::from_ref(&options.file));
    if !found.faults.is_empty() {
        diagnose(&found.faults, &found.sources);
        return Exit::BadInput;
    }
    let cases = found.scenarios.iter().flat_map(|loaded| match &loaded.contents {
        FileContents::Scenario(cases) => cases.iter().map(move |case| (loaded, case)).collect(),
        FileContents::Policy(_) | FileContents::Properties(_) | FileContents::Rehearsal(_) => Vec::new(),
    });
    let wait = Wait::new(most);
    let mut worst: Option<Exit> = None;
    for (loaded, case) in cases {
        let explorer = match Explorer::new(loaded, case, &found.book) {
            Ok(explorer) => explorer,
            Err(faults) => {
                diagnose(&faults, &found.sources);
                return Exit::BadInput;
            }
        };
        let (list, partial) =
            if options.exhaustive { whole(&explorer, options, &wait) } else { draws(&explorer, options, &wait) };
        worst.get_or_insert(Exit::Fine);
        for found in &list {
            worst = worst.max(Some(tell(found, &partial)));
            let folder = match &options.out {
                Some(folder) => Some(folder.clone()),
                None if found.expected => None,
                None => Some(regressions(&options.file)),
            };
            if let (Some(folder), Some(text)) = (folder, &found.text)
                && let Err(why) = keep(&folder, &found.property, text)
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

/// How a search ended, for what it did not find: what that says, and whether it is all there is to know.
struct Partial {
    said: String,
    proven: bool,
    cut: bool,
}

fn draws(explorer: &Explorer<'_>, options: &Options, wait: &Wait) -> (Vec<PropertySearch>, Partial) {
    let search = explorer.search(options.runs, options.seed, |tried| {
        wait.goes_on(&format!("{tried} of {}", counted(options.runs, "schedule")))
    });
    wait.over();
    let RandomSearch { tried, discarded, interrupted, .. } = search;
    let stopped = if interrupted { "; stopped early" } else { "" };
    out(&format!("{} tried, {discarded} of them with a row that cannot begin{stopped}\n", counted(tried, "schedule")));
    let said = "not violated by any of them, which proves nothing".to_owned();
    (search.found, Partial { said, proven: false, cut: interrupted })
}

fn whole(explorer: &Explorer<'_>, options: &Options, wait: &Wait) -> (Vec<PropertySearch>, Partial) {
    let bounds = Bounds {
        depth: options.depth.unwrap_or(u32::MAX),
        states: options.max_states,
        bytes: options.max_memory.saturating_mul(1_000_000),
    };
    let ExhaustiveSearch { found, passes } = explorer.exhaust(bounds, |progress| {
        let Progress { states, transitions, depth, .. } = progress;
        wait.goes_on(&format!("depth {depth}: {}, {}", counted(states, "state"), counted(transitions, "transition")))
    });
    wait.over();
    for ((progress, end), pass) in passes.iter().zip(["whole acts", "click by click"]) {
        let Progress { states, transitions, depth, seen_bytes, .. } = progress;
        let each = seen_bytes / (*states).max(1);
        let all = if *end == StopReason::Exhausted { ", all there are" } else { "" };
        out(&format!(
            "{pass}: {}{all}, {}, depth {depth}; {} a state seen\n",
            counted(states, "state"),
            counted(transitions, "transition"),
            counted(each, "byte")
        ));
    }
    let Some((Progress { states, depth, .. }, end)) = passes.last().copied() else {
        return (found, Partial { said: String::new(), proven: false, cut: true });
    };
    let (why, cut) = match end {
        StopReason::Exhausted | StopReason::Settled => ("", false),
        StopReason::Depth => ("the depth that was asked for", false),
        StopReason::States => ("--max-states", true),
        StopReason::Memory => ("--max-memory", true),
        StopReason::Interrupted => ("stopped early, or --max-time", true),
    };
    let proven = end == StopReason::Exhausted;
    let said = if proven {
        "holds in every state that can be reached".to_owned()
    } else {
        format!("not violated to depth {depth}; {}; bound reached: {why}", counted(states, "state"))
    };
    (found, Partial { said, proven, cut: cut || end == StopReason::Depth })
}

fn tell(found: &PropertySearch, partial: &Partial) -> Exit {
    let name = &found.property;
    match (&found.schedule, found.triggered) {
        (Some(schedule), _) => {
            let rows = schedule.rows.len();
            out(&format!("violated: {name} (in {}, out of {})\n", counted(rows, "row"), found.rows_before));
            out(&format!("\n{}\n", found.text.as_deref().unwrap_or_default()));
            if found.expected { Exit::Fine } else { Exit::Failed }
        }
        (None, false) if !partial.cut => {
            out(&format!("vacuous: {name}: nothing that was tried did anything that it speaks of\n"));
            Exit::Failed
        }
        (None, _) if found.cut_short => {
            out(&format!(
                "undecided: {name}: not violated, but a look ahead was cut short (`states:` of the property has it \
                 see more)\n"
            ));
            Exit::Incomplete
        }
        (None, _) => {
            out(&format!("{}: {name}\n", partial.said));
            match (found.expected, partial.proven, partial.cut) {
                (true, true, _) => Exit::Failed,
                (false, _, false) => Exit::Fine,
                _ => Exit::Incomplete,
            }
        }
    }
}

/// The folder `regressions` of the scenarios that a file belongs to.
fn regressions(file: &Path) -> PathBuf {
    let above = file.ancestors().skip(1);
    let root = above.clone().find(|folder| folder.file_name().is_some_and(|name| name == "scenarios"));
    root.or(file.parent()).unwrap_or(Path::new("")).join("regressions")
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
