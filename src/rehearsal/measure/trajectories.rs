//! A policy over time, to be seen beside another: who is locked out, and what that is bought with.
//!
//! Promises lockout and security together, at the instants that all policies of a comparison share. Deliberately judges
//! nothing: that is for the yardsticks.

use super::replicate::Replicate;
use super::series::Series;
use super::summary::{Spread, spread};
use crate::format::rehearsal::Group;
use crate::kernel::Time;
use crate::policy::request::Strength;
use crate::rehearsal::study::yardsticks::{granted_at, value};

/// One spread over the runs for each instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trajectories {
    /// Staff accounts that are locked out.
    pub locked_out: Vec<Spread>,
    /// Sign-ins on less than a one-time code, added up from the base's cutover on.
    pub below_code: Vec<Spread>,
    /// Former members who could still get in.
    pub leavers: Vec<Spread>,
}

/// The curves of these runs, which were counted at `grid`; the base's cutover is at `since`.
pub fn trajectories(runs: &[Replicate], grid: &[Time], since: Time) -> Trajectories {
    let over = |number: &dyn Fn(&Replicate, usize) -> i64| -> Vec<Spread> {
        (0..grid.len()).filter_map(|at| spread(runs.iter().map(|run| number(run, at)))).collect()
    };
    // A flow is counted up to its instant: what stands at the cutover itself was before.
    let sums: Vec<Vec<i64>> = runs
        .iter()
        .map(|run| {
            let mut sum = 0;
            let flow = |(at, instant): (usize, &Time)| {
                sum += if *instant > since { granted_at(Strength::Restricted, run, at) } else { 0 };
                sum
            };
            grid.iter().enumerate().map(flow).collect()
        })
        .collect();
    Trajectories {
        locked_out: over(&|run, at| value(run, at, Series::LockedOut(Group::Staff))),
        below_code: (0..grid.len())
            .filter_map(|at| spread(sums.iter().filter_map(|run| run.get(at)).copied()))
            .collect(),
        leavers: over(&|run, at| value(run, at, Series::Leavers)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::request::Factor;
    use crate::rehearsal::measure::series::SERIES;

    #[test]
    fn weak_sign_ins_add_up_from_the_cutover_on() {
        let run = |numbers: [u32; 4]| {
            let point = |n: &u32| {
                let mut point = [0; SERIES];
                point[Series::Granted(Factor::None).at()] = *n;
                point[Series::Granted(Factor::Code).at()] = 7;
                point[Series::LockedOut(Group::Staff).at()] = 10 * n;
                point
            };
            Replicate { points: numbers.iter().map(point).collect(), ..Replicate::default() }
        };
        let grid = [0, 10, 20, 30].map(Time);
        let trajectories = trajectories(&[run([9, 7, 2, 3])], &grid, Time(10));
        let medians = |all: &[Spread]| all.iter().map(|s| s.median).collect::<Vec<_>>();
        assert_eq!(medians(&trajectories.below_code), [0, 0, 2, 5]);
        assert_eq!(medians(&trajectories.locked_out), [90, 70, 20, 30]);
        assert_eq!(medians(&trajectories.leavers), [0, 0, 0, 0]);
    }
}
