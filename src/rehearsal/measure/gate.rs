//! What has to be so for a go, judged over the runs.
//!
//! Promises three answers: *met* and *missed* where an interval on the share of runs lies wholly on one side of what is
//! asked, and *undecided* where it does not. Deliberately reads results alone.

use super::counters::{Replicate, Series, SeriesValues};
use crate::act::ActKind;
use crate::clause::{Clauses, parse_citation};
use crate::format::property::{PropertyIs, StateIs};
use crate::format::rehearsal::{Group, Measure};
use crate::kernel::time::parse_instant;
use crate::kernel::units::WHOLE;
use crate::kernel::{Span, Time};
use crate::policy::request::{Factor, Reason, Role, Topic};
use crate::property::{EndProposition, Facts, Moment, Pattern, Property, Proposition, Who};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::replay::library::Library;
use crate::replay::{nameless, outcome};
use crate::statistics::{Interval, IntervalDecision, clopper_pearson, decide, share_sequence};
use crate::trace::Ended;
use std::sync::Arc;

/// The chance that an interval misses.
pub const ALPHA: f64 = 0.05;

/// A count, a share in parts per million, or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateLimit {
    /// A count.
    Count(u32),
    /// A share.
    Share(i64),
    /// A time.
    Time(Span),
}

/// What is asked of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// A number at an instant.
    Count {
        /// Of what.
        measure: Measure,
        /// Whose accounts.
        of: Group,
        /// When.
        at: Time,
        /// Its limit.
        limit: GateLimit,
        /// The limit is a least one.
        least: bool,
    },
    /// A quantile of a time over the whole run.
    Time {
        /// Of what.
        measure: Measure,
        /// Which, in parts per million.
        quantile: i64,
        /// Its limit.
        limit: Span,
        /// The limit is a least one.
        least: bool,
    },
    /// Violations of a property.
    Property {
        /// Which.
        rule: GateProperty,
        /// How many at most.
        at_most: u32,
    },
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its name.
    pub id: String,
    /// What is asked of a run.
    pub what: Criterion,
    /// In how many runs, in parts per million.
    pub in_runs: i64,
    /// It only warns.
    pub warns: bool,
}

/// A property, and how its violations are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateProperty {
    /// Its name.
    pub name: String,
    /// How.
    pub judged: CountedBy,
}

/// How the violations of a property are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CountedBy {
    /// Act by act.
    Acts(CountedActs),
    /// Binding by binding: whatever the monitor of a replay would call violated, once for each.
    Bindings(Arc<Property>),
}

/// A property whose violations are single acts, so that they can be counted: no act is like this, or every act is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedActs {
    never: bool,
    like: EndProposition,
    after: Option<Moment>,
    before: Option<Moment>,
}

/// A property of the library as a gate counts it.
///
/// # Errors
/// Why nobody can count it in a rehearsal.
pub fn ruled(is: &PropertyIs, book: &Library) -> Result<GateProperty, String> {
    let name = is.name.clone().unwrap_or_default();
    if let Some(counted) = counted(is) {
        return Ok(GateProperty { name, judged: CountedBy::Acts(counted) });
    }
    let property = nameless(is, book).map_err(|why| format!("in a rehearsal nobody has a name: {why}"))?;
    let begun = |leaf: &Proposition| match leaf {
        Proposition::End(EndProposition { kind: Some(kind), .. }) if !is_begun(*kind) => {
            Err(format!("no habit begins `{}`", kind.word()))
        }
        _ => Ok(()),
    };
    match &property.pattern {
        Pattern::Possible(_) => return Err("what is possible is looked for by `explore`".to_owned()),
        Pattern::Never { leaf, until } => begun(leaf).and(until.as_ref().map_or(Ok(()), begun))?,
        Pattern::Always(leaf) | Pattern::Eventually(leaf) => begun(leaf)?,
        Pattern::Response { trigger, response, .. } => begun(trigger).and(begun(response))?,
    }
    Ok(GateProperty { name, judged: CountedBy::Bindings(Arc::new(property)) })
}

/// A property that names nobody, is bound to nothing, and whose violations are single acts.
fn counted(is: &PropertyIs) -> Option<CountedActs> {
    let rest = is.for_each.is_some()
        || is.until.is_some()
        || is.whenever.is_some()
        || is.eventually.is_some()
        || is.possible.is_some();
    let (never, like) = match (&is.never, &is.always) {
        (Some(like), None) if !rest => (true, like),
        (None, Some(like)) if !rest => (false, like),
        _ => return None,
    };
    if like.account.is_some() || like.r#as.is_some() || like.state != StateIs::default() {
        return None;
    }
    let who = match like.who.as_deref() {
        None => None,
        Some("member") => Some(Who::Member),
        Some("non-member") => Some(Who::NonMember),
        Some(name) => Some(Who::Role(*Role::ALL.iter().find(|role| role.word() == name)?)),
    };
    let moment =
        |text: &Option<String>| text.as_deref().map(|text| parse_instant(text).map_or(Moment::Cutover, Moment::At));
    let resting_on = like.resting_on.as_deref().and_then(|text| parse_citation(text).ok());
    let like = EndProposition {
        kind: like.r#do,
        who,
        account: None,
        via: like.via,
        result: like.result.as_deref().and_then(outcome),
        resting_on: resting_on.unwrap_or(Clauses::NONE),
        factor: like.factor,
        opened: None,
        prompted: like.prompted,
    };
    Some(CountedActs { never, like, after: moment(&is.after), before: moment(&is.before) })
}

impl CountedActs {
    /// Whether the end of an act violates it.
    pub fn violated(&self, time: Time, ended: &Ended, facts: &Facts) -> bool {
        let at = |moment| match moment {
            Moment::Cutover => facts.cutover(Some(ended.account)),
            Moment::At(time) => time,
        };
        if self.after.is_some_and(|m| time < at(m)) || self.before.is_some_and(|m| time >= at(m)) {
            return false;
        }
        let matches = self.like.matches(ended, facts);
        if self.never { matches } else { !matches && self.like.concerns(ended, facts) }
    }
}

/// Whether somebody in a rehearsal does it.
const fn is_begun(kind: ActKind) -> bool {
    match kind {
        ActKind::SignIn
        | ActKind::Enrol
        | ActKind::ReEnrol
        | ActKind::EnrolHardToken
        | ActKind::ForgotPassword
        | ActKind::Leave
        | ActKind::Join
        | ActKind::LosePhone
        | ActKind::ReplacePhone
        | ActKind::ReadMail
        | ActKind::Ask
        | ActKind::Tell
        | ActKind::RequestHardToken
        | ActKind::HandOverToken
        | ActKind::UpdateEmail
        | ActKind::ResetPassword
        | ActKind::RequestTransfer
        | ActKind::ApproveTransfer
        | ActKind::HandOverCredentials
        | ActKind::IssueEmergencyPassword => true,
        ActKind::OpenIcon
        | ActKind::SignOut
        | ActKind::TestToken
        | ActKind::DeleteToken
        | ActKind::RemoveProfile
        | ActKind::Offboard
        | ActKind::GoOn
        | ActKind::ChangePassword
        | ActKind::SetAnswers
        | ActKind::InstallApp
        | ActKind::CopySecret
        | ActKind::ReadCredentials
        | ActKind::EnterPassword
        | ActKind::OpenTile
        | ActKind::ChooseAccount
        | ActKind::EnterCode
        | ActKind::PressBack
        | ActKind::OpenSetup
        | ActKind::EnterLoginId
        | ActKind::OpenEnrolment
        | ActKind::RequestOtp
        | ActKind::EnterOtp
        | ActKind::ShowQr
        | ActKind::ReloadEnrolment
        | ActKind::ScanQr
        | ActKind::EnterSecret
        | ActKind::EnterSerial
        | ActKind::SaveToken => false,
    }
}

/// What the runs say of a gate.
#[derive(Clone, Debug, PartialEq)]
pub struct GateVerdict {
    /// In how many runs it was met.
    pub met_in: u64,
    /// Of how many.
    pub of: u64,
    /// What is known of the chance that a run meets it.
    pub chance: Interval,
    /// What that comes to.
    pub decision: IntervalDecision,
}

impl Gate {
    /// The property whose violations are counted.
    pub const fn property(&self) -> Option<&GateProperty> {
        match &self.what {
            Criterion::Property { rule, .. } => Some(rule),
            _ => None,
        }
    }

    /// The number that is looked at in a run, in the unit of the limit: a count, parts per million, or seconds.
    pub fn value(&self, at: usize, run: &Replicate, grid: &[Time]) -> i64 {
        match &self.what {
            Criterion::Property { .. } => run.violations.get(at).copied().map_or(0, i64::from),
            Criterion::Time { measure, quantile, .. } => {
                let permille = u32::try_from(quantile / 1000).unwrap_or(1000);
                run.within(*measure, permille)
            }
            Criterion::Count { measure, of, at, limit, .. } => {
                let point = grid.iter().position(|instant| instant == at).and_then(|i| run.points.get(i));
                let Some(point) = point else { return 0 };
                let count = counted_at(point, *measure, *of);
                match limit {
                    GateLimit::Share(_) => {
                        let all = number(point, Series::Accounts(*of));
                        (count * i64::from(WHOLE)).checked_div(all).unwrap_or(0)
                    }
                    _ => count,
                }
            }
        }
    }

    /// Whether a run meets it.
    pub fn met(&self, at: usize, run: &Replicate, grid: &[Time]) -> bool {
        let value = self.value(at, run, grid);
        match &self.what {
            Criterion::Property { at_most, .. } => value <= i64::from(*at_most),
            Criterion::Time { limit, least, .. } => side(value, limit.0 / 1000, *least),
            Criterion::Count { limit, least, .. } => match limit {
                GateLimit::Count(limit) => side(value, i64::from(*limit), *least),
                GateLimit::Share(limit) => side(value, *limit, *least),
                GateLimit::Time(_) => false,
            },
        }
    }

    /// What all runs say of it: by the exact interval, or, where their number was chosen by looking, by one that holds
    /// at every look.
    pub fn judge(&self, at: usize, runs: &[Replicate], grid: &[Time], looked: bool) -> GateVerdict {
        let met_in = runs.iter().filter(|run| self.met(at, run, grid)).count() as u64;
        let of = runs.len() as u64;
        let chance = if looked { share_sequence(met_in, of, ALPHA) } else { clopper_pearson(met_in, of, ALPHA) };
        #[allow(clippy::cast_precision_loss)]
        let needed = self.in_runs as f64 / f64::from(WHOLE);
        GateVerdict { met_in, of, chance, decision: decide(chance, needed) }
    }
}

fn side(value: i64, limit: i64, least: bool) -> bool {
    if least { value >= limit } else { value <= limit }
}

fn number(point: &SeriesValues, series: Series) -> i64 {
    point.get(series.at()).copied().map_or(0, i64::from)
}

/// A measure at an instant.
fn counted_at(point: &SeriesValues, measure: Measure, of: Group) -> i64 {
    let one = |series| number(point, series);
    match measure {
        Measure::Enrolled => one(Series::Enrolled(of)),
        Measure::LockedOut => one(Series::LockedOut(of)),
        Measure::SignIns => one(Series::SignIns),
        Measure::GrantedSignIns => Factor::ALL.iter().map(|f| one(Series::Granted(*f))).sum(),
        Measure::FailedSignIns => Reason::ALL.iter().map(|r| one(Series::Failed(*r))).sum(),
        Measure::Tickets => Topic::ALL.iter().map(|t| one(Series::Tickets(*t))).sum(),
        Measure::AdministratorQueue => one(Series::AdministratorQueue),
        Measure::DeskQueue => one(Series::DeskQueue),
        Measure::LeaversWithAccess => one(Series::Leavers),
        Measure::RecoveryTime | Measure::AdministratorWait | Measure::DeskWait => 0,
    }
}

/// The answer to go or no go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoNoGo {
    /// Every gate that counts is met.
    Go,
    /// One is missed.
    NoGo,
    /// The runs do not decide one.
    Undecided,
}

/// What the verdicts of all gates come to.
pub fn go_no_go(plan: &RehearsalPlan, verdicts: &[GateVerdict]) -> GoNoGo {
    let binding = || plan.gates.iter().zip(verdicts).filter(|(gate, _)| !gate.warns).map(|(_, v)| v.decision);
    if binding().any(|decision| decision == IntervalDecision::Missed) {
        return GoNoGo::NoGo;
    }
    match binding().any(|decision| decision == IntervalDecision::Undecided) {
        true if plan.undecided_is_no_go => GoNoGo::NoGo,
        true => GoNoGo::Undecided,
        false => GoNoGo::Go,
    }
}
