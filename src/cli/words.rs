//! `mims-sim words [NAME]`: the reference of every act, step, key, reason, rule and clause, at the terminal.

use super::Exit;
use super::terminal::{complain, out, tell};
use mims_sim::format::reference::{ReferenceEntry, entries, lookup, markdown, page};
use std::collections::BTreeSet;

/// What to look up.
#[derive(clap::Args)]
pub struct Options {
    /// A word of a file, a reason, the path of a rule, a clause, or a group such as `acts` or `reasons`.
    name: Option<String>,
    /// Writes Markdown: the whole reference but for the clauses, or one group of it.
    #[arg(long)]
    markdown: bool,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    if options.markdown {
        return write(options.name.as_deref());
    }
    let Some(name) = &options.name else {
        tell(&page(&entries()));
        return Exit::Fine;
    };
    match lookup(name) {
        Ok(text) => {
            tell(&text);
            Exit::Fine
        }
        Err(near) => {
            let help = near.map_or_else(groups, |n| format!("did you mean `{n}`?"));
            complain(&format!("no word `{name}`: {help}\n"));
            Exit::BadInput
        }
    }
}

fn groups() -> String {
    let groups: BTreeSet<&str> = entries().iter().map(|e| e.group).collect();
    format!("the groups are {}", groups.into_iter().collect::<Vec<_>>().join(", "))
}

/// The reference as a page for `docs/`.
fn write(group: Option<&str>) -> Exit {
    let wanted = |entry: &ReferenceEntry| group.map_or(entry.group != "clauses", |group| entry.group == group);
    let entries: Vec<ReferenceEntry> = entries().into_iter().filter(wanted).collect();
    let title = match group {
        None => "Reference",
        Some("clauses") => "Clauses of the guide, and assumptions",
        Some(group) => group,
    };
    if entries.is_empty() {
        complain(&format!("no group `{title}`: {}\n", groups()));
        return Exit::BadInput;
    }
    let command = group.map_or_else(|| "words".to_owned(), |group| format!("words {group}"));
    out(&markdown(&format!("{title}\n\nWritten by `mims-sim {command} --markdown`."), &entries));
    Exit::Fine
}
