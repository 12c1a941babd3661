//! The validation report in Markdown: predictions of the model next to published observations.
//!
//! Promises that a miss is printed as a miss.

use crate::counted::counted;
use crate::rehearsal::RehearsalPlan;
use crate::rehearsal::study::validation::ValidationRow;
use std::fmt::Write;

/// The report: observations of real rollouts, and queueing theory for the desk.
pub fn markdown(plan: &RehearsalPlan, runs: usize, observed: &[ValidationRow], theory: &[ValidationRow]) -> String {
    let mut out = String::from("# What the model was held against\n\n");
    let _ = writeln!(
        out,
        "Made by `mims-sim validation {}`; {}, seed {}. A row of the calibration that a parameter was set from is \
         never\nwhat it is held against. A miss says that people elsewhere did something that these habits do not do; \
         nothing was tuned.\n",
        plan.file,
        counted(runs, "run"),
        plan.seed
    );
    let missed = observed.iter().chain(theory).filter(|finding| !finding.holds()).count();
    let _ = writeln!(out, "{}, {missed} missed.\n", counted(observed.len() + theory.len(), "prediction"));
    out += "## People\n\n";
    table(observed, &mut out);
    let _ = writeln!(
        out,
        "\nA range is what rounding of published figures leaves open, or 5 to 95 % of the runs.\n\n\
         ## The desk alone\n\n\
         Rung at random around the clock, exponential handling and patience, 24 replicates of six days; intervals of \
         99 %.\n"
    );
    table(theory, &mut out);
    out
}

fn table(findings: &[ValidationRow], out: &mut String) {
    out.push_str("| what | from | against | predicted | observed | |\n| --- | --- | --- | --- | --- | --- |\n");
    for finding in findings {
        let ValidationRow { what, from, against, predicted, observed, at_least } = finding;
        let digits = if *observed < 1.5 { 3 } else { 1 };
        let (low, high) = (predicted.low, predicted.high);
        let more = if *at_least { "more than " } else { "" };
        let says = if finding.holds() { "agrees" } else { "**missed**" };
        let _ = writeln!(
            out,
            "| {what} | {from} | {against} | {low:.digits$} to {high:.digits$} | {more}{observed:.digits$} | {says} |"
        );
    }
}
