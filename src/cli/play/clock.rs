//! The mapping from the real clock to the virtual clock: the same time of day, on the scenario's day.
//!
//! Promises that rows which are typed later happen later. Deliberately moves no day of the scenario: calendar, cutover
//! and office hours are those of its own year.

use mims_sim::kernel::{Date, Span, Time};
use std::time::{SystemTime, UNIX_EPOCH};

/// So far the virtual clock may be ahead, where people did something that took its time.
const AHEAD: i64 = 600_000;

/// The real time.
#[allow(clippy::disallowed_methods, reason = "a real phone takes part")]
pub fn wall() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_secs()).unwrap_or_default().saturating_mul(1000))
}

/// The virtual time of what is done now, after what ended at `end`.
pub fn next_on(end: Time, wall: Time) -> Time {
    let today = Time::at(end.date(), wall.time_of_day());
    if today > end {
        today
    } else if end.0 - today.0 <= AHEAD {
        Time(end.0 - end.0.rem_euclid(1000)).plus(Span(1_000))
    } else {
        Time::at(Date(end.date().0 + 1), wall.time_of_day())
    }
}

/// How many days the codes of today are after those of the scenario.
pub fn days(end: Time, wall: Time) -> i64 {
    i64::from(wall.date().0) - i64::from(next_on(end, wall).date().0)
}

#[cfg(test)]
mod tests {
    use super::{days, next_on};
    use mims_sim::kernel::Time;
    use mims_sim::kernel::time::parse_instant;

    fn at(text: &str) -> Time {
        parse_instant(text).unwrap()
    }

    #[test]
    fn the_time_of_day_is_the_real_one_and_never_goes_back() {
        let now = at("2026-11-25 14:30");
        for (end, next) in [
            ("2023-09-27 09:00", "2023-09-27 14:30"),
            ("2023-09-27 14:29", "2023-09-27 14:30"),
            ("2023-09-27 18:00", "2023-09-28 14:30"),
        ] {
            assert_eq!(next_on(at(end), now), at(next), "{end}");
        }
        assert_eq!(next_on(at("2023-09-27 14:35"), now).clock(), "14:35:01", "a little ahead");
        assert_eq!(days(at("2023-09-27 09:00"), now), 1155);
        assert_eq!(days(at("2026-11-25 09:00"), now), 0);
    }
}
