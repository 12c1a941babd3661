//! A counter-based random number generator: every number is a function of (seed, replicate, entity, purpose, index), by
//! Philox4x32-10 (Salmon et al., SC 2011).
//!
//! Promises common random numbers: an additional draw in one place changes no draw elsewhere, so that two policies are
//! compared on the same people with the same luck. Deliberately keeps no stream state.

/// The purpose of a draw; purpose and entity together name a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Purpose {
    /// The bytes of a TOTP secret.
    TotpSecret = 1,
    /// The digits of an e-mailed OTP.
    OtpValue = 2,
    /// The text of a password.
    PasswordText = 3,
    /// The delivery time of an OTP.
    MailDelay = 4,
    /// Whether an OTP is lost.
    MailLoss = 5,
    /// How many people a place has.
    PlaceSize = 10,
    /// The address to which a person's OTPs go.
    Address = 11,
    /// Whether a person has a phone.
    Phone = 12,
    /// Which authenticator app is on the phone.
    App = 13,
    /// Whether the phone is an iOS device.
    System = 14,
    /// Whether the phone's clock is off.
    Clock = 15,
    /// How far the phone's clock is off.
    ClockOff = 16,
    /// Whether the password is known at the start.
    Knows = 17,
    /// Whether the security questions were set.
    AnswersSet = 18,
    /// Which answers are remembered.
    AnswersKnown = 19,
    /// Who shares a generic account.
    Member = 20,
    /// Whether and when a person joins.
    Comes = 21,
    /// Whether and when a person leaves.
    Goes = 22,
    /// When the day's sign-in begins.
    SignInTime = 23,
    /// Which way in the day's sign-in uses.
    SignInWay = 24,
    /// Whether something is mistyped.
    Slip = 25,
    /// Whether a person sets up on this day.
    Enrols = 26,
    /// At what time of that day a person sets up.
    EnrolTime = 27,
    /// Whether the password is forgotten on this day.
    Forgets = 28,
    /// Whether the phone is lost on this day.
    LosesPhone = 29,
    /// Whether the device is at hand.
    AtHand = 30,
    /// How long it takes to fetch the device.
    Fetch = 31,
    /// What a person does about a refusal.
    React = 32,
    /// How long a person pauses before reacting to a refusal.
    Pause = 33,
    /// How long it takes to get another phone.
    NewPhone = 34,
    /// Whether a member is there when the code is scanned.
    AtScan = 35,
    /// Which member signs in to a generic account.
    Turn = 36,
    /// Whether a member leaves on this day.
    MembersChange = 37,
    /// Whether a leaver does what the guide says on leaving.
    Tidy = 38,
    /// Whether a helper is away on this day.
    Absent = 39,
    /// How long a helper takes to notice a request.
    Notices = 40,
    /// How long a helper takes to handle a request.
    Handling = 41,
    /// How long a caller waits before hanging up.
    Patience = 42,
    /// Whether and when a caller calls again.
    Redial = 43,
    /// A person's name, if names are asked for.
    Name = 44,
}

/// The source of all draws of one replicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    /// The seed of the rehearsal.
    pub seed: u64,
    /// The number of the replicate.
    pub replicate: u32,
}

impl Draws {
    /// Four random 32-bit numbers; distinct keys are distinct counters, so that streams never overlap.
    pub fn block(&self, entity: u32, purpose: Purpose, index: u32) -> [u32; 4] {
        let key = [low(self.seed), low(self.seed >> 32)];
        philox([self.replicate, entity, u32::from(purpose as u16), index], key)
    }

    /// A uniform whole number below `n`, by multiply and shift; its bias is below `n / 2^32`.
    pub fn below(&self, n: u32, entity: u32, purpose: Purpose, index: u32) -> u32 {
        let [first, ..] = self.block(entity, purpose, index);
        low((u64::from(first) * u64::from(n)) >> 32)
    }

    /// Twenty random bytes, the length of a secret for HMAC-SHA-1.
    pub fn bytes20(&self, entity: u32, purpose: Purpose) -> [u8; 20] {
        let blocks = [self.block(entity, purpose, 0), self.block(entity, purpose, 1)];
        let mut out = [0; 20];
        for (slot, byte) in out.iter_mut().zip(blocks.iter().flatten().flat_map(|word| word.to_le_bytes())) {
            *slot = byte;
        }
        out
    }
}

fn low(wide: u64) -> u32 {
    (wide & 0xffff_ffff) as u32
}

fn philox(mut c: [u32; 4], mut k: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let a = u64::from(c[0]) * 0xD251_1F53;
        let b = u64::from(c[2]) * 0xCD9E_8D57;
        c = [low(b >> 32) ^ c[1] ^ k[0], low(b), low(a >> 32) ^ c[3] ^ k[1], low(a)];
        k = [k[0].wrapping_add(0x9E37_79B9), k[1].wrapping_add(0xBB67_AE85)];
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers that come with Random123.
    #[test]
    fn random123_vectors() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }
}
