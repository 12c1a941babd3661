//! Tests of the patterns, each with a run in which it holds, a run in which it is violated and a run in which it is
//! vacuous; and property tests of the digest, on random runs.

use super::*;
use crate::act::{Act, ActKind, Typing};
use crate::kernel::time::parse_instant;
use crate::kernel::units::HOUR;
use crate::policy::request::Reason;
use crate::world::ids::PlaceId;
use proptest::prelude::*;
use std::sync::Arc;

const SIGN_IN: Act = Act::SignIn { via: None, typed: Typing::Right };
const REFUSED: ActOutcome = ActOutcome::Refused(Reason::NoSecondFactor);
const NOBODY: ForEach = ForEach { person: false, account: false, place: false };
const PERSON: ForEach = ForEach { person: true, ..NOBODY };
const ACCOUNT: ForEach = ForEach { account: true, ..NOBODY };

fn instant(text: &str) -> Time {
    parse_instant(text).unwrap()
}

/// Two people with an account each, at two places; the first is cut over on 27 September, the second on 4 October.
fn facts() -> Arc<Facts> {
    Arc::new(Facts {
        cutovers: vec![instant("2023-09-27 00:00"), instant("2023-10-04 00:00")],
        places: vec![PlaceId(0), PlaceId(1)],
        own: vec![Some(AccountId(0)), Some(AccountId(1))],
        roles: vec![Role::Staff, Role::LocalAdministrator],
    })
}

fn ended(row: usize, act: Act, person: u32, account: u32, result: ActOutcome) -> Ended {
    Ended {
        row,
        person: PersonId(person),
        account: AccountId(account),
        act,
        via: None,
        result,
        clauses: Clauses::of(&[if result == REFUSED {
            crate::clause::Clause::Q7
        } else {
            crate::clause::Clause::S2_5
        }]),
        typed_at: None,
        opened: None,
        factor: Factor::None,
        prompted: false,
        member: person == account,
    }
}

/// A scripted world: which accounts are enrolled, one bit each, what is reachable, and of what that is not known.
#[derive(Clone, Copy, Default)]
struct Scripted {
    enrolled: u32,
    possible: u32,
    cut: u32,
}

impl WorldView for Scripted {
    fn is(&mut self, account: AccountId, state: &StateProposition) -> bool {
        state.flags.iter().all(|(_, wanted)| *wanted == (self.enrolled >> account.0 & 1 == 1))
    }

    fn reaches(&mut self, _: &Possible, binding: Binding, facts: &Facts) -> Outlook {
        let bit = 1 << binding.account(facts).map_or(0, |a| a.0);
        match (self.possible & bit != 0, self.cut & bit != 0) {
            (true, _) => Outlook::Reached,
            (false, true) => Outlook::CutShort,
            (false, false) => Outlook::Unreachable,
        }
    }
}

fn granted() -> Proposition {
    Proposition::End(EndProposition {
        kind: Some(ActKind::SignIn),
        result: Some(ActOutcome::Granted),
        ..EndProposition::default()
    })
}

fn refused() -> Proposition {
    Proposition::End(EndProposition { kind: Some(ActKind::SignIn), result: Some(REFUSED), ..EndProposition::default() })
}

fn enrols() -> Proposition {
    Proposition::End(EndProposition {
        kind: Some(ActKind::Enrol),
        result: Some(ActOutcome::Done),
        ..EndProposition::default()
    })
}

fn enrolled() -> Proposition {
    Proposition::State(StateProposition { flags: vec![(Flag::Enrolled, true)], ..StateProposition::default() })
}

fn property(pattern: Pattern, each: ForEach) -> Property {
    Property { name: String::new(), pattern, after: None, before: None, each }
}

/// What happens: when, which act, by whom on which account, how it ends, and who is enrolled then.
type Happens<'a> = (&'a str, Act, u32, u32, ActOutcome, u32);

fn run(property: Property, events: &[Happens<'_>], end: &str) -> Judgement {
    let mut monitor = Monitor::new(Arc::new(property), facts());
    monitor.look(instant("2023-09-25"), &mut Scripted::default());
    let mut last = Scripted::default();
    for (row, (at, act, person, account, result, enrolled)) in events.iter().enumerate() {
        let due: Vec<Time> = monitor.deadlines().filter(|due| *due < instant(at)).collect();
        due.into_iter().for_each(|due| monitor.look(due, &mut last));
        last = Scripted { enrolled: *enrolled, possible: *enrolled, cut: 0 };
        monitor.see(instant(at), &ended(row, *act, *person, *account, *result), &mut last);
    }
    monitor.look(instant(end), &mut last);
    monitor.finish(instant(end))
}

fn judge(pattern: Pattern, each: ForEach, events: &[Happens<'_>], end: &str) -> PropertyVerdict {
    run(property(pattern, each), events, end).verdict
}

#[test]
fn never_and_always() {
    let leaf = |result| {
        Proposition::End(EndProposition {
            who: Some(Who::NonMember),
            result: Some(result),
            ..EndProposition::default()
        })
    };
    let never = |events: &[_]| {
        let never = Pattern::Never { leaf: leaf(ActOutcome::Granted), until: None };
        (
            judge(never, NOBODY, events, "2023-10-01"),
            judge(Pattern::Always(leaf(ActOutcome::Granted)), NOBODY, events, "2023-10-01"),
        )
    };
    let at = "2023-09-27 09:00";
    assert_eq!(
        never(&[(at, SIGN_IN, 1, 0, ActOutcome::Granted, 0)]),
        (PropertyVerdict::Violated, PropertyVerdict::Holds)
    );
    assert_eq!(never(&[(at, SIGN_IN, 1, 0, REFUSED, 0)]), (PropertyVerdict::Holds, PropertyVerdict::Violated));
    assert_eq!(
        never(&[(at, SIGN_IN, 0, 0, ActOutcome::Granted, 0)]),
        (PropertyVerdict::Vacuous, PropertyVerdict::Vacuous)
    );
}

#[test]
fn who_may_be_a_role() {
    let leaf = Proposition::End(EndProposition {
        who: Some(Who::Role(Role::LocalAdministrator)),
        ..EndProposition::default()
    });
    let run = |person| {
        let events = [("2023-09-27 09:00", SIGN_IN, person, 0, REFUSED, 0)];
        judge(Pattern::Never { leaf: leaf.clone(), until: None }, NOBODY, &events, "2023-10-01")
    };
    assert_eq!((run(0), run(1)), (PropertyVerdict::Vacuous, PropertyVerdict::Violated));
}

#[test]
fn never_until() {
    let run =
        |events: &[_]| judge(Pattern::Never { leaf: granted(), until: Some(enrols()) }, PERSON, events, "2023-10-01");
    let enrol = |at, who| (at, Act::Enrol, who, who, ActOutcome::Done, 0);
    let enter = |at, who| (at, SIGN_IN, who, who, ActOutcome::Granted, 0);
    assert_eq!(run(&[enrol("2023-09-27 09:00", 0), enter("2023-09-27 10:00", 0)]), PropertyVerdict::Holds);
    assert_eq!(run(&[enter("2023-09-27 09:00", 0), enrol("2023-09-27 10:00", 0)]), PropertyVerdict::Violated);
    // An act of another person releases nothing; and if the release never happens, that is no violation.
    assert_eq!(run(&[enrol("2023-09-27 09:00", 1), enter("2023-09-27 10:00", 0)]), PropertyVerdict::Violated);
    assert_eq!(run(&[("2023-09-27 09:00", SIGN_IN, 0, 0, REFUSED, 0)]), PropertyVerdict::Holds);
    assert_eq!(run(&[enrol("2023-09-27 09:00", 0)]), PropertyVerdict::Vacuous);
    // Its own event releases.
    let own = Pattern::Never { leaf: granted(), until: Some(granted()) };
    assert_eq!(judge(own, PERSON, &[enter("2023-09-27 09:00", 0)], "2023-10-01"), PropertyVerdict::Holds);
    // So does a state that held before.
    let state = Pattern::Never { leaf: granted(), until: Some(enrolled()) };
    let early = [
        ("2023-09-27 08:00", Act::Enrol, 1, 1, ActOutcome::Done, 1),
        ("2023-09-27 09:00", SIGN_IN, 0, 0, ActOutcome::Granted, 0),
    ];
    assert_eq!(judge(state.clone(), ACCOUNT, &early, "2023-10-01"), PropertyVerdict::Holds);
    assert_eq!(judge(state, ACCOUNT, &early[1..], "2023-10-01"), PropertyVerdict::Violated);
}

#[test]
fn eventually_is_asked_of_everyone_who_is_bound() {
    let run = |each, events: &[_]| judge(Pattern::Eventually(granted()), each, events, "2023-10-01");
    let enter = |who| ("2023-09-27 09:00", SIGN_IN, who, who, ActOutcome::Granted, 0);
    assert_eq!(run(NOBODY, &[enter(0)]), PropertyVerdict::Holds);
    assert_eq!(run(NOBODY, &[("2023-09-27 09:00", SIGN_IN, 0, 0, REFUSED, 0)]), PropertyVerdict::Violated);
    assert_eq!(run(PERSON, &[enter(0)]), PropertyVerdict::Violated);
    assert_eq!(run(PERSON, &[enter(0), enter(1)]), PropertyVerdict::Holds);
    assert_eq!(run(NOBODY, &[]), PropertyVerdict::Violated);
    let pair = ForEach { person: true, account: true, place: false };
    assert_eq!(run(pair, &[enter(0)]), PropertyVerdict::Holds);
    assert_eq!(run(pair, &[enter(0), ("2023-09-27 10:00", SIGN_IN, 1, 0, REFUSED, 0)]), PropertyVerdict::Violated);
    assert_eq!(run(pair, &[]), PropertyVerdict::Vacuous);
}

#[test]
fn places_are_told_apart() {
    let pattern = Pattern::Response { trigger: refused(), response: granted(), deadline: Deadline::End };
    let events =
        [("2023-09-27 09:00", SIGN_IN, 0, 0, REFUSED, 0), ("2023-09-27 10:00", SIGN_IN, 1, 1, ActOutcome::Granted, 0)];
    let place = ForEach { place: true, ..NOBODY };
    assert_eq!(judge(pattern.clone(), place, &events, "2023-10-01"), PropertyVerdict::Violated);
    assert_eq!(judge(pattern, NOBODY, &events, "2023-10-01"), PropertyVerdict::Holds);
}

#[test]
fn a_response_by_the_end_of_the_next_working_day_is_of_the_same_person() {
    let pattern =
        Pattern::Response { trigger: refused(), response: granted(), deadline: Deadline::EndOfNextWorkingDay };
    let friday = ("2023-09-29 09:00", SIGN_IN, 0, 0, REFUSED, 0);
    let enter = |at, who| (at, SIGN_IN, who, 0, ActOutcome::Granted, 0);
    let run = |events: &[_], end| judge(pattern.clone(), PERSON, events, end);
    assert_eq!(run(&[friday, enter("2023-10-02 23:59:59", 0)], "2023-10-09"), PropertyVerdict::Holds);
    assert_eq!(run(&[friday, enter("2023-10-03 00:00", 0)], "2023-10-09"), PropertyVerdict::Violated);
    assert_eq!(run(&[friday, enter("2023-10-02 09:00", 1)], "2023-10-09"), PropertyVerdict::Violated);
    assert_eq!(run(&[friday], "2023-10-02 12:00"), PropertyVerdict::Pending);
    // A sign-in that is not refused is no occasion.
    assert_eq!(run(&[enter("2023-09-29 09:00", 0)], "2023-10-09"), PropertyVerdict::Vacuous);
    assert_eq!(run(&[], "2023-10-09"), PropertyVerdict::Vacuous);
}

#[test]
fn the_first_deadline_that_passes_breaks_it_whoever_acts_next() {
    let pattern =
        Pattern::Response { trigger: refused(), response: granted(), deadline: Deadline::Within(Span(3_600_000)) };
    let events = [
        ("2023-09-27 09:30", SIGN_IN, 1, 1, REFUSED, 0),
        ("2023-09-27 09:00", SIGN_IN, 0, 0, REFUSED, 0),
        ("2023-09-27 12:00", SIGN_IN, 1, 1, ActOutcome::Granted, 0),
    ];
    let judged = run(property(pattern, PERSON), &events, "2023-10-01");
    let wanted = (PropertyVerdict::Violated, Some(instant("2023-09-27 10:00")), Some(1));
    assert_eq!((judged.verdict, judged.at, judged.row), wanted);
}

#[test]
fn a_state_is_judged_at_the_start_after_every_act_and_at_the_end() {
    let always = |events: &[_]| judge(Pattern::Always(enrolled()), ACCOUNT, events, "2023-10-01");
    // Nobody is enrolled at the start.
    assert_eq!(always(&[]), PropertyVerdict::Violated);
    let never = Pattern::Never { leaf: enrolled(), until: None };
    assert_eq!(judge(never.clone(), ACCOUNT, &[], "2023-10-01"), PropertyVerdict::Holds);
    // The act of one changes the state of another.
    let events = [("2023-09-27 09:00", Act::Enrol, 1, 1, ActOutcome::Done, 1)];
    assert_eq!(judge(never.clone(), ACCOUNT, &events, "2023-10-01"), PropertyVerdict::Violated);
    let scoped = Property { before: Some(Moment::At(instant("2023-09-27 09:00"))), ..property(never, ACCOUNT) };
    assert_eq!(run(scoped, &events, "2023-10-01").verdict, PropertyVerdict::Holds);
}

#[test]
fn a_state_triggers_when_it_begins_and_answers_when_it_is_so() {
    let deadline = Deadline::Within(Span(3_600_000));
    let trigger = Pattern::Response { trigger: enrolled(), response: granted(), deadline };
    let enrol = |at, mask| (at, Act::Enrol, 0, 0, ActOutcome::Done, mask);
    let enter = |at, mask| (at, SIGN_IN, 0, 0, ActOutcome::Granted, mask);
    let run = |events: &[_]| judge(trigger.clone(), ACCOUNT, events, "2023-10-01");
    assert_eq!(run(&[enrol("2023-09-27 09:00", 1), enter("2023-09-27 09:30", 1)]), PropertyVerdict::Holds);
    assert_eq!(run(&[enrol("2023-09-27 09:00", 1), enter("2023-09-27 10:30", 1)]), PropertyVerdict::Violated);
    // It ends and begins again, which is a new trigger.
    let again = [enrol("2023-09-27 09:00", 1), enter("2023-09-27 09:30", 0), enrol("2023-09-27 10:00", 1)];
    assert_eq!(run(&again), PropertyVerdict::Violated);
    assert_eq!(run(&[enter("2023-09-27 09:30", 0)]), PropertyVerdict::Vacuous);
    let response = Pattern::Response { trigger: refused(), response: enrolled(), deadline };
    let refuse = |at, mask| (at, SIGN_IN, 0, 0, REFUSED, mask);
    let run = |events: &[_]| judge(response.clone(), ACCOUNT, events, "2023-10-01");
    assert_eq!(run(&[refuse("2023-09-27 09:00", 0), enrol("2023-09-27 10:00", 1)]), PropertyVerdict::Holds);
    assert_eq!(run(&[refuse("2023-09-27 09:00", 1)]), PropertyVerdict::Holds);
    assert_eq!(run(&[refuse("2023-09-27 09:00", 2)]), PropertyVerdict::Violated);
}

#[test]
fn what_is_possible_is_asked_at_the_start_after_every_act_and_at_each_cutover() {
    let possible = Possible { leaf: granted(), acting: Acting::Bound, within: Span(1), acts: Vec::new(), states: 1 };
    let pattern = Pattern::Possible(possible);
    assert_eq!(judge(pattern.clone(), ACCOUNT, &[], "2023-10-01"), PropertyVerdict::Violated);
    let after = Some(Moment::Cutover);
    let scoped = Property { after, ..property(pattern.clone(), ACCOUNT) };
    let events = [("2023-09-26 09:00", Act::Enrol, 0, 0, ActOutcome::Done, 1)];
    // The second account is cut over after the end.
    assert_eq!(run(scoped.clone(), &events, "2023-10-01").verdict, PropertyVerdict::Holds);
    let late = run(scoped, &[events[0], ("2023-10-05 09:00", Act::Enrol, 0, 0, ActOutcome::Done, 1)], "2023-10-06");
    assert_eq!((late.verdict, late.at, late.row), (PropertyVerdict::Violated, Some(instant("2023-10-04 00:00")), None));
    let never = Property { after: Some(Moment::At(instant("2023-12-01"))), ..property(pattern, ACCOUNT) };
    assert_eq!(run(never, &events, "2023-10-01").verdict, PropertyVerdict::Vacuous);
}

#[test]
fn what_a_look_ahead_does_not_show_is_undecided_unless_another_showed_it_violated() {
    let possible = Possible { leaf: granted(), acting: Acting::Bound, within: Span(1), acts: Vec::new(), states: 1 };
    let judge = |possible_then: u32, cut: u32| {
        let mut monitor = Monitor::new(Arc::new(property(Pattern::Possible(possible.clone()), ACCOUNT)), facts());
        monitor.look(instant("2023-09-25"), &mut Scripted { possible: possible_then, cut, enrolled: 0 });
        // Once a look was cut short, none is taken after it.
        monitor.look(instant("2023-09-26"), &mut Scripted::default());
        (monitor.is_cut_short(), monitor.finish(instant("2023-10-01")).verdict)
    };
    assert_eq!(judge(0b01, 0b10), (true, PropertyVerdict::Undecided));
    assert_eq!(judge(0b11, 0b11), (false, PropertyVerdict::Violated), "what was reached is not cut short");
    assert_eq!(judge(0b00, 0b10), (false, PropertyVerdict::Violated));
}

#[test]
fn after_is_inclusive_and_before_exclusive() {
    let scoped = |after, before, at: &str| {
        let pattern = Pattern::Never { leaf: granted(), until: None };
        let property = Property { after, before, ..property(pattern, NOBODY) };
        run(property, &[(at, SIGN_IN, 0, 0, ActOutcome::Granted, 0)], "2023-10-01").verdict
    };
    let cutover = Some(Moment::Cutover);
    assert_eq!(scoped(cutover, None, "2023-09-27 00:00"), PropertyVerdict::Violated);
    assert_eq!(scoped(cutover, None, "2023-09-26 23:59:59"), PropertyVerdict::Vacuous);
    assert_eq!(scoped(None, cutover, "2023-09-27 00:00"), PropertyVerdict::Vacuous);
    assert_eq!(scoped(None, cutover, "2023-09-26 23:59:59"), PropertyVerdict::Violated);
    let day = |text| Some(Moment::At(instant(text)));
    assert_eq!(scoped(day("2023-09-26"), cutover, "2023-09-26 09:00"), PropertyVerdict::Violated);
    assert_eq!(scoped(day("2023-09-26"), cutover, "2023-09-25 09:00"), PropertyVerdict::Vacuous);
    assert_eq!(scoped(day("2023-09-26"), cutover, "2023-09-27 09:00"), PropertyVerdict::Vacuous);
}

#[test]
fn what_has_to_come_has_to_come_before_the_end_of_its_time() {
    let before = Some(Moment::At(instant("2023-09-28")));
    let pattern =
        Pattern::Response { trigger: refused(), response: granted(), deadline: Deadline::Within(Span(1 << 40)) };
    let response = Property { before, ..property(pattern, NOBODY) };
    let refuse = ("2023-09-27 09:00", SIGN_IN, 0, 0, REFUSED, 0);
    let enter = |at| (at, SIGN_IN, 0, 0, ActOutcome::Granted, 0);
    assert_eq!(
        run(response.clone(), &[refuse, enter("2023-09-27 10:00")], "2023-10-01").verdict,
        PropertyVerdict::Holds
    );
    assert_eq!(
        run(response.clone(), &[refuse, enter("2023-09-28 10:00")], "2023-10-01").verdict,
        PropertyVerdict::Violated
    );
    assert_eq!(run(response, &[refuse], "2023-09-27 12:00").verdict, PropertyVerdict::Pending);
    let eventually = Property { before, ..property(Pattern::Eventually(granted()), NOBODY) };
    assert_eq!(run(eventually.clone(), &[enter("2023-09-28 10:00")], "2023-10-01").verdict, PropertyVerdict::Violated);
    assert_eq!(run(eventually, &[refuse], "2023-09-27 12:00").verdict, PropertyVerdict::Pending);
    let later = Property { after: before, ..property(Pattern::Eventually(granted()), NOBODY) };
    assert_eq!(run(later, &[refuse], "2023-09-27 12:00").verdict, PropertyVerdict::Pending);
}

#[test]
fn every_verdict_says_what_it_rests_on() {
    let never = property(Pattern::Never { leaf: granted(), until: None }, NOBODY);
    let refuse = ("2023-09-27 09:00", SIGN_IN, 0, 0, REFUSED, 0);
    let enter = ("2023-09-27 10:00", SIGN_IN, 0, 0, ActOutcome::Granted, 0);
    let on = |judgement: Judgement| (judgement.verdict.word(), judgement.row, judgement.clauses.to_string());
    assert_eq!(on(run(never.clone(), &[refuse], "2023-10-01")), ("holds", None, "Q7".to_owned()));
    assert_eq!(on(run(never, &[refuse, enter], "2023-10-01")), ("violated", Some(1), "S2.5".to_owned()));
    let deadline = Deadline::Within(Span(86_400_000));
    let pattern = Pattern::Response { trigger: refused(), response: granted(), deadline };
    let response = property(pattern, NOBODY);
    assert_eq!(on(run(response.clone(), &[refuse, enter], "2023-10-01")), ("holds", None, "S2.5".to_owned()));
    assert_eq!(on(run(response.clone(), &[refuse], "2023-09-27 12:00")), ("pending", Some(0), "Q7".to_owned()));
    assert_eq!(on(run(response, &[refuse], "2023-10-01")), ("violated", Some(0), "Q7".to_owned()));
}

// Digests ------------------------------------------------------------------------------------------------------------

/// An event, some hours after the previous one.
type Step = (i64, bool, u32, u32, bool, u32);

fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((0..4_i64, any::<bool>(), 0..2_u32, 0..2_u32, any::<bool>(), 0..4_u32), 0..most)
}

fn leaves() -> impl Strategy<Value = Proposition> {
    prop_oneof![Just(granted()), Just(refused()), Just(enrols()), Just(enrolled())]
}

fn patterns() -> impl Strategy<Value = Pattern> {
    let deadline = prop_oneof![Just(Deadline::Within(Span(5 * HOUR))), Just(Deadline::End)];
    prop_oneof![
        (leaves(), proptest::option::of(leaves())).prop_map(|(leaf, until)| Pattern::Never { leaf, until }),
        leaves().prop_map(Pattern::Always),
        leaves().prop_map(Pattern::Eventually),
        (leaves(), leaves(), deadline).prop_map(|(trigger, response, deadline)| Pattern::Response {
            trigger,
            response,
            deadline
        }),
    ]
}

fn properties() -> impl Strategy<Value = Property> {
    let each = prop_oneof![Just(NOBODY), Just(PERSON), Just(ACCOUNT)];
    // A scope before, around or after the events.
    let moment = || proptest::option::weighted(0.3, (-10..40_i64).prop_map(|h| Moment::At(Time(start().0 + h * HOUR))));
    (patterns(), each, moment(), moment()).prop_map(|(pattern, each, after, before)| Property {
        after,
        before,
        ..property(pattern, each)
    })
}

fn start() -> Time {
    instant("2023-10-10 00:00")
}

/// Runs these events from a time on, judging at every deadline, and returns the time of the last event.
fn go(monitor: &mut Monitor, from: Time, steps: &[Step]) -> Time {
    let mut now = from;
    for (hours, signs_in, person, account, good, mask) in steps {
        let mut sight = Scripted { enrolled: *mask, possible: *mask, cut: 0 };
        let next = now.plus(Span(hours * HOUR));
        let mut due: Vec<Time> = monitor.deadlines().filter(|due| *due > now && *due < next).collect();
        due.sort_unstable();
        due.into_iter().for_each(|due| monitor.look(due, &mut sight));
        now = next;
        let result = match (signs_in, good) {
            (true, false) => REFUSED,
            (true, true) => ActOutcome::Granted,
            (false, _) => ActOutcome::Done,
        };
        let act = if *signs_in { SIGN_IN } else { Act::Enrol };
        monitor.see(now, &ended(0, act, *person, *account, result), &mut sight);
    }
    now
}

fn digest(monitor: &Monitor, now: Time) -> Vec<u64> {
    let mut out = Vec::new();
    monitor.digest(now, &mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_global_rejects: 200_000, ..ProptestConfig::default() })]

    /// Monitors with the same digest reach the same verdicts, whatever follows and whenever the run ends.
    #[test]
    fn equal_digests_go_on_alike(
        property in properties(), one in steps(5), other in steps(5), next in steps(6), shift in 0..3_i64, wait in 0..9_i64,
    ) {
        let (property, facts) = (Arc::new(property), facts());
        let mut a = Monitor::new(Arc::clone(&property), Arc::clone(&facts));
        let mut b = Monitor::new(property, facts);
        let now = go(&mut a, start(), &one);
        // The other run may be at a different time.
        let later = go(&mut b, start(), &other).max(now).plus(Span(shift * HOUR));
        let now = now.plus(Span(HOUR));
        prop_assume!(digest(&a, now) == digest(&b, later));
        let (end, later_end) = (go(&mut a, now, &next), go(&mut b, later, &next));
        prop_assert_eq!(digest(&a, end), digest(&b, later_end));
        let wait = Span(wait * HOUR);
        prop_assert_eq!(a.finish(end.plus(wait)).verdict, b.finish(later_end.plus(wait)).verdict);
    }
}

#[test]
fn a_digest_tells_apart_what_ends_otherwise() {
    let deadline = Deadline::Within(Span(5 * HOUR));
    let pattern = Pattern::Response { trigger: refused(), response: granted(), deadline };
    let fresh = || Monitor::new(Arc::new(property(pattern.clone(), PERSON)), facts());
    let at = |steps: &[Step]| {
        let mut monitor = fresh();
        let now = go(&mut monitor, start(), steps);
        digest(&monitor, now)
    };
    let refuse = |hours, who| (hours, true, who, who, false, 0);
    let all = [
        at(&[]),
        at(&[refuse(1, 0)]),
        at(&[refuse(1, 1)]),
        at(&[refuse(1, 0), refuse(1, 0)]),
        at(&[refuse(1, 0), refuse(9, 0)]),
    ];
    for (i, one) in all.iter().enumerate() {
        assert!(all[..i].iter().all(|other| other != one), "{all:?}");
    }
    // How the same remaining time came about makes no difference.
    assert_eq!(at(&[refuse(1, 0)]), at(&[refuse(7, 0)]));
    assert_eq!(fresh().deadlines().count(), 0);
    let mut monitor = fresh();
    let now = go(&mut monitor, start(), &[refuse(1, 0)]);
    let late = now.plus(Span(5 * HOUR + 1));
    assert_eq!(monitor.deadlines().collect::<Vec<_>>(), [late]);
    assert!(monitor.waits() && monitor.broken().is_none());
    monitor.look(late, &mut Scripted::default());
    assert!(!monitor.waits() && monitor.broken().is_some());
}
