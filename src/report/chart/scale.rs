//! A linear scale in integers: from a value to a coordinate, and round ticks.
//!
//! Promises round ticks that enclose the numbers. Deliberately draws nothing.

/// A range of values mapped onto a range of coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The number at the start.
    pub from: i64,
    /// The number at the end; not less than `from`.
    pub to: i64,
    /// The coordinate of the start.
    pub start: i64,
    /// The coordinate of the end; less than `start` if the axis points up.
    pub end: i64,
}

impl Scale {
    /// The coordinate of a value, rounded to the nearest; values outside the range are clamped to its ends.
    pub fn at(&self, value: i64) -> i64 {
        let span = i128::from(self.to) - i128::from(self.from);
        if span <= 0 {
            return self.start;
        }
        let value = i128::from(value.clamp(self.from, self.to)) - i128::from(self.from);
        let room = i128::from(self.end) - i128::from(self.start);
        // Half away from the start, so that both directions round alike.
        let half = if room < 0 { -span / 2 } else { span / 2 };
        i64::try_from((value * room + half) / span).map_or(self.start, |place| self.start + place)
    }
}

/// Round numbers from 0 that enclose the largest, about `count` of them: steps of 1, 2 or 5 times a power of ten.
pub fn ticks(largest: i64, count: i64) -> Vec<i64> {
    let largest = largest.max(1);
    let rough = (largest / count.max(1)).max(1);
    let power = 10_i64.pow(rough.ilog10());
    let step = [1, 2, 5, 10].iter().map(|factor| factor * power).find(|step| *step >= rough).unwrap_or(10 * power);
    let last = (largest + step - 1) / step;
    (0..=last).map(|nth| nth * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ends_meet_ends_and_the_middle_the_middle() {
        let scale = Scale { from: 0, to: 200, start: 50, end: 850 };
        assert_eq!([0, 100, 200].map(|v| scale.at(v)), [50, 450, 850]);
        let up = Scale { from: 0, to: 10, start: 300, end: 0 };
        assert_eq!([0, 5, 10].map(|v| up.at(v)), [300, 150, 0]);
        assert_eq!([-7, 99].map(|v| up.at(v)), [300, 0], "outside stands at the edge");
        assert_eq!(Scale { from: 3, to: 3, start: 7, end: 9 }.at(3), 7, "one number alone");
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(100, 5), [0, 20, 40, 60, 80, 100]);
        assert_eq!(ticks(7, 4), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(ticks(0, 5), [0, 1]);
        assert_eq!(ticks(38_912, 5), [0, 10_000, 20_000, 30_000, 40_000]);
    }

    proptest! {
        #[test]
        fn ticks_enclose_and_are_few(largest in 0_i64..1_000_000_000, count in 1_i64..12) {
            let ticks = ticks(largest, count);
            prop_assert!(ticks.last().is_some_and(|last| *last >= largest));
            prop_assert!(ticks.len() <= 2 * 12 + 2, "{ticks:?}");
            prop_assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn a_scale_keeps_the_order(a in -1000_i64..1000, b in -1000_i64..1000) {
            let scale = Scale { from: -1000, to: 1000, start: 0, end: 317 };
            prop_assert!(a > b || scale.at(a) <= scale.at(b));
            let up = Scale { start: 317, end: 0, ..scale };
            prop_assert!(a > b || up.at(a) >= up.at(b));
        }
    }
}
