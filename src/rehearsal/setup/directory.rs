//! A directory of people as a CSV file: what it knows of them, place by place.
//!
//! The header names the columns, in any order: `person` and `place` are needed; `kind` (`school`, `hq`), `role`,
//! `otp-address` (`ces`, `sg-mail`, `other`, `icon`, `stale`), `phone` (`yes`, `none`), `app` (`google-authenticator`,
//! `microsoft-authenticator`, `netiq-authenticator`, `none`), `os` (`ios`, `android`), `answers` (`set`, `not-set`),
//! `enrolled` (`true`, `false`), `first-day`, `last-day` and `generic` (the generic accounts that a person shares, with
//! `;` between, and `*` after those whose custodian they are) may be left out, and a cell may be empty: then it is
//! drawn. Promises row and column in every error. Deliberately keeps no name: a person is a row.

use super::roster::{PlaceList, RosterEntry};
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
    /// Each column of the file, by its place in `COLUMNS`.
    columns: Vec<usize>,
    faults: Vec<Diagnostic>,
    /// The generic accounts, by place and name.
    generic: BTreeMap<(usize, String), Circle>,
}

/// Who shares a generic account, by their place among the people of theirs.
#[derive(Default)]
struct Circle {
    /// The custodian, and in which row that is said.
    custodian: Option<(usize, u64)>,
    members: Vec<usize>,
}

/// Reads a directory.
///
/// # Errors
/// Everything that is wrong with it, each with row and column.
pub fn read(file: &str, bytes: &[u8]) -> Result<Vec<PlaceList>, Vec<Diagnostic>> {
    let mut csv = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let mut reader = Reader { file, columns: Vec::new(), faults: Vec::new(), generic: BTreeMap::new() };
    match csv.headers() {
        Ok(header) => reader.header(header),
        Err(_) => reader.fault("the header cannot be read".to_owned(), "save the file as CSV in UTF-8"),
    }
    let mut places: Vec<PlaceList> = Vec::new();
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    if reader.faults.is_empty() {
        for record in csv.records() {
            let (row, record) = match record {
                Ok(record) => (record.position().map_or(0, csv::Position::line), record),
                Err(why) => {
                    let row = why.position().map_or(0, csv::Position::line);
                    reader.fault(format!("row {row} cannot be read"), "save the file as CSV in UTF-8");
                    break;
                }
            };
            reader.row(row, &record, &mut places, &mut by_name, &mut seen);
        }
        if reader.faults.is_empty() && places.is_empty() {
            reader.fault("there is nobody in it".to_owned(), "add a row a person below the header");
        }
    }
    for ((at, _), Circle { custodian, members }) in std::mem::take(&mut reader.generic) {
        let first = custodian.map(|(row, _)| row).or_else(|| members.first().copied());
        let others = members.into_iter().filter(|member| Some(*member) != first);
        if let Some(list) = places.get_mut(at) {
            list.generic.push(first.into_iter().chain(others).collect());
        }
    }
    if let Some(more) = reader.faults.len().checked_sub(MOST).filter(|more| *more > 0) {
        reader.faults.truncate(MOST);
        reader.fault(format!("and {more} more"), "mend these first");
    }
    if reader.faults.is_empty() { Ok(places) } else { Err(reader.faults) }
}

impl Reader<'_> {
    fn fault(&mut self, what: String, help: &str) {
        self.faults.push(Diagnostic::error("S511", format!("{}: {what}", self.file)).help(help));
    }

    fn cell_fault(&mut self, row: u64, column: &str, what: &str, help: &str) {
        self.fault(format!("row {row}, column `{column}`: {what}"), help);
    }

    fn header(&mut self, header: &csv::StringRecord) {
        for name in header {
            match COLUMNS.iter().position(|column| *column == name.trim_start_matches('\u{feff}')) {
                Some(at) if self.columns.contains(&at) => {
                    self.cell_fault(1, name, "there are two of it", "leave one of them out");
                }
                Some(at) => self.columns.push(at),
                None => {
                    let help = nearest(name, &COLUMNS).map_or_else(
                        || format!("known are {}", COLUMNS.join(", ")),
                        |n| format!("did you mean `{n}`?"),
                    );
                    self.cell_fault(1, name, "no such column", &help);
                }
            }
        }
        for (at, needed) in COLUMNS.iter().enumerate().take(2) {
            if !self.columns.contains(&at) && self.faults.is_empty() {
                self.cell_fault(1, needed, "it is missing", "name it in the header");
            }
        }
    }

    fn row(
        &mut self,
        row: u64,
        record: &csv::StringRecord,
        places: &mut Vec<PlaceList>,
        by_name: &mut BTreeMap<String, usize>,
        seen: &mut BTreeMap<String, u64>,
    ) {
        if record.len() != self.columns.len() {
            let title = format!("row {row} has {} cells, and the header {}", record.len(), self.columns.len());
            return self.fault(title, "give every column a cell; a cell may be empty");
        }
        let mut cells = [""; COLUMNS.len()];
        for (at, cell) in self.columns.iter().zip(record) {
            if let Some(slot) = cells.get_mut(*at) {
                *slot = cell;
            }
        }
        let [person, place, kind, role, address, phone, app, os, answers, enrolled, first, last, generic] = cells;
        for (column, cell) in [("person", person), ("place", place)] {
            if cell.is_empty() {
                self.cell_fault(row, column, "it is empty", "every person has a name or number, and a place");
            }
        }
        if let Some(other) = seen.insert(person.to_owned(), row).filter(|_| !person.is_empty()) {
            let what = format!("the same person as in row {other}");
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
        let at = *by_name.entry(place.to_owned()).or_insert(places.len());
        if at == places.len() {
            let name = place.to_owned();
            places.push(PlaceList { name, school: school.unwrap_or(true), people: Vec::new(), generic: Vec::new() });
        }
        let Some(list) = places.get_mut(at) else { return };
        list.people.push(known);
        let nth = list.people.len() - 1;
        if known.role == Some(Role::Student) && !generic.is_empty() {
            self.cell_fault(row, "generic", "students share no generic account", "leave the cell empty");
        }
        for name in generic.split(';').map(str::trim).filter(|name| !name.is_empty()) {
            let called = name.trim_end_matches(['*', ' ']);
            let circle = self.generic.entry((at, called.to_owned())).or_default();
            circle.members.push(nth);
            if name.ends_with('*')
                && let Some((_, other)) = circle.custodian.replace((nth, row))
            {
                let what = format!("row {other} is the custodian of `{called}` already");
                self.cell_fault(row, "generic", &what, "keep one of the `*`");
            }
        }
        if school.is_some_and(|school| school != list.school) {
            self.cell_fault(row, "kind", "this place is of another kind in a row above", "a place has one kind");
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
        let found = words.iter().find(|(word, _)| *word == cell).map(|(_, is)| *is);
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
        .unwrap();
        assert_eq!(places.len(), 2);
        assert_eq!(places[0].people[0].address, Some(Some(Address::Icon)));
        assert_eq!(places[0].people[1], RosterEntry::default());
        assert_eq!((places[1].school, places[1].people[0].address), (false, Some(None)));
    }

    #[test]
    fn circles_and_days_are_kept() {
        let text = "person,place,generic,first-day,last-day\n1,kranji,office; bands*,,\n2,kranji,office*,2023-09-04,\n3,kranji,bands;office,,2023-09-29\n";
        let places = read("d.csv", text.as_bytes()).unwrap();
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
                "d.csv: row 2, column `app`: an app, and nothing that it is on",
                "d.csv: row 2, column `enrolled`: a soft token, and nothing that it is on",
                "d.csv: row 3, column `last-day`: it is before the first day",
                "d.csv: row 4, column `first-day`: `27 Sep` is no day",
                "d.csv: row 4, column `generic`: students share no generic account",
                "d.csv: row 6, column `generic`: row 5 is the custodian of `office` already",
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
        assert_eq!(said("person,plaice\n1,a\n"), ["d.csv: row 1, column `plaice`: no such column"]);
        assert_eq!(said("person\n1\n"), ["d.csv: row 1, column `place`: it is missing"]);
        assert_eq!(
            said("person,place,app\n1,a,\n1,a,\n,a,\n4,a,gogle-authenticator\n5,a\n"),
            [
                "d.csv: row 3, column `person`: the same person as in row 2",
                "d.csv: row 4, column `person`: it is empty",
                "d.csv: row 5, column `app`: `gogle-authenticator` is not known here",
                "d.csv: row 6 has 2 cells, and the header 3",
            ]
        );
        assert_eq!(said("person,place\n"), ["d.csv: there is nobody in it"]);
        let latin = read("d.csv", b"person,place\n1,a\n2,\xe9cole\n").unwrap_err();
        assert_eq!(latin[0].title, "d.csv: row 3 cannot be read");
    }
}
