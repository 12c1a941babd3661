//! A rehearsal file made ready: its policy found, its parameters set, its days and gates checked.
//!
//! Promises that a file with a wrong day, share, policy or gate is never run. Deliberately draws nothing.

use super::directory;
use super::population::PlaceList;
use crate::diagnostic::{Diagnostic, SourceSpan};
use crate::engine::Fault;
use crate::format::load::{FileContents, LoadedFile};
use crate::format::parameters::{Knob, Parameter, Parameters};
use crate::format::policy::{parse, show};
use crate::format::rehearsal::{GateIs, LimitIs, Measure, MissedIs, Rehearsal, Undecided, WideFault};
use crate::format::text_formats::{parse_moment, parse_share, show_share};
use crate::format::tree::{PathSegment, Tree};
use crate::kernel::calendar::{is_school_day, is_working_day};
use crate::kernel::time::{parse_date, parse_span, parse_time_of_day};
use crate::kernel::units::WHOLE;
use crate::kernel::{Date, Time};
use crate::policy::request::AccountKind;
use crate::policy::rules::Rule;
use crate::rehearsal::measure::gate::{Criterion, Gate, GateLimit, ruled};
use crate::replay::library::{BUILT_IN, Candidate, Library, suggest};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many runs where a file says nothing.
const RUNS: u32 = 40;
/// In how many runs a gate has to be met where it does not say.
const IN_RUNS: i64 = 950_000;
/// The most days of a span.
const LONGEST: i32 = 400;
/// When the day's sign-in begins where a file says nothing: the hour, and its share in per cent. Assumed.
const HOURS: &[(i64, u32)] = &[(7, 30), (8, 35), (9, 10), (10, 6), (11, 5), (12, 3), (13, 4), (14, 4), (15, 3)];
const HOUR: i64 = 3_600_000;

/// A rehearsal that can be run.
#[derive(Clone, Debug)]
pub struct RehearsalPlan {
    /// Its title.
    pub title: String,
    /// The name of its file.
    pub file: String,
    /// By when somebody has to decide.
    pub decide_by: Option<Date>,
    /// The policy.
    pub candidate: Candidate,
    /// Every parameter.
    pub parameters: Parameters,
    /// The parameters that the file sets.
    pub set: BTreeSet<Parameter>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The hours in which the day's sign-in begins: each with its first millisecond and its share.
    pub hours: Vec<(i64, u32)>,
    /// They are the file's, and no assumption.
    pub hours_set: bool,
    /// The days of reminders.
    pub reminders: BTreeSet<Date>,
    /// What goes wrong, from when until when.
    pub faults: Vec<(Time, Time, Fault)>,
    /// How many times over.
    pub runs: u32,
    /// The seed of all draws.
    pub seed: u32,
    /// Which measures the report shows over time.
    pub measures: Vec<Measure>,
    /// What has to be so for a go.
    pub gates: Vec<Gate>,
    /// An undecided gate is no go.
    pub undecided_is_no_go: bool,
    /// The people that a directory knows, by place.
    pub directory: Option<Vec<PlaceList>>,
    /// Ranges of what is assumed.
    pub doubt: Vec<(Knob, Vec<i64>)>,
    /// Policies to compare with.
    pub candidates: Vec<String>,
    /// Values to make a table of.
    pub sweep: Vec<(Knob, Vec<i64>)>,
    /// Requests take exponential times, with the median as their mean: the desk that queueing theory solves.
    pub memoryless: bool,
}

impl RehearsalPlan {
    /// How many days the span has.
    pub fn days(&self) -> u32 {
        u32::try_from(self.to.0 - self.from.0 + 1).unwrap_or(1)
    }

    /// How many schools and divisions there are.
    pub fn places(&self) -> usize {
        let count = |parameter| self.parameters.count(parameter) as usize;
        let drawn = || count(Parameter::Schools) + count(Parameter::Divisions);
        self.directory.as_ref().map_or_else(drawn, Vec::len)
    }

    /// What a place is called: by its directory, or by its number.
    pub fn place(&self, at: usize) -> String {
        if let Some(places) = &self.directory {
            return places.get(at).map(|place| place.name.clone()).unwrap_or_default();
        }
        let schools = self.parameters.count(Parameter::Schools) as usize;
        match at.checked_sub(schools) {
            None => format!("school-{:03}", at + 1),
            Some(at) => format!("division-{:02}", at + 1),
        }
    }

    /// Whether a place is a school; else it is a division of headquarters.
    pub fn is_school(&self, at: usize) -> bool {
        let drawn = || at < self.parameters.count(Parameter::Schools) as usize;
        self.directory.as_ref().map_or_else(drawn, |places| places.get(at).is_some_and(|place| place.school))
    }

    /// The first instant.
    pub fn start(&self) -> Time {
        Time::at(self.from, 0)
    }

    /// The instant at which it ends: the midnight that closes the last day.
    pub fn end(&self) -> Time {
        Time::at(Date(self.to.0 + 1), 0)
    }
}

/// The name of the directory that a rehearsal wants, beside its file.
pub fn wants(said: &Rehearsal) -> Option<&str> {
    said.population.get("from").and_then(Value::as_str)
}

/// Makes a plan of a rehearsal; `directory` is the file that its population names, by its name and its bytes.
///
/// # Errors
/// Everything in it that has no meaning, each with its place.
pub fn plan(
    loaded: &LoadedFile,
    book: &Library,
    directory: Option<(&str, &[u8])>,
) -> Result<RehearsalPlan, Vec<Diagnostic>> {
    let FileContents::Rehearsal(said) = &loaded.contents else { return Err(Vec::new()) };
    let mut planner =
        RehearsalPlanner { file: &loaded.source.name, tree: &loaded.tree, said, book, faults: Vec::new() };
    let plan = planner.plan(directory);
    match plan {
        Some(plan) if planner.faults.is_empty() => Ok(plan),
        _ => Err(planner.faults),
    }
}

struct RehearsalPlanner<'a> {
    file: &'a str,
    tree: &'a Tree,
    said: &'a Rehearsal,
    book: &'a Library,
    faults: Vec<Diagnostic>,
}

impl RehearsalPlanner<'_> {
    fn place(&self, path: &[PathSegment<'_>]) -> SourceSpan {
        self.tree.nearest(path)
    }

    fn fault(&mut self, code: &'static str, title: String, path: &[PathSegment<'_>], help: &str) {
        let place = self.place(path);
        self.faults.push(Diagnostic::error(code, title).at(self.file, place).label("here").help(help));
    }

    fn plan(&mut self, file: Option<(&str, &[u8])>) -> Option<RehearsalPlan> {
        let said = self.said;
        let candidate = self.candidate(said.policy.as_deref().unwrap_or(BUILT_IN), &[PathSegment::Key("policy")]);
        let span = self.span();
        let (from, to) = (self.as_of(span), span.1);
        let (parameters, set) = self.parameters();
        let hours = self.hours();
        let reminders = self.reminders(span);
        let faults = self.wide_faults(span);
        let gates = self.gates(from, to);
        for (at, name) in said.candidates.iter().enumerate() {
            self.candidate(name, &[PathSegment::Key("candidates"), PathSegment::Index(at)]);
        }
        for (path, values) in &said.doubt {
            if values.len() != 2 || values.first() == values.last() {
                let help = "a range is the least and the greatest value, as in `[0%, 5%]`";
                let title = format!("`{path}` is not doubted by a range");
                self.fault("S512", title, &[PathSegment::Key("doubt"), PathSegment::Key(path)], help);
            }
        }
        let doubt = knobs(&said.doubt);
        let sweep = knobs(&said.sweep);
        let decide_by = said.decide_by.as_deref().and_then(|text| parse_date(text).ok());
        if decide_by.is_some_and(|day| day > span.1) {
            self.outside("the decision comes after the span", &[PathSegment::Key("decide-by")]);
        }
        let directory = self.directory(file);
        Some(RehearsalPlan {
            title: said.rehearsal.clone(),
            file: self.file.to_owned(),
            decide_by,
            candidate: candidate?,
            parameters,
            set,
            from,
            to,
            hours,
            hours_set: said.habits.contains_key("sign-in-hours"),
            reminders,
            faults,
            runs: said.runs.unwrap_or(RUNS),
            seed: said.seed.unwrap_or(1),
            measures: said.measures.clone(),
            gates,
            undecided_is_no_go: said.undecided == Some(Undecided::NoGo),
            directory,
            doubt,
            candidates: said.candidates.clone(),
            sweep,
            memoryless: false,
        })
    }

    fn candidate(&mut self, name: &str, path: &[PathSegment<'_>]) -> Option<Candidate> {
        let found = self.book.policy(name).cloned();
        if found.is_none() && !self.book.is_broken(name) {
            let help = suggest(name, &self.book.policy_names());
            self.fault("S201", format!("no policy `{name}`"), path, &help);
        }
        found
    }

    fn day(&mut self, text: &str, path: &[PathSegment<'_>]) -> Date {
        let date = parse_date(text).unwrap_or_default();
        if let Err(why) = is_working_day(date).and(is_school_day(date)) {
            self.fault("S501", why.to_string(), path, "name a day of 2023 or 2024");
        }
        date
    }

    fn span(&mut self) -> (Date, Date) {
        let span = &self.said.span;
        let from = self.day(&span.from, &[PathSegment::Key("span"), PathSegment::Key("from")]);
        let to = self.day(&span.to, &[PathSegment::Key("span"), PathSegment::Key("to")]);
        let path = [PathSegment::Key("span")];
        if to < from {
            self.fault("S502", "the span ends before it begins".to_owned(), &path, "swap `from` and `to`");
        } else if to.0 - from.0 >= LONGEST {
            self.fault("S502", format!("the span is longer than {LONGEST} days"), &path, "name a shorter one");
        }
        (from, to)
    }

    /// The first day that is run: that of the directory, which knows what happened before, or the span's.
    fn as_of(&mut self, (from, to): (Date, Date)) -> Date {
        let Some(text) = self.said.population.get("as-of").and_then(Value::as_str) else { return from };
        let path = [PathSegment::Key("population"), PathSegment::Key("as-of")];
        if wants(self.said).is_none() {
            self.fault("S509", "`as-of` dates a directory, and there is none".to_owned(), &path, "say `from:` too");
            return from;
        }
        let day = self.day(text, &path);
        if !(from..=to).contains(&day) {
            let help =
                "name a day of the span: the days before it are not run, for the directory knows what they brought";
            self.fault("S509", "the day of the directory lies outside the span".to_owned(), &path, help);
            return from;
        }
        day
    }

    /// Something is said of days that are never run.
    fn outside(&mut self, title: &str, path: &[PathSegment<'_>]) {
        self.fault("S513", title.to_owned(), path, "move it, or widen `span:`");
    }

    fn parameters(&mut self) -> (Parameters, BTreeSet<Parameter>) {
        let said = self.said;
        let (mut out, mut set) = (Parameters::default(), BTreeSet::new());
        for (block, values) in [("population", &said.population), ("habits", &said.habits), ("support", &said.support)]
        {
            for (key, value) in values {
                let Some(parameter) = Parameter::from_path(&format!("{block}.{key}")) else { continue };
                if let Ok(value) = parse(parameter.info().kind, value) {
                    out.set(parameter, value);
                    set.insert(parameter);
                }
            }
        }
        let people = |a: Parameter, b: Parameter| out.get(a) * out.get(b);
        if people(Parameter::Schools, Parameter::SchoolStaff) + people(Parameter::Divisions, Parameter::DivisionStaff)
            > i64::from(20 * WHOLE)
        {
            let help = "20 million people are the most";
            self.fault("S503", "this population is too large".to_owned(), &[PathSegment::Key("population")], help);
        }
        self.agree(&out, &set);
        (out, set)
    }

    /// Parameters that contradict each other, or the directory.
    fn agree(&mut self, is: &Parameters, set: &BTreeSet<Parameter>) {
        use Parameter as P;
        let said = |all: &[P]| all.iter().rev().find(|parameter| set.contains(parameter)).copied();
        let addresses = is.get(P::IconAddress) + is.get(P::StaleAddress);
        let both = set.contains(&P::IconAddress) && set.contains(&P::StaleAddress);
        if let Some(parameter) =
            said(&[P::IconAddress, P::StaleAddress]).filter(|_| both && addresses > i64::from(WHOLE))
        {
            let title = format!("iCON addresses and stale ones add up to {}", show_share(addresses));
            self.about("S504", title, parameter, "an account has one address: together they are 100% at most");
        }
        for (median, p95) in
            [(P::LaHandling, P::LaHandlingP95), (P::AoTakes, P::AoTakesP95), (P::OpaTakes, P::OpaTakesP95)]
        {
            if let Some(parameter) = said(&[median, p95]).filter(|_| is.get(p95) < is.get(median)) {
                let title = "the longest 5 % take less than the median".to_owned();
                let help = format!("set `{}` to `{}` or more", key(p95), show(median.info().kind, is.get(median)));
                self.about("S512", title, parameter, &help);
            }
        }
        let drawn = [P::Schools, P::SchoolStaff, P::SchoolSpread, P::Divisions, P::DivisionStaff];
        for parameter in drawn.into_iter().filter(|parameter| wants(self.said).is_some() && set.contains(parameter)) {
            let title = format!("`{}` beside a directory", key(parameter));
            self.about("S514", title, parameter, "leave it out: the directory says who there is");
        }
    }

    /// A fault of one parameter's value.
    fn about(&mut self, code: &'static str, title: String, parameter: Parameter, help: &str) {
        let (block, key) = parameter.info().path.split_once('.').unwrap_or_default();
        self.fault(code, title, &[PathSegment::Key(block), PathSegment::Key(key)], help);
    }

    fn hours(&mut self) -> Vec<(i64, u32)> {
        let Some(table) = self.said.habits.get("sign-in-hours").and_then(Value::as_object) else {
            return HOURS.iter().map(|(hour, percent)| (hour * HOUR, percent * (WHOLE / 100))).collect();
        };
        let row = |(hour, share): (&String, &Value)| {
            let share = parse_share(share.as_str()?).ok()?;
            Some((parse_time_of_day(hour).ok()?, u32::try_from(share).ok()?))
        };
        let mut hours: Vec<(i64, u32)> = table.iter().filter_map(row).collect();
        hours.sort_unstable();
        let total: u32 = hours.iter().map(|(_, share)| share).sum();
        if total != WHOLE {
            let title = format!("these shares add up to {}", show_share(i64::from(total)));
            let path = [PathSegment::Key("habits"), PathSegment::Key("sign-in-hours")];
            self.fault("S504", title, &path, "shares of one whole add up to 100%");
        }
        hours
    }

    fn reminders(&mut self, (from, to): (Date, Date)) -> BTreeSet<Date> {
        let days = self.said.habits.get("reminders").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut out = BTreeSet::new();
        for (at, day) in days.iter().enumerate() {
            let path = [PathSegment::Key("habits"), PathSegment::Key("reminders"), PathSegment::Index(at)];
            let day = self.day(day.as_str().unwrap_or_default(), &path);
            // What was said in the week before the first day is still in mind then.
            if is_working_day(day).is_ok() && !(Date(from.0 - 7)..=to).contains(&day) {
                self.outside("this reminder lies outside the span", &path);
            }
            out.insert(day);
        }
        out
    }

    fn wide_faults(&mut self, (first, last): (Date, Date)) -> Vec<(Time, Time, Fault)> {
        let said = self.said;
        let mut out = Vec::new();
        for (at, row) in said.faults.iter().enumerate() {
            let base = [PathSegment::Key("faults"), PathSegment::Index(at)];
            let instant = |text: &str| Time(parse_moment(text).unwrap_or_default());
            let (from, until) = (instant(&row.at), instant(&row.until));
            if until <= from {
                let help = "say a later `until:`";
                self.fault("S505", "this fault is over before it begins".to_owned(), &base, help);
            } else if until <= Time::at(first, 0) || from >= Time::at(Date(last.0 + 1), 0) {
                self.outside("this fault lies outside the span", &base);
            }
            let fault = match (row.fault, row.party, &row.by) {
                (WideFault::Outage, Some(party), None) => Fault::Outage(party.party()),
                (WideFault::LostMail, None, None) => Fault::LostMails,
                (WideFault::SlowMail, None, Some(by)) => Fault::SlowMails(parse_span(by).unwrap_or_default()),
                (fault, ..) => {
                    let takes = match fault {
                        WideFault::Outage => "an outage takes `party:`, and no `by:`",
                        WideFault::LostMail => "lost mail takes neither `party:` nor `by:`",
                        WideFault::SlowMail => "slow mail takes `by:`, and no `party:`",
                    };
                    self.fault("S506", format!("this `{}` is not said in full", fault.word()), &base, takes);
                    continue;
                }
            };
            out.push((from, until, fault));
        }
        out.sort_by_key(|(from, ..)| *from);
        out
    }

    fn gates(&mut self, from: Date, to: Date) -> Vec<Gate> {
        let said = self.said;
        let mut out: Vec<Gate> = Vec::new();
        for (at, is) in said.gates.iter().enumerate() {
            let base = [PathSegment::Key("gates"), PathSegment::Index(at)];
            if said.gates.iter().take(at).any(|other| other.id == is.id) {
                self.fault("S507", format!("two gates are called `{}`", is.id), &base, "give one another name");
            }
            let in_runs = is.in_runs.as_deref().map_or(IN_RUNS, |text| parse_share(text).unwrap_or(IN_RUNS));
            if in_runs == 0 {
                let help = "say in how many runs it has to be met, as in `in-runs: 95%`";
                self.fault("S508", "this gate has to be met in no run".to_owned(), &base, help);
            }
            let Some(what) = self.gate_of(is, from, to, &base) else { continue };
            out.push(Gate { id: is.id.clone(), what, in_runs, warns: is.missed_is == Some(MissedIs::Warning) });
        }
        out
    }

    fn gate_of(&mut self, is: &GateIs, from: Date, to: Date, base: &[PathSegment<'_>; 2]) -> Option<Criterion> {
        let past = self.said.population.get("as-of");
        let mut fault = |title: String, help: &str| {
            self.fault("S508", title, base, help);
            None
        };
        if let Some(name) = &is.property {
            let (None, None, None, Some(most)) = (is.measure, &is.at_most, &is.at_least, is.violations_at_most) else {
                let help = "beside `property:` stand `violations-at-most:`, `in-runs:` and `missed-is:`";
                return fault("this gate does not say what a run may have".to_owned(), help);
            };
            let Some(known) = self.book.property(name) else {
                let help = suggest(name, &self.book.property_names());
                self.fault(
                    "S219",
                    format!("no property `{name}`"),
                    &[base[0], base[1], PathSegment::Key("property")],
                    &help,
                );
                return None;
            };
            return match ruled(known, self.book) {
                Ok(rule) => Some(Criterion::Property { rule, at_most: most }),
                Err(why) => {
                    let help = "use one of acts that people do by habit, and of states, that names nobody";
                    let title = format!("the violations of this property cannot be counted: {why}");
                    self.fault("S508", title, &[base[0], base[1], PathSegment::Key("property")], help);
                    None
                }
            };
        }
        let Some(measure) = is.measure else {
            return fault("this gate measures nothing".to_owned(), "say `measure:` or `property:`");
        };
        let (limit, least) = match (&is.at_most, &is.at_least, is.violations_at_most) {
            (Some(most), None, None) => (most, false),
            (None, Some(least), None) => (least, true),
            _ => return fault("this gate has no limit, or two".to_owned(), "say one of `at-most:` and `at-least:`"),
        };
        let limit = match limit {
            LimitIs::Count(count) => GateLimit::Count(*count),
            LimitIs::Text(text) => match parse_share(text) {
                Ok(share) => GateLimit::Share(share),
                Err(_) => GateLimit::Time(parse_span(text).unwrap_or_default()),
            },
        };
        if is.of.is_some() && !measure.has_groups() {
            return fault(format!("`{}` is not counted by group", measure.word()), "leave `of:` out");
        }
        if measure.is_time() {
            let (GateLimit::Time(span), None) = (limit, &is.at) else {
                let help = "its limit is a span such as `30m`, over the whole run, without `at:`";
                return fault(format!("`{}` is a time", measure.word()), help);
            };
            let quantile = is.quantile.as_deref().and_then(|text| parse_share(text).ok()).unwrap_or(950_000);
            return Some(Criterion::Time { measure, quantile, limit: span, least });
        }
        if matches!(limit, GateLimit::Time(_)) || is.quantile.is_some() {
            let help = "its limit is a number, or a share such as `2%`, without `quantile:`";
            return fault(format!("`{}` is a count", measure.word()), help);
        }
        if matches!(limit, GateLimit::Share(_)) && !measure.has_groups() {
            return fault(format!("`{}` is a count of no whole", measure.word()), "write its limit as a number");
        }
        let Some(at) = is.at.as_deref().and_then(|text| parse_moment(text).ok()).map(Time) else {
            return fault(format!("`{}` is counted at an instant", measure.word()), "say `at: 2023-09-27 09:00`");
        };
        if at < Time::at(from, 0) || at > Time::at(Date(to.0 + 1), 0) {
            let (what, help) = match past {
                Some(_) => {
                    ("outside what is run", "what lies before `as-of:` is past: leave this gate out, or move `at:`")
                }
                None => ("outside the span", "move `at:`, or widen `span:`"),
            };
            return fault(format!("this gate lies {what}"), help);
        }
        Some(Criterion::Count {
            measure,
            of: is.of.unwrap_or(crate::format::rehearsal::Group::Staff),
            at,
            limit,
            least,
        })
    }

    fn directory(&mut self, file: Option<(&str, &[u8])>) -> Option<Vec<PlaceList>> {
        wants(self.said)?;
        let Some((name, bytes)) = file else {
            let path = [PathSegment::Key("population"), PathSegment::Key("from")];
            let help = "the path counts from the rehearsal's own folder";
            self.fault("S510", "this directory cannot be read".to_owned(), &path, help);
            return None;
        };
        match directory::read(name, bytes) {
            Ok(places) => Some(places),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }
}

/// The last part of a parameter's path, as a file writes it.
fn key(parameter: Parameter) -> &'static str {
    parameter.info().path.split_once('.').map_or_else(Default::default, |(_, key)| key)
}

/// What the checker let pass has a knob and values.
fn knobs(said: &BTreeMap<String, Vec<Value>>) -> Vec<(Knob, Vec<i64>)> {
    let one = |(path, values): (&String, &Vec<Value>)| {
        let knob = Knob::from_path(path)?;
        Some((knob, values.iter().filter_map(|value| knob.parse(value).ok()).collect()))
    };
    said.iter().filter_map(one).collect()
}

/// The cutovers of schools, of HQ and of the places that the policy names within the span, in order, with those that a
/// decision on the way can bring; a policy that never cuts over has none.
pub fn cutovers(plan: &RehearsalPlan) -> BTreeSet<Time> {
    let named = plan.candidate.places();
    let places = (0..plan.places()).filter(|_| !named.is_empty()).map(|at| (plan.place(at), plan.is_school(at)));
    let places = places.filter(|(name, _)| named.contains(name.as_str()));
    let all = [(String::new(), true), (String::new(), false)].into_iter().chain(places);
    let rules = all.flat_map(|(name, school)| {
        let kind = if school { AccountKind::SchoolStaff } else { AccountKind::HqStaff };
        plan.candidate.all_rules(&name, school, kind)
    });
    let cutovers = rules.map(|rules| Time(rules.get(Rule::Cutover)));
    cutovers.filter(|cutover| (plan.start()..plan.end()).contains(cutover)).collect()
}
