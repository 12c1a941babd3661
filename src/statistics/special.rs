//! Special functions: the normal, Student and beta distributions and their quantiles.
//!
//! Promises at least nine correct digits for the arguments that occur in statistics of replicates (parameters up to a
//! million).
//! The incomplete beta function is the continued fraction of DLMF 8.17.22, evaluated by the modified method of Lentz
//! (Thompson and Barnett 1986); quantiles are found by bisection, which cannot fail to converge.
//! Deliberately has only the functions that `statistics` uses.

use std::cell::Cell;

/// ln B(a, b), for a, b > 0.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

/// The regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) variable is at
/// most `x`. For a, b > 0.
pub fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges fast only below the mean; DLMF 8.17.4 mirrors the values above it.
    if x > (a + 1.0) / (a + b + 2.0) { 1.0 - lower(1.0 - x, x, b, a) } else { lower(x, 1.0 - x, a, b) }
}

/// I_x(a, b) where `x` is below the mean; `y` is 1 - x.
fn lower(x: f64, y: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let front = libm::exp(a * libm::log(x) + b * libm::log(y) - ln_beta(a, b)) / a;
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for m in 1..20_000_u32 {
        let m = f64::from(m);
        let twice = 2.0 * m;
        let even = m * (b - m) * x / ((a + twice - 1.0) * (a + twice));
        let odd = -(a + m) * (a + b + m) * x / ((a + twice) * (a + twice + 1.0));
        let mut factor = 1.0;
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            factor = c * d;
            fraction *= factor;
        }
        if (factor - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * fraction
}

/// Where a rising function reaches `target` (bisection); it is at most `target` at `low` and at least `target` at
/// `high`.
pub fn rising_root(low: f64, high: f64, target: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    // 1,100 halvings lead from the widest interval of doubles to neighbouring ones; about 60 are usually enough.
    for _ in 0..1100 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if f(middle) < target {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

/// The quantile of a Beta(a, b) variable, for `p` in [0, 1].
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    rising_root(0.0, 1.0, p, |x| incomplete_beta(x, a, b))
}

/// The quantile of the standard normal distribution, for `p` in (0, 1).
pub fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    rising_root(-40.0, 0.0, p, |z| libm::erfc(-z / std::f64::consts::SQRT_2) / 2.0)
}

/// The probability that a Student variable with this many degrees of freedom lies further from zero than `t`.
pub fn student_outside(t: f64, freedom: f64) -> f64 {
    incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5)
}

thread_local! {
    /// The last critical value and its arguments as bits: all intervals of a report have one `alpha` and one number of
    /// runs.
    static LAST: Cell<Option<([u64; 2], f64)>> = const { Cell::new(None) };
}

/// The `t` that a Student variable exceeds in absolute value with probability `alpha`, for `alpha` in (0, 1).
pub fn student_critical(alpha: f64, freedom: f64) -> f64 {
    let asked = [alpha.to_bits(), freedom.to_bits()];
    if let Some((_, known)) = LAST.get().filter(|(of, _)| *of == asked) {
        return known;
    }
    let found = critical(alpha, freedom);
    LAST.set(Some((asked, found)));
    found
}

fn critical(alpha: f64, freedom: f64) -> f64 {
    let mut high = 1.0;
    while student_outside(high, freedom) > alpha && high < 1e150 {
        high *= 2.0;
    }
    rising_root(0.0, high, -alpha, |t| -student_outside(t, freedom))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() <= 1e-9 * expected.abs(), "{got} and not {expected}");
    }

    /// Values by SciPy 1.17: `special.betainc(a, b, x)`, `stats.beta.ppf`, `stats.norm.ppf`, `stats.t.ppf(1 - alpha /
    /// 2, n)`.
    #[test]
    #[allow(clippy::excessive_precision)]
    fn values_of_scipy() {
        near(incomplete_beta(0.5, 2.0, 3.0), 0.6875);
        near(incomplete_beta(0.01, 0.5, 0.5), 0.06376856085851985);
        near(incomplete_beta(0.3, 10.0, 30.0), 0.7758702508191638);
        near(incomplete_beta(0.97, 400.0, 12.5), 0.47838905395191367);
        near(incomplete_beta(0.95, 950.0, 51.0), 0.537529040801425);
        near(incomplete_beta(1e-05, 0.5, 2.0), 0.004743400678864267);
        near(incomplete_beta(0.999, 10000.0, 3.0), 0.0027557999713298327);
        near(incomplete_beta(0.5, 1000000.0, 1000000.0), 0.4999999999999999);
        near(incomplete_beta(0.0201, 20001.0, 980001.0), 0.7607001978666885);
        near(beta_quantile(0.025, 5.0, 16.0), 0.08657146910143461);
        near(beta_quantile(0.975, 6.0, 15.0), 0.49104587170795744);
        near(beta_quantile(0.025, 381.0, 20.0), 0.9268146345986293);
        near(beta_quantile(0.05, 1.0, 400.0), 0.00012822501443890102);
        near(beta_quantile(0.5, 0.5, 0.5), 0.4999999999999999);
        near(normal_quantile(0.975), 1.959963984540054);
        near(normal_quantile(0.95), 1.6448536269514722);
        near(normal_quantile(0.501), 0.0025066308995717666);
        near(normal_quantile(1e-10), -6.361340902404056);
        near(normal_quantile(0.2), -0.8416212335729142);
        near(student_critical(0.05, 1.0), 12.706204736174705);
        near(student_critical(0.05, 2.0), 4.302652729749464);
        near(student_critical(0.05, 29.0), 2.045229642132704);
        near(student_critical(0.1, 399.0), 1.648681533555426);
        near(student_critical(0.01, 9999.0), 2.576321095856598);
        near(student_critical(0.001, 5.0), 6.86882662588111);
        near(student_critical(0.05, 1000000.0), 1.9599663568141072);
    }

    /// The two-sided 5 % points in every textbook's table.
    #[test]
    fn the_printed_table_of_student() {
        for (freedom, point) in [(1.0, "12.706"), (4.0, "2.776"), (9.0, "2.262"), (30.0, "2.042"), (120.0, "1.980")] {
            assert_eq!(format!("{:.3}", student_critical(0.05, freedom)), point);
        }
        assert_eq!(format!("{:.4}", normal_quantile(0.975)), "1.9600");
    }
}
