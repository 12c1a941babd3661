//! Holds a policy of one's own against the guide: the same scenario under both, and which rows end otherwise.
//!
//! `cargo run --example own_policy`

use mims_sim::diagnostic::Diagnostic;
use mims_sim::format::load::{FileContents, read};
use mims_sim::replay::{library::Library, plan};
use std::collections::BTreeSet;

const POLICY: &str = "
policy: The cutover comes one week later
extends: guide-v1.1
rules:
  cutover: 2023-10-04 00:00
";

const SCENARIO: &str = "
scenario: Nobody set up, and the day came
cites: [Q7]
given:
  people: {gwen: {}}
when:
  - day: Wed 2023-09-27
  - {at: 08:30, who: gwen, do: sign-in, expect: no-second-factor}
  - day: Wed 2023-10-04
  - {at: 08:30, who: gwen, do: sign-in, expect: no-second-factor}
";

fn main() -> Result<(), String> {
    let policy = read("one-week-later.yaml", POLICY.as_bytes()).map_err(first)?;
    let (library, faults) = Library::new(&[("one-week-later".to_owned(), &policy)], BTreeSet::new());
    if !faults.is_empty() {
        return Err(first(faults));
    }
    let file = read("day.yaml", SCENARIO.as_bytes()).map_err(first)?;
    let FileContents::Scenario(cases) = &file.contents else { return Err("this is no scenario".to_owned()) };
    for case in cases {
        let ends = |policy| {
            let plan = plan(&file, case, &library, policy).map_err(first)?;
            plan.run().map(|verdict| verdict.ended).map_err(first)
        };
        for (guide, own) in ends(None)?.iter().flatten().zip(ends(Some("one-week-later"))?.iter().flatten()) {
            let [under_guide, under_own] = [guide, own].map(|(_, end)| end.result.word());
            let mark = if under_guide == under_own { " " } else { "*" };
            println!("{mark} {}  guide: {under_guide}  own policy: {under_own}", guide.0);
        }
    }
    Ok(())
}

/// The first of several mistakes, in one line.
fn first(faults: Vec<Diagnostic>) -> String {
    faults.first().map_or_else(String::new, |fault| fault.title.clone())
}
