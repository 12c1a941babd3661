//! The costs of workloads as a table, and how two tables compare.

use std::collections::BTreeMap;

/// By how many per cent a cost may grow unseen.
pub const MOST: u64 = 3;

/// What one workload takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// Instructions on the processor.
    pub instructions: u64,
    /// How often memory was asked for, or for more of it.
    pub allocations: u64,
    /// How many bytes were asked for.
    pub bytes: u64,
}

impl Costs {
    fn named(self) -> [(&'static str, u64); 3] {
        [("instructions", self.instructions), ("allocations", self.allocations), ("bytes", self.bytes)]
    }
}

/// The costs of workloads by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger(pub BTreeMap<String, Costs>);

impl Ledger {
    /// The ledger in a CSV text, as [`Ledger::written`] writes it.
    pub fn read(text: &str) -> Ledger {
        let line = |line: &str| {
            let (name, numbers) = line.split_once(',').unwrap();
            let numbers: Vec<u64> = numbers.split(',').map(|number| number.parse().unwrap()).collect();
            let [instructions, allocations, bytes] = numbers[..] else { panic!("`{line}` has other columns") };
            (name.to_owned(), Costs { instructions, allocations, bytes })
        };
        Ledger(text.lines().skip(1).map(line).collect())
    }

    /// The ledger as CSV.
    pub fn written(&self) -> String {
        let mut out = "workload,instructions,allocations,bytes\n".to_owned();
        for (name, costs) in &self.0 {
            let Costs { instructions, allocations, bytes } = costs;
            out += &format!("{name},{instructions},{allocations},{bytes}\n");
        }
        out
    }

    /// Old, new and ratio of every cost in this ledger; 0 stands for what the old one does not have.
    pub fn beside(&self, old: &Ledger) -> String {
        let mut out = format!("{:28} {:12} {:>15} {:>15} {:>7}\n", "workload", "cost", "old", "new", "ratio");
        for (name, new) in &self.0 {
            let before = old.0.get(name).map(|costs| costs.named());
            for (at, (cost, new)) in new.named().into_iter().enumerate() {
                let old = before.map_or(0, |named| named[at].1);
                let ratio = if old == 0 { "new".to_owned() } else { format!("{:.3}", new as f64 / old as f64) };
                out += &format!("{name:28} {cost:12} {old:15} {new:15} {ratio:>7}\n");
            }
        }
        out
    }

    /// Whether a cost is more than [`MOST`] per cent above the old one, or has none.
    pub fn dearer(&self, old: &Ledger) -> bool {
        self.0.iter().any(|(name, new)| {
            let Some(old) = old.0.get(name) else { return true };
            let pairs = new.named().into_iter().zip(old.named());
            pairs.into_iter().any(|((_, new), (_, old))| new * 100 > old * (100 + MOST))
        })
    }
}
