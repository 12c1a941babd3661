//! Text formats: how days, times, spans, shares, citations and outcomes are written inside a file.
//!
//! Promises that the checker, the schema and the reader accept the same texts. Deliberately looks up no name.

use super::spelling::nearest;
use crate::clause::parse_citation;
use crate::kernel::time::{parse_date, parse_instant, parse_span, parse_time_of_day};
use crate::kernel::units::{DAY, WHOLE};
use crate::kernel::{Date, Span, Time};
use crate::policy::request::Reason;
use schemars::JsonSchema;
use serde::Deserialize;

/// A text format: how one `format` of the schema is judged.
#[derive(Clone, Copy, Debug)]
pub struct TextFormat {
    /// The name of the format in the schema.
    pub format: &'static str,
    /// What such a text is, with examples: "a span of time such as `90s`, `3m`, `2 working days`".
    pub what: &'static str,
    /// Judges a text; the error says what is wrong with it.
    pub check: fn(&str) -> Result<(), String>,
}

/// Every text format of the files.
pub const TEXT_FORMATS: &[TextFormat] = &[
    TextFormat { format: "day", what: "a day such as `Wed 2023-09-27`", check: |text| parse_date(text).map(drop) },
    TextFormat {
        format: "row-time",
        what: "a time of day such as `08:30`, or `+20s` after the row above",
        check: |text| parse_row_time(text).map(drop),
    },
    TextFormat {
        format: "span",
        what: "a span of time such as `90s`, `3m` or `7d`",
        check: |text| parse_span(text).map(drop),
    },
    TextFormat {
        format: "working-days",
        what: "a number of working days such as `5 working days`",
        check: |text| parse_working_days(text).map(drop),
    },
    TextFormat { format: "share", what: "a share such as `2%` or `0.5%`", check: |text| parse_share(text).map(drop) },
    TextFormat {
        format: "limit",
        what: "a share such as `2%`, or a span of time such as `30m`",
        check: |text| {
            if text.ends_with('%') { parse_share(text).map(drop) } else { parse_span(text).map(drop) }
        },
    },
    TextFormat {
        format: "offset",
        what: "an offset such as `+20s` or `-2m`",
        check: |text| parse_offset(text).map(drop),
    },
    TextFormat {
        format: "instant",
        what: "an instant such as `2023-09-27 00:00`",
        check: |text| parse_moment(text).map(drop),
    },
    TextFormat {
        format: "time-of-day",
        what: "a time of day such as `08:30`",
        check: |text| parse_time_of_day(text).map(drop),
    },
    TextFormat {
        format: "clauses",
        what: "a clause such as `Q7`, or a range such as `S2.1..S2.5`",
        check: |text| parse_citation(text).map(drop),
    },
    TextFormat { format: "finding", what: "the number of a finding such as `F9`", check: check_finding },
    TextFormat {
        format: "mailbox",
        what: "the mailbox of somebody, such as `dee.ces`",
        check: |text| if text.contains('.') { Ok(()) } else { Err("no such mailbox".to_owned()) },
    },
    TextFormat {
        format: "outcome",
        what: "`granted`, `done`, `waiting` or the reason of a refusal",
        check: check_outcome,
    },
    TextFormat {
        format: "deadline",
        what: "`end of next working day`, `end of day`, or an instant",
        check: |text| parse_deadline(text).map(drop),
    },
    TextFormat {
        format: "rollout-time",
        what: "an instant such as `2023-09-27 09:00`, or `cutover + 9h` or `first working morning`",
        check: |text| parse_rollout_time(text).map(drop),
    },
    TextFormat {
        format: "reminder",
        what: "a day such as `Wed 2023-09-13`, or `cutover - 14d`",
        check: |text| parse_reminder(text).map(drop),
    },
    TextFormat {
        format: "moment",
        what: "`cutover`, or an instant such as `2023-09-27 00:00`",
        check: |text| if text == "cutover" { Ok(()) } else { parse_instant(text).map(drop) },
    },
];

/// A time of a rollout, as a gate or a reminder writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloutTime {
    /// This instant.
    At(Time),
    /// So long after the cutover, or before it.
    Cutover(Span),
    /// Nine o'clock of the first day from the cutover on on which people work.
    FirstMorning,
}

/// Reads `2023-09-27 09:00`, `cutover + 9h`, `cutover - 1d` or `first working morning`.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_rollout_time(text: &str) -> Result<RolloutTime, String> {
    let Some(rest) = text.strip_prefix("cutover").map(str::trim) else {
        return match text {
            "first working morning" => Ok(RolloutTime::FirstMorning),
            _ => parse_instant(text).map(RolloutTime::At),
        };
    };
    let span = |text: &str| parse_span(text.trim());
    match (rest, rest.strip_prefix('+'), rest.strip_prefix('-')) {
        ("", ..) => Ok(RolloutTime::Cutover(Span(0))),
        (_, Some(after), _) => span(after).map(RolloutTime::Cutover),
        (_, _, Some(before)) => span(before).map(|Span(ms)| RolloutTime::Cutover(Span(-ms))),
        (_, None, None) => Err(format!("`{text}` is no time of a rollout; write it as `cutover + 9h`")),
    }
}

/// A day of a reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReminderDay {
    /// This day, for all.
    On(Date),
    /// So many days before each account's own cutover.
    Before(u16),
}

/// Reads `Wed 2023-09-13`, or `cutover - 14d`.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_reminder(text: &str) -> Result<ReminderDay, String> {
    if !text.starts_with("cutover") {
        return parse_date(text).map(ReminderDay::On);
    }
    let fault = || format!("`{text}` is no day before the cutover; write it as `cutover - 14d`");
    let Ok(RolloutTime::Cutover(Span(after @ ..=0))) = parse_rollout_time(text) else { return Err(fault()) };
    let whole = after % DAY == 0;
    u16::try_from(-after / DAY).ok().filter(|_| whole).map(ReminderDay::Before).ok_or_else(fault)
}

/// A citation: a clause such as `Q7`, or a range such as `S2.1..S2.5`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Citation(#[schemars(extend("format" = "clauses"))] pub String);

/// The time at which a row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowTime {
    /// At this many milliseconds after midnight.
    Clock(i64),
    /// This long after the row above ended or began to wait.
    After(Span),
    /// At the beginning of the next time step of the person's code.
    NextCode,
}

/// Reads the `at:` of a row.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_row_time(text: &str) -> Result<RowTime, String> {
    if text == "next-code" {
        return Ok(RowTime::NextCode);
    }
    match text.strip_prefix('+') {
        Some(span) => parse_span(span).map(RowTime::After),
        None => parse_time_of_day(text).map(RowTime::Clock),
    }
}

/// Reads `+20s` or `-2m`.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_offset(text: &str) -> Result<Span, String> {
    match text.strip_prefix('-') {
        Some(rest) => parse_span(rest).map(|span| Span(-span.0)),
        None => parse_span(text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Reads `2023-09-27 00:00`, or `never`.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_moment(text: &str) -> Result<i64, String> {
    if text == "never" { Ok(crate::policy::rules::NEVER) } else { parse_instant(text).map(|time| time.0) }
}

/// Reads `5 working days`.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_working_days(text: &str) -> Result<u32, String> {
    let number = text.strip_suffix(" working days").or_else(|| text.strip_suffix(" working day"));
    number
        .and_then(|n| n.trim().parse::<u32>().ok())
        .filter(|n| *n <= 250)
        .ok_or_else(|| format!("`{text}` is no number of working days; write it as `5 working days`"))
}

/// Reads `2%` or `0.55%`, as parts per million.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_share(text: &str) -> Result<i64, String> {
    let fault = || format!("`{text}` is no share; write it as `2%` or `0.5%`, from 0% to 100%");
    let number = text.strip_suffix('%').ok_or_else(fault)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |t: &str, most: usize| (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 3) || !digits(part, 4) {
        return Err(fault());
    }
    let number = |t: &str| t.parse::<i64>().unwrap_or(0);
    let share = number(whole) * 10_000 + number(&format!("{part:0<4}"));
    if share <= i64::from(WHOLE) { Ok(share) } else { Err(fault()) }
}

/// Writes a share as [`parse_share`] reads it.
pub fn show_share(share: i64) -> String {
    let part = format!("{:04}", share % 10_000);
    let part = part.trim_end_matches('0');
    let dot = if part.is_empty() { "" } else { "." };
    format!("{}{dot}{part}%", share / 10_000)
}

/// A deadline as a file writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenDeadline {
    /// The midnight that closes the same day.
    EndOfDay,
    /// The midnight that closes the next working day.
    EndOfNextWorkingDay,
    /// This instant.
    At(Time),
}

/// Reads the `by:` of a property.
///
/// # Errors
/// What is wrong, and how it should look.
pub fn parse_deadline(text: &str) -> Result<WrittenDeadline, String> {
    match text {
        "end of day" => Ok(WrittenDeadline::EndOfDay),
        "end of next working day" => Ok(WrittenDeadline::EndOfNextWorkingDay),
        _ => parse_instant(text).map(WrittenDeadline::At).map_err(|_| {
            format!(
                "`{text}` is no deadline; write it as `end of day`, `end of next working day` or `2023-09-28 17:00`"
            )
        }),
    }
}

/// The outcome of an act that is taken step by step and goes no further.
pub const UNFINISHED: &str = "unfinished";

/// The words that `expect:` and `result:` take.
pub fn outcomes() -> impl Iterator<Item = &'static str> + Clone {
    ["granted", "done", "waiting", UNFINISHED].into_iter().chain(Reason::ALL.iter().map(|r| r.word()))
}

fn check_finding(text: &str) -> Result<(), String> {
    let number = text.strip_prefix('F').filter(|n| !n.starts_with('0') && n.len() <= 4 && n.parse::<u32>().is_ok());
    number.map(drop).ok_or_else(|| format!("`{text}` is no number of a finding; write it as `F9`"))
}

fn check_outcome(text: &str) -> Result<(), String> {
    let known: Vec<&str> = outcomes().collect();
    if known.contains(&text) {
        return Ok(());
    }
    Err(match nearest(text, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "no such outcome; `mims-sim words reasons` lists them".to_owned(),
    })
}
