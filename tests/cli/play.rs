//! Tests of `play` in a real pseudo-terminal: what a person types, and what they see. Independent libraries, not the
//! tool's own code, read the codes and the QR code.

use super::{Folder, GREEN, mims_sim};
use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// A terminal in which the tool runs.
struct Table {
    session: PtySession,
    folder: Folder,
}

/// The bytes that came through the terminal, as text.
fn text(bytes: &str) -> String {
    let bytes: Vec<u8> = bytes.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    String::from_utf8(bytes).unwrap().replace('\r', "")
}

/// Starts the tool in a terminal without colours, in a folder with these files.
fn play(args: &str, files: &[(&str, &str)]) -> Table {
    let folder = Folder::fresh();
    for (name, text) in files {
        std::fs::write(folder.path(name), text).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
    command.arg("play").args(args.split_whitespace()).current_dir(folder.root());
    command.env("NO_COLOR", "1").env("TERM", "xterm").env_remove("COLUMNS").env("RUST_BACKTRACE", "0");
    Table { session: spawn_command(command, Some(20_000)).unwrap(), folder }
}

impl Table {
    /// Waits for the prompt that begins like this, and returns the text before it.
    fn sees(&mut self, prompt: &str) -> String {
        let said = self.session.exp_string(prompt).unwrap_or_else(|why| panic!("`{prompt}`: {why}"));
        let rest = self.session.exp_string("] ").unwrap();
        text(&format!("{said}{prompt}{rest}] "))
    }

    /// Types a line, and waits for the next prompt.
    fn types(&mut self, line: &str, prompt: &str) -> String {
        self.session.send_line(line).unwrap();
        self.sees(prompt)
    }

    /// Leaves, expects this exit code, and returns the last text.
    fn leaves(mut self, code: i32) -> (String, Folder) {
        let said = text(&self.session.exp_eof().unwrap());
        let status = self.session.process().wait().unwrap();
        assert!(matches!(status, WaitStatus::Exited(_, is) if is == code), "{status:?}: {said}");
        (said, self.folder)
    }
}

/// Two people, one of whom has set up a second factor.
const FILE: &str = "\
# yaml-language-server: $schema=../elsewhere.json
scenario: The first day
cites: [Q7]
given:
  people: {asha: {}, gwen: {}}
when:
  - day: Mon 2023-09-18
  # Asha was early.
  - {at: 09:30, who: asha, do: enrol}
  - day: Wed 2023-09-27
  - {at: 08:30, who: gwen, do: sign-in, expect: no-second-factor, resting-on: Q7}
  - {at: +2m, who: asha, do: sign-in, expect: granted}
then:
  - {account: asha, can-sign-in: [asha]}
  - {account: gwen, enrolled: false}
properties:
  # The guide's own promise.
  - name: Gwen stays out
    never: {do: sign-in, who: gwen, result: granted}
  - {name: Nobody enrols twice, never: {do: re-enrol}, allow-vacuous: true}
";

#[test]
fn without_a_terminal_there_is_nothing_to_play_at() {
    let said = mims_sim("play f.yaml").file("f.yaml", GREEN).refused();
    assert_eq!(
        said,
        "`play` is for a person at a terminal, and here is none; `mims-sim explain FILE` tells the same run\n"
    );
}

#[test]
fn a_step_back_is_a_run_of_fewer_rows() {
    let mut table = play("f.yaml", &[("f.yaml", FILE)]);
    let head = table.sees("[0/3");
    assert!(head.contains("The first day\npolicy guide-v1.1, 3 rows\n") && !head.contains('\u{1b}'), "{head}");
    let first = table.types("", "[1/3");
    assert!(first.contains("asha: enrol → done"), "{first}");
    let second = table.types("n", "[2/3");
    assert!(second.contains("no-second-factor") && second.contains("Q7"), "{second}");
    table.types("next", "[3/3");
    assert!(table.types("", "[3/3").contains("the file has no more rows"));
    let back = table.types("back", "[2/3");
    // What `explain` says of the whole file's second step, `why` says of two rows' last.
    let why = table.types("why", "[2/3");
    let told = mims_sim("explain f.yaml --step 2").file("f.yaml", FILE).run().stdout;
    let rest = |text: &str| text.split_once("Wed 27 Sep 2023: ").unwrap().1.split("\n\n").next().unwrap().to_owned();
    assert_eq!(rest(&why).trim_end(), rest(&told).trim_end());
    assert!(back.contains("back after this row:"), "{back}");
    assert!(table.types("back 2", "[0/3").contains("this is the beginning"));
    assert!(table.types("back", "[0/3").contains("this is the beginning"));
    assert!(table.types("", "[1/3").contains("asha: enrol"));
    table.session.send_line("quit").unwrap();
    assert!(!table.leaves(0).0.contains("not saved"));
}

#[test]
fn another_way_is_saved_and_replays() {
    let mut table = play("f.yaml", &[("f.yaml", FILE), ("mine.yaml", "mine")]);
    table.sees("[0/3");
    table.types("n 2", "[2/3");
    // A mistake is reported like one in a file, and the line is left out.
    let wrong = table.types("gwen enroll", "[2/3");
    assert!(wrong.contains("error[S104]") && wrong.contains("did you mean `enrol`?"), "{wrong}");
    let wrong = table.types("gwen sign-in acount: asha", "[2/3");
    assert!(wrong.contains("did you mean `account`?") && wrong.contains("the row is left out"), "{wrong}");
    assert!(table.types("hello", "[2/3").contains("`hello` is no command"));
    assert!(table.types("save mine.yaml", "[2/3").contains("nothing to save"));
    assert!(table.types("gwen enrol", "[2+1/3").contains("gwen: enrol → done"));
    let said = table.types("{who: gwen, do: sign-in}", "[2+2/3");
    assert!(said.contains("gwen: sign-in → granted") && said.contains("now violated: Gwen stays out"), "{said}");
    assert!(table.types("{day: Thu 2023-09-28}", "[2+2/3").ends_with("] "));
    assert!(table.types("", "[2+2/3").contains("another way than the file's"));
    assert!(table.types("asha sign-in via: google", "[2+3/3").contains("09:00:"));
    assert!(table.types("", "[2+3/3").contains("another way than the file's"));
    assert!(table.types("back", "[2+2/3").contains("gwen: sign-in"));
    let rows = table.types("rows", "[2+2/3");
    assert!(rows.contains("  {at: +5s, who: gwen, do: enrol}\n") && !rows.contains("09-28"), "{rows}");
    assert!(table.types("save mine.yaml", "[2+2/3").contains("it is there already, and is left as it is"));
    assert!(table.types("save branch.txt", "[2+2/3").contains("does not end in .yaml"));
    let saved = table.types("save branch.yaml", "[2+2/3");
    assert!(saved.contains("written to branch.yaml; `mims-sim test branch.yaml` replays it"), "{saved}");
    table.session.send_control('d').unwrap();
    let (said, folder) = table.leaves(0);
    assert!(!said.contains("not saved"), "{said}");
    assert_eq!((folder.read("f.yaml"), folder.read("mine.yaml")), (FILE.to_owned(), "mine".to_owned()));
    let text = folder.read("branch.yaml");
    insta::assert_snapshot!(text);
    mims_sim("test branch.yaml --strict").file("branch.yaml", &text).says("1 passed, 0 failed").run();
    mims_sim("fmt --check branch.yaml").file("branch.yaml", &text).run();
}

#[test]
fn an_unsaved_branch_is_told_of() {
    let mut table = play("f.yaml", &[("f.yaml", FILE)]);
    table.sees("[0/3");
    // The first row of all is on the file's first day.
    assert!(table.types("gwen enrol", "[0+1/3, Mon 18 Sep 2023 09:0").contains("gwen: enrol"));
    table.session.send_control('d').unwrap();
    assert!(table.leaves(0).0.contains("the branch was not saved"));
}

#[test]
fn a_case_is_chosen() {
    let cases = "scenario: Two ways
given: {people: {gwen: {}}}
cases:
  early: {day: Tue 2023-09-26, sees: granted}
  late: {day: Wed 2023-09-27, sees: no-second-factor}
when:
  - day: $day
  - {at: 09:00, who: gwen, do: sign-in, expect: $sees}
properties:
  - {name: In, eventually: {do: sign-in, result: granted}, expect: {early: holds, late: violated}}
";
    let (said, _) = play("f.yaml", &[("f.yaml", cases)]).leaves(2);
    assert!(said.contains("which case? --case is one of early, late"), "{said}");
    let (said, _) = play("f.yaml --case lat", &[("f.yaml", cases)]).leaves(2);
    assert!(said.contains("no case `lat`: did you mean `late`?"), "{said}");
    let mut table = play("f.yaml --case late", &[("f.yaml", cases)]);
    assert!(table.sees("[0/1").contains("Two ways [late]"));
    assert!(table.types("", "[1/1").contains("no-second-factor"));
    table.types("gwen enrol", "[1+1/1");
    assert!(table.types("gwen sign-in", "[1+2/1").contains("granted"));
    assert!(table.types("save late.yaml", "[1+2/1").contains("written to late.yaml"));
    table.session.send_line("q").unwrap();
    let text = table.leaves(0).1.read("late.yaml");
    mims_sim("test late.yaml").file("late.yaml", &text).says("[late]").says("1 passed, 0 failed").run();
}

// A real phone -------------------------------------------------------------------------------------------------------

/// The text of a QR code on the screen, by an independent decoder.
fn decoded(screen: &str) -> String {
    let lines: Vec<Vec<char>> =
        screen.lines().filter(|line| line.contains('█')).map(|line| line.chars().collect()).collect();
    let (wide, scale) = (lines[0].len(), 4);
    assert!(lines.iter().all(|line| line.len() == wide), "a rectangle");
    let white = |x: usize, y: usize| match lines[y / 2][x] {
        '█' => true,
        '▀' => y.is_multiple_of(2),
        '▄' => !y.is_multiple_of(2),
        _ => false,
    };
    let (w, h) = (wide * scale, lines.len() * 2 * scale);
    let mut image = rqrr::PreparedImage::prepare_from_bitmap(w, h, |x, y| !white(x / scale, y / scale));
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one QR code\n{screen}");
    grids[0].decode().unwrap().1
}

#[allow(clippy::disallowed_methods, reason = "a real phone has the real time")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The code that an authenticator app that scanned this text shows at a real time (RFC 6238, by an independent HMAC).
fn app(text: &str, seconds: u64) -> String {
    let secret = text.split_once("secret=").unwrap().1.split('&').next().unwrap();
    assert!(text.contains("algorithm=SHA1") && text.contains("digits=6") && text.contains("period=30"), "{text}");
    let key = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(key).build_noncompliant();
    totp.generate(seconds).to_string()
}

#[test]
fn a_real_phone_takes_part() {
    let file = "scenario: At the table\ngiven: {people: {asha: {}}}\nwhen:\n  - day: Wed 2023-09-27\n  \
                - {at: 00:00, who: asha, do: sign-in, expect: no-second-factor}\n";
    let mut table = play("f.yaml --now", &[("f.yaml", file)]);
    table.sees("[0/1");
    let began = seconds();
    let said = table.types("asha open-enrolment", "[0+1/1");
    // The virtual time of day is the real one, in Singapore, on the scenario's day.
    let clock = said.rsplit_once("27 Sep 2023 ").unwrap().1.trim_end_matches("] ").to_owned();
    let at: Vec<u64> = clock.split(':').map(|part| part.parse().unwrap()).collect();
    let virtual_seconds = at[0] * 3600 + at[1] * 60 + at[2];
    let real = (began + 8 * 3600) % 86_400;
    assert!((virtual_seconds + 86_400 - real) % 86_400 < 60, "{clock} {real}");
    let screen = said.split_once("on the screen of asha, for asha:").unwrap().1;
    let text = decoded(screen);
    assert!(text.starts_with("otpauth://totp/MIMS:asha?secret=") && screen.contains(&text), "{text}");
    assert!(table.types("qr", "[0+1/1").contains(&text));
    table.types("asha scan-qr", "[0+2/1");
    table.types("asha save-token", "[0+3/1");
    assert!(table.types("qr", "[0+3/1").contains("no QR code is on a screen"));
    // The phone outside and the device inside show the same code.
    let codes = table.types("codes", "[0+3/1");
    let now = seconds();
    let outside: Vec<String> = [now - 30, now, now + 30].iter().map(|at| app(&text, *at)).collect();
    assert!(outside.iter().any(|code| codes.contains(&format!(": {code}  asha, Google Authenticator"))), "{codes}");
    // The portal accepts the code that the phone shows, and refuses any other.
    let typed = table.types(&format!("asha test-token {}", app(&text, seconds())), "[0+4/1");
    // In the next time step by now, it is typed earlier: that is said before the arrow.
    let done = typed.split_once("asha: test-token").is_some_and(|(_, said)| said.contains("→ done"));
    assert!(typed.contains("of asha") && done, "{typed}");
    let wrong = table.types("asha test-token 000000", "[0+5/1");
    assert!(wrong.contains("000000 is no code of asha") && !wrong.contains("→ done"), "{wrong}");
    table.types("asha enter-password", "[0+6/1");
    table.types("asha open-tile tile: icon", "[0+7/1");
    let wrong = table.types("asha enter-code 000000", "[0+8/1");
    assert!(wrong.contains("000000 is no code of asha") && wrong.contains("wrong-code"), "{wrong}");
    // The test has used the present code, so it types the next one, which may be the present one by now.
    let right = table.types(&format!("asha enter-code {}", app(&text, seconds() + 30)), "[0+9/1");
    assert!(right.contains("of asha") && right.contains("asha: enter-code") && right.contains("→ granted"), "{right}");
    assert!(table.types("save t.yaml", "[0+9/1").contains("written to t.yaml"));
    table.session.send_line("quit").unwrap();
    let text = table.leaves(0).1.read("t.yaml");
    assert!(!text.contains("otpauth") && text.contains("pace: instant"), "{text}");
    mims_sim("test t.yaml").file("t.yaml", &text).says("1 passed, 0 failed").run();
}

#[test]
fn a_narrow_terminal_has_the_text_without_the_code() {
    let folder = Folder::fresh();
    std::fs::write(folder.path("f.yaml"), FILE).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
    command.args(["play", "f.yaml"]).current_dir(folder.root()).env("COLUMNS", "40").env("TERM", "xterm");
    let mut table = Table { session: spawn_command(command, Some(20_000)).unwrap(), folder };
    table.sees("[0/3");
    let said = table.types("asha open-enrolment", "[0+1/3");
    assert!(said.contains("columns wide, and here are fewer)") && said.contains("otpauth://totp/"), "{said}");
    assert!(!said.contains('█'), "{said}");
}

#[test]
fn what_is_typed_is_what_is_judged() {
    let file = "scenario: At the table\ngiven: {people: {asha: {}}}\nwhen:\n  - day: Wed 2023-09-27\n  \
                - {at: 09:00, who: asha, do: sign-in, expect: no-second-factor}\n";
    let mut table = play("f.yaml", &[("f.yaml", file)]);
    table.sees("[0/1");
    table.types("", "[1/1");
    let screen = table.types("asha open-enrolment", "[1+1/1");
    let text = screen.lines().find(|line| line.starts_with("otpauth://")).unwrap().to_owned();
    table.types("asha scan-qr", "[1+2/1");
    table.types("asha save-token", "[1+3/1");
    table.types("asha sign-out of: [google, portal]", "[1+4/1");
    table.types("asha enter-password", "[1+5/1");
    let said = table.types("asha open-tile tile: icon", "[1+6/1");
    // The row begins five seconds later, and its code is typed after six.
    let clock = said.rsplit_once("27 Sep 2023 ").unwrap().1.trim_end_matches("] ").to_owned();
    let at: Vec<u64> = clock.split(':').map(|part| part.parse().unwrap()).collect();
    let judged = 1_695_744_000 + at[0] * 3600 + at[1] * 60 + at[2] + 11;
    for (off, when, typed) in [
        (0, "is the code of asha at", "do: enter-code}\n"),
        (30, "one time step after that of", "do: enter-code, typed: later}\n"),
        (-30, "one time step before that of", "do: enter-code, typed: earlier}\n"),
    ] {
        let code = app(&text, judged.checked_add_signed(off).unwrap());
        let said = table.types(&format!("asha enter-code {code}"), "[1+7/1");
        assert!(said.contains(&format!("{code} is the code of asha")) && said.contains(when), "{said}");
        assert!(said.contains("asha: enter-code") && said.contains("→ granted"), "{said}");
        let rows = table.types("rows", "[1+7/1");
        assert!(rows.contains(typed), "{rows}");
        table.types("back", "[1+6/1");
    }
    for off in [90, -90] {
        let code = app(&text, judged.checked_add_signed(off).unwrap());
        let said = table.types(&format!("asha enter-code {code}"), "[1+7/1");
        assert!(said.contains(&format!("{code} is no code of asha")) && said.contains("wrong-code"), "{said}");
        table.types("back", "[1+6/1");
    }
}

#[test]
fn what_a_phone_shows_that_nobody_here_has_is_refused() {
    let file = "scenario: At the table\ngiven: {people: {asha: {}}}\nwhen:\n  - day: Mon 2023-09-18\n  \
                - {at: 00:00, who: asha, do: sign-in, expect: granted}\n";
    let mut table = play("f.yaml --now", &[("f.yaml", file)]);
    table.sees("[0/1");
    let screen = table.types("asha open-enrolment", "[0+1/1");
    let text = screen.lines().find(|line| line.starts_with("otpauth://")).unwrap().to_owned();
    // The phone outside scans, and the one inside does not.
    table.types("asha save-token", "[0+2/1");
    let said = table.types(&format!("asha test-token {}", app(&text, seconds())), "[0+2/1");
    assert!(said.contains("a phone outside") && said.contains("`asha scan-qr`"), "{said}");
}

/// The terminal's first line each time that it was drawn, taken from the terminal's output.
fn drawn(text: &str) -> Vec<String> {
    let line = |part: &str| part.split("\u{1b}[0m").next().unwrap_or_default().to_owned();
    text.split("\u{1b}[1;1H\u{1b}[2K\u{1b}[7m").skip(1).map(line).collect()
}

#[test]
fn codes_tick_in_the_first_line_while_somebody_types() {
    let folder = Folder::fresh();
    let file = "scenario: At the table\ngiven: {people: {asha: {}}}\nwhen:\n  - day: Wed 2023-09-27\n  \
                - {at: 00:00, who: asha, do: sign-in, expect: no-second-factor}\n";
    std::fs::write(folder.path("f.yaml"), file).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "stty rows 30 cols 100 && exec \"$0\" play f.yaml --now", env!("CARGO_BIN_EXE_mims-sim")]);
    command.current_dir(folder.root()).env("TERM", "xterm").env_remove("NO_COLOR").env_remove("COLUMNS");
    let mut table = Table { session: spawn_command(command, Some(20_000)).unwrap(), folder };
    table.sees("[0/1");
    let said = table.types("asha enrol", "[0+1/1");
    assert!(drawn(&said).is_empty(), "nothing ticks before there is a code");
    // Half a line is typed, and time passes.
    table.session.send("asha enter-").unwrap();
    table.session.flush().unwrap();
    let mut lines: Vec<String> = Vec::new();
    while lines.len() < 3 {
        let piece = text(&table.session.exp_string("\u{1b}8").unwrap());
        lines.extend(drawn(&piece));
        assert!(!piece.contains('\n'), "nothing scrolls: {piece:?}");
    }
    lines.dedup();
    let left = |line: &String| line.trim_end_matches(" s").rsplit(' ').next().unwrap().parse::<u64>().unwrap();
    let seconds: Vec<u64> = lines.iter().map(left).collect();
    assert!(seconds.len() >= 3 && seconds.windows(2).all(|w| w[1] < w[0] || w[1] > 25), "they run down: {lines:?}");
    assert!(lines.iter().all(|line| line.contains(" asha of asha ") && !line.contains('\u{1b}')), "{lines:?}");
    // The half line is still there.
    let said = table.types("password", "[0+2/1");
    assert!(said.contains("asha: enter-password"), "{said}");
    table.session.send_control('d').unwrap();
    let (said, _) = table.leaves(0);
    let end = said.rfind("\u{1b}[r").unwrap();
    assert!(drawn(&said[end..]).is_empty(), "the terminal is given back whole");
}
