//! Properties of a file, with `use:` looked up and names made ids.
//!
//! Promises that a property which says nothing, or two things, or what can never be, is an error. Deliberately judges
//! nothing.

use super::library::{BUILT_IN, Library};
use super::{Expected, ReplayPlanner};
use crate::act::ActOutcome;
use crate::clause::{Clauses, parse_citation};
use crate::diagnostic::SourceSpan;
use crate::format::property::{BoundIs, EachIs, ExpectedVerdict, LeafIs, PropertyIs, StateIs};
use crate::format::scenario::Scenario;
use crate::format::text_formats::{WrittenDeadline, parse_deadline};
use crate::format::tree::{Node, PathSegment, Tree};
use crate::kernel::Span;
use crate::kernel::time::{parse_instant, parse_span};
use crate::policy::request::{Reason, Role};
use crate::property::{
    Able, Acting, Deadline, EndProposition, Flag, ForEach, Moment, Opened, Pattern, Possible, Property,
    PropertyVerdict, Proposition, StateProposition, Who,
};
use crate::world::ids::AccountId;
use std::sync::Arc;

/// How many states one look ahead visits at most, unless said.
const LOOK_AHEAD: u32 = 50_000;

/// How far `possible` looks ahead unless said: two days.
const HORIZON: Span = Span(2 * 86_400_000);

impl ReplayPlanner<'_> {
    /// The properties of the file, compiled.
    pub(super) fn properties(&mut self) -> Vec<Expected> {
        let scenario = self.scenario;
        let mut out = Vec::new();
        for (i, is) in scenario.properties.iter().enumerate() {
            let base = [PathSegment::Key("properties"), PathSegment::Index(i)];
            let said = PropertyIs { r#use: None, expect: None, allow_vacuous: false, ..is.clone() };
            if is.r#use.is_some() && said != PropertyIs::default() {
                let help = "beside `use:` stand only `expect:` and `allow-vacuous:`";
                self.fault("S224", "this property is used and said at once".to_owned(), &base, help);
                continue;
            }
            let known = is.r#use.as_deref().map(|name| (name, self.book.property(name).cloned()));
            let whole = match known {
                None => is.clone(),
                Some((_, Some(found))) => PropertyIs {
                    expect: is.expect.or(found.expect),
                    allow_vacuous: is.allow_vacuous || found.allow_vacuous,
                    ..found
                },
                Some((name, None)) => {
                    let help = super::library::suggest(name, &self.book.property_names());
                    let path = [base[0], base[1], PathSegment::Key("use")];
                    self.fault("S219", format!("no property `{name}`"), &path, &help);
                    continue;
                }
            };
            if let Some(property) = self.property(&whole, &base) {
                let verdict = match whole.expect {
                    None | Some(ExpectedVerdict::Holds) => PropertyVerdict::Holds,
                    Some(ExpectedVerdict::Violated) => PropertyVerdict::Violated,
                    Some(ExpectedVerdict::Pending) => PropertyVerdict::Pending,
                    Some(ExpectedVerdict::Vacuous) => PropertyVerdict::Vacuous,
                    Some(ExpectedVerdict::Undecided) => PropertyVerdict::Undecided,
                };
                let (property, place) = (Arc::new(property), self.place(&base));
                out.push(Expected { property, verdict, allow_vacuous: whole.allow_vacuous, place });
            }
        }
        out
    }

    fn property(&mut self, is: &PropertyIs, base: &[PathSegment<'_>; 2]) -> Option<Property> {
        let patterns = [&is.never, &is.always, &is.eventually, &is.possible].into_iter().flatten().count();
        if patterns != 1 || (is.whenever.is_some() && is.eventually.is_none()) {
            let help = "say one of `never`, `always`, `eventually`, `possible`, or `whenever` with `eventually`";
            self.fault("S220", "this property does not say what has to be so".to_owned(), base, help);
            return None;
        }
        if !self.belongs(is, base) {
            return None;
        }
        let bounds = match &is.for_each {
            None => Vec::new(),
            Some(EachIs::One(bound)) => vec![*bound],
            Some(EachIs::Pair(bounds)) => bounds.clone(),
        };
        let has = |bound| bounds.contains(&bound);
        let each = ForEach { person: has(BoundIs::Person), account: has(BoundIs::Account), place: has(BoundIs::Place) };
        let (after, before) = (moment(is.after.as_deref()), moment(is.before.as_deref()));
        if let (Some(Moment::At(from)), Some(Moment::At(to))) = (after, before)
            && to <= from
        {
            let path = [base[0], base[1], PathSegment::Key("before")];
            self.fault("S227", "`before` is not after `after`".to_owned(), &path, "say a later `before:`");
            return None;
        }
        let at = |key: &'static str| [base[0], base[1], PathSegment::Key(key)];
        let pattern = match (&is.never, &is.always, &is.eventually, &is.whenever, &is.possible) {
            (Some(never), ..) => {
                let until = match &is.until {
                    Some(until) => Some(self.leading(until, each, &at("until"))?),
                    None => None,
                };
                Pattern::Never { leaf: self.leading(never, each, &at("never"))?, until }
            }
            (_, Some(always), ..) => Pattern::Always(self.leading(always, each, &at("always"))?),
            (_, _, Some(eventually), None, _) => {
                Pattern::Eventually(self.leading(eventually, each, &at("eventually"))?)
            }
            (_, _, Some(eventually), Some(whenever), _) => Pattern::Response {
                trigger: self.leading(whenever, each, &at("whenever"))?,
                response: self.leaf(eventually, each, &at("eventually"))?,
                deadline: self.deadline(is, after, base)?,
            },
            (.., Some(possible)) => Pattern::Possible(self.possible(is, possible, each, base)?),
            _ => return None,
        };
        let name = is.name.clone().unwrap_or_else(|| "a property without a name".to_owned());
        Some(Property { name, pattern, after, before, each })
    }

    /// Whether each key stands beside the one that it belongs to.
    fn belongs(&mut self, is: &PropertyIs, base: &[PathSegment<'_>; 2]) -> bool {
        let (never, possible, whenever) = (is.never.is_some(), is.possible.is_some(), is.whenever.is_some());
        let keys = [
            ("until", is.until.is_some(), never, "`until` says from when `never` is lifted: say `never` too"),
            ("acting", is.acting.is_some(), possible, "`acting` says who may act in what is `possible`"),
            ("states", is.states.is_some(), possible, "`states` says how far is looked for what is `possible`"),
            ("acts", is.acts.is_some(), possible, "`acts` says what may be done in what is `possible`"),
            ("within", is.within.is_some(), possible || whenever, "`within` counts from `whenever`, or for `possible`"),
            ("by", is.by.is_some(), whenever && is.within.is_none(), "`by` goes with `whenever`, in place of `within`"),
        ];
        let stray: Vec<_> = keys.into_iter().filter(|(_, said, right, _)| *said && !right).collect();
        for (key, _, _, help) in &stray {
            let path = [base[0], base[1], PathSegment::Key(key)];
            self.fault_key("S228", format!("`{key}` belongs to nothing here"), &path, help);
        }
        stray.is_empty()
    }

    fn possible(
        &mut self,
        is: &PropertyIs,
        reached: &LeafIs,
        each: ForEach,
        base: &[PathSegment<'_>; 2],
    ) -> Option<Possible> {
        let at = |key: &'static str| [base[0], base[1], PathSegment::Key(key)];
        if each.is_pair() {
            let help = "bind it to `person` or to `account`: a pair is known only when it acts";
            self.fault("S226", "what is possible for a pair".to_owned(), &at("for-each"), help);
            return None;
        }
        let leaf = self.leading(reached, each, &at("possible"))?;
        let acting = match (&is.acting, &leaf) {
            (Some(names), _) => {
                let path = |at| [base[0], base[1], PathSegment::Key("acting"), PathSegment::Index(at)];
                let who = names.iter().enumerate().map(|(at, name)| self.who(name, &path(at)));
                Acting::These(who.collect::<Option<Vec<Who>>>()?)
            }
            (None, Proposition::End(EndProposition { who: Some(who), .. })) => Acting::These(vec![*who]),
            _ if each.person => Acting::Bound,
            _ => Acting::Everyone,
        };
        let within = self.span(is.within.as_deref(), base)?.unwrap_or(HORIZON);
        let acts = is.acts.iter().flatten().copied().collect();
        Some(Possible { leaf, acting, within, acts, states: is.states.unwrap_or(LOOK_AHEAD) })
    }

    /// The span of `within`, which is not nothing.
    fn span(&mut self, text: Option<&str>, base: &[PathSegment<'_>; 2]) -> Option<Option<Span>> {
        let span = text.and_then(|text| parse_span(text).ok());
        if span.is_some_and(|span| span.0 <= 0) {
            let title = "the deadline is over when it begins".to_owned();
            self.fault(
                "S227",
                title,
                &[base[0], base[1], PathSegment::Key("within")],
                "say a longer span, such as `2d`",
            );
            return None;
        }
        Some(span)
    }

    fn deadline(&mut self, is: &PropertyIs, after: Option<Moment>, base: &[PathSegment<'_>; 2]) -> Option<Deadline> {
        if let Some(span) = self.span(is.within.as_deref(), base)? {
            return Some(Deadline::Within(span));
        }
        Some(match is.by.as_deref().map(parse_deadline) {
            Some(Ok(WrittenDeadline::EndOfDay)) => Deadline::EndOfDay,
            Some(Ok(WrittenDeadline::EndOfNextWorkingDay)) => Deadline::EndOfNextWorkingDay,
            Some(Ok(WrittenDeadline::At(time))) => {
                if matches!(after, Some(Moment::At(from)) if time <= from) {
                    let path = [base[0], base[1], PathSegment::Key("by")];
                    let title = "the deadline is over before any trigger".to_owned();
                    self.fault("S227", title, &path, "say an instant after `after:`");
                    return None;
                }
                Deadline::At(time)
            }
            _ => Deadline::End,
        })
    }

    /// A leaf that is judged by itself, not as the response to another: a state then needs an account or a person to be
    /// looked at for.
    fn leading(&mut self, is: &LeafIs, each: ForEach, base: &[PathSegment<'_>; 3]) -> Option<Proposition> {
        let leaf = self.leaf(is, each, base)?;
        if matches!(leaf, Proposition::State(_)) && each.is_pair() {
            let help = "bind it to `account` alone: a state is of an account, and a pair is known only when it acts";
            self.fault("S226", "a state of a pair".to_owned(), base, help);
            return None;
        }
        Some(leaf)
    }

    fn leaf(&mut self, is: &LeafIs, each: ForEach, base: &[PathSegment<'_>; 3]) -> Option<Proposition> {
        let key = |name: &'static str| [base[0], base[1], base[2], PathSegment::Key(name)];
        let account = match &is.account {
            None => None,
            Some(name) => Some(self.account(name, &key("account"))?),
        };
        let ends = LeafIs { account: None, state: StateIs::default(), ..is.clone() } != LeafIs::default();
        if is.state != StateIs::default() {
            if ends {
                let help = "say an act by `do`, `who`, `result`, …, or a state by `can-sign-in`, `enrolled`, …";
                let title = "the end of an act and a state at once".to_owned();
                self.fault("S225", title, base, help);
                return None;
            }
            if account.is_none() && !each.account && !each.person {
                let help = "name an `account:`, or bind the property by `for-each: account`";
                self.fault("S226", "a state of no account".to_owned(), base, help);
                return None;
            }
            return Some(Proposition::State(self.state(&is.state, account, base)));
        }
        let who = match is.who.as_deref() {
            None => None,
            Some(name) => Some(self.who(name, &key("who"))?),
        };
        let opened = match &is.r#as {
            None => None,
            Some(name) => Some(self.opened(name, &key("as"))?),
        };
        let resting_on = is.resting_on.as_deref().and_then(|text| parse_citation(text).ok());
        Some(Proposition::End(EndProposition {
            kind: is.r#do,
            who,
            account,
            via: is.via,
            result: is.result.as_deref().and_then(outcome),
            resting_on: resting_on.unwrap_or(Clauses::NONE),
            factor: is.factor,
            opened,
            topic: is.topic,
            prompted: is.prompted,
        }))
    }

    /// `member`, `non-member`, a role, or a person.
    fn who(&mut self, name: &str, path: &[PathSegment<'_>]) -> Option<Who> {
        match (name, Role::ALL.iter().find(|role| role.word() == name)) {
            ("member", _) => Some(Who::Member),
            ("non-member", _) => Some(Who::NonMember),
            (_, Some(_)) if self.names.people.contains_key(name) => {
                let title = format!("`{name}` is a role and the name of a person");
                self.fault("S208", title, path, "give the person another name");
                None
            }
            (_, Some(role)) => Some(Who::Role(*role)),
            _ => self.find(name, path).map(Who::Person),
        }
    }

    /// A state, with its names made ids.
    pub(super) fn state(
        &mut self,
        is: &StateIs,
        account: Option<AccountId>,
        base: &[PathSegment<'_>],
    ) -> StateProposition {
        let can_sign_in = is.can_sign_in.as_ref().map(|list| self.people(list, "can-sign-in", base));
        let knows_password = is.knows_password.as_ref().map(|list| self.people(list, "knows-password", base));
        let flags = [
            (Flag::Enrolled, is.enrolled),
            (Flag::Locked, is.locked),
            (Flag::DeviceHeld, is.device_held),
            (Flag::DeviceHeldByAll, is.device_held_by_all),
        ];
        let flags = flags.into_iter().filter_map(|(flag, wanted)| Some((flag, wanted?))).collect();
        StateProposition { account, can_sign_in, knows_password, flags }
    }

    /// The people of a list, `member` meaning all members.
    fn people(&mut self, list: &[String], key: &'static str, base: &[PathSegment<'_>]) -> Able {
        let mut able = Able::default();
        for (at, name) in list.iter().enumerate() {
            let path = [base, &[PathSegment::Key(key), PathSegment::Index(at)]].concat();
            if name == "member" {
                able.members = true;
            } else {
                able.people.extend(self.find(name, &path));
            }
        }
        able.people.sort_unstable();
        able
    }

    /// Whose account opened: that of a name, `other` than the one that was meant, or `nobody`'s.
    pub(super) fn opened(&mut self, name: &str, path: &[PathSegment<'_>]) -> Option<Opened> {
        let named = self.names.accounts.contains_key(name);
        match name {
            "other" if !named => Some(Opened::Other),
            "nobody" if !named => Some(Opened::Nobody),
            _ => self.account(name, path).map(Opened::Account),
        }
    }
}

/// A property compiled where nothing has a name, as in a rehearsal.
///
/// # Errors
/// The first thing that is wrong with it there, in a line.
pub fn nameless(is: &PropertyIs, book: &Library) -> Result<Property, String> {
    let candidate = Library::default().policy(BUILT_IN).cloned().ok_or("the built-in policy is not there")?;
    let (tree, scenario) = (Tree { span: SourceSpan::default(), node: Node::Map(Vec::new()) }, Scenario::default());
    let mut planner = ReplayPlanner::new("", &tree, &scenario, book, candidate);
    let property = planner.property(is, &[PathSegment::Key("properties"), PathSegment::Index(0)]);
    property.ok_or_else(|| planner.faults.first().map(|fault| fault.title.clone()).unwrap_or_default())
}

fn moment(text: Option<&str>) -> Option<Moment> {
    let text = text?;
    Some(parse_instant(text).map_or(Moment::Cutover, Moment::At))
}

/// The result that a word stands for.
pub fn outcome(word: &str) -> Option<ActOutcome> {
    match word {
        "granted" => Some(ActOutcome::Granted),
        "done" => Some(ActOutcome::Done),
        "waiting" => Some(ActOutcome::Waiting),
        _ => Reason::ALL.iter().copied().find(|r| r.word() == word).map(ActOutcome::Refused),
    }
}
