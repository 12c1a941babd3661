//! Work lists as CSV, one for each place: which remedy each person or role needs before the cutover.
//!
//! Promises columns that the `README` next to the lists explains; people are numbers on the roll of their place, with
//! names only on request. Deliberately ranks nothing, because the report does.

use super::words::{SMALL, decision_word, instant};
use crate::counted::counted;
use crate::policy::request::Role;
use crate::rehearsal::behaviour::remedy::Remedy;
use crate::rehearsal::measure::summary::Summary;
use crate::rehearsal::observe::snapshot::eve;
use crate::rehearsal::setup::gate_spec::{CountLimit, Criterion, Gate, GateMoment};
use crate::rehearsal::setup::observation_times::first_morning;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::rehearsal::setup::plan::rehearsal_plan::waves;
use crate::rehearsal::setup::roster::PlaceList;
use crate::rehearsal::study::remedies::{Study, Whom, WorkLine};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The columns.
pub const HEADER: &str =
    "place,person,id,name,role,do,owner,why,by,accounts,locked-out,locked-out-if-done,gate,gate-effect\n";

/// The work list of one place.
pub struct List {
    /// The name of the file.
    pub file: String,
    /// The place.
    pub place: String,
    /// The text.
    pub text: String,
}

/// One list for each place, and one for all places with fewer than [`SMALL`] accounts.
pub fn lists(summary: &Summary<'_>, beside: &Study<'_>) -> Vec<List> {
    let sizes: BTreeMap<u32, u32> =
        summary.places().into_iter().filter_map(|(place, size, _)| Some((u32::try_from(place).ok()?, size))).collect();
    let files = file_names(summary.plan);
    let mut out: BTreeMap<(bool, u32), List> = BTreeMap::new();
    for ((place, whom, remedy), line) in &beside.work {
        let small = sizes.get(place).is_none_or(|size| *size < SMALL);
        let name = summary.plan.place(*place as usize);
        let list = out.entry((small, if small { 0 } else { *place })).or_insert_with(|| List {
            file: if small { format!("{SMALLER}.csv") } else { file_of(&files, *place) },
            place: if small { "smaller places".to_owned() } else { name.clone() },
            text: HEADER.to_owned(),
        });
        list.text += &row(summary, beside, &name, *place, *whom, *remedy, *line);
    }
    out.into_values().collect()
}

/// The list of places with few accounts.
const SMALLER: &str = "smaller-places";
/// Names that Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A file name for each place, without its ending: safe on every file system, and no two alike.
fn file_names(plan: &RehearsalPlan) -> Vec<String> {
    let places: Vec<String> = (0..plan.places()).map(|at| plan.place(at)).collect();
    let safe = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let plain = |name: &str| -> String { name.chars().map(safe).take(60).collect() };
    let port = |name: &str| name.len() == 4 && (name.starts_with("com") || name.starts_with("lpt"));
    let kept = |name: &str| name == SMALLER || DEVICES.contains(&name) || port(name);
    let fits = |name: &String| plain(name) == *name && !kept(name);
    // A name that is a safe one keeps it; the others are numbered, past those that are taken.
    let mut taken: BTreeSet<String> = places.iter().filter(|name| fits(name)).cloned().collect();
    let numbered = |(at, name): (usize, &String)| {
        if fits(name) {
            return name.clone();
        }
        let mut free = (at + 1..).map(|number| format!("{}-{number}", plain(name)));
        let file = free.find(|file| !taken.contains(file)).unwrap_or_default();
        taken.insert(file.clone());
        file
    };
    places.iter().enumerate().map(numbered).collect()
}

fn file_of(files: &[String], place: u32) -> String {
    format!("{}.csv", files.get(place as usize).map_or("", String::as_str))
}

/// What the directory calls the person of this number at a place: staff are numbered in its order.
fn own_id<'p>(plan: &'p RehearsalPlan, place: u32, number: &str) -> &'p str {
    let list = plan.directory.as_ref().and_then(|places| places.get(place as usize));
    let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let staff = |list: &'p PlaceList, at: usize| {
        let all = list.people.iter().zip(&list.ids).filter(|(is, _)| is.role != Some(Role::Student));
        all.map(|(_, id)| id.as_str()).nth(at)
    };
    list.zip(at).and_then(|(list, at)| staff(list, at)).unwrap_or_default()
}

fn row(
    summary: &Summary<'_>,
    beside: &Study<'_>,
    place: &str,
    at: u32,
    whom: Whom,
    remedy: Remedy,
    line: WorkLine,
) -> String {
    let (person, role) = match whom {
        Whom::Person(number, role) => (number.to_string(), role.word()),
        Whom::Role(role) => (String::new(), role.word()),
        Whom::Custodian(number) => (number.to_string(), "custodian"),
        Whom::Custodians => (String::new(), "custodian"),
    };
    let by = eve(summary.plan).iso();
    let a_run = |count: u32| share(i64::from(count), beside);
    let (lack, out, still) = (a_run(line.lack), a_run(line.out), a_run(line.still));
    let (gate, effect) = effect(summary, beside, whom, line);
    let mut text = String::new();
    let name = person.parse().ok().and_then(|number| beside.names.get(&(at, number))).cloned().unwrap_or_default();
    let id = own_id(summary.plan, at, &person);
    let cells = [
        place,
        &person,
        id,
        &name,
        role,
        remedy.word(),
        remedy.owner(),
        remedy.why(),
        &by,
        &lack,
        &out,
        &still,
        &gate,
        &effect,
    ];
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    let _ = writeln!(text, "{}", cells.join(","));
    text
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// A count over all runs as a mean of one run, with three decimals.
fn share(count: i64, beside: &Study<'_>) -> String {
    let runs = i64::from(beside.work_runs).max(1);
    let thousandths = (count * 2000 + runs).div_euclid(2 * runs);
    let sign = if thousandths < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", thousandths.abs() / 1000, thousandths.abs() % 1000)
}

/// The gates that count these accounts, and the change of their count, in accounts for each run.
fn effect(summary: &Summary<'_>, beside: &Study<'_>, whom: Whom, line: WorkLine) -> (String, String) {
    use crate::format::rehearsal::{Group, Measure};
    let (morning, waves) = (first_morning(summary.plan), waves(summary.plan));
    let looks = |at: GateMoment| waves.iter().any(|(cutover, school)| at.own(*cutover, *school) == Some(morning));
    let counts = |gate: &&Gate| match &gate.what {
        Criterion::Count {
            measure: Measure::LockedOut,
            of,
            at,
            limit: CountLimit::Count(_) | CountLimit::Share(_),
            ..
        } if looks(*at) => {
            let administrator =
                matches!(whom, Whom::Person(_, Role::LocalAdministrator) | Whom::Role(Role::LocalAdministrator));
            match of {
                Group::Generic => matches!(whom, Whom::Custodian(_) | Whom::Custodians),
                Group::Administrators => administrator,
                Group::Staff => matches!(whom, Whom::Person(..) | Whom::Role(_)),
                // A line does not say of which kind its place is, and students have no lines.
                Group::SchoolStaff | Group::HqStaff | Group::Students => false,
            }
        }
        Criterion::Count { .. } | Criterion::Time { .. } | Criterion::Property { .. } => false,
    };
    let gate = summary.plan.gates.iter().filter(counts).map(|gate| gate.id.as_str()).collect::<Vec<_>>().join(" ");
    (gate, share(i64::from(line.still) - i64::from(line.out), beside))
}

/// The README: what the columns mean.
pub fn readme(summary: &Summary<'_>, beside: &Study<'_>) -> String {
    let plan = summary.plan;
    let (runs, by, at) = (counted(beside.work_runs, "run"), eve(plan), instant(first_morning(plan)));
    let people = if !beside.names.is_empty() {
        "`person` is the number of the person at their place, in the first run: this population is drawn, and other \
         people are in each run."
    } else if plan.directory.is_some() {
        "`person` is the number of the person at their place, in the order of the directory."
    } else {
        "`person` is empty, since this population is drawn and other people are in each run: a line speaks of a role. \
         With a directory it is a number."
    };
    let mut out = format!(
        "# Work lists\n\nOne file a place, of what is to be done before {by} by whom and for whom; places of \
         fewer than {SMALL} accounts are together in one.\n\
         Counts are means over {runs}.\n\n| column | meaning |\n| --- | --- |\n\
         | place | The school or division. |\n\
         | person | Whom the line is for. {people} |\n\
         | id | What the directory calls them, where there is one. |\n\
         | name | Empty, unless `--names` asked for names; they are made up. |\n\
         | role | What they are to the rollout; `custodian` for a generic account. |\n\
         | do | What is to be done; below. |\n\
         | owner | Who does it. |\n\
         | why | What these accounts lack. |\n\
         | by | The first day on which it has to be done already. |\n\
         | accounts | How many accounts lack it, a run; of one person, the share of runs in which they do. |\n\
         | locked-out | How many of these are locked out at {at}, a run. |\n\
         | locked-out-if-done | The same where it is done for everybody who lacks it. |\n\
         | gate | The gates that count these accounts at that time, if any does. |\n\
         | gate-effect | By how many accounts a run the line moves what these gates count; below nought is fewer \
         locked out. |\n\n\
         | do | to be done | owner | gates if all of it is done |\n| --- | --- | --- | --- |\n"
    );
    for one in &beside.remedies {
        let gates: Vec<String> = plan
            .gates
            .iter()
            .zip(beside.comparison.base.gates.iter().zip(&one.outcome.gates))
            .map(|(gate, (before, after))| {
                format!("{} {} → {}", gate.id, decision_word(before.decision), decision_word(after.decision))
            })
            .collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            one.remedy.word(),
            one.remedy.does(),
            one.remedy.owner(),
            gates.join(", ")
        );
    }
    out
}
