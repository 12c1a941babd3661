//! What programs from outside say of the rules: which of them agree, and in what they differ.
//!
//! Promises that nothing is claimed that was not run: a test holds this table against the counts in
//! `reports/oracles.md`, which the tests in `tests/oracles` write. Deliberately asks no program itself.

use super::rules::Rule;
use crate::clause::Clause;

macro_rules! programs {
    ($($name:ident $said:literal;)*) => {
        /// A program that others wrote, and that the model was held against.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Oracle { $(#[doc = concat!("The program ", $said, ".")] $name,)* }

        impl Oracle {
            /// Every program.
            pub const ALL: &'static [Oracle] = &[$(Oracle::$name,)*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Oracle::$name => $said,)* }
            }
        }
    };
}

programs! {
    Liboath "liboath";
    NodeSaml "node-saml";
    Otplib "otplib";
    Pyotp "pyotp";
    Zbarimg "zbarimg";
}

/// What a program says of a rule, for every value of the rule that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// The same, always.
    Agrees,
    /// The same, but for what these sentences say.
    ButFor(&'static [&'static str]),
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct OracleLine {
    /// Which rule.
    pub rule: Rule,
    /// Which program.
    pub oracle: Oracle,
    /// What that says.
    pub opinion: Opinion,
}

/// liboath's memory is the digits of one code.
pub const LAST_CODE: &str = "liboath tells the last code that it accepted as a replay also after the code has left \
                             the window, where the model says that it is wrong; both refuse it";
/// node-saml remembers requests, and no responses.
pub const UNASKED: &str = "node-saml keeps no memory of a response that answers no request, and takes it again; the \
                           model takes each response once";
/// A browser has one request in the model.
pub const ONE_REQUEST: &str = "the model's browser has one request under way, which the next request or a response \
                               that is taken ends; node-saml keeps every request until it is answered";
/// node-saml drops what failed.
pub const REFUSED_ENDS: &str = "node-saml forgets a request once a response to it was refused, and in the model a \
                                refusal changes nothing";
/// node-saml's requests grow old.
pub const FORGETS: &str = "node-saml forgets a request after 8 hours unless told otherwise, and the model keeps it";

use Opinion::{Agrees, ButFor};

/// Every comparison that was made, in the order of programs and rules.
pub const COMPARISONS: &[OracleLine] = &[
    line(Oracle::Liboath, Rule::TotpPeriod, Agrees),
    line(Oracle::Liboath, Rule::TotpDigits, Agrees),
    line(Oracle::Liboath, Rule::TotpAlgorithm, Agrees),
    line(Oracle::Liboath, Rule::TotpSkew, Agrees),
    line(Oracle::Liboath, Rule::TotpSingleUse, ButFor(&[LAST_CODE])),
    line(Oracle::Liboath, Rule::TotpMonotone, Agrees),
    line(Oracle::NodeSaml, Rule::AssertionFor, Agrees),
    line(Oracle::NodeSaml, Rule::AssertionSkew, Agrees),
    line(Oracle::NodeSaml, Rule::AssertionOnce, ButFor(&[FORGETS, REFUSED_ENDS, UNASKED, ONE_REQUEST])),
    line(Oracle::Otplib, Rule::SoftTokenOffered, Agrees),
    line(Oracle::Otplib, Rule::TotpPeriod, Agrees),
    line(Oracle::Otplib, Rule::TotpDigits, Agrees),
    line(Oracle::Otplib, Rule::TotpAlgorithm, Agrees),
    line(Oracle::Otplib, Rule::TotpSkew, Agrees),
    line(Oracle::Pyotp, Rule::SoftTokenOffered, Agrees),
    line(Oracle::Pyotp, Rule::TotpPeriod, Agrees),
    line(Oracle::Pyotp, Rule::TotpDigits, Agrees),
    line(Oracle::Pyotp, Rule::TotpAlgorithm, Agrees),
    line(Oracle::Pyotp, Rule::TotpSkew, Agrees),
    line(Oracle::Zbarimg, Rule::SoftTokenOffered, Agrees),
];

const fn line(oracle: Oracle, rule: Rule, opinion: Opinion) -> OracleLine {
    OracleLine { rule, oracle, opinion }
}

/// What programs say of some rules, in sentences; none where none was asked.
fn sentences(about: impl Fn(Rule) -> bool) -> Vec<String> {
    let said: Vec<&OracleLine> = COMPARISONS.iter().filter(|is| about(is.rule)).collect();
    let differs = |is: &OracleLine| matches!(is.opinion, ButFor(_));
    let mut names: Vec<&str> = said.iter().filter(|is| !differs(is)).map(|is| is.oracle.name()).collect();
    names.retain(|name| !said.iter().any(|is| is.oracle.name() == *name && differs(is)));
    names.dedup();
    let mut out = Vec::new();
    if !names.is_empty() {
        out.push(format!("agrees with {}", names.join(", ")));
    }
    for is in said {
        if let ButFor(reasons) = is.opinion {
            out.push(format!("agrees with {} but for this: {}", is.oracle.name(), reasons.join("; also, ")));
        }
    }
    out
}

/// What programs say of a rule, in sentences; none where none was asked.
pub fn of_rule(rule: Rule) -> Vec<String> {
    sentences(|is| is == rule)
}

/// What programs say of the rules that carry a clause, in sentences; none where none was asked.
pub fn of_clause(clause: Clause) -> Vec<String> {
    sentences(|is| is.info().clauses.contains(clause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_differs_anywhere_is_not_said_to_agree() {
        assert_eq!(of_rule(Rule::TotpPeriod), ["agrees with liboath, otplib, pyotp"]);
        let said = of_clause(Clause::A2).join("\n");
        assert!(said.starts_with("agrees with liboath but for this: liboath tells the last code"), "{said}");
        assert!(of_rule(Rule::DeskTo).is_empty());
    }

    #[test]
    fn no_pair_comes_twice() {
        let pairs: std::collections::BTreeSet<_> = COMPARISONS.iter().map(|is| (is.oracle, is.rule)).collect();
        assert_eq!(pairs.len(), COMPARISONS.len());
    }
}
