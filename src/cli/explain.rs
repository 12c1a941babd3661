//! `mims-sim explain FILE[:LINE]`: who sent what to whom, which decision, which clauses, the state before and after.

use super::Exit;
use super::files::{Planned, find};
use super::terminal::{complain, diagnose, tell};
use mims_sim::diagnostic::Lines;
use mims_sim::kernel::time::{parse_instant, parse_time_of_day};
use mims_sim::kernel::{Date, Time};
use mims_sim::replay::library::suggest;
use mims_sim::replay::{ScenarioPlan, Verdict, plan};
use std::path::PathBuf;

/// What to explain.
#[derive(clap::Args)]
pub struct Options {
    /// A scenario file, with a line for one row of it: `scenarios/guide/reception.yaml:24`.
    #[arg(value_name = "FILE[:LINE]")]
    what: String,
    /// Only the step under way at this time, or the last before it: `08:30`, or with its day `2023-09-27 08:30`.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Only steps that are about this account.
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Only this step, counted from 1; negative numbers count from the end, and -1 is the last step.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    step: Option<i64>,
    /// Under this policy instead of the scenario's own.
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
}

/// `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`, as messages write it.
fn split(what: &str) -> (&str, Option<usize>) {
    let number =
        |text: &str| text.rsplit_once(':').and_then(|(head, tail)| Some((head.len(), tail.parse::<usize>().ok()?)));
    match number(what) {
        None => (what, None),
        Some((at, last)) => {
            let head = what.get(..at).unwrap_or_default();
            match number(head) {
                Some((at, line)) => (head.get(..at).unwrap_or_default(), Some(line)),
                None => (head, Some(last)),
            }
        }
    }
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let (file, line) = split(&options.what);
    let found = find(&[PathBuf::from(file)]);
    let mut plans = match found.plans() {
        Ok(plans) => plans,
        Err(faults) => {
            diagnose(&faults, &found.sources);
            return Exit::BadInput;
        }
    };
    if plans.is_empty() {
        complain("nothing to explain: there is no scenario here\n");
        return Exit::Nothing;
    }
    if let Some(name) = &options.policy {
        if let Some(unknown) = found.unknown_policy([name]) {
            complain(&unknown);
            return Exit::BadInput;
        }
        let under = plans.into_iter().filter_map(|p| {
            let plan = plan(p.loaded, p.case, &found.book, Some(name)).ok()?;
            Some(Planned { plan, ..p })
        });
        plans = under.collect();
    }
    let mut told = Vec::new();
    for Planned { loaded, plan, .. } in &plans {
        let text = &loaded.source.text;
        let verdict = match plan.run() {
            Ok(verdict) => verdict,
            Err(faults) => {
                diagnose(&faults, &found.sources);
                return Exit::BadInput;
            }
        };
        match meant(options, line, plan, &verdict, text) {
            Ok(steps) => told.push(plan.walk(&verdict, text, &steps) + &onward(options, plan, &steps)),
            Err(why) => {
                complain(&format!("{why}\n"));
                return Exit::BadInput;
            }
        }
    }
    tell(&told.join("\n\n"));
    Exit::Fine
}

/// The steps that are asked for: of a line, at a time, of an account, and of these the one with the number.
fn meant(
    options: &Options,
    line: Option<usize>,
    plan: &ScenarioPlan,
    verdict: &Verdict,
    text: &str,
) -> Result<Vec<usize>, String> {
    let lines = Lines::new(text);
    let mut steps: Vec<usize> = (0..plan.steps()).collect();
    if let Some(line) = line {
        let Some(row) = plan.row_at(|start| lines.place(start).0 == line) else {
            let rows: Vec<String> = plan.places().map(|(_, at)| lines.place(at.start).0.to_string()).collect();
            let (file, rows) = (&plan.file, rows.join(", "));
            return Err(format!("no row of the timeline begins at line {line} of {file}; rows begin at {rows}"));
        };
        steps = vec![row];
    }
    if let Some(at) = &options.at {
        let under = plan.steps_at(verdict, time(at, &plan.days(verdict))?);
        steps.retain(|step| under.contains(step));
        if steps.is_empty() {
            return Err(format!("nothing has happened yet at {at}"));
        }
    }
    if let Some(name) = &options.account {
        let Some(account) = plan.names.account_id(name) else {
            return Err(format!("no account `{name}`: {}", suggest(name, &plan.names.account_names())));
        };
        let own = plan.steps_of(verdict, account);
        steps.retain(|step| own.contains(step));
        if steps.is_empty() {
            return Err(format!("no step is about {name}"));
        }
    }
    let Some(number) = options.step else { return Ok(steps) };
    let count = steps.len();
    let at = match (usize::try_from(number.unsigned_abs()), number > 0) {
        (Ok(n), true) => n.checked_sub(1),
        (Ok(n), false) if n > 0 => count.checked_sub(n),
        _ => None,
    };
    let step = at.and_then(|at| steps.get(at)).copied();
    step.map(|step| vec![step])
        .ok_or_else(|| format!("no step {number}: they go from 1 to {count}, or from -1, the last, back to -{count}"))
}

/// `2023-09-27 08:30`, or the time alone where everything happens on one day.
fn time(text: &str, days: &[Date]) -> Result<Time, String> {
    if let Ok(time) = parse_instant(text) {
        return Ok(time);
    }
    let listed = || days.iter().map(|day| day.iso()).collect::<Vec<_>>().join(", ");
    match (parse_time_of_day(text), days) {
        (Ok(clock), [day]) => Ok(Time::at(*day, clock)),
        (Ok(_), _) => {
            Err(format!("`--at {text}` needs the day too, as in `--at \"2023-09-27 08:30\"`: there are {}", listed()))
        }
        (Err(_), _) => Err(format!("`{text}` is no time; write it as `08:30` or `2023-09-27 08:30`")),
    }
}

/// After a single step, the commands that go back and on.
fn onward(options: &Options, plan: &ScenarioPlan, steps: &[usize]) -> String {
    let [step] = steps else { return String::new() };
    if options.step.is_none() || options.account.is_some() || options.at.is_some() {
        return String::new();
    }
    let back = (*step > 0).then(|| format!("back: --step {step}"));
    let on = (step + 1 < plan.steps()).then(|| format!("on: --step {}", step + 2));
    let both: Vec<String> = [back, on].into_iter().flatten().collect();
    format!("\n{}\n", both.join("; "))
}
