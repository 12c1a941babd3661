//! Time boundaries of a search: the instants at which the calendar changes what is allowed, such as the cutover, the
//! opening of the set-up, and office hours.
//!
//! Promises every instant within a span at which a rule of the policy changes by date or time of day. A state's time is
//! abstracted to the segment between two boundaries and the time left in it. Deliberately knows no person.

use crate::kernel::calendar::is_working_day;
use crate::kernel::{Date, Time};
use crate::policy::rules::{Rule, Rules};

/// The boundaries within a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    boundaries: Vec<Time>,
}

/// The rules that change at an instant.
const INSTANTS: [Rule; 4] = [Rule::SetupFrom, Rule::SetupBy, Rule::Cutover, Rule::Prompt];

/// The rules that change at a time of day, each with the rule that says whether on working days only.
const HOURS: [(Rule, Rule); 4] = [
    (Rule::LaWorkingDays, Rule::LaFrom),
    (Rule::LaWorkingDays, Rule::LaTo),
    (Rule::DeskWorkingDays, Rule::DeskFrom),
    (Rule::DeskWorkingDays, Rule::DeskTo),
];

impl Calendar {
    /// The boundaries between two instants under these rules, with those that a property adds; `to` is the last.
    /// Office hours are included only if `helpers` act, who keep them.
    pub fn new<'r>(
        rules: impl IntoIterator<Item = &'r Rules>,
        from: Time,
        to: Time,
        helpers: bool,
        more: &[Time],
    ) -> Calendar {
        let mut boundaries = vec![to];
        for rules in rules {
            boundaries.extend(INSTANTS.map(|rule| Time(rules.get(rule))));
            for day in from.date().0..=to.date().0 {
                let works = |only| !rules.on(only) || is_working_day(Date(day)).unwrap_or(true);
                let kept = HOURS.iter().filter(|(only, _)| helpers && works(*only));
                boundaries.extend(kept.map(|(_, rule)| Time::at(Date(day), rules.get(*rule))));
            }
        }
        boundaries.extend(more);
        boundaries.retain(|time| from < *time && *time <= to);
        boundaries.sort_unstable();
        boundaries.dedup();
        Calendar { boundaries }
    }

    /// The last instant.
    pub fn last(&self) -> Time {
        self.boundaries.last().copied().unwrap_or_default()
    }

    /// The next boundary.
    pub fn next(&self, now: Time) -> Option<Time> {
        self.boundaries.get(self.boundaries.partition_point(|time| *time <= now)).copied()
    }

    /// The segment in which an instant lies, and the time left in the segment, in milliseconds.
    pub fn phase(&self, now: Time) -> (u64, u64) {
        let at = self.boundaries.partition_point(|time| *time <= now);
        let left = self.boundaries.get(at).map_or(0, |next| next.0 - now.0);
        (u64::try_from(at).unwrap_or(u64::MAX), left.cast_unsigned())
    }
}
