//! mims-sim: a deterministic discrete-event simulator that rehearses an identity rollout before the day.
//!
//! One guide told 40,000 people how to move their accounts behind an identity provider with a second factor. This
//! library simulates the parties of that rollout (portal, self-service, e-mail OTP server, Google Workspace,
//! authenticator devices) and the people who follow the guide. Every refusal cites the clause of the guide that it
//! rests on.
//!
//! # A scenario, to a verdict with its clause
//!
//! A scenario is a YAML text: who there is, what they do when, and what is expected. [`format::load::read`] checks it
//! against the schema, [`replay::plan`] resolves its names and times, and `run` replays it on the engine and judges it.
//!
//! ```
//! use mims_sim::clause::Clause;
//! use mims_sim::format::load::{FileContents, read};
//! use mims_sim::replay::{library::Library, plan};
//!
//! let text = "
//! scenario: Nobody set up, and the day came
//! cites: [Q7]
//! given:
//!   people: {gwen: {}}
//! when:
//!   - day: Wed 2023-09-27
//!   - {at: 00:00, who: gwen, do: sign-in, expect: no-second-factor, resting-on: Q7}
//! ";
//! let file = read("first.yaml", text.as_bytes()).expect("it has the shape of a scenario");
//! let FileContents::Scenario(cases) = &file.contents else { panic!("it begins with `scenario:`") };
//! // The guide's current edition is built in; other policies would be read from files.
//! let plan = plan(&file, &cases[0], &Library::default(), None).expect("its names and times mean something");
//!
//! let verdict = plan.run().expect("its rows can be replayed");
//! assert!(verdict.green(), "everything expected came to pass");
//!
//! let (time, end) = verdict.ended[0].as_ref().expect("the sign-in ended");
//! assert_eq!(time.clock(), "00:00:13");
//! assert_eq!(end.result.word(), "no-second-factor");
//! assert!(end.clauses.contains(Clause::Q7), "Q7: not set up by the cutover, sign-in to iCON fails");
//! ```
//!
//! # A small ministry, to go or no go
//!
//! A rehearsal draws people with habits and rolls one policy out over them, many times over. Gates judge the counts.
//!
//! ```
//! use mims_sim::format::load::read;
//! use mims_sim::rehearsal::measure::gate::{GoNoGo, go_no_go};
//! use mims_sim::rehearsal::{observation_times, plan, replicates};
//! use mims_sim::replay::library::Library;
//!
//! let text = "
//! rehearsal: One small school through the cutover
//! policy: guide-v1.1
//! decide-by: 2023-09-20
//! span: {from: 2023-09-20, to: 2023-09-29}
//! population: {schools: 1, divisions: 0, staff-per-school: 20}
//! runs: 8
//! seed: 7
//! gates:
//!   - {id: day-one, measure: locked-out, of: staff, at: 2023-09-27 09:00, at-most: 5%, in-runs: 50%}
//! ";
//! let file = read("school.yaml", text.as_bytes()).expect("it has the shape of a rehearsal");
//! let plan = plan(&file, &Library::default(), None).expect("its names and times mean something");
//!
//! let instants = observation_times::of(&plan);
//! let runs = replicates(&plan, 0..plan.runs, &instants);
//! let gates = plan.gates.iter().enumerate();
//! let verdicts: Vec<_> = gates.map(|(at, gate)| gate.judge(at, &runs, false)).collect();
//! assert_eq!(verdicts[0].met_in, 0, "too few have set up by the first morning, in every run");
//! assert_eq!(go_no_go(&plan, &verdicts), GoNoGo::NoGo);
//! ```
//!
//! # The order of events
//!
//! These five rules make a run a function of its inputs.
//!
//! 1. *Run to completion.* All messages that one click causes are delivered before anything else happens, in the order
//!    of sending. Only mail, requested tokens and propagation wait.
//! 2. *Time, then sequence.* What waits is due in the order of (time, sequence number); ties are first in, first out.
//! 3. *One order among sources.* At one instant a fault comes first, then the counts, then what is under way, then what
//!    has ended, then what people took up, then the plan of the day.
//! 4. *Keyed draws.* A random number is a function of (seed, replicate, entity, purpose, index): one more draw changes
//!    no other, and two policies meet the same people with the same luck.
//! 5. *Ordered reduction.* Threads may finish in any order; results are collected in the order of their numbers.
//!
//! # Where to look next
//!
//! | to | see |
//! | --- | --- |
//! | write a file | [`mod@format`]: files, from bytes to checked types; [`diagnostic`]: what an author reads when one is wrong |
//! | change a rule | [`policy`]: rules as data, and the one place that applies them; [`clause`]: the guide's catalogue |
//! | change a party or a person | [`world`]: parties and their messages; [`act`]: what people do; [`engine`]: what runs it all |
//! | ask about all runs of a small world | [`search`]: transitions and reachable states; [`property`]: temporal properties; [`explore`]: counterexamples |
//! | replay one run | [`replay`]: a scenario run, judged and told |
//! | rehearse a rollout | [`rehearsal`]: population, replicates, gates; [`statistics`]: what counts say, and how surely |
//! | read or write reports | [`report`]: the verdicts for people and machines; [`mod@counted`]: counts in words |
//! | keep time and chance | [`kernel`]: virtual clock, event queue, keyed draws; [`trace`]: what happened |
//!
//! `examples/` has three programs: `replay`, `rehearse` and `own_policy`. `ARCHITECTURE.md` is the map of the source.

pub mod act;
pub mod clause;
pub mod counted;
pub mod diagnostic;
pub mod engine;
pub mod explore;
pub mod format;
pub mod kernel;
pub mod policy;
pub mod property;
pub mod rehearsal;
pub mod replay;
pub mod report;
pub mod search;
pub mod statistics;
pub mod trace;
pub mod world;
