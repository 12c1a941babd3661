//! zbarimg, a reader of QR codes: every one that the tool draws at the terminal says what stands below it.

use super::driver::{folder, runs, there};
use super::figures::{Compared, Tally};
use mims_sim::policy::rules::Rule;
use std::path::Path;
use std::process::Command;

const SAID: &str = "Every QR code that `play` draws in eighteen sessions, under all forms of codes and with new \
                    secrets, against the text below it.";

/// What `play` says in a terminal while these rows are typed.
fn played(folder: &Path, rows: &[String]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
    command.args(["play", "file.yaml"]).current_dir(folder);
    command.env("NO_COLOR", "1").env("TERM", "xterm").env_remove("COLUMNS");
    let mut session = rexpect::session::spawn_command(command, Some(60_000)).unwrap();
    session.exp_string("] ").unwrap();
    let mut said = String::new();
    for row in rows {
        session.send_line(row).unwrap();
        said += &session.exp_string("\n[").unwrap();
        session.exp_string("] ").unwrap();
    }
    session.send_line("q").unwrap();
    let _ = session.exp_eof();
    // The bytes of the terminal, as text.
    let bytes: Vec<u8> = said.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    String::from_utf8(bytes).unwrap().replace('\r', "")
}

/// The QR codes on a terminal, as pictures (PBM), with the text below each.
fn drawn(said: &str) -> Vec<(String, String)> {
    let (mut lines, mut out) = (Vec::<&str>::new(), Vec::new());
    for line in said.lines() {
        if line.contains('█') {
            lines.push(line);
        } else if line.starts_with("otpauth:") {
            out.push((picture(&lines), line.to_owned()));
            lines.clear();
        }
    }
    out
}

/// A picture of four dots a module.
fn picture(lines: &[&str]) -> String {
    let wide = lines[0].chars().count();
    let mut out = format!("P1\n{} {}\n", wide * 4, lines.len() * 8);
    for line in lines {
        for dark in ["▄ ", "▀ "] {
            let dots: String = line.chars().map(|c| if dark.contains(c) { "1 1 1 1 " } else { "0 0 0 0 " }).collect();
            (0..4).for_each(|_| out.push_str(&format!("{dots}\n")));
        }
    }
    out
}

#[test]
fn zbarimg_reads_every_qr_code_that_is_drawn() {
    if !there("zbarimg", &[("zbar-tools", runs("zbarimg", &["--version"]))]) {
        return;
    }
    let mut tally = Tally::default();
    for (algorithm, digits, period) in ["sha1", "sha256", "sha512"]
        .into_iter()
        .flat_map(|a| [6, 7, 8].map(|d| (a, d)))
        .flat_map(|(a, d)| [30, 60].map(|p| (a, d, p)))
    {
        let work = folder(&format!("qr-{algorithm}-{digits}-{period}"));
        std::fs::create_dir_all(work.join("policies")).unwrap();
        let rules = format!("{{totp.period: {period}s, totp.digits: {digits}, totp.algorithm: {algorithm}}}");
        let policy = format!("policy: Other codes\nextends: guide-v1.1\nrules: {rules}\n");
        std::fs::write(work.join("policies/other.yaml"), policy).unwrap();
        let file = "scenario: At the table\ngiven: {policy: other, people: {asha: {}, nur-aisyah: {}}}\nwhen:\n  \
                    - day: Wed 2023-09-27\n  - {at: 09:00, who: asha, do: open-enrolment}\n";
        std::fs::write(work.join("file.yaml"), file).unwrap();
        let row = |who: &str, what: &str| format!("{who} {what}");
        let mut rows = vec![String::new(), row("nur-aisyah", "open-enrolment")];
        rows.extend((0..4).flat_map(|_| ["asha", "nur-aisyah"].map(|who| row(who, "reload-enrolment"))));
        let drawn = drawn(&played(&work, &rows));
        let mut reader = Command::new("zbarimg");
        reader.args(["--quiet", "--raw"]);
        for (at, (picture, _)) in drawn.iter().enumerate() {
            let file = work.join(format!("{at}.pbm"));
            std::fs::write(&file, picture).unwrap();
            reader.arg(&file);
        }
        let read = String::from_utf8(reader.output().unwrap().stdout).unwrap();
        assert_eq!(read.lines().count(), drawn.len(), "zbarimg read as many codes as there are pictures");
        for (read, (_, text)) in read.lines().zip(&drawn) {
            let finding = || Compared::Finding(format!("{text} is read as {read}"));
            let is = if read == text { Compared::Agree } else { finding() };
            tally.add(Rule::SoftTokenOffered.info().path, is);
        }
    }
    tally.hold("zbarimg", SAID);
}
