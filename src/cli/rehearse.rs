//! `mims-sim rehearse FILE`: Monte Carlo replicates of a rollout over a population, and the go/no-go answer of its
//! gates.

use super::Exit;
use super::files::{find, reason, write, write_into};
use super::terminal::{OutputFormat, complain, diagnose, interrupts, out, tell as fit};
use mims_sim::counted::counted;
use mims_sim::diagnostic::{Diagnostic, Sources};
use mims_sim::format::text_formats::parse_share;
use mims_sim::rehearsal::extract::{choose::stories, replay_check::extract};
use mims_sim::rehearsal::measure::gate::GoNoGo;
use mims_sim::rehearsal::measure::summary::{Summary, decided};
use mims_sim::rehearsal::observe::journal::PersonRef;
use mims_sim::rehearsal::run::runner::{Runs, run_all};
use mims_sim::rehearsal::run::shard::{Origin, Shard, ShardNumber};
use mims_sim::rehearsal::study::remedies::{study, usual_runs};
use mims_sim::rehearsal::{RehearsalPlan, Replicate};
use mims_sim::replay::library::Library;
use mims_sim::report;
use mims_sim::report::rehearsal::page::{Rehearsed, RelatedFinding, Story};
use std::collections::BTreeSet;
use std::io::{ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The number of main causes for which a story is told.
const STORIES: usize = 4;

/// What to rehearse, and how often.
#[derive(clap::Args)]
pub struct Options {
    /// A rehearsal file.
    file: PathBuf,
    /// How many runs, instead of what the file says; with --precision the most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    runs: Option<u32>,
    /// Stops as soon as the share of runs that meet each gate is known to this precision, such as 5%; the intervals
    /// stay valid although they are checked after every run.
    #[arg(long, value_name = "SHARE", value_parser = precision)]
    precision: Option<i64>,
    /// The seed of all draws, instead of what the file says.
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// On how many threads; the results are the same on any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Runs one part of the runs only, such as 2/8, for `merge` to put together.
    #[arg(long, value_name = "I/N", value_parser = ShardNumber::parse, requires = "out", conflicts_with = "precision")]
    shard: Option<ShardNumber>,
    /// Resumes an interrupted run that wrote to the same folder.
    #[arg(long, requires = "out")]
    resume: bool,
    /// The number of runs in which the report also tries candidates, doubts and remedies; 0 for none. By default all
    /// runs, or fewer if the population is large.
    #[arg(long, value_name = "N", requires = "out", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    aside: Option<u32>,
    /// Writes the report rehearsal.html, rehearsal.txt, rehearsal.json, measures.csv, runs.csv and the work lists of
    /// folder work into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Writes one person of a run to standard output, as a scenario that `test` replays and `explain` explains: the
    /// place and the number on its roll, such as school-001/17.
    #[arg(long, value_name = "PLACE/NUMBER", conflicts_with_all = ["out", "shard", "precision", "format"])]
    person: Option<String>,
    /// The run from which the person is extracted, counted from 0.
    #[arg(long, value_name = "N", requires = "person", default_value_t = 0)]
    #[arg(value_parser = clap::value_parser!(u32).range(0..=999_999))]
    replicate: u32,
    /// Gives people in stories and work lists names plausible in Singapore; this changes no other draw.
    #[arg(long, requires = "out")]
    names: bool,
    /// How the result is written to standard output.
    #[arg(long, value_enum, default_value_t = OutputFormat::Human)]
    format: OutputFormat,
}

fn precision(text: &str) -> Result<i64, String> {
    parse_share(text).and_then(|share| match share {
        1_000..=500_000 => Ok(share),
        _ => Err("write a share from 0.1% to 50%".to_owned()),
    })
}

/// A rehearsal, with what was found near its file.
pub struct LoadedRehearsal {
    /// The rehearsal.
    pub plan: RehearsalPlan,
    /// Its candidates.
    pub others: Vec<RehearsalPlan>,
    /// The findings of the guide, as files near it state them.
    pub findings: Vec<RelatedFinding>,
    /// Policies by name.
    pub book: Library,
}

impl LoadedRehearsal {
    /// The same with this many runs and this seed.
    pub fn with(self, runs: u32, seed: u32) -> LoadedRehearsal {
        let set = |plan: RehearsalPlan| RehearsalPlan { runs, seed, ..plan };
        LoadedRehearsal { plan: set(self.plan), others: self.others.into_iter().map(set).collect(), ..self }
    }
}

/// The one rehearsal in a file; what is wrong is told.
pub fn load(file: &Path) -> Result<LoadedRehearsal, Exit> {
    let found = find(&[file.to_path_buf()]);
    let mut plans = found.rehearsals().map_err(|faults| {
        diagnose(&faults, &found.sources);
        Exit::BadInput
    })?;
    let Some(plan) = plans.pop().filter(|_| plans.is_empty()) else {
        let what = if plans.is_empty() { "this is no rehearsal" } else { "name one rehearsal, not a folder of them" };
        complain(&format!("nothing to rehearse: {what}\n"));
        return Err(Exit::Nothing);
    };
    let others = found.candidates(&plan, &plan.candidates);
    Ok(LoadedRehearsal { others, findings: found.findings(file), plan, book: found.book })
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let loaded = match load(&options.file) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let (runs, seed) = (options.runs.unwrap_or(loaded.plan.runs), options.seed.unwrap_or(loaded.plan.seed));
    let loaded = loaded.with(runs, seed);
    if let Some(person) = &options.person {
        return pulled(&loaded, person, options.replicate);
    }
    let Some(threads) = options.threads else { return whole_or_part(options, &loaded) };
    match rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build() {
        Ok(pool) => pool.install(|| whole_or_part(options, &loaded)),
        Err(why) => {
            complain(&format!("cannot start {threads} threads: {why}\n"));
            Exit::BadInput
        }
    }
}

/// One person of a run as a scenario.
fn pulled(loaded: &LoadedRehearsal, person: &str, replicate: u32) -> Exit {
    let plan = &loaded.plan;
    let whose = person.rsplit_once('/').and_then(|(place, number)| {
        let place = (0..plan.places()).find(|at| plan.place(*at) == place)?;
        Some(PersonRef { place, number: number.parse().ok()? })
    });
    let Some(whose) = whose else {
        let (first, last) = (plan.place(0), plan.place(plan.places().saturating_sub(1)));
        complain(&format!(
            "no person `{person}`: write place and number, such as {first}/1; places go from {first} to {last}\n"
        ));
        return Exit::BadInput;
    };
    match extract(plan, &loaded.book, replicate, whose, None) {
        Ok(pulled) => {
            out(&pulled.text);
            Exit::Fine
        }
        Err(why) => {
            complain(&format!("cannot pull out {person}: {why}\n"));
            Exit::BadInput
        }
    }
}

/// Runs what is left of the whole or of a shard, keeps what an interruption leaves, and tells the whole.
fn whole_or_part(options: &Options, loaded: &LoadedRehearsal) -> Exit {
    let plan = &loaded.plan;
    let part = options.shard.unwrap_or(ShardNumber::WHOLE);
    let mut shard = match begun(options, plan, part) {
        Ok(shard) => shard,
        Err(fault) => {
            diagnose(&[*fault], &Sources::default());
            return Exit::BadInput;
        }
    };
    let before = std::mem::take(&mut shard.replicates);
    let interrupted = interrupts();
    let mut runs = rehearse(plan, part, before, options.precision, &interrupted);
    let (have, partial) = (runs.done.len(), runs.partial);
    // What was run is kept before anything is made of it, so that whatever happens then, `--resume` goes on from there.
    let path = options.out.as_ref().map(|folder| folder.join(part.file_name()));
    if let (Some(folder), Some(path)) = (&options.out, &path) {
        shard.replicates = std::mem::take(&mut runs.done);
        let made = std::fs::create_dir_all(folder).map_err(|why| reason(&why));
        let kept = made.and_then(|()| shard.to_json()).and_then(|text| write(path, &text).map_err(|why| reason(&why)));
        runs.done = shard.replicates;
        if let Err(why) = kept {
            if options.shard.is_none() && !runs.done.is_empty() {
                tell(&Output { folder: None, ..Output::of(options, &interrupted) }, loaded, &runs);
            }
            complain(&format!("cannot write into {}: {why}\n", folder.display()));
            return Exit::BadInput;
        }
    }
    match (options.shard, runs.done.is_empty()) {
        (Some(_), _) => {
            let all = part.replicates(plan.runs).len();
            out(&format!("shard {}/{}: {have} of {}\n", part.index, part.of, counted(all, "run")));
            if partial { Exit::Incomplete } else { Exit::Fine }
        }
        (None, true) => Exit::Incomplete,
        (None, false) => {
            let exit = tell(&Output::of(options, &interrupted), loaded, &runs);
            // A finished run leaves its results alone.
            if let (false, false, Some(path)) = (partial, matches!(exit, Exit::BadInput), path) {
                let _ = std::fs::remove_file(path);
            }
            exit
        }
    }
}

/// What an interrupted run left, where that is to be gone on with; else nothing yet.
fn begun(options: &Options, plan: &RehearsalPlan, part: ShardNumber) -> Result<Shard<Replicate>, Box<Diagnostic>> {
    let fresh = Shard::new(Origin::of(plan), plan.runs, part, Vec::new());
    let path = options.out.as_ref().map(|folder| folder.join(part.file_name()));
    let Some(path) = path.filter(|_| options.resume) else { return Ok(fresh) };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(why) if why.kind() == ErrorKind::NotFound => {
            complain(&format!("no interrupted run in {}: this one begins afresh\n", path.display()));
            return Ok(fresh);
        }
        Err(why) => {
            let title = format!("cannot read {}: {}", path.display(), reason(&why));
            let help = "see that it can be, or start afresh without `--resume`";
            return Err(Box::new(Diagnostic::error("S014", title).help(help)));
        }
    };
    let begun = Shard::<Replicate>::from_json(&part.file_name(), &bytes)?;
    if begun.origin.hash != fresh.origin.hash || begun.part != part {
        let title = format!("{} is of another rehearsal than {}", part.file_name(), plan.file);
        let help = "policy, population, runs, seed and version have to be the same; start afresh without `--resume`";
        return Err(Box::new(Diagnostic::error("S602", title).help(help)));
    }
    Ok(begun)
}

/// Where results go, and what they allow for.
pub struct Output<'o> {
    /// A folder for all of them.
    pub folder: Option<&'o Path>,
    /// Standard output gets the JSON document.
    pub json: bool,
    /// Whether the number of runs was chosen by looking at them (sequential analysis).
    pub looked: bool,
    /// The number of runs for which candidates, sensitivity and remedies are simulated too.
    pub aside: Option<u32>,
    /// People have names.
    pub names: bool,
    /// The flag that an interrupt raises.
    pub interrupted: Option<&'o AtomicBool>,
}

impl<'o> Output<'o> {
    fn of(options: &'o Options, interrupted: &'o AtomicBool) -> Output<'o> {
        let json = options.format == OutputFormat::Json;
        Output {
            folder: options.out.as_deref(),
            json,
            looked: options.precision.is_some(),
            aside: options.aside,
            names: options.names,
            interrupted: Some(interrupted),
        }
    }
}

/// Tells what the runs came to, and how that is to be taken.
pub fn tell(output: &Output<'_>, loaded: &LoadedRehearsal, runs: &Runs) -> Exit {
    let summary = Summary::new(&loaded.plan, &runs.grid, &runs.done, output.looked);
    let text = report::rehearsal::text::human(&summary, runs.partial);
    let document = report::rehearsal::json::json(&summary, runs.partial);
    if output.json {
        out(&document);
    } else {
        fit(&text);
    }
    if let Some(folder) = output.folder
        && let Err(why) = keep(folder, output, loaded, &summary, [text, document], runs.partial)
    {
        complain(&format!("cannot write into {}: {why}\n", folder.display()));
        return Exit::BadInput;
    }
    match summary.answer {
        _ if runs.partial => Exit::Incomplete,
        GoNoGo::Go => Exit::Fine,
        GoNoGo::NoGo => Exit::Failed,
        GoNoGo::Undecided => Exit::Incomplete,
    }
}

/// Writes everything, all files or none.
fn keep(
    folder: &Path,
    output: &Output<'_>,
    loaded: &LoadedRehearsal,
    summary: &Summary<'_>,
    [text, document]: [String; 2],
    partial: bool,
) -> Result<(), String> {
    // Of an interrupted rehearsal nothing more is run.
    let done = u32::try_from(summary.runs.len()).unwrap_or(u32::MAX);
    let runs = if partial { 0 } else { output.aside.unwrap_or_else(|| usual_runs(&loaded.plan)).min(done) };
    let fewer = RehearsalPlan { runs, ..loaded.plan.clone() };
    let others: Vec<RehearsalPlan> =
        loaded.others.iter().map(|other| RehearsalPlan { runs, ..other.clone() }).collect();
    let beside = (runs > 0).then(|| study(&fewer, &others, output.names, &|what| stage(what, output.interrupted)));
    let lists = beside.as_ref().map_or_else(Vec::new, |beside| report::rehearsal::work_lists::lists(summary, beside));
    let work: Vec<(String, String)> =
        lists.iter().map(|list| (list.place.clone(), format!("work/{}", list.file))).collect();
    let told =
        beside.as_ref().map_or_else(Vec::new, |beside| stories(&fewer, &loaded.book, &beside.snapshots, STORIES));
    let stories: Vec<Story> = told.iter().map(|told| Story::of(summary, told, output.names)).collect();
    let page = report::rehearsal::page::page(&Rehearsed {
        summary,
        partial,
        beside: beside.as_ref(),
        stories: &stories,
        findings: &loaded.findings,
        work: &work,
    });
    let rows = report::rehearsal::measures::rows(summary);
    let mut files = vec![
        ("rehearsal.html".to_owned(), page),
        ("rehearsal.txt".to_owned(), text),
        ("rehearsal.json".to_owned(), document),
        ("measures.csv".to_owned(), report::rehearsal::measures::csv(&rows)),
        ("runs.csv".to_owned(), report::rehearsal::json::runs_csv(summary)),
    ];
    if let Some(beside) = &beside {
        files.push(("work/README.md".to_owned(), report::rehearsal::work_lists::readme(summary, beside)));
        files.extend(lists.into_iter().map(|list| (format!("work/{}", list.file), list.text)));
    }
    let files = files.into_iter().map(|(name, text)| (name, text.into_bytes()));
    #[cfg(feature = "parquet")]
    let files = files.chain([("measures.parquet".to_owned(), report::rehearsal::measures::parquet(&rows)?)]);
    let files: Vec<(String, Vec<u8>)> = files.collect();
    let written: BTreeSet<String> = files.iter().map(|(name, _)| name.clone()).collect();
    write_into(folder, files).map_err(|why| reason(&why))?;
    remove_old_lists(folder, &written);
    Ok(())
}

/// Removes the work lists that an earlier run left in a folder that is used again: files that begin as one does.
fn remove_old_lists(folder: &Path, written: &BTreeSet<String>) {
    let header = report::rehearsal::work_lists::HEADER.as_bytes();
    for entry in std::fs::read_dir(folder.join("work")).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = || std::fs::read(entry.path()).is_ok_and(|bytes| bytes.starts_with(header));
        let old = name.ends_with(".csv") && !written.contains(&format!("work/{name}"));
        if old && entry.file_type().is_ok_and(|kind| kind.is_file()) && ours() {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// A word of what is run beside, for whoever waits at a terminal; it ends here for whoever waits no longer.
fn stage(what: &str, interrupted: Option<&AtomicBool>) {
    if interrupted.is_some_and(|told| told.load(Ordering::Relaxed)) {
        complain("\ninterrupted before the report was written: the runs are kept, and `--resume` goes on from them\n");
        std::process::exit(Exit::Incomplete as i32);
    }
    if std::io::stderr().is_terminal() {
        complain(&format!("\r\u{1b}[Kbeside: {what}"));
    }
}

/// All runs, with progress for whoever waits, until they are done, enough, or interrupted.
#[allow(clippy::disallowed_methods, reason = "progress is for a person, who waits on the wall clock")]
fn rehearse(
    plan: &RehearsalPlan,
    part: ShardNumber,
    before: Vec<Replicate>,
    precision: Option<i64>,
    interrupted: &AtomicBool,
) -> Runs {
    let earlier = before.len();
    let numbers = part.replicates(plan.runs);
    let all = numbers.end - numbers.start;
    let terminal = std::io::stderr().is_terminal();
    let (began, last) = (Instant::now(), AtomicU64::new(0));
    let pause = if terminal { Duration::from_millis(200) } else { Duration::from_secs(30) };
    let watch = |done: usize| {
        let now = began.elapsed();
        let due = last.load(Ordering::Relaxed) + u64::try_from(pause.as_millis()).unwrap_or(0);
        if u64::try_from(now.as_millis()).unwrap_or(0) >= due {
            last.store(u64::try_from(now.as_millis()).unwrap_or(0), Ordering::Relaxed);
            progress(done, earlier, all, now, terminal);
        }
        !interrupted.load(Ordering::Relaxed)
    };
    let runs = run_all(plan, numbers, before, watch, |plan, grid, done| {
        precision.is_some_and(|p| decided(plan, grid, done, p))
    });
    if terminal {
        complain("\r\u{1b}[K");
    }
    if runs.partial {
        complain(&format!("interrupted: {} of {} done\n", runs.done.len(), counted(all, "run")));
    }
    runs
}

/// A line of progress: rewritten in place on a terminal. The rate is of what was run now, and not by an earlier try.
fn progress(done: usize, earlier: usize, all: u32, since: Duration, terminal: bool) {
    let seconds = since.as_secs_f64();
    #[allow(clippy::cast_precision_loss)]
    let rate = done.saturating_sub(earlier) as f64 / seconds.max(0.001);
    #[allow(clippy::cast_precision_loss)]
    let left = (f64::from(all) - done as f64) / rate.max(0.000_001);
    let left = if done <= earlier { String::new() } else { format!(", {left:.0} s left") };
    let line = format!("{done} of {}, {rate:.1} a second{left}", counted(all, "run"));
    complain(&if terminal { format!("\r\u{1b}[K{line}") } else { format!("{line}\n") });
}
