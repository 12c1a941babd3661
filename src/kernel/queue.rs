//! The event queue: earliest first, and among equals in the order of pushing. A total order, so that ties never depend
//! on anything else.
//!
//! Events lie where they were put, and the heap moves keys alone: an event can be large.

use super::time::Time;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// When an event is due, as the how many-th it was pushed, and where it lies.
type Key = Reverse<(Time, u64, usize)>;

/// Events by (time, sequence).
#[derive(Debug)]
pub struct Queue<E> {
    heap: BinaryHeap<Key>,
    events: Vec<Option<E>>,
    free: Vec<usize>,
    next: u64,
}

impl<E: Clone> Clone for Queue<E> {
    fn clone(&self) -> Queue<E> {
        Queue { heap: self.heap.clone(), events: self.events.clone(), free: self.free.clone(), next: self.next }
    }

    fn clone_from(&mut self, from: &Queue<E>) {
        self.heap.clone_from(&from.heap);
        self.events.clone_from(&from.events);
        self.free.clone_from(&from.free);
        self.next = from.next;
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Queue { heap: BinaryHeap::new(), events: Vec::new(), free: Vec::new(), next: 0 }
    }
}

impl<E> Queue<E> {
    /// Adds an event.
    pub fn push(&mut self, time: Time, event: E) {
        let at = self.free.pop().unwrap_or(self.events.len());
        match self.events.get_mut(at) {
            Some(slot) => *slot = Some(event),
            None => self.events.push(Some(event)),
        }
        self.heap.push(Reverse((time, self.next, at)));
        self.next += 1;
    }

    /// Takes the earliest event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let Reverse((time, _, at)) = self.heap.pop()?;
        let event = self.events.get_mut(at).and_then(Option::take)?;
        self.free.push(at);
        Some((time, event))
    }

    /// When the earliest event is due.
    pub fn peek(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse((time, ..))| *time)
    }

    /// All events that wait, in no order; sort them by their time and number.
    pub fn waiting(&self) -> impl Iterator<Item = (Time, u64, &E)> {
        let event = |Reverse((time, sequence, at)): &Key| {
            Some((*time, *sequence, self.events.get(*at).and_then(Option::as_ref)?))
        };
        self.heap.iter().filter_map(event)
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
