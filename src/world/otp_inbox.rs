//! The OTPs that have arrived and still lie in some mailbox.
//!
//! Promises one order: by mailbox, account and number, so that what came late lies where it would have lain.
//! Deliberately knows no address. Most mailboxes are empty most of the time, so that they lie together and not in the
//! mailboxes.

use super::ids::{AccountId, MailboxId};
use crate::kernel::FlatSet;

/// How many OTPs of one account a mailbox keeps in view.
const KEPT: usize = 8;

/// An OTP that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OtpMail {
    /// Where it lies.
    pub mailbox: MailboxId,
    /// For which account.
    pub account: AccountId,
    /// Its number.
    pub number: u32,
    /// Its digits.
    pub value: u32,
}

/// All OTPs in view.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct OtpInbox(FlatSet<OtpMail>);

impl Clone for OtpInbox {
    fn clone(&self) -> OtpInbox {
        OtpInbox(self.0.clone())
    }

    fn clone_from(&mut self, from: &OtpInbox) {
        self.0.clone_from(&from.0);
    }
}

impl OtpInbox {
    /// Those of an account in a mailbox, by number.
    fn of(&self, mailbox: MailboxId, account: AccountId) -> &[OtpMail] {
        let bound = |end: u32| OtpMail { mailbox, account, number: end, value: end };
        self.0.range(bound(0)..=bound(u32::MAX))
    }

    /// One more; of more than there is room for, the one with the lowest number goes.
    pub fn receive(&mut self, otp: OtpMail) {
        self.0.insert(otp);
        let of = self.of(otp.mailbox, otp.account);
        if let Some(oldest) = of.first().copied().filter(|_| of.len() > KEPT) {
            self.0.remove(&oldest);
        }
    }

    /// The OTP of this number.
    pub fn find(&self, mailbox: MailboxId, account: AccountId, number: u32) -> Option<&OtpMail> {
        self.of(mailbox, account).iter().find(|otp| otp.number == number)
    }

    /// Deletes those of an account in a mailbox.
    pub fn delete(&mut self, mailbox: MailboxId, account: AccountId) {
        while let Some(otp) = self.of(mailbox, account).first().copied() {
            self.0.remove(&otp);
        }
    }

    /// All of them.
    pub fn all(&self) -> &[OtpMail] {
        self.0.as_slice()
    }

    /// How many bytes they take beside what is in the row itself.
    pub fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay_and_an_account_s_are_deleted() {
        let mut inbox = OtpInbox::default();
        let (here, one, other) = (MailboxId(7), AccountId(1), AccountId(2));
        let otp = |mailbox, account, number| OtpMail { mailbox, account, number, value: 100 + number };
        for number in [2, 1, 3, 10, 5, 6, 7, 8, 9] {
            inbox.receive(otp(here, one, number));
            inbox.receive(otp(here, other, number));
        }
        inbox.receive(otp(MailboxId(8), one, 1));
        let numbers = |inbox: &OtpInbox, of| inbox.of(here, of).iter().map(|otp| otp.number).collect::<Vec<u32>>();
        assert_eq!(numbers(&inbox, one), [2, 3, 5, 6, 7, 8, 9, 10]);
        assert_eq!(inbox.find(here, one, 5), Some(&otp(here, one, 5)));
        assert_eq!((inbox.find(here, one, 1), inbox.all().len()), (None, 17));
        inbox.delete(here, one);
        assert_eq!((numbers(&inbox, one), numbers(&inbox, other).len()), (Vec::new(), 8));
        assert_eq!(inbox.find(MailboxId(8), one, 1).map(|otp| otp.value), Some(101));
    }
}
