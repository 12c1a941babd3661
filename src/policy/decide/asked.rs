//! A decision in the making: the rules that were asked so far, and the clauses that an answer rests on.
//!
//! Promises that a refusal rests on the clauses of the refusing rule alone, and any other outcome on those of every
//! rule that was asked. Deliberately knows no request: which rules are asked is said in the families beside this file.

use crate::clause::{Clause, Clauses};
use crate::policy::request::{Decision, Outcome, Reason};
use crate::policy::rules::{Rule, Rules};

/// What the function of a request gives: an outcome, or the decision that refuses.
pub(super) type Answer = Result<Outcome, Decision>;

/// The rules, and the clauses of those that were asked.
pub(super) struct Asked<'a> {
    /// The rules.
    pub rules: &'a Rules,
    clauses: Clauses,
}

impl<'a> Asked<'a> {
    /// No rule was asked yet.
    pub fn new(rules: &'a Rules) -> Asked<'a> {
        Asked { rules, clauses: Clauses::NONE }
    }

    /// The value of a rule. The decision cites those of its clauses that `narrow` names, or all where it names none.
    pub fn cite(&mut self, rule: Rule, narrow: &[Clause]) -> i64 {
        self.add(narrowed(rule, narrow));
        self.rules.get(rule)
    }

    /// Whether a switch is on; cites as [`Asked::cite`] does.
    pub fn on(&mut self, rule: Rule, narrow: &[Clause]) -> bool {
        self.cite(rule, narrow) != 0
    }

    /// Refuses, resting on this rule alone, unless the rule's value is `fine`.
    pub fn need(
        &mut self,
        rule: Rule,
        narrow: &[Clause],
        reason: Reason,
        fine: impl FnOnce(i64) -> bool,
    ) -> Result<(), Decision> {
        let value = self.cite(rule, narrow);
        if fine(value) {
            return Ok(());
        }
        Err(Decision { outcome: Outcome::Refused(reason), clauses: narrowed(rule, narrow) })
    }

    /// Cites these clauses too.
    pub fn add(&mut self, clauses: Clauses) {
        self.clauses = self.clauses.union(clauses);
    }

    /// The decision that an answer makes.
    pub fn decision(&self, answer: Answer) -> Decision {
        match answer {
            Ok(outcome) => Decision { outcome, clauses: self.clauses },
            Err(refusal) => refusal,
        }
    }
}

fn narrowed(rule: Rule, narrow: &[Clause]) -> Clauses {
    if narrow.is_empty() { rule.info().clauses } else { Clauses::of(narrow) }
}
