//! One person of a replicate as a scenario of its own, replayed before it is handed out.
//!
//! Promises a text that `test` replays green and `explain` explains: if the replay differs, the difference is reported.
//! Deliberately chooses nobody.

use super::writer::{Way, Writer};
use crate::act::{Act, ActOutcome};
use crate::counted::counted;
use crate::diagnostic::Diagnostic;
use crate::format::formatter::layout;
use crate::format::load::{FileContents, read};
use crate::kernel::Time;
use crate::rehearsal::observe::journal::PersonRef;
use crate::rehearsal::run::replicate::replicate_with_journal;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::replay::library::Library;
use crate::replay::{self, Verdict};

/// A person pulled out.
#[derive(Clone, Debug)]
pub struct ExtractedScenario {
    /// The scenario's text.
    pub text: String,
    /// It as a plan.
    pub plan: replay::ScenarioPlan,
    /// What it comes to: green.
    pub verdict: Verdict,
}

impl ExtractedScenario {
    /// What happened to them, told as `explain` does, without the sign-ins on quiet days before and after.
    pub fn story(&self, morning: Time) -> String {
        let ends: Vec<Option<(Time, bool, bool)>> = self
            .verdict
            .ended
            .iter()
            .map(|ended| {
                ended.map(|(at, is)| (at, matches!(is.act, Act::SignIn { .. }), is.result == ActOutcome::Granted))
            })
            .collect();
        let mut keep = vec![true; ends.len()];
        let mut before = true;
        for (slot, end) in keep.iter_mut().zip(&ends) {
            if let Some((at, true, granted)) = end {
                // A sign-in that opens iCON again, or on the day itself, is a part of the story.
                *slot = !granted || !before || at.date() == morning.date();
                before = *granted;
            }
        }
        self.plan.tale(&self.verdict, &self.text, &|index| keep.get(index).copied().unwrap_or(true))
    }
}

/// Pulls a person out of a replicate; `book` has its policy. The title names the policy `against` which this is held,
/// if any.
///
/// # Errors
/// Why not: there is nobody of this number, or the replay does not come to the same.
pub fn extract(
    plan: &RehearsalPlan,
    book: &Library,
    number: u32,
    whose: PersonRef,
    against: Option<&str>,
) -> Result<ExtractedScenario, String> {
    let life = replicate_with_journal(plan, number, whose);
    let place = plan.place(whose.place);
    let Some(start) = &life.start else {
        return Err(format!(
            "{place} has {}, numbered from 1; there is no number {}",
            counted(life.people, "person"),
            whose.number
        ));
    };
    // Rows know whole seconds, and a helper may hand on what came for another: one of these ways comes to the same.
    let way = |up, spare| Way { up, spare };
    let ways = [way(false, false), way(true, false), way(false, true), way(true, true)];
    let mut last = String::new();
    for way in ways {
        match replayed(Writer::new(plan, &life, start, way).write(number, whose, against), book) {
            Ok(pulled) => return Ok(pulled),
            Err(why) if last.is_empty() => last = why,
            Err(_) => {}
        }
    }
    Err(format!("run {number}, {place}/{}: {last}", whose.number))
}

/// The text as a scenario that was replayed, and is green.
fn replayed(text: String, book: &Library) -> Result<ExtractedScenario, String> {
    let name = "pulled-out.yaml";
    let wrong = |faults: &[Diagnostic]| {
        let first = faults.first().map(|fault| fault.title.clone()).unwrap_or_default();
        format!("the scenario cannot be run: {first}")
    };
    let loaded = read(name, text.as_bytes()).map_err(|faults| wrong(&faults))?;
    let text = layout(&text, &loaded.tree).unwrap_or(text);
    let loaded = read(name, text.as_bytes()).map_err(|faults| wrong(&faults))?;
    let FileContents::Scenario(cases) = &loaded.contents else { return Err(wrong(&[])) };
    let case = cases.first().ok_or_else(|| wrong(&[]))?;
    let scenario = replay::plan(&loaded, case, book, None).map_err(|faults| wrong(&faults))?;
    let verdict = scenario.run().map_err(|faults| wrong(&faults))?;
    if let Some(failure) = verdict.failures.first() {
        let at = failure.at.map(|at| format!(" at {at}")).unwrap_or_default();
        return Err(format!("a replay comes to something else{at}: {}", failure.said));
    }
    Ok(ExtractedScenario { text, plan: scenario, verdict })
}
