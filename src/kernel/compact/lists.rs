//! Short inline lists (`SmallVec`): copying one into the memory of another, and the heap memory that one holds.
//!
//! Promises that a copy of equal length allocates nothing. Deliberately knows nothing of what the lists hold.

use smallvec::{Array, SmallVec};

/// Copies a short list into the memory of another list; a copy of the same length allocates nothing.
pub fn copy_into<A: Array<Item: Copy>>(to: &mut SmallVec<A>, from: &[A::Item]) {
    if to.len() == from.len() {
        return to.copy_from_slice(from);
    }
    to.clear();
    to.extend_from_slice(from);
}

/// The bytes that a list holds on the heap: none while it is short enough to lie inline.
pub fn heap_bytes<A: Array>(list: &SmallVec<A>) -> usize {
    if list.spilled() { size_of_val(list.as_slice()) } else { 0 }
}
