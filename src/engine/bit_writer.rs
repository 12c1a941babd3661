//! The bit writer of state keys: small fields packed into words of 64 bits, and the remaining times of timers.
//!
//! Promises an injective encoding: fields have fixed places, lists have their length before them, and timers have a bit
//! that says whether they run. Deliberately knows no row.

use crate::kernel::{Span, Time};
use crate::world::ids::SecretId;
use smallvec::SmallVec;

/// The code of a timer that runs out later than anybody looks.
const NEVER: u64 = u64::MAX;

/// Fields packed into one word, the first in the lowest bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct BitFields {
    bits: u64,
    used: u32,
}

impl BitFields {
    /// Adds a number below `2^bits`. The places of the fields of a row are known at compile time.
    #[inline(always)]
    pub(super) const fn put(self, bits: u32, value: u64) -> BitFields {
        debug_assert!(self.used + bits <= 64 && value >> (bits - 1) <= 1, "a field has room");
        BitFields { bits: self.bits | value << self.used, used: self.used + bits }
    }

    #[inline(always)]
    pub(super) fn flag(self, is: bool) -> BitFields {
        self.put(1, u64::from(is))
    }

    #[inline(always)]
    pub(super) fn flags<const N: usize>(self, are: [bool; N]) -> BitFields {
        are.into_iter().fold(self, BitFields::flag)
    }
}

/// A writer of state keys.
pub(super) struct BitWriter<'o> {
    pub(super) out: &'o mut Vec<u64>,
    /// Whether a timer counts only as running or run out.
    pub(super) coarse: bool,
    pub(super) now: Time,
    /// The last instant that anybody looks at: what comes later never comes.
    pub(super) last: Time,
}

impl BitWriter<'_> {
    /// The time until an instant, in milliseconds; 0 where it has passed.
    #[inline]
    pub(super) fn until(&self, at: Option<Time>) -> u64 {
        let Some(at) = at.filter(|at| *at > self.now) else { return 0 };
        if at > self.last && !self.coarse { NEVER } else { (at.0 - self.now.0).cast_unsigned() }
    }

    /// The remaining time of a timer, by its start and its length in milliseconds.
    #[inline]
    pub(super) fn timer(&self, since: Time, length: i64) -> u64 {
        self.until(Some(since.plus(Span(length))))
    }

    /// Writes one row: its fields, and the remaining times of its timers.
    #[inline(always)]
    pub(super) fn row<const N: usize>(&mut self, fields: BitFields, left: [u64; N]) {
        self.out.push(fields.flags(left.map(|left| left > 0)).bits);
        // Most timers do not run most of the time.
        if !self.coarse && left.iter().fold(0, |any, left| any | left) > 0 {
            left.into_iter().filter(|left| *left > 0).for_each(|left| self.out.push(left));
        }
    }

    /// Writes a list of words.
    pub(super) fn words(&mut self, items: impl Iterator<Item = u64>) {
        let at = self.out.len();
        self.out.push(0);
        self.out.extend(items);
        let count = wide(self.out.len() - at - 1);
        self.out.get_mut(at).into_iter().for_each(|word| *word = count);
    }

    /// Writes a list of numbers below `2^32`, two in a word.
    pub(super) fn list(&mut self, items: impl Iterator<Item = u64>) {
        let at = self.out.len();
        let (mut word, mut count) = (0, 0);
        for item in items {
            count += 1;
            if count % 2 == 0 {
                self.out.push(word);
                word = item;
            } else {
                word |= item << 32;
            }
        }
        self.out.push(word);
        // The low half of the first word is still free.
        self.out.get_mut(at).into_iter().for_each(|word| *word |= count);
    }
}

/// Secrets that something answers to, numbered in the order in which they were met (symmetry reduction).
#[derive(Default)]
pub(super) struct Live(SmallVec<[SecretId; 16]>);

impl Live {
    pub(super) fn meet(&mut self, secret: SecretId) -> u64 {
        let at = self.0.iter().position(|s| *s == secret).unwrap_or_else(|| {
            self.0.push(secret);
            self.0.len() - 1
        });
        wide(at) + 1
    }

    pub(super) fn answered(&self, secret: SecretId) -> bool {
        self.0.contains(&secret)
    }

    /// The number of a secret, or the one number of all secrets that nothing answers to.
    pub(super) fn number(&self, secret: SecretId) -> u64 {
        self.0.iter().position(|s| *s == secret).map_or(0xff, |at| wide(at) + 1)
    }
}

pub(super) fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut BitWriter<'_>)) -> Vec<u64> {
        let mut out = Vec::new();
        write(&mut BitWriter { out: &mut out, coarse: false, now: Time(100), last: Time(1000) });
        out
    }

    #[test]
    fn a_row_says_which_timers_run_and_how_long() {
        let out = written(|writer| {
            let left = [
                writer.until(Some(Time(130))),
                writer.until(Some(Time(100))),
                writer.timer(Time(90), 2000),
                writer.until(None),
            ];
            writer.row(BitFields::default().put(4, 9).flag(true), left);
        });
        assert_eq!(out, [0b1011_1001, 30, NEVER]);
    }

    proptest! {
        #[test]
        fn lists_are_told_apart(
            one in proptest::collection::vec(0_u64..1 << 32, 0..7),
            other in proptest::collection::vec(0_u64..1 << 32, 0..7),
        ) {
            let list = |items: &[u64]| written(|writer| writer.list(items.iter().copied()));
            let words = |items: &[u64]| written(|writer| writer.words(items.iter().copied()));
            prop_assert_eq!(one == other, list(&one) == list(&other));
            prop_assert_eq!(one == other, words(&one) == words(&other));
            prop_assert_eq!(list(&one).len(), one.len() / 2 + 1);
        }
    }
}
