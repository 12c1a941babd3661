//! A directory of people as a CSV file: what it knows of them, place by place.
//!
//! The header names the columns, in any order: `person` and `place` are needed; `kind` (`school`, `hq`), `role`,
//! `otp-address` (`ces`, `sg-mail`, `other`, `icon`, `stale`), `phone` (`yes`, `none`), `app` (`google-authenticator`,
//! `microsoft-authenticator`, `netiq-authenticator`, `none`), `os` (`ios`, `android`), `answers` (`set`, `not-set`)
//! and `enrolled` (`true`, `false`) may be left out, and a cell may be empty: then it is drawn.
//! Promises row and column in every error. Deliberately keeps no name: a person is a row.

use super::population::{Known, PlaceList};
use crate::diagnostic::Diagnostic;
use crate::format::check::nearest;
use crate::format::rows::Address;
use crate::policy::request::Role;
use crate::world::authenticator::App;
use std::collections::BTreeMap;

const COLUMNS: [&str; 10] =
    ["person", "place", "kind", "role", "otp-address", "phone", "app", "os", "answers", "enrolled"];
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
}

/// Reads a directory.
///
/// # Errors
/// Everything that is wrong with it, each with row and column.
pub fn read(file: &str, bytes: &[u8]) -> Result<Vec<PlaceList>, Vec<Diagnostic>> {
    let mut csv = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let mut reader = Reader { file, columns: Vec::new(), faults: Vec::new() };
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
    reader.faults.truncate(MOST);
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
        let [person, place, kind, role, address, phone, app, os, answers, enrolled] = cells;
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
        let known = Known {
            role: self.word(row, "role", role, &roles),
            address: self.word(row, "otp-address", address, ADDRESSES),
            phone: self.word(row, "phone", phone, PHONES),
            app: self.word(row, "app", app, APPS),
            ios: self.word(row, "os", os, SYSTEMS),
            answers: self.word(row, "answers", answers, ANSWERS),
            enrolled: self.word(row, "enrolled", enrolled, SWITCH),
        };
        let school = self.word(row, "kind", kind, KINDS);
        let at = *by_name.entry(place.to_owned()).or_insert(places.len());
        if at == places.len() {
            let name = place.to_owned();
            places.push(PlaceList { name, school: school.unwrap_or(true), people: Vec::new() });
        }
        let Some(list) = places.get_mut(at) else { return };
        list.people.push(known);
        if school.is_some_and(|school| school != list.school) {
            self.cell_fault(row, "kind", "this place is of another kind in a row above", "a place has one kind");
        }
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
        assert_eq!(places[0].people[1], Known::default());
        assert_eq!((places[1].school, places[1].people[0].address), (false, Some(None)));
    }

    /// The page for rollout owners names every column and every word.
    #[test]
    fn the_header_is_documented() {
        let page = include_str!("../../docs/rollout-owners.md");
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
