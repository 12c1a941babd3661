//! Laws of deciding, for any rules and any facts.

use super::decide::decide;
use super::request::{AccountKind, After, Helper, Outcome, Reason, Request, RequestKind, Role, Topic, Typed};
use super::rules::{Kind, NEVER, Rule, Rules};
use super::{carried, decisive};
use crate::kernel::password::Features;
use crate::kernel::{Span, Time};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

/// A value that a file could give this rule.
fn value(kind: Kind) -> BoxedStrategy<i64> {
    match kind {
        Kind::Switch | Kind::Feature => (0..=1_i64).boxed(),
        Kind::Span | Kind::TimeOfDay => (0..=86_400_000_i64).boxed(),
        Kind::Count(least, most) => (least..=most).boxed(),
        Kind::Instant => prop_oneof![Just(NEVER), 1_690_000_000_000..1_700_000_000_000_i64].boxed(),
        Kind::WorkingDays => (0..=250_i64).boxed(),
        Kind::Share => (0..=1_000_000_i64).boxed(),
        Kind::Choice(words) => (0..i64::try_from(words.len()).unwrap()).boxed(),
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
    (0..40_u16, any::<bool>(), any::<bool>(), 0..=4_u8).prop_map(
        |(length, starts_with_symbol, contains_name, kinds)| Features {
            length,
            starts_with_symbol,
            contains_name,
            kinds,
        },
    )
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
    typed: Typed,
    after: After,
    features: Features,
}

fn facts() -> impl Strategy<Value = Facts> {
    let numbers = (any::<[bool; 8]>(), now(), span(), option::of(span()), 0..4_u32, 0..20_u32, option::of(-3..=3_i32));
    let typed = select(&[Typed::Same, Typed::OtherCase, Typed::Pending, Typed::Wrong][..]);
    let after = select(&[After::Setup, After::Portal, After::Google][..]);
    let words = (select(Role::ALL), select(AccountKind::ALL), select(Topic::ALL), select(Reason::ALL), typed, after);
    (numbers, words, helper(), features()).prop_map(|(numbers, words, helper, features)| {
        let (is, now, age, other_age, count, other_count, step_off) = numbers;
        let (role, account, topic, reason, typed, after) = words;
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
            features,
        }
    })
}

/// The request of this kind with these facts.
#[allow(clippy::too_many_lines)]
fn with(kind: RequestKind, facts: &Facts) -> Request {
    let Facts { is: [a, b, c, d, e, f, g, _], now, age, other_age, count, other_count, .. } = *facts;
    let Facts { step_off, helper, role, account, topic, reason, typed, after, features, .. } = *facts;
    match kind {
        RequestKind::PortalSignIn => Request::PortalSignIn {
            exists: a,
            suffix_right: b,
            typed,
            locked: c,
            must_change: d,
            first: e,
            from_google: f,
            after_reset: g,
        },
        RequestKind::PasswordKnown => Request::PasswordKnown { known: a, from_google: b },
        RequestKind::DeviceHeld => Request::DeviceHeld { held: a },
        RequestKind::Failure => Request::Failure { reason, failures: other_count, portal_test: a },
        RequestKind::PortalSession => Request::PortalSession { age, reset_since: a },
        RequestKind::WorkspaceSession => Request::WorkspaceSession { age, reset_since: a, opened_old_way: b, now },
        RequestKind::TileSelfService => Request::TileSelfService,
        RequestKind::LaunchIcon => Request::LaunchIcon {
            now,
            kind: account,
            enrolled: a,
            emergency: b,
            factor_in_session: c,
            from_google: d,
            after_reset: e,
        },
        RequestKind::Prompt => Request::Prompt { now, enrolled: a },
        RequestKind::SecondFactor => {
            Request::SecondFactor { step_off, newer_than_last: a, same_as_last: b, linked: c, from_google: d }
        }
        RequestKind::EmergencyCode => Request::EmergencyCode { age: other_age },
        RequestKind::SignOutGoogle => Request::SignOutGoogle { from_google: a },
        RequestKind::SignOutPortal => Request::SignOutPortal { after },
        RequestKind::OpenSetup => Request::OpenSetup { now, portal_session: a },
        RequestKind::LoginIdAgain => Request::LoginIdAgain { right: a },
        RequestKind::RequestOtp => Request::RequestOtp { since_last: other_age, icon_address: a },
        RequestKind::EnterOtp => Request::EnterOtp { number_on_screen: a, right: b, age },
        RequestKind::Authenticators => Request::Authenticators { passed: a, portal_session: b },
        RequestKind::ShowQr => Request::ShowQr { enrolled: count, generic: a },
        RequestKind::ScanQr => Request::ScanQr { page_age: age, live: a, has_app: b, generic: c },
        RequestKind::SameLabel => Request::SameLabel { microsoft: a, ios: b, generic: c },
        RequestKind::CopySecret => Request::CopySecret,
        RequestKind::EnterSecret => Request::EnterSecret,
        RequestKind::SaveToken => {
            Request::SaveToken { page_age: age, live: a, code_right: b, enrolled: count, generic: c }
        }
        RequestKind::SaveHardToken => {
            Request::SaveHardToken { known_serial: a, code_right: b, soft_enrolled: c, hard_enrolled: d }
        }
        RequestKind::TestToken => Request::TestToken { fits: a },
        RequestKind::DeleteToken => Request::DeleteToken { exists: a, member_leaves: b },
        RequestKind::ForgotPassword => Request::ForgotPassword { answers_set: a, account_locked: b, reset_locked: c },
        RequestKind::Answers => Request::Answers { right: count, attempts: other_count },
        RequestKind::NewPassword => Request::NewPassword { features, alike: a },
        RequestKind::Propagation => Request::Propagation,
        RequestKind::Change => Request::Change { session: a },
        RequestKind::Address => Request::Address { icon_domain: a, known_device: b, now },
        RequestKind::OldSignIn => Request::OldSignIn { now, password: a, phone: b },
        RequestKind::Assertion => Request::Assertion {
            age,
            skew: other_age.unwrap_or(Span(0)),
            audience_right: a,
            answers_request: b,
            used: c,
            same_as_typed: d,
            from_google: e,
            phone: f,
        },
        RequestKind::ReadMail => Request::ReadMail { icon: a, own: b, workspace_session: c, cut_over: d },
        RequestKind::UpdateEmail => Request::UpdateEmail { helper, icon_address: a },
        RequestKind::ResetPassword => {
            Request::ResetPassword { helper, generic: a.then_some(account), in_icon: b, requested: c }
        }
        RequestKind::RequestTransfer => Request::RequestTransfer { helper, kind: account },
        RequestKind::ApproveTransfer => Request::ApproveTransfer { helper, requested: a, kind: account },
        RequestKind::UpdateStore => Request::UpdateStore,
        RequestKind::ReadCredentials => Request::ReadCredentials { role, kind: account },
        RequestKind::Deliver => Request::Deliver { kind: account, new: a },
        RequestKind::HandOver => Request::HandOver { role, kind: account, holds: a },
        RequestKind::RequestHardToken => Request::RequestHardToken { role },
        RequestKind::HandOverToken => Request::HandOverToken { held: a },
        RequestKind::IssueEmergency => Request::IssueEmergency { helper },
        RequestKind::Ask => Request::Ask { topic, helper, cut_over: a, student: b },
    }
}

/// A request of any kind, with any facts.
fn request() -> impl Strategy<Value = Request> {
    (select(Request::KINDS), facts()).prop_map(|(kind, facts)| with(kind, &facts))
}

/// Whether the guide has no rule for a request, so that its decision rests on nothing: A17 says what one app does with a
/// profile of the same label, and not what the others do.
fn no_rule_speaks(request: &Request) -> bool {
    matches!(request, Request::SameLabel { microsoft: false, .. })
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
        let code = Request::SecondFactor {
            step_off: None,
            newer_than_last: true,
            same_as_last,
            linked: false,
            from_google,
        };
        prop_assert_eq!(decide(&rules, &code).outcome, Outcome::Refused(Reason::WrongCode));
        let password = Request::PortalSignIn {
            exists: true,
            suffix_right: true,
            typed: Typed::Wrong,
            locked: false,
            must_change: false,
            first: false,
            from_google,
            after_reset: false,
        };
        let granted = decide(&rules, &password).outcome == Outcome::Granted;
        prop_assert_eq!(granted, !rules.on(Rule::Password));
    }

    #[test]
    fn only_a_school_s_generic_account_has_stored_credentials(role in select(Role::ALL), kind in select(AccountKind::ALL)) {
        let decision = decide(&Rules::default(), &Request::ReadCredentials { role, kind });
        let offered = decision.outcome != Outcome::Refused(Reason::NotOffered);
        prop_assert_eq!(offered, kind == AccountKind::SchoolGeneric);
    }

    #[test]
    fn icon_opens_without_a_code_only_where_the_rules_say_so(rules in rules(), now in now(), from_google: bool) {
        let launch = Request::LaunchIcon {
            now,
            kind: AccountKind::SchoolStaff,
            enrolled: false,
            emergency: false,
            factor_in_session: false,
            from_google,
            after_reset: false,
        };
        let granted = decide(&rules, &launch).outcome == Outcome::Granted;
        prop_assert!(!granted || !rules.on(Rule::SecondFactor));
    }
}
