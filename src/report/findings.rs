//! The table of candidate policies against findings, in Markdown: which findings each candidate removes, leaves and
//! adds.
//!
//! Promises the same bytes for the same searches. Deliberately claims no proof: what was not broken was not broken by
//! so many schedules.

use crate::explore::policy_comparison::{Effect, Searched, effect, subjects};
use crate::replay::library::Library;
use std::fmt::Write;

/// The report: a row for each finding and a column for each policy, the base first; then each candidate in a sentence,
/// and each search.
pub fn markdown(searched: &[Searched], policies: &[&str], book: &Library, runs: u64, seed: u64) -> String {
    let by = subjects(searched);
    let mut out = format!(
        "# What each candidate policy does to the findings\n\n\
         Made by `mims-sim findings --runs {runs} --seed {seed}`: the searches of `scenarios/explorations/` under each \
         policy, with\nthe same starts and the same draws. A file's own policy gives way to that of the column.\n\n\
         - `broken`: some schedule breaks a property of this finding under the base.\n\
         - `removes`: broken under the base, and by none of {runs} schedules under the candidate. That is no proof.\n\
         - `leaves`: broken under both; `leaves 1 of 2`: one of the two properties that were broken.\n\
         - `adds`: broken under the candidate and by none of {runs} schedules under the base.\n\
         - `·`: broken under neither. F17 is left to the analysis of access, and has no search.\n\n"
    );
    let base = policies.first().copied().unwrap_or_default();
    let candidates: Vec<(usize, &str)> = policies.iter().copied().enumerate().skip(1).collect();
    header(&mut out, &["finding", base], &candidates);
    for (subject, searches) in &by {
        let broken = searches.iter().filter(|one| one.broken(0)).count();
        let base = match (broken, searches.len()) {
            (0, _) => "·".to_owned(),
            (1, 1) => "broken".to_owned(),
            (some, all) => format!("broken {some} of {all}"),
        };
        let _ = write!(out, "| {subject} | {base} |");
        for (place, _) in &candidates {
            let _ = write!(out, " {} |", word(effect(searches, *place), broken));
        }
        out += "\n";
    }
    out += "\n## Each candidate\n\n";
    for (place, name) in &candidates {
        let _ = writeln!(out, "- {}", sentence(&by, *place, name, book));
    }
    out += "\n## Each search\n\n\
            After how many schedules the property was broken; `–` where none did it, `vacuous` where none did anything \
            that it\nspeaks of, `no start` where the start cannot be under this policy.\n\n";
    header(&mut out, &["finding", "property", "file", base], &candidates);
    for one in by.iter().flat_map(|(_, searches)| searches) {
        let finding = one.finding.as_deref().unwrap_or("none");
        let file = one.file.rsplit('/').next().unwrap_or_default();
        let _ = write!(out, "| {finding} | {} | {file} |", one.property);
        for outcome in &one.outcomes {
            let said = match outcome {
                None => "no start".to_owned(),
                Some(is) if !is.spoken => "vacuous".to_owned(),
                Some(is) => is.after.map_or("–".to_owned(), |after| after.to_string()),
            };
            let _ = write!(out, " {said} |");
        }
        out += "\n";
    }
    out
}

fn header(out: &mut String, first: &[&str], candidates: &[(usize, &str)]) {
    let names: Vec<&str> = first.iter().copied().chain(candidates.iter().map(|(_, name)| *name)).collect();
    let _ = writeln!(out, "| {} |\n|{}", names.join(" | "), " --- |".repeat(names.len()));
}

fn word(effect: Effect, broken: usize) -> String {
    match effect {
        Effect::Absent => "·".to_owned(),
        Effect::Removes => "**removes**".to_owned(),
        Effect::Leaves => "leaves".to_owned(),
        Effect::LeavesSome(left) => format!("leaves {left} of {broken}"),
        Effect::Adds => "**adds**".to_owned(),
    }
}

/// What a candidate does, and whether it answers the findings that its file claims to answer.
fn sentence(by: &[(&str, Vec<&Searched>)], place: usize, name: &str, book: &Library) -> String {
    let with = |test: &dyn Fn(Effect) -> bool| -> Vec<&str> {
        by.iter().filter(|(_, searches)| test(effect(searches, place))).map(|(subject, _)| *subject).collect()
    };
    let list = |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let removes = with(&|is| is == Effect::Removes);
    let some = with(&|is| matches!(is, Effect::LeavesSome(_)));
    let left = with(&|is| is == Effect::Leaves);
    let adds = with(&|is| is == Effect::Adds);
    let title = book.policy(name).map(|policy| policy.title.clone()).unwrap_or_default();
    let mut said = format!("**{name}** ({title}) removes {}", list(&removes));
    if !some.is_empty() {
        let _ = write!(said, ", removes a part of {}", list(&some));
    }
    let _ = write!(said, ", adds {}, and leaves {}.", list(&adds), list(&left));
    let answers = book.policy(name).map(|policy| policy.answers.clone()).unwrap_or_default();
    let kept = |id: &String| removes.contains(&id.as_str()) || some.contains(&id.as_str());
    let broken: Vec<&str> = answers.iter().filter(|id| !kept(id)).map(String::as_str).collect();
    if !answers.is_empty() {
        let _ = write!(said, " Its file says that it answers {}: ", answers.join(", "));
        said += &match broken.as_slice() {
            [] => "so it does.".to_owned(),
            some => format!("the searches do not show that for {}.", some.join(", ")),
        };
    }
    said
}
