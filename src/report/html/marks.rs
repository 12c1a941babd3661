//! Elements that the index and the scenario pages share: the mark of a verdict, and names safe for an id.

use maud::{Markup, html};

/// A verdict as a sign, labelled with its word for screen readers.
pub fn verdict_mark(verdict: &str) -> Markup {
    let sign = match verdict {
        "passed" => "✓",
        "pending" => "…",
        _ => "✗",
    };
    html! { span.v.(verdict) role="img" aria-label=(verdict) { (sign) } }
}

/// The text with every character but letters, digits and `_` replaced by `-`.
pub fn slug(text: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '-' };
    text.chars().map(safe).collect()
}
