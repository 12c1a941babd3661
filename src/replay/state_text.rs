//! The state of an account and of a browser in words, for before and after.
//!
//! Promises to name no password, answer, OTP or secret. Deliberately compares nothing but texts.

use super::Names;
use crate::kernel::Time;
use crate::policy::rules::NEVER;
use crate::property::answers;
use crate::world::ids::{AccountId, ComputerId, PersonId};
use crate::world::state::{MailKind, World};

/// What is so, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateText(pub Vec<(&'static str, String)>);

impl StateText {
    /// What differs in the other: name, before, after.
    pub fn changes<'a>(&'a self, after: &'a StateText) -> Vec<(&'static str, &'a str, &'a str)> {
        let pairs = self.0.iter().zip(&after.0);
        pairs.filter(|(a, b)| a != b).map(|((name, a), (_, b))| (*name, a.as_str(), b.as_str())).collect()
    }
}

/// The state of an account, and of the browser in use.
pub fn state(world: &World, names: &Names, account: AccountId, computer: ComputerId, now: Time) -> StateText {
    let Some(row) = world.accounts.get(account.at()) else { return StateText::default() };
    let mut out = Vec::new();
    let mut factors = Vec::new();
    for token in row.self_service.tokens() {
        let kind = if token.serial.is_some() { "hard token" } else { "soft token" };
        let comment = token.comment.map_or_else(String::new, |app| format!("{}, ", app.name()));
        let tested = if token.tested { "tested" } else { "never tested" };
        factors.push(format!("{kind} ({comment}{tested})"));
    }
    out.push(("second factor", or_none(&factors)));
    let everyone = || (0..).take(world.people.len()).map(PersonId);
    let devices: Vec<PersonId> = everyone().filter(|p| answers(world, account, *p)).collect();
    out.push(("devices that answer", names.list(&devices)));
    let knows =
        |p: &PersonId| world.people.get(p.at()).is_some_and(|p| p.password(account) == Some(row.portal.password));
    let knowing: Vec<PersonId> = everyone().filter(knows).collect();
    out.push(("password known to", names.list(&knowing)));
    let password = match (row.portal.temporary, row.portal.first, row.portal.pending.get()) {
        (_, _, Some(_)) => "a new one is on its way",
        (true, ..) => "temporary",
        (_, true, _) => "the first one",
        _ => "their own",
    };
    out.push(("password", password.to_owned()));
    out.push(("wrong factors in a row", row.portal.failures.to_string()));
    let locked = match row.portal.locked_until.get().filter(|until| now < *until) {
        Some(Time(NEVER)) => "until somebody unlocks it".to_owned(),
        Some(until) => format!("until {}", until.clock()),
        None => "no".to_owned(),
    };
    out.push(("locked", locked));
    let mailbox = world.mailboxes.get(row.self_service.otp_mailbox.at());
    out.push(("OTPs go to", mailbox.map_or_else(|| "?".to_owned(), |m| address(names, m.kind, m.owner))));
    if row.kind.is_generic() {
        let range = (account, PersonId(0))..=(account, PersonId(u32::MAX));
        let members: Vec<PersonId> = world.members.range(range).iter().map(|(_, p)| *p).collect();
        out.push(("members", names.list(&members)));
        let location = match (row.in_icon, row.transfer_requested) {
            (true, true) => "ICON, its move is asked for",
            (true, false) => "ICON",
            (false, _) => "its school or division",
        };
        out.push(("location", location.to_owned()));
    }
    if let Some(browser) = world.computers.get(computer) {
        let portal = browser.portal.session.map(|s| names.account(s.account).to_owned());
        let google = browser.workspace.session.map(|s| names.account(s.account).to_owned());
        out.push(("portal session", portal.unwrap_or_else(|| "none".to_owned())));
        out.push(("Workspace session", google.unwrap_or_else(|| "none".to_owned())));
    }
    StateText(out)
}

fn or_none(parts: &[String]) -> String {
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// An address, without naming one.
pub fn address(names: &Names, kind: MailKind, owner: PersonId) -> String {
    match kind {
        _ if owner == PersonId(u32::MAX) => "an address that is gone".to_owned(),
        MailKind::Ces => format!("{}'s CES mailbox", names.person(owner)),
        MailKind::SgMail => format!("{}'s SG-Mail mailbox", names.person(owner)),
        MailKind::Other => format!("another mailbox of {}", names.person(owner)),
        MailKind::Icon(account) => format!("the iCON mailbox of {}", names.account(account)),
    }
}
