//! The rules as data, and the decisions made by them.

pub mod decide;
pub mod oracles;
pub mod request;
pub mod rules;
pub(crate) mod words;

use crate::clause::{Clause, Clauses};
use decide::Request;
use request::Decision;
use rules::{Rule, Rules};

/// Which accounts a set of rules is for: an index into a policy's scopes.
pub type Scope = u16;

/// A policy resolved for a world: one set of rules for each scope in use.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The name that a file gives it.
    pub name: String,
    scopes: Vec<Rules>,
    base: Rules,
}

impl Policy {
    /// A policy that is the same everywhere.
    pub fn uniform(name: &str, rules: Rules) -> Policy {
        Policy { name: name.to_owned(), scopes: Vec::new(), base: rules }
    }

    /// The scope of these rules, added where it is new.
    pub fn scope(&mut self, rules: Rules) -> Scope {
        if rules == self.base {
            return 0;
        }
        let at = self.scopes.iter().position(|r| *r == rules).unwrap_or_else(|| {
            self.scopes.push(rules);
            self.scopes.len() - 1
        });
        Scope::try_from(at + 1).unwrap_or(Scope::MAX)
    }

    /// Every scope.
    pub fn scopes(&self) -> impl Iterator<Item = Scope> {
        (0..=self.scopes.len()).filter_map(|at| Scope::try_from(at).ok())
    }

    /// The rules of a scope.
    #[inline]
    pub fn rules(&self, scope: Scope) -> &Rules {
        match scope.checked_sub(1) {
            None => &self.base,
            Some(at) => self.scopes.get(usize::from(at)).unwrap_or(&self.base),
        }
    }

    /// Whether a rule has this value in every scope.
    pub fn is_everywhere(&self, rule: Rule, value: i64) -> bool {
        self.base.get(rule) == value && self.scopes.iter().all(|rules| rules.get(rule) == value)
    }

    /// Gives a rule this value in every scope.
    pub fn set_everywhere(&mut self, rule: Rule, value: i64) {
        self.base.set(rule, value);
        self.scopes.iter_mut().for_each(|rules| rules.set(rule, value));
    }

    /// What the rules of a scope say to a request.
    #[inline]
    pub fn decide(&self, scope: Scope, request: &Request) -> Decision {
        decide::decide(self.rules(scope), request)
    }
}

/// The clauses without which this request would have ended otherwise: for each rule whose clauses the decision cites,
/// the same request is asked with that rule at its neutral value.
pub fn decisive(rules: &Rules, request: &Request, decision: &Decision) -> Clauses {
    let (mut found, mut tried) = (Clauses::NONE, *rules);
    for rule in Rule::ALL {
        let info = rule.info();
        let cited = info.clauses.intersection(decision.clauses);
        if cited.is_subset(found) {
            continue;
        }
        tried.set(*rule, info.neutral);
        if decide::decide(&tried, request).outcome != decision.outcome {
            found = found.union(cited);
        }
        tried.set(*rule, rules.get(*rule));
    }
    found
}

/// All clauses that some rule carries.
pub fn carried() -> Clauses {
    Rule::ALL.iter().fold(Clauses::NONE, |all, rule| all.union(rule.info().clauses))
}

/// The rules that carry a clause.
pub fn rules_of(clause: Clause) -> Vec<Rule> {
    Rule::ALL.iter().copied().filter(|r| r.info().clauses.contains(clause)).collect()
}

#[cfg(test)]
mod tests;
