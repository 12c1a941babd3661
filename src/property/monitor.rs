//! A runtime monitor of a temporal property: its memory, and its verdict so far.
//!
//! Promises a memory that is small, cheap to copy and written in a canonical form, so that a search can make it a part
//! of its states; copies share what never changes. Deliberately keeps no event: only open obligations and lifted
//! prohibitions.

use super::{
    Binding, Deadline, Facts, Judgement, Moment, Outlook, Pattern, Possible, Property, PropertyVerdict, Proposition,
    WorldView,
};
use crate::clause::Clauses;
use crate::kernel::Time;
use crate::trace::Ended;
use crate::world::ids::AccountId;
use std::sync::Arc;

/// The instant that never comes.
const NEVER: Time = Time(i64::MAX);

/// The part of a monitor that its copies share.
#[derive(Debug)]
struct Spec {
    property: Arc<Property>,
    facts: Arc<Facts>,
    /// Every binding; empty for a property of pairs.
    domain: Vec<Binding>,
    /// The instants at which a state or a continuation is judged without an act, sorted.
    looks: Vec<Time>,
}

/// An open obligation: something that has to happen.
#[derive(Clone, Copy, Debug)]
struct Open {
    due: Time,
    row: Option<usize>,
    clauses: Clauses,
}

/// The memory of one binding.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    /// For `never … until`: it is released. For `eventually`: it has happened. For a trigger that is a state: the state
    /// holds already.
    flag: bool,
    /// The oldest open obligation.
    open: Option<Open>,
}

/// The occasion of a judgement: an act has ended, or only an instant has been reached.
#[derive(Clone, Copy)]
struct Now<'e> {
    time: Time,
    ended: Option<&'e Ended>,
}

impl Now<'_> {
    fn clauses(&self) -> Clauses {
        self.ended.map_or(Clauses::NONE, |e| e.clauses)
    }

    fn row(&self) -> Option<usize> {
        self.ended.map(|e| e.row)
    }

    fn judged(&self, verdict: PropertyVerdict) -> Judgement {
        Judgement { verdict, at: Some(self.time), row: self.row(), clauses: self.clauses() }
    }

    fn breaks(&self) -> Judgement {
        self.judged(PropertyVerdict::Violated)
    }
}

impl Spec {
    fn at(&self, moment: Moment, account: Option<AccountId>) -> Time {
        match moment {
            Moment::Cutover => self.facts.cutover(account),
            Moment::At(time) => time,
        }
    }

    fn opens(&self, account: Option<AccountId>) -> Time {
        self.property.after.map_or(Time(i64::MIN), |moment| self.at(moment, account))
    }

    fn closes(&self, account: Option<AccountId>) -> Time {
        self.property.before.map_or(NEVER, |moment| self.at(moment, account))
    }

    fn in_scope(&self, time: Time, account: Option<AccountId>) -> bool {
        self.opens(account) <= time && time < self.closes(account)
    }

    /// The deadline `due` of an obligation about this account, or the end of the property's scope if that is earlier.
    fn due(&self, due: Time, account: Option<AccountId>) -> Time {
        match self.closes(account) {
            NEVER => due,
            closes => due.min(Time(closes.0 - 1)),
        }
    }

    /// The account that a proposition is about under a binding.
    fn account(&self, leaf: &Proposition, binding: Binding) -> Option<AccountId> {
        match leaf {
            Proposition::End(end) => end.account.or_else(|| binding.account(&self.facts)),
            Proposition::State(state) => state.account(binding, &self.facts),
        }
    }

    /// The bindings for which a proposition can be judged now: that of the act that has ended, or all for a state.
    fn spots<'s>(&'s self, leaf: &'s Proposition, now: Now<'s>) -> impl Iterator<Item = Binding> + 's {
        let ended = now.ended.filter(|e| self.in_scope(now.time, Some(e.account)));
        let (one, all) = match leaf {
            Proposition::End(_) => (ended.map(|e| Binding::of(self.property.each, e, &self.facts)), &[][..]),
            Proposition::State(_) => (None, self.domain.as_slice()),
        };
        let scoped = move |binding: &Binding| {
            let account = self.account(leaf, *binding);
            account.is_some() && self.in_scope(now.time, account)
        };
        one.into_iter().chain(all.iter().copied().filter(scoped))
    }

    /// Whether the proposition is about the kind of event that happened.
    fn concerns(&self, leaf: &Proposition, now: Now<'_>) -> bool {
        match leaf {
            Proposition::End(end) => now.ended.is_some_and(|e| end.concerns(e, &self.facts)),
            Proposition::State(_) => true,
        }
    }

    fn meets(&self, leaf: &Proposition, binding: Binding, now: Now<'_>, sight: &mut impl WorldView) -> bool {
        match leaf {
            Proposition::End(end) => now.ended.is_some_and(|e| end.matches(e, &self.facts)),
            Proposition::State(state) => {
                state.account(binding, &self.facts).is_some_and(|account| sight.is(account, state))
            }
        }
    }
}

/// A runtime monitor of a property.
#[derive(Clone, Debug)]
pub struct Monitor {
    spec: Arc<Spec>,
    /// The memory of each binding, sorted; bindings with an empty memory are absent.
    memories: Vec<(Binding, Memory)>,
    /// Whether something that the property is about has happened.
    spoke: bool,
    /// The clauses behind the last event that upheld the property.
    upheld: Clauses,
    broken: Option<Judgement>,
    /// The first look ahead that was cut short; none is taken after it.
    cut: Option<Judgement>,
}

impl Monitor {
    /// A monitor of a property in a world with these facts.
    pub fn new(property: Arc<Property>, facts: Arc<Facts>) -> Monitor {
        let domain = facts.domain(property.each);
        Monitor::over(property, facts, domain)
    }

    /// A monitor of one binding, for a caller that keeps one monitor for each: the caller passes it the acts that
    /// concern this binding, and no others.
    pub fn bound(property: Arc<Property>, facts: Arc<Facts>, binding: Binding) -> Monitor {
        let domain = if property.each.is_pair() { Vec::new() } else { vec![binding] };
        Monitor::over(property, facts, domain)
    }

    fn over(property: Arc<Property>, facts: Arc<Facts>, domain: Vec<Binding>) -> Monitor {
        let mut spec = Spec { property, facts, domain, looks: Vec::new() };
        spec.looks = looks(&spec);
        let mut monitor = Monitor {
            spec: Arc::new(spec),
            memories: Vec::new(),
            spoke: false,
            upheld: Clauses::NONE,
            broken: None,
            cut: None,
        };
        let spec = Arc::clone(&monitor.spec);
        if let Pattern::Eventually(leaf) = &spec.property.pattern {
            for binding in &spec.domain {
                monitor.owe(*binding, spec.account(leaf, *binding));
            }
        }
        monitor
    }

    /// Opens the obligation of `eventually` for a binding, unless the property's scope never opens.
    fn owe(&mut self, binding: Binding, account: Option<AccountId>) {
        if self.spec.opens(account) != NEVER {
            let due = self.spec.due(NEVER, account);
            let open = Open { due, row: None, clauses: Clauses::NONE };
            self.remember(binding, |memory| memory.open = Some(open));
        }
    }

    /// Replaces the facts after cutovers have moved: scopes open and close by the new ones. Open obligations stay.
    pub fn moved(&mut self, facts: &Arc<Facts>) {
        let Spec { property, domain, .. } = &*self.spec;
        let (property, domain) = (Arc::clone(property), domain.clone());
        let mut spec = Spec { property, facts: Arc::clone(facts), domain, looks: Vec::new() };
        spec.looks = looks(&spec);
        self.spec = Arc::new(spec);
    }

    fn remember<R: Default>(&mut self, binding: Binding, change: impl FnOnce(&mut Memory) -> R) -> R {
        let at = self.memories.binary_search_by_key(&binding, |(b, _)| *b).unwrap_or_else(|at| {
            self.memories.insert(at, (binding, Memory::default()));
            at
        });
        self.memories.get_mut(at).map(|(_, memory)| change(memory)).unwrap_or_default()
    }

    fn recall(&self, binding: Binding) -> Option<Memory> {
        let at = self.memories.binary_search_by_key(&binding, |(b, _)| *b).ok()?;
        self.memories.get(at).map(|(_, memory)| *memory)
    }

    /// Judges the end of an act.
    pub fn see(&mut self, time: Time, ended: &Ended, sight: &mut impl WorldView) {
        self.judge(Now { time, ended: Some(ended) }, sight);
    }

    /// Judges the state without an act: when a run begins, when it ends, and at [`Monitor::deadlines`].
    pub fn look(&mut self, time: Time, sight: &mut impl WorldView) {
        self.judge(Now { time, ended: None }, sight);
    }

    fn judge(&mut self, now: Now<'_>, sight: &mut impl WorldView) {
        self.expire(now.time);
        if self.broken.is_some() {
            return;
        }
        let spec = Arc::clone(&self.spec);
        match &spec.property.pattern {
            Pattern::Never { leaf, until } => self.never(&spec, leaf, until.as_ref(), now, sight),
            Pattern::Always(leaf) => {
                for binding in spec.spots(leaf, now) {
                    let concerns = spec.concerns(leaf, now);
                    self.uphold(concerns, now);
                    if concerns && !spec.meets(leaf, binding, now, sight) {
                        self.broken = Some(now.breaks());
                        return;
                    }
                }
            }
            Pattern::Eventually(leaf) => self.eventually(&spec, leaf, now, sight),
            Pattern::Response { trigger, response, deadline } => {
                self.respond(&spec, response, now, sight);
                self.trigger(&spec, trigger, (response, *deadline), now, sight);
                self.memories.retain(|(_, memory)| memory.flag || memory.open.is_some());
            }
            Pattern::Possible(possible) => self.possible(&spec, possible, now, sight),
        }
    }

    /// Looks ahead. Once a look was cut short, another could say no more than that it is violated, at a price.
    fn possible(&mut self, spec: &Spec, possible: &Possible, now: Now<'_>, sight: &mut impl WorldView) {
        for binding in &spec.domain {
            let account = spec.account(&possible.leaf, *binding);
            if self.cut.is_some() || !spec.in_scope(now.time, account) {
                continue;
            }
            self.uphold(true, now);
            match sight.reaches(possible, *binding, &spec.facts) {
                Outlook::Reached => {}
                Outlook::CutShort => self.cut = Some(now.judged(PropertyVerdict::Undecided)),
                Outlook::Unreachable => {
                    self.broken = Some(now.breaks());
                    return;
                }
            }
        }
    }

    /// Records that something that the property is about happened without violating it so far.
    fn uphold(&mut self, concerns: bool, now: Now<'_>) {
        self.spoke |= concerns;
        if concerns && now.ended.is_some() {
            self.upheld = now.clauses();
        }
    }

    fn never(
        &mut self,
        spec: &Spec,
        leaf: &Proposition,
        until: Option<&Proposition>,
        now: Now<'_>,
        sight: &mut impl WorldView,
    ) {
        if let Some(until) = until {
            for binding in spec.spots(until, now) {
                if spec.meets(until, binding, now, sight) {
                    self.remember(binding, |memory| memory.flag = true);
                }
            }
        }
        for binding in spec.spots(leaf, now) {
            let lifted = self.recall(binding).is_some_and(|memory| memory.flag);
            self.uphold(spec.concerns(leaf, now), now);
            if !lifted && spec.meets(leaf, binding, now, sight) {
                self.broken = Some(now.breaks());
                return;
            }
        }
    }

    fn eventually(&mut self, spec: &Spec, leaf: &Proposition, now: Now<'_>, sight: &mut impl WorldView) {
        if let Some(e) = now.ended
            && spec.property.each.is_pair()
            && spec.in_scope(now.time, Some(e.account))
        {
            let pair = Binding::of(spec.property.each, e, &spec.facts);
            if self.recall(pair).is_none() {
                self.owe(pair, Some(e.account));
            }
        }
        for binding in spec.spots(leaf, now) {
            if self.recall(binding).is_some_and(|m| m.open.is_some()) && spec.meets(leaf, binding, now, sight) {
                self.remember(binding, |memory| *memory = Memory { flag: true, open: None });
                self.uphold(true, now);
            }
        }
    }

    /// Closes the obligations that the response meets. A response that is a state is judged for every open obligation.
    fn respond(&mut self, spec: &Spec, response: &Proposition, now: Now<'_>, sight: &mut impl WorldView) {
        let ended = now.ended.map(|e| Binding::of(spec.property.each, e, &spec.facts));
        let mut met = false;
        for (binding, memory) in self.memories.iter_mut().filter(|(_, memory)| memory.open.is_some()) {
            let about = matches!(response, Proposition::State(_)) || ended == Some(*binding);
            if about && spec.meets(response, *binding, now, sight) {
                memory.open = None;
                met = true;
            }
        }
        self.uphold(met, now);
    }

    fn trigger(
        &mut self,
        spec: &Spec,
        trigger: &Proposition,
        (response, deadline): (&Proposition, Deadline),
        now: Now<'_>,
        sight: &mut impl WorldView,
    ) {
        for binding in spec.spots(trigger, now) {
            let is = spec.meets(trigger, binding, now, sight);
            let begins = match trigger {
                Proposition::End(_) => is,
                Proposition::State(_) => {
                    let was = self.remember(binding, |memory| std::mem::replace(&mut memory.flag, is));
                    is && !was
                }
            };
            if !begins {
                continue;
            }
            self.spoke = true;
            if matches!(response, Proposition::State(_)) && spec.meets(response, binding, now, sight) {
                self.uphold(true, now);
                continue;
            }
            let account = match now.ended {
                Some(e) if matches!(trigger, Proposition::End(_)) => Some(e.account),
                _ => spec.account(trigger, binding),
            };
            let due = spec.due(deadline.after(now.time), account);
            let open = Open { due, row: now.row(), clauses: now.clauses() };
            self.remember(binding, |memory| {
                memory.open.get_or_insert(open);
            });
        }
    }

    /// The obligation with the earliest deadline among those that `which` selects.
    fn first(&self, which: impl Fn(Binding, Open) -> bool) -> Option<Open> {
        let open = self.memories.iter().filter_map(|(binding, memory)| Some((*binding, memory.open?)));
        open.filter(|(binding, open)| which(*binding, *open)).map(|(_, open)| open).min_by_key(|open| open.due)
    }

    /// Marks the property as violated if an obligation was due before this time.
    fn expire(&mut self, time: Time) {
        if self.broken.is_none()
            && let Some(late) = self.first(|_, open| open.due < time)
        {
            let (at, row) = (Some(late.due), late.row);
            self.broken = Some(Judgement { verdict: PropertyVerdict::Violated, at, row, clauses: late.clauses });
        }
    }

    /// The violation, if there is one; nothing that follows can undo it.
    pub const fn broken(&self) -> Option<Judgement> {
        self.broken
    }

    /// Whether a look ahead was cut short, so that it is undecided unless it is violated.
    pub const fn is_cut_short(&self) -> bool {
        self.cut.is_some()
    }

    /// The verdict when the run has ended at this time.
    pub fn finish(&self, end: Time) -> Judgement {
        if let Some(known) = self.broken.or(self.cut) {
            return known;
        }
        let of = |verdict, clauses| Judgement { verdict, at: None, row: None, clauses };
        let begun = |binding: Binding| match &self.spec.property.pattern {
            Pattern::Eventually(leaf) => self.spec.opens(self.spec.account(leaf, binding)) <= end,
            _ => true,
        };
        if let Some(late) = self.first(|binding, open| open.due < end || (open.due == NEVER && begun(binding))) {
            let (at, row) = (Some(late.due.min(end)), late.row);
            return Judgement { verdict: PropertyVerdict::Violated, at, row, clauses: late.clauses };
        }
        if let Some(open) = self.first(|_, _| true) {
            return Judgement { verdict: PropertyVerdict::Pending, at: None, row: open.row, clauses: open.clauses };
        }
        if self.spoke { of(PropertyVerdict::Holds, self.upheld) } else { of(PropertyVerdict::Vacuous, Clauses::NONE) }
    }

    /// Whether an obligation is open.
    pub fn waits(&self) -> bool {
        self.broken.is_none() && self.memories.iter().any(|(_, memory)| memory.open.is_some())
    }

    /// The instants at which it has to be judged without an act: right after an open deadline, which violates it; for
    /// an awaited state, at the deadline too; and for a state or a continuation, when its scope opens and closes. They
    /// are in no order, and some may be in the past.
    pub fn deadlines(&self) -> impl Iterator<Item = Time> + '_ {
        let state = match &self.spec.property.pattern {
            Pattern::Response { response: leaf, .. } | Pattern::Eventually(leaf) => {
                matches!(leaf, Proposition::State(_))
            }
            _ => false,
        };
        let open = self.memories.iter().filter_map(|(_, memory)| memory.open).map(|open| open.due);
        let due = open.filter(|due| *due != NEVER);
        let due = due.flat_map(move |due| [state.then_some(due), Some(Time(due.0 + 1))].into_iter().flatten());
        due.chain(self.spec.looks.iter().copied()).filter(|_| self.broken.is_none())
    }

    /// Writes the memory in a canonical form, relative to `now`: two monitors of one property with the same digest
    /// reach the same verdicts, whatever follows. Rows and clauses, on which no verdict depends, are left out; so is
    /// the position of `now` in the calendar, on which deadlines such as the end of the next working day depend.
    pub fn digest(&self, now: Time, out: &mut Vec<u64>) {
        if self.broken.is_none() {
            out.push(u64::from(self.spoke));
        }
        self.memory(now, out);
    }

    /// Whether something that the property is about has happened; if not, it is vacuous.
    pub const fn spoke(&self) -> bool {
        self.spoke
    }

    /// The digest without [`Monitor::spoke`]: this is everything that decides whether the property will be violated.
    pub fn memory(&self, now: Time, out: &mut Vec<u64>) {
        if self.broken.is_some() {
            return out.push(u64::MAX);
        }
        let property = &self.spec.property;
        let deadline = match property.pattern {
            Pattern::Response { deadline: Deadline::At(time), .. } => Some(Moment::At(time)),
            _ => None,
        };
        for moment in [property.after, property.before, deadline].into_iter().flatten() {
            match moment {
                Moment::At(time) => out.push(ahead(time, now)),
                Moment::Cutover => out.extend(self.spec.facts.cutovers.iter().map(|time| ahead(*time, now))),
            }
        }
        if self.cut.is_some() {
            out.push(u64::MAX - 1);
        }
        for (binding, memory) in &self.memories {
            out.extend(binding.digits());
            out.push(memory.open.map_or(0, |open| 2 + ahead(open.due, now)) << 1 | u64::from(memory.flag));
        }
    }
}

/// The time until an instant, plus one; 0 if it is past, and one fixed number if it never comes.
fn ahead(time: Time, now: Time) -> u64 {
    match time {
        NEVER => u64::from(u32::MAX) << 28,
        _ => u64::try_from(time.0.saturating_sub(now.0).saturating_add(1)).unwrap_or(0),
    }
}

/// The instants at which a state or a continuation is judged without an act.
fn looks(spec: &Spec) -> Vec<Time> {
    let leaves: Vec<&Proposition> = match &spec.property.pattern {
        Pattern::Never { leaf, until } => std::iter::once(leaf).chain(until).collect(),
        Pattern::Always(leaf) | Pattern::Eventually(leaf) => vec![leaf],
        Pattern::Response { trigger, response, .. } => vec![trigger, response],
        Pattern::Possible(possible) => vec![&possible.leaf],
    };
    let ahead = matches!(spec.property.pattern, Pattern::Possible(_));
    let mut out = Vec::new();
    for leaf in leaves.into_iter().filter(|leaf| ahead || matches!(leaf, Proposition::State(_))) {
        for binding in &spec.domain {
            let account = spec.account(leaf, *binding);
            out.extend([spec.opens(account), Time(spec.closes(account).0 - 1)]);
        }
    }
    if ahead {
        out.extend(&spec.facts.cutovers);
    }
    out.retain(|time| *time > Time(i64::MIN) && *time < Time(i64::MAX - 1));
    out.sort_unstable();
    out.dedup();
    out
}
