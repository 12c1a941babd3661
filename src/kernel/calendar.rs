//! A calendar of the school days, holidays and working days of 2023 and 2024 in Singapore, as data.
//!
//! Promises an error, never a guess, for a day outside these years. Deliberately knows no school's own closing
//! days, and no days on which primary schools alone are closed for examinations.

use super::time::{Date, Time};

/// The error for a day that the calendar does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} lies outside the calendar, which knows 2023 and 2024", .0.iso())]
pub struct OutsideCalendar(pub Date);

/// Public holidays, with the day off in lieu where one falls on a Sunday.
const PUBLIC: &[(i32, u32, u32, &str)] = &[
    (2023, 1, 1, "New Year's Day"),
    (2023, 1, 2, "New Year's Day, in lieu"),
    (2023, 1, 22, "Chinese New Year"),
    (2023, 1, 23, "Chinese New Year"),
    (2023, 1, 24, "Chinese New Year, in lieu"),
    (2023, 4, 7, "Good Friday"),
    (2023, 4, 22, "Hari Raya Puasa"),
    (2023, 5, 1, "Labour Day"),
    (2023, 6, 2, "Vesak Day"),
    (2023, 6, 29, "Hari Raya Haji"),
    (2023, 8, 9, "National Day"),
    (2023, 9, 1, "Polling Day"),
    (2023, 11, 12, "Deepavali"),
    (2023, 11, 13, "Deepavali, in lieu"),
    (2023, 12, 25, "Christmas Day"),
    (2024, 1, 1, "New Year's Day"),
    (2024, 2, 10, "Chinese New Year"),
    (2024, 2, 11, "Chinese New Year"),
    (2024, 2, 12, "Chinese New Year, in lieu"),
    (2024, 3, 29, "Good Friday"),
    (2024, 4, 10, "Hari Raya Puasa"),
    (2024, 5, 1, "Labour Day"),
    (2024, 5, 22, "Vesak Day"),
    (2024, 6, 17, "Hari Raya Haji"),
    (2024, 8, 9, "National Day"),
    (2024, 10, 31, "Deepavali"),
    (2024, 12, 25, "Christmas Day"),
];

/// Days within a term on which only schools are closed.
const SCHOOL: &[(i32, u32, u32, &str)] = &[
    (2023, 7, 3, "Youth Day, in lieu"),
    (2023, 8, 10, "the day after National Day"),
    (2023, 9, 11, "Teachers' Day"),
    (2023, 10, 6, "Children's Day"),
    (2024, 2, 13, "Chinese New Year, in lieu for schools"),
    (2024, 7, 1, "Youth Day, in lieu"),
    (2024, 8, 30, "Teachers' Day"),
    (2024, 10, 4, "Children's Day"),
];

/// School terms, first and last day.
const TERMS: &[[(i32, u32, u32); 2]] = &[
    [(2023, 1, 3), (2023, 3, 10)],
    [(2023, 3, 20), (2023, 5, 26)],
    [(2023, 6, 26), (2023, 9, 1)],
    [(2023, 9, 11), (2023, 11, 17)],
    [(2024, 1, 2), (2024, 3, 8)],
    [(2024, 3, 18), (2024, 5, 24)],
    [(2024, 6, 24), (2024, 8, 30)],
    [(2024, 9, 9), (2024, 11, 15)],
];

fn named(table: &'static [(i32, u32, u32, &'static str)], date: Date) -> Option<&'static str> {
    table.iter().find(|(y, m, d, _)| Date::of(*y, *m, *d) == Some(date)).map(|row| row.3)
}

fn inside(date: Date) -> Result<(), OutsideCalendar> {
    if (2023..=2024).contains(&date.year()) { Ok(()) } else { Err(OutsideCalendar(date)) }
}

/// The name of the holiday on this date, if it is one.
pub fn holiday(date: Date) -> Option<&'static str> {
    named(PUBLIC, date).or_else(|| named(SCHOOL, date))
}

/// Whether this is a working day: Monday to Friday, except public holidays.
///
/// # Errors
/// The day lies outside the calendar.
pub fn is_working_day(date: Date) -> Result<bool, OutsideCalendar> {
    inside(date)?;
    Ok(!date.is_weekend() && named(PUBLIC, date).is_none())
}

/// Whether this is a school day: a working day within a term on which schools are open.
///
/// # Errors
/// The day lies outside the calendar.
pub fn is_school_day(date: Date) -> Result<bool, OutsideCalendar> {
    let in_term = TERMS.iter().any(|[from, to]| {
        let day = |(y, m, d): (i32, u32, u32)| Date::of(y, m, d);
        day(*from).is_some_and(|from| from <= date) && day(*to).is_some_and(|to| date <= to)
    });
    Ok(is_working_day(date)? && in_term && named(SCHOOL, date).is_none())
}

/// The `count`-th working day after this one.
///
/// # Errors
/// It lies outside the calendar.
pub fn working_days_after(date: Date, count: u32) -> Result<Date, OutsideCalendar> {
    let mut day = date;
    for _ in 0..count {
        day = Date(day.0 + 1);
        while !is_working_day(day)? {
            day = Date(day.0 + 1);
        }
    }
    Ok(day)
}

/// The end of the next working day after the day of this instant: the midnight at which it ends.
///
/// # Errors
/// It lies outside the calendar.
pub fn end_of_next_working_day(time: Time) -> Result<Time, OutsideCalendar> {
    Ok(Time::at(Date(working_days_after(time.date(), 1)?.0 + 1), 0))
}

#[cfg(test)]
mod tests {
    use super::super::time::parse_date;
    use super::*;

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    #[test]
    fn holidays_are_neither_school_nor_working_days() {
        assert_eq!(is_working_day(day("2023-09-01")), Ok(false));
        assert_eq!((is_working_day(day("2023-10-06")), is_school_day(day("2023-10-06"))), (Ok(true), Ok(false)));
        assert_eq!((is_working_day(day("2023-09-04")), is_school_day(day("2023-09-04"))), (Ok(true), Ok(false)));
        assert_eq!(is_school_day(day("2023-09-27")), Ok(true));
    }

    #[test]
    fn working_days_step_over_weekends_and_holidays() {
        assert_eq!(working_days_after(day("Fri 2023-11-10"), 1), Ok(day("Tue 2023-11-14")));
        assert_eq!(working_days_after(day("2023-09-27"), 5), Ok(day("2023-10-04")));
    }

    #[test]
    fn outside_the_years_is_an_error_not_a_guess() {
        assert_eq!(
            is_school_day(day("2025-01-06")).unwrap_err().to_string(),
            "2025-01-06 lies outside the calendar, which knows 2023 and 2024"
        );
    }

    #[test]
    fn a_sunday_holiday_has_its_monday() {
        for (y, m, d, name) in PUBLIC {
            let date = Date::of(*y, *m, *d).unwrap();
            if date.weekday() == "Sun" && named(PUBLIC, Date(date.0 + 1)).is_none() {
                panic!("{name} {} has no day in lieu", date.iso());
            }
        }
    }
}
