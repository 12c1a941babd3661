//! A law: one rule, a scenario in which nothing but that rule differs, and what must be seen for each of its values.

/// What must be seen.
#[derive(Clone, Copy)]
pub enum See {
    /// How the rows end that say `expect: $`, in their order; each may name more keys of its row.
    Ends(&'static [&'static str]),
    /// The policy is refused when it is read, with this reason.
    Unread(&'static str),
}

/// A rule and what is seen of it.
pub struct Law {
    /// The path of the rule.
    pub rule: &'static str,
    /// What must be seen, in the rule's own words.
    pub says: &'static str,
    /// Other rules that it takes to see anything.
    pub also: &'static str,
    /// The people and what they have.
    pub given: &'static str,
    /// The rows, and properties after them.
    pub when: &'static str,
    /// For each value, what is seen.
    pub values: &'static [(&'static str, See)],
}

/// What differs least often.
pub const LAW: Law = Law { rule: "", says: "", also: "", given: "", when: "", values: &[] };

/// So it ends.
pub const fn ends(rows: &'static [&'static str]) -> See {
    See::Ends(rows)
}

/// So it is refused.
pub const fn unread(reason: &'static str) -> See {
    See::Unread(reason)
}
