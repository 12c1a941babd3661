//! Tests of the HTML reports in a real browser: every page of all scenarios, of a report with failures and of two
//! rehearsals has no error, no request to a network and no serious accessibility barrier.
//!
//! Promises to say so if it is skipped for lack of a browser, and never to be skipped under `BROWSER_TEST=required`.

#![allow(clippy::unwrap_used, clippy::panic)]

use mims_sim::report;
use mims_sim::report::chart::{self, Axis, Band, Bar, Chart, Curve, Heat, HeatRow, Mark, bars, heat, line};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A report with a failed, a passed and a pending scenario, and a title with characters that need escaping.
const MIXED: [(&str, &str); 3] = [
    (
        "fails.yaml",
        "scenario: \"Fails: <b>100 %</b> & sure\"\ntags: [one]\ngiven:\n  people: {gwen: {}}\nwhen:\n  \
         - day: Wed 2023-09-27\n  - {at: 09:00, who: gwen, do: sign-in, expect: granted}\n  \
         - {at: 09:10, who: gwen, do: enrol, expect: no-device}\n\
         then:\n  - {account: gwen, can-sign-in: []}\n",
    ),
    (
        "waits.yaml",
        "scenario: Waits\ntags: [two]\ngiven:\n  people: {gwen: {}}\nwhen:\n  - day: Wed 2023-09-27\n  \
         - {at: 09:00, who: gwen, do: sign-in, expect: no-second-factor}\nproperties:\n  \
         - {name: Late, whenever: {do: sign-in}, eventually: {do: enrol}, by: end of next working day}\n",
    ),
    (
        "passes.yaml",
        "scenario: Passes\ntags: [one]\ngiven:\n  people: {gwen: {}}\nwhen:\n  - day: Wed 2023-09-27\n  \
         - {at: 09:00, who: gwen, do: sign-in, expect: no-second-factor}\n",
    ),
];

/// A rehearsal with two candidates, and so many places, of both kinds, that not all are shown at first.
const ROLLOUT: [(&str, &str); 3] = [
    (
        "rollout.yaml",
        "rehearsal: Thirty places\npolicy: guide-v1.1\ndecide-by: 2023-09-20\n\
         span: {from: 2023-09-11, to: 2023-10-06}\n\
         population: {schools: 27, divisions: 3, staff-per-school: 21, staff-per-school-spread: 0%, \
         staff-per-division: 24}\nruns: 3\nseed: 7\n\
         gates:\n  - {id: day-one, measure: locked-out, of: staff, at: 2023-09-27 09:00, at-most: 5%, in-runs: 90%}\n\
         candidates: [later, asked-earlier]\n",
    ),
    ("policies/later.yaml", "policy: A week later\nextends: guide-v1.1\nrules:\n  cutover: 2023-10-04 00:00\n"),
    (
        "policies/asked-earlier.yaml",
        "policy: Asked earlier\nextends: guide-v1.1\nrules:\n  prompt-at-sign-in.from: 2023-09-18 00:00\n",
    ),
];

/// The tool that is missing on this machine, if one is.
fn missing() -> Option<&'static str> {
    let runs = |program: &str| Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success());
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/playwright-core");
    [(runs("node"), "node"), (runs(&chromium), "chromium"), (modules.exists(), "`npm ci` in tests/browser")]
        .into_iter()
        .find_map(|(there, what)| (!there).then_some(what))
}

/// A page with every kind of chart, over series with peaks, with gaps and without values.
fn charts() -> String {
    let hours = 0..36_i64;
    let clock = |hour: i64| format!("{} Sep {:02}:00", 26 + (hour + 12) / 24, (hour + 12) % 24);
    let axis = Axis {
        columns: hours.clone().map(clock).collect(),
        named: (0..36).step_by(6).map(|at| (at, clock(i64::try_from(at).unwrap()))).collect(),
        marks: vec![Mark { column: 12, name: "cutover".to_owned() }],
    };
    let people = |number: i64| number.to_string();
    let chart = |title: &str| Chart {
        title: title.to_owned(),
        description: "Numbers made for looking at charts.".to_owned(),
        rows: "hour".to_owned(),
        unit: people,
    };
    let peak = |hour: i64, most: i64| if hour < 12 { 0 } else { (most - (hour - 21).abs() * most / 14).max(0) };
    let curve = |most: i64| {
        hours
            .clone()
            .map(|h| Band { low: peak(h, most) * 7 / 10, middle: peak(h, most), high: peak(h, most) * 5 / 4 })
            .collect()
    };
    let lines: Vec<Curve> = [("guide", 3_100), ("one week later", 1_400), ("linked", 600)]
        .map(|(name, most)| Curve { name: name.to_owned(), points: curve(most) })
        .into();
    let kinds: Vec<Bar> =
        [("no second factor", 1_500), ("no OTP", 700), ("lost phone", 300), ("locked", 220), ("a", 90), ("b", 60)]
            .map(|(name, most)| Bar { name: name.to_owned(), parts: hours.clone().map(|h| peak(h, most)).collect() })
            .into();
    let row = |(name, nth): (&str, i64)| HeatRow {
        name: name.to_owned(),
        numbers: (8..20).map(|h| peak(h + 12, 4 * nth * nth)).collect(),
        ..HeatRow::default()
    };
    let rows = ["Kranji", "Yishun", "Bedok", "HQ"].into_iter().zip(1..).map(row).collect();
    let columns = (8..20).map(|hour| format!("{hour:02}:00")).collect();
    let parts = [
        line(&chart("Locked out, hour by hour"), &axis, &lines),
        line(&chart("Locked out under one policy"), &axis, lines.get(..1).unwrap()),
        bars(&chart("Locked out, by cause"), &axis, &kinds, Some(("what the desk can take", 3_300))),
        heat(&chart("Locked out, by school"), &Heat { columns, rows }),
    ];
    let parts: String = parts.map(|part| part.into_string()).concat();
    let style = [report::STYLE, chart::STYLE].concat();
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Charts</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"><style>{style}</style></head>\
         <body><main><h1>Charts</h1>{parts}</main></body></html>\n"
    )
}

/// Runs the tool in a folder; it writes its reports to `out`, and has to exit with this code.
fn run(folder: &Path, args: &[&str], out: &Path, status: i32) {
    let tool = Command::new(env!("CARGO_BIN_EXE_mims-sim")).args(args).arg(out).current_dir(folder).output().unwrap();
    assert_eq!(tool.status.code(), Some(status), "{args:?}: {}", String::from_utf8_lossy(&tool.stderr));
}

/// The browser's verdict on these folders: whether all is well, and what it says.
fn look(work: &Path, folders: &[PathBuf]) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/look.mjs");
    let look = Command::new("node").arg(script).arg(work.join("pictures")).args(folders).output().unwrap();
    (look.status.success(), [look.stdout, look.stderr].map(|b| String::from_utf8_lossy(&b).into_owned()).concat())
}

#[test]
fn every_page_reads_well_in_a_browser() {
    if let Some(what) = missing() {
        assert!(std::env::var_os("BROWSER_TEST").is_none(), "the browser test is required, and lacks {what}");
        eprintln!("skipped: the browser test lacks {what}");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let _ = fs::remove_dir_all(&work);
    let files: PathBuf = work.join("s");
    fs::create_dir_all(files.join("policies")).unwrap();
    for (name, text) in MIXED {
        fs::write(files.join(name), text).unwrap();
    }
    run(&work, &["test", "s", "--report"], &work.join("mixed"), 1);
    fs::create_dir_all(work.join("r/policies")).unwrap();
    for (name, text) in ROLLOUT {
        fs::write(work.join("r").join(name), text).unwrap();
    }
    run(&work, &["rehearse", "r/rollout.yaml", "--aside", "2", "--out"], &work.join("rollout"), 1);
    // All scenarios and the committed rehearsal, named as in the repository.
    let (reports, school) = (work.join("reports"), "scenarios/rehearsals/one-school.yaml");
    run(root, &["test", "--report"], &reports, 0);
    run(root, &["rehearse", school, "--out"], &reports.join("rehearsals/one-school"), 1);
    fs::create_dir_all(work.join("charts")).unwrap();
    fs::write(work.join("charts/charts.html"), charts()).unwrap();
    let (fine, said) = look(&work, &["reports", "mixed", "rollout", "charts"].map(|folder| work.join(folder)));
    assert!(fine, "{said}");
    // The look can fail: a page with one of each fault is told of each.
    fs::create_dir_all(work.join("bad")).unwrap();
    let bad = "<!DOCTYPE html><html><head><title>Bad</title></head><body><img src=\"http://127.0.0.1:9/x.png\">\
               <div style=\"width:3000px;color:#eee;background:#fff\">faint</div><script>undefined.x</script>\
               </body></html>";
    fs::write(work.join("bad/bad.html"), bad).unwrap();
    let (fine, said) = look(&work, &[work.join("bad")]);
    assert!(!fine);
    for part in ["error:", "request:", "stick out", "html-has-lang", "image-alt", "color-contrast"] {
        assert!(said.contains(part), "`{part}` was overlooked\n{said}");
    }
}
