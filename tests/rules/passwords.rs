//! Laws of password reset, the rules for new passwords, and when a password must be changed.

use crate::law::{LAW, Law, ends};

const NEW: &str = "people: {ana: {}}";

/// The laws, in the order of the reference.
pub const LAWS: &[Law] = &[
    Law {
        rule: "password-change.propagation",
        says: "A password that was changed while signed in opens the account after so long.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: change-password}
  - {at: +0s, who: ana, do: sign-in, expect: $}
  - {at: 08:10, who: ana, do: sign-in, expect: $}",
        values: &[
            ("0s", ends(&["granted", "granted"])),
            ("1s", ends(&["granted", "granted"])),
            ("60s", ends(&["password-pending", "granted"])),
            ("365d", ends(&["password-pending", "password-pending"])),
        ],
        ..LAW
    },
    Law {
        rule: "password-rules.name-part-length",
        says: "A part of the name of five letters is refused where that many count, and taken where more do.",
        given: "people: {ana: {enrolled: true}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: change-password, new-password: contains-name, expect: $}",
        values: &[
            ("1", ends(&["password-rules"])),
            ("3", ends(&["password-rules"])),
            ("5", ends(&["password-rules"])),
            ("6", ends(&["done"])),
            ("64", ends(&["done"])),
        ],
        ..LAW
    },
    Law {
        rule: "password-reset.self-service",
        says: "`Forgot Password?` leads to a new password, or is not offered.",
        given: NEW,
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: forgot-password, expect: $}",
        values: &[("true", ends(&["done"])), ("false", ends(&["not-offered"]))],
        ..LAW
    },
    Law {
        rule: "password-reset.questions",
        says: "Whoever remembers fewer answers than this is refused.",
        given: "people: {p0: {answers: {remembered: 0}}, p1: {answers: {remembered: 1}}, p3: {answers: {remembered: \
               3}}, \
                p10: {answers: {remembered: 10}}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: p0, do: forgot-password, expect: $}
  - {at: 08:00, who: p1, do: forgot-password, expect: $}
  - {at: 08:00, who: p3, do: forgot-password, expect: $}
  - {at: 08:00, who: p10, do: forgot-password, expect: $}",
        values: &[
            ("0", ends(&["done", "done", "done", "done"])),
            ("1", ends(&["wrong-answers", "done", "done", "done"])),
            ("3", ends(&["wrong-answers", "wrong-answers", "done", "done"])),
            ("10", ends(&["wrong-answers", "wrong-answers", "wrong-answers", "done"])),
        ],
        ..LAW
    },
    Law {
        rule: "password-reset.attempts",
        says: "So many wrong answers in a row lock self-service reset.",
        given: "people: {ana: {answers: forgotten}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: forgot-password, expect: $}
  - {at: 08:01, who: ana, do: forgot-password, expect: $}
  - {at: 08:02, who: ana, do: forgot-password, expect: $}
  - {at: 08:03, who: ana, do: forgot-password, expect: $}
  - {at: 08:04, who: ana, do: forgot-password, expect: $}
  - {at: 08:05, who: ana, do: forgot-password, expect: $}
  - {at: 08:06, who: ana, do: forgot-password, expect: $}
  - {at: 08:07, who: ana, do: forgot-password, expect: $}
  - {at: 08:08, who: ana, do: forgot-password, expect: $}
  - {at: 08:09, who: ana, do: forgot-password, expect: $}",
        values: &[
            ("1", ends(&[LOCKED, LOCKED, LOCKED, LOCKED, LOCKED, LOCKED, LOCKED, LOCKED, LOCKED, LOCKED])),
            ("10", ends(&[WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, LOCKED])),
            ("1000", ends(&[WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, WRONG])),
        ],
        ..LAW
    },
    Law {
        rule: "password-reset.lockout",
        says: "For so long self-service reset stays locked, and not longer.",
        also: "password-reset.attempts: 3",
        given: "pace: instant, people: {ana: {answers: forgotten}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00:00, who: ana, do: forgot-password, expect: wrong-answers}
  - {at: 08:00:00, who: ana, do: forgot-password, expect: wrong-answers}
  - {at: 08:00:00, who: ana, do: forgot-password, expect: locked-out}
  - {at: 08:00:00, who: ana, do: forgot-password, expect: $}
  - {at: 08:00:01, who: ana, do: forgot-password, expect: $}
  - {at: 08:30:00, who: ana, do: forgot-password, expect: $}",
        values: &[
            ("0s", ends(&[WRONG, WRONG, LOCKED])),
            ("1s", ends(&[LOCKED, WRONG, WRONG])),
            ("30m", ends(&[LOCKED, LOCKED, WRONG])),
            ("365d", ends(&[LOCKED, LOCKED, LOCKED])),
        ],
        ..LAW
    },
    Law {
        rule: "password-reset.while-account-locked",
        says: "While the account is locked after wrong factors its password can be reset, or cannot.",
        given: NEW,
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: ana, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:01, who: ana, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:02, who: ana, do: sign-in, typed: wrong, expect: wrong-password}
  - {at: 08:03, who: ana, do: forgot-password, expect: $}",
        values: &[("false", ends(&["locked-out"])), ("true", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "password-reset.propagation",
        says: "So long after it was set a changed password opens nothing, and from then on it does.",
        given: "pace: instant, people: {theo: {role: student}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00:00, who: theo, do: forgot-password, expect: done}
  - {at: 08:00:00, who: theo, do: sign-in, expect: $}
  - {at: 08:00:01, who: theo, do: sign-in, expect: $}
  - {at: 08:01:00, who: theo, do: sign-in, expect: $}",
        values: &[
            ("0s", ends(&["granted", "granted", "granted"])),
            ("1s", ends(&["password-pending", "granted", "granted"])),
            ("1m", ends(&["password-pending", "password-pending", "granted"])),
            ("365d", ends(&["password-pending", "password-pending", "password-pending"])),
        ],
        ..LAW
    },
    Law {
        rule: "password-rules.length",
        says: "A password of fewer characters than this is refused: eleven and twelve are typed, and one as long as \
               asked.",
        given: "people: {a: {}, b: {}, c: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: a, do: forgot-password, new-password: too-short, expect: $}
  - {at: 08:00, who: b, do: forgot-password, new-password: twelve-characters, expect: $}
  - {at: 08:00, who: c, do: forgot-password, new-password: good, expect: $}",
        values: &[
            ("0", ends(&["done", "done", "done"])),
            ("1", ends(&["done", "done", "done"])),
            ("12", ends(&["password-rules", "done", "done"])),
            ("64", ends(&["password-rules", "password-rules", "done"])),
        ],
        ..LAW
    },
    Law {
        rule: "password-rules.first-letter-or-digit",
        says: "A password that begins with a symbol is refused; otherwise it is taken.",
        given: NEW,
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: forgot-password, new-password: starts-with-symbol, expect: $}",
        values: &[("true", ends(&["password-rules"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "password-rules.no-part-of-name",
        says: "A password with a part of the name in it is refused; otherwise it is taken.",
        given: NEW,
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: forgot-password, new-password: contains-name, expect: $}",
        values: &[("true", ends(&["password-rules"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "password-rules.kinds",
        says: "A password of fewer kinds of characters than this is refused: two and three are typed, and as many as \
               asked.",
        given: "people: {a: {}, b: {}, c: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: a, do: forgot-password, new-password: two-kinds, expect: $}
  - {at: 08:00, who: b, do: forgot-password, new-password: twelve-characters, expect: $}
  - {at: 08:00, who: c, do: forgot-password, new-password: good, expect: $}",
        values: &[
            ("0", ends(&["done", "done", "done"])),
            ("1", ends(&["done", "done", "done"])),
            ("3", ends(&["password-rules", "done", "done"])),
            ("4", ends(&["password-rules", "password-rules", "done"])),
        ],
        ..LAW
    },
    Law {
        rule: "password-rules.typed-twice",
        says: "A password that is typed differently the second time is refused; otherwise it is taken.",
        given: NEW,
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: forgot-password, new-password: not-alike, expect: $}",
        values: &[("true", ends(&["password-rules"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "password-rules.case-sensitive",
        says: "A password in the wrong case is refused; otherwise it is taken.",
        given: "people: {theo: {role: student}}",
        when: "
  - day: Wed 2023-09-27
  - {at: 08:00, who: theo, do: sign-in, typed: wrong-case, expect: $}",
        values: &[("true", ends(&["wrong-password"])), ("false", ends(&["granted"]))],
        ..LAW
    },
    Law {
        rule: "password-change",
        says: "Whoever is signed in can change password and questions, or cannot.",
        given: NEW,
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, who: ana, do: change-password, expect: $}
  - {at: 08:10, who: ana, do: set-answers, expect: $}",
        values: &[("true", ends(&["done", "done"])), ("false", ends(&["not-offered", "not-offered"]))],
        ..LAW
    },
    Law {
        rule: "temporary-password-must-change",
        says: "At the next sign-in a temporary password must be changed, or it opens the portal.",
        given: "people: {ana: {}, dee: {role: local-administrator}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 09:00, who: dee, do: reset-password, account: ana, tell: ana}
  - {at: 09:10, who: ana, do: enter-password, expect: $}",
        values: &[("true", ends(&["password-expired"])), ("false", ends(&["done"]))],
        ..LAW
    },
    Law {
        rule: "first-password-must-change",
        says: "At the first sign-in the first password must be changed, or it opens the portal.",
        given: "places: {kranji: {kind: school, spocs: [pat]}}, people: {nur: {new: true}, pat: {}}",
        when: "
  - day: Mon 2023-09-18
  - {at: 08:00, event: account-created, account: nur}
  - {at: 08:10, who: pat, do: read-mail}
  - {at: 08:20, who: pat, do: hand-over-credentials, account: nur, to: nur}
  - {at: 08:30, who: nur, do: enter-password, expect: $}",
        values: &[("false", ends(&["done"])), ("true", ends(&["password-expired"]))],
        ..LAW
    },
];

const LOCKED: &str = "locked-out";
const WRONG: &str = "wrong-answers";
