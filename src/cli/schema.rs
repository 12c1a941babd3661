//! `mims-sim schema`: the JSON Schema of all files, for editors.

use super::Exit;
use super::terminal::out;

/// Runs the verb.
pub fn run() -> Exit {
    let schema = mims_sim::format::schema::all();
    out(&(serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"));
    Exit::Fine
}
