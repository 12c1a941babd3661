//! The workloads: each is made ready, and then run once.

use crate::common::{all, book, plans, scenarios, yaml};
use crate::teacher::{DRAWS, sign_in, signs_in};
use crate::{schedules, small};
use mims_sim::format::load::read;
use mims_sim::policy::Policy;
use mims_sim::policy::rules::Rules;
use mims_sim::rehearsal::measure::summary::Summary;
use mims_sim::rehearsal::{RehearsalPlan, observation_times, plan, replicate, replicates};
use mims_sim::replay::library::Library;
use mims_sim::report::rehearsal::page::{Rehearsed, page};
use mims_sim::report::rehearsal::{json, measures, text};
use mims_sim::search::bfs::{Bounds, explore};
use mims_sim::trace::Nobody;
use mims_sim::world::authenticator::{Codes, Real, Symbolic};
use std::hint::black_box;

/// What is done once it is ready.
type Work = Box<dyn FnMut()>;

/// A workload: its name, and what makes it ready.
type Workload = (&'static str, fn() -> Work);

/// All of them.
pub const WORKLOADS: &[Workload] = &[
    ("read-all-files", read_all_files),
    ("replay-all-scenarios", replay_all_scenarios),
    ("replay-what-is-possible", replay_what_is_possible),
    ("sign-in-symbols-1000", || sign_ins(Symbolic)),
    ("sign-in-codes-1000", || sign_ins(Real::new(DRAWS))),
    ("search-states-20000", search_states),
    ("search-schedules-2000", search_schedules),
    ("rehearse-one-school", rehearse_one_school),
    ("report-one-school", report_one_school),
    ("read-directory-2000", read_directory),
];

/// Every file below `scenarios/`, from its bytes to what `validate` asks for: checked, typed and planned.
fn read_all_files() -> Work {
    let texts: Vec<(String, Vec<u8>)> =
        yaml(&scenarios()).iter().map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect();
    Box::new(move || {
        let files: Vec<_> = texts.iter().map(|(name, text)| (name.clone(), read(name, text).unwrap())).collect();
        let book = book(&files);
        for (_, loaded) in &files {
            black_box(plans(&book, loaded));
        }
    })
}

/// Every scenario from its plan to its verdict.
fn replay_all_scenarios() -> Work {
    let files = all();
    let book = book(&files);
    let plans: Vec<_> = files.iter().flat_map(|(_, loaded)| plans(&book, loaded)).collect();
    Box::new(move || plans.iter().for_each(|plan| drop(black_box(plan.run().unwrap()))))
}

/// One scenario with a property that asks what is possible.
fn replay_what_is_possible() -> Work {
    let files = all();
    let book = book(&files);
    let (_, loaded) = files.iter().find(|(name, _)| name.ends_with("possible-hq-credentials.yaml")).unwrap();
    let plans = plans(&book, loaded);
    Box::new(move || plans.iter().for_each(|plan| drop(black_box(plan.run().unwrap()))))
}

/// One full sign-in after another, with a second factor.
fn sign_ins<C: Codes + 'static>(codes: C) -> Work {
    // The work outlives this function, and the policy that it is under has to.
    let policy: &Policy = Box::leak(Box::new(Policy::uniform("guide", Rules::default())));
    let (mut engine, doing) = signs_in(policy, codes, Nobody);
    Box::new(move || (0..1000).for_each(|_| sign_in(&mut engine, &doing)))
}

/// An exhaustive search of a small world.
fn search_states() -> Work {
    let policy: &Policy = Box::leak(Box::new(small::guide()));
    let system = small::system(policy, 30);
    Box::new(move || {
        let bounds = Bounds { states: 20_000, ..Bounds::default() };
        black_box(explore(&system, small::start(policy, ()), 0, 0, bounds, |_| true));
    })
}

/// Schedules of 30 rows on average, drawn and run.
fn search_schedules() -> Work {
    Box::new(|| {
        schedules::with_explorer(60, |explorer| (0..2000).for_each(|run| drop(black_box(explorer.tried(1, run)))));
    })
}

fn one_school() -> RehearsalPlan {
    let text = "rehearsal: One school
span: {from: 2023-08-29, to: 2023-10-06}
population: {schools: 1, divisions: 0}
runs: 4
gates:
  - {id: day-one, measure: locked-out, of: staff, at: 2023-09-27 09:00, at-most: 5%, in-runs: 90%}
";
    plan(&read("school.yaml", text.as_bytes()).unwrap(), &Library::default(), None).unwrap()
}

/// One replicate of a school's staff through the cutover.
fn rehearse_one_school() -> Work {
    let plan = one_school();
    let instants = observation_times::of(&plan);
    Box::new(move || drop(black_box(replicate(&plan, 0, &instants))))
}

/// All that is written of some replicates.
fn report_one_school() -> Work {
    let plan = one_school();
    let instants = observation_times::of(&plan);
    let runs = replicates(&plan, 0..plan.runs, &instants);
    Box::new(move || {
        let summary = &Summary::new(&plan, &instants, &runs, false);
        let all = Rehearsed { summary, partial: false, beside: None, stories: &[], findings: &[], work: &[] };
        black_box(page(&all));
        black_box(text::human(summary, false));
        black_box(json::json(summary, false));
        black_box(measures::csv(&measures::rows(summary)));
    })
}

/// A directory of 20 schools with a hundred people each.
fn read_directory() -> Work {
    let text = "rehearsal: A directory\nspan: {from: 2023-09-25, to: 2023-10-01}\npopulation: {from: people.csv}\n";
    let mut people = "person,place,kind,role,otp-address,phone,app,os,answers,enrolled,generic\n".to_owned();
    for person in 0..2000 {
        let (place, number) = (person / 100, person % 100);
        let rest = match number {
            0 => "staff,ces,yes,google-authenticator,ios,set,true,office*",
            1..5 => "staff,ces,yes,microsoft-authenticator,android,set,false,office",
            _ => "staff,sg-mail,yes,,,set,,",
        };
        people += &format!("p{person},school-{place:02},school,{rest}\n");
    }
    let loaded = read("directory.yaml", text.as_bytes()).unwrap();
    Box::new(move || {
        let directory = Some(("people.csv", people.as_bytes()));
        black_box(plan(&loaded, &Library::default(), directory).unwrap());
    })
}
