//! Virtual time in Singapore: instants, dates, times of day and spans, as integers of milliseconds and days.
//!
//! Promises a resolution of milliseconds, a fixed offset of eight hours from UTC (Singapore since 1982), and texts as a
//! person writes them. Deliberately reads no wall clock.

use super::units::{DAY, HOUR, MINUTE, SECOND};
use chrono::{Datelike, NaiveDate};
use std::fmt;

/// An instant: milliseconds since the Unix epoch. It is aligned to four bytes, because millions of rows store it next
/// to small numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C, packed(4))]
pub struct Time(pub i64);

/// A duration: milliseconds between two instants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

/// A date in Singapore: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

const OFFSET: i64 = 8 * HOUR;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const EPOCH_FROM_CE: i32 = 719_163;

impl Time {
    /// The instant of this day at this many milliseconds after its midnight.
    pub fn at(date: Date, time_of_day: i64) -> Time {
        Time(i64::from(date.0) * DAY - OFFSET + time_of_day)
    }

    /// The day in Singapore.
    pub fn date(self) -> Date {
        Date(i32::try_from((self.0 + OFFSET).div_euclid(DAY)).unwrap_or(i32::MAX))
    }

    /// Milliseconds since midnight in Singapore.
    pub fn time_of_day(self) -> i64 {
        (self.0 + OFFSET).rem_euclid(DAY)
    }

    /// The instant that is later by this span; the addition saturates.
    #[must_use]
    pub fn plus(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }

    /// The time of day as `HH:MM:SS`.
    pub fn clock(self) -> String {
        let seconds = self.time_of_day() / 1000;
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.date(), self.clock())
    }
}

impl Date {
    /// The date with this year, month and day, if it exists.
    pub fn of(year: i32, month: u32, day: u32) -> Option<Date> {
        NaiveDate::from_ymd_opt(year, month, day).map(|d| Date(d.num_days_from_ce() - EPOCH_FROM_CE))
    }

    /// The date in two bytes, for tables of millions of rows: days since 1970-01-01, up to 2149.
    pub fn small(self) -> u16 {
        u16::try_from(self.0).unwrap_or(u16::MAX)
    }

    fn civil(self) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(self.0.checked_add(EPOCH_FROM_CE)?)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.civil().map_or(0, |d| d.year())
    }

    /// The weekday, `Mon` to `Sun`.
    pub fn weekday(self) -> &'static str {
        usize::try_from(self.0.rem_euclid(7)).ok().and_then(|i| WEEKDAYS.get(i)).copied().unwrap_or("?")
    }

    /// Whether it is a Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.weekday(), "Sat" | "Sun")
    }

    /// The date as in `2023-09-27`.
    pub fn iso(self) -> String {
        self.civil().map_or_else(|| "?".to_owned(), |d| d.format("%Y-%m-%d").to_string())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.civil() {
            Some(date) => write!(f, "{} {}", self.weekday(), date.format("%d %b %Y")),
            None => f.write_str("?"),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0;
        if left < 0 {
            f.write_str("-")?;
            left = -left;
        }
        let mut parts = Vec::new();
        for (unit, name) in [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"), (1, "ms")] {
            if left >= unit {
                parts.push(format!("{} {name}", left / unit));
                left %= unit;
            }
        }
        f.write_str(&if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") })
    }
}

/// Reads a date as in `2023-09-26`, or as in `Tue 2023-09-26` and then checks the weekday.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_date(text: &str) -> Result<Date, String> {
    let (weekday, iso) = match text.trim().split_once(' ') {
        Some((weekday, iso)) => (Some(weekday), iso.trim()),
        None => (None, text.trim()),
    };
    let well_formed = iso.len() == 10
        && iso.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !well_formed {
        return Err(format!("`{text}` is no date; write it as `2023-09-26` or `Tue 2023-09-26`"));
    }
    let number = |from: usize, to: usize| iso.get(from..to).and_then(|s| s.parse::<u32>().ok()).unwrap_or(0);
    let year = i32::try_from(number(0, 4)).unwrap_or(0);
    let date = Date::of(year, number(5, 7), number(8, 10)).ok_or_else(|| format!("there is no day `{iso}`"))?;
    match weekday {
        Some(said) if !is_weekday(said, date.weekday()) => Err(format!("{iso} is a {}, not a {said}", date.weekday())),
        _ => Ok(date),
    }
}

/// Whether a text such as `Wed` or `Wednesday` names this weekday.
fn is_weekday(said: &str, day: &str) -> bool {
    const LONG: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    said.eq_ignore_ascii_case(day) || LONG.iter().any(|long| long.starts_with(day) && said.eq_ignore_ascii_case(long))
}

/// Reads a time of day, `HH:MM` or `HH:MM:SS`, as milliseconds since midnight.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_time_of_day(text: &str) -> Result<i64, String> {
    if let Some((clock, offset)) = zoned(text) {
        let here = parse_time_of_day(clock)? + SINGAPORE.0 - offset.0;
        let days = match here.div_euclid(DAY) {
            0 => "",
            1.. => " of the next day",
            _ => " of the day before",
        };
        let here = show_clock(here.rem_euclid(DAY));
        return Err(format!("`{text}` names a zone; times here are Singapore's: write `{here}`{days}"));
    }
    let fault = || format!("`{text}` is no time of day; write it as `08:30` or `08:30:05`, from 00:00 to 23:59:59");
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) || parts.iter().any(|p| p.len() != 2 || !p.bytes().all(|b| b.is_ascii_digit())) {
        return Err(fault());
    }
    let mut numbers = parts.iter().filter_map(|p| p.parse::<i64>().ok());
    let (hour, minute, second) =
        (numbers.next().unwrap_or(99), numbers.next().unwrap_or(99), numbers.next().unwrap_or(0));
    if hour > 23 || minute > 59 || second > 59 {
        return Err(fault());
    }
    Ok(((hour * 60 + minute) * 60 + second) * SECOND)
}

/// Reads an instant as in `2023-09-27 00:00`.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_instant(text: &str) -> Result<Time, String> {
    let text = text.trim();
    let parts = |text: &str| -> Result<Time, String> {
        let (date, clock) = text.rsplit_once([' ', 'T']).unwrap_or((text, "00:00"));
        Ok(Time::at(parse_date(date)?, parse_time_of_day(clock)?))
    };
    let show = |time: Time| {
        let iso = time.date().civil().map(|date| date.format("%Y-%m-%d").to_string()).unwrap_or_default();
        format!("{iso} {}", show_clock(time.time_of_day()))
    };
    if let Some((local, offset)) = zoned(text) {
        let here = show(Time(parts(local.trim())?.0 + SINGAPORE.0 - offset.0));
        return Err(format!("`{text}` names a zone; times here are Singapore's: write `{here}`"));
    }
    match text.split_once('T') {
        Some((day, _)) if day.ends_with(|c: char| c.is_ascii_digit()) => {
            Err(format!("`{text}` has a `T` between day and time: write `{}`", show(parts(text)?)))
        }
        _ => parts(text),
    }
}

/// How far Singapore's time is ahead of universal time; it is the same all year.
const SINGAPORE: Span = Span(8 * HOUR);

/// A text without the zone that it ends in, such as `Z`, `+08:00` or `-0530`, and how far that zone is ahead of
/// universal time.
fn zoned(text: &str) -> Option<(&str, Span)> {
    if let Some(local) = text.strip_suffix(['Z', 'z']) {
        return Some((local.trim_end(), Span(0)));
    }
    let at = text.rfind(['+', '-'])?;
    let (local, zone) = text.split_at_checked(at)?;
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours_and_minutes = digits.len() == 4 && zone.chars().skip(1).all(|c| c.is_ascii_digit() || c == ':');
    if !hours_and_minutes || !local.contains(':') {
        return None;
    }
    let number = |from: usize| digits.get(from..from + 2).and_then(|n| n.parse::<i64>().ok()).unwrap_or(0);
    let ahead = number(0) * HOUR + number(2) * MINUTE;
    Some((local.trim_end(), Span(if zone.starts_with('-') { -ahead } else { ahead })))
}

/// Writes a time of day as [`parse_time_of_day`] reads it.
fn show_clock(clock: i64) -> String {
    let (minutes, second) = (clock / MINUTE, clock % MINUTE / SECOND);
    let short = format!("{:02}:{:02}", minutes / 60, minutes % 60);
    if second == 0 { short } else { format!("{short}:{second:02}") }
}

/// Reads a span such as `90s`, `3m`, `1m30s`, `2h`, `7d` or `500ms`.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_span(text: &str) -> Result<Span, String> {
    let fault = || format!("`{text}` is no span of time; write it as `90s`, `3m`, `1m30s`, `2h` or `7d`");
    let mut rest = text.trim();
    let mut total = 0_i64;
    if rest.is_empty() {
        return Err(fault());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, tail) = tail.split_at(letters);
        let unit = match unit {
            "ms" => 1,
            "s" => SECOND,
            "m" | "min" => MINUTE,
            "h" => HOUR,
            "d" => DAY,
            _ => return Err(fault()),
        };
        let part = number.parse::<i64>().ok().and_then(|n| n.checked_mul(unit)).ok_or_else(fault)?;
        total = total.checked_add(part).filter(|t| *t <= 10_000 * DAY).ok_or_else(fault)?;
        rest = tail.trim_start();
    }
    Ok(Span(total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_cutover_is_where_the_guide_puts_it() {
        let cutover = parse_instant("2023-09-27 00:00").unwrap();
        assert_eq!({ cutover.0 }, 1_695_744_000_000);
        assert_eq!(cutover.to_string(), "Wed 27 Sep 2023 00:00:00");
    }

    #[test]
    fn a_wrong_weekday_names_the_right_one() {
        assert_eq!(parse_date("Mon 2023-09-27").unwrap_err(), "2023-09-27 is a Wed, not a Mon");
        assert_eq!(parse_date("2023-02-30").unwrap_err(), "there is no day `2023-02-30`");
        assert!(parse_date("2023-9-1").is_err() && parse_date("é023-09-01").is_err());
    }

    #[test]
    fn an_instant_with_a_zone_says_what_it_is_in_singapore() {
        let told = |text: &str| parse_instant(text).unwrap_err().split_once("write ").unwrap().1.to_owned();
        assert_eq!(told("2023-09-28T08:00Z"), "`2023-09-28 16:00`");
        assert_eq!(told("2023-09-28 20:00:05Z"), "`2023-09-29 04:00:05`");
        assert_eq!(told("2023-09-28T08:00+08:00"), "`2023-09-28 08:00`");
        assert_eq!(told("2023-09-28 08:00-0530"), "`2023-09-28 21:30`");
        assert_eq!(told("2023-09-28T08:00"), "`2023-09-28 08:00`");
        let clock = |text: &str| parse_time_of_day(text).unwrap_err().split_once("write ").unwrap().1.to_owned();
        assert_eq!(clock("08:00Z"), "`16:00`");
        assert_eq!(clock("20:00Z"), "`04:00` of the next day");
        assert_eq!(clock("04:00+12:00"), "`00:00`");
        assert_eq!(clock("02:00+12:00"), "`22:00` of the day before");
        assert!(parse_instant("2023-09-28").is_ok() && parse_instant("Thu 2023-09-28 08:00").is_ok());
    }

    #[test]
    fn spans_read_as_people_write_them() {
        assert_eq!(parse_span("1m30s"), Ok(Span(90_000)));
        assert_eq!(Span(90_000).to_string(), "1 min 30 s");
        for wrong in ["", "5", "m", "3 weeks", "-3m", "99999999999999999999d"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn date_and_time_of_day_make_the_instant_again(ms in 0_i64..4_000_000_000_000) {
            let time = Time(ms);
            prop_assert_eq!(Time::at(time.date(), time.time_of_day()), time);
        }

        #[test]
        fn no_text_makes_a_parser_panic(text in ".{0,24}") {
            let _ = (parse_date(&text), parse_time_of_day(&text), parse_span(&text), parse_instant(&text));
        }
    }
}
