//! A roster of people by place: what a directory knows of them; what it does not know is drawn.
//!
//! Promises nothing about who they are: people are numbers. Deliberately draws nothing.

use crate::format::rows::Address;
use crate::kernel::Date;
use crate::policy::request::Role;
use crate::world::codes::App;

/// What a directory knows of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RosterEntry {
    /// What they are to the rollout.
    pub role: Option<Role>,
    /// Where their OTPs go; `None` within for an address that they have no longer.
    pub address: Option<Option<Address>>,
    /// Whether they have a phone or tablet.
    pub phone: Option<bool>,
    /// The app on it; `None` within for no app.
    pub app: Option<Option<App>>,
    /// Whether it is an iOS device.
    pub ios: Option<bool>,
    /// Whether they set their security questions.
    pub answers: Option<bool>,
    /// Whether they have set up.
    pub enrolled: Option<bool>,
    /// Their first day; on or before the day of the directory they are there.
    pub comes: Option<Date>,
    /// Their last day.
    pub goes: Option<Date>,
}

impl RosterEntry {
    /// Whether the last day was before this one.
    pub fn has_gone(&self, day: Date) -> bool {
        self.goes.is_some_and(|last| last < day)
    }
}

/// One school or division.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceList {
    /// Its name.
    pub name: String,
    /// It is a school.
    pub school: bool,
    /// Its people, in the order of the file.
    pub people: Vec<RosterEntry>,
    /// What the directory calls each of them, in the same order; nothing of people who are drawn.
    pub ids: Vec<String>,
    /// The members of each of its generic accounts, custodian first, by their place among its people; where there is
    /// none, they are drawn.
    pub generic: Vec<Vec<usize>>,
}

/// The name of a place that is drawn: schools come first, and then divisions.
pub fn drawn_name(at: usize, schools: usize) -> String {
    match at.checked_sub(schools) {
        None => format!("school-{:03}", at + 1),
        Some(at) => format!("division-{:02}", at + 1),
    }
}
