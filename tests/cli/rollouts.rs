//! Tests of rehearsals in shards, stopped early and resumed; of comparison, ranked doubts and sweeps.

use super::{Folder, codes, mims_sim};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A school small enough to run in a moment.
const SMALL: &str = "\
rehearsal: A small school
span: {from: 2023-09-18, to: 2023-09-29}
population: {schools: 1, divisions: 0, staff-per-school: 30, staff-per-school-spread: 0%}
runs: 7
seed: 3
gates:
  - {id: day-one, measure: locked-out, of: staff, at: 2023-09-27 09:00, at-most: 60%, in-runs: 50%}
";

/// Runs the same binary again in an existing folder.
fn again(folder: &Folder, args: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
    let output = command.args(args.split_whitespace()).current_dir(folder.root()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A folder with [`SMALL`], run at once into `whole`; and the output of that run.
fn whole() -> (Folder, Option<i32>, String) {
    let ran = mims_sim("validate f.yaml").file("f.yaml", SMALL).run();
    let (code, said, _) = again(&ran.folder, "rehearse f.yaml --out whole");
    (ran.folder, code, said)
}

/// Truncates a shard's file to its first replicates, as an interruption does.
fn cut_short(path: &Path, keep: usize) {
    let mut shard: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    shard["replicates"].as_array_mut().unwrap().truncate(keep);
    fs::write(path, shard.to_string()).unwrap();
}

#[test]
fn shards_put_together_are_the_run_of_one_machine() {
    merged_is_whole("");
    merged_is_whole(" --names --aside 2");
}

/// Checks that merged shards are the run of one machine, also with these options for the report.
fn merged_is_whole(more: &str) {
    let (folder, code, said) = whole();
    again(&folder, &format!("rehearse f.yaml --out whole{more}"));
    for shard in 1..=3 {
        let (code, out, err) = again(&folder, &format!("rehearse f.yaml --shard {shard}/3 --out parts --threads 1"));
        assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    }
    assert_eq!(folder.list("parts"), ["shard-1-of-3.json", "shard-2-of-3.json", "shard-3-of-3.json"]);
    let (merged_code, merged, err) = again(&folder, &format!("merge parts --out merged{more}"));
    assert_eq!((merged_code, merged, err.as_str()), (code, said, ""));
    assert_eq!(folder.list("merged"), folder.list("whole"));
    assert_eq!(folder.list("merged/work"), folder.list("whole/work"));
    let work = folder.list("whole/work").into_iter().map(|name| format!("work/{name}"));
    for name in folder.list("whole").into_iter().filter(|name| name != "work").chain(work) {
        let [one, other] = ["merged", "whole"].map(|run| folder.bytes(&format!("{run}/{name}")));
        assert!(one == other, "{name}");
    }
}

#[test]
fn a_shard_that_is_missing_doubled_foreign_or_damaged_is_refused() {
    let (folder, ..) = whole();
    let at = |name: &str| folder.root().join("parts").join(name);
    again(&folder, "rehearse f.yaml --shard 1/3 --out parts");
    again(&folder, "rehearse f.yaml --shard 2/3 --out parts --seed 4");
    fs::copy(at("shard-1-of-3.json"), at("shard-copy.json")).unwrap();
    let (code, out, err) = again(&folder, "merge parts");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert_eq!(codes(&err), ["S602", "S603", "S604"], "{err}");
    insta::assert_snapshot!(err, @r"
    error[S602]: shard-2-of-3.json is of another rehearsal, policy or population than shard-1-of-3.json
     = help: keep the shards of each rehearsal in a folder of their own

    error[S603]: shard-copy.json and shard-1-of-3.json are the same part, 1 of 3
     = help: take one of them away

    error[S604]: shards are missing: 2/3, 3/3
     = help: run them with `--shard`, as in `--shard 3/3`

    3 errors; nothing was run
    ");
    fs::write(at("shard-1-of-3.json"), "{").unwrap();
    let (code, _, err) = again(&folder, "merge parts");
    assert_eq!((code, codes(&err)), (Some(2), vec!["S601"]));
    let (code, _, err) = again(&folder, "merge whole");
    assert_eq!((code, codes(&err)), (Some(2), vec!["S604"]));
}

#[test]
fn a_rehearsal_that_has_changed_since_is_refused() {
    let (folder, ..) = whole();
    again(&folder, "rehearse f.yaml --shard 1/1 --out parts");
    fs::write(folder.root().join("f.yaml"), SMALL.replace("staff-per-school: 30", "staff-per-school: 31")).unwrap();
    let (code, out, err) = again(&folder, "merge parts");
    assert_eq!((code, out.as_str(), codes(&err)), (Some(2), "", vec!["S602"]));
    assert!(err.contains("another state of f.yaml"), "{err}");
}

#[test]
fn an_interrupted_run_ends_in_the_same_bytes() {
    let (folder, code, said) = whole();
    again(&folder, "rehearse f.yaml --shard 1/1 --out later");
    cut_short(&folder.root().join("later/shard-1-of-1.json"), 3);
    let (_, _, err) = again(&folder, "merge later");
    assert!(err.contains("was interrupted after 3 replicates"), "{err}");
    let (resumed, out, err) = again(&folder, "rehearse f.yaml --out later --resume");
    assert_eq!((resumed, &out, err.as_str()), (code, &said, ""));
    assert_eq!(folder.list("later"), folder.list("whole"), "what was kept to go on with is gone");
    let (fresh, out, err) = again(&folder, "rehearse f.yaml --out fresh --resume");
    assert_eq!((fresh, &out), (code, &said));
    assert_eq!(err, "no interrupted run in fresh/shard-1-of-1.json: this one begins afresh\n");
    again(&folder, "rehearse f.yaml --shard 1/1 --out later");
    let (code, out, err) = again(&folder, "rehearse f.yaml --out later --resume --seed 9");
    assert_eq!((code, out.as_str(), codes(&err)), (Some(2), "", vec!["S602"]));
}

#[test]
fn what_was_run_is_kept_where_the_report_cannot_be_written() {
    let (folder, code, said) = whole();
    // Something is in the way of the page.
    fs::create_dir_all(folder.root().join("later/rehearsal.html/in-the-way")).unwrap();
    let (refused, out, err) = again(&folder, "rehearse f.yaml --out later");
    assert_eq!((refused, out.as_str()), (Some(2), said.as_str()));
    assert!(err.starts_with("cannot write into later: "), "{err}");
    assert!(folder.root().join("later/shard-1-of-1.json").is_file(), "the runs are kept");
    fs::remove_dir_all(folder.root().join("later/rehearsal.html")).unwrap();
    let (resumed, out, _) = again(&folder, "rehearse f.yaml --out later --resume");
    assert_eq!((resumed, out), (code, said));
    assert_eq!(folder.list("later"), folder.list("whole"));
}

#[test]
fn looking_after_every_run_stops_at_the_same_one_for_any_threads() {
    let run = |threads: u32| {
        mims_sim(&format!("rehearse f.yaml --runs 400 --precision 12% --threads {threads}"))
            .file("f.yaml", SMALL)
            .run()
            .stdout
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(4));
    let count = one.lines().find_map(|l| l.split(", ").find_map(|w| w.strip_suffix(" runs"))).unwrap();
    let count: u32 = count.parse().unwrap();
    assert!((5..400).contains(&count), "{one}");
    let loose = mims_sim("rehearse f.yaml --runs 400 --precision 30%").file("f.yaml", SMALL).run().stdout;
    assert_ne!(loose, one, "less precision takes fewer runs");
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    let refused = |args: &str| mims_sim(args).file("f.yaml", SMALL).refused();
    assert!(refused("rehearse f.yaml --precision 2% --shard 1/2 --out d").contains("cannot be used with"));
    assert!(refused("rehearse f.yaml --shard 1/2").contains("--out"));
    assert!(refused("rehearse f.yaml --shard 3/2 --out d").contains("from 1/8 to 8/8"));
    assert!(refused("rehearse f.yaml --precision 0%").contains("from 0.1% to 50%"));
    assert!(refused("rehearse f.yaml --runs 0").contains("--runs"));
    assert!(refused("rehearse f.yaml --resume").contains("--out"));
    assert!(refused("merge nowhere").contains("cannot read nowhere"));
    assert!(refused("compare f.yaml --candidates nobody").contains("no policy `nobody`"));
}

#[test]
fn nothing_to_compare_is_said() {
    assert!(mims_sim("compare f.yaml").file("f.yaml", SMALL).nothing().contains("`candidates:`"));
}

const WITHOUT: &str = "policy: No second factor\nextends: guide-v1.1\nrules: {second-factor.required: false}\n";

#[test]
fn switching_the_second_factor_off_never_wins() {
    let ran = mims_sim("compare f.yaml --candidates without --runs 12").file("f.yaml", SMALL);
    let said = ran.file("policies/without.yaml", WITHOUT).run().stdout;
    assert!(said.starts_with("without: gives up security"), "{said}");
    let row = |title: &str| said.lines().find(|l| l.contains(title)).unwrap_or_else(|| panic!("{said}")).to_owned();
    assert!(row("first morning").contains(" better"), "{said}");
    assert!(row("single factor").contains(" worse") && row("one-time code").contains(" worse"), "{said}");
    assert!(said.contains("without: go (every gate is met in 12 of 12 runs)"), "even though its gates say go\n{said}");
}

/// A weaker second factor does not win either: Google's 2-Step Verification, or one day more of it.
#[test]
fn a_weaker_second_factor_never_wins() {
    for (name, rules) in [("back", "cutover: never"), ("later", "cutover: 2023-09-28 00:00")] {
        let policy = format!("policy: {name}\nextends: guide-v1.1\nrules: {{{rules}}}\n");
        let ran = mims_sim(&format!("compare f.yaml --candidates {name} --runs 12")).file("f.yaml", SMALL);
        let said = ran.file(&format!("policies/{name}.yaml"), policy).run().stdout;
        let row = |title: &str| said.lines().find(|l| l.contains(title)).unwrap_or_else(|| panic!("{said}")).to_owned();
        assert!(["gives up security", "worse"].iter().any(|so| said.starts_with(&format!("{name}: {so}"))), "{said}");
        assert!(row("one-time code").contains(" worse") && row("single factor").contains(" equivalent"), "{said}");
    }
}

/// The evening before is no other first morning: the same people come to the same doors at nine.
#[test]
fn the_first_morning_is_that_of_the_own_cutover() {
    let evening =
        "policy: Evening\nextends: guide-v1.1\nrules: {cutover: 2023-09-26 18:00, set-up.by: 2023-09-26 18:00}\n";
    let ran = mims_sim("compare f.yaml --candidates evening --runs 12 --format json").file("f.yaml", SMALL);
    let said = ran.file("policies/evening.yaml", evening).run().stdout;
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let rows = report["candidates"][0]["yardsticks"].as_array().unwrap();
    let first = rows.iter().find(|row| row["yardstick"] == "locked-out-first-morning").unwrap();
    assert_ne!(first["verdict"], "better", "{first}");
    assert!(first["candidate"].as_f64().unwrap() > 0.0, "{first}");
}

#[test]
fn a_policy_is_equivalent_to_itself() {
    let text = "policy: The guide by another name\nextends: guide-v1.1\nrules: {}\n";
    let ran = mims_sim("compare f.yaml --candidates same --format json").file("f.yaml", SMALL);
    let said = ran.file("policies/same.yaml", text).run().stdout;
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["candidates"][0]["overall"], "equivalent");
    for yardstick in report["candidates"][0]["yardsticks"].as_array().unwrap() {
        assert_eq!(yardstick["difference"], 0.0, "{yardstick}");
    }
}

#[test]
fn doubts_are_ranked_and_a_sweep_is_answered() {
    let more = "\
doubt:
  habits.enrol-base: [0%, 40%]
  population.ios: [10%, 90%]
sweep:
  habits.enrol-base: [0%, 5%, 40%]
";
    let text = format!("{}{more}", SMALL.replace("at-most: 60%", "at-most: 15%"));
    let said = mims_sim("compare f.yaml --runs 30").file("f.yaml", &text).run().stdout;
    // Where hardly anyone is set up before the day, most are locked out on it; where nearly everyone is, few are.
    let line = |part: &str| said.lines().find(|l| l.contains(part)).unwrap_or_else(|| panic!("{part}\n{said}"));
    let doubts: Vec<&str> = said.lines().skip_while(|l| !l.starts_with("what is assumed")).skip(1).take(4).collect();
    assert!(doubts[0].contains("habits.enrol-base 40%") && doubts[0].ends_with("turns it"), "{said}");
    assert!(doubts[3].contains("population.ios ") && doubts[3].contains("+0.0 %"), "nothing rests on it\n{said}");
    assert!(said.contains("day-one 30 (met)"), "{said}");
    assert!(line("  day-one: ").ends_with("is the least that meets it"), "{said}");
}
