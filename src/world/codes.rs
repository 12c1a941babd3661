//! Time-based codes: the apps that show them, how they are made under an account's rules, and a code as it travels.
//!
//! Promises that a code prints nothing of itself. Deliberately makes no code and checks none: see `authenticator`.

use super::ids::SecretId;
use crate::kernel::totp::Algorithm;
use crate::policy::rules::{Rule, Rules};

/// Which authenticator app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// How it makes codes for a QR code that asks for these (A1). Google Authenticator of the time of the guide shows
    /// six digits of SHA-1 every 30 s whatever the code says; that Microsoft Authenticator does so too rests on users'
    /// reports, and that NetIQ's app follows the code on its being the server's own.
    pub const fn shows(self, asked: CodeForm) -> CodeForm {
        match self {
            App::Google | App::Microsoft => CodeForm { period: 30_000, digits: 6, algorithm: Algorithm::Sha1, ..asked },
            App::NetIq => asked,
        }
    }
}

/// How codes are made under an account's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeForm {
    /// Milliseconds in a time step; whole seconds.
    pub period: i64,
    /// Digits of a code.
    pub digits: u8,
    /// The hash.
    pub algorithm: Algorithm,
    /// Steps taken on each side of the present one.
    pub skew: u8,
}

impl CodeForm {
    /// How a device makes codes that took this in: an app as it can, a hard token as the server wants.
    pub fn by(self, app: Option<App>) -> CodeForm {
        app.map_or(self, |app| app.shows(self))
    }

    /// Whole seconds in a time step.
    pub fn seconds(self) -> u16 {
        u16::try_from(self.period / 1000).unwrap_or(u16::MAX).max(1)
    }

    /// How codes are made under these rules.
    #[inline]
    pub fn of(rules: &Rules) -> CodeForm {
        let small = |rule| u8::try_from(rules.get(rule)).unwrap_or(u8::MAX);
        let algorithm = match rules.get(Rule::TotpAlgorithm) {
            1 => Algorithm::Sha256,
            2 => Algorithm::Sha512,
            _ => Algorithm::Sha1,
        };
        CodeForm {
            period: rules.get(Rule::TotpPeriod),
            digits: small(Rule::TotpDigits),
            algorithm,
            skew: small(Rule::TotpSkew),
        }
    }
}

/// The step that a code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Steps from the server's present one.
    pub off: i32,
    /// The step itself, which single use remembers.
    pub step: i64,
}

/// A time-based code as it travels: the digits where real codes are used, and how, of which secret and step it was
/// made. Prints nothing of itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    /// The digits; 0 where codes are symbolic.
    pub digits: u32,
    /// The secret that the device holds.
    pub secret: SecretId,
    /// The time step by the device's clock.
    pub step: i64,
    /// How many digits were shown.
    pub length: u8,
    /// The hash under it.
    pub algorithm: Algorithm,
    /// Seconds in a time step by the device.
    pub period: u16,
}

impl Code {
    /// Six digits of nobody's secret, at no time: a code that fits by chance alone.
    pub const NOBODYS: Code =
        Code { digits: 0, secret: SecretId(0), step: -1, length: 6, algorithm: Algorithm::Sha1, period: 30 };
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(..)")
    }
}
