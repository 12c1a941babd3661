//! What a person's step does: a click, a look at a phone, or something that needs no page.
//!
//! Promises that a person uses only what they have and know. Deliberately decides nothing.

use super::Engine;
use crate::act::{ActOutcome, Activity, Pick, Step, Typing, Via};
use crate::kernel::password::{Features, Shape, compose, features};
use crate::kernel::{Span, Time};
use crate::policy::decide::Request;
use crate::policy::decide::enrolment::{SameLabel, ScanQr};
use crate::policy::decide::otp::{MailAccess, ReadMail};
use crate::policy::decide::sign_in::{DeviceHeld, PasswordKnown};
use crate::policy::request::{Outcome, Reason};
use crate::policy::rules::Rule;
use crate::trace::Observer;
use crate::world::authenticator::{App, Codes};
use crate::world::ids::{AccountId, ComputerId, PasswordId, PersonId, SecretId, TokenId};
use crate::world::message::{Body, Code, Message, Page, Party};
use crate::world::port::Port;
use crate::world::state::{ALL_ANSWERS, Carried, MailKind, Profile};

const fn refused(reason: Reason) -> Result<(), ActOutcome> {
    Err(ActOutcome::Refused(reason))
}

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// Takes a step: a click, or something between people. An error ends the act.
    pub(super) fn act(&mut self, doing: &Activity, step: Step) -> Result<(), ActOutcome> {
        let account = doing.account;
        match step {
            Step::Visit(Via::Portal) => self.click(doing, Party::Portal, Body::VisitPortal),
            Step::Visit(Via::Google) => self.click(doing, Party::Workspace, Body::VisitGoogle),
            Step::EnterPassword(typing) => {
                let password = match typing {
                    Typing::Wrong => self.other_password(),
                    _ => self.password(doing)?,
                };
                let (suffix_right, same_case) = (typing != Typing::WrongName, typing != Typing::WrongCase);
                self.click(doing, Party::Portal, Body::SignIn { suffix_right, password, same_case });
            }
            Step::ChangeExpired => {
                let (password, features) = self.new_password(doing, Shape::Good);
                self.click(doing, Party::Portal, Body::ChangeExpired { password, features, alike: true });
            }
            Step::OpenTile(tile) => self.click(doing, Party::Portal, Body::OpenTile(tile)),
            Step::ChooseAccount(typing) => {
                let computer = self.world.computers.get(doing.computer);
                let right = typing == Typing::Right;
                let known_device = right && computer.is_some_and(|c| c.workspace.knows(self.subject(doing)));
                self.click(doing, Party::Workspace, Body::Address { icon_domain: right, known_device });
            }
            Step::OldSignIn(typing) => {
                let subject = self.subject(doing);
                let person = self.world.people.get(doing.person.at());
                let password = typing == Typing::Right && person.is_some_and(|p| p.of(subject).is_some_and(|k| k.old));
                let phone = person.is_some_and(|p| p.phone.is_some());
                self.click(doing, Party::Workspace, Body::OldSignIn { password, phone });
            }
            Step::EnterCode(typing) => return self.enter_code(doing, typing),
            Step::OpenSetup => self.click(doing, Party::SelfService, Body::OpenSetup),
            Step::EnterLoginId(typing) => {
                let right = typing == Typing::Right;
                self.click(doing, Party::SelfService, Body::LoginId { right });
            }
            Step::NextOtp => self.click(doing, Party::SelfService, Body::NextOtp),
            Step::EnterOtp { number } => return self.enter_otp(doing, number),
            Step::ShowQr => self.click(doing, Party::SelfService, Body::ShowQr),
            Step::ReloadEnrolment => self.click(doing, Party::SelfService, Body::ReloadQr),
            Step::EnterSecret => return self.enter_secret(doing),
            Step::ScanQr { person, screen } => return self.scan(doing, person, screen),
            Step::SaveToken => {
                let code = doing.participants().find_map(|person| self.code(person, account, Pick::Newest, 0));
                let comment = self.phone(doing.person).and_then(|p| p.app);
                self.click(doing, Party::SelfService, Body::Save { comment, code });
            }
            Step::EnterSerial => {
                let held = self.world.people.get(doing.person.at()).and_then(|p| p.token.get());
                let token = held.unwrap_or(TokenId(u32::MAX));
                let code = self.token_code(doing.person, account, 0);
                self.click(doing, Party::SelfService, Body::SaveSerial { token, known: held.is_some(), code });
            }
            Step::Test(person) => {
                let pick = if person == doing.person { doing.profile } else { Pick::Newest };
                let code = self.typed_code(person, account, pick, doing.code);
                self.need(doing, &DeviceHeld { held: code.is_some() }.into())?;
                if let Some(code) = code {
                    self.click(doing, Party::SelfService, Body::Test(code));
                }
            }
            Step::Delete { hard, leaves } => self.click(doing, Party::SelfService, Body::Delete { hard, leaves }),
            Step::RemoveProfile(person) => {
                if let Some(phone) = self.world.people.get_mut(person.at()).and_then(|p| p.phone.as_mut()) {
                    phone.profiles.retain(|profile| profile.account != account);
                }
            }
            Step::SignOutGoogle => self.click(doing, Party::Workspace, Body::SignOutGoogle),
            Step::Logout => self.click(doing, Party::Portal, Body::Logout),
            Step::ForgotPassword => self.click(doing, Party::Portal, Body::ForgotPassword),
            Step::Answers => {
                let people = doing.participants().filter_map(|p| self.world.people.get(p.at()));
                let remembered = people.filter_map(|p| p.of(account)).map(|known| known.answers).max();
                let questions = self.hub.policy.rules(self.scope(account)).get(Rule::Questions);
                let right = u32::from(remembered.unwrap_or(0)).min(u32::try_from(questions).unwrap_or(0));
                self.click(doing, Party::PasswordReset, Body::Answers { right });
            }
            Step::NewPassword(shape) => {
                let (password, features) = self.new_password(doing, shape);
                let body = Body::NewPassword { password, features, alike: shape != Shape::NotAlike };
                self.click(doing, Party::PasswordReset, body);
            }
            Step::ChangePassword(shape) => {
                let (password, features) = self.new_password(doing, shape);
                let body = Body::ChangePassword { password, features, alike: shape != Shape::NotAlike };
                self.click(doing, Party::Portal, body);
            }
            Step::SetAnswers => {
                self.click(doing, Party::Portal, Body::SetAnswers);
                if let Some(person) = self.world.people.get_mut(doing.person.at()) {
                    person.change(account, |known| known.answers = ALL_ANSWERS);
                }
            }
            Step::PressBack => {
                let carried = self.world.computers.get(doing.computer).and_then(|c| c.carried);
                let Some(Carried { account, answers, id, issued, factor }) = carried else {
                    return refused(Reason::NoSession);
                };
                let answers = answers.get();
                let body = Body::Assertion { audience: Party::Workspace, answers, id, issued, factor };
                let (computer, person) = (doing.computer, doing.person);
                let (from, to) = (Party::Browser, Party::Workspace);
                self.hub.inbox.push_back(Message { from, to, account, computer, tab: 0, person, body });
            }
            Step::EndMembership { leaver, unlinked } => self.end_membership(account, leaver, unlinked),
            Step::Interaction(between) => return self.between(doing, between),
        }
        Ok(())
    }

    /// Asks the policy on behalf of the person; a refusal ends the act.
    pub(super) fn need(&mut self, doing: &Activity, request: &Request) -> Result<Outcome, ActOutcome> {
        let decision = self.hub.decide(self.scope(doing.account), request);
        decision.reason().map_or(Ok(decision.outcome), |reason| Err(ActOutcome::Refused(reason)))
    }

    /// The account that the tab in use is about: the one whose iCON mailbox is read, or the act's.
    fn subject(&self, doing: &Activity) -> AccountId {
        if !doing.reading {
            return doing.account;
        }
        let account = self.world.accounts.get(doing.account.at());
        let mailbox = account.and_then(|a| self.world.mailboxes.get(a.self_service.otp_mailbox.at()));
        match mailbox.map(|m| m.kind) {
            Some(MailKind::Icon(icon)) => icon,
            _ => doing.account,
        }
    }

    /// A click: to the portal and to Google it is the live session that says whose account it is about, if there is one.
    fn click(&mut self, doing: &Activity, to: Party, body: Body) {
        let computer = self.world.computers.get(doing.computer);
        let riding = match body {
            Body::VisitPortal | Body::OpenTile(_) | Body::Logout | Body::EnterCode(_) | Body::EnterEmergency(_) => {
                computer.and_then(|c| c.portal.session).map(|s| s.account)
            }
            Body::VisitGoogle | Body::SignOutGoogle => computer.and_then(|c| c.workspace.session).map(|s| s.account),
            _ => None,
        };
        self.hub.inbox.push_back(Message {
            from: Party::Browser,
            to,
            account: riding.unwrap_or_else(|| self.subject(doing)),
            computer: doing.computer,
            tab: u8::from(doing.reading),
            person: doing.person,
            body,
        });
    }

    pub(super) fn knows(&self, person: PersonId, account: AccountId) -> Option<PasswordId> {
        self.world.people.get(person.at()).and_then(|p| p.password(account))
    }

    /// The password of the account in use, as someone at this screen knows it.
    fn password(&mut self, doing: &Activity) -> Result<PasswordId, ActOutcome> {
        let subject = self.subject(doing);
        let known = doing.participants().find_map(|person| self.knows(person, subject));
        let via = self.world.computers.get(doing.computer).map_or(Via::Portal, |computer| computer.portal.via());
        self.need(doing, &PasswordKnown { known: known.is_some(), via }.into())?;
        known.ok_or(ActOutcome::Refused(Reason::PasswordUnknown))
    }

    /// A password that is nobody's.
    fn other_password(&mut self) -> PasswordId {
        self.hub.passwords += 1;
        PasswordId(self.hub.passwords)
    }

    fn enter_code(&mut self, doing: &Activity, typing: Typing) -> Result<(), ActOutcome> {
        let subject = self.subject(doing);
        let code = self.typed_code(doing.person, subject, doing.profile, typing);
        let emergency = self.world.emergency(doing.person, subject);
        self.need(doing, &DeviceHeld { held: code.is_some() || emergency.is_some() }.into())?;
        match (code, emergency) {
            (Some(code), _) => self.click(doing, Party::Portal, Body::EnterCode(code)),
            (None, Some(password)) => self.click(doing, Party::Portal, Body::EnterEmergency(password)),
            (None, None) => return refused(Reason::NoDevice),
        }
        Ok(())
    }

    /// What a person types for a code: what their device shows, or showed a time step before, or nobody's.
    fn typed_code(&mut self, person: PersonId, account: AccountId, pick: Pick, typing: Typing) -> Option<Code> {
        match typing {
            Typing::Right => self.code(person, account, pick, 0),
            Typing::Earlier => self.code(person, account, pick, -1),
            Typing::Later => self.code(person, account, pick, 1),
            Typing::Wrong | Typing::WrongCase | Typing::WrongName => Some(Code::NOBODYS),
        }
    }

    /// The code that a person's device shows for an account, so many time steps from now: by a profile of that label, the hard token, or, for a generic
    /// account with linked authenticators, their own account's (A23).
    pub(super) fn code(&mut self, person: PersonId, account: AccountId, pick: Pick, steps: i64) -> Option<Code> {
        let row = self.world.people.get(person.at())?;
        let (clock, app) = row.phone.as_ref().map_or((Span(0), None), |p| (p.clock, p.app));
        let profiles = row.phone.as_ref().map(|p| p.profiles.as_slice()).unwrap_or_default();
        let picked = |label: AccountId| {
            let mut labelled = profiles.iter().filter(|p| p.account == label).map(|p| p.secret);
            match pick {
                Pick::Oldest => labelled.next(),
                Pick::Newest => labelled.next_back(),
            }
        };
        let own = row.account.get();
        if let Some(secret) = picked(account) {
            return Some(self.shown(secret, app, clock, account, steps));
        }
        if row.token.is_some() {
            return self.token_code(person, account, steps);
        }
        let own = own.filter(|_| self.hub.policy.rules(self.scope(account)).on(Rule::Linked))?;
        let secret = picked(own).filter(|_| self.world.links.contains(&(account, own)))?;
        Some(self.shown(secret, app, clock, own, steps))
    }

    fn token_code(&mut self, person: PersonId, account: AccountId, steps: i64) -> Option<Code> {
        let token = self.world.people.get(person.at())?.token.get()?;
        let clock = self.world.tokens.get(token.at())?.clock;
        Some(self.shown(token.secret(), None, clock, account, steps))
    }

    fn shown(&mut self, secret: SecretId, app: Option<App>, clock: Span, account: AccountId, steps: i64) -> Code {
        let form = self.hub.form(self.scope(account));
        let by_device = Time(self.hub.now.0 + clock.0 + steps * form.period);
        self.hub.codes.show(secret, app, form, by_device)
    }

    /// Reads the OTP of this number, or of the number on the screen, and types it.
    fn enter_otp(&mut self, doing: &Activity, number: Option<u32>) -> Result<(), ActOutcome> {
        let front = self.world.computers.get(doing.computer).map(|c| c.tabs[0]);
        let Some(Page::OtpAsked { number: shown, mailbox }) = front else { return refused(Reason::NoSession) };
        let number = number.unwrap_or(shown);
        let mail = self.world.post.find(mailbox, doing.account, number).copied();
        let Some(mailbox) = self.world.mailboxes.get(mailbox.at()) else { return refused(Reason::OtpNotReceived) };
        let (kind, owner) = (mailbox.kind, mailbox.owner);
        let mailbox = match kind {
            MailKind::Icon(account) => MailAccess::Icon { workspace_session: self.icon_session(doing, account) },
            _ => MailAccess::Elsewhere { own: doing.participants().any(|p| p == owner) },
        };
        let cut_over = self.hub.cut_over(self.scope(doing.account));
        self.need(doing, &ReadMail { mailbox, cut_over }.into())?;
        let Some(mail) = mail else { return refused(Reason::OtpNotReceived) };
        self.click(doing, Party::SelfService, Body::EnterOtp { number, value: mail.value });
        Ok(())
    }

    /// A secret made up by the person, typed into the page and into the app (P13-14).
    fn enter_secret(&mut self, doing: &Activity) -> Result<(), ActOutcome> {
        let has_app = self.phone(doing.person).is_some_and(|p| p.app.is_some());
        self.need(doing, &DeviceHeld { held: has_app }.into())?;
        let secret = self.hub.fresh_secret();
        let account = doing.account;
        if let Some(phone) = self.world.people.get_mut(doing.person.at()).and_then(|p| p.phone.as_mut()) {
            phone.profiles.push(Profile { account, secret });
        }
        self.click(doing, Party::SelfService, Body::EnterSecret(secret));
        Ok(())
    }

    fn phone(&self, person: PersonId) -> Option<&crate::world::state::Phone> {
        self.world.people.get(person.at()).and_then(|p| p.phone.as_ref())
    }

    /// A person's camera on the QR code of this screen.
    fn scan(&mut self, doing: &Activity, person: PersonId, screen: ComputerId) -> Result<(), ActOutcome> {
        let page = self.world.computers.get(screen).map(|c| c.tabs[0]);
        let now = self.hub.now;
        let shown = match page {
            Some(Page::Qr { secret, shown }) => Some((secret, Span(now.0 - shown.0))),
            _ => None,
        };
        let generic = self.kind(doing.account).is_generic();
        let phone = self.phone(person);
        let has_app = phone.is_some_and(|p| p.app.is_some());
        let (microsoft, ios) = phone.map_or((false, false), |p| (p.app == Some(App::Microsoft), p.ios));
        let same = phone.is_some_and(|p| p.profiles.iter().any(|p| p.account == doing.account));
        self.need(doing, &ScanQr { page_age: shown.map(|(_, age)| age), has_app, generic }.into())?;
        let Some((secret, _)) = shown else { return refused(Reason::SecretExpired) };
        let same_label = SameLabel { microsoft, ios, generic }.into();
        let replace = same && self.need(doing, &same_label)? == Outcome::Replace;
        self.take_in(person, doing.account, secret, replace);
        Ok(())
    }

    /// A profile in a person's app.
    pub(super) fn take_in(&mut self, person: PersonId, account: AccountId, secret: SecretId, replace: bool) {
        if let Some(phone) = self.world.people.get_mut(person.at()).and_then(|p| p.phone.as_mut()) {
            if replace {
                phone.profiles.retain(|p| p.account != account);
            }
            phone.profiles.push(Profile { account, secret });
        }
    }

    /// A password that nobody used before; whoever makes it knows it, and so do those who sit beside.
    fn new_password(&mut self, doing: &Activity, shape: Shape) -> (PasswordId, Features) {
        let id = self.other_password();
        let names = ["staff name"];
        let text = compose(shape, &names, &self.hub.draws, doing.account.0, id.0);
        for person in doing.participants() {
            if shape == Shape::Good {
                self.learn(person, doing.account, Some(id));
            }
        }
        (id, features(&text, &names))
    }
}
