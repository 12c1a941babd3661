//! The catalogue of clauses: every clause of the guide, and every assumption made where the guide is
//! silent, by the id under which scenarios cite it.
//!
//! Promises one line of meaning for each id, and whether a run can exercise the clause.
//! Deliberately knows no rule: `policy::rules` says which rule of the policy cites which clause.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of statement that a clause makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Behaviour of a system or a person; a run can exercise it.
    Behaviour,
    /// An assumption: the guide is silent, and a rule of the policy with a default takes its place.
    Assumption,
    /// A statement that is no behaviour, with the reason.
    Statement(&'static str),
}

macro_rules! clauses {
    ($($name:ident $id:literal $nature:expr, $text:literal;)*) => {
        /// A clause of the guide (V1.1) or an assumption, in catalogue order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[allow(non_camel_case_types)]
        pub enum Clause { $(#[doc = $text] $name,)* }

        impl Clause {
            /// Every clause, in catalogue order.
            pub const ALL: &'static [Clause] = &[$(Clause::$name,)*];
            /// The id that a file cites, such as `S4.8`.
            pub const fn id(self) -> &'static str { match self { $(Clause::$name => $id,)* } }
            /// One line of meaning.
            pub const fn text(self) -> &'static str { match self { $(Clause::$name => $text,)* } }
            /// Behaviour, assumption, or a statement that is no behaviour, with the reason.
            pub const fn nature(self) -> Nature { match self { $(Clause::$name => $nature,)* } }
        }
    };
}

use Nature::{Assumption as A, Behaviour as B, Statement};

clauses! {
    P3_1 "P3.1" B, "Staff set up MIMS 2FA by 26 Sep 2023.";
    P3_2 "P3.2" B, "From 27 Sep 2023 staff sign in to iCON through MIMS with 2FA.";
    P4 "P4" B, "Two ways in, MIMS Portal and Google Workspace; both end in the same MIMS sign-in and second factor.";
    P5 "P5" B, "MIMS 2FA replaces Google 2-Step Verification: the password is what you know, the device what you have.";
    P6 "P6" B, "One of three authenticator apps must be on a personal device before enrolment.";
    P13 "P13" B, "Generic account: every member scans the same QR code at the same time.";
    P13_14 "P13-14" B, "On the soft-token page a secret and period can be entered by hand, and a hardware token named by its serial.";
    V1_0 "V1.0" Statement("an edition, not a rule: its reconstruction is the policy guide-v1.0"), "First edition of the guide, 29 Aug 2023.";
    V1_1 "V1.1" Statement("an edition, not a rule: it is the policy guide-v1.1"), "Second edition of the guide, 14 Feb 2024.";
    S1_1 "S1.1" B, "Sign in to MIMS Portal with login ID and password; the suffix of the login ID goes by kind of account.";
    S1_2 "S1.2" B, "Applications, then MIMS Identity Portal.";
    S1_3 "S1.3" B, "Setup 2FA, needed once at first login.";
    S1_4 "S1.4" B, "The self-service portal asks for the MIMS login ID again.";
    S1_5 "S1.5" B, "Chain Email OTP: Next makes the server send one OTP.";
    S1_6 "S1.6" B, "The screen shows the OTP's number and the address; the OTP is typed in; a wrong address goes to the LA.";
    S1_7 "S1.7" B, "The portal lists enrolled authenticators and those that can be added.";
    S1_8 "S1.8" B, "Soft Token (OTP) shows a QR code with a fresh secret, scanned by an authenticator app.";
    S1_9 "S1.9" B, "A comment names the app.";
    S1_10 "S1.10" B, "Save enrols the token; the steps leave serial and OTP fields empty.";
    S1_11 "S1.11" B, "The soft token appears among the enrolled authenticators and is opened.";
    S1_12 "S1.12" B, "The Test button is clicked.";
    S1_13 "S1.13" B, "A code from the app is typed in for the test.";
    S1_14 "S1.14" B, "A passed test ends the set-up.";
    S1_15 "S1.15" B, "Log out of MIMS Portal after the set-up.";
    S2_1 "S2.1" B, "Login ID and password at MIMS Portal.";
    S2_2 "S2.2" B, "Applications, then iCON.";
    S2_3 "S2.3" B, "The code from the authenticator app is typed in.";
    S2_4 "S2.4" B, "Next submits the code.";
    S2_5 "S2.5" B, "The Google Workspace dashboard opens.";
    S2_6 "S2.6" B, "Sign out on the dashboard.";
    S2_7 "S2.7" B, "Log out of MIMS Portal as well: two sessions, two log-outs.";
    S3_1 "S3.1" B, "Google sign-in page: the iCON address ending in @moe.edu.sg.";
    S3_2 "S3.2" B, "On a device that has signed in before, the account is chosen.";
    S3_3 "S3.3" B, "The chosen account is confirmed with Next.";
    S3_4 "S3.4" B, "Redirect to the MIMS Portal sign-in page.";
    S3_5 "S3.5" B, "MIMS login ID, not the iCON address, and password.";
    S3_6 "S3.6" B, "The code from the authenticator app is typed in.";
    S3_7 "S3.7" B, "Next submits the code.";
    S3_8 "S3.8" B, "The dashboard opens.";
    S3_9 "S3.9" B, "Sign out of Google.";
    S3_10 "S3.10" B, "Then log out of MIMS Portal.";
    S4_1 "S4.1" B, "Forgot Password? on the MIMS Portal.";
    S4_2 "S4.2" B, "Login ID, then Search.";
    S4_3 "S4.3" B, "Three security questions set earlier must all be answered correctly.";
    S4_4 "S4.4" B, "New password twice, under the rules.";
    S4_5 "S4.5" B, "The change takes effect after a wait of up to several minutes.";
    S4_6 "S4.6" B, "Sign in with the new password.";
    S4_7 "S4.7" B, "The Applications page opens; iCON leads on to the dashboard.";
    S4_8 "S4.8" B, "Wrong answers are refused; whoever has forgotten them must go to the LA.";
    Q1 "Q1" B, "MIMS 2FA replaces Google 2SV.";
    Q2 "Q2" B, "Keep the phone number given for Google 2SV, in the event that 2SV may be required.";
    Q3 "Q3" Statement("where apps are downloaded from; that one is needed is P6"), "Apps only on personal phones or tablets.";
    Q4 "Q4" B, "Several profiles on one iOS device: Google Authenticator rather than Microsoft Authenticator.";
    Q5 "Q5" B, "Set-up advised by 26 Sep 2023; required from 27 Sep 2023.";
    Q6 "Q6" B, "Nobody is prompted to set up 2FA.";
    Q7 "Q7" B, "Not set up by the cutover: sign-in to iCON fails until Section 1 is done.";
    Q8 "Q8" Statement("existing mail and documents stay as they are; nothing in a sign-in depends on them"), "Existing mail and documents are not affected.";
    Q9 "Q9" B, "Student iCON needs no MIMS 2FA.";
    Q10 "Q10" B, "Before the cutover, OTP not received: check the tagged address; if right, Service Desk.";
    Q11 "Q11" B, "After the cutover an OTP sent to an iCON address cannot be read; the LA changes the address.";
    Q12 "Q12" B, "No phone or tablet: a hard token, requested from OPA and enrolled with help of ITD MIMS.";
    Q13 "Q13" B, "Error during set-up: log out and start again.";
    Q14 "Q14" B, "A password can be changed at any time; self-service reset works only where questions were set before.";
    Q15 "Q15" B, "Desktop Engineer or Service Desk for the rest.";
    G1 "G1" B, "Generic accounts, several profiles on one iOS device: Google Authenticator.";
    G2 "G2" B, "All members scan the same QR code at the same time.";
    G3a "G3a" B, "A leaver deletes the token on the portal and the profile from the app.";
    G3b "G3b" B, "A joiner: all members delete tokens and profiles and repeat the set-up together.";
    G4a "G4a" B, "School generic account: credentials through HOD ICT or ICT Manager/Associate only.";
    G4b "G4b" B, "Reset needs the account moved from ICON to the school: requested by the LA, approved by the AO.";
    G5a "G5a" B, "HQ generic account: credentials are mailed to the generic iCON address itself.";
    G5b "G5b" B, "HQ generic account: same transfer, approval and reset as G4b.";
    G6 "G6" B, "New generic account: credentials to the requestor's or custodian's work email.";
    N1a "N1a" B, "New school staff: credentials to the primary and secondary Messaging SPOC's work email.";
    N1b "N1b" B, "New HQ staff: credentials to MOE OPA, who passes them on.";
    A1 "A1" A, "TOTP: 30 s, 6 digits, SHA-1, one step of skew each side.";
    A2 "A2" A, "A code is accepted once.";
    A3 "A3" A, "Email OTP: valid 120 s, 6 digits, resend after 30 s; only the newest counts.";
    A4 "A4" A, "Email OTP delivery takes a few seconds.";
    A5 "A5" A, "Three wrong factors lock the account for 5 min; a failed portal test does not count.";
    A6 "A6" A, "Password reset: 3 questions, 10 attempts, 30 min lock that an LA cannot lift; not while the account is locked.";
    A7 "A7" A, "A reset password takes effect after 60 s.";
    A8 "A8" A, "The second factor is asked at each launch of iCON, not at portal sign-in.";
    A9 "A9" A, "Email OTP stands before self-service, also when a token is enrolled already.";
    A10 "A10" A, "Self-service needs a portal session.";
    A11 "A11" A, "Save needs no valid code.";
    A12 "A12" A, "The QR page lives 10 min; a reload shows a new secret.";
    A13 "A13" A, "One soft token an account.";
    A14 "A14" A, "Portal sessions last 60 min, Workspace sessions 14 days.";
    A15 "A15" A, "Sessions end neither at the cutover nor on a password reset.";
    A16 "A16" A, "A SAML assertion is valid 5 min, bound to its request and used once.";
    A17 "A17" A, "Microsoft Authenticator overwrites a profile of the same label.";
    A18 "A18" A, "Workspace opens the account in the assertion, whatever address was typed.";
    A19 "A19" A, "Google 2SV is not asked after single sign-on.";
    A20 "A20" A, "LAs help on working days 08:00-17:00, signed in to the portal themselves, without a second factor.";
    A21 "A21" A, "The desk answers on working days 08:00-17:00.";
    A22 "A22" A, "A temporary password must be changed at the next sign-in.";
    A23 "A23" A, "Linked authenticators are disabled.";
    A24 "A24" A, "Emergency passwords are disabled.";
    A25 "A25" A, "The cutover is 2023-09-27 00:00, by place; each decision is judged by its own instant.";
    A26 "A26" A, "Before the cutover: Google password and 2SV at Google, no iCON tile.";
    A27 "A27" A, "A secret cannot be copied from an app or a photograph.";
    A28 "A28" A, "A hard token may stand beside a soft token.";
    A29 "A29" A, "A hard token arrives 5 working days after its request.";
    A30 "A30" A, "A hard token is enrolled by serial and one code, behind the same gate.";
    A31 "A31" A, "Wrong passwords, wrong codes and used codes count towards the lockout; expired or superseded OTPs do not.";
    A32 "A32" A, "The stored credentials are not updated on a reset.";
    A33 "A33" A, "A code older than the last accepted one is refused.";
    A34 "A34" A, "A first password need not be changed.";
    A35 "A35" A, "No prompt at sign-in; an iCON address may be the OTP address.";
    A41 "A41" A, "A password changed while signed in works at once.";
    A42 "A42" A, "A lock ends by itself, nobody lifts it, and wrong factors are not forgotten with time.";
    A43 "A43" A, "A wrong security answer counts for self-service reset alone, and not for the account's lock.";
    A44 "A44" A, "A part of the name counts in a new password from three letters on.";
    A45 "A45" A, "Google 2SV of a shared account is answered by the phone of whichever member signs in.";
}

impl Clause {
    /// The clause with this id.
    pub fn from_id(id: &str) -> Option<Clause> {
        Clause::ALL.iter().copied().find(|c| c.id() == id)
    }

    /// Whether a run can exercise the clause.
    pub fn is_behavioural(self) -> bool {
        !matches!(self.nature(), Nature::Statement(_))
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A set of clauses: the reasons that a decision carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Vec<&'static str>", try_from = "Vec<String>")]
#[repr(C, packed(4))]
pub struct Clauses(u128);

impl From<Clauses> for Vec<&'static str> {
    fn from(clauses: Clauses) -> Self {
        clauses.iter().map(Clause::id).collect()
    }
}

impl TryFrom<Vec<String>> for Clauses {
    type Error = String;

    fn try_from(ids: Vec<String>) -> Result<Self, String> {
        let one = |id: &String| Clause::from_id(id).ok_or_else(|| format!("there is no clause `{id}`"));
        ids.iter().try_fold(Clauses::NONE, |all, id| Ok(all.union(Clauses::of(&[one(id)?]))))
    }
}

impl Clauses {
    /// No clause.
    pub const NONE: Clauses = Clauses(0);

    /// The set of these clauses.
    pub const fn of(list: &[Clause]) -> Clauses {
        let mut bits = 0;
        let mut rest = list;
        while let [head, tail @ ..] = rest {
            bits |= 1 << (*head as u8);
            rest = tail;
        }
        Clauses(bits)
    }

    /// The union of both sets.
    #[must_use]
    pub const fn union(self, other: Clauses) -> Clauses {
        Clauses(self.0 | other.0)
    }

    /// The intersection of both sets.
    #[must_use]
    pub const fn intersection(self, other: Clauses) -> Clauses {
        Clauses(self.0 & other.0)
    }

    /// Whether the set contains the clause.
    pub const fn contains(self, clause: Clause) -> bool {
        self.0 >> (clause as u8) & 1 == 1
    }

    /// Whether every clause of this set is in the other.
    pub const fn is_subset(self, other: Clauses) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set as two words, high and low.
    pub const fn words(self) -> [u64; 2] {
        let low = self.0 & 0xffff_ffff_ffff_ffff;
        [(self.0 >> 64) as u64, low as u64]
    }

    /// The clauses in catalogue order.
    pub fn iter(self) -> impl Iterator<Item = Clause> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let at = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            Clause::ALL.get(at as usize).copied()
        })
    }
}

impl fmt::Display for Clauses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, clause) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            f.write_str(clause.id())?;
        }
        Ok(())
    }
}

/// Reads a citation: one id, or a range within one section such as `S2.1..S2.5`.
///
/// # Errors
/// The offending id, where it or the range is unknown.
pub fn parse_citation(text: &str) -> Result<Clauses, String> {
    let one = |id: &str| Clause::from_id(id.trim()).ok_or_else(|| format!("no clause `{}`", id.trim()));
    match text.split_once("..") {
        None => Ok(Clauses::of(&[one(text)?])),
        Some((from, to)) => {
            let (from, to) = (one(from)?, one(to)?);
            if from > to {
                return Err(format!("`{from}` comes after `{to}`"));
            }
            let inside: Vec<Clause> = Clause::ALL.iter().copied().filter(|c| (from..=to).contains(c)).collect();
            Ok(Clauses::of(&inside))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_fit_the_set() {
        let ids: std::collections::BTreeSet<_> = Clause::ALL.iter().map(|c| c.id()).collect();
        assert_eq!(ids.len(), Clause::ALL.len());
        assert_eq!(Clause::ALL.iter().filter(|c| c.nature() == Nature::Assumption).count(), 40);
        let left = 128_usize.saturating_sub(Clause::ALL.len());
        assert!(left > 8, "a set of clauses has 128 bits, of which {left} are left: hold `Clauses` as `[u64; 4]`");
    }

    #[test]
    fn a_range_is_a_run_of_the_catalogue() {
        assert_eq!(parse_citation("S2.1..S2.5").unwrap().to_string(), "S2.1 S2.2 S2.3 S2.4 S2.5");
        assert_eq!(parse_citation("S2.5..S2.1").unwrap_err(), "`S2.5` comes after `S2.1`");
        assert_eq!(parse_citation("S2.9").unwrap_err(), "no clause `S2.9`");
    }
}
