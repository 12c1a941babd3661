//! A set as a sorted list: small, quick to copy into the same place, and in one order.
//!
//! Promises the order of its elements, whatever the order of insertion. Deliberately slow to change where it is long:
//! it is for what is looked at often and changed seldom.

use smallvec::{Array, SmallVec};
use std::ops::RangeInclusive;

/// Copies a short list into the room of another: bytes as they are, and no room anew.
pub fn copy_into<A: Array<Item: Copy>>(to: &mut SmallVec<A>, from: &[A::Item]) {
    if to.len() == from.len() {
        return to.copy_from_slice(from);
    }
    to.clear();
    to.extend_from_slice(from);
}

/// How many bytes a list takes beside itself: none while it is short.
pub fn beside<A: Array>(list: &SmallVec<A>) -> usize {
    if list.spilled() { size_of_val(list.as_slice()) } else { 0 }
}

/// A sorted set.
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
    /// Adds an element; whether it is new.
    pub fn insert(&mut self, value: T) -> bool {
        match self.0.binary_search(&value) {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, value);
                true
            }
        }
    }

    /// Takes an element out; whether it was there.
    pub fn remove(&mut self, value: &T) -> bool {
        self.0.binary_search(value).map(|at| self.0.remove(at)).is_ok()
    }

    /// Whether it is there.
    pub fn contains(&self, value: &T) -> bool {
        self.0.binary_search(value).is_ok()
    }

    /// The elements within these bounds, in order.
    pub fn range(&self, bounds: RangeInclusive<T>) -> &[T] {
        let from = self.0.partition_point(|value| value < bounds.start());
        let to = self.0.partition_point(|value| value <= bounds.end());
        self.0.get(from..to).unwrap_or_default()
    }

    /// How many bytes it takes beside itself.
    pub fn beside(&self) -> usize {
        beside(&self.0)
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
