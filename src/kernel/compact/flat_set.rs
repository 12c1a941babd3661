//! A set stored as a sorted list: small, and quick to copy into the memory of another one.
//!
//! Promises the order of its elements, whatever the order of insertion. Insertion into a long set is deliberately slow
//! (linear): it is for sets that are read often and changed seldom.

use super::lists::{copy_into, heap_bytes};
use smallvec::SmallVec;
use std::ops::RangeInclusive;

/// A sorted set of which up to four elements lie inline.
#[derive(Debug, PartialEq, Eq)]
pub struct FlatSet<T>(SmallVec<[T; 4]>);

impl<T> Default for FlatSet<T> {
    fn default() -> FlatSet<T> {
        FlatSet(SmallVec::new())
    }
}

impl<T: Copy> Clone for FlatSet<T> {
    fn clone(&self) -> FlatSet<T> {
        FlatSet(SmallVec::from_slice(&self.0))
    }

    fn clone_from(&mut self, from: &FlatSet<T>) {
        copy_into(&mut self.0, &from.0);
    }
}

impl<T: Ord> FlatSet<T> {
    /// Adds an element, and returns whether it was new.
    pub fn insert(&mut self, value: T) -> bool {
        match self.0.binary_search(&value) {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, value);
                true
            }
        }
    }

    /// Removes an element, and returns whether it was there.
    pub fn remove(&mut self, value: &T) -> bool {
        self.0.binary_search(value).map(|at| self.0.remove(at)).is_ok()
    }

    /// Whether the set contains this element.
    pub fn contains(&self, value: &T) -> bool {
        self.0.binary_search(value).is_ok()
    }

    /// The elements within these bounds, in order.
    pub fn range(&self, bounds: RangeInclusive<T>) -> &[T] {
        let from = self.0.partition_point(|value| value < bounds.start());
        let to = self.0.partition_point(|value| value <= bounds.end());
        self.0.get(from..to).unwrap_or_default()
    }

    /// The bytes that it holds on the heap.
    pub fn heap_bytes(&self) -> usize {
        heap_bytes(&self.0)
    }

    /// All elements, in order.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_is_a_set(changes in proptest::collection::vec((0_u8..20, any::<bool>()), 0..60), from in 0_u8..20, to in 0_u8..20) {
            let (mut flat, mut set) = (FlatSet::default(), BTreeSet::new());
            for (value, adds) in changes {
                if adds {
                    prop_assert_eq!(flat.insert(value), set.insert(value));
                } else {
                    prop_assert_eq!(flat.remove(&value), set.remove(&value));
                }
                prop_assert_eq!(flat.contains(&value), set.contains(&value));
            }
            prop_assert!(flat.as_slice().iter().eq(&set));
            let within: Vec<u8> = if from <= to { set.range(from..=to).copied().collect() } else { Vec::new() };
            prop_assert_eq!(flat.range(from..=to), within);
        }
    }
}
