//! The visible pages of a state: those that acts under way have open, and the mail that they read.
//!
//! Promises that a page counts as long as somebody can still act on it, and no longer when its act is over, unless
//! single steps may follow. Deliberately does not interpret the pages.

use super::Engine;
use super::detail::Detail;
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::computer::Tab;
use crate::world::ids::{AccountId, ComputerId};
use crate::world::message::Page;
use smallvec::SmallVec;

/// A computer that an act uses.
struct Seat {
    computer: ComputerId,
    /// Whether its pages can still matter, because an act has turned them: the first step of an act does not depend on
    /// the page that is open.
    used: bool,
    /// Whether mail is read in the second tab.
    reading: bool,
    tabs: [Tab; 2],
}

impl Seat {
    fn tabs(&self) -> &[Tab] {
        let [front, mail] = &self.tabs;
        match (self.used, self.reading) {
            (true, true) => &self.tabs,
            (true, false) => std::slice::from_ref(front),
            (false, true) => std::slice::from_ref(mail),
            (false, false) => &[],
        }
    }
}

/// The visible pages of one state.
pub(super) struct VisiblePages {
    seats: SmallVec<[Seat; 4]>,
    /// The account and the computer of each act under way.
    acts: SmallVec<[(AccountId, ComputerId); 4]>,
    /// Whether single steps may follow at any computer.
    everywhere: bool,
}

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// The pages that are visible now.
    pub(super) fn visible(&self, detail: Detail) -> VisiblePages {
        let mut visible = VisiblePages { seats: SmallVec::new(), acts: SmallVec::new(), everywhere: detail.pages };
        for (id, computer) in self.world.computers.iter().filter(|_| detail.pages) {
            visible.seats.push(Seat { computer: id, used: true, reading: false, tabs: computer.tabs.map(unrefused) });
        }
        for activity in self.activities.iter().flatten() {
            let id = activity.computer;
            visible.acts.push((activity.account, id));
            let tabs = self.world.computers.get(id).map(|computer| computer.tabs).unwrap_or_default();
            match visible.seats.iter_mut().find(|seat| seat.computer == id) {
                Some(seat) => {
                    (seat.used, seat.reading) = (seat.used | (activity.taken > 0), seat.reading | activity.reading);
                    seat.tabs = tabs;
                }
                None => {
                    visible.seats.push(Seat {
                        computer: id,
                        used: activity.taken > 0,
                        reading: activity.reading,
                        tabs,
                    });
                }
            }
        }
        visible
    }
}

/// A tab as the next act finds it, which does not look at what was refused before it began.
const fn unrefused(tab: Tab) -> Tab {
    Tab { page: tab.page, refused: None }
}

impl VisiblePages {
    fn at(&self, computer: ComputerId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.computer == computer)
    }

    /// Whether the pages at a computer can still matter.
    pub(super) fn in_use(&self, computer: ComputerId) -> bool {
        self.at(computer).is_some_and(|seat| seat.used)
    }

    /// The visible tabs at a computer; the second one only while mail is read in it. Why a step was refused counts as
    /// long as an act is under way there.
    pub(super) fn tabs(&self, computer: ComputerId) -> &[Tab] {
        self.at(computer).map_or(&[], Seat::tabs)
    }

    /// Whether a visible page at a computer is like this, or single steps may bring one.
    pub(super) fn may(&self, computer: ComputerId, is: impl Fn(Page) -> bool) -> bool {
        self.everywhere || self.tabs(computer).iter().any(|tab| is(tab.page))
    }

    /// Whether an act on this account has such a page open, or single steps may bring one.
    pub(super) fn on(&self, account: AccountId, is: impl Fn(Page) -> bool) -> bool {
        let mut acts = self.acts.iter().filter(|(on, _)| *on == account);
        self.everywhere || acts.any(|(_, computer)| self.tabs(*computer).iter().any(|tab| is(tab.page)))
    }

    /// Whether an e-mailed OTP of this account can still be typed.
    pub(super) fn otp_in_hand(&self, account: AccountId) -> bool {
        self.on(account, |page| matches!(page, Page::OtpAsked { .. }))
    }

    /// All visible pages.
    pub(super) fn all(&self) -> impl Iterator<Item = &Page> {
        self.seats.iter().flat_map(Seat::tabs).map(|tab| &tab.page)
    }
}
