//! A value or none, in the room of the value: for rows of which there are millions.
//!
//! Promises the meaning of an `Option`. Deliberately gives up one value of the type, which stands for none.

use super::time::{Date, Time};
use std::fmt::{Debug, Formatter, Result};

/// A type with a value to spare.
pub trait Spare: Copy + PartialEq {
    /// The value that nothing has.
    const NONE: Self;
}

impl Spare for Time {
    const NONE: Time = Time(i64::MIN);
}

impl Spare for Date {
    const NONE: Date = Date(i32::MIN);
}

impl Spare for u16 {
    const NONE: u16 = u16::MAX;
}

impl Spare for u32 {
    const NONE: u32 = u32::MAX;
}

/// A value or none.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slim<T>(T);

impl<T: Spare> Slim<T> {
    /// None.
    pub const NONE: Slim<T> = Slim(T::NONE);

    /// This value.
    pub const fn some(value: T) -> Slim<T> {
        Slim(value)
    }

    /// As an `Option`.
    #[inline]
    pub fn get(self) -> Option<T> {
        (self.0 != T::NONE).then_some(self.0)
    }

    /// Whether there is one.
    #[inline]
    pub fn is_some(self) -> bool {
        self.0 != T::NONE
    }

    /// Takes the value out.
    pub fn take(&mut self) -> Option<T> {
        std::mem::replace(self, Slim::NONE).get()
    }
}

impl<T: Spare> From<Option<T>> for Slim<T> {
    fn from(value: Option<T>) -> Slim<T> {
        Slim(value.unwrap_or(T::NONE))
    }
}

impl<T: Spare> Default for Slim<T> {
    fn default() -> Slim<T> {
        Slim::NONE
    }
}

impl<T: Spare + Debug> Debug for Slim<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_option_in_the_room_of_its_value() {
        for value in [None, Some(Time(0)), Some(Time(i64::MAX))] {
            assert_eq!(Slim::from(value).get(), value);
        }
        let mut is = Slim::some(Time(7));
        assert_eq!((is.take(), is.get(), is), (Some(Time(7)), None, Slim::default()));
        assert_eq!(size_of::<Slim<Time>>(), size_of::<Time>());
    }
}
