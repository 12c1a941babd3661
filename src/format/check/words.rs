//! Words in messages: lists of them, and the one that was most likely meant.
//!
//! Promises lists that a message holds. Deliberately knows no schema.

/// How many words a message lists.
const LISTED: usize = 60;
/// Longer words are not compared for likeness.
const LONGEST: usize = 64;

/// `a` or `an`, as the word after it wants.
pub fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// Words as they are written in a file, as many as a message holds.
pub fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().take(LISTED).map(|w| format!("`{w}`")).collect();
    let more = if words.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", quoted.join(", "))
}

/// The same without marks.
pub fn plain(words: &[&str]) -> String {
    let some: Vec<&str> = words.iter().take(LISTED).copied().collect();
    let more = if words.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", some.join(", "))
}

/// The candidate that was most likely meant: a third of the letters may differ, or all be there in another order.
#[must_use]
pub fn nearest<'w>(text: &str, candidates: &[&'w str]) -> Option<&'w str> {
    let folded = |t: &str| t.to_lowercase().replace(['_', ' '], "-");
    let sorted = |t: &str| {
        let mut letters: Vec<char> = t.chars().collect();
        letters.sort_unstable();
        letters
    };
    if text.len() > LONGEST || text.is_empty() {
        return None;
    }
    let text = folded(text);
    let letters = sorted(&text);
    candidates
        .iter()
        .filter(|c| c.len() <= LONGEST)
        .filter_map(|candidate| {
            let other = folded(candidate);
            let distance = strsim::damerau_levenshtein(&text, &other);
            let longer = text.chars().count().max(other.chars().count());
            let close = distance <= longer / 3 || sorted(&other) == letters;
            close.then_some((distance, *candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
