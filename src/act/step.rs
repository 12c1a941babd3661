//! A single step of a person: a click, a look at a phone, or something between people; and how long each takes.
//!
//! Promises that what a person does at one moment is one of these. Deliberately says nothing of what it causes: the
//! engine and the parties do.

use super::vocabulary::{Interaction, Typing};
use crate::kernel::Span;
use crate::kernel::password::Shape;
use crate::policy::request::Via;
use crate::world::ids::{ComputerId, PersonId};
use crate::world::message::Tile;

/// One step of a person, with what it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Opens MIMS Portal (S1.1, S2.1), or the sign-in page of Google (S3.1).
    Visit(Via),
    /// Types login ID and password at MIMS Portal (S1.1, S2.1, S3.5).
    EnterPassword(Typing),
    /// Types a new password where one is asked for before anything else (A22, A34).
    ChangeExpired,
    /// Opens a tile of the Applications page (S1.2, S2.2).
    OpenTile(Tile),
    /// Types the iCON address at Google, or chooses the account there (S3.1 to S3.3).
    ChooseAccount(Typing),
    /// Types Google's own password and passes Google's 2SV: the old way in (A26).
    OldSignIn(Typing),
    /// Types the code that a device shows, or the emergency password in its place (S2.3, S2.4, S3.6, S3.7, A24).
    EnterCode(Typing),
    /// Opens Setup 2FA on the Identity Portal (S1.3).
    OpenSetup,
    /// Types the login ID, which is asked for again (S1.4).
    EnterLoginId(Typing),
    /// Presses Next at the chain Email OTP, which sends an OTP (S1.5).
    NextOtp,
    /// Types an OTP that came by e-mail (S1.6).
    EnterOtp {
        /// Which of those that were sent; the one on the screen where not said.
        number: Option<u32>,
        /// How.
        typed: Typing,
    },
    /// Opens Soft Token (OTP), which shows the QR code (S1.8).
    ShowQr,
    /// Loads the QR page again, which shows a new secret.
    ReloadEnrolment,
    /// Types the secret by hand, into the page and into the app (P13-14).
    EnterSecret,
    /// Scans the QR code into a person's app (S1.8).
    ScanQr {
        /// Whose app.
        person: PersonId,
        /// Where the QR code is shown.
        screen: ComputerId,
    },
    /// Types a comment, and a code where Save wants one, and presses Save (S1.9, S1.10).
    SaveToken(Typing),
    /// Names a hard token by its serial, with a code of it (P13-14; Q12, Step B).
    EnterSerial(Typing),
    /// Tests the token with a code of this person's device (S1.11 to S1.13).
    Test(PersonId),
    /// Deletes a token on the Identity Portal (G3a, G3b).
    Delete {
        /// The hard one.
        hard: bool,
        /// Because somebody leaves (G3a).
        leaves: bool,
    },
    /// Removes the account's profile from this person's app (G3a, G3b).
    RemoveProfile(PersonId),
    /// Signs out of Google (S2.6, S3.9).
    SignOutGoogle,
    /// Logs out of MIMS Portal (S1.15, S2.7, S3.10).
    Logout,
    /// Opens Forgot Password? and types the login ID (S4.1, S4.2).
    ForgotPassword,
    /// Answers the security questions (S4.3).
    Answers,
    /// Types a new password after the security questions (S4.4).
    NewPassword(Shape),
    /// Changes the password at the portal (Q14).
    ChangePassword(Shape),
    /// Sets the security questions at the portal (Q14).
    SetAnswers,
    /// Presses Back as far as the page that carried the last sign-in to Google, which is sent again.
    PressBack,
    /// A membership of a generic account ends, without a page.
    EndMembership {
        /// Whose.
        leaver: PersonId,
        /// The link to the leaver's own token ends, too (G3a, A23).
        unlinked: bool,
    },
    /// Something between people, or by a helper, without a page.
    Interaction(Interaction),
}

/// How long a code takes from being read off a device to being sent: a person looks before they type.
pub const CODE_TYPED_IN: Span = Span(6_000);

impl Step {
    /// How long it nominally takes.
    pub const fn takes(self) -> Span {
        Span(match self {
            Step::OpenTile(_) | Step::OpenSetup | Step::NextOtp | Step::ShowQr | Step::ReloadEnrolment => 2_000,
            Step::Visit(_) | Step::SignOutGoogle | Step::Logout | Step::RemoveProfile(_) | Step::PressBack => 3_000,
            Step::ScanQr { .. } | Step::EnterLoginId(_) | Step::Delete { .. } | Step::ForgotPassword => 5_000,
            Step::EnterCode(_) | Step::ChooseAccount(_) | Step::SaveToken(_) | Step::Test(_) => 6_000,
            Step::EnterPassword(_) | Step::EnterOtp { .. } => 8_000,
            Step::OldSignIn(_) | Step::EnterSerial(_) => 12_000,
            Step::Answers | Step::SetAnswers | Step::EnterSecret => 20_000,
            Step::NewPassword(_) | Step::ChangePassword(_) | Step::ChangeExpired => 20_000,
            Step::EndMembership { .. } | Step::Interaction(_) => 0,
        })
    }

    /// Whether the browser shows another page after it.
    pub const fn turns_page(self) -> bool {
        match self {
            Step::ScanQr { .. } | Step::RemoveProfile(_) | Step::EndMembership { .. } | Step::Interaction(_) => false,
            Step::Visit(_) | Step::EnterPassword(_) | Step::ChangeExpired | Step::OpenTile(_) => true,
            Step::ChooseAccount(_) | Step::OldSignIn(_) | Step::EnterCode(_) | Step::PressBack => true,
            Step::OpenSetup | Step::EnterLoginId(_) | Step::NextOtp | Step::EnterOtp { .. } => true,
            Step::ShowQr | Step::ReloadEnrolment | Step::EnterSecret | Step::SaveToken(_) | Step::EnterSerial(_) => {
                true
            }
            Step::Test(_) | Step::Delete { .. } | Step::SignOutGoogle | Step::Logout => true,
            Step::ForgotPassword | Step::Answers | Step::NewPassword(_) => true,
            Step::ChangePassword(_) | Step::SetAnswers => true,
        }
    }

    /// Whether it can end on the dashboard.
    pub(super) const fn signs_in(self) -> bool {
        match self {
            Step::Visit(_) | Step::EnterPassword(_) | Step::OpenTile(_) | Step::ChooseAccount(_) => true,
            Step::OldSignIn(_) | Step::EnterCode(_) | Step::PressBack => true,
            Step::ChangeExpired | Step::OpenSetup | Step::EnterLoginId(_) | Step::NextOtp => false,
            Step::EnterOtp { .. } | Step::ShowQr | Step::ReloadEnrolment | Step::EnterSecret => false,
            Step::ScanQr { .. } | Step::SaveToken(_) | Step::EnterSerial(_) | Step::Test(_) | Step::Delete { .. } => {
                false
            }
            Step::RemoveProfile(_) | Step::SignOutGoogle | Step::Logout => false,
            Step::ForgotPassword | Step::Answers | Step::NewPassword(_) => false,
            Step::ChangePassword(_) | Step::SetAnswers => false,
            Step::EndMembership { .. } | Step::Interaction(_) => false,
        }
    }
}
