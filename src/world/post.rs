//! The OTPs that lie in a mailbox: most have none most of the time, and then it takes the room of a pointer.
//!
//! Promises the order in which they arrived. Deliberately knows no address.

use super::ids::AccountId;
use crate::kernel::copy_into;
use smallvec::SmallVec;
use std::ops::Deref;

/// An OTP that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtpMail {
    /// For which account.
    pub account: AccountId,
    /// Its number.
    pub number: u32,
    /// Its digits.
    pub value: u32,
}

/// OTPs, oldest first; never an empty box.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Post(Option<Box<SmallVec<[OtpMail; 2]>>>);

impl Clone for Post {
    fn clone(&self) -> Post {
        Post(self.0.as_ref().map(|otps| Box::new(SmallVec::from_slice(otps))))
    }

    fn clone_from(&mut self, from: &Post) {
        match (&mut self.0, &from.0) {
            (Some(to), Some(from)) => copy_into(to, from),
            _ => *self = from.clone(),
        }
    }
}

impl Post {
    /// One more; of more than `most` the oldest go.
    pub fn receive(&mut self, otp: OtpMail, most: usize) {
        let otps = self.0.get_or_insert_default();
        while otps.len() >= most.max(1) {
            otps.remove(0);
        }
        otps.push(otp);
    }

    /// Deletes those of an account.
    pub fn delete(&mut self, account: AccountId) {
        if let Some(otps) = &mut self.0 {
            otps.retain(|otp| otp.account != account);
            if otps.is_empty() {
                self.0 = None;
            }
        }
    }
}

impl Deref for Post {
    type Target = [OtpMail];

    fn deref(&self) -> &[OtpMail] {
        self.0.as_ref().map_or(&[], |otps| otps.as_slice())
    }
}

impl<'p> IntoIterator for &'p Post {
    type Item = &'p OtpMail;
    type IntoIter = std::slice::Iter<'p, OtpMail>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay_and_an_account_s_are_deleted() {
        let mut post = Post::default();
        for number in 1..=5 {
            post.receive(OtpMail { account: AccountId(number % 2), number, value: 0 }, 3);
        }
        let numbers = |post: &Post| post.iter().map(|otp| otp.number).collect::<Vec<u32>>();
        assert_eq!(numbers(&post), [3, 4, 5]);
        post.delete(AccountId(1));
        assert_eq!(numbers(&post), [4]);
        post.delete(AccountId(0));
        assert_eq!((post, size_of::<Post>()), (Post::default(), 8));
    }
}
