//! Real time-based one-time passwords (TOTP): secrets, enrolment URIs, the phone's side and the server's side.
//!
//! Promises: codes are those of RFC 6238 (TOTP over RFC 4226's HOTP, T0 = 0), the HMAC is totp-rs's,
//! and enrolment goes through the real text of a QR code, the key URI format
//! (`otpauth://totp/Issuer:account?secret=…`), so that a parameter which does not survive the QR code
//! does not survive it here either. No secret or code has a `Display`, or a `Debug` that reveals it.
//!
//! Deliberately not here: single use and drift (the account's to remember, RFC 6238 §5.2 and §6),
//! HOTP, and other people's dialects of the URI.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use smallvec::SmallVec;
use totp_rs::{Builder, Totp};

/// A shared secret of 160 bits. Its `Debug` does not reveal it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretBytes([u8; 20]);

impl SecretBytes {
    /// The secret of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(..)")
    }
}

/// The hash under the HMAC (RFC 6238 §1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// HMAC-SHA-1, the only one that every authenticator honours.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// The name in a key URI.
    const fn uri_name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    fn from_uri_name(name: &str) -> Option<Self> {
        [Self::Sha1, Self::Sha256, Self::Sha512].into_iter().find(|algorithm| algorithm.uri_name() == name)
    }
}

/// The agreement between server and authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TotpParams {
    /// Length of a step in seconds (RFC 6238's X); 0 counts as 1.
    pub period_s: u32,
    /// Digits of a code, 6 to 8 (RFC 4226 §5.3).
    pub digits: u8,
    /// Steps accepted on each side of the current one. Only the server knows it: no URI contains it.
    pub skew_steps: u8,
    /// The hash.
    pub algorithm: Algorithm,
}

/// 30 s, 6 digits, one step on each side, SHA-1: the defaults of the key URI format and the window
/// that RFC 6238 §5.2 recommends.
impl Default for TotpParams {
    fn default() -> Self {
        Self { period_s: 30, digits: 6, skew_steps: 1, algorithm: Algorithm::Sha1 }
    }
}

impl TotpParams {
    /// The number of the step in which a moment lies, counted from the Unix epoch.
    #[must_use]
    pub fn step(&self, unix_seconds: i64) -> i64 {
        unix_seconds.div_euclid(i64::from(self.period_s.max(1)))
    }

    /// Checks that an authenticator could use these parameters.
    ///
    /// # Errors
    ///
    /// [`UriError::Parameter`] for a period of 0 and for digits other than 6 to 8.
    pub const fn check(&self) -> Result<(), UriError> {
        if self.period_s == 0 {
            Err(UriError::Parameter("period"))
        } else if self.digits < 6 || self.digits > 8 {
            Err(UriError::Parameter("digits"))
        } else {
            Ok(())
        }
    }
}

/// Why a text is not an enrolment URI. No variant contains any part of the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// It does not begin with `otpauth://totp/`.
    #[error("not a time-based enrolment: it does not begin with otpauth://totp/")]
    Scheme,
    /// The label is not `Issuer:account` with both parts filled and no further colon.
    #[error("the label is not Issuer:account, both filled and without another colon")]
    Label,
    /// An escape that is not %XX, escapes that do not make UTF-8, or a character that has to be escaped and is not.
    #[error("{0} is not percent-encoded as RFC 3986 asks")]
    Encoding(&'static str),
    /// A parameter that is not `name=value`, or whose name the key URI format does not know.
    #[error("there is a parameter other than secret, issuer, algorithm, digits and period")]
    Unknown,
    /// A parameter that occurs twice.
    #[error("the parameter {0} comes twice")]
    Twice(&'static str),
    /// A parameter with an invalid value: digits are 6 to 8, a period is at least 1, the algorithm is known.
    #[error("the parameter {0} has a value that no authenticator takes")]
    Parameter(&'static str),
    /// No issuer, or one that contradicts the label.
    #[error("the issuer is missing or is not the label's")]
    Issuer,
    /// No secret, or one that is not unpadded upper-case base 32 (RFC 4648 §6).
    #[error("the secret is missing or is not unpadded upper-case base 32")]
    Secret,
    /// A secret below 128 bits (RFC 4226 §4 R6).
    #[error("the secret has {bytes} bytes, where 16 or more are wanted")]
    SecretLength {
        /// Its length in bytes.
        bytes: usize,
    },
}

/// The content of an enrolment's QR code, as a phone reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct Scanned {
    /// The issuer: the label's first part and the issuer parameter, which agree.
    pub issuer: String,
    /// The account's name: the label's second part.
    pub account: String,
    /// The shared secret, 16 bytes or more.
    pub secret: Vec<u8>,
    /// The parameters, with defaults filled in; the skew is the default, since no URI contains it.
    pub params: TotpParams,
}

impl fmt::Debug for Scanned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanned")
            .field("issuer", &self.issuer)
            .field("account", &self.account)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

/// The text of an enrolment's QR code, in the key URI format, every parameter written out.
///
/// Neither issuer nor account may be empty or hold a colon, and the account may not begin with a
/// space (the format has no way to write those); [`parse_otpauth`] refuses or trims the result.
#[must_use]
pub fn otpauth_uri(issuer: &str, account: &str, secret: &SecretBytes, params: &TotpParams) -> String {
    let issuer = encode(issuer);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm={algorithm}&digits={digits}&period={period}",
        account = encode(account),
        secret = BASE32_NOPAD.encode(secret.as_bytes()),
        algorithm = params.algorithm.uri_name(),
        digits = params.digits,
        period = params.period_s,
    )
}

/// Reads an enrolment URI as a strict authenticator would.
///
/// Algorithm, digits and period may be left out (SHA-1, 6, 30 s); the issuer may stand in the label,
/// in its parameter or, agreeing, in both.
///
/// # Errors
///
/// [`UriError`] for anything that the key URI format does not define, duplicates and unknown
/// parameters included: where apps guess differently, this function does not guess.
pub fn parse_otpauth(uri: &str) -> Result<Scanned, UriError> {
    let rest = uri.strip_prefix("otpauth://totp/").ok_or(UriError::Scheme)?;
    let (label, query) = rest.split_once('?').ok_or(UriError::Secret)?;
    let label = decode(label, true).ok_or(UriError::Encoding("the label"))?;

    let [mut secret, mut issuer, mut algorithm, mut digits, mut period] = [None; 5];
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').ok_or(UriError::Unknown)?;
        let (slot, name) = match name {
            "secret" => (&mut secret, "secret"),
            "issuer" => (&mut issuer, "issuer"),
            "algorithm" => (&mut algorithm, "algorithm"),
            "digits" => (&mut digits, "digits"),
            "period" => (&mut period, "period"),
            _ => return Err(UriError::Unknown),
        };
        if slot.replace(value).is_some() {
            return Err(UriError::Twice(name));
        }
    }

    let issuer = issuer.map(|text| decode(text, false).ok_or(UriError::Encoding("the issuer"))).transpose()?;
    let (issuer, account) = match (label.split_once(':'), issuer) {
        (Some((named, _)), Some(issuer)) if named != issuer => return Err(UriError::Issuer),
        (Some((named, account)), _) => (named.to_owned(), account),
        (None, Some(issuer)) => (issuer, label.as_str()),
        (None, None) => return Err(UriError::Issuer),
    };
    // The format allows spaces between the colon and the account.
    let account = account.trim_start_matches(' ').to_owned();
    if issuer.is_empty() || account.is_empty() || issuer.contains(':') || account.contains(':') {
        return Err(UriError::Label);
    }

    let mut params = TotpParams::default();
    if let Some(name) = algorithm {
        params.algorithm = Algorithm::from_uri_name(name).ok_or(UriError::Parameter("algorithm"))?;
    }
    if let Some(text) = digits {
        params.digits = whole(text).ok_or(UriError::Parameter("digits"))?;
    }
    if let Some(text) = period {
        params.period_s = whole(text).ok_or(UriError::Parameter("period"))?;
    }
    params.check()?;

    let secret = secret.and_then(|text| BASE32_NOPAD.decode(text.as_bytes()).ok()).ok_or(UriError::Secret)?;
    long_enough(&secret)?;
    Ok(Scanned { issuer, account, secret, params })
}

/// The phone's side: it shows the code of a moment, and knows only what it scanned.
#[derive(Clone)]
pub struct Authenticator {
    /// Stored inline if it has the usual length.
    secret: SmallVec<[u8; 20]>,
    params: TotpParams,
}

impl Authenticator {
    /// An authenticator that has scanned an enrolment URI.
    ///
    /// # Errors
    ///
    /// [`UriError::SecretLength`] and [`UriError::Parameter`] for an enrolment assembled by hand;
    /// whatever [`parse_otpauth`] returned is accepted.
    pub fn new(scanned: &Scanned) -> Result<Self, UriError> {
        scanned.params.check()?;
        long_enough(&scanned.secret)?;
        Ok(Self { secret: SmallVec::from_slice(&scanned.secret), params: scanned.params })
    }

    /// The code shown when the phone's own clock is at `unix_seconds`; to be written with leading
    /// zeros up to the number of digits.
    #[must_use]
    pub fn code(&self, unix_seconds: i64) -> u32 {
        let totp = keyed(&self.secret, self.params.algorithm);
        code_of(&totp, self.params.digits, self.params.step(unix_seconds))
    }
}

/// Does not reveal the secret.
impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator").field("params", &self.params).finish_non_exhaustive()
    }
}

/// The server's side: returns the step that a code belongs to, or `None`.
///
/// Tries the current step, then outwards to the skew, the earlier step before the later one (a late
/// code is the common case). To enforce single use, the caller has to remember the step (RFC 6238 §5.2).
/// If a code fits two steps, which happens about once in a million, the step nearest to the present wins.
#[must_use]
pub fn verify(secret: &SecretBytes, params: &TotpParams, code: u32, unix_seconds: i64) -> Option<i64> {
    let totp = keyed(&secret.0, params.algorithm);
    let current = params.step(unix_seconds);
    let matches = |step: &i64| code_of(&totp, params.digits, *step) == code;
    std::iter::once(current)
        .chain(
            (1..=i64::from(params.skew_steps))
                .flat_map(|away| [current.saturating_sub(away), current.saturating_add(away)]),
        )
        .find(matches)
}

/// totp-rs with steps of one second, so that it signs the counter it is given.
fn keyed(secret: &[u8], algorithm: Algorithm) -> Totp {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_step_duration(1)
        .with_algorithm(match algorithm {
            Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
            Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
            Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
        })
        .build_noncompliant()
}

/// RFC 4226 §5.3: dynamic truncation of the HMAC over the counter, which is the step in eight bytes
/// (two's complement before 1970).
fn code_of(totp: &Totp, digits: u8, step: i64) -> u32 {
    let signature = totp.sign(step.cast_unsigned());
    let bytes = signature.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or_default() & 0xF);
    let word = bytes.get(offset..).and_then(|tail| tail.first_chunk()).copied().map_or(0, u32::from_be_bytes);
    let code = word & 0x7FFF_FFFF;
    // With ten digits or more, the 31 bits stay as they are.
    10_u32.checked_pow(u32::from(digits)).map_or(code, |modulus| code % modulus)
}

/// RFC 4226 §4: no secret under 128 bits.
fn long_enough(secret: &[u8]) -> Result<(), UriError> {
    if secret.len() < 16 { Err(UriError::SecretLength { bytes: secret.len() }) } else { Ok(()) }
}

/// A whole number in plain digits, without sign or leading zero.
fn whole<N: std::str::FromStr>(text: &str) -> Option<N> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

/// Percent-encodes all characters but RFC 3986's unreserved ones and `@`, which is allowed in a path and
/// in a query and keeps addresses readable.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Undoes percent-encoding; `None` for a bad escape, for text that is not UTF-8, and for characters
/// that have to be escaped (`+` included, because some readers take it for a space).
fn decode(text: &str, colon: bool) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            b':' if colon => byte,
            _ if byte.is_ascii_alphanumeric() || b"-._~@!$'()*,;".contains(&byte) => byte,
            _ => return None,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 6238 appendix B's times.
    const TIMES: [i64; 6] = [59, 1_111_111_109, 1_111_111_111, 1_234_567_890, 2_000_000_000, 20_000_000_000];
    const RFC_SHA1: [u32; 6] = [94287082, 7081804, 14050471, 89005924, 69279037, 65353130];
    const RFC_SHA256: [u32; 6] = [46119246, 68084774, 67062674, 91819424, 90698825, 77737706];
    const RFC_SHA512: [u32; 6] = [90693936, 25091201, 99943326, 93441116, 38618901, 47863826];
    const SECRET: SecretBytes = SecretBytes::new(*b"12345678901234567890");

    fn eight(algorithm: Algorithm) -> TotpParams {
        TotpParams { digits: 8, algorithm, ..TotpParams::default() }
    }

    fn authenticator(secret: &[u8], params: TotpParams) -> Result<Authenticator, UriError> {
        Authenticator::new(&Scanned { issuer: "MIMS".into(), account: "gwen".into(), secret: secret.to_vec(), params })
    }

    fn scan(uri: &str) -> Result<Scanned, UriError> {
        parse_otpauth(uri)
    }

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        let phone = authenticator(SECRET.as_bytes(), eight(Algorithm::Sha1)).unwrap();
        assert_eq!(TIMES.map(|time| phone.code(time)), RFC_SHA1);
        for (time, code) in TIMES.into_iter().zip(RFC_SHA1) {
            assert_eq!(verify(&SECRET, &eight(Algorithm::Sha1), code, time), Some(time / 30));
        }
    }

    /// The appendix's SHA-256 and SHA-512 codes are of secrets with 32 and 64 bytes.
    #[test]
    fn codes_of_long_secrets_are_those_of_rfc_6238_appendix_b() {
        let long: Vec<u8> = SECRET.as_bytes().iter().copied().cycle().take(64).collect();
        let phone = authenticator(&long[..32], eight(Algorithm::Sha256)).unwrap();
        assert_eq!(TIMES.map(|time| phone.code(time)), RFC_SHA256);
        let phone = authenticator(&long, eight(Algorithm::Sha512)).unwrap();
        assert_eq!(TIMES.map(|time| phone.code(time)), RFC_SHA512);
    }

    /// The appendix's times under the 20-byte secret; codes from Python's hmac and hashlib.
    #[test]
    fn codes_of_the_longer_hashes_agree_with_another_implementation() {
        for (algorithm, codes) in [
            (Algorithm::Sha256, [32247374, 34756375, 74584430, 42829826, 78428693, 24142410]),
            (Algorithm::Sha512, [69342147, 63049338, 54380122, 76671578, 56464532, 69481994]),
        ] {
            let phone = authenticator(SECRET.as_bytes(), eight(algorithm)).unwrap();
            assert_eq!(TIMES.map(|time| phone.code(time)), codes);
        }
    }

    #[test]
    fn six_digits_are_the_last_six_of_eight() {
        let phone = authenticator(SECRET.as_bytes(), TotpParams::default()).unwrap();
        assert_eq!(phone.code(59), 287_082);
    }

    #[test]
    fn the_window_reaches_the_skew_and_no_further() {
        let now = 1_695_744_015;
        for skew_steps in 0..=3_u8 {
            let params = TotpParams { skew_steps, ..TotpParams::default() };
            let phone = authenticator(SECRET.as_bytes(), params).unwrap();
            for away in -4..=4_i64 {
                let shown = phone.code(now + 30 * away);
                let expected = (away.unsigned_abs() <= u64::from(skew_steps)).then_some(now / 30 + away);
                assert_eq!(verify(&SECRET, &params, shown, now), expected, "{away} of {skew_steps}");
            }
        }
    }

    #[test]
    fn the_window_turns_over_with_the_step() {
        let params = TotpParams { skew_steps: 0, ..TotpParams::default() };
        let phone = authenticator(SECRET.as_bytes(), params).unwrap();
        let code = phone.code(60);
        assert_eq!(verify(&SECRET, &params, code, 59), None);
        assert_eq!(verify(&SECRET, &params, code, 60), Some(2));
        assert_eq!(verify(&SECRET, &params, code, 89), Some(2));
        assert_eq!(verify(&SECRET, &params, code, 90), None);
    }

    #[test]
    fn the_present_wins_where_one_code_fits_two_steps() {
        // Of all the steps of some weeks, two neighbours share a code sooner or later; search for them.
        let params = TotpParams::default();
        let phone = authenticator(SECRET.as_bytes(), params).unwrap();
        let code = |step: i64| phone.code(step * 30);
        let step = (0..4_000_000).find(|&step| code(step) == code(step + 1)).unwrap();
        assert_eq!(verify(&SECRET, &params, code(step), step * 30), Some(step));
        assert_eq!(verify(&SECRET, &params, code(step), (step + 1) * 30), Some(step + 1));
        // From one step further the earlier of the two is out of reach.
        assert_eq!(verify(&SECRET, &params, code(step), (step + 2) * 30), Some(step + 1));
    }

    #[test]
    fn odd_clocks_and_parameters_do_not_panic() {
        let odd = TotpParams { period_s: 0, digits: 255, skew_steps: 255, algorithm: Algorithm::Sha512 };
        assert_eq!(verify(&SECRET, &odd, u32::MAX, i64::MIN), None);
        assert_eq!(verify(&SECRET, &odd, u32::MAX, i64::MAX), None);
        let phone = authenticator(SECRET.as_bytes(), TotpParams::default()).unwrap();
        assert_eq!(phone.code(-1), phone.code(-30));
        assert_eq!(odd.check(), Err(UriError::Parameter("period")));
    }

    #[test]
    fn short_secrets_count_as_zero_padded() {
        let mut held = [0; 20];
        held[..16].copy_from_slice(&SECRET.as_bytes()[..16]);
        let short = authenticator(&held[..16], TotpParams::default()).unwrap();
        // Python: hmac.new(b"1234567890123456", struct.pack(">Q", 1), "sha1").
        assert_eq!(short.code(59), 970934);
        for bytes in [0, 15] {
            assert_eq!(
                authenticator(&vec![7; bytes], TotpParams::default()).unwrap_err(),
                UriError::SecretLength { bytes }
            );
        }
    }

    #[test]
    fn the_uri_is_the_key_uri_format() {
        let uri = otpauth_uri("MOE MIMS", "gwen@moe.edu.sg", &SECRET, &TotpParams::default());
        assert_eq!(
            uri,
            "otpauth://totp/MOE%20MIMS:gwen@moe.edu.sg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=MOE%20MIMS&algorithm=SHA1&digits=6&period=30"
        );
        let short = scan("otpauth://totp/gwen?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A").unwrap();
        assert_eq!((short.issuer.as_str(), short.account.as_str()), ("A", "gwen"));
        assert_eq!(short.params, TotpParams::default());
        assert_eq!(short.secret, SECRET.as_bytes());
        let spaced = scan("otpauth://totp/A%3A%20gwen?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!((spaced.issuer.as_str(), spaced.account.as_str()), ("A", "gwen"));
    }

    #[test]
    fn whatever_apps_guess_differently_is_refused() {
        const S: &str = "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (uri, error) in [
            (format!("otpauth://hotp/A:b?{S}&counter=1"), UriError::Scheme),
            (format!("OTPAUTH://totp/A:b?{S}"), UriError::Scheme),
            ("otpauth://totp/A:b".into(), UriError::Secret),
            ("otpauth://totp/A:b?issuer=A".into(), UriError::Secret),
            ("otpauth://totp/A:b?secret=".into(), UriError::SecretLength { bytes: 0 }),
            ("otpauth://totp/A:b?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq".into(), UriError::Secret),
            ("otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY======".into(), UriError::Secret),
            ("otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ".into(), UriError::SecretLength { bytes: 10 }),
            (format!("otpauth://totp/b?{S}"), UriError::Issuer),
            (format!("otpauth://totp/A:b?{S}&issuer=B"), UriError::Issuer),
            (format!("otpauth://totp/A:?{S}"), UriError::Label),
            (format!("otpauth://totp/:b?{S}"), UriError::Label),
            (format!("otpauth://totp/A:b:c?{S}"), UriError::Label),
            (format!("otpauth://totp/A:b%3Ac?{S}"), UriError::Label),
            (format!("otpauth://totp/A b:c?{S}"), UriError::Encoding("the label")),
            (format!("otpauth://totp/A%2:c?{S}"), UriError::Encoding("the label")),
            (format!("otpauth://totp/A%FF:c?{S}"), UriError::Encoding("the label")),
            (format!("otpauth://totp/c?{S}&issuer=A+B"), UriError::Encoding("the issuer")),
            (format!("otpauth://totp/A:b?{S}&{S}"), UriError::Twice("secret")),
            (format!("otpauth://totp/A:b?{S}&image=x"), UriError::Unknown),
            (format!("otpauth://totp/A:b?{S}&"), UriError::Unknown),
            (format!("otpauth://totp/A:b?{S}&algorithm=sha1"), UriError::Parameter("algorithm")),
            (format!("otpauth://totp/A:b?{S}&algorithm=MD5"), UriError::Parameter("algorithm")),
            (format!("otpauth://totp/A:b?{S}&digits=5"), UriError::Parameter("digits")),
            (format!("otpauth://totp/A:b?{S}&digits=06"), UriError::Parameter("digits")),
            (format!("otpauth://totp/A:b?{S}&digits=+6"), UriError::Parameter("digits")),
            (format!("otpauth://totp/A:b?{S}&period=0"), UriError::Parameter("period")),
            (format!("otpauth://totp/A:b?{S}&period="), UriError::Parameter("period")),
            (format!("otpauth://totp/A:b?{S}&period=4294967296"), UriError::Parameter("period")),
        ] {
            assert_eq!(scan(&uri), Err(error), "{uri}");
        }
    }

    #[test]
    fn nothing_prints_a_secret() {
        let scanned = scan(&otpauth_uri("A", "b", &SECRET, &TotpParams::default())).unwrap();
        let phone = Authenticator::new(&scanned).unwrap();
        for printed in [format!("{SECRET:?}"), format!("{scanned:?}"), format!("{phone:?}")] {
            for part in ["GEZDGNBV", "49, 50", "0x31", "1234567890"] {
                assert!(!printed.contains(part), "{printed}");
            }
        }
    }

    proptest! {
        #[test]
        fn an_enrolment_survives_its_qr_code(
            issuer in "[^: ][^:]{0,15}",
            account in "[^: ][^:]{0,15}",
            secret in any::<[u8; 20]>(),
            period_s in 1..=u32::MAX,
            digits in 6..=8_u8,
            algorithm in prop::sample::select(vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]),
            now in 0..=4_000_000_000_i64,
        ) {
            let params = TotpParams { period_s, digits, skew_steps: 1, algorithm };
            let secret = SecretBytes::new(secret);
            let scanned = scan(&otpauth_uri(&issuer, &account, &secret, &params));
            let expected = Scanned { issuer, account, secret: secret.as_bytes().to_vec(), params };
            prop_assert_eq!(&scanned, &Ok(expected));
            let phone = Authenticator::new(&scanned.unwrap()).unwrap();
            prop_assert_eq!(verify(&secret, &params, phone.code(now), now), Some(params.step(now)));
        }

        #[test]
        fn parsing_never_panics(tail in "\\PC{0,40}") {
            let _ = scan(&tail);
            let _ = scan(&format!("otpauth://totp/{tail}"));
            let _ = scan(&format!("otpauth://totp/A:b?{tail}"));
        }
    }
}
