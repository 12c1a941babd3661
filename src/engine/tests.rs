//! One account through the whole ecosystem.

use super::*;
use crate::act::{Act, ActOutcome, Interaction, Leaving, Typing, Via};
use crate::kernel::Span;
use crate::kernel::password::Shape;
use crate::kernel::time::parse_instant;
use crate::kernel::units::{MINUTE, SECOND};
use crate::policy::request::{Reason, Role, Topic};
use crate::policy::rules::Rules;
use crate::trace::Recorder;
use crate::world::authenticator::Real;
use crate::world::codes::App;
use crate::world::ids::{ComputerId, MailboxId, PlaceId};
use crate::world::message::{Party, Tile};
use crate::world::state::{MailKind, Phone};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

fn staff(world: &mut World, icon_only: bool) -> (PersonId, AccountId) {
    let person = world.add_person(Role::Staff, PlaceId(0));
    let ces = world.add_mailbox(MailKind::Ces, person);
    let account = world.add_account(AccountKind::SchoolStaff, 0, person, (!icon_only).then_some(ces));
    world.people[person.at()].phone = Some(Phone::new(Some(App::Google)));
    (person, account)
}

fn run(icon_only: bool, timeline: &[(&str, Act)]) -> Vec<(ActOutcome, String)> {
    let policy = Policy::uniform("guide", Rules::default());
    let mut world = World::default();
    let (person, account) = staff(&mut world, icon_only);
    let computer = world.people[person.at()].computer;
    let draws = Draws { seed: 1, replicate: 0 };
    let start = parse_instant("2023-09-01 00:00").unwrap();
    let start = RunStart { draws, now: start, used: 1000 };
    let mut engine = Engine::new(world, &policy, Real::new(draws), start, Recorder::default());
    for (row, (at, act)) in timeline.iter().enumerate() {
        engine.run_until(parse_instant(at).unwrap());
        let mut activity = Activity::new(row, *act, person, account, computer);
        activity.fresh = matches!(act, Act::SignIn { .. });
        engine.start(activity);
        while engine.turn() {}
    }
    engine.take_ended().into_iter().map(|(_, e)| (e.result, e.clauses.to_string())).collect()
}

const SIGN_IN: Act = Act::SignIn { via: None, typed: Typing::Right };
const ENROL: Act = Act::Enrol;

#[test]
fn set_up_before_the_cutover_opens_icon_after_it_both_ways() {
    let got = run(
        false,
        &[
            ("2023-09-18 09:30", ENROL),
            ("2023-09-26 23:58", SIGN_IN),
            ("2023-09-27 08:30", Act::SignIn { via: Some(Via::Portal), typed: Typing::Right }),
            ("2023-09-27 08:40", Act::SignIn { via: Some(Via::Google), typed: Typing::Right }),
        ],
    );
    let results: Vec<_> = got.iter().map(|(r, _)| r.word()).collect();
    assert_eq!(results, ["done", "granted", "granted", "granted"]);
    assert!(got[2].1.contains("S2.3") && got[3].1.contains("S3.6"), "{got:?}");
}

#[test]
fn not_set_up_is_refused_from_the_first_minute_on_resting_on_q7() {
    let got = run(false, &[("2023-09-26 23:58", SIGN_IN), ("2023-09-27 00:00", SIGN_IN)]);
    assert_eq!(got[0].0, ActOutcome::Granted);
    assert_eq!(got[1].0, ActOutcome::Refused(Reason::NoSecondFactor));
    assert!(got[1].1.contains("Q7"), "{got:?}");
}

#[test]
fn an_otp_in_the_mailbox_it_unlocks_can_be_read_before_the_cutover_and_not_after() {
    assert_eq!(run(true, &[("2023-09-26 09:00", ENROL)])[0].0, ActOutcome::Done);
    let late = run(true, &[("2023-09-27 09:00", ENROL)]);
    assert_eq!((late[0].0, late[0].1.as_str()), (ActOutcome::Refused(Reason::NoSession), "Q11"));
}

/// One act of every kind, with everything that it can be about.
fn acts(other: PersonId, to: MailboxId, screen: ComputerId) -> Vec<Act> {
    let typed = Typing::Right;
    let shape = Shape::Good;
    let interactions = [
        Interaction::Join,
        Interaction::ReadMail,
        Interaction::RequestHardToken { of: other },
        Interaction::LosePhone,
        Interaction::ReplacePhone,
        Interaction::InstallApp,
        Interaction::CopySecret { from: other },
        Interaction::Ask { of: other, topic: Topic::Other },
        Interaction::Tell { to: other },
        Interaction::UpdateEmail { to },
        Interaction::ResetPassword { tell: Some(other) },
        Interaction::UnlockAccount,
        Interaction::RequestTransfer,
        Interaction::ApproveTransfer,
        Interaction::ReadCredentials,
        Interaction::HandOverCredentials { to: other },
        Interaction::HandOverToken { to: other },
        Interaction::IssueEmergencyPassword { to: other },
    ];
    let acts = [
        SIGN_IN,
        Act::OpenIcon,
        Act::SignOut { google: true, portal: true },
        ENROL,
        Act::ReEnrol,
        Act::EnrolHardToken,
        Act::TestToken,
        Act::DeleteToken { hard: false },
        Act::RemoveProfile,
        Act::Offboard,
        Act::Leave { leaver: other, how: Leaving::AsTheGuide },
        Act::ForgotPassword { shape },
        Act::ChangePassword { shape },
        Act::SetAnswers,
        Act::EnterPassword { typed },
        Act::OpenTile { tile: Tile::Icon },
        Act::OpenTile { tile: Tile::IdentityPortal },
        Act::ChooseAccount { typed },
        Act::EnterCode { typed },
        Act::EnterCode { typed: Typing::Wrong },
        Act::PressBack,
        Act::OpenSetup,
        Act::EnterLoginId { typed },
        Act::OpenEnrolment,
        Act::RequestOtp { typed },
        Act::EnterOtp { number: None, typed: Typing::Right },
        Act::ShowQr,
        Act::ReloadEnrolment,
        Act::ScanQr { screen },
        Act::EnterSecret,
        Act::EnterSerial { typed: Typing::Right },
        Act::SaveToken { typed: Typing::Right },
    ];
    acts.into_iter().chain(interactions.map(Act::from)).collect()
}

/// Everybody whom the guide names at one school, who share a generic account too.
fn school() -> (World, Vec<AccountId>) {
    let mut world = World::default();
    let roles = [
        Role::Staff,
        Role::Staff,
        Role::LocalAdministrator,
        Role::ApprovingOfficer,
        Role::Opa,
        Role::DeskAgent,
        Role::HodIct,
    ];
    let mut accounts = Vec::new();
    for role in roles {
        let (person, account) = staff(&mut world, false);
        world.people[person.at()].role = role;
        accounts.push(account);
    }
    let mailbox = world.accounts[0].self_service.otp_mailbox;
    accounts.push(world.add_account(AccountKind::SchoolGeneric, 0, PersonId(0), Some(mailbox)));
    (world, accounts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// A refusal rests on a clause. And where a single step or something between people is refused, all that people
    /// know and hold is as it was; between people nothing at all has changed.
    #[test]
    fn a_refusal_rests_on_a_clause_and_changes_nothing(
        drawn in vec((0_usize..7, 0_usize..8, 0_usize..7, any::<Index>(), 1_i64..5_000, 0_usize..24), 1..80),
    ) {
        let policy = Policy::uniform("guide", Rules::default());
        let (world, accounts) = school();
        let start = RunStart {
            draws: Draws { seed: 1, replicate: 0 },
            now: parse_instant("2023-09-26 16:00").unwrap(),
            used: 1000,
        };
        let mut engine = Engine::new(world, &policy, Symbolic, start, Nobody);
        for (row, (who, of, other, which, later, down)) in drawn.into_iter().enumerate() {
            let parties = [Party::Portal, Party::SelfService, Party::EmailOtp, Party::PasswordReset, Party::Workspace];
            if let Some(party) = parties.get(down) {
                engine.fault(Fault::Outage(*party), engine.now().plus(Span(10 * MINUTE)));
            }
            engine.run_until(engine.now().plus(Span(later * SECOND)));
            let account = accounts[if of == 7 { 7 } else { who }];
            let (person, other) = (PersonId(u32::try_from(who).unwrap()), PersonId(u32::try_from(other).unwrap()));
            let computer = engine.world.people[who].computer;
            let mailbox = engine.world.accounts[account.at()].icon_mailbox;
            let acts = acts(other, mailbox, engine.world.people[other.at()].computer);
            let act = *which.get(&acts);
            let (people, rows) = (engine.world.people.clone(), engine.world.accounts.clone());
            engine.start(Activity::new(row, act, person, account, computer));
            while !engine.is_still() && engine.turn() {}
            for (_, ended) in engine.take_ended().into_iter().filter(|(_, ended)| ended.result.refused()) {
                prop_assert!(!ended.clauses.is_empty(), "{:?} {:?}", ended.act, ended.result);
                if act.kind().is_step() || act.is_off_page() {
                    prop_assert_eq!(&people, &engine.world.people, "{:?} {:?}", ended.act, ended.result);
                }
                if act.is_off_page() {
                    prop_assert_eq!(&rows, &engine.world.accounts, "{:?} {:?}", ended.act, ended.result);
                }
            }
        }
    }
}
