//! Laws of self-service, apps, linked authenticators, emergency passwords and hard tokens.

use crate::law::{LAW, Law, ends};

/// The laws, in the order of the reference.
pub const LAWS: &[Law] = &[
    Law {
        rule: "enrolment.set-up-offered",
        says: "The Identity Portal offers the set-up, or does not.",
        given: "people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: open-enrolment, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["not-offered"]))],
        ..LAW
    },
    Law {
        rule: "enrolment.needs-portal-session",
        says: "Whoever comes without a portal session is refused; otherwise login ID and mailbox are enough.",
        given: "people: {ana: {knows-password: false}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: open-setup, expect: $}",
        values: &[("true", ends(&["no-session"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "enrolment.login-id-again",
        says: "The login ID is asked again, and another is refused; otherwise the OTP comes next.",
        given: "people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: enter-password}
  - {at: +5s, who: ana, do: open-tile, tile: identity-portal}
  - {at: +5s, who: ana, do: open-setup}
  - {at: +5s, who: ana, do: request-otp, resting-on: $}",
        values: &[("true", ends(&["S1.4"])), ("false", ends(&["S1.5"]))],
        ..LAW
    },
    Law {
        rule: "enrolment.gate",
        says: "Self-service is reached by whoever reads the OTP, or by whoever is signed in.",
        given: "people: {ana: {otp-address: stale}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: enrol, expect: $}",
        values: &[("email-otp", ends(&["not-authorised"])), ("none", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "enrolment.soft-token",
        says: "A soft token can be added, or cannot.",
        given: "people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: open-enrolment, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["not-offered"]))],
        ..LAW
    },
    Law {
        rule: "enrolment.app-needed",
        says: "A phone without an authenticator app scans nothing; otherwise the phone itself keeps the secret. \
               Without a \
               phone nobody scans.",
        given: "people: {ana: {phone: {app: none}}, bo: {phone: none}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: enrol, expect: $}
  - {at: 08:00, who: bo, do: enrol, expect: $}
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, expect: $}",
        values: &[
            ("true", ends(&["no-device", "no-device", "no-second-factor"])),
            ("false", ends(&["done", "no-device", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "enrolment.save-needs-code",
        says: "A token that no phone holds is not saved; otherwise it is.",
        given: "people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: open-enrolment}
  - {at: 08:01, who: ana, do: save-token, expect: $}",
        values: &[("false", ends(&["done"])), ("true", ends(&["wrong-code"]))],
        ..LAW
    },
    Law {
        rule: "enrolment.page-timeout",
        says: "For so long the QR code can be scanned, and not longer.",
        given: "pace: instant, people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00:00, who: ana, do: open-enrolment}
  - {at: 08:00:00, who: ana, do: scan-qr, expect: $}
  - {at: 08:00:01, who: ana, do: scan-qr, expect: $}
  - {at: 08:09:59, who: ana, do: scan-qr, expect: $}
  - {at: 08:10:00, who: ana, do: scan-qr, expect: $}",
        values: &[
            ("0s", ends(&["secret-expired", "secret-expired", "secret-expired", "secret-expired"])),
            ("1s", ends(&["done", "secret-expired", "secret-expired", "secret-expired"])),
            ("10m", ends(&["done", "done", "done", "secret-expired"])),
            ("365d", ends(&["done", "done", "done", "done"])),
        ],
        ..LAW
    },
    Law {
        rule: "enrolment.soft-tokens-per-account",
        says: "So many soft tokens can be added, and the next is refused; each answers.",
        given: "people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: enrol, expect: $}
  - {at: 08:10, who: ana, do: enrol, expect: $}
  - {at: 08:20, who: ana, do: enrol, expect: $}
  - {at: 08:30, who: ana, do: enrol, expect: $}
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, profile: oldest, expect: granted}
  - {at: 08:10, who: ana, do: sign-in, expect: granted}",
        values: &[
            ("1", ends(&["done", "token-exists", "token-exists", "token-exists"])),
            ("2", ends(&["done", "done", "token-exists", "token-exists"])),
            ("3", ends(&["done", "done", "done", "token-exists"])),
        ],
        ..LAW
    },
    Law {
        rule: "hard-token-beside-soft-token",
        says: "Whoever has one kind of token can add the other, in either order; otherwise they cannot.",
        given: "people: {ana: {enrolled: true, hard-token: true}, bo: {hard-token: true}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: enrol-hard-token, expect: $}
  - {at: 08:00, who: bo, do: enrol-hard-token, expect: done}
  - {at: 09:00, who: bo, do: enrol, expect: $}",
        values: &[("true", ends(&["done", "done"])), ("false", ends(&["token-exists", "token-exists"]))],
        ..LAW
    },
    Law {
        rule: "enrolment.manual-secret",
        says: "A secret can be entered by hand in place of the QR code, or cannot.",
        given: "people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: open-enrolment}
  - {at: 08:01, who: ana, do: enter-secret, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["not-offered"]))],
        ..LAW
    },
    Law {
        rule: "enrolment.test",
        says: "An enrolled token can be tested, or cannot.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: test-token, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["not-offered"]))],
        ..LAW
    },
    Law {
        rule: "enrolment.delete",
        says: "An enrolled token can be deleted, or cannot.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: delete-token, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["not-offered"]))],
        ..LAW
    },
    Law {
        rule: "authenticator.microsoft-overwrites-same-label",
        says: "After another scan for the same account Microsoft's app has lost the first profile, or keeps both; \
               Google's \
               keeps both.",
        also: "enrolment.soft-tokens-per-account: 2",
        given: "people: {ana: {enrolled: true, phone: {app: microsoft-authenticator}}, bo: {enrolled: true}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: open-enrolment}
  - {at: 08:01, who: ana, do: scan-qr}
  - {at: 09:00, who: bo, do: open-enrolment}
  - {at: 09:01, who: bo, do: scan-qr}
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, profile: oldest, expect: $}
  - {at: 08:00, who: bo, do: sign-in, profile: oldest, expect: $}",
        values: &[("true", ends(&["wrong-code", "granted"])), ("false", ends(&["granted", "granted"]))],
        ..LAW
    },
    Law {
        rule: "authenticator.secret-can-be-copied",
        says: "Another's profile can be taken over into one's own phone, or cannot.",
        given: "people: {ana: {}, bo: {}}, generic-accounts: {desk: {members: [ana, bo], custodian: ana}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: enrol, account: desk}
  - {at: 09:00, who: bo, do: copy-secret, account: desk, from: ana, expect: $}
  - day: Wed 2023-09-27
  - {at: 08:00, who: bo, do: sign-in, account: desk, expect: $}",
        values: &[("false", ends(&["not-offered", "no-device"])), ("true", ends(&["done", "granted"]))],
        ..LAW
    },
    Law {
        rule: "linked-authenticators",
        says: "A member's own token opens the generic account, or does not.",
        given: "people: {ana: {enrolled: true}}, generic-accounts: {desk: {members: [ana], custodian: ana}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, account: desk, expect: $}",
        values: &[("disabled", ends(&["no-second-factor"])), ("enabled", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "emergency-password.issue",
        says: "The desk issues an emergency password, which opens iCON in place of a code; or it does not.",
        given: "people: {ana: {enrolled: true}, desk: {role: desk-agent}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: lose-phone}
  - {at: 08:10, who: desk, do: issue-emergency-password, account: ana, to: ana, expect: $}
  - {at: 08:20, who: ana, do: sign-in, expect: $}",
        values: &[("disabled", ends(&["not-offered", "no-device"])), ("enabled", ends(&["done", "granted"]))],
        ..LAW
    },
    Law {
        rule: "emergency-password.validity",
        says: "So long after its issue an emergency password is taken, and not longer.",
        also: "emergency-password.issue: enabled",
        given: "pace: instant, people: {ana: {enrolled: true}, desk: {role: desk-agent}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: ana, do: lose-phone}
  - {at: 08:00:00, who: desk, do: issue-emergency-password, account: ana, to: ana}
  - {at: 08:00:00, who: ana, do: sign-in, expect: $}
  - {at: 08:00:01, who: ana, do: sign-in, expect: $}
  - day: Thu 2023-09-28
  - {at: 08:00:00, who: ana, do: sign-in, expect: $}",
        values: &[
            ("0s", ends(&["wrong-code", "wrong-code", "wrong-code"])),
            ("1s", ends(&["granted", "wrong-code", "wrong-code"])),
            ("1d", ends(&["granted", "granted", "wrong-code"])),
            ("365d", ends(&["granted", "granted", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "emergency-password.uses",
        says: "So many sign-ins are opened by one emergency password, and the next is not.",
        also: "emergency-password.issue: enabled",
        given: "people: {ana: {enrolled: true}, desk: {role: desk-agent}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: lose-phone}
  - {at: 08:00, who: desk, do: issue-emergency-password, account: ana, to: ana}
  - {at: 08:10, who: ana, do: sign-in, expect: granted}
  - {at: 08:20, who: ana, do: sign-in, expect: $}
  - {at: 08:30, who: ana, do: sign-in, expect: $}
  - {at: 08:50, who: ana, do: sign-in, expect: $}
  - {at: 09:10, who: ana, do: sign-in, expect: $}
  - {at: 09:40, who: ana, do: sign-in, expect: $}",
        values: &[
            ("1", ends(&["wrong-code", "wrong-code", "wrong-code", "wrong-code", "wrong-code"])),
            ("5", ends(&["granted", "granted", "granted", "granted", "wrong-code"])),
            ("1000", ends(&["granted", "granted", "granted", "granted", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "hard-token.lead-time",
        says: "So many working days after its request a hard token is there to be handed over.",
        given: "people: {ana: {phone: none}, ola: {role: opa}}",
        when: "
  - day: Mon 2023-09-04
  - {at: 09:00, who: ana, do: request-hard-token, of: ola, expect: waiting}
  - {at: 09:01, who: ola, do: hand-over-token, to: ana, expect: $}
  - day: Tue 2023-09-05
  - {at: 09:01, who: ola, do: hand-over-token, to: ana, expect: $}
  - day: Mon 2023-09-11
  - {at: 09:01, who: ola, do: hand-over-token, to: ana, expect: $}",
        values: &[
            ("0 working days", ends(&["done", "no-token", "no-token"])),
            ("1 working days", ends(&["no-token", "done", "no-token"])),
            ("5 working days", ends(&["no-token", "no-token", "done"])),
            ("250 working days", ends(&["no-token", "no-token", "no-token"])),
        ],
        ..LAW
    },
    Law {
        rule: "hard-token.enrolment-needs-code",
        says: "A token whose clock is off is not enrolled; otherwise its serial is enough.",
        given: "people: {ana: {phone: none, hard-token: true}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, fault: wrong-clock, who: ana, of-token: hard, by: -5m}
  - {at: 09:00, who: ana, do: request-otp}
  - {at: 09:01, who: ana, do: enter-otp}
  - {at: 09:02, who: ana, do: enter-serial, expect: $}",
        values: &[("true", ends(&["wrong-code"])), ("false", ends(&["done"]))],
        ..LAW
    },
];
