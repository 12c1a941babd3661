//! Laws of deciding, for any rules and any facts.

use super::decide::decide;
use super::request::{AccountKind, After, Helper, Outcome, Reason, Request, Role, Topic, Typed};
use super::rules::{Kind, NEVER, Rule, Rules};
use super::{carried, decisive};
use crate::kernel::password::Features;
use crate::kernel::{Span, Time};
use proptest::prelude::*;
use proptest::sample::select;

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

fn typed() -> impl Strategy<Value = Typed> {
    select(&[Typed::Same, Typed::OtherCase, Typed::Pending, Typed::Wrong][..])
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

/// Any question, with any facts.
fn request() -> impl Strategy<Value = Request> {
    let kind = || select(AccountKind::ALL);
    let b = any::<[bool; 8]>;
    let sign_ins =
        prop_oneof![
            (b(), typed()).prop_map(|(b, typed)| Request::PortalSignIn {
                exists: b[0],
                suffix_right: b[1],
                typed,
                locked: b[2],
                must_change: b[3],
                first: b[4],
                from_google: b[5],
                after_reset: b[6],
            }),
            (b(), now(), kind()).prop_map(|(b, now, kind)| Request::LaunchIcon {
                now,
                kind,
                enrolled: b[0],
                emergency: b[1],
                factor_in_session: b[2],
                from_google: b[3],
                after_reset: b[4],
            }),
            (proptest::option::of(-3..=3_i32), b()).prop_map(|(step_off, b)| Request::SecondFactor {
                step_off,
                newer_than_last: b[0],
                same_as_last: b[1],
                linked: b[2],
                from_google: b[3],
            }),
            (select(Reason::ALL), 1..12_u32, any::<bool>())
                .prop_map(|(reason, failures, portal_test)| Request::Failure { reason, failures, portal_test }),
            (span(), b(), now()).prop_map(|(age, b, now)| Request::WorkspaceSession {
                age,
                reset_since: b[0],
                opened_old_way: b[1],
                now,
            }),
            (span(), span(), b()).prop_map(|(age, skew, b)| Request::Assertion {
                age,
                skew,
                answers_request: b[0],
                used: b[1],
                same_as_typed: b[2],
                from_google: b[3],
                phone: b[4],
                audience_right: b[5],
            }),
            (b(), now()).prop_map(|(b, now)| Request::Address { icon_domain: b[0], known_device: b[1], now }),
            (b(), now()).prop_map(|(b, now)| Request::OldSignIn { now, password: b[0], phone: b[1] }),
        ];
    let set_ups = prop_oneof![
        (b(), now()).prop_map(|(b, now)| Request::OpenSetup { now, portal_session: b[0] }),
        (proptest::option::of(span()), any::<bool>())
            .prop_map(|(since_last, icon_address)| Request::RequestOtp { since_last, icon_address }),
        (b(), span()).prop_map(|(b, age)| Request::EnterOtp { number_on_screen: b[0], right: b[1], age }),
        (0..3_u32, any::<bool>()).prop_map(|(enrolled, generic)| Request::ShowQr { enrolled, generic }),
        (span(), b()).prop_map(|(page_age, b)| Request::ScanQr { page_age, live: b[0], has_app: b[1], generic: b[2] }),
        (span(), b()).prop_map(|(page_age, b)| Request::SaveToken {
            page_age,
            live: b[0],
            code_right: b[1],
            enrolled: u32::from(b[3]),
            generic: b[2],
        }),
        b().prop_map(|b| Request::DeleteToken { exists: b[0], member_leaves: b[1] }),
        b().prop_map(|b| Request::ForgotPassword { answers_set: b[0], account_locked: b[1], reset_locked: b[2] }),
        (0..4_u32, 1..20_u32).prop_map(|(right, attempts)| Request::Answers { right, attempts }),
        (features(), any::<bool>()).prop_map(|(features, alike)| Request::NewPassword { features, alike }),
        select(&[After::Setup, After::Portal, After::Google][..]).prop_map(|after| Request::SignOutPortal { after }),
    ];
    let support = prop_oneof![
        (helper(), any::<bool>()).prop_map(|(helper, icon_address)| Request::UpdateEmail { helper, icon_address }),
        (helper(), proptest::option::of(kind()), b()).prop_map(|(helper, generic, b)| Request::ResetPassword {
            helper,
            generic,
            in_icon: b[0],
            requested: b[1],
        }),
        (helper(), select(Topic::ALL), b()).prop_map(|(helper, topic, b)| Request::Ask {
            topic,
            helper,
            cut_over: b[0],
            student: b[1],
        }),
        helper().prop_map(|helper| Request::IssueEmergency { helper }),
        (select(Role::ALL), kind(), any::<bool>()).prop_map(|(role, kind, holds)| Request::HandOver {
            role,
            kind,
            holds
        }),
    ];
    prop_oneof![sign_ins, set_ups, support]
}

proptest! {
    #[test]
    fn every_decision_says_on_what_it_rests(rules in rules(), request in request()) {
        let decision = decide(&rules, &request);
        prop_assert!(!decision.clauses.is_empty(), "{request:?}");
        prop_assert!(decision.clauses.within(carried()));
        prop_assert_eq!(decide(&rules, &request), decision);
    }

    #[test]
    fn what_is_decisive_was_cited(rules in rules(), request in request()) {
        let decision = decide(&rules, &request);
        prop_assert!(decisive(&rules, &request, &decision).within(decision.clauses));
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
