//! `mims-sim play FILE`: interactive replay of a scenario at the terminal, forwards, backwards and along other
//! branches.
//!
//! Promises one semantics: what is played is a text like any scenario's, run from its beginning after every row, so
//! that a step back is a run of fewer rows and a branch that is saved replays as it was played. Codes and QR codes are
//! shown at a terminal alone. Deliberately edits no line and keeps no history: that is the terminal's.

mod branch;
mod clock;
mod qr;
mod session;
mod ticking;
mod typed;

use super::Exit;
use super::files::find;
use super::terminal::{complain, diagnose, tell};
use branch::Branch;
use mims_sim::counted::counted;
use mims_sim::replay::library::suggest;
use session::PlaySession;
use std::io::IsTerminal;
use std::path::PathBuf;

/// What to play.
#[derive(clap::Args)]
pub struct Options {
    /// A scenario file.
    file: PathBuf,
    /// Which case of it, where it has cases.
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
    /// Under this policy instead of the scenario's own.
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// The virtual clock goes with the real one, and codes are those of today, so that the authenticator app of a real
    /// phone can take part; the day stays the scenario's.
    #[arg(long)]
    now: bool,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        complain(
            "`play` is for a person at a terminal, and here is none; `mims-sim explain FILE` tells the same run\n",
        );
        return Exit::BadInput;
    }
    let found = find(std::slice::from_ref(&options.file));
    let plans = match found.plans() {
        Ok(plans) => plans,
        Err(faults) => {
            diagnose(&faults, &found.sources);
            return Exit::BadInput;
        }
    };
    if let Some(unknown) = found.unknown_policy(options.policy.as_ref()) {
        complain(&unknown);
        return Exit::BadInput;
    }
    let names: Vec<&str> = plans.iter().filter_map(|planned| planned.case.name.as_deref()).collect();
    let chosen = plans.iter().position(|planned| planned.case.name == options.case).or(match plans.as_slice() {
        [_] if options.case.is_none() => Some(0),
        _ => None,
    });
    let Some(planned) = chosen.and_then(|at| plans.get(at)) else {
        match (&options.case, names.as_slice()) {
            (_, []) if plans.is_empty() => {
                complain("nothing to play: there is no scenario here\n");
                return Exit::Nothing;
            }
            (None, []) => complain("`play` takes one file, and here are several\n"),
            (Some(case), []) => complain(&format!("no case `{case}`: this scenario has no cases\n")),
            (None, _) => complain(&format!("which case? --case is one of {}\n", names.join(", "))),
            (Some(case), _) => complain(&format!("no case `{case}`: {}\n", suggest(case, &names))),
        }
        return Exit::BadInput;
    };
    let mut session = PlaySession {
        file: &options.file,
        title: planned.plan.full_title(),
        book: &found.book,
        policy: options.policy.as_deref(),
        case: planned.case.name.clone(),
        now: options.now,
        branch: Branch::new(planned.loaded, planned.case, options.now),
        ran: None,
        ticking: ticking::Ticking::default(),
        saved: true,
    };
    let policy = options.policy.as_deref().unwrap_or(planned.plan.policy_name());
    let count = session.branch.all();
    let rows = counted(count, "row");
    tell(&format!("{}\npolicy {policy}, {rows}\nEnter plays the next row; `help` says what else\n", session.title));
    session.listen();
    Exit::Fine
}
