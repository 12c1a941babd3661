//! `mims-sim test`: replays scenarios, judges them, and writes reports.

use super::Exit;
use super::files::{InputFiles, Planned, find, reason, write_into};
use super::terminal::{colour, complain, diagnose, out, tell as show};
use super::watch::watch;
use clap::ValueEnum;
use mims_sim::counted::counted;
use mims_sim::diagnostic::Diagnostic;
use mims_sim::format::load::{LoadedFile, ScenarioCase};
use mims_sim::property::PropertyVerdict;
use mims_sim::replay::coverage::Coverage;
use mims_sim::replay::library::BUILT_IN;
use mims_sim::replay::reachability::states_seen;
use mims_sim::replay::{JudgedProperty, ScenarioPlan, Verdict, plan};
use mims_sim::report::baseline::{self, Change, Earlier};
use mims_sim::report::coverage::CoverageLine;
use mims_sim::report::matrix::{self, Cell};
use mims_sim::report::summary::summary;
use mims_sim::report::{self, CaseReport};
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// How long nothing is said while scenarios run.
const TELL_EVERY: Duration = Duration::from_secs(2);

/// What to test, and where to report.
#[derive(Clone, clap::Args)]
pub struct Options {
    /// Scenario files or folders.
    #[arg(default_value = "scenarios")]
    paths: Vec<PathBuf>,
    /// Only scenarios whose title contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Only scenarios with this tag; given twice, with either.
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Runs again whenever a file is saved, until it is interrupted.
    #[arg(long)]
    watch: bool,
    /// Exits 4 where something is pending.
    #[arg(long)]
    strict: bool,
    /// How many states each look ahead for what is `possible` visits at most; with more it is undecided.
    #[arg(long, value_name = "STATES", value_parser = clap::value_parser!(u32).range(1..))]
    look_ahead: Option<u32>,
    /// How results are written to standard output.
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    format: TestFormat,
    /// Writes HTML, Markdown, JSON and JUnit XML into this folder.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Shows what changes under these policies.
    #[arg(long, value_name = "CANDIDATE", num_args = 1.., value_delimiter = ',')]
    policy: Vec<String>,
    /// Shows what changed since these results (JSON, of `--report` or `--format json`), and exits 1 if anything did.
    #[arg(long, value_name = "RESULTS.json")]
    against: Option<PathBuf>,
    /// Shows what each clause did: fired, decisive, or never exercised.
    #[arg(long)]
    coverage: bool,
    /// Exits 1 where fewer per cent of the behavioural clauses fired.
    #[arg(long, value_name = "PER CENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    coverage_min: Option<u8>,
}

impl Options {
    /// `--policy` takes all that follows: what is a file or folder there is a path after all, and a policy's own file
    /// stands for its name.
    fn sorted(mut self) -> Options {
        let mut paths = Vec::new();
        let mut names = Vec::new();
        for value in std::mem::take(&mut self.policy) {
            let path = PathBuf::from(&value);
            match path.file_stem().filter(|_| path.parent().is_some_and(|p| p.ends_with("policies"))) {
                Some(stem) => names.push(stem.to_string_lossy().into_owned()),
                None if path.exists() => paths.push(path),
                None => names.push(value),
            }
        }
        if !paths.is_empty() {
            self.paths = paths;
        }
        self.policy = names;
        self
    }
}

/// How results are written to standard output.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// Lines for a person.
    Human,
    /// The JSON report.
    Json,
    /// GitHub's annotations.
    Github,
    /// What changed or failed, in ten lines of Markdown.
    Summary,
}

impl TestFormat {
    /// Whether a person reads it, so that more may follow the results; a program reads one document.
    const fn is_for_people(self) -> bool {
        match self {
            TestFormat::Human => true,
            TestFormat::Json | TestFormat::Github | TestFormat::Summary => false,
        }
    }

    /// Whether the results say what each clause did.
    const fn has_coverage(self) -> bool {
        match self {
            TestFormat::Json => true,
            TestFormat::Human | TestFormat::Github | TestFormat::Summary => false,
        }
    }
}

/// A plan that was run.
struct Run<'f> {
    loaded: &'f LoadedFile,
    case: &'f ScenarioCase,
    plan: ScenarioPlan,
    verdict: Verdict,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let options = &options.clone().sorted();
    if options.watch { watch(&options.paths, || once(options)) } else { once(options) }
}

fn once(options: &Options) -> Exit {
    let found = find(&options.paths);
    let earlier = match options.against.as_deref().map(earlier).transpose() {
        Ok(earlier) => earlier,
        Err(why) => {
            complain(&why);
            return Exit::BadInput;
        }
    };
    let plans = match found.plans() {
        Ok(plans) => plans,
        Err(faults) => return refuse(options, &faults, &found),
    };
    if let Some(unknown) = found.unknown_policy(&options.policy) {
        complain(&unknown);
        return Exit::BadInput;
    }
    let mut wanted: Vec<Planned<'_>> = plans.into_iter().filter(|planned| wants(options, planned)).collect();
    if let Some(states) = options.look_ahead {
        wanted.iter_mut().for_each(|planned| planned.plan.look_ahead(states));
    }
    if wanted.is_empty() {
        complain("nothing to run: no scenario here, or none that matches\n");
        return Exit::Nothing;
    }
    match waiting(|| replay(wanted)) {
        Ok(runs) => tell(options, &found, &runs, earlier.as_ref()),
        Err(faults) => refuse(options, &faults, &found),
    }
}

/// Says what is wrong with the input; GitHub reads it on standard output.
fn refuse(options: &Options, faults: &[Diagnostic], found: &InputFiles) -> Exit {
    if matches!(options.format, TestFormat::Github) {
        out(&report::github_faults(faults, &found.sources));
    }
    diagnose(faults, &found.sources);
    Exit::BadInput
}

/// Reads the results to compare with.
fn earlier(path: &Path) -> Result<Earlier, String> {
    let fault = |why: String| format!("cannot compare with {}: {why}\n", path.display());
    let text = fs::read_to_string(path).map_err(|why| fault(reason(&why)))?;
    baseline::read(&text).map_err(fault)
}

/// Whether a case is asked for, and has a timeline.
fn wants(options: &Options, planned: &Planned<'_>) -> bool {
    let (scenario, title) = (&planned.case.scenario, planned.plan.full_title());
    scenario.replays()
        && options.filter.as_ref().is_none_or(|part| title.contains(part.as_str()))
        && (options.tag.is_empty() || options.tag.iter().any(|tag| scenario.tags.contains(tag)))
}

/// Whoever waits for more than two seconds is told how far the look aheads are.
fn waiting<T>(work: impl FnOnce() -> T) -> T {
    let (done, over) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while over.recv_timeout(TELL_EVERY) == Err(RecvTimeoutError::Timeout) {
                let seen = counted(states_seen(), "state");
                complain(&format!("still at work: look aheads have seen {seen} so far\n"));
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// Runs them in parallel; results stay in the order of the files.
fn replay(plans: Vec<Planned<'_>>) -> Result<Vec<Run<'_>>, Vec<Diagnostic>> {
    let runs: Vec<Result<Run<'_>, Vec<Diagnostic>>> = plans
        .into_par_iter()
        .map(|Planned { loaded, case, plan }| {
            let verdict = plan.run()?;
            Ok(Run { loaded, case, plan, verdict })
        })
        .collect();
    let mut out = Vec::new();
    let mut faults = Vec::new();
    for run in runs {
        match run {
            Ok(run) => out.push(run),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

/// Everything that is told of the runs.
struct Results {
    cases: Vec<CaseReport>,
    coverage: Coverage,
    lines: Vec<CoverageLine>,
    cells: Vec<Cell>,
    changes: Option<Vec<Change>>,
}

impl Results {
    fn of(options: &Options, found: &InputFiles, runs: &[Run<'_>], earlier: Option<&Earlier>) -> Results {
        let case = |run: &Run<'_>| CaseReport::new(&run.plan, &run.verdict, &run.loaded.source.text);
        let cases: Vec<CaseReport> = runs.par_iter().map(case).collect();
        let needed = options.coverage || options.coverage_min.is_some() || options.report.is_some();
        let each: Vec<Coverage> = if needed || options.format.has_coverage() {
            runs.par_iter().map(|run| run.plan.coverage(&run.verdict)).collect()
        } else {
            Vec::new()
        };
        let coverage = each.into_iter().fold(Coverage::default(), Coverage::and);
        let whole = options.filter.is_none() && options.tag.is_empty();
        Results {
            lines: report::coverage::lines(&coverage),
            cells: matrix_of(options, found, runs),
            changes: earlier.map(|earlier| baseline::compare(earlier, &cases, whole)),
            cases,
            coverage,
        }
    }

    /// The results in the format that was asked for.
    fn show(&self, options: &Options) {
        let Results { cases, lines, cells, changes, .. } = self;
        match options.format {
            TestFormat::Human => show(&report::human(cases, colour())),
            TestFormat::Json => out(&report::json(cases, lines, cells)),
            TestFormat::Github => out(&report::github(cases)),
            TestFormat::Summary => out(&summary(cases, changes.as_deref(), &options.policy, cells)),
        }
        if options.coverage && options.format.is_for_people() {
            show(&format!("\n{}", report::coverage::human(&self.coverage)));
        }
    }

    /// Writes all reports into a folder.
    fn write(&self, folder: &Path) -> Result<(), String> {
        let Results { cases, lines, cells, .. } = self;
        let mut files = report::html(cases, lines);
        files.extend([
            ("scenarios.md".to_owned(), report::markdown(cases, lines, cells)),
            ("scenarios.json".to_owned(), report::json(cases, lines, cells)),
            ("scenarios.junit.xml".to_owned(), report::junit(cases)),
        ]);
        write_into(folder, files).map_err(|why| reason(&why))
    }

    /// Whether fewer clauses fired than are wanted, which is told.
    fn is_too_little_covered(&self, options: &Options) -> bool {
        let percent = self.coverage.percent();
        let Some(least) = options.coverage_min.filter(|least| percent < usize::from(*least)) else { return false };
        complain(&format!("{percent} % of the behavioural clauses fired, where {least} % are wanted\n"));
        true
    }

    /// Whether anything is otherwise than it was in the earlier results; people are told what.
    fn has_changed(&self, options: &Options) -> bool {
        let Some(changes) = &self.changes else { return false };
        if options.format.is_for_people() {
            show(&format!("\n{}", baseline::human(changes)));
        }
        !changes.is_empty()
    }

    /// Whether a candidate policy makes a difference; people are told which.
    fn differs_by_policy(&self, options: &Options, runs: &[Run<'_>]) -> bool {
        if options.policy.is_empty() {
            return false;
        }
        if options.format.is_for_people() {
            let own = runs.iter().filter(|run| !is_base(run)).count();
            show(&format!("\n{}", matrix::human(&self.cells, &options.policy)));
            if own > 0 {
                show(&format!("{own} that name another policy than {BUILT_IN} are left out\n"));
            }
        }
        self.cells.iter().any(Cell::differs)
    }
}

/// Tells the results, writes the reports, and says how the run ends.
fn tell(options: &Options, found: &InputFiles, runs: &[Run<'_>], earlier: Option<&Earlier>) -> Exit {
    let results = Results::of(options, found, runs, earlier);
    results.show(options);
    if let Some(folder) = &options.report
        && let Err(why) = results.write(folder)
    {
        complain(&format!("cannot write reports into {}: {why}\n", folder.display()));
        return Exit::BadInput;
    }
    let failed = [
        results.is_too_little_covered(options),
        results.has_changed(options),
        results.differs_by_policy(options, runs),
    ];
    match report::tally(&results.cases) {
        _ if failed.contains(&true) => Exit::Failed,
        (_, 0, _) if runs.iter().any(is_undecided) => Exit::Incomplete,
        (_, 0, pending) if options.strict && pending > 0 => Exit::Pending,
        (_, 0, _) => Exit::Fine,
        _ => Exit::Failed,
    }
}

/// Whether a look ahead was cut short where an answer was expected.
fn is_undecided(run: &Run<'_>) -> bool {
    let undecided = |judged: &JudgedProperty| judged.judgement.verdict == PropertyVerdict::Undecided && !judged.met;
    run.verdict.properties.iter().any(undecided)
}

/// Whether it runs under the guide itself, so that a candidate can stand in for that.
fn is_base(run: &Run<'_>) -> bool {
    run.plan.policy_name() == BUILT_IN
}

/// The scenarios of the guide under the candidates.
fn matrix_of(options: &Options, found: &InputFiles, runs: &[Run<'_>]) -> Vec<Cell> {
    let base = || runs.iter().filter(|run| is_base(run));
    let pairs: Vec<(&Run<'_>, &String)> =
        options.policy.iter().flat_map(|name| base().map(move |run| (run, name))).collect();
    pairs
        .par_iter()
        .map(|(run, name)| {
            let other = plan(run.loaded, run.case, &found.book, Some(name));
            let other = other.and_then(|plan| plan.run().map(|verdict| (plan, verdict)));
            let text = &run.loaded.source.text;
            let other = other.as_ref().ok().map(|(plan, verdict)| (plan, verdict));
            matrix::compare(text, (&run.plan, &run.verdict), name, other)
        })
        .collect()
}
