//! Who helps: the facts about a helper that rules look at, and where, when and how a helper may act.
//!
//! Promises to apply the rules `local-administrator.*` and the desk's hours. Deliberately knows no topic.

use super::asked::Asked;
use crate::clause::Clause;
use crate::kernel::units::HOUR;
use crate::policy::request::{Decision, Reason, Role};
use crate::policy::rules::Rule;

/// The helper who performs a support act, as the policy sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Helper {
    /// The helper's role.
    pub role: Role,
    /// Helper and account are of one place.
    pub same_place: bool,
    /// Today is a working day.
    pub working_day: bool,
    /// Milliseconds since midnight.
    pub time_of_day: i64,
    /// The helper could sign in to the portal now.
    pub signed_in: bool,
    /// The helper has a second factor enrolled.
    pub enrolled: bool,
}

impl Helper {
    /// Someone of this role at their desk on a working day at noon, with everything in order.
    pub const fn at_work(role: Role) -> Helper {
        let noon = 12 * HOUR;
        Helper { role, same_place: true, working_day: true, time_of_day: noon, signed_in: true, enrolled: true }
    }
}

/// Where, when and how an LA may act (A20).
pub(super) fn administrator(a: &mut Asked, helper: &Helper, clauses: &[Clause]) -> Result<(), Decision> {
    a.need(Rule::LaPlace, clauses, Reason::NotAuthorised, |on| on == 0 || helper.same_place)?;
    hours(a, helper, Rule::LaWorkingDays, Rule::LaFrom, Rule::LaTo)?;
    a.need(Rule::LaSession, &[], Reason::NoSession, |on| on == 0 || helper.signed_in)?;
    a.need(Rule::LaFactor, &[], Reason::NoSecondFactor, |on| on == 0 || helper.enrolled)
}

/// The desk's hours (A21).
pub(super) fn desk_hours(a: &mut Asked, helper: &Helper) -> Result<(), Decision> {
    hours(a, helper, Rule::DeskWorkingDays, Rule::DeskFrom, Rule::DeskTo)
}

/// Office hours: on which days, from when and until when.
fn hours(a: &mut Asked, helper: &Helper, days: Rule, from: Rule, to: Rule) -> Result<(), Decision> {
    a.need(days, &[], Reason::OutsideHours, |only| only == 0 || helper.working_day)?;
    a.need(from, &[], Reason::OutsideHours, |at| helper.time_of_day >= at)?;
    a.need(to, &[], Reason::OutsideHours, |at| helper.time_of_day < at)
}
