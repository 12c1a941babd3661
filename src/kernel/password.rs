//! Password features for the rules of S4.4, taken from a real text, and random password texts of a wanted shape, made
//! from keyed draws.
//!
//! Promises that no scenario needs to contain a password. Deliberately decides nothing: the policy judges the features.

use super::keyed_rng::{Draws, Purpose};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The features of a password that the rules of S4.4 are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Features {
    /// Number of characters.
    pub length: u16,
    /// The first character is neither letter nor digit.
    pub starts_with_symbol: bool,
    /// The letters of the longest part of the name or user name that is in it.
    pub name_part: u16,
    /// How many kinds of characters it has, of upper case, lower case, digit and symbol.
    pub kinds: u8,
}

/// The features of a password text, for a person with these names.
pub fn features(text: &str, names: &[&str]) -> Features {
    let lower = text.to_lowercase();
    let count = |text: &str| u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    let parts = names.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    let name_part = parts.filter(|part| lower.contains(&part.to_lowercase())).map(count).max().unwrap_or(0);
    let has = |test: fn(char) -> bool| u8::from(text.chars().any(test));
    Features {
        length: count(text),
        starts_with_symbol: text.chars().next().is_some_and(|c| !c.is_alphanumeric()),
        name_part,
        kinds: has(char::is_uppercase)
            + has(char::is_lowercase)
            + has(char::is_numeric)
            + has(|c| !c.is_alphanumeric()),
    }
}

/// The shape of a new password: it keeps every rule, or breaks the one that a scenario wants broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Keeps every rule, as long and of as many kinds of characters as is asked.
    #[default]
    Good,
    /// Twelve characters of three kinds: the least that the guide asks.
    TwelveCharacters,
    /// Eleven characters: one short of what the guide asks.
    TooShort,
    /// A symbol comes first.
    StartsWithSymbol,
    /// A part of the name is in it.
    ContainsName,
    /// Two kinds of characters only.
    TwoKinds,
    /// The second typing differs from the first.
    NotAlike,
}

/// What a page asks of a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedPassword {
    /// The least length.
    pub length: u16,
    /// How many kinds of characters.
    pub kinds: u8,
}

/// A text of this shape.
pub fn compose(shape: Shape, wanted: WantedPassword, names: &[&str], draws: &Draws, entity: u32, index: u32) -> String {
    let pick = |set: &str, at: u32| {
        let size = u32::try_from(set.chars().count()).unwrap_or(1);
        let place = draws.below(size, entity, Purpose::PasswordText, index.wrapping_mul(64).wrapping_add(at));
        set.chars().nth(place as usize).unwrap_or('x')
    };
    // Digits between the letters prevent random text from spelling a name.
    let letters = |count: u32| -> String {
        (0..count).flat_map(|i| [pick("bcdfghjkmnpqrstvwxz", 2 * i), pick("23456789", 2 * i + 1)]).collect()
    };
    match shape {
        Shape::Good | Shape::NotAlike => {
            let symbol = if wanted.kinds > 3 { "#" } else { "" };
            format!("Q{}{symbol}w", letters(u32::from(wanted.length.saturating_sub(1) / 2).max(5)))
        }
        // At the limits of the guide's rules, so that a stricter rule refuses it.
        Shape::TwelveCharacters => format!("Q{}w", letters(5)),
        Shape::TooShort => format!("Q{}#w", letters(4)),
        Shape::StartsWithSymbol => format!("#Q{}w", letters(6)),
        Shape::TwoKinds => format!("w{}", letters(6)),
        Shape::ContainsName => {
            let part =
                names.iter().flat_map(|n| n.split(|c: char| !c.is_alphanumeric())).find(|p| p.chars().count() >= 3);
            format!("Q{}{}#", letters(5), part.unwrap_or("name").to_lowercase())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_shape_breaks_the_one_rule_it_names(seed: u64, entity: u32, name in "[a-z]{3,9}( [a-z]{3,9})?") {
            let draws = Draws { seed, replicate: 0 };
            let names = [name.as_str()];
            let wanted = WantedPassword { length: 12, kinds: 3 };
            let shapes = [Shape::Good, Shape::TwelveCharacters, Shape::TooShort, Shape::StartsWithSymbol];
            for shape in shapes.into_iter().chain([Shape::ContainsName, Shape::TwoKinds]) {
                let f = features(&compose(shape, wanted, &names, &draws, entity, 0), &names);
                prop_assert_eq!(f.length < 12, shape == Shape::TooShort);
                prop_assert_eq!(f.starts_with_symbol, shape == Shape::StartsWithSymbol);
                prop_assert_eq!(f.name_part >= 3, shape == Shape::ContainsName);
                prop_assert_eq!(f.kinds < 3, shape == Shape::TwoKinds);
            }
        }

        #[test]
        fn a_good_password_is_as_long_and_of_as_many_kinds_as_is_asked(seed: u64, length in 0..=64_u16, kinds in 0..=4_u8) {
            let draws = Draws { seed, replicate: 0 };
            let f = features(&compose(Shape::Good, WantedPassword { length, kinds }, &["ana"], &draws, 1, 0), &["ana"]);
            prop_assert!(f.length >= length && f.kinds >= kinds && !f.starts_with_symbol && f.name_part < 3, "{f:?}");
        }
    }
}
