//! What people have before them when a timeline ends: the codes of their devices, and QR codes on their screens.
//!
//! Promises real codes, which any app that scanned the QR code shows too. It is for a person at a terminal who asked
//! for it: nothing of it may go into a report or a file.

use super::Names;
use crate::engine::Engine;
use crate::kernel::{Span, Time};
use crate::policy::Policy;
use crate::trace::Observer;
use crate::world::authenticator::{Codes, Real};
use crate::world::codes::Code;
use crate::world::codes::{App, CodeForm};
use crate::world::ids::{AccountId, ComputerId, SecretId};
use crate::world::message::Page;
use crate::world::state::World;

/// A device that shows codes for an account.
#[derive(Clone, Debug)]
struct Holding {
    person: String,
    account: String,
    secret: SecretId,
    app: Option<App>,
    clock: Span,
    form: CodeForm,
}

/// A token that the server knows.
#[derive(Clone, Debug)]
struct Known {
    account: String,
    secret: SecretId,
    form: CodeForm,
}

/// A QR code on a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Whose computer it is, or what the computer is called.
    pub at: String,
    /// The account that is being enrolled.
    pub account: String,
    /// The text in the QR code, an `otpauth://` address.
    pub text: String,
}

/// A code, as a device shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Whose device.
    pub person: String,
    /// For which account.
    pub account: String,
    /// Which device.
    pub device: &'static str,
    /// The digits.
    pub code: String,
    /// How long it is shown yet.
    pub left: Span,
}

/// What there is to see, and the codes that go on changing.
#[derive(Clone, Debug)]
pub struct DeviceCodes {
    codes: Real,
    holdings: Vec<Holding>,
    known: Vec<Known>,
    /// The QR codes on screens.
    pub screens: Vec<Screen>,
}

impl DeviceCodes {
    /// What there is in a world that has come so far.
    pub(super) fn of<O: Observer>(names: &Names, policy: &Policy, engine: &Engine<'_, O, Real>) -> DeviceCodes {
        let world = &engine.world;
        let codes = engine.codes().clone();
        let accounts = || (0..).map(AccountId).zip(&world.accounts);
        let form = |id: AccountId| {
            let scope = world.accounts.get(id.at()).map_or(0, |account| account.scope());
            CodeForm::of(policy.rules(scope))
        };
        let known = accounts().flat_map(|(id, account)| {
            let name = names.account(id).to_owned();
            account.self_service.tokens().map(move |token| (name.clone(), token.secret, id))
        });
        let known = known.map(|(account, secret, id)| Known { account, secret, form: form(id) }).collect();
        let screens = world.computers.iter().filter_map(|(at, computer)| {
            let shown = computer.tabs.iter().find_map(|tab| match tab.page {
                Page::Qr { secret, .. } => Some(secret),
                _ => None,
            })?;
            let account = computer.self_service.account.get()?;
            let name = names.account(account);
            let text = codes.uri_of(name, shown, form(account));
            Some(Screen { at: sits(world, names, at), account: name.to_owned(), text })
        });
        let (screens, holdings) = (screens.collect(), holdings(world, names, form));
        DeviceCodes { codes, holdings, known, screens }
    }

    /// What every device shows at this time.
    pub fn shown(&mut self, now: Time) -> Vec<Shown> {
        let mut out = Vec::new();
        for held in &self.holdings {
            let clock = now.plus(held.clock);
            let code = self.codes.show(held.secret, held.app, held.form, clock);
            let period = held.form.by(held.app).period.max(1);
            out.push(Shown {
                person: held.person.clone(),
                account: held.account.clone(),
                device: held.app.map_or("hard token", App::name),
                code: written(code),
                left: Span(period - clock.0.rem_euclid(period)),
            });
        }
        out
    }

    /// How many time steps before or after this time a person's device shows these digits for an account: one at most.
    /// The device is the one that the person would look at: the newest profile of that label or the oldest, then a hard
    /// token, then what they have for another account.
    pub fn steps(&mut self, person: &str, account: &str, oldest: bool, typed: &str, now: Time) -> Option<i64> {
        let own: Vec<&Holding> = self.holdings.iter().filter(|held| held.person == person).collect();
        let mut profiles = own.iter().filter(|held| held.account == account && held.app.is_some());
        let profile = if oldest { profiles.next() } else { profiles.next_back() };
        let token = || own.iter().find(|held| held.app.is_none());
        let held = profile.or_else(token).or_else(|| own.last()).map(|held| (*held).clone())?;
        [0, -1, 1].into_iter().find(|steps| {
            let clock = now.plus(held.clock).plus(Span(steps * held.form.by(held.app).period));
            written(self.codes.show(held.secret, held.app, held.form, clock)) == typed
        })
    }

    /// Whether digits that somebody typed are a code that the server takes for this account at this time.
    pub fn fits(&mut self, account: &str, typed: &str, now: Time) -> bool {
        let (Ok(digits), Ok(length)) = (typed.parse(), u8::try_from(typed.len())) else { return false };
        let codes = &mut self.codes;
        self.known.iter().filter(|known| known.account == account).any(|known| {
            let (secret, form) = (known.secret, known.form);
            let (algorithm, period) = (form.algorithm, form.seconds());
            let code = Code { digits, secret, length, algorithm, period, ..Code::NOBODYS };
            codes.fit(secret, form, &code, now).is_some()
        })
    }
}

/// A code's digits, as many as there are.
fn written(code: Code) -> String {
    format!("{:0width$}", code.digits, width = usize::from(code.length))
}

fn holdings(world: &World, names: &Names, form: impl Fn(AccountId) -> CodeForm) -> Vec<Holding> {
    let mut out = Vec::new();
    for id in names.everyone() {
        let Some(person) = world.people.get(id.at()) else { continue };
        let name = || names.person(id).to_owned();
        for (phone, profile) in person.phone.iter().flat_map(|phone| phone.profiles.iter().map(move |p| (phone, p))) {
            out.push(Holding {
                person: name(),
                account: names.account(profile.account).to_owned(),
                secret: profile.secret,
                app: phone.app,
                clock: phone.clock,
                form: form(profile.account),
            });
        }
        if let (Some(token), Some(account)) = (person.token.get(), person.account.get()) {
            let clock = world.tokens.get(token.at()).map_or(Span(0), |token| token.clock);
            let account_name = names.account(account).to_owned();
            let (secret, form) = (token.secret(), form(account));
            out.push(Holding { person: name(), account: account_name, secret, app: None, clock, form });
        }
    }
    out
}

/// Whose computer this is, or what it is called.
fn sits(world: &World, names: &Names, at: ComputerId) -> String {
    let owner = names.everyone().into_iter().find(|id| world.people.get(id.at()).is_some_and(|p| p.computer == at));
    let named = names.computers.iter().find(|(_, id)| **id == at).map(|(name, _)| name.clone());
    named.or_else(|| owner.map(|id| names.person(id).to_owned())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::format::load::{FileContents, read};
    use crate::kernel::Time;
    use crate::kernel::time::parse_instant;
    use crate::replay::library::Library;
    use crate::replay::plan;

    fn ends(rows: &str, days: i64) -> (super::DeviceCodes, Time) {
        let text = format!("scenario: X\ngiven: {{people: {{asha: {{}}}}}}\nwhen:\n  - day: Mon 2023-09-18\n{rows}");
        let loaded = read("x.yaml", text.as_bytes()).unwrap();
        let FileContents::Scenario(cases) = &loaded.contents else { panic!("no scenario") };
        let plan = plan(&loaded, &cases[0], &Library::default(), None).unwrap();
        let (verdict, table) = plan.run_to_table(days).unwrap();
        assert!(verdict.green(), "{:?}", verdict.failures);
        (table, verdict.ended.iter().flatten().map(|(time, _)| *time).max().unwrap())
    }

    #[test]
    fn a_device_shows_what_the_server_takes() {
        let (mut table, end) = ends("  - {at: 09:00, who: asha, do: enrol}\n", 0);
        let shown = table.shown(end);
        assert_eq!(shown.len(), 1);
        let (code, wrong) = (shown[0].code.clone(), "000000");
        assert_eq!((shown[0].person.as_str(), shown[0].account.as_str(), code.len()), ("asha", "asha", 6));
        assert!(shown[0].left.0 > 0 && shown[0].left.0 <= 30_000);
        assert!(table.fits("asha", &code, end));
        assert_ne!(code, wrong);
        assert!(!table.fits("asha", wrong, end));
        assert!(!table.fits("asha", &format!("0{code}"), end), "a digit more is another code");
        assert!(!table.fits("ben", &code, end));
        for (steps, off) in [(0, 0), (1, -1), (-1, 1), (2, 9), (-2, 9)] {
            let later = Time(end.0 + steps * 30_000);
            let said = table.steps("asha", "asha", false, &code, later);
            assert_eq!(said.unwrap_or(9), off, "typed {steps} time steps later");
        }
        assert_eq!(table.steps("asha", "asha", false, wrong, end), None);
        assert_eq!(table.steps("ben", "asha", false, &code, end), None);
        assert!(table.screens.is_empty(), "the page with the QR code is left");
    }

    #[test]
    fn a_qr_code_stands_on_the_screen_until_it_is_left() {
        let (table, _) = ends("  - {at: 09:00, who: asha, do: open-enrolment}\n", 0);
        let [screen] = table.screens.as_slice() else { panic!("{:?}", table.screens) };
        assert_eq!((screen.at.as_str(), screen.account.as_str()), ("asha", "asha"));
        assert!(screen.text.starts_with("otpauth://totp/MIMS:asha?secret="), "{}", screen.text);
    }

    #[test]
    fn on_another_day_all_goes_the_same_with_other_codes() {
        let rows = "  - {at: 09:00, who: asha, do: enrol}
  - day: Wed 2023-09-27
  - {at: 09:00, who: asha, do: sign-in, expect: granted}
";
        let ((mut today, end), (mut later, same)) = (ends(rows, 0), ends(rows, 1_155));
        assert_eq!(end, same);
        assert_ne!(today.shown(end), later.shown(end));
        assert_eq!(end.date().iso(), "2023-09-27");
        let then = Time(parse_instant("2026-11-25 00:00").unwrap().0 + end.time_of_day());
        assert_eq!(today.shown(then)[0].code, later.shown(end)[0].code);
    }
}
