//! Bounded reachability: whether some continuation of a replay reaches something within a time.
//!
//! A continuation is whole acts, one after the other, of those who may act, and the passing of time; nobody else does
//! anything and nothing more goes wrong. Whoever is away stays away until they are back, a phone that is elsewhere
//! comes back, and what the policy decides on the way is decided. Of a timer that runs only that it runs is told apart.
//! Promises [`Outlook::Unreachable`] only where every such continuation within the horizon was seen; where there are
//! too many, it is cut short. Deliberately knows no timeline.

use super::staged_decisions::StagedDecisions;
use crate::act::{Act, ActKind, ActOutcome, Activity, Interaction, Typing, Via};
use crate::engine::{Detail, Engine};
use crate::kernel::Time;
use crate::kernel::password::Shape;
use crate::policy::Policy;
use crate::policy::request::Role;
use crate::policy::rules::Rule;
use crate::property::{Binding, EndProposition, Facts, Opened, Outlook, Possible, Proposition, Reachability, Who};
use crate::search::bfs::{Bounds, Progress, StopReason, explore};
use crate::search::{Away, Calendar, Machine, SearchMonitor, SearchState, System};
use crate::trace::{Ended, Observer};
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, MailboxId, PersonId};
use crate::world::state::{MailKind, Phone, World};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many states look aheads have visited since the program began: only to be told to whoever waits.
static SEEN: AtomicUsize = AtomicUsize::new(0);

/// How many states look aheads have visited since the program began.
pub fn states_seen() -> usize {
    SEEN.load(Ordering::Relaxed)
}

/// Counts the states of one search.
fn told() -> impl FnMut(&Progress) -> bool {
    let mut before = 0;
    move |progress: &Progress| {
        SEEN.fetch_add(progress.states.saturating_sub(before), Ordering::Relaxed);
        before = progress.states;
        true
    }
}

/// Whoever looks ahead in a replay, with what is so beside the engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct BoundedReachability<'a> {
    /// Who is away, and until when.
    pub away: &'a [Away],
    /// Phones that are elsewhere, and until when.
    pub elsewhere: &'a [Elsewhere],
    /// What the policy decides on the way.
    pub decisions: Option<&'a StagedDecisions>,
}

/// A phone that is elsewhere: until when, and whose it is.
pub type Elsewhere = (Time, PersonId, Phone);

/// Phones that are at hand again at this time go back to their people.
pub(super) fn bring_back(elsewhere: &mut Vec<Elsewhere>, now: Time, world: &mut World) {
    let (back, still) = std::mem::take(elsewhere).into_iter().partition(|(until, ..)| *until <= now);
    *elsewhere = still;
    let back: Vec<Elsewhere> = back;
    for (_, person, phone) in back {
        if let Some(row) = world.people.get_mut(person.at()) {
            row.phone.get_or_insert(phone);
        }
    }
}

/// Watches for what is to be reached.
#[derive(Clone)]
struct Goal<'a> {
    policy: &'a Policy,
    possible: &'a Possible,
    binding: Binding,
    facts: &'a Facts,
    elsewhere: Vec<Elsewhere>,
    decisions: StagedDecisions,
    reached: bool,
}

impl Goal<'_> {
    fn look(&mut self, machine: &Machine<'_>, ended: Option<&Ended>) {
        self.reached |= self.possible.reached(machine, self.policy, ended, self.binding, self.facts);
    }
}

impl SearchMonitor for Goal<'_> {
    fn ended(&mut self, machine: &Machine<'_>, _: &[Away], ended: &Ended) {
        self.decisions.see(ended);
        self.look(machine, Some(ended));
    }

    fn passed(&mut self, machine: &Machine<'_>, _: &[Away]) {
        self.look(machine, None);
    }

    fn turns(&mut self, machine: &mut Machine<'_>) {
        let now = machine.now();
        bring_back(&mut self.elsewhere, now, &mut machine.world);
        while self.decisions.next().is_some_and(|at| at <= now) {
            self.decisions.decide(&mut machine.world);
        }
    }

    fn next(&self, now: Time) -> Option<Time> {
        let back = self.elsewhere.iter().map(|(until, ..)| *until);
        back.chain(self.decisions.next()).filter(|at| *at > now).min()
    }

    fn digest(&self, _: Time, _: u64, out: &mut Vec<u64>) {
        out.push(u64::from(self.reached));
        out.extend(self.elsewhere.iter().map(|(_, person, _)| u64::from(person.0)));
        self.decisions.digest(out);
    }

    fn broken(&self) -> u64 {
        u64::from(self.reached)
    }
}

impl Reachability for BoundedReachability<'_> {
    fn reaches<O: Observer, C: Codes>(
        &mut self,
        engine: &Engine<'_, O, C>,
        policy: &Policy,
        possible: &Possible,
        binding: Binding,
        facts: &Facts,
    ) -> Outlook {
        let machine = engine.ahead();
        let mut outlook = Outlook::Unreachable;
        // An act is on one account: what ends on any is looked for on one after the other, among fewer acts.
        for about in targets(&machine.world, possible, binding, facts) {
            match self.towards(&machine, policy, &about, binding, facts) {
                Outlook::Unreachable => {}
                Outlook::Reached => return Outlook::Reached,
                Outlook::CutShort => outlook = Outlook::CutShort,
            }
        }
        outlook
    }
}

/// What is to be reached: the end of an act on each account, one by one; a state is of one account.
fn targets(world: &World, possible: &Possible, binding: Binding, facts: &Facts) -> Vec<Possible> {
    let Proposition::End(end) = &possible.leaf else { return vec![possible.clone()] };
    let meant = |id: &AccountId| {
        end.account.or(binding.account).is_none_or(|one| one == *id)
            && binding.place.is_none_or(|place| facts.place(*id) == Some(place))
    };
    let on = |id| {
        let leaf = Proposition::End(EndProposition { account: Some(id), ..*end });
        Possible { leaf, ..possible.clone() }
    };
    (0..).take(world.accounts.len()).map(AccountId).filter(meant).map(on).collect()
}

/// Whether a hard token would have to be in somebody's hand, though there is none and none is coming.
fn lacks_a_token(machine: &Machine<'_>, leaf: &Proposition, tried: &[Activity]) -> bool {
    let Proposition::End(end) = leaf else { return false };
    let needs = matches!(end.kind, Some(ActKind::EnrolHardToken | ActKind::HandOverToken));
    let asked_for = tried.iter().any(|act| act.act.kind() == ActKind::RequestHardToken);
    let none = machine.world.tokens.is_empty() && machine.is_still() && !asked_for;
    needs && end.result == Some(ActOutcome::Done) && none
}

/// Whether this act could end so, whatever comes of it.
fn could_end_so(act: &Activity, leaf: &Proposition, binding: Binding) -> bool {
    let Proposition::End(end) = leaf else { return true };
    let who = match end.who {
        Some(Who::Person(id)) => id == act.person,
        None | Some(Who::Member | Who::NonMember | Who::Role(_)) => true,
    };
    who && end.kind.is_none_or(|kind| kind == act.act.kind())
        && end.account.is_none_or(|account| account == act.account)
        && binding.person.is_none_or(|person| person == act.person)
}

impl BoundedReachability<'_> {
    /// Looks ahead for what is about one account.
    fn towards(
        &self,
        machine: &Machine<'_>,
        policy: &Policy,
        possible: &Possible,
        binding: Binding,
        facts: &Facts,
    ) -> Outlook {
        let actors = possible.actors(&machine.world, binding, facts);
        let about = possible.account(binding, facts);
        let accounts = Relevant { machine, policy, actors: &actors, leaf: &possible.leaf }.accounts(about);
        let tried = acts(&machine.world, &actors, &accounts, &possible.acts);
        if !tried.iter().any(|act| could_end_so(act, &possible.leaf, binding))
            || lacks_a_token(machine, &possible.leaf, &tried)
        {
            return Outlook::Unreachable;
        }
        let now = machine.now();
        let to = now.plus(possible.within);
        let plain = |role| matches!(role, Role::Staff | Role::Student);
        let helps = actors.iter().any(|id| !facts.role(*id).is_none_or(plain));
        let decisions = self.decisions.cloned().unwrap_or_default();
        let instants: Vec<Time> = decisions.instants().collect();
        let rules = policy.scopes().map(|scope| policy.rules(scope));
        let system = System {
            policy,
            acts: tried,
            slips: Vec::new(),
            most_slips: 0,
            calendar: Calendar::new(rules, now, to, helps, &instants),
            detail: Detail { coarse: true, ..Detail::default() },
            whole: true,
        };
        let elsewhere = self.elsewhere.to_vec();
        let mut goal = Goal { policy, possible, binding, facts, elsewhere, decisions, reached: false };
        goal.look(machine, None);
        if goal.reached {
            return Outlook::Reached;
        }
        let most = usize::try_from(possible.states).unwrap_or(usize::MAX);
        let start = SearchState::at(machine.clone(), goal).without(self.away);
        let got = explore(&system, start, 1, 0, Bounds { states: most, ..Bounds::default() }, told());
        match got.end {
            StopReason::Exhausted => Outlook::Unreachable,
            StopReason::Settled => Outlook::Reached,
            StopReason::Depth | StopReason::States | StopReason::Memory | StopReason::Interrupted => Outlook::CutShort,
        }
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

/// What decides which accounts matter to what is to be reached.
struct Relevant<'a, 'p> {
    machine: &'a Machine<'p>,
    policy: &'a Policy,
    actors: &'a [PersonId],
    leaf: &'a Proposition,
}

impl Relevant<'_, '_> {
    /// The accounts on which something can be done towards what is about one: that one; the one whose iCON mailbox its
    /// OTPs go to, and so on; where own tokens open it (A23), the own ones; that of a helper who cannot help as they
    /// are (A20); and those whose session may answer for it (A18). All, where it is about none.
    fn accounts(&self, about: Option<AccountId>) -> Vec<(AccountId, Use)> {
        let world = &self.machine.world;
        let all = (0..).take(world.accounts.len()).map(AccountId);
        let Some(id) = about else { return all.map(|one| (one, Use::All)).collect() };
        let mut whole: BTreeSet<AccountId> = BTreeSet::from([id]);
        whole.extend(self.opened(id));
        whole.extend(self.actors.iter().filter_map(|person| self.of_a_helper(*person)));
        let linked = world.accounts.get(id.at()).is_some_and(|row| self.policy.rules(row.scope()).on(Rule::Linked));
        let tokens: BTreeSet<AccountId> = world
            .links
            .as_slice()
            .iter()
            .filter(|(account, _)| linked && *account == id)
            .map(|(_, own)| *own)
            .collect();
        whole.extend(tokens.iter().copied().filter(|own| self.icon_behind(*own) == Some(*own)));
        // Whoever reads the OTPs in an iCON mailbox has to come into that account first.
        let mut waiting: Vec<AccountId> = whole.iter().chain(&tokens).copied().collect();
        while let Some(one) = waiting.pop() {
            if let Some(behind) = self.icon_behind(one).filter(|behind| whole.insert(*behind)) {
                waiting.push(behind);
            }
        }
        let of = |one| match (whole.contains(&one), tokens.contains(&one)) {
            (true, _) => Some((one, Use::All)),
            (false, true) => Some((one, Use::Token)),
            (false, false) => None,
        };
        all.filter_map(of).collect()
    }

    /// The account whose iCON mailbox the OTPs of this one go to.
    fn icon_behind(&self, account: AccountId) -> Option<AccountId> {
        let world = &self.machine.world;
        let row = world.accounts.get(account.at())?;
        match world.mailboxes.get(row.self_service.otp_mailbox.at())?.kind {
            MailKind::Icon(behind) => Some(behind),
            MailKind::Ces | MailKind::SgMail | MailKind::Other => None,
        }
    }

    /// The accounts whose session may open where this one is asked for (A18), where that is what is looked for.
    fn opened(&self, id: AccountId) -> Vec<AccountId> {
        let Proposition::End(end) = self.leaf else { return Vec::new() };
        let world = &self.machine.world;
        let sharing = self.actors.iter().filter_map(|person| world.people.get(person.at()));
        let own = sharing.filter(|row| row.of(id).is_some()).filter_map(|row| row.account.get());
        let (named, other) = match end.opened {
            Some(Opened::Account(account)) => (Some(account), false),
            Some(Opened::Other) => (None, true),
            Some(Opened::Nobody) | None => (None, false),
        };
        let answers = other || end.kind.is_none_or(|kind| kind == ActKind::OpenIcon);
        own.filter(|_| answers).chain(named).collect()
    }

    /// The own account of a helper who has to come into it before they can help.
    fn of_a_helper(&self, person: PersonId) -> Option<AccountId> {
        let world = &self.machine.world;
        let row = world.people.get(person.at()).filter(|row| !matches!(row.role, Role::Staff | Role::Student))?;
        let own = row.account.get()?;
        let account = world.accounts.get(own.at())?;
        let rules = self.policy.rules(account.scope());
        let known = row.of(own).and_then(|known| known.password.get()) == Some(account.portal.password);
        let ready = (known && !account.portal.locked(self.machine.now()) || !rules.on(Rule::LaSession))
            && (account.self_service.enrolled() || !rules.on(Rule::LaFactor));
        (!ready).then_some(own)
    }
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
    add(account, Interaction::UnlockAccount.into());
    add(account, Interaction::RequestTransfer.into());
    add(account, Interaction::ApproveTransfer.into());
    add(account, Interaction::ReadCredentials.into());
    add(account, Interaction::HandOverCredentials { to: owner }.into());
    add(account, Interaction::HandOverToken { to: owner }.into());
    add(account, Interaction::IssueEmergencyPassword { to: owner }.into());
    add(account, Interaction::RequestHardToken { of: helper }.into());
}
