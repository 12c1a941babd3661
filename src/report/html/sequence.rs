//! A sequence diagram of one row: a lifeline for each party, an arrow for each message, and a mark for each decision.
//!
//! Promises to draw everything that the table next to it lists, in the same order. Deliberately shows no clause,
//! because the table does.

use crate::counted::counted;
use crate::kernel::Time;
use crate::policy::request::Outcome;
use crate::replay::sequence_model::{Frame, SequenceRow};
use crate::world::message::Party;
use maud::{Markup, PreEscaped, html};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The width of the column of times.
const GUTTER: usize = 62;
/// From one party to the next.
const LANE: usize = 128;
/// Where the lines down begin.
const HEAD: usize = 40;
/// From one message to the next.
const MESSAGE: usize = 30;
/// The height of a decision that is written out.
const DECISION: usize = 19;
/// The height of decisions that are dots alone.
const DOTS: usize = 9;
/// The most that a character of a label takes, in tenths.
const CHARACTER: usize = 62;

/// A drawing and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The lines and labels, without times.
    drawing: String,
    /// The times, each where it changes.
    times: Vec<(usize, Time)>,
    width: usize,
    height: usize,
    title: String,
    description: String,
}

/// The diagram of a row; none where no message was sent.
pub fn sequence(row: &SequenceRow) -> Option<Picture> {
    let lanes = lanes(&row.steps);
    if lanes.is_empty() {
        return None;
    }
    let mut pen = Pen { lanes: &lanes, y: HEAD, dots: 0, right: x(lanes.len()), ..Pen::default() };
    for step in &row.steps {
        match step {
            Frame::Message { at, from, to, says, lost } => pen.message(*at, *from, *to, says, *lost),
            Frame::Decision { by, asked, outcome, said, .. } => pen.decision(*by, asked, *outcome, said),
        }
    }
    let who = row.people.first().map_or("browser", String::as_str);
    let height = pen.y + 14;
    let count = |test: fn(&Frame) -> bool| row.steps.iter().filter(|step| test(step)).count();
    let (messages, decisions) =
        (count(|s| matches!(s, Frame::Message { .. })), count(|s| matches!(s, Frame::Decision { .. })));
    Some(Picture {
        drawing: pen.drawing(who, height),
        times: pen.times,
        width: pen.right + 8,
        height,
        title: row.says.clone(),
        description: format!(
            "{} and {}, as in the table",
            counted(messages, "message"),
            counted(decisions, "decision")
        ),
    })
}

impl Picture {
    /// The diagram.
    pub fn markup(&self) -> Markup {
        let (width, height) = (self.width, self.height);
        html! {
            svg.seq width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="img" {
                title { (self.title) }
                desc { (self.description) }
                (PreEscaped(&self.drawing))
                @for (y, time) in &self.times { text.t y=(y) { (time.clock()) } }
            }
        }
    }
}

/// The parties that take part, in their order.
fn lanes(steps: &[Frame]) -> Vec<Party> {
    let mut out = BTreeSet::new();
    let mut sent = false;
    for step in steps {
        match step {
            Frame::Message { from, to, .. } => {
                sent = true;
                out.extend([*from, *to]);
            }
            Frame::Decision { by, .. } => {
                out.insert(*by);
            }
        }
    }
    if sent { out.into_iter().collect() } else { Vec::new() }
}

/// Where a party's line stands.
const fn x(lane: usize) -> usize {
    GUTTER + 44 + lane * LANE
}

/// What was drawn so far, and where the next thing goes.
#[derive(Default)]
struct Pen<'l> {
    lanes: &'l [Party],
    y: usize,
    /// How many dots stand side by side already.
    dots: usize,
    right: usize,
    times: Vec<(usize, Time)>,
    /// Requests, and pages that come back.
    solid: String,
    dashed: String,
    heads: String,
    /// What was granted.
    granted: String,
    labels: String,
    marks: String,
}

impl Pen<'_> {
    fn lane(&self, party: Party) -> usize {
        x(self.lanes.iter().position(|lane| *lane == party).unwrap_or_default())
    }

    fn reach(&mut self, from: usize, text: &str) {
        self.right = self.right.max(from + text.chars().count() * CHARACTER / 10);
    }

    fn message(&mut self, at: Time, from: Party, to: Party, says: &str, lost: bool) {
        self.y += MESSAGE;
        self.dots = 0;
        let y = self.y;
        if self.times.last().is_none_or(|(_, last)| *last != at) {
            self.times.push((y, at));
        }
        let (from, to) = (self.lane(from), self.lane(to));
        let says = says.strip_prefix("page: ").unwrap_or(says);
        let left = from.min(to) + 8;
        self.reach(left, says);
        let class = if lost { " class=\"lost\"" } else { "" };
        let _ = write!(self.labels, "<text x=\"{left}\" y=\"{}\"{class}>{}</text>", y - 5, html! { (says) }.0);
        let line = if to < from { &mut self.dashed } else { &mut self.solid };
        if from == to {
            let _ = write!(line, "M{from} {}h22v9h-20", y - 9);
            let _ = write!(self.heads, "M{from} {y}l7-4v8z");
        } else if lost {
            let stop = from.midpoint(to);
            let _ = write!(line, "M{from} {y}H{stop}");
            let _ = write!(self.marks, "<path class=\"cross\" d=\"M{} {}l8 8m0-8l-8 8\"/>", stop - 4, y - 4);
        } else {
            let _ = write!(line, "M{from} {y}H{to}");
            let _ = write!(self.heads, "M{to} {y}{}", if to > from { "l-7-4v8z" } else { "l7-4v8z" });
        }
    }

    /// What is granted is a dot; whatever else is said in words.
    fn decision(&mut self, by: Party, asked: &str, outcome: Outcome, said: &str) {
        let lane = self.lane(by);
        if matches!(outcome, Outcome::Granted | Outcome::Show) {
            if self.dots == 0 {
                self.y += DOTS;
            }
            let _ = write!(self.granted, "M{} {}h0", lane + self.dots * 9, self.y);
            self.dots += 1;
            return;
        }
        self.y += DECISION;
        self.dots = 0;
        let y = self.y;
        let refused = matches!(outcome, Outcome::Refused(_));
        let text = if refused { said.trim_start_matches("refused, ").to_owned() } else { format!("{asked}: {said}") };
        let class = if refused { "no" } else { "ask" };
        if refused {
            let _ = write!(self.marks, "<path class=\"cross\" d=\"M{} {}l8 8m0-8l-8 8\"/>", lane - 4, y - 8);
        } else {
            let _ = write!(self.marks, "<path class=\"ask\" d=\"M{lane} {}l4 4-4 4-4-4z\"/>", y - 8);
        }
        self.reach(lane + 9, &text);
        let _ =
            write!(self.labels, "<text x=\"{}\" y=\"{y}\" class=\"{class}\">{}</text>", lane + 9, html! { (text) }.0);
    }

    fn drawing(&self, who: &str, height: usize) -> String {
        let mut out = String::new();
        let mut down = String::new();
        for party in self.lanes {
            let x = self.lane(*party);
            let name = party.name();
            let (first, second) = match party {
                Party::Browser => (who, name),
                _ => name.split_once(' ').unwrap_or((name, "")),
            };
            let y = if second.is_empty() { 28 } else { 15 };
            let _ = write!(out, "<text class=\"l\" x=\"{x}\" y=\"{y}\">{}</text>", html! { (first) }.0);
            if !second.is_empty() {
                let _ = write!(out, "<text class=\"l\" x=\"{x}\" y=\"29\">{second}</text>");
            }
            let _ = write!(down, "M{x} {HEAD}V{height}");
        }
        let mut path = |class: &str, d: &str| {
            if !d.is_empty() {
                let _ = write!(out, "<path class=\"{class}\" d=\"{d}\"/>");
            }
        };
        path("down", &down);
        path("to", &self.solid);
        path("back", &self.dashed);
        path("head", &self.heads);
        path("ok", &self.granted);
        out + &self.marks + &self.labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clause::Clauses;
    use crate::policy::request::Reason;
    use crate::replay::state_text::StateText;

    fn message(at: i64, from: Party, to: Party, says: &str, lost: bool) -> Frame {
        Frame::Message { at: Time(at), from, to, says: says.to_owned(), lost }
    }

    fn decision(by: Party, outcome: Outcome) -> Frame {
        let (asked, said) = ("launch icon".to_owned(), "refused, no-second-factor".to_owned());
        Frame::Decision { by, asked, outcome, said, clauses: Clauses::NONE }
    }

    fn drawn(steps: Vec<Frame>) -> Option<String> {
        let row = SequenceRow {
            line: 1,
            comments: Vec::new(),
            people: vec!["gwen".to_owned()],
            word: "sign-in",
            bystander: false,
            says: "gwen: sign-in".to_owned(),
            began: None,
            ended: None,
            opens: None,
            clauses: Clauses::NONE,
            pages: Vec::new(),
            steps,
            before: StateText::default(),
            after: StateText::default(),
        };
        sequence(&row).map(|picture| picture.markup().into_string())
    }

    #[test]
    fn only_who_takes_part_has_a_line_and_an_arrow_goes_from_one_to_the_other() {
        let text = drawn(vec![
            message(0, Party::Browser, Party::Workspace, "visit <google>", false),
            message(0, Party::Workspace, Party::Browser, "page: Google sign-in", false),
        ])
        .unwrap();
        assert!(text.contains("M106 70H234") && text.contains("M234 100H106"), "{text}");
        assert!(text.contains("visit &lt;google&gt;") && text.contains(">Google sign-in<"), "{text}");
        assert!(!text.contains("Portal"), "{text}");
        assert_eq!(text.matches("<text class=\"t\"").count(), 1, "a time is told where it changes");
    }

    #[test]
    fn a_refusal_is_in_words_and_a_grant_a_dot() {
        let sent = message(0, Party::Browser, Party::Portal, "tile iCON", false);
        let refused = decision(Party::Portal, Outcome::Refused(Reason::NoSecondFactor));
        let text = drawn(vec![sent.clone(), refused]).unwrap();
        assert!(text.contains("class=\"no\">no-second-factor<") && !text.contains("class=\"ok\""), "{text}");
        let text = drawn(vec![sent, decision(Party::Portal, Outcome::Granted)]).unwrap();
        assert!(text.contains("class=\"ok\" d=\"M234 79h0\"") && !text.contains("class=\"no\""), "{text}");
    }

    #[test]
    fn what_is_lost_does_not_arrive() {
        let text = drawn(vec![message(0, Party::EmailOtp, Party::Mail, "mail", true)]).unwrap();
        assert!(text.contains("M106 70H170") && !text.contains("class=\"head\""), "{text}");
    }

    #[test]
    fn where_nothing_is_sent_there_is_no_diagram() {
        assert_eq!(drawn(vec![decision(Party::Browser, Outcome::Granted)]), None);
    }
}
