//! Probability distributions over keyed draws (Bernoulli, exponential, log-normal, normal), by inverse transform.
//!
//! Promises whole milliseconds and the same value on every machine: `libm` computes in software, and its result is
//! rounded once. Deliberately keeps no state and reads no parameter of a rehearsal.

use super::keyed_rng::{Draws, Purpose};
use super::time::Span;
use super::units::WHOLE;

/// The quantile of the normal distribution at 95 %.
const AT_95: f64 = 1.644_853_626_951_472_2;
/// The longest time that is ever drawn: ten years.
const LONGEST: f64 = 315_360_000_000.0;

/// A Bernoulli trial: whether this word of a block is below a probability in parts per million.
#[inline]
pub fn under(word: u32, share: i64) -> bool {
    i64::from(scaled(word, WHOLE)) < share
}

/// A uniform whole number below `n`, from this word of a block.
#[inline]
pub const fn scaled(word: u32, n: u32) -> u32 {
    ((word as u64 * n as u64) >> 32) as u32
}

/// A uniform number strictly between 0 and 1.
fn unit(word: u32) -> f64 {
    (f64::from(word) + 0.5) / 4_294_967_296.0
}

#[allow(clippy::cast_possible_truncation)]
fn rounded(ms: f64) -> Span {
    Span(libm::round(ms.clamp(0.0, LONGEST)) as i64)
}

impl Draws {
    /// A Bernoulli trial with this probability, in parts per million.
    pub fn chance(&self, share: i64, entity: u32, purpose: Purpose, index: u32) -> bool {
        i64::from(self.below(WHOLE, entity, purpose, index)) < share
    }

    /// An exponential (memoryless) waiting time with this mean.
    pub fn exponential(&self, mean: Span, entity: u32, purpose: Purpose, index: u32) -> Span {
        let [word, ..] = self.block(entity, purpose, index);
        rounded(-libm::log(unit(word)) * whole(mean))
    }

    /// A log-normal time with this median and 95 % quantile. If the quantile is not above the median, it is the median.
    pub fn lognormal(&self, median: Span, p95: Span, entity: u32, purpose: Purpose, index: u32) -> Span {
        if median.0 <= 0 || p95.0 <= median.0 {
            return median;
        }
        let sigma = libm::log(whole(p95) / whole(median)) / AT_95;
        rounded(whole(median) * libm::exp(sigma * self.normal(entity, purpose, index)))
    }

    /// A normally distributed count, rounded: its standard deviation is this share of the mean, and it is at least
    /// `least`.
    pub fn around(&self, mean: u32, share: i64, least: u32, entity: u32, purpose: Purpose) -> u32 {
        let mean = f64::from(mean);
        let drawn = mean * (1.0 + whole(Span(share)) / f64::from(WHOLE) * self.normal(entity, purpose, 0));
        let Span(count) = rounded(drawn);
        u32::try_from(count).unwrap_or(u32::MAX).max(least)
    }

    /// A standard normal number (Box and Muller, 1958).
    fn normal(&self, entity: u32, purpose: Purpose, index: u32) -> f64 {
        let [first, second, ..] = self.block(entity, purpose, index);
        let radius = libm::sqrt(-2.0 * libm::log(unit(first)));
        radius * libm::cos(std::f64::consts::TAU * unit(second))
    }
}

#[allow(clippy::cast_precision_loss)]
fn whole(span: Span) -> f64 {
    span.0 as f64
}

/// The probability of an event within one of `parts` equal parts of a time, if its probability within the whole
/// time is `share` (both in parts per million).
pub fn part_of(share: i64, parts: u32) -> i64 {
    let stays = 1.0 - whole(Span(share)) / f64::from(WHOLE);
    let Span(part) = rounded((1.0 - libm::pow(stays, 1.0 / f64::from(parts.max(1)))) * f64::from(WHOLE));
    part
}

/// Exponential decay: what is left of a value after `time`, where `half` is its half-life.
pub fn halved(value: i64, time: Span, half: Span) -> i64 {
    let Span(left) = rounded(whole(Span(value)) * libm::exp2(-whole(time) / whole(Span(half.0.max(1)))));
    left
}

/// The mean of a log-normal time with this median and 95 % quantile, in milliseconds.
pub fn lognormal_mean(median: Span, p95: Span) -> f64 {
    if median.0 <= 0 || p95.0 <= median.0 {
        return whole(median);
    }
    let sigma = libm::log(whole(p95) / whole(median)) / AT_95;
    whole(median) * libm::exp(sigma * sigma / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: Draws = Draws { seed: 1, replicate: 0 };
    const MANY: u32 = 40_000;

    fn share_of(test: impl Fn(u32) -> bool) -> i64 {
        i64::from((0..MANY).filter(|i| test(*i)).count() as u32) * i64::from(WHOLE) / i64::from(MANY)
    }

    #[test]
    fn times_have_the_mean_the_median_and_the_tail_that_were_asked_for() {
        let p = Purpose::OtpValue;
        let (median, p95) = (Span(4_000), Span(30_000));
        let below = |limit: i64| share_of(|i| DRAWS.lognormal(median, p95, i, p, 0).0 <= limit);
        assert!((below(4_000) - 500_000).abs() < 8_000, "{}", below(4_000));
        assert!((below(30_000) - 950_000).abs() < 4_000, "{}", below(30_000));
        let total: i64 = (0..MANY).map(|i| DRAWS.exponential(Span(60_000), i, p, 0).0).sum();
        assert!((total / i64::from(MANY) - 60_000).abs() < 1_200);
        assert!((share_of(|i| DRAWS.chance(20_000, i, p, 3)) - 20_000).abs() < 2_500);
        assert_eq!(DRAWS.lognormal(median, Span(0), 0, p, 0), median);
        let total: i64 = (0..MANY).map(|i| DRAWS.lognormal(median, Span(9_000), i, p, 0).0).sum();
        assert!((total as f64 / f64::from(MANY) - lognormal_mean(median, Span(9_000))).abs() < 60.0);
    }

    #[test]
    fn parts_make_the_whole_again() {
        let day = part_of(30_000, 365);
        assert!((80..=86).contains(&day), "{day}");
        assert_eq!(halved(56_000, Span(14), Span(14)), 28_000);
    }
}
