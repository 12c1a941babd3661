//! Authenticator apps and hard tokens: what a device shows, and whether a server takes it, as real codes or as symbols.
//!
//! Promises that both forms give the same trace, up to a chance collision of two codes, which is counted.
//! Deliberately remembers no code: single use is the account's to keep (RFC 6238, section 5.2).

use super::codes::{App, Code, CodeForm, Fit};
use super::ids::SecretId;
use crate::kernel::totp::{Authenticator, SecretBytes, TotpParams, UriError, otpauth_uri, parse_otpauth, verify};
use crate::kernel::{Draws, Purpose, Time};
use hashbrown::HashTable;

/// Devices on the one side, the server's check on the other.
pub trait Codes: Clone {
    /// The code that a device with this secret shows when its own clock says so: an app that scanned a code of this
    /// form, or a hard token.
    fn show(&mut self, secret: SecretId, app: Option<App>, form: CodeForm, clock: Time) -> Code;
    /// The step that a code belongs to, by the server's clock.
    fn fit(&mut self, secret: SecretId, form: CodeForm, code: &Code, now: Time) -> Option<Fit>;
    /// How often a code was taken for another secret's, or another step's, by chance.
    fn collisions(&self) -> u64;
    /// A prefetch of what is kept of a secret. The value means nothing: it is there so that the read is not optimised
    /// away.
    fn call_up(&self, _: SecretId) -> u32 {
        0
    }
}

/// Codes as symbols: secret, time step, length and hash, no HMAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Symbolic;

impl Codes for Symbolic {
    #[inline]
    fn show(&mut self, secret: SecretId, app: Option<App>, form: CodeForm, clock: Time) -> Code {
        let shown = form.by(app);
        let (length, algorithm, period) = (shown.digits, shown.algorithm, shown.seconds());
        Code { digits: 0, secret, step: clock.0.div_euclid(shown.period.max(1)), length, algorithm, period }
    }

    #[inline]
    fn fit(&mut self, secret: SecretId, form: CodeForm, code: &Code, now: Time) -> Option<Fit> {
        let off = code.step - now.0.div_euclid(form.period.max(1));
        let fits = code.secret == secret && off.abs() <= i64::from(form.skew) && alike(form, code);
        fits.then(|| i32::try_from(off).ok()).flatten().map(|off| Fit { off, step: code.step })
    }

    fn collisions(&self) -> u64 {
        0
    }
}

/// A secret in a device, with the form that the device took in with it.
#[derive(Clone, Debug)]
struct Held {
    secret: SecretId,
    app: Option<App>,
    device: Authenticator,
}

/// A hash table of the secrets that devices hold, by secret and kind of app. Its size, and so the cost of a copy,
/// depends on how many there are and not on their numbers, which have gaps of a million. It is never walked, so that
/// its order cannot matter.
#[derive(Clone, Debug, Default)]
struct Devices(HashTable<Held>);

impl Devices {
    /// The hash of a secret: its number multiplied by 2^64 over the golden ratio (Fibonacci hashing). Kinds of app
    /// share it, since most secrets are in one kind alone.
    fn hash(secret: SecretId) -> u64 {
        u64::from(secret.0).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    fn get(&self, secret: SecretId, app: Option<App>) -> Option<&Authenticator> {
        let is = |held: &Held| held.secret == secret && held.app == app;
        self.0.find(Devices::hash(secret), is).map(|held| &held.device)
    }

    fn add(&mut self, secret: SecretId, app: Option<App>, device: Authenticator) {
        let held = Held { secret, app, device };
        self.0.insert_unique(Devices::hash(secret), held, |held| Devices::hash(held.secret));
    }

    fn knows(&self, secret: SecretId) -> bool {
        self.0.find(Devices::hash(secret), |held| held.secret == secret).is_some()
    }
}

/// Real codes (RFC 6238): a device has what it scanned off the QR code's `otpauth://` text, the server the secret.
#[derive(Clone, Debug)]
pub struct Real {
    draws: Draws,
    /// Seconds from the virtual clock to the one that codes are made by.
    later: i64,
    devices: Devices,
    collisions: u64,
}

impl Real {
    /// Secrets by these draws.
    pub fn new(draws: Draws) -> Real {
        Real::later(draws, 0)
    }

    /// As [`Real::new`], but the codes are those of this many days after the virtual clock's, so that a real app, which
    /// has the real date, shows them too.
    pub fn later(draws: Draws, days: i64) -> Real {
        Real { draws, later: days.saturating_mul(86_400), devices: Devices::default(), collisions: 0 }
    }

    fn bytes(&self, secret: SecretId) -> SecretBytes {
        SecretBytes::new(self.draws.bytes20(secret.0, Purpose::TotpSecret))
    }

    /// The text in the QR code of a secret, as the portal shows it.
    pub fn uri(&self, secret: SecretId, form: CodeForm) -> String {
        self.uri_of(&format!("account-{}", secret.0), secret, form)
    }

    /// That text with the name of an account, for an app that shows it to a person. A name that cannot be written so is
    /// left out.
    pub fn uri_of(&self, account: &str, secret: SecretId, form: CodeForm) -> String {
        let account = if account.contains(':') { "account" } else { account };
        otpauth_uri("MIMS", account, &self.bytes(secret), &params(form))
    }

    /// The second that codes are made by at a time of the virtual clock.
    fn second(&self, clock: Time) -> i64 {
        clock.0.div_euclid(1000).saturating_add(self.later)
    }

    /// What an app makes of that text, or what a hard token is made as.
    fn device(&self, secret: SecretId, app: Option<App>, form: CodeForm) -> Result<Authenticator, UriError> {
        let mut scanned = parse_otpauth(&self.uri(secret, form))?;
        scanned.params = params(form.by(app));
        Authenticator::new(&scanned)
    }
}

/// Whether a code was made as the server makes it.
fn alike(form: CodeForm, code: &Code) -> bool {
    (code.length, code.algorithm, code.period) == (form.digits, form.algorithm, form.seconds())
}

fn params(form: CodeForm) -> TotpParams {
    TotpParams {
        period_s: u32::try_from(form.period / 1000).unwrap_or(30).max(1),
        digits: form.digits,
        skew_steps: form.skew,
        algorithm: form.algorithm,
    }
}

impl Codes for Real {
    fn show(&mut self, secret: SecretId, app: Option<App>, form: CodeForm, clock: Time) -> Code {
        if self.devices.get(secret, app).is_none()
            && let Ok(device) = self.device(secret, app, form)
        {
            self.devices.add(secret, app, device);
        }
        let seconds = self.second(clock);
        let digits = self.devices.get(secret, app).map_or(0, |device| device.code(seconds));
        let shown = form.by(app);
        let (length, algorithm, period) = (shown.digits, shown.algorithm, shown.seconds());
        Code { digits, secret, step: params(shown).step(seconds), length, algorithm, period }
    }

    fn fit(&mut self, secret: SecretId, form: CodeForm, code: &Code, now: Time) -> Option<Fit> {
        let (params, seconds) = (params(form), self.second(now));
        // As many digits as are shown are typed: leading zeros count.
        let step =
            (code.length == form.digits).then(|| verify(&self.bytes(secret), &params, code.digits, seconds))??;
        if code.secret != secret || code.step != step || !alike(form, code) {
            self.collisions += 1;
        }
        i32::try_from(step - params.step(seconds)).ok().map(|off| Fit { off, step })
    }

    fn collisions(&self) -> u64 {
        self.collisions
    }

    fn call_up(&self, secret: SecretId) -> u32 {
        u32::from(self.devices.knows(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::totp::Algorithm;
    use crate::world::ids::TokenId;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn real_codes_and_symbols_agree_on_what_fits(
            seed: u64,
            held in 0_u32..3,
            kept in 0_u32..3,
            clock in -200_000_i64..200_000,
            skew in 0_u8..4,
            digits in 6_u8..9,
            algorithm in prop::sample::select(vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]),
            app in prop::sample::select(vec![None, Some(App::Google), Some(App::Microsoft), Some(App::NetIq)]),
            period in prop::sample::select(vec![1_000, 30_000, 45_000, 60_000]),
        ) {
            let form = CodeForm { period, digits, algorithm, skew };
            let now = Time(1_695_744_000_000);
            let mut real = Real::new(Draws { seed, replicate: 0 });
            let shown = real.show(SecretId(held), app, form, Time(now.0 + clock));
            let by_real = real.fit(SecretId(kept), form, &shown, now);
            let symbol = Symbolic.show(SecretId(held), app, form, Time(now.0 + clock));
            let by_symbol = Symbolic.fit(SecretId(kept), form, &symbol, now);
            prop_assert_eq!(Code { digits: 0, ..shown }, symbol);
            prop_assert!(by_real == by_symbol || real.collisions() > 0);
        }
    }

    #[test]
    fn codes_of_a_later_day_are_those_of_that_day() {
        let form = CodeForm { period: 30_000, digits: 6, algorithm: Algorithm::Sha1, skew: 1 };
        let draws = Draws { seed: 1, replicate: 0 };
        let (now, day) = (Time(1_695_744_000_000), 86_400_000);
        let (mut same, mut later) = (Real::new(draws), Real::later(draws, 1_000));
        let shown = later.show(SecretId(7), Some(App::Google), form, now);
        let then = same.show(SecretId(7), Some(App::Google), form, Time(now.0 + 1_000 * day));
        assert_eq!(shown, then);
        assert_ne!(shown.digits, same.show(SecretId(7), Some(App::Google), form, now).digits);
        assert_eq!(later.fit(SecretId(7), form, &shown, now), Some(Fit { off: 0, step: shown.step }));
        assert_eq!(same.fit(SecretId(7), form, &shown, now), None);
    }

    #[test]
    fn a_copy_takes_what_its_devices_take_whatever_their_numbers() {
        let form = CodeForm { period: 30_000, digits: 6, algorithm: Algorithm::Sha1, skew: 1 };
        let mut real = Real::new(Draws { seed: 1, replicate: 0 });
        for secret in [SecretId(1), SecretId(1_000_001), TokenId(3).secret()] {
            real.show(secret, Some(App::Google), form, Time(0));
            real.show(secret, Some(App::NetIq), form, Time(0));
            assert!(real.devices.knows(secret));
        }
        assert!(!real.devices.knows(SecretId(2)));
        assert!(real.clone().devices.0.allocation_size() < 1024);
    }

    #[test]
    fn a_code_of_seven_digits_is_not_one_of_six_with_a_zero_before_it() {
        let form = CodeForm { period: 30_000, digits: 7, algorithm: Algorithm::Sha1, skew: 0 };
        let mut real = Real::new(Draws { seed: 1, replicate: 0 });
        let mut zeros = 0;
        for step in 0..200 {
            let now = Time(step * form.period);
            let typed = real.show(SecretId(7), Some(App::Google), form, now);
            let wanted = real.show(SecretId(7), Some(App::NetIq), form, now);
            zeros += u32::from(wanted.digits < 1_000_000);
            assert_eq!(wanted.digits % 1_000_000, typed.digits);
            assert_eq!(real.fit(SecretId(7), form, &typed, now), None);
            assert_eq!(real.fit(SecretId(7), form, &wanted, now), Some(Fit { off: 0, step }));
        }
        assert!(zeros > 0, "no code began with a zero");
    }
}
