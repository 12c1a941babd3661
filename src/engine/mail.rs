//! E-mailed OTPs: their arrival, and the people who wait for one.
//!
//! Promises that whoever waits looks at the mailbox at regular times, and gives up after a while.

use super::Engine;
use super::activities::Goes;
use super::context::{Due, Pace};
use crate::act::{ActOutcome, Activity, PageView};
use crate::clause::Clauses;
use crate::kernel::units::{MINUTE, SECOND};
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::decide::helpdesk::Ask;
use crate::policy::decide::helper::Helper;
use crate::policy::request::{Reason, Role, Topic};
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, MailboxId};
use crate::world::otp_inbox::OtpMail;
use crate::world::port::Port;

/// The time that a person waits for an OTP before giving up.
pub(super) const PATIENCE: Span = Span(5 * MINUTE);
/// The time between two looks at the mailbox.
const LOOK_AGAIN: Span = Span(5 * SECOND);

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// An OTP arrives; whoever waits for it finds it at the next look.
    pub(super) fn receive(&mut self, account: AccountId, mailbox: MailboxId, number: u32, value: u32) {
        self.world.otp_inbox.receive(OtpMail { mailbox, account, number, value });
        let now = self.context.now;
        for (_, at) in self.awaiting.range((account, 0)..=(account, usize::MAX)) {
            let activity = self.activities.get(*at).and_then(Option::as_ref);
            if let Some(activity) = activity
                && activity.waits
                && let Some(since) = activity.waiting_since.get()
            {
                let waited = now.0 - since.0;
                let pause = match self.context.pace {
                    Pace::Nominal | Pace::Sampled => (-waited).rem_euclid(LOOK_AGAIN.0),
                    Pace::Instant => 0,
                };
                self.context.queue.push(now.plus(Span(pause)), Due::Look { activity: *at, since });
            }
        }
    }

    /// An act waits for mail, or gives up.
    pub(super) fn await_mail(&mut self, at: usize, activity: &mut Activity, view: &PageView) -> Goes {
        let now = self.context.now;
        let since = activity.waiting_since.get().unwrap_or(now);
        activity.waiting_since = CompactOption::some(since);
        if !activity.reading && now.0 - since.0 >= PATIENCE.0 {
            let clauses = self.give_up(activity, view.cut_over);
            return self.end(activity, ActOutcome::Refused(Reason::OtpNotReceived), Some(clauses));
        }
        let again = if activity.reading { now } else { since.plus(PATIENCE) };
        activity.reading = false;
        activity.waits = true;
        self.awaiting.insert((activity.account, at));
        self.context.queue.push(again, Due::Look { activity: at, since });
        Goes::Waits
    }

    /// Whether an act has waited for mail since then, and still does.
    pub(super) fn waits(&self, at: usize, since: Time) -> bool {
        let activity = self.activities.get(at).and_then(Option::as_ref);
        activity.is_some_and(|activity| activity.waits && activity.waiting_since.get() == Some(since))
    }

    /// The clauses that giving up rests on: those of where the guide sends a person to whom no OTP came (Q10, Q11).
    fn give_up(&mut self, activity: &Activity, cut_over: bool) -> Clauses {
        let helper = Helper::at_work(Role::DeskAgent);
        let request = Ask { topic: Topic::OtpMissing, helper, cut_over, student: false };
        self.context.decide(self.scope(activity.account), &request.into()).clauses
    }
}
