//! The event queue: earliest first, and among equals in the order of pushing. A total order, so that ties never depend
//! on anything else.

use super::time::Time;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

#[derive(Clone, Debug)]
struct Entry<E> {
    time: Time,
    sequence: u64,
    event: E,
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl<E> Eq for Entry<E> {}
impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.time, other.sequence).cmp(&(self.time, self.sequence))
    }
}

/// Events by (time, sequence).
#[derive(Debug)]
pub struct Queue<E> {
    heap: BinaryHeap<Entry<E>>,
    next: u64,
}

impl<E: Clone> Clone for Queue<E> {
    fn clone(&self) -> Queue<E> {
        Queue { heap: self.heap.clone(), next: self.next }
    }

    fn clone_from(&mut self, from: &Queue<E>) {
        self.heap.clone_from(&from.heap);
        self.next = from.next;
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Queue { heap: BinaryHeap::new(), next: 0 }
    }
}

impl<E> Queue<E> {
    /// Adds an event.
    pub fn push(&mut self, time: Time, event: E) {
        self.heap.push(Entry { time, sequence: self.next, event });
        self.next += 1;
    }

    /// Takes the earliest event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        self.heap.pop().map(|entry| (entry.time, entry.event))
    }

    /// When the earliest event is due.
    pub fn peek(&self) -> Option<Time> {
        self.heap.peek().map(|entry| entry.time)
    }

    /// All events that wait, in no order; sort them by their time and number.
    pub fn waiting(&self) -> impl Iterator<Item = (Time, u64, &E)> {
        self.heap.iter().map(|entry| (entry.time, entry.sequence, &entry.event))
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_a_stable_sort_by_time(times in proptest::collection::vec(0_i64..20, 0..60)) {
            let mut queue = Queue::default();
            for (i, t) in times.iter().enumerate() {
                queue.push(Time(*t), i);
            }
            let mut model: Vec<(i64, usize)> = times.iter().copied().zip(0..).collect();
            model.sort_by_key(|(t, _)| *t);
            let got: Vec<(i64, usize)> = std::iter::from_fn(|| queue.pop()).map(|(t, i)| (t.0, i)).collect();
            prop_assert_eq!(got, model);
        }
    }
}
