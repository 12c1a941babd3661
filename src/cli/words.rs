//! `mims-sim words [NAME]`: the reference of every act, step, key, reason, rule and clause, at the terminal.

use super::Exit;
use super::terminal::{complain, tell};
use mims_sim::format::words::{entries, lookup, page};
use std::collections::BTreeSet;

/// What to look up.
#[derive(clap::Args)]
pub struct Options {
    /// A word of a file, a reason, the path of a rule, a clause, or a group such as `acts` or `reasons`.
    name: Option<String>,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
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
            let groups: BTreeSet<&str> = entries().iter().map(|e| e.group).collect();
            let groups: Vec<&str> = groups.into_iter().collect();
            let help = near
                .map_or_else(|| format!("the groups are {}", groups.join(", ")), |n| format!("did you mean `{n}`?"));
            complain(&format!("no word `{name}`: {help}\n"));
            Exit::BadInput
        }
    }
}
