//! English plurals of counts: `1 expectation`, `2 expectations`.
//!
//! Promises the singular for a count of one. Deliberately knows no other language.

use std::fmt::Display;

/// A count with its noun, which is given in the singular.
pub fn counted(count: impl Display, one: &str) -> String {
    let count = count.to_string();
    if count == "1" { format!("1 {one}") } else { format!("{count} {}", several(one)) }
}

/// The plural of a noun.
fn several(one: &str) -> String {
    let consonant = |c: char| !"aeiou".contains(c);
    match one.strip_suffix('y') {
        _ if one.ends_with("person") => one.replace("person", "people"),
        Some(stem) if stem.ends_with(consonant) => format!("{stem}ies"),
        _ if one.ends_with(['s', 'x']) => format!("{one}es"),
        _ => format!("{one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_nothing_is_not() {
        assert_eq!(counted(1, "expectation"), "1 expectation");
        assert_eq!(counted(0_usize, "expectation"), "0 expectations");
        assert_eq!(counted(12_u64, "scenario file"), "12 scenario files");
        assert_eq!(counted(2, "policy"), "2 policies");
        assert_eq!(counted(2, "day"), "2 days");
        assert_eq!(counted(3, "person"), "3 people");
        assert_eq!(counted(3, "pass"), "3 passes");
    }
}
