//! The event loop: the due event that is next, and the clock that moves to it.
//!
//! Promises that events come in the order of (time, sequence): ties are first-in, first-out.

use super::Engine;
use super::activities::BEFORE;
use super::context::Due;
use crate::kernel::units::MINUTE;
use crate::kernel::{CompactOption, Span, Time};
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::ids::{PersonId, TokenId};
use crate::world::state::HardToken;

/// The time after which a person who cannot take up a token yet is asked again.
const TOKEN_WAITS: Span = Span(10 * MINUTE);

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// The virtual time.
    pub fn now(&self) -> Time {
        self.context.now
    }

    /// The time of the next due event.
    pub fn next_due(&self) -> Option<Time> {
        self.context.queue.peek()
    }

    /// Whether nothing happens any more as long as nobody acts: at most tokens wait, for somebody who still holds the
    /// last one.
    pub fn is_still(&self) -> bool {
        let lies = |due: &Due| match due {
            Due::TokenMade { holder } => self.world.people.get(holder.at()).is_some_and(|p| p.token.is_some()),
            _ => false,
        };
        self.context.queue.waiting().all(|(_, _, due)| lies(due))
    }

    /// Takes all events that are due up to and including this time, and sets the clock to it.
    pub fn run_until(&mut self, time: Time) {
        while self.next_due().is_some_and(|at| at <= time) {
            self.turn();
        }
        self.context.now = self.context.now.max(time);
    }

    /// Takes the next due event; returns `false` where there is none.
    pub fn turn(&mut self) -> bool {
        let Some((time, due)) = self.context.queue.pop() else { return false };
        self.context.now = self.context.now.max(time);
        match due {
            Due::Deliver(message) => {
                // A party that does not answer gets it afterwards.
                if let Some(until) = self.context.down(message.to) {
                    self.context.queue.push(until, Due::Deliver(message));
                    return true;
                }
                let closes = self.world.computers.close_after_use();
                if closes {
                    self.world.computers.open(message.computer);
                }
                self.context.inbox.push_back(message);
                self.complete();
                if closes {
                    self.world.computers.close(message.computer);
                }
            }
            Due::Look { activity, since } => {
                if self.waits(activity, since) {
                    self.with(activity, BEFORE, Self::look);
                }
            }
            Due::Step { activity, step } => {
                self.with(activity, BEFORE, |engine, at, activity| engine.take(at, activity, step))
            }
            Due::TokenMade { holder } => self.token_made(holder),
        }
        true
    }

    /// A requested token arrives; it waits while the last one is still in the hands of its holder.
    fn token_made(&mut self, holder: PersonId) {
        let token = TokenId(u32::try_from(self.world.tokens.len()).unwrap_or(u32::MAX));
        match self.world.people.get_mut(holder.at()) {
            Some(person) if person.token.get().is_none() => {
                person.token = CompactOption::some(token);
                self.world.tokens.push(HardToken::default());
            }
            Some(_) => self.context.queue.push(self.context.now.plus(TOKEN_WAITS), Due::TokenMade { holder }),
            None => {}
        }
    }
}
