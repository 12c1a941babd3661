//! Laws of a rehearsal, for any small population, and what its parts do to one another.

use super::{RehearsalPlan, observation_times, plan, replicate};
use crate::format::load::{FileContents, read};
use crate::format::parameters::Parameter as P;
use crate::format::rehearsal::Group;
use crate::kernel::{Date, Draws};
use crate::policy::request::{Factor, Reason, Topic};
use crate::policy::rules::Rule;
use crate::property::PropertyVerdict;
use crate::rehearsal::behaviour::remedy::Remedy;
use crate::rehearsal::extract::replay_check::extract;
use crate::rehearsal::measure::replicate::{NEVER, Replicate, SeriesValues};
use crate::rehearsal::measure::series::{SERIES, Series, TimeMeasure};
use crate::rehearsal::observe::journal::{Journal, PersonRef};
use crate::rehearsal::observe::snapshot::EveSnapshot;
use crate::rehearsal::run::replicate::{RunOptions, replicate_with, replicate_with_snapshot};
use crate::rehearsal::run::runner::{Runs, run_all};
use crate::rehearsal::run::simulation::Pacing;
use crate::rehearsal::setup::population::{Population, draw};
use crate::rehearsal::study::counterfactuals::counterfactuals;
use crate::rehearsal::study::remedies::study;
use crate::replay::library::Library;
use crate::world::authenticator::Symbolic;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A week around the cutover in one small school, and a small division.
const SMALL: &str = "rehearsal: Small
span: {from: 2023-09-22, to: 2023-10-02}
population: {schools: 1, staff-per-school: 24, divisions: 1, staff-per-division: 10, generic-per-place: 1}
";

fn planned(more: &str) -> RehearsalPlan {
    let loaded = read("r.yaml", format!("{SMALL}{more}").as_bytes()).unwrap_or_else(|f| panic!("{f:?}"));
    plan(&loaded, &Library::default(), None).unwrap_or_else(|f| panic!("{f:?}"))
}

fn with(plan: &RehearsalPlan, changes: &[(P, i64)]) -> RehearsalPlan {
    let mut plan = plan.clone();
    changes.iter().for_each(|(parameter, value)| plan.parameters.set(*parameter, *value));
    plan
}

fn under(plan: &RehearsalPlan, rules: &[(Rule, i64)]) -> RehearsalPlan {
    let mut plan = plan.clone();
    rules.iter().for_each(|(rule, value)| plan.candidate.set(*rule, *value));
    plan
}

fn one(plan: &RehearsalPlan) -> Replicate {
    replicate(plan, 0, &observation_times::of(plan))
}

fn total(run: &Replicate, series: Series) -> u32 {
    run.points.iter().map(|point| point[series.at()]).sum()
}

fn at_threads(plan: &RehearsalPlan, threads: usize) -> Runs {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| run_all(plan, 0..plan.runs, Vec::new(), |_| true, |_, _, _| false))
}

/// Shares and counts of a population and its habits, anywhere within their bounds.
fn parameters() -> impl Strategy<Value = Vec<(P, i64)>> {
    let share = || 0..=1_000_000_i64;
    let shares =
        [P::IconAddress, P::StaleAddress, P::NoPhone, P::PasswordLost, P::AnswersSet, P::RingsDesk, P::Forgets];
    let more = [P::MistypesCode, P::NotAtHand, P::MembersLeave, P::LosesPhone, P::Newcomers, P::Leavers, P::ClockWrong];
    let all = move || shares.into_iter().chain(more);
    proptest::collection::vec(share(), all().count()).prop_map(move |values| all().zip(values).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_counted_adds_up(changes in parameters(), seed in 0_u32..1000) {
        let plan = RehearsalPlan { seed, ..with(&planned(""), &changes) };
        let run = one(&plan);
        let grid = observation_times::of(&plan);
        prop_assert_eq!(run.points.len(), grid.len());
        for point in &run.points {
            let number = |series: Series| point[series.at()];
            for group in Group::ALL {
                prop_assert!(number(Series::Enrolled(*group)) <= number(Series::Accounts(*group)));
                prop_assert!(number(Series::LockedOut(*group)) <= number(Series::Accounts(*group)));
            }
            for of in [Series::Enrolled, Series::LockedOut, Series::Accounts] {
                prop_assert_eq!(number(of(Group::Staff)), number(of(Group::SchoolStaff)) + number(of(Group::HqStaff)));
            }
            let causes: u32 = Reason::ALL.iter().map(|r| number(Series::Because(*r))).sum();
            prop_assert_eq!(causes, number(Series::LockedOut(Group::Staff)) + number(Series::LockedOut(Group::Generic)));
            let failed: u32 = Reason::ALL.iter().map(|r| number(Series::Failed(*r))).sum();
            let granted: u32 = Factor::ALL.iter().map(|f| number(Series::Granted(*f))).sum();
            prop_assert_eq!(failed + granted, number(Series::SignIns));
        }
        for measure in TimeMeasure::ALL {
            let (all, sum) = (run.times(measure).count(), run.times(measure).sum());
            let ended = u64::from(total(&run, Series::Ended(measure)));
            let took: u128 = (0..grid.len())
                .map(|at| {
                    let ended = i64::from(run.points[at][Series::Ended(measure).at()]);
                    run.mean_at(measure, at).map_or(0, |ms| u128::try_from((ms * ended + 999) / 1000).unwrap())
                })
                .sum();
            // What ended after the last instant is in no point.
            prop_assert!(ended <= all && took <= sum + 1 && (ended < all || sum.abs_diff(took) <= u128::from(ended)));
            prop_assert!(all == 0 || ended > 0);
        }
        prop_assert_eq!(run.decisive.len(), grid.len() + 1);
        prop_assert_eq!(&one(&plan), &run, "the same once more");
    }

    #[test]
    fn running_ahead_changes_nothing(changes in parameters(), seed in 0_u32..1000) {
        let more = "faults: [{at: 2023-09-27 08:10, fault: outage, party: portal, until: 2023-09-27 08:30}]\n";
        let plan = RehearsalPlan { seed, ..with(&planned(more), &changes) };
        let plan = with(&plan, &[(P::Students, 3), (P::SignIns, 1 + i64::from(seed % 3))]);
        let grid = observation_times::of(&plan);
        let in_step = RunOptions { pacing: Pacing::LockStep, ..RunOptions::default() };
        prop_assert_eq!(one(&plan), replicate_with(&plan, 0, &grid, in_step, |_| Symbolic));
    }

    #[test]
    fn another_policy_meets_the_same_people(agents in 0_i64..50, cutover in 0_i64..5, seed in 0_u32..50) {
        let plan = planned("");
        let later = plan.candidate.base().get(Rule::Cutover) + cutover * 86_400_000;
        let other = under(&plan, &[(Rule::DeskAgents, agents), (Rule::Cutover, later), (Rule::OtpLoss, 100_000)]);
        let draws = Draws { seed: u64::from(seed), replicate: 3 };
        let (a, b) = (draw(plan.population(), draws), draw(other.population(), draws));
        prop_assert_eq!(&a.generic, &b.generic);
        let holders = |people: &Population| {
            let last = people.places.last().map_or(0, |office| office.people.start) as usize;
            people.traits[..last].to_vec()
        };
        prop_assert_eq!(holders(&a), holders(&b));
        for (x, y) in a.world.accounts.iter().zip(&b.world.accounts) {
            prop_assert_eq!(x.self_service.otp_mailbox, y.self_service.otp_mailbox);
            prop_assert_eq!(a.world.people[x.owner.at()].phone.clone(), b.world.people[y.owner.at()].phone.clone());
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_runs() {
    let plan = RehearsalPlan { runs: 12, ..planned("") };
    let one = at_threads(&plan, 1).done;
    assert_eq!(one.len(), 12);
    assert!(one.iter().zip(0..).all(|(run, number)| run.number == number));
    assert!(one.windows(2).any(|pair| pair[0].points != pair[1].points), "replicates differ");
    for threads in [2, 4, 7] {
        assert_eq!(at_threads(&plan, threads).done, one);
    }
}

#[test]
fn enough_is_enough_on_any_number_of_threads() {
    let plan = RehearsalPlan { runs: 200, ..planned("") };
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let runs = pool.install(|| run_all(&plan, 0..plan.runs, Vec::new(), |_| true, |_, _, done| done.len() >= 5));
        assert_eq!((runs.done.len(), runs.partial), (5, false));
        let stopped = pool.install(|| run_all(&plan, 0..plan.runs, Vec::new(), |done| done < 3, |_, _, _| false));
        assert!(stopped.partial && stopped.done.len() >= 3 && stopped.done.len() < 200);
    }
}

/// Until something differs for someone, nothing differs for anyone.
#[test]
fn a_slower_desk_changes_nothing_before_the_first_call_ends() {
    let plan = planned("");
    let slower = under(&plan, &[(Rule::DeskHandling, 3_600_000), (Rule::DeskHandlingP95, 7_200_000)]);
    let (a, b) = (one(&plan), one(&slower));
    let calls = |point: &[u32; SERIES]| {
        let topics = [Topic::Other, Topic::OtpMissing, Topic::EmergencyPassword];
        topics.iter().map(|topic| point[Series::Tickets(*topic).at()]).sum::<u32>()
    };
    let first = a.points.iter().position(|point| calls(point) > 0).expect("somebody rings");
    assert_eq!(a.points[..first], b.points[..first]);
    assert_ne!(a.points, b.points, "and then it matters");
}

#[test]
fn mail_that_is_lost_sets_nobody_up() {
    let plan = planned("");
    let end = |run: &Replicate| run.points.last().unwrap()[Series::Enrolled(Group::Staff).at()];
    assert!(end(&one(&plan)) > 20);
    let lost = one(&under(&plan, &[(Rule::OtpLoss, 1_000_000)]));
    assert_eq!(end(&lost), 0);
    assert!(total(&lost, Series::Tickets(Topic::OtpMissing)) > 0);
    let faulty = planned("faults: [{at: 2023-09-22 00:00, until: 2023-10-03 00:00, fault: lost-mail}]\n");
    assert_eq!(end(&one(&faulty)), 0);
}

#[test]
fn without_a_second_factor_at_mims_nobody_is_locked_out_by_it() {
    let never = under(&planned(""), &[(Rule::Cutover, crate::policy::rules::NEVER)]);
    let run = one(&never);
    assert_eq!(total(&run, Series::Failed(Reason::NoSecondFactor)), 0);
    assert!(total(&run, Series::SignIns) > 100);
    assert!(total(&one(&planned("")), Series::Failed(Reason::NoSecondFactor)) > 0);
}

#[test]
fn an_outage_on_the_morning_is_felt_and_passes() {
    let plan = planned("faults: [{at: 2023-09-28 06:00, until: 2023-09-28 10:00, fault: outage, party: portal}]\n");
    let down = one(&plan);
    assert!(total(&down, Series::Failed(Reason::PartyDown)) > 0);
    assert_eq!(total(&one(&planned("")), Series::Failed(Reason::PartyDown)), 0);
    let end = down.points.last().unwrap();
    assert_eq!(end[Series::Because(Reason::PartyDown).at()], 0);
}

/// Addresses that cannot be read are the LA's to change, and an LA who may not act changes none.
#[test]
fn an_administrator_who_is_locked_out_helps_nobody() {
    let plan = with(&planned(""), &[(P::StaleAddress, 600_000), (P::IconAddress, 0)]);
    let end = |run: &Replicate| run.points.last().unwrap()[Series::Enrolled(Group::Staff).at()];
    let helped = one(&plan);
    assert!(total(&helped, Series::Tickets(Topic::OtpAddress)) > 0);
    let barred = under(&with(&plan, &[(P::StaleAddress, 1_000_000)]), &[(Rule::LaFactor, 1)]);
    let stuck = one(&barred);
    assert_eq!(end(&stuck), 0, "every LA's own address is stale too, and an LA without a token may not act");
    assert!(end(&helped) > 0);
    assert!(stuck.points.last().unwrap()[Series::AdministratorQueue.at()] > 0 || stuck.administrator_wait.count() > 0);
}

#[test]
fn fewer_agents_make_callers_wait() {
    let busy = with(&planned(""), &[(P::RingsDesk, 1_000_000), (P::SetsUpAtOnce, 0), (P::DeskPatience, 86_400_000)]);
    let wait = |agents| one(&under(&busy, &[(Rule::DeskAgents, agents)])).desk_wait.quantile(950).unwrap_or(0);
    let nobody = one(&under(&busy, &[(Rule::DeskAgents, 0)]));
    assert_eq!(
        (nobody.hung_up > 0, nobody.quantile(TimeMeasure::DeskWait, 950)),
        (true, Some(NEVER)),
        "nobody answers"
    );
    assert_eq!(wait(50), 0);
    assert!(wait(1) > 60, "{}", wait(1));
}

/// Whoever waits is counted once: those whose time ended, and those whose time was cut short.
#[test]
fn nobody_falls_out_of_a_measure() {
    let calm = [(P::MistypesPassword, 0), (P::MistypesCode, 0), (P::NotAtHand, 0), (P::Leavers, 0)];
    let never = under(&with(&planned(""), &calm), &[(Rule::SetupOffered, 0)]);
    let run = one(&never);
    let last = run.points.last().unwrap();
    let out = last[Series::LockedOut(Group::Staff).at()] + last[Series::LockedOut(Group::Generic).at()];
    assert!(out > 20);
    assert_eq!(run.cut_short(TimeMeasure::RecoveryTime).count(), u64::from(out));
    assert_eq!(run.quantile(TimeMeasure::RecoveryTime, 950), Some(NEVER));
    let absent = with(&planned(""), &[(P::LaAbsent, 1_000_000), (P::StaleAddress, 600_000), (P::LaWait, 3_600_000)]);
    let run = one(&absent);
    let asked = [Topic::OtpAddress, Topic::PasswordReset].map(|topic| u64::from(total(&run, Series::Tickets(topic))));
    assert!(run.withdrew > 0);
    assert_eq!(run.administrator_wait.count(), 0);
    // A request after the last instant is in no point.
    let asked = asked.iter().sum::<u64>();
    assert!((asked..asked + 5).contains(&run.cut_short(TimeMeasure::AdministratorWait).count()), "of {asked}");
}

/// Work that does not fit into the day goes on when the next one opens: two hours that begin at four are done then, and
/// are not begun anew.
#[test]
fn what_does_not_fit_into_the_day_goes_on() {
    let slow =
        [(P::StaleAddress, 900_000), (P::IconAddress, 0), (P::LaHandling, 7_200_000), (P::LaHandlingP95, 7_200_000)];
    let plan = with(
        &planned(""),
        &[&slow[..], &[(P::Administrators, 1), (P::LaAbsent, 0), (P::LaWait, 86_400_000 * 60)]].concat(),
    );
    let free = under(&plan, &[(Rule::LaSession, 0)]);
    let many = with(&free, &[(P::Divisions, 0), (P::SchoolStaff, 200), (P::SchoolSpread, 0)]);
    // From eight to five four requests fit in, and one that is done when the next day opens.
    let run = one(&many);
    let grid = observation_times::of(&many);
    let ended = |day: Date| -> u32 {
        let on = |at: &usize| grid[*at].date() == day;
        (0..grid.len()).filter(on).map(|at| run.points[at][Series::Ended(TimeMeasure::AdministratorWait).at()]).sum()
    };
    assert_eq!(ended(Date::of(2023, 9, 28).unwrap()), 5);
}

/// Requests go to whoever has the least to do, so that more LAs make people wait less.
#[test]
fn more_administrators_make_people_wait_less() {
    let busy =
        [(P::StaleAddress, 800_000), (P::IconAddress, 0), (P::LaHandling, 7_200_000), (P::LaHandlingP95, 9_000_000)];
    let wait = |administrators| {
        let plan = with(&planned(""), &[&busy[..], &[(P::Administrators, administrators)]].concat());
        one(&plan).administrator_wait.mean().unwrap_or(0.0)
    };
    let waits = [1, 2, 4, 8].map(wait);
    assert!(waits.windows(2).all(|two| two[1] < two[0]), "{waits:?}");
}

/// An LA who cannot act hands on what they have to one who can.
#[test]
fn a_locked_out_administrator_hands_on() {
    let plan = with(&planned(""), &[(P::StaleAddress, 400_000), (P::IconAddress, 0), (P::Administrators, 6)]);
    let barred = under(&plan, &[(Rule::LaFactor, 1)]);
    let (all, some) = (one(&plan), one(&barred));
    let asked = total(&some, Series::Tickets(Topic::OtpAddress));
    let waiting = some.points.last().unwrap()[Series::AdministratorQueue.at()];
    assert!(asked > 0 && waiting == 0, "some have a token and act for all: {waiting} of {asked} wait");
    assert!(total(&all, Series::Tickets(Topic::OtpAddress)) > 0);
}

#[test]
fn people_sign_in_as_often_as_is_said() {
    let calm = [(P::MistypesPassword, 0), (P::MistypesCode, 0), (P::NotAtHand, 0), (P::PasswordLost, 0)];
    let never = under(&with(&planned(""), &calm), &[(Rule::Cutover, crate::policy::rules::NEVER)]);
    let sign_ins = |times| total(&one(&with(&never, &[(P::SignIns, times)])), Series::SignIns);
    let (once, thrice) = (sign_ins(1), sign_ins(3));
    assert!((2 * once..=3 * once).contains(&thrice) && once > 100, "{once} and {thrice}");
}

/// Weekly reminders are those on the days a week, two weeks, … before the cutover.
#[test]
fn weekly_reminders_are_days() {
    let text = SMALL.replace("2023-09-22", "2023-09-04");
    let made = |more: &str| {
        plan(&read("r.yaml", format!("{text}{more}").as_bytes()).unwrap(), &Library::default(), None).unwrap()
    };
    let weekly = with(&made(""), &[(P::WeeklyReminders, 2)]);
    let days = made("habits: {reminders: [2023-09-13, 2023-09-20]}\n");
    let enrolled = |plan: &RehearsalPlan| total(&one(plan), Series::Enrolled(Group::Staff));
    assert_eq!(enrolled(&weekly), enrolled(&days));
    // Those that are tied to the cutover move with it.
    let tied = made("habits: {reminders: [cutover - 14d, cutover - 7d]}\n");
    assert_eq!(enrolled(&tied), enrolled(&days));
    let later = |plan: &RehearsalPlan| {
        under(plan, &[(Rule::Cutover, plan.candidate.base().get(Rule::Cutover) + 2 * 86_400_000)])
    };
    let moved = made("habits: {reminders: [2023-09-15, 2023-09-22]}\n");
    assert_eq!(enrolled(&later(&tied)), enrolled(&later(&moved)));
    assert!(enrolled(&made("")) < enrolled(&weekly));
}

// Students -----------------------------------------------------------------------------------------------------------

/// They are there where asked for, are stopped by no second factor (Q9), get in again through a teacher, and are in no
/// number of the staff's.
#[test]
fn students_live_by_their_own_rules_and_are_counted_apart() {
    let habits = [(P::Forgets, 500_000), (P::AnswersSet, 0), (P::MistypesPassword, 0)];
    let plan = with(&planned(""), &[&habits[..], &[(P::Students, 40)]].concat());
    let run = one(&plan);
    let number = |point: &SeriesValues, series: Series| point[series.at()];
    let locked: Vec<u32> = run.points.iter().map(|p| number(p, Series::LockedOut(Group::Students))).collect();
    let last = run.points.last().unwrap();
    assert_eq!(number(last, Series::Accounts(Group::Students)), 40);
    assert_eq!(number(last, Series::Enrolled(Group::Students)), 0);
    assert!(locked.iter().any(|n| *n > 0) && locked.windows(2).any(|two| two[1] < two[0]), "{locked:?}");
    for point in &run.points {
        let causes: u32 = Reason::ALL.iter().map(|r| number(point, Series::Because(*r))).sum();
        let staff = number(point, Series::LockedOut(Group::Staff)) + number(point, Series::LockedOut(Group::Generic));
        assert_eq!(causes, staff);
    }
    let alone = with(&plan, &[(P::Students, 0)]);
    assert_eq!(
        one(&alone).places.iter().map(|(all, _)| *all).sum::<u32>(),
        run.places.iter().map(|(all, _)| *all).sum::<u32>()
    );
    let (mut students, mut told) = (0, 0);
    for number in 1.. {
        match extract(&plan, &Library::default(), 0, PersonRef { place: 0, number }, None) {
            Ok(pulled) if pulled.text.contains("person: {role: student") => {
                assert!(!pulled.text.contains("who: person, do: enrol"), "{}", pulled.text);
                students += 1;
                told += usize::from(pulled.text.contains("do: tell"));
            }
            Ok(_) => {}
            Err(why) if why.contains("there is no number") => break,
            Err(why) => panic!("{why}"),
        }
    }
    assert!(students == 40 && told > 0, "{students} students, {told} of them told a password by a teacher");
}

/// A directory's students are students, wherever among the rows they are, and its staff have their helpers.
#[test]
fn students_of_a_directory_are_no_staff() {
    let row = |at: u32| format!("{at},kranji,{}\n", if at.is_multiple_of(3) { "student" } else { "" });
    let rows: String = (1..=30).map(row).collect();
    let places = crate::rehearsal::setup::directory::read("d.csv", format!("person,place,role\n{rows}").as_bytes())
        .unwrap()
        .places;
    let plan = RehearsalPlan { directory: Some(places), ..with(&planned(""), &[(P::Newcomers, 0), (P::Leavers, 0)]) };
    let point = *one(&plan).points.first().unwrap();
    let accounts = |of| point[Series::Accounts(of).at()];
    assert_eq!((accounts(Group::Staff), accounts(Group::Students)), (20, 10));
    assert!(accounts(Group::Administrators) > 0, "their role is drawn");
}

/// Who is gone is in no count, no share and no decision.
#[test]
fn whoever_is_gone_leaves_every_count() {
    let row =
        |at: u32| if at <= 10 { format!("{at},kranji,false,2023-09-22\n") } else { format!("{at},kranji,true,\n") };
    let rows: String = (1..=20).map(row).collect();
    let text = format!("person,place,enrolled,last-day\n{rows}");
    let places = crate::rehearsal::setup::directory::read("d.csv", text.as_bytes()).unwrap().places;
    let halt = "policy: Halt\nextends: guide-v1.1\ndecisions:\n  - {id: halt, at: 2023-09-26 12:00, \
                if: {measure: not-set-up, of: schools, more-than: 40%}, places: schools, rules: {cutover: never}}\n";
    let halt = read("halt.yaml", halt.as_bytes()).unwrap();
    let (book, faults) = Library::new(&[("halt".to_owned(), &halt)], BTreeSet::new());
    assert!(faults.is_empty(), "{faults:?}");
    let gate = "gates: [{id: g, measure: enrolled, at: 2023-09-26 18:00, at-least: 95%}]\n";
    let loaded = read("r.yaml", format!("{SMALL}policy: halt\n{gate}").as_bytes()).unwrap();
    let plan = plan(&loaded, &book, None).unwrap();
    let calm = [(P::Newcomers, 0), (P::Leavers, 0), (P::LosesPhone, 0), (P::EnrolBase, 0), (P::EnrolDeadline, 0)];
    let plan = RehearsalPlan { directory: Some(places), ..with(&plan, &calm) };
    let run = one(&plan);
    assert_eq!(run.decided, [false], "all who are there have set up");
    assert_eq!((run.gates[0].part, run.gates[0].whole), (10, 10));
    let last = run.points.last().unwrap();
    assert_eq!([Series::Accounts, Series::Enrolled].map(|of| last[of(Group::Staff).at()]), [10, 10]);
}

/// Both SPOCs are mailed (N1a): whoever is there hands the credentials on.
#[test]
fn newcomers_get_credentials_where_one_spoc_has_gone() {
    let rows = "1,k,spoc,2023-09-23,\n2,k,spoc,,\n3,k,staff,,\n4,k,staff,,2023-09-26\n5,k,staff,,2023-09-26\n";
    let text = format!("person,place,role,last-day,first-day\n{rows}");
    let places = crate::rehearsal::setup::directory::read("d.csv", text.as_bytes()).unwrap().places;
    let plan = with(&planned(""), &[(P::Newcomers, 0), (P::Leavers, 0), (P::NoPhone, 0), (P::StaleAddress, 0)]);
    // Nobody else sets up: whoever is stopped comes back another time.
    let nobody =
        [(P::EnrolBase, 0), (P::EnrolDeadline, 0), (P::SetsUpAtOnce, 0), (P::RingsDesk, 0), (P::IconAddress, 0)];
    let plan = RehearsalPlan { directory: Some(places), ..with(&plan, &nobody) };
    let last = *one(&plan).points.last().unwrap();
    assert_eq!(last[Series::Accounts(Group::Staff).at()], 4);
    let set_up = last[Series::Enrolled(Group::Staff).at()];
    assert_eq!(set_up, 2, "newcomers set up as soon as they have credentials");
}

/// One in ten members leaves a generic account in a year, and another joins for each.
#[test]
fn members_leave_as_often_as_is_said() {
    let text = SMALL.replace("2023-09-22, to: 2023-10-02", "2023-10-02, to: 2023-12-29");
    let property = "properties: P\nlist: [{name: Nobody leaves, never: {do: leave, result: done}}]\n";
    let property = read("p.yaml", property.as_bytes()).unwrap();
    let (book, _) = Library::new(&[("p".to_owned(), &property)], BTreeSet::new());
    let gates = "gates: [{id: g, property: Nobody leaves, violations-at-most: 0}]\n";
    let loaded = read("r.yaml", format!("{text}{gates}").as_bytes()).unwrap();
    let plan = plan(&loaded, &book, None).unwrap();
    let plan = with(&plan, &[(P::Divisions, 0), (P::Generic, 40), (P::Leavers, 0), (P::MembersLeave, 1_000_000)]);
    // In the last quarter of 2023 there are some 33 of 193 school days: of 200 members about 34 leave.
    let left: Vec<u32> = (0..4).map(|n| replicate(&plan, n, &[]).violations[0]).collect();
    let (sum, days) = (left.iter().sum::<u32>(), school_days());
    let expected = 4 * 200 * days.0 / days.1;
    assert!((expected * 8 / 10..=expected * 12 / 10).contains(&sum), "{left:?}, and {expected} in all");
}

/// The school days of the last quarter of 2023, and those of the year.
fn school_days() -> (u32, u32) {
    let count = |from: Date, to: Date| {
        let open = (from.0..=to.0).filter(|day| crate::kernel::calendar::is_school_day(Date(*day)).unwrap());
        u32::try_from(open.count()).unwrap()
    };
    let day = |month, day| Date::of(2023, month, day).unwrap();
    (count(day(10, 2), day(12, 29)), count(day(1, 1), day(12, 31)))
}

/// A clock can be off by as much as a span can be.
#[test]
fn clocks_are_off_by_as_much_as_is_said() {
    for most in [180_000, 25 * 86_400_000, 10_000 * 86_400_000] {
        let plan = with(&planned(""), &[(P::ClockWrong, 1_000_000), (P::ClockOff, most)]);
        let made = draw(plan.population(), Draws { seed: 1, replicate: 0 });
        let clocks: Vec<i64> = made.world.people.iter().filter_map(|p| Some(p.phone.as_ref()?.clock.0)).collect();
        assert!(clocks.iter().all(|off| off.abs() <= most) && clocks.iter().any(|off| off.abs() > most / 2), "{most}");
        assert!(clocks.iter().any(|off| *off < 0) && clocks.iter().any(|off| *off > 0));
    }
}

/// Whoever is sent from the desk to an LA whom nobody is gives up for the day.
#[test]
fn people_give_up_for_the_day_where_nobody_can_help() {
    let plan = with(&planned(""), &[(P::Administrators, 0), (P::PasswordLost, 300_000), (P::AnswersSet, 0)]);
    let run = one(&plan);
    let calls = total(&run, Series::Tickets(Topic::Other));
    // Seven working days, some fourteen people, and not more than half of the steps of a day are calls.
    assert!((1..=7 * 14 * 4).contains(&calls), "{calls}");
}

/// Whoever is without a device goes where the policy sends them: to the desk, where that may issue a password.
#[test]
fn emergency_passwords_are_asked_for() {
    let plan = with(&planned(""), &[(P::LosesPhone, 999_000), (P::NewPhone, 7 * 86_400_000), (P::RingsDesk, 0)]);
    let issued = under(&plan, &[(Rule::Emergency, 1)]);
    let used = |plan: &RehearsalPlan| total(&one(plan), Series::Granted(Factor::EmergencyPassword));
    assert_eq!(used(&plan), 0);
    assert!(used(&issued) > 0 && total(&one(&issued), Series::Tickets(Topic::EmergencyPassword)) > 0);
}

/// Its generic accounts are shared by whom it says, and its people come and go when it says.
#[test]
fn a_directory_knows_circles_and_days() {
    let row = |at: u32| {
        let generic = if at <= 6 { if at == 4 { "office*" } else { "office" } } else { "" };
        let (first, last) = match at {
            11 => ("2023-09-26", ""),
            12 => ("", "2023-09-28"),
            13 => ("", "2023-09-01"),
            _ => ("", ""),
        };
        format!("{at},kranji,{generic},{first},{last}\n")
    };
    let rows: String = (1..=30).map(row).collect();
    let text = format!("person,place,generic,first-day,last-day\n{rows}");
    let places = crate::rehearsal::setup::directory::read("d.csv", text.as_bytes()).unwrap().places;
    let plan = RehearsalPlan { directory: Some(places), ..with(&planned(""), &[(P::Newcomers, 0), (P::Leavers, 0)]) };
    let made = draw(plan.population(), Draws { seed: 1, replicate: 0 });
    let members: Vec<u32> = made.generic[0].members.iter().map(|id| id.0).collect();
    assert_eq!((made.generic.len(), members), (1, vec![4, 1, 2, 3, 5, 6]), "custodian first");
    let accounts = |at: usize| one(&plan).points[at][Series::Accounts(Group::Staff).at()];
    let end = observation_times::of(&plan).len() - 1;
    assert_eq!((accounts(0), accounts(end)), (28, 28), "one has gone before, one comes on the way, and one goes");
    let last = Date::of(2023, 9, 28).map(|day| Date(day.0 + 1).small());
    let goes = made.traits.iter().filter_map(|traits| traits.goes.get()).filter(|day| *day > plan.from.small());
    assert_eq!(goes.collect::<Vec<_>>(), Vec::from_iter(last), "the last day is one of theirs");
    assert_eq!(made.places[0].people, 1..31, "everybody keeps their number");
}

// Gates over properties ----------------------------------------------------------------------------------------------

/// Properties that are judged person by person: for one that is an act, one with a memory, and two of states.
const WATCHED: &str = "
  - {name: Never stopped, for-each: person, never: {do: sign-in, result: no-second-factor}}
  - {name: Stopped before, for-each: person, never: {do: enrol, result: done}, until: {do: sign-in, result: no-second-factor}}
  - {name: A device answers, for-each: account, never: {enrolled: true, device-held: false}}
  - {name: Set up by then, for-each: person, before: cutover, eventually: {enrolled: true}}
";
const NAMES: [&str; 4] = ["Never stopped", "Stopped before", "A device answers", "Set up by then"];

/// One semantics: what a gate counts is what replays of everyone, one by one, call violated.
#[test]
fn a_gate_counts_the_people_whose_replay_violates_it() {
    let gate = |(at, n): (usize, &&str)| format!("  - {{id: g{at}, property: {n}, violations-at-most: 0}}\n");
    let gates: String = NAMES.iter().enumerate().map(gate).collect();
    let properties = read("p.yaml", format!("properties: P\nlist:{WATCHED}").as_bytes()).unwrap();
    let (book, faults) = Library::new(&[("p".to_owned(), &properties)], BTreeSet::new());
    assert!(faults.is_empty(), "{faults:?}");
    let text = format!("{}gates:\n{gates}", SMALL.replace("generic-per-place: 1", "generic-per-place: 0"));
    let loaded = read("r.yaml", text.as_bytes()).unwrap();
    let plan = plan(&loaded, &book, None).unwrap_or_else(|f| panic!("{f:?}"));
    let plan = with(&plan, &[(P::NoPhone, 100_000), (P::LosesPhone, 900_000), (P::NotAtHand, 30_000), (P::Leavers, 0)]);
    let counted = one(&plan).violations;
    let mut violated = [0_u32; NAMES.len()];
    for place in 0..2 {
        for number in 1.. {
            let pulled = match extract(&plan, &book, 0, PersonRef { place, number }, None) {
                Ok(pulled) => pulled,
                Err(why) if why.contains("there is no number") => break,
                Err(why) => panic!("{why}"),
            };
            // Helpers are there too: the property is that of the person alone.
            let own = WATCHED.replace("for-each: person, ", "").replace("for-each: account, ", "");
            let own = own.replace("{do:", "{who: person, do:").replace("{enrolled:", "{account: person, enrolled:");
            let text = format!("{}\nproperties:{own}", pulled.text);
            let loaded = read("one.yaml", text.as_bytes()).unwrap_or_else(|f| panic!("{f:?}\n{text}"));
            let FileContents::Scenario(cases) = &loaded.contents else { panic!("no scenario") };
            let replayed = crate::replay::plan(&loaded, &cases[0], &book, None).unwrap().run().unwrap();
            for (count, judged) in violated.iter_mut().zip(&replayed.properties) {
                *count += u32::from(judged.judgement.verdict == PropertyVerdict::Violated);
            }
        }
    }
    assert_eq!(counted, violated, "{NAMES:?}");
    assert!(counted.iter().all(|n| *n > 0), "{counted:?}");
}

// A closer look ------------------------------------------------------------------------------------------------------

/// A small place where much goes wrong.
fn troubled() -> RehearsalPlan {
    let habits =
        [(P::NoPhone, 100_000), (P::PasswordLost, 150_000), (P::StaleAddress, 100_000), (P::IconAddress, 150_000)];
    let more = [(P::LosesPhone, 900_000), (P::Forgets, 300_000), (P::NotAtHand, 150_000), (P::MistypesCode, 100_000)];
    let newcomers = [(P::Newcomers, 900_000), (P::NoApp, 700_000), (P::RingsDesk, 300_000)];
    let all: Vec<(P, i64)> = habits.into_iter().chain(more).chain(newcomers).collect();
    with(&planned("decide-by: 2023-09-24\n"), &all)
}

#[test]
fn looking_and_writing_change_nothing() {
    let (plan, grid) = (troubled(), observation_times::of(&troubled()));
    let plain = replicate(&plan, 0, &grid);
    let (mut snapshot, mut journal) = (EveSnapshot::new(&plan), Journal::of(PersonRef { place: 0, number: 7 }));
    let options = RunOptions { observers: vec![&mut journal, &mut snapshot], ..RunOptions::default() };
    assert_eq!(replicate_with(&plan, 0, &grid, options, |_| Symbolic), plain);
    assert!(!journal.entries.is_empty());
    // What is seen on the morning is what is counted there.
    let places = snapshot.locked_out().fold(vec![0; plain.places.len()], |mut sums: Vec<u32>, seen| {
        sums[seen.place as usize] += 1;
        sums
    });
    assert_eq!(places, plain.places.iter().map(|(_, out)| *out).collect::<Vec<_>>());
    assert!(snapshot.locked_out().count() > 3);
    assert!(snapshot.accounts.iter().any(|account| account.lacks.has(Remedy::Enrol)));
}

#[test]
fn a_remedy_leaves_nobody_lacking_it_and_helps() {
    let plan = RehearsalPlan { runs: 6, ..troubled() };
    let all = study(&plan, &[], false, &|_| ());
    let first = all.remedies.first().unwrap();
    assert!(first.morning.difference.sum() < 0, "{first:?}");
    assert!(all.remedies.windows(2).all(|two| two[0].morning.difference.sum() <= two[1].morning.difference.sum()));
    // The lines of the work list add up to those who lack it.
    for one in &all.remedies {
        let lines = all.work.iter().filter(|((.., remedy), _)| *remedy == one.remedy);
        assert_eq!(i128::from(lines.map(|(_, line)| line.lack).sum::<u32>()), one.lack.sum());
    }
}

#[test]
fn everybody_can_be_pulled_out_and_is_replayed_green() {
    // Where much more goes wrong, helpers too get new passwords on the way, and tokens lie that nobody takes.
    let habits = [(P::LosesPhone, 990_000), (P::Forgets, 600_000), (P::NotAtHand, 300_000), (P::MistypesCode, 300_000)];
    let more = [(P::MistypesPassword, 200_000), (P::StaleAddress, 200_000), (P::NoPhone, 200_000)];
    let clocks = [(P::ClockWrong, 500_000), (P::LaAbsent, 200_000), (P::Students, 4)];
    let harsh = with(&troubled(), &[&habits[..], &more, &clocks].concat());
    let harsh = under(&harsh, &[(Rule::OtpLoss, 100_000)]);
    let (mut done, mut helped) = (0, 0);
    for (plan, run) in [(troubled(), 0), (troubled(), 1), (troubled(), 2), (harsh.clone(), 5), (harsh, 7)] {
        for place in 0..2 {
            for number in 1.. {
                match extract(&plan, &Library::default(), run, PersonRef { place, number }, None) {
                    Ok(pulled) => {
                        assert!(pulled.verdict.green() && pulled.verdict.judged > 0 || !pulled.text.contains("do: "));
                        helped += usize::from(pulled.text.contains("do: reset-password"));
                        done += 1;
                    }
                    Err(why) if why.contains("there is no number") => break,
                    Err(why) => panic!("{why}"),
                }
            }
        }
    }
    assert!(done > 100 && helped > 0, "{done} people, {helped} of them helped by an LA");
}

#[test]
fn whoever_flips_is_locked_out_under_one_policy_alone() {
    let plan = RehearsalPlan { runs: 3, ..troubled() };
    let later = under(&plan, &[(Rule::Cutover, plan.candidate.base().get(Rule::Cutover) + 7 * 86_400_000)]);
    // The replay finds its policy by name; the base itself makes both tellings the same, so nobody flips.
    assert!(counterfactuals(&plan, &plan, &Library::default()).is_empty());
    let looks = |plan: &RehearsalPlan| replicate_with_snapshot(plan, 0, &observation_times::of(plan), None).1;
    assert_ne!(looks(&plan).locked_out().count(), looks(&later).locked_out().count());
}
