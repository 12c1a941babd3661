//! The event queue of discrete-event simulation: the earliest event first, and events of one time in the order of
//! pushing (first in, first out). This is a total order, so that ties never depend on anything else.
//!
//! Events stay where they were put and only their keys move, because an event can be large. A short queue is a sorted
//! list. A long queue works like a calendar queue: time is cut into parts, each with its own list of events, and only
//! the present part is kept sorted, so that an operation costs the same however many events wait.

use super::compact::copy_into;
use super::time::Time;
use smallvec::SmallVec;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// When an event is due, its sequence number, which orders events of one time, and its index in `events`.
type Key = (Time, u64, usize);

/// The number of events above which time is cut into parts.
const LONG: usize = 64;

/// A queue of events, ordered by (time, sequence number).
#[derive(Debug)]
pub struct Queue<E> {
    /// The keys of a short queue, latest first.
    short: SmallVec<[Key; 2]>,
    /// The keys of a long queue.
    long: Option<Box<Parts>>,
    /// The length of a part: 2 to this power, in milliseconds.
    power: u32,
    events: SmallVec<[Option<E>; 2]>,
    free: SmallVec<[usize; 2]>,
    next: u64,
}

/// The keys of a long queue, with time cut into parts.
#[derive(Clone, Debug, Default)]
struct Parts {
    /// The present part as it was when it began, latest first.
    part: Vec<Key>,
    /// The keys pushed since then that are due before `until`.
    heap: BinaryHeap<Reverse<Key>>,
    /// The keys due at `until` or later, by part.
    far: BTreeMap<i64, Vec<Key>>,
    until: Time,
}

impl<E: Copy> Clone for Queue<E> {
    fn clone(&self) -> Queue<E> {
        let mut copy = Queue::default();
        copy.clone_from(self);
        copy
    }

    /// A search makes millions of copies, into the same memory.
    fn clone_from(&mut self, from: &Queue<E>) {
        copy_into(&mut self.short, &from.short);
        self.long.clone_from(&from.long);
        copy_into(&mut self.events, &from.events);
        copy_into(&mut self.free, &from.free);
        (self.power, self.next) = (from.power, from.next);
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Queue::of_parts(10)
    }
}

impl Parts {
    /// The keys of a short queue, cut into parts that begin with the one of the earliest event.
    fn of(keys: impl Iterator<Item = Key>, power: u32) -> Parts {
        let mut parts = Parts { until: Time(i64::MIN), ..Parts::default() };
        keys.for_each(|key| parts.push(key, power));
        parts.refill(power);
        parts
    }

    fn push(&mut self, key: Key, power: u32) {
        if key.0 >= self.until {
            self.far.entry(key.0.0 >> power).or_default().push(key);
        } else {
            self.heap.push(Reverse(key));
        }
    }

    /// The earliest key, and whether it is in the sorted list of the present part.
    #[inline]
    fn first(&self) -> Option<(Key, bool)> {
        match (self.part.last(), self.heap.peek()) {
            (Some(part), Some(Reverse(heap))) if heap < part => Some((*heap, false)),
            (Some(part), _) => Some((*part, true)),
            (None, heap) => heap.map(|Reverse(key)| (*key, false)),
        }
    }

    fn pop(&mut self, power: u32) -> Option<Key> {
        let (key, of_part) = self.first()?;
        if of_part {
            self.part.pop();
        } else {
            self.heap.pop();
        }
        if self.part.is_empty() && self.heap.is_empty() {
            self.refill(power);
        }
        Some(key)
    }

    /// Makes the next part the present one, if there is one.
    fn refill(&mut self, power: u32) {
        if let Some((part, mut keys)) = self.far.pop_first() {
            keys.sort_unstable_by_key(|key| Reverse(*key));
            self.until = Time((part + 1) << power);
            self.part = keys;
        }
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        let near = self.heap.iter().map(|Reverse(key)| key).chain(&self.part);
        near.chain(self.far.values().flatten())
    }
}

impl<E> Queue<E> {
    /// An empty queue; once it is long, its parts last 2 to this power milliseconds.
    pub fn of_parts(power: u32) -> Queue<E> {
        let (short, events, free) = (SmallVec::new(), SmallVec::new(), SmallVec::new());
        Queue { short, long: None, power, events, free, next: 0 }
    }

    /// Adds an event.
    pub fn push(&mut self, time: Time, event: E) {
        let rank = self.next;
        self.next += 1;
        self.push_ranked(time, rank, event);
    }

    /// Adds an event with a sequence number of the caller's choice, for callers that do not push in that order; no two
    /// events of one time may have the same number.
    pub fn push_ranked(&mut self, time: Time, rank: u64, event: E) {
        let at = self.free.pop().unwrap_or(self.events.len());
        match self.events.get_mut(at) {
            Some(slot) => *slot = Some(event),
            None => self.events.push(Some(event)),
        }
        let key = (time, rank, at);
        if let Some(parts) = &mut self.long {
            return parts.push(key, self.power);
        }
        let before = self.short.iter().rev().take_while(|earlier| **earlier < key).count();
        self.short.insert(self.short.len() - before, key);
        if self.short.len() > LONG {
            self.long = Some(Box::new(Parts::of(self.short.drain(..), self.power)));
        }
    }

    /// Removes and returns the earliest event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let (time, _, at) = match &mut self.long {
            Some(parts) => parts.pop(self.power),
            None => self.short.pop(),
        }?;
        let event = self.events.get_mut(at).and_then(Option::take)?;
        self.free.push(at);
        // An empty queue is a short queue.
        if self.long.is_some() && self.is_empty() {
            self.long = None;
        }
        Some((time, event))
    }

    /// When the earliest event is due.
    #[inline]
    pub fn peek(&self) -> Option<Time> {
        match &self.long {
            Some(parts) => parts.first().map(|((time, ..), _)| time),
            None => self.short.last().map(|(time, ..)| *time),
        }
    }

    /// All waiting events with their times and sequence numbers, in no order; the caller sorts them by these.
    pub fn waiting(&self) -> impl Iterator<Item = (Time, u64, &E)> {
        let keys = self.short.iter().chain(self.long.iter().flat_map(|parts| parts.keys()));
        keys.filter_map(|(time, sequence, at)| Some((*time, *sequence, self.events.get(*at)?.as_ref()?)))
    }

    /// The number of waiting events.
    pub fn len(&self) -> usize {
        self.events.len() - self.free.len()
    }

    /// Whether no event waits.
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
