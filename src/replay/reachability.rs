//! Bounded reachability: whether some continuation of a replay reaches something within a time.
//!
//! A continuation is whole acts, one after the other, of those who may act, and the passing of time; nobody else does
//! anything and nothing goes wrong. Of a timer that runs only that it runs is told apart. Promises `false` only where
//! every such continuation within the horizon was seen and none reaches it; where there are too many, it is taken to be
//! possible. Deliberately knows no timeline.

use crate::act::{Act, ActKind, Activity, Interaction, Typing, Via};
use crate::engine::{Detail, Engine};
use crate::kernel::Time;
use crate::kernel::password::Shape;
use crate::policy::Policy;
use crate::policy::request::Role;
use crate::policy::rules::Rule;
use crate::property::{Binding, Facts, Possible, Reachability};
use crate::search::bfs::{Bounds, StopReason, explore};
use crate::search::{Calendar, Machine, SearchMonitor, SearchState, System};
use crate::trace::{Ended, Observer};
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, MailboxId, PersonId};
use crate::world::state::{Account, MailKind, World};

/// More states than this are not looked at.
const MOST: usize = 50_000;

/// Whoever looks ahead in a replay.
#[derive(Clone, Copy, Debug, Default)]
pub struct BoundedReachability;

/// Watches for what is to be reached.
#[derive(Clone)]
struct Goal<'a> {
    policy: &'a Policy,
    possible: &'a Possible,
    binding: Binding,
    facts: &'a Facts,
    reached: bool,
}

impl Goal<'_> {
    fn look(&mut self, machine: &Machine<'_>, ended: Option<&Ended>) {
        self.reached |= self.possible.reached(machine, self.policy, ended, self.binding, self.facts);
    }
}

impl SearchMonitor for Goal<'_> {
    fn ended(&mut self, machine: &Machine<'_>, ended: &Ended) {
        self.look(machine, Some(ended));
    }

    fn passed(&mut self, machine: &Machine<'_>) {
        self.look(machine, None);
    }

    fn next(&self, _: Time) -> Option<Time> {
        None
    }

    fn digest(&self, _: Time, _: u64, out: &mut Vec<u64>) {
        out.push(u64::from(self.reached));
    }

    fn broken(&self) -> u64 {
        u64::from(self.reached)
    }
}

impl Reachability for BoundedReachability {
    fn reaches<O: Observer, C: Codes>(
        &mut self,
        engine: &Engine<'_, O, C>,
        policy: &Policy,
        possible: &Possible,
        binding: Binding,
        facts: &Facts,
    ) -> bool {
        let machine = engine.ahead();
        let actors = possible.actors(&machine.world, binding, facts);
        let accounts = accounts(&machine.world, policy, possible.account(binding, facts));
        let tried = acts(&machine.world, &actors, &accounts, &possible.acts);
        let now = machine.now();
        let to = now.plus(possible.within);
        let rules = machine.world.accounts.iter().map(|account| policy.rules(account.scope()));
        let plain = |role| matches!(role, Role::Staff | Role::Student);
        let helps = actors.iter().any(|id| !facts.role(*id).is_none_or(plain));
        let system = System {
            policy,
            acts: tried,
            slips: Vec::new(),
            most_slips: 0,
            calendar: Calendar::new(rules, now, to, helps, &[]),
            detail: Detail { coarse: true, ..Detail::default() },
            whole: true,
        };
        let mut goal = Goal { policy, possible, binding, facts, reached: false };
        goal.look(&machine, None);
        if goal.reached {
            return true;
        }
        let bounds = Bounds { states: MOST, ..Bounds::default() };
        let got = explore(&system, SearchState::at(machine, goal), 1, 0, bounds, |_| true);
        got.end != StopReason::Exhausted
    }
}

/// What an account is to what is to be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Whatever can be done on it.
    All,
    /// Its token alone: it has to be set up.
    Token,
}

/// The accounts on which something can be done towards one: that one, the one whose iCON mailbox its OTPs go to, and,
/// where own tokens open it (A23), the own ones. All, where it is about none.
fn accounts(world: &World, policy: &Policy, about: Option<AccountId>) -> Vec<(AccountId, Use)> {
    let all = (0..).take(world.accounts.len()).map(AccountId);
    let Some(id) = about else { return all.map(|one| (one, Use::All)).collect() };
    let icon_of = |row: &Account| match world.mailboxes.get(row.self_service.otp_mailbox.at()).map(|m| m.kind) {
        Some(MailKind::Icon(account)) => Some(account),
        _ => None,
    };
    let Some(row) = world.accounts.get(id.at()) else {
        debug_assert!(false, "no account {id:?}");
        return Vec::new();
    };
    let linked = policy.rules(row.scope()).on(Rule::Linked);
    let token = |one: AccountId| linked && world.links.contains(&(id, one));
    let serves = |one: AccountId| {
        let own = world.accounts.get(one.at()).and_then(icon_of);
        match one {
            _ if one == id || icon_of(row) == Some(one) => Some((one, Use::All)),
            _ if token(one) && own == Some(one) => Some((one, Use::All)),
            _ if token(one) => Some((one, Use::Token)),
            _ => None,
        }
    };
    all.filter_map(serves).collect()
}

/// What these people can try on these accounts, each with its place as its row: of all that the guide lets them do, or
/// of these acts alone.
fn acts(world: &World, people: &[PersonId], accounts: &[(AccountId, Use)], only: &[ActKind]) -> Vec<Activity> {
    let mut out = Vec::new();
    for id in people {
        let Some(person) = world.people.get(id.at()) else {
            debug_assert!(false, "no person {id:?}");
            continue;
        };
        let mut add = |account: AccountId, act: Act| {
            if only.is_empty() || only.contains(&act.kind()) {
                let mut doing = Activity::new(out.len(), act, *id, account, person.computer);
                doing.fresh = act.kind() == ActKind::SignIn;
                out.push(doing);
            }
        };
        for (account, r#use) in accounts.iter().copied() {
            let shares = world.members.contains(&(account, *id)) || person.of(account).is_some();
            match r#use {
                _ if !shares => {}
                Use::All => alone(account, &mut add),
                Use::Token => set_up(account, &mut add),
            }
            if person.role != Role::Staff && person.role != Role::Student {
                helping(world, *id, account, &mut add);
            }
        }
        if person.phone.is_none()
            && let Some(own) = person.account.get()
        {
            add(own, Interaction::ReplacePhone.into());
        }
    }
    out
}

/// What one can do on an account of one's own, or shared.
fn alone(account: AccountId, add: &mut impl FnMut(AccountId, Act)) {
    let typed = Typing::Right;
    for via in [Via::Portal, Via::Google] {
        add(account, Act::SignIn { via: Some(via), typed });
    }
    add(account, Act::OpenIcon);
    set_up(account, add);
    add(account, Act::ChangePassword { shape: Shape::Good });
    add(account, Act::SetAnswers);
    add(account, Interaction::ReadMail.into());
    add(account, Interaction::ReadCredentials.into());
}

/// What brings a token, and the password that this needs.
fn set_up(account: AccountId, add: &mut impl FnMut(AccountId, Act)) {
    add(account, Act::Enrol);
    add(account, Act::ReEnrol);
    add(account, Act::EnrolHardToken);
    add(account, Act::ForgotPassword { shape: Shape::Good });
}

/// What whoever has a role can do for others; the policy says whether they may.
fn helping(world: &World, helper: PersonId, account: AccountId, add: &mut impl FnMut(AccountId, Act)) {
    let Some(owner) = world.accounts.get(account.at()).map(|row| row.owner) else {
        debug_assert!(false, "no account {account:?}");
        return;
    };
    for (at, mailbox) in (0..).zip(&world.mailboxes) {
        if mailbox.owner == owner || mailbox.owner == helper {
            add(account, Interaction::UpdateEmail { to: MailboxId(at) }.into());
        }
    }
    add(account, Interaction::ResetPassword { tell: Some(owner) }.into());
    add(account, Interaction::RequestTransfer.into());
    add(account, Interaction::ApproveTransfer.into());
    add(account, Interaction::ReadCredentials.into());
    add(account, Interaction::HandOverCredentials { to: owner }.into());
    add(account, Interaction::HandOverToken { to: owner }.into());
    add(account, Interaction::IssueEmergencyPassword { to: owner }.into());
    add(account, Interaction::RequestHardToken { of: helper }.into());
}
