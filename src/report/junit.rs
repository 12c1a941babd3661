//! The verdicts as JUnit XML, with the file and line of each case.

use super::CaseReport;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The document.
pub fn junit(cases: &[CaseReport]) -> String {
    let mut suite = TestSuite::new("scenarios");
    for case in cases {
        let status = match case.wrong.first() {
            None => TestCaseStatus::success(),
            Some(_) if case.verdict == "pending" => TestCaseStatus::skipped(),
            Some(first) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                let line = |w: &super::Wrong| format!("{}:{}:{}: {}", case.file, w.line, w.column, w.said);
                status.set_message(first.said.clone());
                status.set_description(case.wrong.iter().map(line).collect::<Vec<_>>().join("\n"));
                status
            }
        };
        let mut test = TestCase::new(case.title.clone(), status);
        test.set_classname(case.file.clone());
        test.extra.insert("file".into(), case.file.clone().into());
        let line = case.wrong.first().map_or(case.line, |w| w.line);
        test.extra.insert("line".into(), line.to_string().into());
        suite.add_test_case(test);
    }
    let mut report = Report::new("mims-sim");
    report.add_test_suite(suite);
    report.to_string().unwrap_or_default()
}
