//! The one place where rules are applied: `decide(request)` gives an outcome and the clauses it rests on.
//!
//! Promises to be a pure function of the rules and the request, so that coverage can ask the same request of
//! other rules. Deliberately knows no world: whatever a rule needs is a fact in the request.

use super::request::{AccountKind, After, Decision, Helper, Outcome, Reason, Request, Role, Topic, Typed};
use super::rules::{Rule, Rules};
use crate::clause::{Clause, Clauses};

/// A decision in the making: the clauses asked so far.
struct Asked<'a> {
    rules: &'a Rules,
    clauses: Clauses,
}

impl Asked<'_> {
    /// Consults a rule, citing the part of its clauses that `narrow` names (all of them where it names none).
    fn cite(&mut self, rule: Rule, narrow: &[Clause]) -> i64 {
        self.clauses = self.clauses.union(narrowed(rule, narrow));
        self.rules.get(rule)
    }

    fn on(&mut self, rule: Rule, narrow: &[Clause]) -> bool {
        self.cite(rule, narrow) != 0
    }

    /// Refuses, resting on this rule alone, unless `fine` under the rule's value.
    fn need(
        &mut self,
        rule: Rule,
        narrow: &[Clause],
        reason: Reason,
        fine: impl FnOnce(i64) -> bool,
    ) -> Result<(), Decision> {
        let value = self.cite(rule, narrow);
        if fine(value) {
            return Ok(());
        }
        Err(Decision { outcome: Outcome::Refused(reason), clauses: narrowed(rule, narrow) })
    }

    fn give(&self, outcome: Outcome) -> Decision {
        Decision { outcome, clauses: self.clauses }
    }
}

fn narrowed(rule: Rule, narrow: &[Clause]) -> Clauses {
    if narrow.is_empty() { rule.info().clauses } else { Clauses::of(narrow) }
}

/// What the rules say to a request.
pub fn decide(rules: &Rules, request: &Request) -> Decision {
    let mut asked = Asked { rules, clauses: Clauses::NONE };
    match answer(&mut asked, request) {
        Ok(outcome) => asked.give(outcome),
        Err(refusal) => refusal,
    }
}

use Clause::*;
use Outcome::{AskCode, AskNewPassword, AskOldPassword, Granted, Lock, Redirect, Replace, Show, Wait, WaitWorkingDays};

#[allow(clippy::too_many_lines)]
fn answer(a: &mut Asked, request: &Request) -> Result<Outcome, Decision> {
    match *request {
        Request::PortalSignIn { exists, suffix_right, typed, locked, must_change, first, from_google, after_reset } => {
            let step = if from_google { &[S3_5][..] } else { &[S1_1] };
            a.need(Rule::LoginId, step, Reason::NoSuchAccount, |_| exists)?;
            a.need(Rule::LoginId, step, Reason::WrongLoginId, |on| on == 0 || suffix_right)?;
            a.need(Rule::LockoutAttempts, &[], Reason::LockedOut, |n| !locked || n >= 1000)?;
            let step = match (from_google, after_reset) {
                (true, _) => &[S3_5][..],
                (false, true) => &[S4_6],
                (false, false) => &[S1_1, S2_1],
            };
            match typed {
                Typed::Same => {
                    a.on(Rule::Password, step);
                }
                Typed::OtherCase => a.need(Rule::PasswordCase, &[], Reason::WrongPassword, |on| on == 0)?,
                Typed::Pending => a.need(Rule::Propagation, &[], Reason::PasswordPending, |wait| wait == 0)?,
                Typed::Wrong => a.need(Rule::Password, step, Reason::WrongPassword, |on| on == 0)?,
            }
            let rule = if first { Rule::FirstMustChange } else { Rule::TemporaryMustChange };
            Ok(if must_change && a.on(rule, &[]) { AskNewPassword } else { Granted })
        }
        Request::PasswordKnown { known, from_google } => {
            let step = if from_google { &[S3_5] } else { &[S1_1] };
            a.need(Rule::Password, step, Reason::PasswordUnknown, |on| on == 0 || known)?;
            Ok(Granted)
        }
        Request::DeviceHeld { held } => {
            a.need(Rule::SecondFactor, &[P5], Reason::NoDevice, |on| on == 0 || held)?;
            Ok(Granted)
        }
        Request::Failure { reason, failures, portal_test } => {
            let rule = match (portal_test, reason) {
                (true, _) => Rule::LockoutTest,
                (_, Reason::WrongPassword) => Rule::LockoutWrongPassword,
                (_, Reason::CodeUsed) => Rule::LockoutCodeUsed,
                (_, Reason::OtpExpired | Reason::OtpSuperseded) => Rule::LockoutOtp,
                _ => Rule::LockoutWrongCode,
            };
            if !a.on(rule, &[]) {
                return Ok(Granted);
            }
            if i64::from(failures) < a.cite(Rule::LockoutAttempts, &[]) {
                return Ok(Show);
            }
            Ok(Lock(crate::kernel::Span(a.cite(Rule::LockoutDuration, &[]))))
        }
        Request::PortalSession { age, reset_since } => {
            a.need(Rule::PortalSession, &[], Reason::NoSession, |span| age.0 < span)?;
            a.need(Rule::EndOnReset, &[], Reason::NoSession, |on| on == 0 || !reset_since)?;
            Ok(Granted)
        }
        Request::WorkspaceSession { age, reset_since, opened_old_way, now } => {
            a.need(Rule::WorkspaceSession, &[], Reason::NoSession, |span| age.0 < span)?;
            a.need(Rule::EndOnReset, &[], Reason::NoSession, |on| on == 0 || !reset_since)?;
            let cut_over = now.0 >= a.rules.get(Rule::Cutover);
            a.need(Rule::EndAtCutover, &[], Reason::NoSession, |on| on == 0 || !(opened_old_way && cut_over))?;
            Ok(Granted)
        }
        Request::TileSelfService => {
            a.need(Rule::TileSelfService, &[], Reason::NotOffered, |on| on != 0)?;
            Ok(Granted)
        }
        Request::LaunchIcon { now, kind, enrolled, emergency, factor_in_session, from_google, after_reset } => {
            let tile = if after_reset { &[S4_7][..] } else { &[S2_2] };
            if !from_google {
                a.need(Rule::Cutover, &[A25, A26], Reason::NotOffered, |at| now.0 >= at)?;
                a.need(Rule::TileIcon, tile, Reason::NotOffered, |on| on != 0)?;
            }
            a.on(Rule::TwoWays, &[P4]);
            if kind == AccountKind::Student && !a.on(Rule::StudentFactor, &[]) {
                return Ok(Granted);
            }
            if factor_in_session && a.cite(Rule::FactorPer, &[]) == 1 {
                return Ok(Granted);
            }
            if !enrolled && !emergency {
                a.need(Rule::SecondFactor, &[P3_2, Q7, Q5], Reason::NoSecondFactor, |on| on == 0)?;
                return Ok(Granted);
            }
            a.on(Rule::FactorPer, &[]);
            if !enrolled {
                a.on(Rule::Emergency, &[]);
            }
            let step = if from_google { &[S3_6, P5, Q1][..] } else { &[S2_3, P5, Q1] };
            Ok(if a.on(Rule::SecondFactor, step) { AskCode } else { Granted })
        }
        Request::Prompt { now, enrolled } => {
            let prompted = now.0 >= a.cite(Rule::Prompt, &[]) && !enrolled;
            if !enrolled && now.0 < a.rules.get(Rule::SetupBy) {
                a.on(Rule::SetupBy, &[P3_1, Q5]);
            }
            Ok(if prompted { Show } else { Granted })
        }
        Request::SecondFactor { step_off, newer_than_last, same_as_last, linked, from_google } => {
            if linked {
                a.need(Rule::Linked, &[], Reason::WrongCode, |on| on != 0)?;
            }
            let step = if from_google { &[A1, S3_7] } else { &[A1, S2_4] };
            let clauses = if step_off.is_none() { &step[..] } else { &[A1] };
            a.need(Rule::TotpSkew, clauses, Reason::WrongCode, |steps| {
                step_off.is_some_and(|off| i64::from(off.unsigned_abs()) <= steps)
            })?;
            a.need(Rule::TotpSingleUse, &[], Reason::CodeUsed, |on| on == 0 || !same_as_last)?;
            a.need(Rule::TotpMonotone, &[], Reason::CodeUsed, |accepted| {
                accepted == 1 || newer_than_last || same_as_last
            })?;
            a.on(Rule::SecondFactor, if from_google { &[S3_7] } else { &[S2_4] });
            Ok(Granted)
        }
        Request::EmergencyCode { age } => {
            a.need(Rule::Emergency, &[], Reason::WrongCode, |on| on != 0)?;
            a.need(Rule::EmergencyFor, &[], Reason::WrongCode, |span| age.is_some_and(|age| age.0 < span))?;
            Ok(Granted)
        }
        Request::SignOutGoogle { from_google } => {
            let step = if from_google { &[S3_9] } else { &[S2_6] };
            a.need(Rule::SignOutGoogle, step, Reason::NotOffered, |on| on != 0)?;
            Ok(Granted)
        }
        Request::SignOutPortal { after } => {
            let step = match after {
                After::Setup => S1_15,
                After::Portal => S2_7,
                After::Google => S3_10,
            };
            a.need(Rule::SignOutPortal, &[step], Reason::NotOffered, |on| on != 0)?;
            Ok(Granted)
        }
        Request::OpenSetup { now, portal_session } => {
            // What the guide asks for by a day is asked for no more after it, and still offered.
            let asked_for = now.0 < a.rules.get(Rule::SetupBy);
            let clauses = if asked_for { &[P3_1, S1_3][..] } else { &[S1_3] };
            a.need(Rule::SetupFrom, clauses, Reason::NotOffered, |from| now.0 >= from)?;
            a.need(Rule::SetupOffered, &[], Reason::NotOffered, |on| on != 0)?;
            a.need(Rule::NeedsPortalSession, &[], Reason::NoSession, |on| on == 0 || portal_session)?;
            Ok(Granted)
        }
        Request::LoginIdAgain { right } => {
            a.need(Rule::LoginIdAgain, &[], Reason::WrongLoginId, |on| on == 0 || right)?;
            Ok(Granted)
        }
        Request::RequestOtp { since_last, icon_address } => {
            a.on(Rule::Gate, &[S1_5]);
            if icon_address {
                a.need(Rule::OtpIcon, &[], Reason::AddressRefused, |refused| refused == 0)?;
            }
            a.need(Rule::OtpResend, &[], Reason::TooSoon, |wait| since_last.is_none_or(|since| since.0 >= wait))?;
            Ok(Wait(crate::kernel::Span(a.cite(Rule::OtpDelivery, &[]))))
        }
        Request::EnterOtp { number_on_screen, right, age } => {
            a.need(Rule::OtpNewest, &[], Reason::OtpSuperseded, |on| on == 0 || number_on_screen)?;
            a.need(Rule::Gate, &[S1_6], Reason::WrongCode, |none| none == 1 || right)?;
            a.need(Rule::OtpValidity, &[], Reason::OtpExpired, |span| age.0 < span)?;
            Ok(Granted)
        }
        Request::Authenticators { passed, portal_session } => {
            a.need(Rule::NeedsPortalSession, &[], Reason::NoSession, |on| on == 0 || portal_session)?;
            a.need(Rule::Gate, &[A9], Reason::NotAuthorised, |none| none == 1 || passed)?;
            a.on(Rule::SoftTokenOffered, &[S1_7]);
            Ok(Granted)
        }
        Request::ShowQr { enrolled, generic } => {
            a.need(Rule::SoftTokenOffered, &[], Reason::NotOffered, |on| on != 0)?;
            a.need(Rule::SoftTokens, &[], Reason::TokenExists, |most| i64::from(enrolled) < most)?;
            if generic {
                a.on(Rule::Linked, &[]);
            }
            Ok(Granted)
        }
        Request::ScanQr { page_age, live, has_app, generic } => {
            a.need(Rule::AppNeeded, &[], Reason::NoDevice, |on| on == 0 || has_app)?;
            let clauses = if generic { &[A12, G2, P13][..] } else { &[A12] };
            a.need(Rule::PageTimeout, clauses, Reason::SecretExpired, |span| live && page_age.0 < span)?;
            Ok(Granted)
        }
        Request::SameLabel { microsoft, ios, generic } => {
            let clauses = match (ios, generic) {
                (true, true) => &[A17, G1][..],
                (true, false) => &[A17, Q4],
                _ => &[A17],
            };
            Ok(if microsoft && a.on(Rule::Overwrites, clauses) { Replace } else { Granted })
        }
        Request::CopySecret => {
            a.need(Rule::SecretCopied, &[], Reason::NotOffered, |on| on != 0)?;
            Ok(Granted)
        }
        Request::EnterSecret => {
            a.need(Rule::ManualSecret, &[], Reason::NotOffered, |on| on != 0)?;
            Ok(Granted)
        }
        Request::SaveToken { page_age, live, code_right, enrolled, generic } => {
            let clauses = if generic { &[A12, G2, Q13][..] } else { &[A12, Q13] };
            a.need(Rule::PageTimeout, clauses, Reason::SecretExpired, |span| live && page_age.0 < span)?;
            a.need(Rule::SoftTokens, &[], Reason::TokenExists, |most| i64::from(enrolled) < most)?;
            a.need(Rule::SaveNeedsCode, &[], Reason::WrongCode, |on| on == 0 || code_right)?;
            Ok(Granted)
        }
        Request::SaveHardToken { known_serial, code_right, soft_enrolled, hard_enrolled } => {
            a.need(Rule::ManualSecret, &[], Reason::NoToken, |_| known_serial)?;
            a.need(Rule::SoftTokens, &[], Reason::TokenExists, |_| !hard_enrolled)?;
            a.need(Rule::HardBesideSoft, &[], Reason::TokenExists, |on| on != 0 || !soft_enrolled)?;
            a.need(Rule::HardCode, &[], Reason::WrongCode, |on| on == 0 || code_right)?;
            Ok(Granted)
        }
        Request::TestToken { fits } => {
            a.need(Rule::TestOffered, &[], Reason::NotOffered, |on| on != 0)?;
            a.need(Rule::TestOffered, &[], Reason::WrongCode, |_| fits)?;
            Ok(Granted)
        }
        Request::DeleteToken { exists, member_leaves } => {
            let clauses = if member_leaves { &[G3a][..] } else { &[G3b] };
            a.need(Rule::DeleteOffered, clauses, Reason::NoToken, |on| on != 0 && exists)?;
            Ok(Granted)
        }
        Request::ForgotPassword { answers_set, account_locked, reset_locked } => {
            a.need(Rule::ResetOffered, &[S4_1, S4_2], Reason::NotOffered, |on| on != 0)?;
            a.need(Rule::ResetOffered, &[Q14], Reason::NoAnswersSet, |_| answers_set)?;
            a.need(Rule::ResetWhileLocked, &[], Reason::LockedOut, |on| on != 0 || !account_locked)?;
            a.need(Rule::ResetLock, &[], Reason::LockedOut, |_| !reset_locked)?;
            a.clauses = a.clauses.union(Clauses::of(&[S4_1, S4_2]));
            Ok(Granted)
        }
        Request::Answers { right, attempts } => {
            if i64::from(right) < a.cite(Rule::Questions, &[S4_3]) {
                let most = a.cite(Rule::ResetAttempts, &[]);
                if i64::from(attempts) >= most {
                    return Ok(Lock(crate::kernel::Span(a.cite(Rule::ResetLock, &[]))));
                }
                a.need(Rule::Questions, &[S4_8, S4_3], Reason::WrongAnswers, |_| false)?;
            }
            Ok(Granted)
        }
        Request::NewPassword { features, alike } => {
            let rules = Reason::PasswordRules;
            a.need(Rule::PasswordTwice, &[], rules, |on| on == 0 || alike)?;
            a.need(Rule::PasswordLength, &[], rules, |least| i64::from(features.length) >= least)?;
            a.need(Rule::PasswordFirst, &[], rules, |on| on == 0 || !features.starts_with_symbol)?;
            a.need(Rule::PasswordName, &[], rules, |on| on == 0 || !features.contains_name)?;
            a.need(Rule::PasswordKinds, &[], rules, |least| i64::from(features.kinds) >= least)?;
            Ok(Granted)
        }
        Request::Propagation => Ok(Wait(crate::kernel::Span(a.cite(Rule::Propagation, &[])))),
        Request::Change { session } => {
            a.need(Rule::ChangeAnyTime, &[], Reason::NoSession, |on| on != 0 && session)?;
            Ok(Granted)
        }
        Request::Address { icon_domain, known_device, now } => {
            a.need(Rule::TwoWays, &[P4], Reason::NotOffered, |on| on != 0)?;
            if known_device && a.on(Rule::Chooser, &[]) {
            } else {
                a.need(Rule::AddressTyped, &[], Reason::NoSuchAccount, |on| on == 0 || icon_domain)?;
            }
            if now.0 >= a.cite(Rule::Cutover, &[A25]) {
                return Ok(if a.on(Rule::Redirect, &[]) { Redirect } else { AskOldPassword });
            }
            Ok(AskOldPassword)
        }
        Request::OldSignIn { now, password, phone } => {
            a.need(Rule::Cutover, &[P3_2, Q1], Reason::NotOffered, |at| now.0 < at)?;
            a.need(Rule::OldWay, &[], Reason::WrongPassword, |on| on == 0 || password)?;
            a.need(Rule::KeepPhone, &[], Reason::NoDevice, |_| phone)?;
            Ok(Granted)
        }
        Request::Assertion { age, skew, audience_right, answers_request, used, same_as_typed, from_google, phone } => {
            let step = if from_google { &[A16, S3_8][..] } else { &[A16, S2_5] };
            a.need(Rule::AssertionOnce, step, Reason::NotAuthorised, |on| on == 0 || audience_right)?;
            a.need(Rule::AssertionOnce, step, Reason::AssertionExpired, |on| on == 0 || (answers_request && !used))?;
            a.need(Rule::AssertionSkew, &[], Reason::AssertionExpired, |most| skew.0 <= most)?;
            let differ = a.rules.get(Rule::AssertionSkew);
            a.need(Rule::AssertionFor, &[], Reason::AssertionExpired, |span| age.0 - differ < span)?;
            if from_google {
                a.need(Rule::Identity, &[], Reason::WrongAccount, |typed| typed == 0 || same_as_typed)?;
            }
            if a.on(Rule::AfterSso, &[]) {
                a.need(Rule::KeepPhone, &[], Reason::NoDevice, |on| on == 0 || phone)?;
            }
            Ok(Granted)
        }
        Request::ReadMail { icon, own, workspace_session, cut_over } => {
            if icon {
                let clauses = if cut_over { &[Q11] } else { &[Q10] };
                a.need(Rule::IconMailbox, clauses, Reason::NoSession, |on| on == 0 || workspace_session)?;
            } else {
                a.need(Rule::Gate, &[S1_5, S1_6], Reason::NotAuthorised, |_| own)?;
            }
            Ok(Granted)
        }
        Request::UpdateEmail { helper, icon_address } => {
            a.need(Rule::LaOnly, &[], Reason::NotAuthorised, |on| on == 0 || helper.role == Role::LocalAdministrator)?;
            administrator(a, &helper, &[S1_6])?;
            if icon_address {
                a.need(Rule::OtpIcon, &[], Reason::AddressRefused, |refused| refused == 0)?;
            }
            Ok(Granted)
        }
        Request::ResetPassword { helper, generic, in_icon, requested } => {
            a.need(Rule::LaResets, &[], Reason::NotAuthorised, |on| {
                on == 0 || helper.role == Role::LocalAdministrator
            })?;
            administrator(a, &helper, &[S4_8])?;
            if let Some(kind) = generic {
                let reason = if requested { Reason::AwaitingApproval } else { Reason::NotTransferred };
                a.need(Rule::Transfer, transfer(kind), reason, |on| on == 0 || !in_icon)?;
            }
            Ok(Granted)
        }
        Request::RequestTransfer { helper, kind } => {
            a.need(Rule::Transfer, transfer(kind), Reason::NotAuthorised, |_| helper.role == Role::LocalAdministrator)?;
            administrator(a, &helper, transfer(kind))?;
            Ok(Granted)
        }
        Request::ApproveTransfer { helper, requested, kind } => {
            let clauses = transfer(kind);
            a.need(Rule::Transfer, clauses, Reason::NotAuthorised, |_| helper.role == Role::ApprovingOfficer)?;
            a.need(Rule::Transfer, clauses, Reason::NotTransferred, |_| requested)?;
            Ok(Granted)
        }
        Request::UpdateStore => Ok(if a.on(Rule::StoreUpdated, &[]) { Replace } else { Granted }),
        Request::ReadCredentials { role, kind } => {
            a.need(Rule::StoreReaders, &[], Reason::NotOffered, |_| kind == AccountKind::SchoolGeneric)?;
            a.need(Rule::StoreReaders, &[], Reason::NotAuthorised, |on| on == 0 || role == Role::HodIct)?;
            Ok(Granted)
        }
        Request::Deliver { kind, new } => {
            let rule = match (kind, new) {
                (AccountKind::HqGeneric, false) => Rule::HqMailed,
                (AccountKind::SchoolGeneric, false) => Rule::StoreReaders,
                (AccountKind::SchoolGeneric | AccountKind::HqGeneric, true) => Rule::NewGeneric,
                (AccountKind::HqStaff, _) => Rule::NewHq,
                _ => Rule::NewSchool,
            };
            a.need(rule, &[], Reason::NotOffered, |on| on != 0)?;
            Ok(Granted)
        }
        Request::HandOver { role, kind, holds } => {
            let (rule, right) = match kind {
                AccountKind::HqStaff => (Rule::NewHq, role == Role::Opa),
                AccountKind::SchoolGeneric | AccountKind::HqGeneric => (Rule::NewGeneric, true),
                _ => (Rule::NewSchool, role == Role::Spoc),
            };
            a.need(rule, &[], Reason::NotAuthorised, |on| on == 0 || right)?;
            a.need(rule, &[], Reason::PasswordUnknown, |_| holds)?;
            Ok(Granted)
        }
        Request::RequestHardToken { role } => {
            a.need(Rule::HardLead, &[Q12], Reason::NotAuthorised, |_| role == Role::Opa)?;
            let days = a.cite(Rule::HardLead, &[]);
            Ok(WaitWorkingDays(u32::try_from(days).unwrap_or(u32::MAX)))
        }
        Request::HandOverToken { held } => {
            a.need(Rule::HardLead, &[], Reason::NoToken, |_| held)?;
            Ok(Granted)
        }
        Request::IssueEmergency { helper } => {
            a.need(Rule::Emergency, &[], Reason::NotOffered, |on| on != 0)?;
            a.need(Rule::Emergency, &[], Reason::NotAuthorised, |_| helper.role == Role::DeskAgent)?;
            hours(a, &helper, Rule::DeskFrom, Rule::DeskTo)?;
            Ok(Granted)
        }
        Request::Ask { topic, helper, cut_over, student } => {
            let role = helper.role;
            if student {
                a.need(Rule::StudentsAsk, &[Q9], Reason::NotAuthorised, |on| on == 0 || role == Role::Staff)?;
                return Ok(Granted);
            }
            let (rule, clauses, right) = match topic {
                Topic::OtpAddress => {
                    let clauses = if cut_over { &[S1_6, Q11][..] } else { &[S1_6] };
                    (Rule::LaOnly, clauses, role == Role::LocalAdministrator)
                }
                Topic::OtpMissing => {
                    let clauses = if cut_over { &[Q11][..] } else { &[Q10] };
                    (Rule::DeskTopics, clauses, role == Role::DeskAgent)
                }
                Topic::PasswordReset => (Rule::LaResets, &[S4_8, Q14][..], role == Role::LocalAdministrator),
                Topic::Credentials => (Rule::StoreReaders, &[][..], role == Role::HodIct),
                Topic::HardToken => (Rule::HardLead, &[Q12][..], role == Role::Opa),
                Topic::HardTokenEnrolment => (Rule::HardCode, &[Q12][..], role == Role::ItdMims),
                Topic::EmergencyPassword => (Rule::Emergency, &[][..], role == Role::DeskAgent),
                Topic::Other => (Rule::DeskTopics, &[Q15][..], role == Role::DeskAgent),
            };
            // The desk that takes nothing takes nothing; other rules restrict, and restrict nothing at their neutral value.
            let taken = |on: i64| rule != Rule::DeskTopics || on != 0;
            a.need(rule, clauses, Reason::NotAuthorised, |on| right && taken(on))?;
            if role == Role::DeskAgent {
                hours(a, &helper, Rule::DeskFrom, Rule::DeskTo)?;
            }
            Ok(Granted)
        }
    }
}

/// Where, when and how an LA may act (A20).
fn administrator(a: &mut Asked, helper: &Helper, clauses: &[Clause]) -> Result<(), Decision> {
    a.need(Rule::LaPlace, clauses, Reason::NotAuthorised, |on| on == 0 || helper.same_place)?;
    hours(a, helper, Rule::LaFrom, Rule::LaTo)?;
    a.need(Rule::LaSession, &[], Reason::NoSession, |on| on == 0 || helper.signed_in)?;
    a.need(Rule::LaFactor, &[], Reason::NoSecondFactor, |on| on == 0 || helper.enrolled)
}

/// Office hours; a rule at midnight to midnight holds on every day.
fn hours(a: &mut Asked, helper: &Helper, from: Rule, to: Rule) -> Result<(), Decision> {
    let opens = a.rules.get(from);
    a.need(from, &[], Reason::OutsideHours, |at| at == 0 || (helper.working_day && helper.time_of_day >= at))?;
    a.need(to, &[], Reason::OutsideHours, |at| helper.time_of_day < at && (opens == 0 || helper.working_day))
}

fn transfer(kind: AccountKind) -> &'static [Clause] {
    if kind == AccountKind::HqGeneric { &[G5b] } else { &[G4b] }
}
