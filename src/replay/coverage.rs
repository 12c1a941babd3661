//! What the clauses did in runs: fired, decisive, or never exercised.
//!
//! Promises that *decisive* is asked of the policy: the same request, with one rule at its neutral value.
//! Deliberately knows no scenario.

use super::{ScenarioPlan, Verdict};
use crate::clause::{Clause, Clauses};
use crate::policy::decisive;
use crate::trace::Event;

/// What was exercised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Cited by some decision.
    pub fired: Clauses,
    /// Some decision would have ended otherwise without it.
    pub decisive: Clauses,
}

impl Coverage {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Coverage) -> Coverage {
        Coverage { fired: self.fired.union(other.fired), decisive: self.decisive.union(other.decisive) }
    }

    /// How many of the behavioural clauses fired, and how many there are.
    pub fn count(&self) -> (usize, usize) {
        let all = Clause::ALL.iter().filter(|c| c.is_behavioural());
        (all.clone().filter(|c| self.fired.contains(**c)).count(), all.count())
    }

    /// The share of behavioural clauses that fired, in whole per cent, rounded down.
    pub fn percent(&self) -> usize {
        let (fired, all) = self.count();
        (fired * 100).checked_div(all).unwrap_or(100)
    }
}

impl ScenarioPlan {
    /// What a run exercised.
    pub fn coverage(&self, verdict: &Verdict) -> Coverage {
        let mut out = Coverage::default();
        for (_, _, event) in &verdict.trace.events {
            if let Event::Decided { scope, request, decision } = event {
                out.fired = out.fired.union(decision.clauses);
                if !decision.clauses.is_subset(out.decisive) {
                    out.decisive = out.decisive.union(decisive(self.policy.rules(*scope), request, decision));
                }
            }
        }
        out
    }
}
