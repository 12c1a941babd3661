//! What a day brings, in the order of its times.
//!
//! Promises one order: by time, and at one instant by person. Deliberately knows one day at a time, so that it takes
//! little room: there are as many intentions as people.

use super::replicate::{Intent, who};
use crate::kernel::{Date, Time};

/// The intentions of one day, with the millisecond of the day at which each is taken up.
#[derive(Debug)]
pub(in crate::rehearsal) struct Day {
    date: Date,
    list: Vec<(u32, Intent)>,
    next: usize,
}

impl Day {
    /// No day yet, with room for what so many people mean to do, and a quarter more.
    pub(in crate::rehearsal) fn of(people: usize) -> Day {
        Day { date: Date(0), list: Vec::with_capacity(people + people / 4), next: 0 }
    }

    /// Another day, of which nothing is known, in the room of the last.
    pub(in crate::rehearsal) fn begin(&mut self, date: Date) {
        (self.date, self.next) = (date, 0);
        self.list.clear();
    }

    /// One more intention; what is not of this day is taken up at its end.
    pub(in crate::rehearsal) fn push(&mut self, time: Time, intent: Intent) {
        let at = (time.0 - Time::at(self.date, 0).0).clamp(0, 86_399_999);
        self.list.push((u32::try_from(at).unwrap_or(0), intent));
    }

    /// Everything is known.
    pub(in crate::rehearsal) fn sort(&mut self) {
        self.list.sort_unstable_by(|(a, one), (b, other)| a.cmp(b).then_with(|| who(*one).0.cmp(&who(*other).0)));
    }

    /// When the next is taken up.
    pub(in crate::rehearsal) fn peek(&self) -> Option<Time> {
        self.list.get(self.next).map(|(at, _)| Time::at(self.date, i64::from(*at)))
    }

    /// Takes up the next.
    pub(in crate::rehearsal) fn next(&mut self) -> Option<(Time, Intent)> {
        let (at, intent) = self.list.get(self.next)?;
        self.next += 1;
        Some((Time::at(self.date, i64::from(*at)), *intent))
    }

    /// Those that come after so many, for whoever looks at some together: none in between.
    pub(in crate::rehearsal) fn coming(&self, together: usize) -> impl Iterator<Item = Intent> + Clone {
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
        let mut day = Day::of(4);
        day.begin(date);
        for (at, person) in [(500, 2), (100, 9), (500, 1), (86_399_999, 0)] {
            day.push(Time::at(date, at), Intent::HasApp(PersonId(person)));
        }
        day.sort();
        let mut got = Vec::new();
        assert_eq!(day.coming(2).count(), 2);
        while let Some(time) = day.peek() {
            let (at, intent) = day.next().unwrap();
            assert_eq!(at, time);
            got.push((at.0 - Time::at(date, 0).0, who(intent).0));
        }
        assert_eq!(got, [(100, 9), (500, 1), (500, 2), (86_399_999, 0)]);
        day.begin(Date(19_001));
        assert_eq!(day.peek(), None);
    }
}
