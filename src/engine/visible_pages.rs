//! What is before people's eyes: the pages that acts under way have turned, and the mail that they read.
//!
//! Promises that a page counts as long as somebody can still act on it, and not when its act is over, unless single
//! steps may follow. Worked out once for a state. Deliberately says nothing of what the pages mean.

use super::{Detail, Engine};
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, ComputerId};
use crate::world::message::Page;
use smallvec::SmallVec;

/// A computer at which somebody is at something.
struct Seat {
    computer: ComputerId,
    /// What is open at it can still matter: an act has turned its pages. The first step of an act is taken whatever page
    /// is open.
    used: bool,
    /// Mail is read in the second tab.
    reading: bool,
    tabs: [Page; 2],
}

impl Seat {
    fn pages(&self) -> &[Page] {
        let [front, mail] = &self.tabs;
        match (self.used, self.reading) {
            (true, true) => &self.tabs,
            (true, false) => std::slice::from_ref(front),
            (false, true) => std::slice::from_ref(mail),
            (false, false) => &[],
        }
    }
}

/// What is in sight in one state.
pub(super) struct VisiblePages {
    seats: SmallVec<[Seat; 4]>,
    /// Who acts where, and on which account.
    acts: SmallVec<[(AccountId, ComputerId); 4]>,
    /// Single steps may follow at any computer.
    everywhere: bool,
}

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// What is in sight now.
    pub(super) fn sight(&self, detail: Detail) -> VisiblePages {
        let mut sight = VisiblePages { seats: SmallVec::new(), acts: SmallVec::new(), everywhere: detail.pages };
        for (id, computer) in self.world.computers.iter().filter(|_| detail.pages) {
            sight.seats.push(Seat { computer: id, used: true, reading: false, tabs: computer.tabs });
        }
        for doing in self.doings.iter().flatten() {
            let id = doing.computer;
            sight.acts.push((doing.account, id));
            match sight.seats.iter_mut().find(|seat| seat.computer == id) {
                Some(seat) => (seat.used, seat.reading) = (seat.used | (doing.taken > 0), seat.reading | doing.reading),
                None => {
                    let tabs = self.world.computers.get(id).map(|computer| computer.tabs).unwrap_or_default();
                    sight.seats.push(Seat { computer: id, used: doing.taken > 0, reading: doing.reading, tabs });
                }
            }
        }
        sight
    }
}

impl VisiblePages {
    fn at(&self, computer: ComputerId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.computer == computer)
    }

    /// Whether what is open at a computer can still matter.
    pub(super) fn in_use(&self, computer: ComputerId) -> bool {
        self.at(computer).is_some_and(|seat| seat.used)
    }

    /// The pages at a computer: the second tab only while mail is read in it.
    pub(super) fn pages(&self, computer: ComputerId) -> &[Page] {
        self.at(computer).map_or(&[], Seat::pages)
    }

    /// Whether some page in sight at a computer is like this, or single steps may bring one.
    pub(super) fn may(&self, computer: ComputerId, is: impl Fn(Page) -> bool) -> bool {
        self.everywhere || self.pages(computer).iter().any(|page| is(*page))
    }

    /// Whether somebody who acts on this account has such a page before them, or single steps may bring one.
    pub(super) fn on(&self, account: AccountId, is: impl Fn(Page) -> bool) -> bool {
        let mut acts = self.acts.iter().filter(|(on, _)| *on == account);
        self.everywhere || acts.any(|(_, computer)| self.pages(*computer).iter().any(|page| is(*page)))
    }

    /// Whether an e-mailed OTP of this account can still be typed.
    pub(super) fn otp_in_hand(&self, account: AccountId) -> bool {
        self.on(account, |page| matches!(page, Page::OtpAsked { .. }))
    }

    /// All pages in sight.
    pub(super) fn all(&self) -> impl Iterator<Item = &Page> {
        self.seats.iter().flat_map(Seat::pages)
    }
}
