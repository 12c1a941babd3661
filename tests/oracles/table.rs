//! What `words` and the reference say of programs from outside is what the report counted, and nothing else.

use super::figures::path;
use mims_sim::clause::{Clause, Nature};
use mims_sim::policy::oracles::{COMPARISONS, Opinion, of_clause};
use std::collections::BTreeMap;

/// What the report says of one program and rule.
#[derive(Debug, Default, PartialEq, Eq)]
struct Line {
    agree: u64,
    explained: u64,
    findings: u64,
    sentences: Vec<String>,
}

/// The report's lines, by program and rule.
fn report() -> BTreeMap<(String, String), Line> {
    let (mut out, mut program) = (BTreeMap::<(String, String), Line>::new(), String::new());
    let text = std::fs::read_to_string(path()).unwrap();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            name.clone_into(&mut program);
        } else if let Some(row) = line.strip_prefix("| `") {
            let (rule, counts) = row.split_once("` |").unwrap();
            let counts: Vec<u64> = counts.split('|').filter_map(|count| count.trim().parse().ok()).collect();
            let &[compared, agree, explained, findings] = counts.as_slice() else { panic!("{line}") };
            assert_eq!(compared, agree + explained + findings, "{program} {line}");
            let line = Line { agree, explained, findings, sentences: Vec::new() };
            out.insert((program.clone(), rule.to_owned()), line);
        } else if let Some(row) = line.strip_prefix("- `") {
            let (rule, why) = row.split_once("`, explained ").unwrap();
            let (_, sentence) = why.split_once(" times: ").unwrap();
            let line = out.get_mut(&(program.clone(), rule.to_owned())).unwrap();
            line.sentences.push(sentence.to_owned());
        }
    }
    out
}

#[test]
fn no_agreement_is_claimed_that_was_not_run() {
    let mut report = report();
    for is in COMPARISONS {
        let (program, rule) = (is.oracle.name(), is.rule.info().path);
        let line = report.remove(&(program.to_owned(), rule.to_owned()));
        let line = line.unwrap_or_else(|| panic!("the report says nothing of {program} and {rule}"));
        let mut sentences = match is.opinion {
            Opinion::Agrees => Vec::new(),
            Opinion::ButFor(sentences) => sentences.to_vec(),
        };
        sentences.sort_unstable();
        assert_eq!(line.sentences, sentences, "{program} and {rule}");
        assert_eq!((line.explained > 0, line.findings), (!sentences.is_empty(), 0), "{program} and {rule}");
        assert!(line.agree > 0, "{program} and {rule} never agree");
    }
    assert_eq!(report, BTreeMap::new(), "no line of the table says this");
}

#[test]
fn assumptions_wear_the_programs_that_agree() {
    let assumptions = Clause::ALL.iter().filter(|clause| clause.nature() == Nature::Assumption);
    let worn = assumptions.filter(|clause| !of_clause(**clause).is_empty()).count();
    assert!(worn >= 4, "{worn}");
}
