//! The devices in people's hands: codes that a phone or a hard token shows, OTPs that are read, secrets that an app
//! takes in.
//!
//! Promises that a device goes by its own clock.

use super::Engine;
use super::context::{Pace, TypedAnew};
use crate::act::{ActOutcome, Activity, CODE_TYPED_IN, Pick, Typing};
use crate::kernel::{Span, Time};
use crate::policy::decide::enrolment::{SameLabel, ScanQr};
use crate::policy::decide::otp::{MailAccess, ReadMail};
use crate::policy::decide::sign_in::DeviceHeld;
use crate::policy::request::{Outcome, Reason};
use crate::policy::rules::Rule;
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::codes::App;
use crate::world::codes::Code;
use crate::world::ids::{AccountId, ComputerId, PersonId, SecretId};
use crate::world::message::{Body, Page, Party};
use crate::world::port::Port;
use crate::world::state::{MailKind, Phone, Profile};

/// Digits that are no OTP's: one more than any number of digits can say.
const NO_OTP: u32 = u32::MAX;

const fn refused(reason: Reason) -> Result<(), ActOutcome> {
    Err(ActOutcome::Refused(reason))
}

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    pub(super) fn enter_code(&mut self, activity: &Activity, typing: Typing) -> Result<(), ActOutcome> {
        let subject = self.subject(activity);
        let code = self.typed_code(activity.person, subject, activity.profile, typing);
        let emergency = self.world.emergency(activity.person, subject);
        self.need(activity, &DeviceHeld { held: code.is_some() || emergency.is_some() }.into())?;
        match (code, emergency) {
            (Some(code), _) => self.click(activity, Party::Portal, Body::EnterCode(code)),
            (None, Some(password)) => self.click(activity, Party::Portal, Body::EnterEmergency(password)),
            (None, None) => return refused(Reason::NoDevice),
        }
        Ok(())
    }

    /// The code that a person types: that of their device now or a time step away, or a wrong one.
    pub(super) fn typed_code(
        &mut self,
        person: PersonId,
        account: AccountId,
        pick: Pick,
        typing: Typing,
    ) -> Option<Code> {
        match typing {
            Typing::Right => self.code(person, account, pick, 0),
            Typing::Earlier => self.code(person, account, pick, -1),
            Typing::Later => self.code(person, account, pick, 1),
            Typing::Wrong | Typing::WrongCase | Typing::WrongName => Some(Code::NOBODYS),
        }
    }

    /// The code that a person's device shows for an account, a number of time steps from now: by a profile of that
    /// label, the hard token, or, for a generic account with linked authenticators, the profile of their own account
    /// (A23).
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
        let own = own.filter(|_| self.context.policy.rules(self.scope(account)).on(Rule::Linked))?;
        let secret = picked(own).filter(|_| self.world.links.contains(&(account, own)))?;
        Some(self.shown(secret, app, clock, own, steps))
    }

    /// The code that a person's hard token shows.
    pub(super) fn token_code(&mut self, person: PersonId, account: AccountId, steps: i64) -> Option<Code> {
        let token = self.world.people.get(person.at())?.token.get()?;
        let clock = self.world.tokens.get(token.at())?.clock;
        Some(self.shown(token.secret(), None, clock, account, steps))
    }

    /// The code that a device showed for a secret, by its own clock, when the person looked at it before typing.
    fn shown(&mut self, secret: SecretId, app: Option<App>, clock: Span, account: AccountId, steps: i64) -> Code {
        let form = self.context.form(self.scope(account));
        let typed_in = if self.context.pace == Pace::Instant { Span(0) } else { CODE_TYPED_IN };
        let by_device = Time(self.context.now.0 - typed_in.0 + clock.0 + steps * form.by(app).period);
        self.context.codes.show(secret, app, form, by_device)
    }

    /// Reads the OTP of this number, or of the number on the screen, and types it; a wrong one needs no reading.
    pub(super) fn enter_otp(
        &mut self,
        activity: &Activity,
        number: Option<u32>,
        typing: Typing,
    ) -> Result<(), ActOutcome> {
        let front = self.world.computers.get(activity.computer).map(|c| c.tabs[0].page);
        let Some(Page::OtpAsked { number: shown, mailbox }) = front else {
            // There is no number to go by: what is typed goes where no page asked for it.
            self.click(activity, Party::SelfService, Body::EnterOtp { number: number.unwrap_or(0), value: 0 });
            return Ok(());
        };
        let number = number.unwrap_or(shown);
        if typing != Typing::Right {
            self.click(activity, Party::SelfService, Body::EnterOtp { number, value: NO_OTP });
            return Ok(());
        }
        let mail = self.world.otp_inbox.find(mailbox, activity.account, number).copied();
        let Some(mailbox) = self.world.mailboxes.get(mailbox.at()) else { return refused(Reason::OtpNotReceived) };
        let (kind, owner) = (mailbox.kind, mailbox.owner);
        let mailbox = match kind {
            MailKind::Icon(account) => MailAccess::Icon { workspace_session: self.icon_session(activity, account) },
            _ => MailAccess::Elsewhere { own: activity.participants().any(|p| p == owner) },
        };
        let cut_over = self.context.cut_over(self.scope(activity.account));
        self.need(activity, &ReadMail { mailbox, cut_over }.into())?;
        let Some(mail) = mail else { return refused(Reason::OtpNotReceived) };
        self.click(activity, Party::SelfService, Body::EnterOtp { number, value: mail.value });
        Ok(())
    }

    /// A secret made up by the person, typed into the page and into the app (P13-14).
    pub(super) fn enter_secret(&mut self, activity: &Activity) -> Result<(), ActOutcome> {
        let has_app = self.phone(activity.person).is_some_and(|p| p.app.is_some());
        self.need(activity, &DeviceHeld { held: has_app }.into())?;
        let secret = self.context.fresh_secret();
        self.context.anew = Some(TypedAnew::Secret(secret));
        self.click(activity, Party::SelfService, Body::EnterSecret(secret));
        Ok(())
    }

    pub(super) fn phone(&self, person: PersonId) -> Option<&Phone> {
        self.world.people.get(person.at()).and_then(|p| p.phone.as_ref())
    }

    /// Scans the QR code of a screen with a person's phone.
    pub(super) fn scan(&mut self, activity: &Activity, person: PersonId, screen: ComputerId) -> Result<(), ActOutcome> {
        let page = self.world.computers.get(screen).map(|c| c.tabs[0].page);
        let now = self.context.now;
        let shown = match page {
            Some(Page::Qr { secret, shown }) => Some((secret, Span(now.0 - shown.0))),
            _ => None,
        };
        let generic = self.kind(activity.account).is_generic();
        let phone = self.phone(person);
        let (has_phone, has_app) = (phone.is_some(), phone.is_some_and(|p| p.app.is_some()));
        let (microsoft, ios) = phone.map_or((false, false), |p| (p.app == Some(App::Microsoft), p.ios));
        let same = phone.is_some_and(|p| p.profiles.iter().any(|p| p.account == activity.account));
        self.need(activity, &ScanQr { page_age: shown.map(|(_, age)| age), has_phone, has_app, generic }.into())?;
        let Some((secret, _)) = shown else { return refused(Reason::SecretExpired) };
        let same_label = SameLabel { microsoft, ios, generic }.into();
        let replace = same && self.need(activity, &same_label)? == Outcome::Replace;
        self.add_profile(person, activity.account, secret, replace);
        Ok(())
    }

    /// Puts a profile into a person's app.
    pub(super) fn add_profile(&mut self, person: PersonId, account: AccountId, secret: SecretId, replace: bool) {
        if let Some(phone) = self.world.people.get_mut(person.at()).and_then(|p| p.phone.as_mut()) {
            if replace {
                phone.profiles.retain(|p| p.account != account);
            }
            phone.profiles.push(Profile { account, secret });
        }
    }

    /// Removes the profiles of an account from a person's app.
    pub(super) fn remove_profiles(&mut self, person: PersonId, account: AccountId) {
        if let Some(phone) = self.world.people.get_mut(person.at()).and_then(|p| p.phone.as_mut()) {
            phone.profiles.retain(|profile| profile.account != account);
        }
    }
}
