//! Candidates against the base, on the same people with the same luck.
//!
//! Promises that access and security are judged side by side: a candidate that lets people in by giving up security is
//! called that, and never better. Every yardstick is a whole number of each replicate, so differences are exact.
//! Deliberately weighs nothing against anything: where one yardstick is better and another worse, it says so.

use crate::format::rehearsal::Group;
use crate::kernel::Time;
use crate::kernel::units::SECOND;
use crate::policy::request::{Factor, Strength, Topic};
use crate::rehearsal::measure::replicate::Replicate;
use crate::rehearsal::measure::series::{Series, TimeMeasure};
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::{RehearsalPlan, cutovers};
use crate::statistics::{Interval, Paired, PairedVerdict, Wanted};
use std::collections::BTreeSet;

/// What a yardstick is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// People can work.
    Access,
    /// Helpers can cope.
    Support,
    /// Nobody is in who should not be.
    Security,
}

/// One number of each replicate; less of it is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Yardstick {
    /// Staff locked out at nine on the first morning; where places are cut over on several days, on the worst of these.
    FirstMorning,
    /// Hours that staff accounts were locked out, all together.
    HoursOut,
    /// Seconds until iCON opened again, for the slowest 5 %.
    Recovery,
    /// Requests for help.
    Tickets,
    /// Seconds that callers waited for the desk, for the slowest 5 %.
    DeskWait,
    /// Seconds that requests waited for an LA, for the slowest 5 %.
    AdministratorWait,
    /// Callers who hung up, and requests to an LA that were taken back: the waits above are of those who were served.
    GaveUp,
    /// Sign-ins on a single factor, from the base's cutover on: a password alone, or with an emergency password.
    SingleFactor,
    /// Sign-ins on less than a one-time code, from the base's cutover on: those, and Google's 2-Step Verification.
    BelowCode,
    /// Days that former members could still get in to generic accounts, all together.
    LeaverDays,
}

impl Yardstick {
    /// All, in the order of reports.
    pub const ALL: &'static [Yardstick] = &[
        Yardstick::FirstMorning,
        Yardstick::HoursOut,
        Yardstick::Recovery,
        Yardstick::Tickets,
        Yardstick::DeskWait,
        Yardstick::AdministratorWait,
        Yardstick::GaveUp,
        Yardstick::SingleFactor,
        Yardstick::BelowCode,
        Yardstick::LeaverDays,
    ];

    /// What it is about.
    pub const fn side(self) -> Side {
        match self {
            Yardstick::FirstMorning | Yardstick::HoursOut | Yardstick::Recovery => Side::Access,
            Yardstick::Tickets | Yardstick::DeskWait | Yardstick::AdministratorWait | Yardstick::GaveUp => {
                Side::Support
            }
            Yardstick::SingleFactor | Yardstick::BelowCode | Yardstick::LeaverDays => Side::Security,
        }
    }

    /// Its name in machine-readable reports.
    pub const fn word(self) -> &'static str {
        match self {
            Yardstick::FirstMorning => "locked-out-first-morning",
            Yardstick::HoursOut => "locked-out-hours",
            Yardstick::Recovery => "recovery-time-p95",
            Yardstick::Tickets => "tickets",
            Yardstick::DeskWait => "desk-wait-p95",
            Yardstick::AdministratorWait => "administrator-wait-p95",
            Yardstick::GaveUp => "gave-up-waiting",
            Yardstick::SingleFactor => "single-factor-sign-ins",
            Yardstick::BelowCode => "sign-ins-below-a-code",
            Yardstick::LeaverDays => "leavers-with-access-days",
        }
    }

    /// What it counts, in words.
    pub const fn title(self) -> &'static str {
        match self {
            Yardstick::FirstMorning => "staff locked out on the (worst) first morning",
            Yardstick::HoursOut => "hours locked out, all staff together",
            Yardstick::Recovery => "time to recover, 95th percentile",
            Yardstick::Tickets => "requests for help",
            Yardstick::DeskWait => "wait for the desk, 95th percentile",
            Yardstick::AdministratorWait => "wait for an LA, 95th percentile",
            Yardstick::GaveUp => "callers and requests that gave up waiting",
            Yardstick::SingleFactor => "sign-ins on a single factor",
            Yardstick::BelowCode => "sign-ins on less than a one-time code",
            Yardstick::LeaverDays => "days leavers keep access",
        }
    }

    /// A difference so small matters to nobody, however little of it the base has: a single one, or a minute.
    const fn single(self) -> f64 {
        if self.is_time() { 60.0 } else { 1.0 }
    }

    /// Whether it is in seconds; else it is a count.
    pub const fn is_time(self) -> bool {
        matches!(self, Yardstick::Recovery | Yardstick::DeskWait | Yardstick::AdministratorWait)
    }
}

/// Where yardsticks are laid on.
#[derive(Clone, Debug)]
pub struct ComparisonRule<'g> {
    grid: &'g [Time],
    /// The first mornings of the plan itself.
    mornings: Vec<Time>,
    /// When the base asks for a second factor, whatever the plan itself does.
    since: Time,
    /// The longest that a time can be, in seconds: the whole span. What was not over by its end counts as that.
    longest: i64,
}

/// The instants at which base and candidates are all counted: those of each of them.
pub fn common_grid<'p>(plans: impl IntoIterator<Item = &'p RehearsalPlan>) -> Vec<Time> {
    plans.into_iter().flat_map(observation_times::of).collect::<BTreeSet<Time>>().into_iter().collect()
}

impl<'g> ComparisonRule<'g> {
    /// For the replicates of this plan on a grid that it shares with the base.
    pub fn of(plan: &RehearsalPlan, base: &RehearsalPlan, grid: &'g [Time]) -> ComparisonRule<'g> {
        let since = cutovers(base).into_iter().next().unwrap_or(base.start());
        let longest = (plan.end().0 - plan.start().0) / SECOND;
        ComparisonRule { grid, mornings: observation_times::cutover_mornings(plan), since, longest }
    }

    /// From when on weak sign-ins count: the base's cutover.
    pub const fn since(&self) -> Time {
        self.since
    }

    /// Accounts of a group that are locked out on the worst of the plan's own first mornings, and how many there are
    /// then.
    pub fn first_morning(&self, run: &Replicate, of: Group) -> (i64, i64) {
        let at = self.mornings.iter().filter_map(|morning| self.grid.binary_search(morning).ok());
        let both = at.map(|at| (value(run, at, Series::LockedOut(of)), value(run, at, Series::Accounts(of))));
        both.max().unwrap_or((0, 0))
    }

    /// What a replicate comes to by this yardstick.
    pub fn measure(&self, yardstick: Yardstick, replicate: &Replicate) -> i64 {
        let p95 = |measure| replicate.quantile(measure, 950).map_or(0, |seconds| seconds.min(self.longest));
        match yardstick {
            Yardstick::FirstMorning => self.first_morning(replicate, Group::Staff).0,
            Yardstick::HoursOut => self.over_time(replicate, Series::LockedOut(Group::Staff)) / HOUR,
            Yardstick::LeaverDays => self.over_time(replicate, Series::Leavers) / (24 * HOUR),
            Yardstick::Recovery => p95(TimeMeasure::RecoveryTime),
            Yardstick::DeskWait => p95(TimeMeasure::DeskWait),
            Yardstick::AdministratorWait => p95(TimeMeasure::AdministratorWait),
            Yardstick::Tickets => {
                let topics = || Topic::ALL.iter().map(|topic| Series::Tickets(*topic));
                (0..self.grid.len()).flat_map(|at| topics().map(move |s| value(replicate, at, s))).sum()
            }
            Yardstick::GaveUp => i64::from(replicate.hung_up) + i64::from(replicate.withdrew),
            Yardstick::SingleFactor => self.granted_up_to(Strength::SingleFactor, replicate),
            Yardstick::BelowCode => self.granted_up_to(Strength::Restricted, replicate),
        }
    }

    /// Sign-ins no stronger than this that opened iCON, from the base's cutover on.
    fn granted_up_to(&self, strength: Strength, replicate: &Replicate) -> i64 {
        // A flow is counted up to its instant: the point of the cutover itself still counts what was before.
        let after = self.grid.iter().enumerate().filter(|(_, instant)| **instant > self.since);
        after.map(|(at, _)| granted_at(strength, replicate, at)).sum()
    }

    /// A count times how long it stood, in milliseconds; each count stands until the next instant.
    fn over_time(&self, replicate: &Replicate, series: Series) -> i64 {
        let lasts = self.grid.windows(2).map(|pair| match pair {
            [from, to] => to.0 - from.0,
            _ => 0,
        });
        lasts.enumerate().map(|(at, lasts)| value(replicate, at, series) * lasts).sum()
    }
}

const HOUR: i64 = 3_600_000;

pub(in crate::rehearsal) fn value(replicate: &Replicate, at: usize, series: Series) -> i64 {
    replicate.points.get(at).and_then(|point| point.get(series.at())).copied().map_or(0, i64::from)
}

/// Sign-ins no stronger than this that opened iCON, since the instant before this one.
pub(in crate::rehearsal) fn granted_at(strength: Strength, replicate: &Replicate, at: usize) -> i64 {
    let weak = Factor::ALL.iter().filter(|factor| factor.strength() <= strength);
    weak.map(|factor| value(replicate, at, Series::Granted(*factor))).sum()
}

/// One yardstick's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct YardstickRow {
    /// Which.
    pub yardstick: Yardstick,
    /// The pairs.
    pub paired: Paired,
    /// The interval of the mean difference, candidate less base; none of a single replicate.
    pub interval: Option<Interval>,
    /// Better, worse, equivalent or inconclusive.
    pub verdict: PairedVerdict,
    /// How many times as many replicates independent draws would need.
    pub ratio: Option<f64>,
}

/// What a candidate comes to as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Overall {
    /// Better by some yardstick, worse by none, and security not in doubt.
    Better,
    /// Better by some yardstick and worse by none, but these runs do not tell whether security suffers.
    SecurityInDoubt,
    /// Worse by some yardstick, and better by none.
    Worse,
    /// Better by some yardsticks, and worse by others; security is not among the losers.
    Mixed,
    /// It gives up security for something else.
    GivesUpSecurity,
    /// The same by every yardstick.
    Equivalent,
    /// More runs would tell.
    Inconclusive,
}

impl Overall {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Overall::Better => "better",
            Overall::SecurityInDoubt => "better, security in doubt",
            Overall::Worse => "worse",
            Overall::Mixed => "mixed",
            Overall::GivesUpSecurity => "gives up security",
            Overall::Equivalent => "equivalent",
            Overall::Inconclusive => "inconclusive",
        }
    }
}

/// A share of the base's mean below which a difference does not matter, and the chance of any wrong verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strictness {
    /// The margin, as a share of the base's mean, and at least a single one, or a minute, but of security nothing.
    pub margin: f64,
    /// The chance that any of the verdicts on one candidate is wrong; divided among its yardsticks.
    pub alpha: f64,
}

/// Replicates with the rule that measures them.
pub type Measured<'r> = (&'r ComparisonRule<'r>, &'r [Replicate]);

/// Compares a candidate with the base, replicate by replicate.
pub fn compare(base: Measured<'_>, candidate: Measured<'_>, strictness: Strictness) -> Vec<YardstickRow> {
    let alpha = strictness.alpha / crate::statistics::float(Yardstick::ALL.len() as u64);
    let row = |yardstick: &Yardstick| {
        let mut paired = Paired::default();
        for (one, other) in base.1.iter().zip(candidate.1) {
            paired.add(base.0.measure(*yardstick, one), candidate.0.measure(*yardstick, other));
        }
        let margin = match paired.base.mean() {
            // A share of little is next to nothing, and a single one is no difference; of security all counts.
            Some(mean) if strictness.margin > 0.0 && yardstick.side() != Side::Security => {
                (strictness.margin * mean).max(yardstick.single())
            }
            Some(mean) => strictness.margin * mean,
            None => 0.0,
        };
        YardstickRow {
            yardstick: *yardstick,
            paired,
            interval: paired.interval(alpha),
            verdict: paired.verdict(Wanted::Less, margin, alpha),
            ratio: paired.variance_ratio(),
        }
    };
    Yardstick::ALL.iter().map(row).collect()
}

/// The verdict on a candidate from those of its yardsticks.
pub fn overall(rows: &[YardstickRow]) -> Overall {
    let any = |verdict, security: bool| {
        rows.iter().any(|r| r.verdict == verdict && (r.yardstick.side() == Side::Security) == security)
    };
    let better = any(PairedVerdict::Better, false) || any(PairedVerdict::Better, true);
    match () {
        () if any(PairedVerdict::Worse, true) && better => Overall::GivesUpSecurity,
        () if any(PairedVerdict::Worse, false) && better => Overall::Mixed,
        () if any(PairedVerdict::Worse, true) || any(PairedVerdict::Worse, false) => Overall::Worse,
        () if better && any(PairedVerdict::Inconclusive, true) => Overall::SecurityInDoubt,
        () if better => Overall::Better,
        () if rows.iter().all(|r| r.verdict == PairedVerdict::Equivalent) => Overall::Equivalent,
        () => Overall::Inconclusive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VERDICTS: [PairedVerdict; 4] =
        [PairedVerdict::Better, PairedVerdict::Worse, PairedVerdict::Equivalent, PairedVerdict::Inconclusive];

    fn rows(verdicts: &[PairedVerdict]) -> Vec<YardstickRow> {
        let row = |(yardstick, verdict): (&Yardstick, &PairedVerdict)| YardstickRow {
            yardstick: *yardstick,
            paired: Paired::default(),
            interval: None,
            verdict: *verdict,
            ratio: None,
        };
        Yardstick::ALL.iter().zip(verdicts).map(row).collect()
    }

    proptest! {
        #[test]
        fn what_costs_security_is_never_better(verdicts in proptest::collection::vec(proptest::sample::select(VERDICTS.to_vec()), Yardstick::ALL.len())) {
            let rows = rows(&verdicts);
            let is = overall(&rows);
            let said = |verdict| rows.iter().any(|r| r.verdict == verdict);
            let security = |verdict| rows.iter().any(|r| r.verdict == verdict && r.yardstick.side() == Side::Security);
            if is == Overall::Better {
                prop_assert!(said(PairedVerdict::Better) && !said(PairedVerdict::Worse) && !security(PairedVerdict::Inconclusive));
            }
            prop_assert_eq!(is == Overall::GivesUpSecurity, security(PairedVerdict::Worse) && said(PairedVerdict::Better));
            if is == Overall::SecurityInDoubt {
                prop_assert!(said(PairedVerdict::Better) && !said(PairedVerdict::Worse) && security(PairedVerdict::Inconclusive));
            }
            prop_assert_eq!(is == Overall::Equivalent, rows.iter().all(|r| r.verdict == PairedVerdict::Equivalent));
            if is == Overall::Worse {
                prop_assert!(said(PairedVerdict::Worse) && !said(PairedVerdict::Better));
            }
        }
    }
}
