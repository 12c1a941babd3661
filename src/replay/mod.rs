//! A scenario run and judged: `given` makes a world of names, `timeline` acts of rows, `run` a verdict of both,
//! `story` sentences of a verdict, `scene` what a picture of it needs, `coverage` what the clauses did.
//!
//! Promises that a file with a wrong name, time or clause is never run. Deliberately prints nothing.

pub mod coverage;
pub mod device_codes;
mod given;
pub mod library;
mod properties;
pub mod reachability;
pub mod reschedule;
mod run;
pub mod sequence_model;
pub mod staged_decisions;
pub mod state_text;
pub mod story;
mod timeline;
pub mod walk;

pub use properties::{nameless, outcome};
pub use run::{Failure, JudgedProperty, Verdict};

use crate::act::Activity;
use crate::clause::{Clauses, parse_citation};
use crate::diagnostic::{Diagnostic, SourceSpan};
use crate::engine::{Fault, Pace};
use crate::format::load::{LoadedFile, ScenarioCase};
use crate::format::property::ExpectedVerdict::Violated;
use crate::format::scenario::{PaceIs, Scenario};
use crate::format::tree::{PathSegment, Tree};
use crate::kernel::{Date, Span, Time};
use crate::policy::Policy;
use crate::policy::rules::Rule;
use crate::property::{Opened, Property, StateProposition};
use crate::world::ids::{AccountId, ComputerId, MailboxId, PersonId, PlaceId};
use crate::world::state::{Device, World};
use library::{Candidate, Library, suggest};
use staged_decisions::StagedDecisions;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Passwords and secrets that exist before a run begins are numbered below this.
const USED: u32 = 1_000_000;

/// When something begins, or a code is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    At(Time),
    After(Span),
    NextCode,
}

/// What a row of the timeline does.
#[derive(Clone, Debug)]
enum What {
    Act {
        doing: Activity,
        code_at: Option<When>,
    },
    Fault(Fault, Time),
    WrongClock(PersonId, Device, Span),
    Absent(PersonId, Time),
    /// The password of the own account is forgotten.
    Forgotten(PersonId),
    /// The phone is elsewhere until then.
    PhoneElsewhere(PersonId, Time),
    Created(AccountId),
    /// The next step of what this person has begun by steps.
    GoOn(PersonId),
}

/// One row that can be run.
#[derive(Clone, Debug)]
struct Planned {
    when: When,
    what: What,
    /// The word of the act, fault or event.
    word: &'static str,
    expect: Option<String>,
    resting_on: Clauses,
    opens: Option<Opened>,
    prompted: Option<bool>,
    place: SourceSpan,
    /// What else it says, in words.
    detail: String,
    /// The day that stands above it, and where.
    day: Option<(Date, SourceSpan)>,
}

/// A state that is expected when the timeline ends.
#[derive(Clone, Debug)]
struct Wanted {
    account: AccountId,
    state: StateProposition,
    place: SourceSpan,
}

/// A property, and what it is expected to come to.
#[derive(Clone, Debug)]
struct Expected {
    property: Arc<Property>,
    verdict: crate::property::PropertyVerdict,
    allow_vacuous: bool,
    place: SourceSpan,
}

/// What things are called.
#[derive(Clone, Debug, Default)]
pub struct Names {
    people: BTreeMap<String, PersonId>,
    accounts: BTreeMap<String, AccountId>,
    computers: BTreeMap<String, ComputerId>,
    places: BTreeMap<String, (PlaceId, bool)>,
}

impl Names {
    /// The name of a person.
    pub fn person(&self, id: PersonId) -> &str {
        self.people.iter().find(|(_, i)| **i == id).map_or("?", |(name, _)| name)
    }

    /// The name of an account.
    pub fn account(&self, id: AccountId) -> &str {
        self.accounts.iter().find(|(_, i)| **i == id).map_or("?", |(name, _)| name)
    }

    /// `asha, ben and carl`, or `nobody`.
    pub fn list(&self, people: &[PersonId]) -> String {
        let names: Vec<&str> = people.iter().map(|p| self.person(*p)).collect();
        match names.split_last() {
            None => "nobody".to_owned(),
            Some((last, [])) => (*last).to_owned(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        }
    }

    /// Everyone, in the order of their ids.
    pub fn everyone(&self) -> Vec<PersonId> {
        let mut all: Vec<PersonId> = self.people.values().copied().collect();
        all.sort();
        all
    }
}

/// A scenario that can be run.
#[derive(Clone, Debug)]
pub struct ScenarioPlan {
    /// Its title.
    pub title: String,
    /// Which case of it, where it has cases.
    pub case: Option<String>,
    /// The name of its file.
    pub file: String,
    /// Where its title stands.
    pub place: SourceSpan,
    /// The clauses that it cites.
    pub cites: Clauses,
    /// The words that it can be picked by.
    pub tags: Vec<String>,
    /// The finding that it shows: its own, or that of the first property that it expects to be violated and that states
    /// one.
    pub finding: Option<String>,
    /// What things are called in it.
    pub names: Names,
    policy: Policy,
    world: World,
    rows: Vec<Planned>,
    then: Vec<Wanted>,
    properties: Vec<Expected>,
    decisions: StagedDecisions,
    start: Time,
    /// The day at the end of the timeline that only lets time pass: its midnight.
    until: Option<Time>,
    pace: Pace,
}

impl ScenarioPlan {
    /// The title, with the case where there is one.
    pub fn full_title(&self) -> String {
        match &self.case {
            Some(case) => format!("{} [{case}]", self.title),
            None => self.title.clone(),
        }
    }

    /// The name of its policy.
    pub fn policy_name(&self) -> &str {
        &self.policy.name
    }

    /// The same scenario with one rule of its policy replaced for everyone; `None` where its policy has given that rule
    /// a value of its own, be it for some accounts only.
    pub fn with_rule(&self, rule: Rule, value: i64) -> Option<ScenarioPlan> {
        if !self.policy.is_everywhere(rule, rule.info().default) {
            return None;
        }
        let mut plan = self.clone();
        plan.policy.set_everywhere(rule, value);
        Some(plan)
    }

    /// The rows in order: the word of each, and where it stands.
    pub fn places(&self) -> impl Iterator<Item = (&'static str, SourceSpan)> {
        self.rows.iter().map(|row| (row.word, row.place))
    }

    /// The clauses whose rules differ under the other plan's policy, for some account.
    pub fn changed(&self, other: &ScenarioPlan) -> Clauses {
        let pairs = self.world.accounts.iter().zip(&other.world.accounts);
        let rules = pairs.map(|(a, b)| (self.policy.rules(a.scope()), other.policy.rules(b.scope())));
        let differ = rules.flat_map(|(a, b)| Rule::ALL.iter().filter(move |r| a.get(**r) != b.get(**r)));
        differ.fold(Clauses::NONE, |all, rule| all.union(rule.info().clauses))
    }

    /// The first row that begins where the test says.
    pub fn row_at(&self, test: impl Fn(usize) -> bool) -> Option<usize> {
        self.rows.iter().position(|row| test(row.place.start))
    }
}

/// What the rooms of planning share: the file, the faults so far, and the world as it grows.
struct ReplayPlanner<'a> {
    file: &'a str,
    tree: &'a Tree,
    scenario: &'a Scenario,
    book: &'a Library,
    candidate: Candidate,
    faults: Vec<Diagnostic>,
    world: World,
    policy: Policy,
    names: Names,
    mail: BTreeMap<(PersonId, &'static str), MailboxId>,
}

/// Makes a plan of a case; `policy` stands in for the one that the file names.
///
/// # Errors
/// Everything in it that has no meaning, each with its place.
pub fn plan(
    loaded: &LoadedFile,
    case: &ScenarioCase,
    book: &Library,
    policy: Option<&str>,
) -> Result<ScenarioPlan, Vec<Diagnostic>> {
    let plan = plan_of(&loaded.source.name, &case.tree, &case.scenario, book, policy)?;
    Ok(ScenarioPlan { case: case.name.clone(), ..plan })
}

/// Makes a plan of a scenario that need not stand in a file as it is; the tree is where its faults are shown.
///
/// # Errors
/// As [`plan`].
pub fn plan_of(
    file: &str,
    tree: &Tree,
    scenario: &Scenario,
    book: &Library,
    policy: Option<&str>,
) -> Result<ScenarioPlan, Vec<Diagnostic>> {
    let candidate = candidate_of(file, tree, scenario, book, policy)?;
    let mut planner = ReplayPlanner::new(file, tree, scenario, book, candidate);
    planner.given();
    let (rows, until) = planner.timeline();
    let then = planner.then();
    let properties = planner.properties();
    let decisions = planner.decisions(policy.is_none());
    if rows.is_empty() && planner.faults.is_empty() && scenario.explore.is_none() {
        let help = "add a `when:` with a `day:` and a row";
        planner.fault("S203", "nothing happens in this scenario".to_owned(), &[], help);
    }
    if !planner.faults.is_empty() {
        return Err(planner.faults);
    }
    let start = rows.iter().find_map(|r| if let When::At(t) = r.when { Some(Time::at(t.date(), 0)) } else { None });
    let cites = scenario.cites.iter().filter_map(|c| parse_citation(&c.0).ok());
    Ok(ScenarioPlan {
        title: scenario.scenario.clone(),
        case: None,
        file: file.to_owned(),
        place: tree.get("scenario").map_or(tree.span, |t| t.span),
        cites: cites.fold(Clauses::NONE, Clauses::union),
        tags: scenario.tags.clone(),
        finding: scenario.finding.clone().or_else(|| {
            let mut violated = scenario.properties.iter().filter(|is| is.expect == Some(Violated));
            violated.find_map(|is| book.finding_of(is))
        }),
        names: planner.names,
        policy: planner.policy,
        world: planner.world,
        rows,
        then,
        properties,
        decisions,
        start: start.unwrap_or_default(),
        until,
        pace: match scenario.given.pace {
            Some(PaceIs::Instant) => Pace::Instant,
            _ => Pace::Nominal,
        },
    })
}

/// The policy of a scenario, with the rules that the scenario says itself; or the one that stands in for both.
fn candidate_of(
    file: &str,
    tree: &Tree,
    scenario: &Scenario,
    book: &Library,
    policy: Option<&str>,
) -> Result<Candidate, Vec<Diagnostic>> {
    let given = &scenario.given;
    let at = |key| tree.at(&[PathSegment::Key("given"), PathSegment::Key(key)]).map_or(tree.span, |t| t.span);
    let named = policy.or(given.policy.as_deref()).unwrap_or(library::BUILT_IN);
    let Some(mut candidate) = book.policy(named).cloned() else {
        if book.is_broken(named) {
            return Err(Vec::new());
        }
        let fault = Diagnostic::error("S201", format!("no policy `{named}`")).at(file, at("policy")).label("not found");
        return Err(vec![fault.help(suggest(named, &book.policy_names()))]);
    };
    if policy.is_some() || given.rules.is_empty() {
        return Ok(candidate);
    }
    candidate.set_own(&given.rules);
    let fault = |(title, help): (String, &str)| {
        Diagnostic::error("S218", title).at(file, at("rules")).label("in these rules").help(help)
    };
    let faults: Vec<Diagnostic> = library::conflicts(&candidate.base()).into_iter().map(fault).collect();
    if faults.is_empty() { Ok(candidate) } else { Err(faults) }
}

impl<'a> ReplayPlanner<'a> {
    /// Nothing is planned yet.
    fn new(
        file: &'a str,
        tree: &'a Tree,
        scenario: &'a Scenario,
        book: &'a Library,
        candidate: Candidate,
    ) -> ReplayPlanner<'a> {
        ReplayPlanner {
            file,
            tree,
            scenario,
            book,
            faults: Vec::new(),
            world: World::default(),
            policy: Policy::uniform(&candidate.name, candidate.base()),
            names: Names::default(),
            mail: BTreeMap::new(),
            candidate,
        }
    }
}

impl ReplayPlanner<'_> {
    fn place(&self, path: &[PathSegment<'_>]) -> SourceSpan {
        self.tree.nearest(path)
    }

    fn fault(&mut self, code: &'static str, title: String, path: &[PathSegment<'_>], help: &str) {
        let place = self.place(path);
        self.faults.push(Diagnostic::error(code, title).at(self.file, place).label("here").help(help));
    }

    /// As `fault`, marking the last key of the path and not what stands there.
    fn fault_key(&mut self, code: &'static str, title: String, path: &[PathSegment<'_>], help: &str) {
        let place = match path {
            [above @ .., PathSegment::Key(key)] => {
                self.tree.at(above).and_then(|t| t.entry(key)).map(|entry| entry.key_span)
            }
            _ => None,
        };
        let place = place.unwrap_or_else(|| self.place(path));
        self.faults.push(Diagnostic::error(code, title).at(self.file, place).label("here").help(help));
    }

    fn find(&mut self, name: &str, path: &[PathSegment<'_>]) -> Option<PersonId> {
        if let Some(id) = self.names.people.get(name) {
            return Some(*id);
        }
        let known: Vec<&str> = self.names.people.keys().map(String::as_str).collect();
        let help = suggest(name, &known);
        self.fault("S204", format!("no person `{name}`"), path, &help);
        None
    }

    fn account(&mut self, name: &str, path: &[PathSegment<'_>]) -> Option<AccountId> {
        if let Some(id) = self.names.accounts.get(name) {
            return Some(*id);
        }
        let known: Vec<&str> = self.names.accounts.keys().map(String::as_str).collect();
        let help = suggest(name, &known);
        self.fault("S205", format!("no account `{name}`"), path, &help);
        None
    }

    /// What the policy decides on the way, in this world.
    ///
    /// `own` where it is the policy that the scenario was written for: another need not know what this one decides.
    fn decisions(&mut self, own: bool) -> StagedDecisions {
        let names: BTreeMap<PlaceId, (&str, bool)> =
            self.names.places.iter().map(|(name, (id, school))| (*id, (name.as_str(), *school))).collect();
        let place = |id: PlaceId| names.get(&id).copied();
        let mut decisions = StagedDecisions::new(&self.candidate, &self.world, &mut self.policy, place);
        let scenario = self.scenario;
        let known: Vec<String> = self.candidate.decisions.iter().map(|decision| decision.id.clone()).collect();
        for (at, id) in scenario.given.decided.iter().flatten().enumerate() {
            if own && !known.contains(id) {
                let help = suggest(id, &known.iter().map(String::as_str).collect::<Vec<_>>());
                let path = [PathSegment::Key("given"), PathSegment::Key("decided"), PathSegment::Index(at)];
                self.fault("S231", format!("`{}` decides no `{id}`", self.candidate.name), &path, &help);
            }
        }
        if let Some(said) = &scenario.given.decided {
            decisions.say(known.iter().map(|id| said.contains(id)).collect());
        }
        decisions
    }

    /// The states that are expected when the timeline ends.
    fn then(&mut self) -> Vec<Wanted> {
        let mut out = Vec::new();
        let scenario = self.scenario;
        for (i, wanted) in scenario.then.iter().enumerate() {
            let base = [PathSegment::Key("then"), PathSegment::Index(i)];
            let account = self.account(&wanted.account, &[base[0], base[1], PathSegment::Key("account")]);
            let state = self.state(&wanted.state, account, &base);
            if let Some(account) = account {
                out.push(Wanted { account, state, place: self.place(&base) });
            }
        }
        out
    }
}
