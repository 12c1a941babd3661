//! Service capacity: how many requests the Local Administrators and the service desk can complete in an hour, for
//! comparison with the arrivals that a rehearsal counts.
//!
//! Promises utilisation at 100 %: no queue, no idle time, each request at its mean handling time. Deliberately does not
//! look at single places, where the load can exceed the capacity although it does not in sum.

use super::summary::Summary;
use crate::format::parameters::Parameter;
use crate::kernel::Span;
use crate::kernel::distributions::lognormal_mean;
use crate::kernel::units::{HOUR, WHOLE};
use crate::policy::request::Role;
use crate::policy::rules::Rule;
use crate::statistics::{float, nearest};

/// The capacity of each kind of helper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// The number of Local Administrators.
    pub administrators: u64,
    /// Requests that all Local Administrators who are present can complete in an hour, in tenths.
    pub by_administrators: i64,
    /// Calls that all agents of the desk can complete in an hour, in tenths.
    pub by_desk: i64,
}

impl Capacity {
    /// The capacity under the plan's parameters and policy, for the number of places of the first run.
    pub fn of(summary: &Summary<'_>) -> Capacity {
        let (plan, is) = (summary.plan, &summary.plan.parameters);
        let rules = plan.candidate.base();
        let places = summary.runs.first().map_or(0, |run| run.places.len().saturating_sub(1));
        let administrators = match &plan.directory {
            Some(list) if list.iter().any(|p| p.people.iter().any(|k| k.role.is_some())) => {
                list.iter().flat_map(|p| &p.people).filter(|k| k.role == Some(Role::LocalAdministrator)).count() as u64
            }
            _ => places as u64 * u64::from(is.count(Parameter::Administrators)),
        };
        #[allow(clippy::cast_precision_loss)]
        let present = 1.0 - is.get(Parameter::LaAbsent) as f64 / f64::from(WHOLE);
        let (handling, p95) = (is.get(Parameter::LaHandling), is.get(Parameter::LaHandlingP95));
        let agents = float(u64::try_from(rules.get(Rule::DeskAgents)).unwrap_or(0));
        Capacity {
            administrators,
            by_administrators: an_hour(float(administrators) * present, handling, p95),
            by_desk: an_hour(agents, rules.get(Rule::DeskHandling), rules.get(Rule::DeskHandlingP95)),
        }
    }
}

/// Requests an hour, in tenths, by this many helpers whose handling times are log-normal with this median and 95th
/// percentile, in milliseconds.
fn an_hour(helpers: f64, median: i64, p95: i64) -> i64 {
    let mean = lognormal_mean(Span(median), Span(p95));
    if mean <= 0.0 { 0 } else { nearest(helpers * 10.0 * float(HOUR.unsigned_abs()) / mean) }
}
