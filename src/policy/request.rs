//! What a party can ask the policy, and what it can be answered: facts in, outcome and clauses out.
//!
//! Promises that everything here is `Copy` and holds facts only, no ids and no secrets.
//! Deliberately holds no rule.

use crate::clause::Clauses;
use crate::kernel::password::Features;
use crate::kernel::{Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[doc = $doc])+ #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every value, in catalogue order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];
            /// The word that files and reports use.
            pub const fn word(self) -> &'static str { match self { $($name::$variant => $word,)* } }
            /// One line of meaning.
            pub const fn doc(self) -> &'static str { match self { $($name::$variant => concat!($($doc,)+),)* } }
        }
    };
}

words! {
    /// Why something was refused: the first refusing rule names it.
    Reason {
        /// Nobody holds an account of that name.
        NoSuchAccount = "no-such-account",
        /// The login ID lacks the suffix of its kind, or is the iCON address.
        WrongLoginId = "wrong-login-id",
        /// The account is locked after too many wrong factors.
        LockedOut = "locked-out",
        /// The person was never told the password.
        PasswordUnknown = "password-unknown",
        /// The password typed is not, or no longer, the account's.
        WrongPassword = "wrong-password",
        /// A changed password has not taken effect yet.
        PasswordPending = "password-pending",
        /// The password must be changed before it opens anything.
        PasswordExpired = "password-expired",
        /// Nothing live to ride on: a password is asked.
        NoSession = "no-session",
        /// A code is asked, and this act types none.
        CodeAsked = "code-asked",
        /// This way in, or this tile, is not offered.
        NotOffered = "not-offered",
        /// No second factor is set up.
        NoSecondFactor = "no-second-factor",
        /// The person has no device with a profile that could answer.
        NoDevice = "no-device",
        /// The code is not the account's at this time.
        WrongCode = "wrong-code",
        /// The code was accepted before, or is older than one that was.
        CodeUsed = "code-used",
        /// The e-mailed OTP is too old.
        OtpExpired = "otp-expired",
        /// A newer OTP was sent.
        OtpSuperseded = "otp-superseded",
        /// No OTP of the number on the screen has come.
        OtpNotReceived = "otp-not-received",
        /// Another OTP is not to be had so soon.
        TooSoon = "too-soon",
        /// The address cannot be used for OTPs.
        AddressRefused = "address-refused",
        /// The QR page is too old or was reloaded.
        SecretExpired = "secret-expired",
        /// A token of this kind is enrolled already.
        TokenExists = "token-exists",
        /// There is no such token.
        NoToken = "no-token",
        /// One or more answers are not correct.
        WrongAnswers = "wrong-answers",
        /// No security questions were set.
        NoAnswersSet = "no-answers-set",
        /// The new password breaks a rule.
        PasswordRules = "password-rules",
        /// The SAML assertion is too old, or was used.
        AssertionExpired = "assertion-expired",
        /// The assertion is for another account than was typed.
        WrongAccount = "wrong-account",
        /// This person may not do that.
        NotAuthorised = "not-authorised",
        /// The helper is not at work at this time.
        OutsideHours = "outside-hours",
        /// The generic account still lies in ICON.
        NotTransferred = "not-transferred",
        /// The transfer was requested and not approved yet.
        AwaitingApproval = "awaiting-approval",
        /// The party does not answer.
        PartyDown = "party-down",
    }
}

words! {
    /// What kind of account.
    AccountKind {
        /// School staff, `@schools.gov.sg`.
        SchoolStaff = "school-staff",
        /// HQ staff, `@hq.moe.gov.sg`.
        HqStaff = "hq-staff",
        /// A student, `@students.edu.sg`.
        Student = "student",
        /// A school's generic account, shared by its members.
        SchoolGeneric = "school-generic",
        /// An HQ division's generic account.
        HqGeneric = "hq-generic",
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
        Staff = "staff",
        /// Signs in without a second factor.
        Student = "student",
        /// School or division MIMS Local Administrator (LA).
        LocalAdministrator = "local-administrator",
        /// MIMS Approving Officer (AO).
        ApprovingOfficer = "approving-officer",
        /// HOD ICT, or ICT Manager/Associate.
        HodIct = "hod-ict",
        /// Messaging Single Point of Contact.
        Spoc = "spoc",
        /// MOE OPA.
        Opa = "opa",
        /// MOE ITD MIMS team.
        ItdMims = "itd-mims",
        /// SSOE 2 Service Desk agent.
        DeskAgent = "desk-agent",
    }
}

words! {
    /// What someone asks another for help with.
    Topic {
        /// The address for OTPs is wrong or cannot be read.
        OtpAddress = "otp-address",
        /// The address is right and no OTP comes.
        OtpMissing = "otp-missing",
        /// A password reset.
        PasswordReset = "password-reset",
        /// Credentials of an existing generic account.
        Credentials = "credentials",
        /// A hard token.
        HardToken = "hard-token",
        /// Help with the enrolment of a hard token.
        HardTokenEnrolment = "hard-token-enrolment",
        /// An emergency password.
        EmergencyPassword = "emergency-password",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// What answered the second factor.
    Factor {
        /// Nothing did.
        None = "none",
        /// The legacy Google 2-Step Verification.
        Google2sv = "google-2sv",
        /// A code of an authenticator app.
        Code = "code",
        /// A code of a hard token.
        HardToken = "hard-token",
        /// An emergency password.
        EmergencyPassword = "emergency-password",
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
    /// How strong a sign-in is that it answered. An emergency password is told and typed like any other: a memorized secret.
    pub const fn strength(self) -> Strength {
        match self {
            Factor::None | Factor::EmergencyPassword => Strength::SingleFactor,
            Factor::Google2sv => Strength::Restricted,
            Factor::Code | Factor::HardToken => Strength::OneTimeCode,
        }
    }
}

/// Whose hand a support act is in, as the policy sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Helper {
    /// The helper's role.
    pub role: Role,
    /// Helper and account are of one place.
    pub same_place: bool,
    /// Today is a working day.
    pub working_day: bool,
    /// Milliseconds since midnight.
    pub time_of_day: i64,
    /// The helper could sign in to the portal now.
    pub signed_in: bool,
    /// The helper has a second factor enrolled.
    pub enrolled: bool,
}

impl Helper {
    /// Someone of this role at their desk on a working day at noon, with everything in order.
    pub const fn at_work(role: Role) -> Helper {
        let noon = 12 * 3_600_000;
        Helper { role, same_place: true, working_day: true, time_of_day: noon, signed_in: true, enrolled: true }
    }
}

/// How a typed password compares with the account's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Typed {
    /// Alike.
    Same,
    /// Alike but for upper and lower case.
    OtherCase,
    /// The one it was before a reset that has not taken effect.
    Pending,
    /// Another.
    Wrong,
}

macro_rules! requests {
    ($($(#[doc = $doc:literal])+ $name:ident $({ $($fact:ident: $type:ty),* $(,)? })?,)*) => {
        /// A question to the policy. Spans are ages or waits counted at `now`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum Request { $($(#[doc = $doc])+ $name $({ $($fact: $type),* })?,)* }

        /// The kind of a request, without its facts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum RequestKind { $($(#[doc = $doc])+ $name,)* }

        impl Request {
            /// Every kind of request.
            pub const KINDS: &'static [RequestKind] = &[$(RequestKind::$name,)*];
            /// Its kind.
            pub const fn kind(&self) -> RequestKind { match self { $(Request::$name { .. } => RequestKind::$name,)* } }
        }
    };
}

requests! {
    /// Login ID and password at the portal; `exists` once the account was made, `from_google` when redirected there, `after_reset` the first time since one.
    PortalSignIn {
        exists: bool,
        suffix_right: bool,
        typed: Typed,
        locked: bool,
        must_change: bool,
        first: bool,
        from_google: bool,
        after_reset: bool,
    },
    /// The password that a page asks for: does the person know one?
    PasswordKnown { known: bool, from_google: bool },
    /// The code that a page asks for: does the person have a device that shows one?
    DeviceHeld { held: bool },
    /// A wrong factor was given for the `failures`-th time in a row.
    Failure { reason: Reason, failures: u32, portal_test: bool },
    /// Is this session alive?
    PortalSession { age: Span, reset_since: bool },
    /// Is this session alive?
    WorkspaceSession { age: Span, reset_since: bool, opened_old_way: bool, now: Time },
    /// The tile `MIMS Identity Portal`.
    TileSelfService,
    /// The tile `iCON`, or the way on from Google's redirect.
    LaunchIcon {
        now: Time,
        kind: AccountKind,
        enrolled: bool,
        emergency: bool,
        factor_in_session: bool,
        from_google: bool,
        after_reset: bool,
    },
    /// A sign-in by an account without a second factor: is a prompt shown?
    Prompt { now: Time, enrolled: bool },
    /// A code for iCON: `step_off` steps from the server's, `None` if it fits none in the window.
    SecondFactor { step_off: Option<i32>, newer_than_last: bool, same_as_last: bool, linked: bool, from_google: bool },
    /// An emergency password in place of a code.
    EmergencyCode { age: Option<Span> },
    /// Sign out at Google.
    SignOutGoogle { from_google: bool },
    /// Log out of the portal.
    SignOutPortal { after: After },
    /// `Setup 2FA` on the Identity Portal.
    OpenSetup { now: Time, portal_session: bool },
    /// The login ID, asked for again.
    LoginIdAgain { right: bool },
    /// `Next` on the chain Email OTP.
    RequestOtp { since_last: Option<Span>, icon_address: bool },
    /// An e-mailed OTP typed in.
    EnterOtp { number_on_screen: bool, right: bool, age: Span },
    /// Behind the gate: the list of authenticators.
    Authenticators { passed: bool, portal_session: bool },
    /// The page of a new soft token.
    ShowQr { enrolled: u32, generic: bool },
    /// The camera on the QR code, by `scanners` at a time.
    ScanQr { page_age: Span, live: bool, has_app: bool, generic: bool },
    /// Another profile of the same label in the app.
    SameLabel { microsoft: bool, ios: bool, generic: bool },
    /// A secret taken from another's app or a photograph.
    CopySecret,
    /// A secret typed by hand into the page.
    EnterSecret,
    /// `Save`: does a page this old, with a code that is right or not, enrol?
    SaveToken { page_age: Span, live: bool, code_right: bool, enrolled: u32, generic: bool },
    /// A hardware token by its serial and a code.
    SaveHardToken { known_serial: bool, code_right: bool, soft_enrolled: bool, hard_enrolled: bool },
    /// `Test` with a code.
    TestToken { fits: bool },
    /// `Delete`.
    DeleteToken { exists: bool, member_leaves: bool },
    /// `Forgot Password?` and a login ID.
    ForgotPassword { answers_set: bool, account_locked: bool, reset_locked: bool },
    /// The answers to the security questions.
    Answers { right: u32, attempts: u32 },
    /// A new password, typed twice.
    NewPassword { features: Features, alike: bool },
    /// How long a new password takes to work.
    Propagation,
    /// A change of password or questions by who is signed in.
    Change { session: bool },
    /// An address typed at Google.
    Address { icon_domain: bool, known_device: bool, now: Time },
    /// Google's own password and 2SV.
    OldSignIn { now: Time, password: bool, phone: bool },
    /// A SAML response at Google.
    Assertion {
        age: Span,
        skew: Span,
        audience_right: bool,
        answers_request: bool,
        used: bool,
        same_as_typed: bool,
        from_google: bool,
        phone: bool,
    },
    /// A mailbox, for its OTP.
    ReadMail { icon: bool, own: bool, workspace_session: bool, cut_over: bool },
    /// A new address for OTPs.
    UpdateEmail { helper: Helper, icon_address: bool },
    /// A password reset by a helper.
    ResetPassword { helper: Helper, generic: Option<AccountKind>, in_icon: bool, requested: bool },
    /// The move of a generic account from ICON.
    RequestTransfer { helper: Helper, kind: AccountKind },
    /// Its approval.
    ApproveTransfer { helper: Helper, requested: bool, kind: AccountKind },
    /// Whether the stored copy follows a reset.
    UpdateStore,
    /// The stored credentials of a school generic account.
    ReadCredentials { role: Role, kind: AccountKind },
    /// Where the credentials of a new or existing account go.
    Deliver { kind: AccountKind, new: bool },
    /// Who hands credentials on.
    HandOver { role: Role, kind: AccountKind, holds: bool },
    /// A hard token, requested from OPA.
    RequestHardToken { role: Role },
    /// A hard token that is to be handed over.
    HandOverToken { held: bool },
    /// An emergency password, from the desk.
    IssueEmergency { helper: Helper },
    /// A request for help, left with someone.
    Ask { topic: Topic, helper: Helper, cut_over: bool, student: bool },
}

/// Which sign-out the guide names at this point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// After the set-up (S1.15).
    Setup,
    /// After iCON by way of the portal (S2.7).
    Portal,
    /// After iCON by way of Google (S3.10).
    Google,
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
