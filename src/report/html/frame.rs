//! What every page has: its head with a strict content security policy, its style, citations that say what a clause
//! says, and the list of clauses that they lead to.
//!
//! Promises one file that opens offline and asks nothing of any network. Deliberately knows no verdict.

use crate::clause::{Clause, Clauses};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::fmt::Write;

/// The style of all pages.
pub const STYLE: &str = include_str!("style.css");
/// The style of the index alone.
pub const INDEX_STYLE: &str = include_str!("index.css");
/// The script of the index: it hides what a search does not find.
const SCRIPT: &str = include_str!("filter.js");
/// SHA-256 of [`SCRIPT`], by which the policy knows it; a browser refuses the script where this is another's.
const SCRIPT_HASH: &str = "sha256-3HpSzVB/b7MUD/EyX2Mtfgfb8VCvc+rm4gHKGjou2HU=";

/// What is shown at the foot of the window.
const FOOT: &str = "{display:block;position:fixed;z-index:9;inset:auto 0 0;margin:0;padding:.8em 1.2em;\
    background:var(--ink);color:var(--paper);font-size:1rem}";

/// A line ends here: a change of one thing is a change of one line.
pub const NL: PreEscaped<&str> = PreEscaped("\n");

/// What a page is made of.
pub struct Page<'p> {
    /// Its title.
    pub title: &'p str,
    /// The clauses that it cites.
    pub clauses: Clauses,
    /// Style of its own.
    pub style: String,
    /// Whether it has the search of the index.
    pub searches: bool,
}

impl Page<'_> {
    /// The whole page around its body.
    pub fn around(&self, body: &Markup) -> String {
        let script = if self.searches { format!("; script-src '{SCRIPT_HASH}'") } else { String::new() };
        let policy =
            format!("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'{script}");
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    title { (self.title) }
                    style { (PreEscaped(lean(STYLE))) (PreEscaped(lean(&self.style))) (PreEscaped(shown(self.clauses))) }
                }
                (NL)
                body {
                    (body)
                    @if self.searches { script { (PreEscaped(SCRIPT)) } }
                }
            }
        };
        page.into_string() + "\n"
    }
}

/// The style without what only its author needs.
fn lean(style: &str) -> String {
    style.lines().map(str::trim).filter(|line| !line.starts_with("/*")).collect()
}

/// A clause of the list is shown at the foot of the window, where nothing covers it, while a citation of it is pointed
/// at or has the focus.
fn shown(clauses: Clauses) -> String {
    let mut out = String::new();
    for clause in clauses.iter() {
        let id = clause.id();
        let sep = if out.is_empty() { "" } else { "," };
        let _ = write!(out, "{sep}main:has([href=\"#{id}\"]:is(:hover,:focus)) [id=\"{id}\"] span");
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
                    @for clause in clauses.iter() { (NL) li id=(clause.id()) { b { (clause.id()) } " " span { (clause.text()) } } }
                }
            }
        }
    }
}

/// The clauses with these ids.
pub fn named<'i>(ids: impl IntoIterator<Item = &'i &'static str>) -> Clauses {
    ids.into_iter().filter_map(|id| Clause::from_id(id)).fold(Clauses::NONE, |all, c| all.and(Clauses::of(&[c])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_allows_itself_nothing_from_outside() {
        let page = Page { title: "<a>", clauses: Clauses::NONE, style: String::new(), searches: false };
        let text = page.around(&html! { p { "&" } });
        assert!(text.contains("default-src 'none'") && !text.contains("script-src"));
        assert!(text.contains("<title>&lt;a&gt;</title>"));
        let text = Page { searches: true, ..page }.around(&html! {});
        assert!(text.contains(&format!("script-src '{SCRIPT_HASH}'")) && text.contains(SCRIPT));
    }

    #[test]
    fn every_citation_leads_to_its_clause() {
        let all = Clause::ALL.iter().fold(Clauses::NONE, |all, c| all.and(Clauses::of(&[*c])));
        let (links, list) = (cite(all.iter()).into_string(), glossary(all).into_string());
        for clause in Clause::ALL {
            assert!(links.contains(&format!("href=\"#{}\"", clause.id())));
            assert!(list.contains(&format!("<li id=\"{}\">", clause.id())));
        }
        assert_eq!(shown(all).matches("main:has(").count(), Clause::ALL.len());
        assert_eq!(shown(Clauses::NONE), "");
    }
}
