//! One person's story for each main cause.
//!
//! Promises the engine's own account of it, as `explain` tells it. Deliberately shortens nothing but what came long before.

use super::Rehearsed;
use crate::policy::request::Reason;
use maud::{Markup, html};

/// A person whose morning is told.
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

pub fn stories(all: &Rehearsed<'_>) -> Markup {
    if all.stories.is_empty() {
        return html! { p { "Nobody whose story could be told was locked out in the runs that were looked at." } };
    }
    html! {
        @for story in all.stories {
            article.story {
                h3 { (story.who) ": " (story.cause.word()) }
                pre.wide tabindex="0" role="region" aria-label={ "The story of " (story.who) } { (story.text) }
                p.meta { "As a scenario of its own: " code { (story.command) } }
            }
        }
    }
}
