//! What a rehearsal can set: population, habits and support, one table with each value's default and where it is from.
//!
//! Promises that parser, schema, reference and report read the same row, and that every default cites a row of the
//! calibration (`C34`), a clause, or says that it is assumed. Deliberately draws nothing.

use super::policy::{parse, shape, show};
use crate::kernel::units::{DAY, HOUR, MINUTE, SECOND};
use crate::policy::rules::{PERCENT, Rule, ValueKind};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What the table says of one parameter.
pub struct Info {
    /// The dotted path; its first part is the block of a rehearsal that it stands in.
    pub path: &'static str,
    /// How its value is written.
    pub kind: ValueKind,
    /// Its value where a file says nothing.
    pub default: i64,
    /// Rows of the calibration, a clause, or `assumed`.
    pub basis: &'static str,
    /// One line of meaning.
    pub doc: &'static str,
}

macro_rules! parameters {
    ($($name:ident $path:literal $kind:expr, $default:expr, $basis:literal, $doc:literal;)*) => {
        /// One parameter of a rehearsal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Parameter { $(#[doc = $doc] $name,)* }

        impl Parameter {
            /// Every parameter, in the order of the reference.
            pub const ALL: &'static [Parameter] = &[$(Parameter::$name,)*];
            /// The table's row.
            pub const fn info(self) -> &'static Info {
                match self { $(Parameter::$name => {
                    const INFO: Info = Info { path: $path, kind: $kind, default: $default, basis: $basis, doc: $doc };
                    &INFO
                })* }
            }
        }
        const COUNT: usize = [$(Parameter::$name,)*].len();
        const DEFAULTS: [i64; COUNT] = [$($default,)*];
    };
}

use ValueKind::{Count, Share, Span};

parameters! {
    // Who there is.
    Schools "population.schools" Count(0, 20_000), 340, "assumed", "How many schools.";
    SchoolStaff "population.staff-per-school" Count(4, 5_000), 94, "C38 C39", "Staff of a school: teachers and administrators.";
    SchoolSpread "population.staff-per-school-spread" Share, 25 * PERCENT, "assumed", "How far schools differ in size: one standard deviation.";
    Divisions "population.divisions" Count(0, 20_000), 40, "assumed", "How many HQ divisions.";
    DivisionStaff "population.staff-per-division" Count(4, 5_000), 200, "assumed", "Staff of a division.";
    Students "population.students-per-school" Count(0, 5_000), 0, "assumed", "Students of a school; left out unless asked for. They are counted apart, have the habits of staff, and ask a teacher.";
    Generic "population.generic-per-place" Count(0, 100), 3, "assumed", "Generic accounts of a school or division.";
    Members "population.members-per-generic" Count(1, 60), 5, "assumed", "Members of a generic account, custodian among them.";
    Administrators "population.administrators-per-place" Count(0, 60), 2, "assumed", "Local Administrators of a school or division.";
    Officers "population.approving-officers" Count(0, 1_000), 3, "assumed", "Approving Officers at HQ.";
    Opa "population.opa" Count(0, 1_000), 6, "assumed", "MOE OPA staff at HQ.";
    IconAddress "population.icon-address" Share, 6 * PERCENT, "assumed", "Accounts whose OTPs go to their own iCON mailbox.";
    StaleAddress "population.stale-address" Share, 2 * PERCENT, "assumed", "Accounts whose OTPs go to an address that the holder has no longer.";
    NoPhone "population.no-phone" Share, PERCENT, "assumed", "Staff whose phone takes no app, and who have no tablet.";
    NoApp "population.no-app" Share, 50 * PERCENT, "assumed", "Phones without an authenticator app at the start.";
    Ios "population.ios" Share, 40 * PERCENT, "assumed", "Phones that are iOS devices.";
    Microsoft "population.microsoft-authenticator" Share, 25 * PERCENT, "assumed", "Apps that are Microsoft Authenticator.";
    ClockWrong "population.clock-wrong" Share, PERCENT / 2, "assumed", "Phones whose clock is set by hand, and off.";
    ClockOff "population.clock-off" Span, 3 * MINUTE, "assumed", "How far those clocks are off at most, either way.";
    PasswordLost "population.password-forgotten" Share, 5 * PERCENT, "assumed", "Staff who do not know their MIMS password at the start.";
    AnswersSet "population.answers-set" Share, 70 * PERCENT, "assumed", "Staff who set their security questions.";
    Newcomers "population.newcomers-a-year" Share, 5 * PERCENT / 2, "assumed", "Staff who come, a year: as many as go.";
    Leavers "population.leavers-a-year" Share, 5 * PERCENT / 2, "C37", "Staff who go, a year.";
    // What they do.
    EnrolBase "habits.enrol-base" Share, 55 * PERCENT / 100, "C01 C03 C05", "Chance to set up on a working day, far from the deadline.";
    EnrolDeadline "habits.enrol-deadline" Share, 56 * PERCENT / 10, "C01 C03 C05", "What the deadline adds to that chance on the last day.";
    EnrolHalving "habits.enrol-halving" Span, 14 * DAY, "assumed", "How long before the deadline half of that is left.";
    ReminderFactor "habits.reminder-factor" Count(1, 100), 2, "assumed", "By how much a reminder multiplies the chance, on its day and the next working day.";
    WeeklyReminders "habits.weekly-reminders" Count(0, 50), 0, "assumed", "Reminders besides those of `reminders`: one a week, the last a week before the cutover.";
    FollowsPrompt "habits.follows-prompt" Share, 20 * PERCENT, "assumed", "Those shown a prompt at sign-in who set up the same hour.";
    SignIns "habits.sign-ins-a-day" Count(1, 24), 1, "assumed", "Full sign-ins of an account on a school day, or in a division on a working day.";
    ByGoogle "habits.by-google" Share, 30 * PERCENT, "assumed", "Sign-ins that start at Google, after the cutover.";
    MistypesPassword "habits.mistypes-password" Share, 2 * PERCENT, "assumed", "Sign-ins with a mistyped password.";
    MistypesCode "habits.mistypes-code" Share, 2 * PERCENT, "assumed", "Sign-ins with a mistyped code.";
    Forgets "habits.forgets-password" Share, 15 * PERCENT / 10, "C45", "Staff who forget their password, a month.";
    AnswerOne "habits.remembers-first-answer" Share, 79 * PERCENT, "C24", "Those who set answers and remember the first.";
    AnswerTwo "habits.remembers-second-answer" Share, 75 * PERCENT, "C25", "Those who remember the second.";
    AnswerThree "habits.remembers-third-answer" Share, 53 * PERCENT, "C27", "Those who remember the third.";
    LosesPhone "habits.loses-phone" Share, 3 * PERCENT, "C34", "Phones lost or stolen, a year.";
    NewPhone "habits.new-phone-after" Span, 3 * DAY, "assumed", "How long it takes to have another phone.";
    NotAtHand "habits.device-not-at-hand" Share, 4 * PERCENT, "C18", "Sign-ins to which the phone was not brought: a third of people in two weeks.";
    Fetches "habits.fetches-device" Share, 80 * PERCENT, "assumed", "Those of them who fetch it within minutes; the others do without that day.";
    FetchTime "habits.fetch-time" Span, 10 * MINUTE, "assumed", "How long fetching takes; the mean.";
    InstallsApp "habits.app-time" Span, 10 * MINUTE, "assumed", "How long it takes to install an authenticator app; the mean.";
    SetsUpAtOnce "habits.sets-up-at-once" Share, 50 * PERCENT, "assumed", "Those refused for lack of a second factor who set it up the same hour.";
    ComesBack "habits.comes-back" Span, 3 * HOUR, "assumed", "How long the others take to try again, if they are not in by then; the mean.";
    RingsDesk "habits.rings-desk" Share, 10 * PERCENT, "assumed", "Those of the others who ring the desk instead.";
    Pause "habits.pause" Span, 5 * MINUTE, "assumed", "How long people take before they do something about a refusal; the mean.";
    Slip "habits.slip-pause" Span, 20 * SECOND, "assumed", "How soon they try again after a slip; the mean.";
    Patience "habits.patience" Count(1, 50), 3, "assumed", "How often they try the same in a row before they ask for help.";
    GivesUp "habits.gives-up-for-the-day" Count(1, 50), 6, "assumed", "After how many steps of trouble a day they leave it until tomorrow.";
    AbsentAtScan "habits.absent-at-scan" Share, 15 * PERCENT, "assumed", "Members who are missing when the shared QR code is scanned.";
    LeavesTidily "habits.leaves-tidily" Share, 50 * PERCENT, "assumed", "Members who leave a generic account as the guide says: token and profile.";
    MembersLeave "habits.members-leave" Share, 10 * PERCENT, "assumed", "Members who leave a generic account, a year; another joins for each.";
    LeaversTry "habits.leavers-try" Share, PERCENT, "assumed", "Former members who try the generic account, on a working day.";
    // Who helps.
    DeskPatience "support.desk-patience" Span, 8 * MINUTE, "assumed", "How long callers wait for an agent before they hang up; the mean.";
    Redials "support.redials" Share, 60 * PERCENT, "assumed", "Callers who hung up and ring again.";
    RedialAfter "support.redial-after" Span, 45 * MINUTE, "assumed", "How much later; the mean.";
    LaNotices "support.administrator-notices" Span, 45 * MINUTE, "assumed", "How long it takes until an LA sees a request; the mean.";
    LaHandling "support.administrator-handling" Span, 6 * MINUTE, "assumed", "How long an LA is busy with a request; the median.";
    LaHandlingP95 "support.administrator-handling-p95" Span, 25 * MINUTE, "assumed", "How long the longest 5 % of requests take an LA.";
    LaAbsent "support.administrator-absent" Share, 5 * PERCENT, "assumed", "LAs who are away, a day.";
    LaAgain "support.administrator-looks-again" Span, 30 * MINUTE, "assumed", "How soon an LA who could not act, or OPA who waits for a token, looks again.";
    LaWait "support.administrator-patience" Span, DAY, "assumed", "How long people wait for their LA before they ring the desk.";
    AoTakes "support.approval-takes" Span, 4 * HOUR, "assumed", "How long an AO is busy until a transfer is approved; the median.";
    AoTakesP95 "support.approval-takes-p95" Span, 8 * HOUR, "assumed", "How long the longest 5 % of approvals take.";
    OpaTakes "support.opa-takes" Span, 15 * MINUTE, "assumed", "How long OPA is busy with a request or a hand-over; the median.";
    OpaTakesP95 "support.opa-takes-p95" Span, HOUR, "assumed", "How long the longest 5 % of those take.";
}

impl Parameter {
    /// The parameter at this dotted path.
    pub fn from_path(path: &str) -> Option<Parameter> {
        Parameter::ALL.iter().copied().find(|p| p.info().path == path)
    }
}

/// One value for each parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters([i64; COUNT]);

impl Default for Parameters {
    fn default() -> Self {
        Parameters(DEFAULTS)
    }
}

impl Parameters {
    /// The value of a parameter in the unit of its kind, for whoever shows values of any kind.
    #[inline]
    pub fn get(&self, parameter: Parameter) -> i64 {
        self.0.get(parameter as usize).copied().unwrap_or_default()
    }

    /// The value of a parameter that is a count.
    #[inline]
    pub fn count(&self, parameter: Parameter) -> u32 {
        debug_assert!(matches!(parameter.info().kind, ValueKind::Count(..)), "{} is no count", parameter.info().path);
        u32::try_from(self.get(parameter)).unwrap_or(0)
    }

    /// The value of a parameter that is a share, in parts per million.
    #[inline]
    pub fn share(&self, parameter: Parameter) -> i64 {
        debug_assert!(parameter.info().kind == ValueKind::Share, "{} is no share", parameter.info().path);
        self.get(parameter)
    }

    /// The value of a parameter that is a span of time.
    #[inline]
    pub fn span(&self, parameter: Parameter) -> crate::kernel::Span {
        debug_assert!(parameter.info().kind == ValueKind::Span, "{} is no span of time", parameter.info().path);
        crate::kernel::Span(self.get(parameter))
    }

    /// Sets a parameter.
    pub fn set(&mut self, parameter: Parameter, value: i64) {
        if let Some(slot) = self.0.get_mut(parameter as usize) {
            *slot = value;
        }
    }
}

/// Something that `doubt:` and `sweep:` can vary: a rule of the policy, or a parameter, each by its dotted path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Knob {
    /// A rule.
    Rule(Rule),
    /// A parameter.
    Parameter(Parameter),
}

impl Knob {
    /// The knob at this dotted path.
    pub fn from_path(path: &str) -> Option<Knob> {
        Rule::from_path(path).map(Knob::Rule).or_else(|| Parameter::from_path(path).map(Knob::Parameter))
    }

    /// How its values are written.
    pub const fn kind(self) -> ValueKind {
        match self {
            Knob::Rule(rule) => rule.info().kind,
            Knob::Parameter(parameter) => parameter.info().kind,
        }
    }

    /// Reads a value of it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(self, value: &Value) -> Result<i64, String> {
        parse(self.kind(), value)
    }
}

fn object(title: &str, properties: Map<String, Value>) -> Schema {
    let schema = json!({"type": "object", "title": title, "properties": properties, "additionalProperties": false});
    Schema::try_from(schema).unwrap_or_default()
}

/// The schema of the parameters of one block, with what else that block takes.
pub(super) fn block(name: &str, more: &[(&str, Value)]) -> Schema {
    let mut properties = Map::new();
    for (key, schema) in more {
        properties.insert((*key).to_owned(), schema.clone());
    }
    for info in Parameter::ALL.iter().map(|p| p.info()) {
        let Some(key) = info.path.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let mut schema = shape(info.kind);
        if let Some(map) = schema.as_object_mut() {
            let doc = format!("{} (default `{}`, {})", info.doc, show(info.kind, info.default), info.basis);
            map.insert("description".to_owned(), doc.into());
        }
        properties.insert(key.to_owned(), schema);
    }
    object(name, properties)
}

/// The schema of `doubt:` and `sweep:`: a list of values for each path.
pub struct KnobsShape;

impl JsonSchema for KnobsShape {
    fn schema_name() -> Cow<'static, str> {
        "Knobs".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let rules = Rule::ALL.iter().map(|r| (r.info().path, r.info().kind, r.info().doc));
        let parameters = Parameter::ALL.iter().map(|p| (p.info().path, p.info().kind, p.info().doc));
        let list = |(path, kind, doc): (&str, ValueKind, &str)| {
            let schema = json!({"type": "array", "minItems": 1, "items": shape(kind), "description": doc});
            (path.to_owned(), schema)
        };
        object("knobs", rules.chain(parameters).map(list).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_says_where_it_is_from_and_reads_as_it_is_written() {
        for info in Parameter::ALL.iter().map(|p| p.info()) {
            let cites = info.basis.split(' ').all(|row| {
                row.len() == 3 && row.starts_with('C') && row.get(1..).is_some_and(|n| n.parse::<u32>().is_ok())
            });
            assert!(cites || info.basis == "assumed", "{}", info.path);
            let text = show(info.kind, info.default);
            let value =
                if matches!(info.kind, ValueKind::Count(..)) { Value::from(info.default) } else { Value::from(text) };
            assert_eq!(parse(info.kind, &value), Ok(info.default), "{}", info.path);
        }
    }

    #[test]
    fn paths_are_unique_and_in_a_block() {
        let paths: std::collections::BTreeSet<_> = Parameter::ALL.iter().map(|p| p.info().path).collect();
        assert_eq!(paths.len(), Parameter::ALL.len());
        assert!(paths.iter().all(|p| ["population.", "habits.", "support."].iter().any(|b| p.starts_with(b))));
        assert!(Rule::ALL.iter().all(|r| !paths.contains(r.info().path)));
    }
}
