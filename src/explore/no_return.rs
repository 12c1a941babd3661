//! The point of no return: the row from which nothing that a person could do alone would have avoided the violation.
//!
//! The rows of the schedule stay as they are; between them the person may do whatever acts the block allows, alone, at
//! the times of the rows. Promises an exact answer where all such additions were tried up to the limit that it states.
//! Deliberately changes no row of others.

use super::{Explorer, Schedule, ScheduledRow};
use crate::act::ActKind;
use crate::format::rows::Row;

/// How many acts a person may add at most.
pub const ADDED: usize = 2;

/// The point of no return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointOfNoReturn {
    /// The person.
    pub person: String,
    /// The place of the row among the schedule's, from 0; after it nothing helps. `None`: nothing ever did.
    pub row: Option<usize>,
    /// What would still have helped just before it.
    pub instead: Vec<ScheduledRow>,
}

impl Explorer<'_> {
    /// The point of no return for whoever meets the violation: whom the last act of the schedule is about, its
    /// account's owner where a stranger does it.
    pub(super) fn no_return(&self, schedule: &Schedule, property: usize) -> Option<PointOfNoReturn> {
        let plan = self.stage.plan(&self.stage.scenario(schedule))?;
        let person = plan.names.person(plan.concerned()?).to_owned();
        let own: Vec<&Row> = self.space.options.iter().filter(|row| self.alone(row, &person)).collect();
        // From the end towards the beginning: the last place at which something helps.
        for place in (0..schedule.rows.len()).rev() {
            if let Some(instead) = self.helps(schedule, property, place, &own) {
                return Some(PointOfNoReturn { person, row: Some(place), instead });
            }
        }
        Some(PointOfNoReturn { person, row: None, instead: Vec::new() })
    }

    /// Acts of this person that need nobody else, single steps left out.
    fn alone(&self, row: &Row, person: &str) -> bool {
        let act = row.r#do.is_some_and(|act| !act.is_step() && act != ActKind::GoOn);
        act && row.who.as_deref() == Some(person) && row.with.is_empty() && row.typed.is_none()
    }

    /// What the person could add just before the row at this place so that the property is not violated.
    fn helps(&self, schedule: &Schedule, property: usize, place: usize, own: &[&Row]) -> Option<Vec<ScheduledRow>> {
        let before = schedule.rows.get(place)?;
        // The same act once more is not something else to do.
        let own: Vec<&Row> = own.iter().copied().filter(|row| !same(row, &before.row)).collect();
        let mut tries: Vec<Vec<&Row>> = own.iter().map(|row| vec![*row]).collect();
        for _ in 0..ADDED {
            for rows in &tries {
                let added: Vec<ScheduledRow> =
                    rows.iter().map(|row| ScheduledRow { at: before.at, row: (*row).clone() }).collect();
                let mut longer =
                    Schedule { rows: schedule.rows.clone(), pace: Some(crate::format::scenario::PaceIs::Instant) };
                longer.rows.splice(place..place, added.iter().cloned());
                if self.holds(&longer, property) {
                    return Some(added);
                }
            }
            tries = tries.iter().flat_map(|rows| own.iter().map(|row| [rows.as_slice(), &[*row]].concat())).collect();
            if tries.len() > 2_000 {
                break;
            }
        }
        None
    }

    /// Whether every row can begin and the property is not violated.
    fn holds(&self, schedule: &Schedule, property: usize) -> bool {
        let judged = self.stage.check(schedule).and_then(|j| j.get(property).copied());
        judged.is_some_and(|j| j.verdict != crate::property::PropertyVerdict::Violated)
    }
}

/// Whether two rows are the same act, at whatever pace.
fn same(a: &Row, b: &Row) -> bool {
    *a == Row { by_steps: a.by_steps, ..b.clone() }
}
