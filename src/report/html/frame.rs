//! The frame of every page: the head with a strict content security policy, the style, citations of clauses, and the
//! list of clauses that they link to.
//!
//! Promises one file that opens offline and makes no request to any network. Deliberately knows no verdict.

use super::lean;
use crate::clause::{Clause, Clauses};
use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The style of all pages.
pub const STYLE: &str = include_str!("style.css");
/// The style of the index alone.
pub const INDEX_STYLE: &str = include_str!("index.css");
/// The style of a search and of choices.
pub const FILTERS: &str = include_str!("filters.css");
/// The scripts of a page with a search: they hide what it does not find. The first is a library of others, whole and
/// with its licence.
pub const SEARCH: [&str; 2] = [
    concat!("/*!\n", include_str!("vendor/ufuzzy.LICENSE"), "*/\n", include_str!("vendor/ufuzzy.min.js")),
    include_str!("filter.js"),
];

/// The style of a clause that is shown at the bottom of the window.
const FOOT: &str = "{display:block;position:fixed;z-index:9;inset:auto 0 0;margin:0;padding:.8em 1.2em;\
    background:var(--ink);color:var(--paper);font-size:1rem}";

/// A line break in the file, so that a change of one element is a change of one line.
pub const NL: PreEscaped<&str> = PreEscaped("\n");

/// What a page is made of.
pub struct HtmlPage<'p> {
    /// Its title.
    pub title: &'p str,
    /// The clauses that it cites.
    pub clauses: Clauses,
    /// Style of its own.
    pub style: String,
    /// Optional scripts; the page is complete without them.
    pub scripts: Vec<&'static str>,
}

impl HtmlPage<'_> {
    /// The whole page around its body.
    pub fn around(&self, body: &Markup) -> String {
        let mut policy =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'".to_owned();
        for (nth, script) in self.scripts.iter().enumerate() {
            let _ = write!(policy, "{} '{}'", if nth == 0 { "; script-src" } else { "" }, hash(script));
        }
        let classes = lean::classes(&body.0, &self.scripts);
        let style = [STYLE, &self.style].map(|text| lean::style(&bare(text), &classes)).concat();
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    title { (self.title) }
                    style { (PreEscaped(style)) (PreEscaped(shown(self.clauses))) }
                }
                (NL)
                body {
                    (PreEscaped(lean::markup(&body.0)))
                    @for script in &self.scripts { (NL) script { (PreEscaped(script)) } }
                }
            }
        };
        page.into_string() + "\n"
    }
}

/// The hash by which the content security policy allows a script; a browser runs no other.
fn hash(script: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(script)))
}

/// The style without comments and indentation.
fn bare(style: &str) -> String {
    style.lines().map(str::trim).filter(|line| !line.starts_with("/*")).collect()
}

/// The style that shows a clause at the bottom of the window while a citation of it is under the pointer or has the
/// focus.
fn shown(clauses: Clauses) -> String {
    let mut out = String::new();
    for clause in clauses.iter() {
        let id = clause.id();
        let sep = if out.is_empty() { "" } else { "," };
        let _ = write!(out, "{sep}main:has([href=\"#{id}\"]:is(:hover,:focus)) #{} span", id.replace('.', "\\."));
    }
    if out.is_empty() { out } else { out + FOOT }
}

/// Clauses as links to what they say.
pub fn cite(clauses: impl IntoIterator<Item = Clause>) -> Markup {
    html! {
        @for (nth, clause) in clauses.into_iter().enumerate() {
            @if nth > 0 { " " }
            a href={ "#" (clause.id()) } { (clause.id()) }
        }
    }
}

/// The list that citations lead to.
pub fn glossary(clauses: Clauses) -> Markup {
    html! {
        @if !clauses.is_empty() {
            section aria-labelledby="clauses" {
                h2 #clauses { "Clauses cited here" }
                ul.clauses {
                    @for clause in clauses.iter() {
                        (NL) li id=(clause.id()) { b { (clause.id()) } " " span { (clause.text()) } }
                    }
                }
            }
        }
    }
}

/// The clauses with these ids.
pub fn named<'i>(ids: impl IntoIterator<Item = &'i &'static str>) -> Clauses {
    ids.into_iter().filter_map(|id| Clause::from_id(id)).fold(Clauses::NONE, |all, c| all.union(Clauses::of(&[c])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_allows_itself_nothing_from_outside() {
        let page = HtmlPage { title: "<a>", clauses: Clauses::NONE, style: String::new(), scripts: Vec::new() };
        let text = page.around(&html! { p { "&" } });
        assert!(text.contains("default-src 'none'") && !text.contains("script-src"));
        assert!(text.contains("<title>&lt;a&gt;</title>"));
        let text = HtmlPage { scripts: SEARCH.to_vec(), ..page }.around(&html! {});
        let [library, own] = SEARCH;
        assert!(text.contains(&format!("; script-src '{}' '{}'\">", hash(library), hash(own))), "{text}");
        assert!(text.contains(library) && text.contains(own) && library.contains("Permission is hereby granted"));
        // As `printf alert | openssl dgst -sha256 -binary | base64` says.
        assert_eq!(hash("alert"), "sha256-35BQWN1npAn++BSA6B5HNlcrDttNf7mHxpXNB+Jg7IE=");
        assert!(SEARCH.iter().all(|script| !script.contains("</script") && !script.contains("eval(")));
    }

    #[test]
    fn every_citation_leads_to_its_clause() {
        let all = Clause::ALL.iter().fold(Clauses::NONE, |all, c| all.union(Clauses::of(&[*c])));
        let (links, list) = (cite(all.iter()).into_string(), glossary(all).into_string());
        for clause in Clause::ALL {
            assert!(links.contains(&format!("href=\"#{}\"", clause.id())));
            assert!(list.contains(&format!("<li id=\"{}\">", clause.id())));
        }
        assert_eq!(shown(all).matches("main:has(").count(), Clause::ALL.len());
        assert_eq!(shown(Clauses::NONE), "");
    }
}
