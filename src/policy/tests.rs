//! Laws of deciding, for any rules and any facts.

use super::decide::enrolment::{
    Authenticators, DeleteToken, LoginIdAgain, OpenSetup, SameLabel, SaveHardToken, SaveToken, ScanQr, ShowQr,
    TestToken,
};
use super::decide::generic_accounts::{
    ApproveTransfer, Deliver, HandOver, ReadCredentials, RequestTransfer, TransferState,
};
use super::decide::helpdesk::{
    Ask, HandOverToken, IssueEmergency, RequestHardToken, ResetPassword, UnlockAccount, UpdateEmail,
};
use super::decide::helper::Helper;
use super::decide::otp::{EnterOtp, MailAccess, ReadMail, RequestOtp};
use super::decide::pages::{PageStep, StepOnPage};
use super::decide::password::{Answers, ForgotPassword, NewPassword, SignedInChange};
use super::decide::sign_in::{
    After, AgainstLast, Attempt, DeviceHeld, EmergencyCode, FactorFailure, HeldFactor, LaunchIcon, PasswordKnown,
    PasswordState, PortalSessionAge, PortalSignIn, Prompt, SecondFactor, SignOutPortal, TypedPassword,
};
use super::decide::workspace::{
    Assertion, OldSignIn, SecondStep, SignOutGoogle, TypedAddress, Whose, WorkspaceSessionAge,
};
use super::decide::{Request, RequestKind, decide};
use super::request::{AccountKind, Outcome, Reason, Role, Topic, Via};
use super::rules::{NEVER, Rule, Rules, ValueKind};
use super::{carried, decisive};
use crate::kernel::password::Features;
use crate::kernel::{Span, Time};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

/// A value that a file could give this rule.
fn value(kind: ValueKind) -> BoxedStrategy<i64> {
    match kind {
        ValueKind::Switch | ValueKind::Feature => (0..=1_i64).boxed(),
        ValueKind::Span | ValueKind::TimeOfDay => (0..=86_400_000_i64).boxed(),
        ValueKind::Count(least, most) => (least..=most).boxed(),
        ValueKind::Instant => prop_oneof![Just(NEVER), 1_690_000_000_000..1_700_000_000_000_i64].boxed(),
        ValueKind::WorkingDays => (0..=250_i64).boxed(),
        ValueKind::Share => (0..=1_000_000_i64).boxed(),
        ValueKind::Choice(words) => (0..i64::try_from(words.len()).unwrap()).boxed(),
    }
}

/// The guide with a few rules changed.
fn rules() -> impl Strategy<Value = Rules> {
    let change = select(Rule::ALL).prop_flat_map(|rule| (Just(rule), value(rule.info().kind)));
    proptest::collection::vec(change, 0..6).prop_map(|changes| {
        let mut rules = Rules::default();
        for (rule, value) in changes {
            rules.set(rule, value);
        }
        rules
    })
}

fn second_step(number_kept: bool, phone: bool, own: bool) -> SecondStep {
    SecondStep { number_kept, phone, whose: if own { Whose::Own } else { Whose::Shared } }
}

fn helper() -> impl Strategy<Value = Helper> {
    (select(Role::ALL), any::<[bool; 4]>(), 0..86_400_000_i64).prop_map(|(role, b, time_of_day)| Helper {
        role,
        same_place: b[0],
        working_day: b[1],
        time_of_day,
        signed_in: b[2],
        enrolled: b[3],
    })
}

fn now() -> impl Strategy<Value = Time> {
    (1_690_000_000_000..1_700_000_000_000_i64).prop_map(Time)
}

fn span() -> impl Strategy<Value = Span> {
    (0..2_000_000_000_i64).prop_map(Span)
}

fn features() -> impl Strategy<Value = Features> {
    (0..40_u16, any::<bool>(), 0..12_u16, 0..=4_u8).prop_map(|(length, starts_with_symbol, name_part, kinds)| {
        Features { length, starts_with_symbol, name_part, kinds }
    })
}

/// Values for the facts of any request.
#[derive(Clone, Debug)]
struct Facts {
    is: [bool; 8],
    now: Time,
    age: Span,
    other_age: Option<Span>,
    count: u32,
    other_count: u32,
    step_off: Option<i32>,
    helper: Helper,
    role: Role,
    account: AccountKind,
    topic: Topic,
    reason: Reason,
    typed: TypedPassword,
    after: After,
    step: PageStep,
    features: Features,
}

fn facts() -> impl Strategy<Value = Facts> {
    let numbers = (any::<[bool; 8]>(), now(), span(), option::of(span()), 0..4_u32, 0..20_u32, option::of(-3..=3_i32));
    let typed =
        select(&[TypedPassword::Same, TypedPassword::OtherCase, TypedPassword::Pending, TypedPassword::Wrong][..]);
    let after = select(&[After::Setup, After::Portal, After::Google][..]);
    let step = select(&PageStep::ALL[..]);
    let words =
        (select(Role::ALL), select(AccountKind::ALL), select(Topic::ALL), select(Reason::ALL), typed, after, step);
    (numbers, words, helper(), features()).prop_map(|(numbers, words, helper, features)| {
        let (is, now, age, other_age, count, other_count, step_off) = numbers;
        let (role, account, topic, reason, typed, after, step) = words;
        Facts {
            is,
            now,
            age,
            other_age,
            count,
            other_count,
            step_off,
            helper,
            role,
            account,
            topic,
            reason,
            typed,
            after,
            step,
            features,
        }
    })
}

/// The request of this kind with these facts.
#[allow(clippy::too_many_lines)]
fn with(kind: RequestKind, facts: &Facts) -> Request {
    let Facts { is: [a, b, c, d, e, f, g, _], now, age, other_age, count, other_count, .. } = *facts;
    let Facts { step_off, helper, role, account, topic, reason, typed, after, step, features, .. } = *facts;
    let via = |google| if google { Via::Google } else { Via::Portal };
    match kind {
        RequestKind::PortalSignIn => PortalSignIn {
            exists: a,
            suffix_right: b,
            typed,
            locked: c,
            password: match (d, e) {
                (false, _) => PasswordState::Settled,
                (true, false) => PasswordState::Temporary,
                (true, true) => PasswordState::First,
            },
            via: via(f),
            after_reset: g,
        }
        .into(),
        RequestKind::AccountLocked => Request::AccountLocked,
        RequestKind::OnPage => StepOnPage { step, open: a, session: b }.into(),
        RequestKind::PasswordKnown => PasswordKnown { known: a, via: via(b) }.into(),
        RequestKind::DeviceHeld => DeviceHeld { held: a }.into(),
        RequestKind::Failure => {
            let attempt = if a { Attempt::PortalTest } else { Attempt::SignIn };
            FactorFailure { reason, failures: other_count, since_last: other_age, attempt }.into()
        }
        RequestKind::PortalSession => PortalSessionAge { age, reset_since: a }.into(),
        RequestKind::WorkspaceSession => WorkspaceSessionAge { age, reset_since: a, opened_old_way: b, now }.into(),
        RequestKind::TileSelfService => Request::TileSelfService,
        RequestKind::LaunchIcon => {
            let held = match (a, b) {
                (true, _) => HeldFactor::Token,
                (false, true) => HeldFactor::EmergencyPassword,
                (false, false) => HeldFactor::Nothing,
            };
            LaunchIcon { now, kind: account, held, factor_in_session: c, via: via(d), after_reset: e }.into()
        }
        RequestKind::Prompt => Prompt { now, enrolled: a }.into(),
        RequestKind::SecondFactor => {
            let against_last = match (a, b) {
                (_, true) => AgainstLast::Same,
                (true, false) => AgainstLast::Newer,
                (false, false) => AgainstLast::Older,
            };
            SecondFactor { step_off, against_last, linked: c, via: via(d) }.into()
        }
        RequestKind::EmergencyCode => EmergencyCode { age: other_age, uses: other_count }.into(),
        RequestKind::SignOutGoogle => SignOutGoogle { via: via(a) }.into(),
        RequestKind::SignOutPortal => SignOutPortal { after }.into(),
        RequestKind::OpenSetup => OpenSetup { now, portal_session: a }.into(),
        RequestKind::LoginIdAgain => LoginIdAgain { right: a }.into(),
        RequestKind::Gate => Request::Gate,
        RequestKind::RequestOtp => RequestOtp { since_last: other_age, icon_address: a }.into(),
        RequestKind::EnterOtp => EnterOtp { number_on_screen: a, right: b, age }.into(),
        RequestKind::Authenticators => Authenticators { passed: a, portal_session: b }.into(),
        RequestKind::ShowQr => ShowQr { enrolled: count, hard: b, generic: a }.into(),
        RequestKind::ScanQr => ScanQr { page_age: a.then_some(age), has_phone: d, has_app: b, generic: c }.into(),
        RequestKind::SameLabel => SameLabel { microsoft: a, ios: b, generic: c }.into(),
        RequestKind::CopySecret => Request::CopySecret,
        RequestKind::EnterSecret => Request::EnterSecret,
        RequestKind::SaveToken => {
            SaveToken { page_age: a.then_some(age), code_right: b, enrolled: count, hard: d, generic: c }.into()
        }
        RequestKind::SaveHardToken => {
            SaveHardToken { known_serial: a, code_right: b, soft_enrolled: c, hard_enrolled: d }.into()
        }
        RequestKind::TestToken => TestToken { fits: a }.into(),
        RequestKind::DeleteToken => DeleteToken { exists: a, member_leaves: b }.into(),
        RequestKind::ForgotPassword => ForgotPassword { answers_set: a, account_locked: b, reset_locked: c }.into(),
        RequestKind::Answers => Answers { right: count, attempts: other_count }.into(),
        RequestKind::NewPassword => NewPassword { features, alike: a }.into(),
        RequestKind::Propagation => Request::Propagation,
        RequestKind::ChangePropagation => Request::ChangePropagation,
        RequestKind::Change => SignedInChange { session: a }.into(),
        RequestKind::Address => TypedAddress { icon_domain: a, known_device: b, now }.into(),
        RequestKind::OldSignIn => OldSignIn { now, password: a, second_step: second_step(b, c, d) }.into(),
        RequestKind::Assertion => Assertion {
            age,
            skew: other_age.unwrap_or(Span(0)),
            audience_right: a,
            answers_request: b,
            used: c,
            same_as_typed: d,
            via: via(e),
            second_step: second_step(f, g, e),
        }
        .into(),
        RequestKind::ReadMail => {
            let mailbox = if a { MailAccess::Icon { workspace_session: c } } else { MailAccess::Elsewhere { own: b } };
            ReadMail { mailbox, cut_over: d }.into()
        }
        RequestKind::UpdateEmail => UpdateEmail { helper, icon_address: a }.into(),
        RequestKind::ResetPassword => {
            let transfer = match (b, c) {
                (true, true) => TransferState::AwaitsApproval,
                (true, false) => TransferState::NotRequested,
                (false, _) => TransferState::Moved,
            };
            ResetPassword { helper, kind: account, transfer }.into()
        }
        RequestKind::RequestTransfer => RequestTransfer { helper, kind: account }.into(),
        RequestKind::ApproveTransfer => ApproveTransfer { role: helper.role, requested: a, kind: account }.into(),
        RequestKind::UpdateStore => Request::UpdateStore,
        RequestKind::ReadCredentials => ReadCredentials { role, kind: account }.into(),
        RequestKind::Deliver => Deliver { kind: account, new: a }.into(),
        RequestKind::HandOver => HandOver { role, kind: account, holds: a }.into(),
        RequestKind::RequestHardToken => RequestHardToken { role }.into(),
        RequestKind::HandOverToken => HandOverToken { held: a }.into(),
        RequestKind::IssueEmergency => IssueEmergency { helper }.into(),
        RequestKind::Unlock => UnlockAccount { helper }.into(),
        RequestKind::Ask => Ask { topic, helper, cut_over: a, student: b }.into(),
        RequestKind::PartyDown => Request::PartyDown,
    }
}

/// A request of any kind, with any facts.
fn request() -> impl Strategy<Value = Request> {
    (select(Request::KINDS), facts()).prop_map(|(kind, facts)| with(kind, &facts))
}

/// Whether the guide has no rule for a request, so that its decision rests on nothing: A17 says what one app does with
/// a profile of the same label, and not what the others do.
fn no_rule_speaks(request: &Request) -> bool {
    matches!(request, Request::SameLabel(SameLabel { microsoft: false, .. }))
}

proptest! {
    #[test]
    fn every_decision_says_on_what_it_rests(rules in rules(), request in request()) {
        let decision = decide(&rules, &request);
        prop_assert_eq!(decision.clauses.is_empty(), no_rule_speaks(&request), "{:?}", request);
        prop_assert!(decision.clauses.is_subset(carried()));
        prop_assert_eq!(decide(&rules, &request), decision);
    }

    #[test]
    fn what_is_decisive_was_cited(rules in rules(), request in request()) {
        let decision = decide(&rules, &request);
        prop_assert!(decisive(&rules, &request, &decision).is_subset(decision.clauses));
    }

    #[test]
    fn every_kind_of_request_is_drawn(facts in facts()) {
        let drawn: BTreeSet<RequestKind> = Request::KINDS.iter().map(|kind| with(*kind, &facts).kind()).collect();
        prop_assert_eq!(drawn.len(), Request::KINDS.len());
    }

    #[test]
    fn a_wrong_code_or_password_never_opens_anything(rules in rules(), from_google: bool, same_as_last: bool) {
        let via = if from_google { Via::Google } else { Via::Portal };
        let against_last = if same_as_last { AgainstLast::Same } else { AgainstLast::Newer };
        let code = SecondFactor { step_off: None, against_last, linked: false, via };
        prop_assert_eq!(decide(&rules, &code.into()).outcome, Outcome::Refused(Reason::WrongCode));
        let password = PortalSignIn {
            exists: true,
            suffix_right: true,
            typed: TypedPassword::Wrong,
            locked: false,
            password: PasswordState::Settled,
            via,
            after_reset: false,
        };
        let granted = decide(&rules, &password.into()).outcome == Outcome::Granted;
        prop_assert_eq!(granted, !rules.on(Rule::Password));
    }

    #[test]
    fn only_a_school_s_generic_account_has_stored_credentials(role in select(Role::ALL), kind in select(AccountKind::ALL)) {
        let decision = decide(&Rules::default(), &ReadCredentials { role, kind }.into());
        let offered = decision.outcome != Outcome::Refused(Reason::NotOffered);
        prop_assert_eq!(offered, kind == AccountKind::SchoolGeneric);
    }

    #[test]
    fn icon_opens_without_a_code_only_where_the_rules_say_so(rules in rules(), now in now(), from_google: bool) {
        let launch = LaunchIcon {
            now,
            kind: AccountKind::SchoolStaff,
            held: HeldFactor::Nothing,
            factor_in_session: false,
            via: if from_google { Via::Google } else { Via::Portal },
            after_reset: false,
        };
        let granted = decide(&rules, &launch.into()).outcome == Outcome::Granted;
        prop_assert!(!granted || !rules.on(Rule::SecondFactor));
    }
}
