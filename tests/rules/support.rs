//! Laws of Local Administrators, the desk, and the credentials of generic and new accounts.

use crate::law::{LAW, Law, ends, unread};

const LA: &str = "people: {ana: {}, bo: {}, dee: {role: local-administrator}}";
const LA_HOURS: &str = "
  - day: Mon 2023-09-18
  - {at: 00:00:00, who: dee, do: update-email, account: ana, address: sg-mail, expect: $}
  - {at: 07:59:59, who: dee, do: update-email, account: ana, address: sg-mail, expect: $}
  - {at: 16:59:59, who: dee, do: update-email, account: ana, address: sg-mail, expect: $}
  - {at: 17:00:00, who: dee, do: update-email, account: ana, address: sg-mail, expect: $}";
const DESK: &str = "people: {ana: {}, desk: {role: desk-agent}}";
const DESK_HOURS: &str = "
  - day: Mon 2023-09-18
  - {at: 00:00:00, who: ana, do: ask, of: desk, topic: other, expect: $}
  - {at: 07:59:59, who: ana, do: ask, of: desk, topic: other, expect: $}
  - {at: 16:59:59, who: ana, do: ask, of: desk, topic: other, expect: $}
  - {at: 17:00:00, who: ana, do: ask, of: desk, topic: other, expect: $}";
const CLOSED: &str = "outside-hours";

/// The laws, in the order of the reference.
pub const LAWS: &[Law] = &[
    Law {
        rule: "support.unlock-by",
        says: "Nobody lifts the lock of an account, or LAs do, or the desk does.",
        given: "people: {ana: {enrolled: true}, dee: {role: local-administrator}, fay: {role: desk-agent}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 09:00, who: dee, do: unlock-account, account: ana, expect: $}
  - {at: 09:10, who: fay, do: unlock-account, account: ana, expect: $}",
        values: &[
            ("nobody", ends(&["not-offered", "not-offered"])),
            ("local-administrator", ends(&["done", "not-authorised"])),
            ("desk-agent", ends(&["not-authorised", "done"])),
        ],
        ..LAW
    },
    Law {
        rule: "support.otp-address-by-la",
        says: "Only an LA changes the address for OTPs; otherwise anybody does, at any time.",
        given: LA,
        when: "
  - day: Sat 2023-09-16
  - {at: 10:00, who: bo, do: update-email, account: ana, address: sg-mail, expect: $}
  - day: Mon 2023-09-18
  - {at: 10:00, who: dee, do: update-email, account: ana, address: sg-mail, expect: $}",
        values: &[("true", ends(&["not-authorised", "done"])), ("false", ends(&["done", "done"]))],
        ..LAW
    },
    Law {
        rule: "support.reset-by-la",
        says: "Only an LA resets passwords; otherwise anybody does, at any time.",
        given: LA,
        when: "
  - day: Sat 2023-09-16
  - {at: 10:00, who: bo, do: reset-password, account: ana, tell: ana, expect: $}
  - day: Mon 2023-09-18
  - {at: 10:00, who: dee, do: reset-password, account: ana, tell: ana, expect: $}",
        values: &[("true", ends(&["not-authorised", "done"])), ("false", ends(&["done", "done"]))],
        ..LAW
    },
    Law {
        rule: "local-administrator.own-place-only",
        says: "An LA helps the accounts of the own place alone, or of any.",
        given: "places: {kranji: school, yishun: school}, people: {ana: {place: kranji}, \
                dee: {role: local-administrator, place: yishun}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 10:00, who: dee, do: reset-password, account: ana, tell: ana, expect: $}",
        values: &[("true", ends(&["not-authorised"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "local-administrator.working-days-only",
        says: "On a Saturday no LA helps; otherwise they do, within their hours.",
        given: LA,
        when: "
  - day: Sat 2023-09-16
  - {at: 07:00, who: dee, do: reset-password, account: ana, tell: ana, expect: outside-hours}
  - {at: 10:00, who: dee, do: reset-password, account: ana, tell: ana, expect: $}",
        values: &[("true", ends(&[CLOSED])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "local-administrator.from",
        says: "Before this time of day no LA helps, and from it on they do.",
        given: LA,
        when: LA_HOURS,
        values: &[
            ("00:00", ends(&["done", "done", "done", CLOSED])),
            ("08:00", ends(&[CLOSED, CLOSED, "done", CLOSED])),
            ("23:59", unread("`local-administrator.from` is not before `local-administrator.to`")),
        ],
        ..LAW
    },
    Law {
        rule: "local-administrator.to",
        says: "Until this time of day LAs help, and from it on none does.",
        given: LA,
        when: LA_HOURS,
        values: &[
            ("00:00", unread("`local-administrator.from` is not before `local-administrator.to`")),
            ("17:00", ends(&[CLOSED, CLOSED, "done", CLOSED])),
            ("23:59", ends(&[CLOSED, CLOSED, "done", "done"])),
        ],
        ..LAW
    },
    Law {
        rule: "local-administrator.needs-portal-sign-in",
        says: "An LA who cannot sign in helps nobody; otherwise they do.",
        given: "people: {ana: {}, dee: {role: local-administrator, knows-password: false}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 10:00, who: dee, do: reset-password, account: ana, tell: ana, expect: $}",
        values: &[("true", ends(&["no-session"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "local-administrator.needs-second-factor",
        says: "An LA without a second factor helps nobody; otherwise they do.",
        given: LA,
        when: "
  - day: Mon 2023-09-18
  - {at: 10:00, who: dee, do: reset-password, account: ana, tell: ana, expect: $}",
        values: &[("false", ends(&["done"])), ("true", ends(&["no-second-factor"]))],
        ..LAW
    },
    Law {
        rule: "desk.working-days-only",
        says: "On a Saturday the desk is closed; otherwise it is open, within its hours.",
        given: DESK,
        when: "
  - day: Sat 2023-09-16
  - {at: 07:00, who: ana, do: ask, of: desk, topic: other, expect: outside-hours}
  - {at: 10:00, who: ana, do: ask, of: desk, topic: other, expect: $}",
        values: &[("true", ends(&[CLOSED])), ("false", ends(&["waiting"]))],
        ..LAW
    },
    Law {
        rule: "desk.from",
        says: "Before this time of day the desk is closed, and from it on it is open.",
        given: DESK,
        when: DESK_HOURS,
        values: &[
            ("00:00", ends(&["waiting", "waiting", "waiting", CLOSED])),
            ("08:00", ends(&[CLOSED, CLOSED, "waiting", CLOSED])),
            ("23:59", unread("`desk.from` is not before `desk.to`")),
        ],
        ..LAW
    },
    Law {
        rule: "desk.to",
        says: "Until this time of day the desk is open, and from it on it is closed.",
        given: DESK,
        when: DESK_HOURS,
        values: &[
            ("00:00", unread("`desk.from` is not before `desk.to`")),
            ("17:00", ends(&[CLOSED, CLOSED, "waiting", CLOSED])),
            ("23:59", ends(&[CLOSED, CLOSED, "waiting", "waiting"])),
        ],
        ..LAW
    },
    Law {
        rule: "support.students-ask-teachers",
        says: "A student asks a teacher and nobody else; otherwise whoever they like.",
        given: "people: {theo: {role: student}, ana: {}, dee: {role: local-administrator}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 10:00, who: theo, do: ask, of: ana, topic: password-reset, expect: $}
  - {at: 10:00, who: theo, do: ask, of: dee, topic: password-reset, expect: $}",
        values: &[("true", ends(&["waiting", "not-authorised"])), ("false", ends(&["waiting", "waiting"]))],
        ..LAW
    },
    Law {
        rule: "desk.takes-the-rest",
        says: "The desk takes an OTP that never came, and the rest; otherwise it takes neither.",
        given: DESK,
        when: "
  - day: Mon 2023-09-18
  - {at: 10:00, who: ana, do: ask, of: desk, topic: otp-missing, expect: $}
  - {at: 10:00, who: ana, do: ask, of: desk, topic: other, expect: $}",
        values: &[("true", ends(&["waiting", "waiting"])), ("false", ends(&["not-authorised", "not-authorised"]))],
        ..LAW
    },
    Law {
        rule: "generic.reset-needs-transfer",
        says: "A generic account in ICON is not reset; otherwise it is.",
        given: "people: {ana: {}, dee: {role: local-administrator}}, \
                generic-accounts: {desk: {members: [ana], custodian: ana}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 10:00, who: dee, do: reset-password, account: desk, tell: ana, expect: $}",
        values: &[("true", ends(&["not-transferred"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "generic.store-readers-only",
        says: "Only HOD ICT reads stored credentials; otherwise anybody does.",
        given: "people: {ana: {}, hod: {role: hod-ict}}, generic-accounts: {desk: {members: [ana], custodian: ana}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 10:00, who: ana, do: read-credentials, account: desk, expect: $}
  - {at: 10:00, who: hod, do: read-credentials, account: desk, expect: $}",
        values: &[("true", ends(&["not-authorised", "done"])), ("false", ends(&["done", "done"]))],
        ..LAW
    },
    Law {
        rule: "credential-store.updated-on-reset",
        says: "After a reset the stored copy opens the account; otherwise it is the old password.",
        given: "people: {ana: {}, hod: {role: hod-ict}, dee: {role: local-administrator}}, \
                generic-accounts: {desk: {members: [ana, hod], custodian: ana, enrolled: true, transferred: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 10:00, who: dee, do: reset-password, account: desk, tell: ana}
  - {at: 10:10, who: hod, do: read-credentials, account: desk}
  - {at: 10:20, who: hod, do: sign-in, account: desk, expect: $}",
        values: &[("false", ends(&["wrong-password"])), ("true", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "generic.hq-credentials-to-own-mailbox",
        says: "The credentials of an HQ generic account are in its own mailbox; otherwise they are nowhere.",
        given: "places: {comms: hq}, people: {xena: {}}, generic-accounts: {press: {members: [xena], custodian: xena}}",
        when: "
  - day: Tue 2023-09-26
  - {at: 15:00, who: xena, do: sign-in, account: press, expect: granted}
  - {at: 15:10, who: xena, do: read-credentials, account: press, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["not-offered"]))],
        ..LAW
    },
    Law {
        rule: "new-account.generic-to-custodian",
        says: "The credentials of a new generic account come to its custodian; otherwise to nobody.",
        given: "people: {arif: {}, bina: {}}, \
                generic-accounts: {robots: {members: [arif, bina], custodian: arif, new: true}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, event: account-created, account: robots}
  - {at: 09:00, who: arif, do: read-mail}
  - {at: 09:10, who: arif, do: hand-over-credentials, account: robots, to: bina, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["password-unknown"]))],
        ..LAW
    },
    Law {
        rule: "new-account.school-to-spocs",
        says: "The credentials of new school staff come to both SPOCs; otherwise to nobody.",
        given: "places: {kranji: {kind: school, spocs: [pat, quek]}}, people: {nur: {new: true}, pat: {}, quek: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, event: account-created, account: nur}
  - {at: 09:00, who: pat, do: read-mail}
  - {at: 09:00, who: quek, do: read-mail}
  - {at: 09:10, who: pat, do: hand-over-credentials, account: nur, to: nur, expect: $}
  - {at: 09:20, who: quek, do: hand-over-credentials, account: nur, to: nur, expect: $}",
        values: &[("true", ends(&["done", "done"])), ("false", ends(&["password-unknown", "password-unknown"]))],
        ..LAW
    },
    Law {
        rule: "new-account.hq-to-opa",
        says: "The credentials of new HQ staff come to OPA; otherwise to nobody.",
        given: "places: {comms: hq}, people: {omid: {new: true}, opal: {role: opa}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, event: account-created, account: omid}
  - {at: 09:00, who: opal, do: read-mail}
  - {at: 09:10, who: opal, do: hand-over-credentials, account: omid, to: omid, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["password-unknown"]))],
        ..LAW
    },
];
