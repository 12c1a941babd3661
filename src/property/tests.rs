//! Each pattern with a run in which it holds, one in which it does not, and one of which it does not speak.

use super::*;
use crate::act::{Act, Typing};
use crate::kernel::time::parse_instant;
use crate::policy::request::Reason;

const REFUSED: Result = Result::Refused(Reason::NoSecondFactor);

fn ended(row: usize, person: u32, result: Result) -> Ended {
    Ended {
        row,
        person: PersonId(person),
        account: AccountId(0),
        act: Act::SignIn { via: None, typed: Typing::Right },
        via: None,
        result,
        clauses: Clauses::NONE,
        typed_at: None,
        opened: None,
        factor: Factor::None,
        member: person == 0,
    }
}

fn judge(pattern: Pattern, events: &[(&str, u32, Result)], end: &str) -> Verdict {
    let property =
        Property { name: String::new(), pattern, after: None, before: None, each_person: true, each_account: false };
    let mut monitor = Monitor::new(property, vec![parse_instant("2023-09-27 00:00").unwrap()]);
    for (row, (at, person, result)) in events.iter().enumerate() {
        monitor.see(parse_instant(at).unwrap(), "sign-in", &ended(row, *person, *result));
    }
    monitor.finish(parse_instant(end).unwrap()).verdict
}

#[test]
fn never_and_always() {
    let leaf = Leaf { who: Some(Who::NonMember), result: Some(Result::Granted), ..Leaf::default() };
    let run = |events: &[_]| {
        (judge(Pattern::Never(leaf), events, "2023-10-01"), judge(Pattern::Always(leaf), events, "2023-10-01"))
    };
    assert_eq!(run(&[("2023-09-27 09:00", 1, Result::Granted)]), (Verdict::Violated, Verdict::Holds));
    assert_eq!(run(&[("2023-09-27 09:00", 1, REFUSED)]), (Verdict::Holds, Verdict::Violated));
    assert_eq!(run(&[("2023-09-27 09:00", 0, Result::Granted)]), (Verdict::Vacuous, Verdict::Vacuous));
}

#[test]
fn eventually() {
    let leaf = Leaf { result: Some(Result::Granted), ..Leaf::default() };
    let run = |events: &[_]| judge(Pattern::Eventually(leaf), events, "2023-10-01");
    assert_eq!(run(&[("2023-09-27 09:00", 0, REFUSED), ("2023-09-27 10:00", 0, Result::Granted)]), Verdict::Holds);
    assert_eq!(run(&[("2023-09-27 09:00", 0, REFUSED)]), Verdict::Violated);
    assert_eq!(run(&[]), Verdict::Violated);
}

#[test]
fn a_response_by_the_end_of_the_next_working_day_is_of_the_same_person() {
    let pattern = Pattern::Response {
        trigger: Leaf { result: Some(REFUSED), ..Leaf::default() },
        response: Leaf { result: Some(Result::Granted), ..Leaf::default() },
        deadline: Deadline::EndOfNextWorkingDay,
    };
    let friday = ("2023-09-29 09:00", 0, REFUSED);
    let run = |events: &[_], end| judge(pattern, events, end);
    assert_eq!(run(&[friday, ("2023-10-02 23:59:59", 0, Result::Granted)], "2023-10-09"), Verdict::Holds);
    assert_eq!(run(&[friday, ("2023-10-03 00:00", 0, Result::Granted)], "2023-10-09"), Verdict::Violated);
    assert_eq!(run(&[friday, ("2023-10-02 09:00", 1, Result::Granted)], "2023-10-09"), Verdict::Violated);
    assert_eq!(run(&[friday], "2023-10-02 12:00"), Verdict::Pending);
    assert_eq!(run(&[("2023-09-29 09:00", 0, Result::Granted)], "2023-10-09"), Verdict::Holds);
    assert_eq!(run(&[], "2023-10-09"), Verdict::Vacuous);
}

#[test]
fn after_is_inclusive_and_before_exclusive() {
    let leaf = Leaf { result: Some(Result::Granted), ..Leaf::default() };
    let scoped = |after, before, at: &str| {
        let property = Property {
            name: String::new(),
            pattern: Pattern::Never(leaf),
            after,
            before,
            each_person: false,
            each_account: false,
        };
        let cutover = parse_instant("2023-09-27 00:00").unwrap();
        let mut monitor = Monitor::new(property, vec![cutover]);
        monitor.see(parse_instant(at).unwrap(), "sign-in", &ended(0, 0, Result::Granted));
        monitor.finish(Time(i64::MAX)).verdict
    };
    assert_eq!(scoped(Some(Moment::Cutover), None, "2023-09-27 00:00"), Verdict::Violated);
    assert_eq!(scoped(Some(Moment::Cutover), None, "2023-09-26 23:59:59"), Verdict::Vacuous);
    assert_eq!(scoped(None, Some(Moment::Cutover), "2023-09-27 00:00"), Verdict::Vacuous);
    assert_eq!(scoped(None, Some(Moment::Cutover), "2023-09-26 23:59:59"), Verdict::Violated);
}
