//! A comparison of policies by search: what the same searches break under the base, and what under each candidate.
//!
//! Promises that every policy sees the same starts, the same rows and the same draws, and that a file's own policy
//! gives way to the one that is asked about. Deliberately shrinks nothing, and proves nothing: not broken means not
//! broken by so many schedules.

use super::Explorer;
use crate::diagnostic::Diagnostic;
use crate::format::load::{FileContents, LoadedFile};
use crate::replay::library::Library;
use std::collections::{BTreeMap, BTreeSet};

/// What the search for one property came to under one policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchOutcome {
    /// How many schedules it took to break it; `None` where none did.
    pub after: Option<u64>,
    /// Some schedule did what the property speaks of.
    pub spoken: bool,
}

/// A property of an exploration, and what came of it under each policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched {
    /// The exploration's file.
    pub file: String,
    /// The property.
    pub property: String,
    /// The finding that it states.
    pub finding: Option<String>,
    /// For each policy, the base first; `None` where the start cannot be under it.
    pub outcomes: Vec<Option<SearchOutcome>>,
}

/// What a candidate does to a finding, or to a property that states none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Broken under neither.
    Absent,
    /// Broken under the base, and no longer under the candidate.
    Removes,
    /// Broken under both, but of its properties these many, fewer than before, are left.
    LeavesSome(usize),
    /// Broken under both.
    Leaves,
    /// Not broken under the base, broken under the candidate.
    Adds,
}

/// Searches every exploration among these files under each policy, with these many schedules drawn with this seed.
/// `goes_on` is asked now and then; `None` where it said no.
///
/// # Errors
/// Everything that is wrong with an exploration under its own policy.
pub fn searches(
    files: &[LoadedFile],
    book: &Library,
    policies: &[&str],
    runs: u64,
    seed: u64,
    goes_on: impl Fn(&str) -> bool,
) -> Result<Option<Vec<Searched>>, Vec<Diagnostic>> {
    let mut out = Vec::new();
    for loaded in files {
        let FileContents::Scenario(cases) = &loaded.contents else { continue };
        for case in cases.iter().filter(|case| case.scenario.explore.is_some()) {
            Explorer::new(loaded, case, book)?;
            let mut rows: Vec<Searched> = Vec::new();
            for property in &case.scenario.properties {
                rows.push(Searched {
                    file: loaded.source.name.clone(),
                    property: property.name.clone().or_else(|| property.r#use.clone()).unwrap_or_default(),
                    finding: book.finding_of(property),
                    outcomes: Vec::new(),
                });
            }
            for policy in policies {
                if !goes_on(&format!("{} under {policy}", loaded.source.name)) {
                    return Ok(None);
                }
                let hunt = Explorer::under(loaded, case, book, Some(policy)).ok();
                let hunt = hunt.map(|explorer| explorer.hunt(runs, seed, |_| true));
                for (at, row) in rows.iter_mut().enumerate() {
                    let outcome = hunt.as_ref().map(|hunt| SearchOutcome {
                        after: hunt.first.get(at).copied().flatten().map(|run| run + 1),
                        spoken: hunt.triggered.get(at) == Some(&true),
                    });
                    row.outcomes.push(outcome);
                }
            }
            out.extend(rows);
        }
    }
    Ok(Some(out))
}

impl Searched {
    /// The finding, or the property where it states none.
    pub fn subject(&self) -> &str {
        self.finding.as_deref().unwrap_or(&self.property)
    }

    /// Whether it is broken under the policy of this place.
    pub fn broken(&self, policy: usize) -> bool {
        self.outcomes.get(policy).copied().flatten().is_some_and(|outcome| outcome.after.is_some())
    }
}

/// The searches by what they are about: findings in the order of their numbers, then properties that state none.
pub fn subjects(searched: &[Searched]) -> Vec<(&str, Vec<&Searched>)> {
    let number = |subject: &str| subject.strip_prefix('F').and_then(|n| n.parse::<u32>().ok()).unwrap_or(u32::MAX);
    let names: BTreeSet<(u32, &str)> = searched.iter().map(|s| (number(s.subject()), s.subject())).collect();
    let mut of: BTreeMap<&str, Vec<&Searched>> = BTreeMap::new();
    searched.iter().for_each(|one| of.entry(one.subject()).or_default().push(one));
    names.into_iter().map(|(_, name)| (name, of.remove(name).unwrap_or_default())).collect()
}

/// What the policy of this place does to what these searches are about.
pub fn effect(searches: &[&Searched], policy: usize) -> Effect {
    let broken = |policy| searches.iter().filter(|one| one.broken(policy)).count();
    let kept = searches.iter().filter(|one| one.broken(0) && one.broken(policy)).count();
    match (broken(0), broken(policy)) {
        (0, 0) => Effect::Absent,
        (0, _) => Effect::Adds,
        (_, 0) => Effect::Removes,
        (base, _) if kept < base => Effect::LeavesSome(kept),
        _ => Effect::Leaves,
    }
}

#[cfg(test)]
mod tests {
    use super::{Effect, SearchOutcome, Searched, effect, subjects};

    fn searched(finding: Option<&str>, broken: &[bool]) -> Searched {
        let outcome = |is: &bool| Some(SearchOutcome { after: is.then_some(3), spoken: true });
        Searched {
            file: String::new(),
            property: "P".to_owned(),
            finding: finding.map(str::to_owned),
            outcomes: broken.iter().map(outcome).collect(),
        }
    }

    #[test]
    fn a_candidate_removes_leaves_and_adds() {
        let of = |broken: &[&[bool]]| {
            let rows: Vec<Searched> = broken.iter().map(|b| searched(Some("F1"), b)).collect();
            effect(&rows.iter().collect::<Vec<_>>(), 1)
        };
        assert_eq!(of(&[&[false, false]]), Effect::Absent);
        assert_eq!(of(&[&[true, false], &[true, false]]), Effect::Removes);
        assert_eq!(of(&[&[true, false], &[true, true]]), Effect::LeavesSome(1));
        assert_eq!(of(&[&[true, true], &[false, true]]), Effect::Leaves);
        assert_eq!(of(&[&[false, true]]), Effect::Adds);
    }

    #[test]
    fn findings_stand_in_the_order_of_their_numbers() {
        let rows = [searched(Some("F10"), &[true]), searched(None, &[true]), searched(Some("F9"), &[true])];
        let names: Vec<&str> = subjects(&rows).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["F9", "F10", "P"]);
    }
}
