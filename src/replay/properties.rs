//! Properties of a file, with `use:` looked up and names made ids.
//!
//! Promises that a property which says nothing, or two things, is an error. Deliberately judges nothing.

use super::{Expected, Planner};
use crate::act::Via;
use crate::clause::{Clauses, parse_citation};
use crate::format::leaf::{Deadline as Written, parse_deadline};
use crate::format::property::{Bound, Each, Expected as Wanted, Pattern as Is, PropertyIs};
use crate::format::rows::ViaIs;
use crate::format::tree::Step as Path;
use crate::kernel::time::{parse_instant, parse_span};
use crate::policy::request::Reason;
use crate::property::{Deadline, Leaf, Moment, Pattern, Property, Verdict, Who};
use crate::trace::Result;

impl Planner<'_> {
    /// The properties of the file, compiled.
    pub(super) fn properties(&mut self) -> Vec<Expected> {
        let scenario = self.scenario;
        let mut out = Vec::new();
        for (i, is) in scenario.properties.iter().enumerate() {
            let base = [Path::Key("properties"), Path::Index(i)];
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
                    let help = super::book::suggest(name, &self.book.property_names());
                    let path = [base[0], base[1], Path::Key("use")];
                    self.fault("S219", format!("no property `{name}`"), &path, &help);
                    continue;
                }
            };
            if let Some(property) = self.property(&whole, &base) {
                let verdict = match whole.expect {
                    None | Some(Wanted::Holds) => Verdict::Holds,
                    Some(Wanted::Violated) => Verdict::Violated,
                    Some(Wanted::Pending) => Verdict::Pending,
                };
                let place = self.place(&base);
                out.push(Expected { property, verdict, allow_vacuous: whole.allow_vacuous, place });
            }
        }
        out
    }

    fn property(&mut self, is: &PropertyIs, base: &[Path<'_>; 2]) -> Option<Property> {
        let patterns = [&is.never, &is.always, &is.eventually].into_iter().flatten().count();
        if patterns != 1 || (is.whenever.is_some() && is.eventually.is_none()) {
            let help = "say one of `never`, `always`, `eventually`, or `whenever` with `eventually`";
            self.fault("S220", "this property does not say what has to be so".to_owned(), base, help);
            return None;
        }
        let at = |key: &'static str| [base[0], base[1], Path::Key(key)];
        let pattern = match (&is.never, &is.always, &is.eventually, &is.whenever) {
            (Some(never), ..) => Pattern::Never(self.leaf(never, &at("never"))?),
            (_, Some(always), ..) => Pattern::Always(self.leaf(always, &at("always"))?),
            (_, _, Some(eventually), None) => Pattern::Eventually(self.leaf(eventually, &at("eventually"))?),
            (_, _, Some(eventually), Some(whenever)) => Pattern::Response {
                trigger: self.leaf(whenever, &at("whenever"))?,
                response: self.leaf(eventually, &at("eventually"))?,
                deadline: self.deadline(is),
            },
            _ => return None,
        };
        let moment = |text: &Option<String>| {
            text.as_deref().map(|text| match parse_instant(text) {
                Ok(time) if text != "cutover" => Moment::At(time),
                _ => Moment::Cutover,
            })
        };
        let bounds = match &is.for_each {
            None => Vec::new(),
            Some(Each::One(bound)) => vec![*bound],
            Some(Each::Pair(bounds)) => bounds.clone(),
        };
        Some(Property {
            name: is.name.clone().unwrap_or_else(|| "a property without a name".to_owned()),
            pattern,
            after: moment(&is.after),
            before: moment(&is.before),
            each_person: bounds.contains(&Bound::Person),
            each_account: bounds.contains(&Bound::Account),
        })
    }

    fn deadline(&self, is: &PropertyIs) -> Deadline {
        if let Some(span) = is.within.as_deref().and_then(|text| parse_span(text).ok()) {
            return Deadline::Within(span);
        }
        match is.by.as_deref().map(parse_deadline) {
            Some(Ok(Written::EndOfDay)) => Deadline::EndOfDay,
            Some(Ok(Written::EndOfNextWorkingDay)) => Deadline::EndOfNextWorkingDay,
            Some(Ok(Written::At(time))) => Deadline::At(time),
            _ => Deadline::End,
        }
    }

    fn leaf(&mut self, is: &Is, base: &[Path<'_>; 3]) -> Option<Leaf> {
        let key = |name: &'static str| [base[0], base[1], base[2], Path::Key(name)];
        let who = match is.who.as_deref() {
            None => None,
            Some("member") => Some(Who::Member),
            Some("non-member") => Some(Who::NonMember),
            Some(name) => Some(Who::Person(self.find(name, &key("who"))?)),
        };
        let account = match &is.account {
            None => None,
            Some(name) => Some(self.account(name, &key("account"))?),
        };
        let opened = match &is.r#as {
            None => None,
            Some(name) => Some(self.account(name, &key("as"))?),
        };
        let resting_on = is.resting_on.as_deref().and_then(|text| parse_citation(text).ok());
        Some(Leaf {
            word: is.r#do.map(|act| act.word()),
            who,
            account,
            via: is.via.map(|via| if via == ViaIs::Portal { Via::Portal } else { Via::Google }),
            result: is.result.as_deref().and_then(outcome),
            resting_on: resting_on.unwrap_or(Clauses::NONE),
            factor: is.factor,
            opened,
        })
    }
}

/// The result that a word stands for.
pub(super) fn outcome(word: &str) -> Option<Result> {
    match word {
        "granted" => Some(Result::Granted),
        "done" => Some(Result::Done),
        "waiting" => Some(Result::Waiting),
        _ => Reason::ALL.iter().copied().find(|r| r.word() == word).map(Result::Refused),
    }
}
