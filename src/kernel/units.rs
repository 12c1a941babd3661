//! Units of the integers in rows and rules: milliseconds of time, and parts per million of a share.
//!
//! Promises that each conversion factor is written once. A [`Span`](super::Span) is in milliseconds; a share is in
//! parts per million.

/// Milliseconds in a second.
pub const SECOND: i64 = 1000;
/// Milliseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds in a day; Singapore has no daylight saving time.
pub const DAY: i64 = 24 * HOUR;

/// The whole as a share: one million parts per million.
pub const WHOLE: u32 = 1_000_000;
