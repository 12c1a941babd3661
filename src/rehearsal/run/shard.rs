//! Results of some of a rehearsal's replicates, so that several machines can share one, or one can go on tomorrow.
//!
//! Promises that shards put together are, replicate by replicate, what one machine would have had; a shard that is
//! missing, doubled, unfinished or of another rehearsal is refused, and everything that is wrong is told at once.
//! Deliberately knows nothing of what a replicate holds.

use crate::act::ActKind;
use crate::diagnostic::Diagnostic;
use crate::rehearsal::setup::plan::RehearsalPlan;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;

/// The version of the form that shards are written in.
const FORMAT: u32 = 2;

/// Types in a plan, and what they were called when the first hash was taken: a hash does not change with a type's name.
const FORMER_NAMES: &[(&str, &str)] = &[
    ("EndProposition {", "End {"),
    ("End { kind: None", "End { word: None"),
    ("StateProposition {", "State {"),
    ("ForEach {", "Each {"),
    ("StagedDecision {", "Midway {"),
    ("RehearsalPlan {", "Plan {"),
    ("GateProperty {", "Ruled {"),
    ("CountedActs {", "Counted {"),
    ("RosterEntry {", "Known {"),
];

/// What results belong to: the version of the tool, and all that a rehearsal's results depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The version of the tool.
    pub version: String,
    /// The rehearsal's file, as it was named.
    pub file: String,
    /// The seed of all draws.
    pub seed: u32,
    /// SHA-256 over version and plan, in hexadecimal.
    pub hash: String,
}

impl Origin {
    /// Of a plan, wherever its file lies: policy, parameters, gates, directory, seed and number of runs.
    pub fn of(plan: &RehearsalPlan) -> Origin {
        let placeless = RehearsalPlan { file: String::new(), ..plan.clone() };
        let all = format!("{placeless:?}");
        let all = FORMER_NAMES.iter().fold(all, |all, (now, then)| all.replace(now, then));
        // The end of an act in a gate's property was told by its word.
        let all = ActKind::ALL.iter().fold(all, |all, kind| {
            all.replace(&format!("End {{ kind: Some({kind:?})"), &format!("End {{ word: Some({:?})", kind.word()))
        });
        Origin::new(&plan.file, plan.seed, &all)
    }

    fn new(file: &str, seed: u32, all: &str) -> Origin {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let hash = Sha256::new().chain_update(&version).chain_update([0]).chain_update(all).finalize();
        Origin { version, file: file.to_owned(), seed, hash: data_encoding::HEXLOWER.encode(&hash) }
    }
}

/// Which part of the replicates: the `index`-th of `of` parts, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardNumber {
    /// Which one, from 1.
    pub index: u32,
    /// Of how many.
    pub of: u32,
}

impl ShardNumber {
    /// All of them.
    pub const WHOLE: ShardNumber = ShardNumber { index: 1, of: 1 };
    /// The most parts.
    pub const MOST: u32 = 100_000;

    /// Reads `I/N`.
    ///
    /// # Errors
    /// What a part is, if this is none.
    pub fn parse(text: &str) -> Result<ShardNumber, String> {
        let part =
            text.split_once('/').and_then(|(i, n)| Some(ShardNumber { index: i.parse().ok()?, of: n.parse().ok()? }));
        part.filter(|p| p.is_one()).ok_or_else(|| {
            format!("a shard is one of several, such as 2/8: from 1/8 to 8/8, of {} at most", ShardNumber::MOST)
        })
    }

    fn is_one(self) -> bool {
        (1..=self.of).contains(&self.index) && self.of <= ShardNumber::MOST
    }

    /// Its replicates, of so many in all: parts follow each other, and no two differ by more than one replicate.
    pub fn replicates(self, runs: u32) -> Range<u32> {
        let until = |parts: u32| u32::try_from(u64::from(runs) * u64::from(parts) / u64::from(self.of)).unwrap_or(runs);
        until(self.index.saturating_sub(1))..until(self.index)
    }

    /// The name of its file.
    pub fn file_name(self) -> String {
        format!("shard-{}-of-{}.json", self.index, self.of)
    }
}

/// The results of one part; fewer than its replicates if it was interrupted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shard<T> {
    format: u32,
    /// What it belongs to.
    pub origin: Origin,
    /// How many replicates the rehearsal has in all.
    pub runs: u32,
    /// Which part of them.
    pub part: ShardNumber,
    /// The results from the part's first replicate on, without a gap.
    pub replicates: Vec<T>,
}

impl<T: Serialize + DeserializeOwned> Shard<T> {
    /// A part's results.
    pub fn new(origin: Origin, runs: u32, part: ShardNumber, replicates: Vec<T>) -> Shard<T> {
        Shard { format: FORMAT, origin, runs, part, replicates }
    }

    /// The replicates that are still to be run.
    pub fn rest(&self) -> Range<u32> {
        let all = self.part.replicates(self.runs);
        let done = u32::try_from(self.replicates.len()).unwrap_or(u32::MAX);
        all.start.saturating_add(done).min(all.end)..all.end
    }

    /// As it is written to a file.
    ///
    /// # Errors
    /// If a result cannot be written as JSON.
    pub fn to_json(&self) -> Result<String, String> {
        serde_json::to_string(self).map(|text| text + "\n").map_err(|why| why.to_string())
    }

    /// Reads one back.
    ///
    /// # Errors
    /// `S601` if it is none, or is damaged.
    pub fn from_json(name: &str, bytes: &[u8]) -> Result<Shard<T>, Box<Diagnostic>> {
        let fault = |why: String| {
            let title = format!("{name} is no shard that this version can read: {why}");
            Box::new(Diagnostic::error("S601", title).help("take it away, and run that shard again"))
        };
        let shard: Shard<T> = serde_json::from_slice(bytes).map_err(|why| fault(why.to_string()))?;
        let most = shard.part.replicates(shard.runs).len();
        match () {
            () if shard.format != FORMAT => Err(fault(format!("its format is {}", shard.format))),
            () if !shard.part.is_one() => Err(fault(format!("it is part {} of {}", shard.part.index, shard.part.of))),
            () if shard.replicates.len() > most => Err(fault("it holds more replicates than its part has".to_owned())),
            () => Ok(shard),
        }
    }
}

/// Shards by the names of their files, in any order, put together.
///
/// # Errors
/// `S602` for shards of another rehearsal, `S603` for parts that are there twice, `S604` for parts that are missing or
/// were interrupted: all that is wrong.
pub fn merge<T>(shards: Vec<(String, Shard<T>)>) -> Result<Shard<T>, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let mut parts: BTreeMap<u32, (String, Shard<T>)> = BTreeMap::new();
    let mut shards = shards.into_iter();
    let Some((first, lead)) = shards.next() else {
        return Err(vec![Diagnostic::error("S604", "there is no shard here").help("name the folder of `--out`")]);
    };
    let (origin, runs, of) = (lead.origin.clone(), lead.runs, lead.part.of);
    for (name, shard) in std::iter::once((first.clone(), lead)).chain(shards) {
        let other = match () {
            () if shard.origin.version != origin.version => Some("another version of the tool"),
            () if shard.origin.hash != origin.hash => Some("another rehearsal, policy or population"),
            () if (shard.runs, shard.part.of) != (runs, of) => Some("a rehearsal that was divided otherwise"),
            () => None,
        };
        if let Some(other) = other {
            let title = format!("{name} is of {other} than {first}");
            faults.push(
                Diagnostic::error("S602", title).help("keep the shards of each rehearsal in a folder of their own"),
            );
        } else if let Some((earlier, _)) = parts.get(&shard.part.index) {
            let title = format!("{name} and {earlier} are the same part, {} of {of}", shard.part.index);
            faults.push(Diagnostic::error("S603", title).help("take one of them away"));
        } else {
            if !shard.rest_is_empty() {
                let title = format!("{name} was interrupted after {} replicates", shard.replicates.len());
                faults.push(Diagnostic::error("S604", title).help("run it again with `--resume`"));
            }
            parts.insert(shard.part.index, (name, shard));
        }
    }
    let missing: Vec<String> =
        (1..=of).filter(|i| !parts.contains_key(i)).take(11).map(|i| format!("{i}/{of}")).collect();
    if let [some @ .., last] = missing.as_slice() {
        let list = if some.len() == 10 { format!("{} and more", some.join(", ")) } else { missing.join(", ") };
        let title = format!("shards are missing: {list}");
        faults.push(Diagnostic::error("S604", title).help(format!("run them with `--shard`, as in `--shard {last}`")));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let replicates = parts.into_values().flat_map(|(_, shard)| shard.replicates).collect();
    Ok(Shard { format: FORMAT, origin, runs, part: ShardNumber::WHOLE, replicates })
}

impl<T> Shard<T> {
    fn rest_is_empty(&self) -> bool {
        self.replicates.len() >= self.part.replicates(self.runs).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn origin(seed: u32) -> Origin {
        Origin::new("r.yaml", seed, &format!("rehearsal {seed}"))
    }

    /// The shard of a rehearsal whose replicate `r` results in `r`.
    fn shard(index: u32, of: u32, runs: u32) -> (String, Shard<u32>) {
        let part = ShardNumber { index, of };
        (part.file_name(), Shard::new(origin(1), runs, part, part.replicates(runs).collect()))
    }

    fn codes(faults: Result<Shard<u32>, Vec<Diagnostic>>) -> Vec<(&'static str, String)> {
        faults.unwrap_err().into_iter().map(|f| (f.code, f.title)).collect()
    }

    #[test]
    fn what_is_wrong_is_told_at_once() {
        let (name, mut foreign) = shard(3, 4, 10);
        foreign.origin = origin(2);
        let doubled = ("copy.json".to_owned(), shard(1, 4, 10).1);
        let (partial_name, mut partial) = shard(2, 4, 10);
        partial.replicates.pop();
        let all = vec![shard(1, 4, 10), doubled, (partial_name, partial), (name, foreign)];
        assert_eq!(
            codes(merge(all)),
            [
                ("S603", "copy.json and shard-1-of-4.json are the same part, 1 of 4".to_owned()),
                ("S604", "shard-2-of-4.json was interrupted after 2 replicates".to_owned()),
                (
                    "S602",
                    "shard-3-of-4.json is of another rehearsal, policy or population than shard-1-of-4.json".to_owned()
                ),
                ("S604", "shards are missing: 3/4, 4/4".to_owned()),
            ]
        );
        assert_eq!(codes(merge(Vec::new())), [("S604", "there is no shard here".to_owned())]);
        let divided = codes(merge(vec![shard(1, 2, 10), shard(2, 3, 10)]));
        assert!(divided.iter().any(|(code, title)| *code == "S602" && title.contains("divided otherwise")));
    }

    #[test]
    fn a_damaged_file_is_no_shard() {
        let text = shard(1, 2, 10).1.to_json().unwrap();
        assert!(Shard::<u32>::from_json("x", text.as_bytes()).is_ok());
        for damaged in [
            text[..text.len() / 2].to_owned(),
            text.replace("\"format\":2", "\"format\":9"),
            text.replace("\"index\":1", "\"index\":0"),
            text.replace("\"index\":1", "\"index\":3"),
            text.replace("\"runs\":10", "\"runs\":1"),
            text.replace("\"runs\"", "\"more\":1,\"runs\""),
            String::new(),
        ] {
            assert_eq!(Shard::<u32>::from_json("x", damaged.as_bytes()).unwrap_err().code, "S601", "{damaged}");
        }
    }

    #[test]
    fn parts_are_read_as_written() {
        assert_eq!(ShardNumber::parse("2/8"), Ok(ShardNumber { index: 2, of: 8 }));
        for wrong in ["0/8", "9/8", "8", "1/0", "a/b", "-1/3", "1/100001", ""] {
            assert!(ShardNumber::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn parts_cover_all_replicates_once(runs in 1..500_u32, of in 1..40_u32) {
            let sizes: Vec<usize> = (1..=of).map(|index| ShardNumber { index, of }.replicates(runs).len()).collect();
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
            let all: Vec<u32> = (1..=of).flat_map(|index| ShardNumber { index, of }.replicates(runs)).collect();
            prop_assert_eq!(all, (0..runs).collect::<Vec<_>>());
        }

        #[test]
        fn shards_in_any_order_are_the_whole(runs in 1..60_u32, order in Just((1..=7_u32).collect::<Vec<_>>()).prop_shuffle()) {
            let merged = merge(order.iter().map(|i| shard(*i, 7, runs)).collect()).unwrap();
            prop_assert_eq!(merged.to_json().unwrap(), shard(1, 1, runs).1.to_json().unwrap());
        }

        #[test]
        fn an_interrupted_one_knows_what_is_left(runs in 1..60_u32, index in 1..=3_u32, done in 0..60_usize) {
            let (_, mut part) = shard(index, 3, runs);
            let full = part.replicates.clone();
            part.replicates.truncate(done);
            let read = Shard::<u32>::from_json("x", part.to_json().unwrap().as_bytes()).unwrap();
            prop_assert_eq!(read.replicates.iter().copied().chain(read.rest()).collect::<Vec<_>>(), full);
        }
    }
}
