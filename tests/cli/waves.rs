//! Tests of a policy's decisions during a rollout: waves that halt and roll back, in a replay and in a rehearsal, and
//! decisions that are refused.

use super::{codes, mims_sim};

/// A policy: HQ first; schools a fortnight later, unless too many at HQ were refused; and back to the old way if far
/// too many were.
const WAVES: &str = "\
policy: HQ first, schools a fortnight later behind a gate
extends: guide-v1.1
for:
  - {places: schools, rules: {set-up.by: 2023-10-11 00:00, cutover: 2023-10-11 00:00}}
decisions:
  - {id: roll-back, at: 2023-09-27 12:00, if: {measure: refused, of: hq, more-than: 50%}, places: hq, \
     rules: {cutover: never}}
  - {id: halt, at: 2023-10-09 12:00, if: {measure: not-set-up, of: schools, more-than: 20%}, places: schools, \
     rules: {set-up.by: 2023-10-25 00:00, cutover: 2023-10-25 00:00}}
";

/// Two people at HQ, and one at a school, who signs in on the day of her cutover and a fortnight later.
fn scenario(given: &str, hal: &str, una: &str, noon: &str, eleventh: &str) -> String {
    format!(
        "scenario: Waves
given:
  policy: waves
  {given}
  places: {{comms: hq, kranji: school}}
  people: {{vik: {{place: comms}}, hal: {{place: comms{hal}}}, una: {{place: kranji{una}}}}}
when:
  - day: Wed 2023-09-27
  - {{at: 08:00, who: vik, do: sign-in, expect: no-second-factor}}
  - {{at: 08:05, who: hal, do: sign-in, expect: {}}}
  - {{at: 08:10, who: una, do: sign-in, expect: granted}}
  - {{at: 12:00, who: vik, do: sign-in, expect: {noon}}}
  - day: Wed 2023-10-11
  - {{at: 08:00, who: una, do: sign-in, expect: {eleventh}}}
  - day: Wed 2023-10-25
  - {{at: 08:00, who: una, do: sign-in, expect: {}}}
properties:
  - name: Nobody is stopped before the own cutover
    before: cutover
    never: {{do: sign-in, result: no-second-factor}}
  - name: The old way is over at the own cutover
    after: cutover
    never: {{do: sign-in, result: granted, factor: google-2sv}}
",
        if hal.is_empty() { "no-second-factor" } else { "granted" },
        if una.is_empty() { "no-second-factor" } else { "granted" },
    )
}

fn passes(text: &str) {
    mims_sim("test s.yaml").file("s.yaml", text).file("policies/waves.yaml", WAVES).run();
}

#[test]
fn a_wave_halts_and_another_rolls_back_by_what_is_seen() {
    // One of two at HQ was refused, which is not more than half; nobody at the school has set up, which is too many.
    passes(&scenario("", ", enrolled: true", "", "no-second-factor", "granted"));
    // Both were refused: the old way is back at noon.
    passes(&scenario("", "", "", "granted", "granted"));
    // The school has set up: it goes ahead.
    passes(&scenario("", ", enrolled: true", ", enrolled: true", "no-second-factor", "granted"));
}

#[test]
fn what_is_decided_can_be_said() {
    passes(&scenario("decided: []", ", enrolled: true", "", "no-second-factor", "no-second-factor"));
    passes(&scenario("decided: [roll-back]", ", enrolled: true", "", "granted", "no-second-factor"));
    let text = scenario("decided: [hold]", "", "", "granted", "granted");
    let said = mims_sim("test s.yaml").file("s.yaml", text).file("policies/waves.yaml", WAVES).refused();
    insta::assert_snapshot!(said);
}

const REHEARSAL: &str = "\
rehearsal: A school and a division in waves
policy: waves
span: {from: 2023-09-18, to: 2023-10-27}
population: {schools: 1, staff-per-school: 24, divisions: 1, staff-per-division: 20}
habits: {enrol-deadline: 1%}
runs: 4
gates:
  - {id: first, measure: locked-out, of: hq-staff, at: 2023-09-28 09:00, at-most: 20}
  - {id: second, measure: locked-out, of: school-staff, at: 2023-10-11 09:00, at-most: 0}
candidates: [guide-v1.1, never-halts]
";

/// In a rehearsal each run takes its own decisions; a person extracted from a run is replayed under that run's
/// decisions.
#[test]
fn a_rehearsal_decides_in_every_run() {
    let never = WAVES.replace("more-than: 20%", "more-than: 100%");
    let run = |args: &str| {
        mims_sim(args)
            .file("r.yaml", REHEARSAL)
            .file("policies/waves.yaml", WAVES)
            .file("policies/never-halts.yaml", &never)
    };
    let said = run("rehearse r.yaml").status(5).run().stdout;
    let told = "halt at Mon 09 Oct 2023 12:00, if more than 20% of schools have not set up, in 4 of 4 runs";
    assert!(said.contains(told), "{said}");
    let compared = run("compare r.yaml").run().stdout;
    assert!(compared.contains("  decided on the way: halt in 0 of 4 runs"), "{compared}");
    // The gate of a wave that was halted says nothing of it, and is never met; without the halt it is missed.
    assert!(compared.contains("waves itself: undecided (every gate is met in 0 of 4 runs)"), "{compared}");
    assert!(compared.contains("\nnever-halts: no go (every gate is met in 0 of 4 runs)"), "{compared}");
    for person in ["school-001/3", "division-01/4"] {
        let pulled = run(&format!("rehearse r.yaml --person {person} --replicate 1")).run().stdout;
        assert!(pulled.contains("  decided: [halt]\n"), "{pulled}");
        mims_sim("test p.yaml").file("p.yaml", &pulled).file("policies/waves.yaml", WAVES).run();
    }
}

/// Policies are found from any folder below the one that contains them.
#[test]
fn policies_are_found_from_below() {
    let ran = mims_sim("validate rehearsals/deep/r.yaml")
        .file("rehearsals/deep/r.yaml", REHEARSAL.replace(", never-halts", ""));
    let folder = ran.file("policies/waves.yaml", WAVES).run().folder;
    for (below, file) in
        [("rehearsals/deep", "r.yaml"), ("rehearsals", "deep/r.yaml"), ("policies", "../rehearsals/deep/r.yaml")]
    {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mims-sim"));
        let output = command.args(["validate", file]).current_dir(folder.root().join(below)).output().unwrap();
        assert!(output.status.success(), "{below}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn decisions_that_are_wrong() {
    let refused = |policy: &str| {
        let scenario = scenario("", "", "", "granted", "granted");
        mims_sim("test s.yaml").file("s.yaml", scenario).file("policies/waves.yaml", policy).refused()
    };
    assert_eq!(codes(&refused(&WAVES.replace("id: halt", "id: roll-back"))), ["S229"]);
    let one = |n: u8| {
        let seen = "at: 2023-10-09 12:00, if: {measure: refused, more-than: 1%}";
        format!("  - {{id: d{n}, {seen}, rules: {{cutover: never}}}}\n")
    };
    let many: String = (0..9).map(one).collect();
    assert_eq!(codes(&refused(&format!("policy: P\ndecisions:\n{many}"))), ["S230"]);
    insta::assert_snapshot!(refused(&WAVES.replace("measure: refused", "measure: refusd")));
    insta::assert_snapshot!(refused(&WAVES.replace("more-than: 50%", "more-than: 150%")));
}
