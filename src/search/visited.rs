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
    pub step: super::Transition,
}

/// A state in the table: its fingerprint in two halves, low first, which packs it tighter, and its number.
#[derive(Clone, Copy, Debug)]
struct Known {
    print: [u64; 2],
    number: u32,
}

/// States by fingerprint.
#[derive(Debug, Default)]
pub struct Visited {
    trails: Vec<Trail>,
    table: HashTable<Known>,
}

fn halves(print: u128) -> [u64; 2] {
    [(print & u128::from(u64::MAX)) as u64, (print >> 64) as u64]
}

impl Visited {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.trails.len()
    }

    /// The number of a state that was seen.
    pub fn find(&self, print: u128) -> Option<u32> {
        let print = halves(print);
        self.table.find(print[0], |known| known.print == print).map(|known| known.number)
    }

    /// Notes a state; its number, and whether it is new. A fingerprint is as good a hash as any.
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

    /// How many bytes the states take here.
    pub fn bytes(&self) -> usize {
        self.trails.capacity() * size_of::<Trail>() + self.table.allocation_size()
    }
}
