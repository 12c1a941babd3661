//! Policies and properties by name: what a policy extends, whom its exceptions are for, and whether it contradicts
//! itself.
//!
//! Promises that a policy which cannot be meant is never run. Deliberately reads no disk.

use super::staged_decisions::StagedDecision;
use crate::diagnostic::{Diagnostic, SourceSpan};
use crate::format::load::{FileContents, LoadedFile};
use crate::format::policy::{PolicyFile, parse};
use crate::format::property::PropertyIs;
use crate::format::spelling::nearest;
use crate::format::text_formats::{parse_moment, parse_share};
use crate::format::tree::PathSegment;
use crate::kernel::Time;
use crate::kernel::units::{HOUR, SECOND};
use crate::policy::request::AccountKind;
use crate::policy::rules::{Rule, Rules};
use crate::world::email_otp::OTPS_KEPT;
use std::collections::{BTreeMap, BTreeSet};

/// The policy that is built in, and meant where none is named.
pub const BUILT_IN: &str = "guide-v1.1";

/// The most decisions of one policy.
const MOST_DECISIONS: usize = 8;

/// Rules for some accounts.
#[derive(Clone, Debug)]
pub(super) struct Exception {
    pub(super) places: Option<String>,
    pub(super) kinds: Vec<AccountKind>,
    pub(super) rules: Vec<(Rule, i64)>,
}

impl Exception {
    /// These rules with what is other here.
    pub(super) fn over(&self, mut rules: Rules) -> Rules {
        self.rules.iter().for_each(|(rule, value)| rules.set(*rule, *value));
        rules
    }

    pub(super) fn takes_in(&self, place: &str, school: bool, kind: AccountKind) -> bool {
        let here = match self.places.as_deref() {
            None => true,
            Some("schools") => school,
            Some("hq") => !school,
            Some(name) => name == place,
        };
        here && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }
}

/// A policy with everything that it extends.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The name of its file, by which others call it.
    pub name: String,
    /// What it is, in a line.
    pub title: String,
    /// The findings that it answers.
    pub answers: Vec<String>,
    /// What it decides on the way, in the order of time.
    pub decisions: Vec<StagedDecision>,
    base: Rules,
    exceptions: Vec<Exception>,
}

impl Candidate {
    /// The rules for an account of this kind at this place.
    pub fn rules(&self, place: &str, school: bool, kind: AccountKind) -> Rules {
        let here = self.exceptions.iter().filter(|e| e.takes_in(place, school, kind));
        here.fold(self.base, |rules, exception| exception.over(rules))
    }

    /// The rules that such an account can come to be under: those at the start, and those of decisions, each as if it
    /// were the only one.
    pub fn all_rules(&self, place: &str, school: bool, kind: AccountKind) -> Vec<Rules> {
        let start = self.rules(place, school, kind);
        let turns = self.decisions.iter().filter(|d| d.then.takes_in(place, school, kind));
        std::iter::once(start).chain(turns.map(|d| d.then.over(start))).collect()
    }

    /// The places that exceptions and decisions name.
    pub fn places(&self) -> BTreeSet<&str> {
        let all = self.exceptions.iter().chain(self.decisions.iter().map(|d| &d.then));
        all.filter_map(|e| e.places.as_deref()).filter(|name| !["schools", "hq"].contains(name)).collect()
    }

    /// Gives a rule another value everywhere, as doubt about it or a sweep over it asks.
    pub fn set(&mut self, rule: Rule, value: i64) {
        self.base.set(rule, value);
        for exception in self.exceptions.iter_mut().chain(self.decisions.iter_mut().map(|d| &mut d.then)) {
            exception.rules.retain(|(other, _)| *other != rule);
        }
    }

    /// Gives rules the values that a scenario says itself, for everyone, and is called so.
    pub(super) fn set_own(&mut self, rules: &BTreeMap<String, serde_json::Value>) {
        values(rules).into_iter().for_each(|(rule, value)| self.set(rule, value));
        self.name += " with rules of the file";
    }

    /// The rules where no exception holds.
    pub const fn base(&self) -> Rules {
        self.base
    }
}

/// Everything that scenarios call by name.
#[derive(Clone, Debug)]
pub struct Library {
    policies: BTreeMap<String, Candidate>,
    properties: BTreeMap<String, PropertyIs>,
    /// Names of files that are wrong, and told as such.
    broken: BTreeSet<String>,
}

impl Default for Library {
    fn default() -> Library {
        let guide = Candidate {
            name: BUILT_IN.to_owned(),
            title: "The guide, V1.1 of 14 Feb 2024".to_owned(),
            answers: Vec::new(),
            decisions: Vec::new(),
            base: Rules::default(),
            exceptions: Vec::new(),
        };
        Library {
            policies: BTreeMap::from([(BUILT_IN.to_owned(), guide)]),
            properties: BTreeMap::new(),
            broken: BTreeSet::new(),
        }
    }
}

impl Library {
    /// A book of these files, each by the name that others call it, and every policy among them that extends in a
    /// circle, extends none, or contradicts itself, and every name that two things have. `broken` are the names of
    /// files that could not be read, so that whoever calls them is not blamed.
    pub fn new(files: &[(String, &LoadedFile)], broken: BTreeSet<String>) -> (Library, Vec<Diagnostic>) {
        let mut faults = Vec::new();
        let mut sources: BTreeMap<&str, (&LoadedFile, &PolicyFile)> = BTreeMap::new();
        let mut book = Library { broken, ..Library::default() };
        for (name, loaded) in files {
            match &loaded.contents {
                FileContents::Policy(file) => {
                    if let Some((other, _)) = sources.insert(name, (loaded, file)) {
                        faults.push(twice("policy", name, loaded, &other.source.name));
                    }
                }
                FileContents::Properties(file) => {
                    for property in &file.list {
                        let name = property.name.clone().unwrap_or_default();
                        if book.properties.insert(name.clone(), property.clone()).is_some() {
                            faults.push(twice("property", &name, loaded, "another properties file, or this one"));
                        }
                    }
                }
                FileContents::Scenario(_) | FileContents::Rehearsal(_) => {}
            }
        }
        for (name, (loaded, _)) in &sources {
            match resolve(name, &sources, &book.broken, &mut Vec::new()) {
                Ok(candidate) => {
                    faults.extend(contradictions(&candidate, loaded));
                    book.policies.insert((*name).to_owned(), candidate);
                }
                Err(fault) => {
                    book.broken.insert((*name).to_owned());
                    faults.extend(fault.map(|fault| *fault));
                }
            }
        }
        (book, faults)
    }

    /// The policy of this name.
    pub fn policy(&self, name: &str) -> Option<&Candidate> {
        self.policies.get(name)
    }

    /// Whether the file of this name is wrong, and told as such.
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// The names of all policies.
    pub fn policy_names(&self) -> Vec<&str> {
        self.policies.keys().map(String::as_str).collect()
    }

    /// The property of this name.
    pub fn property(&self, name: &str) -> Option<&PropertyIs> {
        self.properties.get(name)
    }

    /// The finding that a property states, itself or where it is defined.
    pub fn finding_of(&self, is: &PropertyIs) -> Option<String> {
        let named = is.r#use.as_deref().and_then(|name| self.property(name));
        is.finding.clone().or_else(|| named.and_then(|named| named.finding.clone()))
    }

    /// The names of all properties.
    pub fn property_names(&self) -> Vec<&str> {
        self.properties.keys().map(String::as_str).collect()
    }
}

fn twice(what: &str, name: &str, loaded: &LoadedFile, other: &str) -> Diagnostic {
    Diagnostic::error("S215", format!("two files have a {what} of the name `{name}`"))
        .at(&loaded.source.name, loaded.tree.span)
        .label("this one")
        .help(format!("the other is {other}; give one of them another name"))
}

fn place(loaded: &LoadedFile, path: &[PathSegment<'_>]) -> SourceSpan {
    loaded.tree.at(path).map_or(loaded.tree.span, |t| t.span)
}

/// A policy with what it extends; `None` where the fault lies in another file, and is told there.
fn resolve<'a>(
    name: &'a str,
    sources: &BTreeMap<&'a str, (&'a LoadedFile, &'a PolicyFile)>,
    broken: &BTreeSet<String>,
    above: &mut Vec<&'a str>,
) -> Result<Candidate, Option<Box<Diagnostic>>> {
    let Some((loaded, file)) = sources.get(name) else {
        return Library::default().policies.remove(name).ok_or(None);
    };
    let mut candidate = match file.extends.as_deref() {
        None => Library::default().policies.remove(BUILT_IN).ok_or(None)?,
        Some(parent) => {
            let at = place(loaded, &[PathSegment::Key("extends")]);
            let fault = |title: String| Diagnostic::error("S216", title).at(&loaded.source.name, at);
            above.push(name);
            if above.first() != Some(&parent) && above.contains(&parent) {
                return Err(None);
            }
            if above.first() == Some(&parent) && circle_starts(above) {
                let circle = [above.as_slice(), &[parent]].concat().join(" extends ");
                let title = "a circle of `extends`".to_owned();
                return Err(Some(Box::new(
                    fault(title).label("here it closes").help(format!("{circle}; leave one of them out")),
                )));
            }
            if !sources.contains_key(parent) && parent != BUILT_IN && !broken.contains(parent) && above.len() == 1 {
                let known: Vec<&str> = sources.keys().copied().chain([BUILT_IN]).collect();
                let help = suggest(parent, &known);
                return Err(Some(Box::new(fault(format!("no policy `{parent}`")).label("not found").help(help))));
            }
            if broken.contains(parent) || above.contains(&parent) {
                return Err(None);
            }
            let candidate = resolve(parent, sources, broken, above)?;
            above.pop();
            candidate
        }
    };
    candidate.name = name.to_owned();
    candidate.title.clone_from(&file.policy);
    candidate.answers.clone_from(&file.answers);
    for (rule, value) in values(&file.rules) {
        candidate.base.set(rule, value);
    }
    candidate.exceptions.extend(file.scopes.iter().map(|scope| Exception {
        places: scope.places.clone(),
        kinds: scope.kinds.clone(),
        rules: values(&scope.rules),
    }));
    candidate.decisions.extend(file.decisions.iter().map(|is| StagedDecision {
        id: is.id.clone(),
        at: Time(parse_moment(&is.at).unwrap_or_default()),
        seen: is.r#if.measure,
        of: is.r#if.of.clone(),
        more_than: parse_share(&is.r#if.more_than).unwrap_or_default(),
        then: Exception { places: is.places.clone(), kinds: is.kinds.clone(), rules: values(&is.rules) },
    }));
    candidate.decisions.sort_by_key(|decision| decision.at);
    Ok(candidate)
}

/// A circle is told once: where its first name in the order of the alphabet extends the next.
fn circle_starts(above: &[&str]) -> bool {
    above.first() == above.iter().min()
}

/// What the checker let pass has a rule and a value.
fn values(rules: &BTreeMap<String, serde_json::Value>) -> Vec<(Rule, i64)> {
    let one = |(path, value): (&String, &serde_json::Value)| {
        let rule = Rule::from_path(path)?;
        Some((rule, parse(rule.info().kind, value).ok()?))
    };
    rules.iter().filter_map(one).collect()
}

/// `did you mean …?`, or what there is.
pub fn suggest(name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there is none".to_owned(),
        None => format!("known are {}", known.join(", ")),
    }
}

/// Rules that cannot hold together, anywhere that the policy reaches.
fn contradictions(candidate: &Candidate, loaded: &LoadedFile) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut worlds = vec![(place(loaded, &[PathSegment::Key("rules")]), candidate.base)];
    let own = loaded.tree.get("for").map(|t| t.items().len()).unwrap_or_default();
    let inherited = candidate.exceptions.len().saturating_sub(own);
    for (i, exception) in candidate.exceptions.iter().enumerate().skip(inherited) {
        let at =
            place(loaded, &[PathSegment::Key("for"), PathSegment::Index(i - inherited), PathSegment::Key("rules")]);
        worlds.push((at, exception.over(candidate.base)));
    }
    let mut ids = BTreeSet::new();
    for decision in &candidate.decisions {
        if !ids.insert(&decision.id) {
            let title = format!("two decisions are called `{}`", decision.id);
            let at = place(loaded, &[PathSegment::Key("decisions")]);
            let help = "give one of them, or of those of the policy that this one extends, another name";
            out.push(Diagnostic::error("S229", title).at(&loaded.source.name, at).label("in these").help(help));
        }
    }
    if candidate.decisions.len() > MOST_DECISIONS {
        let title = format!("{} decisions are more than {MOST_DECISIONS}", candidate.decisions.len());
        let at = place(loaded, &[PathSegment::Key("decisions")]);
        let help = "each doubles the sets of rules that an account can come under; leave some out";
        out.push(Diagnostic::error("S230", title).at(&loaded.source.name, at).label("these").help(help));
    }
    for (at, rules) in worlds {
        let fault = |(title, help): (String, &str)| {
            Diagnostic::error("S218", title).at(&loaded.source.name, at).label("in these rules").help(help)
        };
        out.extend(conflicts(&rules).into_iter().map(fault));
    }
    out
}

/// What cannot hold together in one set of rules, each with the way out.
pub(super) fn conflicts(rules: &Rules) -> Vec<(String, &'static str)> {
    let mut out = Vec::new();
    if rules.get(Rule::Cutover) < rules.get(Rule::SetupBy) {
        let title = "the cutover comes before the day by which staff set up";
        out.push((title.to_owned(), "move `cutover` back, or `set-up.by` forward"));
    }
    if rules.get(Rule::SetupBy) < rules.get(Rule::SetupFrom) {
        let title = "staff are to set up before the set-up is open";
        out.push((title.to_owned(), "move `set-up.by` back, or `set-up.from` forward"));
    }
    if rules.get(Rule::TotpPeriod) % 1000 != 0 || rules.get(Rule::TotpPeriod) < 1000 {
        out.push(("a time step of codes is a whole number of seconds".to_owned(), "write `totp.period: 30s`"));
    }
    if rules.get(Rule::TotpPeriod) > HOUR {
        let help = "write `totp.period: 30s`; a longer one is not modelled";
        out.push(("a time step of codes is an hour at most".to_owned(), help));
    }
    if rules.get(Rule::PortalSession) < SECOND {
        let help = "write `sessions.portal: 60m`; a shorter one opens nothing, and is not modelled";
        out.push(("a portal session lives for a second at least".to_owned(), help));
    }
    let alive = rules.get(Rule::OtpValidity) / rules.get(Rule::OtpResend).max(1);
    if !rules.on(Rule::OtpNewest) && alive > OTPS_KEPT as i64 {
        let help = "write a shorter `email-otp.validity`, or a longer `email-otp.resend-after`; more are not modelled";
        out.push(("more than four OTPs of one account could be valid at once".to_owned(), help));
    }
    for (from, to) in [(Rule::LaFrom, Rule::LaTo), (Rule::DeskFrom, Rule::DeskTo)] {
        if rules.get(from) >= rules.get(to) {
            let (from, to) = (from.info().path, to.info().path);
            out.push((format!("`{from}` is not before `{to}`"), "hours begin before they end"));
        }
    }
    out
}
