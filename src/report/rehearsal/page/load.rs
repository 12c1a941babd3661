//! The section on load: arrivals of requests against the capacity of helpers hour by hour, and the lengths of queues.
//!
//! Promises a table of numbers for each chart. Deliberately judges nothing.

use super::figures::{hours, means, points, tenths};
use super::hours::around;
use crate::policy::request::Topic;
use crate::rehearsal::measure::capacity::Capacity;
use crate::rehearsal::measure::series::{Series, TimeMeasure};
use crate::rehearsal::measure::summary::Summary;
use crate::report::chart::{Bar, Chart, Curve, bars, line};
use crate::report::rehearsal::words::waited;
use crate::statistics::{float, nearest};
use maud::{Markup, html};

/// The section.
pub fn load(summary: &Summary<'_>) -> Markup {
    let of = around(summary.grid);
    let axis = hours(summary, &of);
    let Capacity { administrators, by_administrators, by_desk } = Capacity::of(summary);
    let asked = |topics: &[Topic]| -> Vec<Bar> {
        let one = |t: &Topic| Bar { name: t.word().to_owned(), parts: means(summary, Series::Tickets(*t), &of) };
        topics.iter().map(one).filter(|bar| bar.parts.iter().any(|n| *n > 0)).collect()
    };
    let to_administrators = asked(&[Topic::OtpAddress, Topic::PasswordReset, Topic::Credentials]);
    let to_desk = asked(&[Topic::OtpMissing, Topic::Other, Topic::EmergencyPassword, Topic::HardTokenEnrolment]);
    let chart = |title: &str, description: &str| Chart {
        title: title.to_owned(),
        description: description.to_owned(),
        rows: "at".to_owned(),
        unit: tenths,
    };
    let hung_up: u64 = summary.runs.iter().map(|run| u64::from(run.hung_up)).sum();
    let runs = (summary.runs.len() as u64).max(1);
    let hung_up = tenths(nearest(float(hung_up * 10) / float(runs)));
    let queues = [("wait for an LA", Series::AdministratorQueue), ("wait for an agent", Series::DeskQueue)];
    let lines = queues.map(|(name, series)| Curve { name: name.to_owned(), points: points(summary, series, &of) });
    let requests = chart(
        "Requests to Local Administrators since the hour before, mean of the runs",
        "By topic, against what all LAs who are there can take in an hour.",
    );
    let calls = chart(
        "Calls to the service desk since the hour before, mean of the runs",
        "By topic, against what all agents can take in an hour.",
    );
    let waiting = chart(
        "Who waits",
        "How many wait for an LA, and how many for an agent: the median, with the band in which nine of ten runs lie.",
    );
    let la_line = format!("{administrators} LAs can take {} an hour", tenths(by_administrators));
    let desk_line = format!("the desk can take {} an hour", tenths(by_desk));
    html! {
        p { "Until an LA began to help: " (waited(summary, TimeMeasure::AdministratorWait))
            ". Until an agent answered: " (waited(summary, TimeMeasure::DeskWait))
            ". Callers who hung up: " (hung_up) " a run." }
        p.meta { "What helpers can take is the number of them who are there over the mean time that one request takes. "
            "Load differs from LA to LA: a few may be overloaded although all of them together are not." }
        (bars(&requests, &axis, &to_administrators, Some((&la_line, by_administrators))))
        (bars(&calls, &axis, &to_desk, Some((&desk_line, by_desk))))
        (line(&Chart { unit: |n| n.to_string(), ..waiting }, &axis, &lines))
    }
}
