//! Spelling help in messages: lists of the words allowed, and the word that was most likely meant (edit distance).
//!
//! Promises that a list is short enough for a message. Deliberately knows no schema.

/// The most words that a message lists.
const LISTED: usize = 60;
/// Longer words are not compared for likeness.
const LONGEST: usize = 64;

/// The indefinite article for the word after it: `a` or `an`.
pub fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// A list of words in backticks, cut to a length that fits a message.
pub fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().take(LISTED).map(|w| format!("`{w}`")).collect();
    let more = if words.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", quoted.join(", "))
}

/// A list as [`listed`] makes it, without the backticks.
pub fn plain(words: &[&str]) -> String {
    let some: Vec<&str> = words.iter().take(LISTED).copied().collect();
    let more = if words.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", some.join(", "))
}

/// The candidate that was most likely meant: at most a third of the letters differ (Damerau-Levenshtein distance), or
/// all letters are the same in another order.
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
