//! The faults of a rehearsal file, which everyone meets: outages, slow mail and lost mail.
//!
//! Promises them in the order of time. Deliberately carries none out.

use super::reading::Reading;
use crate::engine::Fault;
use crate::format::rehearsal::WideFault;
use crate::format::text_formats::parse_moment;
use crate::format::tree::PathSegment;
use crate::kernel::time::parse_span;
use crate::kernel::{Date, Time};

/// From when until when which fault is in force.
pub(super) fn wide_faults(file: &mut Reading<'_>, (first, last): (Date, Date)) -> Vec<(Time, Time, Fault)> {
    let mut out = Vec::new();
    for (at, row) in file.said.faults.iter().enumerate() {
        let base = [PathSegment::Key("faults"), PathSegment::Index(at)];
        let instant = |text: &str| Time(parse_moment(text).unwrap_or_default());
        let (from, until) = (instant(&row.at), instant(&row.until));
        if until <= from {
            let help = "say a later `until:`";
            file.fault("S505", "this fault is over before it begins".to_owned(), &base, help);
        } else if until <= Time::at(first, 0) || from >= Time::at(Date(last.0 + 1), 0) {
            file.outside("this fault lies outside the span", &base);
        }
        let fault = match (row.fault, row.party, &row.by) {
            (WideFault::Outage, Some(party), None) => Fault::Outage(party.party()),
            (WideFault::LostMail, None, None) => Fault::LostMails,
            (WideFault::SlowMail, None, Some(by)) => Fault::SlowMails(parse_span(by).unwrap_or_default()),
            (fault, ..) => {
                let takes = match fault {
                    WideFault::Outage => "an outage takes `party:`, and no `by:`",
                    WideFault::LostMail => "lost mail takes neither `party:` nor `by:`",
                    WideFault::SlowMail => "slow mail takes `by:`, and no `party:`",
                };
                file.fault("S506", format!("this `{}` is not said in full", fault.word()), &base, takes);
                continue;
            }
        };
        out.push((from, until, fault));
    }
    out.sort_by_key(|(from, ..)| *from);
    out
}
