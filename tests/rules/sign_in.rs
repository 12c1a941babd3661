//! Laws of the timeline, MIMS Portal, locks, sessions and sign-out.

use crate::law::{LAW, Law, ends, unread};

/// The laws, in the order of the reference.
pub const LAWS: &[Law] = &[
    Law {
        rule: "set-up.from",
        says: "Before this instant the set-up is not offered, and from it on it is.",
        given: "people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:59, who: ana, do: open-enrolment, expect: $}
  - {at: 09:00, who: ana, do: open-enrolment, expect: $}",
        values: &[
            ("2023-08-29 00:00", ends(&["done", "done"])),
            ("2023-09-18 09:00", ends(&["not-offered", "done"])),
            ("2023-09-20 00:00", ends(&["not-offered", "not-offered"])),
            ("never", unread("staff are to set up before the set-up is open")),
        ],
        ..LAW
    },
    Law {
        rule: "set-up.by",
        says: "A sign-in without a second factor before this day rests on its being asked for (P3.1), and none after \
               it.",
        given: "people: {ana: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 09:00, who: ana, do: sign-in, via: google, expect: granted}
properties:
  - {name: 'Nothing rests on the day', never: {do: sign-in, resting-on: P3.1}, expect: $}",
        values: &[
            ("2023-09-27 00:00", ends(&["violated"])),
            ("2023-09-10 00:00", ends(&["holds"])),
            ("never", unread("the cutover comes before the day by which staff set up")),
        ],
        ..LAW
    },
    Law {
        rule: "cutover",
        says: "Before it Google's own sign-in opens iCON, and from it on a second factor of MIMS is needed.",
        given: "people: {ana: {}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, via: google, expect: $}
  - day: Wed 2023-10-04
  - {at: 08:00, who: ana, do: sign-in, via: google, expect: $}",
        values: &[
            ("2023-09-27 00:00", ends(&["no-second-factor", "no-second-factor"])),
            ("2023-10-04 00:00", ends(&["granted", "no-second-factor"])),
            ("never", ends(&["granted", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "before-cutover.google-password",
        says: "Google asks its own password and 2-Step Verification; otherwise it asks neither.",
        given: "people: {ana: {}, bo: {phone: none}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 09:00, who: ana, do: sign-in, via: google, typed: wrong, expect: $}
  - {at: 09:00, who: bo, do: sign-in, via: google, expect: $}",
        values: &[("true", ends(&["wrong-password", "no-device"])), ("false", ends(&["granted", "granted"]))],
        ..LAW
    },
    Law {
        rule: "ways.google-workspace",
        says: "From the cutover on Google is a way in beside the portal; otherwise the portal is the only one. What \
               Google \
               asks before the cutover is another rule's.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 09:00, who: ana, do: sign-in, via: google, expect: $}
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, via: google, expect: $}
  - {at: 08:10, who: ana, do: sign-in, via: portal, expect: $}",
        values: &[
            ("true", ends(&["granted", "granted", "granted"])),
            ("false", ends(&["granted", "not-offered", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "portal.login-id-suffix",
        says: "The iCON address is not taken for the login ID; otherwise it is.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, typed: wrong-name, expect: $}",
        values: &[("true", ends(&["wrong-login-id"])), ("false", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "portal.password",
        says: "The portal asks for the password; otherwise it takes whatever is typed, in whichever case, and nobody \
               has \
               to know it.",
        given: "people: {ana: {enrolled: true}, bo: {enrolled: true, knows-password: false}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, typed: wrong, expect: $}
  - {at: 08:05, who: ana, do: sign-in, typed: wrong-case, expect: $}
  - {at: 08:10, who: bo, do: sign-in, expect: $}",
        values: &[
            ("true", ends(&["wrong-password", "wrong-password", "password-unknown"])),
            ("false", ends(&["granted", "granted", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "portal.tile-identity-portal",
        says: "The Applications page leads to the set-up; otherwise nothing there does.",
        given: "people: {ana: {}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: open-enrolment, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["not-offered"]))],
        ..LAW
    },
    Law {
        rule: "portal.tile-icon",
        says: "The Applications page leads to iCON; otherwise only Google does.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, via: portal, expect: $}
  - {at: 08:10, who: ana, do: sign-in, via: google, expect: $}",
        values: &[("true", ends(&["granted", "granted"])), ("false", ends(&["not-offered", "granted"]))],
        ..LAW
    },
    Law {
        rule: "second-factor.required",
        says: "Without a second factor a sign-in ends in an error, and a wrong code opens nothing; otherwise no code \
               is asked.",
        given: "people: {ana: {}, bo: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, expect: $}
  - {at: 08:00, who: bo, do: sign-in, code-typed: wrong, expect: $}",
        values: &[("true", ends(&["no-second-factor", "wrong-code"])), ("false", ends(&["granted", "granted"]))],
        ..LAW
    },
    Law {
        rule: "second-factor.students",
        says: "A student without a second factor is refused; otherwise they are let in.",
        given: "people: {theo: {role: student}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: theo, do: sign-in, expect: $}",
        values: &[("false", ends(&["granted"])), ("true", ends(&["no-second-factor"]))],
        ..LAW
    },
    Law {
        rule: "second-factor.per",
        says: "A second launch of iCON on the same portal session asks for a code of its own, or rides on the first \
               one's.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, expect: granted}
  - {at: 08:10, who: ana, do: sign-out, of: [google]}
  - {at: 08:20, who: ana, do: open-icon, expect: $}",
        values: &[("launch", ends(&["code-asked"])), ("portal-session", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "lockout.attempts",
        says: "After so many wrong factors in a row the right one is refused; at 1000 nothing is ever locked.",
        given: "pace: instant, people: {theo: {role: student}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: theo, do: sign-in, typed: wrong, expect: $}
  - {at: 08:00:01, who: theo, do: sign-in, typed: wrong, expect: $}
  - {at: 08:00:02, who: theo, do: sign-in, typed: wrong, expect: $}
  - {at: 08:00:03, who: theo, do: sign-in, expect: $}",
        values: &[
            ("1", ends(&["wrong-password", "locked-out", "locked-out", "locked-out"])),
            ("3", ends(&["wrong-password", "wrong-password", "wrong-password", "locked-out"])),
            ("1000", ends(&["wrong-password", "wrong-password", "wrong-password", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "lockout.duration",
        says: "So long after the last wrong factor the right one is refused, and not longer.",
        given: "pace: instant, people: {theo: {role: student}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: theo, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:00:00, who: theo, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:00:00, who: theo, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:00:00, who: theo, do: sign-in, expect: $}
  - {at: 08:00:01, who: theo, do: sign-in, expect: $}
  - {at: 08:04:59, who: theo, do: sign-in, expect: $}
  - {at: 08:05:00, who: theo, do: sign-in, expect: $}",
        values: &[
            ("0s", ends(&["granted", "granted", "granted", "granted"])),
            ("1s", ends(&["locked-out", "granted", "granted", "granted"])),
            ("5m", ends(&["locked-out", "locked-out", "locked-out", "granted"])),
            ("365d", ends(&["locked-out", "locked-out", "locked-out", "locked-out"])),
        ],
        ..LAW
    },
    Law {
        rule: "lockout.ends",
        says: "A lock ends by itself, or stays until somebody unlocks the account.",
        also: "support.unlock-by: local-administrator",
        given: "people: {ana: {enrolled: true}, dee: {role: local-administrator}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:01, who: ana, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:02, who: ana, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 09:00, who: ana, do: sign-in, expect: $}
  - {at: 09:10, who: dee, do: unlock-account, account: ana}
  - {at: 09:20, who: ana, do: sign-in, expect: granted}",
        values: &[("by-itself", ends(&["granted"])), ("when-unlocked", ends(&["locked-out"]))],
        ..LAW
    },
    Law {
        rule: "lockout.forgotten-after",
        says: "So long after the last wrong factor all of them are forgotten; the third in a row locks otherwise.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:10, who: ana, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:20, who: ana, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:21, who: ana, do: sign-in, expect: $}",
        values: &[
            ("0s", ends(&["granted"])),
            ("1s", ends(&["granted"])),
            ("10m", ends(&["granted"])),
            ("601s", ends(&["locked-out"])),
            ("365d", ends(&["locked-out"])),
        ],
        ..LAW
    },
    Law {
        rule: "lockout.counts-wrong-answers",
        says: "The third set of wrong security answers locks the account too, or it does not.",
        given: "people: {ana: {enrolled: true, answers: forgotten}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: forgot-password, expect: wrong-answers}
  - {at: 08:01, who: ana, do: forgot-password, expect: wrong-answers}
  - {at: 08:02, who: ana, do: forgot-password, expect: wrong-answers}
  - {at: 08:03, who: ana, do: sign-in, expect: $}",
        values: &[("false", ends(&["granted"])), ("true", ends(&["locked-out"]))],
        ..LAW
    },
    Law {
        rule: "lockout.counts-wrong-password",
        says: "Three wrong passwords lock the account; otherwise they do not.",
        given: "people: {theo: {role: student}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: theo, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:01, who: theo, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:02, who: theo, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:03, who: theo, do: sign-in, expect: $}",
        values: &[("true", ends(&["locked-out"])), ("false", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "lockout.counts-wrong-code",
        says: "Three wrong codes lock the account; otherwise they do not.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, code-typed: wrong, expect: wrong-code}
  - {at: 08:01, who: ana, do: sign-in, code-typed: wrong, expect: wrong-code}
  - {at: 08:02, who: ana, do: sign-in, code-typed: wrong, expect: wrong-code}
  - {at: 08:03, who: ana, do: sign-in, expect: $}",
        values: &[("true", ends(&["locked-out"])), ("false", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "lockout.counts-code-used",
        says: "Three codes that were used before lock the account; otherwise they do not.",
        given: "pace: instant, people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: ana, do: sign-in, expect: granted}
  - {at: 08:00:01, who: ana, do: sign-in, expect: code-used}
  - {at: 08:00:02, who: ana, do: sign-in, expect: code-used}
  - {at: 08:00:03, who: ana, do: sign-in, expect: code-used}
  - {at: 08:01:00, who: ana, do: sign-in, expect: $}",
        values: &[("true", ends(&["locked-out"])), ("false", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "lockout.counts-old-otp",
        says: "Three expired OTPs lock the account; otherwise they do not.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: request-otp}
  - {at: 08:10, who: ana, do: enter-otp, expect: otp-expired}
  - {at: 08:20, who: ana, do: request-otp}
  - {at: 08:30, who: ana, do: enter-otp, expect: otp-expired}
  - {at: 08:40, who: ana, do: request-otp}
  - {at: 08:50, who: ana, do: enter-otp, expect: otp-expired}
  - {at: 08:51, who: ana, do: sign-in, expect: $}",
        values: &[("false", ends(&["granted"])), ("true", ends(&["locked-out"]))],
        ..LAW
    },
    Law {
        rule: "lockout.counts-portal-test",
        says: "Three failed tests lock the account; otherwise they do not.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: test-token, typed: wrong, expect: wrong-code}
  - {at: 08:02, who: ana, do: test-token, typed: wrong, expect: wrong-code}
  - {at: 08:04, who: ana, do: test-token, typed: wrong, expect: wrong-code}
  - {at: 08:06, who: ana, do: sign-in, expect: $}",
        values: &[("false", ends(&["granted"])), ("true", ends(&["locked-out"]))],
        ..LAW
    },
    Law {
        rule: "sessions.portal",
        says: "So long after the sign-in the portal answers for the person, and not longer.",
        given: "pace: instant, people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: ana, do: sign-in, expect: $}
  - {at: 08:00:00, who: ana, do: sign-out, of: [google]}
  - {at: 08:00:00, who: ana, do: open-icon, expect: $}
  - {at: 08:00:01, who: ana, do: open-icon, expect: $}
  - {at: 08:59:59, who: ana, do: open-icon, expect: $}
  - {at: 09:00:00, who: ana, do: open-icon, expect: $}",
        values: &[
            ("0s", unread("a portal session lives for a second at least")),
            ("1s", ends(&["granted", "code-asked", "no-session", "no-session", "no-session"])),
            ("1h", ends(&["granted", "code-asked", "code-asked", "code-asked", "no-session"])),
            ("365d", ends(&["granted", "code-asked", "code-asked", "code-asked", "code-asked"])),
        ],
        ..LAW
    },
    Law {
        rule: "sessions.workspace",
        says: "So long after the sign-in iCON opens without another, and not longer.",
        given: "pace: instant, people: {theo: {role: student}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: theo, do: sign-in, expect: granted}
  - {at: 08:00:00, who: theo, do: sign-out, of: [portal]}
  - {at: 08:00:00, who: theo, do: open-icon, expect: $}
  - {at: 08:00:01, who: theo, do: open-icon, expect: $}
  - day: Wed 2023-10-11
  - {at: 07:59:59, who: theo, do: open-icon, expect: $}
  - {at: 08:00:00, who: theo, do: open-icon, expect: $}",
        values: &[
            ("0s", ends(&["no-session", "no-session", "no-session", "no-session"])),
            ("1s", ends(&["granted", "no-session", "no-session", "no-session"])),
            ("14d", ends(&["granted", "granted", "granted", "no-session"])),
            ("365d", ends(&["granted", "granted", "granted", "granted"])),
        ],
        ..LAW
    },
    Law {
        rule: "sessions.end-at-cutover",
        says: "A session opened the old way is over at the cutover; otherwise it goes on.",
        given: "people: {ana: {}}",
        when: "
  - day: Tue 2023-09-26
  - {at: 17:00, who: ana, do: sign-in, expect: granted}
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: open-icon, expect: $}",
        values: &[("false", ends(&["granted"])), ("true", ends(&["no-session"]))],
        ..LAW
    },
    Law {
        rule: "sessions.end-on-reset",
        says: "A session opened before a reset of the password is over with it; otherwise it goes on.",
        given: "people: {ana: {enrolled: true}, dee: {role: local-administrator}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, expect: granted}
  - {at: 08:10, who: dee, do: reset-password, account: ana, tell: ana}
  - {at: 08:20, who: ana, do: open-icon, expect: $}",
        values: &[("false", ends(&["granted"])), ("true", ends(&["no-session"]))],
        ..LAW
    },
    Law {
        rule: "sign-out.google",
        says: "After a sign-out at Google a sign-in is asked; otherwise the session goes on.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, expect: granted}
  - {at: 08:10, who: ana, do: sign-out, of: [google]}
  - {at: 08:20, who: ana, do: open-icon, expect: $}",
        values: &[("true", ends(&["code-asked"])), ("false", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "sign-out.portal",
        says: "After a log-out of the portal the password is asked; otherwise the portal goes on answering.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, expect: granted}
  - {at: 08:10, who: ana, do: sign-out}
  - {at: 08:20, who: ana, do: open-icon, expect: $}",
        values: &[("true", ends(&["no-session"])), ("false", ends(&["code-asked"]))],
        ..LAW
    },
    Law {
        rule: "prompt-at-sign-in.from",
        says: "From this instant a sign-in without a second factor shows a prompt, and before it none does.",
        given: "people: {ana: {}, bo: {enrolled: true}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 09:00, who: ana, do: sign-in, expect: granted, prompted: $}
  - {at: 09:00, who: bo, do: sign-in, expect: granted, prompted: $}
  - day: Fri 2023-09-22
  - {at: 09:00, who: ana, do: sign-in, expect: granted, prompted: $}",
        values: &[
            ("never", ends(&["false", "false", "false"])),
            ("2023-09-12 00:00", ends(&["true", "false", "true"])),
            ("2023-09-20 00:00", ends(&["false", "false", "true"])),
        ],
        ..LAW
    },
];
