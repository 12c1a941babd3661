//! Intents: what a person or a helper means to do, as the agenda of a replicate holds it until its time comes.
//!
//! Promises that an intent says who and what, and knows nothing of how: a behaviour carries it out. Deliberately holds
//! no state.

use crate::policy::request::Topic;
use crate::rehearsal::behaviour::helpdesk::queue::TicketId;
use crate::world::ids::{AccountId, PersonId};

/// What somebody means to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// A sign-in to iCON.
    SignIn(PersonId, AccountId),
    /// The set-up of a second factor; from the start where there is an old token.
    Enrol(PersonId, AccountId),
    /// A new password by the security questions.
    Forgot(PersonId, AccountId),
    /// A question to whomever the guide names for its topic.
    Ask(PersonId, AccountId, Topic),
    /// A call to the desk.
    Ring(PersonId, AccountId),
    /// The person has installed an authenticator app.
    HasApp(PersonId),
    /// The person has fetched the device.
    HasDevice(PersonId),
    /// The person has lost the phone.
    LosesPhone(PersonId),
    /// The person has another phone.
    NewPhone(PersonId),
    /// A new account is made for the person.
    Created(PersonId),
    /// A helper reads the mail with a newcomer's credentials.
    ReadsMail(PersonId, AccountId),
    /// A helper hands a newcomer the credentials.
    HandsOver(PersonId, AccountId),
    /// A teacher tells a student the password that an LA has set.
    Tells(PersonId, AccountId),
    /// A member leaves a generic account.
    Leaves(PersonId, AccountId),
    /// A person joins a generic account.
    Joins(PersonId, AccountId),
    /// The next move of a helper, or of somebody who waits for one.
    Helps(HelperMove),
    /// An observer has asked to look at this time.
    Wakes,
    /// The policy's next staged decision is due.
    Decides,
}

/// What a helper, or somebody who waits for one, does next about a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelperMove {
    /// The helper who was asked notices the ticket.
    Sees(TicketId),
    /// The helper has spent the time that the ticket in hand takes.
    Done(PersonId),
    /// The helper looks whether there is something to do.
    Looks(PersonId),
    /// The person who asked waits no longer for the LA.
    Withdraws(TicketId),
    /// The caller hangs up.
    HangsUp(TicketId),
    /// OPA looks whether a hard token has come.
    Collects(PersonId),
}

impl Intent {
    /// Whose intent it is; none where it is about a ticket, or nobody's.
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Intent::SignIn(person, _)
            | Intent::Enrol(person, _)
            | Intent::Forgot(person, _)
            | Intent::Ask(person, ..)
            | Intent::Ring(person, _)
            | Intent::HasApp(person)
            | Intent::HasDevice(person)
            | Intent::LosesPhone(person)
            | Intent::NewPhone(person)
            | Intent::Created(person)
            | Intent::ReadsMail(person, _)
            | Intent::HandsOver(person, _)
            | Intent::Tells(person, _)
            | Intent::Leaves(person, _)
            | Intent::Joins(person, _) => Some(person),
            Intent::Helps(step) => step.person(),
            Intent::Wakes | Intent::Decides => None,
        }
    }
}

impl HelperMove {
    /// Which helper's move it is; none where it is about a ticket.
    pub const fn person(self) -> Option<PersonId> {
        match self {
            HelperMove::Done(person) | HelperMove::Looks(person) | HelperMove::Collects(person) => Some(person),
            HelperMove::Sees(_) | HelperMove::Withdraws(_) | HelperMove::HangsUp(_) => None,
        }
    }
}
