//! The section of stories: for each main cause, what happened to one person on the first morning.
//!
//! Promises the engine's own account of it, as `explain` tells it. Deliberately shortens only what happened long
//! before.

use crate::kernel::Draws;
use crate::policy::request::Reason;
use crate::rehearsal::extract::choose::ExtractedStory;
use crate::rehearsal::measure::summary::Summary;
use crate::rehearsal::setup::names::name;
use crate::rehearsal::setup::observation_times::first_morning;
use maud::{Markup, html};

/// The story of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Why they are locked out.
    pub cause: Reason,
    /// Who it is.
    pub who: String,
    /// The command that pulls this person out as a scenario.
    pub command: String,
    /// What happened.
    pub text: String,
}

impl Story {
    /// The story of an extracted person, by name if names are asked for.
    pub fn of(summary: &Summary<'_>, told: &ExtractedStory, names: bool) -> Story {
        let plan = summary.plan;
        let draws = Draws { seed: u64::from(plan.seed), replicate: told.run };
        let (place, number) = (plan.place(told.whose.place), told.whose.number);
        let who = if names {
            format!("{} of {place}", name(draws, told.person.0))
        } else {
            format!("{place}, number {number}")
        };
        Story {
            cause: told.cause,
            who,
            command: format!(
                "mims-sim rehearse {} --seed {} --person {place}/{number} --replicate {}",
                plan.file, plan.seed, told.run
            ),
            text: told.pulled.story(first_morning(plan)),
        }
    }
}

/// The section.
pub fn stories(stories: &[Story]) -> Markup {
    if stories.is_empty() {
        return html! { p { "Nobody whose story could be told was locked out in the runs that were looked at." } };
    }
    html! {
        @for story in stories {
            article.story {
                h3 { (story.who) ": " (story.cause.word()) }
                pre.wide tabindex="0" role="region" aria-label={ "The story of " (story.who) } { (story.text) }
                p.meta { "As a scenario of its own: " code { (story.command) } }
            }
        }
    }
}
