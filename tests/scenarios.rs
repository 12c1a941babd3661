//! The main job on real input: every committed scenario replays green, and the story of each is a snapshot.

use mims_sim::format::scenario::read;
use mims_sim::replay::plan;
use std::fs;

#[test]
fn every_scenario_replays_green_and_tells_its_story() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/guide");
    let mut count = 0;
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let loaded = read(&name, &fs::read(&path).unwrap()).unwrap();
        let plan = plan(&loaded).unwrap();
        let verdict = plan.run().unwrap();
        assert_eq!(verdict.failures, [], "{name}");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| insta::assert_snapshot!(name.trim_end_matches(".yaml"), plan.story(&verdict)));
        count += 1;
    }
    assert!(count > 0);
}
