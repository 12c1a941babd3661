//! Characters that look like others: a no-break space, an en dash, a full-width colon, a letter in two parts.
//!
//! Promises the code point, the name, the place and what to write instead. Deliberately judges no text: a dash may be
//! meant in a title, and only who knows that a text is wrong asks here why.

use unicode_normalization::char::compose;

/// A character that looks like another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookalike {
    /// Its byte offset in the text.
    pub at: usize,
    /// How many bytes it has.
    pub len: usize,
    /// The character.
    pub found: char,
    /// Its name in words.
    pub name: &'static str,
    /// What to write instead; `None` where it has to go.
    pub instead: Option<char>,
}

impl Lookalike {
    /// What it is, as in `U+2013 (en dash)`.
    #[must_use]
    pub fn called(&self) -> String {
        format!("U+{:04X} ({})", u32::from(self.found), self.name)
    }

    /// What to do about it, as in "write `-` (U+002D)".
    #[must_use]
    pub fn fix(&self) -> String {
        match self.instead {
            None => "remove it: it cannot be seen".to_owned(),
            Some(' ') => "write an ordinary space (U+0020)".to_owned(),
            Some(one) if is_mark(self.found) => {
                format!("write the letter as one character, `{one}` (U+{:04X})", u32::from(one))
            }
            Some(other) => format!("write `{other}` (U+{:04X})", u32::from(other)),
        }
    }

    /// Whether it can be taken for a space, or cannot be seen at all.
    #[must_use]
    pub const fn is_blank(&self) -> bool {
        matches!(self.instead, None | Some(' '))
    }

    /// Whether it can be taken for a quotation mark.
    #[must_use]
    pub const fn is_quote(&self) -> bool {
        matches!(self.instead, Some('\'' | '"'))
    }
}

/// The characters of a text that look like others, in the order of their places.
pub fn lookalikes(text: &str) -> impl Iterator<Item = Lookalike> {
    let mut before = None;
    let plain = text.is_ascii();
    text.char_indices().filter(move |_| !plain).filter_map(move |(at, found)| {
        let previous = before.replace(found);
        let (name, instead) = judged(previous, found)?;
        Some(Lookalike { at, len: found.len_utf8(), found, name, instead })
    })
}

/// A combining mark, which follows the letter that it belongs to.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// The name of a character that looks like another, and that other; `None` for any other character.
fn judged(previous: Option<char>, found: char) -> Option<(&'static str, Option<char>)> {
    let ordinary = |name, other| Some((name, Some(other)));
    match found {
        '\u{a0}' => ordinary("no-break space", ' '),
        '\u{202f}' => ordinary("narrow no-break space", ' '),
        '\u{3000}' => ordinary("full-width space", ' '),
        '\u{2000}'..='\u{200a}' | '\u{205f}' | '\u{1680}' => ordinary("a space of another width", ' '),
        '\u{ad}' => Some(("soft hyphen", None)),
        '\u{200b}' => Some(("zero-width space", None)),
        '\u{2060}' => Some(("word joiner, of no width", None)),
        '\u{feff}' => Some(("zero-width no-break space, or byte order mark", None)),
        // Some scripts need them between their letters; Latin does not.
        '\u{200c}' | '\u{200d}' if previous.is_none_or(|c| c.is_ascii()) => Some(("zero-width joiner", None)),
        '\u{2010}' => ordinary("hyphen", '-'),
        '\u{2011}' => ordinary("no-break hyphen", '-'),
        '\u{2012}' => ordinary("figure dash", '-'),
        '\u{2013}' => ordinary("en dash", '-'),
        '\u{2014}' => ordinary("em dash", '-'),
        '\u{2212}' => ordinary("minus sign", '-'),
        '\u{2018}' | '\u{2019}' => ordinary("curly quotation mark", '\''),
        '\u{201c}' | '\u{201d}' => ordinary("curly quotation mark", '"'),
        '\u{ff01}'..='\u{ff5e}' => {
            let ascii = char::from_u32(u32::from(found) - 0xfee0)?;
            ordinary("full-width form", ascii)
        }
        _ if is_mark(found) => {
            let one = compose(previous?, found)?;
            ordinary("combining mark of a letter in two parts", one)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(usize, String, String)> {
        lookalikes(text).map(|l| (l.at, l.called(), l.fix())).collect()
    }

    #[test]
    fn each_is_named_by_code_point_and_place_with_what_to_write() {
        let said = told("a\u{a0}b\u{2013}c\u{ff1a}d\u{200b}");
        let said: Vec<(usize, &str, &str)> = said.iter().map(|(at, a, b)| (*at, a.as_str(), b.as_str())).collect();
        assert_eq!(
            said,
            [
                (1, "U+00A0 (no-break space)", "write an ordinary space (U+0020)"),
                (4, "U+2013 (en dash)", "write `-` (U+002D)"),
                (8, "U+FF1A (full-width form)", "write `:` (U+003A)"),
                (12, "U+200B (zero-width space)", "remove it: it cannot be seen"),
            ]
        );
        assert_eq!(
            told("Jose\u{301}"),
            [(
                4,
                "U+0301 (combining mark of a letter in two parts)".to_owned(),
                "write the letter as one character, `é` (U+00E9)".to_owned(),
            )],
        );
    }

    #[test]
    fn letters_of_other_scripts_are_none() {
        assert_eq!(told("José Ñandú Łódź 陈伟 தமிழ் ක්\u{200d}ය क्\u{200d}ष"), []);
    }
}
