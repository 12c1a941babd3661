//! Acts under way: from their beginning, step by step, to their end.
//!
//! Promises that an act ends after a bounded number of steps. Deliberately knows no procedure: [`next`] names the next
//! step.

use super::Engine;
use super::context::{Due, Pace};
use crate::act::{Act, ActOutcome, Activity, NextStep, PageView, Step, next};
use crate::clause::Clauses;
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::decide::otp::{MailAccess, ReadMail};
use crate::policy::request::{Factor, Reason};
use crate::trace::{Ended, Event, Observer};
use crate::world::authenticator::Codes;
use crate::world::computer::Computer;
use crate::world::ids::AccountId;
use crate::world::message::Page;
use crate::world::port::Port;
use crate::world::state::MailKind;

/// The most steps of an act: more than any procedure has, so that a page which leads nowhere ends here.
const MOST_STEPS: u32 = 200;

/// A time before all others.
pub(super) const BEFORE: Time = Time(i64::MIN);

/// The continuation of an act.
pub(super) enum Goes {
    /// It takes this step at this time.
    On(Time, Step),
    /// It waits for something.
    Waits,
    /// It is over.
    Ended,
}

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// Begins an act now.
    pub fn start(&mut self, activity: Activity) {
        self.begin(activity, BEFORE);
    }

    /// Begins an act that nothing else touches before `until`, and takes all its steps before that at once, without the
    /// queue. The clock stays; the end of the act is reported with its own time, which may be ahead of the clock.
    pub fn start_ahead(&mut self, activity: Activity, until: Time) {
        let now = self.context.now;
        self.begin(activity, until);
        self.context.now = now;
    }

    /// Begins an act, and takes its steps before `until` at once.
    fn begin(&mut self, activity: Activity, until: Time) {
        self.context.row = activity.row;
        self.context.say(&Event::Began { row: activity.row });
        if self.world.computers.close_after_use() {
            self.world.computers.open(activity.computer);
        }
        if activity.fresh
            && let Some(computer) = self.world.computers.get_mut(activity.computer)
        {
            *computer = Computer::default();
        }
        let at = self.free.pop().unwrap_or(self.activities.len());
        match self.activities.get_mut(at) {
            Some(slot) => *slot = Some(activity),
            None => self.activities.push(Some(activity)),
        }
        self.with(at, until, Self::look);
    }

    /// Creates an account: its credentials are sent to those whom the policy names (N1, G6).
    pub fn create(&mut self, account: AccountId, row: usize) {
        self.context.row = row;
        self.context.say(&Event::Began { row });
        self.deliver_credentials(account);
    }

    /// Goes on with an act, and takes its further steps before `until` at once. The acts under way are set aside
    /// meanwhile, so that none is copied: nothing that a step causes at once looks at another act.
    pub(super) fn with(&mut self, at: usize, until: Time, go_on: impl FnOnce(&mut Self, usize, &mut Activity) -> Goes) {
        let mut activities = std::mem::take(&mut self.activities);
        if let Some(slot) = activities.get_mut(at)
            && let Some(activity) = slot.as_mut()
        {
            let mut goes = go_on(self, at, activity);
            while let Goes::On(time, step) = goes
                && time < until
            {
                self.context.now = time;
                goes = self.take(at, activity, step);
            }
            match goes {
                Goes::On(time, step) => self.context.queue.push(time, Due::Step { activity: at, step }),
                Goes::Waits => {}
                Goes::Ended => {
                    *slot = None;
                    self.free.push(at);
                }
            }
        }
        self.activities = activities;
    }

    /// Looks at the page, and finds how the act goes on.
    pub(super) fn look(&mut self, at: usize, activity: &mut Activity) -> Goes {
        self.context.row = activity.row;
        if std::mem::take(&mut activity.waits) {
            self.awaiting.remove(&(activity.account, at));
        }
        let view = self.view(activity);
        let next = if activity.taken > MOST_STEPS {
            NextStep::End(ActOutcome::Refused(Reason::NotOffered))
        } else {
            next(activity, &view)
        };
        self.follow(at, activity, next, &view)
    }

    /// Follows the procedure: takes the next step in time, waits, reads mail, or ends.
    fn follow(&mut self, at: usize, activity: &mut Activity, next: NextStep, view: &PageView) -> Goes {
        let now = self.context.now;
        match next {
            NextStep::Step(step) => {
                if let Step::Visit(via) = step {
                    activity.via.get_or_insert(via);
                }
                if activity.by_steps {
                    activity.held = Some(step);
                    return Goes::Waits;
                }
                let takes = if self.context.pace == Pace::Instant { Span(0) } else { step.takes() };
                let mut time = now.plus(takes);
                if let (Step::EnterCode(_), Some(code_at)) = (step, activity.code_at.get()) {
                    time = time.max(code_at);
                }
                Goes::On(time, step)
            }
            NextStep::AwaitMail => self.await_mail(at, activity, view),
            NextStep::Read => {
                activity.reading = true;
                activity.turned = false;
                if let Some(tab) = self.world.computers.get_mut(activity.computer).and_then(|c| c.tabs.get_mut(1)) {
                    tab.show(Page::Blank);
                }
                self.look(at, activity)
            }
            NextStep::Unreadable => {
                let mailbox = match view.otp_kind {
                    MailKind::Icon(_) => MailAccess::Icon { workspace_session: view.icon_open },
                    _ => MailAccess::Elsewhere { own: view.otp_owner_here },
                };
                let request = ReadMail { mailbox, cut_over: view.cut_over };
                let decision = self.context.decide(self.scope(activity.account), &request.into());
                let reason = decision.reason().unwrap_or(Reason::NoSession);
                self.end(activity, ActOutcome::Refused(reason), Some(decision.clauses))
            }
            NextStep::End(result) => self.end(activity, result, None),
        }
    }

    /// Takes a step, and looks at the page that comes of it.
    pub(super) fn take(&mut self, at: usize, activity: &mut Activity, step: Step) -> Goes {
        self.context.row = activity.row;
        self.context.anew = None;
        self.context.asked = Clauses::NONE;
        self.context.refusal = None;
        self.context.prompted = false;
        self.context.last = Clauses::NONE;
        let outcome = self.perform(activity, step);
        self.complete();
        self.keep(activity);
        activity.rests = activity.rests.union(self.context.asked);
        activity.taken += 1;
        if !self.context.last.is_empty() {
            activity.last = self.context.last;
        }
        activity.turned |= step.turns_page();
        activity.prompted |= self.context.prompted;
        activity.refused = self.context.refusal.and_then(|d| Some((d.reason()?, d.clauses))).or(activity.refused);
        if matches!(step, Step::EnterCode(_)) {
            activity.typed_at = CompactOption::some(self.context.now);
        }
        activity.turn_after(step);
        match outcome {
            Ok(()) => self.look(at, activity),
            Err(_) if activity.reading => {
                let view = self.view(activity);
                self.follow(at, activity, NextStep::Unreadable, &view)
            }
            Err(result) => {
                let clauses = self.context.refusal.map(|d| d.clauses);
                self.end(activity, result, clauses)
            }
        }
    }

    /// Ends an act, and reports how it ended and which clauses that rests on.
    pub(super) fn end(&mut self, activity: &Activity, result: ActOutcome, clauses: Option<Clauses>) -> Goes {
        let clauses = clauses.unwrap_or_else(|| match (result, self.context.refusal, activity.refused) {
            (ActOutcome::Refused(_), Some(refusal), _) => refusal.clauses,
            // Where only the page refuses, the clauses are those of the decision on the way to it.
            (ActOutcome::Refused(reason), None, Some((before, clauses))) if reason == before => clauses,
            (ActOutcome::Refused(_), ..) => activity.last,
            _ => activity.rests,
        });
        let session = self.world.computers.get(activity.computer).and_then(|c| c.workspace.session);
        let session = session.filter(|_| result == ActOutcome::Granted);
        let owner = self.world.accounts.get(activity.account.at()).map(|a| (a.owner, a.kind.is_generic()));
        let member = match owner {
            Some((owner, false)) => owner == activity.person,
            _ => self.world.members.contains(&(activity.account, activity.person)),
        };
        let ended = Ended {
            row: activity.row,
            person: activity.person,
            account: activity.account,
            act: activity.act,
            via: activity.via.filter(|_| matches!(activity.act, Act::SignIn { .. } | Act::OpenIcon)),
            result,
            clauses,
            typed_at: activity.typed_at.get(),
            opened: session.map(|s| s.account),
            factor: session.map_or(Factor::None, |s| s.factor),
            prompted: activity.prompted,
            member,
        };
        self.context.row = activity.row;
        self.context.say(&Event::Ended(ended));
        self.ended.push((self.context.now, ended));
        self.world.put_away(activity.account, activity.computer, activity.waiting_since.is_some());
        Goes::Ended
    }
}
