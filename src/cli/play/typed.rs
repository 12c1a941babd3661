//! The parser of the prompt: a command, or a row to continue with.
//!
//! Promises that a row means at the prompt what it means in a file; only what a table cannot know is filled in.
//! Deliberately runs nothing.

use mims_sim::act::ActKind;
use mims_sim::diagnostic::Diagnostic;
use mims_sim::format::tree::Node;
use mims_sim::format::yaml;

/// A line of input.
#[derive(Debug, PartialEq, Eq)]
pub enum PromptInput {
    /// Plays so many rows of the file.
    Next(usize),
    /// Takes so many rows back.
    Back(usize),
    /// Shows the codes of all devices.
    Codes,
    /// Shows the QR codes on screens.
    Qr,
    /// Shows the last row in full.
    Why,
    /// Shows the rows so far.
    Rows,
    /// Writes the branch to a file.
    Save(String),
    /// Looks a word up.
    Words(String),
    /// Says what can be typed.
    Help,
    /// Ends.
    Quit,
    /// A row.
    Row(TypedRow),
}

/// A row as it was typed: keys and values as YAML, in their order, and the code that somebody read off a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedRow {
    /// The keys and values.
    pub keys: Vec<(String, String)>,
    /// The digits.
    pub code: Option<String>,
}

impl TypedRow {
    /// The value of a key, as it was typed.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.keys.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// Gives a key a value, in the place where it stands, or at the end.
    pub fn set(&mut self, key: &str, value: &str) {
        match self.keys.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => value.clone_into(old),
            None => self.keys.push((key.to_owned(), value.to_owned())),
        }
    }

    /// The same row, beginning at this time.
    pub fn begin(&mut self, at: &str) {
        self.keys.insert(0, ("at".to_owned(), at.to_owned()));
    }

    /// What it does, if that is an act.
    pub fn act(&self) -> Option<ActKind> {
        let word = self.get("do")?;
        ActKind::ALL.iter().copied().find(|act| act.word() == word)
    }

    /// Whether it only says which day it is.
    pub fn is_day(&self) -> bool {
        self.get("day").is_some()
    }

    /// The row as YAML on one line.
    pub fn yaml(&self) -> String {
        let pairs: Vec<String> = self.keys.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        if self.is_day() { pairs.join(", ") } else { format!("{{{}}}", pairs.join(", ")) }
    }
}

/// Reads a line.
///
/// # Errors
/// Why it is neither a command nor a row.
pub fn read(line: &str) -> Result<PromptInput, String> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(word, rest)| (word, rest.trim()));
    let count = || match rest {
        "" => Ok(1),
        number => number.parse().ok().filter(|n| *n > 0).ok_or_else(|| format!("`{word}` takes a number from 1")),
    };
    let alone = |typed| if rest.is_empty() { Ok(typed) } else { Err(format!("`{word}` stands alone")) };
    match word {
        "" => Ok(PromptInput::Next(1)),
        "next" | "n" => Ok(PromptInput::Next(count()?)),
        "back" | "b" => Ok(PromptInput::Back(count()?)),
        "codes" => alone(PromptInput::Codes),
        "qr" => alone(PromptInput::Qr),
        "why" => alone(PromptInput::Why),
        "rows" => alone(PromptInput::Rows),
        "help" | "?" => alone(PromptInput::Help),
        "quit" | "q" | "exit" => alone(PromptInput::Quit),
        "save" if rest.is_empty() => Err("`save` needs the name of a file, such as `save branch.yaml`".to_owned()),
        "save" => Ok(PromptInput::Save(rest.to_owned())),
        "words" if rest.is_empty() => Err("`words` needs a word, such as `words sign-in`".to_owned()),
        "words" => Ok(PromptInput::Words(rest.to_owned())),
        _ if line.starts_with('{') => row(line, None).map(PromptInput::Row),
        _ if rest.is_empty() => Err(format!(
            "`{word}` is no command; `help` lists them, and a row begins with a person, as in `asha sign-in`"
        )),
        _ => short(word, rest).map(PromptInput::Row),
    }
}

/// `asha sign-in`, `asha enter-code 123456`, `asha sign-in account: reception, via: google`.
fn short(who: &str, rest: &str) -> Result<TypedRow, String> {
    let (act, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (first, others) = more.trim().split_once(char::is_whitespace).unwrap_or((more.trim(), ""));
    let is_code = first.len() >= 6 && first.bytes().all(|b| b.is_ascii_digit());
    let (code, more) = if is_code { (Some(first.to_owned()), others.trim()) } else { (None, more.trim()) };
    let comma = if more.is_empty() { "" } else { ", " };
    row(&format!("{{who: {who}, do: {act}{comma}{more}}}"), code)
}

fn row(text: &str, code: Option<String>) -> Result<TypedRow, String> {
    let said = |fault: &Diagnostic| {
        let help = fault.help.first().map(|help| format!(": {help}")).unwrap_or_default();
        format!("this is no row, {}{help}", fault.title)
    };
    let (_, tree) = yaml::parse("row", text.as_bytes())
        .map_err(|faults| faults.first().map_or_else(|| "this is no row".to_owned(), said))?;
    let Node::Map(entries) = &tree.node else {
        return Err("this is no row: write `{who: asha, do: sign-in}`, or `asha sign-in`".to_owned());
    };
    let keys = entries.iter().map(|entry| (entry.key.clone(), entry.value.flow())).collect();
    let row = TypedRow { keys, code };
    if row.code.is_some() && !matches!(row.act(), Some(ActKind::EnterCode | ActKind::TestToken)) {
        return Err("a code is typed with `enter-code` or `test-token`".to_owned());
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::{PromptInput, TypedRow, read};

    fn row(line: &str) -> TypedRow {
        match read(line) {
            Ok(PromptInput::Row(row)) => row,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_row_is_a_row_long_or_short() {
        assert_eq!(row("{who: asha, do: sign-in}").yaml(), "{who: asha, do: sign-in}");
        assert_eq!(row("asha sign-in"), row("{who: asha, do: sign-in}"));
        let long = row("{who: asha, do: sign-in, account: reception, via: google}");
        assert_eq!(row("  asha  sign-in account: reception, via: google "), long);
        assert_eq!(row("{day: Wed 2023-09-27}").yaml(), "day: Wed 2023-09-27");
        assert_eq!(row("asha enrol with: [ben, carl]").get("with"), Some("[ben, carl]"));
    }

    #[test]
    fn a_code_is_no_key() {
        let typed = row("asha enter-code 012345 account: reception");
        assert_eq!((typed.code.as_deref(), typed.get("account")), (Some("012345"), Some("reception")));
        assert_eq!(typed.yaml(), "{who: asha, do: enter-code, account: reception}");
        assert!(read("asha sign-in 123456").is_err());
    }

    #[test]
    fn commands_and_what_is_none() {
        assert_eq!(read(""), Ok(PromptInput::Next(1)));
        assert_eq!(read("n 3"), Ok(PromptInput::Next(3)));
        assert_eq!(read("back"), Ok(PromptInput::Back(1)));
        assert_eq!(read("save my branch.yaml"), Ok(PromptInput::Save("my branch.yaml".to_owned())));
        for wrong in ["back 0", "back x", "save", "hello", "codes now", "{who: asha", "[a, b] x"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
