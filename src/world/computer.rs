//! One computer: what each party has left in its browser, and what its tabs show.
//!
//! Promises to be `Copy`, so that a browser is closed and opened as one value. Deliberately knows no person: who sits
//! at it is said by an act.

use super::ids::AccountId;
use super::message::{Page, SamlId};
use super::portal::PortalCookies;
use super::self_service::SelfServiceCookies;
use super::workspace::WorkspaceCookies;
use crate::kernel::{CompactOption, Time};
use crate::policy::request::{Factor, Reason};

/// A SAML response that a browser carried to Google.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarriedResponse {
    /// Whose account it opens.
    pub account: AccountId,
    /// The request that it answers.
    pub answers: CompactOption<SamlId>,
    /// Its number.
    pub id: SamlId,
    /// When it was issued, by the portal's clock.
    pub issued: Time,
    /// What answered the second factor.
    pub factor: Factor,
}

/// One tab: the page that is open, and what was refused on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tab {
    /// The page.
    pub page: Page,
    /// Why the last step on it was refused; the page stays open, so that another can be tried.
    pub refused: Option<Reason>,
}

impl Tab {
    /// Shows what a party answers: another page, or on the same page why not.
    pub const fn show(&mut self, page: Page) {
        match page {
            Page::Refused(reason) => self.refused = Some(reason),
            page => *self = Tab { page, refused: None },
        }
    }
}

/// One computer: the parties' cookies and two tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Computer {
    /// The portal's cookies.
    pub portal: PortalCookies,
    /// Self-service's cookies.
    pub self_service: SelfServiceCookies,
    /// Google's cookies.
    pub workspace: WorkspaceCookies,
    /// What the two tabs show.
    pub tabs: [Tab; 2],
    /// The last SAML response that went through it, which `Back` sends again.
    pub carried: Option<CarriedResponse>,
}
