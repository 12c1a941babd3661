//! The steps of a person at a page: clicks, and what is typed.
//!
//! Promises that a person uses only what they have and know. Deliberately decides nothing: parties ask the policy, and
//! so does a step on behalf of its person ([`Engine::need`]).

use super::Engine;
use super::context::TypedAnew;
use crate::act::{Act, ActOutcome, Activity, Pick, Step, Typing, Via};
use crate::kernel::password::{Features, Shape, WantedPassword, compose, features};
use crate::policy::decide::Request;
use crate::policy::decide::pages::{PageStep, StepOnPage};
use crate::policy::decide::sign_in::{DeviceHeld, PasswordKnown};
use crate::policy::request::{Outcome, Reason};
use crate::policy::rules::Rule;
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::codes::Code;
use crate::world::computer::CarriedResponse;
use crate::world::ids::{AccountId, PasswordId, PersonId, TokenId};
use crate::world::message::{Body, Message, Party};
use crate::world::port::Port;
use crate::world::state::{ALL_ANSWERS, MailKind};
use crate::world::tokens::WhichToken;

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// Performs a step: a click, a look at a device, or an interaction between people. An error ends the act.
    pub(super) fn perform(&mut self, activity: &Activity, step: Step) -> Result<(), ActOutcome> {
        use Party::{PasswordReset, Portal, SelfService, Workspace};
        match step {
            Step::Visit(Via::Portal) => self.click(activity, Portal, Body::VisitPortal),
            Step::Visit(Via::Google) => self.click(activity, Workspace, Body::VisitGoogle),
            Step::EnterPassword(typing) => return self.enter_password(activity, typing),
            Step::ChangeExpired => {
                let (password, features) = self.new_password(activity, Shape::Good);
                self.click(activity, Portal, Body::ChangeExpired { password, features, alike: true });
            }
            Step::OpenTile(tile) => self.click(activity, Portal, Body::OpenTile(tile)),
            Step::ChooseAccount(typing) => self.choose_account(activity, typing),
            Step::OldSignIn(typing) => self.old_sign_in(activity, typing),
            Step::EnterCode(typing) => return self.enter_code(activity, typing),
            Step::OpenSetup => self.click(activity, SelfService, Body::OpenSetup),
            Step::EnterLoginId(typing) => {
                self.click(activity, SelfService, Body::LoginId { right: typing == Typing::Right })
            }
            Step::NextOtp => self.click(activity, SelfService, Body::NextOtp),
            Step::EnterOtp { number, typed } => return self.enter_otp(activity, number, typed),
            Step::ShowQr => self.click(activity, SelfService, Body::ShowQr),
            Step::ReloadEnrolment => self.click(activity, SelfService, Body::ReloadQr),
            Step::EnterSecret => return self.enter_secret(activity),
            Step::ScanQr { person, screen } => return self.scan(activity, person, screen),
            Step::SaveToken(typing) => self.save_token(activity, typing),
            Step::EnterSerial(typing) => self.enter_serial(activity, typing),
            Step::Test(person) => return self.test(activity, person),
            Step::Delete { hard, leaves } => {
                let which = self.which_token(activity);
                self.click(activity, SelfService, Body::Delete { hard, leaves, which });
            }
            Step::RemoveProfile(person) => self.remove_profiles(person, activity.account),
            Step::SignOutGoogle => self.click(activity, Workspace, Body::SignOutGoogle),
            Step::Logout => self.click(activity, Portal, Body::Logout),
            Step::ForgotPassword => self.click(activity, Portal, Body::ForgotPassword),
            Step::Answers => self.answer(activity),
            Step::NewPassword(shape) => {
                let (password, features) = self.new_password(activity, shape);
                let alike = shape != Shape::NotAlike;
                self.click(activity, PasswordReset, Body::NewPassword { password, features, alike });
            }
            Step::ChangePassword(shape) => {
                let (password, features) = self.new_password(activity, shape);
                let alike = shape != Shape::NotAlike;
                self.click(activity, Portal, Body::ChangePassword { password, features, alike });
            }
            Step::SetAnswers => {
                self.context.anew = Some(TypedAnew::Answers);
                self.click(activity, Portal, Body::SetAnswers);
            }
            Step::PressBack => return self.press_back(activity),
            Step::EndMembership { leaver, unlinked } => self.end_membership(activity.account, leaver, unlinked),
            Step::Interaction(interaction) => return self.interact(activity, interaction),
        }
        Ok(())
    }

    /// Asks the policy on behalf of the person; a refusal is an error, which ends the act.
    pub(super) fn need(&mut self, activity: &Activity, request: &Request) -> Result<Outcome, ActOutcome> {
        let decision = self.context.decide(self.scope(activity.account), request);
        decision.reason().map_or(Ok(decision.outcome), |reason| Err(ActOutcome::Refused(reason)))
    }

    /// The account that the tab in use is about: the one whose iCON mailbox is read, or the act's.
    pub(super) fn subject(&self, activity: &Activity) -> AccountId {
        if !activity.reading {
            return activity.account;
        }
        let account = self.world.accounts.get(activity.account.at());
        let mailbox = account.and_then(|a| self.world.mailboxes.get(a.self_service.otp_mailbox.at()));
        match mailbox.map(|m| m.kind) {
            Some(MailKind::Icon(icon)) => icon,
            _ => activity.account,
        }
    }

    /// Sends what a click says. To the portal and to Google it is about the account of the live session, if there is
    /// one.
    pub(super) fn click(&mut self, activity: &Activity, to: Party, body: Body) {
        let computer = self.world.computers.get(activity.computer);
        let riding = match body {
            Body::VisitPortal | Body::OpenTile(_) | Body::Logout | Body::EnterCode(_) | Body::EnterEmergency(_) => {
                computer.and_then(|c| c.portal.session).map(|s| s.account)
            }
            Body::VisitGoogle | Body::SignOutGoogle => computer.and_then(|c| c.workspace.session).map(|s| s.account),
            _ => None,
        };
        self.context.inbox.push_back(Message {
            from: Party::Browser,
            to,
            account: riding.unwrap_or_else(|| self.subject(activity)),
            computer: activity.computer,
            tab: u8::from(activity.reading),
            person: activity.person,
            body,
        });
    }

    fn enter_password(&mut self, activity: &Activity, typing: Typing) -> Result<(), ActOutcome> {
        let password = match typing {
            Typing::Wrong => self.other_password(),
            Typing::Right | Typing::WrongCase | Typing::WrongName | Typing::Earlier | Typing::Later => {
                self.password(activity)?
            }
        };
        let (suffix_right, same_case) = (typing != Typing::WrongName, typing != Typing::WrongCase);
        self.click(activity, Party::Portal, Body::SignIn { suffix_right, password, same_case });
        Ok(())
    }

    fn choose_account(&mut self, activity: &Activity, typing: Typing) {
        let computer = self.world.computers.get(activity.computer);
        let icon_domain = typing == Typing::Right;
        let known_device = icon_domain && computer.is_some_and(|c| c.workspace.knows(self.subject(activity)));
        self.click(activity, Party::Workspace, Body::Address { icon_domain, known_device });
    }

    fn old_sign_in(&mut self, activity: &Activity, typing: Typing) {
        let subject = self.subject(activity);
        let person = self.world.people.get(activity.person.at());
        let password = typing == Typing::Right && person.is_some_and(|p| p.of(subject).is_some_and(|k| k.old));
        self.click(activity, Party::Workspace, Body::OldSignIn { password });
    }

    /// The soft token that a person deletes: for a set-up anew every one (G3b), and otherwise that of their own app.
    fn which_token(&self, activity: &Activity) -> WhichToken {
        if activity.act == Act::ReEnrol {
            return WhichToken::All;
        }
        let profiles = self.phone(activity.person).into_iter().flat_map(|phone| &phone.profiles);
        let mut own = profiles.filter(|profile| profile.account == activity.account).map(|profile| profile.secret);
        WhichToken::Own(own.next_back())
    }

    fn save_token(&mut self, activity: &Activity, typing: Typing) {
        let account = activity.account;
        let code = activity.participants().find_map(|person| self.typed_code(person, account, Pick::Newest, typing));
        let comment = self.phone(activity.person).and_then(|p| p.app);
        self.click(activity, Party::SelfService, Body::Save { comment, code });
    }

    fn enter_serial(&mut self, activity: &Activity, typing: Typing) {
        let held = self.world.people.get(activity.person.at()).and_then(|p| p.token.get());
        let held = held.filter(|_| typing != Typing::WrongName);
        let token = held.unwrap_or(TokenId(u32::MAX));
        let code = match typing {
            Typing::Right | Typing::WrongName => self.token_code(activity.person, activity.account, 0),
            Typing::Earlier => self.token_code(activity.person, activity.account, -1),
            Typing::Later => self.token_code(activity.person, activity.account, 1),
            Typing::Wrong | Typing::WrongCase => Some(Code::NOBODYS),
        };
        self.click(activity, Party::SelfService, Body::SaveSerial { token, known: held.is_some(), code });
    }

    fn test(&mut self, activity: &Activity, person: PersonId) -> Result<(), ActOutcome> {
        let pick = if person == activity.person { activity.profile } else { Pick::Newest };
        let code = self.typed_code(person, activity.account, pick, activity.code);
        self.need(activity, &DeviceHeld { held: code.is_some() }.into())?;
        if let Some(code) = code {
            self.click(activity, Party::SelfService, Body::Test(code));
        }
        Ok(())
    }

    /// Answers the security questions, as the participant who remembers most of them.
    fn answer(&mut self, activity: &Activity) {
        let account = activity.account;
        let people = activity.participants().filter_map(|p| self.world.people.get(p.at()));
        let remembered = people.filter_map(|p| p.of(account)).map(|known| known.answers).max();
        let questions = self.context.policy.rules(self.scope(account)).get(Rule::Questions);
        let right = u32::from(remembered.unwrap_or(0)).min(u32::try_from(questions).unwrap_or(0));
        self.click(activity, Party::PasswordReset, Body::Answers { right });
    }

    /// Presses the browser's back button: the SAML response that it has is sent again.
    fn press_back(&mut self, activity: &Activity) -> Result<(), ActOutcome> {
        let carried = self.world.computers.get(activity.computer).and_then(|c| c.carried);
        let (open, session) = (carried.is_some(), carried.is_some());
        self.need(activity, &StepOnPage { step: PageStep::Back, open, session }.into())?;
        let Some(CarriedResponse { account, answers, id, issued, factor }) = carried else {
            return Err(ActOutcome::Refused(Reason::NoSession));
        };
        let answers = answers.get();
        let body = Body::Assertion { audience: Party::Workspace, answers, id, issued, factor };
        let (computer, person) = (activity.computer, activity.person);
        let (from, to) = (Party::Browser, Party::Workspace);
        self.context.inbox.push_back(Message { from, to, account, computer, tab: 0, person, body });
        Ok(())
    }

    /// The password of an account that a person knows.
    pub(super) fn knows(&self, person: PersonId, account: AccountId) -> Option<PasswordId> {
        self.world.people.get(person.at()).and_then(|p| p.password(account))
    }

    /// The password of the account in use, as someone at this screen knows it.
    fn password(&mut self, activity: &Activity) -> Result<PasswordId, ActOutcome> {
        let subject = self.subject(activity);
        let known = activity.participants().find_map(|person| self.knows(person, subject));
        let via = self.world.computers.get(activity.computer).map_or(Via::Portal, |computer| computer.portal.via());
        self.need(activity, &PasswordKnown { known: known.is_some(), via }.into())?;
        Ok(known.unwrap_or_else(|| self.other_password()))
    }

    /// A password that nobody uses.
    fn other_password(&mut self) -> PasswordId {
        self.context.passwords += 1;
        PasswordId(self.context.passwords)
    }

    /// A password that nobody used before.
    fn new_password(&mut self, activity: &Activity, shape: Shape) -> (PasswordId, Features) {
        let id = self.other_password();
        let names = ["staff name"];
        let rules = self.context.policy.rules(self.scope(activity.account));
        let wanted = WantedPassword {
            length: u16::try_from(rules.get(Rule::PasswordLength)).unwrap_or(u16::MAX),
            kinds: u8::try_from(rules.get(Rule::PasswordKinds)).unwrap_or(u8::MAX),
        };
        let text = compose(shape, wanted, &names, &self.context.draws, activity.account.0, id.0);
        self.context.anew = Some(TypedAnew::Password(id));
        (id, features(&text, &names))
    }

    /// What a step has typed anew is known to its people, or is in their hands, if the party has taken it: a refusal
    /// leaves them what they had.
    pub(super) fn keep(&mut self, activity: &Activity) {
        let account = self.subject(activity);
        match self.context.anew {
            Some(TypedAnew::Password(id)) => {
                let portal = self.world.accounts.get(account.at()).map(|row| row.portal);
                if portal.is_some_and(|row| row.password == id || row.pending.get() == Some(id)) {
                    activity.participants().for_each(|person| self.learn(person, account, Some(id)));
                }
            }
            Some(TypedAnew::Answers) if self.context.refusal.is_none() => {
                if let Some(person) = self.world.people.get_mut(activity.person.at()) {
                    person.change(account, |known| known.answers = ALL_ANSWERS);
                }
            }
            Some(TypedAnew::Secret(secret)) => {
                let page = self.world.computers.get(activity.computer).and_then(|c| c.self_service.page);
                if page.is_some_and(|(shown, _)| shown == secret) {
                    self.add_profile(activity.person, account, secret, false);
                }
            }
            Some(TypedAnew::Answers) | None => {}
        }
    }
}
