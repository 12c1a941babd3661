//! Fingerprints of the states seen so far.
//!
//! Promises one number a state, in the order of first sight. Deliberately keeps no state.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// What is kept of a state that was seen: its fingerprint, and from where it was first reached by which transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The number of the state before it.
    pub from: u32,
    /// Which of the transitions out of it, by its place among them.
    pub step: super::Move,
}

/// States by fingerprint.
#[derive(Debug, Default)]
pub struct Seen {
    prints: Vec<u128>,
    trails: Vec<Trail>,
    table: HashTable<u32>,
}

/// A fingerprint is as good a hash as any.
fn low(print: u128) -> u64 {
    (print & u128::from(u64::MAX)) as u64
}

impl Seen {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.prints.len()
    }

    /// The number of a state that was seen.
    pub fn find(&self, print: u128) -> Option<u32> {
        self.table.find(low(print), |at| self.prints.get(*at as usize) == Some(&print)).copied()
    }

    /// Notes a state; its number, and whether it is new.
    pub fn insert(&mut self, print: u128, trail: Trail) -> (u32, bool) {
        let prints = &self.prints;
        let hash = |at: &u32| prints.get(*at as usize).map_or(0, |print| low(*print));
        match self.table.entry(low(print), |at| prints.get(*at as usize) == Some(&print), hash) {
            Entry::Occupied(there) => (*there.get(), false),
            Entry::Vacant(free) => {
                let number = u32::try_from(prints.len()).unwrap_or(u32::MAX);
                free.insert(number);
                self.prints.push(print);
                self.trails.push(trail);
                (number, true)
            }
        }
    }

    /// The transitions that led to a state from the first one.
    pub fn path(&self, number: u32) -> Vec<super::Move> {
        let mut path = Vec::new();
        let mut at = number;
        while at != 0
            && let Some(trail) = self.trails.get(at as usize)
        {
            path.push(trail.step);
            at = trail.from;
        }
        path.reverse();
        path
    }

    /// How many bytes the states take here.
    pub fn bytes(&self) -> usize {
        self.prints.capacity() * size_of::<u128>()
            + self.trails.capacity() * size_of::<Trail>()
            + self.table.allocation_size()
    }
}
