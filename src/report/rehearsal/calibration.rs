//! The calibration table: published observations that the defaults of parameters were set from.
//!
//! Promises a row for each citation in the table of parameters. Deliberately holds no number that the model uses: those
//! stand in the table of parameters alone.

/// What was observed, with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Its number, as parameters cite it.
    pub id: &'static str,
    /// What was observed.
    pub what: &'static str,
    /// The value.
    pub value: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

const fn row(id: &'static str, what: &'static str, value: &'static str, source: &'static str) -> Observed {
    Observed { id, what, value, source }
}

/// Every row that a parameter cites.
pub const OBSERVED: &[Observed] = &[
    row(
        "C01",
        "North Carolina State: enrolled in Duo 141 days before the deadline",
        "31 % of 22,300",
        "https://oit.ncsu.edu/2017/06/15/countdown-to-2fa/",
    ),
    row("C03", "the same, 78 days before", "47 % of 23,300", "https://oit.ncsu.edu/2017/08/15/turn-on-2fa-today/"),
    row("C05", "the same, 14 days before", "72 % of about 25,000", "https://oit.ncsu.edu/2017/10/17/its-time-to-2fa/"),
    row(
        "C18",
        "people whose second factor was not at hand at least once in two weeks",
        "about a third of 72",
        "Reese and others, SOUPS 2019, as cited by others",
    ),
    row(
        "C24",
        "recall of the city of birth",
        "79 %",
        "https://www.geeksaresexy.net/2015/05/22/security-questions-too-predictable-or-too-forgettable/",
    ),
    row("C25", "recall of the father's middle name", "74 to 76 %", "as C24"),
    row(
        "C27",
        "recall of a favourite food after 1, 3 and 12 months",
        "74, 53 and 47 %",
        "https://en.yibada.com/articles/34126/20150522/google-study-discovers-security-questions-easy-hard-remember.htm",
    ),
    row(
        "C34",
        "phones lost or stolen in the United States in 2013",
        "4.5 million of about 140 million, so 3 % a year",
        "https://indiatvnews.com/business/india/latest-news-4-5-million-smartphones-were-lost-or-stolen-in-us-in-11472.html",
    ),
    row(
        "C37",
        "teachers who resign, a year",
        "2 to 3 %",
        "https://moe.gov.sg/news/parliamentary-replies/20220310-teacher-resignation-rates-by-year-in-service",
    ),
    row(
        "C38",
        "teachers of a school, in 2025",
        "85",
        "https://www.channelnewsasia.com/singapore/teachers-overworked-moe-schools-workload-flexible-work-arrangements-5443746",
    ),
    row("C39", "administrators of a school, in 2025", "9", "as C38"),
    row(
        "C45",
        "people who forget a password, a month",
        "1.5 %",
        "Florêncio and Herley, WWW 2007, quoted from memory and not verified",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parameters::Parameter;

    #[test]
    fn every_row_that_a_parameter_cites_is_here_and_no_other() {
        let is_row = |word: &&str| word.starts_with('C') && word[1..].parse::<u32>().is_ok();
        let mut cited: Vec<&str> =
            Parameter::ALL.iter().flat_map(|p| p.info().basis.split(' ')).filter(is_row).collect();
        cited.sort_unstable();
        cited.dedup();
        assert_eq!(OBSERVED.iter().map(|row| row.id).collect::<Vec<_>>(), cited);
    }
}
