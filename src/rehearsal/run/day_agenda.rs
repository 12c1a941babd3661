//! The agenda of one day: what people mean to do on it, drawn when it begins, in the order of its times.
//!
//! Promises one order: by time, and at one instant by person. Deliberately holds one day at a time, so that it takes
//! little room: there are as many intents as people.

use super::intent::Intent;
use crate::kernel::units::DAY;
use crate::kernel::{Date, Time};

/// The intents of one day, each with the millisecond of the day at which it is carried out.
#[derive(Debug)]
pub struct DayAgenda {
    date: Date,
    list: Vec<(u32, Intent)>,
    next: usize,
}

impl DayAgenda {
    /// No day yet, with capacity for a quarter more intents than people.
    pub fn for_people(people: usize) -> DayAgenda {
        DayAgenda { date: Date(0), list: Vec::with_capacity(people + people / 4), next: 0 }
    }

    /// Another day, empty; the allocation stays.
    pub fn begin(&mut self, date: Date) {
        (self.date, self.next) = (date, 0);
        self.list.clear();
    }

    /// One more intent; a time outside the day counts as its first or last millisecond.
    pub fn push(&mut self, time: Time, intent: Intent) {
        let at = (time.0 - Time::at(self.date, 0).0).clamp(0, DAY - 1);
        self.list.push((u32::try_from(at).unwrap_or(0), intent));
    }

    /// Puts the intents into their order: all are known.
    pub fn sort(&mut self) {
        let person = |intent: &Intent| intent.person().map_or(u32::MAX, |person| person.0);
        self.list.sort_unstable_by(|(a, one), (b, other)| a.cmp(b).then_with(|| person(one).cmp(&person(other))));
    }

    /// When the next intent is due.
    pub fn peek(&self) -> Option<Time> {
        self.list.get(self.next).map(|(at, _)| Time::at(self.date, i64::from(*at)))
    }

    /// Takes the next intent.
    pub fn pop(&mut self) -> Option<(Time, Intent)> {
        let (at, intent) = self.list.get(self.next)?;
        self.next += 1;
        Some((Time::at(self.date, i64::from(*at)), *intent))
    }

    /// The next `together` intents, once for each batch of so many; empty in between.
    pub fn batch(&self, together: usize) -> impl Iterator<Item = Intent> + Clone {
        let from = if self.next.is_multiple_of(together) { self.next } else { self.list.len() };
        self.list.iter().skip(from).take(together).map(|(_, intent)| *intent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ids::PersonId;

    #[test]
    fn intentions_come_by_time_and_person() {
        let date = Date(19_000);
        let mut day = DayAgenda::for_people(4);
        day.begin(date);
        for (at, person) in [(500, 2), (100, 9), (500, 1), (86_399_999, 0)] {
            day.push(Time::at(date, at), Intent::HasApp(PersonId(person)));
        }
        day.sort();
        let mut got = Vec::new();
        assert_eq!(day.batch(2).count(), 2);
        while let Some(time) = day.peek() {
            let (at, intent) = day.pop().unwrap();
            assert_eq!(at, time);
            got.push((at.0 - Time::at(date, 0).0, intent.person().unwrap().0));
        }
        assert_eq!(got, [(100, 9), (500, 1), (500, 2), (86_399_999, 0)]);
        day.begin(Date(19_001));
        assert_eq!(day.peek(), None);
    }
}
