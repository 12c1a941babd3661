//! The verdicts as one page that opens offline: what failed first, stories to unfold, coverage last.

use super::coverage::Line;
use super::{Case, failing_first, tally};
use maud::{DOCTYPE, Markup, html as page};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8886;--good:#17803d;--bad:#c0262d;--wait:#a15c00}\
@media(prefers-color-scheme:dark){:root{--good:#5bd08a;--bad:#ff8a8f;--wait:#ffc46b}}\
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
h1{margin-bottom:.2em}h2{margin-top:2em;border-bottom:1px solid var(--line)}\
pre{overflow-x:auto;font:13px/1.45 ui-monospace,monospace;padding:.5em;border-left:3px solid var(--line)}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25em .6em;border-bottom:1px solid var(--line)}\
code,.file{overflow-wrap:anywhere}.wide{overflow-x:auto}summary{cursor:pointer;padding:.3em 0}.passed{color:var(--good)}.failed{color:var(--bad)}.pending{color:var(--wait)}\
.file{opacity:.75;font-size:.9em}.wrong{border-left:3px solid var(--bad);padding-left:.8em;margin:.6em 0}\
@media print{details{display:block}body{max-width:none}}";

/// The page.
pub fn html(cases: &[Case], coverage: &[Line]) -> String {
    let (passed, failed, pending) = tally(cases);
    page! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "mims-sim: scenarios" }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "Scenarios" }
                    p {
                        span.passed { (passed) " passed" } ", "
                        span.failed { (failed) " failed" } ", "
                        span.pending { (pending) " pending" }
                    }
                    @for case in failing_first(cases) { (section(case)) }
                    h2 { "Clauses" }
                    p { "What the runs above did with each clause of the guide and each assumption: it was "
                        em { "fired" } " where a decision cites it, " em { "decisive" }
                        " where some decision would have been another without it." }
                    div.wide { table {
                        thead { tr { th { "clause" } th { "was" } th { "says" } } }
                        tbody { @for line in coverage {
                            tr { td { (line.clause) } td { (line.what) } td { (line.text) } }
                        } }
                    } }
                }
            }
        }
    }
    .into_string()
        + "\n"
}

fn section(case: &Case) -> Markup {
    let mark = match case.verdict {
        "passed" => "✓",
        "pending" => "…",
        _ => "✗",
    };
    page! {
        details open[case.verdict != "passed"] {
            summary {
                strong class=(case.verdict) { (mark) " " (case.verdict) } " " (case.title) " "
                span.file { (case.file) ", " (case.judged) " expectations, " (case.policy) }
            }
            @for wrong in &case.wrong {
                div.wrong {
                    p { "Line " (wrong.line) ": " (wrong.said)
                        @if let Some(at) = &wrong.at { " (at " (at) ", resting on " (wrong.rests_on.join(" ")) ")" } }
                    pre { (wrong.snippet) }
                    p { "Why: " code { (wrong.why) } }
                }
            }
            pre { (case.story) }
        }
    }
}
