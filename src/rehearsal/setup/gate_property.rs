//! Properties of the library as gates count them in a rehearsal: act by act where single acts violate them, else
//! binding by binding.
//!
//! Promises that a property which nobody can count is refused with the reason. Deliberately watches nothing: monitors
//! do.

use crate::act::ActKind;
use crate::clause::{Clauses, parse_citation};
use crate::format::property::{PropertyIs, StateIs};
use crate::kernel::Time;
use crate::kernel::time::parse_instant;
use crate::policy::request::Role;
use crate::property::{EndProposition, Facts, Moment, Pattern, Property, Proposition, Who};
use crate::replay::library::Library;
use crate::replay::{nameless, outcome};
use crate::trace::Ended;
use std::sync::Arc;

/// A property, and how its violations are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateProperty {
    /// Its name.
    pub name: String,
    /// How.
    pub judged: CountedBy,
}

/// How the violations of a property are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CountedBy {
    /// Act by act.
    Acts(CountedActs),
    /// Binding by binding: whatever the monitor of a replay would call violated, once for each.
    Bindings(Arc<Property>),
}

/// A property whose violations are single acts, so that they can be counted: no act is like this, or every act is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedActs {
    never: bool,
    like: EndProposition,
    after: Option<Moment>,
    before: Option<Moment>,
}

/// A property of the library as a gate counts it.
///
/// # Errors
/// Why nobody can count it in a rehearsal.
pub fn countable(is: &PropertyIs, book: &Library) -> Result<GateProperty, String> {
    let name = is.name.clone().unwrap_or_default();
    if let Some(counted) = counted(is) {
        return Ok(GateProperty { name, judged: CountedBy::Acts(counted) });
    }
    let property = nameless(is, book).map_err(|why| format!("in a rehearsal nobody has a name: {why}"))?;
    let begun = |leaf: &Proposition| match leaf {
        Proposition::End(EndProposition { kind: Some(kind), .. }) if !is_begun(*kind) => {
            Err(format!("no habit begins `{}`", kind.word()))
        }
        _ => Ok(()),
    };
    match &property.pattern {
        Pattern::Possible(_) => return Err("what is possible is looked for by `explore`".to_owned()),
        Pattern::Never { leaf, until } => begun(leaf).and(until.as_ref().map_or(Ok(()), begun))?,
        Pattern::Always(leaf) | Pattern::Eventually(leaf) => begun(leaf)?,
        Pattern::Response { trigger, response, .. } => begun(trigger).and(begun(response))?,
    }
    Ok(GateProperty { name, judged: CountedBy::Bindings(Arc::new(property)) })
}

/// A property that names nobody, is bound to nothing, and whose violations are single acts.
fn counted(is: &PropertyIs) -> Option<CountedActs> {
    let rest = is.for_each.is_some()
        || is.until.is_some()
        || is.whenever.is_some()
        || is.eventually.is_some()
        || is.possible.is_some();
    let (never, like) = match (&is.never, &is.always) {
        (Some(like), None) if !rest => (true, like),
        (None, Some(like)) if !rest => (false, like),
        _ => return None,
    };
    if like.account.is_some() || like.r#as.is_some() || like.state != StateIs::default() {
        return None;
    }
    let who = match like.who.as_deref() {
        None => None,
        Some("member") => Some(Who::Member),
        Some("non-member") => Some(Who::NonMember),
        Some(name) => Some(Who::Role(*Role::ALL.iter().find(|role| role.word() == name)?)),
    };
    let moment =
        |text: &Option<String>| text.as_deref().map(|text| parse_instant(text).map_or(Moment::Cutover, Moment::At));
    let resting_on = like.resting_on.as_deref().and_then(|text| parse_citation(text).ok());
    let like = EndProposition {
        kind: like.r#do,
        who,
        account: None,
        via: like.via,
        result: like.result.as_deref().and_then(outcome),
        resting_on: resting_on.unwrap_or(Clauses::NONE),
        factor: like.factor,
        opened: None,
        topic: like.topic,
        prompted: like.prompted,
    };
    Some(CountedActs { never, like, after: moment(&is.after), before: moment(&is.before) })
}

impl CountedActs {
    /// Whether it is about the end of an act, however that ended.
    pub fn concerns(&self, time: Time, ended: &Ended, facts: &Facts) -> bool {
        let at = |moment| match moment {
            Moment::Cutover => facts.cutover(Some(ended.account)),
            Moment::At(time) => time,
        };
        let outside = self.after.is_some_and(|m| time < at(m)) || self.before.is_some_and(|m| time >= at(m));
        !outside && self.like.concerns(ended, facts)
    }

    /// Whether the end of an act that it is about violates it.
    pub fn violated(&self, ended: &Ended, facts: &Facts) -> bool {
        self.like.matches(ended, facts) == self.never
    }
}

/// Whether somebody in a rehearsal does it.
const fn is_begun(kind: ActKind) -> bool {
    match kind {
        ActKind::SignIn
        | ActKind::Enrol
        | ActKind::ReEnrol
        | ActKind::EnrolHardToken
        | ActKind::ForgotPassword
        | ActKind::Leave
        | ActKind::Join
        | ActKind::LosePhone
        | ActKind::ReplacePhone
        | ActKind::ReadMail
        | ActKind::Ask
        | ActKind::Tell
        | ActKind::RequestHardToken
        | ActKind::HandOverToken
        | ActKind::UpdateEmail
        | ActKind::ResetPassword
        | ActKind::RequestTransfer
        | ActKind::ApproveTransfer
        | ActKind::HandOverCredentials
        | ActKind::IssueEmergencyPassword => true,
        ActKind::OpenIcon
        | ActKind::SignOut
        | ActKind::TestToken
        | ActKind::DeleteToken
        | ActKind::RemoveProfile
        | ActKind::Offboard
        | ActKind::GoOn
        | ActKind::ChangePassword
        | ActKind::SetAnswers
        | ActKind::InstallApp
        | ActKind::CopySecret
        | ActKind::UnlockAccount
        | ActKind::ReadCredentials
        | ActKind::EnterPassword
        | ActKind::OpenTile
        | ActKind::ChooseAccount
        | ActKind::EnterCode
        | ActKind::PressBack
        | ActKind::OpenSetup
        | ActKind::EnterLoginId
        | ActKind::OpenEnrolment
        | ActKind::RequestOtp
        | ActKind::EnterOtp
        | ActKind::ShowQr
        | ActKind::ReloadEnrolment
        | ActKind::ScanQr
        | ActKind::EnterSecret
        | ActKind::EnterSerial
        | ActKind::SaveToken => false,
    }
}
