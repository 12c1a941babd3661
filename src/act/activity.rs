//! An act under way: who does what where, and how far it has come.
//!
//! Promises to hold what a person has in mind, and nothing of a party. Deliberately moves nothing on: the engine does.

use super::step::Step;
use super::vocabulary::{Act, Pick, Typing};
use crate::clause::Clauses;
use crate::kernel::{CompactOption, Time, copy_into};
use crate::policy::request::Reason;
use crate::policy::request::Via;
use crate::world::ids::{AccountId, ComputerId, PersonId};
use smallvec::SmallVec;

/// An act under way.
#[derive(Debug, PartialEq, Eq)]
pub struct Activity {
    /// Which row of the timeline.
    pub row: usize,
    /// What.
    pub act: Act,
    /// Who.
    pub person: PersonId,
    /// Those who join in at the same screen.
    pub with: SmallVec<[PersonId; 4]>,
    /// On which account.
    pub account: AccountId,
    /// At which computer.
    pub computer: ComputerId,
    /// Begins with a fresh browser: no session, no known account.
    pub fresh: bool,
    /// Which profile the person looks at, where the app has several of the label.
    pub profile: Pick,
    /// A code is typed no earlier than this.
    pub code_at: CompactOption<Time>,
    /// Each step waits until it is told; otherwise the steps follow one another at a person's pace.
    pub by_steps: bool,
    /// The step that comes next and waits to be told.
    pub held: Option<Step>,
    /// How the code is typed.
    pub code: Typing,
    /// Steps taken so far.
    pub taken: u32,
    /// How many of the participants have had their turn at the present page.
    pub turn: u16,
    /// Some step has turned the page.
    pub turned: bool,
    /// Some page has prompted to set up a second factor.
    pub prompted: bool,
    /// Reading mail in the second tab.
    pub reading: bool,
    /// The act has deleted the old token.
    pub deleted: bool,
    /// When the person began to wait for a mail.
    pub waiting_since: CompactOption<Time>,
    /// Waiting for a mail now.
    pub waits: bool,
    /// The way in that was taken.
    pub via: Option<Via>,
    /// What it rests on so far.
    pub rests: Clauses,
    /// The last refusal on the way, which a page may bring to light later.
    pub refused: Option<(Reason, Clauses)>,
    /// What the last decision on the way rests on.
    pub last: Clauses,
    /// When a code was typed.
    pub typed_at: CompactOption<Time>,
}

impl Clone for Activity {
    fn clone(&self) -> Activity {
        Activity { with: SmallVec::from_slice(&self.with), ..*self }
    }

    /// A search makes copies by the million, into the same place.
    fn clone_from(&mut self, from: &Activity) {
        copy_into(&mut self.with, &from.with);
        *self = Activity { with: std::mem::take(&mut self.with), ..*from };
    }
}

impl Activity {
    /// An act that is about to begin.
    pub const fn new(row: usize, act: Act, person: PersonId, account: AccountId, computer: ComputerId) -> Activity {
        Activity {
            row,
            act,
            person,
            with: SmallVec::new_const(),
            account,
            computer,
            fresh: false,
            profile: Pick::Newest,
            code_at: CompactOption::NONE,
            by_steps: false,
            held: None,
            code: Typing::Right,
            taken: 0,
            turn: 0,
            turned: false,
            prompted: false,
            reading: false,
            deleted: false,
            waiting_since: CompactOption::NONE,
            waits: false,
            via: None,
            rests: Clauses::NONE,
            refused: None,
            last: Clauses::NONE,
            typed_at: CompactOption::NONE,
        }
    }

    /// The person and those who join in, in order.
    pub fn participant(&self, turn: u16) -> Option<PersonId> {
        match turn.checked_sub(1) {
            None => Some(self.person),
            Some(at) => self.with.get(usize::from(at)).copied(),
        }
    }

    /// The person and those who join in.
    pub fn participants(&self) -> impl Iterator<Item = PersonId> {
        std::iter::once(self.person).chain(self.with.iter().copied())
    }

    /// Notes whose turn it is after a step: those who take part scan, test and remove their profiles one after another.
    pub const fn turn_after(&mut self, step: Step) {
        match step {
            Step::ScanQr { .. } | Step::Test(_) | Step::RemoveProfile(_) => self.turn += 1,
            Step::EndMembership { .. } | Step::Interaction(_) => self.turn = 2,
            Step::Delete { .. } => (self.turn, self.deleted) = (0, true),
            Step::ShowQr | Step::SaveToken(_) => self.turn = 0,
            Step::Visit(_) | Step::EnterPassword(_) | Step::ChangeExpired | Step::OpenTile(_) => {}
            Step::ChooseAccount(_) | Step::OldSignIn(_) | Step::EnterCode(_) | Step::PressBack => {}
            Step::OpenSetup | Step::EnterLoginId(_) | Step::NextOtp | Step::EnterOtp { .. } => {}
            Step::ReloadEnrolment | Step::EnterSecret | Step::EnterSerial(_) => {}
            Step::SignOutGoogle | Step::Logout | Step::ForgotPassword | Step::Answers => {}
            Step::NewPassword(_) | Step::ChangePassword(_) | Step::SetAnswers => {}
        }
    }
}
