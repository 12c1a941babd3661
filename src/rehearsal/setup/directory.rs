//! A directory of people as a CSV file: what it knows of them, place by place.
//!
//! The header names the columns, in any order: `person` and `place` are needed; `kind` (`school`, `hq`), `role`,
//! `otp-address` (`ces`, `sg-mail`, `other`, `icon`, `stale`), `phone` (`yes`, `none`), `app` (`google-authenticator`,
//! `microsoft-authenticator`, `netiq-authenticator`, `none`), `os` (`ios`, `android`), `answers` (`set`, `not-set`),
//! `enrolled` (`true`, `false`), `first-day`, `last-day` and `generic` (the generic accounts that a person shares, with
//! `;` between, and `*` after those whose custodian they are) may be left out, and a cell may be empty: then it is
//! drawn. The separator is a comma, a semicolon or a tab, by the header. Promises in every error the line, as an editor
//! counts it, and the column. Deliberately keeps no name but a person's own id, for work lists.

use super::roster::{PlaceList, RosterEntry};
use crate::counted::counted;
use crate::diagnostic::Diagnostic;
use crate::format::rows::Address;
use crate::format::spelling::nearest;
use crate::kernel::Date;
use crate::kernel::time::parse_date;
use crate::policy::request::Role;
use crate::world::codes::App;
use std::collections::BTreeMap;

const COLUMNS: [&str; 13] = [
    "person",
    "place",
    "kind",
    "role",
    "otp-address",
    "phone",
    "app",
    "os",
    "answers",
    "enrolled",
    "first-day",
    "last-day",
    "generic",
];
/// More faults than this are not told.
const MOST: usize = 40;

/// A word that stands for something in a column.
type Word<T> = (&'static str, T);

const KINDS: &[Word<bool>] = &[("school", true), ("hq", false)];
const ADDRESSES: &[Word<Option<Address>>] = &[
    ("ces", Some(Address::Ces)),
    ("sg-mail", Some(Address::SgMail)),
    ("other", Some(Address::Other)),
    ("icon", Some(Address::Icon)),
    ("stale", None),
];
const PHONES: &[Word<bool>] = &[("yes", true), ("none", false)];
const APPS: &[Word<Option<App>>] = &[
    ("google-authenticator", Some(App::Google)),
    ("microsoft-authenticator", Some(App::Microsoft)),
    ("netiq-authenticator", Some(App::NetIq)),
    ("none", None),
];
const SYSTEMS: &[Word<bool>] = &[("ios", true), ("android", false)];
const ANSWERS: &[Word<bool>] = &[("set", true), ("not-set", false)];
const SWITCH: &[Word<bool>] = &[("true", true), ("false", false)];

struct Reader<'a> {
    file: &'a str,
    /// Each column of the file, by its place in `COLUMNS`; none of one that is not known.
    columns: Vec<Option<usize>>,
    /// The columns that are not known here, which are left as they are.
    unknown: Vec<String>,
    faults: Vec<Diagnostic>,
    /// The generic accounts, by place and name in comparable form.
    generic: BTreeMap<(usize, String), Circle>,
    places: Vec<PlaceList>,
    /// Each place by its name in comparable form: its number, its spelling, and the line that has it first.
    by_name: BTreeMap<String, (usize, String, u64)>,
    /// Each person in comparable form, with the line.
    seen: BTreeMap<String, u64>,
}

/// Who shares a generic account, by their place among the people of theirs.
#[derive(Default)]
struct Circle {
    /// The custodian, and in which row that is said.
    custodian: Option<(usize, u64)>,
    members: Vec<usize>,
}

/// The people of a directory, and what a reader of it should know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// The places, in the order in which the file names them first.
    pub places: Vec<PlaceList>,
    /// What was read, what was not, and what is missing: a sentence each.
    pub notes: Vec<String>,
}

/// Reads a directory.
///
/// # Errors
/// Everything that is wrong with it, each with line and column.
pub fn read(file: &str, bytes: &[u8]) -> Result<Directory, Vec<Diagnostic>> {
    let separator = separator(bytes);
    let mut reader = Reader {
        file,
        columns: Vec::new(),
        unknown: Vec::new(),
        faults: Vec::new(),
        generic: BTreeMap::new(),
        places: Vec::new(),
        by_name: BTreeMap::new(),
        seen: BTreeMap::new(),
    };
    if let Some(line) = stray_quote(bytes, separator) {
        let help = "close it on the same line, write `\"\"` for a quote within a cell, or take it away";
        reader.fault(format!("line {line}: a quote opens a cell and does not close it"), help);
        return Err(reader.faults);
    }
    let mut csv = csv::ReaderBuilder::new();
    let mut csv = csv.flexible(true).delimiter(separator).trim(csv::Trim::All).from_reader(bytes);
    match csv.headers() {
        Ok(header) => reader.header(header),
        Err(_) => reader.fault("the header cannot be read".to_owned(), "save the file as CSV in UTF-8"),
    }
    let mut lines = Lines { bytes, at: 0, line: 1 };
    if reader.faults.is_empty() {
        for record in csv.records() {
            match record {
                Ok(record) => {
                    let line = lines.of(record.position());
                    // Spreadsheets save rows below the last one as separators alone.
                    if record.iter().any(|cell| !cell.is_empty()) {
                        reader.row(line, &record);
                    }
                }
                Err(why) => {
                    let line = lines.of(why.position());
                    reader.fault(format!("line {line} cannot be read"), "save the file as CSV in UTF-8");
                    break;
                }
            }
        }
        if reader.faults.is_empty() && reader.places.is_empty() {
            reader.fault("there is nobody in it".to_owned(), "add a row a person below the header");
        }
    }
    reader.finish()
}

/// The character between the cells: whichever the header has most of.
fn separator(bytes: &[u8]) -> u8 {
    let header = || bytes.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n'));
    let count = |separator: &u8| header().filter(|byte| *byte == separator).count();
    // Of equals the last wins: a comma, where there is none at all.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// The line of the first quote that opens a cell and does not close it on that line: a person takes one line.
fn stray_quote(bytes: &[u8], separator: u8) -> Option<u64> {
    /// Where in a cell a byte stands.
    #[derive(Clone, Copy)]
    enum Within {
        Begin,
        Plain,
        Quoted,
        Closed,
    }
    let (mut within, mut line, mut before) = (Within::Begin, 1, b' ');
    for byte in bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) {
        let line_end = matches!(byte, b'\r' | b'\n');
        within = match within {
            Within::Quoted if *byte == b'"' => Within::Closed,
            Within::Quoted if line_end => return Some(line),
            Within::Quoted => Within::Quoted,
            Within::Closed | Within::Begin if *byte == b'"' => Within::Quoted,
            Within::Closed | Within::Begin | Within::Plain if line_end || *byte == separator => Within::Begin,
            Within::Closed if *byte == b' ' => Within::Closed,
            Within::Closed => return Some(line),
            Within::Begin | Within::Plain => Within::Plain,
        };
        line += u64::from(ends_a_line(*byte, before));
        before = *byte;
    }
    matches!(within, Within::Quoted).then_some(line)
}

/// Whether a line ends with this byte, after the one before it: `\r\n` is one end.
const fn ends_a_line(byte: u8, before: u8) -> bool {
    byte == b'\r' || byte == b'\n' && before != b'\r'
}

/// The lines of a file, as an editor counts them.
struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record at this place begins; places come in their order.
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let until = position.map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        // The rest of a line end, and empty lines, stand before what is read.
        let mut before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at)).copied().unwrap_or(b' ');
        while let Some(byte) = self.bytes.get(self.at).filter(|byte| self.at < until || matches!(byte, b'\r' | b'\n')) {
            self.line += u64::from(ends_a_line(*byte, before));
            (self.at, before) = (self.at + 1, *byte);
        }
        self.line
    }
}

/// A name in the form in which names are compared: two spellings of one name are one.
fn comparable(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A character that nobody sees, or that makes two spellings of one letter; none in most names.
fn unseen(name: &str) -> Option<char> {
    let unseen = |c: &char| {
        let marks = matches!(c, '\u{300}'..='\u{36f}');
        marks || c.is_control() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    name.chars().find(unseen)
}

impl Reader<'_> {
    fn fault(&mut self, what: String, help: &str) {
        self.faults.push(Diagnostic::error("S511", format!("{}: {what}", self.file)).help(help));
    }

    fn cell_fault(&mut self, row: u64, column: &str, what: &str, help: &str) {
        self.fault(format!("line {row}, column `{column}`: {what}"), help);
    }

    fn header(&mut self, header: &csv::StringRecord) {
        for name in header.iter().map(|name| name.trim_start_matches('\u{feff}')) {
            match COLUMNS.iter().position(|column| *column == comparable(name)) {
                Some(at) if self.columns.contains(&Some(at)) => {
                    self.cell_fault(1, name, "there are two of it", "leave one of them out");
                }
                Some(at) => self.columns.push(Some(at)),
                None => match nearest(name, &COLUMNS) {
                    Some(near) => self.cell_fault(1, name, "no such column", &format!("did you mean `{near}`?")),
                    None => {
                        self.columns.push(None);
                        self.unknown.extend(Some(name.to_owned()).filter(|name| !name.is_empty()));
                    }
                },
            }
        }
        for (at, needed) in COLUMNS.iter().enumerate().take(2) {
            if !self.columns.contains(&Some(at)) && self.faults.is_empty() {
                self.cell_fault(1, needed, "it is missing", "name it in the header");
            }
        }
    }

    /// The directory, or everything that is wrong with it.
    fn finish(mut self) -> Result<Directory, Vec<Diagnostic>> {
        for ((at, _), Circle { custodian, members }) in std::mem::take(&mut self.generic) {
            let first = custodian.map(|(row, _)| row).or_else(|| members.first().copied());
            let others = members.into_iter().filter(|member| Some(*member) != first);
            if let Some(list) = self.places.get_mut(at) {
                list.generic.push(first.into_iter().chain(others).collect());
            }
        }
        if let Some(more) = self.faults.len().checked_sub(MOST).filter(|more| *more > 0) {
            self.faults.truncate(MOST);
            self.fault(format!("and {more} more"), "mend these first");
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        Ok(Directory { notes: self.notes(), places: self.places })
    }

    /// What a reader of the directory should know.
    fn notes(&self) -> Vec<String> {
        let (people, places) = (self.seen.len(), self.places.len());
        let known: Vec<&str> = self.columns.iter().flatten().filter_map(|at| COLUMNS.get(*at)).copied().collect();
        let (people, places) = (counted(people, "person"), counted(places, "place"));
        let mut out = vec![format!("{}: {people} of {places}; columns {}", self.file, known.join(", "))];
        if !self.unknown.is_empty() {
            out.push(format!("{}: not read, as no such columns are known: {}", self.file, self.unknown.join(", ")));
        }
        for (role, word) in [(Role::LocalAdministrator, "an LA"), (Role::Spoc, "a SPOC")] {
            // A place whose roles are not named has them drawn; divisions have no SPOC.
            let lacks = |list: &&PlaceList| {
                let named = list.people.iter().any(|is| is.role.is_some_and(|role| role != Role::Student));
                let has = list.people.iter().any(|is| is.role == Some(role));
                named && !has && (list.school || role != Role::Spoc)
            };
            let without: Vec<&str> = self.places.iter().filter(lacks).map(|list| list.name.as_str()).collect();
            if let Some(first) = without.first() {
                out.push(format!("{}: {} without {word}, such as {first}", self.file, counted(without.len(), "place")));
            }
        }
        out
    }

    /// The number of a place; another spelling of one that is there is a fault.
    fn place(&mut self, row: u64, place: &str, school: Option<bool>) -> usize {
        let fresh = (self.places.len(), place.to_owned(), row);
        let (at, spelling, first) = self.by_name.entry(comparable(place)).or_insert(fresh).clone();
        if spelling != place {
            let what = format!("`{place}` is `{spelling}` of line {first} in another spelling");
            self.cell_fault(row, "place", &what, "write the name of a place in one way");
        }
        if at == self.places.len() {
            let (name, school) = (place.to_owned(), school.unwrap_or(true));
            self.places.push(PlaceList { name, school, ..PlaceList::default() });
        }
        at
    }

    fn row(&mut self, row: u64, record: &csv::StringRecord) {
        if record.len() != self.columns.len() {
            let title = format!("line {row} has {} cells, and the header {}", record.len(), self.columns.len());
            return self.fault(title, "give every column a cell; a cell may be empty");
        }
        let mut cells = [""; COLUMNS.len()];
        for (at, cell) in self.columns.iter().zip(record) {
            if let Some(slot) = at.and_then(|at| cells.get_mut(at)) {
                *slot = cell;
            }
        }
        let [person, place, kind, role, address, phone, app, os, answers, enrolled, first, last, generic] = cells;
        for (column, cell) in [("person", person), ("place", place)] {
            if cell.is_empty() {
                self.cell_fault(row, column, "it is empty", "every person has a name or number, and a place");
            }
        }
        for (column, cell) in [("person", person), ("place", place), ("generic", generic)] {
            if let Some(c) = unseen(cell) {
                let what = format!("it has the character U+{:04X}, which nobody sees", u32::from(c));
                self.cell_fault(row, column, &what, "type the name anew, without it");
            }
        }
        if let Some(other) = self.seen.insert(comparable(person), row).filter(|_| !person.is_empty()) {
            let what = format!("the same person as in line {other}");
            self.cell_fault(row, "person", &what, "keep one of the rows");
        }
        let roles: Vec<Word<Role>> = Role::ALL.iter().map(|r| (r.word(), *r)).collect();
        let known = RosterEntry {
            role: self.word(row, "role", role, &roles),
            address: self.word(row, "otp-address", address, ADDRESSES),
            phone: self.word(row, "phone", phone, PHONES),
            app: self.word(row, "app", app, APPS),
            ios: self.word(row, "os", os, SYSTEMS),
            answers: self.word(row, "answers", answers, ANSWERS),
            enrolled: self.word(row, "enrolled", enrolled, SWITCH),
            comes: self.day(row, "first-day", first),
            goes: self.day(row, "last-day", last),
        };
        self.agrees(row, &known);
        let school = self.word(row, "kind", kind, KINDS);
        let at = self.place(row, place, school);
        let Some(list) = self.places.get_mut(at) else { return };
        list.people.push(known);
        list.ids.push(person.to_owned());
        let other_kind = school.is_some_and(|school| school != list.school);
        let nth = list.people.len() - 1;
        if known.role == Some(Role::Student) && !generic.is_empty() {
            self.cell_fault(row, "generic", "students share no generic account", "leave the cell empty");
        }
        for name in generic.split(';').map(str::trim).filter(|name| !name.is_empty()) {
            let called = name.trim_end_matches(['*', ' ']);
            let circle = self.generic.entry((at, comparable(called))).or_default();
            circle.members.push(nth);
            if name.ends_with('*')
                && let Some((_, other)) = circle.custodian.replace((nth, row))
            {
                let what = format!("line {other} is the custodian of `{called}` already");
                self.cell_fault(row, "generic", &what, "keep one of the `*`");
            }
        }
        if other_kind {
            self.cell_fault(row, "kind", "this place is of another kind in a line above", "a place has one kind");
        }
    }

    /// Cells that contradict each other.
    fn agrees(&mut self, row: u64, known: &RosterEntry) {
        let app = known.app.flatten().is_some();
        if known.phone == Some(false) && app {
            self.cell_fault(row, "app", "an app, and nothing that it is on", "say `yes` for `phone`, or `none` here");
        }
        if known.enrolled == Some(true) && known.phone == Some(false) {
            self.cell_fault(
                row,
                "enrolled",
                "a soft token, and nothing that it is on",
                "say `yes` for `phone`, or `false` here",
            );
        }
        if known.comes.zip(known.goes).is_some_and(|(first, last)| last < first) {
            self.cell_fault(row, "last-day", "it is before the first day", "swap the two");
        }
    }

    fn day(&mut self, row: u64, column: &str, cell: &str) -> Option<Date> {
        if cell.is_empty() {
            return None;
        }
        let day = parse_date(cell).ok();
        if day.is_none() {
            self.cell_fault(row, column, &format!("`{cell}` is no day"), "write it as in `2023-09-27`, or nothing");
        }
        day
    }

    fn word<T: Copy>(&mut self, row: u64, column: &str, cell: &str, words: &[Word<T>]) -> Option<T> {
        if cell.is_empty() {
            return None;
        }
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(cell)).map(|(_, is)| *is);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let help = nearest(cell, &known).map_or_else(
                || format!("write one of {}, or nothing", known.join(", ")),
                |n| format!("did you mean `{n}`?"),
            );
            self.cell_fault(row, column, &format!("`{cell}` is not known here"), &help);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        read("d.csv", text.as_bytes()).unwrap_err().iter().map(|f| f.title.clone()).collect()
    }

    #[test]
    fn what_it_knows_is_kept_and_an_empty_cell_is_drawn() {
        let places = read(
            "d.csv",
            b"person,place,kind,otp-address,enrolled\n1,kranji,school,icon,true\n2,kranji,,,\n3,comms,hq,stale,\n",
        )
        .unwrap()
        .places;
        assert_eq!(places.len(), 2);
        assert_eq!(places[0].people[0].address, Some(Some(Address::Icon)));
        assert_eq!(places[0].people[1], RosterEntry::default());
        assert_eq!((places[1].school, places[1].people[0].address), (false, Some(None)));
    }

    #[test]
    fn circles_and_days_are_kept() {
        let text = "person,place,generic,first-day,last-day\n1,kranji,office; bands*,,\n2,kranji,office*,2023-09-04,\n3,kranji,bands;office,,2023-09-29\n";
        let places = read("d.csv", text.as_bytes()).unwrap().places;
        assert_eq!(places[0].generic, [vec![0, 2], vec![1, 0, 2]], "by name, custodian first");
        assert_eq!(places[0].people[1].comes, Date::of(2023, 9, 4));
        assert_eq!(places[0].people[2].goes, Date::of(2023, 9, 29));
    }

    #[test]
    fn cells_that_contradict_each_other() {
        assert_eq!(
            said(
                "person,place,role,phone,app,enrolled,first-day,last-day,generic\n\
                 1,a,,none,google-authenticator,true,,,\n2,a,,,,,2023-09-05,2023-09-04,\n3,a,student,,,,27 Sep,,office\n\
                 4,a,,,,,,,office*\n5,a,,,,,,,office *\n"
            ),
            [
                "d.csv: line 2, column `app`: an app, and nothing that it is on",
                "d.csv: line 2, column `enrolled`: a soft token, and nothing that it is on",
                "d.csv: line 3, column `last-day`: it is before the first day",
                "d.csv: line 4, column `first-day`: `27 Sep` is no day",
                "d.csv: line 4, column `generic`: students share no generic account",
                "d.csv: line 6, column `generic`: line 5 is the custodian of `office` already",
            ]
        );
        let many: String = (0..50).map(|n| format!("{n},a,x\n")).collect();
        let all = said(&format!("person,place,app\n{many}"));
        assert_eq!((all.len(), all.last().map(String::as_str)), (41, Some("d.csv: and 10 more")));
    }

    /// The page for rollout owners names every column and every word.
    #[test]
    fn the_header_is_documented() {
        let page = include_str!("../../../docs/rollout-owners.md");
        let told =
            |word: &str| assert!(page.contains(&format!("`{word}`")), "`{word}` is not in docs/rollout-owners.md");
        COLUMNS.iter().for_each(|column| told(column));
        KINDS.iter().for_each(|(word, _)| told(word));
        ADDRESSES.iter().for_each(|(word, _)| told(word));
        PHONES.iter().for_each(|(word, _)| told(word));
        APPS.iter().for_each(|(word, _)| told(word));
        SYSTEMS.iter().for_each(|(word, _)| told(word));
        ANSWERS.iter().for_each(|(word, _)| told(word));
        SWITCH.iter().for_each(|(word, _)| told(word));
        Role::ALL.iter().for_each(|role| told(role.word()));
    }

    #[test]
    fn every_fault_has_its_row_and_column() {
        assert_eq!(said("person,plaice\n1,a\n"), ["d.csv: line 1, column `plaice`: no such column"]);
        assert_eq!(said("person\n1\n"), ["d.csv: line 1, column `place`: it is missing"]);
        assert_eq!(
            said("person,place,app\n1,a,\n1,a,\n,a,\n4,a,gogle-authenticator\n5,a\n"),
            [
                "d.csv: line 3, column `person`: the same person as in line 2",
                "d.csv: line 4, column `person`: it is empty",
                "d.csv: line 5, column `app`: `gogle-authenticator` is not known here",
                "d.csv: line 6 has 2 cells, and the header 3",
            ]
        );
        assert_eq!(said("person,place\n"), ["d.csv: there is nobody in it"]);
        let latin = read("d.csv", b"person,place\n1,a\n2,\xe9cole\n").unwrap_err();
        assert_eq!(latin[0].title, "d.csv: line 3 cannot be read");
    }

    /// Lines are those of an editor, whatever ends them; rows without a person take one too.
    #[test]
    fn lines_are_those_of_an_editor() {
        let text = "person,place,enrolled\n1,kranji,true\n\n,,\n2,kranji,maybe\n3,kranji,perhaps\n";
        for end in ["\n", "\r\n", "\r"] {
            let all = said(&text.replace('\n', end));
            assert_eq!(all.len(), 2, "{all:?}");
            assert!(all[0].starts_with("d.csv: line 5, ") && all[1].starts_with("d.csv: line 6, "), "{all:?}");
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_is_told_where_it_opens() {
        let fault = |line: u32| [format!("d.csv: line {line}: a quote opens a cell and does not close it")];
        let head = "person,place,generic\n";
        assert_eq!(said(&format!("{head}1,a,\"office\n2,a,office\n3,a,office*\n")), fault(2));
        assert_eq!(said(&format!("{head}1,a,b\r\n2,a,\"office\r\n3,a,office\"\r\n")), fault(3));
        assert_eq!(said(&format!("{head}1,a,\"off\"ice\n")), fault(2));
        let fine = read("d.csv", format!("{head}1,\"a, b\",\"say \"\"office\"\"\"\n").as_bytes()).unwrap();
        assert_eq!(fine.places[0].name, "a, b");
    }

    #[test]
    fn two_spellings_are_one_name() {
        assert_eq!(
            said("person,place\nA.Tan@x,Kranji\na.tan@x ,Kranji\n3,kranji\n4\u{200b},Kranji\n"),
            [
                "d.csv: line 3, column `person`: the same person as in line 2",
                "d.csv: line 4, column `place`: `kranji` is `Kranji` of line 2 in another spelling",
                "d.csv: line 5, column `person`: it has the character U+200B, which nobody sees",
            ]
        );
    }

    /// Spreadsheets write other separators, words in capitals, and rows of nothing; other columns are left alone.
    #[test]
    fn what_spreadsheets_save_is_read() {
        for separator in [',', ';', '\t'] {
            let text =
                "\u{feff}Person,PLACE,enrolled,team,role\r\n1,Kranji,TRUE,x,staff\r\n2,Kranji,False,,SPOC\r\n,,,,\r\n";
            let read = read("d.csv", text.replace(',', &separator.to_string()).as_bytes()).unwrap();
            let enrolled: Vec<Option<bool>> = read.places[0].people.iter().map(|is| is.enrolled).collect();
            assert_eq!(enrolled, [Some(true), Some(false)]);
            assert_eq!(read.places[0].ids, ["1", "2"]);
            assert_eq!(
                read.notes,
                [
                    "d.csv: 2 people of 1 place; columns person, place, enrolled, role",
                    "d.csv: not read, as no such columns are known: team",
                    "d.csv: 1 place without an LA, such as Kranji",
                ]
            );
        }
    }
}
