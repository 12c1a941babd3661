//! A branch of play: a prefix of the file's rows, followed by rows that were typed in their place.
//!
//! Promises the file's own text for the prefix, comments included, with the typed rows after it; a branch that is saved
//! states how each of its rows ended. Deliberately runs nothing: a branch with one row more or less is another text.

use super::typed::TypedRow;
use mims_sim::act::ActKind;
use mims_sim::format::load::{LoadedFile, ScenarioCase};
use mims_sim::format::tree::{MapEntry, Tree, in_quotes};
use mims_sim::format::yaml;
use mims_sim::property::PropertyVerdict;
use mims_sim::replay::Verdict;
use std::collections::BTreeMap;

/// A file, how far it is played, and what is played after that.
#[derive(Clone)]
pub struct Branch {
    text: String,
    tree: Tree,
    /// The case's own tree, with everything filled in, and its name.
    case: Tree,
    name: Option<String>,
    /// Rows of the file, days among them.
    kept: usize,
    own: Vec<TypedRow>,
    /// People take no time over their steps: the table does.
    instant: bool,
}

impl Branch {
    /// A file of which nothing is played yet.
    pub fn new(loaded: &LoadedFile, case: &ScenarioCase, instant: bool) -> Branch {
        let mut text = loaded.source.text.clone();
        let mut tree = loaded.tree.clone();
        let bracketed = |tree: &Tree| text.get(tree.span.start..).is_some_and(|text| text.starts_with(['{', '[']));
        if bracketed(&tree) || tree.get("when").is_some_and(bracketed) {
            // A row more or less is a line more or less.
            let lines = tree.entries().iter().map(|entry| match entry.key.as_str() {
                "when" => list("when", entry.value.items().iter().map(Tree::flow)),
                key => format!("{key}: {}\n", entry.value.flow()),
            });
            let plain: String = lines.collect();
            if let Ok((_, again)) = yaml::parse(&loaded.source.name, plain.as_bytes()) {
                (text, tree) = (plain, again);
            }
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Branch { text, tree, case: case.tree.clone(), name: case.name.clone(), kept: 0, own: Vec::new(), instant }
    }

    fn items(&self) -> &[Tree] {
        self.tree.get("when").map(Tree::items).unwrap_or_default()
    }

    /// How many rows the file has, its days left out.
    pub fn all(&self) -> usize {
        self.items().iter().filter(|item| !is_day(item)).count()
    }

    /// How many of these are played.
    pub fn played(&self) -> usize {
        self.items().iter().take(self.kept).filter(|item| !is_day(item)).count()
    }

    /// How many others are played after them.
    pub fn others(&self) -> usize {
        self.own.iter().filter(|row| !row.is_day()).count()
    }

    /// Whether the file has been left for another way.
    pub fn left(&self) -> bool {
        !self.own.is_empty()
    }

    /// The file's next row; `false` where there is none, or the file has been left.
    pub fn next(&mut self) -> bool {
        let rest = self.items().iter().skip(self.kept).position(|item| !is_day(item));
        let found = rest.filter(|_| !self.left());
        self.kept += found.map_or(0, |at| at + 1);
        found.is_some()
    }

    /// One row fewer; `false` where there is none.
    pub fn back(&mut self) -> bool {
        if self.others() > 0 {
            while self.own.pop().is_some_and(|row| row.is_day()) {}
        } else if self.played() > 0 {
            self.own.clear();
            let items = self.items();
            let row = items.iter().take(self.kept).rposition(|item| !is_day(item)).unwrap_or_default();
            // A day that nothing happens on any more goes too.
            self.kept = items.iter().take(row).rposition(|item| !is_day(item)).map_or(0, |last| last + 1);
        } else {
            let any = !self.own.is_empty();
            self.own.clear();
            return any;
        }
        while self.own.last().is_some_and(TypedRow::is_day) {
            self.own.pop();
        }
        true
    }

    /// Goes another way from here: these rows, and not those of the file.
    pub fn push(&mut self, rows: impl IntoIterator<Item = TypedRow>) {
        self.own.extend(rows);
    }

    /// What a key of the last row of this person that has it says.
    pub fn last_of(&self, who: &str, key: &str) -> Option<String> {
        let own = self.own.iter().rev().filter(|row| row.get("who") == Some(who)).find_map(|row| row.get(key));
        let kept =
            || self.filled().rev().filter(|item| says(item, "who") == Some(who)).find_map(|item| says(item, key));
        own.or_else(kept).map(str::to_owned)
    }

    /// Who acts in the last row.
    pub fn actor(&self) -> Option<String> {
        let own = self.own.last().and_then(|row| row.get("who"));
        own.or_else(|| self.filled().next_back().and_then(|item| says(item, "who"))).map(str::to_owned)
    }

    /// The rows of the file that are played, with everything filled in.
    fn filled(&self) -> impl DoubleEndedIterator<Item = &Tree> {
        self.case.get("when").map(Tree::items).unwrap_or_default().iter().take(self.kept)
    }

    /// The day that the next row is on; that of the file's first row, where none is played.
    pub fn day(&self) -> Option<String> {
        let own = self.own.iter().rev().find_map(|row| row.get("day"));
        let kept = || self.filled().rev().find_map(|item| says(item, "day"));
        let first = || self.case.get("when").and_then(|when| when.items().iter().find_map(|item| says(item, "day")));
        own.or_else(kept).or_else(first).map(str::to_owned)
    }

    /// Whether a row of this day is played, so that another can follow it by so many seconds.
    pub fn begun(&self) -> bool {
        match self.own.last() {
            Some(row) => !row.is_day(),
            None => self.filled().next_back().is_some_and(|item| !is_day(item)),
        }
    }

    /// The rows as they stand in the file that is played, a line each.
    pub fn lines(&self) -> Vec<String> {
        let kept = self.filled().map(Tree::flow);
        kept.chain(self.own.iter().map(TypedRow::yaml)).collect()
    }

    /// What is played, as the text of a scenario.
    pub fn text(&self) -> String {
        let own = self.own.iter().map(|row| said(row, None));
        self.composed(own.collect(), BTreeMap::new())
    }

    /// The branch as a file of its own, with everything as it came; what is not known in it is left out.
    /// `as_played` is the tree of the text that the verdict is about.
    pub fn saved(&self, verdict: &Verdict, as_played: &Tree, title: &str, schema: Option<&str>) -> String {
        let mut ended = verdict.ended.iter().skip(self.played());
        let own = self.own.iter().map(|row| {
            let came = (!row.is_day()).then(|| ended.next()).flatten();
            let word = came.and_then(|came| came.map(|(_, ended)| ended.result.word()));
            let unfinished = (row.get("by-steps") == Some("true")).then_some("unfinished");
            said(row, Some(word.or(unfinished)))
        });
        let own = own.collect();
        let mut blocks = BTreeMap::from([("scenario", format!("scenario: {}\n", in_quotes(title)))]);
        let wrong = |item: &Tree| verdict.failures.iter().any(|failure| failure.place == item.span);
        let then = as_played.get("then").map(Tree::items).unwrap_or_default();
        if then.iter().any(wrong) {
            blocks.insert("then", list("then", then.iter().filter(|item| !wrong(item)).map(Tree::flow)));
        }
        let properties = as_played.get("properties").map(Tree::items).unwrap_or_default();
        if verdict.properties.iter().any(|judged| !judged.met) {
            let came = properties.iter().zip(&verdict.properties).filter_map(|(item, judged)| {
                let word = match judged.judgement.verdict {
                    _ if judged.met => return Some(item.flow()),
                    PropertyVerdict::Holds => "holds",
                    PropertyVerdict::Violated => "violated",
                    PropertyVerdict::Pending => "pending",
                    PropertyVerdict::Undecided => "undecided",
                    PropertyVerdict::Vacuous => return None,
                };
                let others = item.entries().iter().filter(|entry| entry.key != "expect");
                let pairs: Vec<String> = others.map(|entry| format!("{}: {}", entry.key, entry.value.flow())).collect();
                Some(format!("{{{}, expect: {word}}}", pairs.join(", ")))
            });
            blocks.insert("properties", list("properties", came));
        }
        let text = self.composed(own, blocks);
        let named = |line: &str| line.starts_with("# yaml-language-server:");
        let rest: String = text.lines().filter(|line| !named(line)).map(|line| format!("{line}\n")).collect();
        schema.map_or(String::new(), |schema| format!("# yaml-language-server: $schema={schema}\n")) + &rest
    }

    /// The text with the rows that are played, and these blocks in place of the file's.
    fn composed(&self, own: Vec<String>, mut blocks: BTreeMap<&str, String>) -> String {
        if let (Some(name), Some(cases)) = (&self.name, self.tree.get("cases")) {
            let value = cases.get(name).map(Tree::flow).unwrap_or_default();
            blocks.insert("cases", format!("cases:\n  {name}: {value}\n"));
            if let Some(properties) = self.case.get("properties") {
                let as_said = || list("properties", properties.items().iter().map(Tree::flow));
                blocks.entry("properties").or_insert_with(as_said);
            }
        }
        if self.instant {
            let given = self.tree.get("given").map(Tree::entries).unwrap_or_default();
            let others = given.iter().filter(|entry| entry.key != "pace");
            let lines = others.map(|entry| format!("  {}: {}\n", entry.key, entry.value.flow()));
            blocks.insert("given", format!("given:\n  pace: instant\n{}", lines.collect::<String>()));
        }
        let mut edits: Vec<(usize, usize, String)> = Vec::new();
        for (key, text) in blocks {
            match self.tree.entries().iter().position(|entry| entry.key == key) {
                Some(at) => edits.push((self.line(self.start(at)), self.end(at), text)),
                None => edits.push((self.text.len(), self.text.len(), text)),
            }
        }
        match self.tree.entries().iter().position(|entry| entry.key == "when") {
            Some(at) => {
                let (from, until) = (self.cut(at), self.end(at));
                let indent = self.items().first().map_or(2, |item| self.dash(item) - self.line(self.dash(item)));
                let rows = own.iter().map(|row| format!("{:indent$}- {row}\n", ""));
                edits.push((from, until, rows.collect()));
            }
            None => edits.push((self.text.len(), self.text.len(), list("when", own.into_iter()))),
        }
        // What is put in between goes before what is replaced right after it.
        edits.sort_by_key(|(from, until, _)| (*from, *until));
        let mut out = String::new();
        let mut at = 0;
        for (from, until, text) in edits {
            out += self.text.get(at..from).unwrap_or_default();
            out += &text;
            at = until.max(at);
        }
        out + self.text.get(at..).unwrap_or_default()
    }

    /// Where the line begins that this place is in.
    fn line(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
    }

    fn start(&self, entry: usize) -> usize {
        self.tree.entries().get(entry).map_or(self.text.len(), |entry: &MapEntry| entry.key_span.start)
    }

    /// Where the lines of an entry end: those above the next one that are blank or comments belong to that.
    fn end(&self, entry: usize) -> usize {
        let next = entry + 1;
        if next < self.tree.entries().len() { self.above(self.line(self.start(next))) } else { self.text.len() }
    }

    /// Where the lines begin that belong to the line at this place: blank ones and comments right above it.
    fn above(&self, mut line: usize) -> usize {
        while line > 0 {
            let before = self.line(line - 1);
            let text = self.text.get(before..line).unwrap_or_default().trim();
            if !text.is_empty() && !text.starts_with('#') {
                break;
            }
            line = before;
        }
        line
    }

    /// The dash of an item.
    fn dash(&self, item: &Tree) -> usize {
        self.text.get(..item.span.start).and_then(|before| before.rfind('-')).unwrap_or_default()
    }

    /// Where the rows of the file end that are played.
    fn cut(&self, when: usize) -> usize {
        match self.items().get(self.kept) {
            Some(next) => self.above(self.line(self.dash(next))),
            None => self.end(when),
        }
    }
}

fn is_day(item: &Tree) -> bool {
    item.get("day").is_some()
}

fn says<'t>(item: &'t Tree, key: &str) -> Option<&'t str> {
    item.get(key).and_then(Tree::text)
}

/// A block of a file with an item a line; nothing where there is none.
fn list(key: &str, items: impl Iterator<Item = String>) -> String {
    let lines: String = items.map(|item| format!("  - {item}\n")).collect();
    if lines.is_empty() { lines } else { format!("{key}:\n{lines}") }
}

/// A row with what came of it; before that is known, with what the format wants to be said.
fn said(row: &TypedRow, came: Option<Option<&str>>) -> String {
    let mut row = row.clone();
    let Some(act) = row.act().filter(|act| *act != ActKind::GoOn) else { return row.yaml() };
    let needed = act.needs().contains(&"expect");
    match came {
        None if needed && row.get("expect").is_none() => row.set("expect", "granted"),
        Some(Some(word)) if needed || word != "done" => row.set("expect", word),
        Some(_) => row.keys.retain(|(key, _)| key != "expect"),
        None => {}
    }
    row.yaml()
}
