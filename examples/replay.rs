//! Replays a scenario from a text and prints how each act ended, with the clauses of the guide that decided it.
//!
//! `cargo run --example replay [FILE]`; without a file it replays the text below.

use mims_sim::clause::Clause;
use mims_sim::diagnostic::Diagnostic;
use mims_sim::format::load::{FileContents, read};
use mims_sim::replay::{library::Library, plan};

const TEXT: &str = "
scenario: Set up before the cutover, and signed in after it
cites: [Q5]
given:
  people:
    gwen: {}
    omar: {}
when:
  - day: Mon 2023-09-25
  - {at: 09:00, who: gwen, do: enrol, expect: done}
  - day: Wed 2023-09-27
  - {at: 08:30, who: gwen, do: sign-in, expect: granted}
  - {at: 08:45, who: omar, do: sign-in, expect: no-second-factor, resting-on: Q5}
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (name, text) = match std::env::args().nth(1) {
        Some(path) => (path.clone(), std::fs::read_to_string(path)?),
        None => ("example.yaml".to_owned(), TEXT.to_owned()),
    };
    let file = read(&name, text.as_bytes()).map_err(first)?;
    let FileContents::Scenario(cases) = &file.contents else { return Err("this is no scenario".into()) };
    let library = Library::default();
    for case in cases {
        let plan = plan(&file, case, &library, None).map_err(first)?;
        let verdict = plan.run().map_err(first)?;
        println!("{}: {}", plan.full_title(), if verdict.green() { "as expected" } else { "not as expected" });
        for (time, end) in verdict.ended.iter().flatten() {
            let who = plan.names.person(end.person);
            let why: Vec<&str> = end.clauses.iter().map(Clause::id).collect();
            println!("  {time}  {who}: {}  [{}]", end.result.word(), why.join(" "));
        }
    }
    Ok(())
}

/// The first of several mistakes, in one line.
fn first(faults: Vec<Diagnostic>) -> String {
    faults.first().map_or_else(String::new, |fault| fault.title.clone())
}
