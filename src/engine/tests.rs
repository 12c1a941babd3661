//! One account through the whole ecosystem.

use super::*;
use crate::act::{Act, ActOutcome, Typing, Via};
use crate::kernel::time::parse_instant;
use crate::policy::request::{Reason, Role};
use crate::policy::rules::Rules;
use crate::trace::Recorder;
use crate::world::authenticator::Real;
use crate::world::codes::App;
use crate::world::ids::PlaceId;
use crate::world::state::{MailKind, Phone};

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
