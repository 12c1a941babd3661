//! Laws of Google Workspace, SAML, Google's 2SV, and the iCON mailbox.

use crate::law::{LAW, Law, ends};

/// The laws, in the order of the reference.
pub const LAWS: &[Law] = &[
    Law {
        rule: "workspace.address",
        says: "An address of another domain is refused; otherwise Google sends it on to MIMS.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: open-icon, expect: no-session}
  - {at: 08:01, who: ana, do: choose-account, typed: wrong-name, expect: $}",
        values: &[("true", ends(&["no-such-account"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "workspace.account-chooser",
        says: "On a computer that has signed in before the account is chosen, and not typed.",
        given: "people: {ana: {enrolled: true}}, computers: {pc: {}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, via: google, computer: pc, expect: granted}
  - {at: 08:10, who: ana, do: sign-out, computer: pc}
  - {at: 08:20, who: ana, do: sign-in, via: google, computer: pc, expect: granted, resting-on: $}",
        values: &[("true", ends(&["S3.2"])), ("false", ends(&["S3.1"]))],
        ..LAW
    },
    Law {
        rule: "workspace.redirect",
        says: "From the cutover on Google sends the browser to MIMS; otherwise it asks its own password, which is \
               over.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, via: google, expect: $}",
        values: &[("true", ends(&["granted"])), ("false", ends(&["not-offered"]))],
        ..LAW
    },
    Law {
        rule: "saml.assertion-validity",
        says: "What the portal says is believed for so long by Google's clock, and not longer.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, expect: $}
  - {at: 09:00, fault: wrong-server-clock, server: workspace, by: +1s, until: 09:30}
  - {at: 09:10, who: ana, do: sign-in, expect: $}
  - {at: 10:00, fault: wrong-server-clock, server: workspace, by: +5m, until: 10:30}
  - {at: 10:10, who: ana, do: sign-in, expect: $}",
        values: &[
            ("0s", ends(&[EXPIRED, EXPIRED, EXPIRED])),
            ("1s", ends(&["granted", EXPIRED, EXPIRED])),
            ("5m", ends(&["granted", "granted", EXPIRED])),
            ("365d", ends(&["granted", "granted", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "saml.clock-skew",
        says: "So far the portal's clock may be ahead of Google's, and so much longer what it says is believed.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 09:00, fault: wrong-server-clock, server: workspace, by: -1s, until: 09:30}
  - {at: 09:10, who: ana, do: sign-in, expect: $}
  - {at: 10:00, fault: wrong-server-clock, server: workspace, by: -2s, until: 10:30}
  - {at: 10:10, who: ana, do: sign-in, expect: $}
  - {at: 11:00, fault: wrong-server-clock, server: workspace, by: +5m, until: 11:30}
  - {at: 11:10, who: ana, do: sign-in, expect: $}",
        values: &[
            ("0s", ends(&[EXPIRED, EXPIRED, EXPIRED])),
            ("1s", ends(&["granted", EXPIRED, "granted"])),
            ("365d", ends(&["granted", "granted", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "saml.single-use",
        says: "What the portal said is taken once; otherwise Back sends it again, and it opens.",
        given: "people: {ana: {enrolled: true}}, computers: {pc: {}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, computer: pc, expect: granted}
  - {at: 08:01, who: ana, do: sign-out, computer: pc}
  - {at: 08:02, who: ana, do: press-back, computer: pc, expect: $}",
        values: &[("true", ends(&[EXPIRED])), ("false", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "workspace.identity",
        says: "The account in the assertion opens, whatever address was typed; or only the one that was typed.",
        given: "people: {iris: {enrolled: true}, kai: {role: student}}, computers: {pc: {}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 13:00, who: kai, do: sign-in, via: portal, computer: pc, expect: granted}
  - {at: 13:20, who: kai, do: sign-out, of: [google], computer: pc}
  - {at: 13:30, who: iris, do: sign-in, via: google, computer: pc, expect: $}",
        values: &[("assertion", ends(&["granted, as: kai"])), ("typed-address", ends(&["wrong-account"]))],
        ..LAW
    },
    Law {
        rule: "google-2sv.after-sso",
        says: "After single sign-on Google asks its own 2SV too, or does not.",
        given: "people: {ana: {enrolled: true, phone-number-kept: false}, bo: {enrolled: true}, cy: {}}, \
                generic-accounts: {desk: {members: [bo, cy], custodian: bo, enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, expect: $}
  - {at: 08:00, who: bo, do: sign-in, expect: $}
  - {at: 08:10, who: bo, do: sign-in, account: desk, expect: $}
  - {at: 08:20, who: cy, do: sign-in, account: desk, expect: $}",
        values: &[
            ("disabled", ends(&["granted", "granted", "granted", "granted"])),
            ("enabled", ends(&["no-device", "granted", "granted", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "google-2sv.shared-account-number",
        says: "Google 2SV of a shared account is answered by the phone of any member, or of the custodian alone. \
               That of \
               another's own account is answered by its owner's.",
        also: "google-2sv.after-sso: enabled",
        given: "people: {bo: {enrolled: true}, cy: {}}, \
                generic-accounts: {desk: {members: [bo, cy], custodian: bo, enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:10, who: bo, do: sign-in, account: desk, expect: $}
  - {at: 08:20, who: cy, do: sign-in, account: desk, expect: $}",
        values: &[("each-member", ends(&["granted", "granted"])), ("custodian", ends(&["granted", "no-device"]))],
        ..LAW
    },
    Law {
        rule: "google-2sv.phone-number-kept",
        says: "Where Google asks its 2SV it wants the phone number given for it; otherwise any answer will do.",
        also: "google-2sv.after-sso: enabled",
        given: "people: {ana: {enrolled: true, phone-number-kept: false}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: sign-in, via: google, expect: $}
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, expect: $}",
        values: &[("true", ends(&["no-device", "no-device"])), ("false", ends(&["granted", "granted"]))],
        ..LAW
    },
    Law {
        rule: "mail.icon-needs-workspace-session",
        says: "The iCON mailbox is read inside Google Workspace alone; otherwise anywhere.",
        given: "people: {ana: {otp-address: icon}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: enrol, expect: $}",
        values: &[("true", ends(&["no-session"])), ("false", ends(&["done"]))],
        ..LAW
    },
];

const EXPIRED: &str = "assertion-expired";
