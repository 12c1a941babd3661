//! The types of a rehearsal file: a policy rolled out over a population, and the gates that decide.
//!
//! Promises that parser and schema are made from these types and the table of parameters. Deliberately knows no
//! policy and draws nothing.

use super::parameters::{KnobsShape, block};
use super::rows::PartyIs;
use crate::policy::words::words;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A rollout, many times over.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rehearsal {
    /// The title.
    pub rehearsal: String,
    /// The version of the format; 1.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1))]
    pub format: Option<u32>,
    /// What it is for, if that needs saying.
    #[serde(default)]
    pub note: Option<String>,
    /// The policy, by the name of its file; `guide-v1.1` unless said.
    #[serde(default)]
    pub policy: Option<String>,
    /// By when somebody has to decide.
    #[serde(default)]
    #[schemars(extend("format" = "day"))]
    pub decide_by: Option<String>,
    /// The first and the last day.
    pub span: SpanIs,
    /// Who there is: parameters, or a directory of people.
    #[serde(default)]
    #[schemars(with = "PopulationShape")]
    pub population: BTreeMap<String, Value>,
    /// What people do.
    #[serde(default)]
    #[schemars(with = "HabitsShape")]
    pub habits: BTreeMap<String, Value>,
    /// Who helps, and how long that takes.
    #[serde(default)]
    #[schemars(with = "SupportShape")]
    pub support: BTreeMap<String, Value>,
    /// What goes wrong outside the guide.
    #[serde(default)]
    pub faults: Vec<FaultRow>,
    /// How many times over; 80 unless said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub runs: Option<u32>,
    /// The seed of all draws; 1 unless said.
    #[serde(default)]
    pub seed: Option<u32>,
    /// Which measures the report shows over time; all unless said.
    #[serde(default)]
    pub measures: Vec<Measure>,
    /// What has to be so for a go.
    #[serde(default)]
    pub gates: Vec<GateIs>,
    /// What an undecided gate means; incomplete unless said.
    #[serde(default)]
    pub undecided: Option<Undecided>,
    /// Ranges of what is assumed: `compare` asks which of them, if wrong, turns the verdict.
    #[serde(default)]
    #[schemars(with = "KnobsShape")]
    pub doubt: BTreeMap<String, Vec<Value>>,
    /// Policies that `compare` holds against this one.
    #[serde(default)]
    pub candidates: Vec<String>,
    /// Values that `compare` makes a table of.
    #[serde(default)]
    #[schemars(with = "KnobsShape")]
    pub sweep: BTreeMap<String, Vec<Value>>,
}

/// The first and the last day.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpanIs {
    /// The first day.
    #[schemars(extend("format" = "day"))]
    pub from: String,
    /// The last day.
    #[schemars(extend("format" = "day"))]
    pub to: String,
}

macro_rules! block_shape {
    ($($(#[doc = $doc:literal])+ $name:ident $block:literal $more:expr;)*) => { $(
        $(#[doc = $doc])+
        pub struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $block.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                block($block, &$more)
            }
        }
    )* };
}

/// The keys of these blocks that are no parameters: path, how the value is written, where its default is from, and meaning.
pub const OTHER_KEYS: &[(&str, &str, &str, &str)] = &[
    (
        "population.from",
        "the name of a file",
        "the file",
        "A CSV file of people, beside this file; what it does not know is drawn.",
    ),
    (
        "population.as-of",
        "a day",
        "the file",
        "The day of that file, within the span; what happened before is in it, and the days before it are not run.",
    ),
    (
        "habits.reminders",
        "a list of days",
        "assumed",
        "Days on which everyone is reminded to set up, such as `2023-09-13`, or by each account's own cutover, such as `cutover - 14d`; none unless said.",
    ),
    (
        "habits.sign-in-hours",
        "a share for each hour, by its first minute",
        "assumed",
        "In which hour a sign-in begins: shares of one whole.",
    ),
];

/// The meaning of a path in [`OTHER_KEYS`].
fn meaning(path: &str) -> &'static str {
    OTHER_KEYS.iter().find(|(of, ..)| *of == path).map_or("", |(.., doc)| *doc)
}

block_shape! {
    /// The schema of `population:`.
    PopulationShape "population" [
        ("from", json!({"type": "string", "description": meaning("population.from")})),
        ("as-of", json!({"type": "string", "format": "day", "description": meaning("population.as-of")})),
    ];
    /// The schema of `habits:`.
    HabitsShape "habits" [
        ("reminders", json!({"type": "array", "items": {"type": "string", "format": "reminder"}, "description": meaning("habits.reminders")})),
        ("sign-in-hours", json!({"type": "object", "propertyNames": {"format": "time-of-day"}, "additionalProperties": {"type": "string", "format": "share"}, "description": meaning("habits.sign-in-hours")})),
    ];
    /// The schema of `support:`.
    SupportShape "support" [];
}

/// A fault that everyone meets.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FaultRow {
    /// From when.
    #[schemars(extend("format" = "instant"))]
    pub at: String,
    /// Until when.
    #[schemars(extend("format" = "instant"))]
    pub until: String,
    /// What.
    pub fault: WideFault,
    /// Which party, in an `outage`.
    #[serde(default)]
    pub party: Option<PartyIs>,
    /// By how much, in `slow-mail`.
    #[serde(default)]
    #[schemars(extend("format" = "span"))]
    pub by: Option<String>,
}

words! {
    /// A fault that everyone meets.
    WideFault {
        /// OTPs come later by so much.
        SlowMail "slow-mail",
        /// No OTP comes.
        LostMail "lost-mail",
        /// This party does not answer.
        Outage "outage",
    }
    /// What is measured.
    Measure {
        /// Accounts with a second factor set up.
        Enrolled "enrolled",
        /// Accounts whose last sign-in was refused for more than a slip, and that nobody was in since.
        LockedOut "locked-out",
        /// Sign-ins that were tried since the point before.
        SignIns "sign-ins",
        /// Sign-ins that opened iCON since the point before, by what answered the second factor.
        GrantedSignIns "granted-sign-ins",
        /// Sign-ins that were refused since the point before.
        FailedSignIns "failed-sign-ins",
        /// Requests for help since the point before.
        Tickets "tickets",
        /// Requests that wait for an LA.
        AdministratorQueue "administrator-queue",
        /// Callers who wait for an agent.
        DeskQueue "desk-queue",
        /// Former members who still know the password and hold the secret of a generic account.
        LeaversWithAccess "leavers-with-access",
        /// How long it took from the first refusal until iCON opened again; whoever is locked out at the end has not recovered.
        RecoveryTime "recovery-time",
        /// How long requests waited until the LA began who helped; one that was taken back, or is open at the end, waited longer than that.
        AdministratorWait "administrator-wait",
        /// How long callers waited for an agent; whoever hung up, or waits at the end, waited longer than that.
        DeskWait "desk-wait",
    }
    /// Whose accounts.
    Group {
        /// Staff of schools and HQ.
        Staff "staff",
        /// Staff of schools.
        SchoolStaff "school-staff",
        /// Staff of HQ divisions.
        HqStaff "hq-staff",
        /// Local Administrators.
        Administrators "local-administrators",
        /// Generic accounts.
        Generic "generic-accounts",
        /// Students, who are in no other number.
        Students "students",
    }
    /// What a gate that is not met means.
    MissedIs {
        /// No go.
        NoGo "no-go",
        /// A warning.
        Warning "warning",
    }
    /// What a gate means that the runs do not decide.
    Undecided {
        /// No go.
        NoGo "no-go",
        /// The rehearsal is incomplete.
        Incomplete "incomplete",
    }
}

impl Measure {
    /// Those that are distributions of times.
    pub const TIMES: [Measure; 3] = [Measure::RecoveryTime, Measure::AdministratorWait, Measure::DeskWait];

    /// Whether it is a distribution of times over a whole run.
    pub const fn is_time(self) -> bool {
        matches!(self, Measure::RecoveryTime | Measure::AdministratorWait | Measure::DeskWait)
    }

    /// Whether it is counted by group of accounts.
    pub const fn has_groups(self) -> bool {
        matches!(self, Measure::Enrolled | Measure::LockedOut)
    }
}

/// One thing that has to be so for a go.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GateIs {
    /// Its name in reports.
    pub id: String,
    /// What is measured.
    #[serde(default)]
    pub measure: Option<Measure>,
    /// Whose accounts; `staff` unless said.
    #[serde(default)]
    pub of: Option<Group>,
    /// When: at an instant, or for each account by its own cutover, as `cutover + 9h` and `first working morning` say.
    #[serde(default)]
    #[schemars(extend("format" = "rollout-time"))]
    pub at: Option<String>,
    /// Which quantile of a time; `95%` unless said.
    #[serde(default)]
    #[schemars(extend("format" = "share"))]
    pub quantile: Option<String>,
    /// The most: a count, a share such as `2%`, or a span for a time.
    #[serde(default)]
    pub at_most: Option<LimitIs>,
    /// The least: a count, a share such as `2%`, or a span for a time.
    #[serde(default)]
    pub at_least: Option<LimitIs>,
    /// The name of a property from a properties file.
    #[serde(default)]
    pub property: Option<String>,
    /// How many violations of it a run may have: single acts, or, where it is bound by `for-each` or looks further than one
    /// act, those whom it binds and who violate it.
    #[serde(default)]
    pub violations_at_most: Option<u32>,
    /// In how many runs; `95%` unless said.
    #[serde(default)]
    #[schemars(extend("format" = "share"))]
    pub in_runs: Option<String>,
    /// What it means when it is missed; `no-go` unless said.
    #[serde(default)]
    pub missed_is: Option<MissedIs>,
}

/// A count, a share or a span.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Limit")]
pub enum LimitIs {
    /// A count.
    Count(u32),
    /// A share such as `2%`, or a span such as `30m`.
    Text(#[schemars(extend("format" = "limit"))] String),
}
