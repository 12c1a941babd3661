//! The rules as data: one table says of every rule its path, kind, default, neutral value, clauses and meaning.
//!
//! Promises that parser, schema, reference, coverage and decisions read the same row.
//! Deliberately decides nothing: see `policy::decide`.

use crate::clause::{Clause, Clauses};
use crate::kernel::units::{DAY, HOUR, MINUTE, SECOND};

/// How a rule's value is written and kept; every value is held as an `i64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `true` or `false`, kept as 1 or 0.
    Switch,
    /// `enabled` or `disabled`, kept as 1 or 0.
    Feature,
    /// A span of time such as `90s`, in milliseconds.
    Span,
    /// A whole number within these bounds.
    Count(i64, i64),
    /// An instant such as `2023-09-27 00:00`, in milliseconds since the Unix epoch; `NEVER` is written `never`.
    Instant,
    /// A time of day such as `08:00`, in milliseconds since midnight.
    TimeOfDay,
    /// A number of working days such as `5 working days`.
    WorkingDays,
    /// A share such as `2%`, in parts per million.
    Share,
    /// One of these words, kept as its place in the list.
    Choice(&'static [&'static str]),
}

/// The most soft tokens that an account can have in any policy: more are not modelled.
pub const MOST_SOFT_TOKENS: usize = 3;
/// The most time steps that a code may be off.
pub const MOST_STEPS: u8 = 32;
/// The instant that never comes.
pub const NEVER: i64 = i64::MAX;
/// One per cent, as shares are kept.
pub const PERCENT: i64 = 10_000;
/// 2023-09-27 00:00 in Singapore.
const CUTOVER: i64 = 1_695_744_000_000;
/// 2023-08-29 00:00 in Singapore, the day of the first edition.
const PUBLISHED: i64 = 1_693_238_400_000;

/// What the table says of one rule.
pub struct RuleInfo {
    /// The dotted path under `rules:`.
    pub path: &'static str,
    /// How its value is written.
    pub kind: ValueKind,
    /// The guide's value, or the assumption's.
    pub default: i64,
    /// The value at which the rule constrains or offers nothing; coverage asks what it would change.
    pub neutral: i64,
    /// The clauses that a decision resting on this rule cites.
    pub clauses: Clauses,
    /// One line of meaning.
    pub doc: &'static str,
}

macro_rules! rules {
    ($($name:ident $path:literal $kind:expr, $default:expr, $neutral:expr, [$($clause:ident)*] $doc:literal;)*) => {
        /// One rule of a policy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Rule { $(#[doc = $doc] $name,)* }

        impl Rule {
            /// Every rule, in the order of the reference.
            pub const ALL: &'static [Rule] = &[$(Rule::$name,)*];
            /// The table's row.
            pub const fn info(self) -> &'static RuleInfo {
                match self { $(Rule::$name => {
                    const INFO: RuleInfo = RuleInfo { path: $path, kind: $kind, default: $default, neutral: $neutral,
                        clauses: Clauses::of(&[$(Clause::$clause,)*]), doc: $doc };
                    &INFO
                })* }
            }
        }
        const COUNT: usize = [$(Rule::$name,)*].len();
        const DEFAULTS: [i64; COUNT] = [$($default,)*];
    };
}

use ValueKind::{Choice, Count, Feature, Instant, Share, Span, Switch, TimeOfDay, WorkingDays};

rules! {
    // The timeline.
    SetupFrom "set-up.from" Instant, PUBLISHED, NEVER, [P3_1 S1_3] "From when the set-up of Section 1 is open.";
    SetupBy "set-up.by" Instant, CUTOVER, NEVER, [P3_1 Q5] "By when staff are asked to have set up; a set-up, or a sign-in without a second factor, rests on it before this day alone.";
    Cutover "cutover" Instant, CUTOVER, NEVER, [P3_2 P5 Q1 Q5 A25] "From when iCON is entered through MIMS with a second factor.";
    OldWay "before-cutover.google-password" Switch, 1, 0, [A26 P5] "Before the cutover Google asks its own password and 2-Step Verification; otherwise neither.";
    TwoWays "ways.google-workspace" Switch, 1, 0, [P4 S3_1] "From the cutover on Google Workspace is a second way in, beside the portal.";
    // MIMS Portal.
    LoginId "portal.login-id-suffix" Switch, 1, 0, [S1_1 S3_5] "The login ID carries the suffix of its kind of account, and is not the iCON address.";
    Password "portal.password" Switch, 1, 0, [S1_1 S2_1 S3_5 S4_6] "The portal asks for the password; otherwise it takes whatever is typed.";
    TileSelfService "portal.tile-identity-portal" Switch, 1, 0, [S1_2] "The Applications page offers the MIMS Identity Portal.";
    TileIcon "portal.tile-icon" Switch, 1, 0, [S2_2 S4_7] "The Applications page offers iCON from the cutover on.";
    SecondFactor "second-factor.required" Switch, 1, 0, [P3_2 P5 Q1 Q5 Q7 S2_3 S2_4 S3_6 S3_7] "iCON asks for a second factor; without one the sign-in ends in an error.";
    StudentFactor "second-factor.students" Switch, 0, 1, [Q9] "Students are asked for a second factor too.";
    FactorPer "second-factor.per" Choice(&["launch", "portal-session"]), 0, 1, [A8] "What one code is good for.";
    LockoutAttempts "lockout.attempts" Count(1, 1000), 3, 1000, [A5] "How many wrong factors in a row lock the account; a right password forgives wrong passwords, a right code at iCON all.";
    LockoutDuration "lockout.duration" Span, 5 * MINUTE, 0, [A5] "How long the lock lasts.";
    LockoutEnds "lockout.ends" Choice(&["by-itself", "when-unlocked"]), 0, 0, [A42] "When a lock ends: by itself after `lockout.duration`, or only when somebody unlocks the account.";
    LockoutForgotten "lockout.forgotten-after" Span, 365 * DAY, 365 * DAY, [A42] "How long after the last wrong factor all of them are forgotten; a year stands for never.";
    UnlockBy "support.unlock-by" Choice(&["nobody", "local-administrator", "desk-agent"]), 0, 0, [A42] "Who lifts the lock of an account.";
    LockoutWrongPassword "lockout.counts-wrong-password" Switch, 1, 0, [A31] "A wrong password, or one that is not in force yet, counts towards the lockout.";
    LockoutWrongCode "lockout.counts-wrong-code" Switch, 1, 0, [A31] "A wrong code counts towards the lockout.";
    LockoutCodeUsed "lockout.counts-code-used" Switch, 1, 0, [A31] "A code that was used before counts towards the lockout.";
    LockoutOtp "lockout.counts-old-otp" Switch, 0, 1, [A31] "An expired or superseded e-mail OTP counts towards the lockout.";
    LockoutTest "lockout.counts-portal-test" Switch, 0, 1, [A5] "A failed test on the self-service portal counts towards the lockout.";
    LockoutAnswers "lockout.counts-wrong-answers" Switch, 0, 1, [A43] "Wrong security answers count towards the lockout of the account too.";
    PortalSession "sessions.portal" Span, HOUR, 0, [A14] "How long a portal session lives, a second at least.";
    WorkspaceSession "sessions.workspace" Span, 14 * DAY, 0, [A14] "How long a Workspace session lives.";
    EndAtCutover "sessions.end-at-cutover" Switch, 0, 1, [A15] "Workspace sessions opened the old way end at the cutover.";
    EndOnReset "sessions.end-on-reset" Switch, 0, 1, [A15] "Sessions opened before a password reset end with it.";
    SignOutGoogle "sign-out.google" Switch, 1, 0, [S2_6 S3_9] "Sign out ends the Workspace session.";
    SignOutPortal "sign-out.portal" Switch, 1, 0, [S1_15 S2_7 S3_10] "Logout ends the portal session; the two are apart.";
    Prompt "prompt-at-sign-in.from" Instant, NEVER, 0, [A35 Q6] "From when a sign-in without a second factor set up shows a prompt to set it up.";
    // TOTP.
    TotpPeriod "totp.period" Span, 30 * SECOND, 30 * SECOND, [A1] "How long one code lasts, from a second to an hour; of the apps only NetIQ's follows it, and the others go on with 30 s.";
    TotpDigits "totp.digits" Count(6, 8), 6, 6, [A1] "How many digits a code has; of the apps only NetIQ's follows it, and the others show six.";
    TotpAlgorithm "totp.algorithm" Choice(&["sha1", "sha256", "sha512"]), 0, 0, [A1] "The hash under a code; of the apps only NetIQ's follows it, and the others know SHA-1 alone.";
    TotpSkew "totp.skew-steps" Count(0, MOST_STEPS as i64), 1, 0, [A1] "How many time steps a code may be off, late or early; it is read six seconds before it is typed in.";
    TotpSingleUse "totp.single-use" Switch, 1, 0, [A2] "A code is accepted once, whoever types it (RFC 6238, section 5.2).";
    TotpMonotone "totp.older-than-last-accepted" Choice(&["refused", "accepted"]), 0, 1, [A33] "A code of a time step before that of the last accepted one.";
    // E-mail OTP.
    OtpValidity "email-otp.validity" Span, 120 * SECOND, 365 * DAY, [A3] "How long an e-mailed OTP can be typed in.";
    OtpDigits "email-otp.digits" Count(4, 8), 6, 6, [A3] "How many digits an e-mailed OTP has.";
    OtpResend "email-otp.resend-after" Span, 30 * SECOND, 0, [A3] "How soon another OTP can be asked for.";
    OtpNewest "email-otp.newest-only" Switch, 1, 0, [A3 S1_6] "Only the OTP of the number on the screen counts; otherwise each of the last four, as long as it is valid.";
    OtpDelivery "email-otp.delivery" Span, 4 * SECOND, 0, [A4] "How long an OTP is under way when nothing delays it; the median, where it is drawn.";
    OtpDeliveryP95 "email-otp.delivery-p95" Span, 30 * SECOND, 0, [A4] "How long the slowest 5 % of OTPs are under way at least; a replay knows the median alone.";
    OtpLoss "email-otp.loss" Share, PERCENT / 2, 0, [A4] "How many OTPs never come; in a replay every one does.";
    OtpIcon "otp-address.icon" Choice(&["allowed", "refused"]), 0, 1, [A35] "An iCON address as the address for OTPs.";
    // Self-service.
    SetupOffered "enrolment.set-up-offered" Switch, 1, 0, [S1_3] "The Identity Portal offers `Setup 2FA`.";
    NeedsPortalSession "enrolment.needs-portal-session" Switch, 1, 0, [A10] "Self-service is reached from a live portal session only.";
    LoginIdAgain "enrolment.login-id-again" Switch, 1, 0, [S1_4] "The self-service portal asks for the login ID again.";
    Gate "enrolment.gate" Choice(&["email-otp", "none"]), 0, 1, [A9 S1_5 S1_6] "What stands before self-service, also when a token is enrolled.";
    SoftTokenOffered "enrolment.soft-token" Switch, 1, 0, [S1_7 S1_8] "Soft tokens can be added.";
    AppNeeded "enrolment.app-needed" Switch, 1, 0, [P6 S1_8] "A QR code is scanned by an authenticator app; otherwise a phone without one keeps the secret itself.";
    SaveNeedsCode "enrolment.save-needs-code" Switch, 0, 1, [A11 S1_9 S1_10] "Save wants a valid code from the app.";
    PageTimeout "enrolment.page-timeout" Span, 10 * MINUTE, 365 * DAY, [A12 P13 G2 Q13] "How long a QR page lives; a reload shows a new secret. After it: log out and start again.";
    SoftTokens "enrolment.soft-tokens-per-account" Count(1, MOST_SOFT_TOKENS as i64), 1, MOST_SOFT_TOKENS as i64, [A13] "How many soft tokens one account can have; more than three are not modelled. Of hard tokens it has one.";
    HardBesideSoft "hard-token-beside-soft-token" Switch, 1, 0, [A28] "A hard token may stand beside a soft token, whichever came first.";
    ManualSecret "enrolment.manual-secret" Switch, 1, 0, [P13_14] "A secret can be entered by hand in place of the QR code; the serial of a hard token always can.";
    TestOffered "enrolment.test" Switch, 1, 0, [S1_11 S1_12 S1_13 S1_14] "An enrolled token can be tested with a code.";
    DeleteOffered "enrolment.delete" Switch, 1, 0, [G3a G3b] "An enrolled token can be deleted, by whoever passes the gate.";
    Overwrites "authenticator.microsoft-overwrites-same-label" Switch, 1, 0, [A17 Q4 G1] "Microsoft Authenticator replaces a profile of the same label; Google Authenticator keeps both.";
    SecretCopied "authenticator.secret-can-be-copied" Switch, 0, 1, [A27] "A secret can be copied from an app, a backup or a photograph.";
    Linked "linked-authenticators" Feature, 0, 1, [A23] "Each member's own token opens the generic account.";
    Emergency "emergency-password.issue" Feature, 0, 1, [A24] "The desk may issue an emergency password in place of a code.";
    EmergencyFor "emergency-password.validity" Span, DAY, 0, [A24] "How long an emergency password can be used.";
    EmergencyUses "emergency-password.uses" Count(1, 1000), 5, 1000, [A24] "How many sign-ins an emergency password is good for; the product's own default is 10.";
    HardLead "hard-token.lead-time" WorkingDays, 5, 0, [A29 Q12] "How long a requested hard token takes.";
    HardCode "hard-token.enrolment-needs-code" Switch, 1, 0, [A30 Q12] "A hard token is enrolled by its serial and one code.";
    // Passwords.
    ResetOffered "password-reset.self-service" Switch, 1, 0, [S4_1 S4_2 Q14] "`Forgot Password?` leads to the security questions, if they were set.";
    Questions "password-reset.questions" Count(0, 10), 3, 0, [S4_3 S4_8 A6] "How many questions must all be answered correctly.";
    ResetAttempts "password-reset.attempts" Count(1, 1000), 10, 1000, [A6] "How many wrong answers lock self-service reset.";
    ResetLock "password-reset.lockout" Span, 30 * MINUTE, 0, [A6] "How long that lock lasts; an LA cannot lift it.";
    ResetWhileLocked "password-reset.while-account-locked" Switch, 0, 1, [A6] "Self-service reset works while the account is locked.";
    Propagation "password-reset.propagation" Span, 60 * SECOND, 0, [A7 S4_5] "How long a password that was reset takes to work.";
    PasswordLength "password-rules.length" Count(0, 64), 12, 0, [S4_4] "The least length of a new password.";
    PasswordFirst "password-rules.first-letter-or-digit" Switch, 1, 0, [S4_4] "The first character is a letter or a digit.";
    PasswordName "password-rules.no-part-of-name" Switch, 1, 0, [S4_4] "No part of the name or user name.";
    PasswordNamePart "password-rules.name-part-length" Count(1, 64), 3, 64, [A44] "How many letters a part of the name has at least that must not be in it; a shorter one may be.";
    PasswordKinds "password-rules.kinds" Count(0, 4), 3, 0, [S4_4] "How many of upper, lower, digit and symbol.";
    PasswordTwice "password-rules.typed-twice" Switch, 1, 0, [S4_4] "The new password is typed twice alike.";
    PasswordCase "password-rules.case-sensitive" Switch, 1, 0, [S4_4] "Upper and lower case differ.";
    ChangeAnyTime "password-change" Switch, 1, 0, [Q14] "A password can be changed at any time by who is signed in; the same holds for the questions.";
    ChangePropagation "password-change.propagation" Span, 0, 0, [A41] "How long a password that was changed by who is signed in takes to work.";
    TemporaryMustChange "temporary-password-must-change" Switch, 1, 0, [A22] "A password set by an LA must be changed at the next sign-in.";
    FirstMustChange "first-password-must-change" Switch, 0, 1, [A34] "A first password must be changed at the next sign-in.";
    // Google Workspace.
    AddressTyped "workspace.address" Switch, 1, 0, [S3_1] "The sign-in page asks for an address ending in @moe.edu.sg.";
    Chooser "workspace.account-chooser" Switch, 1, 0, [S3_2 S3_3] "A device that has signed in before offers its accounts.";
    Redirect "workspace.redirect" Switch, 1, 0, [S3_4 P3_2] "From the cutover on Google redirects to the MIMS sign-in page.";
    AssertionFor "saml.assertion-validity" Span, 5 * MINUTE, 365 * DAY, [A16] "How long an assertion is good for.";
    AssertionSkew "saml.clock-skew" Span, 0, 0, [A16] "How far the two clocks may differ.";
    AssertionOnce "saml.single-use" Switch, 1, 0, [A16 S2_5 S3_8] "A response is for one audience, answers one request, and is used once.";
    Identity "workspace.identity" Choice(&["assertion", "typed-address"]), 0, 1, [A18] "Whose account opens: the one in the assertion, or only if it is the one that was typed.";
    AfterSso "google-2sv.after-sso" Feature, 0, 1, [A19] "Google asks its own 2SV after single sign-on too.";
    KeepPhone "google-2sv.phone-number-kept" Switch, 1, 0, [Q2] "Google 2SV, where it is asked, wants the phone number given for it; of another's account it is the owner's.";
    SharedNumber "google-2sv.shared-account-number" Choice(&["each-member", "custodian"]), 0, 0, [A45] "Whose phone answers Google 2SV of a shared account.";
    IconMailbox "mail.icon-needs-workspace-session" Switch, 1, 0, [Q10 Q11] "The iCON mailbox lives inside Google Workspace.";
    // Support.
    LaOnly "support.otp-address-by-la" Switch, 1, 0, [S1_6 Q11] "The LA changes the address for OTPs, and back; otherwise anybody does.";
    LaResets "support.reset-by-la" Switch, 1, 0, [S4_8 Q14] "The LA resets passwords; otherwise anybody does.";
    LaPlace "local-administrator.own-place-only" Switch, 1, 0, [S1_6 S4_8] "An LA helps the accounts of the own place.";
    LaWorkingDays "local-administrator.working-days-only" Switch, 1, 0, [A20] "An LA helps on working days only.";
    LaFrom "local-administrator.from" TimeOfDay, 8 * HOUR, 0, [A20] "When an LA's day begins; on which days is a rule of its own.";
    LaTo "local-administrator.to" TimeOfDay, 17 * HOUR, DAY, [A20] "When an LA's day ends.";
    LaSession "local-administrator.needs-portal-sign-in" Switch, 1, 0, [A20] "An LA acts signed in to the portal as themselves.";
    LaFactor "local-administrator.needs-second-factor" Switch, 0, 1, [A20] "An LA acts only with an enrolled second factor.";
    DeskWorkingDays "desk.working-days-only" Switch, 1, 0, [A21] "The desk is open on working days only.";
    DeskFrom "desk.from" TimeOfDay, 8 * HOUR, 0, [A21] "When the desk opens; on which days is a rule of its own.";
    DeskTo "desk.to" TimeOfDay, 17 * HOUR, DAY, [A21] "When the desk closes.";
    DeskAgents "desk.agents" Count(0, 10_000), 20, 10_000, [A21] "How many agents the desk has; a replay names its agents.";
    DeskHandling "desk.handling" Span, 6 * MINUTE, 0, [A21] "How long an agent is busy with a call; the median.";
    DeskHandlingP95 "desk.handling-p95" Span, 20 * MINUTE, 0, [A21] "How long the longest 5 % of calls take at least.";
    StudentsAsk "support.students-ask-teachers" Switch, 1, 0, [Q9 S1_1] "A student who cannot sign in asks a teacher.";
    DeskTopics "desk.takes-the-rest" Switch, 1, 0, [Q10 Q11 Q15] "The Service Desk takes what the guide sends it: an OTP that never came, and the rest.";
    Transfer "generic.reset-needs-transfer" Switch, 1, 0, [G4b G5b] "A generic account is reset only once it was moved from ICON, requested by the LA and approved by the AO.";
    StoreReaders "generic.store-readers-only" Switch, 1, 0, [G4a] "Stored credentials of school generic accounts are read by HOD ICT or ICT Manager/Associate only.";
    StoreUpdated "credential-store.updated-on-reset" Switch, 0, 1, [A32] "A reset reaches the stored copy too, and so does the new password that the sign-in after it asks for; a change by who is signed in does not.";
    HqMailed "generic.hq-credentials-to-own-mailbox" Switch, 1, 0, [G5a] "Credentials of an HQ generic account are mailed to its own iCON address.";
    NewGeneric "new-account.generic-to-custodian" Switch, 1, 0, [G6] "Credentials of a new generic account go to the custodian's work e-mail.";
    NewSchool "new-account.school-to-spocs" Switch, 1, 0, [N1a] "Credentials of new school staff go to both Messaging SPOCs' work e-mail.";
    NewHq "new-account.hq-to-opa" Switch, 1, 0, [N1b] "Credentials of new HQ staff go to MOE OPA.";
}

impl Rule {
    /// The rule at this dotted path.
    pub fn from_path(path: &str) -> Option<Rule> {
        Rule::ALL.iter().copied().find(|r| r.info().path == path)
    }
}

/// One value for each rule: a policy resolved for one scope. Cheap to copy, so that coverage can ask "what if".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules([i64; COUNT]);

impl Default for Rules {
    fn default() -> Self {
        Rules(DEFAULTS)
    }
}

impl Rules {
    /// The value of a rule, in the unit of its kind.
    #[inline]
    pub fn get(&self, rule: Rule) -> i64 {
        self.0.get(rule as usize).copied().unwrap_or_default()
    }

    /// Whether a switch or feature is on.
    #[inline]
    pub fn on(&self, rule: Rule) -> bool {
        self.get(rule) != 0
    }

    /// Sets a rule.
    pub fn set(&mut self, rule: Rule, value: i64) {
        if let Some(slot) = self.0.get_mut(rule as usize) {
            *slot = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_behavioural_clause_is_carried_by_a_rule() {
        let carried = Rule::ALL.iter().fold(Clauses::NONE, |all, r| all.union(r.info().clauses));
        let missing: Vec<_> =
            Clause::ALL.iter().filter(|c| c.is_behavioural() && !carried.contains(**c)).map(|c| c.id()).collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn paths_are_unique() {
        let paths: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|r| r.info().path).collect();
        assert_eq!(paths.len(), Rule::ALL.len());
    }
}
