//! One day of the span as behaviours see it: who works on it, and when sign-ins begin.
//!
//! Promises that a day is looked up in the calendar once. Deliberately knows nobody.

use crate::kernel::calendar::{is_school_day, is_working_day};
use crate::kernel::distributions::scaled;
use crate::kernel::units::{HOUR, WHOLE};
use crate::kernel::{Date, Time};
use crate::rehearsal::setup::plan::RehearsalPlan;

/// The milliseconds of an hour, as the bound of a draw.
const WITHIN_THE_HOUR: u32 = 3_600_000;

/// One day of the span.
#[derive(Clone, Copy, Debug)]
pub struct Workday {
    /// Which day.
    pub date: Date,
    /// Days since the first of the span: the index of the day's draws.
    pub since: u32,
    school_day: bool,
    working_day: bool,
    /// How many school days and working days its year has.
    a_year: (u32, u32),
}

impl Workday {
    /// A day of this plan, in a year of so many school days and working days.
    pub fn of(date: Date, plan: &RehearsalPlan, a_year: (u32, u32)) -> Workday {
        Workday {
            date,
            since: u32::try_from(date.0 - plan.from.0).unwrap_or(0),
            school_day: is_school_day(date).unwrap_or(false),
            working_day: is_working_day(date).unwrap_or(false),
            a_year,
        }
    }

    /// On how many days of its year people sign in at a school, or else in a division.
    pub const fn opens_a_year(&self, school: bool) -> u32 {
        if school { self.a_year.0 } else { self.a_year.1 }
    }

    /// Whether it is a working day.
    pub const fn is_working_day(&self) -> bool {
        self.working_day
    }

    /// Whether people sign in at a school, or else in a division.
    pub const fn opens(&self, school: bool) -> bool {
        if school { self.school_day } else { self.working_day }
    }

    /// When a sign-in begins: the hour by one word of a draw and the plan's profile of the day, the time within it by
    /// another.
    pub fn arrival(&self, plan: &RehearsalPlan, hour: u32, within: u32) -> Time {
        let mut left = scaled(hour, WHOLE);
        for (from, share) in &plan.hours {
            if left < *share {
                return Time::at(self.date, from + i64::from(scaled(within, WITHIN_THE_HOUR)));
            }
            left -= share;
        }
        Time::at(self.date, 8 * HOUR)
    }
}

/// How many school days and working days a year has.
pub fn days_of(year: i32) -> (u32, u32) {
    let first = |year| Date::of(year, 1, 1).unwrap_or_default().0;
    let all = || (first(year)..first(year + 1)).map(Date);
    let count = |is: fn(Date) -> bool| u32::try_from(all().filter(|day| is(*day)).count()).unwrap_or(0);
    (count(|day| is_school_day(day).unwrap_or(false)), count(|day| is_working_day(day).unwrap_or(false)))
}
