//! The reference of every word that a file can use, made from the same tables that read it.
//!
//! Promises that every word which is read is found here. Deliberately knows no terminal.

use super::parameters::Parameter;
use super::policy::show;
use super::property::{LeafIs, PropertyIs, keys};
use super::rehearsal::{Group, Measure, OTHER_KEYS, WideFault};
use super::rows::{Address, EventIs, FaultIs, PartyIs, Row, ServerIs, SessionOf, TileIs, TokenIs};
use super::spelling::nearest;
use super::text_formats::UNFINISHED;
use crate::act::{ActKind, Leaving, Pick, Typing, Via};
use crate::clause::{Clause, Nature};
use crate::policy::oracles;
use crate::policy::request::{AccountKind, Factor, Reason, Role, Topic};
use crate::policy::rules::{Rule, ValueKind};
use std::fmt::Write;

/// One word of the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceEntry {
    /// Its group: `acts`, `steps`, `keys`, `reasons`, ….
    pub group: &'static str,
    /// The word.
    pub word: String,
    /// One line of meaning.
    pub doc: String,
    /// Further facts, one a line.
    pub more: Vec<String>,
}

/// The words of a property that are no keys: group, word and meaning.
const PROPERTY_WORDS: &[(&str, &str, &str)] = &[
    ("who", "member", "A member of the generic account, or the owner of a personal one."),
    ("who", "non-member", "Anyone else; a role means whoever has it."),
    ("bindings", "person", "Each person; acts by others are not looked at."),
    ("bindings", "account", "Each account; a state that names none is this one's."),
    ("bindings", "place", "Each school or division, by the account of an act."),
    ("moments", "cutover", "The cutover of the account that the act or state is about."),
    ("deadlines", "end of day", "Before the midnight that closes the trigger's day."),
    ("deadlines", "end of next working day", "Before the midnight that closes the working day after it."),
    ("verdicts", "holds", "It is so in the whole run."),
    ("verdicts", "violated", "It is not, from the first instant that shows it."),
    ("verdicts", "pending", "A deadline lies past the end of the run."),
    ("verdicts", "vacuous", "Nothing happened that it speaks of; a failure unless `allow-vacuous: true`."),
];

/// The entries of the reference, while they are collected.
#[derive(Default)]
struct Entries(Vec<ReferenceEntry>);

impl Entries {
    fn add(&mut self, group: &'static str, word: &str, doc: &str, more: Vec<String>) {
        self.0.push(ReferenceEntry { group, word: word.to_owned(), doc: doc.trim().to_owned(), more });
    }

    /// What people do, whole acts and single steps.
    fn acts(&mut self) {
        for act in ActKind::ALL {
            let group = if act.is_step() { "steps" } else { "acts" };
            let must = |key: &&str| ["at", "who", "do"].contains(key) || act.needs().contains(key);
            let optional: Vec<&str> = act.keys().into_iter().filter(|key| !must(key)).collect();
            let list = |keys: &[&str]| if keys.is_empty() { "nothing".to_owned() } else { keys.join(", ") };
            let more = vec![
                format!("needs {}", list(&[&["at", "who", "do"], act.needs()].concat())),
                format!("takes {}", list(&optional)),
            ];
            self.add(group, act.word(), act.doc(), more);
        }
    }

    /// The keys of rows and properties, and the words of properties.
    fn keys(&mut self) {
        let groups = [("keys", keys::<Row>()), ("properties", keys::<PropertyIs>()), ("leaves", keys::<LeafIs>())];
        for (group, keys) in groups {
            for (key, doc) in keys {
                self.add(group, &key, &doc, Vec::new());
            }
        }
        for (group, word, doc) in PROPERTY_WORDS {
            self.add(group, word, doc, Vec::new());
        }
    }

    /// How acts end.
    fn outcomes(&mut self) {
        for reason in Reason::ALL {
            self.add("reasons", reason.word(), reason.doc(), Vec::new());
        }
        for (word, doc) in [
            ("granted", "iCON opened."),
            ("done", "It was done."),
            ("waiting", "It waits for someone."),
            (UNFINISHED, "It was begun with `by-steps: true`, and went no further."),
        ] {
            self.add("outcomes", word, doc, Vec::new());
        }
    }

    /// The words of one table.
    fn words(&mut self, group: &'static str, words: impl Iterator<Item = (&'static str, &'static str)>) {
        words.for_each(|(word, doc)| self.add(group, word, doc, Vec::new()));
    }

    /// The words that rows take as values, and those of requests.
    fn values(&mut self) {
        macro_rules! table {
            ($($group:literal $type:ident),* $(,)?) => {
                $(self.words($group, $type::ALL.iter().map(|value| (value.word(), value.doc())));)*
            };
        }
        table!("ways" Via, "ways to leave" Leaving, "sessions" SessionOf, "tiles" TileIs, "typing" Typing, "tokens" TokenIs);
        table!("addresses" Address, "faults" FaultIs, "events" EventIs);
        table!("parties" PartyIs, "servers" ServerIs, "profiles" Pick);
        table!("roles" Role, "kinds of account" AccountKind, "topics" Topic, "factors" Factor);
    }

    /// The rules of policies, and the parameters of rehearsals.
    fn rules_and_parameters(&mut self) {
        for rule in Rule::ALL {
            let info = rule.info();
            let default = format!("default {}", show(info.kind, info.default));
            let kind = written(info.kind);
            let mut more = vec![kind, default, format!("carries {}", info.clauses)];
            more.extend(oracles::of_rule(*rule));
            self.add("rules", info.path, info.doc, more);
        }
        for group in ["population", "habits", "support"] {
            let own = |path: &str| path.split('.').next() == Some(group);
            for (path, written, basis, doc) in OTHER_KEYS.iter().filter(|(path, ..)| own(path)) {
                self.add(group, path, doc, vec![(*written).to_owned(), format!("from {basis}")]);
            }
            for info in Parameter::ALL.iter().map(|p| p.info()).filter(|info| own(info.path)) {
                let default = format!("default {}", show(info.kind, info.default));
                let more = vec![written(info.kind), default, format!("from {}", info.basis)];
                self.add(group, info.path, info.doc, more);
            }
        }
    }

    /// The words of rehearsals.
    fn rehearsals(&mut self) {
        self.words("measures", Measure::ALL.iter().map(|value| (value.word(), value.doc())));
        self.words("groups of accounts", Group::ALL.iter().map(|value| (value.word(), value.doc())));
        self.words("wide faults", WideFault::ALL.iter().map(|value| (value.word(), value.doc())));
    }

    /// The clauses of the guide, and the assumptions.
    fn clauses(&mut self) {
        for clause in Clause::ALL {
            let rules: Vec<&str> = crate::policy::rules_of(*clause).iter().map(|r| r.info().path).collect();
            let carried = format!("carried by {}", rules.join(", "));
            let more = match clause.nature() {
                Nature::Behaviour => carried,
                Nature::Assumption => format!("an assumption, {carried}"),
                Nature::Statement(why) => format!("no behaviour: {why}"),
            };
            let mut more = vec![more];
            if clause.nature() == Nature::Assumption {
                more.extend(oracles::of_clause(*clause));
            }
            self.add("clauses", clause.id(), clause.text(), more);
        }
    }
}

/// Every word, group by group.
pub fn entries() -> Vec<ReferenceEntry> {
    let mut all = Entries::default();
    all.acts();
    all.keys();
    all.outcomes();
    all.values();
    all.rules_and_parameters();
    all.rehearsals();
    all.clauses();
    all.0
}

/// The way in which a value of this kind is written.
fn written(kind: ValueKind) -> String {
    match kind {
        ValueKind::Switch => "true or false".to_owned(),
        ValueKind::Feature => "enabled or disabled".to_owned(),
        ValueKind::Span => "a span of time such as 90s".to_owned(),
        ValueKind::Count(least, most) => format!("a whole number from {least} to {most}"),
        ValueKind::Instant => "an instant such as 2023-09-27 00:00, or never".to_owned(),
        ValueKind::TimeOfDay => "a time of day such as 08:00".to_owned(),
        ValueKind::WorkingDays => "a number such as 5 working days".to_owned(),
        ValueKind::Share => "a share such as 2%".to_owned(),
        ValueKind::Choice(words) => format!("one of {}", words.join(", ")),
    }
}

/// Entries as a page, group by group.
pub fn page(entries: &[ReferenceEntry]) -> String {
    let mut out = String::new();
    let mut group = "";
    let width = entries.iter().map(|e| e.word.chars().count()).max().unwrap_or_default().min(34);
    for entry in entries {
        if entry.group != group {
            group = entry.group;
            let _ = writeln!(out, "{}{group}", if out.is_empty() { "" } else { "\n" });
        }
        let _ = writeln!(out, "  {:<width$}  {}", entry.word, entry.doc);
    }
    out
}

/// Entries as a page of Markdown: a heading and a table for each group.
pub fn markdown(title: &str, entries: &[ReferenceEntry]) -> String {
    // A bar would end a cell of the table.
    let cell = |text: &str| text.replace('|', "\\|");
    let mut out = format!("# {title}\n");
    let mut group = "";
    for entry in entries {
        if entry.group != group {
            group = entry.group;
            let mut letters = group.chars();
            let heading: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
            let _ = write!(out, "\n## {heading}\n\n| word | meaning | |\n| --- | --- | --- |\n");
        }
        let _ = writeln!(out, "| `{}` | {} | {} |", entry.word, cell(&entry.doc), cell(&entry.more.join("; ")));
    }
    out
}

/// The entry of a word, or all entries of a group, as text.
///
/// # Errors
/// The most similar word where there is none of this name, if any is similar.
pub fn lookup(name: &str) -> Result<String, Option<String>> {
    let all = entries();
    let group: Vec<ReferenceEntry> = all.iter().filter(|e| e.group == name).cloned().collect();
    if !group.is_empty() {
        return Ok(page(&group));
    }
    let found: Vec<&ReferenceEntry> = all.iter().filter(|e| e.word == name).collect();
    if found.is_empty() {
        let mut known: Vec<&str> = all.iter().map(|e| e.word.as_str()).chain(all.iter().map(|e| e.group)).collect();
        known.dedup();
        return Err(nearest(name, &known).map(str::to_owned));
    }
    let mut out = String::new();
    for entry in found {
        let _ = writeln!(out, "{} ({})\n  {}", entry.word, entry.group, entry.doc);
        for line in &entry.more {
            let _ = writeln!(out, "  {line}");
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_meaning_and_is_found_again() {
        for entry in entries() {
            assert!(!entry.doc.is_empty(), "{} {}", entry.group, entry.word);
            assert!(lookup(&entry.word).is_ok(), "{}", entry.word);
        }
    }

    #[test]
    fn a_word_that_is_not_there_has_a_neighbour() {
        assert_eq!(lookup("sign-inn"), Err(Some("sign-in".to_owned())));
    }
}
