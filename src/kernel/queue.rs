//! The event queue: earliest first, and among equals in the order of pushing. A total order, so that ties never depend
//! on anything else.
//!
//! Events lie where they were put, and keys alone move: an event can be large. A short queue is a heap. A long one keeps
//! what is due later in a list for each part of time, and only the present part in order, so that it costs the same
//! however much waits.

use super::time::Time;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// When an event is due, as the how many-th it was pushed, and where it lies.
type Key = (Time, u64, usize);

/// How much waits before time is cut in parts.
const LONG: usize = 1024;

/// Events by (time, sequence).
#[derive(Debug)]
pub struct Queue<E> {
    /// All that waits; in a long queue, what is due before the part that comes next, but for the present part.
    heap: BinaryHeap<Reverse<Key>>,
    /// The parts of a long queue.
    parts: Option<Box<Parts>>,
    /// How long a part is, as a power of two in milliseconds.
    power: u32,
    events: Vec<Option<E>>,
    free: Vec<usize>,
    next: u64,
}

/// Time in parts.
#[derive(Clone, Debug, Default)]
struct Parts {
    /// The present part, latest first.
    part: Vec<Key>,
    /// What is due at `until` or later, by its part.
    far: BTreeMap<i64, Vec<Key>>,
    until: Time,
}

impl<E: Clone> Clone for Queue<E> {
    fn clone(&self) -> Queue<E> {
        let mut copy = Queue::default();
        copy.clone_from(self);
        copy
    }

    /// A search makes copies by the million, into the same place.
    fn clone_from(&mut self, from: &Queue<E>) {
        self.heap.clone_from(&from.heap);
        self.parts.clone_from(&from.parts);
        self.events.clone_from(&from.events);
        self.free.clone_from(&from.free);
        (self.power, self.next) = (from.power, from.next);
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Queue::of_parts(10)
    }
}

impl<E> Queue<E> {
    /// An empty queue whose parts, once it is long, are so long: a power of two in milliseconds.
    pub const fn of_parts(power: u32) -> Queue<E> {
        Queue { heap: BinaryHeap::new(), parts: None, power, events: Vec::new(), free: Vec::new(), next: 0 }
    }

    /// Adds an event.
    pub fn push(&mut self, time: Time, event: E) {
        let at = self.free.pop().unwrap_or(self.events.len());
        match self.events.get_mut(at) {
            Some(slot) => *slot = Some(event),
            None => self.events.push(Some(event)),
        }
        let key = (time, self.next, at);
        self.next += 1;
        match &mut self.parts {
            Some(parts) if time >= parts.until => parts.far.entry(time.0 >> self.power).or_default().push(key),
            Some(_) => self.heap.push(Reverse(key)),
            None => {
                self.heap.push(Reverse(key));
                if self.heap.len() > LONG {
                    self.cut();
                }
            }
        }
    }

    /// Cuts time in parts, from the one of the earliest event on.
    fn cut(&mut self) {
        let mut parts = Box::<Parts>::default();
        for Reverse(key) in self.heap.drain() {
            parts.far.entry(key.0.0 >> self.power).or_default().push(key);
        }
        self.parts = Some(parts);
        self.refill();
    }

    /// The earliest key, and whether it is the part's.
    #[inline]
    fn first(&self) -> Option<(Key, bool)> {
        match (self.parts.as_ref().and_then(|parts| parts.part.last()), self.heap.peek()) {
            (Some(part), Some(Reverse(heap))) if heap < part => Some((*heap, false)),
            (Some(part), _) => Some((*part, true)),
            (None, heap) => heap.map(|Reverse(key)| (*key, false)),
        }
    }

    /// Takes the earliest event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let ((time, _, at), of_part) = self.first()?;
        match &mut self.parts {
            Some(parts) if of_part => drop(parts.part.pop()),
            _ => drop(self.heap.pop()),
        }
        if self.heap.is_empty() && self.parts.as_ref().is_some_and(|parts| parts.part.is_empty()) {
            self.refill();
        }
        let event = self.events.get_mut(at).and_then(Option::take)?;
        self.free.push(at);
        Some((time, event))
    }

    /// Takes up the next part; without one the queue is short again.
    fn refill(&mut self) {
        let Some(parts) = &mut self.parts else { return };
        let Some((part, mut keys)) = parts.far.pop_first() else {
            self.parts = None;
            return;
        };
        keys.sort_unstable_by_key(|key| Reverse(*key));
        parts.until = Time((part + 1) << self.power);
        parts.part = keys;
    }

    /// When the earliest event is due.
    #[inline]
    pub fn peek(&self) -> Option<Time> {
        self.first().map(|((time, ..), _)| time)
    }

    /// All events that wait, in no order; sort them by their time and number.
    pub fn waiting(&self) -> impl Iterator<Item = (Time, u64, &E)> {
        let parts = self.parts.iter().flat_map(|parts| parts.part.iter().chain(parts.far.values().flatten()));
        let keys = self.heap.iter().map(|Reverse(key)| key).chain(parts);
        keys.filter_map(|(time, sequence, at)| Some((*time, *sequence, self.events.get(*at)?.as_ref()?)))
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.events.len() - self.free.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_a_stable_sort_by_time(
            steps in proptest::collection::vec(prop::option::weighted(0.7, -3_000_i64..30_000), 0..4000),
            power in 4_u32..12,
        ) {
            let mut queue = Queue::of_parts(power);
            let mut model: BTreeMap<(i64, usize), usize> = BTreeMap::new();
            let mut now = 0;
            for (i, step) in steps.into_iter().enumerate() {
                match step {
                    Some(time) => {
                        // Rounded, so that there are equals; sometimes earlier than what was taken already.
                        let time = (now + time) / 50 * 50;
                        queue.push(Time(time), i);
                        model.insert((time, i), i);
                    }
                    None => {
                        let (one, other) = (queue.pop(), model.pop_first());
                        prop_assert_eq!(one.map(|(time, i)| (time.0, i)), other.map(|((time, _), i)| (time, i)));
                        now = one.map_or(now, |(time, _)| time.0);
                    }
                }
                prop_assert_eq!(queue.peek().map(|t| t.0), model.first_key_value().map(|((time, _), _)| *time));
                prop_assert_eq!((queue.len(), queue.is_empty()), (model.len(), model.is_empty()));
            }
            let mut waiting: Vec<(i64, usize)> = queue.waiting().map(|(time, _, i)| (time.0, *i)).collect();
            waiting.sort_unstable();
            prop_assert_eq!(waiting, model.keys().copied().collect::<Vec<_>>());
            let mut copy = queue.clone();
            while let Some((time, i)) = copy.pop() {
                prop_assert_eq!(Some(((time.0, i), i)), model.pop_first());
            }
            prop_assert!(model.is_empty() && copy.is_empty());
        }
    }
}
