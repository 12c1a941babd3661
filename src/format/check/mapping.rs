//! The keys of a mapping, held against those that its schema knows and needs.
//!
//! Promises that a misspelt key is reported once, and not as a missing one too.

use super::walk::{MAX_FINDINGS, Walk};
use crate::diagnostic::{Diagnostic, clean, quote};
use crate::format::schema_view::{Alts, MappingKeys, Noun, Picked};
use crate::format::spelling::{article, listed, nearest, plain};
use crate::format::tree::{MapEntry, Node, Tree};

/// A mapping in messages.
struct Called {
    /// Its name inside a sentence.
    subject: String,
    /// Its name at the head of "takes".
    takes: String,
}

/// The keys that a mapping may have.
struct Allowed<'s> {
    all: Vec<&'s str>,
    /// Those that the tree does not have.
    free: Vec<&'s str>,
}

impl<'s> Allowed<'s> {
    fn of(keys: &MappingKeys<'s>, tree: &Tree) -> Allowed<'s> {
        let mut all: Vec<&str> = keys.props.iter().map(|(key, _)| *key).collect();
        for key in keys.unjudged.iter().chain(keys.untold.iter().map(|(key, _)| key)) {
            if !all.contains(key) {
                all.push(key);
            }
        }
        let free = all.iter().copied().filter(|known| tree.entry(known).is_none()).collect();
        Allowed { all, free }
    }
}

impl<'w> Walk<'w> {
    /// Judges a mapping's keys, and the values at those that are known.
    pub(super) fn mapping(&mut self, picked: &Picked<'w>, tree: &Tree, name: &str) {
        let keys = self.schema.keys(picked, tree);
        let called = called(picked, keys.tag, name);
        let allowed = Allowed::of(&keys, tree);
        let mut meant: Vec<&str> = Vec::new();
        for entry in tree.entries() {
            if self.out.len() >= MAX_FINDINGS {
                break;
            }
            let key = entry.key.as_str();
            let inside = quote(key);
            if let Some((_, values)) = keys.untold.iter().find(|(tag, _)| *tag == key) {
                self.unknown_tag(values, entry, &inside);
            } else if let Some((_, schema)) = keys.props.iter().find(|(known, _)| *known == key) {
                self.node(schema, Noun::default(), &entry.value, &inside);
            } else if let Some(extra) = keys.extra {
                self.free_key(&keys, entry, name);
                self.node(extra, Noun::default(), &entry.value, &inside);
            } else if !keys.open && !keys.unjudged.contains(&key) {
                meant.extend(self.unknown_key(&allowed, entry, &called));
            }
        }
        self.missing(&keys, &meant, tree, &called);
    }

    /// Reports a key that is not known; returns the key that was most likely meant.
    fn unknown_key<'k>(&mut self, allowed: &Allowed<'k>, entry: &MapEntry, called: &Called) -> Option<&'k str> {
        let key = entry.key.as_str();
        let fault = Diagnostic::error("S102", format!("unknown key {} in {}", quote(key), called.subject))
            .at(self.file, entry.key_span);
        // In brackets, `who:asha` without the space is one long key.
        if let Some((word, value)) = key.split_once(':')
            && let Some(known) = allowed.all.iter().find(|known| **known == word)
        {
            let help = format!("put a space after the colon: `{word}: {}`", clean(value));
            self.out.push(fault.label("no space follows the colon").help(help));
            return Some(known);
        }
        let near = nearest(key, &allowed.free).or_else(|| nearest(key, &allowed.all));
        let label = near.map_or_else(|| "not known here".to_owned(), |k| format!("did you mean `{k}`?"));
        let list = if allowed.all.is_empty() { "no keys".to_owned() } else { plain(&allowed.all) };
        self.out.push(fault.label(label).help(format!("{} takes {list}", called.takes)));
        near
    }

    /// Reports keys that are needed and neither there nor meant by a misspelt one.
    fn missing(&mut self, keys: &MappingKeys<'w>, meant: &[&str], tree: &Tree, called: &Called) {
        let subject = &called.subject;
        let absent = |key: &str| tree.entry(key).is_none() && !meant.contains(&key);
        let told = |key: &str| !keys.untold.iter().any(|(tag, _)| *tag == key);
        for key in keys.required.iter().copied().filter(|key| absent(key) && told(key)) {
            let prop = keys.props.iter().find(|(known, _)| *known == key);
            let help = prop.map_or_else(
                || format!("add `{key}: …`"),
                |(_, schema)| {
                    let alts = self.schema.alternatives(schema, Noun::default());
                    let expected = if alts.any { "a value".to_owned() } else { self.describe(&alts) };
                    format!("add `{key}: …` with {expected}")
                },
            );
            self.out.push(
                Diagnostic::error("S103", format!("{subject} needs `{key}`"))
                    .at(self.file, tree.span)
                    .label(format!("`{key}` is missing"))
                    .help(help),
            );
        }
        for (key, values) in keys.untold.iter().filter(|(key, _)| absent(key)) {
            self.out.push(
                Diagnostic::error("S110", format!("{subject} needs `{key}`, which says what kind it is"))
                    .at(self.file, tree.span)
                    .label(format!("`{key}` is missing"))
                    .help(format!("`{key}` is one of {}", listed(values))),
            );
        }
    }

    fn unknown_tag(&mut self, values: &[&str], entry: &MapEntry, name: &str) {
        let alts = Alts { words: values.to_vec(), ..Alts::default() };
        match &entry.value.node {
            Node::Scalar(scalar) => self.scalar(&alts, scalar, entry.value.span, name),
            Node::List(_) | Node::Map(_) => self.wrong(&alts, &entry.value, name),
        }
    }

    /// Judges a key of a map whose keys are free but for their format or their words.
    fn free_key(&mut self, keys: &MappingKeys<'_>, entry: &MapEntry, name: &str) {
        let key = entry.key.as_str();
        let error = || {
            Diagnostic::error("S111", format!("{} cannot be a key of {name}", quote(key))).at(self.file, entry.key_span)
        };
        let format = self.formats.iter().find(|known| Some(known.format) == keys.key_format);
        let why = format.and_then(|format| (format.check)(key).err().map(|why| (format, why)));
        let found = if let Some((format, why)) = why {
            let label = if why.is_empty() { format!("not {}", format.what) } else { why };
            error().label(label).help(format!("each key is {}", format.what))
        } else if !keys.key_words.is_empty() && !keys.key_words.contains(&key) {
            let label = nearest(key, &keys.key_words)
                .map_or_else(|| "not known here".to_owned(), |k| format!("did you mean `{k}`?"));
            error().label(label).help(format!("each key is one of {}", listed(&keys.key_words)))
        } else {
            return;
        };
        self.out.push(found);
    }
}

/// The names of a mapping, by its tag where it is a variant that has one, and by its noun where not.
fn called(picked: &Picked<'_>, tag: Option<&str>, name: &str) -> Called {
    let noun = picked.noun;
    if let Some(tag) = tag {
        let whole = noun.explicit.or(noun.outer);
        let last = whole.and_then(|n| n.rsplit(' ').next()).unwrap_or("entry");
        return Called { subject: format!("{} `{tag}` {last}", article(tag)), takes: format!("`{tag}`") };
    }
    let inner = noun.inner.filter(|_| picked.of_several);
    let text = noun.explicit.or(inner).map_or_else(|| name.to_owned(), |n| format!("{} {n}", article(n)));
    Called { subject: text.clone(), takes: text }
}
