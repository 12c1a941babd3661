//! A run as steps to walk through: which of them are meant, by time, account or number, and each of them told in full.
//!
//! Promises that steps are numbered from 1 in the order of the file. Deliberately knows no terminal.

use super::{Names, ScenarioPlan, Verdict, What};
use crate::counted::counted;
use crate::diagnostic::{Lines, clean};
use crate::format::yaml::{Comment, comments};
use crate::kernel::{Date, Time};
use crate::trace::Event;
use crate::world::ids::AccountId;
use std::fmt::Write;

impl Names {
    /// The account of this name.
    pub fn account_id(&self, name: &str) -> Option<AccountId> {
        self.accounts.get(name).copied()
    }

    /// The names of all accounts.
    pub fn account_names(&self) -> Vec<&str> {
        self.accounts.keys().map(String::as_str).collect()
    }
}

impl ScenarioPlan {
    /// How many steps there are.
    pub fn steps(&self) -> usize {
        self.rows.len()
    }

    /// The days on which something begins, in order.
    pub fn days(&self, verdict: &Verdict) -> Vec<Date> {
        let began = (0..self.rows.len()).filter_map(|index| self.span(verdict, index));
        let mut days: Vec<Date> = began.map(|(from, _)| from.date()).collect();
        days.dedup();
        days
    }

    /// When a step began and ended.
    fn span(&self, verdict: &Verdict, index: usize) -> Option<(Time, Time)> {
        let mut own = verdict.trace.events.iter().filter(|(_, row, _)| *row == index);
        let began = own.find(|(.., event)| matches!(event, Event::Began { .. })).map(|(time, ..)| *time);
        let ended = verdict.ended.get(index).copied().flatten().map(|(time, _)| time);
        let began = began.or(ended)?;
        Some((began, ended.unwrap_or(began)))
    }

    /// The steps that are under way at this time, or, where none is, the last that was.
    pub fn steps_at(&self, verdict: &Verdict, time: Time) -> Vec<usize> {
        let spans = || (0..self.rows.len()).filter_map(|index| Some((index, self.span(verdict, index)?)));
        let under: Vec<usize> =
            spans().filter(|(_, (from, to))| *from <= time && time <= *to).map(|(index, _)| index).collect();
        if !under.is_empty() {
            return under;
        }
        let past = spans().filter(|(_, (from, _))| *from <= time);
        past.max_by_key(|(index, (_, to))| (*to, *index)).map(|(index, _)| index).into_iter().collect()
    }

    /// The steps that are about an account: done on it, opening it, or making it.
    pub fn steps_of(&self, verdict: &Verdict, account: AccountId) -> Vec<usize> {
        let about = |index: &usize| match self.rows.get(*index).map(|row| &row.what) {
            Some(What::Act { doing, .. }) => {
                let ended = verdict.ended.get(*index).copied().flatten();
                doing.account == account || ended.is_some_and(|(_, ended)| ended.opened == Some(account))
            }
            Some(What::Created(made)) => *made == account,
            _ => false,
        };
        (0..self.rows.len()).filter(about).collect()
    }

    /// These steps one after another, each with its number, its line, and what the author says of it.
    pub fn walk(&self, verdict: &Verdict, text: &str, steps: &[usize]) -> String {
        let count = counted(self.rows.len(), "step");
        let mut out = format!("{}\npolicy {}, {count}\n", clean(&self.full_title()), self.policy.name);
        let (lines, events, said) = (Lines::new(text), self.by_row(verdict), comments(text));
        for index in steps {
            let Some(row) = self.rows.get(*index) else { continue };
            let line = lines.place(row.place.start).0;
            let _ = writeln!(out, "\nStep {} of {}, line {line}", index + 1, self.rows.len());
            for comment in remarks(&said, &lines, line) {
                let _ = writeln!(out, "  {}", clean(&comment.text));
            }
            out += &self.explained(verdict, &events, *index);
        }
        out
    }
}

/// The comments of a row: on the lines right above it, and at its end.
fn remarks<'c>(said: &'c [Comment], lines: &Lines<'_>, row: usize) -> impl Iterator<Item = &'c Comment> {
    let own = |line: usize| lines.line(line).trim_start().starts_with('#');
    let first = (1..row).rev().take_while(|line| own(*line)).last().unwrap_or(row);
    said.iter().filter(move |comment| (first..=row).contains(&comment.line))
}
