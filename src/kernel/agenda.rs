//! A long queue: what is due within a minute or so lies in a heap, and all that is later in a list for each minute.
//!
//! Promises the order of [`Queue`]: earliest first, and among equals in the order of pushing. Deliberately has no copy and
//! no look at all that waits: for that the plain queue is better.

use super::queue::Queue;
use super::time::Time;
use std::collections::BTreeMap;

/// How long a list's part of time is, as a power of two: 65,536 ms.
const PART: u32 = 16;

/// Events by (time, sequence), of which most lie far ahead.
#[derive(Debug)]
pub struct Agenda<E> {
    /// What is due before `until`; empty only where nothing waits at all.
    near: Queue<E>,
    until: Time,
    far: BTreeMap<i64, Vec<(Time, E)>>,
}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Agenda { near: Queue::default(), until: Time(i64::MIN), far: BTreeMap::new() }
    }
}

impl<E> Agenda<E> {
    /// Adds an event.
    pub fn push(&mut self, time: Time, event: E) {
        if time < self.until {
            return self.near.push(time, event);
        }
        self.far.entry(time.0 >> PART).or_default().push((time, event));
        self.refill();
    }

    /// Takes the earliest event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let first = self.near.pop();
        self.refill();
        first
    }

    /// When the earliest event is due.
    pub fn peek(&self) -> Option<Time> {
        self.near.peek()
    }

    /// Takes up the next list where nothing is near.
    fn refill(&mut self) {
        if self.near.is_empty()
            && let Some((part, events)) = self.far.pop_first()
        {
            self.until = Time((part + 1) << PART);
            events.into_iter().for_each(|(time, event)| self.near.push(time, event));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_plain_queue(steps in proptest::collection::vec(prop::option::weighted(0.6, -200_000_i64..900_000), 0..120)) {
            let (mut agenda, mut queue, mut now) = (Agenda::default(), Queue::default(), 0);
            for (i, step) in steps.into_iter().enumerate() {
                match step {
                    Some(time) => {
                        // Rounded, so that there are equals; sometimes earlier than what was taken already.
                        let time = Time((now + time) / 50_000 * 50_000);
                        agenda.push(time, i);
                        queue.push(time, i);
                    }
                    None => {
                        let (one, other) = (agenda.pop(), queue.pop());
                        prop_assert_eq!(one, other);
                        now = one.map_or(now, |(time, _)| time.0);
                    }
                }
                prop_assert_eq!(agenda.peek(), queue.peek());
            }
            while let Some(one) = queue.pop() {
                prop_assert_eq!(agenda.pop(), Some(one));
            }
            prop_assert_eq!(agenda.peek(), None);
        }
    }
}
