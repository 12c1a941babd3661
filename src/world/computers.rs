//! All computers: open ones whole, closed ones with what outlasts a browser.
//!
//! Promises that a computer is found by its number whether it is open or not. Where browsers close when nobody is at
//! them, as in a world of very many people, only the session with Google stays, which is all that anybody asks of a
//! computer at which nobody sits: a next act there begins with a fresh browser. Deliberately knows no act.

use super::computer::Computer;
use super::ids::ComputerId;
use super::workspace::WorkspaceSession;
use crate::kernel::compact::heap_bytes;
use crate::kernel::copy_into;
use smallvec::SmallVec;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    /// Where it lies among the open ones.
    Open(u32),
    /// The session with Google that it was left with.
    Closed(Option<WorkspaceSession>),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Open {
    computer: Computer,
    /// How many acts and messages need it open.
    users: u32,
}

/// Computers by id.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Computers {
    rows: SmallVec<[Row; 4]>,
    open: SmallVec<[Open; 4]>,
    free: Vec<u32>,
    /// Browsers close when nobody is at them.
    closing: bool,
}

impl Clone for Computers {
    fn clone(&self) -> Computers {
        let mut copy = Computers::default();
        copy.clone_from(self);
        copy
    }

    /// A search makes copies by the million, into the same place.
    fn clone_from(&mut self, from: &Computers) {
        copy_into(&mut self.rows, &from.rows);
        copy_into(&mut self.open, &from.open);
        self.free.clone_from(&from.free);
        self.closing = from.closing;
    }
}

impl Computers {
    /// None yet; they close when nobody is at them.
    pub fn closing() -> Computers {
        Computers { closing: true, ..Computers::default() }
    }

    /// Whether they close when nobody is at them.
    pub const fn close_after_use(&self) -> bool {
        self.closing
    }

    /// Makes room for so many in all.
    pub fn room(&mut self, computers: usize) {
        self.rows.reserve_exact(computers.saturating_sub(self.rows.len()));
    }

    /// One more.
    pub fn add(&mut self) -> ComputerId {
        let id = ComputerId(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        self.rows.push(Row::Closed(None));
        if !self.closing {
            self.open(id);
        }
        id
    }

    /// Opens a computer that is not, for somebody who will close it.
    pub fn open(&mut self, id: ComputerId) {
        let Some(row) = self.rows.get_mut(id.at()) else { return };
        let at = match *row {
            Row::Open(at) => at,
            Row::Closed(session) => {
                let at = self.free.pop().unwrap_or_else(|| {
                    self.open.push(Open::default());
                    u32::try_from(self.open.len() - 1).unwrap_or(u32::MAX)
                });
                if let Some(open) = self.open.get_mut(at as usize) {
                    *open = Open::default();
                    open.computer.workspace.session = session;
                }
                *row = Row::Open(at);
                at
            }
        };
        if let Some(open) = self.open.get_mut(at as usize) {
            open.users += 1;
        }
    }

    /// Closes a computer, unless somebody else is at it, or browsers stay open.
    pub fn close(&mut self, id: ComputerId) {
        let Some(Row::Open(at)) = self.rows.get(id.at()).copied().filter(|_| self.closing) else { return };
        let Some(open) = self.open.get_mut(at as usize) else { return };
        open.users = open.users.saturating_sub(1);
        if open.users == 0 {
            let session = open.computer.workspace.session;
            self.free.push(at);
            if let Some(row) = self.rows.get_mut(id.at()) {
                *row = Row::Closed(session);
            }
        }
    }

    /// An open computer.
    #[inline]
    pub fn get(&self, id: ComputerId) -> Option<&Computer> {
        match self.rows.get(id.at())? {
            Row::Open(at) => self.open.get(*at as usize).map(|open| &open.computer),
            Row::Closed(_) => None,
        }
    }

    /// An open computer, to change.
    #[inline]
    pub fn get_mut(&mut self, id: ComputerId) -> Option<&mut Computer> {
        match self.rows.get(id.at())? {
            Row::Open(at) => self.open.get_mut(*at as usize).map(|open| &mut open.computer),
            Row::Closed(_) => None,
        }
    }

    /// Whether a computer is open.
    #[inline]
    pub fn is_open(&self, id: ComputerId) -> bool {
        self.rows.get(id.at()).is_some_and(|row| matches!(row, Row::Open(_)))
    }

    /// The session with Google at a computer, open or not.
    pub fn session(&self, id: ComputerId) -> Option<WorkspaceSession> {
        match self.rows.get(id.at())? {
            Row::Open(at) => self.open.get(*at as usize)?.computer.workspace.session,
            Row::Closed(session) => *session,
        }
    }

    /// The open computers, by id.
    pub fn iter(&self) -> impl Iterator<Item = (ComputerId, &Computer)> {
        (0..).map(ComputerId).take(self.rows.len()).filter_map(|id| Some((id, self.get(id)?)))
    }

    /// How many bytes they take beside themselves.
    pub fn heap_bytes(&self) -> usize {
        heap_bytes(&self.rows) + heap_bytes(&self.open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{CompactOption, Time};
    use crate::policy::request::{Factor, Via};
    use crate::world::ids::AccountId;

    fn session() -> WorkspaceSession {
        let (account, factor) = (AccountId(3), Factor::None);
        WorkspaceSession { account, opened: Time(5), old_way: true, factor, via: Via::Google }
    }

    #[test]
    fn a_closed_computer_keeps_its_session_and_nothing_else() {
        let mut all = Computers::closing();
        let (one, other) = (all.add(), all.add());
        assert_eq!((all.get(one), all.session(one)), (None, None));
        all.open(one);
        all.open(one);
        let computer = all.get_mut(one).unwrap();
        computer.workspace.session = Some(session());
        computer.workspace.used = CompactOption::some(7);
        all.close(one);
        assert_eq!(all.get(one).unwrap().workspace.used.get(), Some(7), "somebody else is at it");
        all.close(one);
        assert_eq!((all.get(one), all.session(one)), (None, Some(session())));
        all.open(other);
        assert_eq!((all.get(other), all.open.len()), (Some(&Computer::default()), 1));
        all.open(one);
        assert_eq!(all.get(one).unwrap().workspace.session, Some(session()));
        assert_eq!(all.get(one).unwrap().workspace.used.get(), None);
    }

    #[test]
    fn others_stay_open() {
        let mut all = Computers::default();
        let id = all.add();
        all.close(id);
        assert!(all.get(id).is_some() && all.iter().count() == 1);
    }
}
