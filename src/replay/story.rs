//! A verdict as a story: a few lines a row, or, of one row, who sent what to whom and which clause decided.
//!
//! Promises that the comments of the file are told where they stand, and that no password, answer, OTP or secret is.
//! Deliberately judges nothing.

use super::state_text::address;
use super::{Names, Planned, ScenarioPlan, Verdict, What};
use crate::act::{ActOutcome, Activity};
use crate::clause::Clauses;
use crate::counted::counted;
use crate::diagnostic::{Lines, clean};
use crate::format::yaml::comments;
use crate::kernel::{Span, Time};
use crate::policy::decide::Request;
use crate::policy::decide::sign_in::HeldFactor;
use crate::policy::request::{Outcome, Via};
use crate::policy::rules::NEVER;
use crate::trace::{Ended, Event};
use crate::world::message::{Body, Message, Page, Tile};
use crate::world::state::Device;
use std::fmt::Write;

/// A line of a story is broken after this many characters.
const WIDTH: usize = 116;

impl ScenarioPlan {
    /// The whole run: title, days, comments, rows with what their people saw and what changed, end state, properties.
    pub fn story(&self, verdict: &Verdict, text: &str) -> String {
        self.tale(verdict, text, &|_| true)
    }

    /// The story of some of the rows; of the others no more is told than that they are.
    pub fn tale(&self, verdict: &Verdict, text: &str, keep: &dyn Fn(usize) -> bool) -> String {
        let mut skipped = 0;
        let events = self.by_row(verdict);
        let lines = Lines::new(text);
        let mut out = format!("{}\npolicy: {}\n", clean(&self.full_title()), self.policy.name);
        let mut said = comments(text).into_iter().peekable();
        let mut day = None;
        for (index, row) in self.rows.iter().enumerate() {
            let line = lines.place(row.place.start).0;
            let kept = keep(index);
            if !kept {
                skipped += 1;
            } else if skipped > 0 {
                let _ = writeln!(out, "\n  … {}", counted(skipped, "quiet row"));
                skipped = 0;
            }
            let mut tell = |out: &mut String, until: usize| {
                while let Some(comment) = said.next_if(|c| c.line <= until) {
                    if kept && !comment.text.contains("yaml-language-server") {
                        let _ = writeln!(out, "  {}", clean(&comment.text));
                    }
                }
            };
            if let Some((date, place)) = row.day.filter(|(date, _)| kept && day != Some(*date)) {
                day = Some(date);
                tell(&mut out, lines.place(place.start).0.saturating_sub(1));
                let _ = write!(out, "\n{date}\n");
            }
            tell(&mut out, line);
            if kept {
                out += &self.row(verdict, of(&events, index), index, row);
            }
        }
        if !verdict.then.is_empty() || !verdict.properties.is_empty() {
            out += "\nIn the end\n";
        }
        for comment in said {
            let _ = writeln!(out, "  {}", clean(&comment.text));
        }
        for sentence in &verdict.then {
            let _ = writeln!(out, "  {sentence}");
        }
        for property in &verdict.properties {
            let judgement = property.judgement;
            let at = judgement.at.map_or_else(String::new, |at| format!(" at {at}"));
            let on =
                if judgement.clauses == Clauses::NONE { String::new() } else { format!("  [{}]", judgement.clauses) };
            let _ = writeln!(out, "  {}: {}{at}{on}", clean(&property.name), judgement.verdict.word());
        }
        out
    }

    /// One row as the story tells it.
    pub fn told(&self, verdict: &Verdict, index: usize) -> String {
        let events = self.by_row(verdict);
        self.rows.get(index).map_or_else(String::new, |row| self.row(verdict, of(&events, index), index, row))
    }

    /// The events of each row, in their order.
    pub(super) fn by_row<'v>(&self, verdict: &'v Verdict) -> Vec<Vec<&'v TraceEntry>> {
        let mut out = vec![Vec::new(); self.rows.len()];
        for seen in &verdict.trace.events {
            if let Some(events) = out.get_mut(seen.1) {
                events.push(seen);
            }
        }
        out
    }

    fn row(&self, verdict: &Verdict, events: &[&TraceEntry], index: usize, row: &Planned) -> String {
        let mut out = String::new();
        let began = events.iter().find(|(.., e)| matches!(e, Event::Began { .. }));
        let clock = began.map(|(time, ..)| time.clock());
        match (&row.what, verdict.ended.get(index).copied().flatten()) {
            (What::Act { doing, .. }, Some((time, ended))) => {
                let _ = writeln!(out, "  {}  {}", clock.unwrap_or_default(), self.headline(row, doing, time, &ended));
                let seen = self.pages(events);
                if !seen.is_empty() {
                    out += &wrapped("sees", &seen.join(" · "));
                }
                if let Some((before, after)) = verdict.states.get(index) {
                    for (name, was, is) in before.changes(after) {
                        out += &wrapped(name, &format!("{was} → {is}"));
                    }
                }
                if ended.clauses != Clauses::NONE {
                    out += &wrapped("rests on", &ended.clauses.to_string());
                }
            }
            (What::Created(account), _) => {
                let name = self.names.account(*account);
                let _ = writeln!(out, "  {}  the account {name} is made", clock.unwrap_or_default());
                for (.., event) in events {
                    if let Event::Decided { decision, .. } = event {
                        out += &wrapped("rests on", &decision.clauses.to_string());
                    }
                }
            }
            (what, _) => {
                let _ = writeln!(out, "  {}", self.fault_line(row, what));
            }
        }
        out
    }

    pub(super) fn fault_line(&self, row: &Planned, what: &What) -> String {
        let word = row.word;
        match what {
            What::Fault(crate::engine::Fault::SlowMail(_, by), until) => {
                format!("fault: {word} by {by}, until {until}")
            }
            What::Fault(crate::engine::Fault::Clock(party, by), until) => {
                format!("fault: the clock of {} is off by {by}, until {until}", party.name())
            }
            What::Fault(_, until) => format!("fault: {word}, until {until}"),
            What::GoOn(person) => format!("{} goes on", self.names.person(*person)),
            What::Forgotten(person) => format!("{} has forgotten the password", self.names.person(*person)),
            What::PhoneElsewhere(person, until) => {
                format!("the phone of {} is elsewhere until {until}", self.names.person(*person))
            }
            What::Absent(person, until) => format!("fault: {} is away until {until}", self.names.person(*person)),
            What::WrongClock(person, device, by) => {
                let device = if *device == Device::HardToken { "hard token" } else { "phone" };
                format!("fault: the clock of {}'s {device} is off by {by}", self.names.person(*person))
            }
            _ => format!("{word}: it never ended"),
        }
    }

    fn headline(&self, row: &Planned, doing: &Activity, time: Time, ended: &Ended) -> String {
        let opened = match ended.opened {
            Some(other) if other != doing.account => format!(", and {} opens", self.names.account(other)),
            _ => String::new(),
        };
        let prompt = if ended.prompted { ", with a prompt to set up 2FA" } else { "" };
        format!("{} → {}{opened}{prompt}, at {}", self.deed(row, doing), ended.result.word(), time.clock())
    }

    /// Who does what, and to which account.
    pub(super) fn deed(&self, row: &Planned, doing: &Activity) -> String {
        let who = self.names.person(doing.person);
        let with =
            if doing.with.is_empty() { String::new() } else { format!(" with {}", self.names.list(&doing.with)) };
        let account = self.names.account(doing.account);
        let on = if account == who { String::new() } else { format!(" ({account})") };
        format!("{who}{with}: {}{on}{}", row.word, row.detail)
    }

    /// The pages that a row's people saw, one after another.
    pub(super) fn pages(&self, events: &[&TraceEntry]) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for (.., event) in events {
            if let Event::Message(Message { body: Body::Show(page), .. }) = event {
                let page = page_words(page, &self.names, &self.world.mailboxes);
                if out.last() != Some(&page) {
                    out.push(page);
                }
            }
        }
        out
    }

    /// Who sent what to whom, which decision, which clauses, and the state before and after: of one row, or of all.
    pub fn explain(&self, verdict: &Verdict, only: Option<usize>) -> String {
        let events = self.by_row(verdict);
        let steps = (0..self.rows.len()).filter(|index| only.is_none_or(|only| only == *index));
        steps.map(|index| self.explained(verdict, &events, index) + "\n").collect()
    }

    /// Of one row, who sent what to whom, and the rest.
    pub(super) fn explained(&self, verdict: &Verdict, events: &[Vec<&TraceEntry>], index: usize) -> String {
        let Some(row) = self.rows.get(index) else { return String::new() };
        let events = of(events, index);
        let mut out = String::new();
        match (&row.what, verdict.ended.get(index).copied().flatten()) {
            (What::Act { doing, .. }, Some((time, ended))) => {
                let _ = writeln!(out, "{}: {}", time.date(), self.headline(row, doing, time, &ended));
                if let Some((before, _)) = verdict.states.get(index) {
                    out += &self.before(before);
                }
                out += &self.events(events);
                if let Some((before, after)) = verdict.states.get(index) {
                    for (name, was, is) in before.changes(after) {
                        let _ = writeln!(out, "  after: {name}: {was} → {is}");
                    }
                }
                out += &because(&ended);
            }
            _ => {
                let _ = writeln!(out, "{}", self.row(verdict, events, index, row).trim());
                out += &self.events(events);
            }
        }
        out
    }

    fn before(&self, state: &super::state_text::StateText) -> String {
        let lines = state.0.iter().map(|(name, is)| format!("  before: {name}: {is}\n"));
        lines.collect()
    }

    fn events(&self, events: &[&TraceEntry]) -> String {
        let mut out = String::new();
        for (time, _, event) in events {
            match event {
                Event::Message(m) => {
                    let what = body_words(&m.body, &self.names, &self.world.mailboxes);
                    let _ = writeln!(out, "  {}  {} → {}: {what}", time.clock(), m.from.name(), m.to.name());
                }
                Event::Lost(m) => {
                    let _ =
                        writeln!(out, "  {}  lost on its way from {} to {}", time.clock(), m.from.name(), m.to.name());
                }
                Event::Decided { request, decision, .. } => {
                    let asked = request_words(request);
                    let said = outcome_words(decision.outcome);
                    let _ = writeln!(out, "            {asked}: {said}  [{}]", decision.clauses);
                }
                Event::Began { .. } | Event::Ended(_) => {}
            }
        }
        out
    }
}

/// When, by which row, and what.
pub(super) type TraceEntry = (Time, usize, Event);

fn of<'e, 'v>(events: &'e [Vec<&'v TraceEntry>], index: usize) -> &'e [&'v TraceEntry] {
    events.get(index).map(Vec::as_slice).unwrap_or_default()
}

/// The clauses that an outcome rests on, in full where it was refused.
fn because(ended: &Ended) -> String {
    let mut out = String::new();
    if let ActOutcome::Refused(reason) = ended.result {
        let _ = writeln!(out, "  refused: {} ({})", reason.word(), reason.doc().trim().trim_end_matches('.'));
        for clause in ended.clauses.iter() {
            let _ = writeln!(out, "    {}  {}", clause.id(), clause.text());
        }
    } else if !ended.clauses.is_empty() {
        out += &wrapped("rests on", &ended.clauses.to_string());
    }
    out
}

fn wrapped(name: &str, text: &str) -> String {
    let indent = "            ";
    let mut out = format!("{indent}{name}:");
    let mut used = out.chars().count();
    for word in text.split(' ') {
        let long = word.chars().count() + 1;
        if used + long > WIDTH {
            out += &format!("\n{indent}  {word}");
            used = indent.len() + 1 + long;
        } else {
            out.push(' ');
            out += word;
            used += long;
        }
    }
    out.push('\n');
    out
}

/// `PortalSignIn { … }` as `portal sign in`.
fn words_of(debug: &str) -> String {
    let name: String = debug.chars().take_while(|c| c.is_alphanumeric()).collect();
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// What was asked of the policy.
pub(super) fn request_words(request: &Request) -> String {
    words_of(&format!("{:?}", request.kind()))
}

pub(super) fn outcome_words(outcome: Outcome) -> String {
    match outcome {
        Outcome::Granted => "granted".to_owned(),
        Outcome::Refused(reason) => format!("refused, {}", reason.word()),
        Outcome::AskCode => "a code is asked".to_owned(),
        Outcome::AskLoginId => "the login ID is asked again".to_owned(),
        Outcome::AskNewPassword => "a new password is asked".to_owned(),
        Outcome::AskOldPassword => "Google asks its own password".to_owned(),
        Outcome::Redirect => "sent to MIMS".to_owned(),
        Outcome::Wait(span) => format!("in {span}"),
        Outcome::WaitWorkingDays(days) => format!("in {days} working days"),
        Outcome::Lock(Span(NEVER)) => "locked until somebody unlocks it".to_owned(),
        Outcome::Lock(span) => format!("locked for {span}"),
        Outcome::Replace => "the old one is replaced".to_owned(),
        Outcome::Show => "noted".to_owned(),
    }
}

/// What a page is called.
fn page_words(page: &Page, names: &Names, mailboxes: &[crate::world::state::Mailbox]) -> String {
    match page {
        Page::Blank => "nothing".to_owned(),
        Page::PortalSignIn(Via::Portal) => "MIMS sign-in".to_owned(),
        Page::PortalSignIn(Via::Google) => "MIMS sign-in, by way of Google".to_owned(),
        Page::MustChange => "a new password is asked".to_owned(),
        Page::Applications => "Applications".to_owned(),
        Page::CodeAsked => "a code is asked".to_owned(),
        Page::Dashboard(account) => format!("dashboard of {}", names.account(*account)),
        Page::GoogleSignIn => "Google sign-in".to_owned(),
        Page::OldPassword => "Google's own password and 2SV".to_owned(),
        Page::Setup => "Setup 2FA".to_owned(),
        Page::LoginIdAgain => "the login ID again".to_owned(),
        Page::OtpChain => "chain Email OTP".to_owned(),
        Page::OtpAsked { number, mailbox } => {
            let to = mailboxes.get(mailbox.at()).map(|m| address(names, m.kind, m.owner));
            format!("OTP #{number} sent to {}", to.unwrap_or_default())
        }
        Page::Authenticators { soft, hard } => {
            let enrolled = match (soft, hard) {
                (false, false) => "none enrolled",
                (true, false) => "a soft token enrolled",
                (false, true) => "a hard token enrolled",
                (true, true) => "a soft and a hard token enrolled",
            };
            format!("authenticators, {enrolled}")
        }
        Page::Qr { .. } => "QR code".to_owned(),
        Page::Saved => "saved".to_owned(),
        Page::TestPassed => "passed the test".to_owned(),
        Page::Deleted => "deleted".to_owned(),
        Page::ForgotLogin => "Forgot Password?".to_owned(),
        Page::Questions => "security questions".to_owned(),
        Page::ResetPassword => "new password".to_owned(),
        Page::PleaseWait(until) => format!("please wait until {}", until.clock()),
        Page::Changed => "changed".to_owned(),
        Page::Refused(reason) => format!("refused: {}", reason.word()),
        Page::SignedOutGoogle => "signed out of Google".to_owned(),
        Page::LoggedOut => "logged out of the portal".to_owned(),
    }
}

/// What a message says, without what is secret in it.
pub(super) fn body_words(body: &Body, names: &Names, mailboxes: &[crate::world::state::Mailbox]) -> String {
    match body {
        Body::Show(page) => format!("page: {}", page_words(page, names, mailboxes)),
        Body::OpenTile(Tile::Icon) => "tile iCON".to_owned(),
        Body::OpenTile(Tile::IdentityPortal) => "tile MIMS Identity Portal".to_owned(),
        Body::SignIn { .. } => "login ID and password".to_owned(),
        Body::EnterCode(_) | Body::Verify { .. } | Body::VerifyLinked { .. } => "code".to_owned(),
        Body::Assertion { answers, .. } => match answers {
            Some(id) => format!("SAML response to request {id}"),
            None => "SAML response".to_owned(),
        },
        Body::Prompt => "notice: set up a second factor".to_owned(),
        Body::AuthnRequest(id) => format!("SAML request {id}"),
        Body::Verified { factor, refused } => match refused {
            None => format!("right, by {}", factor.word()),
            Some(reason) => format!("not right: {}", reason.word()),
        },
        Body::OtpSent { number, .. } => format!("OTP #{number} was sent"),
        Body::OtpMail { number, .. } => format!("mail with OTP #{number}"),
        Body::EnterOtp { number, .. } | Body::CheckOtp { number, .. } => format!("OTP #{number}"),
        Body::OtpChecked(None) => "right".to_owned(),
        Body::OtpChecked(Some(reason)) | Body::OtpRefused(reason) => format!("refused: {}", reason.word()),
        Body::Factors(HeldFactor::Token) => "enrolled".to_owned(),
        Body::Factors(HeldFactor::Nothing | HeldFactor::EmergencyPassword) => "nothing is enrolled".to_owned(),
        other => words_of(&format!("{other:?}")),
    }
}
