//! The one place where rules are applied: every kind of request, and the function that answers it.
//!
//! Promises that [`decide`] is a pure function of the rules and the request, so that coverage can ask the same request
//! of other rules, and that a request is `Copy` and holds facts only, no ids and no secrets. Deliberately knows no
//! world: whatever a rule looks at is a fact of the request. Each family has a file, in which the facts of a request
//! stand above the function that applies the rules to them.

mod asked;
pub mod enrolment;
pub mod generic_accounts;
pub mod helpdesk;
pub mod helper;
pub mod otp;
pub mod pages;
pub mod password;
pub mod sign_in;
pub mod workspace;

use super::request::Decision;
use super::rules::Rules;
use asked::{Answer, Asked};
use enrolment::{
    Authenticators, DeleteToken, LoginIdAgain, OpenSetup, SameLabel, SaveHardToken, SaveToken, ScanQr, ShowQr,
    TestToken,
};
use generic_accounts::{ApproveTransfer, Deliver, HandOver, ReadCredentials, RequestTransfer};
use helpdesk::{Ask, HandOverToken, IssueEmergency, RequestHardToken, ResetPassword, UnlockAccount, UpdateEmail};
use otp::{EnterOtp, ReadMail, RequestOtp};
use pages::StepOnPage;
use password::{Answers, ForgotPassword, NewPassword, SignedInChange};
use sign_in::{
    DeviceHeld, EmergencyCode, FactorFailure, LaunchIcon, PasswordKnown, PortalSessionAge, PortalSignIn, Prompt,
    SecondFactor, SignOutPortal,
};
use workspace::{Assertion, OldSignIn, SignOutGoogle, TypedAddress, WorkspaceSessionAge};

macro_rules! requests {
    ($($(#[doc = $doc:literal])+ $name:ident $(($facts:ty))?,)*) => {
        /// A question to the policy. Spans are ages or waits, counted at the time of asking.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Request { $($(#[doc = $doc])+ $name $(($facts))?,)* }

        /// The kind of a request, without its facts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum RequestKind { $($(#[doc = $doc])+ $name,)* }

        impl Request {
            /// Every kind of request.
            pub const KINDS: &'static [RequestKind] = &[$(RequestKind::$name,)*];

            /// Its kind.
            pub const fn kind(&self) -> RequestKind { match self { $(Request::$name { .. } => RequestKind::$name,)* } }
        }

        $($(impl From<$facts> for Request {
            #[inline]
            fn from(facts: $facts) -> Request { Request::$name(facts) }
        })?)*
    };
}

requests! {
    /// Login ID and password at the portal.
    PortalSignIn(PortalSignIn),
    /// A step of an account that is locked.
    AccountLocked,
    /// A step whose page is not open, or whose session is not there.
    OnPage(StepOnPage),
    /// The password that a page asks for: does the person know one?
    PasswordKnown(PasswordKnown),
    /// The code that a page asks for: does the person have a device that shows one?
    DeviceHeld(DeviceHeld),
    /// A wrong factor: does it lock the account?
    Failure(FactorFailure),
    /// Is this session with the portal alive?
    PortalSession(PortalSessionAge),
    /// Is this session with Google Workspace alive?
    WorkspaceSession(WorkspaceSessionAge),
    /// The tile `MIMS Identity Portal`.
    TileSelfService,
    /// The tile `iCON`, or the way on from Google's redirect.
    LaunchIcon(LaunchIcon),
    /// A sign-in by an account without a second factor: is a prompt shown?
    Prompt(Prompt),
    /// A code for iCON.
    SecondFactor(SecondFactor),
    /// An emergency password in place of a code.
    EmergencyCode(EmergencyCode),
    /// Sign out at Google.
    SignOutGoogle(SignOutGoogle),
    /// Log out of the portal.
    SignOutPortal(SignOutPortal),
    /// `Setup 2FA` on the Identity Portal.
    OpenSetup(OpenSetup),
    /// The login ID, asked for again.
    LoginIdAgain(LoginIdAgain),
    /// The gate before self-service: is there one?
    Gate,
    /// `Next` on the chain Email OTP.
    RequestOtp(RequestOtp),
    /// An e-mailed OTP, typed in.
    EnterOtp(EnterOtp),
    /// Behind the gate: the list of authenticators.
    Authenticators(Authenticators),
    /// The page of a new soft token.
    ShowQr(ShowQr),
    /// A camera on the QR code.
    ScanQr(ScanQr),
    /// Another profile of the same label in the app: is it replaced?
    SameLabel(SameLabel),
    /// A secret taken from another's app or a photograph.
    CopySecret,
    /// A secret typed by hand into the page.
    EnterSecret,
    /// `Save` on the page of a new soft token.
    SaveToken(SaveToken),
    /// A hard token, by its serial and a code.
    SaveHardToken(SaveHardToken),
    /// `Test` with a code.
    TestToken(TestToken),
    /// `Delete` on an enrolled token.
    DeleteToken(DeleteToken),
    /// `Forgot Password?` and a login ID.
    ForgotPassword(ForgotPassword),
    /// The answers to the security questions.
    Answers(Answers),
    /// A new password, typed twice.
    NewPassword(NewPassword),
    /// How long a password that was reset takes to work.
    Propagation,
    /// How long a password that was changed takes to work.
    ChangePropagation,
    /// A change of password or questions, by who is signed in.
    Change(SignedInChange),
    /// An address typed at Google, or chosen there.
    Address(TypedAddress),
    /// Google's own password and 2-Step Verification.
    OldSignIn(OldSignIn),
    /// A SAML response at Google.
    Assertion(Assertion),
    /// A mailbox that is to be read.
    ReadMail(ReadMail),
    /// A new address for OTPs.
    UpdateEmail(UpdateEmail),
    /// A password reset by a helper.
    ResetPassword(ResetPassword),
    /// The move of a generic account out of `ICON`.
    RequestTransfer(RequestTransfer),
    /// The approval of that move.
    ApproveTransfer(ApproveTransfer),
    /// Does the stored copy of the credentials follow a reset?
    UpdateStore,
    /// The stored credentials of an account.
    ReadCredentials(ReadCredentials),
    /// Where the credentials of a new or an existing account go.
    Deliver(Deliver),
    /// The credentials of a new account, handed on.
    HandOver(HandOver),
    /// A hard token, requested of somebody.
    RequestHardToken(RequestHardToken),
    /// A hard token that is to be handed over.
    HandOverToken(HandOverToken),
    /// An emergency password, issued by the desk.
    IssueEmergency(IssueEmergency),
    /// The lock of an account, lifted by a helper.
    Unlock(UnlockAccount),
    /// A request for help, left with somebody.
    Ask(Ask),
    /// A party that does not answer: who helps?
    PartyDown,
}

/// What the rules say to a request.
pub fn decide(rules: &Rules, request: &Request) -> Decision {
    let mut asked = Asked::new(rules);
    let answer = answer(&mut asked, request);
    asked.decision(answer)
}

/// The index: which function answers which request.
fn answer(a: &mut Asked, request: &Request) -> Answer {
    match request {
        Request::PortalSignIn(facts) => sign_in::portal(a, facts),
        Request::AccountLocked => sign_in::locked(a),
        Request::OnPage(facts) => pages::step(a, facts),
        Request::PasswordKnown(facts) => sign_in::password_known(a, facts),
        Request::DeviceHeld(facts) => sign_in::device_held(a, facts),
        Request::Failure(facts) => sign_in::failure(a, facts),
        Request::PortalSession(facts) => sign_in::portal_session(a, facts),
        Request::WorkspaceSession(facts) => workspace::session(a, facts),
        Request::TileSelfService => enrolment::tile(a),
        Request::LaunchIcon(facts) => sign_in::launch_icon(a, facts),
        Request::Prompt(facts) => sign_in::prompt(a, facts),
        Request::SecondFactor(facts) => sign_in::second_factor(a, facts),
        Request::EmergencyCode(facts) => sign_in::emergency_code(a, facts),
        Request::SignOutGoogle(facts) => workspace::sign_out(a, facts),
        Request::SignOutPortal(facts) => sign_in::sign_out(a, facts),
        Request::OpenSetup(facts) => enrolment::open_setup(a, facts),
        Request::LoginIdAgain(facts) => enrolment::login_id_again(a, facts),
        Request::Gate => otp::gate(a),
        Request::RequestOtp(facts) => otp::request(a, facts),
        Request::EnterOtp(facts) => otp::enter(a, facts),
        Request::Authenticators(facts) => enrolment::authenticators(a, facts),
        Request::ShowQr(facts) => enrolment::show_qr(a, facts),
        Request::ScanQr(facts) => enrolment::scan_qr(a, facts),
        Request::SameLabel(facts) => enrolment::same_label(a, facts),
        Request::CopySecret => enrolment::copy_secret(a),
        Request::EnterSecret => enrolment::enter_secret(a),
        Request::SaveToken(facts) => enrolment::save_token(a, facts),
        Request::SaveHardToken(facts) => enrolment::save_hard_token(a, facts),
        Request::TestToken(facts) => enrolment::test_token(a, facts),
        Request::DeleteToken(facts) => enrolment::delete_token(a, facts),
        Request::ForgotPassword(facts) => password::forgot(a, facts),
        Request::Answers(facts) => password::answers(a, facts),
        Request::NewPassword(facts) => password::new(a, facts),
        Request::Propagation => password::propagation(a),
        Request::ChangePropagation => password::change_propagation(a),
        Request::Change(facts) => password::change(a, facts),
        Request::Address(facts) => workspace::address(a, facts),
        Request::OldSignIn(facts) => workspace::old_sign_in(a, facts),
        Request::Assertion(facts) => workspace::assertion(a, facts),
        Request::ReadMail(facts) => otp::read_mail(a, facts),
        Request::UpdateEmail(facts) => helpdesk::update_email(a, facts),
        Request::ResetPassword(facts) => helpdesk::reset_password(a, facts),
        Request::RequestTransfer(facts) => generic_accounts::request_transfer(a, facts),
        Request::ApproveTransfer(facts) => generic_accounts::approve_transfer(a, facts),
        Request::UpdateStore => generic_accounts::update_store(a),
        Request::ReadCredentials(facts) => generic_accounts::read_credentials(a, facts),
        Request::Deliver(facts) => generic_accounts::deliver(a, facts),
        Request::HandOver(facts) => generic_accounts::hand_over(a, facts),
        Request::RequestHardToken(facts) => helpdesk::request_hard_token(a, facts),
        Request::HandOverToken(facts) => helpdesk::hand_over_token(a, facts),
        Request::IssueEmergency(facts) => helpdesk::issue_emergency(a, facts),
        Request::Unlock(facts) => helpdesk::unlock(a, facts),
        Request::Ask(facts) => helpdesk::ask(a, facts),
        Request::PartyDown => helpdesk::party_down(a),
    }
}
