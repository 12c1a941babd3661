//! An `Option<T>` that takes no more space than `T`, for rows of which there are millions.
//!
//! Promises the meaning of an `Option`. It deliberately gives up one value of `T`, which stands for `None`.

use crate::kernel::time::{Date, Time};
use std::fmt::{Debug, Formatter, Result};

/// A type with one value that is never used and can stand for `None`.
pub trait HasNiche: Copy + PartialEq {
    /// The value that stands for `None`.
    const NONE: Self;
}

impl HasNiche for Time {
    const NONE: Time = Time(i64::MIN);
}

impl HasNiche for Date {
    const NONE: Date = Date(i32::MIN);
}

impl HasNiche for u16 {
    const NONE: u16 = u16::MAX;
}

impl HasNiche for u32 {
    const NONE: u32 = u32::MAX;
}

/// An optional value without padding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompactOption<T>(T);

impl<T: HasNiche> CompactOption<T> {
    /// No value.
    pub const NONE: CompactOption<T> = CompactOption(T::NONE);

    /// Some value; `T::NONE` itself makes no value.
    pub const fn some(value: T) -> CompactOption<T> {
        CompactOption(value)
    }

    /// As an `Option`.
    #[inline]
    pub fn get(self) -> Option<T> {
        (self.0 != T::NONE).then_some(self.0)
    }

    /// Whether there is a value.
    #[inline]
    pub fn is_some(self) -> bool {
        self.0 != T::NONE
    }

    /// Takes the value out and leaves none.
    pub fn take(&mut self) -> Option<T> {
        std::mem::replace(self, CompactOption::NONE).get()
    }
}

impl<T: HasNiche> From<Option<T>> for CompactOption<T> {
    fn from(value: Option<T>) -> CompactOption<T> {
        CompactOption(value.unwrap_or(T::NONE))
    }
}

impl<T: HasNiche> Default for CompactOption<T> {
    fn default() -> CompactOption<T> {
        CompactOption::NONE
    }
}

impl<T: HasNiche + Debug> Debug for CompactOption<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_option_that_is_no_larger_than_its_value() {
        for value in [None, Some(Time(0)), Some(Time(i64::MAX))] {
            assert_eq!(CompactOption::from(value).get(), value);
        }
        let mut is = CompactOption::some(Time(7));
        assert_eq!((is.take(), is.get(), is), (Some(Time(7)), None, CompactOption::default()));
        assert_eq!(size_of::<CompactOption<Time>>(), size_of::<Time>());
    }
}
