//! The instants at which the calendar changes what is allowed: the cutover, the opening of the set-up, office hours.
//!
//! Promises every instant at which a rule of the policy turns by date or time of day, within a span. Two instants in the
//! same segment between two of these are told apart only by what is left of it, and that only up to the longest timer:
//! what takes longer sees the boundary anyway. Deliberately knows no person.

use crate::kernel::calendar::is_working_day;
use crate::kernel::{Date, Time};
use crate::policy::rules::{Rule, Rules};

/// The boundaries within a span, and the longest timer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    boundaries: Vec<Time>,
    longest: i64,
}

/// Rules that turn at an instant.
const INSTANTS: [Rule; 4] = [Rule::SetupFrom, Rule::SetupBy, Rule::Cutover, Rule::Prompt];

/// Rules that turn at a time of day.
const HOURS: [Rule; 4] = [Rule::LaFrom, Rule::LaTo, Rule::DeskFrom, Rule::DeskTo];

/// Timers that are short; sessions at Google and hard tokens have boundaries of their own.
const TIMERS: [Rule; 7] = [
    Rule::OtpValidity,
    Rule::OtpResend,
    Rule::LockoutDuration,
    Rule::PortalSession,
    Rule::PageTimeout,
    Rule::ResetLock,
    Rule::Propagation,
];

impl Calendar {
    /// The boundaries between two instants under these rules, with those that a property adds; `to` is the last.
    pub fn new<'r>(rules: impl IntoIterator<Item = &'r Rules>, from: Time, to: Time, more: &[Time]) -> Calendar {
        let mut boundaries = vec![to];
        let mut longest = 0;
        for rules in rules {
            boundaries.extend(INSTANTS.map(|rule| Time(rules.get(rule))));
            longest = TIMERS.iter().map(|rule| rules.get(*rule)).fold(longest, i64::max);
            for day in from.date().0..=to.date().0 {
                let working = is_working_day(Date(day)).unwrap_or(true);
                boundaries.extend(HOURS.iter().filter(|_| working).map(|rule| Time::at(Date(day), rules.get(*rule))));
            }
        }
        boundaries.extend(more);
        boundaries.retain(|time| from < *time && *time <= to);
        boundaries.sort_unstable();
        boundaries.dedup();
        Calendar { boundaries, longest }
    }

    /// The last instant.
    pub fn last(&self) -> Time {
        self.boundaries.last().copied().unwrap_or_default()
    }

    /// The next boundary.
    pub fn next(&self, now: Time) -> Option<Time> {
        self.boundaries.get(self.boundaries.partition_point(|time| *time <= now)).copied()
    }

    /// Which segment an instant lies in, and what is left of it, up to the longest timer.
    pub fn phase(&self, now: Time) -> (u64, u64) {
        let at = self.boundaries.partition_point(|time| *time <= now);
        let left = self.boundaries.get(at).map_or(0, |next| (next.0 - now.0).min(self.longest));
        (u64::try_from(at).unwrap_or(u64::MAX), left.cast_unsigned())
    }
}
