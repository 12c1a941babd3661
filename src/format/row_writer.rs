//! A row as text: its keys with their values as a YAML file has them, and the words in which a story tells it.
//!
//! Promises that no key of a row is left out, since the keys are those that are read. Deliberately lays nothing out:
//! lines, quotation marks and comments are the caller's.

use super::rows::{AddressIs, OfIs, Row, TileIs};
use crate::act::{Leaving, Pick, Typing, Via};
use crate::policy::request::Topic;
use serde_json::Value;

/// The keys of a row in the order in which it reads best.
const ORDER: &[&str] = &[
    "day",
    "at",
    "event",
    "who",
    "by-steps",
    "fault",
    "mailbox",
    "party",
    "server",
    "by",
    "until",
    "with",
    "do",
    "account",
    "computer",
    "fresh",
    "via",
    "of",
    "of-token",
    "topic",
    "from",
    "to",
    "address",
    "tell",
    "how",
    "new-password",
    "tile",
    "typed",
    "code-at",
    "code-typed",
    "profile",
    "number",
    "as",
    "prompted",
    "expect",
    "resting-on",
];

/// The keys that a row has, with their values, in the order in which it reads best.
pub fn pairs(row: &Row) -> Vec<(String, String)> {
    let Ok(Value::Object(keys)) = serde_json::to_value(row) else {
        debug_assert!(false, "a row is a map of keys");
        return Vec::new();
    };
    let said = keys.into_iter().filter(|(_, value)| !value.is_null());
    let mut out: Vec<(String, String)> = said.map(|(key, value)| (key, text(&value))).collect();
    out.sort_by_key(|(key, _)| ORDER.iter().position(|known| known == key).unwrap_or(ORDER.len()));
    out
}

/// The row in brackets, on one line.
pub fn line(row: &Row) -> String {
    let keys: Vec<String> = pairs(row).iter().map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{{{}}}", keys.join(", "))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(text).collect::<Vec<_>>().join(", ")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// What a row says in addition to its act, account and company, as a person would tell it.
pub fn told(row: &Row) -> String {
    let Row { via, of, topic, from, to, address, tell, how, tile, typed, code_typed, profile, .. } = row;
    let mut out = String::new();
    let mut add = |before: &str, what: Option<&str>| {
        if let Some(what) = what {
            out += &format!(" {before}{what}");
        }
    };
    let way = |via| match via {
        Via::Google => "Google",
        Via::Portal => "the portal",
    };
    let which = |pick| match pick {
        Pick::Oldest => "oldest profile",
        Pick::Newest => "newest profile",
    };
    add("by way of ", via.map(way));
    match of {
        Some(OfIs::Person(name)) => add("", Some(name)),
        Some(OfIs::Sessions(list)) if list.len() == 1 => add("of ", list.first().map(|s| s.word())),
        Some(OfIs::Sessions(_)) | None => {}
    }
    add("about ", topic.map(Topic::word));
    add("from ", from.as_deref());
    add("to ", to.as_deref());
    add("to ", address.as_ref().map(AddressIs::word));
    add("and tells ", tell.as_deref());
    add("", how.map(Leaving::word));
    add("", tile.map(TileIs::word));
    add("typed ", typed.map(Typing::word));
    add("with the code typed ", code_typed.map(Typing::word));
    add("by the ", profile.map(which));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::rows::SessionOf;
    use schemars::schema_for;

    #[test]
    fn the_order_has_every_key_of_a_row() {
        let schema = schema_for!(Row).to_value();
        let mut keys: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut order = ORDER.to_vec();
        keys.sort_unstable();
        order.sort_unstable();
        assert_eq!(order, keys);
    }

    #[test]
    fn a_row_is_written_in_the_order_in_which_it_reads_best() {
        let row = Row {
            r#do: Some(crate::act::ActKind::Enrol),
            who: Some("asha".to_owned()),
            at: Some("08:30".to_owned()),
            with: vec!["ben".to_owned(), "carl".to_owned()],
            by_steps: Some(true),
            number: Some(3),
            of: Some(OfIs::Sessions(vec![SessionOf::Google])),
            ..Row::default()
        };
        let written = "{at: 08:30, who: asha, by-steps: true, with: [ben, carl], do: enrol, of: [google], number: 3}";
        assert_eq!(line(&row), written);
    }
}
