//! A row's act, both ways: what a row says becomes an act of the vocabulary, and an act becomes what a row says.
//!
//! Promises that an act of any kind comes back the same from the row that is made of it; a kind that is added to the
//! vocabulary does not compile until both ways know it. What names stand for is asked of whoever has a world. Times,
//! the account, the computer and what is expected are the row's own, and no part of the act.

use super::rows::{AddressIs, OfIs, Row, SessionOf, TileIs, TokenIs};
use crate::act::{Act, ActKind, Interaction, Leaving, Typing};
use crate::policy::request::Topic;
use crate::world::ids::{ComputerId, MailboxId, PersonId};

/// What the names in a row stand for.
pub trait Named {
    /// The person whose name stands under this key; where there is none, that is noted.
    fn person(&mut self, key: &'static str, name: &str) -> Option<PersonId>;
    /// The mailbox of an address of the account that the row is about.
    fn mailbox(&mut self, address: &AddressIs) -> Option<MailboxId>;
}

/// What people and addresses are called.
pub trait Called {
    /// The name of a person.
    fn name(&self, id: PersonId) -> String;
    /// The address of a mailbox.
    fn address(&self, id: MailboxId) -> AddressIs;
    /// Who sits at a computer, unless it is this person's own.
    fn elsewhere(&self, screen: ComputerId, person: PersonId) -> Option<String>;
}

/// Who acts, and where: what a row says of its act without naming it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActContext {
    /// Who acts.
    pub person: PersonId,
    /// Who owns the account.
    pub owner: Option<PersonId>,
    /// The screen that is looked at.
    pub screen: ComputerId,
}

/// The act of a row. None where a name stands for nobody, and where the row goes on with an act or has none.
pub fn from_row(row: &Row, is: ActContext, names: &mut impl Named) -> Option<Act> {
    let typed = row.typed.unwrap_or(Typing::Right);
    let shape = row.new_password.unwrap_or_default();
    Some(match row.r#do? {
        ActKind::SignIn => Act::SignIn { via: row.via, typed },
        ActKind::OpenIcon => Act::OpenIcon,
        ActKind::SignOut => {
            Act::SignOut { google: leaves(row, SessionOf::Google), portal: leaves(row, SessionOf::Portal) }
        }
        ActKind::Enrol => Act::Enrol,
        ActKind::ReEnrol => Act::ReEnrol,
        ActKind::EnrolHardToken => Act::EnrolHardToken,
        ActKind::TestToken => Act::TestToken,
        ActKind::DeleteToken => Act::DeleteToken { hard: row.of_token == Some(TokenIs::Hard) },
        ActKind::RemoveProfile => Act::RemoveProfile,
        ActKind::Offboard => Act::Offboard,
        ActKind::GoOn => return None,
        ActKind::Join => Interaction::Join.into(),
        ActKind::Leave => Act::Leave { leaver: is.person, how: row.how.unwrap_or(Leaving::AsTheGuide) },
        ActKind::ForgotPassword => Act::ForgotPassword { shape },
        ActKind::ChangePassword => Act::ChangePassword { shape },
        ActKind::SetAnswers => Act::SetAnswers,
        ActKind::ReadMail => Interaction::ReadMail.into(),
        ActKind::RequestHardToken => Interaction::RequestHardToken { of: asked(row, names)? }.into(),
        ActKind::LosePhone => Interaction::LosePhone.into(),
        ActKind::ReplacePhone => Interaction::ReplacePhone.into(),
        ActKind::InstallApp => Interaction::InstallApp.into(),
        ActKind::CopySecret => Interaction::CopySecret { from: names.person("from", row.from.as_ref()?)? }.into(),
        ActKind::Ask => Interaction::Ask { of: asked(row, names)?, topic: row.topic.unwrap_or(Topic::Other) }.into(),
        ActKind::Tell => Interaction::Tell { to: told(row, names)? }.into(),
        ActKind::UpdateEmail => Interaction::UpdateEmail { to: names.mailbox(row.address.as_ref()?)? }.into(),
        ActKind::ResetPassword => resets(row, names)?.into(),
        ActKind::UnlockAccount => Interaction::UnlockAccount.into(),
        ActKind::RequestTransfer => Interaction::RequestTransfer.into(),
        ActKind::ApproveTransfer => Interaction::ApproveTransfer.into(),
        ActKind::ReadCredentials => Interaction::ReadCredentials.into(),
        ActKind::HandOverCredentials => Interaction::HandOverCredentials { to: told(row, names)? }.into(),
        ActKind::HandOverToken => Interaction::HandOverToken { to: told(row, names)? }.into(),
        ActKind::IssueEmergencyPassword => issues(row, is.owner, names)?.into(),
        ActKind::EnterPassword => Act::EnterPassword { typed },
        ActKind::OpenTile => Act::OpenTile { tile: row.tile?.tile() },
        ActKind::ChooseAccount => Act::ChooseAccount { typed },
        ActKind::EnterCode => Act::EnterCode { typed },
        ActKind::PressBack => Act::PressBack,
        ActKind::OpenSetup => Act::OpenSetup,
        ActKind::EnterLoginId => Act::EnterLoginId { typed },
        ActKind::OpenEnrolment => Act::OpenEnrolment,
        ActKind::RequestOtp => Act::RequestOtp { typed },
        ActKind::EnterOtp => Act::EnterOtp { number: row.number, typed },
        ActKind::ShowQr => Act::ShowQr,
        ActKind::ReloadEnrolment => Act::ReloadEnrolment,
        ActKind::ScanQr => Act::ScanQr { screen: is.screen },
        ActKind::EnterSecret => Act::EnterSecret,
        ActKind::EnterSerial => Act::EnterSerial { typed },
        ActKind::SaveToken => Act::SaveToken { typed },
    })
}

/// Whether the row leaves this session: both, unless it says which.
fn leaves(row: &Row, session: SessionOf) -> bool {
    match &row.of {
        Some(OfIs::Sessions(sessions)) => sessions.contains(&session),
        Some(OfIs::Person(_)) | None => true,
    }
}

/// Who is asked.
fn asked(row: &Row, names: &mut impl Named) -> Option<PersonId> {
    match &row.of {
        Some(OfIs::Person(name)) => names.person("of", name),
        Some(OfIs::Sessions(_)) | None => None,
    }
}

/// To whom something goes.
fn told(row: &Row, names: &mut impl Named) -> Option<PersonId> {
    names.person("to", row.to.as_ref()?)
}

/// A new password, which somebody is told where the row says so.
fn resets(row: &Row, names: &mut impl Named) -> Option<Interaction> {
    let tell = match &row.tell {
        Some(name) => Some(names.person("tell", name)?),
        None => None,
    };
    Some(Interaction::ResetPassword { tell })
}

/// An emergency password, for the owner unless the row says for whom.
fn issues(row: &Row, owner: Option<PersonId>, names: &mut impl Named) -> Option<Interaction> {
    let to = if row.to.is_some() { told(row, names)? } else { owner? };
    Some(Interaction::IssueEmergencyPassword { to })
}

/// The row of an act by a person: who does what, and what it needs to know. What goes without saying is left out.
pub fn to_row(act: Act, person: PersonId, names: &impl Called) -> Row {
    let mut row = Row { who: Some(names.name(person)), r#do: Some(act.kind()), ..Row::default() };
    match act {
        Act::SignIn { via, typed } => (row.via, row.typed) = (via, unless_right(typed)),
        Act::SignOut { google, portal } => {
            let left = [(google, SessionOf::Google), (portal, SessionOf::Portal)];
            let left: Vec<SessionOf> = left.into_iter().filter(|(is, _)| *is).map(|(_, session)| session).collect();
            row.of = (left.len() < 2).then_some(OfIs::Sessions(left));
        }
        Act::DeleteToken { hard } => row.of_token = hard.then_some(TokenIs::Hard),
        Act::Leave { leaver, how } => {
            row.who = Some(names.name(leaver));
            row.how = Some(how).filter(|how| *how != Leaving::AsTheGuide);
        }
        Act::ForgotPassword { shape } | Act::ChangePassword { shape } => {
            row.new_password = Some(shape).filter(|shape| *shape != Default::default());
        }
        Act::EnterPassword { typed }
        | Act::ChooseAccount { typed }
        | Act::EnterCode { typed }
        | Act::EnterLoginId { typed }
        | Act::EnterSerial { typed }
        | Act::SaveToken { typed }
        | Act::RequestOtp { typed } => row.typed = unless_right(typed),
        Act::OpenTile { tile } => row.tile = Some(TileIs::of(tile)),
        Act::EnterOtp { number, typed } => (row.number, row.typed) = (number, unless_right(typed)),
        Act::ScanQr { screen } => row.from = names.elsewhere(screen, person),
        Act::Interaction(interaction) => fill(&mut row, interaction, names),
        Act::OpenIcon
        | Act::Enrol
        | Act::ReEnrol
        | Act::EnrolHardToken
        | Act::TestToken
        | Act::RemoveProfile
        | Act::Offboard
        | Act::SetAnswers
        | Act::PressBack
        | Act::OpenSetup
        | Act::OpenEnrolment
        | Act::ShowQr
        | Act::ReloadEnrolment
        | Act::EnterSecret => {}
    }
    row
}

/// What something between people needs to know.
fn fill(row: &mut Row, interaction: Interaction, names: &impl Called) {
    match interaction {
        Interaction::RequestHardToken { of } => row.of = Some(OfIs::Person(names.name(of))),
        Interaction::CopySecret { from } => row.from = Some(names.name(from)),
        Interaction::Ask { of, topic } => {
            (row.of, row.topic) = (Some(OfIs::Person(names.name(of))), Some(topic));
        }
        Interaction::UpdateEmail { to } => row.address = Some(names.address(to)),
        Interaction::ResetPassword { tell } => row.tell = tell.map(|id| names.name(id)),
        Interaction::Tell { to }
        | Interaction::HandOverCredentials { to }
        | Interaction::HandOverToken { to }
        | Interaction::IssueEmergencyPassword { to } => row.to = Some(names.name(to)),
        Interaction::Join
        | Interaction::ReadMail
        | Interaction::LosePhone
        | Interaction::ReplacePhone
        | Interaction::InstallApp
        | Interaction::UnlockAccount
        | Interaction::RequestTransfer
        | Interaction::ApproveTransfer
        | Interaction::ReadCredentials => {}
    }
}

fn unless_right(typed: Typing) -> Option<Typing> {
    Some(typed).filter(|typed| *typed != Typing::Right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::{ActKind, Via};
    use crate::format::rows::Address;
    use crate::kernel::password::Shape;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// People, mailboxes and computers are called by their numbers.
    struct Numbered;

    impl Named for Numbered {
        fn person(&mut self, _: &'static str, name: &str) -> Option<PersonId> {
            name.strip_prefix('p')?.parse().ok().map(PersonId)
        }

        fn mailbox(&mut self, address: &AddressIs) -> Option<MailboxId> {
            address.word().strip_prefix('m')?.parse().ok().map(MailboxId)
        }
    }

    impl Called for Numbered {
        fn name(&self, id: PersonId) -> String {
            format!("p{}", id.0)
        }

        fn address(&self, id: MailboxId) -> AddressIs {
            AddressIs::Named(format!("m{}", id.0))
        }

        fn elsewhere(&self, screen: ComputerId, person: PersonId) -> Option<String> {
            (screen.0 != person.0).then(|| format!("p{}", screen.0))
        }
    }

    /// A person by a name, as the value of a key.
    fn somebody() -> impl Strategy<Value = String> {
        (0..9_u32).prop_map(|id| format!("p{id}"))
    }

    /// What a row may say of its act, all of it at once; [`only`] leaves what one kind takes.
    fn anything() -> impl Strategy<Value = Row> {
        let typing = prop::sample::select(Typing::ALL).prop_map(unless_right);
        let leaving = prop::sample::select(Leaving::ALL);
        let shape = prop::sample::select(vec![Shape::TooShort, Shape::NotAlike]);
        let sessions = prop::sample::select(vec![vec![], vec![SessionOf::Google], vec![SessionOf::Portal]]);
        let via = prop::option::of(prop::sample::select(Via::ALL));
        let people = (somebody(), somebody(), somebody(), somebody());
        let words = (via, typing, leaving, prop::option::of(shape), prop::option::of(sessions), any::<bool>());
        let numbers = (prop::option::of(0..9_u32), 0..9_u32, prop::sample::select(Topic::ALL), 0..2_usize);
        (people, words, numbers).prop_map(|((who, from, to, of), (via, typed, how, shape, sessions, hard), numbers)| {
            let (number, mailbox, topic, tile) = numbers;
            Row {
                who: Some(who),
                from: Some(from),
                to: Some(to.clone()),
                of: sessions.map(OfIs::Sessions).or(Some(OfIs::Person(of))),
                tell: number.map(|_| to),
                via,
                typed,
                how: Some(how).filter(|how| *how != Leaving::AsTheGuide),
                new_password: shape,
                of_token: hard.then_some(TokenIs::Hard),
                number,
                topic: Some(topic),
                tile: TileIs::ALL.get(tile).copied(),
                address: Some(AddressIs::Named(format!("m{mailbox}"))),
                ..Row::default()
            }
        })
    }

    /// The row as one of this kind, with the keys that its act takes.
    fn only(kind: ActKind, row: Row) -> Row {
        let takes = |key| kind.takes().contains(&key);
        let sessions = kind == ActKind::SignOut;
        let of = row.of.filter(|of| matches!(of, OfIs::Sessions(_)) == sessions && takes("of"));
        let of = if takes("of") && !sessions { of.or(Some(OfIs::Person("p0".to_owned()))) } else { of };
        let own = |name: &String| row.who.as_ref() != Some(name);
        Row {
            who: row.who.clone(),
            r#do: Some(kind),
            from: row.from.filter(|from| takes("from") && (kind != ActKind::ScanQr || own(from))),
            to: row.to.filter(|_| takes("to")),
            of,
            tell: row.tell.filter(|_| takes("tell")),
            via: row.via.filter(|_| takes("via")),
            // The code of a test is typed by the hand that acts, as is that of a sign-in.
            typed: row.typed.filter(|_| takes("typed") && kind != ActKind::TestToken),
            how: row.how.filter(|_| takes("how")),
            new_password: row.new_password.filter(|_| takes("new-password")),
            of_token: row.of_token.filter(|_| takes("of-token")),
            number: row.number.filter(|_| takes("number")),
            topic: row.topic.filter(|_| takes("topic")),
            tile: row.tile.filter(|_| takes("tile")),
            address: row.address.filter(|_| takes("address")),
            ..Row::default()
        }
    }

    fn setting(row: &Row) -> ActContext {
        let id = |name: &Option<String>| name.as_ref().and_then(|name| Numbered.person("", name));
        let person = id(&row.who).unwrap();
        let screen = if row.r#do == Some(ActKind::ScanQr) { id(&row.from).unwrap_or(person) } else { person };
        ActContext { person, owner: None, screen: ComputerId(screen.0) }
    }

    #[test]
    fn every_kind_but_one_has_an_act_and_its_row_comes_back() {
        let mut met = BTreeSet::new();
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        for kind in ActKind::ALL {
            runner
                .run(&anything(), |row| {
                    let row = only(*kind, row);
                    let is = setting(&row);
                    let Some(act) = from_row(&row, is, &mut Numbered) else {
                        prop_assert_eq!(*kind, ActKind::GoOn);
                        return Ok(());
                    };
                    prop_assert_eq!(act.kind(), *kind);
                    let again = to_row(act, is.person, &Numbered);
                    prop_assert_eq!(&again, &row);
                    prop_assert_eq!(from_row(&again, is, &mut Numbered), Some(act));
                    Ok(())
                })
                .unwrap();
            met.insert(*kind);
        }
        assert_eq!(met.len(), ActKind::ALL.len());
    }

    #[test]
    fn what_goes_without_saying_is_as_if_it_were_said() {
        let mut row = Row { who: Some("p1".to_owned()), r#do: Some(ActKind::Leave), ..Row::default() };
        let is = setting(&row);
        let leaves = Some(Act::Leave { leaver: PersonId(1), how: Leaving::AsTheGuide });
        assert_eq!(from_row(&row, is, &mut Numbered), leaves);
        row.how = Some(Leaving::AsTheGuide);
        assert_eq!(from_row(&row, is, &mut Numbered), leaves);
        let row = Row { r#do: Some(ActKind::IssueEmergencyPassword), ..row };
        let to_the_owner = from_row(&row, ActContext { owner: Some(PersonId(4)), ..is }, &mut Numbered);
        assert_eq!(to_the_owner, Some(Interaction::IssueEmergencyPassword { to: PersonId(4) }.into()));
        assert_eq!(from_row(&row, is, &mut Numbered), None);
    }

    #[test]
    fn a_name_that_stands_for_nobody_makes_no_act() {
        let row = Row {
            who: Some("p1".to_owned()),
            r#do: Some(ActKind::Tell),
            to: Some("nobody".to_owned()),
            address: Some(AddressIs::Own(Address::Ces)),
            ..Row::default()
        };
        assert_eq!(from_row(&row, setting(&row), &mut Numbered), None);
        let row = Row { r#do: Some(ActKind::UpdateEmail), ..row };
        assert_eq!(from_row(&row, setting(&row), &mut Numbered), None);
    }
}
