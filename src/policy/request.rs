//! The vocabulary of requests and decisions: kinds of account, roles, topics, second factors, reasons and outcomes.
//!
//! Promises that everything here is `Copy` and holds no ids and no secrets. Deliberately holds no rule and no request.

use super::words::words;
use crate::clause::Clauses;
use crate::kernel::Span;

words! {
    /// Why something was refused: the first refusing rule names it.
    Reason {
        /// Nobody holds an account of that name.
        NoSuchAccount "no-such-account",
        /// The login ID lacks the suffix of its kind, or is the iCON address.
        WrongLoginId "wrong-login-id",
        /// The account is locked after too many wrong factors.
        LockedOut "locked-out",
        /// The person was never told the password.
        PasswordUnknown "password-unknown",
        /// The password typed is not, or no longer, the account's.
        WrongPassword "wrong-password",
        /// A changed password has not taken effect yet.
        PasswordPending "password-pending",
        /// The password must be changed before it opens anything.
        PasswordExpired "password-expired",
        /// Nothing live to ride on: a password is asked.
        NoSession "no-session",
        /// A code is asked, and this act types none.
        CodeAsked "code-asked",
        /// This way in, or this tile, is not offered.
        NotOffered "not-offered",
        /// No second factor is set up.
        NoSecondFactor "no-second-factor",
        /// The person has no device with a profile that could answer.
        NoDevice "no-device",
        /// The code is not the account's at this time.
        WrongCode "wrong-code",
        /// The code was accepted before, or is older than one that was.
        CodeUsed "code-used",
        /// The e-mailed OTP is too old.
        OtpExpired "otp-expired",
        /// A newer OTP was sent.
        OtpSuperseded "otp-superseded",
        /// No OTP of the number on the screen has come.
        OtpNotReceived "otp-not-received",
        /// Another OTP is not to be had so soon.
        TooSoon "too-soon",
        /// The address cannot be used for OTPs.
        AddressRefused "address-refused",
        /// The QR page is too old or was reloaded.
        SecretExpired "secret-expired",
        /// A token of this kind is enrolled already.
        TokenExists "token-exists",
        /// There is no such token.
        NoToken "no-token",
        /// One or more answers are not correct.
        WrongAnswers "wrong-answers",
        /// No security questions were set.
        NoAnswersSet "no-answers-set",
        /// The new password breaks a rule.
        PasswordRules "password-rules",
        /// The SAML assertion is too old, or was used.
        AssertionExpired "assertion-expired",
        /// The assertion is for another account than was typed.
        WrongAccount "wrong-account",
        /// This person may not do that.
        NotAuthorised "not-authorised",
        /// The helper is not at work at this time.
        OutsideHours "outside-hours",
        /// The generic account still lies in ICON.
        NotTransferred "not-transferred",
        /// The transfer was requested and not approved yet.
        AwaitingApproval "awaiting-approval",
        /// The party does not answer.
        PartyDown "party-down",
    }
}

words! {
    /// What kind of account.
    AccountKind {
        /// School staff, `@schools.gov.sg`.
        SchoolStaff "school-staff",
        /// HQ staff, `@hq.moe.gov.sg`.
        HqStaff "hq-staff",
        /// A student, `@students.edu.sg`.
        Student "student",
        /// A school's generic account, shared by its members.
        SchoolGeneric "school-generic",
        /// An HQ division's generic account.
        HqGeneric "hq-generic",
    }
}

impl AccountKind {
    /// Whether several members share it.
    pub const fn is_generic(self) -> bool {
        matches!(self, AccountKind::SchoolGeneric | AccountKind::HqGeneric)
    }
}

words! {
    /// What a person is to the rollout.
    Role {
        /// Holds an account, no more.
        Staff "staff",
        /// Signs in without a second factor.
        Student "student",
        /// School or division MIMS Local Administrator (LA).
        LocalAdministrator "local-administrator",
        /// MIMS Approving Officer (AO).
        ApprovingOfficer "approving-officer",
        /// HOD ICT, or ICT Manager/Associate.
        HodIct "hod-ict",
        /// Messaging Single Point of Contact.
        Spoc "spoc",
        /// MOE OPA.
        Opa "opa",
        /// MOE ITD MIMS team.
        ItdMims "itd-mims",
        /// SSOE 2 Service Desk agent.
        DeskAgent "desk-agent",
    }
}

words! {
    /// What someone asks another for help with.
    Topic {
        /// The address for OTPs is wrong or cannot be read.
        OtpAddress "otp-address",
        /// The address is right and no OTP comes.
        OtpMissing "otp-missing",
        /// A password reset.
        PasswordReset "password-reset",
        /// Credentials of an existing generic account.
        Credentials "credentials",
        /// A hard token.
        HardToken "hard-token",
        /// Help with the enrolment of a hard token.
        HardTokenEnrolment "hard-token-enrolment",
        /// An emergency password.
        EmergencyPassword "emergency-password",
        /// Anything else.
        Other "other",
    }
}

words! {
    /// What answered the second factor.
    Factor {
        /// Nothing did.
        None "none",
        /// The legacy Google 2-Step Verification.
        Google2sv "google-2sv",
        /// A code of an authenticator app.
        Code "code",
        /// A code of a hard token.
        HardToken "hard-token",
        /// An emergency password.
        EmergencyPassword "emergency-password",
    }
}

words! {
    /// Which way in.
    #[schemars(rename = "ViaIs")]
    Via {
        /// MIMS Portal.
        Portal "portal",
        /// Google Workspace.
        Google "google",
    }
}

/// How strong a sign-in is by what answered beside its password, in the terms of NIST SP 800-63B, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Memorized secrets alone, one or several: a single factor (AAL1).
    SingleFactor,
    /// An out-of-band device over the telephone network: AAL2, and restricted (section 5.2.10).
    Restricted,
    /// A one-time code of a device: AAL2.
    OneTimeCode,
}

impl Factor {
    /// How strong a sign-in is that it answered. An emergency password is told and typed like any other: a memorized
    /// secret.
    pub const fn strength(self) -> Strength {
        match self {
            Factor::None | Factor::EmergencyPassword => Strength::SingleFactor,
            Factor::Google2sv => Strength::Restricted,
            Factor::Code | Factor::HardToken => Strength::OneTimeCode,
        }
    }
}

/// What the policy answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Go on.
    Granted,
    /// Not so, for this reason.
    Refused(Reason),
    /// A code is asked first.
    AskCode,
    /// The login ID is asked first.
    AskLoginId,
    /// The password must be changed first.
    AskNewPassword,
    /// Google asks its own password.
    AskOldPassword,
    /// Google sends the browser to MIMS.
    Redirect,
    /// Good, after this wait.
    Wait(Span),
    /// Good, after this many working days.
    WaitWorkingDays(u32),
    /// The account is locked for this long.
    Lock(Span),
    /// A profile of the same label is replaced.
    Replace,
    /// A notice is shown.
    Show,
}

/// Outcome and the clauses it rests on. A refusal carries those of the first refusing rule, anything else those of
/// all rules that were asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub outcome: Outcome,
    /// What it rests on.
    pub clauses: Clauses,
}

impl Decision {
    /// The reason of a refusal.
    pub fn reason(self) -> Option<Reason> {
        match self.outcome {
            Outcome::Refused(reason) => Some(reason),
            _ => None,
        }
    }
}
