//! `mims-sim rehearse FILE`: rolls a policy out over a population, many times over, and judges the gates.

use super::Exit;
use super::files::{find, reason, write};
use super::interrupt;
use super::terminal::{complain, diagnose, out};
use mims_sim::diagnostic::{Diagnostic, Sources};
use mims_sim::rehearsal::gate::Answer;
use mims_sim::rehearsal::shard::{Origin, Part, Shard};
use mims_sim::rehearsal::stop::{Stop, in_order};
use mims_sim::rehearsal::summary::Summary;
use mims_sim::rehearsal::{Plan, Replicate, grid};
use mims_sim::report;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What to rehearse, and how often.
#[derive(clap::Args)]
pub struct Options {
    /// A rehearsal file.
    file: PathBuf,
    /// How many runs, instead of what the file says; under --precision the most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    runs: Option<u32>,
    /// Stops as soon as every gate is decided or known to within this many per cent of the runs, and the first morning too.
    #[arg(long, value_name = "PER CENT", value_parser = precision, conflicts_with = "shard")]
    precision: Option<f64>,
    /// The seed of all draws, instead of what the file says.
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// How many threads; they change no result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Runs one part of the runs only, such as 2/8, for `merge` to put together.
    #[arg(long, value_name = "I/N", value_parser = Part::parse, requires = "out")]
    shard: Option<Part>,
    /// Writes results into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Goes on where an interrupted run into the same folder stopped.
    #[arg(long, requires = "out")]
    resume: bool,
}

fn precision(text: &str) -> Result<f64, String> {
    let value = text.trim_end_matches('%').parse::<f64>().ok().filter(|value| *value > 0.0 && *value < 50.0);
    value.map(|value| value / 100.0).ok_or_else(|| "a number above 0 and below 50".to_owned())
}

/// The rehearsal in a file; what is wrong is told.
pub fn load(file: &Path) -> Result<Plan, Exit> {
    let found = find(std::slice::from_ref(&file.to_path_buf()));
    let plans = found.rehearsals().map_err(|faults| {
        diagnose(&faults, &found.sources);
        Exit::BadInput
    })?;
    plans.into_iter().next_back().ok_or_else(|| {
        complain("nothing to rehearse: this is no rehearsal\n");
        Exit::Nothing
    })
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let plan = match load(&options.file) {
        Ok(plan) => plan,
        Err(exit) => return exit,
    };
    let plan = Plan {
        runs: options.runs.unwrap_or(plan.runs),
        seed: options.seed.unwrap_or(plan.seed),
        stopped: options.precision.is_some(),
        ..plan
    };
    let threads = options.threads.map_or(0, usize::from);
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(|| rehearse(options, &plan)),
        Err(why) => {
            complain(&format!("cannot start {threads} threads: {why}\n"));
            Exit::BadInput
        }
    }
}

fn rehearse(options: &Options, plan: &Plan) -> Exit {
    let part = options.shard.unwrap_or(Part::WHOLE);
    let mut shard = match begun(options, plan, part) {
        Ok(shard) => shard,
        Err(fault) => {
            diagnose(&[*fault], &Sources::default());
            return Exit::BadInput;
        }
    };
    let grid = grid::grid(plan);
    let mut stop = options.precision.map(|precision| Stop::new(plan, &grid, precision));
    let mut enough = |run: &Replicate| stop.as_mut().is_some_and(|stop| stop.see(run));
    let before = shard.replicates.iter().position(&mut enough);
    let mut done = before.is_some() || shard.rest().is_empty();
    if let Some(at) = before {
        shard.replicates.truncate(at + 1);
    }
    if !done {
        interrupt::listen();
        let at_a_time = u32::try_from(rayon::current_num_threads() * 2).unwrap_or(1);
        in_order(plan, &grid, shard.rest(), at_a_time, |replicate| {
            let stops = enough(&replicate);
            shard.replicates.push(replicate);
            done = stops || shard.rest().is_empty();
            if done || interrupt::came() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }
    // An interrupted run leaves what it has for `--resume`; a finished one leaves results alone.
    if let Some(folder) = &options.out {
        let path = folder.join(part.file_name());
        let kept = if options.shard.is_some() || !done {
            let text = shard.to_json();
            text.and_then(|text| {
                fs::create_dir_all(folder).and_then(|()| write(&path, &text)).map_err(|why| reason(&why))
            })
        } else {
            let _ = fs::remove_file(&path);
            Ok(())
        };
        if let Err(why) = kept {
            complain(&format!("cannot write {}: {why}\n", path.display()));
            return Exit::BadInput;
        }
    }
    let (have, all) = (shard.replicates.len(), part.replicates(plan.runs).len());
    if !done {
        let goes_on = if options.out.is_some() { "; `--resume` goes on" } else { "" };
        complain(&format!("interrupted: {have} of {all} runs are done{goes_on}\n"));
    }
    if options.shard.is_some() {
        out(&format!("shard {}/{}: {have} of {all} runs\n", part.index, part.of));
        return if done { Exit::Fine } else { Exit::Incomplete };
    }
    if shard.replicates.is_empty() {
        return Exit::Incomplete;
    }
    let exit = tell(plan, &grid, &shard.replicates, options.out.as_deref());
    if done { exit } else { Exit::Incomplete }
}

/// What an interrupted run left, where that is to be gone on with; else nothing yet.
fn begun(options: &Options, plan: &Plan, part: Part) -> Result<Shard<Replicate>, Box<Diagnostic>> {
    let fresh = Shard::new(Origin::of(plan), plan.runs, part, Vec::new());
    let path = options.out.as_ref().map(|folder| folder.join(part.file_name()));
    let Some(bytes) = path.as_ref().filter(|_| options.resume).and_then(|path| fs::read(path).ok()) else {
        return Ok(fresh);
    };
    let begun = Shard::<Replicate>::from_json(&part.file_name(), &bytes)?;
    if begun.origin.hash != fresh.origin.hash || begun.part != part {
        let title = format!("{} is of another rehearsal than {}", part.file_name(), plan.file);
        let help = "policy, population, runs, seed and version have to be the same; start afresh without `--resume`";
        return Err(Box::new(Diagnostic::error("S502", title).help(help)));
    }
    Ok(begun)
}

/// Tells what the runs came to, and how that is to be taken.
pub fn tell(plan: &Plan, grid: &[mims_sim::kernel::Time], runs: &[Replicate], folder: Option<&Path>) -> Exit {
    let summary = Summary::new(plan, grid, runs);
    let text = report::rehearsal::human(&summary);
    if let Some(folder) = folder {
        let written = fs::create_dir_all(folder).and_then(|()| write(&folder.join("rehearsal.txt"), &text));
        if let Err(why) = written {
            complain(&format!("cannot write results into {}: {}\n", folder.display(), reason(&why)));
            return Exit::BadInput;
        }
    }
    out(&text);
    match summary.answer {
        Answer::Go => Exit::Fine,
        Answer::NoGo => Exit::Failed,
        Answer::Undecided => Exit::Incomplete,
    }
}
