//! The result of one replicate, in whole numbers.
//!
//! Promises integers only, and the same observation times in every replicate, so that results can be added, merged and
//! compared. Deliberately computes no statistic over several.

use super::series::{SERIES, Series, TimeMeasure};
use crate::clause::Clauses;
use crate::kernel::units::SECOND;
use crate::statistics::Bins;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// How many measures are times.
pub(super) const TIMES: usize = TimeMeasure::ALL.len();

/// The numbers of all series at one instant.
pub type SeriesValues = [u32; SERIES];

/// Stands for a wait that did not end, in seconds: a century.
pub const NEVER: i64 = 3_155_760_000;

/// The times of a measure, in seconds: those that ended, and those that were cut short before they did, of which only
/// the least is known that they can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Those that ended.
    pub ended: Bins,
    /// How long the others had lasted when they were cut short.
    pub cut_short: Bins,
}

/// A quantile of times of which some were cut short, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeQuantile {
    /// So long.
    Within(u64),
    /// Longer than this: so many were cut short that no more is known.
    LongerThan(u64),
}

impl TimeQuantile {
    /// The seconds: the least that it can be.
    pub const fn least(self) -> u64 {
        match self {
            TimeQuantile::Within(seconds) | TimeQuantile::LongerThan(seconds) => seconds,
        }
    }
}

impl Times {
    /// Adds those of another replicate.
    pub fn merge(&mut self, other: &Times) {
        self.ended.merge(&other.ended);
        self.cut_short.merge(&other.cut_short);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.ended.count() + self.cut_short.count()
    }

    /// The mean, in milliseconds, where what was cut short counts as long as it lasted: the least that it can be.
    pub fn mean(&self) -> Option<i64> {
        let (sum, count) = (self.ended.sum() + self.cut_short.sum(), u128::from(self.count()));
        (sum * 1000).checked_div(count).and_then(|ms| i64::try_from(ms).ok())
    }

    /// The quantile at so many thousandths: known where those that ended are enough for it.
    pub fn quantile(&self, permille: u32) -> Option<TimeQuantile> {
        if let Some(seconds) = self.ended.quantile_of(self.count(), permille) {
            return Some(TimeQuantile::Within(seconds));
        }
        let mut all = self.ended.clone();
        all.merge(&self.cut_short);
        all.quantile(permille).map(TimeQuantile::LongerThan)
    }
}

/// What a gate over a count sees in one replicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateCount {
    /// What is counted.
    pub part: u32,
    /// Of how many accounts whom the gate is about.
    pub whole: u32,
    /// How many of them the gate does not reach: they are cut over later, outside the span, or never.
    pub out: u32,
}

/// The result of one replicate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replicate {
    /// Its number.
    pub number: u32,
    /// The numbers at each observation time.
    #[serde(serialize_with = "written", deserialize_with = "read")]
    pub points: Vec<SeriesValues>,
    /// At each observation time, the sum of the times that [`Series::Ended`] counts, in seconds: they outgrow a point.
    pub took: Vec<[u64; TIMES]>,
    /// Accounts by place, and how many of them were locked out on the first morning.
    pub places: Vec<(u32, u32)>,
    /// On each morning of `observation_times::place_mornings`, the places with accounts locked out, and how many.
    pub mornings: Vec<Vec<(u32, u32)>>,
    /// Seconds from the first refusal until iCON opened.
    pub recovery: Bins,
    /// Seconds that requests waited for an LA.
    pub administrator_wait: Bins,
    /// Seconds that callers waited for an agent.
    pub desk_wait: Bins,
    /// By measure, how many seconds those had waited until then who gave up, or whose time had not ended when the
    /// replicate did (censored times).
    pub cut_short: [Bins; TIMES],
    /// Callers who hung up.
    pub hung_up: u32,
    /// Requests that were taken back before an LA began.
    pub withdrew: u32,
    /// Violations of the property of each gate that has one; none at the others.
    pub violations: Vec<u32>,
    /// How many acts and people the property of each gate was about; none at the others.
    pub occasions: Vec<u32>,
    /// What each gate over a count saw; nothing at the others.
    pub gates: Vec<GateCount>,
    /// Which of the policy's staged decisions were taken.
    pub decided: Vec<bool>,
    /// The clauses on which some decision rested.
    pub fired: Clauses,
    /// How many refusals each clause decided, since the instant before, at each observation time and at the end:
    /// without the clause they would have ended otherwise. Clauses that decided none are left out.
    pub decisive: Vec<BTreeMap<String, u32>>,
    /// Messages that were delivered.
    pub messages: u64,
}

/// Run-length encoding: a list for each point, in which −n stands for n zeros; most series are zero most of the time.
fn written<S: Serializer>(points: &[SeriesValues], to: S) -> Result<S::Ok, S::Error> {
    let short = |point: &SeriesValues| {
        let mut out: Vec<i64> = Vec::new();
        for value in point {
            match (value, out.last_mut()) {
                (0, Some(zeros)) if *zeros < 0 => *zeros -= 1,
                (0, _) => out.push(-1),
                (value, _) => out.push(i64::from(*value)),
            }
        }
        out
    };
    to.collect_seq(points.iter().map(short))
}

/// Reads the run-length encoding.
fn read<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<SeriesValues>, D::Error> {
    let rows = Vec::<Vec<i64>>::deserialize(from)?;
    let long = |row: Vec<i64>| {
        let mut out: Vec<u32> = Vec::with_capacity(SERIES);
        for value in row {
            match u32::try_from(value) {
                Ok(value) => out.push(value),
                Err(_) => out.resize((out.len() + usize::try_from(-value).unwrap_or(SERIES)).min(SERIES + 1), 0),
            }
        }
        SeriesValues::try_from(out).map_err(|out| D::Error::invalid_length(out.len(), &"one number for each series"))
    };
    rows.into_iter().map(long).collect()
}

impl Replicate {
    /// A series at an observation time; nought where there is none.
    pub fn at(&self, series: Series, instant: usize) -> i64 {
        self.points.get(instant).and_then(|point| point.get(series.at())).copied().map_or(0, i64::from)
    }

    /// The distribution of a time, in seconds.
    pub const fn times(&self, measure: TimeMeasure) -> &Bins {
        match measure {
            TimeMeasure::RecoveryTime => &self.recovery,
            TimeMeasure::AdministratorWait => &self.administrator_wait,
            TimeMeasure::DeskWait => &self.desk_wait,
        }
    }

    /// The distribution of a time, to add to.
    pub(super) const fn times_mut(&mut self, measure: TimeMeasure) -> &mut Bins {
        match measure {
            TimeMeasure::RecoveryTime => &mut self.recovery,
            TimeMeasure::AdministratorWait => &mut self.administrator_wait,
            TimeMeasure::DeskWait => &mut self.desk_wait,
        }
    }

    /// How long those had waited, in seconds, who gave up or still waited at the end.
    pub fn cut_short(&self, measure: TimeMeasure) -> &Bins {
        let [recovery, administrator, desk] = &self.cut_short;
        match measure {
            TimeMeasure::RecoveryTime => recovery,
            TimeMeasure::AdministratorWait => administrator,
            TimeMeasure::DeskWait => desk,
        }
    }

    /// The times of a measure, those that ended and those that were cut short.
    pub fn both(&self, measure: TimeMeasure) -> Times {
        Times { ended: self.times(measure).clone(), cut_short: self.cut_short(measure).clone() }
    }

    /// The mean of the times that ended between an observation time and the one before, in milliseconds.
    pub fn mean_at(&self, measure: TimeMeasure, instant: usize) -> Option<i64> {
        let ended = self.points.get(instant)?.get(Series::Ended(measure).at()).copied()?;
        let took = self.took.get(instant)?.get(measure as usize).copied()?;
        let milliseconds = took.saturating_mul(u64::try_from(SECOND).unwrap_or(1));
        milliseconds.checked_div(u64::from(ended)).and_then(|ms| i64::try_from(ms).ok())
    }

    /// The quantile of a time, in seconds: the time within which so many of a thousand were served. Whoever gave up, or
    /// still waits at the end, was not, and counts as [`NEVER`]. None where nobody asked.
    pub fn quantile(&self, measure: TimeMeasure, permille: u32) -> Option<i64> {
        let times = self.times(measure);
        match times.count() + self.cut_short(measure).count() {
            0 => None,
            of => Some(times.quantile_of(of, permille).and_then(|s| i64::try_from(s).ok()).unwrap_or(NEVER)),
        }
    }
}
