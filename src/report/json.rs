//! The results of `test` as JSON, and the JSON Schema of that document.
//!
//! Promises that the schema is derived from the types that are written, and that its number goes up when a field
//! changes its meaning or goes away; new fields leave it as it is. Deliberately reads nothing.

use super::{CaseReport, coverage, matrix, tally};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

/// The version of the shape that is written.
pub const SCHEMA: u32 = 1;

/// The results of `mims-sim test`.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Results<'a> {
    /// The version of this shape; it goes up when a field changes its meaning or goes away.
    #[schemars(range(min = 1, max = 1))]
    schema: u32,
    /// `mims-sim`.
    tool: &'static str,
    /// The version of the tool that wrote this.
    version: &'static str,
    /// How many cases passed.
    passed: usize,
    /// How many failed.
    failed: usize,
    /// How many are pending: a deadline lies past the end.
    pending: usize,
    /// Every scenario, or each of its cases, in the order of the files.
    scenarios: &'a [CaseReport],
    /// What each clause did in these runs.
    coverage: &'a [coverage::CoverageLine],
    /// The same scenarios under the policies that `--policy` named.
    policies: &'a [matrix::Cell],
}

/// The document.
pub fn json(cases: &[CaseReport], coverage: &[coverage::CoverageLine], policies: &[matrix::Cell]) -> String {
    let (passed, failed, pending) = tally(cases);
    let results = Results {
        schema: SCHEMA,
        tool: "mims-sim",
        version: env!("CARGO_PKG_VERSION"),
        passed,
        failed,
        pending,
        scenarios: cases,
        coverage,
        policies,
    };
    serde_json::to_string_pretty(&results).unwrap_or_default() + "\n"
}

/// The JSON Schema of the document.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().for_serialize();
    settings.into_generator().into_root_schema_for::<Results<'_>>().to_value()
}
