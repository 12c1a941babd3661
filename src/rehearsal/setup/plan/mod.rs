//! A rehearsal file made ready: its policy found, its parameters set, its days and gates checked.
//!
//! Promises that a file with a wrong day, share, policy or gate is never run. Deliberately draws nothing.

mod faults;
mod gates;
mod parameters;
mod reading;
pub mod rehearsal_plan;

pub use reading::{is_plain, wants};
pub use rehearsal_plan::{RehearsalPlan, cutovers};

use crate::diagnostic::Diagnostic;
use crate::format::load::{FileContents, LoadedFile};
use crate::format::rehearsal::Undecided;
use crate::format::tree::PathSegment;
use crate::kernel::Date;
use crate::kernel::time::parse_date;
use crate::rehearsal::setup::directory::{self, Directory};
use crate::replay::library::{BUILT_IN, Candidate, Library, suggest};
use reading::Reading;
use serde_json::Value;

/// How many runs where a file says nothing: enough for a gate that asks for 95 % of them and is met in all.
const RUNS: u32 = 80;
/// The most days of a span.
const LONGEST: i32 = 400;

/// Makes a plan of a rehearsal; `directory` is the file that its population names, by its name and its bytes.
///
/// # Errors
/// Everything in it that has no meaning, each with its place.
pub fn plan(
    loaded: &LoadedFile,
    library: &Library,
    directory: Option<(&str, &[u8])>,
) -> Result<RehearsalPlan, Vec<Diagnostic>> {
    let FileContents::Rehearsal(said) = &loaded.contents else { return Err(Vec::new()) };
    let mut file = Reading::new(&loaded.source.name, &loaded.tree, said, library);
    let plan = whole(&mut file, directory);
    match (plan, file.into_faults()) {
        (Some(plan), faults) if faults.is_empty() => Ok(plan),
        (_, faults) => Err(faults),
    }
}

/// The plan of a file; none where its policy is unknown.
fn whole(file: &mut Reading<'_>, directory: Option<(&str, &[u8])>) -> Option<RehearsalPlan> {
    let said = file.said;
    let candidate = candidate(file, said.policy.as_deref().unwrap_or(BUILT_IN), &[PathSegment::Key("policy")]);
    let span = span(file);
    let (from, to) = (first_day(file, span), span.1);
    let (parameters, set) = parameters::parameters(file);
    let hours = parameters::hours(file);
    let reminders = parameters::reminders(file, span);
    let faults = faults::wide_faults(file, span);
    let gates = gates::gates(file, (from, to));
    for (at, name) in said.candidates.iter().enumerate() {
        self::candidate(file, name, &[PathSegment::Key("candidates"), PathSegment::Index(at)]);
    }
    let (doubt, sweep) = (parameters::doubt(file), parameters::knobs(&said.sweep));
    let decide_by = said.decide_by.as_deref().and_then(|text| parse_date(text).ok());
    if decide_by.is_some_and(|day| day > span.1) {
        file.outside("the decision comes after the span", &[PathSegment::Key("decide-by")]);
    }
    let (directory, notes) = people(file, directory).map_or((None, Vec::new()), |is| (Some(is.places), is.notes));
    let plan = Some(RehearsalPlan {
        title: said.rehearsal.clone(),
        file: file.file().to_owned(),
        decide_by,
        candidate: candidate?,
        parameters,
        set,
        from,
        to,
        hours,
        hours_set: said.habits.contains_key("sign-in-hours"),
        reminders,
        faults,
        runs: said.runs.unwrap_or(RUNS),
        seed: said.seed.unwrap_or(1),
        measures: said.measures.clone(),
        gates,
        undecided_is_no_go: said.undecided == Some(Undecided::NoGo),
        directory,
        notes,
        doubt,
        candidates: said.candidates.clone(),
        sweep,
        memoryless: false,
    });
    if let Some(plan) = &plan {
        places_are_there(file, plan);
    }
    plan
}

fn candidate(file: &mut Reading<'_>, name: &str, path: &[PathSegment<'_>]) -> Option<Candidate> {
    let found = file.library.policy(name).cloned();
    if found.is_none() && !file.library.is_broken(name) {
        let help = suggest(name, &file.library.policy_names());
        file.fault("S201", format!("no policy `{name}`"), path, &help);
    }
    found
}

/// The first day and the last.
fn span(file: &mut Reading<'_>) -> (Date, Date) {
    let span = &file.said.span;
    let from = file.day(&span.from, &[PathSegment::Key("span"), PathSegment::Key("from")]);
    let to = file.day(&span.to, &[PathSegment::Key("span"), PathSegment::Key("to")]);
    let path = [PathSegment::Key("span")];
    if to < from {
        file.fault("S502", "the span ends before it begins".to_owned(), &path, "swap `from` and `to`");
    } else if to.0 - from.0 >= LONGEST {
        file.fault("S502", format!("the span is longer than {LONGEST} days"), &path, "name a shorter one");
    }
    (from, to)
}

/// The first day that is run: that of the directory, which knows what happened before, or the span's.
fn first_day(file: &mut Reading<'_>, (from, to): (Date, Date)) -> Date {
    let Some(text) = file.said.population.get("as-of").and_then(Value::as_str) else { return from };
    let path = [PathSegment::Key("population"), PathSegment::Key("as-of")];
    if !file.has_directory() {
        file.fault("S509", "`as-of` dates a directory, and there is none".to_owned(), &path, "say `from:` too");
        return from;
    }
    let day = file.day(text, &path);
    if !(from..=to).contains(&day) {
        let help = "name a day of the span: the days before it are not run, for the directory knows what they brought";
        file.fault("S509", "the day of the directory lies outside the span".to_owned(), &path, help);
        return from;
    }
    day
}

/// Every place that the policies name is there: a name that binds nothing is told.
fn places_are_there(file: &mut Reading<'_>, plan: &RehearsalPlan) {
    let own = std::iter::once((plan.candidate.clone(), vec![PathSegment::Key("policy")]));
    let others = plan.candidates.iter().enumerate().filter_map(|(at, name)| {
        let path = vec![PathSegment::Key("candidates"), PathSegment::Index(at)];
        Some((file.library.policy(name)?.clone(), path))
    });
    let named: Vec<(Candidate, Vec<PathSegment<'_>>)> = own.chain(others).collect();
    if named.iter().all(|(candidate, _)| candidate.places().is_empty()) {
        return;
    }
    let places: Vec<String> = (0..plan.places()).map(|at| plan.place(at)).collect();
    for (candidate, path) in named {
        for name in candidate.places().into_iter().filter(|name| !places.iter().any(|place| place == name)) {
            let known: Vec<&str> = places.iter().map(String::as_str).collect();
            let title = format!("the policy {} names the place `{name}`, which is not there", candidate.name);
            file.fault("S515", title, &path, &suggest(name, &known));
        }
    }
}

/// The people of the directory, where the population comes from one.
fn people(file: &mut Reading<'_>, directory: Option<(&str, &[u8])>) -> Option<Directory> {
    let wanted = wants(file.said)?;
    if !is_plain(wanted) {
        let path = [PathSegment::Key("population"), PathSegment::Key("from")];
        let help = "put the directory beside the rehearsal, and name it without a folder";
        file.fault("S510", "this is no plain file name".to_owned(), &path, help);
        return None;
    }
    let Some((name, bytes)) = directory else {
        let path = [PathSegment::Key("population"), PathSegment::Key("from")];
        let help = "it lies beside the rehearsal, in the same folder";
        file.fault("S510", "this directory cannot be read".to_owned(), &path, help);
        return None;
    };
    directory::read(name, bytes).map_err(|faults| file.extend(faults)).ok()
}
