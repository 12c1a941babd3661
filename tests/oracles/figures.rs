//! What was compared, how often both agreed, and which differences there were: a section of `reports/oracles.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The counts of one rule.
#[derive(Default)]
struct Counts {
    compared: u64,
    explained: BTreeMap<&'static str, u64>,
    findings: Vec<String>,
}

/// What became of one question.
pub enum Compared {
    /// Both say the same.
    Agree,
    /// They differ, as is known: the sentence says in what.
    Explained(&'static str),
    /// They differ, and nobody knows why.
    Finding(String),
}

/// The counts of one program, by rule.
#[derive(Default)]
pub struct Tally(BTreeMap<&'static str, Counts>);

impl Tally {
    /// Counts one question about a rule.
    pub fn add(&mut self, rule: &'static str, is: Compared) {
        let counts = self.0.entry(rule).or_default();
        counts.compared += 1;
        match is {
            Compared::Agree => {}
            Compared::Explained(why) => *counts.explained.entry(why).or_default() += 1,
            Compared::Finding(what) => counts.findings.push(what),
        }
    }

    /// The section of the report.
    fn section(&self, program: &str, said: &str) -> String {
        let mut out = format!("## {program}\n\n{said}\n\n| rule | compared | agree | explained | findings |\n");
        out.push_str("| --- | --: | --: | --: | --: |\n");
        for (rule, counts) in &self.0 {
            let (explained, findings) = (counts.explained.values().sum::<u64>(), counts.findings.len() as u64);
            let agree = counts.compared - explained - findings;
            let _ = writeln!(out, "| `{rule}` | {} | {agree} | {explained} | {findings} |", counts.compared);
        }
        out.push('\n');
        for (rule, counts) in &self.0 {
            for (why, times) in &counts.explained {
                let _ = writeln!(out, "- `{rule}`, explained {times} times: {why}");
            }
            for what in counts.findings.iter().take(3) {
                let _ = writeln!(out, "- `{rule}`, **finding**: {what}");
            }
        }
        out
    }

    /// Holds the counts against the report, or writes them there.
    pub fn hold(&self, program: &str, said: &str) {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _one = ONE_AT_A_TIME.lock();
        let section = self.section(program, said);
        let section = section.trim_end();
        let report = std::fs::read_to_string(path()).unwrap();
        let mut sections: Vec<&str> = report.split("\n## ").map(str::trim_end).collect();
        let named = |section: &&str| section.lines().next() == Some(program);
        let at = sections.iter().position(named);
        if std::env::var_os("ORACLES").is_some_and(|is| is == "write") {
            let new = section.strip_prefix("## ").unwrap();
            match at {
                Some(at) => sections[at] = new,
                None => sections.push(new),
            }
            sections[1..].sort_unstable_by_key(|section| section.to_lowercase());
            std::fs::write(path(), format!("{}\n", sections.join("\n\n## "))).unwrap();
            return;
        }
        let committed = at.map(|at| format!("## {}", sections[at])).unwrap_or_default();
        assert!(committed == section, "not what {} says (`just oracles` writes it):\n{section}", path().display());
    }
}

/// The report.
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/oracles.md")
}
