//! Email OTP server: numbered one-time passwords to the one address tagged to the account.
//! Deliberately knows no mailbox's contents.

use super::message::{Body, Message, Party};
use super::port::Port;
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::Scope;
use crate::policy::decide::otp::{EnterOtp, RequestOtp};
use crate::policy::request::{Outcome, Reason};

/// How many OTPs of an account are kept: the newest, and those before it, which count where a policy says so.
pub const OTPS_KEPT: usize = 4;

/// The OTP server's part of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OtpAccount {
    /// Under which rules.
    pub scope: Scope,
    /// How many OTPs were sent so far: the number of the newest.
    pub number: u32,
    /// The newest OTP's digits; none once it was used.
    pub newest: CompactOption<u32>,
    /// When it was sent.
    pub sent: CompactOption<Time>,
    /// When those before it were sent, the newest of them first; none once one was used, or where none was sent.
    pub older: [CompactOption<Time>; OTPS_KEPT - 1],
}

/// Answers a message.
pub fn handle<P: Port>(row: &mut OtpAccount, msg: &Message, port: &mut P) {
    let now = port.now();
    match msg.body {
        Body::SendOtp { icon_address, mailbox } => {
            let since_last = row.sent.get().map(|sent| Span(now.0 - sent.0));
            let decision = port.decide(row.scope, &RequestOtp { since_last, icon_address }.into());
            match decision.outcome {
                Outcome::Wait(delay) => {
                    row.older.rotate_right(1);
                    row.older[0] = row.sent.get().filter(|_| row.newest.is_some()).into();
                    row.number += 1;
                    let (number, value) = (row.number, port.otp_value(row.scope, msg.account, row.number));
                    row.newest = CompactOption::some(value);
                    row.sent = CompactOption::some(now);
                    port.send(msg.then(Party::SelfService, Body::OtpSent { number, mailbox }));
                    let mail = Body::OtpMail { mailbox, number, value, sent: now };
                    port.send_mail(row.scope, delay, msg.then(Party::Mail, mail));
                }
                _ => {
                    let reason = decision.reason().unwrap_or(Reason::TooSoon);
                    port.send(msg.then(Party::SelfService, Body::OtpRefused(reason)));
                }
            }
        }
        Body::CheckOtp { number, value } => {
            let before = row.number.checked_sub(number + 1).and_then(|at| usize::try_from(at).ok());
            let (sent, right) = match before {
                None => (row.sent.get().filter(|_| row.newest.is_some()), row.newest.get() == Some(value)),
                Some(at) => {
                    let sent = row.older.get(at).and_then(|sent| sent.get());
                    (sent, sent.is_some() && port.otp_value(row.scope, msg.account, number) == value)
                }
            };
            let age = Span(now.0 - sent.unwrap_or(Time(0)).0);
            let request = EnterOtp { number_on_screen: number == row.number, right, age };
            let refused = port.decide(row.scope, &request.into()).reason();
            if refused.is_none() {
                match before.and_then(|at| row.older.get_mut(at)) {
                    Some(used) => *used = CompactOption::NONE,
                    None => row.newest = CompactOption::NONE,
                }
            }
            port.send(msg.then(Party::SelfService, Body::OtpChecked(refused)));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::decide::decide;
    use crate::policy::rules::Rules;
    use crate::world::ids::{AccountId, ComputerId, MailboxId, PersonId};
    use crate::world::port::MockPort;

    fn message(body: Body) -> Message {
        Message {
            from: Party::SelfService,
            to: Party::EmailOtp,
            account: AccountId(0),
            computer: ComputerId(0),
            tab: 0,
            person: PersonId(0),
            body,
        }
    }

    #[test]
    fn an_otp_is_numbered_shown_and_mailed_after_the_delivery_time() {
        let mut port = MockPort::new();
        port.expect_now().return_const(Time(1000));
        port.expect_decide().returning(|_, request| decide(&Rules::default(), request));
        port.expect_otp_value().return_const(123_456_u32);
        port.expect_send()
            .times(1)
            .withf(|m| m.body == Body::OtpSent { number: 8, mailbox: MailboxId(3) })
            .return_const(());
        let mailed = |nominal: &Span, m: &Message| *nominal == Span(4000) && m.to == Party::Mail;
        port.expect_send_mail().times(1).withf(move |_, nominal, m| mailed(nominal, m)).return_const(());
        let mut row = OtpAccount {
            scope: 0,
            number: 7,
            newest: CompactOption::NONE,
            sent: CompactOption::NONE,
            older: [CompactOption::NONE; 3],
        };
        handle(&mut row, &message(Body::SendOtp { icon_address: false, mailbox: MailboxId(3) }), &mut port);
        assert_eq!(row.number, 8);
    }

    #[test]
    fn only_the_newest_number_counts() {
        let mut port = MockPort::new();
        port.expect_now().return_const(Time(1000));
        port.expect_decide().returning(|_, request| decide(&Rules::default(), request));
        port.expect_send().times(1).withf(|m| m.body == Body::OtpChecked(Some(Reason::OtpSuperseded))).return_const(());
        let mut row = OtpAccount {
            scope: 0,
            number: 2,
            newest: CompactOption::some(5),
            sent: CompactOption::some(Time(0)),
            older: [CompactOption::NONE; 3],
        };
        handle(&mut row, &message(Body::CheckOtp { number: 1, value: 5 }), &mut port);
    }
}
