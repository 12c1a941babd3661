//! Authenticator apps and hard tokens: what a device shows, and whether a server takes it, as real codes or as symbols.
//!
//! Promises that both forms give the same trace, up to a chance collision of two codes, which is counted.
//! Deliberately remembers no code: single use is the account's to keep (RFC 6238, section 5.2).

use super::ids::SecretId;
use super::message::Code;
use crate::kernel::totp::{Algorithm, Authenticator, SecretBytes, TotpParams, otpauth_uri, parse_otpauth, verify};
use crate::kernel::{Draws, Purpose, Time};
use std::collections::BTreeMap;

/// Which authenticator app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum App {
    /// Google Authenticator.
    Google,
    /// Microsoft Authenticator.
    Microsoft,
    /// NetIQ Authenticator.
    NetIq,
}

impl App {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            App::Google => "Google Authenticator",
            App::Microsoft => "Microsoft Authenticator",
            App::NetIq => "NetIQ Authenticator",
        }
    }
}

/// How codes are made under an account's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Milliseconds in a time step; whole seconds.
    pub period: i64,
    /// Digits of a code.
    pub digits: u8,
    /// The hash.
    pub algorithm: Algorithm,
    /// Steps taken on each side of the present one.
    pub skew: u8,
}

/// The step that a code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Steps from the server's present one.
    pub off: i32,
    /// The step itself, which single use remembers.
    pub step: i64,
}

/// Devices on the one side, the server's check on the other.
pub trait Codes: Clone {
    /// The code that a device with this secret shows when its own clock says so.
    fn show(&mut self, secret: SecretId, form: Form, clock: Time) -> Code;
    /// The step that a code belongs to, by the server's clock.
    fn fit(&mut self, secret: SecretId, form: Form, code: &Code, now: Time) -> Option<Fit>;
    /// How often a code was taken for another secret's, or another step's, by chance.
    fn collisions(&self) -> u64;
}

/// Codes as symbols: secret and time step, no HMAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Symbolic;

impl Codes for Symbolic {
    #[inline]
    fn show(&mut self, secret: SecretId, form: Form, clock: Time) -> Code {
        Code { digits: 0, secret, step: clock.0.div_euclid(form.period.max(1)) }
    }

    #[inline]
    fn fit(&mut self, secret: SecretId, form: Form, code: &Code, now: Time) -> Option<Fit> {
        let off = code.step - now.0.div_euclid(form.period.max(1));
        let fits = code.secret == secret && off.abs() <= i64::from(form.skew);
        fits.then(|| i32::try_from(off).ok()).flatten().map(|off| Fit { off, step: code.step })
    }

    fn collisions(&self) -> u64 {
        0
    }
}

/// Real codes (RFC 6238): a device has what it scanned off the QR code's `otpauth://` text, the server the secret.
#[derive(Clone, Debug)]
pub struct Real {
    draws: Draws,
    devices: BTreeMap<SecretId, Authenticator>,
    collisions: u64,
}

impl Real {
    /// Secrets by these draws.
    pub fn new(draws: Draws) -> Real {
        Real { draws, devices: BTreeMap::new(), collisions: 0 }
    }

    fn bytes(&self, secret: SecretId) -> SecretBytes {
        SecretBytes::new(self.draws.bytes20(secret.0, Purpose::TotpSecret))
    }

    /// The text in the QR code of a secret, as the portal shows it.
    pub fn uri(&self, secret: SecretId, form: Form) -> String {
        otpauth_uri("MIMS", &format!("account-{}", secret.0), &self.bytes(secret), &params(form))
    }
}

fn params(form: Form) -> TotpParams {
    TotpParams {
        period_s: u32::try_from(form.period / 1000).unwrap_or(30).max(1),
        digits: form.digits,
        skew_steps: form.skew,
        algorithm: form.algorithm,
    }
}

impl Codes for Real {
    fn show(&mut self, secret: SecretId, form: Form, clock: Time) -> Code {
        if !self.devices.contains_key(&secret)
            && let Ok(scanned) = parse_otpauth(&self.uri(secret, form))
            && let Ok(device) = Authenticator::new(&scanned)
        {
            self.devices.insert(secret, device);
        }
        let seconds = clock.0.div_euclid(1000);
        let digits = self.devices.get(&secret).map_or(0, |device| device.code(seconds));
        Code { digits, secret, step: params(form).step(seconds) }
    }

    fn fit(&mut self, secret: SecretId, form: Form, code: &Code, now: Time) -> Option<Fit> {
        let (params, seconds) = (params(form), now.0.div_euclid(1000));
        let step = verify(&self.bytes(secret), &params, code.digits, seconds)?;
        if code.secret != secret || code.step != step {
            self.collisions += 1;
        }
        i32::try_from(step - params.step(seconds)).ok().map(|off| Fit { off, step })
    }

    fn collisions(&self) -> u64 {
        self.collisions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn real_codes_and_symbols_agree_on_what_fits(
            seed: u64,
            held in 0_u32..3,
            kept in 0_u32..3,
            clock in -200_000_i64..200_000,
            skew in 0_u8..4,
        ) {
            let form = Form { period: 30_000, digits: 6, algorithm: Algorithm::Sha1, skew };
            let now = Time(1_695_744_000_000);
            let mut real = Real::new(Draws { seed, replicate: 0 });
            let shown = real.show(SecretId(held), form, Time(now.0 + clock));
            let by_real = real.fit(SecretId(kept), form, &shown, now);
            let symbol = Symbolic.show(SecretId(held), form, Time(now.0 + clock));
            let by_symbol = Symbolic.fit(SecretId(kept), form, &symbol, now);
            prop_assert_eq!(shown.step, symbol.step);
            prop_assert!(by_real == by_symbol || real.collisions() > 0);
        }
    }
}
