//! The visited set of a search: fingerprints of the states seen so far.
//!
//! Promises one number for each state, in the order in which states are first seen. Deliberately keeps no state itself.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// How a visited state was first reached: its predecessor and the transition between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The number of the state before it.
    pub from: u32,
    /// The transition from that state.
    pub step: super::Transition,
}

/// An entry of the table: a state's fingerprint in two halves, low first, which saves padding, and its number.
#[derive(Clone, Copy, Debug)]
struct Known {
    print: [u64; 2],
    number: u32,
}

/// The visited states, by fingerprint.
#[derive(Debug, Default)]
pub struct Visited {
    trails: Vec<Trail>,
    table: HashTable<Known>,
}

fn halves(print: u128) -> [u64; 2] {
    [(print & u128::from(u64::MAX)) as u64, (print >> 64) as u64]
}

impl Visited {
    /// The number of visited states.
    pub const fn len(&self) -> usize {
        self.trails.len()
    }

    /// The number of a visited state.
    pub fn find(&self, print: u128) -> Option<u32> {
        let print = halves(print);
        self.table.find(print[0], |known| known.print == print).map(|known| known.number)
    }

    /// Adds a state, and returns its number and whether it is new. The fingerprint itself serves as the hash.
    pub fn insert(&mut self, print: u128, trail: Trail) -> (u32, bool) {
        let print = halves(print);
        match self.table.entry(print[0], |known| known.print == print, |known| known.print[0]) {
            Entry::Occupied(there) => (there.get().number, false),
            Entry::Vacant(free) => {
                let number = u32::try_from(self.trails.len()).unwrap_or(u32::MAX);
                free.insert(Known { print, number });
                self.trails.push(trail);
                (number, true)
            }
        }
    }

    /// The transitions that led to a state from the first one.
    pub fn path(&self, number: u32) -> Vec<super::Transition> {
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

    /// The bytes that the entries take.
    pub fn bytes(&self) -> usize {
        self.trails.capacity() * size_of::<Trail>() + self.table.allocation_size()
    }
}
