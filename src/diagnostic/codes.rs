//! The table of diagnostic codes.
//!
//! Promises that every code used in the source stands here with its meaning, and that none stands here unused.

/// Every diagnostic code with its meaning.
///
/// S0xx is about the file and its YAML, S1xx about its shape (keys, types, values), S2xx about its meaning, S3xx about
/// running it, S4xx about searching from it, S5xx about rehearsing it, S6xx about shards of a rehearsal. A code is
/// never used again for something else.
pub const CODES: &[(&str, &str)] = &[
    ("S001", "the file is empty or holds only comments"),
    ("S002", "the file is not UTF-8"),
    ("S003", "the file is larger than 16 MiB"),
    ("S004", "a tab is used for indentation"),
    ("S005", "the YAML cannot be read"),
    ("S006", "a key stands twice in one mapping"),
    ("S007", "more than one YAML document in a file"),
    ("S008", "an anchor, an alias or a merge key"),
    ("S009", "a YAML tag"),
    ("S010", "nested too deeply"),
    ("S011", "too many values in one file"),
    ("S012", "the top level is not a mapping"),
    ("S013", "a key that is a list or a mapping"),
    ("S014", "a file that cannot be read"),
    ("S015", "a file that cannot be laid out"),
    ("S016", "a character that looks like another, in a key or where the layout is read"),
    ("S101", "a value of the wrong type"),
    ("S102", "an unknown key"),
    ("S103", "a required key is missing"),
    ("S104", "a value that is not one of those allowed"),
    ("S105", "`yes`, `no`, `on`, `off` or the like for a switch"),
    ("S106", "a number outside its bounds"),
    ("S107", "a list with too few or too many items"),
    ("S108", "a value that cannot be read as what it stands for"),
    ("S109", "nothing where a value is needed"),
    ("S110", "the key that says which kind of thing it is, is missing"),
    ("S111", "a key that cannot be read as what it stands for"),
    ("S112", "a file that does not say what it is"),
    ("S113", "a file that passed the checks and still cannot be read"),
    ("S114", "a `$name` that no case fills"),
    ("S115", "a file for a newer format"),
    ("S116", "an expectation by case that names no case, or leaves one out"),
    ("S201", "an unknown policy"),
    ("S203", "a scenario in which nothing happens"),
    ("S204", "an unknown person"),
    ("S205", "an unknown account"),
    ("S206", "roles that exclude each other"),
    ("S207", "a time or span that cannot be read"),
    ("S208", "one name for two things"),
    ("S209", "time going backwards"),
    ("S210", "a row without a day above it"),
    ("S212", "an unknown computer"),
    ("S215", "two files, policies or properties of one name"),
    ("S216", "a policy that extends in a circle, or extends none that is there"),
    ("S217", "an unknown place"),
    ("S218", "a policy that contradicts itself"),
    ("S219", "an unknown property"),
    ("S220", "a property that does not say what has to be so"),
    ("S221", "a day outside the calendar"),
    ("S222", "an unknown mailbox"),
    ("S223", "one person twice in a row or a list"),
    ("S224", "a property that is used and said"),
    ("S225", "something spoken of that is the end of an act and a state at once"),
    ("S226", "a state of no account"),
    ("S227", "a deadline before its trigger"),
    ("S228", "a key of a property without the one that it belongs to"),
    ("S229", "two decisions of one name in a policy"),
    ("S230", "more decisions in a policy than there may be"),
    ("S231", "a decision that the policy does not take"),
    ("S232", "what is typed is no code, and only a code is one of another time step"),
    ("S301", "a row that cannot begin"),
    ("S303", "a next step of what nobody has begun by steps"),
    ("S401", "a file without an `explore:` block"),
    ("S402", "an exploration without a property"),
    ("S403", "an `explore:` block that cannot be meant"),
    ("S501", "a day of a rehearsal outside the calendar"),
    ("S502", "a span that cannot be meant"),
    ("S503", "a population that is too large"),
    ("S504", "shares that do not add up"),
    ("S505", "a fault that is over before it begins"),
    ("S506", "a fault that is not said in full"),
    ("S507", "two gates of one name"),
    ("S508", "a gate that cannot be judged"),
    ("S509", "a directory of no day of the span"),
    ("S510", "a directory that is not there"),
    ("S511", "a directory that cannot be meant"),
    ("S512", "a range or a value that cannot be meant"),
    ("S513", "something outside the span"),
    ("S514", "a number that the directory says already"),
    ("S515", "a place that a policy names and nobody is at"),
    ("S601", "a file that is no shard"),
    ("S602", "a shard of another rehearsal"),
    ("S603", "a shard that is there twice"),
    ("S604", "a shard that is missing or unfinished"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every string literal in the source that looks like a code, outside this room.
    fn used(dir: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("diagnostic") {
                used(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for (at, _) in text.match_indices("\"S") {
                    let rest = &text.as_bytes()[at + 2..];
                    if rest.len() > 3 && rest[..3].iter().all(u8::is_ascii_digit) && rest[3] == b'"' {
                        found.insert(text[at + 1..at + 5].to_owned());
                    }
                }
            }
        }
    }

    #[test]
    fn the_table_of_codes_is_whole() {
        let mut found = std::collections::BTreeSet::new();
        used(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let table: std::collections::BTreeSet<String> = CODES.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(table.len(), CODES.len(), "a code stands twice");
        assert_eq!(found, table);
        assert!(CODES.is_sorted());
    }
}
