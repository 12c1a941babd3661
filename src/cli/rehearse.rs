//! `mims-sim rehearse FILE`: rolls a policy out over a population, many times over, and judges the gates.

use super::Exit;
use super::files::{find, reason, write};
use super::terminal::{complain, diagnose, out};
use clap::ValueEnum;
use mims_sim::format::leaf::parse_share;
use mims_sim::rehearsal::Plan;
use mims_sim::rehearsal::gate::Answer;
use mims_sim::rehearsal::many::{Runs, many};
use mims_sim::rehearsal::summary::{Summary, decided};
use mims_sim::report;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What to rehearse, and how often.
#[derive(clap::Args)]
pub struct Options {
    /// A rehearsal file.
    file: PathBuf,
    /// How many runs, instead of what the file says; with --precision the most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    runs: Option<u32>,
    /// Stops as soon as the share of runs that meet each gate is known this well, such as 5%: looking after every run
    /// does no harm to the intervals.
    #[arg(long, value_name = "SHARE", value_parser = precision)]
    precision: Option<i64>,
    /// The seed of all draws, instead of what the file says.
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// On how many threads; the results are the same on any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Writes rehearsal.txt, rehearsal.json, measures.csv and runs.csv into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How the result is written to standard output.
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    format: Shape,
}

/// The shapes of results.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// Text for a person.
    Human,
    /// The JSON document.
    Json,
}

fn precision(text: &str) -> Result<i64, String> {
    parse_share(text).and_then(|share| match share {
        1_000..=500_000 => Ok(share),
        _ => Err("write a share from 0.1% to 50%".to_owned()),
    })
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let found = find(std::slice::from_ref(&options.file));
    let mut plans = match found.rehearsals() {
        Ok(plans) => plans,
        Err(faults) => {
            diagnose(&faults, &found.sources);
            return Exit::BadInput;
        }
    };
    let Some(plan) = plans.pop().filter(|_| plans.is_empty()) else {
        let what = if plans.is_empty() { "this is no rehearsal" } else { "name one rehearsal, not a folder of them" };
        complain(&format!("nothing to rehearse: {what}\n"));
        return Exit::Nothing;
    };
    let plan = Plan { runs: options.runs.unwrap_or(plan.runs), seed: options.seed.unwrap_or(plan.seed), ..plan };
    let runs = match options.threads {
        None => rehearse(&plan, options.precision),
        Some(threads) => match rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build() {
            Ok(pool) => pool.install(|| rehearse(&plan, options.precision)),
            Err(why) => {
                complain(&format!("cannot start {threads} threads: {why}\n"));
                return Exit::BadInput;
            }
        },
    };
    tell(options, &plan, &runs)
}

fn tell(options: &Options, plan: &Plan, runs: &Runs) -> Exit {
    if runs.done.is_empty() {
        complain("interrupted before the first run was done\n");
        return Exit::Incomplete;
    }
    let summary = Summary::new(plan, &runs.grid, &runs.done, options.precision.is_some());
    let text = report::rehearsal::human(&summary, runs.partial);
    match options.format {
        Shape::Human => out(&text),
        Shape::Json => out(&report::rehearsal_data::json(&summary, runs.partial)),
    }
    if let Some(folder) = &options.out
        && let Err(why) = keep(folder, &summary, &text, runs.partial)
    {
        complain(&format!("cannot write into {}: {why}\n", folder.display()));
        return Exit::BadInput;
    }
    match summary.answer {
        _ if runs.partial => Exit::Incomplete,
        Answer::Go => Exit::Fine,
        Answer::NoGo => Exit::Failed,
        Answer::Undecided => Exit::Incomplete,
    }
}

fn keep(folder: &Path, summary: &Summary<'_>, text: &str, partial: bool) -> Result<(), String> {
    let files = [
        ("rehearsal.txt", text.to_owned()),
        ("rehearsal.json", report::rehearsal_data::json(summary, partial)),
        ("measures.csv", report::rehearsal_data::measures_csv(summary)),
        ("runs.csv", report::rehearsal_data::runs_csv(summary)),
    ];
    std::fs::create_dir_all(folder).map_err(|why| reason(&why))?;
    files.iter().try_for_each(|(name, text)| write(&folder.join(name), text)).map_err(|why| reason(&why))
}

/// All runs, with progress for whoever waits, until they are done, enough, or interrupted.
#[allow(clippy::disallowed_methods, reason = "progress is for a person, who waits on the wall clock")]
fn rehearse(plan: &Plan, precision: Option<i64>) -> Runs {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    // A second interrupt ends the tool at once.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(Exit::Incomplete as i32);
        }
    });
    let terminal = std::io::stderr().is_terminal();
    let (began, last) = (Instant::now(), AtomicU64::new(0));
    let pause = if terminal { Duration::from_millis(200) } else { Duration::from_secs(30) };
    let watch = |done: usize| {
        let now = began.elapsed();
        let due = last.load(Ordering::Relaxed) + u64::try_from(pause.as_millis()).unwrap_or(0);
        if u64::try_from(now.as_millis()).unwrap_or(0) >= due {
            last.store(u64::try_from(now.as_millis()).unwrap_or(0), Ordering::Relaxed);
            progress(done, plan.runs, now, terminal);
        }
        !interrupted.load(Ordering::Relaxed)
    };
    let runs = many(plan, watch, |plan, grid, done| precision.is_some_and(|p| decided(plan, grid, done, p)));
    if terminal {
        complain("\r\u{1b}[K");
    }
    if runs.partial {
        complain(&format!("interrupted: {} of {} runs are done\n", runs.done.len(), plan.runs));
    }
    runs
}

/// A line of progress: rewritten in place on a terminal.
fn progress(done: usize, all: u32, since: Duration, terminal: bool) {
    let seconds = since.as_secs_f64();
    #[allow(clippy::cast_precision_loss)]
    let rate = done as f64 / seconds.max(0.001);
    let left = (f64::from(all) - rate * seconds) / rate.max(0.000_001);
    let left = if done == 0 { String::new() } else { format!(", {left:.0} s left") };
    let line = format!("{done} of {all} runs, {rate:.1} a second{left}");
    complain(&if terminal { format!("\r\u{1b}[K{line}") } else { format!("{line}\n") });
}
