//! Laws of time-based codes and e-mailed OTPs.

use crate::law::{LAW, Law, ends, unread};

/// An account whose phones are off by these steps of 30 s.
const OFF: &str = "pace: instant, people: {late32: {enrolled: true, phone: {clock: -960s}}, \
                   late1: {enrolled: true, phone: {clock: -30s}}, right: {enrolled: true}, \
                   early1: {enrolled: true, phone: {clock: +30s}}, early32: {enrolled: true, phone: {clock: +960s}}}";
const OFF_ROWS: &str = "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: late32, do: sign-in, expect: $}
  - {at: 08:00:00, who: late1, do: sign-in, expect: $}
  - {at: 08:00:00, who: right, do: sign-in, expect: $}
  - {at: 08:00:00, who: early1, do: sign-in, expect: $}
  - {at: 08:00:00, who: early32, do: sign-in, expect: $}";

/// The laws, in the order of the reference.
pub const LAWS: &[Law] = &[
    Law {
        rule: "totp.period",
        says: "For so long the same code is shown, which is taken once: an app that follows the QR code has another \
               after it.",
        given: "pace: instant, people: {ana: {enrolled: true, phone: {app: netiq-authenticator}}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: ana, do: sign-in, expect: $}
  - {at: 08:00:20, who: ana, do: sign-in, expect: $}
  - {at: 08:20:00, who: ana, do: sign-in, expect: $}",
        values: &[
            ("0s", unread("a time step of codes is a whole number of seconds")),
            ("1s", ends(&["granted", "granted", "granted"])),
            ("30s", ends(&["granted", "code-used", "granted"])),
            ("1h", ends(&["granted", "code-used", "code-used"])),
            ("365d", unread("a time step of codes is an hour at most")),
        ],
        ..LAW
    },
    Law {
        rule: "totp.period",
        says: "Google's and Microsoft's apps go on with 30 s, whatever the QR code says.",
        given: "people: {g: {enrolled: true}, m: {enrolled: true, phone: {app: microsoft-authenticator}}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: g, do: sign-in, expect: $}
  - {at: 08:00, who: m, do: sign-in, expect: $}",
        values: &[("30s", ends(&["granted", "granted"])), ("60s", ends(&["wrong-code", "wrong-code"]))],
        ..LAW
    },
    Law {
        rule: "totp.digits",
        says: "A code has so many digits; Google's app shows six, whatever the QR code says.",
        given: "people: {g: {enrolled: true}, n: {enrolled: true, phone: {app: netiq-authenticator}}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: g, do: sign-in, expect: $}
  - {at: 08:00, who: n, do: sign-in, expect: $}",
        values: &[
            ("6", ends(&["granted", "granted"])),
            ("7", ends(&["wrong-code", "granted"])),
            ("8", ends(&["wrong-code", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "totp.algorithm",
        says: "A code is made by this hash; Google's app knows SHA-1 alone.",
        given: "people: {g: {enrolled: true}, n: {enrolled: true, phone: {app: netiq-authenticator}}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: g, do: sign-in, expect: $}
  - {at: 08:00, who: n, do: sign-in, expect: $}",
        values: &[
            ("sha1", ends(&["granted", "granted"])),
            ("sha256", ends(&["wrong-code", "granted"])),
            ("sha512", ends(&["wrong-code", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "totp.skew-steps",
        says: "A code so many steps off is taken, late or early, and none further off.",
        given: OFF,
        when: OFF_ROWS,
        values: &[
            ("0", ends(&["wrong-code", "wrong-code", "granted", "wrong-code", "wrong-code"])),
            ("1", ends(&["wrong-code", "granted", "granted", "granted", "wrong-code"])),
            ("32", ends(&["granted", "granted", "granted", "granted", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "totp.single-use",
        says: "A code that was accepted is refused the second time; otherwise it goes on being taken.",
        given: "pace: instant, people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: ana, do: sign-in, expect: granted}
  - {at: 08:00:10, who: ana, do: sign-in, expect: $}",
        values: &[("true", ends(&["code-used"])), ("false", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "totp.older-than-last-accepted",
        says: "A code of a step before the last accepted one is a replay; otherwise it is taken, once.",
        given: "pace: instant, people: {zed: {phone: {clock: +30s}}, abby: {}}, \
                generic-accounts: {stage: {members: [zed, abby], custodian: abby, enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: zed, do: sign-in, account: stage, expect: granted}
  - {at: 08:00:10, who: abby, do: sign-in, account: stage, expect: $}",
        values: &[("refused", ends(&["code-used"])), ("accepted", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "email-otp.validity",
        says: "So long after it was sent an OTP can be typed in, and not longer.",
        given: "pace: instant, people: {ana: {}, bo: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00:00, who: ana, do: request-otp}
  - {at: 08:00:00, who: ana, do: enter-otp, expect: $}
  - {at: 08:00:00, who: bo, do: request-otp}
  - {at: 08:02:00, who: bo, do: enter-otp, expect: $}",
        values: &[
            ("0s", ends(&["otp-expired", "otp-expired"])),
            ("1s", ends(&["done", "otp-expired"])),
            ("2m", ends(&["done", "otp-expired"])),
            ("365d", ends(&["done", "done"])),
        ],
        ..LAW
    },
    Law {
        rule: "email-otp.resend-after",
        says: "So long after one OTP another is not to be had.",
        given: "pace: instant, people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00:00, who: ana, do: request-otp}
  - {at: 08:00:00, who: ana, do: request-otp, expect: $}
  - {at: 08:00:01, who: ana, do: request-otp, expect: $}
  - {at: 08:00:31, who: ana, do: request-otp, expect: $}",
        values: &[
            ("0s", ends(&["done", "done", "done"])),
            ("1s", ends(&["too-soon", "done", "done"])),
            ("30s", ends(&["too-soon", "too-soon", "done"])),
            ("365d", ends(&["too-soon", "too-soon", "too-soon"])),
        ],
        ..LAW
    },
    Law {
        rule: "email-otp.newest-only",
        says: "Once another OTP was sent the first is refused; otherwise it is taken as long as it is valid.",
        given: "people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00:00, who: ana, do: request-otp}
  - {at: 08:01:00, who: ana, do: request-otp}
  - {at: 08:01:20, who: ana, do: enter-otp, number: 1, expect: $}",
        values: &[("true", ends(&["otp-superseded"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "email-otp.delivery",
        says: "So long after it was sent an OTP is there, and not before. They are sent at 08:00:22; reading and \
               typing \
               take eight seconds.",
        given: "people: {p10: {}, p11: {}, p14: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 07:00, fault: slow-mail, mailbox: p10.ces, by: 10s, until: 12:00}
  - {at: 07:00, fault: slow-mail, mailbox: p11.ces, by: 10s, until: 12:00}
  - {at: 07:00, fault: slow-mail, mailbox: p14.ces, by: 10s, until: 12:00}
  - {at: 08:00, who: p10, do: request-otp}
  - {at: 08:00, who: p11, do: request-otp}
  - {at: 08:00, who: p14, do: request-otp}
  - {at: 08:00:24, who: p10, do: enter-otp, expect: $}
  - {at: 08:00:25, who: p11, do: enter-otp, expect: $}
  - {at: 08:00:28, who: p14, do: enter-otp, expect: $}",
        values: &[
            ("0s", ends(&["done", "done", "done"])),
            ("1s", ends(&["otp-not-received", "done", "done"])),
            ("4s", ends(&["otp-not-received", "otp-not-received", "done"])),
            ("365d", ends(&["otp-not-received", "otp-not-received", "otp-not-received"])),
        ],
        ..LAW
    },
    Law {
        rule: "otp-address.icon",
        says: "An OTP is sent to an iCON address, or refused.",
        given: "people: {ana: {otp-address: icon}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: request-otp, expect: $}",
        values: &[("allowed", ends(&["done"])), ("refused", ends(&["address-refused"]))],
        ..LAW
    },
];
