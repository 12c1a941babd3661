//! The series of a rehearsal: every number that is counted over time, in one table.
//!
//! Promises that place, kind, file format's measure and words of a series come from one row, so that a new one is a
//! line here. Deliberately counts nothing.

use crate::format::rehearsal::{Group, Measure};
use crate::policy::request::{Factor, Reason, Topic};

/// What the numbers of a series are for whoever is counted, where no group of accounts is told apart.
const EVERYONE: &str = "everyone";

/// A measure that is a distribution of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeMeasure {
    /// From the first refusal until iCON opened again.
    RecoveryTime,
    /// How long requests waited for an LA.
    AdministratorWait,
    /// How long callers waited for an agent.
    DeskWait,
}

impl TimeMeasure {
    /// All, in the order of reports.
    pub const ALL: [TimeMeasure; 3] =
        [TimeMeasure::RecoveryTime, TimeMeasure::AdministratorWait, TimeMeasure::DeskWait];

    /// As the file format calls it.
    pub const fn measure(self) -> Measure {
        match self {
            TimeMeasure::RecoveryTime => Measure::RecoveryTime,
            TimeMeasure::AdministratorWait => Measure::AdministratorWait,
            TimeMeasure::DeskWait => Measure::DeskWait,
        }
    }

    /// Which one the file format means; none where it means a count.
    pub fn of(measure: Measure) -> Option<TimeMeasure> {
        TimeMeasure::ALL.into_iter().find(|time| time.measure() == measure)
    }

    /// The word that files and reports use.
    pub const fn word(self) -> &'static str {
        self.measure().word()
    }
}

/// What sets the series of one row apart.
trait Key: Copy {
    /// Every key, in the order of their places.
    fn every() -> Vec<Self>;

    /// Whose accounts are counted, and what for, in the words of reports.
    fn labels(self) -> (&'static str, &'static str);
}

impl Key for Group {
    fn every() -> Vec<Group> {
        Group::ALL.to_vec()
    }

    fn labels(self) -> (&'static str, &'static str) {
        (self.word(), "")
    }
}

macro_rules! keys {
    ($($name:ident)*) => { $(
        impl Key for $name {
            fn every() -> Vec<$name> {
                $name::ALL.to_vec()
            }

            fn labels(self) -> (&'static str, &'static str) {
                (EVERYONE, self.word())
            }
        }
    )* };
}

keys! { Reason Factor Topic TimeMeasure }

/// Whether a series is a stock, a level at an instant, or a flow, which is counted since the instant before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesKind {
    /// A level at an instant.
    Stock,
    /// Counted since the instant before.
    Flow,
}

/// How the numbers of a row are shown: under a measure of the file format, as means of a time, or as parts of other
/// numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    As(Measure),
    WithTimes,
    AsWhole,
}

/// The place of the first series of a row: the sum of the widths of the rows before it.
const fn first(mut widths: &[usize], mut row: usize) -> usize {
    let mut sum = 0;
    while let [width, rest @ ..] = widths
        && row > 0
    {
        (sum, widths, row) = (sum + *width, rest, row - 1);
    }
    sum
}

macro_rules! series {
    (@width) => { 1 };
    (@width $key:ty) => { <$key>::ALL.len() };
    (@every $name:ident) => { [(Series::$name, (EVERYONE, ""))] };
    (@every $name:ident $key:ty) => { <$key>::every().into_iter().map(|key| (Series::$name(key), key.labels())) };
    ($($name:ident $(($k:ident: $key:ty))? $kind:ident $shown:expr, $doc:literal;)*) => {
        /// One number that is counted over time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Series { $(#[doc = $doc] $name $(($key))?,)* }

        /// The rows of the table.
        enum SeriesRow { $($name,)* }

        /// How many series each row has.
        const WIDTHS: &[usize] = &[$(series!(@width $($key)?),)*];

        /// How many series there are.
        pub const SERIES: usize = first(WIDTHS, WIDTHS.len());

        impl Series {
            /// Its place among the numbers of an instant.
            #[inline]
            pub const fn at(self) -> usize {
                match self { $(Series::$name $(($k))? => {
                    const FIRST: usize = first(WIDTHS, SeriesRow::$name as usize);
                    FIRST $(+ $k as usize)?
                })* }
            }

            /// Whether it is a stock or a flow.
            pub const fn kind(self) -> SeriesKind {
                match self { $(Series::$name { .. } => SeriesKind::$kind,)* }
            }

            const fn shown(self) -> Shown {
                match self { $(Series::$name { .. } => $shown,)* }
            }

            /// Every series in the order of their places, each with whose accounts it counts, and what for.
            fn labelled() -> Vec<(Series, (&'static str, &'static str))> {
                let mut out = Vec::with_capacity(SERIES);
                $(out.extend(series!(@every $name $($key)?));)*
                out
            }
        }
    };
}

// The rows are in the order of their places: a result file of a shard holds the numbers in it.
series! {
    Accounts(group: Group) Stock Shown::AsWhole, "Accounts that exist.";
    Enrolled(group: Group) Stock Shown::As(Measure::Enrolled), "Accounts with a second factor.";
    LockedOut(group: Group) Stock Shown::As(Measure::LockedOut), "Accounts that are locked out.";
    Because(reason: Reason) Stock Shown::As(Measure::LockedOut), "Accounts that are locked out, by the last refusal.";
    Failed(reason: Reason) Flow Shown::As(Measure::FailedSignIns), "Sign-ins that were refused.";
    Tickets(topic: Topic) Flow Shown::As(Measure::Tickets), "Requests for help.";
    Granted(factor: Factor) Flow Shown::As(Measure::GrantedSignIns), "Sign-ins that opened iCON, by second factor.";
    Ended(time: TimeMeasure) Flow Shown::WithTimes, "Times of this measure that ended.";
    SignIns Flow Shown::As(Measure::SignIns), "Sign-ins that were tried.";
    AdministratorQueue Stock Shown::As(Measure::AdministratorQueue), "Requests that wait for an LA.";
    DeskQueue Stock Shown::As(Measure::DeskQueue), "Callers who wait for an agent.";
    Leavers Stock Shown::As(Measure::LeaversWithAccess), "Former members who could still get in.";
}

impl Series {
    /// Every series, in the order of their places.
    pub fn every() -> impl Iterator<Item = Series> {
        Series::labelled().into_iter().map(|(series, _)| series)
    }

    /// The measure of the file format that it belongs to; none for numbers that are only the whole of others.
    pub const fn measure(self) -> Option<Measure> {
        match (self.shown(), self) {
            (Shown::As(measure), _) => Some(measure),
            (Shown::WithTimes, Series::Ended(time)) => Some(time.measure()),
            (Shown::WithTimes | Shown::AsWhole, _) => None,
        }
    }

    /// Every series that reports show by itself, in the order of measures, with its measure and what sets it apart
    /// there.
    pub fn all() -> Vec<(Series, Measure, &'static str, &'static str)> {
        let shown = |(series, (group, cause)): (Series, (&'static str, &'static str))| match series.shown() {
            Shown::As(measure) => Some((series, measure, group, cause)),
            Shown::WithTimes | Shown::AsWhole => None,
        };
        let mut out: Vec<_> = Series::labelled().into_iter().filter_map(shown).collect();
        out.sort_by_key(|(_, measure, ..)| *measure);
        out
    }

    /// The series that add up to a count of the file format: of a group of accounts, where it is counted by group.
    pub fn of(count: Measure, group: Group) -> impl Iterator<Item = Series> {
        let whose = if count.has_groups() { group.word() } else { EVERYONE };
        let all = Series::all().into_iter().filter(move |(_, measure, of, _)| *measure == count && *of == whose);
        all.map(|(series, ..)| series)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every kind is drawn, and comes back the same: by its place, and by the measure and words that reports name it
    /// by.
    #[test]
    fn every_series_comes_back_the_same() {
        let all: Vec<Series> = Series::every().collect();
        assert_eq!(all.len(), SERIES);
        for (at, series) in all.iter().enumerate() {
            assert_eq!(series.at(), at, "{series:?}");
        }
        let named = |series: &Series| Series::all().into_iter().find(|(other, ..)| other == series);
        let names: BTreeSet<_> = all.iter().filter_map(named).map(|(_, m, group, cause)| (m, group, cause)).collect();
        assert_eq!(names.len(), Series::all().len(), "no two series have one name");
        for series in all {
            match (series.shown(), series.measure()) {
                (Shown::As(measure), found) => assert_eq!(found, Some(measure)),
                (Shown::WithTimes, found) => assert!(found.and_then(TimeMeasure::of).is_some(), "{series:?}"),
                (Shown::AsWhole, found) => assert_eq!((found, named(&series)), (None, None)),
            }
        }
    }

    #[test]
    fn every_measure_has_its_series_or_is_a_time() {
        for measure in Measure::ALL {
            let counted: Vec<Series> = Series::of(*measure, Group::Staff).collect();
            assert_eq!(counted.is_empty(), TimeMeasure::of(*measure).is_some(), "{}", measure.word());
            assert!(TimeMeasure::of(*measure).is_none_or(|time| time.measure() == *measure));
        }
        let of = |measure| Series::of(measure, Group::Students).collect::<Vec<Series>>();
        assert_eq!(of(Measure::LockedOut), [Series::LockedOut(Group::Students)]);
        assert_eq!(of(Measure::Tickets), Topic::ALL.iter().map(|t| Series::Tickets(*t)).collect::<Vec<_>>());
    }
}
