//! mims-sim rehearses an identity rollout before the day.
//!
//! In reading order: [`mod@counted`] is counts in words, [`diagnostic`] is what an author reads when a file is wrong, [`clause`] the guide's catalogue,
//! [`kernel`] the virtual clock and the draws, [`statistics`] what replicates say and how surely, [`policy`] the rules as data, [`world`] the parties, [`act`] what people
//! do, [`trace`] what happened, [`engine`] what runs it all, [`search`] what can come next, [`property`] what has to be so in a run, [`mod@format`] the files, [`replay`] a scenario run and judged,
//! [`explore`] the search for a schedule that breaks a property, [`rehearsal`] a rollout many times over, [`report`] the verdicts as people and machines read them.

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
